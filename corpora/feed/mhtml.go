package feed

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// maxParts bounds the parts of a page saved as MHTML (RFC 2557).
const maxParts = 10_000

var errNoPage = errors.New("no HTML inside")

// eachPart calls f with the parts of an MHTML file until it returns false.
func eachPart(r io.Reader, f func(kind, charset, location string, body io.Reader) (bool, error)) error {
	msg, err := mail.ReadMessage(bufio.NewReader(r))
	if err != nil {
		return err
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	if !strings.HasPrefix(kind, "multipart/") || params["boundary"] == "" {
		return errNoPage
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for range maxParts {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		kind, params, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		var body io.Reader = p
		switch strings.ToLower(strings.TrimSpace(p.Header.Get("Content-Transfer-Encoding"))) {
		case "quoted-printable":
			body = quotedprintable.NewReader(p)
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, p)
		}
		more, err := f(kind, params["charset"], p.Header.Get("Content-Location"), body)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// readMHTML reads the page inside an MHTML file.
func readMHTML(r io.Reader) (*page, error) {
	var pg *page
	parts := map[string]bool{}
	err := eachPart(r, func(kind, charset, location string, body io.Reader) (bool, error) {
		if strings.HasPrefix(kind, "image/") && location != "" {
			parts[location] = true
		}
		if pg != nil || kind != "text/html" && kind != "application/xhtml+xml" {
			return true, nil
		}
		text, err := readBounded(table.NewText(body, charset))
		if err != nil {
			return false, err
		}
		pg, err = readPage(text, location)
		return true, err
	})
	switch {
	case pg == nil && err == nil:
		return nil, errNoPage
	case pg == nil:
		return nil, err
	case err != nil && pg.bad == nil:
		pg.bad = asProblem(err, 1) // the page came first and is whole
	}
	pg.parts = parts
	return pg, nil
}

// mhtmlPicture opens a picture that an MHTML file holds.
func mhtmlPicture(ctx context.Context, open func() (io.ReadCloser, error), ref string) (io.ReadCloser, error) {
	r, err := open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var found []byte
	err = eachPart(r, func(kind, _, location string, body io.Reader) (bool, error) {
		if ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
		if location != ref || !strings.HasPrefix(kind, "image/") {
			return true, nil
		}
		found, err = io.ReadAll(io.LimitReader(body, maxPicture+1))
		return false, err
	})
	switch {
	case err != nil:
		return nil, &corpora.Problem{Code: corpora.ReadFailed, Args: map[string]any{"reason": err.Error()}}
	case found == nil:
		return nil, missing(ref)
	}
	return io.NopCloser(strings.NewReader(string(found))), nil
}

// maxPicture is more than any picture that is looked at.
const maxPicture = 32 << 20
