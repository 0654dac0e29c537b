package policy

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"lookalike/corpora"
	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// earlier writes a report with one finding that has the given matches.
func earlier(t *testing.T, complete bool, ms ...judge.Match) []byte {
	t.Helper()
	var out bytes.Buffer
	e := scanner.NewEncoder(&out)
	err := errors.Join(
		e.Header(scanner.Header{Schema: scanner.Schema, Corpora: []scanner.CorpusRef{{Name: "starter", ID: "sha256-11"}}}),
		e.Finding(scanner.Finding{Matches: ms}),
		e.Trailer(scanner.Trailer{Complete: complete}),
	)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func match(fingerprint string, g judge.Grade) judge.Match {
	return judge.Match{Fingerprint: fingerprint, Grade: g}
}

func TestBaseline(t *testing.T) {
	silenced := match("silenced", judge.High)
	silenced.SilencedBy = new("f-1")
	report := earlier(t, true, match("same", judge.Medium), match("worse", judge.Low), match("better", judge.High), match("gone", judge.High),
		match("twice", judge.Low), match("twice", judge.High), match("ungraded", ""), silenced)
	b, warnings, err := ReadBaseline(bytes.NewReader(report), []scanner.CorpusRef{{Name: "starter", ID: "sha256-11"}})
	if err != nil || len(warnings) != 0 {
		t.Fatal(err, warnings)
	}
	p := &Policy{Baseline: b}
	v := judge.Verdict{Matches: []judge.Match{
		match("same", judge.Medium), match("worse", judge.Medium), match("better", judge.Low), match("other", judge.Low),
		match("twice", judge.High), match("ungraded", judge.Low), match("silenced", judge.High),
	}}
	p.Mark(&corpora.Listing{}, &v)
	var got []string
	for _, m := range v.Matches {
		got = append(got, *m.State)
	}
	if want := []string{Same, Worse, Same, New, Same, New, New}; !slices.Equal(got, want) {
		t.Errorf("states %v, want %v", got, want)
	}
	if gone := p.Gone(); !slices.Equal(gone, []string{"gone"}) {
		t.Errorf("gone %v", gone)
	}
}

func TestBaselineOfAnotherKind(t *testing.T) {
	good := earlier(t, true, match("a", judge.High))
	now := []scanner.CorpusRef{{Name: "starter", ID: "sha256-11"}, {Name: "mine", ID: "sha256-22"}}
	for name, c := range map[string]struct {
		report []byte
		codes  []string
		says   string
	}{
		"other corpus":   {good, []string{BaselineCorpus}, ""},
		"incomplete":     {earlier(t, false, match("a", judge.High)), []string{BaselineCorpus, BaselineIncomplete}, ""},
		"cut short":      {good[:bytes.LastIndexByte(good[:len(good)-1], '\n')+1], []string{BaselineCorpus, BaselineIncomplete}, ""},
		"other schema":   {bytes.Replace(good, []byte(`"schema":1`), []byte(`"schema":9`), 1), nil, "schema 9"},
		"not a report":   {[]byte("id,title\n"), nil, "line 1"},
		"nothing":        {nil, nil, "trailer"},
		"a damaged line": {bytes.Replace(good, []byte(`"score":0`), []byte(`"score":x`), 1), nil, "line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			b, warnings, err := ReadBaseline(bytes.NewReader(c.report), now)
			if c.says != "" {
				if err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("error %v, want %q", err, c.says)
				}
				return
			}
			var codes []string
			for _, w := range warnings {
				codes = append(codes, w.Code)
			}
			m := match("a", judge.High)
			if err != nil || !slices.Equal(codes, c.codes) || *b.of(&m) != Same {
				t.Errorf("%v, warnings %v, want %v", err, codes, c.codes)
			}
		})
	}
}

func TestCodesAreDistinct(t *testing.T) {
	for _, list := range [][]string{Codes(), FailFields()} {
		seen := map[string]bool{}
		for _, c := range list {
			if c == "" || seen[c] {
				t.Errorf("the code %q stands there twice", c)
			}
			seen[c] = true
		}
	}
}
