package evaljudge

import (
	"encoding/json"
	"io"

	"lookalike/matchers/judge"
)

// row is one match beside what is known of its listing, for a reader who looks for the reasons of alarms.
type row struct {
	ID       string             `json:"id"`
	Title    string             `json:"title"`
	Brand    string             `json:"brand"`
	Category string             `json:"category"`
	Lang     string             `json:"lang"`
	InTitle  bool               `json:"in_title"` // the title has the brand, which is none that looks like a slip
	Kind     string             `json:"kind"`     // own, kin or other
	Mark     string             `json:"mark"`
	Span     string             `json:"span"`
	Field    string             `json:"field"`
	Lane     string             `json:"lane"`
	Use      judge.Use          `json:"use"`
	Goods    judge.GoodsRef     `json:"goods"`
	Classes  []int              `json:"classes"` // of the right
	Grade    judge.Grade        `json:"grade"`
	Score    int                `json:"score"`
	Pieces   map[string]float64 `json:"pieces"`
	Notes    map[string]string  `json:"notes"`
}

// dump writes every match of a listing as a line of JSON.
func dump(w io.Writer, l *labelled, v *judge.Verdict) error {
	enc := json.NewEncoder(w)
	for i := range v.Matches {
		m := &v.Matches[i]
		r := row{
			ID: l.ID, Title: l.Title, Brand: l.Brand, Category: l.Category, Lang: l.Lang, InTitle: l.BrandInTitle && !l.Suspect,
			Kind: l.kind(m), Mark: m.Right.Text, Span: m.Span, Field: m.Field, Lane: m.Lane, Use: m.Use, Goods: m.Goods,
			Classes: m.Right.Classes, Grade: m.Grade, Score: m.Score, Pieces: map[string]float64{}, Notes: map[string]string{},
		}
		for _, p := range m.Pieces {
			r.Pieces[p.Name], r.Notes[p.Name] = p.Value, p.Note.Code
		}
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return nil
}
