package corpora

import (
	"fmt"
	"strings"
)

// Market is a place where goods are sold: an ISO 3166 country, "EU", or a country followed by "-export" ("CN-export":
// leaving that country). Upper case but for the suffix.
type Market string

// EU is the market of European Union rights, which count in every member state.
const EU Market = "EU"

const exportSuffix = "-export"

// Export returns the market of goods that leave country m.
func (m Market) Export() Market { return m + exportSuffix }

// Origin returns the country that an export market is left from, and whether m is one.
func (m Market) Origin() (Market, bool) {
	c, ok := strings.CutSuffix(string(m), exportSuffix)
	return Market(c), ok
}

// ParseMarket reads a market code in any case. UK is taken for GB, as offices and platforms write both.
func ParseMarket(s string) (Market, error) {
	s = strings.TrimSpace(s)
	code, rest := s, ""
	if len(s) > 2 {
		code, rest = s[:2], strings.ToLower(s[2:])
	}
	code = strings.ToUpper(code)
	if len(code) != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z' || (rest != "" && rest != exportSuffix) {
		return "", fmt.Errorf("not a market: %q (want a two-letter country code, EU, or one followed by -export)", s)
	}
	if code == "UK" {
		code = "GB"
	}
	return Market(code + rest), nil
}
