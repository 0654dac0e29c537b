package evidence

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// The classes of retention.
const (
	ClassPage     = "page"     // a page without a finding: short
	ClassEvidence = "evidence" // kept until somebody releases it
	ClassListing  = "listing"  // what was traded: at least three years behind Since
)

// minListing is the least time for which records of goods and trade are kept: three years from the end of the transaction,
// article 31 of the E-Commerce Law of China.
const minListing = 3 * 366 * 24 * time.Hour

// Retention says how long the classes are kept. Zero values are the defaults.
type Retention struct {
	Page    time.Duration // 30 days
	Listing time.Duration // three years, and never less
}

func (r *Retention) fill() error {
	if r.Page == 0 {
		r.Page = 30 * 24 * time.Hour
	}
	if r.Listing == 0 {
		r.Listing = minListing
	}
	if r.Page < 0 || r.Listing < minListing {
		return errors.New("evidence: records of trade are kept for at least three years")
	}
	return nil
}

// class returns how long a class is kept; 0 for one that waits for a release.
func (r Retention) class(name string) (time.Duration, bool) {
	switch name {
	case ClassPage:
		return r.Page, true
	case ClassListing:
		return r.Listing, true
	case ClassEvidence:
		return 0, true
	}
	return 0, false
}

// state is what the log says of a capture.
type state struct {
	manifest string
	class    string
	since    time.Time
	made     string
	actor    string
	imported bool
	stamps   []StampEntry
	holds    map[string]bool // by the name of the hold
	released bool
	deleted  bool
}

// note takes an entry into memory.
func (s *Store) note(e Entry) {
	ev := e.Event
	st := s.captures[ev.Capture]
	switch ev.Kind {
	case EventCapture, EventImport, EventRecovered:
		since, _ := time.Parse(time.RFC3339, ev.Since)
		st = &state{manifest: ev.Manifest, class: ev.Class, since: since, made: ev.Time, actor: ev.Actor, imported: ev.Kind == EventImport, holds: map[string]bool{}}
		if ev.Stamp != nil {
			st.stamps = append(st.stamps, *ev.Stamp)
		}
		s.captures[ev.Capture] = st
		s.order = append(s.order, ev.Capture)
		return
	}
	if st == nil {
		return
	}
	switch ev.Kind {
	case EventStamp:
		st.stamps = append(st.stamps, *ev.Stamp)
	case EventHold:
		st.holds[ev.For] = true
	case EventUnhold:
		delete(st.holds, ev.For)
	case EventRelease:
		st.released = true
	case EventDelete:
		st.deleted = true
	}
}

// Status says what the log knows of a capture.
type Status struct {
	ID       string
	Made     string
	Operator string
	Manifest string
	Class    string
	Since    time.Time
	Imported bool
	Stamps   []StampEntry // newest last
	Holds    []string
	Released bool
	Expires  time.Time // zero while nothing lets it go
}

// List returns the captures that the store holds, in the order of the log. Looking at the list is not logged.
func (s *Store) List() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Status
	for _, id := range s.order {
		if st := s.captures[id]; !st.deleted {
			all = append(all, s.status(id, st))
		}
	}
	return all
}

func (s *Store) status(id string, st *state) Status {
	v := Status{
		ID: id, Made: st.made, Operator: st.actor, Manifest: st.manifest, Class: st.class, Since: st.since, Imported: st.imported,
		Stamps: slices.Clone(st.stamps), Released: st.released,
	}
	for h := range st.holds {
		v.Holds = append(v.Holds, h)
	}
	slices.Sort(v.Holds)
	keep, _ := s.o.Retention.class(st.class)
	switch {
	case len(st.holds) > 0:
	case st.class != ClassEvidence:
		v.Expires = st.since.Add(keep)
	case st.released:
		v.Expires = st.since
	}
	return v
}

// Hold lays a legal hold on a capture: until every hold is lifted, nothing deletes it.
func (s *Store) Hold(id, name, actor, reason string) error {
	return s.mark(Event{Kind: EventHold, Capture: id, For: name, Actor: actor, Reason: reason})
}

// Unhold lifts a hold.
func (s *Store) Unhold(id, name, actor, reason string) error {
	s.mu.Lock()
	st := s.captures[id]
	held := st != nil && st.holds[name]
	s.mu.Unlock()
	if !held {
		return fmt.Errorf("%s is under no hold named %q", id, name)
	}
	return s.mark(Event{Kind: EventUnhold, Capture: id, For: name, Actor: actor, Reason: reason})
}

// Release says that evidence is no longer needed. It is deleted by the next GC unless a hold keeps it.
func (s *Store) Release(id, actor, reason string) error {
	return s.mark(Event{Kind: EventRelease, Capture: id, Actor: actor, Reason: reason})
}

func (s *Store) mark(ev Event) error {
	if strings.TrimSpace(ev.Actor) == "" || strings.TrimSpace(ev.Reason) == "" || (ev.Kind == EventHold && ev.For == "") {
		return errors.New("evidence: who does it, why, and the name of a hold are required")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.captures[ev.Capture]; st == nil || st.deleted {
		return fmt.Errorf("%w: %s", ErrNotFound, ev.Capture)
	}
	_, err := s.append(ev)
	return err
}

// GC deletes captures whose time is over, and returns them. With dryRun it only says which. Each deletion is logged before it
// begins; one that a kill interrupts is finished by the next Open.
func (s *Store) GC(actor, reason string, dryRun bool) ([]Status, error) {
	if strings.TrimSpace(actor) == "" || strings.TrimSpace(reason) == "" {
		return nil, errors.New("evidence: who deletes and why are required")
	}
	now := s.o.Now()
	var gone []Status
	for _, v := range s.List() {
		if v.Expires.IsZero() || v.Expires.After(now) {
			continue
		}
		if dryRun {
			gone = append(gone, v)
			continue
		}
		done, err := s.remove(v, actor, reason, now)
		if err != nil {
			return gone, err
		}
		if done {
			gone = append(gone, v)
		}
	}
	return gone, nil
}

// remove logs and deletes one capture, unless somebody laid a hold on it meanwhile.
func (s *Store) remove(v Status, actor, reason string, now time.Time) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	again := s.status(v.ID, s.captures[v.ID])
	if again.Expires.IsZero() || again.Expires.After(now) {
		return false, nil
	}
	if _, err := s.append(Event{Kind: EventDelete, Capture: v.ID, Actor: actor, Reason: reason, Class: v.Class, Manifest: v.Manifest}); err != nil {
		return false, err
	}
	if err := s.root.RemoveAll(captureDir + "/" + v.ID); err != nil {
		return false, fmt.Errorf("deleting %s: %w", v.ID, err)
	}
	for _, st := range v.Stamps {
		if st.File != "" {
			if err := s.root.Remove(st.File); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return false, fmt.Errorf("deleting the stamp of %s: %w", v.ID, err)
			}
		}
	}
	return true, s.syncDir(captureDir)
}
