package matchers_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers"
)

// carryingKind is fakeKind with pictures that a builder can take over: it keeps which sign each came from.
type carryingKind struct{ fakeKind }

type carryingBuilder struct {
	fakeBuilder
	pictures []uint32
}

type carryingMatcher struct {
	*fakeMatcher
	kind     carryingKind
	pictures []uint32
}

func (m *carryingMatcher) Kind() matchers.Kind { return m.kind }

func (k carryingKind) Builder() matchers.Builder { return &carryingBuilder{} }

func (k carryingKind) Open(s *snapshot.File) (matchers.Matcher, error) {
	m, err := k.fakeKind.Open(s)
	if m == nil || err != nil {
		return nil, err
	}
	pictures, err := snapshot.View[uint32](s.Section("fake/pictures"))
	return &carryingMatcher{m.(*fakeMatcher), k, pictures}, err
}

func (b *carryingBuilder) Add(ctx context.Context, sign uint32, s *corpora.Sign) error {
	err := b.fakeBuilder.Add(ctx, sign, s)
	if err == nil && s.Text == "" {
		b.pictures = append(b.pictures, sign)
	}
	return err
}

func (b *carryingBuilder) Carry(sign uint32, from matchers.Matcher, old uint32) (bool, error) {
	if !slices.Contains(from.(*carryingMatcher).pictures, old) {
		return false, nil
	}
	b.pictures = append(b.pictures, sign)
	return true, nil
}

func (b *carryingBuilder) Finish(w *snapshot.Writer) error {
	return errors.Join(b.fakeBuilder.Finish(w), w.Put("fake/pictures", snapshot.Bytes(b.pictures)))
}

var carrying = []matchers.Kind{carryingKind{fakeKind{1}}}

// openCarrying opens a corpus with kinds that carry pictures.
func openCarrying(t *testing.T, b built) *matchers.Corpus {
	t.Helper()
	f, err := snapshot.Open(b.path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := matchers.Open(f, carrying)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.Verify(); err != nil {
		t.Fatal(err)
	}
	return c
}

func changes(t *testing.T, a, b *matchers.Corpus) []string {
	t.Helper()
	var out []string
	for c, err := range matchers.Diff(t.Context(), a, b) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s%s %s", c.Kind, c.Old.ID, strings.TrimPrefix(c.New.ID, c.Old.ID), strings.Join(c.Fields, ","))))
	}
	return out
}

func TestDiffUpdateDelta(t *testing.T) {
	image := func(name string) []corpora.Image { return []corpora.Image{picture(name, name)} }
	o := matchers.BuildOptions{Thumbnail: thumbnailOf}
	base := openCarrying(t, buildWith(t, carrying, rights(
		corpora.Right{ID: "same", Text: "Zorvane", Images: image("a"), Source: "monday"},
		corpora.Right{ID: "changed", Text: "Quillby", Status: corpora.Pending, Images: image("b")},
		corpora.Right{ID: "gone", Text: "Brimlow"},
		corpora.Right{ID: "drawn", Images: image("c")},
		corpora.Right{ID: "redrawn", Text: "Plimp", Images: image("d")},
	), o))
	daily := rows{
		{right: corpora.Right{ID: "new", Text: "Ostrova"}},
		{right: corpora.Right{ID: "changed", Text: "first record of the day", Images: []corpora.Image{{Ref: "b"}}}},
		{right: corpora.Right{ID: "broken"}, err: &corpora.Problem{Code: corpora.BadXML}},
		{right: corpora.Right{ID: "gone", Gone: true}},
		{right: corpora.Right{ID: "changed", Text: "Quillby", Status: corpora.Live, Classes: []uint8{9}, Images: []corpora.Image{{Ref: "b"}}}},
		{right: corpora.Right{ID: "never there", Gone: true}},
		{right: corpora.Right{ID: "redrawn", Text: "Plimp", Images: image("e")}},
	}
	o.Base = base
	b := buildWith(t, carrying, matchers.Update(base, daily), o)
	next := openCarrying(t, b)
	if len(b.problems) != 1 || b.problems[0].Code != corpora.BadXML || b.report.Rights != 5 || b.report.Pictures != 4 || b.report.ByAddress != 0 {
		t.Errorf("%+v, %+v", b.report, b.problems)
	}
	want := []string{"changed changed status,classes", "gone gone", "changed redrawn images", "new new"}
	if d := cmp.Diff(want, changes(t, base, next)); d != "" {
		t.Error(d)
	}
	if got := changes(t, base, base); len(got) != 0 {
		t.Errorf("a corpus differs from itself: %v", got)
	}
	for id, thumb := range map[string]string{"same": "small a", "drawn": "small c", "redrawn": "small e"} {
		row, _ := next.Find(id)
		signs := next.RightSigns(row)
		if got := string(next.Thumbnail(signs[len(signs)-1])); got != thumb {
			t.Errorf("%s has the picture %q, want %q", id, got, thumb)
		}
	}
	o.Base, o.Delta = next, true
	delta := openCarrying(t, buildWith(t, carrying, matchers.Delta(base, next), o))
	if !delta.Info().Delta || delta.NumRights() != 4 {
		t.Errorf("%+v", delta.Info())
	}
	row, _ := delta.Find("gone")
	if r, err := delta.Right(row); err != nil || !r.Gone || r.Text != "Brimlow" {
		t.Errorf("%+v, %v", r, err)
	}
	changed, gone, err := delta.Changes()
	if err != nil || !slices.Equal(changed, []string{"changed", "redrawn", "new"}) || !slices.Equal(gone, []string{"gone"}) {
		t.Errorf("%v %v %v", changed, gone, err)
	}
	// What a corpus says of its rights builds the same corpus again.
	o.Delta = false
	if d := cmp.Diff([]string(nil), changes(t, next, openCarrying(t, buildWith(t, carrying, next.Rights(), o)))); d != "" {
		t.Error(d)
	}
}
