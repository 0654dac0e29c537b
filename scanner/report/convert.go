package report

import (
	"context"
	"errors"
	"fmt"
	"io"

	"lookalike/scanner"
)

// Convert reads a canonical report and writes it to w. A report that ends without its trailer is converted up to there,
// with a trailer that says that it is not complete, and the error is scanner.ErrCutShort.
func Convert(ctx context.Context, r io.Reader, w Writer) error {
	dec := scanner.NewDecoder(r)
	listings := 0
	for {
		line, err := dec.Next()
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, scanner.ErrCutShort) && listings > 0:
			return errors.Join(err, w.End(scanner.Trailer{Listings: listings}))
		case err != nil:
			return fmt.Errorf("reading report: %w", err)
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case line.Header != nil:
			err = w.Begin(*line.Header)
		case line.Finding != nil:
			listings++
			err = w.Put(ctx, *line.Finding)
		case line.Trailer != nil:
			err = w.End(*line.Trailer)
		}
		if err != nil {
			return err
		}
	}
}
