package scanner

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lookalike/corpora"
	"lookalike/matchers/judge"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const golden = "testdata/report.jsonl"

// sample is a report with one line of each type and something in every place.
func sample() (Header, []Finding, Trailer) {
	n, days := 7, 30
	h := Header{
		Schema: Schema, Engine: "0.1.0", Started: "2026-01-02T03:04:05Z", AsOf: "2026-01-02", Config: "sha256-00", Markets: []string{"EU", "US"},
		Corpora:    []CorpusRef{{Name: "starter", ID: "sha256-11", Date: "2026-01-01", Rights: 3, Signs: 4, Pictures: 1}},
		Coverage:   map[string]Coverage{"US": {"list", "list", "none", "none"}, "EU": {"register", "list", "none", "none"}},
		Scoring:    judge.Scoring{Name: "plain", Formula: "sum", Bands: map[judge.Grade]int{judge.High: 70}},
		NotChecked: []NotChecked{{Code: Patents}},
	}
	m := judge.Match{
		Fingerprint: "f1",
		Right: judge.RightRef{Corpus: "starter", ID: "nike", Kind: "mark", Form: "word", Text: "NIKE", Office: "US", Number: "97123456",
			Owner: "Nike, Inc.", Status: "live", Classes: []int{25}, Goods: "shoes & <clothes>", Markets: []string{"US"}, Flags: []string{"famous"},
			Others: []judge.Other{{ID: "nike-2"}}},
		Lane: "edit", Lanes: []string{"edit", "sound"}, Field: "title", Start: new(0), End: new(4), Span: "Nkie", After: " shoes", Use: judge.UseBrand,
		Image: &judge.ImageRef{Index: 0, SHA256: "ab", Box: [4]int{0, 0, 10, 20}, Distance: 12, Inliers: &n, Edit: "mirrored"},
		Goods: judge.GoodsRef{Relation: judge.Same, Listing: "running shoes", Classes: []int{25}, From: "category", Confidence: 0.9},
		Grade: judge.High, Score: 87, Gates: map[string]judge.Gate{"US": judge.Block, "EU": judge.Clear},
		Pieces:     []judge.Piece{{Name: "sign", Value: 0.92, Weight: 4, Note: judge.Note{Code: "near"}}},
		Reasons:    []judge.Note{{Code: "near_sign", Args: map[string]any{"mark": "NIKE", "edits": 1}}},
		Clears:     []judge.Note{{Code: "licence_needed", Args: map[string]any{"market": "US"}}},
		Authorised: &judge.Authorisation{ID: "a1", Basis: "licence", Fails: []string{"territory"}, Markets: []string{"US"}, Document: "licence.pdf", DaysLeft: &days},
		Suppressed: &judge.Suppression{By: "ignore", Reason: "own label", Name: "A. Person", Until: "2026-12-31"},
		SilencedBy: new("f2"), State: new("new"), Grades: map[string]judge.Grade{"US": judge.High}, MoreRights: 2,
	}
	f := Finding{
		Listing: ListingRef{ID: "1", Origin: "feed.csv", Row: 2, Title: "Nkie shoes\u2028", Images: []string{"a.jpg"}, Sold: new(int64(3))},
		Gates:   map[string]judge.Gate{"US": judge.Block, "EU": judge.Review}, Grade: new(judge.High), Score: 87,
		Checked: Checked{Text: true, Pictures: 1, PicturesGiven: 5}, Matches: []judge.Match{m}, Omitted: map[judge.Grade]int{judge.Low: 4},
		Error: &Error{Problem: corpora.Problem{Code: corpora.PictureDamaged, Field: "images[1]", Args: map[string]any{"reason": "header"}},
			Also: []corpora.Problem{{Code: corpora.TextCut, Field: "title"}}},
	}
	plain := m
	plain.Image, plain.Authorised, plain.Suppressed, plain.SilencedBy, plain.State, plain.MoreRights = nil, nil, nil, nil, nil, 0
	bare := Finding{Listing: ListingRef{Origin: "feed.csv", Row: 3}, Matches: []judge.Match{{}, plain}}
	t := Trailer{
		Listings: 2, Findings: 1, Incomplete: 1, ByGrade: map[string]int{"high": 1}, ByGate: map[string]map[string]int{"US": {"block": 1}},
		NotChecked: []NotChecked{{Code: WordsInPictures, Count: &n}}, Noisy: []Noisy{{Mark: "BLACK", Count: 9}}, Gone: []string{"f9"},
		Sources: []corpora.Problem{{Code: corpora.MemberRefused}}, Seconds: 1.5,
	}
	return h, []Finding{f, bare}, t
}

func encode(t testing.TB, h Header, fs []Finding, tr Trailer) []byte {
	t.Helper()
	var out bytes.Buffer
	e := NewEncoder(&out)
	errs := []error{e.Header(h)}
	for _, f := range fs {
		errs = append(errs, e.Finding(f))
	}
	if err := errors.Join(append(errs, e.Trailer(tr))...); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestGolden(t *testing.T) {
	got := encodeSample(t)
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the canonical line changed; got\n%s\nwant\n%s", got, want)
	}
	for _, bad := range []string{"null,\"note", `\u003c`, `\u0026`, `"args":null`, `"lanes":null`, `"others":null`} {
		if bytes.Contains(got, []byte(bad)) {
			t.Errorf("the report contains %s", bad)
		}
	}
}

// contract is every key of REPORT.md, written down from it by hand. A "?" marks those that stand only where the text
// says so; everything else is always there.
var contract = map[string]string{
	"header":               "type schema engine started as_of corpora config background markets coverage scoring not_checked",
	"header.corpora[]":     "name id date rights signs pictures",
	"header.coverage.US":   "mark logo design work",
	"header.scoring":       "name formula bands",
	"header.not_checked[]": "code count",
	"finding":              "type listing gates grade score checked matches omitted? error",
	"finding.listing":      "id origin row title brand category price currency seller seller_id platform url markets images ship_from sold language",
	"finding.checked":      "text pictures pictures_given",
	"finding.matches[]": "fingerprint right lane lanes field start end span before after image use goods grade score gates pieces reasons clears " +
		"authorisation suppressed silenced_by state grades more_rights?",
	"finding.matches[].right":          "corpus id kind form text office number owner status filed registered expires classes goods disclaimer markets flags images link source others",
	"finding.matches[].image":          "index sha256 box distance inliers edit",
	"finding.matches[].goods":          "relation listing classes from confidence",
	"finding.matches[].pieces[]":       "name value weight note",
	"finding.matches[].reasons[]":      "code args",
	"finding.matches[].clears[]":       "code args",
	"finding.matches[].authorisation":  "id basis covers fails document days_left markets",
	"finding.matches[].right.others[]": "id number status filed classes",
	"finding.matches[].suppressed":     "by reason name until",
	"finding.error":                    "code field args also?",
	"trailer":                          "type listings findings incomplete by_grade by_gate not_assessed not_checked weak_ids noisy gone sources seconds complete",
	"trailer.not_assessed":             "pictures_by_address pictures_failed",
	"trailer.noisy[]":                  "mark owner count uses",
	"trailer.sources[]":                "code field args",
}

func TestKeysAreThoseOfTheContract(t *testing.T) {
	lines := bytes.Split(bytes.TrimSpace(encodeSample(t)), []byte("\n"))
	seen := map[string]bool{}
	for _, line := range lines {
		var v map[string]any
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatal(err)
		}
		checkKeys(t, v["type"].(string), v, seen)
	}
	for path := range contract {
		if !seen[path] {
			t.Errorf("the sample has nothing at %s", path)
		}
	}
}

func checkKeys(t *testing.T, path string, v any, seen map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			checkKeys(t, path+"[]", e, seen)
		}
	case map[string]any:
		if keys, ok := contract[path]; ok {
			seen[path] = true
			var want []string
			for k := range strings.FieldsSeq(keys) {
				k, optional := strings.CutSuffix(k, "?")
				if _, has := v[k]; has || !optional {
					want = append(want, k)
				}
			}
			slices.Sort(want)
			if got := slices.Sorted(maps.Keys(v)); !slices.Equal(got, want) {
				t.Errorf("%s has the keys %v, want %v", path, got, want)
			}
		}
		for k, e := range v {
			checkKeys(t, path+"."+k, e, seen)
		}
	}
}

// TestNoListIsEverNull encodes a match in which every struct stands and every list and map is nil, whatever fields are
// added to it later.
func TestNoListIsEverNull(t *testing.T) {
	var f Finding
	stand(reflect.ValueOf(&f).Elem())
	var out bytes.Buffer
	if err := NewEncoder(&out).Finding(f); err != nil {
		t.Fatal(err)
	}
	if at := bytes.Index(out.Bytes(), []byte("null")); at >= 0 {
		t.Errorf("…%s is null", out.Bytes()[max(0, at-40):at])
	}
}

// stand points every pointer below v to a new value, and gives every list of structs one element.
func stand(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.Type() != reflect.TypeFor[*corpora.Listing]() {
			v.Set(reflect.New(v.Type().Elem()))
			stand(v.Elem())
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Struct {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			stand(v.Index(0))
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			stand(field)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	want := encodeSample(t)
	var out bytes.Buffer
	e := NewEncoder(&out)
	for l, err := range NewDecoder(bytes.NewReader(want)).All() {
		if err == nil {
			err = reencode(e, l)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(out.Bytes(), want) {
		t.Errorf("decoded and encoded again:\n%s\nwant\n%s", out.Bytes(), want)
	}
}

func reencode(e *Encoder, l Line) error {
	switch {
	case l.Header != nil:
		return e.Header(*l.Header)
	case l.Finding != nil:
		return e.Finding(*l.Finding)
	}
	return e.Trailer(*l.Trailer)
}

func TestEncoderChangesNothing(t *testing.T) {
	_, fs, _ := sample()
	_, again, _ := sample()
	if err := NewEncoder(io.Discard).Finding(fs[0]); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(fs[0], again[0]) {
		t.Error("encoding changed the finding")
	}
}

func TestDecoderRefuses(t *testing.T) {
	report := string(encodeSample(t))
	lines := strings.SplitAfter(report, "\n")
	header, finding, trailer := lines[0], lines[1], lines[3]
	for name, c := range map[string]struct {
		text string
		line int
		says string
	}{
		"nothing":           {"", 1, ErrCutShort.Error()},
		"no trailer":        {header + finding, 3, ErrCutShort.Error()},
		"cut line":          {header + finding[:len(finding)/2], 2, ErrCutShort.Error()},
		"no header":         {finding + trailer, 1, "not a canonical report"},
		"two headers":       {header + header, 2, `type "header"`},
		"after the trailer": {header + trailer + finding, 3, "after the trailer"},
		"other schema":      {strings.Replace(header, `"schema":1`, `"schema":2`, 1), 1, "schema 2, want 1"},
		"no schema":         {strings.Replace(header, `"schema":1,`, ``, 1), 1, "schema 0, want 1"},
		"unknown key":       {header + strings.Replace(finding, `"score":87`, `"skore":87`, 1), 2, "skore"},
		"unknown type":      {header + `{"type":"note"}`, 2, `"note"`},
		"wrong value":       {header + strings.Replace(finding, `"row":2`, `"row":"2"`, 1), 2, "row"},
		"not JSON":          {"id,title\n1,shoes\n", 1, "invalid character"},
		"two objects":       {header + trailer[:len(trailer)-1] + trailer, 2, "after top-level value"},
	} {
		t.Run(name, func(t *testing.T) {
			var last error
			for _, err := range NewDecoder(strings.NewReader(c.text)).All() {
				last = err
			}
			var at *LineError
			if !errors.As(last, &at) || at.Line != c.line || !strings.Contains(last.Error(), c.says) {
				t.Errorf("error %v, want line %d and %q", last, c.line, c.says)
			}
		})
	}
}

func TestDecoderBoundsLines(t *testing.T) {
	endless := io.MultiReader(strings.NewReader(`{"type":"`), forever{})
	_, err := NewDecoder(endless).Next()
	if err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("an endless line gives %v", err)
	}
}

type forever struct{}

func (forever) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// FuzzDecoder decodes hostile reports: it must return, and what it takes must encode to something it takes again with
// the same bytes.
func FuzzDecoder(f *testing.F) {
	f.Add(encodeSample(f))
	f.Add([]byte(`{"type":"header","schema":1}` + "\n" + `{"type":"trailer"}`))
	f.Add([]byte("{\"type\":\"header\",\"schema\":1}\r\n\r\n{\"TYPE\":\"trailer\",\"seconds\":1e300}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var first, second bytes.Buffer
		if !copyReport(t, &first, bytes.NewReader(b)) {
			return
		}
		once := bytes.Clone(first.Bytes())
		if !copyReport(t, &second, &first) {
			t.Fatalf("own output refused: %s", once)
		}
		if !bytes.Equal(once, second.Bytes()) {
			t.Fatalf("%s\nthen\n%s", once, second.Bytes())
		}
	})
}

// copyReport decodes r and encodes it to w; false says that r is no whole report.
func copyReport(t *testing.T, w io.Writer, r io.Reader) bool {
	e := NewEncoder(w)
	for l, err := range NewDecoder(r).All() {
		if err != nil {
			return false
		}
		if err := reencode(e, l); err != nil {
			t.Fatal(err)
		}
	}
	return true
}

func encodeSample(t testing.TB) []byte {
	h, fs, tr := sample()
	return encode(t, h, fs, tr)
}
