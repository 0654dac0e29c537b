package report

import (
	"context"
	"errors"
	"fmt"

	"lookalike/scanner"
)

// File is a Writer over a Pending file, which End commits.
type File struct {
	Writer
	*Pending
	err error // the first one: a report with a hole is never given its name
}

// Create returns a File for path in the format of its extension.
func Create(path string, o Options) (*File, error) {
	format, err := FormatOf(path)
	if err != nil {
		return nil, err
	}
	return CreateAs(format, path, o)
}

// CreateAs returns a File for path in the named format.
func CreateAs(format, path string, o Options) (*File, error) {
	pending, err := NewPending(path)
	if err != nil {
		return nil, fmt.Errorf("writing report: %w", err)
	}
	f := &File{Pending: pending}
	if f.Writer, err = New(format, pending, o); err != nil {
		f.Discard()
		return nil, err
	}
	return f, nil
}

// Begin writes the header.
func (f *File) Begin(h scanner.Header) error {
	f.err = f.Writer.Begin(h)
	return f.named(f.err)
}

// Put writes one finding.
func (f *File) Put(ctx context.Context, x scanner.Finding) error {
	if f.err == nil {
		f.err = f.Writer.Put(ctx, x)
	}
	return f.named(f.err)
}

// End writes the trailer and gives the file its name. After an error of Begin or Put it removes what was written.
func (f *File) End(t scanner.Trailer) error {
	err := f.err
	if err == nil && !f.done {
		err = f.Writer.End(t)
	}
	if err != nil {
		f.Discard()
		return f.named(err)
	}
	return f.named(f.Commit())
}

func (f *File) named(err error) error {
	if err != nil {
		return fmt.Errorf("writing report %s: %w", f.path, err)
	}
	return nil
}

// Tee returns a Writer that hands everything to each of ws in turn. The first error ends a Put; End reaches every one of
// them, so that one broken output does not spoil the others.
func Tee(ws ...Writer) Writer { return tee(ws) }

type tee []Writer

func (t tee) Begin(h scanner.Header) error {
	for _, w := range t {
		if err := w.Begin(h); err != nil {
			return err
		}
	}
	return nil
}

func (t tee) Put(ctx context.Context, f scanner.Finding) error {
	for _, w := range t {
		if err := w.Put(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

func (t tee) End(x scanner.Trailer) error {
	var errs []error
	for _, w := range t {
		errs = append(errs, w.End(x))
	}
	return errors.Join(errs...)
}
