package browser

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// dead is a proxy that answers nothing: what reaches it went past the requests that are held up.
type dead struct {
	l     net.Listener
	stray atomic.Int64
	wg    sync.WaitGroup
}

func newDead() (*dead, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &dead{l: l}
	d.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			d.stray.Add(1)
			_ = c.Close()
		}
	})
	return d, nil
}

func (d *dead) close() {
	_ = d.l.Close()
	d.wg.Wait()
}

// arguments of the program.
func arguments(o *Options, profile, proxy string) []string {
	args := []string{
		"--headless", "--remote-debugging-pipe", "--user-data-dir=" + profile, "--disk-cache-size=1",
		"--no-first-run", "--no-default-browser-check", "--disable-default-apps", "--disable-extensions", "--disable-sync",
		"--disable-background-networking", "--disable-component-update", "--disable-domain-reliability", "--disable-breakpad",
		"--disable-client-side-phishing-detection", "--metrics-recording-only", "--password-store=basic", "--use-mock-keychain",
		"--disable-gpu", "--disable-dev-shm-usage", "--mute-audio", "--hide-scrollbars", "--disable-quic",
		// Frames of other sites stay in the page's own process, where their requests are held up like its own.
		"--disable-site-isolation-trials", "--disable-features=IsolateOrigins,site-per-process,Translate,MediaRouter,OptimizationHints,DialMediaRouteProvider",
		"--proxy-server=http://" + proxy, "--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
		"--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--webrtc-ip-handling-policy=disable_non_proxied_udp",
		fmt.Sprintf("--js-flags=--max-old-space-size=%d", o.MaxScript), fmt.Sprintf("--window-size=%d,%d", o.Width, 900),
	}
	if o.UserAgent != "" {
		args = append(args, "--user-agent="+o.UserAgent)
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox")
	}
	return append(args, "about:blank")
}

// process is a running browser.
type process struct {
	cmd     *exec.Cmd
	in, out *os.File // to and from it
	dead    *dead
	profile string
	said    tail
}

// start starts the program. It ends with ctx.
func start(ctx context.Context, o *Options) (_ *process, err error) {
	if runtime.GOOS == "windows" {
		return nil, ErrUnsupported
	}
	p := &process{}
	defer func() {
		if err != nil {
			p.clean()
		}
	}()
	if p.profile, err = os.MkdirTemp("", "lookalike-browser-*"); err != nil {
		return nil, err
	}
	if p.dead, err = newDead(); err != nil {
		return nil, err
	}
	reads, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer reads.Close()
	p.in = in
	out, writes, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer writes.Close()
	p.out = out
	p.cmd = exec.CommandContext(ctx, o.Path, arguments(o, p.profile, p.dead.l.Addr().String())...)
	p.cmd.ExtraFiles = []*os.File{reads, writes}
	p.cmd.Env = []string{"HOME=" + p.profile, "TMPDIR=" + p.profile, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}
	p.cmd.Stderr = &p.said
	p.cmd.WaitDelay = 5 * time.Second
	group(p.cmd)
	if err := p.cmd.Start(); err != nil {
		p.cmd = nil
		return nil, err
	}
	return p, nil
}

// stop ends the browser and removes what it left.
func (p *process) stop(cancel context.CancelFunc) {
	cancel()
	_ = p.cmd.Wait()
	p.clean()
}

func (p *process) clean() {
	for _, f := range []*os.File{p.in, p.out} {
		if f != nil {
			_ = f.Close()
		}
	}
	if p.dead != nil {
		p.dead.close()
	}
	if p.profile == "" {
		return
	}
	for range 20 { // children may still be writing
		if os.RemoveAll(p.profile) == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// watch ends the browser when it takes more memory than it may.
func (p *process) watch(ctx context.Context, limit int64, end context.CancelCauseFunc) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if memoryOf(p.cmd.Process.Pid) > limit {
				end(ErrMemory)
				return
			}
		}
	}
}

// tail keeps the last lines that a program said.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, b...)
	if n := len(t.buf) - 2000; n > 0 {
		t.buf = t.buf[n:]
	}
	return len(b), nil
}

// gone says why the browser ended, with the last line that it said.
func (t *tail) gone() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.buf)), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return fmt.Errorf("%w: it said %q", ErrCrashed, last)
	}
	return ErrCrashed
}

var errClosed = errors.New("the pipe is closed")
