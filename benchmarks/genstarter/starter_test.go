package main

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/corpora/registry"
	"lookalike/corpora/snapshot"
	"lookalike/corpora/starter"
	"lookalike/matchers"
	"lookalike/matchers/image"
	"lookalike/matchers/text"
)

func embedded(t *testing.T) *matchers.Corpus {
	t.Helper()
	f, err := starter.Open()
	if err != nil {
		t.Fatal(err)
	}
	c, err := matchers.Open(f, []matchers.Kind{text.New(), image.New(image.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func rowsOf(t *testing.T, c *matchers.Corpus) []corpora.Right {
	t.Helper()
	rows := make([]corpora.Right, c.NumRights())
	for i := range rows {
		r, err := c.Right(uint32(i))
		if err != nil {
			t.Fatal(err)
		}
		// Pictures stand outside the tree, and a row's place is not its content.
		r.Images, r.Origin, r.Row = nil, "", 0
		rows[i] = r
	}
	return rows
}

// TestEmbeddedIsTable rebuilds the text part of the corpus from starter.csv and compares row by row with what is embedded.
func TestEmbeddedIsTable(t *testing.T) {
	src, err := registry.OpenTable([]string{"../../corpora/starter/starter.csv"}, registry.TableOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var table rights
	for r, err := range src.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		r.Images = nil
		table = append(table, r)
	}
	path := filepath.Join(t.TempDir(), "rebuilt.lkc")
	if _, err := build(t.Context(), path, table); err != nil {
		t.Fatal(err)
	}
	f, err := snapshot.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	rebuilt, err := matchers.Open(f, []matchers.Kind{text.New()})
	if err != nil {
		t.Fatal(err)
	}
	defer rebuilt.Close()
	if diff := cmp.Diff(rowsOf(t, rebuilt), rowsOf(t, embedded(t))); diff != "" {
		t.Errorf("the corpus is not built from starter.csv (-table +embedded):\n%s", diff)
	}
}

// TestStarter holds what the corpus promises: its size, that it is a list, and that every row says where it comes from.
func TestStarter(t *testing.T) {
	c := embedded(t)
	info := c.Info()
	if !info.List || info.Rights < 2500 || info.Pictures < 200 {
		t.Errorf("info = %+v, want a list of at least 2,500 rights with 200 pictures", info)
	}
	g, err := goods.Load()
	if err != nil {
		t.Fatal(err)
	}
	handKept := 0
	for _, r := range rowsOf(t, c) {
		if r.Source == "" || r.Status != corpora.Unverified || len(r.Markets) != 0 || r.Office != "" {
			t.Errorf("%s: source %q, status %s, markets %v, office %q", r.Text, r.Source, r.Status, r.Markets, r.Office)
		}
		if r.Kind == corpora.Mark && (len(r.Classes) == 0 || len(g.KindsOf(r.Goods)) == 0) {
			t.Errorf("%s: goods %q name no kind, classes %v", r.Text, r.Goods, r.Classes)
		}
		if r.Kind == corpora.Work && r.Owner == "" {
			t.Errorf("work %s has no owner", r.Text)
		}
		if r.Owner != "" {
			handKept++
		}
	}
	if handKept < 600 {
		t.Errorf("%d rows with an owner, want at least 600", handKept)
	}
}

// TestNike holds a row that a seller trips over.
func TestNike(t *testing.T) {
	for _, r := range rowsOf(t, embedded(t)) {
		if r.Text != "Nike" {
			continue
		}
		zh := corpora.Alias{Text: "耐克", Lang: "zh"}
		same := func(a corpora.Alias) bool { return a.Text == zh.Text && a.Lang == zh.Lang }
		if !slices.ContainsFunc(r.Aliases, same) || !slices.Contains(r.Classes, 25) || !slices.Contains(r.Flags, "famous") {
			t.Errorf("Nike = %+v", r)
		}
		return
	}
	t.Error("no row Nike")
}

// TestKindsOfGoods holds that a kind's name, written into the goods of a row, is read back as that kind.
func TestKindsOfGoods(t *testing.T) {
	g, err := goods.Load()
	if err != nil {
		t.Fatal(err)
	}
	err = eachRow("brands.csv", func(f map[string]string) error {
		for _, k := range list(f["goods"]) {
			if got := g.KindsOf(k); !slices.Contains(got, k) {
				t.Errorf("%s: goods %q are read as %v", f["name"], k, got)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
