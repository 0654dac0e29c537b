package matchers_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/corpora/words"
	"lookalike/matchers"
)

var kinds = []matchers.Kind{fakeKind{1}}

// built is a corpus on disk with what its build said.
type built struct {
	path     string
	id       string
	report   matchers.BuildReport
	problems []matchers.BuildProblem
}

func build(t testing.TB, src corpora.Source[corpora.Right], o matchers.BuildOptions) built {
	t.Helper()
	return buildWith(t, kinds, src, o)
}

func buildWith(t testing.TB, kinds []matchers.Kind, src corpora.Source[corpora.Right], o matchers.BuildOptions) built {
	t.Helper()
	b := built{path: filepath.Join(t.TempDir(), "test.lkc")}
	w, err := snapshot.Create(b.path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	o.OnProblem = func(p matchers.BuildProblem) { b.problems = append(b.problems, p) }
	if b.report, err = matchers.Build(t.Context(), src, kinds, w, o); err != nil {
		t.Fatal(err)
	}
	if b.id, err = w.Commit(); err != nil {
		t.Fatal(err)
	}
	return b
}

func open(t testing.TB, b built) *matchers.Corpus {
	t.Helper()
	f, err := snapshot.Open(b.path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := matchers.Open(f, kinds)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.Verify(); err != nil {
		t.Fatal(err)
	}
	return c
}

func date(t testing.TB, s string) corpora.Date {
	t.Helper()
	d, err := corpora.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// full is a right with every field set.
func full(t testing.TB) corpora.Right {
	return corpora.Right{
		ID: "us-1", Kind: corpora.Mark, Form: corpora.FormStylised, Text: "Zorvane Peak", Owner: "Zorvane, Inc.", Office: "US",
		Number: "1", Status: corpora.Live, Filed: date(t, "1969-05-01"), Registered: date(t, "2001-02-03"),
		Expires: date(t, "2031-02-03"), Markets: []corpora.Market{"CA", "US"}, Classes: []uint8{1, 25, 45},
		Goods: "boots; tents", Locarno: []string{"21-01"}, Disclaimer: "PEAK",
		Aliases: []corpora.Alias{{Text: "佐凡", Lang: "zh", Source: "own site"}, {Text: "ZORVANE PEAK"}},
		Images:  []corpora.Image{{Ref: "logo.png"}}, Flags: []string{"famous", "season-2"}, Link: "https://register.example/1",
		ReferencePrice: "129.00 USD", Source: "made for a test",
	}
}

func TestRightComesBackWhole(t *testing.T) {
	r := full(t)
	with := r
	with.Images = []corpora.Image{picture("logo.png", "drawing")}
	with.Origin, with.Row = "rights.csv", 2
	c := open(t, build(t, rights(corpora.Right{ID: "w", Kind: corpora.Work, Text: "Mr. Plimp"}, with), matchers.BuildOptions{}))
	got, err := c.Right(1)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(r, got, cmp.Comparer(func(a, b corpora.Image) bool { return a.Ref == b.Ref })); d != "" {
		t.Error(d)
	}
	col := *c.Columns(1)
	want := matchers.Columns{
		Classes: 1<<1 | 1<<25 | 1<<45, Owner: 1, MarketSet: 1, Office: 1, Filed: r.Filed, Registered: r.Registered,
		Expires: r.Expires, Flags: matchers.FlagFamous | matchers.FlagGoods | matchers.FlagDisclaimer, Kind: corpora.Mark,
		Status: corpora.Live, Form: corpora.FormStylised,
	}
	if col != want {
		t.Errorf("columns %+v, want %+v", col, want)
	}
	if c.Office(1) != "US" || !slices.Equal(c.MarketSet(1), r.Markets) || len(c.MarketSet(0)) != 0 {
		t.Errorf("office %q, markets %v and %v", c.Office(1), c.MarketSet(1), c.MarketSet(0))
	}
	if row, ok := c.Find("us-1"); !ok || row != 1 {
		t.Errorf("find: %d, %v", row, ok)
	}
	if _, ok := c.Find("us-2"); ok {
		t.Error("found what is not there")
	}
}

func TestSignsAreShared(t *testing.T) {
	c := open(t, build(t, rights(
		corpora.Right{ID: "a", Text: "Zorvane", Owner: "One Ltd", Images: []corpora.Image{picture("a.png", "drawing")}},
		corpora.Right{ID: "b", Text: "ZORVANE", Owner: "ONE, LTD", Images: []corpora.Image{picture("b.png", "drawing"), picture("c.png", "other")}},
		corpora.Right{ID: "c", Text: "Quillby", Owner: "Two", Aliases: []corpora.Alias{{Text: "zorvane"}, {Text: "quillby"}, {Text: "佐凡", Lang: "zh-Hans"}}},
		corpora.Right{ID: "d", Text: "佐凡", Owner: ""},
		corpora.Right{ID: "e", Text: "Zor Vane", Owner: "One Ltd"},
		corpora.Right{ID: "f", Kind: corpora.Design, Text: "Zorvane", Images: []corpora.Image{picture("d.png", "drawing")}},
	), matchers.BuildOptions{}))
	type link struct {
		id, role, lang string
	}
	got := map[string][]link{}
	for s := range uint32(c.NumSigns()) {
		name := c.SignText(s)
		if name == "" {
			name = fmt.Sprintf("picture %d", s)
		}
		for _, l := range c.Links(s) {
			r, err := c.Right(l.Right)
			if err != nil {
				t.Fatal(err)
			}
			got[name] = append(got[name], link{r.ID, []string{"name", "alias", "picture"}[l.Role], l.Lang.String()})
		}
	}
	// 佐凡 stands there twice: as an alias with a language, and as a name without one.
	want := map[string][]link{
		"Zorvane":   {{"a", "name", ""}, {"b", "name", ""}, {"c", "alias", ""}},
		"picture 1": {{"a", "picture", ""}, {"b", "picture", ""}},
		"picture 2": {{"b", "picture", ""}},
		"Quillby":   {{"c", "name", ""}},
		"佐凡":        {{"c", "alias", "zh"}, {"d", "name", ""}},
		"Zor Vane":  {{"e", "name", ""}},
		"picture 7": {{"f", "picture", ""}},
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(link{})); d != "" {
		t.Error(d)
	}
	for id, signs := range map[string][]uint32{"a": {0, 1}, "b": {0, 1, 2}, "c": {0, 3, 4}, "f": {7}} {
		row, ok := c.Find(id)
		if got := c.RightSigns(row); !ok || !slices.Equal(got, signs) {
			t.Errorf("signs of %s: %v, want %v", id, got, signs)
		}
	}
	if f := c.Facts(0); f.Rights != 3 || f.Owners != 2 || f.Runes != 7 || f.Words != 1 || f.Script != matchers.Latin {
		t.Errorf("facts %+v", f)
	}
	if f := c.Facts(4); f.Rights != 1 || f.Runes != 2 || f.Words != 1 || f.Script != matchers.Han {
		t.Errorf("facts %+v", f)
	}
	if a, b, e := c.Columns(0).Owner, c.Columns(1).Owner, c.Columns(3).Owner; a == 0 || a != b || e != 0 {
		t.Errorf("owner groups %d, %d and %d", a, b, e)
	}
	if i := c.Info(); i.Rights != 6 || i.Signs != 8 || i.Pictures != 3 {
		t.Errorf("info %+v", i)
	}
}

func TestFacts(t *testing.T) {
	dictionary := func(word string) words.Set {
		return map[string]words.Set{
			"apple": words.English | words.Common, "new": words.English | words.German, "balance": words.English | words.French,
			"苹果": words.Chinese, "手机": words.Chinese,
		}[word]
	}
	signs := []struct {
		text string
		want matchers.Facts
	}{
		{"APPLE", matchers.Facts{Runes: 5, Words: 1, Script: matchers.Latin, Dictionary: words.English | words.Common}},
		{"New Balance", matchers.Facts{Runes: 10, Words: 2, Script: matchers.Latin, Dictionary: words.English}},
		{"New Zorvane", matchers.Facts{Runes: 10, Words: 2, Script: matchers.Latin}},
		{"苹果", matchers.Facts{Runes: 2, Words: 1, Script: matchers.Han, Dictionary: words.Chinese}},
		{"苹果 手机", matchers.Facts{Runes: 4, Words: 2, Script: matchers.Han, Dictionary: words.Chinese}},
		{"7-UP", matchers.Facts{Runes: 3, Words: 2, Script: matchers.Latin | matchers.Digits}},
		{"ナイキ", matchers.Facts{Runes: 3, Words: 1, Script: matchers.Kana}},
		{"Найк", matchers.Facts{Runes: 4, Words: 1, Script: matchers.Cyrillic}},
		{"나이키", matchers.Facts{Runes: 3, Words: 1, Script: matchers.Hangul}},
	}
	var list []corpora.Right
	for i, s := range signs {
		list = append(list, corpora.Right{ID: fmt.Sprint(i), Text: s.text})
	}
	c := open(t, build(t, rights(list...), matchers.BuildOptions{Dictionary: dictionary}))
	for i, s := range signs {
		got := *c.Facts(uint32(i))
		s.want.Rights, s.want.Owners = 1, 1
		s.want.Neighbours = got.Neighbours
		if got != s.want {
			t.Errorf("%s: %+v, want %+v", s.text, got, s.want)
		}
	}
	if got := c.Facts(1).Neighbours; got != 1 {
		t.Errorf("the builder's survey found %d neighbours, want 1", got)
	}
}

func TestBadRights(t *testing.T) {
	missing := corpora.Image{Ref: "gone.png", Open: func(context.Context) (io.ReadCloser, error) { return nil, fs.ErrNotExist }}
	b := build(t, rows{
		{right: corpora.Right{ID: "text stays", Row: 2, Text: "Zorvane", Images: []corpora.Image{picture("x.png", "bad picture")}}},
		{right: corpora.Right{ID: "nothing left", Row: 3, Images: []corpora.Image{picture("y.png", "bad picture")}}},
		{right: corpora.Right{ID: "no letters", Row: 4, Text: "!!!"}},
		{right: corpora.Right{ID: "empty", Row: 5}},
		{right: corpora.Right{ID: "unread", Row: 6}, err: &corpora.Problem{Code: corpora.BadQuoting}},
		{right: corpora.Right{ID: "failed", Row: 7}, err: errors.New("disk on fire")},
		{right: corpora.Right{ID: "class", Row: 8, Text: "Zorvane", Classes: []uint8{46}}},
		{right: corpora.Right{ID: "missing", Row: 9, Text: "Zorvane", Images: []corpora.Image{missing, picture("z.png", "fine")}}},
		{right: corpora.Right{ID: "by address", Row: 10, Images: []corpora.Image{{Ref: "https://pictures.example/1.png"}}}},
		{right: corpora.Right{ID: "design", Row: 11, Kind: corpora.Design, Text: "Chair"}},
		{right: corpora.Right{ID: "refused", Row: 12, Text: "refused"}},
		{right: corpora.Right{ID: "good", Row: 13, Text: "Quillby", Images: []corpora.Image{{Ref: "https://pictures.example/2.png"}}}},
	}, matchers.BuildOptions{})
	type problem struct {
		Row  int
		Kept bool
		Code string
		In   string
	}
	var got []problem
	for _, p := range b.problems {
		got = append(got, problem{p.Row, p.Kept, p.Code, p.Field})
	}
	want := []problem{
		{2, true, corpora.PictureDamaged, "images[0]"},
		{3, false, corpora.PictureDamaged, "images[0]"},
		{4, false, corpora.BadValue, "text"},
		{5, false, corpora.EmptyRecord, ""},
		{6, false, corpora.BadQuoting, ""},
		{7, false, corpora.ReadFailed, ""},
		{8, false, corpora.BadValue, "classes"},
		{9, true, corpora.PictureMissing, "images[0]"},
		{10, false, corpora.EmptyRecord, "images"},
		{11, false, corpora.EmptyRecord, ""},
		{12, false, corpora.TextCut, "text"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if r := b.report; r.Rights != 3 || r.Bad != 9 || r.Partial != 2 || r.ByAddress != 2 || r.Signs != 3 || r.Pictures != 1 {
		t.Errorf("report %+v", r)
	}
	c := open(t, b)
	for row, id := range []string{"text stays", "missing", "good"} {
		if r, err := c.Right(uint32(row)); err != nil || r.ID != id {
			t.Errorf("row %d is %s, want %s", row, r.ID, id)
		}
	}
}

func TestTombstones(t *testing.T) {
	b := build(t, rights(
		corpora.Right{ID: "gone", Text: "Zorvane", Gone: true},
		corpora.Right{ID: "changed", Text: "Quillby"},
	), matchers.BuildOptions{Delta: true})
	c := open(t, b)
	if r, err := c.Right(0); err != nil || !r.Gone || r.ID != "gone" || c.Columns(0).Flags&matchers.FlagGone == 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if c.NumSigns() != 1 || c.SignText(0) != "Quillby" || len(c.RightSigns(0)) != 0 {
		t.Error("a tombstone is matched")
	}
	if !c.Info().Delta || b.report.Tombstones != 1 {
		t.Errorf("%+v, %+v", c.Info(), b.report)
	}
}

func TestInfo(t *testing.T) {
	c := open(t, build(t, rights(
		corpora.Right{ID: "1", Text: "Zorvane", Office: "US", Status: corpora.Live, Filed: date(t, "2020-01-02"), Registered: date(t, "2021-05-06"), Source: "register"},
		corpora.Right{ID: "2", Text: "Quillby", Office: "US", Status: corpora.Dead, Images: []corpora.Image{picture("a", "a")}},
		corpora.Right{ID: "3", Text: "Brimlow", Status: corpora.Unverified, Markets: []corpora.Market{"US", "DE", "US"}, Source: "list"},
		corpora.Right{ID: "4", Kind: corpora.Work, Images: []corpora.Image{picture("b", "b")}, Office: "US"},
	), matchers.BuildOptions{Builder: "0.1.0"}))
	i := c.Info()
	if i.Identity != c.Snapshot().Identity() {
		t.Error("the identity is not that of the file")
	}
	i.Identity = ""
	want := matchers.Info{
		Name: "test", Date: "2021-05-06", Builder: "0.1.0", Format: matchers.Format, Rights: 4, Signs: 5, Pictures: 2,
		Kinds: map[string]int{"mark": 3, "work": 1}, Statuses: map[string]int{"live": 1, "dead": 1, "unverified": 1, "unknown": 1},
		Offices: map[string]int{"US": 3, "": 1}, Versions: map[string]uint32{"fake": 1}, Sources: []string{"register", "list"},
		Groups: []matchers.Group{
			{Office: "", Markets: []string{"DE", "US"}, Kind: "mark", List: true, Rights: 1, Words: 1},
			{Office: "US", Markets: []string{}, Kind: "mark", Rights: 2, Words: 2, Pictures: 1},
			{Office: "US", Markets: []string{}, Kind: "work", Rights: 1, Pictures: 1},
		},
	}
	if d := cmp.Diff(want, i); d != "" {
		t.Error(d)
	}
	list := open(t, build(t, rights(corpora.Right{ID: "1", Text: "Zorvane", Status: corpora.Unverified}), matchers.BuildOptions{Name: "brands", Date: "2026-01-01", Sources: []string{"mine"}}))
	if i := list.Info(); !i.List || i.Name != "brands" || i.Date != "2026-01-01" || !slices.Equal(i.Sources, []string{"mine"}) {
		t.Errorf("%+v", i)
	}
}

func thumbnailOf(_ context.Context, im corpora.Image) ([]byte, error) {
	return []byte("small " + im.Ref), nil
}

func TestThumbnails(t *testing.T) {
	small := func(_ context.Context, im corpora.Image) ([]byte, error) {
		if im.Ref == "fails" {
			return nil, errors.New("no")
		}
		return []byte("small " + im.Ref), nil
	}
	c := open(t, build(t, rights(
		corpora.Right{ID: "1", Text: "Zorvane", Images: []corpora.Image{picture("a", "a"), picture("fails", "b"), picture("c", "c"), picture("d", "d")}},
		corpora.Right{ID: "2", Images: []corpora.Image{picture("again", "a")}},
	), matchers.BuildOptions{Thumbnail: small, Thumbnails: 2}))
	for sign, want := range []string{"", "small a", "", "small c", ""} {
		if got := string(c.Thumbnail(uint32(sign))); got != want {
			t.Errorf("sign %d: %q, want %q", sign, got, want)
		}
	}
}

func TestMatchers(t *testing.T) {
	c := open(t, build(t, rights(corpora.Right{ID: "1", Text: "Zorvane"}), matchers.BuildOptions{}))
	if len(c.Matchers()) != 1 {
		t.Fatalf("%d matchers", len(c.Matchers()))
	}
	m := c.Matchers()[0]
	f := m.Kind().New()
	f.Prepare(t.Context(), &corpora.Listing{Title: "boots by Zorvane"})
	if hits := m.Match(f, nil); len(hits) != 1 || hits[0].Sign != 0 || hits[0].Start != 9 {
		t.Errorf("hits %+v", hits)
	}
	none := open(t, build(t, rights(corpora.Right{ID: "1", Images: []corpora.Image{picture("a", "a")}}), matchers.BuildOptions{}))
	if len(none.Matchers()) != 0 {
		t.Error("a matcher without sections")
	}
	s, err := snapshot.Open(build(t, rights(corpora.Right{ID: "1", Text: "Zorvane"}), matchers.BuildOptions{}).path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := matchers.Open(s, []matchers.Kind{fakeKind{2}}); err == nil {
		t.Error("a corpus of another matcher version opens")
	} else if v, ok := errors.AsType[*matchers.KindVersionError](err); !ok || v.Have != 1 || v.Want != 2 {
		t.Errorf("error %v", err)
	}
}

func TestSameInputSameBytes(t *testing.T) {
	make := func() built {
		return build(t, rights(full(t), corpora.Right{ID: "2", Text: "Quillby", Owner: "Two", Office: "EM", Images: []corpora.Image{picture("a", "a")}},
			corpora.Right{ID: "3", Text: "Brimlow", Office: "DE"}, corpora.Right{ID: "4", Text: "Zorvane Peak", Office: "CN"}), matchers.BuildOptions{})
	}
	a, b := make(), make()
	if a.id != b.id {
		t.Errorf("identities %s and %s", a.id, b.id)
	}
	x, _ := os.ReadFile(a.path)
	y, _ := os.ReadFile(b.path)
	if len(x) == 0 || !slices.Equal(x, y) {
		t.Error("two builds of the same rights differ")
	}
}

// TestPreparedAhead holds that pictures read ahead and in parallel give what pictures read in their turn give.
func TestPreparedAhead(t *testing.T) {
	var list []corpora.Right
	for i := range 300 {
		r := corpora.Right{ID: fmt.Sprint(i)}
		if i%3 > 0 {
			r.Text = fmt.Sprint("Zorvane ", i%17)
		}
		for k := range i % 4 {
			content := fmt.Sprint([]string{"picture ", "bad "}[(i+k)%5/4], (i*7+k)%40)
			r.Images = append(r.Images, picture(fmt.Sprint(i, "-", k), content))
		}
		list = append(list, r)
	}
	o := matchers.BuildOptions{Thumbnail: thumbnailOf, Thumbnails: 10}
	want := buildWith(t, kinds, rights(list...), o)
	if want.report.Pictures < 20 || want.report.Thumbnails != 10 || want.report.Bad == 0 || want.report.Partial == 0 {
		t.Fatalf("the test has lost its cases: %+v", want.report)
	}
	for range 5 {
		got := buildWith(t, []matchers.Kind{preparingKind{fakeKind{1}}}, rights(list...), o)
		if got.id != want.id || got.report != want.report {
			t.Errorf("%+v, want %+v", got.report, want.report)
		}
		if d := cmp.Diff(want.problems, got.problems); d != "" {
			t.Error(d)
		}
	}
}

func TestBuildEnds(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	src := rights(corpora.Right{ID: "1", Text: "Zorvane"}, corpora.Right{ID: "2", Text: "Quillby"})
	w, err := snapshot.Create(filepath.Join(t.TempDir(), "x.lkc"))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	cancel(why)
	if _, err := matchers.Build(ctx, src, kinds, w, matchers.BuildOptions{}); !errors.Is(err, why) {
		t.Errorf("error %v", err)
	}
}
