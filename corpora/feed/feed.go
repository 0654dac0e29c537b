package feed

import (
	"context"
	"errors"
	"io"
	"iter"
	"maps"
	"os"
	"sync/atomic"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// Feed is a Source of the listings in the files that Open found. It is read once, by one goroutine.
type Feed struct {
	options  Options
	dict     *dictionary
	sources  []*source
	units    []*unit
	problems []corpora.Problem
	bytes    atomic.Int64 // read of plain texts
}

// Progress returns how many bytes of the feed have been read and how many there are, the latter -1 when that cannot be
// known: standard input, compressed files, workbooks. It is safe to call while All runs.
func (f *Feed) Progress() (read, total int64) {
	for _, u := range f.units {
		if u.size < 0 {
			return f.bytes.Load(), -1
		}
		total += u.size
	}
	return f.bytes.Load(), total
}

// metered counts what is read.
type metered struct {
	r    io.Reader
	read *atomic.Int64
}

// Read implements io.Reader.
func (m *metered) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.read.Add(int64(n))
	return n, err
}

// Dialects returns what was found out about each file, in their order.
func (f *Feed) Dialects() []Dialect {
	out := make([]Dialect, len(f.units))
	for i, u := range f.units {
		out[i] = u.dialect
	}
	return out
}

// Problems returns what went wrong with files as a whole: refused members of archives, damaged and truncated files. The
// argument "origin" names the file. It is complete after All.
func (f *Feed) Problems() []corpora.Problem { return f.problems }

// Close releases files that pictures or streams still hold. Pictures in archives cannot be opened after it.
func (f *Feed) Close() error {
	var errs []error
	for _, s := range f.sources {
		if s.pkg != nil {
			errs = append(errs, s.pkg.Close())
			s.pkg = nil
		}
		if s.pipe != nil {
			errs = append(errs, s.pipe.Close())
			s.pipe = nil
		}
		if s.spooled != "" {
			errs = append(errs, os.Remove(s.spooled))
			s.spooled = ""
		}
	}
	return errors.Join(errs...)
}

func (f *Feed) problem(origin string, p *corpora.Problem) {
	args := maps.Clone(p.Args)
	if args == nil {
		args = map[string]any{}
	}
	args["origin"] = origin
	f.problems = append(f.problems, corpora.Problem{Code: p.Code, Field: p.Field, Args: args})
}

// All streams the listings of every file in order.
func (f *Feed) All(ctx context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) {
		for _, u := range f.units {
			if ctx.Err() != nil {
				return
			}
			if u.dialect.Empty {
				continue
			}
			more, err := f.read(ctx, u, yield)
			if err != nil && ctx.Err() == nil {
				f.problem(u.dialect.Origin, asProblem(err, u.row))
			}
			if !more {
				return
			}
		}
	}
}

// read streams one unit. It returns false when the consumer stops or ctx is done.
func (f *Feed) read(ctx context.Context, u *unit, yield func(corpora.Listing, error) bool) (more bool, err error) {
	pkg, err := u.src.open()
	if err != nil {
		return true, err
	}
	defer u.src.release()
	if u.entry >= len(pkg.Entries) {
		return true, io.ErrUnexpectedEOF
	}
	r, err := u.open(ctx, &pkg.Entries[u.entry])
	if err != nil {
		return true, err
	}
	defer r.Close()
	out := &output{f: f, u: u, yield: yield}
	pics := u.pictures(pkg, f.options.AllowPaths)
	out.cur = &builder{origin: u.dialect.Origin, pics: pics}
	out.next = &builder{origin: u.dialect.Origin, pics: pics}
	for n := 0; ; n++ {
		if n%64 == 0 && ctx.Err() != nil {
			return false, nil
		}
		rec, err := r.Next()
		if err != nil {
			if !out.flush() {
				return false, nil
			}
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return true, err
		}
		u.row = rec.Row
		if !out.record(rec) {
			return false, nil
		}
	}
}

// output hands listings on. Where several rows make one listing it holds the last one until a row is not part of it.
type output struct {
	f         *Feed
	u         *unit
	yield     func(corpora.Listing, error) bool
	cur, next *builder
	held      bool // cur waits for further rows
}

// record takes one record. It returns false when the consumer stops.
func (o *output) record(rec *table.Record) bool {
	bad, skip := o.u.fill(o.next, rec)
	switch {
	case skip:
		return true
	case bad != nil:
		if bad.Code == corpora.SourceTruncated {
			o.f.problem(o.u.dialect.Origin, bad)
		}
		return o.flush() && o.yield(o.next.l, bad)
	case !o.u.folds():
		return o.put(o.next)
	case o.held && o.u.profile.fold(o.cur, o.next):
		o.cur.merge(o.next)
		return true
	}
	if !o.flush() {
		return false
	}
	o.cur, o.next, o.held = o.next, o.cur, true
	return true
}

// flush hands on the listing that waits, if one does.
func (o *output) flush() bool {
	if !o.held {
		return true
	}
	o.held = false
	return o.put(o.cur)
}

func (o *output) put(b *builder) bool {
	if p := b.finish(); p != nil {
		return o.yield(b.l, p)
	}
	return o.yield(b.l, nil)
}

// reader is a table.Reader that holds something open.
type reader struct {
	table.Reader
	closers []io.Closer
	text    *table.Text
}

func (r *reader) Close() error {
	var errs []error
	for _, c := range r.closers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}
