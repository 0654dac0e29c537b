package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lookalike/corpora/goods"
)

// goodsVerb prints which Nice classes goods fall in, and why.
func (a *app) goodsVerb() *command {
	var category, format string
	c := a.verb(`goods "TEXT"`, cobra.ExactArgs(1), func(_ *command, args []string) error {
		if err := choice("--format", format, "table", "json"); err != nil {
			return err
		}
		t, err := goods.Load()
		if err != nil {
			return err
		}
		// A text alone is asked as a category is: it names the goods and nothing else.
		e := t.Explain(args[0], "")
		if category != "" {
			e = t.Explain(category, args[0])
		}
		if format == "json" {
			b, err := indented(e)
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(b)
			return err
		}
		return a.printGoods(t, e)
	})
	c.Long, c.Example = a.text("help.goods_long"), a.text("help.goods_example")
	c.Flags().StringVar(&category, "category", "", a.flagText("goods_category"))
	c.Flags().StringVar(&format, "format", "table", a.flagText("info_format"))
	return c
}

// printGoods writes an explanation for people.
func (a *app) printGoods(t *goods.Table, e goods.Explanation) error {
	if len(e.Classes) == 0 {
		_, err := fmt.Fprintln(a.stdout, a.text("goods.unknown"))
		return err
	}
	var b strings.Builder
	for _, g := range e.Classes {
		fmt.Fprintf(&b, "%3d  %3.0f %%  %s\n", g.Class, 100*g.Confidence, t.ClassName(g.Class, a.lang))
	}
	for _, s := range e.Said {
		var classes []string
		for _, g := range s.Classes {
			classes = append(classes, fmt.Sprint(g.Class))
		}
		fmt.Fprintln(&b, a.messages.Text(a.lang, "goods.said", map[string]any{
			"words": printable(s.Words), "by": a.messages.Word(a.lang, "goods", "by_"+string(s.By)), "kind": s.Kind, "classes": classes,
		}))
	}
	if len(e.Similar) > 0 {
		fmt.Fprintln(&b, a.messages.Text(a.lang, "goods.similar", map[string]any{"kinds": e.Similar}))
	}
	if len(e.Related) > 0 {
		var related []int
		for _, c := range e.Related {
			related = append(related, int(c))
		}
		fmt.Fprintln(&b, a.messages.Text(a.lang, "goods.related", map[string]any{"classes": related}))
	}
	_, err := fmt.Fprint(a.stdout, b.String())
	return err
}
