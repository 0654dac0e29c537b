package evaljudge

import (
	"os"
	"path/filepath"
	"testing"

	"lookalike/matchers/judge"
)

func TestReadLabels(t *testing.T) {
	write := func(name, s string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, path := range []string{
		write("l.csv", "listing,mark,label,reason\na,Zorbek GmbH,true use,parent\na,Quilm,unrelated,chance\n"),
		write("l.jsonl", `{"listing":"a","mark":"zorbek gmbh","label":"true use"}`+"\n"+`{"listing":"a","mark":"QUILM","label":"unrelated","reason":"chance"}`+"\n"),
	} {
		ls, err := readLabels(path)
		if err != nil {
			t.Fatal(err)
		}
		if a, b, c := ls.of("a", "ZORBEK GmbH"), ls.of("a", "Quilm"), ls.of("b", "Quilm"); a != labelTrue || b != labelUnrelated || c != "" {
			t.Errorf("%s: %q, %q, %q", filepath.Ext(path), a, b, c)
		}
	}
	for name, s := range map[string]string{
		"heading":       "id,mark,label,reason\na,b,unrelated,\n",
		"word":          "listing,mark,label,reason\na,b,false,\n",
		"no mark":       "listing,mark,label,reason\na,,unrelated,\n",
		"contradiction": "listing,mark,label,reason\na,b,unrelated,\na,B,true use,\n",
	} {
		if _, err := readLabels(write("x.csv", s)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSaid(t *testing.T) {
	var s said
	s.add(judge.Medium, judge.Critical)
	s.add(judge.High, judge.Low)
	s.add("", "")
	s.add("", judge.Medium)
	if want := [5]int{0, 2, 2, 1, 0}; s.unrelated != want {
		t.Errorf("unrelated %v, want %v", s.unrelated, want)
	}
	if want := [5]int{0, 1, 1, 1, 1}; s.unlabelled != want {
		t.Errorf("unlabelled %v, want %v", s.unlabelled, want)
	}
}
