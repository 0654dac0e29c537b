package corpora

import (
	"fmt"
	"strings"
)

// Right is one protected right, or one entry of a brand list that is screened like one.
//
// One struct serves the three kinds: they share owner, office, number, status, dates, markets and pictures, and a reader
// of a table fills the same columns for all of them. Fields that a kind does not have stay empty.
type Right struct {
	ID     string // the register's own, verbatim, else office-kind-number, else a hash of the content
	Kind   RightKind
	Form   Form
	Text   string // the words of a mark, the title of a design or a work
	Owner  string
	Office string // ST.3 code of the office, "" for an entry of a list
	Number string
	Status Status
	// StatusCode is what the office itself writes for the status, "702" or "Registered"; "" where no register says.
	StatusCode string

	Filed      Date
	Registered Date
	Expires    Date

	Markets    []Market // where it counts; empty: where its office does
	Classes    []uint8  // Nice 1–45, ascending
	Goods      string
	Locarno    []string // "21-01"
	Vienna     []string // "26.01.03": figurative elements, by the Vienna classification or the office's own on its model
	USClasses  []string // "022", or "D28 47" of a design: the former classes of the United States
	Disclaimer string
	Aliases    []Alias
	Images     []Image
	Flags      []string // "famous", "own", "watched", "recorded", each a word of the data that set it
	// FlagSources says for each of Flags where it comes from and when; nil where nothing is recorded of any.
	FlagSources []string

	Link           string
	ReferencePrice string // "129.00 USD"
	Source         string // where the row comes from and when

	// Gone marks a tombstone: the row of a delta corpus that says that this right no longer exists.
	Gone bool

	// Origin and Row say where it was read: the file, and the line, sheet row or record in it, 1-based. A corpus does not
	// keep them.
	Origin string
	Row    int
}

// Alias is another name recorded for a right.
type Alias struct {
	Text   string
	Lang   string // BCP 47, "" when not recorded
	Source string // where the name comes from and when, "brand list, 2026-11-01"; "" when it is the right's own
}

// The sources of aliases that are recorded with a right and are no names of it. A corpus keeps them and does not look for
// them: LA MER does not own "the sea".
const (
	AliasTranslation = "translation"
	AliasPseudoMark  = "pseudo mark"
)

// AliasTransliteration is the source of a name that the register itself gives in another script.
const AliasTransliteration = "transliteration in the register"

// IsAdded reports whether somebody else than the register of the right recorded the alias.
func (a Alias) IsAdded() bool {
	return a.Source != "" && a.IsName() && a.Source != AliasTransliteration
}

// IsName reports whether the alias is a name of the right.
func (a Alias) IsName() bool { return a.Source != AliasTranslation && a.Source != AliasPseudoMark }

// RightKind tells marks, designs and works apart.
type RightKind uint8

// The kinds of rights.
const (
	Mark RightKind = iota
	Design
	Work // a character, an artwork, a photo, a team
)

var rightKinds = [...]string{"mark", "design", "work"}

// String returns the word used in files: mark, design or work.
func (k RightKind) String() string { return rightKinds[k] }

// ParseRightKind reads the word of String, in any case.
func ParseRightKind(s string) (RightKind, error) {
	return parse[RightKind](rightKinds[:], s, "kind")
}

// Status says whether a right can be held against somebody. Grace is not recorded by most registers: it follows from
// Expires and the day of the scan (see matchers/judge).
type Status uint8

// The statuses, a closed list.
const (
	StatusUnknown Status = iota
	Live
	Grace // expired, renewal still open
	Pending
	Dead
	Unverified // an entry of a brand list, not of a register: screened like live, and said so
)

var statuses = [...]string{"unknown", "live", "grace", "pending", "dead", "unverified"}

// String returns the word used in files.
func (s Status) String() string { return statuses[s] }

// ParseStatus reads the word of String, in any case; "" is StatusUnknown.
func ParseStatus(s string) (Status, error) {
	if strings.TrimSpace(s) == "" {
		return StatusUnknown, nil
	}
	return parse[Status](statuses[:], s, "status")
}

// Form is what a mark consists of.
type Form uint8

// The forms, a closed list.
const (
	FormUnknown Form = iota
	FormWord
	FormStylised   // words in a lettering of their own
	FormFigurative // a picture, with or without words
	FormShape
	FormColour
	FormPosition
	FormPattern
	FormSound
	FormOther
)

var forms = [...]string{"", "word", "stylised", "figurative", "shape", "colour", "position", "pattern", "sound", "other"}

// String returns the word used in files, "" for FormUnknown.
func (f Form) String() string { return forms[f] }

// ParseForm reads the word of String, in any case.
func ParseForm(s string) (Form, error) { return parse[Form](forms[:], s, "form") }

func parse[T ~uint8](words []string, s, what string) (T, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	for i, w := range words {
		if w == s {
			return T(i), nil
		}
	}
	return 0, fmt.Errorf("unknown %s %q (one of %s)", what, s, strings.Join(words, ", "))
}
