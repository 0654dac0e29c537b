package monitor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"lookalike/corpora"
	"lookalike/scanner/ledger"
)

const hookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// model is what a year of nights should tell, worked out without any of the code under test.
type model struct {
	rng    *rand.Rand
	marks  map[string]bool // in the corpus
	offers []*modelOffer
}

type modelOffer struct {
	id      int
	word    string // of its title
	price   int
	there   bool
	ever    bool
	matched map[string]bool // word: its match was there before
}

var modelWords = []string{"plain", "Quobble", "Zvantix", "Morblax", "Drufelle"}

// night changes the shop and the corpus and returns the events that must follow.
func (m *model) night() (want map[ledger.Type]int, newRights bool) {
	want = map[ledger.Type]int{}
	before := map[*modelOffer]string{}
	state := func(o *modelOffer) string {
		if o.there && o.word != "plain" && m.marks[o.word] {
			return o.word
		}
		return ""
	}
	for _, o := range m.offers {
		before[o] = state(o)
	}
	busy := m.rng.IntN(3) > 0
	for _, o := range m.offers {
		if !busy || m.rng.IntN(12) > 0 {
			continue
		}
		was := modelOffer{word: o.word, price: o.price, there: o.there, ever: o.ever}
		switch m.rng.IntN(4) {
		case 0:
			o.there = !o.there
		case 1:
			o.price++
		case 2:
			o.word = modelWords[m.rng.IntN(len(modelWords))]
		case 3:
			o.price++
			o.there = true
		}
		switch {
		case o.there && !o.ever:
			want[ledger.ListingNew]++
			o.ever = true
		case o.there && !was.there:
			want[ledger.ListingBack]++
		case !o.there && was.there:
			want[ledger.ListingGone]++
		}
		if !o.there && !was.there { // what is not on show does not change
			o.word, o.price = was.word, was.price
		}
		if o.there && was.ever && (o.word != was.word || o.price != was.price) {
			want[ledger.ListingChanged]++
		}
	}
	if m.rng.IntN(10) == 0 {
		w := modelWords[1+m.rng.IntN(len(modelWords)-1)]
		m.marks[w] = !m.marks[w]
		newRights = true
	}
	for _, o := range m.offers {
		was, is := before[o], state(o)
		if was == is {
			continue
		}
		if was != "" {
			want[ledger.MatchGone]++
		}
		if is != "" && o.matched[is] {
			want[ledger.MatchBack]++
		} else if is != "" {
			want[ledger.MatchNew]++
			want[ledger.LeadOpened]++
			o.matched[is] = true
		}
	}
	return want, newRights
}

func (m *model) rights() []corpora.Right {
	var names []string
	for _, w := range modelWords[1:] {
		if m.marks[w] {
			names = append(names, w)
		}
	}
	return marks(append(names, "KWELLIP")...)
}

func (m *model) listings() []corpora.Listing {
	var out []corpora.Listing
	for _, o := range m.offers {
		if o.there {
			l := bowl(o.id, o.word, fmt.Sprint("seller", o.id))
			l.Price = fmt.Sprint(o.price)
			out = append(out, l)
		}
	}
	return out
}

// TestYear lets a year of nights pass by the schedule, each of them as the model has it: when it ran, what the ledger says and
// what was told. The clock is that of the bubble; index, ledger and scanner are real.
func TestYear(t *testing.T) {
	nights := 365
	if testing.Short() {
		nights = 12
	}
	if _, err := tables(); err != nil { // outside of the bubble: they are shared
		t.Fatal(err)
	}
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		log := filepath.Join(dir, "alerts.jsonl")
		c := oneWatch(Rule{To: "log", On: []string{OnDigest}})
		c.Channels = map[string]Channel{"log": {File: log}}
		m := &model{rng: rand.New(rand.NewPCG(1, 2)), marks: map[string]bool{"Quobble": true, "Zvantix": true}}
		for i := range 25 {
			m.offers = append(m.offers, &modelOffer{id: i, word: modelWords[i%len(modelWords)], price: 10, matched: map[string]bool{}})
		}
		s, err := newStreet(dir, time.Now, c, m.rights())
		if err != nil {
			t.Fatal(err)
		}
		year := &year{t: t, s: s, m: m, left: nights, log: log, first: time.Now()}
		ctx, cancel := context.WithCancel(t.Context())
		year.cancel = cancel
		year.prepare()
		if err := s.m.Serve(ctx, year.after); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if year.left > 0 {
			t.Errorf("%d nights are missing", year.left)
		}
		if err := s.ledger.Check(t.Context()); err != nil {
			t.Error(err)
		}
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
	})
}

// year checks one night after the other.
type year struct {
	t      *testing.T
	s      *street
	m      *model
	want   map[ledger.Type]int
	left   int
	night  int
	first  time.Time
	log    string
	cancel context.CancelFunc
}

// prepare makes the shop as it is in the coming night.
func (y *year) prepare() {
	var rights bool
	y.want, rights = y.m.night()
	y.s.offers = y.m.listings()
	if rights {
		if err := buildCorpus(y.s.corpus(), y.m.rights()); err != nil {
			y.t.Fatal(err)
		}
	}
}

func (y *year) after(_ *Watch, sum *ledger.Summary, err error) {
	if err != nil {
		y.t.Errorf("night %d: %v", y.night, err)
		y.cancel()
		return
	}
	y.checkTime()
	for _, typ := range ledger.Types() {
		if typ == ledger.ListingTwin || typ == ledger.ListingRelisted {
			continue
		}
		if sum.Counts[typ] != y.want[typ] {
			y.t.Errorf("night %d: %d %s, want %d", y.night, sum.Counts[typ], typ, y.want[typ])
		}
	}
	if sum.Listings != len(y.s.offers) || !sum.Complete {
		y.t.Errorf("night %d: %d listings, want %d; complete: %v", y.night, sum.Listings, len(y.s.offers), sum.Complete)
	}
	y.checkAlerts()
	y.night++
	if y.left--; y.left == 0 || y.t.Failed() {
		y.cancel()
		return
	}
	y.prepare()
}

// checkTime holds that the night ran at four o'clock of its day in Berlin, summer and winter.
func (y *year) checkTime() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		y.t.Fatal(err)
	}
	d := y.first.In(berlin)
	want := time.Date(d.Year(), d.Month(), d.Day()+y.night, 4, 0, 0, 0, berlin)
	runs, err := y.s.ledger.Runs(y.t.Context(), "shop", time.Time{}, 1)
	if err != nil || len(runs) != 1 || !runs[0].Due.Equal(want) || runs[0].Started.Sub(want) > time.Second || runs[0].Started.Before(want) {
		y.t.Errorf("night %d ran %+v, want %v (%v)", y.night, runs, want, err)
	}
}

// checkAlerts holds that each earlier night had one digest, which says whether it was quiet.
func (y *year) checkAlerts() {
	b, err := os.ReadFile(y.log)
	if err != nil && y.night > 0 {
		y.t.Error(err)
	}
	if n := bytes.Count(b, []byte("\n")); n != y.night {
		y.t.Errorf("night %d: %d digests before it", y.night, n)
	}
	lines := bytes.Split(bytes.TrimSpace(b), []byte("\n"))
	if y.night == 0 {
		return
	}
	var a Alert
	if err := json.Unmarshal(lines[len(lines)-1], &a); err != nil || a.Data.Digest == nil {
		y.t.Errorf("night %d: %v", y.night, err)
		return
	}
	n := 0
	for _, typ := range []ledger.Type{ledger.MatchNew, ledger.MatchGone, ledger.MatchBack, ledger.ListingRelisted} {
		n += a.Data.Digest.Counts[typ]
	}
	if a.Data.Digest.Quiet != (n == 0) {
		y.t.Errorf("night %d: quiet %v with %v", y.night, a.Data.Digest.Quiet, a.Data.Digest.Counts)
	}
}
