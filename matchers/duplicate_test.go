package matchers_test

import (
	"testing"

	"lookalike/corpora"
	"lookalike/matchers"
)

// TestDuplicates gives the same id twice: as it was it counts once, with other content it is named and left out.
func TestDuplicates(t *testing.T) {
	b := buildWith(t, kinds, rights(
		corpora.Right{ID: "1", Text: "Zorvane", Row: 2},
		corpora.Right{ID: "1", Text: "Zorvane", Row: 3},
		corpora.Right{ID: "1", Text: "Zorvane", Status: corpora.Dead, Row: 4},
		corpora.Right{ID: "1", Text: "Quillby", Row: 5},
		corpora.Right{ID: "2", Text: "Quillby", Row: 6},
	), matchers.BuildOptions{})
	if b.report.Rights != 2 || b.report.Repeated != 1 || b.report.Bad != 2 || len(b.problems) != 2 {
		t.Fatalf("%+v %+v", b.report, b.problems)
	}
	for i, p := range b.problems {
		if p.Code != corpora.DuplicateID || p.Row != 4+i || p.Args["row"] != 2 {
			t.Errorf("%+v", p)
		}
	}
}
