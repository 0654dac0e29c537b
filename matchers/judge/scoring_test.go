package judge

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

func TestScore(t *testing.T) {
	add := func(v, w float64) Piece { return Piece{Name: "sign", Value: v, Weight: w} }
	bound := func(name string, v float64) Piece { return Piece{Name: name, Value: v} }
	for _, c := range []struct {
		name   string
		pieces []Piece
		want   int
	}{
		{"nothing", nil, 0},
		{"sum", []Piece{add(0.5, 10), add(0.25, 10)}, 8},
		{"half up", []Piece{add(0.25, 10)}, 3},
		{"negative", []Piece{add(0.5, 10), add(-1, 10)}, 0},
		{"floor", []Piece{add(0.5, 10), bound("floor:x", 40)}, 40},
		{"raise", []Piece{add(1, 50), bound("raise:x", 65)}, 65},
		{"a cap wins", []Piece{bound("cap:x", 39), bound("rule:x", 90)}, 39},
		{"lowest cap", []Piece{bound("cap:x", 64), bound("floor:x", 65), bound("cap:y", 39)}, 39},
		{"at most 100", []Piece{add(1, 120)}, 100},
	} {
		if got := Score(c.pieces); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// TestSumStaysBelowCritical adds every weight at its best value.
func TestSumStaysBelowCritical(t *testing.T) {
	if sum := weightSign + weightDistinct + weightGoods + weightUse + weightFame + weightSupport; sum >= bandCritical {
		t.Errorf("text pieces reach %g", sum)
	}
	if weightPicture >= bandCritical {
		t.Errorf("picture pieces reach %g", weightPicture)
	}
}

func TestBands(t *testing.T) {
	for _, g := range []Grade{Low, Medium, High, Critical} {
		lo, hi := int(lowest(g)), int(highest(g))
		if GradeOf(lo) != g || GradeOf(hi) != g || GradeOf(lo-1) == g || CurrentScoring().Bands[g] != lo {
			t.Errorf("%s: %d to %d", g, lo, hi)
		}
	}
	if GradeOf(0) != "" {
		t.Error("score 0 has a grade")
	}
}

// TestNoteCodes holds the closed list against the constants of its file.
func TestNoteCodes(t *testing.T) {
	src, err := os.ReadFile("notes.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := NoteCodes()
	declared := regexp.MustCompile(`(?m)^\t(?:Note|Clear)\w+\s+= "(\w+)"`).FindAllStringSubmatch(string(src), -1)
	if len(declared) < 50 {
		t.Fatalf("found %d constants", len(declared))
	}
	for _, d := range declared {
		if !slices.Contains(codes, d[1]) {
			t.Errorf("%s is not listed", d[1])
		}
	}
	if len(declared) != len(codes) {
		t.Errorf("%d constants, %d listed", len(declared), len(codes))
	}
	slices.Sort(codes)
	if n := len(slices.Compact(codes)); n != len(declared) {
		t.Errorf("%d distinct codes of %d", n, len(declared))
	}
}
