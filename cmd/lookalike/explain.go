package main

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/corpora/feed"
	"lookalike/scanner"
	"lookalike/scanner/report"
)

// explainVerb prints the whole arithmetic of one match.
func (a *app) explainVerb() *command {
	f := &scanFlags{}
	var from, again string
	c := a.verb("explain FINGERPRINT", cobra.ExactArgs(1), func(c *command, args []string) error {
		if from == "" {
			return usage("no_report", "command", c.CommandPath())
		}
		return a.explain(c.Context(), f, args[0], from, again)
	})
	c.Long, c.Example = a.text("help.explain_long"), a.text("help.explain_example")
	f.registerSettings(a, c)
	f.registerFeed(a, c)
	p := c.Flags()
	p.StringVar(&from, "report", "", a.flagText("report"))
	p.StringVar(&again, "feed", "", a.flagText("feed"))
	return c
}

// explain finds the match in the report at path and scans its listing again, so that silenced readings are told too. When
// the feed is not to be had, the match is explained from the report alone, and that is said.
func (a *app) explain(ctx context.Context, f *scanFlags, asked, path, feedPath string) error {
	header, finding, fingerprint, err := findMatch(path, asked)
	if err != nil {
		return err
	}
	feedPath = cmp.Or(feedPath, finding.Listing.Origin)
	f.all = true
	fresh, err := a.rescan(ctx, f, header, finding.Listing.ID, feedPath)
	switch {
	case errors.Is(err, errNotAgain):
		a.note("rescan.from_report", map[string]any{"feed": feedPath})
	case err != nil:
		return err
	case !holds(fresh, fingerprint):
		a.note("rescan.changed", map[string]any{"feed": feedPath})
	default:
		finding = fresh
	}
	err = report.Explain(a.stdout, *header, *finding, fingerprint, report.Options{Lang: a.lang, Messages: a.messages, Width: a.columns(a.stdout)})
	if errors.Is(err, report.ErrNoMatch) {
		return usage("no_match", "fingerprint", fingerprint, "name", path)
	}
	return err
}

// leastPrefix is how much of a fingerprint must be given at least.
const leastPrefix = 6

// findMatch returns the header of a report, the finding that holds a match, and the whole fingerprint of which the
// beginning was given. Where several fingerprints begin so, it asks for more.
func findMatch(path, asked string) (*scanner.Header, *scanner.Finding, string, error) {
	file, err := openNamed(path)
	if err != nil {
		return nil, nil, "", err
	}
	defer file.Close()
	var header *scanner.Header
	var found *scanner.Finding
	fingerprint := ""
	for line, err := range scanner.NewDecoder(file).All() {
		if err != nil && !errors.Is(err, scanner.ErrCutShort) {
			return nil, nil, "", usage("report", "name", path, "reason", err.Error())
		}
		if line.Header != nil {
			header = line.Header
		}
		if line.Finding == nil {
			continue
		}
		for i := range line.Finding.Matches {
			switch have := line.Finding.Matches[i].Fingerprint; {
			case have == asked:
				return header, line.Finding, have, nil
			case len(asked) < leastPrefix || !strings.HasPrefix(have, asked) || have == fingerprint:
			case fingerprint != "":
				return nil, nil, "", usage("many_matches", "fingerprint", asked, "name", path)
			default:
				found, fingerprint = line.Finding, have
			}
		}
	}
	if found == nil {
		return nil, nil, "", usage("no_match", "fingerprint", asked, "name", path)
	}
	return header, found, fingerprint, nil
}

func holds(f *scanner.Finding, fingerprint string) bool {
	for i := range f.Matches {
		if f.Matches[i].Fingerprint == fingerprint {
			return true
		}
	}
	return false
}

// errNotAgain says that a listing cannot be scanned again.
var errNotAgain = errors.New("the listing is not to be had")

// openLike opens the corpora with the settings that the header of a report names. Other corpora are a fault; other settings are
// said. Without a header it is open.
func (a *app) openLike(ctx context.Context, f *scanFlags, h *scanner.Header) (*scanEngine, error) {
	if h == nil {
		return a.open(ctx, f)
	}
	if f.asOf == "" {
		f.asOf = h.AsOf
	}
	e, err := a.open(ctx, f)
	if err != nil {
		return nil, err
	}
	if !e.serves(h) {
		e.close()
		return nil, usage("other_corpus", "names", corpusNames(h))
	}
	if !e.configured(h) && len(f.market) == 0 {
		// The markets of that scan stand in its header, but not whether they were asked for or the listings' own.
		e.close()
		f.market = h.Markets
		a.said = true // what is wrong with the policies was said when they were opened first
		e, err = a.open(ctx, f)
		a.said = false
		if err != nil {
			return nil, err
		}
	}
	if !e.configured(h) {
		a.note("rescan.other_settings", nil)
	}
	return e, nil
}

// rescan scans one listing of a feed again, with the corpora and settings that the report names.
func (a *app) rescan(ctx context.Context, f *scanFlags, h *scanner.Header, id, path string) (*scanner.Finding, error) {
	e, l, err := a.again(ctx, f, h, id, path)
	if err != nil {
		return nil, err
	}
	defer e.close()
	sc, err := e.scanner(f)
	if err != nil {
		return nil, err
	}
	found := &searchLog{}
	if _, err = sc.Scan(ctx, one{l}, found); err == nil && found.finding == nil {
		err = errNotAgain
	}
	return found.finding, err
}

// again opens what the report was made with and reads one listing of its feed again. The feed stays open until the engine
// is closed. The error is errNotAgain when the listing is not to be had.
func (a *app) again(ctx context.Context, f *scanFlags, h *scanner.Header, id, path string) (*scanEngine, corpora.Listing, error) {
	e, err := a.openLike(ctx, f, h)
	if err != nil {
		return nil, corpora.Listing{}, err
	}
	l, closeFeed, err := readAgain(ctx, f, id, path)
	if err != nil {
		e.close()
		return nil, l, err
	}
	e.closers = append(e.closers, closeFeed)
	return e, l, nil
}

// readAgain reads the listing with an id from a feed, which stays open for its pictures.
func readAgain(ctx context.Context, f *scanFlags, id, path string) (l corpora.Listing, closeFeed func() error, err error) {
	mapping, err := columnMap(f.mapping)
	if err != nil {
		return l, nil, err
	}
	src, err := feed.Open(ctx, []string{path}, feed.Options{Map: mapping, AllowPaths: f.allowPaths})
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil, errNotAgain
	}
	if u, ok := errors.AsType[*feed.UsageError](err); ok && u.Code == feed.NotFound {
		return l, nil, errNotAgain
	}
	if err != nil {
		return l, nil, feedFault(err)
	}
	for got, err := range src.All(ctx) {
		if err == nil && got.ID == id {
			return got, src.Close, nil
		}
	}
	_ = src.Close()
	return l, nil, errNotAgain
}

// serves reports whether the opened corpora are those that the report was made with.
func (e *scanEngine) serves(h *scanner.Header) bool {
	if len(h.Corpora) != len(e.corpora) {
		return false
	}
	for i, c := range e.corpora {
		if h.Corpora[i].ID != c.Info().Identity {
			return false
		}
	}
	return true
}

// configured reports whether the settings are those that the report was made with, but for whether silenced readings are
// listed.
func (e *scanEngine) configured(h *scanner.Header) bool {
	for _, all := range []bool{false, true} {
		cfg := e.config
		cfg.All = all
		if id, err := e.identity(cfg); err == nil && id == h.Config {
			return true
		}
	}
	return false
}

func corpusNames(h *scanner.Header) []string {
	var names []string
	for _, c := range h.Corpora {
		names = append(names, c.Name+" ("+c.ID+")")
	}
	return names
}
