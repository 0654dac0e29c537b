package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"

	"lookalike/corpora/market"
	"lookalike/scanner"
	"lookalike/scanner/policy"
)

// policyFlags name the files of what a user decided.
type policyFlags struct {
	authorisations string
	suppliers      string
	ignore         string
	baseline       string
}

func (f *policyFlags) register(a *app, c *command) {
	p := c.Flags()
	p.StringVar(&f.authorisations, "authorisations", "", a.flagText("authorisations"))
	p.StringVar(&f.suppliers, "suppliers", "", a.flagText("suppliers"))
	p.StringVar(&f.ignore, "ignore", "", a.flagText("ignore"))
	p.StringVar(&f.baseline, "baseline", "", a.flagText("baseline"))
}

// given reports whether any file is named.
func (f *policyFlags) given() bool { return *f != policyFlags{} }

// policy reads the named files. What is wrong with one of them as a whole is a usage fault; what keeps a single entry from
// acting is printed as a warning.
func (a *app) policy(f *policyFlags, e *scanEngine) (*policy.Policy, error) {
	p := &policy.Policy{}
	var err error
	if f.authorisations != "" {
		if p.Authorisations, err = a.authorisations(f, e); err != nil {
			return nil, err
		}
	}
	if f.ignore != "" {
		var file struct {
			Ignore []policy.IgnoreEntry `yaml:"ignore"`
		}
		if err := readYAML(f.ignore, &file); err != nil {
			return nil, err
		}
		var warnings []policy.Warning
		if p.Ignore, warnings, err = policy.NewIgnore(file.Ignore, e.config.AsOf); err != nil {
			return nil, usage("policy", "name", f.ignore, "reason", err.Error())
		}
		a.warn(warnings)
	}
	if f.baseline != "" {
		if p.Baseline, err = a.baseline(f.baseline, e); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// authorisations reads the ledger of documents, as YAML or CSV, and checks the documents that stand beside it.
func (a *app) authorisations(f *policyFlags, e *scanEngine) (*policy.Authorisations, error) {
	entries, err := readAuthorisations(f.authorisations)
	if err != nil {
		return nil, err
	}
	markets, err := market.Load()
	if err != nil {
		return nil, err
	}
	ctx := policy.AuthContext{AsOf: e.config.AsOf, Seller: e.config.Seller, Markets: markets}
	if f.suppliers != "" {
		file, err := openNamed(f.suppliers)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		if ctx.Suppliers, err = policy.ReadSuppliers(file); err != nil {
			return nil, usage("policy", "name", f.suppliers, "reason", err.Error())
		}
	}
	list, warnings, err := policy.NewAuthorisations(entries, ctx)
	if err != nil {
		return nil, usage("policy", "name", f.authorisations, "reason", err.Error())
	}
	root, err := os.OpenRoot(filepath.Dir(f.authorisations))
	if err != nil {
		return nil, usage("policy", "name", f.authorisations, "reason", err.Error())
	}
	defer root.Close()
	a.warn(append(warnings, list.CheckDocuments(root)...))
	return list, nil
}

// readAuthorisations reads a CSV table, or YAML with the key "authorisations".
func readAuthorisations(path string) ([]policy.AuthorisationEntry, error) {
	if strings.EqualFold(filepath.Ext(path), ".csv") {
		file, err := openNamed(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		entries, err := policy.ReadAuthorisations(file)
		if err != nil {
			return nil, usage("policy", "name", path, "reason", err.Error())
		}
		return entries, nil
	}
	var file struct {
		Authorisations []policy.AuthorisationEntry `yaml:"authorisations"`
	}
	err := readYAML(path, &file)
	return file.Authorisations, err
}

// baseline reads an earlier report.
func (a *app) baseline(path string, e *scanEngine) (*policy.Baseline, error) {
	file, err := openNamed(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	b, warnings, err := policy.ReadBaseline(file, e.refs())
	if err != nil {
		return nil, usage("report", "name", path, "reason", err.Error())
	}
	a.warn(warnings)
	return b, nil
}

// refs names the opened corpora as a header does.
func (e *scanEngine) refs() []scanner.CorpusRef {
	var refs []scanner.CorpusRef
	for i, c := range e.corpora {
		refs = append(refs, scanner.CorpusRef{Name: e.names[i], ID: c.Info().Identity})
	}
	return refs
}

// warn prints warnings about policy files.
func (a *app) warn(warnings []policy.Warning) {
	for _, w := range warnings {
		a.note("warning."+w.Code, w.Args)
	}
}

// readYAML decodes a file into v. Unknown keys are errors that show line and place.
func readYAML(path string, v any) error {
	file, err := openNamed(path)
	if err != nil {
		return err
	}
	defer file.Close()
	b, err := io.ReadAll(file)
	if err != nil {
		return usage("policy", "name", path, "reason", err.Error())
	}
	if err := decodeYAML(b, v); err != nil {
		return usage("policy", "name", path, "reason", err.Error())
	}
	return nil
}

// decodeYAML decodes strictly. An empty text leaves v as it is.
func decodeYAML(b []byte, v any) error {
	if len(strings.TrimSpace(string(b))) == 0 {
		return nil
	}
	if err := yaml.UnmarshalWithOptions(b, v, yaml.Strict()); err != nil {
		return errors.New(yaml.FormatError(err, false, true))
	}
	return nil
}

// openNamed opens a file that the command line names.
func openNamed(path string) (*os.File, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage("no_file", "name", path)
	}
	if err != nil {
		return nil, usage("feed", "name", path, "reason", err.Error())
	}
	return f, nil
}
