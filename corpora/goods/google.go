package goods

import (
	"fmt"
	"strconv"
	"strings"
)

// The categories of Google's product taxonomy (google.txt, written by benchmarks/gengoods) are lines of depth, number and
// name, a child after its parent, so that a feed's google_product_category given as a number is read as its path.
type googleCategory struct {
	name   string
	parent int // number, 0 for none
}

// readGoogle reads lines of depth, number and name.
func readGoogle(s string) (map[int]googleCategory, error) {
	m := map[int]googleCategory{}
	var path []int
	for line := range strings.Lines(s) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 3)
		if len(f) != 3 {
			return nil, fmt.Errorf("goods: google: bad line %q", line)
		}
		depth, err := strconv.Atoi(f[0])
		number, err2 := strconv.Atoi(f[1])
		if err != nil || err2 != nil || depth < 0 || depth > len(path) || number <= 0 {
			return nil, fmt.Errorf("goods: google: bad line %q", line)
		}
		c := googleCategory{name: f[2]}
		if depth > 0 {
			c.parent = path[depth-1]
		}
		m[number] = c
		path = append(path[:depth], number)
	}
	return m, nil
}

// googlePath returns the path of the category whose number s is, "" for anything else.
func (t *Table) googlePath(s string) string {
	if len(s) > 7 {
		return ""
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return ""
	}
	path := ""
	for n != 0 {
		c, ok := t.google[n]
		if !ok {
			return ""
		}
		if path != "" {
			path = " > " + path
		}
		path = c.name + path
		n = c.parent
	}
	return path
}
