package report

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lookalike/scanner/report/lang"
)

// TestEveryMessageIsUsed fails on a text that this package has for itself and never names.
func TestEveryMessageIsUsed(t *testing.T) {
	m, err := lang.Load()
	if err != nil {
		t.Fatal(err)
	}
	var used []string
	for _, c := range slices.Concat(listingColumns(), matchColumns()) {
		used = append(used, "column."+c.name)
	}
	for _, name := range []string{"listings", "gates", "example", "reason", "name", "until"} { // of the sheet of decisions
		used = append(used, "column."+name)
	}
	for _, g := range legend() {
		used = append(used, "legend."+g.Section)
		for _, e := range g.Entries {
			used = append(used, "legend."+e.Section+"_"+e.Code)
		}
	}
	names, err := filepath.Glob("*.go")
	if err != nil || len(names) == 0 {
		t.Fatal("no sources", err)
	}
	var source strings.Builder
	for _, name := range append(names, "page/page.html") {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(b)
	}
	for _, code := range m.Codes(lang.English) {
		section, _, _ := strings.Cut(code, ".")
		switch section {
		case "ui", "page", "column", "hint", "legend", "sheet", "explain", "md":
			if !slices.Contains(used, code) && !strings.Contains(source.String(), `"`+code+`"`) {
				t.Errorf("nothing uses %s", code)
			}
		}
	}
	for _, code := range used {
		if !m.Has(lang.English, code) {
			t.Errorf("%s has no text", code)
		}
	}
}

// TestEveryNamedMessageExists fails on a code in the sources of this package that has no text.
func TestEveryNamedMessageExists(t *testing.T) {
	m, err := lang.Load()
	if err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`"((?:ui|page|hint|legend|sheet|explain|md)\.[a-z_]*[a-z])"`)
	for _, name := range append(names, "page/page.html") {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, hit := range code.FindAllStringSubmatch(string(b), -1) {
			if !m.Has(lang.English, hit[1]) {
				t.Errorf("%s: %s has no text", name, hit[1])
			}
		}
	}
}
