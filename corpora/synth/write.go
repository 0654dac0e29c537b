package synth

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"lookalike/corpora"
)

// WriteCSV writes listings as a CSV feed with a heading.
func WriteCSV(ctx context.Context, w io.Writer, src corpora.Source[corpora.Listing]) error {
	out := csv.NewWriter(w)
	out.Write([]string{"id", "title", "brand", "description", "category", "price", "currency", "seller", "images"})
	for l, err := range src.All(ctx) {
		if err != nil {
			return fmt.Errorf("writing a feed: %w", err)
		}
		out.Write([]string{l.ID, l.Title, l.Brand, l.Description, l.Category, l.Price, l.Currency, l.Seller, strings.Join(refs(l.Images), ";")})
	}
	out.Flush()
	return out.Error()
}

// WriteJSONL writes listings as a feed in JSON Lines.
func WriteJSONL(ctx context.Context, w io.Writer, src corpora.Source[corpora.Listing]) error {
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for l, err := range src.All(ctx) {
		if err != nil {
			return fmt.Errorf("writing a feed: %w", err)
		}
		row := struct {
			ID          string   `json:"id"`
			Title       string   `json:"title"`
			Brand       string   `json:"brand,omitempty"`
			Description string   `json:"description"`
			Category    string   `json:"category"`
			Price       string   `json:"price"`
			Currency    string   `json:"currency"`
			Seller      string   `json:"seller"`
			Images      []string `json:"images,omitempty"`
		}{l.ID, l.Title, l.Brand, l.Description, l.Category, l.Price, l.Currency, l.Seller, refs(l.Images)}
		if err := enc.Encode(row); err != nil {
			return fmt.Errorf("writing a feed: %w", err)
		}
	}
	return out.Flush()
}

// WriteRights writes rights as the CSV that a corpus is built from.
func WriteRights(ctx context.Context, w io.Writer, src corpora.Source[corpora.Right]) error {
	out := csv.NewWriter(w)
	out.Write([]string{
		"id", "kind", "text", "owner", "office", "number", "status", "classes", "markets", "filed", "registered", "expires",
		"goods", "aliases", "form", "source",
	})
	for r, err := range src.All(ctx) {
		if err != nil {
			return fmt.Errorf("writing rights: %w", err)
		}
		var classes, markets, aliases []string
		for _, c := range r.Classes {
			classes = append(classes, strconv.Itoa(int(c)))
		}
		for _, m := range r.Markets {
			markets = append(markets, string(m))
		}
		for _, a := range r.Aliases {
			aliases = append(aliases, a.Lang+":"+a.Text)
		}
		out.Write([]string{
			r.ID, r.Kind.String(), r.Text, r.Owner, r.Office, r.Number, r.Status.String(), strings.Join(classes, ";"),
			strings.Join(markets, ";"), r.Filed.String(), r.Registered.String(), r.Expires.String(), r.Goods,
			strings.Join(aliases, ";"), r.Form.String(), r.Source,
		})
	}
	out.Flush()
	return out.Error()
}

func refs(images []corpora.Image) []string {
	var list []string
	for _, im := range images {
		list = append(list, im.Ref)
	}
	return list
}
