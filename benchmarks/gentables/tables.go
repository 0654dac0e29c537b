package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/format"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// plain strips what a compatibility decomposition shows as marks and lowers the case.
func plain(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if !unicode.Is(unicode.M, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

func isASCIIWord(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9') {
			return false
		}
	}
	return s != ""
}

var primaryWeight = regexp.MustCompile(`\[[.*]([0-9A-F]{4})\.`)

// primaries returns, for letters and digits that no decomposition brings to ASCII, the ASCII letters whose primary
// weights in the default collation they share: ø is o, æ is ae, ß is ss.
func primaries(keys input) map[rune]string {
	weights := func(line string) []string {
		var w []string
		for _, m := range primaryWeight.FindAllStringSubmatch(line, -1) {
			if m[1] != "0000" {
				w = append(w, m[1])
			}
		}
		return w
	}
	ascii := map[string]byte{}
	for _, l := range keys.lines {
		at, rest, ok := strings.Cut(l, ";")
		rs := hexRunes(at)
		if w := weights(rest); ok && len(rs) == 1 && len(w) == 1 && rs[0] < 128 && isASCIIWord(string(unicode.ToLower(rs[0]))) {
			ascii[w[0]] = byte(unicode.ToLower(rs[0]))
		}
	}
	out := map[rune]string{}
	for _, l := range keys.lines {
		at, rest, ok := strings.Cut(l, ";")
		rs := hexRunes(at)
		if !ok || len(rs) != 1 || rs[0] < 128 || !(unicode.IsLetter(rs[0]) || unicode.IsDigit(rs[0])) || isASCIIWord(plain(string(rs[0]))) {
			continue
		}
		var to []byte
		for _, w := range weights(rest) {
			c, known := ascii[w]
			if !known {
				to = nil
				break
			}
			to = append(to, c)
		}
		if len(to) > 0 && len(to) <= 4 {
			out[rs[0]] = string(to)
		}
	}
	return out
}

var smallCapital = regexp.MustCompile(`^(?:MODIFIER LETTER |LATIN LETTER |NEGATIVE SQUARED LATIN |NEGATIVE CIRCLED LATIN |REGIONAL INDICATOR SYMBOL )(?:SMALL CAPITAL |CAPITAL LETTER |LETTER |CAPITAL )([A-Z])$`)

// lookalikes returns, for characters that Unicode lists as confusable with ASCII letters or digits, those letters in
// lower case. Letters that folding alone brings to the same letters are left out.
func lookalikes(confusables, names input, primary map[rune]string) map[rune]string {
	to := map[rune]string{}
	for _, l := range confusables.lines {
		f := strings.Split(l, ";")
		if len(f) < 3 {
			continue
		}
		if rs := hexRunes(f[0]); len(rs) == 1 && rs[0] >= 128 {
			to[rs[0]] = string(hexRunes(f[1]))
		}
	}
	for _, l := range names.lines {
		f := strings.Split(l, ";")
		if m := smallCapital.FindStringSubmatch(f[1]); m != nil {
			to[hexRunes(f[0])[0]] = m[1]
		}
	}
	to[0x138] = "k" // kra, the prototype of every small kappa and ka, is itself confusable with no ASCII letter

	var resolve func(r rune, depth int) string
	resolve = func(r rune, depth int) string {
		if r < 128 {
			return string(unicode.ToLower(r))
		}
		if p, ok := primary[r]; ok {
			return p
		}
		if p := plain(string(r)); isASCIIWord(p) {
			return p
		}
		s, ok := to[r]
		if !ok || depth > 4 {
			return string(r)
		}
		var b strings.Builder
		for _, x := range norm.NFKD.String(s) {
			if !unicode.Is(unicode.M, x) {
				b.WriteString(resolve(x, depth+1))
			}
		}
		return b.String()
	}
	out := map[rune]string{}
	for r := range to {
		s := resolve(r, 0)
		if s == "rn" {
			s = "m" // the prototype of m
		}
		if len(s) <= 4 && isASCIIWord(s) && !unicode.Is(unicode.M, r) {
			out[r] = s
		}
	}
	// A small letter without an entry looks like the small form of what its capital looks like.
	for r, s := range maps.Clone(out) {
		if l := unicode.ToLower(r); l != r && out[l] == "" {
			out[l] = s
		}
	}
	for r, s := range out {
		if plain(string(r)) == s || primary[r] == s {
			delete(out, r)
		}
	}
	return out
}

// ignorables returns the ranges of characters that do not show.
func ignorables(derived input) [][2]rune {
	var out [][2]rune
	for _, l := range derived.lines {
		at, prop, ok := strings.Cut(l, ";")
		if prop, _, _ = strings.Cut(prop, "#"); !ok || strings.TrimSpace(prop) != "Default_Ignorable_Code_Point" {
			continue
		}
		lo, hi, ranged := strings.Cut(strings.TrimSpace(at), "..")
		r := [2]rune{hexRunes(lo)[0], hexRunes(lo)[0]}
		if ranged {
			r[1] = hexRunes(hi)[0]
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b [2]rune) int { return cmp.Compare(a[0], b[0]) })
	merged := out[:0]
	for _, r := range out {
		if n := len(merged); n > 0 && merged[n-1][1]+1 >= r[0] {
			merged[n-1][1] = max(merged[n-1][1], r[1])
			continue
		}
		merged = append(merged, r)
	}
	return merged
}

// simplifications returns traditional characters with the first simplified form that OpenCC gives for them.
func simplifications(in input) map[rune]rune {
	out := map[rune]rune{}
	for _, l := range in.lines {
		from, to, ok := strings.Cut(l, "\t")
		f, t := []rune(from), []rune(strings.Fields(to + " ")[0])
		if ok && len(f) == 1 && len(t) == 1 && f[0] != t[0] {
			out[f[0]] = t[0]
		}
	}
	// One step always reaches the end.
	for f, t := range out {
		for range 3 {
			if u, more := out[t]; more && u != f {
				t = u
			}
		}
		out[f] = t
	}
	return out
}

func render(in inputs) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("// Code generated by benchmarks/gentables. DO NOT EDIT.\n//\n// Inputs, with version, licence and SHA-256:\n//\n")
	for _, f := range []input{in.confusables, in.names, in.derived, in.keys, in.simplified} {
		fmt.Fprintf(&b, "//   - %s %s (%s) %s\n", f.name, f.version, f.licence, f.sum)
	}
	fmt.Fprintf(&b, "\npackage fold\n\n// TablesVersion names the data that the tables are made of.\nconst TablesVersion = %q\n\n",
		"confusables "+in.confusables.version+", UCD "+in.names.version+", "+in.simplified.version)
	primary := primaries(in.keys)
	writeWords(&b, "primaries", "holds letters that differ from ASCII letters below the primary level of collation only.", primary)
	writeWords(&b, "lookalikes", "holds characters that look like ASCII letters or digits.", lookalikes(in.confusables, in.names, primary))
	fmt.Fprint(&b, "// ignorables holds the first and last of each range of characters that do not show.\nvar ignorables = [...][2]rune{\n")
	for _, r := range ignorables(in.derived) {
		fmt.Fprintf(&b, "{%#x, %#x},\n", r[0], r[1])
	}
	fmt.Fprint(&b, "}\n\n// simplified holds traditional characters with their simplified form.\nvar simplified = [...][2]rune{\n")
	simple := simplifications(in.simplified)
	for i, r := range slices.Sorted(maps.Keys(simple)) {
		fmt.Fprintf(&b, "{%#x, %#x},", r, simple[r])
		if i%12 == 11 {
			b.WriteByte('\n')
		}
	}
	b.WriteString("\n}\n")
	return format.Source(b.Bytes())
}

func writeWords(b *bytes.Buffer, name, doc string, m map[rune]string) {
	fmt.Fprintf(b, "// %s %s\nvar %s = [...]spelling{\n", name, doc, name)
	for i, r := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(b, "{%#x, %s},", r, strconv.Quote(m[r]))
		if i%16 == 15 {
			b.WriteByte('\n')
		}
	}
	b.WriteString("\n}\n\n")
}
