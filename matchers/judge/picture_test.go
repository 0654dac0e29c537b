package judge_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers"
	"lookalike/matchers/judge"
)

// pictureKind is a kind of matchers that takes every picture, so that a corpus has picture signs.
type pictureKind struct{}

func (pictureKind) Name() string              { return "image" }
func (pictureKind) Version() uint32           { return 1 }
func (pictureKind) New() matchers.Features    { return nil }
func (pictureKind) Builder() matchers.Builder { return pictureBuilder{} }
func (pictureKind) Open(*snapshot.File) (matchers.Matcher, error) {
	return nil, nil
}

type pictureBuilder struct{}

func (pictureBuilder) Add(context.Context, uint32, *corpora.Sign) error { return nil }
func (pictureBuilder) Finish(w *snapshot.Writer) error                  { return w.Put("image/none", []byte{1}) }

// pictureVerdict judges one picture hit on the one right of a corpus.
func pictureVerdict(t *testing.T, lane matchers.Lane, dist, cover uint16, kind corpora.RightKind, category string) judge.Verdict {
	t.Helper()
	return locarnoVerdict(t, lane, 0, dist, cover, kind, category)
}

// locarnoVerdict is pictureVerdict for a design of the given Locarno classes.
func locarnoVerdict(t *testing.T, lane matchers.Lane, tier uint8, dist, cover uint16, kind corpora.RightKind, category string, locarno ...string) judge.Verdict {
	t.Helper()
	tb := loadTables(t)
	path := t.TempDir() + "/p.lkc"
	w, err := snapshot.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	right := corpora.Right{
		ID: "p", Kind: kind, Owner: "Studio", Status: corpora.Live, Source: "test", Form: corpora.FormFigurative, Locarno: locarno,
		Images: []corpora.Image{{Ref: "p.png", Open: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader("picture")), nil
		}}},
	}
	kinds := []matchers.Kind{pictureKind{}}
	if _, err := matchers.Build(t.Context(), rows{right}, kinds, w, matchers.BuildOptions{Name: "pictures"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	f, err := snapshot.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := matchers.Open(f, kinds)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	j, err := judge.New(us, []*matchers.Corpus{c}, tb.Tables)
	if err != nil {
		t.Fatal(err)
	}
	start, end := matchers.PackBox(0, 0, 100, 80)
	l := corpora.Listing{ID: "L1", Title: "Plain thing", Category: category, Images: []corpora.Image{{Ref: "a.jpg"}}}
	v, err := j.Verdict(&judge.Case{
		Listing:  &l,
		Hits:     [][]matchers.Hit{{{Sign: 0, Part: matchers.Picture, Start: start, End: end, Dist: dist, Cover: cover, Lane: lane, Tier: tier}}},
		Pictures: []matchers.PictureFacts{{Hash: [32]byte{7}, Width: 100, Height: 80, OK: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}
