package report

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var shots = flag.String("shots", "", "folder for pictures of the page")

// browser drives a headless Chromium over its debugging pipe.
type browser struct {
	t       *testing.T
	in      *os.File
	out     *bufio.Reader
	id      int
	session string
	events  []event
}

type event struct {
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// startBrowser runs only with LOOKALIKE_REAL=1, and then fails without Chromium.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	if os.Getenv("LOOKALIKE_REAL") != "1" {
		t.Skip("needs Chromium: set LOOKALIKE_REAL=1")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Fatal("Chromium is not installed")
	}
	toRead, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, toWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--user-data-dir="+t.TempDir(), "--remote-debugging-pipe", "about:blank")
	cmd.ExtraFiles = []*os.File{toRead, toWrite}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	toRead.Close()
	toWrite.Close()
	b := &browser{t: t, in: in, out: bufio.NewReaderSize(out, 1<<20)}
	timeout := time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() {
		b.send("Browser.close", nil)
		_ = cmd.Wait()
		timeout.Stop()
		in.Close()
		out.Close()
	})
	var target struct{ TargetID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

func (b *browser) send(method string, params any) int {
	b.id++
	if params == nil {
		params = map[string]any{}
	}
	msg := map[string]any{"id": b.id, "method": method, "params": params}
	if b.session != "" && !strings.HasPrefix(method, "Browser.") {
		msg["sessionId"] = b.session
	}
	raw, _ := json.Marshal(msg)
	_, _ = b.in.Write(append(raw, 0))
	return b.id
}

func (b *browser) call(method string, params, result any) {
	b.t.Helper()
	id := b.send(method, params)
	for {
		var m struct {
			event
			ID     int
			Result json.RawMessage
			Error  *struct{ Message string }
		}
		b.read(&m)
		if m.Method != "" {
			b.events = append(b.events, m.event)
		}
		if m.ID != id {
			continue
		}
		if m.Error != nil {
			b.t.Fatalf("%s: %s", method, m.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(m.Result, result); err != nil {
				b.t.Fatal(err)
			}
		}
		return
	}
}

func (b *browser) read(v any) {
	b.t.Helper()
	raw, err := b.out.ReadBytes(0)
	if err != nil {
		b.t.Fatalf("Chromium went away: %v", err)
	}
	if err := json.Unmarshal(bytes.TrimSuffix(raw, []byte{0}), v); err != nil {
		b.t.Fatal(err)
	}
}

// open loads a page and waits until it is loaded.
func (b *browser) open(url string) {
	b.t.Helper()
	b.events = nil
	b.call("Page.navigate", map[string]any{"url": url}, nil)
	for !b.saw("Page.loadEventFired") {
		var e event
		b.read(&e)
		if e.Method != "" {
			b.events = append(b.events, e)
		}
	}
}

func (b *browser) saw(method string) bool {
	for _, e := range b.events {
		if e.Method == method {
			return true
		}
	}
	return false
}

func (b *browser) view(width, height int, dark bool) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}, nil)
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// eval runs a script and decodes its value.
func (b *browser) eval(script string, v any) {
	b.t.Helper()
	var r struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct{ Text string }
	}
	b.call("Runtime.evaluate", map[string]any{"expression": script, "returnByValue": true}, &r)
	if r.ExceptionDetails != nil {
		b.t.Fatalf("script %s: %s", script, r.ExceptionDetails.Text)
	}
	if v == nil {
		return
	}
	if err := json.Unmarshal(r.Result.Value, v); err != nil {
		b.t.Fatalf("script %s: %v", script, err)
	}
}

// shoot keeps a picture of the page when -shots names a folder.
func (b *browser) shoot(name string) {
	if *shots == "" {
		return
	}
	b.t.Helper()
	var size struct{ W, H int }
	b.eval(`({W: document.documentElement.clientWidth, H: document.documentElement.scrollHeight})`, &size)
	const piece = 1600
	for i := 0; i*piece < min(size.H, 4*piece); i++ {
		var r struct{ Data string }
		clip := map[string]any{"x": 0, "y": i * piece, "width": size.W, "height": min(piece, size.H-i*piece), "scale": 1}
		b.call("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true, "clip": clip}, &r)
		raw, err := base64.StdEncoding.DecodeString(r.Data)
		if err == nil {
			err = os.WriteFile(filepath.Join(*shots, fmt.Sprintf("%s-%d.png", name, i)), raw, 0o644)
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
}

// complaints returns what the page did that it must not: console messages, script errors, requests.
func (b *browser) complaints(self string) []string {
	var out []string
	for _, e := range b.events {
		switch e.Method {
		case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded":
			out = append(out, fmt.Sprintf("%s: %s", e.Method, e.Params))
		case "Network.requestWillBeSent":
			var p struct{ Request struct{ URL string } }
			_ = json.Unmarshal(e.Params, &p)
			if u := p.Request.URL; u != self && !strings.HasPrefix(u, "data:") {
				out = append(out, "request: "+u)
			}
		}
	}
	return out
}
