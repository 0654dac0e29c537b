package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"lookalike/benchmarks/eval/pictures"
	"lookalike/benchmarks/results"
)

// evalImageVerb measures how copies of pictures are found.
func (a *app) evalImageVerb() *command {
	o := pictures.Standard()
	standard := o
	var list, full, designs bool
	c := a.verb("image", cobra.NoArgs, func(c *command, _ []string) error {
		if list {
			return a.listEdits()
		}
		if designs {
			return a.evalDesigns(c.Context(), o.Dir)
		}
		if full {
			dir := o.Dir
			o = pictures.Full()
			o.Dir = dir
		}
		if o.Edited < 1 || o.Originals < o.Edited || o.Unrelated < 1 {
			return usage("eval_image_sizes")
		}
		o.DeepToo = min(o.DeepToo, o.Unrelated)
		res, err := pictures.Run(c.Context(), o)
		if err != nil {
			return folderFault(err, o.Dir)
		}
		if _, err := res.WriteTo(a.stdout); err != nil || o != standard {
			return err
		}
		return a.compare(results.Image, res)
	})
	c.Long, c.Example = a.text("help.eval_image_long"), a.text("help.eval_image_example")
	p := c.Flags()
	p.StringVar(&o.Dir, "pictures", "", a.flagText("eval_pictures"))
	p.BoolVar(&list, "list", false, a.flagText("eval_list"))
	p.BoolVar(&designs, "designs", false, a.flagText("eval_designs"))
	p.BoolVar(&full, "full", false, a.flagText("eval_full"))
	p.IntVar(&o.Edited, "edited", o.Edited, a.flagText("eval_edited"))
	p.IntVar(&o.Originals, "originals", o.Originals, a.flagText("eval_originals"))
	p.IntVar(&o.Unrelated, "unrelated", o.Unrelated, a.flagText("eval_unrelated"))
	p.IntVar(&o.Cartons, "cartons", o.Cartons, a.flagText("eval_cartons"))
	return c
}

// evalDesigns measures how designs are found, those of a folder when dir is one.
func (a *app) evalDesigns(ctx context.Context, dir string) error {
	o := pictures.StandardDesigns()
	o.Dir = dir
	res, err := pictures.Designs(ctx, o)
	if err != nil {
		return folderFault(err, dir)
	}
	if _, err := res.WriteTo(a.stdout); err != nil || dir != "" {
		return err
	}
	return a.compare(results.Designs, res)
}

// folderFault says of an error about the folder what to do.
func folderFault(err error, dir string) error {
	switch {
	case errors.Is(err, pictures.ErrFolder):
		return usage("eval_folder", "reason", err.Error())
	case dir != "" && errors.Is(err, fs.ErrNotExist):
		return usage("no_file", "name", dir)
	}
	return err
}

// listEdits prints the edits with their parameters.
func (a *app) listEdits() error {
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	for _, e := range pictures.Edits() {
		fmt.Fprintf(t, "%s\t%s\n", e.Name, e.Params)
	}
	return t.Flush()
}
