package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/corpora/starter"
	"lookalike/matchers"
	"lookalike/matchers/text"
)

// corpusVerb holds the verbs that make corpus files and look into them.
func (a *app) corpusVerb() *command {
	c := a.verb("corpus", cobra.ArbitraryArgs, nil)
	c.AddCommand(a.corpusBuildVerb(), a.corpusImportVerb(), a.corpusUpdateVerb(), a.corpusDiffVerb(), a.corpusInfoVerb(), a.corpusVerifyVerb(), a.corpusShowVerb(), a.corpusSearchVerb())
	return c
}

// corpusInfoVerb prints what corpus files hold.
func (a *app) corpusInfoVerb() *command {
	var format string
	c := a.verb("info [FILE…]", cobra.ArbitraryArgs, func(c *command, args []string) error {
		if err := choice("--format", format, "table", "json"); err != nil {
			return err
		}
		return a.eachCorpus(args, func(path string, c *matchers.Corpus) error {
			if format == "json" {
				b, err := indented(a.infoJSON(c))
				if err != nil {
					return err
				}
				_, err = a.stdout.Write(b)
				return err
			}
			return a.printInfo(path, c)
		})
	})
	c.Flags().StringVar(&format, "format", "table", a.flagText("info_format"))
	return c
}

// corpusVerifyVerb recomputes everything that a corpus file promises.
func (a *app) corpusVerifyVerb() *command {
	return a.verb("verify FILE…", cobra.MinimumNArgs(1), func(c *command, args []string) error {
		return a.eachCorpus(args, func(path string, c *matchers.Corpus) error {
			if err := c.Verify(); err != nil {
				return newFault(exitCorpus, "corpus_damaged", "name", path, "reason", err.Error())
			}
			a.note("corpus.verified", map[string]any{"name": path, "id": c.Info().Identity, "rights": c.Info().Rights})
			return nil
		})
	})
}

// eachCorpus opens the corpora at paths, or the starter, one after the other.
func (a *app) eachCorpus(paths []string, do func(path string, c *matchers.Corpus) error) error {
	if len(paths) == 0 {
		s, err := starter.Open()
		if err != nil {
			return err
		}
		return a.withCorpus("starter", s, do)
	}
	for _, path := range paths {
		s, err := openSnapshot(path)
		if err != nil {
			return err
		}
		if err := a.withCorpus(path, s, do); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) withCorpus(path string, s *snapshot.File, do func(path string, c *matchers.Corpus) error) error {
	c, err := matchers.Open(s, newKinds(false).all())
	if err != nil {
		_ = s.Close()
		return newFault(exitCorpus, "corpus_damaged", "name", path, "reason", err.Error())
	}
	defer c.Close()
	return do(path, c)
}

// infoJSON is what corpus info prints for programs: what a report's header holds, and more.
func (a *app) infoJSON(c *matchers.Corpus) any {
	type section struct {
		Name    string  `json:"name"`
		Bytes   int64   `json:"bytes"`
		PerSign float64 `json:"bytes_per_sign"`
	}
	var sections []section
	for _, s := range c.Snapshot().Sections() {
		sections = append(sections, section{s.Name, s.Size, math.Round(perSign(c, s.Size)*10) / 10})
	}
	var flood *bool
	if d, ok := text.Describe(c.Snapshot()); ok {
		flood = &d.FloodPolicy
	}
	return struct {
		matchers.Info
		AgeDays     *int      `json:"age_days"`     // today, null for a corpus without a date
		FloodPolicy *bool     `json:"flood_policy"` // null for a corpus without words
		Sections    []section `json:"sections"`
	}{c.Info(), a.age(c.Info().Date), flood, sections}
}

// perSign returns the share of one sign in a number of bytes.
func perSign(c *matchers.Corpus, bytes int64) float64 {
	return float64(bytes) / float64(max(c.NumSigns(), 1))
}

// age returns how many days ago a corpus was of its date, nil when it has none.
func (a *app) age(date string) *int {
	d, err := corpora.ParseDate(date)
	if err != nil || d == 0 {
		return nil
	}
	return new(corpora.DateOf(a.now()).Days(d))
}

// printInfo writes the info for people.
func (a *app) printInfo(path string, c *matchers.Corpus) error {
	var b strings.Builder
	i := c.Info()
	row := func(label string, value any) {
		fmt.Fprintf(&b, "%s  %v\n", padRight(a.text("corpus."+label), 14), value)
	}
	row("file", printable(path))
	row("name", printable(i.Name))
	row("identity", i.Identity)
	row("date", i.Date)
	if age := a.age(i.Date); age != nil {
		row("age", a.messages.Text(a.lang, "corpus.days", map[string]any{"count": *age}))
	}
	if i.Builder != "" {
		row("builder", printable(i.Builder))
	}
	if i.Delta {
		row("delta", i.From+" → "+i.To)
	}
	row("rights", i.Rights)
	row("signs", i.Signs)
	row("pictures", i.Pictures)
	row("coverage", a.messages.Word(a.lang, "coverage", map[bool]string{true: "list", false: "register"}[i.List]))
	a.counts(&b, "kinds", "kind", i.Kinds)
	a.counts(&b, "statuses", "status", i.Statuses)
	a.counts(&b, "offices", "", i.Offices)
	for _, s := range i.Sources {
		row("source", printable(s))
	}
	if d, ok := text.Describe(c.Snapshot()); ok {
		policy := a.text("corpus.flood_off")
		if d.FloodPolicy {
			policy = a.text("corpus.flood_on")
		}
		row("floods", policy)
		row("forms", d.Forms)
	}
	row("sections", a.text("corpus.per_sign"))
	for _, s := range c.Snapshot().Sections() {
		fmt.Fprintf(&b, "  %-24s %12d %10.1f\n", s.Name, s.Size, perSign(c, s.Size))
	}
	_, err := fmt.Fprintln(a.stdout, strings.TrimRight(b.String(), "\n"))
	return err
}

// counts writes one line of a map of counts, its words from a section of the messages.
func (a *app) counts(b *strings.Builder, label, section string, m map[string]int) {
	if len(m) == 0 {
		return
	}
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		word := printable(k)
		if section != "" {
			word = a.messages.Word(a.lang, section, k)
		}
		if word == "" {
			word = "–"
		}
		parts = append(parts, fmt.Sprintf("%s %d", word, m[k]))
	}
	fmt.Fprintf(b, "%s  %s\n", padRight(a.text("corpus."+label), 14), strings.Join(parts, ", "))
}
