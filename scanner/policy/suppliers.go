package policy

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"lookalike/corpora"
	"lookalike/matchers/fold"
	"lookalike/matchers/judge"
)

// Supplier is one supplier on file.
type Supplier struct {
	Name         string
	Registration string       // number of its registration as a company
	Until        corpora.Date // last day of its business licence, 0 for no end
	Documents    []Document

	unproved bool // a document is missing, altered or not hashed
}

// SupplierStatus is what the list says of a listing's supplier.
type SupplierStatus string

// The statuses.
const (
	SupplierOnFile  SupplierStatus = "on_file"
	SupplierLapsed  SupplierStatus = "expired"
	SupplierUnknown SupplierStatus = "missing" // not on file, not proved by its documents, or the listing names none
)

// Suppliers is the list of suppliers on file. It is immutable after CheckDocuments.
type Suppliers struct{ byName map[string]Supplier }

// ReadSuppliers reads suppliers.csv: name, registration, licence_until, documents (file=sha256, several split at ';').
func ReadSuppliers(in io.Reader) (*Suppliers, error) {
	rows, err := readRows(in, "name", "registration", "licence_until", "documents")
	if err != nil {
		return nil, fmt.Errorf("reading suppliers: %w", err)
	}
	s := &Suppliers{byName: map[string]Supplier{}}
	for _, r := range rows {
		key := fold.Squeeze(r.text("name"))
		if key == "" {
			return nil, fmt.Errorf("reading suppliers: line %d: a name is needed", r.line)
		}
		if _, twice := s.byName[key]; twice {
			return nil, fmt.Errorf("reading suppliers: line %d: %q stands there twice", r.line, r.text("name"))
		}
		until, err := r.date("licence_until")
		if err != nil {
			return nil, fmt.Errorf("reading suppliers: %w", err)
		}
		s.byName[key] = Supplier{Name: r.text("name"), Registration: r.text("registration"), Until: until, Documents: documents(r.list("documents"))}
	}
	return s, nil
}

// Status returns what the list says of the supplier on a day.
func (s *Suppliers) Status(name string, asOf corpora.Date) SupplierStatus {
	sup, ok := s.byName[fold.Squeeze(name)]
	switch {
	case !ok || sup.unproved:
		return SupplierUnknown
	case sup.Until != 0 && asOf > sup.Until:
		return SupplierLapsed
	}
	return SupplierOnFile
}

// Named returns the suppliers by name.
func (s *Suppliers) Named() []Supplier {
	return slices.SortedFunc(maps.Values(s.byName), func(a, b Supplier) int { return cmp.Compare(a.Name, b.Name) })
}

// CheckDocuments hashes the documents of every supplier below root. One whose document is missing, altered or was never
// hashed is not on file, and is warned about.
func (s *Suppliers) CheckDocuments(root *os.Root) []Warning {
	var warnings []Warning
	known := map[string]string{}
	for _, sup := range s.Named() {
		for _, d := range sup.Documents {
			if code := checkDocument(root, d, known); code != "" {
				sup.unproved = true
				s.byName[fold.Squeeze(sup.Name)] = sup
				warnings = append(warnings, Warning{SupplierDocument, map[string]any{"supplier": sup.Name, "file": d.File, "fault": code}})
			}
		}
	}
	return warnings
}

// note says on a match what the list says of the listing's supplier.
func (s *Suppliers) note(l *corpora.Listing, asOf corpora.Date) judge.Note {
	args := map[string]any{"supplier": l.Supplier}
	switch s.Status(l.Supplier, asOf) {
	case SupplierOnFile:
		args["until"] = s.byName[fold.Squeeze(l.Supplier)].Until.String()
		return judge.Note{Code: judge.NoteSupplierOnFile, Args: args}
	case SupplierLapsed:
		args["until"] = s.byName[fold.Squeeze(l.Supplier)].Until.String()
		return judge.Note{Code: judge.NoteSupplierExpired, Args: args}
	}
	return judge.Note{Code: judge.NoteSupplierMissing, Args: args}
}

// mostSuppliers bounds the suppliers that a scan warns about by name.
const mostSuppliers = 20

// SupplierTally counts the listings of suppliers that are not on file. It is safe for concurrent use.
type SupplierTally struct {
	list *Suppliers
	asOf corpora.Date

	mu      sync.Mutex
	lapsed  map[string]int // listings by supplier
	missing map[string]int
	unnamed int
	beyond  int // listings of suppliers beyond the bound
}

// NewSupplierTally returns an empty tally of listings against a list.
func NewSupplierTally(list *Suppliers, asOf corpora.Date) *SupplierTally {
	return &SupplierTally{list: list, asOf: asOf, lapsed: map[string]int{}, missing: map[string]int{}}
}

// Status returns what the list says of the supplier of l on the day of the scan.
func (t *SupplierTally) Status(l *corpora.Listing) SupplierStatus {
	return t.list.Status(l.Supplier, t.asOf)
}

// maxTallied bounds the suppliers that are counted each for itself.
const maxTallied = 10_000

func (t *SupplierTally) add(l *corpora.Listing) {
	status := t.list.Status(l.Supplier, t.asOf)
	if status == SupplierOnFile {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	counts := t.missing
	if status == SupplierLapsed {
		counts = t.lapsed
	}
	name := strings.TrimSpace(l.Supplier)
	switch _, known := counts[name]; {
	case name == "":
		t.unnamed++
	case known || len(counts) < maxTallied:
		counts[name]++
	default:
		t.beyond++
	}
}

// Warnings names the suppliers whose listings were met and who are not on file, the most listings first.
func (t *SupplierTally) Warnings() []Warning {
	t.mu.Lock()
	defer t.mu.Unlock()
	type entry struct {
		Warning
		n int
	}
	var list []entry
	for name, n := range t.lapsed {
		until := t.list.byName[fold.Squeeze(name)].Until
		list = append(list, entry{Warning{SupplierExpired, map[string]any{"supplier": name, "until": until.String(), "listings": n}}, n})
	}
	for name, n := range t.missing {
		list = append(list, entry{Warning{SupplierMissing, map[string]any{"supplier": name, "listings": n}}, n})
	}
	slices.SortFunc(list, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.Args["supplier"].(string), b.Args["supplier"].(string)))
	})
	var warnings []Warning
	for _, e := range list[:min(len(list), mostSuppliers)] {
		warnings = append(warnings, e.Warning)
	}
	if more := len(list) - mostSuppliers; more > 0 || t.beyond > 0 {
		warnings = append(warnings, Warning{SupplierMore, map[string]any{"count": max(more, 1)}})
	}
	if t.unnamed > 0 {
		warnings = append(warnings, Warning{SupplierUnnamed, map[string]any{"listings": t.unnamed}})
	}
	return warnings
}
