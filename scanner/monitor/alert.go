package monitor

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"lookalike/matchers/judge"
	"lookalike/scanner/ledger"
)

// Alert is what a message says: the body of a webhook, and what mails and chats are written from.
type Alert struct {
	Type      string    `json:"type"` // match.new, match.worse, …, listing.relisted, run.finished
	Timestamp time.Time `json:"timestamp"`
	Data      AlertData `json:"data"`
}

// AlertData is about one lead, one relisting, or one run.
type AlertData struct {
	Watch    string       `json:"watch"`
	Run      int64        `json:"run"`
	Lead     *AlertLead   `json:"lead,omitempty"`
	Listing  *AlertShop   `json:"listing,omitempty"`
	Of       *AlertShop   `json:"of,omitempty"` // what a relisting repeats
	By       string       `json:"by,omitempty"` // text or picture
	Digest   *AlertDigest `json:"digest,omitempty"`
	Continue int          `json:"more,omitempty"` // further messages of the run that were not sent one by one
}

// AlertLead is a lead and what became of it.
type AlertLead struct {
	ID     string `json:"id"`
	State  string `json:"state"`
	Grade  string `json:"grade"`
	From   string `json:"from"`
	Mark   string `json:"mark"`
	Owner  string `json:"owner"`
	Office string `json:"office"`
	Number string `json:"number"`
	Field  string `json:"field"`
	Use    string `json:"use"`
}

// AlertShop is a listing.
type AlertShop struct {
	Key    string `json:"key"`
	ID     string `json:"id"`
	Title  string `json:"title"`
	Seller string `json:"seller"`
	URL    string `json:"url"`
}

// AlertDigest is what a run found.
type AlertDigest struct {
	Day      string              `json:"day"`
	Complete bool                `json:"complete"`
	Reason   string              `json:"reason"`
	Problems []string            `json:"problems"`
	Quiet    bool                `json:"quiet"`
	Listings int                 `json:"listings"`
	Missed   int                 `json:"missed"`
	Counts   map[ledger.Type]int `json:"counts"`
	Leads    []AlertLead         `json:"leads"` // the gravest, at most 20
	Unsent   map[ledger.Type]int `json:"unsent,omitempty"`
}

// occasions gives the type of event of each occasion.
var occasions = map[string]ledger.Type{
	OnNew: ledger.MatchNew, OnWorse: ledger.MatchWorse, OnBack: ledger.MatchBack, OnBetter: ledger.MatchBetter, OnGone: ledger.MatchGone,
	OnRelisted: ledger.ListingRelisted,
}

// maxDigest bounds the leads and problems that a digest names.
const maxDigest = 20

// compose makes the messages of a run, by the rules of its watch. A lead that was dismissed is told again only when it got
// worse.
func (m *Monitor) compose(w *Watch, s *ledger.Summary) ([]ledger.Message, error) {
	var out []ledger.Message
	at := m.o.Now().UTC().Truncate(time.Second)
	for _, r := range w.Alerts {
		alerts := single(&r, s)
		unsent := map[ledger.Type]int{}
		for i, a := range alerts {
			if i >= r.Most {
				unsent[ledger.Type(a.Type)]++
				continue
			}
			msg, err := message(&r, w, s, &a, at, i)
			if err != nil {
				return nil, err
			}
			out = append(out, msg)
		}
		if slices.Contains(r.On, OnDigest) {
			a := digest(s)
			a.Data.Digest.Unsent = unsent
			msg, err := message(&r, w, s, &a, at, -1)
			if err != nil {
				return nil, err
			}
			out = append(out, msg)
		}
	}
	return out, nil
}

func message(r *Rule, w *Watch, s *ledger.Summary, a *Alert, at time.Time, n int) (ledger.Message, error) {
	a.Timestamp, a.Data.Watch, a.Data.Run = at, w.Name, s.Run
	subject := "digest"
	switch {
	case a.Data.Lead != nil:
		subject = "lead/" + a.Data.Lead.ID
	case a.Data.Listing != nil:
		subject = "listing/" + a.Data.Listing.Key
	}
	b, err := json.Marshal(a)
	if err != nil {
		return ledger.Message{}, fmt.Errorf("message %d: %w", n, err)
	}
	return ledger.Message{Dedupe: fmt.Sprintf("%s/%s/%d/%s/%s", r.To, w.Name, s.Run, a.Type, subject), Channel: r.To, Type: a.Type, Body: b}, nil
}

// single returns the alerts of a run that a rule tells one by one, the gravest first.
func single(r *Rule, s *ledger.Summary) []Alert {
	var out []Alert
	wanted := func(t ledger.Type) bool {
		return slices.ContainsFunc(r.On, func(on string) bool { return occasions[on] == t })
	}
	leads := slices.Clone(s.Leads)
	slices.SortStableFunc(leads, func(a, b ledger.LeadChange) int { return gravity(&b) - gravity(&a) })
	for i := range leads {
		l := &leads[i]
		if !wanted(l.Type) || gravity(l) < r.level.Rank() || l.State == ledger.StateDismissed && l.Type != ledger.MatchWorse {
			continue
		}
		out = append(out, Alert{Type: string(l.Type), Data: AlertData{Lead: leadOf(l), Listing: shopOf(&l.Listing)}})
	}
	if wanted(ledger.ListingRelisted) {
		for i := range s.Relisted {
			x := &s.Relisted[i]
			out = append(out, Alert{Type: string(ledger.ListingRelisted), Data: AlertData{Listing: shopOf(&x.Listing), Of: shopOf(&x.Of), By: x.By}})
		}
	}
	return out
}

// gravity is the rank of the graver of the two grades of a change: what is gone was as grave as it was.
func gravity(l *ledger.LeadChange) int {
	return max(judge.Grade(l.Grade).Rank(), judge.Grade(l.From).Rank())
}

func leadOf(l *ledger.LeadChange) *AlertLead {
	return &AlertLead{
		ID: l.Lead, State: string(l.State), Grade: l.Grade, From: l.From, Mark: l.Mark, Owner: l.Owner, Office: l.Office, Number: l.Number,
		Field: l.Field, Use: l.Use,
	}
}

func shopOf(b *ledger.Brief) *AlertShop {
	return &AlertShop{Key: b.Key.String(), ID: b.ID, Title: b.Title, Seller: b.Seller, URL: b.URL}
}

func digest(s *ledger.Summary) Alert {
	d := &AlertDigest{
		Day: s.Day, Complete: s.Complete, Reason: s.Reason, Quiet: s.Quiet(), Listings: s.Listings, Missed: s.Missed, Counts: s.Counts,
		Problems: s.Problems[:min(len(s.Problems), maxDigest)], Leads: []AlertLead{},
	}
	leads := slices.Clone(s.Leads)
	slices.SortStableFunc(leads, func(a, b ledger.LeadChange) int { return gravity(&b) - gravity(&a) })
	for i := range leads[:min(len(leads), maxDigest)] {
		d.Leads = append(d.Leads, *leadOf(&leads[i]))
	}
	return Alert{Type: string(ledger.RunFinished), Data: AlertData{Digest: d}}
}
