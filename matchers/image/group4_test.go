package image

import (
	"os"
	"testing"

	"lookalike/corpora"
)

// TestGroup4 builds a design of a drawing in the form in which the USPTO ships it.
func TestGroup4(t *testing.T) {
	data, err := os.ReadFile("testdata/group4.tif")
	if err != nil {
		t.Fatal(err)
	}
	drawing := file("D00001.TIF", data)
	m := corpus(t, New(Options{}), corpora.Sign{Kind: corpora.Design, Image: drawing})
	hits := match(t, m, drawing)
	if len(hits) == 0 || hits[0].Sign != 10 || hits[0].Dist != 0 {
		t.Errorf("%+v", hits)
	}
}
