package judge

import (
	"hash/maphash"
	"math/rand/v2"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/words"
)

func TestHeadsAgreeWithLists(t *testing.T) {
	uses, err := words.LoadUses()
	if err != nil {
		t.Fatal(err)
	}
	dict, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	j := &Judge{uses: uses, dict: dict, phraseIndex: phraseIndex{"for": {0}}, seed: maphash.MakeSeed()}
	j.heads = j.headsOf()
	title := "Black cotton t shirt for men size M, Costa Rica coffee, vacuum cleaner bag, 手机壳 适用于 iPhone, the best new store"
	p := j.page(&corpora.Listing{Title: title}, nil)
	f := p.field(0, 0)
	found := 0
	for i := range f.tokens {
		for l := range numLists {
			for end := i; end <= len(f.tokens); end++ {
				want := uses.At(listNames[l], f.tokens[i:end])
				if got := p.at(f, l, i, end); got != want {
					t.Errorf("%s at %q: %d, want %d", listNames[l], f.tokens[i:end], got, want)
				}
				found += want
			}
			if got, want := p.in(f, l, i), uses.Has(listNames[l], f.tokens[i]); got != want {
				t.Errorf("%q in %s: %v, want %v", f.tokens[i], listNames[l], got, want)
			}
		}
		if got, want := p.dictionaries(f, i), dict.Dictionaries(f.tokens[i]); got != want {
			t.Errorf("%q: dictionaries %b, want %b", f.tokens[i], got, want)
		}
		if got, want := p.heads(f, i)&startsPhrase != 0, f.tokens[i] == "for"; got != want {
			t.Errorf("%q starts a phrase: %v, want %v", f.tokens[i], got, want)
		}
	}
	if found == 0 {
		t.Error("no entry of a list stands in the title")
	}
}

func TestRunningScoreIsThatOfThePieces(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		s := telling()
		for range r.IntN(12) {
			switch g := above(GradeOf(r.IntN(101))); r.IntN(5) {
			case 0:
				s.cap("x", g)
			case 1:
				s.floor("x", g)
			case 2:
				s.raise("x")
			default:
				s.add(PieceSign, 2*r.Float64()-1, 40*r.Float64())
			}
			if got, want := s.score(), Score(s.pieces); got != want {
				t.Fatalf("score %d, want %d for %v", got, want, s.pieces)
			}
		}
	}
}

func TestMemo(t *testing.T) {
	m := newMemo[string](1000, 4)
	if _, ok := m.get(3); ok {
		t.Error("an answer before any")
	}
	m.put(3, "three")
	if got, ok := m.get(3); !ok || got != "three" {
		t.Errorf("got %q, %v", got, ok)
	}
	if _, ok := m.get(7); ok {
		t.Error("the answer of another number at the same place")
	}
	m.put(7, "seven")
	if _, ok := m.get(3); ok {
		t.Error("an answer whose place was taken")
	}
}
