// Gengoods writes the weights of goods terms that corpora/goods embeds.
//
//	go run ./benchmarks/gengoods -terms nice_terms.tsv -google taxonomy.txt -out corpora/goods
//
// The input is a table with the columns class, lang, term, count: the goods and services of EUIPO trade mark records
// (EUIPO open data) with the Nice class that they stand in. What is kept is facts: how often a word stands in which class.
//
// The second input is Google's product taxonomy with its numbers as Google publishes it (taxonomy-with-ids.en-US.txt,
// version 2021-09-21), one "number - path" a line: numbers, names and their order are kept.
//
// With -holdout it trains on four fifths of the distinct terms and prints how often the class of the others is the first
// answer of Classify and among its first three. The split is seeded and keeps a term of all classes on one side.
//
// With -listings it prints for how many listings the embedded tables name classes, and with -sample some answers to judge.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"lookalike/corpora/goods"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gengoods:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	fs := flag.NewFlagSet("gengoods", flag.ContinueOnError)
	path := fs.String("terms", "", "table of terms: class, lang, term, count")
	google := fs.String("google", "", "Google's product taxonomy with numbers; empty: leave google.txt as it is")
	out := fs.String("out", "corpora/goods", "folder to write to")
	holdout := fs.Bool("holdout", false, "measure on held-out terms and write nothing")
	seed := fs.Uint64("seed", 1, "of the split")
	listings := fs.String("listings", "", "print how many listings of this file (JSON Lines) the embedded tables answer, and write nothing")
	sample := fs.Int("sample", 0, "print so many distinct categories with their answers")
	verbose := fs.Bool("v", false, "print wrong answers")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if *listings != "" {
		return answerListings(os.Stdout, *listings, *seed, *sample)
	}
	rows, err := read(*path)
	if err != nil {
		return err
	}
	if *holdout {
		return measure(rows, *seed, *verbose)
	}
	var list []goods.Term
	for _, r := range rows {
		list = append(list, r.Term)
	}
	data := goods.Train(list)
	fmt.Printf("%d terms, %d bytes\n", len(list), len(data))
	if err := os.WriteFile(filepath.Join(*out, "terms.bin"), data, 0o644); err != nil {
		return err
	}
	if *google == "" {
		return nil
	}
	tree, err := readTaxonomy(*google)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(*out, "google.txt"), tree, 0o644)
}

// row is one term of one language.
type row struct {
	goods.Term
	lang string
}

func read(path string) ([]row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var rows []row
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		c := strings.Split(sc.Text(), "\t")
		if len(c) < 3 || c[0] == "class" {
			continue
		}
		class, err := strconv.Atoi(c[0])
		if err != nil || class < 1 || class > goods.NumClasses {
			return nil, fmt.Errorf("%s: bad class %q", path, c[0])
		}
		rows = append(rows, row{goods.Term{Class: uint8(class), Text: strings.ToLower(strings.Trim(c[2], " ."))}, c[1]})
	}
	return rows, sc.Err()
}

// measure prints recall at one and three on held-out terms, for English and for all languages, and how well the
// confidence is calibrated.
func measure(rows []row, seed uint64, verbose bool) error {
	classes := map[string][]uint8{}
	lang := map[string]string{}
	for _, r := range rows {
		classes[r.Text] = append(classes[r.Text], r.Class)
		lang[r.Text] = r.lang
	}
	var keys []string
	for k := range classes {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	rng := rand.New(rand.NewPCG(seed, 0))
	rng.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	held := map[string]bool{}
	for _, k := range keys[:len(keys)/5] {
		held[k] = true
	}
	var train []goods.Term
	for _, r := range rows {
		if !held[r.Text] {
			train = append(train, r.Term)
		}
	}
	table, err := goods.LoadTerms(string(goods.Train(train)))
	if err != nil {
		return err
	}
	for _, l := range []string{"en", ""} {
		var s score
		for _, k := range keys[:len(keys)/5] {
			if l == "" || lang[k] == l {
				a := table.Classify(k, "")
				right := s.add(a, classes[k])
				if verbose && l != "" && !right {
					fmt.Println(classes[k], k, a.Classes, a.Kinds, a.Words)
				}
			}
		}
		s.print(l)
	}
	return nil
}

// score counts answers.
type score struct {
	n, answered, first, three int
	bucket                    [10]struct{ n, right, sum float64 }
}

func (s *score) add(a goods.Answer, want []uint8) bool {
	s.n++
	if len(a.Classes) == 0 {
		return false
	}
	s.answered++
	right := slices.Contains(want, a.Classes[0].Class)
	if right {
		s.first++
	}
	for _, g := range a.Classes[:min(3, len(a.Classes))] {
		if slices.Contains(want, g.Class) {
			s.three++
			break
		}
	}
	b := &s.bucket[min(9, int(a.Classes[0].Confidence*10))]
	b.n++
	b.sum += a.Classes[0].Confidence
	if right {
		b.right++
	}
	return right
}

func (s *score) print(lang string) {
	n := float64(s.n)
	fmt.Printf("lang %q: %d terms, answered %.3f, top-1 %.3f, top-3 %.3f\n", lang, s.n, float64(s.answered)/n, float64(s.first)/n, float64(s.three)/n)
	for _, b := range s.bucket {
		if b.n > 0 {
			fmt.Printf("  confidence %.2f: %5.0f answers, %.2f right\n", b.sum/b.n, b.n, b.right/b.n)
		}
	}
}
