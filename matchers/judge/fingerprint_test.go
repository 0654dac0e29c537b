package judge

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// TestFingerprintIsFrozen pins the hash: users keep fingerprints in files of decisions. A change here is a change of the
// report's schema.
func TestFingerprintIsFrozen(t *testing.T) {
	right := corpora.Right{ID: "r1", Office: "us", Owner: "NIKE, Inc.", Text: "Nike"}
	for _, c := range []struct {
		name string
		id   identity
		want string
	}{
		{"plain", identity{id: "L1", right: rightIdentity(&right), family: "text", span: spanIdentity("Nike")}, "71c7d7f43aa19ca16e8ba9fe3f98315e"},
		{"source and seller", identity{source: "shop", seller: "s9", id: "L1", right: rightIdentity(&right), family: "text", span: spanIdentity("Ｎike")}, "7326b9b085741302b8314c78354ffe86"},
		{"picture", identity{id: "L1", right: rightIdentity(&right), family: "picture", span: pictureIdentity(matchers.PictureFacts{Hash: [32]byte{1}})}, "78ae996ce08d4cf612a3cc7bf5b31dea"},
	} {
		if got := fingerprint(c.id); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestIdentities(t *testing.T) {
	same := func(name string, a, b corpora.Right, want bool) {
		if got := rightIdentity(&a) == rightIdentity(&b); got != want {
			t.Errorf("%s: same is %v", name, got)
		}
	}
	r := corpora.Right{ID: "1", Office: "US", Owner: "Nike, Inc.", Text: "NIKE"}
	spelled, office, other, unowned := r, r, r, r
	spelled.ID, spelled.Owner, spelled.Text = "2", "NIKE INC", "Nike"
	office.Office = "CN"
	other.Text = "NIKE AIR"
	unowned.Owner = ""
	same("another spelling of owner and sign", r, spelled, true)
	same("another office", r, office, false)
	same("another sign", r, other, false)
	same("no owner", r, unowned, false)
	work := corpora.Right{ID: "1", Kind: corpora.Work, Owner: "X", Text: "Bear"}
	work2 := work
	work2.ID = "2"
	same("works", work, work2, false)
	if spanIdentity("ＮＩＫＥ") != spanIdentity("nike") {
		t.Error("width and case of a span matter")
	}
	a := fingerprint(identity{source: "ab", seller: "c"})
	if a == fingerprint(identity{source: "a", seller: "bc"}) {
		t.Error("parts run into each other")
	}
	l := corpora.Listing{URL: "https://Shop.example/p/1"}
	if shopIdentity(&l) != "shop.example" {
		t.Error(shopIdentity(&l))
	}
	l.Seller, l.SellerID = " Outlet ", "s1"
	if shopIdentity(&l) != "s1" || sellerIdentity(&l) != "s1" {
		t.Error("the seller's id names him")
	}
}

// FuzzPlain holds the way for ASCII against the one for any text.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{"", " a ", "Coca-Cola Co., Inc.", "A&B\x00\x7f", "--"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := []byte(s)
		for i := range b {
			b[i] &= 0x7f
		}
		if got, want := plainASCII(string(b)), plainRunes(string(b)); got != want {
			t.Fatalf("%q: %q, want %q", b, got, want)
		}
		if got, want := spanIdentity(string(b)), strings.ToLower(norm.NFKC.String(string(b))); got != want {
			t.Fatalf("%q: span %q, want %q", b, got, want)
		}
	})
}

// FuzzSqueezed holds the span of whole tokens, taken from the folded field, against the span folded by itself.
func FuzzSqueezed(f *testing.F) {
	for _, s := range []string{"", "X-Seed K's 3M", "a.b.c BE$T N I K E", "Café é\u0301 x\u200by"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		x := &field{}
		x.fill(0, 0, s)
		for from := range x.tokens {
			for to := from + 1; to <= min(len(x.tokens), from+4); to++ {
				toks := x.fold.Tokens
				start, end := x.fold.Start[toks[from].From], x.fold.End[toks[to-1].To-1]
				if start < end && isASCII(s[start:end]) && x.squeezed(from, to) != fold.Squeeze(s[start:end]) {
					t.Fatalf("%q: tokens %d to %d are %q, want %q", s, from, to, x.squeezed(from, to), fold.Squeeze(s[start:end]))
				}
			}
		}
	})
}
