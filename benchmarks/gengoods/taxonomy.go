package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
)

const taxonomyNote = "# Google's product taxonomy, version 2021-09-21: depth, number, name. Written by benchmarks/gengoods; do not edit.\n"

// readTaxonomy reads "number - path" lines and writes them as lines of depth, number and name.
func readTaxonomy(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	out := bytes.NewBufferString(taxonomyNote)
	n := 0
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		number, rest, ok := strings.Cut(line, " - ")
		if !ok {
			return nil, fmt.Errorf("%s: bad line %q", path, line)
		}
		names := strings.Split(rest, " > ")
		fmt.Fprintf(out, "%d %s %s\n", len(names)-1, number, names[len(names)-1])
		n++
	}
	if n == 0 {
		return nil, fmt.Errorf("%s holds no category", path)
	}
	return out.Bytes(), nil
}
