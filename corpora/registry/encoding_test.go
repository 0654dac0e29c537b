package registry

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"lookalike/corpora"
)

// markXML is a record of one mark.
func markXML(number, text string) string {
	return "<TradeMark operationCode=\"Insert\"><RegistrationOfficeCode>EM</RegistrationOfficeCode><ApplicationNumber>" + number +
		"</ApplicationNumber><WordMarkSpecification><MarkVerbalElementText>" + text + "</MarkVerbalElementText></WordMarkSpecification></TradeMark>\n"
}

// readEncoded returns the texts of the rights that a file holds and the problems of the rest.
func readEncoded(t *testing.T, content string) (texts []string, problems []corpora.Problem, rows []int) {
	t.Helper()
	src, err := OpenOffice([]string{write(t, t.TempDir(), "x.xml", content)}, OfficeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range src.All(t.Context()) {
		if err == nil {
			texts = append(texts, r.Text)
			continue
		}
		p, ok := errors.AsType[*corpora.Problem](err)
		if !ok || filepath.Base(r.Origin) != "x.xml" {
			t.Fatalf("%s: %v", r.Origin, err)
		}
		problems, rows = append(problems, *p), append(rows, r.Row)
	}
	return texts, problems, rows
}

// TestWrongEncoding holds that one byte that is no text costs its record alone, which is named with the byte's place.
func TestWrongEncoding(t *testing.T) {
	const declared = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	good, also := markXML("018000001", "ZORVANE"), markXML("018000003", "QUILLBÉRRY 中国")
	for name, head := range map[string]string{
		"declared": declared, "by default": "", "byte order mark": "\uFEFF" + declared, "unknown name": "<?xml version=\"1.0\" encoding=\"x-none\"?>\n",
		"much before": declared + "<!-- " + strings.Repeat("é", 1<<20) + " -->",
	} {
		content := head + "<T>\n" + good + markXML("018000002", "CAF\xE9 NOIR") + also + "</T>"
		texts, problems, rows := readEncoded(t, content)
		if strings.Join(texts, "|") != "ZORVANE|QUILLBÉRRY 中国" || len(problems) != 1 {
			t.Fatalf("%s: %q, %v", name, texts, problems)
		}
		p := problems[0]
		at, line := int64(strings.IndexByte(content, 0xE9)), strings.Count(content[:strings.Index(content, "018000002")], "\n")+1
		if name == "much before" {
			at = int64(strings.Index(content, "\xE9 NOIR"))
		}
		if p.Code != corpora.BadEncoding || p.Args["charset"] != "utf-8" || p.Args["offset"] != at || rows[0] != line {
			t.Errorf("%s: line %d, %v, want line %d and byte %d", name, rows[0], p, line, at)
		}
	}
}

// TestFaultBetweenRecords holds that a byte that is no text is named where no record is: it may hide one.
func TestFaultBetweenRecords(t *testing.T) {
	good := markXML("018000001", "ZORVANE")
	for name, c := range map[string]struct {
		content string
		at      string
		texts   int
	}{
		"hidden start": {"<T>\n" + good + "<Trade\xFFMark><ApplicationNumber>018000002</ApplicationNumber></TradeMark>\n" + good + "</T>", "\xFF", 2},
		"at the end":   {"<T>" + good + "</T>\n\xE4\xB8", "\xE4\xB8", 1},
		"in the head":  {"<T><!-- \xC3( -->" + good + "</T>", "\xC3", 1},
	} {
		texts, problems, rows := readEncoded(t, c.content)
		at := strings.Index(c.content, c.at)
		if len(texts) != c.texts || len(problems) != 1 || problems[0].Code != corpora.BadEncoding || problems[0].Args["offset"] != int64(at) ||
			rows[0] != 1+strings.Count(c.content[:at], "\n") {
			t.Errorf("%s: %q, %v in lines %v, want byte %d", name, texts, problems, rows, at)
		}
	}
}

// TestOtherEncodings holds that what a file declares is believed, and that what does not fit it is named.
func TestOtherEncodings(t *testing.T) {
	body := "<T>" + markXML("018000001", "ZORVÄNE") + "</T>"
	latin, err := charmap.Windows1252.NewEncoder().String("<?xml version='1.0' encoding='windows-1252'?>" + body)
	if err != nil {
		t.Fatal(err)
	}
	chinese, err := simplifiedchinese.GB18030.NewEncoder().String("<?xml version='1.0' encoding='GBK'?><T>" + markXML("018000001", "中国") + markXML("018000002", "北\x00京") + "</T>")
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(body)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		content, want string
		bad           int
	}{
		"windows-1252": {latin, "ZORVÄNE", 0},
		"utf-16":       {wide, "ZORVÄNE", 0},
		"gbk":          {strings.ReplaceAll(chinese, "\x00", ""), "中国|北京", 0},
		"gbk, a fault": {strings.ReplaceAll(chinese, "\x00", "\xFF"), "中国", 1},
		"U+FFFD":       {"<T>" + markXML("018000001", "ZOR\uFFFD") + "</T>", "ZOR\uFFFD", 0},
	} {
		texts, problems, _ := readEncoded(t, c.content)
		if strings.Join(texts, "|") != c.want || len(problems) != c.bad {
			t.Errorf("%s: %q, %v", name, texts, problems)
		}
	}
}

// TestFaultInOwnerBehind holds that an owner that stands behind its record is part of it.
func TestFaultInOwnerBehind(t *testing.T) {
	mapped := &mapper{charset: "utf-8"}
	r := parsedRight{right: corpora.Right{ID: "a"}}
	raw := []byte("<Applicant>\xFF</Applicant>")
	mapped.ownerBehind(&r, &xmlRecord{name: "Applicant", raw: raw, offset: 100})
	if r.problem == nil || r.problem.Args["offset"] != int64(100+bytes.IndexByte(raw, 0xFF)) {
		t.Errorf("problem %v", r.problem)
	}
}
