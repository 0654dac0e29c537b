package pictures

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"lookalike/benchmarks/eval"
)

// TestFrozenDesigns holds the frozen results to the promise: the right one of 100 designs is in the top ten for 95 of 100
// photos from within ten degrees of one of its drawings.
func TestFrozenDesigns(t *testing.T) {
	res := measured(t, "eval-designs.txt", *update, func() (eval.Results, error) { return Designs(t.Context(), StandardDesigns()) })
	for i, degrees := range swings {
		r := res.Sections[0].Rows[i]
		if r.Name != fmt.Sprintf("beside%.0f", degrees) || r.N != 100 {
			t.Fatalf("row %d is %s of %d, want beside%.0f of 100", i, r.Name, r.N, degrees)
		}
		if degrees <= 10 && r.Values[1] < 0.95 {
			t.Errorf("%s: %v in the top ten, want 0.95", r.Name, r.Values[1])
		}
	}
}

func TestSolidsAreOfTheirSeed(t *testing.T) {
	draw := func(s uint64) []byte { return solidOf(s).drawing(viewpoints[0]).Pix }
	if !bytes.Equal(draw(3), draw(3)) || bytes.Equal(draw(3), draw(4)) {
		t.Error("a drawing is not a function of its seed")
	}
}

// TestDesignsOfFolder looks for drawings among others of a folder: of two views of each design that are nearly one, of a
// design with one drawing, which is no query, and of a file that is no picture, which is not found.
func TestDesignsOfFolder(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, b []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	drawn := func(seed uint64, turn float64) []byte {
		var b bytes.Buffer
		if err := png.Encode(&b, solidOf(seed).drawing(viewpoint{turn, 20, 0})); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	o := StandardDesigns()
	o.Dir = dir
	write("lone-1.png", drawn(100, 30))
	write("a-1.png", drawn(0, 30))
	write("a-2.png", drawn(0, 32))
	if _, err := Designs(t.Context(), o); !errors.Is(err, ErrFolder) {
		t.Errorf("one design with two drawings: %v, want ErrFolder", err)
	}
	for i := range 4 {
		write(fmt.Sprintf("b%c-1.png", 'a'+i), drawn(uint64(i+1), 30))
		write(fmt.Sprintf("b%c-2.png", 'a'+i), drawn(uint64(i+1), 32))
	}
	write("ba-3.png", []byte("no picture"))
	res, err := Designs(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	want := "12 drawings of 6 designs in a folder, 1 not read; each is looked for among the others"
	if r := res.Sections[0].Rows[0]; res.Data != want || r.N != 11 || r.Values[0]*11 < 9.9 {
		t.Errorf("%s; %d queries, %v the first; want %s; 11 queries, ten the first", res.Data, r.N, r.Values[0], want)
	}
}
