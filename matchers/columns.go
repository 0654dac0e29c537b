package matchers

import (
	"math"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/matchers/fold"
)

// flagWords are the words of the column "flags" that rules know.
var flagWords = [...]struct {
	word string
	flag RightFlags
}{
	{"famous", FlagFamous}, {"own", FlagOwn}, {"watched", FlagWatched}, {"recorded", FlagRecorded},
}

// columnsOf makes the flat facts of r. A *corpora.Problem means that a value is not one that a corpus can hold.
func (b *builder) columnsOf(r *corpora.Right) (Columns, error) {
	col := Columns{
		Filed: r.Filed, Registered: r.Registered, Expires: r.Expires, Kind: r.Kind, Status: r.Status, Form: r.Form,
		Flags: rightFlags(r),
	}
	if r.Kind > corpora.Work || r.Status > corpora.Unverified || r.Form > corpora.FormOther {
		return col, badValue("kind", int(r.Kind), "a kind, status and form of the closed lists")
	}
	for _, c := range r.Classes {
		if c < 1 || c > 45 {
			return col, badValue("classes", int(c), "a Nice class, 1 to 45")
		}
		col.Classes |= 1 << c
	}
	office, _, ok := b.offices.of(r.Office, math.MaxUint16)
	if !ok {
		return col, badValue("office", r.Office, "at most 65,535 different offices")
	}
	col.Office = uint16(office)
	set := slices.Compact(slices.Sorted(slices.Values(r.Markets)))
	i, isNew, ok := b.markets.of(joinMarkets(set), math.MaxUint16)
	if !ok {
		return col, badValue("markets", joinMarkets(set), "at most 65,535 different sets of markets")
	}
	if isNew {
		b.sets = append(b.sets, set)
	}
	col.MarketSet = uint16(i)
	owner, _, _ := b.owners.of(fold.Key(r.Owner), math.MaxUint32)
	col.Owner = uint32(owner)
	return col, nil
}

func rightFlags(r *corpora.Right) RightFlags {
	var flags RightFlags
	for _, w := range r.Flags {
		for _, f := range flagWords {
			if strings.EqualFold(w, f.word) {
				flags |= f.flag
			}
		}
	}
	if r.Goods != "" {
		flags |= FlagGoods
	}
	if r.Disclaimer != "" {
		flags |= FlagDisclaimer
	}
	if r.Gone {
		flags |= FlagGone
	}
	return flags
}

func joinMarkets(set []corpora.Market) string {
	var b strings.Builder
	for i, m := range set {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(string(m))
	}
	return b.String()
}

func badValue(field string, value any, want string) *corpora.Problem {
	return &corpora.Problem{Code: corpora.BadValue, Field: field, Args: map[string]any{"value": value, "want": want}}
}
