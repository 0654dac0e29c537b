package feed

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"
)

func TestReadPageSources(t *testing.T) {
	pg, err := ReadPage([]byte(`<!DOCTYPE html><html lang="en"><head>
<script type="application/ld+json">{"@type":"Product","name":"Rain hat","sku":"H-1","image":["/1.jpg"]}</script>
<meta property="og:type" content="product"><meta property="og:title" content="Another title"><meta property="product:brand" content="Drizzle">
<link rel="canonical" href="/hat"></head></html>`), "https://x.example/hat?c=1")
	if err != nil || len(pg.Products) != 1 || pg.Root == nil {
		t.Fatalf("%+v %v", pg, err)
	}
	p := pg.Products[0]
	if p.Listing.Title != "Rain hat" || p.Listing.Brand != "Drizzle" || p.Listing.URL != "https://x.example/hat" || p.Listing.Images[0].Ref != "https://x.example/1.jpg" {
		t.Errorf("%+v", p.Listing)
	}
	want := map[string]string{"id": "json-ld", "title": "json-ld", "images": "json-ld", "brand": "opengraph", "url": "opengraph", "language": "html"}
	if !maps.Equal(p.Sources, want) {
		t.Errorf("sources %v, want %v", p.Sources, want)
	}
	if pg, err = ReadPage([]byte("<html><title>About</title></html>"), ""); err != nil || len(pg.Products) != 0 {
		t.Errorf("a page about nothing: %+v %v", pg, err)
	}
}

// TestManyBlocks reads a page whose blocks of data are very many: the time does not grow with the square of their number.
func TestManyBlocks(t *testing.T) {
	var b strings.Builder
	b.WriteString("<html>")
	for i := range size(60_000, 20_000) {
		fmt.Fprintf(&b, `<script type="application/ld+json">{"a":%d}</script>`, i)
	}
	from := time.Now()
	if _, err := ReadPage([]byte(b.String()), "https://x.example/"); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(from); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}
