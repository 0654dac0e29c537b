package benchmarks

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "lookalike"

// layers is the order of the packages: each imports only packages of a lower number. A package that is not named here
// fails the test.
var layers = map[string]int{
	"corpora":             0,
	"matchers/core":       0,
	"corpora/table":       1,
	"corpora/browser":     1,
	"corpora/fetch":       1,
	"corpora/words":       1,
	"corpora/goods":       1,
	"corpora/market":      1,
	"corpora/snapshot":    1,
	"matchers/fold":       1,
	"corpora/feed":        2,
	"corpora/registry":    2,
	"corpora/starter":     2,
	"corpora/synth":       2,
	"matchers":            3,
	"matchers/text":       4,
	"matchers/image":      4,
	"matchers/judge":      4,
	"index":               4,
	"scanner":             5,
	"scanner/report/lang": 5,
	"scanner/evidence":    6,
	"scanner/ledger":      6,
	"scanner/policy":      6,
	"scanner/crawl":       7,
	"scanner/report":      7,
	"scanner/monitor":     8,
	"scanner/respond":     8,
	"scanner/review":      9,
	"scanner/cluster":     9,
	"benchmarks":          10,
	"cmd/lookalike":       11,
}

// layer returns the layer of a package of this module. What stands below benchmarks is of its layer, but for the
// libraries that the command runs.
func layer(pkg string) (int, bool) {
	if strings.HasPrefix(pkg, "benchmarks/") {
		return layers["benchmarks"], true
	}
	n, ok := layers[pkg]
	return n, ok
}

// only names, for modules that one package wraps, the packages that may import them.
var only = map[string][]string{
	"github.com/blevesearch/":         {"index"},
	"go.etcd.io/bbolt":                {"index", "scanner/crawl"},
	"github.com/gocolly/":             {"scanner/crawl"},
	"github.com/corona10/goimagehash": {"matchers/image"},
	"github.com/gen2brain/avif":       {"matchers/image"},
	"github.com/tetratelabs/wazero":   {"matchers/image"},
	"modernc.org/sqlite":              {"scanner/ledger"},
	"github.com/robfig/cron":          {"scanner/monitor"},
	"github.com/prometheus/":          {"scanner/monitor"},
	"github.com/nlnwa/gowarc":         {"scanner/evidence"},
	"github.com/digitorus/":           {"scanner/evidence"},
	"github.com/nats-io/":             {"scanner/cluster"},
	"github.com/xuri/excelize":        {"corpora/table", "scanner/report"},
	"github.com/goccy/go-yaml":        {"cmd/lookalike"},
	"github.com/spf13/":               {"cmd/lookalike"},
	"github.com/schollz/progressbar":  {"cmd/lookalike"},
	"golang.org/x/term":               {"cmd/lookalike"},
}

// TestLayers holds who may import whom.
func TestLayers(t *testing.T) {
	imports := moduleImports(t)
	if len(imports) < 10 {
		t.Fatalf("found %d packages: the walk starts at the wrong place", len(imports))
	}
	for pkg, list := range imports {
		from, ok := layer(pkg)
		if !ok {
			t.Errorf("package %s has no layer", pkg)
			continue
		}
		for _, imp := range list {
			own, inside := strings.CutPrefix(imp, module+"/")
			switch {
			case inside:
				to, ok := layer(own)
				if !ok || to >= from && !(from == layers["benchmarks"] && to == from) {
					t.Errorf("%s (layer %d) imports %s (layer %d)", pkg, from, own, to)
				}
			case from == 0 && strings.Contains(strings.SplitN(imp, "/", 2)[0], "."):
				t.Errorf("%s imports %s: this layer uses the standard library alone", pkg, imp)
			default:
				for prefix, users := range only {
					// What measures may also import the peers that it measures against.
					if strings.HasPrefix(imp, prefix) && !slices.Contains(users, pkg) && from != layers["benchmarks"] {
						t.Errorf("%s imports %s, which is for %s alone", pkg, imp, strings.Join(users, ", "))
					}
				}
			}
		}
	}
}

// TestTopLevel holds the names at the top of the tree.
func TestTopLevel(t *testing.T) {
	want := []string{"LICENSE", "README.md", "README.zh-Hans.md", "benchmarks", "cmd", "corpora", "go.mod", "go.sum", "index", "matchers", "scanner"}
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(want, e.Name()) && !ignored(e.Name()) {
			t.Errorf("%s stands at the top level", e.Name())
		}
	}
}

// ignored reports whether a name at the top is one that .gitignore keeps out: what a run leaves behind.
func ignored(name string) bool {
	return name == "lookalike" || strings.HasPrefix(name, "report.") || strings.HasSuffix(name, ".prof") || strings.HasSuffix(name, ".test")
}

// moduleImports returns the imports of every package of the module, tests apart.
func moduleImports(t *testing.T) map[string][]string {
	t.Helper()
	imports := map[string][]string{}
	err := filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == "testdata" || name != ".." && strings.HasPrefix(name, ".") {
				return fs.SkipDir
			}
			if _, err := os.Stat(filepath.Join(p, "go.mod")); err == nil && p != ".." {
				return fs.SkipDir // a module of its own
			}
			return nil
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := path.Clean(strings.TrimPrefix(filepath.ToSlash(filepath.Dir(p)), "../"))
		if _, ok := imports[pkg]; !ok {
			imports[pkg] = nil
		}
		for _, s := range f.Imports {
			name, err := strconv.Unquote(s.Path.Value)
			if err != nil {
				return err
			}
			if !slices.Contains(imports[pkg], name) {
				imports[pkg] = append(imports[pkg], name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return imports
}
