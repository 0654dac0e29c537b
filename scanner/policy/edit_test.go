package policy

import (
	"strings"
	"testing"
	"unicode/utf8"

	"lookalike/corpora"
	"lookalike/matchers/judge"
)

// at returns a match of words in the title of l, with the right of that name.
func at(l *corpora.Listing, words string, use judge.Use, noun string) judge.Match {
	start := strings.Index(l.Title, words)
	end := start + len(words)
	m := judge.Match{Field: "title", Start: &start, End: &end, Span: words, Use: use, Right: judge.RightRef{Text: words, Owner: "O"}, Goods: judge.GoodsRef{Relation: judge.Same}}
	if noun != "" {
		m.Pieces = []judge.Piece{{Name: judge.PieceUse, Note: judge.Note{Code: judge.NoteUseAccessory, Args: map[string]any{"noun": noun}}}}
	}
	return m
}

func TestEdits(t *testing.T) {
	x, err := NewEditor("")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		title, brand, span string
		use                judge.Use
		noun               string
		kind               EditKind
		want               string // of the field; "": no such edit
	}{
		"reword":                    {"Lumphone 15 Pro silicone case clear", "", "Lumphone", judge.UseCompatibility, "case", EditReword, "silicone case for Lumphone 15 Pro clear"},
		"reword behind words":       {"New Lumphone case", "", "Lumphone", judge.UseCompatibility, "case", EditReword, "New case for Lumphone"},
		"reword chinese":            {"新款光凡15手机壳", "", "光凡", judge.UseCompatibility, "手机壳", EditReword, "新款适用于光凡15的手机壳"},
		"reword french":             {"Coque Lumphone 15", "", "Lumphone", judge.UseCompatibility, "Coque", EditReword, "Coque pour Lumphone 15"},
		"no rewording of a brand":   {"Lumphone case", "", "Lumphone", judge.UseBrand, "", EditReword, ""},
		"replace":                   {"strap with Velcro end", "", "Velcro", judge.UseBrand, "", EditReplace, "strap with hook and loop fastener end"},
		"replace first":             {"Velcro strap, velcro end", "", "Velcro", judge.UseBrand, "", EditReplace, "Hook and loop fastener strap, Hook and loop fastener end"},
		"replace chinese":           {"Velcro绑带", "", "Velcro", judge.UseIngredient, "", EditReplace, "魔术贴绑带"},
		"nothing to replace it by":  {"Lumphone strap", "", "Lumphone", judge.UseBrand, "", EditReplace, ""},
		"drop":                      {"Running shoes by Keltrix", "", "Keltrix", judge.UseBrand, "", EditDrop, "Running shoes"},
		"drop in brackets":          {"Running shoes (Keltrix), red", "", "Keltrix", judge.UseBrand, "", EditDrop, "Running shoes, red"},
		"drop everywhere":           {"Keltrix shoes - Keltrix", "", "Keltrix", judge.UseBrand, "", EditDrop, "shoes"},
		"drop chinese":              {"新款光凡跑鞋", "", "光凡", judge.UseBrand, "", EditDrop, "新款跑鞋"},
		"drop within a word stays":  {"Keltrix and Keltrixes", "", "Keltrix", judge.UseBrand, "", EditDrop, "Keltrixes"},
		"nothing left":              {"Keltrix", "", "Keltrix", judge.UseBrand, "", EditDrop, ""},
		"move":                      {"Case for Lumphone by Pebble", "Pebble", "Lumphone", judge.UseCompatibility, "", EditMove, "Pebble Case for Lumphone"},
		"move nothing that stands":  {"Pebble case for Lumphone", "Pebble", "Lumphone", judge.UseCompatibility, "", EditMove, ""},
		"no moving beside a brand":  {"Keltrix shoes", "Pebble", "Keltrix", judge.UseBrand, "", EditMove, ""},
		"once":                      {"Case for Lumphone 15, Lumphone cover", "", "Lumphone", judge.UseCompatibility, "", EditRepeats, "Case for Lumphone 15, cover"},
		"empty the brand":           {"Case for Lumphone", "Lumphone", "Lumphone", judge.UseCompatibility, "", EditEmpty, ""},
		"nothing beside a fake":     {"Replica Keltrix shoes", "", "Keltrix", judge.UseCounterfeit, "", EditDrop, ""},
		"no document beside a fake": {"Replica Keltrix shoes", "", "Keltrix", judge.UseCounterfeit, "", EditDocument, ""},
	} {
		l := corpora.Listing{Title: c.title, Brand: c.brand, Prepared: []corpora.Blob{{}}}
		m := at(&l, c.span, c.use, c.noun)
		found := false
		for _, e := range x.Edits(&l, &m) {
			if e.Kind != c.kind {
				continue
			}
			found = true
			if e.After != c.want || e.Kind != EditDocument && e.Result.Prepared != nil {
				t.Errorf("%s: %q, want %q", name, e.After, c.want)
			}
		}
		if found != (c.want != "" || c.kind == EditEmpty) {
			t.Errorf("%s: found %v", name, found)
		}
		if l.Title != c.title || l.Brand != c.brand {
			t.Errorf("%s: the listing itself was changed", name)
		}
	}
}

func TestEditOfAPicture(t *testing.T) {
	x, err := NewEditor("")
	if err != nil {
		t.Fatal(err)
	}
	l := corpora.Listing{Title: "Shirt", Images: []corpora.Image{{Ref: "a.png"}, {Ref: "b.png"}}, ImageText: []string{"A", "B"}}
	m := judge.Match{Image: &judge.ImageRef{Index: 0}, Use: judge.UsePicture}
	edits := x.Edits(&l, &m)
	if len(edits) != 2 || edits[0].Kind != EditPicture || edits[1].Kind != EditDocument {
		t.Fatalf("%+v", edits)
	}
	if r := edits[0].Result; len(r.Images) != 1 || r.Images[0].Ref != "b.png" || r.ImageText[0] != "B" || len(l.Images) != 2 {
		t.Errorf("%+v", r)
	}
}

func TestEditedFillsTheBrand(t *testing.T) {
	x, err := NewEditor("Pebble")
	if err != nil {
		t.Fatal(err)
	}
	for brand, want := range map[string]string{"Lumphone": "Pebble", "none": "Pebble", "": "Pebble", "Stonemark": ""} {
		l := corpora.Listing{Title: "Case for Lumphone", Brand: brand}
		m := at(&l, "Lumphone", judge.UseCompatibility, "")
		got := ""
		for _, e := range x.Edits(&l, &m) {
			if e.Kind == EditFill {
				got = e.After
			}
		}
		if got != want {
			t.Errorf("brand %q becomes %q, want %q", brand, got, want)
		}
	}
}

// FuzzEdits: whatever a listing holds, edits keep texts whole and the listing itself as it is.
func FuzzEdits(f *testing.F) {
	f.Add("Lumphone 15 case", "Lumphone", "case", uint8(0))
	f.Add("光凡手机壳", "光凡", "手机壳", uint8(1))
	f.Add("İ\xff ſs", "ſ", "s", uint8(2))
	x, err := NewEditor("Pebble")
	if err != nil {
		f.Fatal(err)
	}
	uses := []judge.Use{judge.UseCompatibility, judge.UseBrand, judge.UseIngredient}
	f.Fuzz(func(t *testing.T, title, words, noun string, use uint8) {
		found := strings.Contains(title, words)
		if !found || words == "" || len(title) > 2000 {
			return
		}
		l := corpora.Listing{Title: title, Description: title}
		m := at(&l, words, uses[int(use)%len(uses)], noun)
		for _, e := range x.Edits(&l, &m) {
			if utf8.ValidString(title) && utf8.ValidString(words) && utf8.ValidString(noun) && !utf8.ValidString(e.After) {
				t.Errorf("%s of %q gives %q", e.Kind, title, e.After)
			}
			if e.Size() < 0 || l.Title != title {
				t.Errorf("%s changed the listing", e.Kind)
			}
		}
	})
}
