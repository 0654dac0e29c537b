package image

// detailSide is the side of the small picture that is kept beside a hash.
const detailSide = 40

// colourSide is the side of its two planes of colour.
const colourSide = 10

// detail is a box reduced to 40×40 levels of luma and 10×10 of each colour difference. The hash says that two boxes are
// alike as a whole; the detail tells a copy from another piece of the same series, such as a carton with other print or a
// shirt in another colour.
type detail struct {
	Luma   [detailSide * detailSide]uint8
	Cb, Cr [colourSide * colourSide]uint8
}

// detail reduces the grid of the box b and the colours within b.
func (r *raster) detail(c *cells, b box) (d detail) {
	red := newReducer(cellSide, cellSide, detailSide, detailSide)
	var row [cellSide]uint8
	for y := range cellSide {
		for x := range cellSide {
			row[x] = uint8((c[y][x] + 128) / 256)
		}
		red.add(row[:])
	}
	copy(d.Luma[:], red.out)
	for i := range d.Cb {
		d.Cb[i], d.Cr[i] = r.colour(b, i%colourSide, i/colourSide)
	}
	return d
}

// colour averages 6×6 samples of the given tenth of b.
func (r *raster) colour(b box, x, y int) (uint8, uint8) {
	const n = 6
	cb, cr := 0, 0
	for j := range n {
		py := b.y0 + (2*(y*n+j)+1)*b.h()/(2*n*colourSide)
		for i := range n {
			at := py*r.w + b.x0 + (2*(x*n+i)+1)*b.w()/(2*n*colourSide)
			cb += int(r.cb[at])
			cr += int(r.cr[at])
		}
	}
	return uint8(cb / (n * n)), uint8(cr / (n * n))
}

// The comparison of details: 8×8 tiles of 4×4 samples.
const (
	tileSide    = 4
	tiles       = 8
	tileGrid    = tileSide * tiles
	tileReach   = 1  // samples that a tile may be displaced: crops and stretches are not exact
	minTexture  = 7  // least deviation, in levels, of a tile that counts
	greySpread  = 10 // levels: a picture whose colours differ less is grey
	colourApart = 28 // levels between the colours of tiles that differ
)

// tileSamples is a detail sampled on the grid of tiles, with a rim for displaced tiles, and the colour of each tile.
type tileSamples struct {
	luma   [tileGrid + 2*tileReach][tileGrid + 2*tileReach]int32 // in 1/32 levels
	colour [tiles][tiles][2]int32                                // likewise
	grey   bool
}

// sample fills s from the part of d that the box, in 1/20, covers, turned by t.
func (s *tileSamples) sample(d *detail, b box, t turn) {
	point := func(x, y, n int) (int, int) { // in 1/1280 of the side, for the middle of sample x, y of n×n
		u, v := 2*min(max(x, 0), n-1)+1, 2*min(max(y, 0), n-1)+1
		if t.mirrorX {
			u = 2*n - u
		}
		if t.mirrorY {
			v = 2*n - v
		}
		if t.transpose {
			u, v = v, u
		}
		return b.x0*pointUnit + u*b.w()*pointUnit/(2*n), b.y0*pointUnit + v*b.h()*pointUnit/(2*n)
	}
	for y := range s.luma {
		for x := range s.luma[y] {
			px, py := point(x-tileReach, y-tileReach, tileGrid)
			s.luma[y][x] = between(d.Luma[:], detailSide, px, py)
		}
	}
	low, high := [2]int32{1 << 20, 1 << 20}, [2]int32{}
	for y := range tiles {
		for x := range tiles {
			px, py := point(x, y, tiles)
			c := [2]int32{between(d.Cb[:], colourSide, px, py), between(d.Cr[:], colourSide, px, py)}
			for i, v := range c {
				low[i], high[i] = min(low[i], v), max(high[i], v)
			}
			s.colour[y][x] = c
		}
	}
	s.grey = max(high[0]-low[0], high[1]-low[1]) < greySpread*levelUnit
}

// pointUnit is how many points lie in 1/20 of a side, levelUnit how many steps in a level.
const (
	pointUnit = 64
	levelUnit = 32
)

// between returns the level at a point of a plane of n×n samples, in 1/1280 of the side, from the four nearest samples.
func between(plane []uint8, n, x, y int) int32 {
	unit := viewUnit * pointUnit / n
	x, y = max(0, x-unit/2), max(0, y-unit/2)
	ix, iy := min(x/unit, n-1), min(y/unit, n-1)
	jx, jy := min(ix+1, n-1), min(iy+1, n-1)
	fx, fy := x%unit, y%unit
	top := (unit-fx)*int(plane[iy*n+ix]) + fx*int(plane[iy*n+jx])
	bottom := (unit-fx)*int(plane[jy*n+ix]) + fx*int(plane[jy*n+jx])
	return int32(((unit-fy)*top + fy*bottom) * levelUnit / (unit * unit))
}

// comparison counts the tiles of two pictures that have texture or colours of their own, by whether they show the same.
type comparison struct {
	same, differ           int
	innerSame, innerDiffer int // of these, the tiles that do not lie on the rim
}

// differWeight is how many inner tiles that agree one that differs outweighs.
const differWeight = 3

// agreement returns the share of tiles that show the same, in 1/1000; 1000 when none has anything to show.
func (c *comparison) agreement() int {
	if c.same+c.differ == 0 {
		return 1000
	}
	return c.same * 1000 / (c.same + c.differ)
}

// evidence says how strongly the inside speaks for the same picture. Tiles count as in a test of likelihood: one that agrees
// may do so by chance, and those of a copy seldom differ but at the rim, where corners are filled and banners lie.
func (c *comparison) evidence() int { return c.innerSame - differWeight*c.innerDiffer }

// compare compares the tiles of a and b, which may differ in brightness, contrast and tint; one may be grey.
func compare(a, b *tileSamples) (c comparison) {
	tint := tintBetween(a, b)
	for ty := range tiles {
		for tx := range tiles {
			x, y := tileReach+tx*tileSide, tileReach+ty*tileSide
			textured := a.textured(x, y) || b.textured(x, y)
			coloured := !a.grey && !b.grey && apart(a.colour[ty][tx], b.colour[ty][tx], tint) > colourApart*levelUnit
			if textured || coloured {
				c.count(!coloured && found(a, b, x, y), min(tx, ty) > 0 && max(tx, ty) < tiles-1)
			}
		}
	}
	return c
}

// count adds one tile.
func (c *comparison) count(same, inner bool) {
	switch {
	case same && inner:
		c.innerSame++
		fallthrough
	case same:
		c.same++
	case inner:
		c.innerDiffer++
		fallthrough
	default:
		c.differ++
	}
}

// tintBetween returns the median difference of each colour difference over the tiles.
func tintBetween(a, b *tileSamples) (tint [2]int32) {
	for i := range tint {
		var d [tiles * tiles]int64
		for k := range d {
			d[k] = int64(b.colour[k/tiles][k%tiles][i] - a.colour[k/tiles][k%tiles][i])
		}
		tint[i] = int32(kth(d[:], len(d)/2))
	}
	return tint
}

// apart returns how far two colours lie from each other beside the tint, in the larger of the two differences.
func apart(a, b, tint [2]int32) int32 {
	d0, d1 := b[0]-a[0]-tint[0], b[1]-a[1]-tint[1]
	return max(d0, -d0, d1, -d1)
}

// textured reports whether the tile at (x, y) has something to compare.
func (s *tileSamples) textured(x, y int) bool {
	sum, squares := int64(0), int64(0)
	for dy := range tileSide {
		for dx := range tileSide {
			v := int64(s.luma[y+dy][x+dx])
			sum += v
			squares += v * v
		}
	}
	const n, scale = tileSide * tileSide, levelUnit
	return n*squares-sum*sum >= n*n*minTexture*minTexture*scale*scale
}

// found reports whether the tile of a at (x, y) correlates with b there or a sample away, at 0.7 or more.
func found(a, b *tileSamples, x, y int) bool {
	for oy := -tileReach; oy <= tileReach; oy++ {
		for ox := -tileReach; ox <= tileReach; ox++ {
			var sa, sb, saa, sbb, sab int64
			for dy := range tileSide {
				for dx := range tileSide {
					u, v := int64(a.luma[y+dy][x+dx]), int64(b.luma[y+dy+oy][x+dx+ox])
					sa, sb, saa, sbb, sab = sa+u, sb+v, saa+u*u, sbb+v*v, sab+u*v
				}
			}
			const n = tileSide * tileSide
			cov, va, vb := n*sab-sa*sb, n*saa-sa*sa, n*sbb-sb*sb
			if cov > 0 && float64(cov)*float64(cov) >= 0.49*float64(va)*float64(vb) {
				return true
			}
		}
	}
	return false
}
