package eval

import (
	"context"
	"fmt"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/synth"
	"lookalike/matchers"
	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// treatments measures recall: of the names written by each treatment, the share that the floors find, that some lane
// finds, that is listed, and that is graded medium or above.
func (r *run) treatments(ctx context.Context) (Section, error) {
	s := Section{Name: "treatments", Columns: []string{"exact", "ratio", "found", "listed", "medium"}}
	features, err := r.textFeatures()
	if err != nil {
		return s, err
	}
	for _, t := range synth.Treatments() {
		is := r.using(t)
		if len(is) == 0 {
			continue
		}
		var exact, ratio, found, listed, medium int
		for i := range is {
			it := &is[i]
			target := map[string]bool{strings.ToLower(it.Truth.Name.Text): true}
			exact += one(exactly(it.Listing.Title, target))
			ratio += one(byLength(target).alike(it.Listing.Title))
			hit, err := r.hit(ctx, features, it)
			if err != nil {
				return s, err
			}
			found += one(hit)
		}
		err := r.scan(ctx, is, func(it *synth.Item, f *scanner.Finding) {
			if m := best(f, &it.Truth); m != nil {
				listed++
				medium += one(m.Grade.Rank() >= judge.Medium.Rank())
			}
		})
		if err != nil {
			return s, err
		}
		s.Rows = append(s.Rows, shares(string(t), len(is), exact, ratio, found, listed, medium))
	}
	return s, nil
}

// using returns listings that use live rights under the treatment.
func (r *run) using(t synth.Treatment) items {
	var is items
	for i := 0; i < r.World.Rights && len(is) < r.Names; i++ {
		right := r.World.Right(i)
		if right.Status != corpora.Live {
			continue
		}
		if it, ok := synth.Using(r.World.Seed+uint64(i), &right, r.World.Name(i), t); ok {
			is = append(is, it)
		}
	}
	return is
}

// textFeatures returns features of the kind that matches words.
func (r *run) textFeatures() (map[string]matchers.Features, error) {
	features := map[string]matchers.Features{}
	for _, m := range r.corpus.Matchers() {
		features[m.Kind().Name()] = m.Kind().New()
	}
	if len(features) == 0 {
		return nil, fmt.Errorf("eval: the register has no matcher")
	}
	return features, nil
}

// hit reports whether a matcher finds the item's right, whatever the judge makes of it.
func (r *run) hit(ctx context.Context, features map[string]matchers.Features, it *synth.Item) (bool, error) {
	want := strings.ToLower(it.Truth.Name.Text)
	for _, m := range r.corpus.Matchers() {
		f := features[m.Kind().Name()]
		if problems := f.Prepare(ctx, &it.Listing); len(problems) > 0 {
			return false, fmt.Errorf("eval: listing %s: %w", it.Listing.ID, &problems[0])
		}
		for _, h := range m.Match(f, nil) {
			if h.Part != matchers.Title || int(h.Start) >= it.Truth.End || int(h.End) <= it.Truth.Start {
				continue
			}
			for _, link := range r.corpus.Links(h.Sign) {
				if r.texts[link.Right] == want {
					return true, nil
				}
			}
		}
	}
	return false, nil
}

// unrelated measures false alarms: listings per 1,000 that use no right and have a match all the same.
func (r *run) unrelated(ctx context.Context) (Section, error) {
	s := Section{Name: "unrelated", Columns: []string{"per_1000"}}
	is := r.items(synth.Unrelated)
	var low, medium, high, exact, ratio int
	err := r.scan(ctx, is, func(_ *synth.Item, f *scanner.Finding) {
		rank := 0
		for i := range f.Matches {
			if f.Matches[i].SilencedBy == nil {
				rank = max(rank, f.Matches[i].Grade.Rank())
			}
		}
		low += one(rank >= judge.Low.Rank())
		medium += one(rank >= judge.Medium.Rank())
		high += one(rank >= judge.High.Rank())
	})
	if err != nil {
		return s, err
	}
	groups := byLength(r.names)
	sample := is[:min(len(is), r.Ratio)]
	for i := range is {
		exact += one(exactly(is[i].Listing.Title, r.names))
	}
	for i := range sample {
		ratio += one(groups.alike(sample[i].Listing.Title))
	}
	for _, row := range []struct {
		name string
		n, k int
	}{
		{"floor_exact", len(is), exact}, {"floor_ratio", len(sample), ratio},
		{"low", len(is), low}, {"medium", len(is), medium}, {"high", len(is), high},
	} {
		s.Rows = append(s.Rows, Row{row.name, row.n, []float64{1000 * share(row.k, row.n)}})
	}
	return s, nil
}

// scenarios measures judgement: the share of listings whose grade lies within the bounds of the truth, and of those with
// a listed match the share whose use is told right.
func (r *run) scenarios(ctx context.Context) (Section, error) {
	s := Section{Name: "scenarios", Columns: []string{"bounds", "listed", "use"}}
	for _, sc := range synth.Scenarios() {
		if sc == synth.Unrelated {
			continue
		}
		is := r.items(sc)
		var bounds, listed, use int
		err := r.scan(ctx, is, func(it *synth.Item, f *scanner.Finding) {
			var grade judge.Grade
			if m := best(f, &it.Truth); m != nil {
				grade = m.Grade
				listed++
				use += one(string(m.Use) == it.Truth.Use)
			}
			least, most := judge.Grade(it.Truth.Least), judge.Grade(it.Truth.Most)
			bounds += one(grade.Rank() >= least.Rank() && (most == "" || grade.Rank() <= most.Rank()))
		})
		if err != nil {
			return s, err
		}
		s.Rows = append(s.Rows, Row{string(sc), len(is), []float64{share(bounds, len(is)), share(listed, len(is)), share(use, listed)}})
	}
	return s, nil
}

// items returns the world's listings of a scenario.
func (r *run) items(sc synth.Scenario) items {
	var is items
	for i := range r.World.Size {
		if it := r.World.Item(i); it.Truth.Scenario == sc {
			is = append(is, it)
		}
	}
	return is
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func share(k, n int) float64 {
	if n == 0 {
		return 0
	}
	return float64(k) / float64(n)
}

func shares(name string, n int, counts ...int) Row {
	row := Row{Name: name, N: n}
	for _, k := range counts {
		row.Values = append(row.Values, share(k, n))
	}
	return row
}
