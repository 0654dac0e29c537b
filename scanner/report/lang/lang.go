// Package lang holds every text that a person reads, in English and Simplified Chinese, and renders the codes and
// arguments of a report with them.
//
// The texts stand in messages/LANGUAGE/*.txt, one per line:
//
//	[note]
//	near_sign = "{span}" is {edits} {edits:letter/letters} away from {mark}.
//
// A line in brackets opens a section, "#" starts a comment line, and the code of a message is section.name. In a text
// {name} is an argument, {name@section} an argument that is itself a code of that section (or a list of them),
// {name:one/many} picks a word by number and {name%} writes a share as per cent. A piece in square brackets is left out
// when one of its arguments is missing or empty. \n is a line break.
//
// The package renders; it does not escape. Arguments may hold hostile text of a listing, and each format neutralises
// what it writes.
package lang

import (
	"bufio"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// The languages.
const (
	English = "en"
	Chinese = "zh-Hans"
)

// Languages returns the languages that have texts, English first.
func Languages() []string { return []string{English, Chinese} }

//go:embed messages
var files embed.FS

// Messages is the loaded set of texts. It is immutable and safe for concurrent use.
type Messages struct {
	texts map[string]map[string]message // language, code
}

// Load parses the embedded texts.
func Load() (*Messages, error) {
	m := &Messages{texts: map[string]map[string]message{}}
	for _, l := range Languages() {
		sub, err := fs.Sub(files, path.Join("messages", l))
		if err != nil {
			return nil, fmt.Errorf("reading messages of %s: %w", l, err)
		}
		if m.texts[l], err = parse(sub); err != nil {
			return nil, fmt.Errorf("reading messages of %s: %w", l, err)
		}
	}
	return m, nil
}

// parse reads every .txt file of one language.
func parse(dir fs.FS) (map[string]message, error) {
	names, err := fs.Glob(dir, "*.txt")
	if err != nil {
		return nil, err
	}
	out := map[string]message{}
	for _, name := range names {
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		if err := parseFile(out, string(data)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return out, nil
}

func parseFile(out map[string]message, data string) error {
	section, line := "", 0
	sc := bufio.NewScanner(strings.NewReader(data))
	for sc.Scan() {
		line++
		s := strings.TrimSpace(sc.Text())
		if s == "" || s[0] == '#' {
			continue
		}
		if s[0] == '[' && s[len(s)-1] == ']' {
			section = s[1 : len(s)-1]
			continue
		}
		name, text, ok := strings.Cut(s, " = ")
		if !ok || section == "" {
			return fmt.Errorf("line %d: want a section, then name = text", line)
		}
		code := section + "." + name
		if _, dup := out[code]; dup {
			return fmt.Errorf("line %d: %s stands twice", line, code)
		}
		msg, err := compile(strings.ReplaceAll(text, `\n`, "\n"))
		if err != nil {
			return fmt.Errorf("line %d: %s: %w", line, code, err)
		}
		out[code] = msg
	}
	return sc.Err()
}

// Text returns the text of code in language l with args filled in. A code without text, such as one of a report of a
// later version, is rendered as itself with its arguments, so that nothing is ever silently left out. An argument that is
// missing is written as "?".
func (m *Messages) Text(l, code string, args map[string]any) string {
	msg, ok := m.texts[l][code]
	if !ok {
		if msg, ok = m.texts[English][code]; !ok {
			return plain(code, args)
		}
	}
	var b strings.Builder
	for _, p := range msg {
		m.part(&b, l, p, args)
	}
	return b.String()
}

// Word returns the text of a code of a closed list, such as Word(l, "grade", "high"). A word without text is returned as
// it is.
func (m *Messages) Word(l, section, word string) string {
	if !m.Has(l, section+"."+word) {
		return word
	}
	return m.Text(l, section+"."+word, nil)
}

// Has reports whether code has a text in language l.
func (m *Messages) Has(l, code string) bool {
	_, ok := m.texts[l][code]
	return ok
}

// Codes returns every code with a text in language l, sorted.
func (m *Messages) Codes(l string) []string {
	return slices.Sorted(maps.Keys(m.texts[l]))
}

// Args returns the names of the arguments that the text of code writes in language l, sorted, each once.
func (m *Messages) Args(l, code string) []string {
	names := m.texts[l][code].names()
	slices.Sort(names)
	return slices.Compact(names)
}

// Choose returns the language that fits a locale such as "zh_CN.UTF-8", "zh-Hans" or "en-GB", English when none does.
func Choose(locale string) string {
	s := strings.ToLower(locale)
	if s == "zh" || strings.HasPrefix(s, "zh-") || strings.HasPrefix(s, "zh_") || strings.HasPrefix(s, "zh.") {
		return Chinese
	}
	return English
}

func plain(code string, args map[string]any) string {
	if _, name, ok := strings.Cut(code, "."); ok {
		code = name
	}
	if len(args) == 0 {
		return code
	}
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(args)) {
		parts = append(parts, k+": "+value(English, args[k]))
	}
	return code + " (" + strings.Join(parts, ", ") + ")"
}
