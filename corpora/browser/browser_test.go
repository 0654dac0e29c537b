package browser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// chromium runs only with LOOKALIKE_REAL=1, and then fails when there is none.
func chromium(t *testing.T) {
	t.Helper()
	if os.Getenv("LOOKALIKE_REAL") != "1" {
		t.Skip("starts Chromium: set LOOKALIKE_REAL=1")
	}
	if _, err := Find(); err != nil {
		t.Fatal(err)
	}
}

// site answers from a map of pages and notes what was asked.
type site struct {
	pages map[string]string
	mu    sync.Mutex
	asked []string
}

func (s *site) fetch(_ context.Context, r *Request) (*Answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.Kind+" "+r.URL)
	body, ok := s.pages[r.URL]
	switch {
	case !ok:
		return nil, errors.New("refused")
	case strings.HasPrefix(body, "-> "):
		return &Answer{Status: http.StatusFound, Header: http.Header{"Location": {body[3:]}}}, nil
	}
	kind := "text/html; charset=utf-8"
	if strings.HasSuffix(r.URL, ".js") {
		kind = "text/javascript"
	} else if strings.HasSuffix(r.URL, ".json") {
		kind = "application/json"
	}
	return &Answer{Status: 200, Header: http.Header{"Content-Type": {kind}, "Content-Encoding": {"br"}}, Body: []byte(body)}, nil
}

const home = "https://shop.example/p/1"

func TestRender(t *testing.T) {
	chromium(t)
	s := &site{pages: map[string]string{
		"https://shop.example/old":         "-> /p/1",
		home:                               `<!DOCTYPE html><html><body><h1>…</h1><script src="/app.js"></script></body></html>`,
		"https://shop.example/app.js":      `fetch("/api/1.json").then(r => r.json()).then(p => { document.querySelector("h1").textContent = p.name; document.body.style.background = "rgb(0,128,0)"; });`,
		"https://shop.example/api/1.json":  `{"name":"Stone lantern 石灯笼"}`,
		"https://shop.example/favicon.ico": "",
	}}
	for _, want := range []string{"", PNG, PDF} {
		p, err := Render(t.Context(), "https://shop.example/old", Options{Want: want}, s.fetch)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(p.HTML, "<h1>Stone lantern 石灯笼</h1>") || p.URL != home || p.Restless {
			t.Errorf("%s %v: %.300s", p.URL, p.Restless, p.HTML)
		}
		switch want {
		case PNG:
			im, err := png.Decode(bytes.NewReader(p.Picture))
			if err != nil {
				t.Fatal(err)
			}
			if r, g, b, _ := im.At(5, 5).RGBA(); r>>8 != 0 || g>>8 != 128 || b>>8 != 0 || im.Bounds().Dx() != 1280 {
				t.Errorf("the picture shows %d %d %d, %v", r>>8, g>>8, b>>8, im.Bounds())
			}
		case PDF:
			if !bytes.HasPrefix(p.Picture, []byte("%PDF-")) {
				t.Errorf("%.20q is no PDF", p.Picture)
			}
		default:
			if p.Picture != nil {
				t.Error("a picture that nobody wanted")
			}
		}
	}
	if len(s.asked) < 4 || !strings.HasPrefix(s.asked[0], "Document ") {
		t.Errorf("asked %q", s.asked)
	}
}

// TestHostilePage holds that nothing of a page reaches the network: neither loopback addresses, other schemes and methods nor
// sockets, and that it cannot flood the caller, hang or open dialogs.
func TestHostilePage(t *testing.T) {
	chromium(t)
	reached := make(chan string, 100)
	l := listen(t, reached)
	s := &site{pages: map[string]string{home: fmt.Sprintf(`<!DOCTYPE html><html><body><p id=x>start</p>
<img src="http://%[1]s/img"><iframe src="http://%[1]s/frame"></iframe><iframe src="https://other.example/frame"></iframe>
<link rel=preconnect href="http://%[1]s/"><link rel=dns-prefetch href="//%[1]s"><link rel=prefetch href="http://%[1]s/prefetch">
<script>
alert(1);
new WebSocket("ws://%[1]s/socket");
try { const c = new RTCPeerConnection({iceServers: [{urls: "stun:%[1]s"}]}); c.createDataChannel("x"); c.createOffer().then(o => c.setLocalDescription(o)); } catch (e) {}
fetch("http://%[1]s/post", {method: "POST", body: "x", mode: "no-cors"}).catch(() => {});
fetch("http://localhost:1/").catch(() => {}); fetch("file:///etc/passwd").catch(() => {});
navigator.sendBeacon("http://%[1]s/beacon", "x");
new EventSource("http://%[1]s/events");
new Worker(URL.createObjectURL(new Blob(["fetch('http://%[1]s/worker').catch(()=>{})"])));
window.open("http://%[1]s/popup");
location.hash = "#a";
for (let i = 0; i < 500; i++) fetch("/flood/" + i).catch(() => {});
document.getElementById("x").textContent = "ran";
</script></body></html>`, l)}}
	p, err := Render(t.Context(), home, Options{MaxRequests: 50}, s.fetch)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(p.HTML, ">ran</p>") || p.Refused < 400 || len(s.asked) > 50 {
		t.Errorf("refused %d, asked %d: %.300s", p.Refused, len(s.asked), p.HTML)
	}
	select {
	case got := <-reached:
		t.Errorf("the page reached %s", got)
	default:
	}
}

func TestBounds(t *testing.T) {
	chromium(t)
	page := func(body string) *site {
		return &site{pages: map[string]string{home: "<!DOCTYPE html><html><body>" + body + "</body></html>"}}
	}
	for _, tt := range []struct {
		name, body string
		o          Options
		want       error
	}{
		{"a script without an end", "<script>for (;;) {}</script>", Options{Timeout: 4 * time.Second}, context.DeadlineExceeded},
		{"a page that grows", "<script>for (let i = 0; i < 200; i++) document.body.append('x'.repeat(10000))</script>", Options{MaxHTML: 1 << 20}, ErrTooLong},
		{"an address that cannot be had", "", Options{}, nil},
		{"memory", "<script>const a = []; setInterval(() => { for (let i = 0; i < 50; i++) { const b = new Uint8Array(4 << 20); b.fill(1); a.push(b); } }, 1)</script>", Options{MaxMemory: 500 << 20}, ErrMemory},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := page(tt.body)
			if tt.want == nil {
				s.pages = nil
			}
			from := time.Now()
			p, err := Render(t.Context(), home, tt.o, s.fetch)
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
				// A page out of memory may be ended by Chromium before it is by us.
				if !(tt.want == ErrMemory && errors.Is(err, ErrCrashed)) {
					t.Errorf("%v after %v, %+v", err, time.Since(from), p)
				}
			}
		})
	}
	restless := page(`<p>here</p><script>setInterval(() => fetch("/tick/" + Math.random()).catch(() => {}), 100)</script>`)
	p, err := Render(t.Context(), home, Options{Timeout: 8 * time.Second}, restless.fetch)
	if err != nil || !p.Restless || !strings.Contains(p.HTML, "here") {
		t.Errorf("a page that never rests: %+v %v", p, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = Render(ctx, home, Options{}, func(context.Context, *Request) (*Answer, error) { cancel(); return nil, errors.New("x") })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
