// Package words holds dictionaries and the phrases by which a listing's use of a sign is told, as generated or hand-kept
// data with source and licence.
package words

import _ "embed"

//go:embed dictionary.bin
var dictionaryData string

// Tables are the loaded data. They are immutable and safe for concurrent use.
type Tables struct {
	dict dictionary
}

// Load decodes the embedded data.
func Load() (*Tables, error) {
	dict, err := openDictionary(dictionaryData)
	if err != nil {
		return nil, err
	}
	return &Tables{dict: dict}, nil
}

// Dictionaries returns the dictionaries that hold key, a single word as matchers/fold writes it.
func (t *Tables) Dictionaries(key string) Set { return t.dict.look(key) }

// Set says in which shipped dictionaries a word stands.
type Set uint16

// The dictionaries.
const (
	English Set = 1 << iota
	German
	French
	Spanish
	Italian
	Chinese
	Japanese
	Common // among the most frequent words of product titles, whatever the language
	Name   // a given name or surname
	Place
)
