package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestInspect holds what the gate lets pass and what it stops.
func TestInspect(t *testing.T) {
	mit := "https://www.opensource.org/licenses/mit\n"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string // part of the error, "" for none
	}{
		{"permissive", map[string]string{"LICENSE": mit}, ""},
		{"none", map[string]string{"README": mit}, "no permissive licence"},
		{"empty", map[string]string{"LICENSE": ""}, "no permissive licence"},
		{"copyleft", map[string]string{"COPYING": "https://www.opensource.org/licenses/gpl-3.0\n"}, "is not permissive"},
		{"both", map[string]string{"LICENSE": mit, "LICENSE.old": "https://www.opensource.org/licenses/lgpl-2.1\n"}, "is not permissive"},
		{"wasm", map[string]string{"LICENSE": mit, "lib/codec.wasm.gz": "x"}, "codec.wasm.gz"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range c.files {
				p := filepath.Join(dir, name)
				if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			_, err := inspect("example", dir)
			if c.want == "" && err != nil {
				t.Fatal(err)
			}
			if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Fatalf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
