package registry

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"
	"unicode"

	"lookalike/corpora"
)

//go:embed status.csv
var statusCSV []byte

// statuses maps what offices write to statuses. Rows of an office hold its codes; rows without one hold words, of which
// the first that stands in a status decides.
type statuses struct {
	codes map[string]corpora.Status // office, space, code in lower case
	words []statusWord
}

type statusWord struct {
	word   string
	status corpora.Status
}

func loadStatuses() (*statuses, error) {
	rows, err := csv.NewReader(bytes.NewReader(statusCSV)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("status codes: %w", err)
	}
	s := &statuses{codes: map[string]corpora.Status{}}
	for i, row := range rows[1:] {
		status, err := corpora.ParseStatus(row[2])
		if err != nil {
			return nil, fmt.Errorf("status codes: line %d: %w", i+2, err)
		}
		if row[0] == "" {
			s.words = append(s.words, statusWord{row[1], status})
			continue
		}
		s.codes[row[0]+" "+row[1]] = status
	}
	return s, nil
}

// of returns the status for an office's code or text, StatusUnknown when nothing in the tables says.
func (s *statuses) of(office, code string) corpora.Status {
	code = strings.ToLower(code)
	if status, ok := s.codes[office+" "+code]; ok {
		return status
	}
	has := map[string]bool{}
	for w := range strings.FieldsFuncSeq(code, func(r rune) bool { return !unicode.IsLetter(r) }) {
		has[w] = true
	}
	for _, w := range s.words {
		if has[w.word] {
			return w.status
		}
	}
	return corpora.StatusUnknown
}
