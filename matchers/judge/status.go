package judge

import (
	"lookalike/corpora"
	"lookalike/matchers"
)

// statusOn returns the status of a right on a day: a live right that expired is in grace as long as its office still
// renews, and dead afterwards. The end of the grace period is returned for one in it.
func (j *Judge) statusOn(col *matchers.Columns, office string) (s corpora.Status, until corpora.Date) {
	s = col.Status
	if s == corpora.Dead || s == corpora.Pending || col.Expires == 0 || j.cfg.AsOf == 0 || col.Expires >= j.cfg.AsOf {
		return s, 0
	}
	until = addMonths(col.Expires, j.markets.GraceMonths(office))
	if j.cfg.AsOf > until {
		return corpora.Dead, until
	}
	if s == corpora.Live || s == corpora.Grace {
		return corpora.Grace, until
	}
	return s, until
}

// addMonths returns the same day n months later, and the last day of that month where it has no such day.
func addMonths(d corpora.Date, n int) corpora.Date {
	t := d.Time()
	first := t.AddDate(0, 0, 1-t.Day()).AddDate(0, n, 0)
	last := first.AddDate(0, 1, -1).Day()
	return corpora.DateOf(first.AddDate(0, 0, min(t.Day(), last)-1))
}

// inForce reports whether a status lets a right be held against somebody today.
func inForce(s corpora.Status) bool {
	return s == corpora.Live || s == corpora.Grace || s == corpora.Unverified
}

// statusNote says a status and what follows for its reader.
func statusNote(s corpora.Status, col *matchers.Columns, until corpora.Date) Note {
	switch s {
	case corpora.Live:
		return note(NoteStatusLive)
	case corpora.Grace:
		return note(NoteStatusGrace, "expired", col.Expires.String(), "until", until.String())
	case corpora.Pending:
		return note(NoteStatusPending)
	case corpora.Dead:
		if col.Status != corpora.Dead {
			return note(NoteStatusExpired, "expired", col.Expires.String())
		}
		return note(NoteStatusDead)
	case corpora.Unverified:
		return note(NoteStatusUnverified)
	}
	return note(NoteStatusUnknown)
}
