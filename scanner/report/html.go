package report

import (
	"bufio"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"lookalike/corpora"
	"lookalike/scanner"
	"lookalike/scanner/report/lang"
)

// pageFindings is how many findings a page holds at most: the worst ones. Some 2,000 cards stay quick in a browser.
const pageFindings = 2000

var (
	//go:embed page/page.css
	pageCSS string
	//go:embed page/page.js
	pageJS string
	//go:embed page/page.html
	pageHTML string
)

// htmlWriter writes one self-contained page with both languages. It keeps the worst findings until the end.
type htmlWriter struct {
	w     io.Writer
	o     Options
	h     scanner.Header
	worst worst
	tally tally
	once  sellers
}

func newHTML(w io.Writer, o Options) Writer {
	return &htmlWriter{
		w: w, o: o,
		worst: worst{n: shown(o.Top)},
		once:  sellers{},
		tally: tally{limit: 100_000, count: map[groupKey]int{}},
	}
}

// shown returns how many findings a page holds when so many were asked for, 0 for no bound but its own.
func shown(top int) int {
	if top <= 0 {
		return pageFindings
	}
	return min(top, pageFindings)
}

func (p *htmlWriter) Begin(h scanner.Header) error {
	p.h = h
	return nil
}

func (p *htmlWriter) Put(_ context.Context, f scanner.Finding) error {
	if len(f.Matches) == 0 && f.Error == nil {
		return nil // a clear listing of --all stands in the counts alone
	}
	p.tally.add(&f)
	if rest, n := p.once.once(&f); !bare(&rest, n) {
		p.worst.offer(&rest, p.keep)
	}
	return nil
}

// keep makes the copy of a finding that is kept. A picture that stands in the feed itself is made small at once, so that
// its bytes need not be kept.
func (p *htmlWriter) keep(f *scanner.Finding) ranked {
	r := ranked{f: kept(f)}
	if p.o.Thumbnail == nil {
		return r
	}
	images, i := r.f.Source.Images, pictureIndex(lead(f))
	if i >= 0 && i < len(images) && len(images[i].Ref) > 4096 {
		r.thumb = thumbnail(p.o.Context, p.o.Thumbnail, &r)
		images[i] = corpora.Image{}
	}
	return r
}

func (p *htmlWriter) End(t scanner.Trailer) error {
	pg := &page{
		Header: &p.h, Trailer: &t, Options: p.o, Lang: p.o.Lang,
		Seen: p.worst.seen, count: p.tally.count,
		en: voice{p.o.Messages, lang.English}, zh: voice{p.o.Messages, lang.Chinese},
	}
	kept := p.worst.sorted()
	pg.Shown, pg.below = len(kept), p.worst.below
	pg.pictures = newPictures(p.o, kept)
	pg.Groups = grouped(kept)
	tmpl, err := template.New("page").Funcs(pg.funcs()).Parse(pageHTML)
	if err != nil {
		return fmt.Errorf("reading the page template: %w", err)
	}
	w := bufio.NewWriterSize(p.w, 64<<10)
	fmt.Fprintf(w, pageHead, p.o.Lang, p.o.Lang, hashOf(pageCSS), hashOf(pageJS), template.HTMLEscapeString(pg.voice().text("page.title")), pageCSS)
	if err := pg.write(w, tmpl); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	fmt.Fprintf(w, "<script>%s</script>\n</body>\n</html>\n", pageJS)
	return w.Flush()
}

// pageHead is written as it is, so that the hashes of the policy fit its style and script to the byte.
const pageHead = `<!DOCTYPE html>
<html lang="%s" data-lang="%s">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>%s</title>
<style>%s</style>
</head>
<body>
`

// hashOf returns the hash by which a content security policy allows an inline style or script.
func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
