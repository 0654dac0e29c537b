package registry

import (
	"errors"
	"io/fs"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lookalike/corpora"
)

// enrich reads the files and applies them to rights.
func enrich(t *testing.T, rights []corpora.Right, files ...string) (EnrichReport, []EnrichProblem) {
	t.Helper()
	e, err := OpenEnrichment(t.Context(), files, EnrichOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rights {
		e.Apply(&rights[i])
	}
	return e.Report(), e.Problems()
}

func TestEnrichment(t *testing.T) {
	dir := t.TempDir()
	file := write(t, dir, "names.csv", "name,zh,aliases,owner,classes,flags,source,date,wikidata\n"+
		"Zorvane,佐凡,ja:ゾルバン;ZV,,,,list,2026-10-01,Q7\n"+
		"Quillby,,en:Quill & By,Quillby Ltd,25,famous,court,2026-10-02,\n"+
		",,,\"WATCHED, Inc.\",,watched,desk,2026-10-03,\n")
	rights := []corpora.Right{
		{Text: "ZORVANE", Owner: "A GmbH"},
		{Text: "佐凡", Owner: "B", Aliases: []corpora.Alias{{Text: "zorvane", Lang: "en"}, {Text: "vane of the east", Source: corpora.AliasTranslation}}},
		{Text: "ZV", Owner: "C"}, // a short name without language names nobody
		{Text: "QUILLBY", Owner: "Quillby Limited", Classes: []uint8{9, 25}}, // owner and class fit
		{Text: "QUILLBY", Owner: "Quillby Limited", Classes: []uint8{9}},     // another class
		{Text: "QUILLBY", Owner: "Somebody", Classes: []uint8{25}},           // another owner
		{Text: "BRIMLOW", Owner: "watched inc", Kind: corpora.Design},        // an owner's designs are flagged too
		{Text: "ZORVANE", Owner: "A GmbH", Kind: corpora.Design},             // titles of designs are no names
		{Text: "ZORVANE", Owner: "A GmbH", Gone: true},                       // a tombstone stays one
		{Text: "OTHER", Owner: "Watched", Flags: []string{"famous", "own"}},  // sources come in step
	}
	rep, bad := enrich(t, rights, file)
	const list, court, desk = "list, Wikidata Q7, 2026-10-01", "court, 2026-10-02", "desk, 2026-10-03"
	want := []corpora.Right{
		{Text: "ZORVANE", Owner: "A GmbH", Aliases: []corpora.Alias{{Text: "佐凡", Lang: "zh", Source: list}, {Text: "ゾルバン", Lang: "ja", Source: list}, {Text: "ZV", Source: list}}},
		{Text: "佐凡", Owner: "B", Aliases: []corpora.Alias{{Text: "zorvane", Lang: "en"}, {Text: "ゾルバン", Lang: "ja", Source: list}, {Text: "ZV", Source: list}, {Text: "vane of the east", Source: corpora.AliasTranslation}}},
		{Text: "ZV", Owner: "C"},
		{Text: "QUILLBY", Owner: "Quillby Limited", Classes: []uint8{9, 25}, Aliases: []corpora.Alias{{Text: "Quill & By", Lang: "en", Source: court}}, Flags: []string{"famous"}, FlagSources: []string{court}},
		rights[4], rights[5],
		{Text: "BRIMLOW", Owner: "watched inc", Kind: corpora.Design, Flags: []string{"watched"}, FlagSources: []string{desk}},
		rights[7], rights[8],
		{Text: "OTHER", Owner: "Watched", Flags: []string{"famous", "own", "watched"}, FlagSources: []string{"", "", desk}},
	}
	if d := cmp.Diff(want, rights); d != "" {
		t.Error(d)
	}
	if rights[4].Aliases != nil || rights[5].Flags != nil || rights[7].Aliases != nil || rights[8].Aliases != nil {
		t.Errorf("a line was given to a right that it does not speak of: %+v", rights)
	}
	if len(bad) > 0 || rep != (EnrichReport{Lines: 3, Rights: 5, Aliases: 6, Flags: 3, Ambiguous: 1}) {
		t.Errorf("%+v %v", rep, bad)
	}
	again, _ := enrich(t, slices.Clone(rights), file)
	if again.Aliases+again.Flags != 0 {
		t.Errorf("a second time adds %+v", again)
	}
}

func TestEnrichmentBadLines(t *testing.T) {
	dir := t.TempDir()
	_, bad := enrich(t, nil, write(t, dir, "bad.csv", "text,number,office,aliases,flags,classes,date\n"+
		"A,,,zh:甲,,,\nA,,,zh:甲,great,,2026-01-01\nA,,,zh:甲,,99,2026-01-01\n,7,,,own,,2026-01-01\n,,,,own,,2026-01-01\nA,,,zh:甲,,,2026-02-30\n"))
	var got []string
	for _, p := range bad {
		got = append(got, p.Code+" "+p.Field)
	}
	if d := cmp.Diff([]string{"bad_value date", "bad_value flags", "bad_value classes", "bad_value office", "empty_record ", "bad_value date"}, got); d != "" {
		t.Error(d)
	}
	if _, err := OpenEnrichment(t.Context(), []string{dir + "/none.csv"}, EnrichOptions{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that does not exist: %v", err)
	}
	for _, heading := range []string{"zh\x00x", "date,source", "owner,date", "flags,date"} {
		_, err := OpenEnrichment(t.Context(), []string{write(t, dir, "odd.csv", heading+"\nx,y\n")}, EnrichOptions{})
		if _, ok := errors.AsType[*HeadingError](err); !ok {
			t.Errorf("%q: %v", heading, err)
		}
	}
}

func TestBrands(t *testing.T) {
	dir := t.TempDir()
	lines := write(t, dir, "flat.jsonl", `{"name":"Zorvane","wikidata":"Q7","names":{"zh":"佐凡","en":"Zorvane"},"alt":["Zor Vane"]}`+"\n{\"name\":\n{\"alt\":[\"x\"]}\n")
	whole := write(t, dir, "clothes.json", `{"properties":{"path":"brands/shop/clothes"},"items":[
 {"displayName":"Quillby","id":"q-1","matchNames":["quill by"],"tags":{"brand":"Quillby","brand:wikidata":"Q8","brand:ja":"クイルビー","shop":"clothes"}},{"id":"none"}]}`)
	dist := write(t, dir, "nsi.json", `{"_meta":{"version":"1"},"nsi":{"brands/a":{"items":[{"displayName":"A1"}]},"brands/b":{"properties":{"items":[{"displayName":"no"}]},"items":[{"displayName":"B1"}]}}}`)
	src, err := Open([]string{lines, whole, dist}, Options{Format: "nsi", Source: "nsi 2026"})
	if err != nil {
		t.Fatal(err)
	}
	type entry struct{ Text, Code, Source, Aliases string }
	var got []entry
	for r, err := range src.All(t.Context()) {
		e := entry{Text: r.Text, Source: r.Source}
		for _, a := range r.Aliases {
			e.Aliases += a.Lang + ":" + a.Text + ";"
		}
		if p, ok := errors.AsType[*corpora.Problem](err); ok {
			e.Code = p.Code
		}
		if e.Code == "" && r.Status != corpora.Unverified {
			t.Errorf("%s has status %s", r.Text, r.Status)
		}
		got = append(got, e)
	}
	if d := cmp.Diff([]entry{
		{"Zorvane", "", "nsi 2026, Wikidata Q7", "zh:佐凡;:Zor Vane;"}, {"", corpora.BadJSON, "", ""}, {"", corpora.EmptyRecord, "nsi 2026", ":x;"},
		{"Quillby", "", "nsi 2026, Wikidata Q8", "ja:クイルビー;:quill by;"}, {"", corpora.EmptyRecord, "nsi 2026", ""},
		{"A1", "", "nsi 2026", ""}, {"B1", "", "nsi 2026", ""},
	}, got); d != "" {
		t.Error(d)
	}
}

// FuzzEnrichment reads any bytes as an enrichment and as a brand list.
func FuzzEnrichment(f *testing.F) {
	for _, s := range []string{
		"text,zh,date\nA,甲,2026-01-01\n", `{"name":"A","names":{"zh":"甲"},"date":"2026-01-01"}`, `[{"displayName":"A","tags":{"brand:zh":"甲"}}]`,
		`{"nsi":{"a":{"items":[{"displayName":"A"}]}}}`, "owner,flags,date\nA Inc,own,2026-01-01\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file := write(t, t.TempDir(), "fuzz", string(data))
		if e, err := OpenEnrichment(t.Context(), []string{file}, EnrichOptions{Date: "2026-01-01"}); err == nil {
			r := corpora.Right{Text: "A", Owner: "A Ltd", Office: "US", Number: "1"}
			e.Apply(&r)
			if len(r.FlagSources) > 0 && len(r.FlagSources) != len(r.Flags) {
				t.Errorf("%d sources of %d flags", len(r.FlagSources), len(r.Flags))
			}
		}
		b, err := OpenBrands([]string{file}, "")
		if err != nil {
			return
		}
		for range b.All(t.Context()) {
		}
	})
}
