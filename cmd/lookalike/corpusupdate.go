package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/corpora/registry"
	"lookalike/matchers"
	"lookalike/scanner/report"
)

// corpusImportVerb reads office formats into the table of rights.
func (a *app) corpusImportVerb() *command {
	f := &buildFlags{}
	var list bool
	c := a.verb("import FORMAT FILE…", cobra.ArbitraryArgs, func(c *command, args []string) error {
		if list {
			return a.listFormats()
		}
		if len(args) < 2 || f.out == "" {
			return usage("import_what")
		}
		f.format = args[0]
		if f.format == "auto" {
			f.format = ""
		}
		if err := f.overwrites(args[1:]); err != nil {
			return err
		}
		f.latest = true
		src, err := a.rights(f, args[1:])
		if err != nil {
			return err
		}
		return a.corpusImport(c.Context(), f, src)
	})
	c.Long, c.Example = a.text("help.import_long"), a.text("help.import_example")
	p := c.Flags()
	p.StringVar(&f.out, "out", "", a.flagText("rights_out"))
	p.StringArrayVar(&f.mapping, "map", nil, a.flagText("map"))
	p.BoolVar(&list, "list", false, a.flagText("list"))
	f.registerEnrich(a, c)
	return c
}

// listFormats prints the formats that rights are read from, with what they carry.
func (a *app) listFormats() error {
	for _, f := range append(registry.Formats(), registry.Lists()...) {
		if _, err := fmt.Fprintf(a.stdout, "%s  %s\n%16s%s\n", padRight(f.Name, 14), f.About, "", strings.Join(f.Carries, " ")); err != nil {
			return err
		}
	}
	return nil
}

// corpusImport writes the rights of src as a table of rights, Parquet or CSV by the name of the file. Records that cannot be
// read are named and left out.
func (a *app) corpusImport(ctx context.Context, f *buildFlags, src *registry.Rights) error {
	writers := map[string]func(io.Writer) (*registry.TableWriter, error){".csv": registry.NewTableWriter, ".parquet": registry.NewParquetTableWriter}
	newWriter := writers[strings.ToLower(filepath.Ext(f.out))]
	if newWriter == nil {
		return usage("import_extension", "name", f.out)
	}
	extra, err := a.enrichment(ctx, f)
	if err != nil {
		return err
	}
	file, err := report.NewPending(f.out)
	if err != nil {
		return usage("output", "name", f.out, "reason", err.Error())
	}
	defer file.Discard()
	table, err := newWriter(file)
	if err != nil {
		return err
	}
	good, bad, gone, err := a.putRights(ctx, extra.source(src), table)
	if err != nil {
		return err
	}
	bad += len(src.Refused())
	if good == 0 {
		return newFault(exitIncomplete, "no_rights", "count", bad)
	}
	if err := errors.Join(table.Close(), file.Commit()); err != nil {
		return newFault(exitInternal, "failed", "reason", err.Error())
	}
	a.note("build.imported", map[string]any{"name": f.out, "rights": good})
	if gone > 0 {
		a.note("build.gone", map[string]any{"count": gone})
	}
	if extra.tell(); bad > 0 || extra.bad() {
		a.note("build.incomplete", map[string]any{"bad": bad, "partial": 0})
		return status(exitIncomplete)
	}
	return nil
}

// putRights writes every right of src and names those that cannot be read. A record that says that a right is gone has no
// row in a table and is counted.
func (a *app) putRights(ctx context.Context, src corpora.Source[corpora.Right], table *registry.TableWriter) (good, bad, gone int, err error) {
	for r, err := range src.All(ctx) {
		if p, broken := errors.AsType[*corpora.Problem](err); broken {
			bad++
			a.noteBuildProblem(matchers.BuildProblem{Origin: r.Origin, Row: r.Row, ID: r.ID, Problem: *p})
			continue
		}
		if err != nil {
			return good, bad, gone, err
		}
		if r.Gone {
			gone++
			continue
		}
		if err := table.Put(&r); err != nil {
			return good, bad, gone, newFault(exitInternal, "failed", "reason", err.Error())
		}
		good++
	}
	return good, bad, gone, context.Cause(ctx)
}

// corpusUpdateVerb makes a new corpus out of an old one and later records.
func (a *app) corpusUpdateVerb() *command {
	f := &buildFlags{}
	c := a.verb("update BASE DAILY…", cobra.MinimumNArgs(2), func(c *command, args []string) error {
		if f.out == "" {
			return usage("update_what")
		}
		if err := f.overwrites(args[1:]); err != nil {
			return err
		}
		return a.withNamedCorpus(args[0], func(base *matchers.Corpus) error {
			daily, err := a.rights(f, args[1:])
			if err != nil {
				return err
			}
			refused := len(daily.Refused()) > 0
			return a.build(c.Context(), f, f.out, matchers.Update(base, daily), refused, matchers.BuildOptions{Base: base})
		})
	})
	c.Long, c.Example = a.text("help.update_long"), a.text("help.update_example")
	f.register(a, c)
	return c
}

// corpusDiffVerb says what changed between two corpora.
func (a *app) corpusDiffVerb() *command {
	f := &buildFlags{}
	c := a.verb("diff OLD NEW", cobra.ExactArgs(2), func(c *command, args []string) error {
		return a.withNamedCorpus(args[0], func(old *matchers.Corpus) error {
			return a.withNamedCorpus(args[1], func(latest *matchers.Corpus) error {
				if err := a.printDiff(c.Context(), old, latest); err != nil || f.out == "" {
					return err
				}
				return a.build(c.Context(), f, f.out, matchers.Delta(old, latest), false, matchers.BuildOptions{
					Base: latest, Delta: true, From: old.Info().Identity, To: latest.Info().Identity,
				})
			})
		})
	})
	c.Long, c.Example = a.text("help.diff_long"), a.text("help.diff_example")
	c.Flags().StringVar(&f.out, "delta", "", a.flagText("delta"))
	return c
}

// printDiff prints a line for each right that changed.
func (a *app) printDiff(ctx context.Context, old, latest *matchers.Corpus) error {
	counts := map[matchers.ChangeKind]int{}
	for change, err := range matchers.Diff(ctx, old, latest) {
		if err != nil {
			return newFault(exitCorpus, "corpus_damaged", "name", old.Info().Name, "reason", err.Error())
		}
		counts[change.Kind]++
		r := &change.New
		if change.Kind == matchers.Gone {
			r = &change.Old
		}
		_, err := fmt.Fprintf(a.stdout, "%s  %s  %s  %s\n", a.messages.Word(a.lang, "change", string(change.Kind)), printable(r.ID), printable(r.Text), strings.Join(change.Fields, ", "))
		if err != nil {
			return err
		}
	}
	a.note("corpus.changes", map[string]any{"new": counts[matchers.New], "changed": counts[matchers.Changed], "gone": counts[matchers.Gone]})
	return nil
}

// withNamedCorpus opens the corpus file at path.
func (a *app) withNamedCorpus(path string, do func(c *matchers.Corpus) error) error {
	s, err := openSnapshot(path)
	if err != nil {
		return err
	}
	return a.withCorpus(path, s, func(_ string, c *matchers.Corpus) error {
		if err := c.CheckSums(); err != nil {
			return newFault(exitCorpus, "corpus_damaged", "name", path, "reason", err.Error())
		}
		return do(c)
	})
}
