package evaljudge

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"lookalike/matchers/fold"
	"lookalike/matchers/judge"
)

// What a person says of a mark other than the brand under which a listing sells.
const (
	labelTrue      = "true use"  // the listing does use that mark: its seller, its parent, a product line, a licence
	labelUnrelated = "unrelated" // another word, another maker or a chance likeness
)

// label is one row of a file of labels: CSV with the heading listing,mark,label,reason, or JSON Lines of those keys.
type label struct {
	Listing string `json:"listing"`
	Mark    string `json:"mark"`
	Label   string `json:"label"`
	Reason  string `json:"reason"`
}

// labels are those of a file, by listing and folded mark.
type labels map[labelKey]string

type labelKey struct{ listing, mark string }

// of returns what a person says of a mark in a listing, "" for nothing.
func (ls labels) of(listing, mark string) string { return ls[labelKey{listing, fold.Key(mark)}] }

// readLabels reads a file of labels. A label that is none of the two, or that contradicts an earlier one, is an error.
func readLabels(path string) (labels, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	read := labelTable
	if ext := filepath.Ext(path); ext == ".jsonl" || ext == ".ndjson" {
		read = labelLines
	}
	rows, err := read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	out := labels{}
	for i, r := range rows {
		k := labelKey{r.Listing, fold.Key(r.Mark)}
		switch have, ok := out[k]; {
		case r.Listing == "" || k.mark == "":
			return nil, fmt.Errorf("%s: label %d has no listing or no mark", path, i+1)
		case r.Label != labelTrue && r.Label != labelUnrelated:
			return nil, fmt.Errorf("%s: label %d is %q (one of %q, %q)", path, i+1, r.Label, labelTrue, labelUnrelated)
		case ok && have != r.Label:
			return nil, fmt.Errorf("%s: label %d of %s and %s contradicts an earlier one", path, i+1, r.Listing, r.Mark)
		}
		out[k] = r.Label
	}
	return out, nil
}

func labelLines(in io.Reader) (out []label, err error) {
	sc := bufio.NewScanner(in)
	for line := 1; sc.Scan(); line++ {
		var l label
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		out = append(out, l)
	}
	return out, sc.Err()
}

func labelTable(in io.Reader) (out []label, err error) {
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || strings.Join(rows[0], ",") != "listing,mark,label,reason" {
		return nil, fmt.Errorf("the heading is not listing,mark,label,reason")
	}
	for _, r := range rows[1:] {
		out = append(out, label{r[0], r[1], r[2], r[3]})
	}
	return out, nil
}

// said counts listings by what a person says of the marks in them that are not the brand's.
type said struct {
	unrelated  [5]int // listings with an unrelated mark at a grade or above, by rank of the grade
	unlabelled [5]int // those without one and with a mark that nobody labelled
}

// add counts one listing: unrelated and unlabelled are the strictest grades of such marks in it.
func (s *said) add(unrelated, unlabelled judge.Grade) {
	for r := range unrelated.Rank() {
		s.unrelated[r+1]++
	}
	for r := unrelated.Rank(); r < unlabelled.Rank(); r++ {
		s.unlabelled[r+1]++
	}
}

func (s *said) print(out io.Writer, share func(n int) string) {
	fmt.Fprint(out, "    of those, unrelated by the labels:")
	for i, g := range []judge.Grade{judge.Critical, judge.High, judge.Medium} {
		fmt.Fprintf(out, "%s %s %s", map[bool]string{true: ","}[i > 0], g, share(s.unrelated[g.Rank()]))
	}
	fmt.Fprintf(out, "; without a label %d, %d, %d\n", s.unlabelled[judge.Critical.Rank()], s.unlabelled[judge.High.Rank()], s.unlabelled[judge.Medium.Rank()])
}
