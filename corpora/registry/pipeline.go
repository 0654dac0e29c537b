package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// Records are cut out of the files one file after the other by one goroutine, which does nothing but look for tags, and
// parsed in batches by one goroutine per processor. Rights come out in the order of the records. At most batchesAhead
// batches per processor wait.

const (
	batchBytes   = 256 << 10
	batchRecords = 256
	batchesAhead = 2
)

// batch is consecutive records of one entry. An owner that stands behind its record is in the batch of that record.
type batch struct {
	file    *officeFile // nil for a batch that has nothing to parse
	origin  string
	format  Format
	charset string // of the file
	date    string // when the file was made
	records []xmlRecord
	raw     []byte // of the records, one after the other
	rights  []parsedRight
	done    chan struct{} // closed when rights is filled
}

// parsedRight is a right with what is wrong with it.
type parsedRight struct {
	right   corpora.Right
	problem *corpora.Problem
}

// officeFile is an opened file of an office with where its pictures lie. It is closed when nobody needs it.
type officeFile struct {
	p       *table.Package
	root    *os.Root // of the pictures' folder, nil when it cannot be opened
	dir     string
	archive *archive // nil for a file that is none
	users   atomic.Int32
}

func (f *officeFile) release() {
	if f.users.Add(-1) > 0 {
		return
	}
	if f.root != nil {
		_ = f.root.Close()
	}
	if f.archive != nil {
		f.archive.close()
	} else {
		_ = f.p.Close()
	}
}

// All reads the rights, record by record. Every goroutine has ended when the iteration has.
func (x *Office) All(ctx context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		var wg sync.WaitGroup
		defer wg.Wait()
		defer stop()
		workers := runtime.GOMAXPROCS(0)
		ordered, work := make(chan *batch, workers*batchesAhead), make(chan *batch)
		wg.Go(func() {
			defer close(ordered)
			defer close(work)
			c := cutter{x: x, ctx: ctx, ordered: ordered, work: work}
			for _, file := range x.files {
				if !c.file(file) {
					return
				}
			}
		})
		for range workers {
			wg.Go(func() {
				m := &mapper{statuses: x.statuses}
				for b := range work {
					b.parse(m)
				}
			})
		}
		for b := range ordered {
			<-b.done
			for i := range b.rights {
				r := &b.rights[i]
				var err error
				if r.problem != nil {
					err = r.problem
				}
				if ctx.Err() != nil || !yield(r.right, err) {
					return
				}
			}
		}
	}
}

// cutter cuts files into batches.
type cutter struct {
	x             *Office
	ctx           context.Context
	ordered, work chan<- *batch
}

// send hands a batch over, and returns false when nobody wants more.
func (c *cutter) send(b *batch) bool {
	b.done = make(chan struct{})
	if b.file != nil {
		b.file.users.Add(1)
	}
	drop := func() bool {
		if b.file != nil {
			b.file.release()
		}
		close(b.done)
		return false
	}
	select {
	case c.ordered <- b:
	case <-c.ctx.Done():
		return drop()
	}
	if b.file == nil {
		close(b.done)
		return true
	}
	select {
	case c.work <- b:
		return true
	case <-c.ctx.Done():
		return drop()
	}
}

// fail sends what keeps a file or an entry from being read on.
func (c *cutter) fail(origin string, row int, err error) bool {
	return c.send(&batch{rights: []parsedRight{{corpora.Right{Origin: origin, Row: row}, readFailed(err)}}})
}

func (c *cutter) file(file string) bool {
	name := filepath.Base(file)
	p, err := table.OpenFile(file, name, isXML)
	if err != nil {
		return c.fail(name, 0, err)
	}
	f := &officeFile{p: p, dir: c.x.options.Pictures}
	if f.dir == "" {
		f.dir = filepath.Dir(file)
	}
	if root, err := os.OpenRoot(f.dir); err == nil {
		f.root = root
	}
	if p.IsArchive() {
		f.archive = &archive{file: file, keep: isXML, p: p}
	}
	f.users.Add(1)
	defer f.release()
	for i := range p.Entries {
		if !c.entry(f, &p.Entries[i]) {
			return false
		}
	}
	return true
}

func (c *cutter) entry(f *officeFile, e *table.Entry) bool {
	format, err := c.x.formatOf(e)
	if err != nil {
		return c.fail(e.Name, 0, err)
	}
	in, err := e.Open()
	if err != nil {
		return c.fail(e.Name, 0, err)
	}
	defer in.Close()
	names := format.records
	if format.owners != "" {
		names = append(slices.Clone(names), format.owners)
	}
	records := newOfficeRecords(in, names...)
	date, dated := "", false
	b := &batch{file: f, origin: e.Name, format: format, charset: records.charset}
	for c.ctx.Err() == nil {
		rec, err := records.next()
		if err != nil {
			if !c.send(b) {
				return false
			}
			return errors.Is(err, io.EOF) || c.fail(e.Name, records.line, err)
		}
		if !dated {
			dated, date = true, fileDate(string(records.head))
			b.date = date
		}
		if rec.name != format.owners && rec.name != "" && (len(b.raw) >= batchBytes || len(b.records) >= batchRecords) {
			if !c.send(b) {
				return false
			}
			b = &batch{file: f, origin: e.Name, format: format, charset: records.charset, date: date}
		}
		b.take(rec)
	}
	return false
}

// take copies a record into the batch. Of one that has a problem nothing is parsed.
func (b *batch) take(rec xmlRecord) {
	raw := rec.raw
	if rec.problem != nil {
		raw = nil
	}
	from := len(b.raw)
	b.raw = append(b.raw, raw...)
	rec.raw = b.raw[from:len(b.raw):len(b.raw)]
	b.records = append(b.records, rec)
}

// parse turns the records into rights with the scratch m.
func (b *batch) parse(m *mapper) {
	defer close(b.done)
	defer b.file.release()
	m.format, m.charset, m.date = b.format, b.charset, b.date
	m.pictures = &shipped{dir: b.file.dir, root: b.file.root, archive: b.file.archive}
	if b.file.archive != nil {
		m.pictures.member = path.Dir(strings.TrimPrefix(b.origin, filepath.Base(b.file.archive.file)+"/"))
	}
	b.rights = make([]parsedRight, 0, len(b.records))
	last := -1 // right, the one that an owner behind it is of
	for i := range b.records {
		rec := &b.records[i]
		if rec.name != "" && rec.name == b.format.owners {
			if last >= 0 {
				m.ownerBehind(&b.rights[last], rec)
			}
			continue
		}
		if rec.name != "" {
			last = len(b.rights)
		}
		r := b.right(m, rec)
		r.right.Origin, r.right.Row = b.origin, rec.line
		b.rights = append(b.rights, r)
	}
	b.raw, b.records = nil, nil
}

// right reads one record. A fault inside the reader spoils that record alone.
func (b *batch) right(m *mapper, rec *xmlRecord) (r parsedRight) {
	defer func() {
		if p := recover(); p != nil {
			r = parsedRight{problem: &corpora.Problem{Code: corpora.ReaderFailed, Args: map[string]any{"offset": rec.offset, "reason": fmt.Sprint(p)}}}
		}
	}()
	r.right, r.problem = m.right(rec)
	return r
}
