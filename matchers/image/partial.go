package image

import (
	"cmp"
	"math"
	"slices"

	"lookalike/matchers"
	"lookalike/matchers/core"
)

// The measures of the lane partial.
const (
	voteDist    = 52  // differing bits of features that vote for a picture
	pairDist    = 68  // differing bits of features that are paired
	crowded     = 512 // features in a bucket that says nothing
	fullVote    = 16  // shared by the pictures that a feature votes for
	minVotes    = 3 * fullVote
	shortlist   = 32
	fewVotes    = 10 // pictures with less than this part of the most votes are passed over
	minInliers  = 15 // on distinct cells
	inlierCells = 24 // per side of the right's picture
)

// localRow is the features of one picture of the corpus.
type localRow struct {
	Picture      uint32 // row
	First, Count uint32 // of the points and features
	Width        uint16 // of the raster
	Height       uint16
}

// pair is a feature of the listing's picture and one of the right's.
type pair struct {
	query, known point
	dist         uint16
}

// similarity maps points of the right's picture to the listing's: x' = a·x − b·y + tx, y' = b·x + a·y + ty.
type similarity struct{ a, b, tx, ty float64 }

func (s similarity) apply(x, y float64) (float64, float64) {
	return float64(s.a*x) - float64(s.b*y) + s.tx, float64(s.b*x) + float64(s.a*y) + s.ty
}

// partialScratch is what the lane needs per worker.
type partialScratch struct {
	votes    []uint32 // by local row
	voted    []uint32 // by local row: the last query feature that voted, plus one
	rows     []uint32 // that have votes
	electors []uint32 // rows that one feature votes for
	pairs    []pair
	back     []int32 // by feature of the right: the query feature that is nearest
	nearer   []uint16
	inside   []bool
	cells    [inlierCells * inlierCells]bool
}

// matchPartial adds the pictures of which a part lies in the listing's picture.
func (m *Matcher) matchPartial(f *Features, item uint16, p *picture) {
	if p.local == nil || len(m.locals) == 0 {
		return
	}
	s := &f.partial
	m.vote(s, p.local)
	for _, row := range s.rows {
		r := &m.locals[row]
		m.pair(s, p.local, r)
		t, inliers := s.fit(r)
		if inliers < minInliers {
			continue
		}
		h := matchers.Hit{
			Sign: m.pictures[r.Picture].Sign, Part: matchers.Picture, Item: item, Lane: matchers.Partial,
			Dist: s.spread(), Cover: uint16(inliers),
		}
		b, cropped := t.box(r, p.local)
		if cropped {
			h.Tier = uint8(matchers.EditCropped)
		}
		h.Start, h.End = b.pack()
		f.hits = append(f.hits, h)
	}
}

// vote leaves in s.rows the pictures that most features vote for, the strongest first. A feature that many pictures have,
// such as a letter or the end of a stripe, has a small voice in each.
func (m *Matcher) vote(s *partialScratch, l *locals) {
	if len(s.votes) < len(m.locals) {
		s.votes, s.voted = make([]uint32, len(m.locals)), make([]uint32, len(m.locals))
	}
	s.rows = s.rows[:0]
	for q := range l.hashes {
		s.electors = s.electors[:0]
		for t := range lshTables {
			bucket := m.lsh.bucket(m.kind.keys(), &l.hashes[q], t)
			if len(bucket) > crowded {
				continue
			}
			for _, i := range bucket {
				row := m.points[i].Owner
				if s.voted[row] != uint32(q+1) && core.Distance256(&l.hashes[q], &m.features[i]) <= voteDist {
					s.voted[row] = uint32(q + 1)
					s.electors = append(s.electors, row)
				}
			}
		}
		for _, row := range s.electors {
			if s.votes[row] == 0 {
				s.rows = append(s.rows, row)
			}
			s.votes[row] += max(1, uint32(fullVote/len(s.electors)))
		}
	}
	slices.SortFunc(s.rows, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(s.votes[b], s.votes[a]), cmp.Compare(a, b))
	})
	best := s.rows[:min(len(s.rows), shortlist)]
	for len(best) > 0 && s.votes[best[len(best)-1]] < max(minVotes, s.votes[best[0]]/fewVotes) {
		best = best[:len(best)-1]
	}
	for _, row := range s.rows {
		s.votes[row], s.voted[row] = 0, 0
	}
	s.rows = best
}

// pair leaves in s.pairs the features that are nearest to each other.
func (m *Matcher) pair(s *partialScratch, l *locals, r *localRow) {
	known := m.features[r.First : r.First+r.Count]
	points := m.points[r.First : r.First+r.Count]
	s.back, s.nearer = s.back[:0], s.nearer[:0]
	for range known {
		s.back, s.nearer = append(s.back, -1), append(s.nearer, pairDist+1)
	}
	s.pairs = s.pairs[:0]
	for q := range l.hashes {
		best, at := pairDist+1, -1
		for i := range known {
			d := core.Distance256(&l.hashes[q], &known[i])
			if d < best {
				best, at = d, i
			}
			if d < int(s.nearer[i]) {
				s.nearer[i], s.back[i] = uint16(d), int32(q)
			}
		}
		if at >= 0 {
			s.pairs = append(s.pairs, pair{l.points[q], points[at], uint16(best)})
			s.pairs[len(s.pairs)-1].query.Owner = uint32(q)
			s.pairs[len(s.pairs)-1].known.Owner = uint32(at)
		}
	}
	s.pairs = slices.DeleteFunc(s.pairs, func(p pair) bool { return s.back[p.known.Owner] != int32(p.query.Owner) })
}

// scaleOf is the size of a feature of each level.
var scaleOf = func() (s [256]float64) {
	for i := range s {
		s[i] = math.Pow(1.25, float64(min(i, octaves)))
	}
	return s
}()

// guess returns the similarity that one pair implies by place, size and heading.
func (p *pair) guess() similarity {
	k := scaleOf[p.query.Level] / scaleOf[p.known.Level]
	sin, cos := math.Sincos(2 * math.Pi * float64(int(p.query.Heading)-int(p.known.Heading)) / headings)
	s := similarity{a: k * cos, b: k * sin}
	x, y := s.apply(float64(p.known.X)/16, float64(p.known.Y)/16)
	s.tx, s.ty = float64(p.query.X)/16-x, float64(p.query.Y)/16-y
	return s
}

// agrees reports whether the pair follows t within tolerance, in samples of its level.
func (p *pair) agrees(t similarity, tolerance float64) bool {
	x, y := t.apply(float64(p.known.X)/16, float64(p.known.Y)/16)
	dx, dy := x-float64(p.query.X)/16, y-float64(p.query.Y)/16
	reach := tolerance * scaleOf[p.query.Level]
	return float64(dx*dx)+float64(dy*dy) <= reach*reach
}

// The tolerances of the first guess, whose size and heading are coarse, and of the fitted map.
const (
	guessTolerance = 8
	fitTolerance   = 3
)

// fit returns the similarity that most pairs follow, and how many do on distinct cells of the right's picture.
func (s *partialScratch) fit(r *localRow) (best similarity, inliers int) {
	if len(s.pairs) < minInliers {
		return best, 0
	}
	most := 0
	for i := range s.pairs {
		t := s.pairs[i].guess()
		n := 0
		for k := range s.pairs {
			if s.pairs[k].agrees(t, guessTolerance) {
				n++
			}
		}
		if n > most {
			best, most = t, n
		}
	}
	for _, tolerance := range []float64{guessTolerance, 2 * fitTolerance, fitTolerance, fitTolerance} {
		s.inside = s.inside[:0]
		for k := range s.pairs {
			s.inside = append(s.inside, s.pairs[k].agrees(best, tolerance))
		}
		next, ok := s.leastSquares()
		if !ok {
			return best, 0
		}
		best = next
	}
	s.inside = s.inside[:0]
	for k := range s.pairs {
		s.inside = append(s.inside, s.pairs[k].agrees(best, fitTolerance))
	}
	if k := math.Hypot(best.a, best.b); k < 0.15 || k > 6 {
		return best, 0
	}
	return best, s.distinct(r)
}

// leastSquares fits the similarity to the pairs inside.
func (s *partialScratch) leastSquares() (t similarity, ok bool) {
	var n, mx, my, mu, mv float64
	for i, p := range s.pairs {
		if s.inside[i] {
			n++
			mx, my = mx+float64(p.known.X)/16, my+float64(p.known.Y)/16
			mu, mv = mu+float64(p.query.X)/16, mv+float64(p.query.Y)/16
		}
	}
	if n < 4 {
		return t, false
	}
	mx, my, mu, mv = mx/n, my/n, mu/n, mv/n
	var squares, dot, cross float64
	for i, p := range s.pairs {
		if s.inside[i] {
			x, y := float64(p.known.X)/16-mx, float64(p.known.Y)/16-my
			u, v := float64(p.query.X)/16-mu, float64(p.query.Y)/16-mv
			squares += float64(x*x) + float64(y*y)
			dot += float64(x*u) + float64(y*v)
			cross += float64(x*v) - float64(y*u)
		}
	}
	if squares == 0 {
		return t, false
	}
	t.a, t.b = dot/squares, cross/squares
	x, y := t.apply(mx, my)
	t.tx, t.ty = mu-x, mv-y
	return t, true
}

// distinct counts the cells of the right's picture that hold a pair inside. Pairs on one line do not count: letters and
// stripes repeat along it.
func (s *partialScratch) distinct(r *localRow) int {
	s.cells = [inlierCells * inlierCells]bool{}
	n := 0
	x0, y0, x1, y1 := inlierCells, inlierCells, -1, -1
	for i, p := range s.pairs {
		if !s.inside[i] {
			continue
		}
		x := min(int(p.known.X)/16*inlierCells/max(1, int(r.Width)), inlierCells-1)
		y := min(int(p.known.Y)/16*inlierCells/max(1, int(r.Height)), inlierCells-1)
		if c := &s.cells[y*inlierCells+x]; !*c {
			*c = true
			n++
		}
		x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
	}
	const least = inlierCells / 8
	if x1-x0 < least || y1-y0 < least {
		return 0
	}
	return n
}

// spread returns the mean distance of the pairs inside, in bits.
func (s *partialScratch) spread() uint16 {
	sum, n := 0, 0
	for i, p := range s.pairs {
		if s.inside[i] {
			sum += int(p.dist)
			n++
		}
	}
	return uint16(sum / max(1, n))
}

// box returns where the right's picture lies in the listing's, in pixels, and whether part of it lies outside.
func (t similarity) box(r *localRow, l *locals) (b box, cropped bool) {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, c := range [4][2]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		x, y := t.apply(c[0]*float64(r.Width), c[1]*float64(r.Height))
		x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
	}
	const slack = 0.05
	w, h := float64(l.w), float64(l.h)
	cropped = x0 < -slack*w || y0 < -slack*h || x1 > (1+slack)*w || y1 > (1+slack)*h
	in := func(v, side float64, full int) int { return int(max(0, min(v, side)) / side * float64(full)) }
	b = box{in(x0, w, l.fullW), in(y0, h, l.fullH), in(x1, w, l.fullW), in(y1, h, l.fullH)}
	b.x1, b.y1 = max(b.x1, b.x0+1), max(b.y1, b.y0+1)
	return b, cropped
}
