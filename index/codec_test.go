package index

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzStored feeds the decoder with records of any content. What it takes, it writes back alike.
func FuzzStored(f *testing.F) {
	s := stored{Seq: 9, Day: "2026-03-04", Source: "feed", Listing: whole()}
	f.Add(appendStored(nil, &s, appendContent(nil, &s.Listing)))
	f.Add([]byte{codecVersion})
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := decodeStored(b)
		if err != nil {
			return
		}
		again, err := decodeStored(appendStored(nil, &s, appendContent(nil, &s.Listing)))
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Listing.Problems) == 0 && !bytes.Contains(b, []byte("data:")) {
			if d := cmp.Diff(s, again, noOpen); d != "" {
				t.Fatal(d)
			}
		}
	})
}

// TestStoredDamage cuts and changes a record at every byte: an error or another listing, never a fault.
func TestStoredDamage(t *testing.T) {
	s := stored{Seq: 9, Day: "2026-03-04", Listing: whole()}
	good := appendStored(nil, &s, appendContent(nil, &s.Listing))
	for i := range good {
		if _, err := decodeStored(good[:i]); err == nil {
			t.Errorf("a record cut at %d is read", i)
		}
		b := bytes.Clone(good)
		b[i] ^= 0xff
		_, _ = decodeStored(b)
	}
}
