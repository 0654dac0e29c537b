package table

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Text decodes a stream to UTF-8. The encoding is told in this order: byte order mark, the declared one, valid UTF-8, a
// detector. Leading ASCII is passed on undecided, so that the decision is taken where the first other byte stands,
// however late that is, over the next SampleSize bytes.
//
// UTF-8 passes as it is, faults included: readers of records name the record that holds one. In other encodings a byte
// sequence without meaning becomes U+FFFD.
type Text struct {
	src      io.Reader
	declared string
	fallback string // what is used when neither the bytes nor a declaration tell, "" for the detector
	buf      []byte
	pos, end int
	err      error
	started  bool
	bom      bool
	name     string
	enc      encoding.Encoding
	out      io.Reader // nil while only ASCII was seen
}

// NewText decodes r. declared is the charset that the source names, "" for none.
func NewText(r io.Reader, declared string) *Text { return &Text{src: r, declared: declared} }

// NewXMLText decodes r as XML says: by byte order mark or declaration, else as UTF-8. Nothing is guessed, so that a byte
// that does not fit is a fault of the text. The encoding is known at once.
func NewXMLText(r io.Reader) *Text {
	t := &Text{src: r, fallback: "utf-8"}
	t.start()
	return t
}

// Charset returns the encoding's name in lower case, "utf-8" while only ASCII was read.
func (t *Text) Charset() string {
	if t.name == "" {
		return "utf-8"
	}
	return t.name
}

// Known reports whether the encoding is decided: all that was read before is ASCII.
func (t *Text) Known() bool { return t.out != nil }

// BOM reports whether the text started with a byte order mark.
func (t *Text) BOM() bool { return t.bom }

// Encoding returns what writes the text's encoding, nil for UTF-8.
func (t *Text) Encoding() encoding.Encoding { return t.enc }

// Read reads decoded text.
func (t *Text) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if !t.started {
		t.start()
	}
	if t.out != nil {
		return t.out.Read(p)
	}
	if t.pos == t.end {
		if t.err != nil {
			return 0, t.err
		}
		t.more(1)
		if t.pos == t.end {
			return 0, t.err
		}
	}
	n := min(len(p), t.end-t.pos)
	if k := highByte(t.buf[t.pos : t.pos+n]); k < n {
		if k == 0 {
			t.more(SampleSize)
			t.decide(t.buf[t.pos:t.end])
			return t.out.Read(p)
		}
		n = k
	}
	copy(p, t.buf[t.pos:t.pos+n])
	t.pos += n
	return n, nil
}

// start looks at the first bytes for what cannot wait: a byte order mark, UTF-16 without one, a declared charset.
func (t *Text) start() {
	t.started = true
	t.more(4096)
	head := t.buf[t.pos:t.end]
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		t.bom = true
		t.pos += 3
		t.use("utf-8", nil)
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		t.bom = true
		t.pos += 2
		t.use("utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM))
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		t.bom = true
		t.pos += 2
		t.use("utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM))
	default:
		if e := utf16Without(head); e != "" {
			order := unicode.LittleEndian
			if e == "utf-16be" {
				order = unicode.BigEndian
			}
			t.use(e, unicode.UTF16(order, unicode.IgnoreBOM))
			return
		}
		if t.declared == "" && bytes.HasPrefix(bytes.TrimSpace(head), []byte("<")) {
			t.declared = declaredIn(head)
		}
		if t.declared != "" {
			if name, enc := lookup(t.declared); name != "" {
				t.use(name, enc)
				return
			}
		}
		if name, enc := lookup(t.fallback); name != "" {
			t.use(name, enc)
		}
	}
}

// use fixes the encoding for the rest of the stream.
func (t *Text) use(name string, enc encoding.Encoding) {
	t.name, t.enc = name, enc
	rest := io.Reader(&tail{t})
	if enc != nil {
		rest = transform.NewReader(rest, enc.NewDecoder())
	}
	t.out = rest
}

// tail reads what the buffer still holds, then the source.
type tail struct{ t *Text }

func (r *tail) Read(p []byte) (int, error) {
	t := r.t
	if t.pos < t.end {
		n := copy(p, t.buf[t.pos:t.end])
		t.pos += n
		return n, nil
	}
	if t.err != nil {
		return 0, t.err
	}
	return t.src.Read(p)
}

// more reads until n bytes wait in the buffer or the source ends.
func (t *Text) more(n int) {
	if t.pos > 0 {
		t.end = copy(t.buf, t.buf[t.pos:t.end])
		t.pos = 0
	}
	if need := max(n, windowSize); len(t.buf) < need {
		buf := make([]byte, need)
		copy(buf, t.buf[:t.end])
		t.buf = buf
	}
	for idle := 0; t.end < n && t.err == nil; {
		k, err := t.src.Read(t.buf[t.end:])
		t.end += k
		t.err = err
		if k == 0 && err == nil {
			if idle++; idle > 100 {
				t.err = io.ErrNoProgress
			}
		}
	}
}

// decide tells the encoding from a window that starts with a byte beyond ASCII.
func (t *Text) decide(window []byte) {
	name := guess(window, errors.Is(t.err, io.EOF))
	_, enc := lookup(name)
	t.use(name, enc)
}

func highByte(b []byte) int {
	for i, c := range b {
		if c >= 0x80 {
			return i
		}
	}
	return len(b)
}

// utf16Without recognises UTF-16 without a byte order mark by the zero bytes of its ASCII letters.
func utf16Without(b []byte) string {
	if len(b) < 8 {
		return ""
	}
	var zeros [2]int
	for i, c := range b[:len(b)&^1] {
		if c == 0 {
			zeros[i&1]++
		}
	}
	half := len(b) / 2
	switch {
	case zeros[1]*10 >= half*4 && zeros[0]*20 < half:
		return "utf-16le"
	case zeros[0]*10 >= half*4 && zeros[1]*20 < half:
		return "utf-16be"
	}
	if zeros[0]+zeros[1] < 2 {
		return ""
	}
	// The high bytes of alphabets beyond Latin are control characters.
	controls := 0
	for _, c := range b {
		if c < '\t' || c > '\r' && c < ' ' {
			controls++
		}
	}
	if _, bad := countUTF8(b, false); bad == 0 && controls*3 < len(b) {
		return ""
	}
	le, be := wideText(b, 1), wideText(b, 0)
	switch {
	case le > be:
		return "utf-16le"
	case be > le:
		return "utf-16be"
	}
	return ""
}

// wideText returns how many units of b are ASCII when it is read as UTF-16 whose high bytes stand at odd (1) or even (0)
// offsets, 0 when it does not read as a text of rows: it has line ends or delimiters among three or more ASCII units,
// and of a hundred units at most five are no letters of a living script.
func wideText(b []byte, high int) int {
	ascii, marks, odd := 0, 0, 0
	units := len(b) / 2
	for i := range units {
		c, h := b[2*i+1-high], b[2*i+high]
		switch {
		case h == 0 && (c >= ' ' && c < 0x7F || c == '\n' || c == '\r' || c == '\t'):
			ascii++
			if c == '\n' || c == '\r' || c == '\t' || c == ',' || c == ';' || c == '|' {
				marks++
			}
		case h == 0 && c < 0xA0, h >= 0xD8 && h < 0xF9, h >= 0x07 && h < 0x0E, h >= 0x18 && h < 0x1E, h >= 0xA0 && h < 0xAC:
			odd++
		}
	}
	if marks == 0 || ascii < 3 || odd*20 > units {
		return 0
	}
	return ascii
}

// lookup resolves a charset's name or alias. GBK and GB2312 are read as GB18030, which holds both. UTF-8 has a nil
// encoding; an unknown name is "".
func lookup(charset string) (string, encoding.Encoding) {
	charset = strings.ToLower(strings.TrimSpace(charset))
	switch charset {
	case "utf-8", "utf8", "ascii", "us-ascii":
		return "utf-8", nil
	case "gb18030", "gbk", "gb2312", "cp936", "x-gbk":
		return "gb18030", simplifiedchinese.GB18030
	}
	enc, err := htmlindex.Get(charset)
	if err != nil || enc == encoding.Replacement || strings.HasPrefix(charset, "utf-16") {
		return "", nil // UTF-16 shows by its bytes
	}
	name, err := htmlindex.Name(enc)
	if err != nil {
		return "", nil
	}
	return name, enc
}

// guess names the encoding of text that is neither marked nor declared. whole says that nothing follows it.
//
// Few faults in text that is else UTF-8 are faults of single records, so it stays UTF-8. Western text has its high bytes
// one by one among ASCII letters; in the two-byte encodings of Chinese, Japanese and Korean they come in runs of even
// length.
func guess(b []byte, whole bool) string {
	good, bad := countUTF8(b, whole)
	if bad == 0 || good > 10*bad {
		return "utf-8"
	}
	lone, high := 0, 0
	for i := 0; i < len(b); i++ {
		if b[i] < 0x80 {
			continue
		}
		from := i
		for i+1 < len(b) && b[i+1] >= 0x80 {
			i++
		}
		high += i - from + 1
		if i == from {
			lone++
		}
	}
	found := strings.ToLower(chardet.Detect(b).Encoding)
	single := singleByte(found)
	if lone*2 > high {
		if single && found != "iso-8859-1" && found != "macroman" {
			if name, enc := lookup(found); enc != nil {
				return name
			}
		}
		return "windows-1252"
	}
	if simplified(b) {
		return "gb18030"
	}
	if name, enc := lookup(found); enc != nil && !single {
		if name == "gb18030" || plausible(enc, b) >= plausible(simplifiedchinese.GB18030, b) {
			return name
		}
	}
	if plausible(simplifiedchinese.GB18030, b) > 900 {
		return "gb18030"
	}
	if name, enc := lookup(found); enc != nil {
		return name
	}
	return "windows-1252"
}

// simplified reports whether b is made of the common characters of GB 2312: rows 16 to 55 hold the 3,755 most common ones.
// Japanese in EUC shows by its kana rows, Korean by keeping to rows 16 to 40; a few characters are not enough for a
// detector to tell them apart, and feeds in such encodings are Chinese far more often.
func simplified(b []byte) bool {
	pairs, common, kana, low := 0, 0, 0, 0
	for i := 0; i+1 < len(b); i++ {
		if b[i] < 0x80 {
			continue
		}
		lead, trail := b[i], b[i+1]
		i++
		pairs++
		if trail < 0xA1 {
			continue
		}
		switch {
		case lead == 0xA4 || lead == 0xA5:
			kana++
		case lead >= 0xB0 && lead <= 0xD7:
			common++
			if lead <= 0xC8 {
				low++
			}
		case lead == 0xA1 || lead == 0xA3:
			common++
		}
	}
	if pairs == 0 || kana*5 > pairs || common*10 < pairs*9 {
		return false
	}
	return low < common || pairs < 20
}

func singleByte(name string) bool {
	_, enc := lookup(name)
	_, ok := enc.(*charmap.Charmap)
	return ok
}

// countUTF8 counts the sequences of several bytes that are UTF-8 and the bytes that are not.
func countUTF8(b []byte, whole bool) (good, bad int) {
	for i := 0; i < len(b); {
		if b[i] < 0x80 {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			if !whole && !utf8.FullRune(b[i:]) {
				return good, bad
			}
			bad++
		} else {
			good++
		}
		i += n
	}
	return good, bad
}

// plausible returns how many in a thousand characters beyond ASCII are common ones when b is read in enc: Han of the
// first plane, kana, hangul, their punctuation and full-width forms.
func plausible(enc encoding.Encoding, b []byte) int {
	text, err := enc.NewDecoder().Bytes(b[:min(len(b), 64<<10)])
	if err != nil {
		return 0
	}
	good, all := 0, 0
	for _, r := range string(text) {
		if r < 0x80 {
			continue
		}
		all++
		switch {
		case r >= 0x4E00 && r <= 0x9FFF, r >= 0x3000 && r <= 0x30FF, r >= 0xAC00 && r <= 0xD7A3, r >= 0xFF00 && r <= 0xFFEF,
			r >= 0x2010 && r <= 0x203B:
			good++
		}
	}
	return good * 1000 / max(all, 1)
}

// declaredIn returns the charset that the head of an XML or HTML text names for itself, "" for none.
func declaredIn(head []byte) string {
	low := bytes.ToLower(head)
	if bytes.HasPrefix(bytes.TrimSpace(low), []byte("<?xml")) {
		decl, _, _ := bytes.Cut(low, []byte("?>"))
		if _, after, ok := bytes.Cut(decl, []byte("encoding=")); ok {
			return quotedName(after)
		}
		return ""
	}
	k := bytes.Index(low, []byte("<meta"))
	for k >= 0 {
		tag, rest, _ := bytes.Cut(low[k:], []byte(">"))
		if _, after, ok := bytes.Cut(tag, []byte("charset=")); ok {
			return quotedName(after)
		}
		low = rest
		k = bytes.Index(low, []byte("<meta"))
	}
	return ""
}

// quotedName returns the name at the start of b, in quotes or not.
func quotedName(b []byte) string {
	b = bytes.TrimLeft(b, `"' `)
	n := bytes.IndexAny(b, "\"' ;/>\t\r\n")
	if n < 0 {
		n = len(b)
	}
	return string(b[:n])
}
