package eval

import (
	"strings"
	"testing"

	"lookalike/matchers"
	"lookalike/matchers/text"
)

func TestReadPairs(t *testing.T) {
	pairs, pictures, err := ReadPairs(strings.NewReader("\ufeffoutcome,mark_b,mark_a,note,basis\nLOC,COACH (bags),COUCH,x,sight+sound\nLOC,[a crocodile],[another],,image\nNO_LOC,B,A,,sound\nloc,GOOD DAY,BON JOUR,,translation\nLOC,RUST BUST,BUST RUST,,transposition\nLOC,C,D,,family of marks\n"))
	if err != nil || pictures != 1 || len(pairs) != 5 {
		t.Fatalf("%d pairs, %d pictures, %v", len(pairs), pictures, err)
	}
	if pairs[0] != (Pair{"COUCH", "COACH", "sight+sound", "LOC"}) {
		t.Errorf("%+v", pairs[0])
	}
	for i, want := range []string{GroupSightSound, GroupNot, GroupMeaning, GroupDominant, GroupOther} {
		if got := pairs[i].Group(); got != want {
			t.Errorf("%+v is of the group %s, want %s", pairs[i], got, want)
		}
	}
	for name, file := range map[string]string{
		"empty":       "",
		"no basis":    "mark_a,mark_b,outcome\nA,B,LOC\n",
		"no words":    "mark_a,mark_b,basis,outcome\n[a],[b],image,LOC\n",
		"half a pair": "mark_a,mark_b,basis,outcome\nA,,sound,LOC\n",
		"bad quotes":  "mark_a,mark_b,basis,outcome\n\"A,B,sound,LOC\n",
	} {
		if got, _, err := ReadPairs(strings.NewReader(file)); err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func FuzzReadPairs(f *testing.F) {
	f.Add("mark_a,mark_b,basis,outcome\nCANA,CAYNA,sound,LOC\n")
	f.Fuzz(func(t *testing.T, s string) {
		pairs, _, err := ReadPairs(strings.NewReader(s))
		for _, p := range pairs {
			if err == nil && (p.A == "" || p.B == "") {
				t.Fatalf("%+v", p)
			}
		}
	})
}

func TestPairs(t *testing.T) {
	pairs := []Pair{
		{"SEYCOS", "SEIKO", "sound", "LOC"},
		{"LUMTREX", "ZZYVOK", "sight", "LOC"},
		{"WOLF", "LUPO", "translation", "LOC"},
		{"BLUE QUARTZ", "BLUE QUARTZ", "overall", "NO_LOC"},
	}
	s, err := Pairs(t.Context(), Options{Kinds: []matchers.Kind{text.New()}}, pairs)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]Row{}
	for _, r := range s.Rows {
		rows[r.Name] = r
	}
	if r := rows["confusing"]; r.N != 2 || r.Values[2] != 0.5 {
		t.Errorf("confusing: %+v", r)
	}
	if r := rows[GroupNot]; r.N != 1 || r.Values[3] != 1 || r.Values[5] != 1 {
		t.Errorf("not confusing: %+v", r)
	}
	if r := rows["random"]; r.N != 12 || r.Values[2] != 0 {
		t.Errorf("random: %+v", r)
	}
	if got := strings.Join(s.Notes, "; "); got != "missed (meaning): WOLF / LUPO; missed (sight_sound): LUMTREX / ZZYVOK" {
		t.Errorf("notes %s", got)
	}
}
