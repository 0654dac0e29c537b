package main

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/corpora/registry"
	"lookalike/corpora/snapshot"
	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/text"
)

// buildFlags are the settings of whatever writes a corpus file.
type buildFlags struct {
	out, name, date, format string
	mapping                 []string
	enrich                  []string
	enrichDate              string
	allowPaths, deep        bool
	latest                  bool // of the records of an office the last of an id counts
	noFlood                 bool
}

func (f *buildFlags) register(a *app, c *command) {
	p := c.Flags()
	p.StringVar(&f.out, "out", "", a.flagText("out"))
	p.StringVar(&f.name, "name", "", a.flagText("name"))
	p.StringVar(&f.date, "date", "", a.flagText("date"))
	p.StringVar(&f.format, "format", "", a.flagText("rights_format"))
	p.StringArrayVar(&f.mapping, "map", nil, a.flagText("map"))
	p.BoolVar(&f.deep, "deep", false, a.flagText("build_deep"))
	p.BoolVar(&f.noFlood, "no-flood-policy", false, a.flagText("no_flood"))
	p.BoolVar(&f.allowPaths, "allow-paths", false, a.flagText("allow_paths"))
	f.registerEnrich(a, c)
}

func (f *buildFlags) registerEnrich(a *app, c *command) {
	c.Flags().StringArrayVar(&f.enrich, "enrich", nil, a.flagText("enrich"))
	c.Flags().StringVar(&f.enrichDate, "enrich-date", "", a.flagText("enrich_date"))
}

// rights opens files of rights in any format, and says what of them is not read.
func (a *app) rights(f *buildFlags, paths []string) (*registry.Rights, error) {
	mapping, err := columnMap(f.mapping)
	if err != nil {
		return nil, err
	}
	src, err := registry.Open(paths, registry.Options{Format: f.format, Map: mapping, AllowPaths: f.allowPaths, Latest: f.latest})
	if err != nil {
		if err = feedFault(err); !isFault(err) {
			return nil, newFault(exitIncomplete, "source", "name", "", "reason", err.Error())
		}
		return nil, err
	}
	if columns := src.Ignored(); len(columns) > 0 {
		a.note("build.ignored", map[string]any{"columns": columns})
	}
	for _, p := range src.Refused() {
		a.note("build.refused", map[string]any{"reason": a.messages.Text(a.lang, "problem."+p.Code, p.Args)})
	}
	return src, nil
}

// isFault reports whether err says already how the command ends.
func isFault(err error) bool {
	_, ok := errors.AsType[*fault](err)
	return ok
}

// corpusBuildVerb makes a corpus file out of rights.
func (a *app) corpusBuildVerb() *command {
	f := &buildFlags{}
	var paths []string
	c := a.verb("build", cobra.NoArgs, func(c *command, _ []string) error {
		if len(paths) == 0 || f.out == "" {
			return usage("build_what")
		}
		if err := f.overwrites(paths); err != nil {
			return err
		}
		f.latest = true
		src, err := a.rights(f, paths)
		if err != nil {
			return err
		}
		refused := len(src.Refused()) > 0
		return a.build(c.Context(), f, f.out, src, refused, matchers.BuildOptions{})
	})
	c.Long, c.Example = a.text("help.build_long"), a.text("help.build_example")
	c.Flags().StringArrayVar(&paths, "rights", nil, a.flagText("rights"))
	f.register(a, c)
	return c
}

// overwrites refuses an output that is one of the inputs.
func (f *buildFlags) overwrites(paths []string) error {
	there, err := os.Stat(f.out)
	if err != nil {
		return nil
	}
	for _, path := range paths {
		if st, err := os.Stat(path); err == nil && os.SameFile(st, there) {
			return usage("overwrites", "name", f.out)
		}
	}
	return nil
}

// build writes the rights of src to a corpus file at out. Good rows are kept when others are bad; without a good row there
// is no file. refused says that something of the input was not even tried.
func (a *app) build(ctx context.Context, f *buildFlags, out string, src corpora.Source[corpora.Right], refused bool, o matchers.BuildOptions) error {
	if _, err := corpora.ParseDate(f.date); err != nil {
		return usage("date", "flag", "--date", "value", f.date)
	}
	dict, err := words.Load()
	if err != nil {
		return err
	}
	extra, err := a.enrichment(ctx, f)
	if err != nil {
		return err
	}
	src = extra.source(src)
	w, err := snapshot.Create(out)
	if err != nil {
		return usage("output", "name", out, "reason", err.Error())
	}
	defer w.Abort()
	ks := newKinds(f.deep)
	if f.noFlood {
		ks.text = text.New(text.WithoutFloodPolicy())
	}
	o.Name, o.Date, o.Builder, o.Dictionary = f.name, f.date, engine, dict.Dictionaries
	o.Thumbnail = func(ctx context.Context, im corpora.Image) ([]byte, error) {
		return ks.image.RightThumbnail(ctx, im, cornerSide)
	}
	o.OnProblem = a.noteBuildProblem
	rep, err := matchers.Build(ctx, src, ks.all(), w, o)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		return newFault(exitInternal, "failed", "reason", err.Error())
	}
	if rep.Rights == 0 && !o.Delta {
		return newFault(exitIncomplete, "no_rights", "count", rep.Bad)
	}
	id, err := w.Commit()
	if err != nil {
		return newFault(exitInternal, "failed", "reason", err.Error())
	}
	a.note("build.done", map[string]any{"name": out, "rights": rep.Rights, "signs": rep.Signs, "pictures": rep.Pictures, "id": id})
	if rep.Repeated > 0 {
		a.note("build.repeated", map[string]any{"count": rep.Repeated})
	}
	if rep.ByAddress > 0 {
		a.note("build.by_address", map[string]any{"count": rep.ByAddress})
	}
	if extra.tell(); rep.Bad+rep.Partial > 0 || refused || extra.bad() {
		a.note("build.incomplete", map[string]any{"bad": rep.Bad, "partial": rep.Partial})
		return status(exitIncomplete)
	}
	return nil
}

// cornerSide is the longer side of the pictures kept in a corpus, in pixels.
const cornerSide = 96

// noteBuildProblem names a right that is left out or kept with less than it came with.
func (a *app) noteBuildProblem(p matchers.BuildProblem) {
	code := "build.bad_row"
	if p.Kept {
		code = "build.partial_row"
	}
	args := map[string]any{
		"origin": p.Origin, "row": p.Row, "id": p.ID, "field": p.Field,
		"reason": a.messages.Text(a.lang, "problem."+p.Code, p.Args),
	}
	if offset, ok := p.Args["offset"]; ok {
		args["offset"] = offset
	}
	a.note(code, args)
}
