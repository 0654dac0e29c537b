package matchers

import (
	"context"
	"iter"
	"slices"

	"lookalike/corpora"
)

// Carrier is implemented by builders that can take a picture over from an opened corpus of their kind, when the picture
// itself is not at hand any more.
type Carrier interface {
	// Carry adds what from holds of its sign old as the sign with the given id, by the rules of Add. It returns false when
	// from holds nothing of it.
	Carry(sign uint32, from Matcher, old uint32) (bool, error)
}

// Rights returns the rights of the corpus in the order of their rows. Their images have no Open: a corpus that is built of
// them takes the pictures over from BuildOptions.Base.
func (c *Corpus) Rights() corpora.Source[corpora.Right] {
	return rightsFunc(func(ctx context.Context, yield func(corpora.Right, error) bool) {
		for row := range uint32(c.NumRights()) {
			if ctx.Err() != nil || !yield(c.Right(row)) {
				return
			}
		}
	})
}

// Update returns the rights of base as latest, a stream of whole records such as an office's daily file, changes them: the
// last record of an id replaces the right, a tombstone removes it, and rights that base does not have come at the end. What
// an enrichment added to a right stays when the record that replaces it has nothing of that kind. Update keeps the records
// of latest in memory. A record of latest that is an error is passed on and changes nothing.
func Update(base *Corpus, latest corpora.Source[corpora.Right]) corpora.Source[corpora.Right] {
	return rightsFunc(func(ctx context.Context, yield func(corpora.Right, error) bool) {
		var records []corpora.Right
		at := map[string]int{}
		for r, err := range latest.All(ctx) {
			if err != nil {
				if !yield(r, err) {
					return
				}
				continue
			}
			if i, again := at[r.ID]; again {
				records[i] = r
				continue
			}
			at[r.ID] = len(records)
			records = append(records, r)
		}
		for row := range uint32(base.NumRights()) {
			if ctx.Err() != nil {
				return
			}
			r, err := base.Right(row)
			if i, changed := at[r.ID]; err == nil && changed {
				old := r
				r = records[i]
				delete(at, r.ID)
				keepAdded(&r, &old)
				if r.Gone {
					continue
				}
			}
			if !yield(r, err) {
				return
			}
		}
		for i := range records {
			if _, left := at[records[i].ID]; left && !records[i].Gone && !yield(records[i], nil) {
				return
			}
		}
	})
}

// keepAdded gives r the aliases and flags of old that come from an enrichment: an office's record knows nothing of them.
func keepAdded(r, old *corpora.Right) {
	if len(r.FlagSources) > 0 || slices.ContainsFunc(r.Aliases, corpora.Alias.IsAdded) {
		return
	}
	names := slices.IndexFunc(r.Aliases, func(a corpora.Alias) bool { return !a.IsName() })
	if names < 0 {
		names = len(r.Aliases)
	}
	for _, a := range old.Aliases {
		if a.IsAdded() {
			r.Aliases = slices.Insert(slices.Clip(r.Aliases), names, a)
			names++
		}
	}
	for i, s := range old.FlagSources {
		if i >= len(old.Flags) || s == "" || slices.Contains(r.Flags, old.Flags[i]) {
			continue
		}
		sources := make([]string, len(r.Flags), len(r.Flags)+1)
		copy(sources, r.FlagSources)
		r.Flags, r.FlagSources = append(slices.Clip(r.Flags), old.Flags[i]), append(sources, s)
	}
}

// Delta returns what a delta corpus from a to b is built of: the new and changed rights of b, and a tombstone for every
// right of a that is gone. Build it with BuildOptions.Delta and with b as Base.
func Delta(a, b *Corpus) corpora.Source[corpora.Right] {
	return rightsFunc(func(ctx context.Context, yield func(corpora.Right, error) bool) {
		for c, err := range Diff(ctx, a, b) {
			r := c.New
			if c.Kind == Gone {
				r = c.Old
				r.Gone = true
			}
			if !yield(r, err) {
				return
			}
		}
	})
}

// Changes returns the ids of what a delta corpus holds: rights that are new or changed, and rights that are gone, each in
// the order of the rows. Who keeps listings scans the prepared ones with the delta corpus, which finds those with a hit on
// a right that is new or changed, adds those with an earlier finding on any of these ids, and scans all of them against the
// newer corpus (Info.To): only that result counts.
func (c *Corpus) Changes() (changed, gone []string, err error) {
	for row := range uint32(c.NumRights()) {
		r, err := c.Right(row)
		if err != nil {
			return nil, nil, err
		}
		if r.Gone {
			gone = append(gone, r.ID)
		} else {
			changed = append(changed, r.ID)
		}
	}
	return changed, gone, nil
}

// rightsFunc makes a Source of a function.
type rightsFunc func(ctx context.Context, yield func(corpora.Right, error) bool)

func (f rightsFunc) All(ctx context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) { f(ctx, yield) }
}

// carried takes the pictures of r over from the base corpus, when that holds the right with the same pictures. It returns
// how many of r's pictures are not to be had.
func (t *signTable) carried(r *corpora.Right, found *rightSigns, missing int) (int, error) {
	if t.o.Base == nil || missing == 0 || missing != len(r.Images) {
		return missing, nil
	}
	row, ok := t.o.Base.find(r.ID)
	if !ok {
		return missing, nil
	}
	old, err := t.o.Base.Right(row)
	if err != nil {
		return missing, fatal{err}
	}
	for _, field := range differences(&old, r) {
		if field == "images" || field == "kind" || field == "form" {
			return missing, nil
		}
	}
	for _, sign := range t.o.Base.RightSigns(row) {
		if t.o.Base.SignText(sign) != "" {
			continue
		}
		id, ok, err := t.carry(sign)
		if err != nil {
			return missing, fatal{err}
		}
		if ok {
			found.pictures = true
			found.link(id, corpora.RolePicture, 0)
			missing = 0
		}
	}
	return missing, nil
}

// carry takes one picture of the base corpus over, once.
func (t *signTable) carry(old uint32) (uint32, bool, error) {
	if id, done := t.carriedIDs[old]; done {
		return id, true, nil
	}
	id, any := uint32(len(t.facts)), false
	for i, b := range t.builders {
		c, can := b.(Carrier)
		m := t.o.Base.matcher(t.names[i])
		if !can || m == nil {
			continue
		}
		ok, err := c.Carry(id, m, old)
		if err != nil {
			return 0, false, err
		}
		any = any || ok
	}
	if !any {
		return 0, false, nil
	}
	t.carriedIDs[old] = id
	t.facts = append(t.facts, Facts{})
	t.textEnds = append(t.textEnds, uint64(len(t.text)))
	t.pictures++
	t.keepThumbnail(id, t.o.Base.Thumbnail(old))
	return id, true, nil
}

// matcher returns the corpus's matcher of a kind, nil for none.
func (c *Corpus) matcher(kind string) Matcher {
	for _, m := range c.matchers {
		if m.Kind().Name() == kind {
			return m
		}
	}
	return nil
}
