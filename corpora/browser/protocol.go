package browser

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// maxMessage bounds one message of the browser: a page, a picture or a document in base64.
const maxMessage = 96 << 20

// session speaks the DevTools protocol: messages in JSON, each ended by a zero byte.
type session struct {
	w      io.Writer
	target string // of the page, "" for the browser

	mu      sync.Mutex
	id      int
	waiting map[int]chan message
	closed  error

	writing sync.Mutex
	events  chan message
}

type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

func newSession(w io.Writer) *session {
	return &session{w: w, waiting: map[int]chan message{}, events: make(chan message, 64)}
}

// read takes the browser's messages until it ends. Events are handed to the reader of events, until ctx ends.
func (s *session) read(ctx context.Context, r io.Reader) {
	br := bufio.NewReaderSize(r, 64<<10)
	var err error
	for err == nil {
		var b []byte
		if b, err = readMessage(br); err != nil {
			break
		}
		var m message
		if err = json.Unmarshal(b, &m); err != nil {
			break
		}
		if m.ID == 0 {
			select {
			case s.events <- m:
			case <-ctx.Done():
			}
			continue
		}
		s.mu.Lock()
		c := s.waiting[m.ID]
		delete(s.waiting, m.ID)
		s.mu.Unlock()
		if c != nil {
			c <- m
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed = err; errors.Is(err, io.EOF) {
		s.closed = errClosed
	}
	for _, c := range s.waiting {
		close(c)
	}
	clear(s.waiting)
	close(s.events)
}

// readMessage returns the bytes before the next zero byte.
func readMessage(br *bufio.Reader) ([]byte, error) {
	var b []byte
	for {
		part, err := br.ReadSlice(0)
		b = append(b, part...)
		switch {
		case len(b) > maxMessage:
			return nil, ErrTooLong
		case err == nil:
			return b[:len(b)-1], nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

// send writes a message and returns where its answer comes, nil when nobody waits for it.
func (s *session) send(method string, params any, wait bool) (chan message, error) {
	s.mu.Lock()
	if s.closed != nil {
		defer s.mu.Unlock()
		return nil, s.closed
	}
	s.id++
	id := s.id
	var c chan message
	if wait {
		c = make(chan message, 1)
		s.waiting[id] = c
	}
	s.mu.Unlock()
	if params == nil {
		params = struct{}{}
	}
	b, err := json.Marshal(struct {
		ID      int    `json:"id"`
		Method  string `json:"method"`
		Params  any    `json:"params"`
		Session string `json:"sessionId,omitempty"`
	}{id, method, params, s.target})
	if err != nil {
		return nil, err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	_, err = s.w.Write(append(b, 0))
	return c, err
}

// post sends a message whose answer nobody needs.
func (s *session) post(method string, params any) {
	_, _ = s.send(method, params, false) // a browser that is gone is told by what waits for it
}

// call sends a message and reads its answer into out, which may be nil.
func (s *session) call(ctx context.Context, method string, params, out any) error {
	c, err := s.send(method, params, true)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case m, ok := <-c:
		switch {
		case !ok:
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.closed
		case m.Error != nil:
			return fmt.Errorf("%s: %s", method, m.Error.Message)
		case out == nil:
			return nil
		}
		return json.Unmarshal(m.Result, out)
	}
}
