package crawl

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func pack(t testing.TB, name string, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch name {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, _ = zstd.NewWriter(&b)
	default:
		return body
	}
	w.Write(body)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUnpack(t *testing.T) {
	text := []byte(strings.Repeat("lantern ", 1000))
	for _, name := range []string{"gzip", "deflate", "br", "zstd", ""} {
		raw := pack(t, name, text)
		if got, err := unpack(raw, name, 1<<20); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
		reason := func(err error) string {
			if f, ok := errors.AsType[*failure](err); ok {
				return f.reason
			}
			return fmt.Sprint(err)
		}
		if name == "" {
			continue
		}
		if _, err := unpack(raw, name, 4000); reason(err) != ReasonTooLong {
			t.Errorf("%s: beyond its limit: %v", name, err)
		}
		bomb := pack(t, name, make([]byte, 12<<20))
		if _, err := unpack(bomb, name, 64<<20); reason(err) != ReasonRatio {
			t.Errorf("%s: a bomb of %d bytes: %v", name, len(bomb), err)
		}
		if _, err := unpack(raw[:len(raw)/2], name, 1<<20); err == nil {
			t.Errorf("%s: half of it was read without an error", name)
		}
	}
	if got, err := unpack(pack(t, "gzip", pack(t, "br", text)), "br, gzip", 1<<20); err != nil || !bytes.Equal(got, text) {
		t.Errorf("two encodings: %v", err)
	}
	if _, err := unpack(text, "gzip, gzip, gzip", 1<<20); err == nil {
		t.Error("three encodings")
	}
}

func TestCharsets(t *testing.T) {
	const page = `<!DOCTYPE html><html><head>%s<script type="application/ld+json">{"@type":"Product","name":"%s","sku":"1","image":"/1.jpg"}</script></head></html>`
	for _, tt := range []struct {
		name, header, meta, title string
		enc                       encoding.Encoding
	}{
		{"utf-8", "", "", "灯笼", encoding.Nop},
		{"gbk by header", "text/html; charset=gbk", "", "庭院灯笼", simplifiedchinese.GBK},
		{"gb2312 by meta", "text/html", `<meta http-equiv="Content-Type" content="text/html; charset=gb2312">`, "庭院灯笼", simplifiedchinese.GBK},
		{"shift-jis by header", "text/html; charset=Shift_JIS", "", "庭のランタン", japanese.ShiftJIS},
		{"shift-jis by meta", "text/html", `<meta charset="shift_jis">`, "庭のランタン", japanese.ShiftJIS},
		{"euc-jp by meta", "text/html", `<meta charset="euc-jp">`, "庭のランタン", japanese.EUCJP},
		{"utf-16", "text/html", "", "灯笼", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		{"a header that is wrong", "text/html; charset=nonsense", "", "灯笼", encoding.Nop},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body, err := tt.enc.NewEncoder().String(fmt.Sprintf(page, tt.meta, tt.title))
			if err != nil {
				t.Fatal(err)
			}
			// A page is read alike as one that was linked and as a seed, of which nobody knows what it is.
			at := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/":
					fmt.Fprint(w, `<html><a href="/linked">x</a>`)
				case "/linked", "/seed":
					if tt.header != "" {
						w.Header().Set("Content-Type", tt.header)
					}
					io.WriteString(w, body)
				default:
					http.NotFound(w, r)
				}
			}))
			for _, seed := range []string{"/", "/seed"} {
				got, r := crawled(t, quick(t, at+seed))
				if len(got) != 1 || got[0].Title != tt.title {
					t.Errorf("%s: %+v %+v", seed, got, r)
				}
			}
		})
	}
}

func FuzzUnpack(f *testing.F) {
	for _, name := range []string{"gzip", "deflate", "br", "zstd"} {
		f.Add(pack(f, name, []byte("lantern")), name)
	}
	f.Fuzz(func(t *testing.T, raw []byte, name string) {
		if out, err := unpack(raw, name, 1<<20); err == nil && len(out) > 1<<20 && name != "" {
			t.Errorf("%d bytes", len(out))
		}
	})
}
