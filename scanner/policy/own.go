package policy

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"lookalike/corpora"
	"lookalike/corpora/market"
	"lookalike/matchers/fold"
)

// OwnRight is one right of the user's own, with its recordal at customs where there is one.
type OwnRight struct {
	Mark    string
	Owner   string
	Office  string
	Number  string
	Markets []corpora.Market // none: where the office's rights count
	Classes []int
	Status  corpora.Status
	Expires corpora.Date // 0 for not known

	RecordalMarket  corpora.Market // "" without a recordal
	RecordalNumber  string
	RecordalExpires corpora.Date
}

// Own is the register of own rights. It is immutable.
type Own struct{ rights []OwnRight }

// ReadOwn reads own.csv: mark, owner, office, number, markets, classes, status, expires, recordal_market, recordal_number,
// recordal_expires. Lists are split at ';'.
func ReadOwn(in io.Reader) (*Own, error) {
	rows, err := readRows(in, "mark", "owner", "office", "number", "markets", "classes", "status", "expires",
		"recordal_market", "recordal_number", "recordal_expires")
	if err != nil {
		return nil, fmt.Errorf("reading own rights: %w", err)
	}
	o := &Own{}
	for _, r := range rows {
		right, err := ownRight(r)
		if err != nil {
			return nil, fmt.Errorf("reading own rights: %w", err)
		}
		o.rights = append(o.rights, right)
	}
	return o, nil
}

func ownRight(r row) (o OwnRight, err error) {
	o = OwnRight{Mark: r.text("mark"), Owner: r.text("owner"), Office: r.text("office"), Number: r.text("number"), RecordalNumber: r.text("recordal_number")}
	if fold.Squeeze(o.Mark) == "" {
		return o, fmt.Errorf("line %d: a mark is needed", r.line)
	}
	if o.Status, err = corpora.ParseStatus(r.text("status")); err != nil {
		return o, fmt.Errorf("line %d: %w", r.line, err)
	}
	if o.Markets, err = r.markets("markets"); err != nil {
		return o, err
	}
	if o.Classes, err = r.numbers("classes"); err != nil {
		return o, err
	}
	if o.Expires, err = r.date("expires"); err != nil {
		return o, err
	}
	if o.RecordalExpires, err = r.date("recordal_expires"); err != nil {
		return o, err
	}
	recordals, err := r.markets("recordal_market")
	if len(recordals) > 1 {
		err = fmt.Errorf("line %d: recordal_market: one market a line", r.line)
	}
	if len(recordals) == 1 {
		o.RecordalMarket = recordals[0]
	}
	return o, err
}

// Rights returns the rights in their order.
func (o *Own) Rights() []OwnRight { return slices.Clone(o.rights) }

// Gaps warns, for each own mark in the order of the list and each market, where no own right is in force on the day.
func (o *Own) Gaps(markets []corpora.Market, t *market.Table, asOf corpora.Date) []Warning {
	var warnings []Warning
	done := map[string]bool{}
	for _, r := range o.rights {
		key := fold.Squeeze(r.Mark)
		if done[key] {
			continue
		}
		done[key] = true
		for _, m := range markets {
			if !o.holds(key, m, t, asOf) {
				warnings = append(warnings, Warning{OwnGap, map[string]any{"mark": r.Mark, "market": string(m)}})
			}
		}
	}
	return warnings
}

// holds reports whether some own right to the mark is in force in market m. A right of one member state alone does not
// hold in the market EU.
func (o *Own) holds(key string, m corpora.Market, t *market.Table, asOf corpora.Date) bool {
	return slices.ContainsFunc(o.rights, func(r OwnRight) bool {
		if s := statusOn(r.Status, r.Expires, r.Office, asOf, t); fold.Squeeze(r.Mark) != key || s != corpora.Live && s != corpora.Grace {
			return false
		}
		counts, national := t.Counts(r.Office, r.Markets, m)
		return counts && !national
	})
}

// Expiring warns about rights and recordals that expire within the given number of days or have expired, soonest first.
func (o *Own) Expiring(asOf corpora.Date, days int) []Warning {
	var warnings []Warning
	add := func(code string, r *OwnRight, place, number string, expires corpora.Date) {
		if expires == 0 || expires.Days(asOf) > days {
			return
		}
		warnings = append(warnings, Warning{code, map[string]any{
			"mark": r.Mark, "market": place, "number": number, "expires": expires.String(), "days": expires.Days(asOf),
		}})
	}
	for i := range o.rights {
		r := &o.rights[i]
		if r.Status != corpora.Dead {
			add(OwnExpiring, r, r.Office, r.Number, r.Expires)
		}
		add(RecordalExpiring, r, string(r.RecordalMarket), r.RecordalNumber, r.RecordalExpires)
	}
	slices.SortStableFunc(warnings, func(a, b Warning) int {
		return cmp.Compare(a.Args["days"].(int), b.Args["days"].(int))
	})
	return warnings
}
