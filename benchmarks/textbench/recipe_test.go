package textbench

import (
	"hash/fnv"
	"io"
	"slices"
	"strings"
	"testing"
)

// TestFrozen fails when the recipe changes: figures of different recipes cannot be compared.
func TestFrozen(t *testing.T) {
	marks := Marks(1, 2000)
	h := fnv.New32a()
	io.WriteString(h, strings.Join(marks, "\n"))
	io.WriteString(h, strings.Join(Titles(1, 200, marks), "\n"))
	if got, want := h.Sum32(), uint32(frozen); got != want {
		t.Errorf("the recipe gives %#x, want %#x", got, want)
	}
	if !slices.Equal(Marks(1, 500), marks[:500]) {
		t.Error("a larger register does not begin with the smaller one")
	}
}

const frozen = 0x2c9c3a35

func TestTitles(t *testing.T) {
	for _, s := range Titles(1, 100, Marks(1, 100)) {
		if n := len(strings.Fields(s)); n != 18 {
			t.Errorf("%q has %d words", s, n)
		}
	}
}
