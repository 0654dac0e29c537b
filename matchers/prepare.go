package matchers

import (
	"context"
	"crypto/sha256"
	"errors"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"

	"lookalike/corpora"
)

// Preparer is implemented by builders to which a sign is dear, such as a picture that must be decoded. Build then calls
// Prepare for pictures ahead of their turn and from several goroutines, and AddPrepared in place of Add.
type Preparer interface {
	// Prepare does the part of Add that needs neither the sign's id nor other signs. Its errors are those of Add. It is
	// safe for concurrent use, with itself and with AddPrepared.
	Prepare(ctx context.Context, s *corpora.Sign) (prepared any, err error)
	// AddPrepared takes what Prepare returned, by the rules of Add.
	AddPrepared(sign uint32, prepared any) error
}

// ahead is how many rights each worker may be ahead of the one whose turn it is.
const ahead = 8

// job is one record of the source with what was read of its pictures.
type job struct {
	right    corpora.Right
	err      error
	pictures []preparedPicture // one per image, unread where there is no Open
	done     chan struct{}     // closed when pictures are read; nil when there are none
}

// preparedPicture is a picture that was read ahead of its turn. It does not hold the file's bytes.
type preparedPicture struct {
	key     signKey
	problem *corpora.Problem
	seen    bool  // another picture of the same content was read before; the rest is not set
	parts   []any // per builder; nil for one that is no Preparer
	errs    []error
	thumb   []byte
}

// reader reads rights and their pictures ahead.
type reader struct {
	preparers []Preparer // per builder, nil for one that is none
	thumbnail func(ctx context.Context, im corpora.Image) ([]byte, error)
	full      atomic.Bool // no more small pictures are kept
	mu        sync.Mutex
	seen      map[signKey]bool
}

// jobs yields the records of src in order. Pictures are read by one goroutine per processor. Every goroutine has ended
// when the iteration has.
func (p *reader) jobs(ctx context.Context, src corpora.Source[corpora.Right]) iter.Seq[*job] {
	return func(yield func(*job) bool) {
		ctx, stop := context.WithCancel(ctx)
		var wg sync.WaitGroup
		defer wg.Wait()
		defer stop()
		workers := runtime.GOMAXPROCS(0)
		ordered, work := make(chan *job, workers*ahead), make(chan *job)
		wg.Go(func() { pull(ctx, src, ordered, work) })
		for range workers {
			wg.Go(func() {
				for j := range work {
					p.read(ctx, j)
				}
			})
		}
		for j := range ordered {
			if j.done != nil {
				<-j.done
			}
			if !yield(j) {
				return
			}
		}
	}
}

// pull hands over every record in order, and those with pictures to the workers too.
func pull(ctx context.Context, src corpora.Source[corpora.Right], ordered, work chan<- *job) {
	defer close(ordered)
	defer close(work)
	for r, err := range src.All(ctx) {
		j := &job{right: r, err: err}
		if err == nil && !r.Gone && len(r.Images) > 0 {
			j.done = make(chan struct{})
		}
		select {
		case ordered <- j:
		case <-ctx.Done():
			return
		}
		if j.done == nil {
			continue
		}
		select {
		case work <- j:
		case <-ctx.Done():
			close(j.done)
			return
		}
	}
}

// read reads the pictures of one right.
func (p *reader) read(ctx context.Context, j *job) {
	defer close(j.done)
	j.pictures = make([]preparedPicture, len(j.right.Images))
	for i, im := range j.right.Images {
		if im.Open != nil && ctx.Err() == nil {
			j.pictures[i] = p.picture(ctx, &j.right, im)
		}
	}
}

func (p *reader) picture(ctx context.Context, r *corpora.Right, im corpora.Image) (out preparedPicture) {
	data, problem := readPicture(ctx, im)
	if problem != nil {
		out.problem = problem
		return out
	}
	out.key = pictureKey(data, r)
	if p.isSeen(out.key) {
		out.seen = true
		return out
	}
	p.prepare(ctx, &out, memoryImage(im.Ref, data), r)
	return out
}

// isSeen reports whether a picture was read before, and remembers that it is now.
func (p *reader) isSeen(key signKey) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen[key] {
		return true
	}
	p.seen[key] = true
	return false
}

// prepare asks every builder that is a Preparer, and makes the small picture when none of them refuses.
func (p *reader) prepare(ctx context.Context, out *preparedPicture, im corpora.Image, r *corpora.Right) {
	s := &corpora.Sign{Image: im, Kind: r.Kind, Form: r.Form}
	out.parts, out.errs = make([]any, len(p.preparers)), make([]error, len(p.preparers))
	refused := false
	for i, b := range p.preparers {
		if b != nil {
			out.parts[i], out.errs[i] = b.Prepare(ctx, s)
			refused = refused || out.errs[i] != nil
		}
	}
	if p.thumbnail != nil && !refused && !p.full.Load() {
		if b, err := p.thumbnail(ctx, im); err == nil && len(b) <= maxThumbnail {
			out.thumb = b
		}
	}
}

// pictureKey tells pictures apart by their bytes, and by what kind and form of right they stand for, since that decides
// by which lanes they are looked for.
func pictureKey(data []byte, r *corpora.Right) signKey {
	inner := sha256.Sum256(data)
	h := sha256.Sum256(append([]byte{'p', byte(r.Kind), byte(r.Form)}, inner[:]...))
	return signKey(h[:16])
}

// problemOf returns err as a problem, nil when it is none.
func problemOf(err error) *corpora.Problem {
	if p, ok := errors.AsType[*corpora.Problem](err); ok {
		return new(*p)
	}
	return nil
}
