// Package market holds what is known of each target market: which offices' rights count there, renewal grace, scripts that
// buyers read, export rules, each line with source and review date.
package market

import "lookalike/corpora"

// Table is the loaded data. It is immutable and safe for concurrent use.
type Table struct{}

// Load decodes the embedded data.
func Load() (*Table, error) { panic("unwritten") }

// Codes returns the markets with a profile, in order.
func (t *Table) Codes() []corpora.Market { panic("unwritten") }

// Counts reports whether a right of the given office, recorded for the given markets, counts in market m. A right
// without markets counts where its office does, a right without office and markets everywhere. A right of market EU
// counts in its member states. national is true when m is EU and only the right of one member state reaches it.
func (t *Table) Counts(office string, markets []corpora.Market, m corpora.Market) (counts, national bool) {
	panic("unwritten")
}

// GraceMonths returns for how many months after expiry the office still renews.
func (t *Table) GraceMonths(office string) int { panic("unwritten") }

// ReadsHan reports whether buyers in m commonly read Chinese characters as Chinese.
func (t *Table) ReadsHan(m corpora.Market) bool { panic("unwritten") }

// Languages returns the languages in which buyers in m read, most common first, as two letters.
func (t *Table) Languages(m corpora.Market) []string { panic("unwritten") }
