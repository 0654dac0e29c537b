package evidence

import (
	"bufio"
	"bytes"
	"net/http"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
)

// The kinds of personal data that are looked for. What pictures show, and names and addresses in running text, are not found.
const (
	PersonalEmail      = "email"
	PersonalPhone      = "phone"
	PersonalIdentity   = "identity_number" // resident identity number of China, by its check digit
	PersonalCard       = "card_number"     // by its check digit
	PersonalTrader     = "trader"          // the record's seller and supplier: persons where they trade in their own name
	PersonalCredential = "credential"      // cookies and authorisation headers
)

// Personal is personal data found in one part of a capture.
type Personal struct {
	Capture string `json:"capture"`
	Item    string `json:"item"`
	Part    int    `json:"part"` // -1: the item has none
	Kind    string `json:"kind"`
	Count   int    `json:"count"`
	Sample  string `json:"sample"` // the first, masked
	Removed bool   `json:"removed"`
}

var (
	emailPattern    = regexp.MustCompile(`[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}`)
	phonePattern    = regexp.MustCompile(`\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){1,4}|(?:^|[^\d.])1[3-9]\d{9}\b|(?i:tel:)[+0-9() .-]{7,20}`)
	identityPattern = regexp.MustCompile(`(?:^|\D)([1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx])\b`)
	cardPattern     = regexp.MustCompile(`(?:^|[^\d])((?:4\d|5[1-5]|62)\d{2}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4})\b`)
)

// maxSearched bounds how much text of one part is searched, also once it is unpacked.
const maxSearched = 16 << 20

// searchText counts the kinds of personal data in text.
func searchText(text []byte, found func(kind, value string)) {
	for _, m := range emailPattern.FindAll(text, 10_000) {
		found(PersonalEmail, string(m))
	}
	for _, m := range phonePattern.FindAll(text, 10_000) {
		if digits := onlyDigits(m); len(digits) >= 8 && len(digits) <= 15 {
			found(PersonalPhone, string(bytes.TrimFunc(m, func(r rune) bool { return r != '+' && (r < '0' || r > '9') })))
		}
	}
	for _, m := range identityPattern.FindAllSubmatch(text, 10_000) {
		if identityNumber(m[1]) {
			found(PersonalIdentity, string(m[1]))
		}
	}
	for _, m := range cardPattern.FindAllSubmatch(text, 10_000) {
		if luhn(onlyDigits(m[1])) {
			found(PersonalCard, string(m[1]))
		}
	}
}

func onlyDigits(b []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, b)
}

// identityNumber checks the last digit of an identity number of 18 places (GB 11643-1999, ISO 7064 mod 11-2).
func identityNumber(b []byte) bool {
	n := 0
	for _, c := range b[:17] {
		n = (n + int(c-'0')) * 2 % 11
	}
	return "10X98765432"[n%11] == bytes.ToUpper(b[17:])[0]
}

// luhn checks the last digit of a card's number (ISO/IEC 7812).
func luhn(digits []byte) bool {
	n := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		n += d
	}
	return len(digits) == 16 && n%10 == 0
}

// mask keeps what tells a value from others and hides the rest.
func mask(s string) string {
	if at := strings.IndexByte(s, '@'); at > 0 {
		return s[:1] + "***" + s[at:]
	}
	r := []rune(s)
	switch {
	case len(r) <= 2:
		return "**"
	case len(r) <= 6:
		return string(r[:1]) + "***"
	}
	return string(r[:2]) + "***" + string(r[len(r)-2:])
}

// traderFields are the fields of a record that may name a person.
var traderFields = []string{"seller", "seller_id", "supplier"}

// searchPart looks for personal data in one part, or in an item without parts.
func searchPart(item, part string, b []byte) []Personal {
	var all []Personal
	at := map[string]int{}
	found := func(kind, value string) {
		if i, ok := at[kind]; ok {
			all[i].Count++
			return
		}
		at[kind] = len(all)
		all = append(all, Personal{Item: item, Kind: kind, Count: 1, Sample: mask(value)})
	}
	b = b[:min(len(b), maxSearched)]
	if item == recordItem {
		for _, f := range traderFields {
			if part == f {
				found(PersonalTrader, traderValue(b))
			}
		}
	}
	if item == warcItem {
		searchRecord(b, found)
	} else if isText(http.DetectContentType(b)) {
		searchText(b, found)
	}
	return all
}

func traderValue(b []byte) string {
	var f fieldLine
	if err := decodeCanonical(bytes.TrimSuffix(b, []byte("\n")), &f); err != nil {
		return ""
	}
	if s, err := strconv.Unquote(string(f.Value)); err == nil {
		return s
	}
	return ""
}

// searchRecord looks into a WARC record: its own head, the message's head, and the body once it is unpacked.
func searchRecord(b []byte, found func(kind, value string)) {
	head, block := splitMessage(b)
	searchText(head, found)
	if !isMessage(block) && !bytes.Contains(head, []byte("msgtype=request")) {
		if isText(http.DetectContentType(block)) {
			searchText(block, found)
		}
		return
	}
	head, body := splitMessage(block)
	searchText(head, found)
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(head)))
	if _, err := r.ReadLine(); err != nil {
		return
	}
	fields, err := r.ReadMIMEHeader() // what could be read of a broken head is looked at
	if err != nil && fields == nil {
		return
	}
	for _, name := range []string{"Cookie", "Set-Cookie", "Authorization", "Proxy-Authorization"} {
		for _, v := range fields.Values(name) {
			found(PersonalCredential, name+" "+v)
		}
	}
	if plain := unpacked(body, fields.Get("Content-Encoding")); isText(http.DetectContentType(plain)) {
		searchText(plain, found)
	}
}

// unpacked takes a content encoding off, as far as the bound goes. What cannot be unpacked is searched as it is.
func unpacked(b []byte, encoding string) []byte {
	plain, err := unpack(b, encoding, maxSearched)
	if err != nil && len(plain) == 0 {
		return b
	}
	return plain
}

func isText(media string) bool {
	return strings.HasPrefix(media, "text/") || strings.Contains(media, "json") || strings.Contains(media, "xml")
}
