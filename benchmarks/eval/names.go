package eval

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"lookalike/corpora"
	"lookalike/matchers/fold"
)

// Name is a name to measure with: its words, and how it is written in Chinese, "" when that is not known.
type Name struct{ Text, Chinese string }

// The columns and keys that hold a name and its Chinese form, the first that is there.
var (
	nameColumns    = []string{"text", "name", "mark", "brand", "title", "en"}
	chineseColumns = []string{"zh", "chinese", "name_zh"}
)

// NamesOf returns the names of rights: their words, with the first Chinese alias.
func NamesOf(rights []corpora.Right) []Name {
	var names []Name
	for i := range rights {
		n := Name{Text: rights[i].Text}
		for _, a := range rights[i].Aliases {
			if n.Chinese == "" && strings.HasPrefix(a.Lang, "zh") {
				n.Chinese = a.Text
			}
		}
		names = append(names, n)
	}
	return unique(names)
}

// ReadNames reads names: JSON Lines or a CSV table whose columns are told by their heading (text, name, mark, brand, title or
// en; zh for the Chinese form, or aliases with one as zh:耐克), or plain text with one name a line. It is UTF-8.
func ReadNames(r io.Reader) ([]Name, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if !utf8.Valid(b) {
		return nil, errors.New("names: the file is not UTF-8")
	}
	var names []Name
	switch first, _, _ := bytes.Cut(bytes.TrimSpace(b), []byte("\n")); {
	case bytes.HasPrefix(first, []byte("{")):
		names, err = namesOfJSON(b)
	case slices.ContainsFunc(strings.Split(strings.ToLower(string(first)), ","), func(c string) bool {
		return slices.Contains(nameColumns, strings.Trim(c, "\" \r"))
	}):
		names, err = namesOfCSV(b)
	default:
		for line := range strings.Lines(string(b)) {
			names = append(names, Name{Text: strings.TrimSpace(line)})
		}
	}
	if err != nil {
		return nil, fmt.Errorf("names: %w", err)
	}
	if names = unique(names); len(names) == 0 {
		return nil, errors.New("names: the file holds none")
	}
	return names, nil
}

func namesOfJSON(b []byte) ([]Name, error) {
	var names []Name
	sc := bufio.NewScanner(bytes.NewReader(b))
	sc.Buffer(nil, 1<<20)
	for line := 1; sc.Scan(); line++ {
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		var row map[string]any
		if err := json.Unmarshal(sc.Bytes(), &row); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		words := func(row map[string]any, keys []string) string {
			for _, k := range keys {
				if s, ok := row[k].(string); ok && s != "" {
					return s
				}
			}
			return ""
		}
		n := Name{Text: words(row, nameColumns), Chinese: words(row, chineseColumns)}
		if m, ok := row["names"].(map[string]any); ok && n.Chinese == "" {
			n.Chinese = words(m, []string{"zh-Hans", "zh", "zh-Hant"})
		}
		names = append(names, n)
	}
	return names, sc.Err()
}

func namesOfCSV(b []byte) ([]Name, error) {
	cr := csv.NewReader(bytes.NewReader(b))
	cr.FieldsPerRecord = -1
	rows, err := cr.ReadAll()
	if err != nil {
		return nil, err
	}
	at := func(of []string) int {
		for _, want := range of {
			if i := slices.IndexFunc(rows[0], func(c string) bool { return strings.EqualFold(strings.TrimSpace(c), want) }); i >= 0 {
				return i
			}
		}
		return -1
	}
	text, chinese, aliases := at(nameColumns), at(chineseColumns), at([]string{"aliases"})
	var names []Name
	for _, row := range rows[1:] {
		cell := func(i int) string {
			if i >= 0 && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		n := Name{Text: cell(text), Chinese: cell(chinese)}
		for a := range strings.SplitSeq(cell(aliases), ";") {
			if lang, s, ok := strings.Cut(a, ":"); ok && n.Chinese == "" && strings.HasPrefix(strings.TrimSpace(lang), "zh") {
				n.Chinese = strings.TrimSpace(s)
			}
		}
		names = append(names, n)
	}
	return names, nil
}

// unique leaves out names without letters or digits, and those that an earlier one folds to.
func unique(names []Name) []Name {
	seen := map[string]bool{"": true}
	return slices.DeleteFunc(names, func(n Name) bool {
		k := fold.Key(n.Text)
		again := seen[k]
		seen[k] = true
		return again
	})
}
