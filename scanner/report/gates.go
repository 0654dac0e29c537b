package report

import (
	"strings"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// shared is the markets that have the same gate on the same grounds.
type shared struct {
	Gate     judge.Gate
	Coverage scanner.Coverage
	Markets  []string
}

// sharedGates joins markets that would read alike, strictest gate first, so that thirty markets take one line.
func sharedGates(gs map[string]judge.Gate, h *scanner.Header) []shared {
	var out []shared
	markets := marketsOf(gs, h)
	for _, g := range append(gateOrder(), "") {
		first := len(out)
	next:
		for _, m := range markets {
			if gs[m] != g && (g != "" || gs[m].Rank() > 0 || gs[m] == judge.Clear) {
				continue
			}
			cov := h.Coverage[m]
			for i := first; i < len(out); i++ {
				if out[i].Gate == gs[m] && (g != judge.Clear || out[i].Coverage.Mark == cov.Mark) {
					out[i].Markets = append(out[i].Markets, clean(m))
					continue next
				}
			}
			out = append(out, shared{gs[m], cov, []string{clean(m)}})
		}
	}
	return out
}

// names returns the markets as text, the first few and a count when there are many.
func (s shared) names(v voice) string {
	const most = 6
	if len(s.Markets) <= most {
		return strings.Join(s.Markets, " ")
	}
	return strings.Join(s.Markets[:most-1], " ") + " " + v.text("ui.more_markets", "n", len(s.Markets)-most+1)
}
