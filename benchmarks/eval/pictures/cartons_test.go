package pictures

import (
	"image"
	"path/filepath"
	"slices"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers"
	imagekind "lookalike/matchers/image"
)

// hardCartons are pairs of cartons whose hashes lie within 45 bits of each other and whose details agree: by their outline
// alone, or by half of their print.
var hardCartons = [][2]uint64{
	{113, 785}, {177, 823}, {354, 626}, {442, 823}, {454, 916}, {558, 129}, {687, 171}, {711, 528}, {1943, 2168}, {2313, 215},
}

// workMatcher returns a matcher over the pictures; sign i is picture i.
func workMatcher(t *testing.T, ms []*image.NRGBA) matchers.Matcher {
	t.Helper()
	path := filepath.Join(t.TempDir(), "works.lkc")
	out, err := snapshot.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Abort()
	k := imagekind.New(imagekind.Options{})
	b := k.Builder()
	for i, m := range ms {
		if err := b.Add(t.Context(), uint32(i), &corpora.Sign{Kind: corpora.Work, Image: asFile(m)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Finish(out); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Commit(); err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	m, err := k.Open(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// grades returns the best strength with which each picture of the corpus is found, 3 for one that is not.
func grades(t *testing.T, m matchers.Matcher, n int, picture image.Image) []int {
	t.Helper()
	hs, err := hits(t.Context(), m, m.Kind().New(), picture)
	if err != nil {
		t.Fatal(err)
	}
	out := slices.Repeat([]int{3}, n)
	for _, h := range hs {
		if counts(h) {
			out[h.Sign] = min(out[h.Sign], strength(h))
		}
	}
	return out
}

// TestHardCartonsStayApart holds pieces of one series apart, and each of them to itself.
func TestHardCartonsStayApart(t *testing.T) {
	var ms []*image.NRGBA
	for _, p := range hardCartons {
		ms = append(ms, Carton(p[0]), Carton(p[1]))
	}
	m := workMatcher(t, ms)
	for i := range ms {
		pair, other := hardCartons[i/2], i^1
		got := grades(t, m, len(ms), ms[i])
		if got[i] != 0 {
			t.Errorf("%v: a carton finds itself as %d, want the same picture", pair, got[i])
		}
		if got[other] == 0 {
			t.Errorf("%v: one carton of the pair is called the same picture as the other", pair)
		}
	}
}

// TestTiltedCartonsAreTheSame: the borders of a tilted picture are trimmed elsewhere, which must not make it another piece
// of the series.
func TestTiltedCartonsAreTheSame(t *testing.T) {
	seeds := []uint64{1, 9, 11, 12, 20, 21, 22, 25, 27, 29}
	var ms []*image.NRGBA
	for _, s := range seeds {
		ms = append(ms, Carton(s))
	}
	m := workMatcher(t, ms)
	for i, s := range seeds {
		got := grades(t, m, len(ms), tilted(ms[i], 3))
		for j, g := range got {
			if (g == 0) != (i == j) {
				t.Errorf("carton %d tilted by 3°: carton %d is found as %d", s, seeds[j], g)
			}
		}
	}
}
