package image

import (
	"container/list"
	"context"
	"errors"
	"sync"

	"lookalike/corpora"
)

// memory keeps the features of pictures seen lately, by the hash of their bytes. The least lately used go first.
type memory struct {
	mu    sync.Mutex
	limit int
	byKey map[[32]byte]*list.Element // of *entry
	order *list.List                 // most lately used first
}

// entry is one picture. Its result is set before done is closed.
type entry struct {
	key  [32]byte
	done chan struct{}
	pic  *picture
	err  error
}

func newMemory(limit int) *memory {
	return &memory{limit: limit, byKey: make(map[[32]byte]*list.Element), order: list.New()}
}

// get returns the picture of key, and calls look for one that is not known. Goroutines that ask for the same picture wait
// for the first of them. A picture that cannot be read is remembered as that; a look that ctx ended is not.
func (m *memory) get(ctx context.Context, key [32]byte, look func() (*picture, error)) (*picture, error) {
	for {
		e, mine := m.claim(key)
		if mine {
			m.fill(e, look)
			return e.pic, e.err
		}
		select {
		case <-e.done:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		if e.err == nil || isProblem(e.err) {
			return e.pic, e.err
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
}

// fill sets the result of e and lets the waiting go on, whatever look does.
func (m *memory) fill(e *entry, look func() (*picture, error)) {
	e.err = errors.New("look did not return")
	defer func() {
		if e.err != nil && !isProblem(e.err) {
			m.forget(e)
		}
		close(e.done)
	}()
	e.pic, e.err = look()
}

// claim returns the entry of key, and whether the caller has to fill it.
func (m *memory) claim(key [32]byte) (e *entry, mine bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if el, ok := m.byKey[key]; ok {
		m.order.MoveToFront(el)
		return el.Value.(*entry), false
	}
	e = &entry{key: key, done: make(chan struct{})}
	m.byKey[key] = m.order.PushFront(e)
	if m.order.Len() > m.limit {
		last := m.order.Back()
		m.order.Remove(last)
		delete(m.byKey, last.Value.(*entry).key)
	}
	return e, true
}

// forget drops e, unless it has been replaced.
func (m *memory) forget(e *entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if el, ok := m.byKey[e.key]; ok && el.Value.(*entry) == e {
		m.order.Remove(el)
		delete(m.byKey, e.key)
	}
}

func isProblem(err error) bool {
	_, ok := errors.AsType[*corpora.Problem](err)
	return ok
}
