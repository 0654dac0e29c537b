package eval

import (
	"flag"
	"os"
	"strings"
	"testing"

	"lookalike/benchmarks/results"
)

var update = flag.Bool("update", false, "write the frozen results anew")

// TestFrozen takes the figures of the text evaluation again and holds them to the frozen ones. A change that is meant is
// frozen with -update and reviewed as a diff.
func TestFrozen(t *testing.T) {
	o, err := Standard()
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := Text(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		f, err := os.Create("../results/eval-text.txt")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fresh.WriteTo(f); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		return
	}
	frozen, err := Parse(strings.NewReader(results.Text))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range Diff(frozen, fresh) {
		t.Error(c)
	}
}
