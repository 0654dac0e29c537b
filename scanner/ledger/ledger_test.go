package ledger

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lookalike/corpora"
	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// desk is a ledger under test with a clock of its own.
type desk struct {
	*Ledger
	t    *testing.T
	path string
	now  time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, path: filepath.Join(t.TempDir(), "ledger.db"), now: time.Date(2026, 1, 1, 2, 0, 0, 0, time.UTC)}
	l, err := Open(d.path, Options{Create: true, Now: func() time.Time { return d.now }})
	if err != nil {
		t.Fatal(err)
	}
	d.Ledger = l
	t.Cleanup(func() { _ = l.Close() })
	return d
}

// offer is a listing with the grades of its matches by the name of their right.
type offer struct {
	id, title, seller string
	picture           string
	grades            map[string]judge.Grade
	failed            bool
}

func keyOf(parts ...string) Key {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return Key(h[:16])
}

func (o *offer) item(ord int) Item {
	l := &corpora.Listing{ID: o.id, Title: o.title, Seller: o.seller, URL: "https://shop.example/" + o.seller + "/" + o.id}
	f := &scanner.Finding{}
	for _, right := range slices.Sorted(mapKeys(o.grades)) {
		fp := "fp-" + o.seller + "-" + o.id + "-" + right
		if strings.HasPrefix(right, "SELLER") {
			fp = "fp-" + o.seller + "-" + right
		}
		f.Matches = append(f.Matches, judge.Match{Fingerprint: fp, Grade: o.grades[right], Lane: "exact", Field: "title", Right: judge.RightRef{ID: right, Text: right, Corpus: "c", Status: "live"}})
	}
	if o.failed {
		f.Error = &scanner.Error{Problem: corpora.Problem{Code: corpora.PictureMissing}}
	}
	it := Item{Key: keyOf(o.seller, o.id), Content: keyOf(o.id, o.title, o.seller), Ord: int64(ord), Listing: l, Finding: f, Whole: true}
	if o.picture != "" {
		it.Picture = keyOf(o.picture)
	}
	return it
}

func mapKeys(m map[string]judge.Grade) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

var info = RunInfo{Watch: "shop", Day: "2026-01-01", Engine: "test", Rule: "rule-1", Corpora: []CorpusID{{"c", "sha256-1"}}}

// night runs one reading of the shop and returns what it found.
func (d *desk) night(offers []offer, c Closing) *Summary {
	d.t.Helper()
	ctx := d.t.Context()
	r, err := d.Begin(ctx, info)
	if err != nil {
		d.t.Fatal(err)
	}
	known, err := r.Known(ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	var items []Item
	for i := range offers {
		it := offers[i].item(i)
		if k, ok := known[it.Key]; ok && !k.Gone && k.Content == it.Content && !offers[i].failed {
			it.Listing, it.Finding = nil, nil
		}
		items = append(items, it)
	}
	if err := r.Stage(ctx, items); err != nil {
		d.t.Fatal(err)
	}
	if err := r.Select(ctx, nil, ""); err != nil {
		d.t.Fatal(err)
	}
	c.Lead, c.Seal = judge.Medium, judge.High
	s, err := r.Finish(ctx, c)
	if err != nil {
		d.t.Fatal(err)
	}
	d.now = d.now.AddDate(0, 0, 1)
	return s
}

// told returns the events of a run in short.
func (d *desk) told(run int64) []string {
	d.t.Helper()
	var out []string
	for e, err := range d.Events(d.t.Context(), EventQuery{Run: run}) {
		if err != nil {
			d.t.Fatal(err)
		}
		if e.Type != RunStarted && e.Type != RunFinished {
			out = append(out, strings.TrimSpace(string(e.Type)+" "+e.Right))
		}
	}
	return out
}

var whole = Closing{Whole: true, Complete: true}

func TestNights(t *testing.T) {
	d := newDesk(t)
	red := offer{id: "1", title: "Red Quobble bowl of stoneware", seller: "a", grades: map[string]judge.Grade{"QUOBBLE": judge.High, "BOWL": judge.Low}}
	blue := offer{id: "2", title: "Blue plain bowl of stoneware", seller: "a"}
	check := func(name string, s *Summary, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, d.told(s.Run)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	check("first night", d.night([]offer{red, blue}, whole), "listing.new", "listing.new", "match.new BOWL", "match.new QUOBBLE", "lead.opened QUOBBLE")
	s := d.night([]offer{red, blue}, whole)
	check("quiet night", s)
	if !s.Quiet() || s.Scanned != 0 {
		t.Errorf("a quiet night: %+v", s)
	}
	dear := red
	dear.title, dear.grades = "Red Quobble bowl of stoneware, AAA copy", map[string]judge.Grade{"QUOBBLE": judge.Critical}
	check("worse", d.night([]offer{dear, blue}, whole), "listing.changed", "match.worse QUOBBLE", "match.gone BOWL")
	check("better", d.night([]offer{red, blue}, whole), "listing.changed", "match.back BOWL", "match.better QUOBBLE")
	check("gone", d.night([]offer{blue}, whole), "listing.gone", "match.gone BOWL", "match.gone QUOBBLE")
	moved := red
	moved.id, moved.seller = "77", "b"
	check("relisted", d.night([]offer{blue, moved}, whole), "listing.new", "listing.relisted", "match.new BOWL", "match.new QUOBBLE", "lead.opened QUOBBLE")
	check("back", d.night([]offer{blue, moved, red}, whole), "listing.back", "match.back BOWL", "match.back QUOBBLE")
	third := moved
	third.id, third.seller, third.grades = "5", "c", nil
	check("twin", d.night([]offer{blue, moved, red, third}, whole), "listing.new", "listing.twin")
	groups, err := d.Groups(t.Context(), "shop", 10)
	if err != nil || len(groups) != 1 || len(groups[0].Listings) != 3 {
		t.Errorf("groups %+v, %v", groups, err)
	}
	// A cut reading takes nothing for gone, and a picture that failed loses no match.
	cut := Closing{Reason: "interrupted"}
	s = d.night([]offer{blue}, cut)
	check("cut off", s)
	if s.Missed != 3 || s.Quiet() {
		t.Errorf("cut off: %+v", s)
	}
	half := red
	half.failed, half.grades = true, map[string]judge.Grade{"QUOBBLE": judge.High}
	check("a picture failed", d.night([]offer{blue, moved, half, third}, whole))
	unread := Closing{Whole: true, Reason: "pages", Unread: func(url string) bool { return strings.HasSuffix(url, "/a/2") }}
	check("one page unread", d.night([]offer{moved, red, third}, unread))
	if err := d.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestPictures holds that a listing is recognised by its main picture when its words are others, and that a picture that very
// many listings show tells nothing.
func TestPictures(t *testing.T) {
	d := newDesk(t)
	old := offer{id: "1", title: "Red bowl of stoneware, hand made", seller: "a", picture: "red bowl"}
	d.night([]offer{old}, whole)
	again := offer{id: "9", title: "Something else altogether for the table", seller: "b", picture: "red bowl"}
	s := d.night([]offer{again}, whole)
	if len(s.Relisted) != 1 || s.Relisted[0].By != "picture" || s.Relisted[0].Of.ID != "1" {
		t.Errorf("%+v", s.Relisted)
	}
	third := offer{id: "3", title: "A third text about a bowl of stoneware", seller: "c", picture: "red bowl"}
	if s := d.night([]offer{again, third, old}, whole); s.Counts[ListingTwin] != 1 || s.Counts[ListingBack] != 1 {
		t.Error(s.Counts)
	}
	var many []offer
	for i := range 30 {
		many = append(many, offer{id: fmt.Sprint("m", i), title: fmt.Sprintf("Listing number %d with a banner on it", i), seller: fmt.Sprint(i), picture: "banner"})
	}
	if s := d.night(many, whole); s.Counts[ListingTwin] != 0 || s.Counts[ListingRelisted] != 0 {
		t.Error(s.Counts)
	}
}

// TestSeen holds that first and last sightings follow from the runs, and that nights rewrite no row.
func TestSeen(t *testing.T) {
	d := newDesk(t)
	one, two := offer{id: "1", title: "Stoneware bowl, red and round", seller: "a"}, offer{id: "2", title: "Stoneware bowl, blue and round", seller: "a"}
	day := func(n int) time.Time { return time.Date(2026, 1, n, 2, 0, 0, 0, time.UTC) }
	d.night([]offer{one, two}, whole)                   // 1
	d.night([]offer{one, two}, whole)                   // 2
	d.night([]offer{one}, Closing{Reason: "cut short"}) // 3: two was missed
	seen := func(id string) (first, last time.Time) {
		list, err := d.Find(t.Context(), id)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		return list[0].First, list[0].Last
	}
	if first, last := seen("2"); !first.Equal(day(1)) || !last.Equal(day(2)) {
		t.Errorf("missed listing seen from %v to %v", first, last)
	}
	d.night([]offer{one}, whole) // 4: two is gone
	d.night([]offer{one}, whole) // 5
	if _, last := seen("2"); !last.Equal(day(2)) {
		t.Errorf("gone listing last seen %v", last)
	}
	if _, last := seen("1"); !last.Equal(day(5)) {
		t.Errorf("listing last seen %v", last)
	}
	d.night([]offer{one, two}, whole) // 6
	if first, last := seen("2"); !first.Equal(day(1)) || !last.Equal(day(6)) {
		t.Errorf("listing that came back seen from %v to %v", first, last)
	}
}

// TestSellerSign holds that a sign in a shop's name is one lead however many listings carry it.
func TestSellerSign(t *testing.T) {
	d := newDesk(t)
	var offers []offer
	for i := range 5 {
		offers = append(offers, offer{id: fmt.Sprint(i), title: fmt.Sprintf("Stoneware bowl number %d, round", i), seller: "Quobble Outlet", grades: map[string]judge.Grade{"SELLER-Q": judge.High}})
	}
	s := d.night(offers, whole)
	if s.Counts[LeadOpened] != 1 || s.Counts[MatchNew] != 1 {
		t.Errorf("five listings of one seller: %v", s.Counts)
	}
	s = d.night(offers[3:], whole)
	if s.Counts[MatchGone] != 0 || s.Counts[ListingGone] != 3 {
		t.Errorf("two of them left: %v", s.Counts)
	}
	s = d.night([]offer{{id: "9", title: "Another bowl of somebody else", seller: "x"}}, whole)
	if s.Counts[MatchGone] != 1 {
		t.Errorf("none left: %v", s.Counts)
	}
}

func TestLeads(t *testing.T) {
	d := newDesk(t)
	bowl := offer{id: "1", title: "Red Quobble bowl of stoneware", seller: "a", grades: map[string]judge.Grade{"QUOBBLE": judge.High}}
	d.night([]offer{bowl}, whole)
	list, err := d.Leads(t.Context(), LeadQuery{States: []State{StateOpen}})
	if err != nil || len(list) != 1 || list[0].Match.Mark != "QUOBBLE" || list[0].Grade != judge.High {
		t.Fatalf("%+v %v", list, err)
	}
	for _, wrong := range []Decision{{list[0].ID, StateDismissed, "J. Doe", ""}, {list[0].ID, StateConfirmed, "", "x"}, {list[0].ID, "lost", "J. Doe", "x"}, {"ffff00", StateConfirmed, "J. Doe", "x"}} {
		if _, err := d.Decide(t.Context(), wrong); err == nil {
			t.Errorf("%+v was taken", wrong)
		}
	}
	lead, err := d.Decide(t.Context(), Decision{list[0].ID[:6], StateClosed, "J. Doe", "seller took it down"})
	if err != nil || lead.State != StateClosed || lead.Actor != "J. Doe" {
		t.Fatalf("%+v %v", lead, err)
	}
	d.night(nil, whole)
	s := d.night([]offer{bowl}, whole)
	if s.Counts[LeadReopened] != 1 || s.Leads[0].State != StateOpen {
		t.Errorf("back after it was closed: %v %+v", s.Counts, s.Leads)
	}
	var kinds []Type
	for e, err := range d.Events(t.Context(), EventQuery{Lead: lead.ID}) {
		if err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, e.Type)
	}
	if want := []Type{MatchNew, LeadOpened, LeadDecided, MatchGone, MatchBack, LeadReopened}; !slices.Equal(kinds, want) {
		t.Errorf("history %v, want %v", kinds, want)
	}
}

// TestAppendOnly holds that the database itself refuses to change the stream.
func TestAppendOnly(t *testing.T) {
	d := newDesk(t)
	d.night([]offer{{id: "1", title: "Bowl", seller: "a"}}, whole)
	for _, q := range []string{`DELETE FROM events`, `UPDATE events SET actor = 'x'`, `DELETE FROM identities`} {
		if _, err := d.db.Exec(q); err == nil {
			t.Errorf("%s was done", q)
		}
	}
}

// TestResume holds that a run that was cut off in any stage goes on as the same one and gives the events of an undisturbed
// one.
func TestResume(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	offers := []offer{{id: "1", title: "One bowl of stoneware", seller: "a", grades: map[string]judge.Grade{"Q": judge.High}}, {id: "2", title: "Two bowls of stoneware", seller: "a"}}
	again := func() *Run {
		t.Helper()
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		l, err := Open(d.path, Options{Now: func() time.Time { return d.now }})
		if err != nil {
			t.Fatal(err)
		}
		d.Ledger = l
		r, err := l.Begin(ctx, info)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := again()
	if err := r.Stage(ctx, []Item{offers[0].item(0)}); err != nil {
		t.Fatal(err)
	}
	r = again()
	if !r.Resumed || r.At != StageReading {
		t.Fatalf("%+v", r)
	}
	if seen, scanned, next, err := r.Progress(ctx); err != nil || len(seen) != 1 || len(scanned) != 1 || next != 1 {
		t.Fatal(seen, scanned, next, err)
	}
	if err := r.Restart(ctx); err != nil {
		t.Fatal(err)
	}
	if err := r.Stage(ctx, []Item{offers[0].item(0), offers[1].item(1)}); err != nil {
		t.Fatal(err)
	}
	if err := r.Select(ctx, nil, ""); err != nil {
		t.Fatal(err)
	}
	r = again()
	if !r.Resumed || r.At != StageSelected {
		t.Fatalf("%+v", r)
	}
	c := whole
	c.Lead = judge.Medium
	if _, err := r.Finish(ctx, c); err != nil {
		t.Fatal(err)
	}
	want := []string{"listing.new", "listing.new", "match.new Q", "lead.opened Q"}
	if diff := cmp.Diff(want, d.told(r.ID)); diff != "" {
		t.Error(diff)
	}
	if r = again(); r.Resumed || r.ID != 2 {
		t.Errorf("after the end: %+v", r)
	}
}

// TestFull holds that a file that may not grow gives an error and keeps what it held.
func TestFull(t *testing.T) {
	d := newDesk(t)
	d.night([]offer{{id: "1", title: "Bowl of stoneware", seller: "a"}}, whole)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	l, err := Open(d.path, Options{Now: func() time.Time { return d.now }, maxPages: 80})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r, err := l.Begin(t.Context(), info)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; err == nil && i < 1000; i++ {
		o := offer{id: fmt.Sprint("n", i), title: strings.Repeat("long ", 2000), seller: "a"}
		err = r.Stage(t.Context(), []Item{o.item(i)})
	}
	if err == nil || !strings.Contains(err.Error(), "full") {
		t.Fatalf("a full file: %v", err)
	}
	if err := l.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if list, err := l.Find(t.Context(), "1"); err != nil || len(list) != 1 || list[0].Gone {
		t.Errorf("%+v %v", list, err)
	}
}

func TestMissingAndForeign(t *testing.T) {
	if _, err := Open(filepath.Join(t.TempDir(), "none.db"), Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing ledger: %v", err)
	}
	d := newDesk(t)
	if _, err := d.db.Exec(`UPDATE meta SET value = '99'`); err != nil {
		t.Fatal(err)
	}
	var other *FormatError
	if _, err := Open(d.path, Options{}); !errors.As(err, &other) || other.Have != 99 {
		t.Errorf("another format: %v", err)
	}
}

func TestRetention(t *testing.T) {
	d := newDesk(t)
	ctx := context.WithoutCancel(t.Context())
	offers := []offer{
		{id: "1", title: "Plain bowl of stoneware", seller: "a"},
		{id: "2", title: "Held bowl of stoneware", seller: "a"},
		{id: "3", title: "Quobble bowl of stoneware", seller: "a", grades: map[string]judge.Grade{"Q": judge.High}},
		{id: "4", title: "Bowl that stays", seller: "a"},
	}
	d.night(offers, whole)
	stays := offers[3]
	stays.title = "Bowl that stays, at another price"
	d.night([]offer{stays}, whole)
	held, err := d.Find(ctx, "2")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Hold(ctx, held[0], "case 7", "J. Doe", "lawsuit"); err != nil {
		t.Fatal(err)
	}
	classes := func(dry bool) (out []string) {
		t.Helper()
		list, err := d.GC(ctx, Retention{}, "J. Doe", "time is over", dry)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range list {
			out = append(out, x.Class+" "+x.Title)
		}
		return out
	}
	if got := classes(false); len(got) != 0 {
		t.Errorf("after two days: %v", got)
	}
	d.now = d.now.Add(MinListing)
	want := []string{"listing Plain bowl of stoneware", "content Bowl that stays, at another price"}
	if got := classes(true); !slices.Equal(got, want) {
		t.Errorf("a dry run: %v, want %v", got, want)
	}
	if list, err := d.Find(ctx, "1"); err != nil || len(list) != 1 {
		t.Errorf("a dry run deleted: %v %v", list, err)
	}
	if got := classes(false); !slices.Equal(got, want) {
		t.Errorf("deleted %v, want %v", got, want)
	}
	if got := classes(false); len(got) != 0 {
		t.Errorf("deleted again: %v", got)
	}
	if _, ok, err := d.Content(ctx, offers[0].item(0).Content); err != nil || ok {
		t.Errorf("the content is still there: %v", err)
	}
	if _, ok, err := d.Content(ctx, offers[1].item(0).Content); err != nil || !ok {
		t.Errorf("the held content is gone: %v", err)
	}
	leads, err := d.Leads(ctx, LeadQuery{})
	if err != nil || len(leads) != 1 {
		t.Fatal(leads, err)
	}
	if err := d.Unhold(ctx, held[0], "case 7", "J. Doe", "settled"); err != nil {
		t.Fatal(err)
	}
	seals, err := d.Seals(ctx, 10)
	if err != nil || len(seals) != 1 || seals[0].Record == nil || seals[0].Record.ID != "3" {
		t.Fatalf("seals %+v %v", seals, err)
	}
	if err := d.Sealed(ctx, &seals[0], "capture-1"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Decide(ctx, Decision{leads[0].ID, StateDismissed, "J. Doe", "own goods"}); err != nil {
		t.Fatal(err)
	}
	if got, want := classes(false), []string{"listing Held bowl of stoneware", "listing Quobble bowl of stoneware"}; len(got) != 2 || !slices.Contains(got, want[0]) || !slices.Contains(got, want[1]) {
		t.Errorf("released: %v", got)
	}
	if _, err := d.GC(ctx, Retention{Listing: time.Hour}, "J. Doe", "x", true); err == nil {
		t.Error("less than three years was taken")
	}
	n := 0
	for e, err := range d.Events(ctx, EventQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Type == DataDeleted && e.Actor == "J. Doe" {
			n++
		}
	}
	if n != 4 {
		t.Errorf("%d deletions are logged, want 4", n)
	}
}

func TestOutbox(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	c := whole
	c.Compose = func(s *Summary) ([]Message, error) {
		return []Message{{Dedupe: "digest/" + s.Day, Channel: "desk", Type: "digest", Body: []byte("{}")}}, nil
	}
	d.night(nil, c)
	d.night(nil, c) // the same day once more: it is told already
	list, err := d.Due(ctx, d.now, 10)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	later := d.now.Add(time.Hour)
	if err := d.Postpone(ctx, &list[0], later, true, "refused"); err != nil {
		t.Fatal(err)
	}
	if due, err := d.Due(ctx, d.now, 10); err != nil || len(due) != 0 {
		t.Fatal(due, err)
	}
	if next, err := d.NextDue(ctx); err != nil || !next.Equal(later) {
		t.Fatal(next, err)
	}
	d.now = later
	if list, err = d.Due(ctx, d.now, 10); err != nil || len(list) != 1 || list[0].Tries != 1 {
		t.Fatal(list, err)
	}
	if err := d.Sent(ctx, &list[0]); err != nil {
		t.Fatal(err)
	}
	if n, _, err := d.SentSince(ctx, "desk", d.now.Add(-time.Hour)); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if box, err := d.Outbox(ctx); err != nil || box["desk"]["sent"] != 1 {
		t.Fatal(box, err)
	}
}
