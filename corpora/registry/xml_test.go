package registry

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"lookalike/corpora"
)

// cutRecords returns the records of a stream and the codes of their problems.
func cutRecords(t testing.TB, r io.Reader, names ...string) (raws, codes []string, lines []int) {
	t.Helper()
	x := newXMLRecords(r, names...)
	for {
		rec, err := x.next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
			return raws, codes, lines
		}
		code := ""
		if rec.problem != nil {
			code = rec.problem.Code
		}
		raws, codes, lines = append(raws, string(rec.raw)), append(codes, code), append(lines, rec.line)
	}
}

func TestXMLRecords(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want string // record or its problem, joined by |
	}{
		"plain":          {"<all><rec>1</rec>\n<rec a='b'>2</rec ></all>", "<rec>1</rec>|<rec a='b'>2</rec >"},
		"prefix":         {"<n:all><n:rec>1</n:rec><m:rec/><other/></n:all>", "<n:rec>1</n:rec>|<m:rec/>"},
		"alike names":    {"<rec-s><recs><rec>1<rec-s/></rec></recs>", "<rec>1<rec-s/></rec>"},
		"comment":        {"<!-- <rec>no</rec> --><rec>1<!-- </rec> --></rec>", "<rec>1<!-- </rec> --></rec>"},
		"cdata":          {"<![CDATA[<rec>]]><rec><![CDATA[</rec><rec>]]></rec>", "<rec><![CDATA[</rec><rec>]]></rec>"},
		"not closed":     {"<rec>1<rec>2</rec>", "!bad_xml|<rec>2</rec>"},
		"cut":            {"<rec>1</rec><rec>2", "<rec>1</rec>|!source_truncated"},
		"cut in tag":     {"<rec>1</rec><rec>2</re", "<rec>1</rec>|!source_truncated"},
		"nothing":        {"<all></all>", ""},
		"open comment":   {"<rec>1</rec><!-- <rec>2</rec>", "<rec>1</rec>"},
		"document type":  {"<!DOCTYPE all [<!ELEMENT rec (a)><!ENTITY rec \"x\">]><rec>1</rec>", "<rec>1</rec>"},
		"attribute":      {`<rec a="</rec>">1</rec>`, `<rec a="</rec>|1`},
		"empty with att": {"<rec a='1' /><rec>2</rec>", "<rec a='1' />|<rec>2</rec>"},
	} {
		if name == "attribute" { // "<" in an attribute is no XML: whatever comes out must only be cut somewhere
			continue
		}
		for how, r := range map[string]io.Reader{"whole": strings.NewReader(c.in), "byte by byte": iotest.OneByteReader(strings.NewReader(c.in))} {
			raws, codes, _ := cutRecords(t, r, "rec")
			for i, code := range codes {
				if code != "" {
					raws[i] = "!" + code
				}
			}
			if got := strings.Join(raws, "|"); got != c.want {
				t.Errorf("%s, %s: %s, want %s", name, how, got, c.want)
			}
		}
	}
	_, _, lines := cutRecords(t, strings.NewReader("<a>\n<rec>\n1</rec>\n\n<rec>2</rec></a>"), "rec")
	if len(lines) != 2 || lines[0] != 2 || lines[1] != 5 {
		t.Errorf("lines %v", lines)
	}
}

func TestXMLRecordTooLarge(t *testing.T) {
	large := "<all><rec>" + strings.Repeat("0123456789", maxXMLRecord/8) + "</rec><rec>2</rec></all>"
	raws, codes, _ := cutRecords(t, strings.NewReader(large), "rec")
	if len(codes) != 2 || codes[0] != corpora.RecordTooLarge || raws[1] != "<rec>2</rec>" {
		t.Errorf("codes %v", codes)
	}
}

func TestTree(t *testing.T) {
	var tr tree
	err := tr.parse([]byte(`<n:rec x:id="a &amp; b" other='"'><one> A &amp;
 B &#20013;&#x56FD; </one><m:two><three>c<!-- no --></three><three/><![CDATA[<d>]]></m:two><?pi x?></n:rec>`))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"one": "A & B 中国", "two/three": "c", "two": "c <d>", "none": ""} {
		if got := tr.text(tr.at(0, strings.Split(path, "/")...)); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if tr.attr(0, "id") != "a & b" || tr.attr(0, "other") != `"` || tr.attr(0, "none") != "" {
		t.Errorf("attributes %q, %q", tr.attr(0, "id"), tr.attr(0, "other"))
	}
	n := 0
	tr.all(0, "three", func(int32) { n++ })
	if n != 2 || tr.text(tr.find(0, "three")) != "c" {
		t.Errorf("%d elements", n)
	}
	for name, bad := range map[string]string{
		"entity": "<a>&lol;</a>", "not closed": "<a><b></a>", "cut": "<a><b>", "no name": "<a>< b></a>", "deep": strings.Repeat("<a>", 1000),
		"comment": "<a><!-- </a>", "attribute": `<a b="c></a>`,
	} {
		if tr.parse([]byte(bad)) == nil {
			t.Errorf("%s: %.30s is taken", name, bad)
		}
	}
}

// FuzzTree holds the parser to encoding/xml: a record that both take has the same elements and text.
func FuzzTree(f *testing.F) {
	f.Add([]byte(`<a:b c="d"><e>f &amp; g</e><h/><![CDATA[i]]>j<!--k--></a:b>`))
	f.Add([]byte("<a>\r\n&#x41;<b><c>1</c></b> 2</a>"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var tr tree
		if tr.parse(raw) != nil {
			return
		}
		var names, want []string
		var walk func(int32)
		walk = func(n int32) {
			names = append(names, tr.nodes[n].name)
			tr.children(n, "", walk)
		}
		walk(0)
		_ = tr.text(0)
		_ = tr.attr(0, "c")
		d := xml.NewDecoder(bytes.NewReader(raw))
		var text strings.Builder
		for depth := 0; ; {
			tok, err := d.RawToken()
			if err != nil {
				return // a record that encoding/xml refuses
			}
			switch tok := tok.(type) {
			case xml.StartElement:
				want = append(want, tok.Name.Local)
				depth++
			case xml.CharData:
				if depth > 0 {
					text.Write(tok)
				}
			case xml.EndElement:
				depth--
			}
			if depth == 0 && len(want) > 0 {
				break
			}
		}
		if strings.Join(names, " ") != strings.Join(want, " ") {
			t.Fatalf("elements %q, want %q", names, want)
		}
		if got := tr.text(0); strings.Join(strings.Fields(got), "") != strings.Join(strings.Fields(text.String()), "") {
			t.Fatalf("text %q, want %q", got, text.String())
		}
	})
}

// FuzzXMLRecords holds that cutting does not depend on how the stream arrives, and ends.
func FuzzXMLRecords(f *testing.F) {
	f.Add([]byte("<all><rec>1</rec><!-- <rec> --><x:rec a='b'/><rec><![CDATA[</rec>]]></rec><rec>"))
	f.Add([]byte("<all>\xE4\xB8<rec>1</rec>\xE4\xB8\xAD<!-- \xFF --><rec>\xE9</rec>\xF0\x9F"))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, codes, _ := cutRecords(t, bytes.NewReader(b), "rec")
		c, codes2, _ := cutRecords(t, iotest.OneByteReader(bytes.NewReader(b)), "rec")
		if strings.Join(a, "\x00") != strings.Join(c, "\x00") || strings.Join(codes, " ") != strings.Join(codes2, " ") {
			t.Fatalf("whole %q %v, byte by byte %q %v", a, codes, c, codes2)
		}
	})
}
