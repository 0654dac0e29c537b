package scanner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/judge"
)

func TestFailOn(t *testing.T) {
	state := func(s string) *string { return &s }
	match := func(g judge.Grade, gate judge.Gate, st *string) judge.Match {
		return judge.Match{Grade: g, Gates: map[string]judge.Gate{"US": gate}, State: st}
	}
	listing := func(g judge.Grade, gate judge.Gate, ms ...judge.Match) *Finding {
		f := &Finding{Gates: map[string]judge.Gate{"DE": judge.Clear, "US": gate}, Matches: ms}
		if g != "" {
			f.Grade = &g
		}
		return f
	}
	ignored := match(judge.Critical, judge.Block, state("new"))
	ignored.Suppressed = &judge.Suppression{By: "ignore"}
	for _, c := range []struct {
		on   string
		f    *Finding
		want bool
	}{
		{"high", listing(judge.High, judge.Block), true},
		{"high", listing(judge.Critical, judge.Block), true},
		{"high", listing(judge.Medium, judge.Review), false},
		{"low", listing("", judge.Review), false},
		{"none", listing(judge.Critical, judge.Block), false},
		{"review", listing(judge.Medium, judge.Review), true},
		{"review", listing("", judge.Review), true},
		{"review", listing("", judge.Unchecked), false},
		{"block", listing(judge.Medium, judge.Review), false},
		// With a baseline only what is new or worse counts.
		{"high", listing(judge.High, judge.Block, match(judge.High, judge.Block, state("same"))), false},
		{"high", listing(judge.High, judge.Block, match(judge.High, judge.Block, state("worse"))), true},
		{"high", listing(judge.High, judge.Block, match(judge.High, judge.Block, state("same")), match(judge.Low, judge.Clear, state("new"))), false},
		{"review", listing(judge.Medium, judge.Review, match(judge.Medium, judge.Review, state("new"))), true},
		{"low", listing("", judge.Clear, ignored), false},
	} {
		on, err := ParseFailOn(c.on)
		if err != nil {
			t.Fatal(err)
		}
		if got := on.Reached(c.f); got != c.want {
			t.Errorf("--fail-on %s on grade %v gates %v with %d matches: %v", c.on, c.f.Grade, c.f.Gates, len(c.f.Matches), got)
		}
	}
	if _, err := ParseFailOn("severe"); err == nil || !strings.Contains(err.Error(), "critical, high") {
		t.Errorf("an unknown word gives %v", err)
	}
}

func TestCounts(t *testing.T) {
	graded := map[string]judge.Grade{"US": judge.High, "DE": judge.Low, "JP": ""}
	for name, c := range map[string]struct {
		m    judge.Match
		want bool
	}{
		"plain":             {judge.Match{Grade: judge.High, Grades: graded}, true},
		"in no market":      {judge.Match{}, false},
		"silenced":          {judge.Match{Grade: judge.High, SilencedBy: new("x")}, false},
		"ignored":           {judge.Match{Grade: judge.High, Suppressed: &judge.Suppression{}}, false},
		"mismatched":        {judge.Match{Grade: judge.High, Grades: graded, Authorised: &judge.Authorisation{Fails: []string{"to"}}}, true},
		"covered":           {judge.Match{Grade: judge.High, Grades: graded, Authorised: &judge.Authorisation{Covers: true}}, false},
		"covered in part":   {judge.Match{Grade: judge.High, Grades: graded, Authorised: &judge.Authorisation{Covers: true, Markets: []string{"US"}}}, true},
		"covered by market": {judge.Match{Grade: judge.High, Grades: graded, Authorised: &judge.Authorisation{Covers: true, Markets: []string{"US", "DE"}}}, false},
	} {
		if got := Counts(&c.m); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestOutcome(t *testing.T) {
	complete := func(n int) Stats { return Stats{Whole: true, Trailer: Trailer{Listings: n, Complete: true}} }
	pictures := Stats{Whole: true, PicturesOnly: 5, Trailer: Trailer{Listings: 100, Incomplete: 5}}
	rows := Stats{Whole: true, Trailer: Trailer{Listings: 100, Incomplete: 1}}
	failing := complete(10)
	failing.Failing = 1
	failingPictures := pictures
	failingPictures.Failing = 1
	uncovered := Stats{Whole: true, Unchecked: []corpora.Market{"JP"}, Trailer: Trailer{Listings: 1}}
	refused := Stats{Whole: true, Trailer: Trailer{Sources: []corpora.Problem{{Code: corpora.MemberRefused}}}}
	for _, c := range []struct {
		name string
		st   Stats
		err  error
		max  float64
		want Outcome
	}{
		{"clean", complete(10), nil, 0, OutcomeClean},
		{"findings", failing, nil, 0, OutcomeFindings},
		{"nothing read", complete(0), nil, 0, OutcomeNoListings},
		{"only a refused member", refused, nil, 0, OutcomeIncomplete},
		{"bad row", rows, nil, 1, OutcomeIncomplete},
		{"pictures", pictures, nil, 0, OutcomeIncomplete},
		{"pictures tolerated", pictures, nil, 0.05, OutcomeClean},
		{"too many pictures", pictures, nil, 0.049, OutcomeIncomplete},
		{"tolerated, with findings", failingPictures, nil, 0.05, OutcomeFindings},
		{"uncovered market", uncovered, nil, 1, OutcomeIncomplete},
		{"interrupted", Stats{}, context.Canceled, 0, OutcomeInterrupted},
		{"sink", failing, &SinkError{io.ErrShortWrite}, 0, OutcomeInternal},
		{"corpus", failing, &CorpusError{io.ErrUnexpectedEOF}, 0, OutcomeCorpus},
		{"corpus, wrapped", failing, fmt.Errorf("scan: %w", &CorpusError{errors.New("x")}), 0, OutcomeCorpus},
	} {
		if got := OutcomeOf(c.st, c.err, c.max); got != c.want {
			t.Errorf("%s: outcome %d, want %d", c.name, got, c.want)
		}
	}
}

// sellers is a judge that finds one sign in every seller's name, and a medium match of its own in titles with "own".
type sellers struct{ bench }

func (sellers) Verdict(c *judge.Case) (judge.Verdict, error) {
	v := judge.Verdict{Markets: []corpora.Market{"US", "JP"}, Grade: judge.Critical} // of the seller's sign
	v.Gates = map[string]judge.Gate{"US": judge.Block, "JP": judge.Block}
	v.Matches = []judge.Match{{Fingerprint: "of " + c.Listing.Seller, Field: matchers.Seller.Field(0), Grade: judge.Critical}}
	if strings.Contains(c.Listing.Title, "own") {
		v.Matches = append(v.Matches, judge.Match{Fingerprint: c.Listing.ID, Field: "title", Grade: judge.Medium, Use: judge.UseBrand, Right: judge.RightRef{Text: "OWN"}})
	}
	return v, nil
}

func (sellers) Coverage(m corpora.Market) map[string]string {
	if m == "US" {
		return map[string]string{"mark": "list"}
	}
	return map[string]string{"mark": "none"}
}

func TestTrailerCounts(t *testing.T) {
	src := titles("a", "b own", "c own", "d", "e")
	for i := range src.entries {
		l := &src.entries[i].listing
		l.Seller = "shop one"
		l.WeakID = i < 2
		l.Images = []corpora.Image{{Ref: "https://example.com/a.jpg"}, {Ref: "a.jpg"}}
		l.ImageText = []string{"words"}
	}
	src.entries[4].listing.Seller = "shop two"
	s, err := assemble(Config{Judge: sellers{}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	st, err := s.Scan(t.Context(), src, &keeper{})
	if err != nil {
		t.Fatal(err)
	}
	tr := st.Trailer
	if tr.Findings != 4 || tr.ByGrade["critical"] != 2 || tr.ByGrade["medium"] != 2 || tr.ByGrade["low"] != 0 {
		t.Errorf("%d findings by grade %v, want two sellers and two of the listings' own", tr.Findings, tr.ByGrade)
	}
	if tr.ByGate["US"]["block"] != 5 || len(tr.ByGate["US"]) != 5 {
		t.Errorf("by gate %v", tr.ByGate)
	}
	if tr.WeakIDs != 2 || tr.NotAssessed.PicturesByAddress != 5 {
		t.Errorf("weak ids %d, not assessed %+v", tr.WeakIDs, tr.NotAssessed)
	}
	if !slices.Equal(st.Unchecked, []corpora.Market{"JP"}) || tr.Complete || !st.Whole {
		t.Errorf("unchecked %v, complete %v", st.Unchecked, tr.Complete)
	}
	counts := map[string]int{}
	for _, n := range tr.NotChecked {
		counts[n.Code] = -1
		if n.Count != nil {
			counts[n.Code] = *n.Count
		}
	}
	want := map[string]int{Patents: -1, UnregisteredRights: -1, WordsInPictures: 5, LogosInPhotos: 0, Shapes: 0, PicturesByAddress: 5}
	if fmt.Sprint(counts) != fmt.Sprint(want) {
		t.Errorf("not checked %v, want %v", counts, want)
	}
}

func TestNotCheckedDependsOnTheConfiguration(t *testing.T) {
	codes := func(s *Scanner) (list []string) {
		for _, n := range s.notChecked(nil) {
			list = append(list, n.Code)
		}
		return list
	}
	plain := &Scanner{forms: 3}
	if got := codes(plain); !slices.Equal(got, NotCheckedCodes()) {
		t.Errorf("the plainest scan leaves out %v, want every code", got)
	}
	deep := &Scanner{cfg: Config{Deep: true, FetchImages: true}}
	if got, want := codes(deep), []string{Patents, UnregisteredRights, WordsInPictures}; !slices.Equal(got, want) {
		t.Errorf("the fullest scan leaves out %v, want %v", got, want)
	}
}

func TestNoisy(t *testing.T) {
	ta := newTally(&Scanner{cfg: Config{Judge: bench{}}})
	add := func(n int, mark string, use judge.Use) {
		for range n {
			ta.st.Trailer.Listings++
			ta.countMarks([]judge.Match{
				{Grade: judge.Low, Right: judge.RightRef{Text: mark}, Use: use},
				{Grade: judge.Low, Right: judge.RightRef{Text: mark}, Use: judge.UseBrand}, // the same listing again
			})
		}
	}
	add(150, "BLACK", judge.UseDescriptive)
	add(50, "BLACK", judge.UseBrand)
	add(120, "SET", judge.UseDescriptive)
	add(99, "RARE", judge.UseBrand)
	got := ta.noisy()
	if len(got) != 2 || got[0].Mark != "BLACK" || got[0].Count != 200 || got[0].Uses["descriptive"] != 150 || got[1].Mark != "SET" {
		t.Errorf("noisy %+v", got)
	}
	// Memory is bounded, and what floods survives any number of rare marks.
	for i := range 3 * maxMarks {
		add(1, fmt.Sprint("rare ", i), judge.UseBrand)
		if i%10 == 0 {
			add(1, "BLACK", judge.UseDescriptive)
		}
	}
	if len(ta.marks) > maxMarks {
		t.Errorf("%d marks held", len(ta.marks))
	}
	if got := ta.noisy(); len(got) == 0 || got[0].Mark != "BLACK" {
		t.Errorf("noisy %+v", got)
	}
}

func TestConfigID(t *testing.T) {
	type ab struct{ A, B int }
	type ba struct{ B, A int }
	one, err := ConfigID(ab{1, 2})
	if err != nil || !strings.HasPrefix(one, "sha256-") || len(one) != 7+64 {
		t.Fatalf("%q, %v", one, err)
	}
	if two, _ := ConfigID(ba{2, 1}); two != one {
		t.Error("the order of fields changes the hash")
	}
	if two, _ := ConfigID(ab{1, 3}); two == one {
		t.Error("a value does not change the hash")
	}
	if _, err := ConfigID(func() {}); err == nil {
		t.Error("a function has a hash")
	}
}

func TestShortRef(t *testing.T) {
	for in, want := range map[string]string{
		"a/b.jpg":                          "a/b.jpg",
		"https://example.com/a.png":        "https://example.com/a.png",
		"data:image/png;base64,AAAA":       "data:image/png;length=26",
		"DATA:,x":                          "data:;length=7",
		"data:":                            "data:;length=5",
		"data:" + strings.Repeat("x", 1e6): "data:" + strings.Repeat("x", 59) + ";length=1000005",
	} {
		if got := shortRef(in); got != want {
			t.Errorf("%.40s: %s, want %s", in, got, want)
		}
	}
}
