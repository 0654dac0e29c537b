package imagebench

import (
	"strings"
	"testing"
)

// TestRun holds that every measurement runs and finds what it looks for.
func TestRun(t *testing.T) {
	var b strings.Builder
	err := Run(t.Context(), &b, Options{Hashes: 1000, Corpus: 2, References: 2, Listings: 3, Dir: t.TempDir(), Least: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"multi-index", "batch of 32", "memory per picture", "ms a picture", "per second and core"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table has no %q:\n%s", want, &b)
		}
	}
}
