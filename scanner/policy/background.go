package policy

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lookalike/corpora"
	"lookalike/matchers/fold"
)

// Background says in which share of a user's own listings a word or a run of words stands without naming the maker of the
// goods. It is made from a feed that is known to be in order, and read by later scans, which learn nothing themselves.
// It is immutable and safe for concurrent use.
//
// The file is text: a line with the version, one with the number of listings, then one line per run of words, its count
// and a tab before it, sorted by the words. Its hash stands in the header of every report that it was used for.
type Background struct {
	listings int
	counts   map[string]int
	id       string
}

const (
	backgroundHead = "lookalike background 1"
	// backgroundWords is the longest run of words that is counted; signs that are longer are rarely words.
	backgroundWords = 3
	// backgroundSlot is the number of listings after which rare runs are forgotten (lossy counting, Manku and Motwani,
	// 2002): a count is short by at most one in so many listings, far below the share from which a sign is weakened.
	backgroundSlot = 5000
	// backgroundLeast is the share from which a run is written, half of what weakens a sign.
	backgroundLeast = 0.001
	// maxBackground bounds what is read.
	maxBackground = 64 << 20
)

// BackgroundCounter counts the words of listings. It is used by one goroutine and holds memory for the frequent ones.
type BackgroundCounter struct {
	listings int
	seen     map[string]*seenWord
	title    fold.Text
	text     fold.Text
	done     map[string]bool
}

type seenWord struct{ count, missed int }

// NewBackgroundCounter returns an empty counter.
func NewBackgroundCounter() *BackgroundCounter {
	return &BackgroundCounter{seen: map[string]*seenWord{}, done: map[string]bool{}}
}

// Add counts each run of words once for the listing: those of title, description and bullets, but for runs that hold a
// word of the brand field and for those that open the title, since there makers are named. So a shop of one brand does
// not turn that brand into an ordinary word.
func (b *BackgroundCounter) Add(l *corpora.Listing) {
	b.listings++
	clear(b.done)
	brand := strings.Fields(fold.Key(l.Brand))
	b.title.Fold(l.Title)
	for i, w := range tokens(&b.title) {
		if i == 0 || i == 1 && len(brand) == 0 {
			brand = append(brand, w)
		}
	}
	b.field(l.Title, brand)
	b.field(l.Description, brand)
	for _, s := range l.Bullets {
		b.field(s, brand)
	}
	if b.listings%backgroundSlot == 0 {
		slot := b.listings / backgroundSlot
		maps.DeleteFunc(b.seen, func(_ string, w *seenWord) bool { return w.count+w.missed <= slot })
	}
}

func tokens(t *fold.Text) []string {
	words := make([]string, len(t.Tokens))
	for i, k := range t.Tokens {
		words[i] = string(t.Runes[k.From:k.To])
	}
	return words
}

func (b *BackgroundCounter) field(s string, brand []string) {
	if s == "" {
		return
	}
	b.text.Fold(s)
	words := tokens(&b.text)
	for i := range words {
		var run strings.Builder
		for n := range min(len(words)-i, b.longest(i)) {
			at := i + n
			if slices.Contains(brand, words[at]) {
				break
			}
			if n > 0 && b.text.Apart(at) {
				run.WriteByte(' ')
			}
			run.WriteString(words[at])
			b.count(run.String())
		}
	}
}

// longest is the number of tokens of a run from token i: more where each is one character.
func (b *BackgroundCounter) longest(i int) int {
	if b.text.Tokens[i].Shape&fold.Ideograph != 0 {
		return 2 * backgroundWords
	}
	return backgroundWords
}

func (b *BackgroundCounter) count(run string) {
	if len(run) > 100 || b.done[run] {
		return
	}
	b.done[run] = true
	w := b.seen[run]
	if w == nil {
		w = &seenWord{missed: b.listings / backgroundSlot}
		b.seen[run] = w
	}
	w.count++
}

// Listings returns how many listings were added.
func (b *BackgroundCounter) Listings() int { return b.listings }

// Write writes the background file and returns the number of runs in it.
func (b *BackgroundCounter) Write(w io.Writer) (runs int, err error) {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "%s\nlistings %d\n", backgroundHead, b.listings)
	for _, run := range slices.Sorted(maps.Keys(b.seen)) {
		if n := b.seen[run].count; n > 1 && float64(n) >= backgroundLeast*float64(b.listings) {
			fmt.Fprintf(out, "%d\t%s\n", n, run)
			runs++
		}
	}
	return runs, out.Flush()
}

// ReadBackground reads a background file. An error names the line.
func ReadBackground(r io.Reader) (*Background, error) {
	all, err := io.ReadAll(io.LimitReader(r, maxBackground+1))
	if err != nil {
		return nil, err
	}
	if len(all) > maxBackground {
		return nil, fmt.Errorf("it has more than %d bytes", maxBackground)
	}
	sum := sha256.Sum256(all)
	b := &Background{counts: map[string]int{}, id: "sha256-" + hex.EncodeToString(sum[:])}
	n := 0
	for line := range strings.SplitSeq(strings.TrimSuffix(string(all), "\n"), "\n") {
		n++
		line = strings.TrimSuffix(line, "\r")
		switch n {
		case 1:
			if line != backgroundHead {
				return nil, errors.New(`line 1: it is no background file: want "` + backgroundHead + `" (lookalike background makes one)`)
			}
		case 2:
			text, ok := strings.CutPrefix(line, "listings ")
			if b.listings, err = strconv.Atoi(text); !ok || err != nil || b.listings < 1 {
				return nil, errors.New("line 2: want the number of listings")
			}
		default:
			count, run, ok := strings.Cut(line, "\t")
			c, err := strconv.Atoi(count)
			if !ok || err != nil || c < 1 || c > b.listings || run == "" {
				return nil, fmt.Errorf("line %d: want a count of listings, a tab and words", n)
			}
			b.counts[run] = c
		}
	}
	if n < 2 {
		return nil, errors.New("line 2: want the number of listings")
	}
	return b, nil
}

// Share returns the share of listings, 0–1, that hold the folded words.
func (b *Background) Share(key string) float64 { return float64(b.counts[key]) / float64(b.listings) }

// ID returns the hash of the file.
func (b *Background) ID() string { return b.id }
