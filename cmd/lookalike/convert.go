package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"lookalike/scanner"
	"lookalike/scanner/report"
)

// convertVerb makes any format from a canonical report.
func (a *app) convertVerb() *command {
	f := &scanFlags{}
	c := a.verb("convert REPORT|-", cobra.ExactArgs(1), func(c *command, args []string) error {
		return a.convert(c.Context(), f, args[0])
	})
	c.Long, c.Example = a.text("help.convert_long"), a.text("help.convert_example")
	p := c.Flags()
	p.StringArrayVar(&f.corpus, "corpus", nil, a.flagText("convert_corpus"))
	p.StringVar(&f.format, "format", "", a.flagText("format"))
	p.StringArrayVar(&f.output, "output", nil, a.flagText("output"))
	p.IntVar(&f.top, "top", 0, a.flagText("top"))
	return c
}

// convert writes the canonical report at path to every output. Pictures of rights come from the named corpora; what
// cannot be found is shown as missing.
func (a *app) convert(ctx context.Context, f *scanFlags, path string) error {
	if err := f.checkOutputs(); err != nil {
		return err
	}
	in := a.stdin
	if path != "-" {
		file, err := openNamed(path)
		if err != nil {
			return err
		}
		defer file.Close()
		in = file
	}
	e := &scanEngine{kinds: newKinds(false)}
	defer e.close()
	if err := e.openCorpora(f.corpus); err != nil {
		return err
	}
	out, err := a.writers(ctx, f, e)
	if err != nil {
		return err
	}
	defer out.discard()
	return a.converted(report.Convert(ctx, io.Reader(in), out), path)
}

// converted returns the fault of a report that cannot be converted whole.
func (a *app) converted(err error, path string) error {
	_, wrongLine := errors.AsType[*scanner.LineError](err)
	_, wrongSchema := errors.AsType[*scanner.SchemaError](err)
	switch {
	case errors.Is(err, scanner.ErrCutShort):
		return newFault(exitIncomplete, "report_cut", "name", path)
	case wrongLine, wrongSchema:
		return usage("report", "name", path, "reason", err.Error())
	}
	return err
}
