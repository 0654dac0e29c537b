package monitor

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lookalike/corpora"
	"lookalike/scanner/ledger"
)

// receiver is a loopback webhook that answers as it is told.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex
	answers []func(w http.ResponseWriter)
	got     []*http.Request
	bodies  [][]byte
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		b, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got, r.bodies = append(r.got, req), append(r.bodies, b)
		if len(r.answers) > 0 {
			r.answers[0](w)
			r.answers = r.answers[1:]
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func answering(code int, header ...string) func(w http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
	}
}

// channelStreet is a shop with one offer that is told over one channel. Its clock stands still unless it is moved.
func channelStreet(t *testing.T, ch Channel, r Rule) (*street, *time.Time) {
	t.Helper()
	clock := time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC)
	r.To, r.Level = "desk", "medium"
	c := oneWatch(r)
	c.Channels = map[string]Channel{"desk": ch}
	s, err := newStreet(t.TempDir(), func() time.Time { return clock }, c, marks("QUOBBLE"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.close() })
	s.offers = []corpora.Listing{bowl(1, "Quobble", "a"), bowl(2, "plain", "a")}
	return s, &clock
}

func (s *street) deliver(t *testing.T) Delivery {
	t.Helper()
	d, err := s.m.Deliver(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestWebhook holds that messages are signed as Standard Webhooks asks, tried again with the same id until they are taken, and
// then never again.
func TestWebhook(t *testing.T) {
	r := newReceiver(t)
	s, clock := channelStreet(t, Channel{Webhook: r.URL, SecretEnv: "HOOK", AllowPrivate: true}, Rule{})
	r.answers = []func(http.ResponseWriter){answering(500), answering(503, "Retry-After", "600")}
	s.run(t)
	if d := s.deliver(t); d.Failed != 2 || d.Sent != 0 {
		t.Fatalf("refused twice: %+v", d)
	}
	if d := s.deliver(t); d.Failed+d.Sent != 0 {
		t.Errorf("tried at once again: %+v", d)
	}
	*clock = clock.Add(time.Minute)
	if d := s.deliver(t); d.Sent != 1 {
		t.Errorf("after a minute: %+v", d)
	}
	*clock = clock.Add(8 * time.Minute)
	if d := s.deliver(t); d.Sent != 0 {
		t.Errorf("before Retry-After: %+v", d)
	}
	*clock = clock.Add(time.Minute)
	if d := s.deliver(t); d.Sent != 1 {
		t.Errorf("after Retry-After: %+v", d)
	}
	*clock = clock.Add(time.Hour)
	if d := s.deliver(t); d.Sent != 0 || len(r.got) != 4 {
		t.Errorf("delivered again: %+v, %d requests", d, len(r.got))
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(hookSecret, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]int{}
	for i, req := range r.got {
		id, at := req.Header.Get("webhook-id"), req.Header.Get("webhook-timestamp")
		ids[id]++
		h := hmac.New(sha256.New, key)
		fmt.Fprintf(h, "%s.%s.%s", id, at, r.bodies[i])
		if want := "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil)); req.Header.Get("webhook-signature") != want {
			t.Errorf("signature %q, want %q", req.Header.Get("webhook-signature"), want)
		}
		var a Alert
		if err := json.Unmarshal(r.bodies[i], &a); err != nil || a.Timestamp.IsZero() || a.Data.Watch != "shop" {
			t.Errorf("body %s: %v", r.bodies[i], err)
		}
	}
	if len(ids) != 2 {
		t.Errorf("ids %v: two messages, each tried twice", ids)
	}
}

// TestSign is the example of the Standard Webhooks specification's reference implementation.
func TestSign(t *testing.T) {
	key, err := webhookKey(hookSecret)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`)), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
	for _, bad := range []string{"", "secret", "whsec_!", "whsec_c2hvcnQ="} {
		if _, err := webhookKey(bad); err == nil {
			t.Errorf("secret %q was taken", bad)
		}
	}
}

// TestGivenUp holds that a message that nobody wants, or that nobody took for three days, is given up and said so.
func TestGivenUp(t *testing.T) {
	r := newReceiver(t)
	s, clock := channelStreet(t, Channel{Webhook: r.URL, SecretEnv: "HOOK", AllowPrivate: true}, Rule{On: []string{OnDigest}})
	r.answers = []func(http.ResponseWriter){answering(410)}
	s.run(t)
	if d := s.deliver(t); d.GivenUp != 1 {
		t.Errorf("not wanted any more: %+v", d)
	}
	s.run(t)
	url := r.URL
	r.Close()
	var d Delivery
	tries := 0
	for range 200 {
		*clock = clock.Add(30 * time.Minute)
		d = s.deliver(t)
		tries += d.Failed
		if d.GivenUp > 0 {
			break
		}
	}
	if d.GivenUp != 1 || tries < 12 || tries > 30 {
		t.Errorf("given up %d after %d tries: %s", d.GivenUp, tries, url)
	}
	box, err := s.ledger.Outbox(t.Context())
	if err != nil || box["desk"]["failed"] != 2 {
		t.Errorf("%v %v", box, err)
	}
}

// TestPrivate holds that a webhook on a private address is refused unless it is allowed, whatever its name says.
func TestPrivate(t *testing.T) {
	r := newReceiver(t)
	s, _ := channelStreet(t, Channel{Webhook: strings.Replace(r.URL, "http://127.0.0.1", "https://localhost", 1), SecretEnv: "HOOK"}, Rule{On: []string{OnDigest}})
	s.run(t)
	if d := s.deliver(t); d.Failed != 1 || !strings.Contains(d.Problems["desk"], "not public") || len(r.got) != 0 {
		t.Errorf("%+v", d)
	}
}

// TestRateLimit holds that a channel gets no more messages an hour than it asks for, and every message in the end.
func TestRateLimit(t *testing.T) {
	r := newReceiver(t)
	s, clock := channelStreet(t, Channel{Webhook: r.URL, SecretEnv: "HOOK", AllowPrivate: true, PerHour: 5}, Rule{Most: 11})
	s.offers = nil
	for i := range 30 {
		s.offers = append(s.offers, bowl(i, "Quobble", "a"))
	}
	s.run(t)
	for hour, want := range []int{5, 10, 12, 12} {
		s.deliver(t)
		if len(r.got) != want {
			t.Errorf("after %d hours: %d messages, want %d", hour, len(r.got), want)
		}
		*clock = clock.Add(time.Hour + time.Second)
	}
	var a Alert
	if err := json.Unmarshal(r.bodies[11], &a); err != nil || a.Data.Digest == nil || a.Data.Digest.Unsent[ledger.MatchNew] != 19 {
		t.Errorf("the digest does not say how many were not told one by one: %s", r.bodies[11])
	}
}

// TestSlack holds that a hostile title cannot make links or call people.
func TestSlack(t *testing.T) {
	r := newReceiver(t)
	s, _ := channelStreet(t, Channel{Slack: r.URL, AllowPrivate: true}, Rule{On: []string{OnNew}})
	s.offers[0].Title = "Quobble <!channel> <https://evil.example|click> & more bowl of stoneware"
	s.run(t)
	if d := s.deliver(t); d.Sent != 1 {
		t.Fatalf("%+v", d)
	}
	var got struct{ Text string }
	if err := json.Unmarshal(r.bodies[0], &got); err != nil || strings.ContainsAny(got.Text, "<>") || !strings.Contains(got.Text, "&lt;!channel&gt;") || !strings.Contains(got.Text, "QUOBBLE") {
		t.Errorf("%s %v", r.bodies[0], err)
	}
}

// smtpServer is a loopback mail server with STARTTLS.
type smtpServer struct {
	net.Listener
	cfg   *tls.Config
	mu    sync.Mutex
	mails [][]byte
	plain bool // offers no STARTTLS
	group sync.WaitGroup
}

func newSMTP(t *testing.T, plain bool) (*smtpServer, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &smtpServer{Listener: l, cfg: &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, plain: plain}
	s.group.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.group.Go(func() { s.serve(c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); s.group.Wait() })
	return s, pool
}

func (s *smtpServer) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	r := bufio.NewReader(c)
	say := func(line string) { fmt.Fprintf(c, "%s\r\n", line) }
	say("220 loopback")
	encrypted := false
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch word := strings.ToUpper(strings.Fields(line + " x")[0]); word {
		case "EHLO":
			if s.plain || encrypted {
				say("250 loopback")
				continue
			}
			say("250-loopback")
			say("250 STARTTLS")
		case "STARTTLS":
			say("220 go on")
			tc := tls.Server(c, s.cfg)
			c, r, encrypted = tc, bufio.NewReader(tc), true
		case "DATA":
			say("354 go on")
			var b bytes.Buffer
			for {
				l, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if l == ".\r\n" {
					break
				}
				b.WriteString(l)
			}
			s.mu.Lock()
			s.mails = append(s.mails, b.Bytes())
			s.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// TestMail holds that mail is encrypted, readable, and cannot be given headers by a listing.
func TestMail(t *testing.T) {
	server, pool := newSMTP(t, false)
	s, _ := channelStreet(t, Channel{Mail: &Mail{Server: server.Addr().String(), From: "Watch <watch@example.org>", To: []string{"desk@example.org", "other@example.org"}}}, Rule{On: []string{OnNew, OnDigest}})
	s.m.senders["desk"].(*mailer).tls = &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}
	s.offers[0].Title = "Quobble Schüssel\r\nBcc: evil@example.org\r\n of stoneware"
	s.run(t)
	if d := s.deliver(t); d.Sent != 2 {
		t.Fatalf("%+v", d)
	}
	if len(server.mails) != 2 {
		t.Fatalf("%d mails", len(server.mails))
	}
	var ids []string
	for _, raw := range server.mails {
		m, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatalf("%v: %s", err, raw)
		}
		ids = append(ids, m.Header.Get("Message-ID"))
		if m.Header.Get("Bcc") != "" || len(m.Header["To"]) != 1 {
			t.Errorf("headers %v", m.Header)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil || !strings.HasPrefix(subject, "[lookalike] ") {
			t.Errorf("subject %q %v", subject, err)
		}
		text, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, m.Body))
		if err != nil || !strings.Contains(string(text), "QUOBBLE") {
			t.Errorf("text %q %v", text, err)
		}
	}
	if slices.Sort(ids); len(slices.Compact(ids)) != 2 {
		t.Errorf("message ids %v", ids)
	}
}

// TestMailPlain holds that nothing is said to a server that offers no encryption, unless the configuration says so.
func TestMailPlain(t *testing.T) {
	server, _ := newSMTP(t, true)
	m := &Mail{Server: server.Addr().String(), From: "watch@example.org", To: []string{"desk@example.org"}}
	s, clock := channelStreet(t, Channel{Mail: m}, Rule{On: []string{OnDigest}})
	s.run(t)
	if d := s.deliver(t); d.Failed != 1 || !strings.Contains(d.Problems["desk"], "STARTTLS") || len(server.mails) != 0 {
		t.Errorf("%+v", d)
	}
	s.m.senders["desk"].(*mailer).m.Plain = true
	*clock = clock.Add(time.Hour)
	if d := s.deliver(t); d.Sent != 1 || len(server.mails) != 1 {
		t.Errorf("%+v", d)
	}
}

// TestDismissed holds that a dismissed lead is not told again unless it gets worse.
func TestDismissed(t *testing.T) {
	r := newReceiver(t)
	s, _ := channelStreet(t, Channel{Webhook: r.URL, SecretEnv: "HOOK", AllowPrivate: true}, Rule{On: []string{OnNew, OnBack, OnGone}})
	s.run(t)
	s.deliver(t)
	leads, err := s.ledger.Leads(t.Context(), ledger.LeadQuery{})
	if err != nil || len(leads) != 1 || len(r.got) != 1 {
		t.Fatal(leads, err, len(r.got))
	}
	if _, err := s.ledger.Decide(t.Context(), ledger.Decision{Lead: leads[0].ID, To: ledger.StateDismissed, By: "Jo", Reason: "own goods"}); err != nil {
		t.Fatal(err)
	}
	all := s.offers
	s.offers = all[1:]
	s.run(t)
	s.offers = all
	s.run(t)
	s.deliver(t)
	if len(r.got) != 1 {
		t.Errorf("%d messages", len(r.got))
	}
}

// TestServe holds that the schedule runs, that metrics and health answer, and that nothing is left running.
func TestServe(t *testing.T) {
	r := newReceiver(t)
	s, clock := channelStreet(t, Channel{Webhook: r.URL, SecretEnv: "HOOK", AllowPrivate: true}, Rule{On: []string{OnDigest}})
	web := httptest.NewServer(s.m.Handler())
	defer web.Close()
	get := func(path string) (int, string) {
		t.Helper()
		resp, err := http.Get(web.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(b)
	}
	if code, _ := get("/healthz"); code != http.StatusServiceUnavailable {
		t.Errorf("before it serves: %d", code)
	}
	w := &s.config.Watches[0]
	if err := s.ledger.SetNext(t.Context(), "shop", w.spec(), clock.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	served := make(chan error, 1)
	go func() {
		served <- s.m.Serve(ctx, func(_ *Watch, _ *ledger.Summary, err error) { ran <- err })
	}()
	if err := <-ran; err != nil {
		t.Fatal(err)
	}
	code, text := get("/metrics")
	for _, want := range []string{`lookalike_listings{watch="shop"} 2`, `lookalike_runs_total{end="complete",watch="shop"} 1`, `lookalike_leads{state="open",watch="shop"} 1`, `lookalike_last_run_complete{watch="shop"} 1`} {
		if code != 200 || !strings.Contains(text, want) {
			t.Errorf("metrics (%d) lack %s:\n%s", code, want, text)
		}
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if code, text := get(path); code != 200 {
			t.Errorf("%s: %d %s", path, code, text)
		}
	}
	cancel()
	<-served
	runs, err := s.ledger.Runs(t.Context(), "shop", time.Time{}, 10)
	if err != nil || len(runs) != 1 || !runs[0].Due.Equal(clock.Add(-time.Hour)) {
		t.Errorf("%+v %v", runs, err)
	}
	next, ok, err := s.ledger.Next(t.Context(), "shop", w.spec())
	if err != nil || !ok || !next.Equal(w.Next(*clock)) {
		t.Errorf("next %v %v %v", next, ok, err)
	}
}

// TestSummerTime holds when a watch is due around the changes of the clock.
func TestSummerTime(t *testing.T) {
	c := oneWatch()
	c.Watches[0].Schedule = "0 4 * * *"
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	w := &c.Watches[0]
	at := time.Date(2026, 3, 28, 0, 0, 0, 0, time.UTC)
	for _, want := range []string{"2026-03-28T03:00:00Z", "2026-03-29T02:00:00Z", "2026-03-30T02:00:00Z"} {
		if at = w.Next(at); at.Format(time.RFC3339) != want {
			t.Errorf("due %s, want %s", at.Format(time.RFC3339), want)
		}
	}
}

func TestConfig(t *testing.T) {
	for name, change := range map[string]func(c *Config){
		"no watch":       func(c *Config) { c.Watches = nil },
		"twice":          func(c *Config) { c.Watches = append(c.Watches, c.Watches[0]) },
		"bad name":       func(c *Config) { c.Watches[0].Name = "../x" },
		"no source":      func(c *Config) { c.Watches[0].Feeds = nil },
		"no contact":     func(c *Config) { c.Watches[0].Feeds, c.Watches[0].Seeds = nil, []string{"https://x.example"} },
		"bad zone":       func(c *Config) { c.Watches[0].Zone = "Mars/Base" },
		"bad schedule":   func(c *Config) { c.Watches[0].Schedule = "61 * * * *" },
		"bad grade":      func(c *Config) { c.Watches[0].Lead = "severe" },
		"unknown target": func(c *Config) { c.Watches[0].Alerts = []Rule{{To: "nobody"}} },
		"unknown on":     func(c *Config) { c.Watches[0].Alerts = []Rule{{To: "log", On: []string{"rain"}}} },
		"seal alone":     func(c *Config) { c.Watches[0].Seal = "high" },
		"plain hook":     func(c *Config) { c.Channels["x"] = Channel{Webhook: "http://x.example", SecretEnv: "HOOK"} },
		"two kinds":      func(c *Config) { c.Channels["x"] = Channel{Slack: "https://x.example", File: "y"} },
		"bad mail": func(c *Config) {
			c.Channels["x"] = Channel{Mail: &Mail{Server: "x:25", From: "nobody", To: []string{"a@b.example"}}}
		},
		"short keeping": func(c *Config) { c.Retention.Listing = 30 },
	} {
		c := oneWatch()
		c.Channels = map[string]Channel{"log": {File: "x"}}
		if change(c); c.Check() == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
