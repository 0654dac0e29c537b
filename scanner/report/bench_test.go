package report

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"lookalike/scanner"
)

// BenchmarkPut gives the rate at which each format takes findings of one match.
func BenchmarkPut(b *testing.B) {
	fs := sampleFindings()[:5]
	for _, format := range Formats() {
		b.Run(format, func(b *testing.B) {
			w, err := New(format, io.Discard, Options{})
			if err != nil {
				b.Fatal(err)
			}
			if err := w.Begin(sampleHeader()); err != nil {
				b.Fatal(err)
			}
			n := 0
			for b.Loop() {
				if err := w.Put(b.Context(), fs[n%len(fs)]); err != nil {
					b.Fatal(err)
				}
				n++
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "findings/s")
		})
	}
}

// BenchmarkPage writes a full page of 2,000 cards.
func BenchmarkPage(b *testing.B) {
	fs := many(pageFindings)
	for b.Loop() {
		n := &counter{}
		w, err := New("html", n, samplePictures(Options{}))
		if err != nil {
			b.Fatal(err)
		}
		write(b, w, fs)
		b.ReportMetric(float64(n.n)/1e6, "MB")
	}
}

type counter struct{ n int }

func (c *counter) Write(p []byte) (int, error) { c.n += len(p); return len(p), nil }

// many returns n findings with six matches each.
func many(n int) []scanner.Finding {
	sample := sampleFindings()
	var out []scanner.Finding
	for i := range n {
		f := sample[i%6]
		f.Listing.ID = fmt.Sprintf("SKU-%d", i)
		f.Listing.Row = i + 2
		for range 5 {
			f.Matches = append(f.Matches[:len(f.Matches):len(f.Matches)], sample[2].Matches[0])
		}
		out = append(out, f)
	}
	return out
}

// TestPageSaysThatItIsCut holds that a page keeps the worst findings and says how many there are.
func TestPageSaysThatItIsCut(t *testing.T) {
	var b strings.Builder
	w, err := New("html", &b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, many(pageFindings+500))
	if n := strings.Count(b.String(), `<details class="card`); n != pageFindings {
		t.Errorf("%d cards, want %d", n, pageFindings)
	}
	if !strings.Contains(b.String(), "The 2000 of highest priority out of 2500 listings with findings are shown; below them: ") {
		t.Error("the page does not say that it is cut")
	}
	if strings.Contains(b.String(), `data-grade="low"`) {
		t.Error("a low finding stands on the page although there are enough worse ones")
	}
}
