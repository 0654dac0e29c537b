// Package policy applies what a user decided to graded matches: authorisations, ignored findings, a baseline. It also
// holds the user's own rights and suppliers, from which gaps and expiries are told.
//
// A Policy only marks matches; grades stay what they are, and the judge totals the listing afterwards. Everything is
// decided on the safe side: an entry that is expired, contradicts another, lacks a field or a document never takes a match
// away, and is named in a Warning.
//
// The structs carry the names of their YAML keys; decoding, which refuses unknown keys, is done where the files are
// opened. Documents are read through a folder's os.Root and hashed once, when they are checked.
package policy

import (
	"slices"

	"lookalike/corpora"
	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// Warning is something that a user should know about a policy file. It stops nothing.
type Warning struct {
	Code string         `json:"code"`
	Args map[string]any `json:"args"`
}

// The codes of warnings, a closed list: every one has a text in each language. The comment names its arguments.
const (
	IgnoreExpired      = "ignore_expired"      // entry, until
	IgnoreUnused       = "ignore_unused"       // entry
	AuthExpired        = "auth_expired"        // id, to
	AuthExpiring       = "auth_expiring"       // id, to, days: left, negative when it has ended
	AuthNotYet         = "auth_not_yet"        // id, from
	AuthUnchecked      = "auth_unchecked"      // id: checked_by is missing
	AuthNoDocument     = "auth_no_document"    // id
	DocumentMissing    = "document_missing"    // id, file
	DocumentAltered    = "document_altered"    // id, file: not the SHA-256 on record
	DocumentUnhashed   = "document_unhashed"   // id, file, hash: of the file as it is, no SHA-256 is on record
	DocumentShared     = "document_shared"     // id, other, file: the same document serves another account
	AuthContradicts    = "auth_contradicts"    // id, other: same sign and account, other terms
	AuthChainBroken    = "auth_chain_broken"   // id, from, to
	AuthOverlaps       = "auth_overlaps"       // id, other: same sign, account, time and place, same holder
	AuthNoLicensor     = "auth_no_licensor"    // id: nobody is named who owns the right
	AuthMarkMissing    = "auth_mark_missing"   // id, mark: no corpus has it
	AuthNumberMissing  = "auth_number_missing" // id, number: no corpus has it
	AuthNumberOther    = "auth_number_other"   // id, number, mark: the number is that of another mark
	AuthNumberDead     = "auth_number_dead"    // id, number, status
	AuthOwner          = "auth_owner"          // id, mark, licensor, owner: who owns it on record
	AuthOwnGap         = "auth_own_gap"        // id, mark, market: basis own without a live own right there
	BaselineCorpus     = "baseline_corpus"     // name: the baseline was scanned against another content of this corpus
	BaselineIncomplete = "baseline_incomplete" // the baseline is a scan that was not finished
	DecisionUnknown    = "decision_unknown"    // row, decision
	DecisionIncomplete = "decision_incomplete" // row, field
	OwnGap             = "own_gap"             // mark, market: no live own right there
	OwnExpiring        = "own_expiring"        // mark, market, number, expires, days
	RecordalExpiring   = "recordal_expiring"   // mark, market, number, expires, days
	SupplierExpired    = "supplier_expired"    // supplier, until, listings
	SupplierMissing    = "supplier_missing"    // supplier, listings
	AuthFirstSale      = "auth_first_sale"     // id, market, places: basis resale, and the first sale does not open the market
	SupplierDocument   = "supplier_document"   // supplier, file, fault: document_missing, document_altered or document_unhashed
	SupplierUnnamed    = "supplier_unnamed"    // listings: that name no supplier
	SupplierMore       = "supplier_more"       // count: of suppliers that are not named
	QuarantineUnused   = "quarantine_unused"   // mark
	QuarantineExpired  = "quarantine_expired"  // mark, until
)

// Codes returns the closed list of warning codes.
func Codes() []string {
	return []string{
		IgnoreExpired, IgnoreUnused, AuthExpired, AuthExpiring, AuthNotYet, AuthUnchecked, AuthNoDocument, DocumentMissing,
		DocumentAltered, DocumentUnhashed, DocumentShared, AuthContradicts, AuthChainBroken, BaselineCorpus,
		BaselineIncomplete, DecisionUnknown, DecisionIncomplete, OwnGap, OwnExpiring, RecordalExpiring, SupplierExpired,
		SupplierMissing, AuthOverlaps, AuthNoLicensor, AuthMarkMissing, AuthNumberMissing, AuthNumberOther, AuthNumberDead,
		AuthOwner, AuthOwnGap, AuthFirstSale, SupplierDocument, SupplierUnnamed, SupplierMore, QuarantineUnused, QuarantineExpired,
	}
}

// Policy marks matches by each of its parts that is not nil: authorisations first, then ignored ones and those in
// quarantine, then the state against a baseline, none of which looks at another's marks. It serves one scan.
type Policy struct {
	Authorisations *Authorisations
	Suppliers      *SupplierTally // what the list of suppliers says is told on every match
	Ignore         *Ignore
	Quarantine     *Quarantine
	Baseline       *Baseline
}

var _ scanner.Policy = (*Policy)(nil)

// Mark marks the matches of v.
func (p *Policy) Mark(l *corpora.Listing, v *judge.Verdict) {
	if p.Suppliers != nil {
		p.Suppliers.add(l)
	}
	for i := range v.Matches {
		m := &v.Matches[i]
		if p.Suppliers != nil {
			m.Reasons = append(slices.Clip(m.Reasons), p.Suppliers.list.note(l, p.Suppliers.asOf))
		}
		if p.Authorisations != nil {
			m.Authorised = p.Authorisations.of(l, m)
		}
		if p.Ignore != nil {
			m.Suppressed = p.Ignore.of(l, m)
		}
		if p.Quarantine != nil && m.Suppressed == nil {
			m.Suppressed = p.Quarantine.of(m)
		}
		if p.Baseline != nil {
			m.State = p.Baseline.of(m)
		}
	}
}

// Unused warns about what a whole scan had no use for: ignore entries and marks in quarantine that fit no match.
func (p *Policy) Unused() []Warning {
	var warnings []Warning
	if p.Ignore != nil {
		warnings = p.Ignore.Unused()
	}
	if p.Quarantine != nil {
		warnings = append(warnings, p.Quarantine.Unused()...)
	}
	return warnings
}

// Gone returns the fingerprints of the baseline that no marked match had, sorted, and none without a baseline.
func (p *Policy) Gone() []string {
	if p.Baseline == nil {
		return nil
	}
	return p.Baseline.gone()
}
