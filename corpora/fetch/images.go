package fetch

import (
	"context"
	"errors"
	"io"
	"iter"
	"strings"

	"lookalike/corpora"
)

// Images is a source of listings whose pictures by address can be opened: they are fetched when a matcher opens them.
type Images struct {
	Source corpora.Source[corpora.Listing]
	Client *Client
}

// All streams the listings.
func (s Images) All(ctx context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) {
		for l, err := range s.Source.All(ctx) {
			for i := range l.Images {
				if im := &l.Images[i]; im.ByAddress() {
					im.Open = s.Client.opener(im.Ref)
				}
			}
			if !yield(l, err) {
				return
			}
		}
	}
}

// opener opens the picture at an address. Its errors are problems of the report.
func (c *Client) opener(address string) func(context.Context) (io.ReadCloser, error) {
	return func(ctx context.Context) (io.ReadCloser, error) {
		b, err := c.Get(ctx, strings.TrimSpace(address))
		if err != nil {
			return nil, c.problem(err)
		}
		return b.Open()
	}
}

// problem turns a failed request into a problem. An end of ctx stays what it is.
func (c *Client) problem(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	if e.Reason == "size" {
		return &corpora.Problem{Code: corpora.PictureTooLarge, Args: map[string]any{"bytes": e.Size, "limit": c.o.MaxBytes}}
	}
	args := map[string]any{"ref": strings.ToValidUTF8(e.URL[:min(len(e.URL), 500)], ""), "reason": e.Reason}
	if e.Status > 0 {
		args["status"] = e.Status
	}
	return &corpora.Problem{Code: corpora.PictureFetch, Args: args}
}
