package judge_test

import (
	"testing"

	"lookalike/corpora"
	"lookalike/matchers/judge"
)

// TestPriceBesideTheReference holds that a price below the right's reference price is told as a piece worth no points, in
// the same currency and for the very sign alone, and that grade and score stay what they are.
func TestPriceBesideTheReference(t *testing.T) {
	tb := loadTables(t)
	right := shoe("a", "ZORBEK", "Z")
	right.ReferencePrice = "100.00 USD"
	c := openCorpus(t, tb, "test", []corpora.Right{right})
	us := judge.Config{Markets: []corpora.Market{"US"}}
	plain := verdict(t, tb, us, c, new(sneakers("Zorbek sneakers"))).Matches[0]
	for name, x := range map[string]struct {
		price, currency, title, code string
	}{
		"far below":        {"40", "USD", "Zorbek sneakers", judge.NotePriceFarBelow},
		"half":             {"50.00", "usd", "Zorbek sneakers", judge.NotePriceFarBelow},
		"below":            {"80", "USD", "Zorbek sneakers", judge.NotePriceBelow},
		"as it should be":  {"100", "USD", "Zorbek sneakers", ""},
		"another currency": {"10", "EUR", "Zorbek sneakers", ""},
		"no currency":      {"10", "", "Zorbek sneakers", ""},
		"no price":         {"", "USD", "Zorbek sneakers", ""},
		"a near sign":      {"10", "USD", "Zorbex sneakers", ""},
		"something for it": {"10", "USD", "Laces for Zorbek sneakers", ""},
	} {
		l := sneakers(x.title)
		l.Price, l.Currency = x.price, x.currency
		v := verdict(t, tb, us, c, &l)
		if len(v.Matches) == 0 {
			t.Errorf("%s: no match", name)
			continue
		}
		m, code := v.Matches[0], ""
		for _, p := range m.Pieces {
			if p.Name == judge.PiecePrice {
				code = p.Note.Code
				if p.Weight != 0 || !(p.Value > 0 && p.Value < 1) {
					t.Errorf("%s: %+v", name, p)
				}
			}
		}
		if code != x.code {
			t.Errorf("%s: piece %q, want %q", name, code, x.code)
		}
		if l.Title == "Zorbek sneakers" && (m.Score != plain.Score || m.Grade != plain.Grade || judge.Score(m.Pieces) != m.Score) {
			t.Errorf("%s: %s %d, without a price %s %d", name, m.Grade, m.Score, plain.Grade, plain.Score)
		}
	}
}
