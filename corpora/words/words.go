// Package words holds dictionaries and the phrases by which a listing's use of a sign is told, as generated or hand-kept
// data with source and licence.
package words

// Tables are the loaded data. They are immutable and safe for concurrent use.
type Tables struct{}

// Load decodes the embedded data.
func Load() (*Tables, error) { panic("unwritten") }

// Dictionaries returns the dictionaries that hold key, a single word as matchers/fold writes it.
func (t *Tables) Dictionaries(key string) Set { panic("unwritten") }

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
