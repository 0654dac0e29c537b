package eval

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"
)

func sample() Results {
	return Results{
		Name: "text", Data: "synth seed 1: 10 rights", Machine: "go1.26 linux/amd64, 2 processors",
		Sections: []Section{
			{"treatments", []string{"exact", "found"}, []Row{{"plain", 200, []float64{1, 1}}, {"typo", 150, []float64{0, 0.98765}}}, nil},
			{"unrelated", []string{"per_1000"}, []Row{{"high", 5000, []float64{12.5}}}, []string{"missed: A / B"}},
		},
	}
}

func TestResultsComeBack(t *testing.T) {
	var b bytes.Buffer
	if _, err := sample().WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	got, err := Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	if got.Name != "text" || got.Data != sample().Data || got.Machine != sample().Machine {
		t.Errorf("%+v", got)
	}
	if !slices.Equal(got.Sections[1].Notes, sample().Sections[1].Notes) {
		t.Errorf("notes %q", got.Sections[1].Notes)
	}
	if changes := Diff(sample(), got); len(changes) > 0 {
		t.Errorf("what was written differs from what is read: %v", changes)
	}
}

func TestDiff(t *testing.T) {
	fresh := sample()
	fresh.Machine = "another"
	fresh.Sections[0].Rows[1] = Row{"typo", 150, []float64{0, 0.95}}
	fresh.Sections[0].Rows = append(fresh.Sections[0].Rows, Row{"leet", 7, []float64{0, 1}})
	fresh.Sections = fresh.Sections[:1]
	var got []string
	for _, c := range Diff(sample(), fresh) {
		got = append(got, c.String())
	}
	want := []string{
		"treatments typo found: 0.950, was 0.988 (-0.038)",
		"treatments leet n: 7.000, was absent",
		"treatments leet exact: 0.000, was absent",
		"treatments leet found: 1.000, was absent",
		"unrelated high n: absent, was 5000.000",
		"unrelated high per_1000: absent, was 12.500",
	}
	if !slices.Equal(got, want) {
		t.Errorf("changes\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestParseRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":        "",
		"another file":   "id,title\n",
		"no section":     "lookalike eval text\nplain 3 1.0\n",
		"too few fields": "lookalike eval text\n[a] n x y\nplain 3 1.0\n",
		"no number":      "lookalike eval text\n[a] n x\nplain 3 one\n",
		"not a count":    "lookalike eval text\n[a] n x\nplain 3.5 1.0\n",
		"no head":        "lookalike eval text\n[a] x\n",
		"not finite":     "lookalike eval text\n[a] n x\nplain 3 NaN\n",
	} {
		if r, err := Parse(strings.NewReader(text)); err == nil {
			t.Errorf("%s is read as %+v", name, r)
		}
	}
}

func FuzzParse(f *testing.F) {
	var b bytes.Buffer
	sample().WriteTo(&b)
	f.Add(b.String())
	f.Add("lookalike eval x\n[] n\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, c := range r.cells() {
			if math.IsNaN(c.New) {
				t.Fatalf("%+v", c)
			}
		}
	})
}

func TestFloors(t *testing.T) {
	names := map[string]bool{"lumtrex": true, "delta crown": true, "gap": true}
	groups := byLength(names)
	for text, want := range map[string][2]bool{
		"New LUMTREX shoes":           {true, true},
		"New Lumtrez shoes":           {false, true}, // 6 of 7
		"New Lumtzez shoes":           {false, false},
		"Lum trex shoes":              {false, true}, // one space more
		"a Delta-Crown lamp":          {true, true},
		"deltacrown lamp":             {false, true},
		"the gab":                     {false, false},
		"mind the gap":                {true, true},
		"nothing of the kind is here": {false, false},
	} {
		if got := [2]bool{exactly(text, names), groups.alike(text)}; got != want {
			t.Errorf("%q: exact and ratio %v, want %v", text, got, want)
		}
	}
}
