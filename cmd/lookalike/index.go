package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/index"
)

// indexVerb holds the verbs of the listings that were kept.
func (a *app) indexVerb() *command {
	c := a.verb("index", cobra.ArbitraryArgs, nil)
	c.AddCommand(a.indexSearchVerb(), a.indexInfoVerb(), a.indexRebuildVerb())
	return c
}

// queryFlags are the settings of an index query.
type queryFlags struct {
	brand, seller, market, since string
}

func (f *queryFlags) register(a *app, c *command) {
	p := c.Flags()
	p.StringVar(&f.brand, "brand", "", a.flagText("query_brand"))
	p.StringVar(&f.seller, "seller", "", a.flagText("query_seller"))
	p.StringVar(&f.market, "market", "", a.flagText("query_market"))
	p.StringVar(&f.since, "since", "", a.flagText("since"))
}

// query returns what the flags and words ask for.
func (f *queryFlags) query(words []string) (index.Query, error) {
	q := index.Query{Words: strings.Join(words, " "), Brand: f.brand, Seller: f.seller}
	var err error
	if f.market != "" {
		if q.Market, err = corpora.ParseMarket(f.market); err != nil {
			return q, usage("market", "value", f.market)
		}
	}
	if q.Since, err = corpora.ParseDate(f.since); err != nil {
		return q, usage("date", "flag", "--since", "value", f.since)
	}
	return q, nil
}

// indexSearchVerb finds stored listings by words.
func (a *app) indexSearchVerb() *command {
	f := &queryFlags{}
	var limit int
	var format string
	c := a.verb("search [WORDS…]", cobra.ArbitraryArgs, func(c *command, args []string) error {
		if err := choice("--format", format, "table", "jsonl"); err != nil {
			return err
		}
		q, err := f.query(args)
		if err != nil {
			return err
		}
		if q.Empty() {
			return usage("empty_query")
		}
		return a.withIndex(func(x *index.Index) error { return a.indexSearch(c.Context(), x, q, limit, format) })
	})
	c.Long, c.Example = a.text("help.search_long"), a.text("help.search_example")
	f.register(a, c)
	c.Flags().IntVar(&limit, "limit", 20, a.flagText("limit"))
	c.Flags().StringVar(&format, "format", "table", a.flagText("search_format"))
	return c
}

func (a *app) indexSearch(ctx context.Context, x *index.Index, q index.Query, limit int, format string) error {
	found, err := x.Search(ctx, q, limit)
	if err != nil {
		return err
	}
	for _, l := range found.Listings {
		if format == "jsonl" {
			if err := json.NewEncoder(a.stdout).Encode(asRow(&l)); err != nil {
				return err
			}
			continue
		}
		var facts []string
		for _, s := range []string{l.Brand, l.Seller, l.Category, l.Price + " " + l.Currency, l.URL} {
			if s = strings.TrimSpace(s); s != "" {
				facts = append(facts, s)
			}
		}
		fmt.Fprintf(a.stdout, "%s  %s\n    %s\n", printable(l.ID), printable(oneLine(l.Title)), printable(oneLine(strings.Join(facts, " · "))))
	}
	a.note("index.found", map[string]any{"total": found.Total, "shown": len(found.Listings)})
	return nil
}

// storedRow is a stored listing as a line of a JSON Lines feed.
type storedRow struct {
	ID          string           `json:"id"`
	Title       string           `json:"title"`
	Brand       string           `json:"brand"`
	Description string           `json:"description"`
	Bullets     []string         `json:"bullets"`
	Category    string           `json:"category"`
	Price       string           `json:"price"`
	Currency    string           `json:"currency"`
	Seller      string           `json:"seller"`
	SellerID    string           `json:"seller_id"`
	URL         string           `json:"url"`
	Images      []string         `json:"images"`
	Markets     []corpora.Market `json:"markets"`
}

func asRow(l *corpora.Listing) storedRow {
	r := storedRow{l.ID, l.Title, l.Brand, l.Description, l.Bullets, l.Category, l.Price, l.Currency, l.Seller, l.SellerID, l.URL, nil, l.Markets}
	for _, im := range l.Images {
		r.Images = append(r.Images, im.Ref)
	}
	return r
}

// oneLine joins the lines of s.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// indexInfoVerb prints what the index holds.
func (a *app) indexInfoVerb() *command {
	return a.verb("info", cobra.NoArgs, func(*command, []string) error {
		return a.withIndex(func(x *index.Index) error {
			info, err := x.Info()
			if err != nil {
				return err
			}
			b, err := indented(info)
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(b)
			return err
		})
	})
}

// indexRebuildVerb makes the inverted index again from the stored listings.
func (a *app) indexRebuildVerb() *command {
	return a.verb("rebuild", cobra.NoArgs, func(*command, []string) error {
		return a.withIndex(func(x *index.Index) error {
			total := 0
			err := x.Rebuild(func(_, n int) { total = n })
			if err == nil {
				a.note("index.rebuilt", map[string]any{"total": total})
			}
			return err
		})
	})
}

// withIndex opens the index of the data folder, which must exist.
func (a *app) withIndex(do func(x *index.Index) error) error {
	x, err := a.openIndex(false)
	if err != nil {
		return err
	}
	return errors.Join(do(x), x.Close())
}

// openIndex opens the index of the data folder. With create an absent one is made.
func (a *app) openIndex(create bool) (*index.Index, error) {
	dir := filepath.Join(a.global.data, "index")
	x, err := index.Open(dir, index.Options{Create: create, Wait: 5 * time.Second})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usage("no_index", "name", dir)
	case errors.Is(err, index.ErrLocked):
		return nil, newFault(exitInternal, "index_locked", "name", dir)
	case err != nil:
		return nil, newFault(exitInternal, "index_damaged", "name", dir, "reason", err.Error())
	}
	return x, nil
}
