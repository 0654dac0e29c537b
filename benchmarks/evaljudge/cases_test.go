package evaljudge

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write the frozen results")

// TestCases holds the results of the labelled cases against the frozen file, so that every change of the judge shows as a
// diff, and the share that must be right.
func TestCases(t *testing.T) {
	os_, err := runCases(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	printCases(&got, os_)
	const file = "cases/results.txt"
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the results differ from %s (run with -update and read the diff):\n%s", file, got.Bytes())
	}
	right, compatible, low := 0, 0, 0
	langs, kinds := map[string]int{}, map[string]int{}
	for _, o := range os_ {
		langs[o.Lang]++
		if o.Lang == "zh" {
			kinds[o.kind()]++
		}
		if o.Right {
			right++
		}
		if o.Reason == "phrase" {
			compatible++
			if o.Right {
				low++
			}
		}
	}
	if share := float64(right) / float64(len(os_)); share < 0.95 {
		t.Errorf("%.1f %% of %d cases are right, want 95", 100*share, len(os_))
	}
	if share := float64(low) / float64(compatible); share < 0.95 {
		t.Errorf("%.1f %% of %d compatible uses are low, want 95", 100*share, compatible)
	}
	maps.DeleteFunc(kinds, func(_ string, n int) bool { return n < 5 })
	if len(kinds) < 8 {
		t.Errorf("Chinese cases of %d kinds of goods with five cases or more, want 8: %v", len(kinds), kinds)
	}
	if langs["en"] < 580 || langs["zh"] < 200 || len(os_)-langs["en"]-langs["zh"] < 100 {
		t.Errorf("too few cases: %v", langs)
	}
}
