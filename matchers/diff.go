package matchers

import (
	"context"
	"iter"
	"slices"

	"lookalike/corpora"
)

// ChangeKind says what happened to a right between two corpora.
type ChangeKind string

// The kinds of changes.
const (
	New     ChangeKind = "new"
	Changed ChangeKind = "changed"
	Gone    ChangeKind = "gone"
)

// Change is one right that two corpora do not agree on.
type Change struct {
	Kind   ChangeKind
	Fields []string      // of a changed right, by the names of the table of rights
	Old    corpora.Right // zero for a new right
	New    corpora.Right // zero for a gone one
}

// Diff yields what changed from a to b: gone and changed rights in the order of a, then new ones in the order of b. Rights
// are the same when their ids are; where they were read and their source are no change. A row that cannot be decoded is an
// error and the end. Tombstones count as absent.
func Diff(ctx context.Context, a, b *Corpus) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		for row := range uint32(a.NumRights()) {
			if ctx.Err() != nil {
				yield(Change{}, context.Cause(ctx))
				return
			}
			c, err := a.against(row, b)
			if err != nil {
				yield(Change{}, err)
				return
			}
			if c.Kind != "" && !yield(c, nil) {
				return
			}
		}
		for row := range uint32(b.NumRights()) {
			r, err := b.Right(row)
			if err != nil {
				yield(Change{}, err)
				return
			}
			if _, known := a.find(r.ID); !known && !r.Gone && !yield(Change{Kind: New, New: r}, nil) {
				return
			}
		}
	}
}

// against compares one right with the right of the same id in b. Of rights that share an id the first counts.
func (c *Corpus) against(row uint32, b *Corpus) (Change, error) {
	old, err := c.Right(row)
	if err != nil {
		return Change{}, err
	}
	if first, ok := c.Find(old.ID); old.Gone || ok && first != row {
		return Change{}, nil
	}
	other, known := b.find(old.ID)
	if !known {
		return Change{Kind: Gone, Old: old}, nil
	}
	latest, err := b.Right(other)
	if err != nil {
		return Change{}, err
	}
	if fields := differences(&old, &latest); len(fields) > 0 {
		return Change{Kind: Changed, Fields: fields, Old: old, New: latest}, nil
	}
	return Change{}, nil
}

// find is Find without tombstones.
func (c *Corpus) find(id string) (uint32, bool) {
	row, ok := c.Find(id)
	return row, ok && c.Columns(row).Flags&FlagGone == 0
}

// differences names the fields in which two rights differ.
func differences(a, b *corpora.Right) []string {
	var out []string
	differ := func(name string, differs bool) {
		if differs {
			out = append(out, name)
		}
	}
	differ("kind", a.Kind != b.Kind)
	differ("text", a.Text != b.Text)
	differ("owner", a.Owner != b.Owner)
	differ("office", a.Office != b.Office)
	differ("number", a.Number != b.Number)
	differ("status", a.Status != b.Status)
	differ("classes", !slices.Equal(a.Classes, b.Classes))
	differ("markets", !slices.Equal(a.Markets, b.Markets))
	differ("filed", a.Filed != b.Filed)
	differ("registered", a.Registered != b.Registered)
	differ("expires", a.Expires != b.Expires)
	differ("goods", a.Goods != b.Goods)
	differ("aliases", !slices.Equal(a.Aliases, b.Aliases))
	differ("images", !slices.EqualFunc(a.Images, b.Images, func(x, y corpora.Image) bool { return shortRef(x.Ref) == shortRef(y.Ref) }))
	differ("locarno", !slices.Equal(a.Locarno, b.Locarno))
	differ("vienna", !slices.Equal(a.Vienna, b.Vienna))
	differ("us_classes", !slices.Equal(a.USClasses, b.USClasses))
	differ("status_code", a.StatusCode != b.StatusCode)
	differ("disclaimer", a.Disclaimer != b.Disclaimer)
	differ("form", a.Form != b.Form)
	differ("flags", !slices.Equal(a.Flags, b.Flags) || !slices.Equal(a.FlagSources, b.FlagSources))
	differ("link", a.Link != b.Link)
	differ("reference_price", a.ReferencePrice != b.ReferencePrice)
	return out
}
