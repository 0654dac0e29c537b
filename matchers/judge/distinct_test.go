package judge_test

import (
	"slices"
	"testing"

	"lookalike/corpora"
	"lookalike/matchers/judge"
)

// TestBackgroundSparesWatchedSigns: a word of many listings tells less about its maker, but for a sign that many listings
// name because it is famous, and for one that somebody watches over.
func TestBackgroundSparesWatchedSigns(t *testing.T) {
	tb := loadTables(t)
	tb.Background = func(string) float64 { return 0.05 }
	for _, c := range []struct {
		flag   string
		spared bool
	}{{"", false}, {"famous", true}, {"own", true}, {"watched", true}} {
		r := shoe("r", "ZORBEKAN", "Z")
		if c.flag != "" {
			r.Flags = []string{c.flag}
		}
		l := sneakers("Zorbekan sneakers")
		v := verdict(t, tb, us, openCorpus(t, tb, "background", []corpora.Right{r}), &l)
		if len(v.Matches) != 1 {
			t.Fatalf("flag %q: %d matches", c.flag, len(v.Matches))
		}
		i := slices.IndexFunc(v.Matches[0].Pieces, func(p judge.Piece) bool { return p.Name == judge.PieceDistinct })
		if p := v.Matches[0].Pieces[i]; (p.Value == 1) != c.spared {
			t.Errorf("flag %q: distinct %v (%s)", c.flag, p.Value, p.Note.Code)
		}
	}
}
