package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lookalike/corpora"
)

// record turns the cells of one row into a right. The first value that cannot be read is the problem.
type record struct {
	get     func(field) string
	serial  bool // days may be the serial numbers of a sheet
	problem *corpora.Problem
}

// right reads every field but the pictures, whose references it returns.
func (d *record) right() (corpora.Right, []string) {
	r := corpora.Right{
		ID: d.get(fieldID), Text: d.get(fieldText), Owner: d.get(fieldOwner),
		Office: strings.ToUpper(d.get(fieldOffice)), Number: d.get(fieldNumber), Goods: d.get(fieldGoods),
		Disclaimer: d.get(fieldDisclaimer), Link: d.get(fieldLink), ReferencePrice: d.get(fieldPrice), Source: d.get(fieldSource),
		Locarno: list(d.get(fieldLocarno)), Flags: list(strings.ToLower(d.get(fieldFlags))),
		Vienna: list(d.get(fieldVienna)), USClasses: list(d.get(fieldUSClasses)), StatusCode: d.get(fieldStatusCode),
	}
	r.Kind = parsed(d, fieldKind, corpora.ParseRightKind)
	r.Form = parsed(d, fieldForm, corpora.ParseForm)
	r.Status = parsed(d, fieldStatus, corpora.ParseStatus)
	r.Filed = parsed(d, fieldFiled, d.date)
	r.Registered = parsed(d, fieldRegistered, d.date)
	r.Expires = parsed(d, fieldExpires, d.date)
	r.Classes = parsed(d, fieldClasses, parseClasses)
	r.Markets = parsed(d, fieldMarkets, parseMarkets)
	for _, a := range list(d.get(fieldAliases)) {
		r.Aliases = append(r.Aliases, parseAlias(a))
	}
	for i, s := range d.beside(fieldAliasSources, len(r.Aliases)) {
		r.Aliases[i].Source = s
	}
	r.FlagSources = d.beside(fieldFlagSources, len(r.Flags))
	for _, a := range list(d.get(fieldTranslations)) {
		alias := parseAlias(a)
		alias.Source = corpora.AliasTranslation
		r.Aliases = append(r.Aliases, alias)
	}
	for _, a := range list(d.get(fieldPseudoMarks)) {
		r.Aliases = append(r.Aliases, corpora.Alias{Text: a, Source: corpora.AliasPseudoMark})
	}
	images := splitImages(d.get(fieldImages))
	if d.problem == nil && r.Text == "" && len(images) == 0 {
		d.problem = &corpora.Problem{Code: corpora.EmptyRecord}
	}
	return r, images
}

// beside reads a list that goes with another one, entry by entry, blank ones among them. An empty cell is no list.
func (d *record) beside(f field, n int) []string {
	s := d.get(f)
	if s == "" {
		return nil
	}
	out := strings.Split(s, ";")
	if len(out) != n {
		if d.problem == nil {
			d.problem = &corpora.Problem{
				Code: corpora.BadValue, Field: fieldNames[f],
				Args: map[string]any{"value": cutText(s), "want": fmt.Sprintf("%d entries, separated by semicolons", n)},
			}
		}
		return nil
	}
	for i, v := range out {
		out[i] = strings.TrimSpace(v)
	}
	return out
}

// parsed reads one cell and keeps the first problem.
func parsed[T any](d *record, f field, parse func(string) (T, error)) T {
	s := d.get(f)
	v, err := parse(s)
	if err != nil && d.problem == nil {
		d.problem = &corpora.Problem{
			Code: corpora.BadValue, Field: fieldNames[f], Args: map[string]any{"value": cutText(s), "want": want(f)},
		}
	}
	return v
}

// date reads a day as it is written, or as the serial number that sheets store: days since 1899-12-30.
func (d *record) date(s string) (corpora.Date, error) {
	if n, err := strconv.ParseFloat(s, 64); d.serial && err == nil && n >= 1 && n < 200_000 {
		return corpora.DateOf(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(n))), nil
	}
	return corpora.ParseDate(s)
}

// want says in a word what the cells of a field hold.
func want(f field) string {
	switch f {
	case fieldKind:
		return "mark, design or work"
	case fieldStatus:
		return "live, grace, pending, dead, unknown or unverified"
	case fieldForm:
		return "word, stylised, figurative, shape, colour, position, pattern, sound or other"
	case fieldClasses:
		return "1 to 45"
	case fieldMarkets:
		return "US;DE;EU"
	}
	return "YYYY-MM-DD"
}

// cutText keeps of a bad value what a person needs to find it.
func cutText(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	for i := most; ; i-- {
		if utf8.RuneStart(s[i]) {
			return s[:i] + "…"
		}
	}
}

// list splits at semicolons and line ends and drops what is blank.
func list(s string) []string {
	var out []string
	for v := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ';' || r == '\n' }) {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// parseClasses reads Nice classes, "9;25" or, as offices write them, "009, 025".
func parseClasses(s string) ([]uint8, error) {
	var out []uint8
	for v := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(";, \n", r) }) {
		n, err := strconv.ParseUint(v, 10, 8)
		if err != nil || n < 1 || n > 45 {
			return nil, fmt.Errorf("not a Nice class: %q", v)
		}
		out = append(out, uint8(n))
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func parseMarkets(s string) ([]corpora.Market, error) {
	var out []corpora.Market
	for _, v := range list(s) {
		m, err := corpora.ParseMarket(v)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// parseAlias reads "zh:耐克" or plain text. What stands before the colon is a language only when it is a code of one.
func parseAlias(s string) corpora.Alias {
	if tag, text, ok := strings.Cut(s, ":"); ok && isLanguage(tag) {
		if text = strings.TrimSpace(text); text != "" {
			return corpora.Alias{Text: text, Lang: tag}
		}
	}
	return corpora.Alias{Text: s}
}

// languages are the two-letter codes of ISO 639-1.
const languages = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo " +
	"es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk " +
	"kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj " +
	"om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr " +
	"ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"

// isLanguage reports whether tag is a language tag: a two-letter code in lower case, alone or with subtags.
func isLanguage(tag string) bool {
	code, rest, _ := strings.Cut(tag, "-")
	if len(code) != 2 || strings.Contains(code, " ") || !strings.Contains(languages, code) || len(rest) > 12 {
		return false
	}
	for _, c := range rest {
		if c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

// splitImages splits at semicolons, but for the one inside a data: address, and at line ends.
func splitImages(s string) []string {
	var out []string
	for v := range strings.SplitSeq(strings.ReplaceAll(s, "\n", ";"), ";") {
		if last := len(out) - 1; last >= 0 && strings.HasPrefix(out[last], "data:") && !strings.Contains(out[last], ",") {
			out[last] += ";" + strings.TrimSpace(v)
			continue
		}
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// nameRight gives a right without an id the one that everybody would give it: office, kind and number, else a hash of
// what the row says.
func nameRight(r *corpora.Right, images []string) {
	if r.ID != "" {
		return
	}
	if r.Office != "" && r.Number != "" {
		r.ID = r.Office + "-" + r.Kind.String() + "-" + r.Number
		return
	}
	h := sha256.New()
	for _, s := range append([]string{r.Kind.String(), r.Text, r.Owner, r.Office, r.Number, r.Goods, r.Form.String()}, images...) {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	fmt.Fprintf(h, "%d%s%s", r.Classes, r.Markets, r.Aliases)
	r.ID = "sha256-" + hex.EncodeToString(h.Sum(nil)[:12])
}
