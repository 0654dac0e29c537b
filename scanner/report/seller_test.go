package report

import (
	"strings"
	"testing"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// TestSellerMatchesAreShownOnce scans three listings of one seller whose name holds a sign.
func TestSellerMatchesAreShownOnce(t *testing.T) {
	var fs []scanner.Finding
	for i := range 3 {
		f := sampleFindings()[0]
		f.Listing.ID = "S-" + string(rune('1'+i))
		m := f.Matches[0]
		m.Field, m.Fingerprint, m.Right.Text = "seller", "fp-seller", "SELLERSIGN"
		f.Matches = []judge.Match{m}
		if i == 2 {
			f.Matches = append(f.Matches, sampleFindings()[0].Matches[0])
		}
		fs = append(fs, f)
	}
	for _, c := range []struct {
		format string
		o      Options
	}{{"table", Options{}}, {"table", Options{Top: 5}}, {"html", Options{}}, {"md", Options{}}} {
		var b strings.Builder
		w, err := New(c.format, &b, c.o)
		if err != nil {
			t.Fatal(err)
		}
		write(t, w, fs)
		got := b.String()
		if !strings.Contains(got, "S-1") || strings.Contains(got, "S-2") || !strings.Contains(got, "S-3") {
			t.Errorf("%s: want the first listing of the seller, and the one with a match of its own", c.format)
		}
	}
	var b strings.Builder
	w, err := New("csv", &b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, fs)
	if n := strings.Count(b.String(), "SELLERSIGN"); n != 3 {
		t.Errorf("csv has %d rows of the seller match, want all 3", n)
	}
}
