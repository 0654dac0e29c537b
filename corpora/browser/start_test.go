package browser

import (
	"bufio"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// listen is a server that no page may reach.
func listen(t *testing.T, reached chan<- string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			line, _ := bufio.NewReader(c).ReadString('\n')
			c.Close()
			reached <- strings.TrimSpace(line)
		}
	}()
	return l.Addr().String()
}

// TestNoBrowser holds what is said when there is no browser, or a program that is none.
func TestNoBrowser(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no rendering")
	}
	t.Setenv("PATH", t.TempDir())
	none := func(context.Context, *Request) (*Answer, error) { return nil, errors.New("nothing") }
	if _, err := Render(t.Context(), home, Options{}, none); !errors.Is(err, ErrNotFound) && !strings.HasPrefix(runtime.GOOS, "darwin") {
		t.Error(err)
	}
	fake := filepath.Join(t.TempDir(), "fake")
	if err := os.WriteFile(fake, []byte("#!/bin/sh\necho no display >&2\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := Render(t.Context(), home, Options{Path: fake}, none)
	if err == nil {
		t.Error("a program that is no browser rendered a page")
	}
	if _, err := Render(t.Context(), home, Options{Path: filepath.Join(t.TempDir(), "nothing")}, none); err == nil {
		t.Error("no program rendered a page")
	}
}

func FuzzMessages(f *testing.F) {
	f.Add("{\"id\":1,\"result\":{}}\x00{\"method\":\"x\",\"params\":{}}\x00")
	f.Add("{\x00")
	f.Fuzz(func(t *testing.T, in string) {
		ctx, cancel := context.WithCancel(t.Context())
		s := newSession(discard{})
		c, err := s.send("a", nil, true)
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() { s.read(ctx, strings.NewReader(in)); close(done) }()
		for range s.events {
		}
		<-done
		cancel()
		select {
		case <-c:
		default:
			t.Error("a caller waits for ever")
		}
		if _, err := s.send("b", nil, true); err == nil {
			t.Error("a closed session takes messages")
		}
	})
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }
