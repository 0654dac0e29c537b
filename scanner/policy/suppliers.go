package policy

import (
	"fmt"
	"io"

	"lookalike/corpora"
	"lookalike/matchers/fold"
)

// Supplier is one supplier on file.
type Supplier struct {
	Name         string
	Registration string       // number of its registration as a company
	Until        corpora.Date // last day of its business licence, 0 for no end
	Documents    []Document
}

// SupplierStatus is what the list says of a listing's supplier.
type SupplierStatus string

// The statuses.
const (
	SupplierOnFile  SupplierStatus = "on_file"
	SupplierLapsed  SupplierStatus = "expired"
	SupplierUnknown SupplierStatus = "missing" // not on file, or the listing names none
)

// Suppliers is the list of suppliers on file. It is immutable.
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
	case !ok:
		return SupplierUnknown
	case sup.Until != 0 && asOf > sup.Until:
		return SupplierLapsed
	}
	return SupplierOnFile
}

// Warn returns the warning about a listing's supplier, and false when it is on file.
func (s *Suppliers) Warn(l *corpora.Listing, asOf corpora.Date) (Warning, bool) {
	switch s.Status(l.Supplier, asOf) {
	case SupplierLapsed:
		until := s.byName[fold.Squeeze(l.Supplier)].Until
		return Warning{SupplierExpired, map[string]any{"supplier": l.Supplier, "until": until.String()}}, true
	case SupplierUnknown:
		return Warning{SupplierMissing, map[string]any{"supplier": l.Supplier}}, true
	}
	return Warning{}, false
}
