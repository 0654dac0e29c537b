package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
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

// policyVerbs returns the verbs about what a user decides.
func (a *app) policyVerbs() []*command {
	return []*command{a.fixVerb(), a.ignoreVerb(), a.authVerb(), a.ownVerb(), a.backgroundVerb()}
}

// policyFlags name the files of what a user decided.
type policyFlags struct {
	authorisations string
	suppliers      string
	own            string
	ignore         string
	baseline       string
}

func (f *policyFlags) register(a *app, c *command) {
	f.registerLedger(a, c)
	p := c.Flags()
	p.StringVar(&f.ignore, "ignore", "", a.flagText("ignore"))
	p.StringVar(&f.baseline, "baseline", "", a.flagText("baseline"))
}

// registerLedger adds the flags of the files that documents stand in.
func (f *policyFlags) registerLedger(a *app, c *command) {
	p := c.Flags()
	p.StringVar(&f.authorisations, "authorisations", "", a.flagText("authorisations"))
	p.StringVar(&f.suppliers, "suppliers", "", a.flagText("suppliers"))
	p.StringVar(&f.own, "own", "", a.flagText("own"))
}

// files returns what is named, for those that must not be overwritten. An earlier report may give its place to a new one.
func (f *policyFlags) files() []string {
	return []string{f.authorisations, f.suppliers, f.own, f.ignore}
}

// policy reads the named files and the quarantine of the settings. What is wrong with one of them as a whole is a usage
// fault; what keeps a single entry from acting is printed as a warning. It returns nil when nothing is named. All that it
// read enters the configuration of the report.
func (a *app) policy(f *policyFlags, e *scanEngine) (*policy.Policy, error) {
	if *f == (policyFlags{}) && len(a.quarantine) == 0 {
		return nil, nil
	}
	p := &policy.Policy{}
	book, err := a.documents(f, e)
	if err != nil {
		return nil, err
	}
	p.Authorisations = book.list
	warnings := book.warnings
	if book.suppliers != nil {
		p.Suppliers = policy.NewSupplierTally(book.suppliers, e.config.AsOf)
	}
	more, err := a.decisions(f, e, p)
	if err != nil {
		return nil, err
	}
	warnings = append(warnings, more...)
	a.warn(warnings)
	return p, e.stampPolicy(f, a.quarantine, warnings)
}

// decisions reads what persons decided about matches, and an earlier report, into p.
func (a *app) decisions(f *policyFlags, e *scanEngine, p *policy.Policy) (warnings []policy.Warning, err error) {
	var more []policy.Warning
	if f.ignore != "" {
		entries, err := readIgnore(f.ignore)
		if err != nil {
			return nil, err
		}
		if p.Ignore, more, err = policy.NewIgnore(entries, e.config.AsOf); err != nil {
			return nil, usage("policy", "name", f.ignore, "reason", err.Error())
		}
		warnings = append(warnings, more...)
	}
	if len(a.quarantine) > 0 {
		if p.Quarantine, more, err = policy.NewQuarantine(a.quarantine, e.config.AsOf); err != nil {
			return nil, usage("settings", "name", cmp.Or(a.global.config, settingsFile), "reason", err.Error())
		}
		warnings = append(warnings, more...)
	}
	if f.baseline != "" {
		if p.Baseline, more, err = a.baseline(f.baseline, e); err != nil {
			return nil, err
		}
		warnings = append(warnings, more...)
	}
	return warnings, nil
}

// stampPolicy hashes what the policies are made of: the files, the quarantine, and what was wrong with them, in which the
// state of the documents shows.
func (e *scanEngine) stampPolicy(f *policyFlags, quarantine []policy.QuarantineEntry, warnings []policy.Warning) error {
	hashes := map[string]string{}
	for name, path := range map[string]string{"authorisations": f.authorisations, "suppliers": f.suppliers, "own": f.own, "ignore": f.ignore, "baseline": f.baseline} {
		if path == "" {
			continue
		}
		file, err := openNamed(path)
		if err != nil {
			return err
		}
		h := sha256.New()
		_, err = io.Copy(h, file)
		file.Close()
		if err != nil {
			return usage("policy", "name", path, "reason", err.Error())
		}
		hashes[name] = hex.EncodeToString(h.Sum(nil))
	}
	var err error
	e.policyID, err = scanner.ConfigID(map[string]any{"files": hashes, "quarantine": quarantine, "warnings": warnings})
	return err
}

// readIgnore reads an ignore file.
func readIgnore(path string) ([]policy.IgnoreEntry, error) {
	var file struct {
		Ignore []policy.IgnoreEntry `yaml:"ignore"`
	}
	err := readYAML(path, &file)
	return file.Ignore, err
}

// documentBook is the checked record of documents.
type documentBook struct {
	list      *policy.Authorisations // nil when none is named
	suppliers *policy.Suppliers      // nil when none is named
	own       *policy.Own            // nil when none is named
	warnings  []policy.Warning
}

// documents reads the ledger of authorisations, as YAML or CSV, with suppliers and own rights. It checks the documents that
// stand beside each list, and the authorisations against the opened corpora.
func (a *app) documents(f *policyFlags, e *scanEngine) (documentBook, error) {
	var l documentBook
	var err error
	if f.own != "" {
		if l.own, err = readOwn(f.own); err != nil {
			return l, err
		}
	}
	if f.suppliers != "" {
		if l.suppliers, err = readSuppliers(f.suppliers); err != nil {
			return l, err
		}
		more, err := documentsOf(f.suppliers, l.suppliers)
		if err != nil {
			return l, err
		}
		l.warnings = append(l.warnings, more...)
	}
	if f.authorisations == "" {
		return l, nil
	}
	entries, err := readAuthorisations(f.authorisations)
	if err != nil {
		return l, err
	}
	markets, err := market.Load()
	if err != nil {
		return l, err
	}
	ctx := policy.AuthContext{AsOf: e.config.AsOf, Seller: e.config.Seller, Markets: markets, Suppliers: l.suppliers}
	var more []policy.Warning
	if l.list, more, err = policy.NewAuthorisations(entries, ctx); err != nil {
		return l, usage("policy", "name", f.authorisations, "reason", err.Error())
	}
	l.warnings = append(l.warnings, more...)
	if more, err = documentsOf(f.authorisations, l.list); err != nil {
		return l, err
	}
	l.warnings = append(l.warnings, more...)
	if more, err = l.list.CheckRegister(e.corpora, l.own, e.judge.Markets()); err != nil {
		return l, newFault(exitCorpus, "corpus_damaged", "name", strings.Join(e.names, ", "), "reason", err.Error())
	}
	l.warnings = append(l.warnings, more...)
	return l, nil
}

// documentsOf checks the documents of a list that stand beside its file.
func documentsOf(path string, list interface {
	CheckDocuments(root *os.Root) []policy.Warning
}) ([]policy.Warning, error) {
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, usage("policy", "name", path, "reason", err.Error())
	}
	defer root.Close()
	return list.CheckDocuments(root), nil
}

// readOwn reads the list of own rights.
func readOwn(path string) (*policy.Own, error) {
	file, err := openNamed(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	own, err := policy.ReadOwn(file)
	if err != nil {
		return nil, usage("policy", "name", path, "reason", err.Error())
	}
	return own, nil
}

// readSuppliers reads the list of suppliers.
func readSuppliers(path string) (*policy.Suppliers, error) {
	file, err := openNamed(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	list, err := policy.ReadSuppliers(file)
	if err != nil {
		return nil, usage("policy", "name", path, "reason", err.Error())
	}
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
func (a *app) baseline(path string, e *scanEngine) (*policy.Baseline, []policy.Warning, error) {
	file, err := openNamed(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	b, warnings, err := policy.ReadBaseline(file, e.refs())
	if err != nil {
		return nil, nil, usage("report", "name", path, "reason", err.Error())
	}
	return b, warnings, nil
}

// refs names the opened corpora as a header does.
func (e *scanEngine) refs() []scanner.CorpusRef {
	var refs []scanner.CorpusRef
	for i, c := range e.corpora {
		refs = append(refs, scanner.CorpusRef{Name: e.names[i], ID: c.Info().Identity})
	}
	return refs
}

// warnAfter prints what a scan showed about its policies. whole says that every listing of the feed was scanned.
func (a *app) warnAfter(p *policy.Policy, whole bool) {
	if whole {
		a.warn(p.Unused())
	}
	if p.Suppliers != nil {
		a.warn(p.Suppliers.Warnings())
	}
}

// warn prints warnings about policy files.
func (a *app) warn(warnings []policy.Warning) {
	if a.said {
		return
	}
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
