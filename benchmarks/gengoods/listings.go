package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"lookalike/corpora/goods"
)

// listing is what a line of a file of listings must hold.
type listing struct {
	Title    string `json:"title"`
	Category string `json:"category"`
}

// answerListings prints for how many listings, and for how many distinct categories, the tables name classes, and a seeded
// sample of distinct categories with their answers, for a person to judge.
func answerListings(w io.Writer, path string, seed uint64, sample int) error {
	t, err := goods.Load()
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var all, byCategory, either int
	titles := map[string]string{} // of a category, the first
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l listing
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("%s: line %d: %w", path, all+1, err)
		}
		all++
		if len(t.Classify(l.Category, "").Classes) > 0 {
			byCategory++
		}
		if len(t.Classify(l.Category, l.Title).Classes) > 0 {
			either++
		}
		if _, known := titles[l.Category]; !known && l.Category != "" {
			titles[l.Category] = l.Title
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	var categories []string
	answered := 0
	for c := range titles {
		categories = append(categories, c)
		if len(t.Classify(c, "").Classes) > 0 {
			answered++
		}
	}
	slices.Sort(categories)
	fmt.Fprintf(w, "%d listings: category alone answered %.3f, category and title %.3f; %d distinct categories: answered %.3f\n",
		all, share(byCategory, all), share(either, all), len(categories), share(answered, len(categories)))
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(categories), func(i, k int) { categories[i], categories[k] = categories[k], categories[i] })
	for _, c := range categories[:min(sample, len(categories))] {
		var classes []string
		for _, g := range t.Classify(c, "").Classes {
			classes = append(classes, fmt.Sprintf("%d:%.2f", g.Class, g.Confidence))
		}
		fmt.Fprintf(w, "%s\t%s\t(%.60s)\n", c, strings.Join(classes[:min(3, len(classes))], " "), titles[c])
	}
	return nil
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}
