package pictures

import (
	"bytes"
	"image/png"
	"testing"

	imagekind "lookalike/matchers/image"
)

func TestEditsAreThirtyEight(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range Edits() {
		if seen[e.Name] || e.Params == "" {
			t.Errorf("edit %q twice or without parameters", e.Name)
		}
		seen[e.Name] = true
	}
	if len(seen) != 38 {
		t.Errorf("%d edits, want 38", len(seen))
	}
}

func TestScenesAreOfTheirSeed(t *testing.T) {
	for name, draw := range map[string]func(uint64) []byte{
		"scene":  func(s uint64) []byte { return Scene(s).Pix },
		"carton": func(s uint64) []byte { return Carton(s).Pix },
	} {
		if !bytes.Equal(draw(7), draw(7)) || bytes.Equal(draw(7), draw(8)) {
			t.Errorf("%s: not a function of its seed", name)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, Scene(1)); err != nil {
		t.Fatal(err)
	}
}

// TestRun holds a small run to what the matcher promises for easy edits.
func TestRun(t *testing.T) {
	res, err := Run(t.Context(), Options{Kind: imagekind.New(imagekind.Options{}), Originals: 12, Edited: 3, Unrelated: 6, Cartons: 6, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	easy := map[string]bool{"resize50": true, "jpeg30": true, "mirror": true, "rotate90": true, "border10": true, "grey": true}
	for _, r := range res.Sections[0].Rows {
		if easy[r.Name] && r.Values[0] < 1 {
			t.Errorf("%s: %v found as the same picture, want all", r.Name, r.Values[0])
		}
	}
	for _, r := range res.Sections[1].Rows {
		for k, v := range r.Values[:4] {
			if v > 0 && (k == 0 || r.Name == "pictures") {
				t.Errorf("%s: %v false matches per million in column %d", r.Name, v, k)
			}
		}
	}
}
