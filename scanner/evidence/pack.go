package evidence

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"lookalike/corpora"
	"lookalike/scanner"
)

// packer writes the items of one capture into its staging folder.
type packer struct {
	s    *Store
	m    Manifest
	now  time.Time
	dir  string
	dirs []string // folders below it
}

// items writes everything but the manifest.
func (p *packer) items(ctx context.Context, c *Capture) error {
	if c.source != nil {
		if err := p.file(c.source.item, "application/octet-stream", nil, func(w io.Writer) error {
			_, err := io.Copy(w, c.source.body)
			return err
		}); err != nil {
			return err
		}
	}
	pictures := p.pictures(ctx, c)
	if len(c.Exchanges)+len(pictures) > 0 {
		if err := p.warc(c, append(c.Exchanges[:len(c.Exchanges):len(c.Exchanges)], pictures...)); err != nil {
			return err
		}
	}
	if c.Record != nil {
		if err := p.record(c.Record); err != nil {
			return err
		}
	}
	if c.Finding != nil {
		if err := p.finding(c.Scan, c.Finding); err != nil {
			return err
		}
	}
	return p.renderings(c.Rendering)
}

// file writes one item. parts is filled by fill and may be nil.
func (p *packer) file(name, media string, parts *[]Part, fill func(io.Writer) error) error {
	h := sha256.New()
	var size countWriter
	err := p.s.writeNew(p.dir+"/"+name, func(w io.Writer) error {
		bw := bufio.NewWriterSize(w, 64<<10)
		if err := fill(io.MultiWriter(bw, h, &size)); err != nil {
			return err
		}
		return bw.Flush()
	})
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	it := Item{Name: name, Type: media, Size: int64(size), SHA256: hexSum(h), Parts: []Part{}}
	if parts != nil {
		it.Parts = *parts
	}
	p.m.Items = append(p.m.Items, it)
	return nil
}

type countWriter int64

func (c *countWriter) Write(b []byte) (int, error) {
	*c += countWriter(len(b))
	return len(b), nil
}

// pictures opens the record's pictures that no exchange holds. One that cannot be had is a problem of the capture.
func (p *packer) pictures(ctx context.Context, c *Capture) []Exchange {
	if c.Record == nil {
		return nil
	}
	have := map[string]bool{}
	for _, x := range c.Exchanges {
		have[x.URL] = true
	}
	var got []Exchange
	for i, im := range c.Record.Images {
		if have[im.Ref] || slices.Contains(c.Lost, im.Ref) {
			continue
		}
		if i >= maxPictures {
			p.problem("pictures from %d on: more than %d", i, maxPictures)
			break
		}
		b, err := openPicture(ctx, im)
		if err != nil {
			p.problem("picture %d: %v", i, err)
			continue
		}
		uri := "urn:lookalike:picture:" + strconv.Itoa(i)
		if strings.HasPrefix(im.Ref, "http://") || strings.HasPrefix(im.Ref, "https://") {
			uri = im.Ref
		}
		got = append(got, Exchange{URL: uri, Role: RolePicture, Resource: b, Type: http.DetectContentType(b), Picture: i, Started: p.now})
	}
	return got
}

func openPicture(ctx context.Context, im corpora.Image) ([]byte, error) {
	if im.Open == nil {
		return nil, fmt.Errorf("not fetched")
	}
	r, err := im.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxPicture+1))
	if err == nil && len(b) > maxPicture {
		err = fmt.Errorf("more than %d bytes", maxPicture)
	}
	return b, err
}

func (p *packer) problem(format string, args ...any) {
	p.m.Problems = append(p.m.Problems, shorten(fmt.Sprintf(format, args...), 300))
}

// warc writes the exchanges and describes them in the manifest.
func (p *packer) warc(c *Capture, xs []Exchange) error {
	chains := map[string]string{} // item by hash of the certificate
	var parts []Part
	return p.file(warcItem, "application/warc", &parts, func(w io.Writer) error {
		ww := &warcWriter{w: w, newID: p.uuid}
		err := ww.warcinfo(p.now, [][2]string{
			{"software", "lookalike " + p.m.Engine}, {"format", "WARC File Format 1.1"},
			{"operator", p.m.Operator}, {"description", "capture " + p.m.ID},
		})
		if err != nil {
			return err
		}
		for i := range xs {
			x := xs[i]
			if x.Started.IsZero() {
				x.Started = p.now
			}
			request, response, err := ww.exchange(&x)
			if err != nil {
				return err
			}
			entry, err := p.describe(&x, request, response, chains)
			if err != nil {
				return err
			}
			p.m.Exchanges = append(p.m.Exchanges, entry)
		}
		parts = ww.parts
		return nil
	})
}

// describe makes the manifest's entry of an exchange and keeps its certificates.
func (p *packer) describe(x *Exchange, request, response int, chains map[string]string) (ExchangeEntry, error) {
	e := ExchangeEntry{
		URL: x.URL, Role: x.Role, Started: stampTime(x.Started), Address: x.Address, Protocol: x.Protocol,
		Request: request, Response: response, Cut: x.Cut, Rebuilt: x.Rebuilt, Error: shorten(x.Error, 300),
	}
	if e.Role == "" {
		e.Role = RolePage
	}
	if e.Role == RolePicture && x.Picture >= 0 {
		e.Picture = new(x.Picture)
	}
	switch {
	case isMessage(x.Response):
		head, body := splitMessage(x.Response)
		e.Status = statusOf(head)
		e.Payload = sum(body)
	case len(x.Response) > 0:
		e.Payload = sum(x.Response)
	case x.Resource != nil:
		e.Payload = sum(x.Resource)
	}
	if x.TLS == nil {
		return e, nil
	}
	e.TLS = &TLSEntry{Version: x.TLS.Version, Cipher: x.TLS.Cipher, ServerName: x.TLS.ServerName, Verified: x.TLS.Verified, Chain: []string{}}
	for _, der := range x.TLS.Chain {
		name, err := p.certificate(der, chains)
		if err != nil {
			return e, err
		}
		e.TLS.Chain = append(e.TLS.Chain, name)
	}
	return e, nil
}

// certificate keeps one certificate, once per capture.
func (p *packer) certificate(der []byte, kept map[string]string) (string, error) {
	hash := sum(der)
	if name, ok := kept[hash]; ok {
		return name, nil
	}
	if len(kept) == 0 {
		if err := p.s.root.Mkdir(p.dir+"/tls", 0o750); err != nil {
			return "", err
		}
		p.dirs = append(p.dirs, p.dir+"/tls")
	}
	name := fmt.Sprintf("tls/%04d.pem", len(kept)+1)
	kept[hash] = name
	return name, p.file(name, "application/x-pem-file", nil, func(w io.Writer) error {
		return pem.Encode(w, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	})
}

func (p *packer) uuid() (string, error) {
	h, err := randomHex(p.s.o.Random, 16)
	if err != nil {
		return "", err
	}
	b := []byte(h)
	b[12], b[16] = '4', "89ab"[b[16]%4]
	return fmt.Sprintf("urn:uuid:%s-%s-%s-%s-%s", b[:8], b[8:12], b[12:16], b[16:20], b[20:]), nil
}

// record writes the parsed listing, one field per line, each with a salt and each a part.
func (p *packer) record(l *corpora.Listing) error {
	var parts []Part
	return p.file(recordItem, "application/jsonl", &parts, func(w io.Writer) error {
		var at int64
		for _, f := range fieldsOf(l) {
			salt, err := randomHex(p.s.o.Random, 16)
			if err != nil {
				return err
			}
			b, err := canonical(fieldLine{f.Field, salt, f.Value})
			if err != nil {
				return err
			}
			b = append(b, '\n')
			if _, err := w.Write(b); err != nil {
				return err
			}
			parts = append(parts, Part{Name: f.Field, Offset: at, Size: int64(len(b)), SHA256: sum(b)})
			at += int64(len(b))
		}
		return nil
	})
}

// finding writes a canonical report of one listing: header, finding, trailer.
func (p *packer) finding(h *scanner.Header, f *scanner.Finding) error {
	var parts []Part
	return p.file(findingItem, "application/jsonl", &parts, func(w io.Writer) error {
		var at int64
		var buf bytes.Buffer
		e := scanner.NewEncoder(&buf)
		line := func(name string, err error) error {
			if err != nil {
				return err
			}
			b := buf.Bytes()
			parts = append(parts, Part{Name: name, Offset: at, Size: int64(len(b)), SHA256: sum(b)})
			at += int64(len(b))
			_, err = w.Write(b)
			buf.Reset()
			return err
		}
		if err := line("header", e.Header(*h)); err != nil {
			return err
		}
		if err := line("finding", e.Finding(*f)); err != nil {
			return err
		}
		return line("trailer", e.Trailer(trailerOf(f)))
	})
}

// trailerOf counts one finding.
func trailerOf(f *scanner.Finding) scanner.Trailer {
	t := scanner.Trailer{Listings: 1, ByGrade: map[string]int{}, ByGate: map[string]map[string]int{}, Complete: f.Error == nil}
	if f.Grade != nil {
		t.Findings = 1
		t.ByGrade[string(*f.Grade)] = 1
	}
	if f.Error != nil {
		t.Incomplete = 1
	}
	for m, g := range f.Gates {
		t.ByGate[m] = map[string]int{string(g): 1}
	}
	return t
}

// renderings writes pictures of the page.
func (p *packer) renderings(all [][]byte) error {
	for i, b := range all {
		kind, media := "", ""
		switch {
		case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
			kind, media = "png", "image/png"
		case bytes.HasPrefix(b, []byte("%PDF-")):
			kind, media = "pdf", "application/pdf"
		}
		if kind == "" || len(b) > maxRendering {
			return fmt.Errorf("rendering %d is neither PNG nor PDF, or has more than %d bytes", i, maxRendering)
		}
		name := fmt.Sprintf("rendering-%d.%s", i+1, kind)
		if err := p.file(name, media, nil, func(w io.Writer) error { _, err := w.Write(b); return err }); err != nil {
			return err
		}
	}
	return nil
}

// splitMessage cuts an HTTP message behind its blank line.
func splitMessage(b []byte) (head, body []byte) {
	crlf, lf := bytes.Index(b, []byte("\r\n\r\n")), bytes.Index(b, []byte("\n\n"))
	switch {
	case crlf >= 0 && (lf < 0 || crlf < lf):
		return b[:crlf+4], b[crlf+4:]
	case lf >= 0:
		return b[:lf+2], b[lf+2:]
	}
	return b, nil
}

// statusOf reads the status of an answer's head, 0 when it has none.
func statusOf(head []byte) int {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	f := strings.Fields(string(line))
	if len(f) < 2 {
		return 0
	}
	n, err := strconv.Atoi(f[1])
	if err != nil || n < 100 || n > 999 {
		return 0
	}
	return n
}

// fieldLine is one line of the parsed record.
type fieldLine struct {
	Field string          `json:"field"`
	Salt  string          `json:"salt"`
	Value json.RawMessage `json:"value"`
}
