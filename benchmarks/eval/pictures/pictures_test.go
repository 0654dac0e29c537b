package pictures

import (
	"bytes"
	"flag"
	"image/png"
	"os"
	"testing"

	"lookalike/benchmarks/eval"
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
	o := Standard()
	o.Originals, o.Edited, o.Unrelated, o.DeepToo, o.Cartons = 6, 1, 3, 2, 4
	res, err := Run(t.Context(), o)
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
			if v > 0 && (k == 0 || r.Name != "cartons") {
				t.Errorf("%s: %v false matches per million in column %d", r.Name, v, k)
			}
		}
	}
}

var (
	update     = flag.Bool("update", false, "measure again and write the frozen results; takes two minutes")
	updateFull = flag.Bool("update-full", false, "measure again at full size and write those results; takes ten minutes")
)

// measured reads a file of results; with again it makes it first.
func measured(t *testing.T, name string, again bool, run func() (eval.Results, error)) eval.Results {
	t.Helper()
	name = "../../results/" + name
	if again {
		res, err := run()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := res.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	res, err := eval.Parse(f)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestFrozen holds the frozen results, at both sizes, to the promises of the package documentation.
func TestFrozen(t *testing.T) {
	for _, res := range []eval.Results{
		measured(t, "eval-image.txt", *update, func() (eval.Results, error) { return Run(t.Context(), Standard()) }),
		measured(t, "eval-image-full.txt", *updateFull, func() (eval.Results, error) { return Run(t.Context(), Full()) }),
	} {
		for i, e := range Edits() {
			if r := res.Sections[0].Rows[i]; r.Name != e.Name {
				t.Fatalf("%s: row %d is %s, want %s: the edits have changed", res.Data, i, r.Name, e.Name)
			}
		}
		good := 0
		for _, r := range res.Sections[0].Rows {
			if max(r.Values[2], r.Values[3]) >= 0.95 {
				good++
			}
		}
		if good < 33 {
			t.Errorf("%s: %d of 38 edits are found in 95 of 100 cases, want 33", res.Data, good)
		}
		for _, r := range res.Sections[1].Rows {
			if r.Values[0] > 0 {
				t.Errorf("%s: %s: %v unrelated pairs per million are called the same", res.Data, r.Name, r.Values[0])
			}
		}
	}
}
