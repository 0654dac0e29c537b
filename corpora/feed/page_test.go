package feed

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"lookalike/corpora"
)

func TestPages(t *testing.T) {
	const head = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Shop</title>\n"
	for _, tt := range []struct{ name, in, want string }{
		{"json-ld", head + `<script type="application/ld+json">
{"@context":"https://schema.org","@type":"Product","name":"Rain hat","sku":"H-1","brand":{"@type":"Brand","name":"Drizzle"},"description":"Keeps <b>dry</b>","image":["https://x.example/1.jpg",{"@type":"ImageObject","url":"/2.jpg"}],
"offers":{"@type":"AggregateOffer","lowPrice":12.5,"priceCurrency":"EUR","seller":{"name":"Shop"}},"gtin13":"4006381333931","category":["Hats","Rain"],"isRelatedTo":{"@type":"Product","name":"Other"}}
</script><link rel="canonical" href="https://x.example/hat"></head></html>`,
			"4 id=H-1 title=Rain hat brand=Drizzle desc=Keeps <b>dry</b> cat=Hats > Rain price=12.5 EUR url=https://x.example/hat gtin=4006381333931 +https://x.example/1.jpg +https://x.example/2.jpg\n"},
		{"graph with references", head + `<script type="application/ld+json">{"@graph":[{"@type":"WebPage","@id":"#p","mainEntity":{"@id":"#prod"}},{"@type":"Brand","@id":"#b","name":"Drizzle"},{"@type":["Product","Thing"],"@id":"#prod","name":"Rain hat","productID":"7","brand":{"@id":"#b"}}]}</script></head></html>`,
			"3 id=7 title=Rain hat brand=Drizzle\n"},
		{"group", head + `<script type="application/ld+json">[{"@type":"ProductGroup","productGroupID":"G","name":"Rain hat","hasVariant":[{"@type":"Product","sku":"G-S","name":"Rain hat small","image":"a.jpg","offers":{"price":"5","priceCurrency":"EUR"}},{"@type":"Product","sku":"G-L","name":"Rain hat large","image":"b.jpg"}]}]</script></head></html>`,
			"3 id=G title=Rain hat price=5 EUR bullets=Rain hat small/Rain hat large +a.jpg +b.jpg\n"},
		{"list", head + `<script type="application/ld+json">{"@type":"ItemList","itemListElement":[{"@type":"ListItem","item":{"@type":"Product","sku":"1","name":"Hat"}},{"@type":"ListItem","item":{"@type":"Product","sku":"2","name":"Scarf"}}]}</script></head></html>`,
			"3 id=1 title=Hat\n3 id=2 title=Scarf\n"},
		{"broken json-ld", head + "<script type=\"application/ld+json\">{\"@type\":\"Product\",\"sku\":\"1\",\"name\":\"12\" pan\",\"description\":\"two\nlines\",}</script></head></html>",
			"3 id=1 title=12\" pan desc=two\nlines\n"},
		{"hopeless json-ld", head + "<script type=\"application/ld+json\">{\"@type\":\"Product\",\"name\":\"cut</script></head></html>", "1 id= title= !bad_json\n"},
		{"hopeless json-ld beside opengraph", head + "<meta property=\"og:type\" content=\"product\"><meta property=\"og:title\" content=\"Hat\"><meta property=\"product:retailer_item_id\" content=\"5\"><script type=\"application/ld+json\">{\"@type\":</script></head></html>",
			"1 id=5 title=Hat ?bad_json\n"},
		{"microdata", head + `</head><body><div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Rain <i>hat</i></h1><img itemprop="image" src="https://x.example/1.jpg"><meta itemprop="sku" content="H-1">
<span itemprop="brand" itemscope itemtype="https://schema.org/Brand"><span itemprop="name">Drizzle</span></span><div itemprop="offers" itemscope itemtype="https://schema.org/Offer"><span itemprop="price" content="12">12 euro</span><meta itemprop="priceCurrency" content="EUR"><span itemprop="name">offer</span></div>
<div itemprop="review" itemscope><span itemprop="description">no</span></div><p itemprop="description">Dry</p></div>
<div itemscope itemtype="https://schema.org/Organization"><span itemprop="name">Shop</span></div></body></html>`,
			"1 id=H-1 title=Rain hat brand=Drizzle desc=Dry price=12 EUR +https://x.example/1.jpg\n"},
		{"microdata that refers in a circle", head + `</head><body><div id="a" itemscope itemprop="x" itemtype="https://schema.org/Product" itemref="a"><b itemprop="name">Hat</b><b itemprop="sku">1</b></div></body></html>`, "1 id=1 title=Hat\n"},
		{"opengraph", head + `<meta property="og:type" content="og:product"><meta property="og:title" content="Rain hat"><meta property="og:description" content="Dry"><meta property="og:image" content="https://x.example/1.jpg"><meta property="og:url" content="https://x.example/hat"><meta property="product:price:amount" content="5"><meta property="product:price:currency" content="EUR"><meta property="product:brand" content="Drizzle"></head></html>`,
			"1 id=https://x.example/hat title=Rain hat brand=Drizzle desc=Dry price=5 EUR url=https://x.example/hat +https://x.example/1.jpg\n"},
		{"mhtml", "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://x.example/hat\r\nSubject: Hat\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"text/html\"; boundary=\"--x\"\r\n\r\n----x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: https://x.example/hat\r\n\r\n" +
			"<html><head><meta property=3D\"og:title\" content=3D\"Rain h=C3=BCt\"><meta property=3D\"og:image\" content=3D\"https://x.example/1.jpg\">=\r\n</head></html>\r\n----x\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\nContent-Location: https://x.example/1.jpg\r\n\r\nUElD\r\n----x--\r\n",
			"1 id=sha title=Rain hüt +https://x.example/1.jpg\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := readText(t, tt.in)
			for i := range r.listings {
				if r.listings[i].WeakID {
					r.listings[i].ID = "sha"
				}
			}
			if got := r.full(); got != tt.want {
				t.Errorf("got\n%swant\n%s", got, tt.want)
			}
		})
	}
}

func TestMHTMLPicture(t *testing.T) {
	in := "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html; charset=gbk\n\n<html><meta property=\"og:title\" content=\"\xb7\xc0\xd3\xea\xc3\xb1\"><meta property=\"og:image\" content=\"https://x.example/1.jpg\"></html>\n" +
		"--x\nContent-Type: image/jpeg\nContent-Transfer-Encoding: base64\nContent-Location: https://x.example/1.jpg\n\nUElD\n--x--\n"
	dir := write(t, map[string]string{"page.mhtml": in})
	r := read(t, Options{}, filepath.Join(dir, "page.mhtml"))
	if len(r.listings) != 1 || r.listings[0].Title != "防雨帽" {
		t.Fatalf("%s", r.full())
	}
	rc, err := r.listings[0].Images[0].Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := io.ReadAll(rc); string(b) != "PIC" {
		t.Errorf("%q", b)
	}
}

func TestNoProduct(t *testing.T) {
	dir := write(t, map[string]string{"about.html": "<!DOCTYPE html><html><head><title>About</title></head></html>", "a.csv": small})
	if _, err := Open(t.Context(), []string{filepath.Join(dir, "about.html")}, Options{}); err == nil {
		t.Error("a page about nothing is a feed")
	}
	if r := read(t, Options{}, dir); len(r.listings) != 2 || len(r.feed.Problems()) > 0 {
		t.Errorf("%d listings, %v", len(r.listings), r.feed.Problems())
	}
	if r := readText(t, "<!DOCTYPE html><html>"+strings.Repeat("<div>", 2000)+"<script type=\"application/ld+json\">{\"@type\":\"Product\",\"name\":\"x\"}</script></html>"); len(r.listings) > 0 {
		t.Log("deep page was read")
	} else if p := r.feed.Problems(); len(p) != 1 || p[0].Code != corpora.ReadFailed {
		t.Errorf("%v", p)
	}
}
