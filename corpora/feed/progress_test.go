package feed

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestProgress holds that a plain feed tells its size and is read to its end, and that of a compressed one no size is
// claimed.
func TestProgress(t *testing.T) {
	dir := t.TempDir()
	text := "id,title\n" + strings.Repeat("1,Stoneware bowl\n", 5000)
	plain := filepath.Join(dir, "plain.csv")
	if err := os.WriteFile(plain, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := Open(t.Context(), []string{plain}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if read, total := f.Progress(); read != 0 || total != int64(len(text)) {
		t.Errorf("before: %d of %d bytes, want 0 of %d", read, total, len(text))
	}
	for _, err := range f.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if read, total := f.Progress(); read != total {
		t.Errorf("after: %d of %d bytes", read, total)
	}
	piped, err := Open(t.Context(), []string{"-"}, Options{Stdin: strings.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	defer piped.Close()
	if _, total := piped.Progress(); total != -1 {
		t.Errorf("standard input claims %d bytes", total)
	}
}
