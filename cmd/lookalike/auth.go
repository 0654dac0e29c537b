package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lookalike/scanner/policy"
)

// The names by which the verbs find lists that nobody names.
var (
	authorisationFiles = []string{"authorisations.yaml", "authorisations.yml", "authorisations.csv"}
	ownFiles           = []string{"own.csv"}
)

// recordFlags are the settings of the verbs that look into the record of documents.
type recordFlags struct {
	scanFlags
	days   int
	layout string
}

// authVerb holds the verbs that look into the ledger of authorisations.
func (a *app) authVerb() *command {
	c := a.verb("auth", cobra.ArbitraryArgs, nil)
	c.Long, c.Example = a.text("help.auth_long"), a.text("help.auth_example")
	every := func(*policy.Record, *recordFlags) bool { return true }
	c.AddCommand(
		a.authReportVerb(authReport{
			name: "check", short: a.text("help.auth_check"), long: a.text("help.auth_check_long"), example: a.text("help.auth_check_example"),
			shows: every, fails: func(r *policy.Record) bool { return len(r.Fails) > 0 },
		}),
		a.authReportVerb(authReport{
			name: "list", short: a.text("help.auth_list"), long: a.text("help.auth_list_long"), example: a.text("help.auth_list_example"),
			shows: every, fails: func(*policy.Record) bool { return false },
		}),
		a.authReportVerb(authReport{
			name: "expiring", short: a.text("help.auth_expiring"), long: a.text("help.auth_expiring_long"), example: a.text("help.auth_expiring_example"),
			shows: func(r *policy.Record, f *recordFlags) bool { return r.DaysLeft != nil && *r.DaysLeft <= f.days },
			fails: func(*policy.Record) bool { return true },
		}),
	)
	return c
}

// authReport is one way of looking at the ledger.
type authReport struct {
	name, short, long, example string

	shows func(*policy.Record, *recordFlags) bool
	fails func(*policy.Record) bool // the verb ends with findings
}

// authReportVerb prints the authorisations that it shows, and ends with findings when one of them fails.
func (a *app) authReportVerb(r authReport) *command {
	f := &recordFlags{}
	f.requireCoverage, f.failOn = "none", "none"
	c := a.verb(r.name, cobra.NoArgs, func(c *command, _ []string) error {
		return a.authorisationReport(c.Context(), f, &r)
	})
	c.Short, c.Long, c.Example = r.short, r.long, r.example
	p := c.Flags()
	f.policy.registerLedger(a, c)
	p.StringArrayVar(&f.corpus, "corpus", nil, a.flagText("corpus"))
	p.StringSliceVar(&f.market, "market", nil, a.flagText("market"))
	p.StringVar(&f.asOf, "as-of", "", a.flagText("as_of"))
	p.StringVar(&f.layout, "format", "table", a.flagText("info_format"))
	if r.name == "expiring" {
		p.IntVar(&f.days, "days", 90, a.flagText("days"))
	}
	return c
}

// findList returns the named file, else the first of the usual names that is there, else the fault.
func findList(named string, usual []string, missing error) (string, error) {
	if named != "" {
		return named, nil
	}
	for _, name := range usual {
		if _, err := os.Stat(name); err == nil {
			return name, nil
		}
	}
	return "", missing
}

func (a *app) authorisationReport(ctx context.Context, f *recordFlags, how *authReport) error {
	if err := choice("--format", f.layout, "table", "json"); err != nil {
		return err
	}
	if f.days < 0 {
		return usage("negative", "flag", "--days", "value", f.days)
	}
	path, err := findList(f.policy.authorisations, authorisationFiles, usage("no_authorisations", "names", authorisationFiles))
	if err != nil {
		return err
	}
	files := f.policy
	files.authorisations = path
	f.policy = policyFlags{}
	e, err := a.open(ctx, &f.scanFlags)
	if err != nil {
		return err
	}
	defer e.close()
	l, err := a.documents(&files, e)
	if err != nil {
		return err
	}
	all := l.list.Records()
	records := slices.DeleteFunc(slices.Clone(all), func(r policy.Record) bool { return !how.shows(&r, f) })
	if f.layout == "json" {
		err = a.printLedgerJSON(e, records, &l)
	} else {
		err = a.printLedger(f, e, how.name, path, len(all), records, &l)
	}
	if err == nil && slices.ContainsFunc(records, func(r policy.Record) bool { return how.fails(&r) }) {
		return status(exitFindings)
	}
	return err
}

// printLedger writes a block per authorisation, with what is wrong with it.
func (a *app) printLedger(f *recordFlags, e *scanEngine, name, path string, all int, records []policy.Record, l *documentBook) error {
	var b bytes.Buffer
	acting := 0
	for i := range records {
		r := &records[i]
		if len(r.Fails) == 0 {
			acting++
		}
		a.printRecord(&b, r, policy.About(l.warnings, r.Entry.ID), name != "list")
	}
	for _, w := range l.warnings {
		if _, ok := w.Args["id"]; !ok {
			fmt.Fprintln(&b, "! "+printable(a.warningText(w)))
		}
	}
	args := map[string]any{"name": path, "n": len(records), "all": all, "acting": acting, "failing": len(records) - acting, "days": f.days, "as_of": e.config.AsOf.String(), "corpora": e.describe()}
	fmt.Fprintln(&b, printable(a.messages.Text(a.lang, "auth.summary_"+name, args)))
	_, err := a.stdout.Write(b.Bytes())
	return err
}

// describe names the opened corpora with their dates.
func (e *scanEngine) describe() []string {
	var out []string
	for i, c := range e.corpora {
		s := e.names[i]
		if d := c.Info().Date; d != "" {
			s += " (" + d + ")"
		}
		out = append(out, s)
	}
	return out
}

func (a *app) printRecord(b *bytes.Buffer, r *policy.Record, warnings []policy.Warning, why bool) {
	en := &r.Entry
	sign := "✓"
	if len(r.Fails) > 0 {
		sign = "✗"
	}
	mark := strings.TrimSpace(en.Mark)
	if mark == "" {
		mark = en.Right
	}
	if en.Number != "" {
		mark += " (" + en.Number + ")"
	}
	var parties strings.Builder
	parties.WriteString(en.Licensor)
	for _, s := range en.Chain {
		parties.WriteString(" → " + s.To)
	}
	if n := len(en.Chain); en.Licensee != "" && (n == 0 || en.Chain[n-1].To != en.Licensee) {
		parties.WriteString(" → " + en.Licensee)
	}
	fmt.Fprintln(b, printable(oneLine(sign+" "+strings.Join(filled(en.ID, a.messages.Word(a.lang, "basis", en.Basis), mark, parties.String()), " · "))))
	dates := strings.TrimSpace(en.From) + " – " + strings.TrimSpace(en.To)
	switch {
	case strings.TrimSpace(en.To) != "":
	case strings.TrimSpace(en.From) == "":
		dates = a.text("auth.no_end")
	default:
		dates += a.text("auth.no_end")
	}
	fmt.Fprintln(b, "    "+printable(oneLine(strings.Join(filled(strings.Join(en.Territory, " "), dates, a.daysLeft(r.DaysLeft),
		a.messages.Text(a.lang, "auth.accounts", map[string]any{"accounts": append(slices.Clone(en.Sellers), en.Suppliers...)})), " · "))))
	if len(r.Fails) > 0 {
		fmt.Fprintln(b, "    "+a.messages.Text(a.lang, "auth.fails", map[string]any{"fails": r.Fails}))
	}
	if why {
		for _, w := range warnings {
			fmt.Fprintln(b, "    ! "+printable(a.warningText(w)))
		}
	}
}

func filled(parts ...string) []string {
	return slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" })
}

// daysLeft says how long something lasts, "" for no end.
func (a *app) daysLeft(days *int) string {
	switch {
	case days == nil:
		return ""
	case *days < 0:
		return a.messages.Text(a.lang, "auth.ended", map[string]any{"days": -*days})
	}
	return a.messages.Text(a.lang, "auth.left", map[string]any{"days": *days})
}

func (a *app) warningText(w policy.Warning) string {
	return a.messages.Text(a.lang, "warning."+w.Code, w.Args)
}

// authRecord is an authorisation in JSON.
type authRecord struct {
	ID        string           `json:"id"`
	Basis     string           `json:"basis"`
	Mark      string           `json:"mark"`
	Right     string           `json:"right"`
	Number    string           `json:"number"`
	Licensor  string           `json:"licensor"`
	Licensee  string           `json:"licensee"`
	Territory []string         `json:"territory"`
	Sellers   []string         `json:"sellers"`
	Suppliers []string         `json:"suppliers"`
	From      string           `json:"from"`
	To        string           `json:"to"`
	DaysLeft  *int             `json:"days_left"`
	Acts      bool             `json:"acts"`
	Fails     []string         `json:"fails"`
	Warnings  []policy.Warning `json:"warnings"`
}

func (a *app) printLedgerJSON(e *scanEngine, records []policy.Record, l *documentBook) error {
	out := struct {
		AsOf           string           `json:"as_of"`
		Corpora        []string         `json:"corpora"`
		Authorisations []authRecord     `json:"authorisations"`
		Warnings       []policy.Warning `json:"warnings"` // that are about no single authorisation
	}{e.config.AsOf.String(), e.describe(), []authRecord{}, []policy.Warning{}}
	for _, r := range records {
		en := r.Entry
		out.Authorisations = append(out.Authorisations, authRecord{
			en.ID, en.Basis, en.Mark, en.Right, en.Number, en.Licensor, en.Licensee, listOf(en.Territory), listOf(en.Sellers), listOf(en.Suppliers),
			en.From, en.To, r.DaysLeft, len(r.Fails) == 0, r.Fails, listOf(policy.About(l.warnings, en.ID)),
		})
	}
	for _, w := range l.warnings {
		if _, ok := w.Args["id"]; !ok {
			out.Warnings = append(out.Warnings, w)
		}
	}
	b, err := indented(out)
	if err == nil {
		_, err = a.stdout.Write(b)
	}
	return err
}

// listOf returns list, empty instead of nil.
func listOf[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
