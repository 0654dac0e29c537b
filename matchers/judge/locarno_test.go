package judge_test

import (
	"testing"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/judge"
)

// TestLocarnoGate holds that a design for another product is no candidate, and that not knowing opens the gate.
func TestLocarnoGate(t *testing.T) {
	for _, c := range []struct {
		name     string
		category string
		locarno  []string
		want     int
	}{
		{"same product", "Vases", []string{"11-02"}, 1},
		{"other product", "Vases", []string{"12-08"}, 0},
		{"one of two classes", "Vases", []string{"12-08", "11-02"}, 1},
		{"four digits", "Vases", []string{"1208"}, 0},
		{"no class", "Vases", nil, 1},
		{"class that does not exist", "Vases", []string{"99-01"}, 1},
		{"unknown goods", "", []string{"12-08"}, 1},
	} {
		v := locarnoVerdict(t, matchers.Shape, 0, 60, 940, corpora.Design, c.category, c.locarno...)
		if len(v.Matches) != c.want {
			t.Errorf("%s: %d matches, want %d", c.name, len(v.Matches), c.want)
		}
	}
	if v := locarnoVerdict(t, matchers.Copy, 0, 5, 1000, corpora.Design, "Vases", "12-08"); len(v.Matches) != 1 {
		t.Errorf("a copy of the picture: %d matches, want 1 whatever the product", len(v.Matches))
	}
}

// TestBrokenLinesAreTold holds that a drawing with broken lines has a reason of its own.
func TestBrokenLinesAreTold(t *testing.T) {
	for tier, want := range map[uint8]string{0: judge.NoteShapeLead, matchers.TierBroken: judge.NoteShapeBroken} {
		v := locarnoVerdict(t, matchers.Shape, tier, 60, 940, corpora.Design, "")
		if len(v.Matches) != 1 || v.Matches[0].Image.Edit != "" {
			t.Fatalf("tier %d: %d matches, want one without edit", tier, len(v.Matches))
		}
		found := false
		for _, r := range v.Matches[0].Reasons {
			found = found || r.Code == want
		}
		if !found {
			t.Errorf("tier %d: reasons %v, want %s", tier, v.Matches[0].Reasons, want)
		}
	}
}
