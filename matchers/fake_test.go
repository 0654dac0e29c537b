package matchers_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers"
)

// fakeKind is the smallest kind there is: it finds the words of a sign where they stand in a title, letter by letter. It
// refuses pictures whose bytes begin with "bad".
type fakeKind struct{ version uint32 }

type fakeSign struct{ ID, End uint32 }

func (k fakeKind) Name() string              { return "fake" }
func (k fakeKind) Version() uint32           { return k.version }
func (k fakeKind) New() matchers.Features    { return &fakeFeatures{} }
func (k fakeKind) Builder() matchers.Builder { return &fakeBuilder{} }
func (k fakeKind) Open(s *snapshot.File) (matchers.Matcher, error) {
	if s.Section("fake/signs") == nil {
		return nil, nil
	}
	signs, err := snapshot.View[fakeSign](s.Section("fake/signs"))
	return &fakeMatcher{k, signs, s.Section("fake/text")}, err
}

type fakeFeatures struct{ title string }

func (f *fakeFeatures) Prepare(_ context.Context, l *corpora.Listing) []corpora.Problem {
	f.title = l.Title
	return nil
}
func (f *fakeFeatures) Append(dst []byte) []byte { return append(dst, f.title...) }
func (f *fakeFeatures) Load(b []byte) error      { f.title = string(b); return nil }

type fakeMatcher struct {
	kind  fakeKind
	signs []fakeSign
	text  []byte
}

func (m *fakeMatcher) Kind() matchers.Kind { return m.kind }
func (m *fakeMatcher) Match(f matchers.Features, dst []matchers.Hit) []matchers.Hit {
	title := f.(*fakeFeatures).title
	from := uint32(0)
	for _, s := range m.signs {
		if i := strings.Index(title, string(m.text[from:s.End])); i >= 0 {
			dst = append(dst, matchers.Hit{Sign: s.ID, Start: uint32(i), End: uint32(i) + s.End - from, Cover: 1000})
		}
		from = s.End
	}
	return dst
}

type fakeBuilder struct {
	signs []fakeSign
	text  []byte
	last  int
}

func (b *fakeBuilder) Add(ctx context.Context, sign uint32, s *corpora.Sign) error {
	if int(sign) < b.last {
		return errors.New("ids do not ascend")
	}
	b.last = int(sign)
	if s.Text == "" {
		r, err := s.Image.Open(ctx)
		if err != nil {
			return err
		}
		if data, _ := io.ReadAll(r); bytes.HasPrefix(data, []byte("bad")) {
			return &corpora.Problem{Code: corpora.PictureDamaged, Args: map[string]any{"reason": "it is bad"}}
		}
		return r.Close()
	}
	if s.Text == "refused" {
		return &corpora.Problem{Code: corpora.TextCut}
	}
	b.text = append(b.text, s.Text...)
	b.signs = append(b.signs, fakeSign{sign, uint32(len(b.text))})
	return nil
}

// Survey counts as neighbours of a sign the others of the same length.
func (b *fakeBuilder) Survey(_ context.Context, facts []matchers.Facts) error {
	for i := range facts {
		for j := range facts {
			if i != j && facts[i].Runes == facts[j].Runes && facts[j].Rights > 0 {
				facts[i].Neighbours++
			}
		}
	}
	return nil
}

func (b *fakeBuilder) Finish(w *snapshot.Writer) error {
	if len(b.signs) == 0 {
		return nil
	}
	return errors.Join(w.Put("fake/signs", snapshot.Bytes(b.signs)), w.Put("fake/text", b.text))
}

// rows is a source of rights, some of which may be errors.
type rows []row

type row struct {
	right corpora.Right
	err   error
}

func (rs rows) All(context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) {
		for _, r := range rs {
			if !yield(r.right, r.err) {
				return
			}
		}
	}
}

// rights makes a source of good rights.
func rights(list ...corpora.Right) rows {
	var rs rows
	for _, r := range list {
		rs = append(rs, row{right: r})
	}
	return rs
}

// picture is an image with the given bytes.
func picture(ref, content string) corpora.Image {
	return corpora.Image{Ref: ref, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
}

// preparingKind is fakeKind with a builder that prepares pictures ahead.
type preparingKind struct{ fakeKind }

type preparingBuilder struct{ fakeBuilder }

func (k preparingKind) Builder() matchers.Builder { return &preparingBuilder{} }

func (b *preparingBuilder) Prepare(ctx context.Context, s *corpora.Sign) (any, error) {
	return "prepared", new(fakeBuilder).Add(ctx, 0, s)
}

func (b *preparingBuilder) AddPrepared(sign uint32, prepared any) error {
	if prepared != "prepared" {
		return errors.New("not what Prepare returned")
	}
	b.last = int(sign)
	return nil
}
