package report

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"lookalike/matchers/judge"
	"lookalike/scanner/report/lang"
)

func TestExplain(t *testing.T) {
	for _, l := range lang.Languages() {
		var b bytes.Buffer
		for _, i := range []int{0, 1, 5} {
			f := sampleFindings()[i]
			silenced := "fp-other"
			f.Matches = append(f.Matches, textMatch(f.Listing.Title, "o", "OTHER", "Other Ltd", judge.UseBrand, weakPieces()...))
			f.Matches[len(f.Matches)-1].SilencedBy = &silenced
			if err := Explain(&b, sampleHeader(), f, f.Matches[0].Fingerprint, Options{Lang: l}); err != nil {
				t.Fatal(err)
			}
			b.WriteString("\n")
		}
		golden(t, "explain."+l+".txt", b.Bytes())
	}
	if err := Explain(&bytes.Buffer{}, sampleHeader(), sampleFindings()[0], "nothing", Options{}); !errors.Is(err, ErrNoMatch) {
		t.Errorf("an unknown fingerprint gives %v", err)
	}
}

// TestStepsAddUp recomputes every score of the sample from the steps that readers see.
func TestStepsAddUp(t *testing.T) {
	n := 0
	for _, f := range sampleFindings() {
		for i := range f.Matches {
			m := &f.Matches[i]
			sum := 0.0
			steps := arithmetic(m)
			for _, s := range steps[:len(steps)-1] {
				sum += s.Delta
			}
			n++
			if got := int(math.Floor(sum + 0.5)); got != m.Score || steps[len(steps)-1].Delta != float64(m.Score) {
				t.Errorf("%s: the steps add up to %v and end at %v, the score is %d", m.Fingerprint, sum, steps[len(steps)-1].Delta, m.Score)
			}
		}
	}
	if n == 0 {
		t.Error("no match was looked at")
	}
}
