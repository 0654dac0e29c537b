package policy

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"lookalike/corpora"
)

func TestBackground(t *testing.T) {
	c := NewBackgroundCounter()
	for i := range 1000 {
		l := corpora.Listing{Title: fmt.Sprintf("Pebblewright bowl no %d with hand glaze finish", i), Brand: "Pebblewright", Description: "A bowl. A bowl, 手工釉面碗!"}
		if i%10 == 0 {
			l.Bullets = []string{"dishwasher safe"}
		}
		c.Add(&l)
	}
	var file bytes.Buffer
	if _, err := c.Write(&file); err != nil {
		t.Fatal(err)
	}
	text := file.String()
	b, err := ReadBackground(&file)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]float64{
		"bowl": 1, "hand glaze": 1, "hand glaze finish": 1, "glaze hand": 0, "dishwasher safe": 0.1, "釉面": 1, "釉面碗": 1,
		"pebblewright": 0, "pebblewright bowl": 0, "hand glaze finish x": 0,
	} {
		if got := b.Share(key); got != want {
			t.Errorf("share of %q is %v, want %v", key, got, want)
		}
	}
	again, err := ReadBackground(strings.NewReader(text))
	if err != nil || again.ID() != b.ID() || !strings.HasPrefix(b.ID(), "sha256-") {
		t.Errorf("identity %q, %q, %v", b.ID(), again.ID(), err)
	}
}

// TestBackgroundForgetsWhatIsRare: the memory of a long feed of ever new words stays small, and frequent ones keep their
// counts.
func TestBackgroundForgetsWhatIsRare(t *testing.T) {
	c := NewBackgroundCounter()
	const n = 5 * backgroundSlot
	for i := range n {
		c.Add(&corpora.Listing{Title: fmt.Sprintf("x y q%d common", i)})
	}
	if len(c.seen) > backgroundSlot {
		t.Errorf("%d runs are remembered", len(c.seen))
	}
	if got := c.seen["common"].count; got != n {
		t.Errorf("common counted %d times of %d", got, n)
	}
}

func FuzzBackground(f *testing.F) {
	f.Add([]byte(backgroundHead + "\nlistings 2\n1\tbowl\n"))
	f.Add([]byte("listings"))
	f.Fuzz(func(t *testing.T, in []byte) {
		b, err := ReadBackground(bytes.NewReader(in))
		if err != nil {
			return
		}
		for key := range b.counts {
			if s := b.Share(key); !(s > 0 && s <= 1) {
				t.Errorf("share of %q: %v", key, s)
			}
		}
	})
}
