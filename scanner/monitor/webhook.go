package monitor

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"lookalike/corpora/fetch"
	"lookalike/scanner/ledger"
)

// Bounds of one delivery.
const (
	sendTimeout = 20 * time.Second
	maxAnswer   = 4 << 10
	maxRetry    = 24 * time.Hour // of what a Retry-After is believed
)

// client returns a client that connects to public addresses only, whatever a name resolves to, and follows no redirects.
func client(private bool) *http.Client {
	d := &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if !private && !fetch.Public(ap.Addr()) {
			return fmt.Errorf("%s: %w", ap.Addr(), fetch.ErrPrivate)
		}
		return nil
	}}
	return &http.Client{
		Timeout:       sendTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DialContext: d.DialContext, TLSHandshakeTimeout: 10 * time.Second, MaxResponseHeaderBytes: 32 << 10, ForceAttemptHTTP2: true, IdleConnTimeout: 30 * time.Second},
	}
}

// webhookKey reads a secret of Standard Webhooks: "whsec_" and 24 to 64 bytes in base64.
func webhookKey(secret string) ([]byte, error) {
	s, ok := strings.CutPrefix(strings.TrimSpace(secret), "whsec_")
	if !ok {
		return nil, errors.New("a webhook's secret begins with whsec_")
	}
	key, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, errors.New("a webhook's secret is whsec_ and base64")
	}
	if len(key) < 24 || len(key) > 64 {
		return nil, fmt.Errorf("a webhook's secret has 24 to 64 bytes, not %d", len(key))
	}
	return key, nil
}

// webhook posts signed messages, by the specification of Standard Webhooks (standardwebhooks.com).
type webhook struct {
	url    string
	key    []byte
	client *http.Client
	now    func() time.Time
	agent  string
}

func (w *webhook) close() { w.client.CloseIdleConnections() }

func (w *webhook) send(ctx context.Context, m *ledger.Message) error {
	id, at := fmt.Sprintf("msg_%d", m.ID), strconv.FormatInt(w.now().Unix(), 10)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, bytes.NewReader(m.Body))
	if err != nil {
		return refused{err}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", w.agent)
	req.Header.Set("webhook-id", id)
	req.Header.Set("webhook-timestamp", at)
	req.Header.Set("webhook-signature", sign(w.key, id, at, m.Body))
	return post(w.client, req, w.now)
}

// sign returns the signature of a message: HMAC-SHA256 over id, time and body.
func sign(key []byte, id, at string, body []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(id + "." + at + "."))
	h.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// post sends a request. Any answer of 2xx is a delivery; 410 says that nothing is wanted any more.
func post(c *http.Client, req *http.Request, now func() time.Time) error {
	resp, err := c.Do(req)
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err // the address of a chat is its secret
	}
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer))
	if resp.StatusCode/100 == 2 {
		return nil
	}
	err = fmt.Errorf("status %d", resp.StatusCode)
	if resp.StatusCode == http.StatusGone {
		return refused{err}
	}
	if at, ok := retryAfter(resp.Header.Get("Retry-After"), now()); ok {
		return later{err, at}
	}
	return err
}

// retryAfter reads a Retry-After: seconds, or a day and time.
func retryAfter(s string, now time.Time) (time.Time, bool) {
	if s == "" {
		return time.Time{}, false
	}
	at, err := http.ParseTime(s)
	if n, bad := strconv.Atoi(strings.TrimSpace(s)); bad == nil && n >= 0 {
		at, err = now.Add(time.Duration(min(n, int(maxRetry/time.Second)))*time.Second), nil
	}
	if err != nil || at.Before(now) {
		return time.Time{}, false
	}
	if at.After(now.Add(maxRetry)) {
		at = now.Add(maxRetry)
	}
	return at, true
}

// slack posts texts in the form that Slack and programs compatible with it take.
type slack struct {
	url    string
	client *http.Client
	now    func() time.Time
	words  func(a *Alert) (subject, text string)
}

func (s *slack) close() { s.client.CloseIdleConnections() }

func (s *slack) send(ctx context.Context, m *ledger.Message) error {
	a, err := decodeAlert(m.Body)
	if err != nil {
		return err
	}
	_, text := s.words(a)
	// Slack reads these three as markup: a listing could make links or call everybody.
	text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
	body, err := json.Marshal(map[string]any{"text": text, "unfurl_links": false, "unfurl_media": false})
	if err != nil {
		return refused{err}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return refused{err}
	}
	req.Header.Set("Content-Type", "application/json")
	return post(s.client, req, s.now)
}
