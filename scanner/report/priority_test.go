package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// graded returns a finding with one match of a grade.
func graded(id string, g judge.Grade, edit func(f *scanner.Finding, m *judge.Match)) scanner.Finding {
	score := map[judge.Grade]int{judge.Low: 20, judge.Medium: 50, judge.High: 70, judge.Critical: 90}[g]
	f := scanner.Finding{Grade: &g, Score: score, Listing: scanner.ListingRef{ID: id}, Matches: []judge.Match{{Fingerprint: id, Grade: g, Score: score, Right: judge.RightRef{Text: "M"}}}}
	if edit != nil {
		edit(&f, &f.Matches[0])
	}
	return f
}

// TestPriority holds the order of findings and the components that make it.
func TestPriority(t *testing.T) {
	flags := func(fs ...string) func(*scanner.Finding, *judge.Match) {
		return func(_ *scanner.Finding, m *judge.Match) { m.Right.Flags = fs }
	}
	seller := func(name string) func(*scanner.Finding, *judge.Match) {
		return func(f *scanner.Finding, _ *judge.Match) { f.Listing.Seller = name }
	}
	findings := []scanner.Finding{
		graded("high", judge.High, nil),
		graded("high of a repeater", judge.High, seller("R")),
		graded("medium of a repeater", judge.Medium, seller("R")),
		graded("high, recorded", judge.High, flags("Recorded")),
		graded("high, recorded and watched", judge.High, flags("watched", "recorded")),
		graded("high, cheap", judge.High, func(_ *scanner.Finding, m *judge.Match) {
			m.Pieces = []judge.Piece{{Name: judge.PiecePrice, Value: 0.9, Note: judge.Note{Code: judge.NotePriceFarBelow, Args: map[string]any{"percent": 10}}}}
		}),
		graded("high, new", judge.High, func(_ *scanner.Finding, m *judge.Match) { m.State = new("new") }),
		graded("high, worse", judge.High, func(_ *scanner.Finding, m *judge.Match) { m.State = new("worse") }),
		graded("high, known", judge.High, func(_ *scanner.Finding, m *judge.Match) { m.State = new("same") }),
		graded("critical", judge.Critical, nil),
		graded("low, everything", judge.Low, func(f *scanner.Finding, m *judge.Match) {
			flags("watched", "recorded")(f, m)
			m.State = new("new")
		}),
		graded("ignored", judge.High, func(f *scanner.Finding, m *judge.Match) {
			m.Suppressed, f.Grade, f.Score = &judge.Suppression{}, nil, 0
			seller("R")(f, m)
		}),
		{Listing: scanner.ListingRef{ID: "unread"}, Error: &scanner.Error{}},
	}
	want := []string{"critical", "high, recorded and watched", "high, recorded", "high, cheap", "high, new", "high, worse", "high of a repeater",
		"high", "high, known", "medium of a repeater", "low, everything", "unread", "ignored"}
	// A low finding never stands before one that could not be read, whatever it has beside its grade.
	want[10], want[11] = "unread", "low, everything"
	w := NewWorst(len(findings))
	for _, f := range findings {
		w.Offer(f)
	}
	sorted, of := w.Sorted()
	var got []string
	for _, f := range sorted {
		got = append(got, f.Listing.ID)
	}
	if !slices.Equal(got, want) || of != len(findings) {
		t.Errorf("order %q, want %q", got, want)
	}
}

// TestPriorityPointsStayBelowAGrade holds that everything beside a grade is worth less than the next grade.
func TestPriorityPointsStayBelowAGrade(t *testing.T) {
	f := graded("x", judge.Low, func(_ *scanner.Finding, m *judge.Match) {
		m.Right.Flags, m.State = []string{"watched", "recorded"}, new("new")
		m.Pieces = []judge.Piece{{Name: judge.PiecePrice, Value: 1, Note: judge.Note{Args: map[string]any{"percent": 0}}}}
	})
	p := priorityOf(&f, 1<<40)
	if p.total() >= 2*pointsGrade || len(p) != 6 {
		t.Errorf("%d points of %d components", p.total(), len(p))
	}
}

// TestTopSaysWhatLiesBelow reads the table and the Markdown of a cut list.
func TestTopSaysWhatLiesBelow(t *testing.T) {
	for _, format := range []string{"table", "md", "html"} {
		var b strings.Builder
		w, err := New(format, &b, Options{Top: 2})
		if err != nil {
			t.Fatal(err)
		}
		var findings []scanner.Finding
		for i, g := range []judge.Grade{judge.Low, judge.High, judge.Medium, judge.Medium, judge.Critical} {
			findings = append(findings, graded(fmt.Sprintf("L%d", i), g, nil))
		}
		write(t, w, findings)
		text := strings.ReplaceAll(b.String(), "\n", " ")
		if !strings.Contains(text, "out of 5 listings with findings are shown; below them: medium 2 · low 1") {
			t.Errorf("%s: %s", format, text)
		}
		if !strings.Contains(text, "400 = critical 400") {
			t.Errorf("%s does not list the components of a priority", format)
		}
	}
}
