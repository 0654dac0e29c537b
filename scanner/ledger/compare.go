package ledger

import (
	"database/sql"
	"encoding/json"
)

// touch is a match whose state may have changed in this run.
type touch struct {
	match   stagedMatch
	listing Key
	before  int // grade, 0 for none
	existed bool
}

// compare takes the matches that a scan found on a listing. Those that it has no longer are gone, unless part of the listing
// could not be read.
func (f *finish) compare(key Key, found *stagedFinding) error {
	now := map[string]*stagedMatch{}
	var order []string
	for i := range found.Matches {
		m := &found.Matches[i]
		if have := now[m.Fingerprint]; have != nil {
			if m.Rank > have.Rank && m.Counts || m.Counts && !have.Counts {
				now[m.Fingerprint] = m
			}
			continue
		}
		now[m.Fingerprint] = m
		order = append(order, m.Fingerprint)
	}
	var lost []string
	err := f.each(func(r *sql.Rows) error {
		var fp string
		err := r.Scan(&fp)
		if now[fp] == nil {
			lost = append(lost, fp)
		}
		return err
	}, `SELECT fingerprint FROM matches WHERE watch = ? AND listing = ? AND active = 1 ORDER BY fingerprint`, f.watch, key)
	if err != nil {
		return err
	}
	for _, fp := range order {
		m := now[fp]
		if err := f.touch(fp, key, m); err != nil {
			return err
		}
		data, err := json.Marshal(m.MatchData)
		if err != nil {
			return err
		}
		if _, err := f.tx.do(`INSERT OR REPLACE INTO matches (watch, listing, fingerprint, grade, counts, active, right_id, corpus, status, expires, policy, data) VALUES (?,?,?,?,?,1,?,?,?,?,?,?)`,
			f.watch, key, fp, m.Rank, m.Counts, m.Right, m.Corpus, m.Status, m.Expires, m.Policy, string(data)); err != nil {
			return err
		}
	}
	if found.Error != "" {
		return nil
	}
	for _, fp := range lost {
		if err := f.lose(fp, key); err != nil {
			return err
		}
	}
	return nil
}

// touch notes the state of a match before this run, once.
func (f *finish) touch(fp string, key Key, m *stagedMatch) error {
	if t := f.touched[fp]; t != nil {
		if m != nil && m.Rank > t.match.Rank {
			t.match, t.listing = *m, key
		}
		return nil
	}
	t := &touch{listing: key}
	var n int
	if _, err := f.row([]any{&n, &t.before}, `SELECT count(*), coalesce(max(CASE WHEN active = 1 AND counts = 1 THEN grade END), 0) FROM matches INDEXED BY matches_fingerprint WHERE watch = ? AND fingerprint = ?`,
		f.watch, fp); err != nil {
		return err
	}
	t.existed = n > 0
	if m != nil {
		t.match = *m
	} else if err := f.load(fp, key, t); err != nil {
		return err
	}
	f.touched[fp] = t
	f.order = append(f.order, fp)
	return nil
}

// load reads a match as the ledger has it.
func (f *finish) load(fp string, key Key, t *touch) error {
	var data string
	_, err := f.row([]any{&t.match.Right, &t.match.Corpus, &data}, `SELECT right_id, corpus, data FROM matches WHERE watch = ? AND listing = ? AND fingerprint = ?`, f.watch, key, fp)
	if err != nil || data == "" {
		return err
	}
	return json.Unmarshal([]byte(data), &t.match.MatchData)
}

// lose takes a match off a listing.
func (f *finish) lose(fp string, key Key) error {
	if err := f.touch(fp, key, nil); err != nil {
		return err
	}
	_, err := f.tx.do(`UPDATE matches SET active = 0 WHERE watch = ? AND listing = ? AND fingerprint = ?`, f.watch, key, fp)
	return err
}

// matches makes the events of every match that was touched.
func (f *finish) matches() error {
	for _, fp := range f.order {
		t := f.touched[fp]
		after := 0
		listing := t.listing
		var data string
		found, err := f.row([]any{&after, &listing, &data}, `SELECT grade, listing, data FROM matches INDEXED BY matches_fingerprint WHERE watch = ? AND fingerprint = ? AND active = 1 AND counts = 1 ORDER BY grade DESC, listing LIMIT 1`,
			f.watch, fp)
		if err != nil {
			return err
		}
		if found {
			if err := json.Unmarshal([]byte(data), &t.match.MatchData); err != nil {
				return err
			}
		}
		what := Type("")
		switch {
		case t.before == 0 && after > 0 && t.existed:
			what = MatchBack
		case t.before == 0 && after > 0:
			what = MatchNew
		case t.before > 0 && after == 0:
			what = MatchGone
		case after > t.before:
			what = MatchWorse
		case after < t.before:
			what = MatchBetter
		}
		if what == "" {
			continue
		}
		if err := f.lead(fp, what, t, listing, after); err != nil {
			return err
		}
	}
	return nil
}
