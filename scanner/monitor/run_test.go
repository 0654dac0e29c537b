package monitor

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"lookalike/corpora"
	"lookalike/scanner/ledger"
)

// TestRun walks one watch through its nights: unchanged listings are neither read into the index nor scored again.
func TestRun(t *testing.T) {
	s := mustStreet(t, oneWatch(), marks("QUOBBLE", "ZVANTIX"))
	s.offers = []corpora.Listing{bowl(1, "Quobble", "a"), bowl(2, "plain", "a"), bowl(3, "plain", "b")}
	check := func(name, want string, scanned int) *ledger.Summary {
		t.Helper()
		sum := s.run(t)
		if got := counts(sum); got != want || sum.Scanned != scanned {
			t.Errorf("%s: %s, %d scanned; want %s, %d", name, got, sum.Scanned, want, scanned)
		}
		return sum
	}
	check("first", "[lead.opened 1 listing.new 3 match.new 1]", 3)
	if sum := check("quiet", "[]", 0); !sum.Quiet() || sum.Listings != 3 {
		t.Errorf("a quiet night: %+v", sum)
	}
	s.offers[1].Price = "11.90"
	check("changed", "[listing.changed 1]", 1)
	s.offers[2] = bowl(3, "Zvantix", "b")
	check("another mark", "[lead.opened 1 listing.changed 1 match.new 1]", 1)
	moved := s.offers[0]
	moved.ID, moved.Seller, moved.URL = "other", "c", "https://elsewhere.example/1"
	s.offers[0] = moved
	sum := check("relisted", "[lead.opened 1 listing.gone 1 listing.new 1 listing.relisted 1 match.gone 1 match.new 1]", 1)
	if len(sum.Relisted) != 1 || sum.Relisted[0].Of.ID != "bowl-1" || sum.Relisted[0].By != "text" {
		t.Errorf("relisted: %+v", sum.Relisted)
	}
	s.rule = "rule-2"
	check("other rules", "[]", 3)
	check("the same rules", "[]", 0)
}

// TestRights holds that a change of rights concerns the stored listings that it may concern and no others.
func TestRights(t *testing.T) {
	s := mustStreet(t, oneWatch(), marks("QUOBBLE", "ZVANTIX"))
	for i := range 50 {
		s.offers = append(s.offers, bowl(i, []string{"plain", "Quobble", "Morblax", "Zvantix", "Drufelle"}[i%5], "a"))
	}
	s.run(t)
	step := func(name string, rights []corpora.Right, want string, scanned int) {
		t.Helper()
		if err := buildCorpus(s.corpus(), rights); err != nil {
			t.Fatal(err)
		}
		sum := s.run(t)
		if got := counts(sum); got != want || sum.Scanned != scanned {
			t.Errorf("%s: %s, %d scanned; want %s, %d", name, got, sum.Scanned, want, scanned)
		}
	}
	step("a new mark", marks("QUOBBLE", "ZVANTIX", "MORBLAX"), "[lead.opened 10 match.new 10]", 10)
	step("nothing new", marks("QUOBBLE", "ZVANTIX", "MORBLAX"), "[]", 0)
	step("a mark is gone", marks("QUOBBLE", "MORBLAX"), "[match.gone 10]", 10)
	dead := marks("QUOBBLE", "MORBLAX")
	dead[0].Status = corpora.Dead
	step("a mark died", dead, "[match.better 10]", 10)
	step("back", marks("QUOBBLE", "ZVANTIX", "MORBLAX"), "[match.back 10 match.worse 10]", 20)
}

// TestSelection holds that scoring what a delta corpus selects gives what scoring every listing does.
func TestSelection(t *testing.T) {
	before := marks("QUOBBLE", "ZVANTIX", "NORTH FACE", "APPLE", "DRUFELLE")
	after := marks("QUOBBLES", "ZVANTIX", "MORBLAX", "APPLE", "BLACK", "KWELLIP")
	after[1].Classes = []uint8{9}
	after[3].Status = corpora.Pending
	var offers []corpora.Listing
	for i, w := range []string{"Quobble", "Quoble", "Zvantlx", "north face", "Apple", "apple green", "Morblaks", "black", "Kwellip", "plain", "for Zvantix", "Drufelle", "Kwel lip"} {
		offers = append(offers, bowl(i, w, "a"))
	}
	active := func(rules bool) []string {
		s := mustStreet(t, oneWatch(), before)
		s.offers = offers
		s.run(t)
		if err := buildCorpus(s.corpus(), after); err != nil {
			t.Fatal(err)
		}
		if rules {
			s.rule = "rule-2"
		}
		_, last := s.told(t, 0)
		s.run(t)
		out, _ := s.told(t, last)
		slices.Sort(out)
		return out
	}
	delta, all := active(false), active(true)
	if len(delta) == 0 || !slices.Equal(delta, all) {
		t.Errorf("selected: %s\nall: %s", strings.Join(delta, "\n"), strings.Join(all, "\n"))
	}
}

// TestLapse holds that a right that expires between two runs is noticed though nothing else changed.
func TestLapse(t *testing.T) {
	rights := marks("QUOBBLE", "ZVANTIX")
	rights[0].Expires = corpora.DateOf(time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC))
	clock := time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC)
	s, err := newStreet(t.TempDir(), func() time.Time { return clock }, oneWatch(), rights)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	s.offers = []corpora.Listing{bowl(1, "Quobble", "a"), bowl(2, "Zvantix", "a")}
	s.run(t)
	clock = clock.AddDate(0, 0, 1)
	if sum := s.run(t); sum.Scanned != 0 {
		t.Errorf("a day later %d were scanned", sum.Scanned)
	}
	clock = clock.AddDate(5, 0, 0)
	if sum := s.run(t); sum.Scanned != 1 || sum.Counts[ledger.MatchBetter] != 1 {
		t.Errorf("after it lapsed: %d scanned, %s", sum.Scanned, counts(sum))
	}
}

// TestUnfinished holds that nothing is called gone by a reading that broke off, and that the run is not called complete.
func TestUnfinished(t *testing.T) {
	s := mustStreet(t, oneWatch(), marks("QUOBBLE"))
	s.offers = []corpora.Listing{bowl(1, "Quobble", "a"), bowl(2, "plain", "a")}
	s.run(t)
	s.offers, s.fault = s.offers[:1], errors.New("the line is cut")
	sum := s.run(t)
	if sum.Complete || sum.Missed != 1 || sum.Counts[ledger.ListingGone] != 0 || sum.Reason != "rows" || len(sum.Problems) != 1 {
		t.Errorf("%+v", sum)
	}
}

// TestResume holds that a run that is cut off after any listing ends as an undisturbed one does, and scores nothing twice.
func TestResume(t *testing.T) {
	offers := []corpora.Listing{}
	size := 600
	if testing.Short() {
		size = 60
	}
	for i := range size {
		offers = append(offers, bowl(i, []string{"plain", "Quobble"}[i%2], "a"))
	}
	undisturbed := mustStreet(t, oneWatch(), marks("QUOBBLE"))
	undisturbed.offers = offers
	undisturbed.run(t)
	want, _ := undisturbed.told(t, 0)
	s := mustStreet(t, oneWatch(), marks("QUOBBLE"))
	s.offers = offers
	for _, n := range []int{0, 1, size / 2, size - 1} {
		ctx, cancel := context.WithCancel(t.Context())
		s.stop = func(i int) bool {
			if i == n {
				cancel()
			}
			return i >= n
		}
		if _, err := s.m.Run(ctx, &s.config.Watches[0], time.Time{}); !errors.Is(err, context.Canceled) {
			t.Fatalf("cut off at %d: %v", n, err)
		}
		cancel()
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
		if err := s.open(); err != nil {
			t.Fatal(err)
		}
	}
	s.stop = nil
	sum := s.run(t)
	got, _ := s.told(t, 0)
	if !slices.Equal(got, want) {
		t.Errorf("%d events, want %d", len(got), len(want))
	}
	if sum.Run != 1 {
		t.Errorf("run %d", sum.Run)
	}
}

// TestSameID holds that two listings under one id are two listings, in whatever order they come.
func TestSameID(t *testing.T) {
	s := mustStreet(t, oneWatch(), marks("QUOBBLE"))
	one, two := bowl(1, "Quobble", "a"), bowl(1, "plain", "a")
	s.offers = []corpora.Listing{one, two, one}
	if sum := s.run(t); counts(sum) != "[lead.opened 1 listing.new 2 match.new 1]" {
		t.Error(counts(sum))
	}
	s.offers = []corpora.Listing{two, one}
	if sum := s.run(t); counts(sum) != "[]" || sum.Scanned != 0 {
		t.Error(counts(sum), sum.Scanned)
	}
	s.offers = []corpora.Listing{two}
	if sum := s.run(t); counts(sum) != "[listing.gone 1 match.gone 1]" {
		t.Error(counts(sum))
	}
}
