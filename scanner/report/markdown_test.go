package report

import (
	"strings"
	"testing"
)

func TestMarkdownText(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                     "plain",
		"<b>&":                      "&lt;b&gt;&amp;",
		"[x](javascript:1)":         `\[x\](javascript:1)`,
		"see https://x.example/a_b": `see https&#58;//x.example/a\_b`,
		"www.x.example":             "www&#46;x.example",
		"@team":                     "&#64;team",
		"a|b `c` *d* #1":            "a\\|b \\`c\\` \\*d\\* \\#1",
	} {
		if got := mdText(in); got != want {
			t.Errorf("mdText(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMarkdownCode(t *testing.T) {
	for in, want := range map[string]string{
		"":        "",
		"a":       "`a`",
		"a`b":     "``a`b``",
		"`":       "`` ` ``",
		"a```b``": "```` a```b`` ````",
		" x \n y": "`x   y`",
	} {
		if got := mdCode(in); got != want {
			t.Errorf("mdCode(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzMarkdownCode holds that no text leaves its code span: the fence does not occur inside.
func FuzzMarkdownCode(f *testing.F) {
	for _, s := range []string{"", "`", "``a`", "a\n\n# b", hostile} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := mdCode(s)
		if got == "" {
			return
		}
		fence := got[:len(got)-len(strings.TrimLeft(got, "`"))]
		inner := strings.TrimSuffix(strings.TrimPrefix(got, fence), fence)
		if strings.Contains(inner, fence) || strings.ContainsAny(inner, "\n\r") {
			t.Errorf("mdCode(%q) = %q breaks out", s, got)
		}
	})
}

// FuzzClean holds that a clean text has nothing that moves a cursor or reorders letters, and that cleaning ends there.
func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "a", "\x00\x1b[2J", "\u202eabc", "\xff\xfe", "a\u200db", hostile} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if dirty(got) >= 0 {
			t.Errorf("clean(%q) = %q is not clean", s, got)
		}
		if dirty(s) < 0 && got != s {
			t.Errorf("clean(%q) = %q changes a clean text", s, got)
		}
		if c := cut(got, 5); len([]rune(c)) > 6 {
			t.Errorf("cut(%q, 5) = %q is longer", got, c)
		}
	})
}
