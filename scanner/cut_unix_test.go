//go:build unix

package scanner

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"lookalike/matchers"
)

// cutMatcher reads a mapping whose file has been cut under it.
type cutMatcher struct {
	wordMatcher
	mapped []byte
}

func (m cutMatcher) Match(f matchers.Features, dst []matchers.Hit) []matchers.Hit {
	return append(dst, matchers.Hit{Sign: uint32(m.mapped[len(m.mapped)-1])})
}

func TestCorpusFileCutUnderTheScan(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cut.lkc")
	if err := os.WriteFile(path, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	mapped, err := syscall.Mmap(int(f.Fd()), 0, 1<<20, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Munmap(mapped)
	if err := f.Truncate(0); err != nil {
		t.Fatal(err)
	}
	m := cutMatcher{wordMatcher{&words{name: "words", version: 1}}, mapped}
	s, err := assemble(Config{Judge: bench{}}, [][]matchers.Matcher{{m}})
	if err != nil {
		t.Fatal(err)
	}
	st, err := s.Scan(t.Context(), numbered(100), &keeper{})
	if !errors.As(err, new(*CorpusError)) || OutcomeOf(st, err, 0) != OutcomeCorpus {
		t.Errorf("error %v, outcome %d, want a corpus error", err, OutcomeOf(st, err, 0))
	}
}
