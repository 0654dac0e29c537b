package matchers

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"slices"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/corpora/words"
)

// BuildOptions is what a corpus is built with beside its rights.
type BuildOptions struct {
	Name    string   // "": the name of the file it is opened from
	Date    string   // "": the newest filing or registration among the rows
	Builder string   // engine version
	Sources []string // none: the distinct sources of the rows, at most 20
	Delta   bool     // changed rows and tombstones of another corpus
	From    string   // of a delta: the identity of the older corpus
	To      string   // of a delta: that of the newer corpus

	// Base is a corpus from which pictures are taken over for rights that it holds with the same images and that come
	// without the files: see Update and Delta. Builders that are no Carrier lose them. Nil: none.
	Base *Corpus

	// Dictionary says which dictionaries hold a folded word. Nil: none does.
	Dictionary func(word string) words.Set
	// Thumbnail makes the small picture that reports show, at most 96 pixels wide and high. Nil: none is kept. A picture
	// without one is no problem.
	// It is called from several goroutines.
	Thumbnail func(ctx context.Context, im corpora.Image) ([]byte, error)
	// Thumbnails is how many small pictures are kept at most; 0: 20,000.
	Thumbnails int
	// OnProblem is called, in the order of the input, for every right that is left out or kept with less than it came
	// with. Nil: problems are only counted.
	OnProblem func(BuildProblem)
}

const defaultThumbnails = 20_000

// BuildProblem names what went wrong with one right.
type BuildProblem struct {
	Origin string
	Row    int
	ID     string
	Kept   bool // the right is in the corpus without the part that failed
	corpora.Problem
}

// BuildReport counts what a build did.
type BuildReport struct {
	Rights     int `json:"rights"`     // written
	Signs      int `json:"signs"`      // distinct
	Pictures   int `json:"pictures"`   // distinct signs that are pictures
	Thumbnails int `json:"thumbnails"` // kept
	Bad        int `json:"bad"`        // rows left out
	Partial    int `json:"partial"`    // rows kept with less than they came with
	ByAddress  int `json:"by_address"` // pictures that are not to be had: addresses, and files that an office did not ship
	Tombstones int `json:"tombstones"` // rows of rights that are gone
	Repeated   int `json:"repeated"`   // records that say again, word for word, what an earlier one says: left out
}

// Surveyor is implemented by builders that learn something of a sign from all others, or that treat signs by what the
// corpus knows of them. Build calls Survey once, after the last Add and before Finish, with the facts of every sign by
// its id, complete but for Neighbours. Survey may set Neighbours and must change nothing else; it may keep the slice
// until Finish returns.
type Surveyor interface {
	Survey(ctx context.Context, facts []Facts) error
}

// Build writes the rights of src as the sections of a corpus to w, which it neither commits nor aborts: a caller that
// sees no Rights in the report aborts. Rows get their numbers in the order of the input. The same input and options give
// the same bytes.
//
// One bad right, be it an error of src, a right without anything to match, or one whose id an earlier right has with other
// content, is reported to OnProblem and left out. A record that is repeated as it was counts once. An
// error of Build itself means that nothing usable was written: the writer failed, a builder failed as a whole, or ctx is
// done.
//
// Pictures are read, and prepared by builders that are a Preparer, ahead of their turn and in parallel.
//
// Memory grows by some 200 bytes per right and what the builders keep; texts of rows are streamed.
func Build(ctx context.Context, src corpora.Source[corpora.Right], kinds []Kind, w *snapshot.Writer, o BuildOptions) (BuildReport, error) {
	b, err := newBuilder(kinds, w, o)
	if err != nil {
		return BuildReport{}, fmt.Errorf("build corpus: %w", err)
	}
	for j := range b.signs.reader.jobs(ctx, src) {
		r, err := &j.right, j.err
		if err == nil && ctx.Err() == nil {
			err = b.add(ctx, j)
		}
		if ctx.Err() != nil {
			break
		}
		if p := problemOf(err); p != nil {
			b.leftOut(r, p)
		} else if err != nil && isFatal(err) {
			return b.report, fmt.Errorf("build corpus: right %s: %w", r.ID, err)
		} else if err != nil {
			b.leftOut(r, &corpora.Problem{Code: corpora.ReadFailed, Args: map[string]any{"reason": err.Error()}})
		}
	}
	if ctx.Err() != nil {
		return b.report, fmt.Errorf("build corpus: %w", context.Cause(ctx))
	}
	if err := b.finish(ctx); err != nil {
		return b.report, fmt.Errorf("build corpus: %w", err)
	}
	return b.report, nil
}

// fatal marks an error that ends a build, apart from errors of a source, which spoil one record.
type fatal struct{ error }

func (f fatal) Unwrap() error { return f.error }

func isFatal(err error) bool {
	_, ok := errors.AsType[fatal](err)
	return ok
}

// builder is the state of one Build.
type builder struct {
	o      BuildOptions
	w      *snapshot.Writer
	rows   io.Writer // the section of rows, open until the input ends
	report BuildReport
	signs  signTable
	info   Info
	groups map[groupKey]*Group

	columns []Columns
	rowEnds []uint64
	ids     []idEntry
	given   map[uint64]givenID // by hash of the id
	links   []signLink
	buf     []byte

	offices numbering
	markets numbering
	sets    [][]corpora.Market
	sources numbering
	owners  numbering
}

// givenID is what is remembered of a right that has been taken.
type givenID struct {
	sum uint32 // of its row and columns
	row int32  // where it was read
}

// groupKey is what the rights of a Group agree in.
type groupKey struct {
	office, markets uint16
	kind            corpora.RightKind
	list            bool
}

// numbering gives texts consecutive numbers in the order of their first sight.
type numbering map[string]int

// of returns the number of s, and a new one below limit when s is new and there is room.
func (n numbering) of(s string, limit int) (i int, isNew, ok bool) {
	if i, ok := n[s]; ok {
		return i, false, true
	}
	if len(n) >= limit {
		return 0, false, false
	}
	n[s] = len(n)
	return len(n) - 1, true, true
}

// texts returns the numbered texts in order.
func (n numbering) texts() []string {
	out := make([]string, len(n))
	for s, i := range n {
		out[i] = s
	}
	return out
}

func newBuilder(kinds []Kind, w *snapshot.Writer, o BuildOptions) (*builder, error) {
	o.Thumbnails = cmp.Or(o.Thumbnails, defaultThumbnails)
	rows, err := w.Begin(secRows)
	if err != nil {
		return nil, err
	}
	b := &builder{
		o: o, w: w, rows: rows, groups: map[groupKey]*Group{},
		offices: numbering{"": 0}, markets: numbering{"": 0}, sets: [][]corpora.Market{{}},
		sources: numbering{}, owners: numbering{"": 0}, given: map[uint64]givenID{},
	}
	b.info = Info{
		Name: o.Name, Date: o.Date, Builder: o.Builder, Format: Format, Delta: o.Delta, From: o.From, To: o.To, Sources: o.Sources,
		Kinds: map[string]int{}, Statuses: map[string]int{}, Offices: map[string]int{}, Versions: map[string]uint32{},
	}
	b.signs.init(kinds, &b.o)
	for _, k := range kinds {
		b.info.Versions[k.Name()] = k.Version()
	}
	return b, nil
}

// add takes one right. A *corpora.Problem means that it was left out.
func (b *builder) add(ctx context.Context, j *job) error {
	r := &j.right
	col, err := b.columnsOf(r)
	if err != nil {
		return err
	}
	b.encode(r)
	hash, id := hashID(r.ID), givenID{b.checksum(col), int32(r.Row)}
	if first, again := b.given[hash]; again {
		if first.sum == id.sum {
			b.report.Repeated++
			return nil
		}
		return &corpora.Problem{Code: corpora.DuplicateID, Field: "id", Args: map[string]any{"id": r.ID, "row": int(first.row)}}
	}
	var found rightSigns
	if !r.Gone {
		if found, err = b.signs.of(ctx, r, j.pictures); err != nil {
			return err
		}
		b.report.ByAddress += found.byAddress
		if len(found.links) == 0 {
			return found.nothing(r)
		}
		for i := range found.problems {
			b.problem(r, &found.problems[i], true)
		}
		if len(found.problems) > 0 {
			b.report.Partial++
		}
	}
	b.given[hash] = id
	return b.write(r, col, found)
}

// encode makes the row of r in buf.
func (b *builder) encode(r *corpora.Right) {
	source, _, ok := b.sources.of(r.Source, maxSources)
	if !ok {
		source = -1
	}
	b.buf = appendRow(b.buf[:0], r, source)
}

// checksum returns a checksum of the row in buf and of its columns, but for what depends on rows before.
func (b *builder) checksum(col Columns) uint32 {
	return crc32.Update(crc32.ChecksumIEEE(b.buf), crc32.IEEETable, snapshot.Bytes([]Columns{col}))
}

// write appends the row in buf, which is that of r, and counts it.
func (b *builder) write(r *corpora.Right, col Columns, found rightSigns) error {
	if _, err := b.rows.Write(b.buf); err != nil {
		return fatal{err}
	}
	row := uint32(len(b.columns))
	end := uint64(len(b.buf))
	if row > 0 {
		end += b.rowEnds[row-1]
	}
	b.columns = append(b.columns, col)
	b.rowEnds = append(b.rowEnds, end)
	b.ids = append(b.ids, idEntry{Hash: hashID(r.ID), Row: row})
	for _, l := range found.links {
		l.right = row
		b.links = append(b.links, l)
	}
	b.count(r, col, found)
	return nil
}

func (b *builder) count(r *corpora.Right, col Columns, found rightSigns) {
	b.info.Kinds[r.Kind.String()]++
	b.info.Statuses[r.Status.String()]++
	b.info.Offices[r.Office]++
	if b.o.Date == "" {
		if d := max(r.Filed, r.Registered); d != 0 && d.String() > b.info.Date {
			b.info.Date = d.String()
		}
	}
	if r.Gone {
		b.report.Tombstones++
		return
	}
	key := groupKey{col.Office, col.MarketSet, r.Kind, r.Status == corpora.Unverified || r.Office == ""}
	g := b.groups[key]
	if g == nil {
		g = &Group{Office: r.Office, Kind: r.Kind.String(), List: key.list, Markets: []string{}}
		for _, m := range b.sets[col.MarketSet] {
			g.Markets = append(g.Markets, string(m))
		}
		b.groups[key] = g
	}
	g.Rights++
	if found.words {
		g.Words++
	}
	if found.pictures {
		g.Pictures++
	}
}

// leftOut reports a right that is not in the corpus.
func (b *builder) leftOut(r *corpora.Right, p *corpora.Problem) {
	b.report.Bad++
	b.problem(r, p, false)
}

func (b *builder) problem(r *corpora.Right, p *corpora.Problem, kept bool) {
	if b.o.OnProblem != nil {
		b.o.OnProblem(BuildProblem{Origin: r.Origin, Row: r.Row, ID: r.ID, Kept: kept, Problem: *p})
	}
}

// finish writes every section but the rows, which it ends.
func (b *builder) finish(ctx context.Context) error {
	if err := b.w.End(); err != nil {
		return err
	}
	links, ends := b.signs.linkTable(b.links)
	facts, err := b.signs.factTable(links, ends, b.columns)
	if err != nil {
		return err
	}
	if err := b.signs.finishKinds(ctx, b.w, facts); err != nil {
		return err
	}
	slices.SortFunc(b.ids, func(x, y idEntry) int {
		return cmp.Or(cmp.Compare(x.Hash, y.Hash), cmp.Compare(x.Row, y.Row))
	})
	rightEnds, signsOf := reverse(links, ends, len(b.columns))
	b.totals(len(facts))
	p := putter{w: b.w}
	p.json(secMeta, b.info)
	p.json(secTables, tables{Offices: b.offices.texts(), Markets: b.sets, Sources: b.sources.texts()})
	put(&p, secColumns, b.columns)
	put(&p, secRowEnds, b.rowEnds)
	put(&p, secIDs, b.ids)
	put(&p, secRightEnds, rightEnds)
	put(&p, secSignsOf, signsOf)
	put(&p, secFacts, facts)
	put(&p, secLinks, links)
	put(&p, secLinkEnds, ends)
	put(&p, secText, b.signs.text)
	put(&p, secTextEnds, b.signs.textEnds)
	if len(b.signs.thumbs) > 0 {
		put(&p, secThumbs, b.signs.thumbs)
		put(&p, secThumbsData, b.signs.thumbData)
	}
	return p.err
}

// totals fills what is known only at the end.
func (b *builder) totals(signs int) {
	b.report.Rights, b.report.Signs = len(b.columns), signs
	b.report.Pictures, b.report.Thumbnails = b.signs.pictures, len(b.signs.thumbs)
	b.info.Rights, b.info.Signs, b.info.Pictures = len(b.columns), signs, b.signs.pictures
	for _, key := range slices.SortedFunc(maps.Keys(b.groups), compareGroups) {
		b.info.Groups = append(b.info.Groups, *b.groups[key])
	}
	b.info.List = len(b.info.Groups) > 0 && !slices.ContainsFunc(b.info.Groups, func(g Group) bool { return !g.List })
	if len(b.info.Sources) == 0 {
		all := b.sources.texts()
		b.info.Sources = slices.DeleteFunc(all[:min(len(all), 20)], func(s string) bool { return s == "" })
	}
}

func compareGroups(x, y groupKey) int {
	list := func(k groupKey) int {
		if k.list {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(x.office, y.office), cmp.Compare(x.markets, y.markets), cmp.Compare(x.kind, y.kind),
		cmp.Compare(list(x), list(y)))
}

// putter writes whole sections and keeps the first error.
type putter struct {
	w   *snapshot.Writer
	err error
}

func put[T any](p *putter, name string, s []T) {
	if p.err == nil {
		p.err = p.w.Put(name, snapshot.Bytes(s))
	}
}

func (p *putter) json(name string, v any) {
	b, err := json.Marshal(v)
	if err != nil && p.err == nil {
		p.err = fmt.Errorf("section %s: %w", name, err)
	}
	put(p, name, b)
}
