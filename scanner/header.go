package scanner

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"lookalike/matchers/judge"
)

// Run is what the caller knows of a scan and its header says.
type Run struct {
	Engine     string // version of the program
	Started    string // RFC 3339, UTC
	AsOf       string // YYYY-MM-DD
	Config     string // see ConfigID
	Background string // hash of the background file, "" without one
}

// Header returns the first line of the report of a scan.
func (s *Scanner) Header(r Run) Header {
	h := Header{
		Type:       typeHeader,
		Schema:     Schema,
		Engine:     r.Engine,
		Started:    r.Started,
		AsOf:       r.AsOf,
		Corpora:    make([]CorpusRef, len(s.cfg.Corpora)),
		Config:     r.Config,
		Background: r.Background,
		Markets:    []string{},
		Coverage:   map[string]Coverage{},
		Scoring:    judge.CurrentScoring(),
		NotChecked: s.notChecked(nil),
	}
	for i, c := range s.cfg.Corpora {
		info := c.Info()
		h.Corpora[i] = CorpusRef{Name: info.Name, ID: info.Identity, Date: info.Date, Rights: info.Rights, Signs: info.Signs, Pictures: info.Pictures}
		if len(s.cfg.Names) > 0 {
			h.Corpora[i].Name = s.cfg.Names[i]
		}
	}
	for _, m := range s.cfg.Judge.Markets() {
		h.Markets = append(h.Markets, string(m))
	}
	for _, m := range s.cfg.Judge.Named() {
		cover := s.cfg.Judge.Coverage(m)
		h.Coverage[string(m)] = Coverage{Mark: cover["mark"], Logo: cover["logo"], Design: cover["design"], Work: cover["work"]}
	}
	return h
}

// ConfigID returns "sha256-" and the hash over v as canonical JSON: keys sorted, no space, numbers as encoding/json
// writes them. Two configurations with the same content have the same one, whatever the order of struct fields.
func ConfigID(v any) (string, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("hashing a configuration: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(plain))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return "", fmt.Errorf("hashing a configuration: %w", err)
	}
	sorted, err := json.Marshal(tree) // the keys of maps are sorted
	if err != nil {
		return "", fmt.Errorf("hashing a configuration: %w", err)
	}
	sum := sha256.Sum256(sorted)
	return "sha256-" + hex.EncodeToString(sum[:]), nil
}
