package evidence

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lookalike/corpora"
	"lookalike/scanner"
)

// events returns the kinds of the log, the first entry left out.
func events(t *testing.T, dir string) []Event {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, logFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []Event
	if err := readLines(f, func(_ int64, b []byte, _ bool) error {
		e, err := decodeEntry(b)
		if err == nil {
			all = append(all, *e.Event)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all[1:]
}

func TestCustody(t *testing.T) {
	offset := int64(-40)
	o := options()
	o.Clock = Clock{Source: "ntp:pool.example", OffsetMS: &offset, Measured: "2026-03-04T00:00:00Z"}
	s, dir := newStore(t, o)
	id := mustCapture(t, s, sample()).ID
	if _, err := s.View(id, "B. Clerk", "looked"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Inspect(t.Context(), []string{id}, "B. Clerk", "before the export"); err != nil {
		t.Fatal(err)
	}
	q := exportRequest(id)
	q.Approval = "ref 1"
	mustExport(t, s, q)
	if _, err := s.Export(t.Context(), q, failing{}); err == nil {
		t.Error("exported to nowhere")
	}
	var kinds []string
	for _, ev := range events(t, dir) {
		kinds = append(kinds, ev.Kind+" "+ev.Actor)
		if ev.Clock.OffsetMS == nil || *ev.Clock.OffsetMS != -40 || ev.Time == "" {
			t.Errorf("%+v does not say what its clock is worth", ev)
		}
	}
	want := []string{"capture A. Operator", "open B. Clerk", "open B. Clerk", "export B. Clerk", "export B. Clerk", "failed B. Clerk"}
	if !slices.Equal(kinds, want) {
		t.Errorf("log %q, want %q", kinds, want)
	}
	wantWhole(t, mustVerify(t, dir, VerifyOptions{}))
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestExportRefuses(t *testing.T) {
	s, dir := newStore(t, options())
	id := mustCapture(t, s, sample()).ID
	for name, c := range map[string]struct {
		change func(*ExportRequest)
		want   error
	}{
		"no purpose":            {func(q *ExportRequest) { q.Purpose = " " }, nil},
		"no recipient":          {func(q *ExportRequest) { q.Recipient = "" }, nil},
		"no jurisdiction":       {func(q *ExportRequest) { q.Jurisdiction = "" }, nil},
		"no actor":              {func(q *ExportRequest) { q.Actor = "" }, nil},
		"kind of recipient":     {func(q *ExportRequest) { q.RecipientKind = "friend" }, nil},
		"nothing":               {func(q *ExportRequest) { q.Captures = nil }, nil},
		"unknown":               {func(q *ExportRequest) { q.Captures = []string{"20260101T000000Z-00000000"} }, ErrNotFound},
		"outside":               {func(q *ExportRequest) { q.Captures = []string{"../" + id} }, ErrNotFound},
		"foreign court":         {func(q *ExportRequest) { q.Jurisdiction, q.RecipientKind = "US", RecipientCourt }, ErrApproval},
		"foreign authority":     {func(q *ExportRequest) { q.Jurisdiction, q.RecipientKind = "DE", RecipientEnforcer }, ErrApproval},
		"removal of nothing":    {func(q *ExportRequest) { q.Remove = []Removal{{Capture: id, Item: "none", Part: -1, Reason: "r"}} }, nil},
		"removal elsewhere":     {func(q *ExportRequest) { q.Remove = []Removal{{Capture: "x", Item: warcItem, Part: -1, Reason: "r"}} }, fs.ErrNotExist},
		"removal without grund": {func(q *ExportRequest) { q.Remove = []Removal{{Capture: id, Item: warcItem, Part: 1}} }, nil},
	} {
		q := exportRequest(id)
		c.change(&q)
		var out bytes.Buffer
		if _, err := s.Export(t.Context(), q, &out); err == nil || c.want != nil && !errors.Is(err, c.want) || out.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, out.Len())
		}
	}
	if n := len(events(t, dir)); n != 1 {
		t.Errorf("%d events: what was refused is in the log", n)
	}
	q := exportRequest(id)
	q.Jurisdiction, q.RecipientKind, q.Approval = "US", RecipientCourt, "MOJ 2026-17"
	_, x := mustExport(t, s, q)
	if x.Approval != "MOJ 2026-17" || x.StoredIn != "CN" {
		t.Errorf("%+v", x)
	}
	q.Jurisdiction, q.Approval = "CN", ""
	mustExport(t, s, q)
}

func TestRedaction(t *testing.T) {
	s, _ := newStore(t, options())
	id := mustCapture(t, s, sample()).ID
	q := exportRequest(id)
	q.RemoveKinds = []string{PersonalEmail, PersonalPhone, PersonalTrader}
	q.Remove = []Removal{{Capture: id, Item: "rendering-1.png", Part: wholeItem, Reason: "shows a person"}}
	b, x := mustExport(t, s, q)
	r := verifyBytes(t, b)
	wantWhole(t, r)
	for _, secret := range []string{"sales@shop.example", "138 1234", "Zhang San"} {
		if bytes.Contains(b, []byte(secret)) {
			t.Errorf("%q is still in the bundle", secret)
		}
	}
	if len(x.Removed) != 3 || len(r.Captures[0].Removed) != 3 {
		t.Errorf("removed %+v", x.Removed)
	}
	// What is kept is still held to its hash.
	at := bytes.Index(b, []byte("Location: /p/1"))
	b[at] ^= 1
	if r := verifyBytes(t, b); r.OK() || !strings.Contains(r.Issues[0].Where+r.Issues[1].Where, "capture.warc#2 response https://shop.example/1") {
		t.Errorf("a changed part beside a removed one gives %v", r.Issues)
	}
}

func TestChangedEvidenceIsNotHandedOver(t *testing.T) {
	s, dir := newStore(t, options())
	id := mustCapture(t, s, sample()).ID
	name := filepath.Join(dir, captureDir, id, "rendering-1.png")
	if err := os.Chmod(name, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, append(bytes.Clone(pixel[:len(pixel)-1]), 'X'), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Export(t.Context(), exportRequest(id), io.Discard); !errors.Is(err, ErrDamaged) {
		t.Errorf("exported with %v", err)
	}
	v, err := s.View(id, "x", "y")
	if err != nil {
		t.Fatal(err)
	}
	r, err := v.Open("rendering-1.png")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.ReadAll(r); !errors.Is(err, ErrDamaged) {
		t.Errorf("read with %v", err)
	}
}

func TestRetention(t *testing.T) {
	now := start
	o := options()
	o.Now = func() time.Time { return now }
	s, dir := newStore(t, o)
	seal := func(class string) string {
		c := sample()
		c.Class = class
		return mustCapture(t, s, c).ID
	}
	pageID, evidenceID, heldID, listingID := seal(ClassPage), seal(ClassEvidence), seal(ClassPage), seal(ClassListing)
	if err := s.Hold(heldID, "case 5", "Counsel", "suit announced"); err != nil {
		t.Fatal(err)
	}
	gone := func(dry bool) []string {
		t.Helper()
		all, err := s.GC("Clerk", "end of the term", dry)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, v := range all {
			ids = append(ids, v.ID)
		}
		return ids
	}
	expect := func(what string, have []string, want ...string) {
		t.Helper()
		if !slices.Equal(have, want) {
			t.Errorf("%s: gone %q, want %q", what, have, want)
		}
	}
	expect("at once", gone(false))
	now = now.AddDate(0, 0, 31)
	expect("dry run", gone(true), pageID)
	expect("after a month", gone(false), pageID)
	now = now.AddDate(2, 0, 0)
	expect("after two years", gone(false))
	if err := s.Release(evidenceID, "Counsel", "settled"); err != nil {
		t.Fatal(err)
	}
	if err := s.Hold(evidenceID, "audit", "Auditor", "sample"); err != nil {
		t.Fatal(err)
	}
	expect("released and held", gone(false))
	for _, h := range [][2]string{{evidenceID, "audit"}, {heldID, "case 5"}} {
		if err := s.Unhold(h[0], h[1], "Counsel", "over"); err != nil {
			t.Fatal(err)
		}
	}
	expect("lifted", gone(false), evidenceID, heldID)
	now = now.AddDate(1, 0, 0)
	expect("after three years", gone(false), listingID)
	if len(s.List()) != 0 {
		t.Errorf("%d are left", len(s.List()))
	}
	if _, err := s.View(pageID, "x", "y"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a deleted capture opens: %v", err)
	}
	wantWhole(t, mustVerify(t, dir, VerifyOptions{}))
	deletions := 0
	for _, ev := range events(t, dir) {
		if ev.Kind == EventDelete && ev.Actor == "Clerk" && ev.Reason != "" && ev.Manifest != "" {
			deletions++
		}
	}
	if deletions != 4 {
		t.Errorf("%d deletions in the log", deletions)
	}
}

func TestUnfinishedDeletionIsFinished(t *testing.T) {
	s, dir := newStore(t, options())
	id := mustCapture(t, s, sample()).ID
	s.mu.Lock()
	_, err := s.append(Event{Kind: EventDelete, Capture: id, Actor: "x", Reason: "y"})
	s.mu.Unlock()
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(dir, options()); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	wantWhole(t, mustVerify(t, dir, VerifyOptions{}))
}

func TestRefusals(t *testing.T) {
	if _, err := Create(t.TempDir(), Options{Operator: "x"}); err == nil {
		t.Error("made without a jurisdiction")
	}
	if _, err := Create(t.TempDir(), Options{Jurisdiction: "CN"}); err == nil {
		t.Error("made without an operator")
	}
	o := options()
	o.Retention.Listing = 24 * time.Hour
	if _, err := Create(t.TempDir(), o); err == nil {
		t.Error("made with records of trade kept for a day")
	}
	s, dir := newStore(t, options())
	if _, err := Create(dir, options()); err == nil {
		t.Error("made where one is")
	}
	s.o.Authority = ""
	if _, err := s.Capture(t.Context(), sample()); err == nil {
		t.Error("captured without an authority")
	}
	c := sample()
	c.Authority, c.Rendering = "x", [][]byte{[]byte("GIF89a")}
	if _, err := s.Capture(t.Context(), c); err == nil {
		t.Error("captured a rendering that is none")
	}
	if n := len(s.List()); n != 0 {
		t.Errorf("%d captures", n)
	}
	o = options()
	o.Jurisdiction = "US"
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, o); err == nil {
		t.Error("opened as if it were kept elsewhere")
	}
	wantWhole(t, mustVerify(t, dir, VerifyOptions{}))
}

// TestPicturesThatCannotBeHad are named in the manifest.
func TestPicturesThatCannotBeHad(t *testing.T) {
	s, _ := newStore(t, options())
	c := sample()
	c.Record.Images = []corpora.Image{{Ref: "https://elsewhere.example/1.png"}, {Ref: "x", Open: func(context.Context) (io.ReadCloser, error) { return nil, errors.New("gone") }}}
	if r := mustCapture(t, s, c); !slices.Equal(r.Problems, []string{"picture 0: not fetched", "picture 1: gone"}) {
		t.Errorf("problems %q", r.Problems)
	}
}

// TestRecorder records a redirect over TLS and seals what it heard.
func TestRecorder(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/1", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/p/1", http.StatusFound) })
	mux.HandleFunc("/p/1", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, page) })
	mux.HandleFunc("/long", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 5000)) })
	srv := httptest.NewTLSServer(mux)
	defer srv.Close()
	tr := srv.Client().Transport.(*http.Transport)
	tr.DisableCompression = true
	rec := &Recorder{Next: tr, Now: options().Now, MaxBody: 4000}
	client := &http.Client{Transport: rec}
	for _, p := range []string{"/1", "/long"} {
		resp, err := client.Get(srv.URL + p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	xs := rec.Take()
	if len(xs) != 3 || xs[0].Role != RoleRedirect || xs[1].Cut || !xs[2].Cut || xs[1].Address != srv.Listener.Addr().String() {
		t.Fatalf("%d exchanges: %+v", len(xs), xs)
	}
	if xs[1].TLS == nil || xs[1].TLS.Version != tls.VersionName(tls.VersionTLS13) || !bytes.Equal(xs[1].TLS.Chain[0], srv.Certificate().Raw) {
		t.Errorf("TLS %+v", xs[1].TLS)
	}
	if body, media, err := xs[1].Body(1 << 20); err != nil || string(body) != page || !strings.HasPrefix(media, "text/html") {
		t.Errorf("body %q of %s, %v", body, media, err)
	}
	s, dir := newStore(t, options())
	r := mustCapture(t, s, Capture{URL: srv.URL + "/1", Exchanges: xs})
	v, err := s.View(r.ID, "x", "y")
	if err != nil {
		t.Fatal(err)
	}
	if e := v.Manifest.Exchanges[1]; len(e.TLS.Chain) != 1 || e.Status != 200 || !e.TLS.Verified {
		t.Errorf("%+v", e)
	}
	wantWhole(t, mustVerify(t, dir, VerifyOptions{}))
}

func TestPersonalData(t *testing.T) {
	for text, want := range map[string]string{
		"mail a.b+c@x-y.example.com now":           "email a***@x-y.example.com",
		"call +86 138 1234 5678":                   "phone +8***78",
		"电话13812345678。":                           "phone 13***78",
		"<a href='tel:0571-8888 9999'>":            "phone 05***99",
		"身份证 11010519491231002X":                   "identity_number 11***2X",
		"card 4111 1111 1111 1111":                 "card_number 41***11",
		"GTIN 4006381333931, order 20260304050610": "",
		"11010519491231002X7 4111 1111 1111 1112":  "",
		"price 1.299,00 size 10-12-14 2026-03-04":  "",
	} {
		var have []string
		searchText([]byte(text), func(kind, value string) { have = append(have, kind+" "+mask(value)) })
		if got := strings.Join(have, "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestRescore(t *testing.T) {
	s, dir := newStore(t, options())
	c := sample()
	id := mustCapture(t, s, c).ID
	b, _ := mustExport(t, s, exportRequest(id))
	q := exportRequest(id)
	q.RemoveKinds = []string{PersonalTrader}
	redacted, _ := mustExport(t, s, q)
	other := errors.New("another corpus")
	for name, k := range map[string]struct {
		scan ScanFunc
		want string
	}{
		"same": {func(_ context.Context, l *corpora.Listing, h *scanner.Header) (*scanner.Finding, error) {
			if l.Title != "Nkie runners" || h.Corpora[0].ID != "sha256-aa" || len(l.Images) != 2 || l.Images[1].Open == nil {
				t.Errorf("scans %+v by %+v", l, h)
			}
			return c.Finding, nil
		}, RescoreSame},
		"other": {func(context.Context, *corpora.Listing, *scanner.Header) (*scanner.Finding, error) {
			f := *c.Finding
			f.Score = 12
			return &f, nil
		}, RescoreDiffers},
		"none": {func(context.Context, *corpora.Listing, *scanner.Header) (*scanner.Finding, error) { return nil, other }, RescoreNotPossible},
	} {
		r := mustVerify(t, dir, VerifyOptions{Scan: k.scan})
		wantWhole(t, r)
		if have := r.Captures[0].Rescore; have.State != k.want || k.want != RescoreSame && have.Why == "" {
			t.Errorf("%s: %+v", name, have)
		}
		for want, bundle := range map[string][]byte{k.want: b, "removed": redacted} {
			r, err := VerifyBundle(t.Context(), bytes.NewReader(bundle), int64(len(bundle)), VerifyOptions{Scan: k.scan})
			if err != nil {
				t.Fatal(err)
			}
			if have := *r.Captures[0].Rescore; have.State != want && !(want == "removed" && have.State == RescoreNotPossible && strings.Contains(have.Why, want)) {
				t.Errorf("%s: bundle: %+v", name, have)
			}
		}
	}
}
