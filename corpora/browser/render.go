package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// rendering is one page on its way.
type rendering struct {
	o       *Options
	s       *session
	fetch   Fetch
	fetches sync.WaitGroup
	slots   chan struct{}

	asked   int // requests that were held up; the event loop alone counts them
	refused atomic.Int64
	done    atomic.Int64
	bytes   atomic.Int64
	pending atomic.Int64
	ended   chan struct{} // a request was answered
}

// concurrent is how many requests of one page are under way.
const concurrent = 6

func render(outer context.Context, address string, o *Options, fetch Fetch) (_ *Page, err error) {
	limited, cancel := context.WithTimeoutCause(outer, o.Timeout, fmt.Errorf("it took more than %v: %w", o.Timeout, context.DeadlineExceeded))
	defer cancel()
	ctx, end := context.WithCancelCause(limited)
	defer end(nil)
	p, err := start(ctx, o)
	if err != nil {
		return nil, err
	}
	r := &rendering{o: o, s: newSession(p.in), fetch: fetch, slots: make(chan struct{}, concurrent), ended: make(chan struct{}, 1)}
	var wg sync.WaitGroup
	wg.Go(func() { r.s.read(ctx, p.out) })
	wg.Go(func() { p.watch(ctx, o.MaxMemory, end) })
	page, err := r.page(ctx, address)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	p.stop(func() { end(nil) })
	r.fetches.Wait()
	wg.Wait()
	switch {
	case errors.Is(err, errClosed):
		return nil, p.said.gone()
	case err != nil:
		return nil, err
	}
	page.Requests, page.Refused, page.Stray = int(r.done.Load()), int(r.refused.Load()), int(p.dead.stray.Load())
	return page, nil
}

// page opens a page, waits for it to come to rest and takes what is wanted.
func (r *rendering) page(ctx context.Context, address string) (*Page, error) {
	if err := r.attach(ctx); err != nil {
		return nil, err
	}
	var nav struct {
		ErrorText string `json:"errorText"`
	}
	failed := make(chan error, 1)
	r.fetches.Go(func() { // the answer comes when the page itself was answered, which the event loop does
		err := r.s.call(ctx, "Page.navigate", map[string]any{"url": address}, &nav)
		if err == nil && nav.ErrorText != "" {
			err = fmt.Errorf("the page did not load: %s", nav.ErrorText)
		}
		failed <- err
	})
	restless, err := r.settle(ctx, failed)
	if err != nil {
		return nil, err
	}
	// What the page still asks for while it is taken is refused, and nobody waits for it.
	r.fetches.Go(func() { r.drain(ctx) })
	page, err := r.take(ctx)
	if err != nil {
		return nil, err
	}
	page.Restless = restless
	return page, nil
}

// attach opens an empty page and holds up its requests.
func (r *rendering) attach(ctx context.Context) error {
	var target struct {
		TargetID string `json:"targetId"`
	}
	if err := r.s.call(ctx, "Browser.setDownloadBehavior", map[string]any{"behavior": "deny"}, nil); err != nil {
		return err
	}
	if err := r.s.call(ctx, "Target.createTarget", map[string]any{"url": "about:blank"}, &target); err != nil {
		return err
	}
	var attached struct {
		SessionID string `json:"sessionId"`
	}
	if err := r.s.call(ctx, "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached); err != nil {
		return err
	}
	r.s.target = attached.SessionID
	for _, c := range []struct {
		method string
		params any
	}{
		{"Emulation.setDeviceMetricsOverride", map[string]any{"width": r.o.Width, "height": 900, "deviceScaleFactor": 1, "mobile": false}},
		{"Page.enable", nil}, {"Inspector.enable", nil}, {"Network.setBypassServiceWorker", map[string]any{"bypass": true}},
		{"Fetch.enable", map[string]any{"patterns": []any{map[string]any{"urlPattern": "*"}}}},
	} {
		if err := r.s.call(ctx, c.method, c.params, nil); err != nil {
			return err
		}
	}
	return nil
}

// settle handles events until the page is loaded and nothing was asked for during a rest. A page that never rests is taken
// after half of the time.
func (r *rendering) settle(ctx context.Context, failed <-chan error) (restless bool, err error) {
	patience := time.NewTimer(r.o.Timeout / 2)
	defer patience.Stop()
	rest := time.NewTimer(time.Hour)
	defer rest.Stop()
	loaded := false
	for {
		select {
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case err := <-failed:
			if err != nil {
				return false, err
			}
		case m, ok := <-r.s.events:
			if !ok {
				return false, errClosed
			}
			switch m.Method {
			case "Page.loadEventFired":
				loaded = true
			case "Inspector.targetCrashed":
				return false, ErrCrashed
			}
			if !r.event(ctx, m) {
				continue
			}
			rest.Reset(r.o.Rest)
		case <-r.ended:
			rest.Reset(r.o.Rest)
		case <-rest.C:
			if loaded && r.pending.Load() == 0 {
				return false, nil
			}
		case <-patience.C:
			if loaded {
				return true, nil
			}
		}
	}
}

// event handles one event. It reports whether the page is busy.
func (r *rendering) event(ctx context.Context, m message) bool {
	switch m.Method {
	case "Page.loadEventFired", "Page.frameNavigated":
		return true
	case "Page.javascriptDialogOpening":
		r.s.post("Page.handleJavaScriptDialog", map[string]any{"accept": false})
	case "Fetch.requestPaused":
		var p paused
		if json.Unmarshal(m.Params, &p) == nil {
			r.hold(ctx, &p)
		}
		return true
	}
	return false
}

// paused is a request that the browser holds up.
type paused struct {
	RequestID    string `json:"requestId"`
	ResourceType string `json:"resourceType"`
	Request      struct {
		URL    string `json:"url"`
		Method string `json:"method"`
	} `json:"request"`
}

// hold answers a request, in its own time.
func (r *rendering) hold(ctx context.Context, p *paused) {
	r.asked++
	url := p.Request.URL
	switch {
	case strings.HasPrefix(url, "data:"), strings.HasPrefix(url, "blob:"), strings.HasPrefix(url, "about:"):
		r.s.post("Fetch.continueRequest", map[string]any{"requestId": p.RequestID})
		return
	case !strings.HasPrefix(url, "http://") && !strings.HasPrefix(url, "https://"), p.Request.Method != http.MethodGet,
		r.asked > r.o.MaxRequests, r.bytes.Load() > r.o.MaxBytes:
		r.refuse(p)
		return
	}
	r.pending.Add(1)
	r.fetches.Go(func() {
		defer func() {
			r.pending.Add(-1)
			select {
			case r.ended <- struct{}{}:
			default:
			}
		}()
		select {
		case r.slots <- struct{}{}:
			defer func() { <-r.slots }()
		case <-ctx.Done():
			return
		}
		a, err := r.fetch(ctx, &Request{URL: url, Kind: p.ResourceType})
		if err != nil || r.bytes.Add(int64(len(a.Body))) > r.o.MaxBytes {
			r.refuse(p)
			return
		}
		r.done.Add(1)
		r.answer(p, a)
	})
}

func (r *rendering) refuse(p *paused) {
	r.refused.Add(1)
	r.s.post("Fetch.failRequest", map[string]any{"requestId": p.RequestID, "errorReason": "BlockedByClient"})
}

// answer hands an answer to the browser.
func (r *rendering) answer(p *paused, a *Answer) {
	type field struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	head := []field{}
	for name, values := range a.Header {
		switch http.CanonicalHeaderKey(name) {
		case "Content-Encoding", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Alt-Svc":
			continue
		}
		for _, v := range values {
			head = append(head, field{name, v})
		}
	}
	r.s.post("Fetch.fulfillRequest", map[string]any{"requestId": p.RequestID, "responseCode": a.Status, "responseHeaders": head, "body": append([]byte{}, a.Body...)})
}

// drain refuses what is asked for and keeps the browser's messages flowing.
func (r *rendering) drain(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case m, ok := <-r.s.events:
			if !ok {
				return
			}
			var p paused
			if m.Method == "Fetch.requestPaused" && json.Unmarshal(m.Params, &p) == nil {
				r.refuse(&p)
			}
		}
	}
}

// take takes the page as it stands.
func (r *rendering) take(ctx context.Context) (*Page, error) {
	var frames struct {
		FrameTree struct {
			Frame struct {
				URL string `json:"url"`
			} `json:"frame"`
		} `json:"frameTree"`
	}
	if err := r.s.call(ctx, "Page.getFrameTree", nil, &frames); err != nil {
		return nil, err
	}
	var document struct {
		Root struct {
			NodeID int `json:"nodeId"`
		} `json:"root"`
	}
	if err := r.s.call(ctx, "DOM.getDocument", map[string]any{"depth": 0}, &document); err != nil {
		return nil, err
	}
	var html struct {
		OuterHTML string `json:"outerHTML"`
	}
	if err := r.s.call(ctx, "DOM.getOuterHTML", map[string]any{"nodeId": document.Root.NodeID}, &html); err != nil {
		return nil, err
	}
	if len(html.OuterHTML) > r.o.MaxHTML {
		return nil, ErrTooLong
	}
	page := &Page{URL: frames.FrameTree.Frame.URL, HTML: html.OuterHTML}
	var err error
	switch r.o.Want {
	case PNG:
		page.Picture, err = r.png(ctx)
	case PDF:
		var out struct {
			Data []byte `json:"data"`
		}
		err = r.s.call(ctx, "Page.printToPDF", map[string]any{"printBackground": true, "pageRanges": "1-20"}, &out)
		page.Picture = out.Data
	}
	return page, err
}

// png takes a picture from the top of the page.
func (r *rendering) png(ctx context.Context) ([]byte, error) {
	var size struct {
		Content struct {
			Height float64 `json:"height"`
		} `json:"cssContentSize"`
	}
	if err := r.s.call(ctx, "Page.getLayoutMetrics", nil, &size); err != nil {
		return nil, err
	}
	height := max(1, min(int(size.Content.Height), r.o.MaxHeight))
	clip := map[string]any{"x": 0, "y": 0, "width": r.o.Width, "height": height, "scale": 1}
	var out struct {
		Data []byte `json:"data"`
	}
	err := r.s.call(ctx, "Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true, "clip": clip}, &out)
	return out.Data, err
}
