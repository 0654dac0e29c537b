package crawl

import (
	"fmt"
	"net/http/httptest"
	"testing"
)

func TestShop(t *testing.T) {
	s := newShop(300)
	srv := httptest.NewServer(s)
	defer srv.Close()
	got, r := crawled(t, quick(t, srv.URL))
	want := 300 + 1 // and the flaky one
	if len(got) != want {
		t.Errorf("%d listings, want %d", len(got), want)
	}
	titles := map[string]string{}
	for _, l := range got {
		titles[l.ID] = l.Title
		if len(l.Images) != 1 || l.Images[0].Open != nil || l.Seen.IsZero() || l.URL == "" {
			t.Fatalf("%+v", l)
		}
	}
	for i := range 300 {
		want := titleOf(i, 0)
		if kindOf(i) == "gbk" {
			want = "庭院灯 " + want
		}
		if id := fmt.Sprintf("S-%d", i); titles[id] != want {
			t.Errorf("%s (%s): %q, want %q", id, kindOf(i), titles[id], want)
		}
	}
	if !r.Complete || r.Waiting != 0 || r.Resumed || r.Run != 1 {
		t.Errorf("%+v", r)
	}
	t.Logf("%+v", r.Counts)
	for _, p := range r.Problems {
		t.Logf("%v", p.Args)
	}
}
