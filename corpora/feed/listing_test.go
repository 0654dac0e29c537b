package feed

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lookalike/corpora"
)

func TestListing(t *testing.T) {
	sold := func(n int64) *int64 { return &n }
	for _, tt := range []struct {
		name, in string
		want     corpora.Listing
	}{
		{"all fields", "id,title,brand,description,bullets,category,price,currency,seller,seller_id,platform,supplier,url,images,image_text,markets,gtin,mpn,ship_from,sold,parent_id,language\n" +
			`7,T,B,D,one; two,Shoes > Men,12.90,eur,Shop,s1,Mall,Sup,https://a.example/7,a.jpg;https://x.example/b.jpg,hello;bye,"us; uk,CN-export",123,M1,CN,"1,204",p7,de` + "\n",
			corpora.Listing{ID: "7", Title: "T", Brand: "B", Description: "D", Bullets: []string{"one", "two"}, Category: "Shoes > Men", Price: "12.90", Currency: "EUR",
				Seller: "Shop", SellerID: "s1", Platform: "Mall", Supplier: "Sup", URL: "https://a.example/7",
				Images:    []corpora.Image{{Ref: "a.jpg"}, {Ref: "https://x.example/b.jpg"}},
				ImageText: []string{"hello", "bye"}, Markets: []corpora.Market{"US", "GB", "CN-export"}, GTIN: "123", MPN: "M1", ShipFrom: "CN", Sold: sold(1204), ParentID: "p7", Language: "de"}},
		{"json", `{"id":"7","title":"T","brand":{"name":"B"},"price":{"amount":"12.90","currency":"EUR"},"category":["Shoes","Men"],"images":[{"src":"a;b.jpg"},"c.jpg"],"bullets":["one; two"],"markets":["us","DE"],"sold":5}`,
			corpora.Listing{ID: "7", Title: "T", Brand: "B", Price: "12.90", Currency: "EUR", Category: "Shoes > Men", Images: []corpora.Image{{Ref: "a;b.jpg"}, {Ref: "c.jpg"}},
				Bullets: []string{"one; two"}, Markets: []corpora.Market{"US", "DE"}, Sold: sold(5)}},
		{"json lists as texts", `{"id":"7","title":"T","images":"a.jpg; b.jpg","markets":"us;de"}`,
			corpora.Listing{ID: "7", Title: "T", Images: []corpora.Image{{Ref: "a.jpg"}, {Ref: "b.jpg"}}, Markets: []corpora.Market{"US", "DE"}}},
		{"price with currency", "id,title,price\n7,T,12.99 USD\n", corpora.Listing{ID: "7", Title: "T", Price: "12.99", Currency: "USD"}},
		{"price with sign", "id;title;price\n7;T;€ 1.299,00\n", corpora.Listing{ID: "7", Title: "T", Price: "1.299,00", Currency: "EUR"}},
		{"price with shared sign", "id,title,price\n7,T,$5\n", corpora.Listing{ID: "7", Title: "T", Price: "5"}},
		{"id verbatim", "id,title\n 007 ,T\n", corpora.Listing{ID: " 007 ", Title: "T"}},
		{"id from url", "title,url,gtin\nT,https://a.example/1,5\n", corpora.Listing{ID: "https://a.example/1", Title: "T", URL: "https://a.example/1", GTIN: "5"}},
		{"id from gtin", "title,gtin,seller\nT,5,Shop\n", corpora.Listing{ID: "gtin:5@Shop", Title: "T", GTIN: "5", Seller: "Shop"}},
		{"second best name", "id,sku,title,name\n,S1,,N\n", corpora.Listing{ID: "S1", Title: "N"}},
		{"numbered columns", "id,title,Image 1,Image 2,bullet_point1,bullet_point2\n7,T,a.jpg,b.jpg,x,y\n",
			corpora.Listing{ID: "7", Title: "T", Images: []corpora.Image{{Ref: "a.jpg"}, {Ref: "b.jpg"}}, Bullets: []string{"x", "y"}}},
		{"marked columns", "*商品编号,商品名称（必填）,价格(元),主图\n7,锅,5元,a.jpg\n", corpora.Listing{ID: "7", Title: "锅", Price: "5", Currency: "CNY", Images: []corpora.Image{{Ref: "a.jpg"}}}},
		{"data address", "id,title,images\n7,T,\"data:image/png;base64,AAAA;b.png\"\n", corpora.Listing{ID: "7", Title: "T", Images: []corpora.Image{{Ref: "data:image/png;base64,AAAA"}, {Ref: "b.png"}}}},
		{"addresses with commas", "id,title,images\n7,T,\"https://a.example/x,y.jpg, https://a.example/z.jpg\"\n",
			corpora.Listing{ID: "7", Title: "T", Images: []corpora.Image{{Ref: "https://a.example/x,y.jpg"}, {Ref: "https://a.example/z.jpg"}}}},
		{"bad market", "id,title,markets\n7,T,US;Mars\n", corpora.Listing{ID: "7", Title: "T", Markets: []corpora.Market{"US"},
			Problems: []corpora.Problem{{Code: corpora.BadValue, Field: "markets", Args: map[string]any{"value": "Mars", "want": "two-letter country code"}}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := readText(t, tt.in)
			if len(r.listings) != 1 || r.errs[0] != nil {
				t.Fatalf("%s", r.brief())
			}
			ignore := cmpopts.IgnoreFields(corpora.Listing{}, "Origin", "Row")
			open := cmpopts.IgnoreFields(corpora.Image{}, "Open")
			if d := cmp.Diff(tt.want, r.listings[0], ignore, open, cmpopts.EquateEmpty()); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWeakID(t *testing.T) {
	r := readText(t, "title,price\nRed,5\nRed,6\nBlue,5\n")
	a, b, c := r.listings[0], r.listings[1], r.listings[2]
	if !a.WeakID || a.ID != b.ID || a.ID == c.ID {
		t.Errorf("%q %q %q", a.ID, b.ID, c.ID)
	}
}

func TestTextLimits(t *testing.T) {
	title := strings.Repeat("é", 6_000)
	r := readText(t, "id,title,description\n1,"+title+",short\n2,T,"+strings.Repeat("x", 100_001)+"\n3,T,"+strings.Repeat("x", 1<<20)+"\n4,T,D\n")
	if want := 10_000; len(r.listings[0].Title) != want || r.listings[0].Problems[0].Code != corpora.TextCut {
		t.Errorf("%d bytes, %v", len(r.listings[0].Title), r.listings[0].Problems)
	}
	if d := r.listings[1]; len(d.Description) != 100_000 || d.Problems[0].Field != "description" {
		t.Errorf("%d bytes, %v", len(d.Description), d.Problems)
	}
	if r.code(2) != corpora.RecordTooLarge || r.listings[2].Row != 4 || r.listings[2].ID != "3" {
		t.Errorf("%v in row %d", r.errs[2], r.listings[2].Row)
	}
	if r.listings[3].ID != "4" || r.listings[3].Row != 5 {
		t.Errorf("%+v", r.listings[3])
	}
}

func endlessText(head string, fill byte, n int64, tail string) io.Reader {
	return io.MultiReader(strings.NewReader(head), io.LimitReader(filler(fill), n), strings.NewReader(tail))
}

type filler byte

func (f filler) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(f)
	}
	return len(p), nil
}

func TestEndless(t *testing.T) {
	huge := int64(size(64<<20, 32<<20))
	for _, tt := range []struct{ name, head, tail, want string }{
		{"line", "id,title\n1,Red\n2,", "\n3,Blue\n", "2 1|Red|\n3 2|| !record_too_large\n4 3|Blue|\n"},
		{"quoted", "id,title\n1,Red\n2,\"", "\n3,Blue\n", "2 1|Red|\n3 2|| !record_too_large\n4 3|Blue|\n"},
		{"json line", `{"id":"1","title":"Red"}` + "\n" + `{"id":"2","title":"`, "\"}\n" + `{"id":"3","title":"Blue"}`, "1 1|Red|\n2 || !record_too_large\n3 3|Blue|\n"},
		{"json element", `[{"id":"1","title":"Red"},` + "\n" + `{"id":"2","title":"`, "\"},\n" + `{"id":"3","title":"Blue"}]`, "1 1|Red|\n2 || !record_too_large\n3 3|Blue|\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			r := read(t, Options{Stdin: endlessText(tt.head, 'x', huge, tt.tail)}, "-")
			runtime.ReadMemStats(&after)
			for i := range r.listings {
				r.listings[i].Title = strings.TrimRight(r.listings[i].Title, "\"x")
			}
			if got := r.brief(); got != tt.want {
				t.Errorf("got\n%.400swant\n%s", got, tt.want)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > 24<<20 {
				t.Errorf("%d MB allocated for a feed of %d MB", n>>20, huge>>20)
			}
		})
	}
}

// TestHostileQuotes reads texts made of quotes, on which a splitter that looks ahead again and again would not end.
func TestHostileQuotes(t *testing.T) {
	for i, unit := range []string{`"`, `"a"b,`, `"a`, `a",`, "\"x\n", "\"a\n", `",`, "\",\n", `"",`, "\" x\n", "1,\"\n", "\"a\"b\n"} {
		if raced && i%4 != 0 {
			continue // the time is held without the race detector
		}
		in := "id,title\n" + strings.Repeat(unit, size(2<<20, 1<<20+64<<10)/len(unit))
		r := readText(t, in)
		if len(r.listings) == 0 {
			t.Errorf("%q: nothing", unit)
		}
	}
}

func TestPictures(t *testing.T) {
	var pic bytes.Buffer
	png.Encode(&pic, image.NewGray(image.Rect(0, 0, 20, 20)))
	dir := write(t, map[string]string{
		"shop/img/a b.png": pic.String(), "secret.png": pic.String(), "shop/sub/inner.csv": "id,images\n1,../img/a b.png\n",
		"shop/feed.csv": "id,images\n1,img/a b.png;img\\a b.png;../secret.png;" + "ABS" + ";link.png;none.png;img;file:img/a%20b.png;https://x.example/p.png;data:image/png;base64," +
			base64.StdEncoding.EncodeToString(pic.Bytes()) + ";data:nothing;C:\\secret.png\n",
	})
	feed := filepath.Join(dir, "shop", "feed.csv")
	body, _ := os.ReadFile(feed)
	os.WriteFile(feed, bytes.Replace(body, []byte("ABS"), []byte(filepath.Join(dir, "secret.png")), 1), 0o644)
	if err := os.Symlink("../secret.png", filepath.Join(dir, "shop", "link.png")); err != nil {
		t.Skip(err)
	}
	const ok = "ok"
	check := func(o Options, want []string) {
		t.Helper()
		r := read(t, o, feed)
		for i, im := range r.listings[0].Images {
			got := ok
			if im.Open == nil {
				got = "address"
				if !im.ByAddress() {
					t.Errorf("%q is no address", im.Ref)
				}
			} else if rc, err := im.Open(t.Context()); err != nil {
				p, _ := errors.AsType[*corpora.Problem](err)
				if p == nil {
					t.Fatalf("%q: %v is no problem", im.Ref, err)
				}
				got = p.Code
			} else {
				b, _ := io.ReadAll(rc)
				rc.Close()
				if !bytes.Equal(b, pic.Bytes()) {
					t.Errorf("%q: other bytes", im.Ref)
				}
			}
			if got != want[i] {
				t.Errorf("%q: %s, want %s", im.Ref, got, want[i])
			}
		}
	}
	const out, miss = corpora.PictureOutside, corpora.PictureMissing
	check(Options{}, []string{ok, ok, out, out, out, miss, miss, ok, "address", ok, corpora.PictureDamaged, out})
	check(Options{AllowPaths: true}, []string{ok, ok, ok, ok, ok, miss, miss, ok, "address", ok, corpora.PictureDamaged, miss})
	inner := read(t, Options{}, filepath.Join(dir, "shop", "sub", "inner.csv"))
	if _, err := inner.listings[0].Images[0].Open(t.Context()); err == nil {
		t.Error("a picture outside the feed's own folder was opened")
	}
}

func TestPicturesInArchive(t *testing.T) {
	dir := write(t, map[string]string{"f.zip": zipped(t, "shop/feed.csv", "id,images\n1,img/a.png;../b.png;/c.png;none.png\n", "shop/img/a.png", "PIC", "b.png", "OUT")})
	r := read(t, Options{}, filepath.Join(dir, "f.zip"))
	var got []string
	for _, im := range r.listings[0].Images {
		rc, err := im.Open(t.Context())
		if p, ok := errors.AsType[*corpora.Problem](err); ok {
			got = append(got, p.Code)
			continue
		}
		b, _ := io.ReadAll(rc)
		got = append(got, string(b))
	}
	if want := []string{"PIC", corpora.PictureOutside, corpora.PictureOutside, corpora.PictureMissing}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestDialect(t *testing.T) {
	var got []Dialect
	f, err := Open(t.Context(), []string{"-"}, Options{Stdin: strings.NewReader("id;title;stock\n1;T;5\n"), OnDialect: func(d Dialect) { got = append(got, d) }})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want := []Dialect{{Origin: "-", Format: "csv", Charset: "utf-8", Delimiter: ";", Heading: 1, Columns: []Column{{"id", "id"}, {"title", "title"}}, Ignored: []string{"stock"}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(want, f.Dialects()); d != "" {
		t.Error(d)
	}
}

// FuzzOpen reads any bytes as standard input: nothing may panic, and rows ascend.
func FuzzOpen(f *testing.F) {
	for _, s := range []string{small, gz(small), zst(small), zipped(f, "a.csv", small), sheet(f, []any{"id", "title"}, []any{1, "x"}),
		`[{"id":1,"title":"x"}]`, `{"products":[{"id":1,"title":"x"}]}`, "{\"title\":\"x\"}\n{", "id;title\n1;\"x\n2;y\n", parquetFile(f, 3),
		"<?xml version=\"1.0\"?><rss><channel><item><title>x</title><g:id>1</g:id></item></channel></rss>", "Handle,Title,Variant Price\na,A,1\na,,2\n",
		"<!DOCTYPE html><html><script type=\"application/ld+json\">{\"@type\":\"Product\",\"name\":\"x\"}</script></html>",
		"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<html><meta property=\"og:title\" content=\"x\"></html>\n--x--\n", "\xff\xfei\x00d\x00\n\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		feed, err := Open(t.Context(), []string{"-"}, Options{Stdin: bytes.NewReader(b)})
		if err != nil {
			return
		}
		defer feed.Close()
		row := 0
		for l, err := range feed.All(t.Context()) {
			if l.Origin == "-" && l.Row < row {
				t.Fatalf("row %d after %d", l.Row, row)
			}
			row = l.Row
			if p, ok := errors.AsType[*corpora.Problem](err); err != nil && (!ok || !slices.Contains(corpora.Codes(), p.Code)) {
				t.Fatalf("%v", err)
			}
			if err == nil && l.ID == "" {
				t.Fatalf("no id: %+v", l)
			}
		}
	})
}

func benchFeed(b *testing.B, text string, rows int) {
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		f, err := Open(b.Context(), []string{"-"}, Options{Stdin: strings.NewReader(text)})
		if err != nil {
			b.Fatal(err)
		}
		for range f.All(b.Context()) {
			n++
		}
		f.Close()
	}
	if n%rows != 0 {
		b.Fatalf("%d listings", n)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "listings/s")
}

func BenchmarkCSV(b *testing.B) {
	var s strings.Builder
	s.WriteString("id,title,brand,description,category,price,images\n")
	for i := range 50_000 {
		fmt.Fprintf(&s, "sku-%d,Breathable running shoes for men number %d,Brand%d,\"A light shoe, made for long roads. It dries fast and weighs %d grams; sizes 36 to 47.\",Shoes > Running,%d.99,img/%d.jpg\n", i, i, i%900, i%300, i%80, i)
	}
	benchFeed(b, s.String(), 50_000)
}

func BenchmarkJSONL(b *testing.B) {
	var s strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&s, `{"id":"sku-%d","title":"Breathable running shoes for men number %d","brand":"Brand%d","description":"A light shoe, made for long roads. It dries fast and weighs %d grams; sizes 36 to 47.","category":"Shoes > Running","price":%d.99,"images":["img/%d.jpg"]}`+"\n", i, i, i%900, i%300, i%80, i)
	}
	benchFeed(b, s.String(), 50_000)
}
