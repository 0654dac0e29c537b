package report

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"testing"

	"lookalike/matchers"
	"lookalike/scanner/report/lang"
)

// sarifLog is what a consumer of SARIF 2.1.0 reads of a log. Unknown keys are refused, so that nothing is written that
// the standard does not name.
type sarifLog struct {
	Schema  string `json:"$schema"`
	Version string `json:"version"`
	Runs    []struct {
		Tool struct {
			Driver struct {
				Name     string `json:"name"`
				Version  string `json:"version"`
				Language string `json:"language"`
				Rules    []struct {
					ID      string                 `json:"id"`
					Name    string                 `json:"name"`
					Short   struct{ Text string }  `json:"shortDescription"`
					Full    struct{ Text string }  `json:"fullDescription"`
					Default struct{ Level string } `json:"defaultConfiguration"`
				} `json:"rules"`
			} `json:"driver"`
		} `json:"tool"`
		ColumnKind  string `json:"columnKind"`
		Invocations []struct {
			Successful    bool   `json:"executionSuccessful"`
			Start         string `json:"startTimeUtc"`
			Notifications []struct {
				Level   string
				Message struct{ Text string }
			} `json:"toolExecutionNotifications"`
		} `json:"invocations"`
		Results    []sarifResult  `json:"results"`
		Properties map[string]any `json:"properties"`
	} `json:"runs"`
}

func TestSARIFStructure(t *testing.T) {
	for _, l := range lang.Languages() {
		var log sarifLog
		raw := render(t, "sarif", Options{Lang: l})
		if err := strictJSON(raw, &log); err != nil {
			t.Fatal(err)
		}
		if log.Version != "2.1.0" || len(log.Runs) != 1 {
			t.Fatalf("version %q, %d runs", log.Version, len(log.Runs))
		}
		run := log.Runs[0]
		rules := run.Tool.Driver.Rules
		if len(rules) != int(matchers.NumLanes)+1 || run.Tool.Driver.Name == "" || run.ColumnKind != "utf16CodeUnits" {
			t.Errorf("%d rules of %q, columns %q", len(rules), run.Tool.Driver.Name, run.ColumnKind)
		}
		levels := []string{"none", "note", "warning", "error"}
		want := 0
		for _, f := range sampleFindings() {
			want += len(f.Matches)
			if f.Error != nil {
				want++
			}
		}
		if len(run.Results) != want {
			t.Errorf("%d results, want %d", len(run.Results), want)
		}
		for i, r := range run.Results {
			if r.RuleIndex < 0 || r.RuleIndex >= len(rules) || rules[r.RuleIndex].ID != r.RuleID {
				t.Errorf("result %d: rule %q is not at index %d", i, r.RuleID, r.RuleIndex)
			}
			if !slices.Contains(levels, r.Level) || r.Message.Text == "" || len(r.Locations) != 1 {
				t.Errorf("result %d: level %q, message %q, %d locations", i, r.Level, r.Message.Text, len(r.Locations))
			}
			p := r.Locations[0].Physical
			if u, err := url.Parse(p.Artifact.URI); err != nil || u.IsAbs() || p.Artifact.URI == "" {
				t.Errorf("result %d: %q is no relative URI", i, p.Artifact.URI)
			}
			if p.Region == nil || p.Region.StartLine < 1 {
				t.Errorf("result %d has no line", i)
			}
			if r.RuleID != notRead && r.Partial["lookalike/v1"] == "" {
				t.Errorf("result %d has no fingerprint", i)
			}
			if r.Baseline != "" && !slices.Contains([]string{"new", "unchanged", "updated", "absent"}, r.Baseline) {
				t.Errorf("result %d: baseline state %q", i, r.Baseline)
			}
			for _, s := range r.Suppressions {
				if s.Kind != "external" || s.Status != "accepted" {
					t.Errorf("result %d: suppression %+v", i, s)
				}
			}
		}
		if n := len(run.Invocations); n != 1 || run.Invocations[0].Successful {
			t.Errorf("%d invocations; an incomplete scan must not be successful", n)
		}
	}
}

// TestSARIFOfNothing holds that a scan without findings is valid too.
func TestSARIFOfNothing(t *testing.T) {
	var log sarifLog
	b := &bytes.Buffer{}
	w, err := New("sarif", b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, nil)
	if err := strictJSON(b.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	if log.Runs[0].Results == nil {
		t.Error("no results must be an empty list and not be absent")
	}
}

func strictJSON(raw []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	return dec.Decode(v)
}

func TestArtifact(t *testing.T) {
	for in, want := range map[string]string{
		"catalogue.csv": "catalogue.csv", "a b.csv": "a%20b.csv", "feed.zip/in#ner.csv": "feed.zip/in%23ner.csv", "-": "stdin",
		"": "stdin", "/abs/x.csv": "abs/x.csv", `dir\x.csv`: "dir/x.csv", "a:b.csv": "./a:b.csv", "目录.csv": "%E7%9B%AE%E5%BD%95.csv",
	} {
		if got := artifact(in); got != want {
			t.Errorf("artifact(%q) = %q, want %q", in, got, want)
		}
	}
}
