package report

import (
	"fmt"
	"testing"

	"lookalike/matchers/judge"
)

// TestJoinMarkets holds that what is said of several markets is said once, and that notes which differ otherwise, or stand
// apart, stay.
func TestJoinMarkets(t *testing.T) {
	of := func(code string, args map[string]any) judge.Note { return judge.Note{Code: code, Args: args} }
	in := []judge.Note{
		of("look_up", map[string]any{"mark": "A"}),
		of("licence", map[string]any{"market": "US"}), of("licence", map[string]any{"market": "EU"}), of("licence", map[string]any{"market": "CN"}),
		of("resale", map[string]any{"market": "US", "rule": "a"}), of("resale", map[string]any{"market": "EU", "rule": "b"}),
		of("licence", map[string]any{"market": "JP"}),
	}
	var got []string
	for _, n := range joinMarkets(in) {
		got = append(got, fmt.Sprint(n.Code, n.Args["market"]))
	}
	const want = "[look_up<nil> licenceUS, EU, CN resaleUS resaleEU licenceJP]"
	if fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
	if in[1].Args["market"] != "US" {
		t.Error("the notes given are changed")
	}
}
