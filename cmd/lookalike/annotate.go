package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/feed"
	"lookalike/matchers/judge"
	"lookalike/scanner"
	"lookalike/scanner/policy"
	"lookalike/scanner/report"
	"lookalike/scanner/report/lang"
)

// annotator is a report.Writer that writes the seller's own feed again with the verdicts behind each row, whole or split
// into one feed per gate. It wants every listing.
type annotator struct {
	feed     *feed.Feed
	messages *lang.Messages
	lang     string
	open     func(part string) (*report.Pending, error)
	split    bool
	name     func(part string) string // file of a part, with split
	markets  []string
	out      *feed.Annotator
	pending  []*report.Pending

	supplier func(*corpora.Listing) policy.SupplierStatus // of the list of suppliers, nil without one
}

// unread is the part of a split feed that holds the rows of which the scan says nothing.
const unread = "unread"

// newAnnotator returns the annotator of --annotate.
func (a *app) newAnnotator(src *feed.Feed, path string) *annotator {
	return &annotator{feed: src, messages: a.messages, lang: a.lang, open: func(string) (*report.Pending, error) {
		return report.NewPending(path)
	}}
}

// newSplitter returns the annotator of --split: one feed per gate below dir, named after the gate.
func (a *app) newSplitter(src *feed.Feed, dir string) *annotator {
	ext := ".csv"
	if d := src.Dialects(); len(d) > 0 {
		ext = "." + d[0].Format
	}
	name := func(part string) string { return filepath.Join(dir, part+ext) }
	return &annotator{feed: src, messages: a.messages, lang: a.lang, split: true, name: name, open: func(part string) (*report.Pending, error) {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return nil, err
		}
		return report.NewPending(name(part))
	}}
}

// splitParts are the parts that a feed may be split into.
var splitParts = []string{string(judge.Clear), string(judge.Documented), string(judge.Unchecked), string(judge.Review), string(judge.Block), unread}

// Begin opens the feed again.
func (w *annotator) Begin(h scanner.Header) (err error) {
	w.markets = h.Markets
	columns := []string{"lookalike_gate"}
	for _, m := range w.markets {
		columns = append(columns, "lookalike_gate_"+m)
	}
	columns = append(columns, "lookalike_grade", "lookalike_hit", "lookalike_mark", "lookalike_number", "lookalike_office",
		"lookalike_status", "lookalike_reason", "lookalike_clears", "lookalike_fingerprint")
	if w.supplier != nil {
		columns = append(columns, "lookalike_supplier")
	}
	rest := ""
	if w.split {
		rest = unread
	}
	w.out, err = w.feed.Annotate(columns, rest, func(part string) (io.WriteCloser, error) {
		p, err := w.open(part)
		if err != nil {
			return nil, err
		}
		w.pending = append(w.pending, p)
		return uncommitted{p}, nil
	})
	return err
}

// uncommitted keeps a file open until the whole feed is written: closing the part does not give it its name.
type uncommitted struct{ *report.Pending }

// Close does nothing.
func (uncommitted) Close() error { return nil }

// Put writes the row of one listing.
func (w *annotator) Put(_ context.Context, f scanner.Finding) error {
	part := ""
	if w.split {
		part = string(strictest(f.Gates))
	}
	values := w.values(&f)
	if w.supplier != nil {
		values = append(values, string(w.supplier(f.Source)))
	}
	return w.out.Put(f.Listing.Row, part, values)
}

// strictest returns the strictest gate over all markets, review without any.
func strictest(gates map[string]judge.Gate) judge.Gate {
	worst := judge.Gate("")
	for _, g := range gates {
		if worst == "" || g.Rank() > worst.Rank() {
			worst = g
		}
	}
	return cmp.Or(worst, judge.Review)
}

// values returns the cells behind the row of f, from its first match that counts.
func (w *annotator) values(f *scanner.Finding) []string {
	v := []string{string(strictest(f.Gates))}
	for _, m := range w.markets {
		v = append(v, string(f.Gates[m]))
	}
	grade := ""
	if f.Grade != nil {
		grade = string(*f.Grade)
	}
	v = append(v, grade)
	i := slices.IndexFunc(f.Matches, func(m judge.Match) bool { return scanner.Counts(&m) })
	if i < 0 {
		return append(v, "", "", "", "", "", w.problem(f), "", "")
	}
	m := &f.Matches[i]
	hit := m.Span
	if m.Image != nil {
		hit = "image " + strconv.Itoa(m.Image.Index+1)
	}
	cells := []string{hit, m.Right.Text, m.Right.Number, m.Right.Office, m.Right.Status, w.notes("note.", m.Reasons), w.notes("note.", m.Clears), m.Fingerprint}
	for i := range cells {
		cells[i] = feed.Neutral(oneLine(cells[i]))
	}
	return append(v, cells...)
}

// problem returns what kept the listing from being read, "" without a problem.
func (w *annotator) problem(f *scanner.Finding) string {
	if f.Error == nil {
		return ""
	}
	return feed.Neutral(w.messages.Text(w.lang, "problem."+f.Error.Code, f.Error.Args))
}

func (w *annotator) notes(section string, notes []judge.Note) string {
	var texts []string
	for _, n := range notes {
		texts = append(texts, w.messages.Text(w.lang, section+n.Code, n.Args))
	}
	return strings.Join(texts, " ")
}

// End copies the rows that are left and gives the files their names.
func (w *annotator) End(scanner.Trailer) error {
	err := w.out.Close()
	for _, p := range w.pending {
		if err == nil {
			err = p.Commit()
		}
	}
	w.discard()
	if err == nil && w.split {
		err = w.removeStale()
	}
	return err
}

// removeStale removes the parts of an earlier run that this one has no row for: they would be taken for today's.
func (w *annotator) removeStale() error {
	written := w.out.SplitParts()
	for _, part := range splitParts {
		if slices.Contains(written, part) {
			continue
		}
		if err := os.Remove(w.name(part)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// discard removes what is not finished.
func (w *annotator) discard() {
	for _, p := range w.pending {
		p.Discard()
	}
}

// listed is a writer that passes on what a report without --all lists.
type listed struct{ report.Writer }

// Put passes on findings with a match or a problem.
func (w listed) Put(ctx context.Context, f scanner.Finding) error {
	if len(f.Matches) == 0 && f.Error == nil {
		return nil
	}
	return w.Writer.Put(ctx, f)
}

// annotateFault returns the fault of a feed that cannot be written again.
func annotateFault(err error) error {
	if u, ok := errors.AsType[*feed.UsageError](err); ok && u.Code == feed.CannotAnnotate {
		return usage("annotate", "name", u.Path, "reason", u.Err.Error())
	}
	return err
}
