package scanner

import (
	"context"
	"errors"
	"slices"
	"testing"

	"lookalike/corpora"
)

// TestKeep holds what is handed over for keeping: every listing that was read, in order, with features that give the same
// findings when they are loaded, and none that were not made whole.
func TestKeep(t *testing.T) {
	src := titles("nike one", "plain", "cut nike", "nike four")
	src.entries = append(src.entries, entry{listing: corpora.Listing{Row: 6}, err: errors.New("a bad row")})
	var kept []entry
	cfg := Config{Workers: 2, All: true, Keep: func(_ context.Context, l *corpora.Listing) error {
		kept = append(kept, entry{listing: *l})
		return nil
	}}
	kind := &words{name: "text", version: 3}
	var first keeper
	if _, err := must(t, cfg, kind).Scan(t.Context(), src, &first); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, e := range kept {
		ids = append(ids, e.listing.ID)
		want := []corpora.Blob{{Kind: "text", Version: 3, Data: []byte(e.listing.Title)}}
		if e.listing.ID == "id-2" {
			want = nil // its text was cut
		}
		if !slices.EqualFunc(e.listing.Prepared, want, sameBlob) {
			t.Errorf("%s: kept %v, want %v", e.listing.ID, e.listing.Prepared, want)
		}
	}
	if want := []string{"id-0", "id-1", "id-2", "id-3"}; !slices.Equal(ids, want) {
		t.Fatalf("kept %v, want %v", ids, want)
	}

	kind.stall = func(_ context.Context, title string) {
		if title != "cut nike" {
			t.Errorf("%q is prepared again", title)
		}
	}
	var again keeper
	if _, err := must(t, cfg, kind).Scan(t.Context(), &feed{entries: slices.Clone(kept)}, &again); err != nil {
		t.Fatal(err)
	}
	for i, f := range again.got {
		if len(f.Matches) != len(first.got[i].Matches) {
			t.Errorf("%s: %d matches from kept features, %d before", f.Listing.ID, len(f.Matches), len(first.got[i].Matches))
		}
	}
}

func sameBlob(a, b corpora.Blob) bool {
	return a.Kind == b.Kind && a.Version == b.Version && string(a.Data) == string(b.Data)
}

// TestKeepFails holds that a scan ends when a listing cannot be kept.
func TestKeepFails(t *testing.T) {
	full := errors.New("the disk is full")
	s := must(t, Config{Workers: 1, Keep: func(context.Context, *corpora.Listing) error { return full }}, nil)
	if _, err := s.Scan(t.Context(), numbered(10), &keeper{}); !errors.Is(err, full) {
		t.Fatalf("error %v, want %v", err, full)
	}
}
