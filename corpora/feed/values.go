package feed

import (
	"strconv"
	"strings"
	"unicode"
)

// splitList cuts a cell that holds several values at ';' and at line ends.
func splitList(dst []string, v string) []string {
	for s := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == ';' || r == '\n' }) {
		if s = strings.TrimSpace(s); s != "" {
			dst = append(dst, s)
		}
	}
	return dst
}

// splitImages cuts a cell that holds several pictures at ';' and at line ends, and at ',' or '|' before another address, as
// some exports write them. A data: address holds a ';' of its own.
func splitImages(dst []string, v string) []string {
	for v != "" {
		n := imageEnd(v)
		if s := strings.TrimSpace(v[:n]); s != "" {
			dst = append(dst, s)
		}
		v = v[min(n+1, len(v)):]
	}
	return dst
}

// imageEnd returns the index of the separator behind the first picture of v.
func imageEnd(v string) int {
	from := 0
	if s := strings.TrimLeft(v, " \t\r"); len(s) >= 5 && strings.EqualFold(s[:5], "data:") {
		if k := strings.IndexByte(v, ','); k >= 0 {
			from = k + 1
		}
	}
	for i := from; i < len(v); i++ {
		switch v[i] {
		case ';', '\n':
			return i
		case ',', '|':
			rest := strings.TrimLeft(v[i+1:min(len(v), i+1+16)], " ")
			if strings.HasPrefix(rest, "http:") || strings.HasPrefix(rest, "https:") || strings.HasPrefix(rest, "data:") {
				return i
			}
		}
	}
	return len(v)
}

// symbols are signs of currencies that name one currency alone.
var symbols = [...]struct{ sign, code string }{
	{"US$", "USD"}, {"HK$", "HKD"}, {"NT$", "TWD"}, {"AU$", "AUD"}, {"A$", "AUD"}, {"CA$", "CAD"}, {"C$", "CAD"}, {"R$", "BRL"}, {"S$", "SGD"},
	{"€", "EUR"}, {"£", "GBP"}, {"₩", "KRW"}, {"₽", "RUB"}, {"₹", "INR"}, {"₺", "TRY"}, {"zł", "PLN"}, {"元", "CNY"}, {"円", "JPY"}, {"RMB", "CNY"}, {"CN¥", "CNY"}, {"JP¥", "JPY"},
	{"₫", "VND"}, {"руб.", "RUB"}, {"руб", "RUB"}, {"₴", "UAH"}, {"฿", "THB"}, {"₪", "ILS"}, {"₱", "PHP"}, {"TL", "TRY"}, {"Kč", "CZK"}, {"Ft", "HUF"}, {"Fr.", "CHF"},
	{"$", ""}, {"¥", ""}, {"￥", ""},
}

// splitPrice takes the currency off a price such as "12.99 USD", "EUR 5" or "€1.299,00". The number stays as it is
// written. A sign that several currencies share is dropped without naming one.
func splitPrice(s string) (price, currency string) {
	s = strings.TrimSpace(s)
	if !strings.ContainsFunc(s, func(r rune) bool { return r > '9' || r == '$' }) {
		return s, ""
	}
	for _, x := range symbols {
		if rest, ok := strings.CutPrefix(s, x.sign); ok {
			return number(rest, s), x.code
		}
		if rest, ok := strings.CutSuffix(s, x.sign); ok {
			return number(rest, s), x.code
		}
	}
	if len(s) > 3 {
		if c := s[len(s)-3:]; isCode(c) {
			return number(s[:len(s)-3], s), strings.ToUpper(c)
		}
		if c := s[:3]; isCode(c) {
			return number(s[3:], s), strings.ToUpper(c)
		}
	}
	return s, ""
}

func isCode(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// number returns s trimmed when it reads like a number, else whole.
func number(s, whole string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsDigit(r) && !strings.ContainsRune(".,' -–~\u00A0", r) }) {
		return whole
	}
	return s
}

// parseSold reads a number of units sold such as "1,204", "3.5万+" or "2k"; nil when it is none.
func parseSold(s string) *int64 {
	s = strings.TrimSpace(strings.ReplaceAll(s, ",", ""))
	s = strings.TrimSuffix(strings.TrimSuffix(s, "+"), "件")
	scale := 1.0
	for _, u := range [...]struct {
		word string
		n    float64
	}{{"万", 1e4}, {"w", 1e4}, {"W", 1e4}, {"k", 1e3}, {"K", 1e3}} {
		if rest, ok := strings.CutSuffix(s, u.word); ok {
			s, scale = rest, u.n
			break
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 0 || f*scale > 1e15 || f != f {
		return nil
	}
	return new(int64(f*scale + 0.5))
}
