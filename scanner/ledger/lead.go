package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lookalike/matchers/judge"
)

// State is how far people are with a lead.
type State string

// The states, a closed list.
const (
	StateOpen      State = "open"
	StateDismissed State = "dismissed" // with a reason
	StateConfirmed State = "confirmed"
	StateSent      State = "sent" // a notice or letter went out
	StateClosed    State = "closed"
)

// States returns the states.
func States() []State {
	return []State{StateOpen, StateDismissed, StateConfirmed, StateSent, StateClosed}
}

// leadID names the lead of a fingerprint in a watch.
func leadID(watch, fingerprint string) string {
	h := sha256.Sum256([]byte(watch + "\x00" + fingerprint))
	return hex.EncodeToString(h[:8])
}

// lead writes the event of a match and what it means for its lead.
func (f *finish) lead(fp string, what Type, t *touch, listing Key, after int) error {
	d := t.match.MatchData
	d.Fingerprint, d.Grade, d.From = fp, string(gradeOf(after)), string(gradeOf(t.before))
	if after == 0 {
		d.Grade, d.From = "", string(gradeOf(t.before))
	}
	id, state := leadID(f.watch, fp), State("")
	known, err := f.row([]any{&state}, `SELECT state FROM leads WHERE id = ?`, id)
	if err != nil {
		return err
	}
	opens := !known && after >= f.c.Lead.Rank() && after > 0
	e := Event{Type: what, Listing: listing, Right: t.match.Right}
	if known || opens {
		e.Lead = id
	}
	if err := f.emit(e, d); err != nil {
		return err
	}
	switch {
	case opens:
		state = StateOpen
		if _, err := f.tx.do(`INSERT INTO leads (id, watch, fingerprint, listing, right_id, grade, present, state, reason, actor, opened, decided) VALUES (?,?,?,?,?,?,1,?,'',?,?,0)`,
			id, f.watch, fp, listing, t.match.Right, after, string(state), Actor, millis(f.now)); err != nil {
			return err
		}
		if err := f.emit(Event{Type: LeadOpened, Listing: listing, Right: t.match.Right, Lead: id}, d); err != nil {
			return err
		}
	case known:
		if _, err := f.tx.do(`UPDATE leads SET grade = CASE WHEN ? > 0 THEN ? ELSE grade END, present = ?, listing = ? WHERE id = ?`, after, after, after > 0, listing, id); err != nil {
			return err
		}
		if what == MatchBack && state == StateClosed || what == MatchWorse && state == StateDismissed {
			if err := f.reopen(id, e, what, &state); err != nil {
				return err
			}
		}
	default:
		return nil
	}
	if len(f.s.Leads) < maxListed {
		b, err := f.brief(listing)
		if err != nil {
			return err
		}
		f.s.Leads = append(f.s.Leads, LeadChange{Type: what, Lead: id, State: state, MatchData: d, Right: t.match.Right, Listing: b})
	}
	if after > t.before && f.c.Seal != "" && after >= f.c.Seal.Rank() {
		return f.seal(id, listing)
	}
	return nil
}

func (f *finish) reopen(id string, e Event, what Type, state *State) error {
	d := DecisionData{From: *state, To: StateOpen, Reason: string(what)}
	*state = StateOpen
	if _, err := f.tx.do(`UPDATE leads SET state = ?, reason = ?, actor = ?, decided = ? WHERE id = ?`, string(StateOpen), string(what), Actor, millis(f.now), id); err != nil {
		return err
	}
	return f.emit(Event{Type: LeadReopened, Listing: e.Listing, Right: e.Right, Lead: id}, d)
}

func (f *finish) brief(key Key) (Brief, error) {
	b := Brief{Key: key}
	_, err := f.row([]any{&b.ID, &b.Title, &b.Seller, &b.URL}, `SELECT id, title, seller, url FROM listings WHERE watch = ? AND key = ?`, f.watch, key)
	return b, err
}

// seal queues the finding of a listing for the evidence store, once per lead and run.
func (f *finish) seal(lead string, listing Key) error {
	_, err := f.tx.do(`INSERT INTO seals (run, watch, lead, listing, content, finding, header, tries, problem)
		SELECT run, ?, ?, key, content, whole, coalesce(?, ''), 0, '' FROM staged WHERE run = ? AND key = ? AND whole IS NOT NULL`,
		f.watch, lead, f.c.Header, f.run, listing)
	return err
}

// seals is where one listing has several leads: its finding is sealed once, for the first.
func (f *finish) seals() error {
	_, err := f.tx.do(`DELETE FROM seals WHERE run = ? AND id NOT IN (SELECT min(id) FROM seals WHERE run = ? GROUP BY listing)`, f.run, f.run)
	return err
}

// Lead is a match that a person has to decide on.
type Lead struct {
	ID      string      `json:"id"`
	Watch   string      `json:"watch"`
	State   State       `json:"state"`
	Reason  string      `json:"reason"`
	Actor   string      `json:"actor"` // who decided last
	Opened  time.Time   `json:"opened"`
	Decided time.Time   `json:"decided,omitzero"`
	Grade   judge.Grade `json:"grade"`
	Present bool        `json:"present"` // its match was there in the last run
	Right   string      `json:"right"`
	Match   MatchData   `json:"match"`
	Listing Brief       `json:"listing"`
	First   time.Time   `json:"first_seen"`
	Last    time.Time   `json:"last_seen"`
}

// LeadQuery picks leads. Zero fields pick all.
type LeadQuery struct {
	ID     string // its first digits are enough
	Watch  string
	States []State
	Since  time.Time // opened or decided since
	Limit  int
}

const leadColumns = `SELECT d.id, d.watch, d.state, d.reason, d.actor, d.opened, d.decided, d.grade, d.present, d.right_id,
	coalesce(m.data, '{}'), d.listing, coalesce(l.id, ''), coalesce(l.title, ''), coalesce(l.seller, ''), coalesce(l.url, '')
	FROM leads d LEFT JOIN listings l ON l.watch = d.watch AND l.key = d.listing
	LEFT JOIN matches m ON m.watch = d.watch AND m.listing = d.listing AND m.fingerprint = d.fingerprint`

// Leads returns leads, the gravest first, then the earliest.
func (l *Ledger) Leads(ctx context.Context, q LeadQuery) ([]Lead, error) {
	query, args := leadColumns+` WHERE d.id >= ? AND d.id < ?`, []any{q.ID, q.ID + "~"}
	if q.Watch != "" {
		query, args = query+` AND d.watch = ?`, append(args, q.Watch)
	}
	if !q.Since.IsZero() {
		query, args = query+` AND max(d.opened, d.decided) >= ?`, append(args, millis(q.Since))
	}
	if len(q.States) > 0 {
		query += ` AND d.state IN (?` + strings.Repeat(",?", len(q.States)-1) + `)`
		for _, s := range q.States {
			args = append(args, string(s))
		}
	}
	query += ` ORDER BY d.grade DESC, d.opened, d.id`
	if q.Limit > 0 {
		query, args = query+` LIMIT ?`, append(args, q.Limit)
	}
	var out []Lead
	err := l.each(ctx, func(rows *sql.Rows) error {
		d, err := readLead(rows)
		out = append(out, d)
		return err
	}, query, args...)
	for i := range out {
		if err == nil {
			out[i].First, out[i].Last, err = l.sighted(ctx, out[i].Watch, out[i].Listing.Key)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("leads: %w", err)
	}
	return out, nil
}

func readLead(rows *sql.Rows) (Lead, error) {
	var d Lead
	var opened, decided int64
	var rank int
	var data string
	err := rows.Scan(&d.ID, &d.Watch, &d.State, &d.Reason, &d.Actor, &opened, &decided, &rank, &d.Present, &d.Right, &data,
		&d.Listing.Key, &d.Listing.ID, &d.Listing.Title, &d.Listing.Seller, &d.Listing.URL)
	if err != nil {
		return d, err
	}
	d.Opened, d.Decided, d.Grade = fromMillis(opened), fromMillis(decided), gradeOf(rank)
	return d, json.Unmarshal([]byte(data), &d.Match)
}

// Decision is what a person makes of a lead.
type Decision struct {
	Lead   string // its id; the first digits are enough where they are one lead's
	To     State
	By     string
	Reason string // required to dismiss and to close
}

// ErrAmbiguous says that several leads begin with the given digits.
var ErrAmbiguous = errors.New("several leads begin with this")

// Decide writes down a decision and returns the lead as it is then.
func (l *Ledger) Decide(ctx context.Context, d Decision) (Lead, error) {
	d.By, d.Reason = strings.TrimSpace(d.By), strings.TrimSpace(d.Reason)
	switch {
	case !slices.Contains(States(), d.To):
		return Lead{}, fmt.Errorf("decide: no state %q", d.To)
	case d.By == "":
		return Lead{}, errors.New("decide: who decides is required")
	case d.Reason == "" && (d.To == StateDismissed || d.To == StateClosed):
		return Lead{}, fmt.Errorf("decide: a reason is required for %s", d.To)
	}
	list, err := l.Leads(ctx, LeadQuery{ID: d.Lead, Limit: 2})
	switch {
	case err != nil:
		return Lead{}, err
	case len(list) == 0 || d.Lead == "":
		return Lead{}, fmt.Errorf("decide: lead %s: %w", d.Lead, ErrNotFound)
	case len(list) > 1:
		return Lead{}, fmt.Errorf("decide: %s: %w", d.Lead, ErrAmbiguous)
	}
	lead := list[0]
	err = l.update(ctx, func(t *tx) error {
		var from State
		if err := t.get(&from, `SELECT state FROM leads WHERE id = ?`, lead.ID); err != nil {
			return err
		}
		if _, err := t.do(`UPDATE leads SET state = ?, reason = ?, actor = ?, decided = ? WHERE id = ?`, string(d.To), d.Reason, d.By, millis(t.now), lead.ID); err != nil {
			return err
		}
		lead.State, lead.Reason, lead.Actor, lead.Decided = d.To, d.Reason, d.By, fromMillis(millis(t.now))
		return t.append(Event{Type: LeadDecided, Actor: d.By, Watch: lead.Watch, Listing: lead.Listing.Key, Right: lead.Right, Lead: lead.ID},
			DecisionData{From: from, To: d.To, Reason: d.Reason})
	})
	if err != nil {
		return Lead{}, fmt.Errorf("decide: %w", err)
	}
	return lead, nil
}
