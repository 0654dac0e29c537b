package report

import (
	"slices"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// sellerLimit bounds how many seller matches are remembered. Beyond it further ones are shown with every listing.
const sellerLimit = 100_000

// sellers remembers the matches in names and addresses of sellers, which stand in full on every listing of the seller and
// are shown once.
type sellers map[string]bool

// once returns f without the seller matches that were shown before, and how many these were.
func (s sellers) once(f *scanner.Finding) (scanner.Finding, int) {
	known := func(m judge.Match) bool { return ofSeller(&m) && s[m.Fingerprint] }
	n := 0
	out := *f
	if slices.ContainsFunc(f.Matches, known) {
		out.Matches = slices.DeleteFunc(slices.Clone(f.Matches), known)
		n = len(f.Matches) - len(out.Matches)
	}
	for i := range out.Matches {
		if m := &out.Matches[i]; ofSeller(m) && len(s) < sellerLimit {
			s[m.Fingerprint] = true
		}
	}
	return out, n
}

// bare reports whether nothing is left of f that a reader has not seen: n seller matches were taken out.
func bare(f *scanner.Finding, n int) bool { return n > 0 && len(f.Matches) == 0 && f.Error == nil }

func ofSeller(m *judge.Match) bool { return m.Field == "seller" || m.Field == "url" }
