package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/corpora/table"
	"lookalike/scanner/policy"
	"lookalike/scanner/report"
)

// ignoreVerb holds the verbs that change an ignore file.
func (a *app) ignoreVerb() *command {
	c := a.verb("ignore", cobra.ArbitraryArgs, nil)
	c.Long, c.Example = a.text("help.ignore_long"), a.text("help.ignore_example")
	c.AddCommand(a.ignoreImportVerb())
	return c
}

// ignoreImportVerb takes decisions back from the sheet "decisions" of an XLSX report.
func (a *app) ignoreImportVerb() *command {
	var by, into, until string
	c := a.verb("import FILE.xlsx", cobra.ExactArgs(1), func(c *command, args []string) error {
		if strings.TrimSpace(by) == "" {
			return usage("ignore_by")
		}
		if day, err := corpora.ParseDate(until); err != nil || until != "" && day == 0 {
			return usage("date", "flag", "--until", "value", until)
		}
		return a.ignoreImport(c.Context(), args[0], by, into, until)
	})
	c.Short, c.Long, c.Example = a.text("help.ignore_import"), a.text("help.ignore_import_long"), a.text("help.ignore_import_example")
	p := c.Flags()
	p.StringVar(&by, "by", "", a.flagText("ignore_by"))
	p.StringVar(&into, "ignore", "ignore.yaml", a.flagText("ignore_into"))
	p.StringVar(&until, "until", "", a.flagText("ignore_until"))
	return c
}

// ignoreImport appends the decisions of the workbook at path to the ignore file. Rows that cannot be an entry are named and
// left out.
func (a *app) ignoreImport(ctx context.Context, path, by, into, until string) error {
	rows, err := a.decided(ctx, path)
	if err != nil {
		return err
	}
	for i := range rows {
		if rows[i].Decision == "ignore" {
			rows[i].Until = cmp.Or(rows[i].Until, until)
		}
	}
	entries, warnings := policy.FromDecisions(rows, by)
	others := 0
	for _, d := range rows {
		if d.Decision != "ignore" && slices.Contains(policy.Choices(), d.Decision) {
			others++
		}
	}
	added, there, err := appendIgnore(into, entries)
	if err != nil {
		return err
	}
	a.warn(warnings)
	a.note("ignore.done", map[string]any{"name": into, "added": added, "there": there, "others": others, "open": len(rows) - len(entries) - others - len(warnings)})
	if len(warnings) > 0 {
		return status(exitIncomplete)
	}
	return nil
}

// decided reads every sheet of decisions of a workbook.
func (a *app) decided(ctx context.Context, path string) (rows []policy.Decision, err error) {
	wrong := func(err error) error { return usage("policy", "name", path, "reason", err.Error()) }
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, usage("no_file", "name", path)
	}
	p, err := table.OpenFile(path, path, nil)
	if err != nil {
		return nil, wrong(err)
	}
	defer p.Close()
	for i := range p.Entries {
		e := &p.Entries[i]
		if e.Content != table.ContentXLSX {
			return nil, usage("ignore_sheet", "name", path)
		}
		book, err := table.OpenWorkbook(ctx, e)
		if err != nil {
			return nil, wrong(err)
		}
		defer book.Close()
		found := false
		for _, name := range book.Sheets() {
			if !report.DecisionsSheet(a.messages, name) {
				continue
			}
			found = true
			more, err := a.decidedOn(book, name)
			if err != nil {
				return nil, wrong(err)
			}
			rows = append(rows, more...)
		}
		if !found {
			return nil, usage("ignore_sheet", "name", path)
		}
	}
	return rows, nil
}

func (a *app) decidedOn(book *table.Workbook, name string) ([]policy.Decision, error) {
	sheet, err := book.Sheet(name)
	if err != nil {
		return nil, err
	}
	defer sheet.Close()
	var reader *report.DecisionReader
	var rows []policy.Decision
	for {
		rec, err := sheet.Next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		var cells []string
		for _, c := range rec.Cells {
			cells = append(cells, string(c))
		}
		if reader == nil {
			if reader, err = report.NewDecisionReader(a.messages, cells); err != nil {
				return nil, err
			}
			continue
		}
		rows = append(rows, reader.Row(rec.Row, cells))
	}
}

// appendIgnore adds entries to the ignore file at path behind what stands there, comments included, and returns how many
// were added and how many stood there already.
func appendIgnore(path string, entries []policy.IgnoreEntry) (added, there int, err error) {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, 0, usage("policy", "name", path, "reason", err.Error())
	}
	have, err := decodeIgnore(path, old)
	if err != nil {
		return 0, 0, err
	}
	text := strings.TrimRight(string(old), "\n")
	if len(have) == 0 {
		text = strings.TrimRight(strings.TrimSuffix(strings.TrimSpace(text), "ignore:"), "\n")
		if text != "" && !onlyComments(text) {
			return 0, 0, usage("ignore_shape", "name", path)
		}
		text = strings.TrimLeft(text+"\nignore:", "\n")
	}
	indent := indentOf(string(old))
	for _, e := range entries {
		if slices.ContainsFunc(have, func(h policy.IgnoreEntry) bool { return sameEntry(h, e) }) {
			there++
			continue
		}
		have = append(have, e)
		text += "\n" + entryYAML(e, indent)
		added++
	}
	if added == 0 {
		return 0, there, nil
	}
	text += "\n"
	if got, err := decodeIgnore(path, []byte(text)); err != nil || len(got) != len(have) || !sameEntry(got[len(got)-1], have[len(have)-1]) {
		return 0, there, usage("ignore_shape", "name", path)
	}
	file, err := report.NewPending(path)
	if err != nil {
		return 0, there, usage("output", "name", path, "reason", err.Error())
	}
	if _, err = io.WriteString(file, text); err == nil {
		err = file.Commit()
	}
	if err != nil {
		file.Discard()
		return 0, there, usage("output", "name", path, "reason", err.Error())
	}
	return added, there, nil
}

func decodeIgnore(path string, b []byte) ([]policy.IgnoreEntry, error) {
	var file struct {
		Ignore []policy.IgnoreEntry `yaml:"ignore"`
	}
	if err := decodeYAML(b, &file); err != nil {
		return nil, usage("policy", "name", path, "reason", err.Error())
	}
	return file.Ignore, nil
}

func onlyComments(text string) bool {
	for line := range strings.Lines(text) {
		if s := strings.TrimSpace(line); s != "" && s[0] != '#' && s != "---" {
			return false
		}
	}
	return true
}

// indentOf returns the spaces before the entries of an ignore file.
func indentOf(text string) string {
	for line := range strings.Lines(text) {
		if before, _, ok := strings.Cut(line, "- "); ok && strings.TrimSpace(before) == "" {
			return before
		}
	}
	return "  "
}

// sameEntry reports whether two entries decide the same until the same day.
func sameEntry(a, b policy.IgnoreEntry) bool {
	return a.Mark == b.Mark && a.Right == b.Right && a.Owner == b.Owner && a.Use == b.Use && a.Until == b.Until && a.Fingerprint == b.Fingerprint &&
		a.Picture == b.Picture && a.Phrase == b.Phrase && a.Listing == b.Listing && a.Seller == b.Seller && slices.Equal(a.Markets, b.Markets)
}

// entryYAML writes an entry of a decision. Texts are quoted as JSON does, which YAML reads.
func entryYAML(e policy.IgnoreEntry, indent string) string {
	var lines []string
	for _, kv := range [][2]string{{"right", e.Right}, {"mark", e.Mark}, {"owner", e.Owner}, {"use", e.Use}, {"reason", e.Reason}, {"by", e.By}, {"until", e.Until}} {
		if kv[1] != "" {
			quoted, _ := json.Marshal(kv[1]) // a string always can
			lines = append(lines, fmt.Sprintf("%s: %s", kv[0], quoted))
		}
	}
	return indent + "- " + strings.Join(lines, "\n"+indent+"  ")
}
