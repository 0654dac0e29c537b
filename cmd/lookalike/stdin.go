package main

import (
	"context"
	"io"
)

// interruptible reads from r until ctx is done. A read of a terminal or an idle pipe cannot be taken back, so that the
// goroutine of the last read may stay until the process ends.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	if r == nil {
		return nil
	}
	return &patientReader{ctx: ctx, r: r, done: make(chan readResult, 1), buf: make([]byte, 64<<10)}
}

type readResult struct {
	n   int
	err error
}

// patientReader hands a read to a goroutine and waits for it or for the end of its context.
type patientReader struct {
	ctx     context.Context
	r       io.Reader
	done    chan readResult
	buf     []byte // belongs to the goroutine while a read is under way
	rest    []byte
	reading bool
	err     error
}

// Read implements io.Reader.
func (p *patientReader) Read(dst []byte) (int, error) {
	if len(p.rest) == 0 {
		if p.err != nil {
			return 0, p.err
		}
		if !p.reading {
			p.reading = true
			go func() {
				n, err := p.r.Read(p.buf)
				p.done <- readResult{n, err}
			}()
		}
		select {
		case got := <-p.done:
			p.reading = false
			p.rest, p.err = p.buf[:got.n], got.err
		case <-p.ctx.Done():
			return 0, context.Cause(p.ctx)
		}
	}
	n := copy(dst, p.rest)
	p.rest = p.rest[n:]
	if n == 0 && len(p.rest) == 0 && p.err != nil {
		return 0, p.err
	}
	return n, nil
}
