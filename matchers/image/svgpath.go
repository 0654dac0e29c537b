package image

import (
	"errors"
	"regexp"
	"strings"
)

// Path data is written as short as its grammar allows: "a1 1 0 01.5-.5" holds seven numbers. The drawing package reads one
// number per separator and drops the paths that it misreads; expandPaths writes every number apart.
// Source of the grammar: W3C, SVG 1.1 (Second Edition), 8.3.9.

// pathData finds the attribute d with its quotes.
var pathData = regexp.MustCompile(`\sd\s*=\s*("[^"]*"|'[^']*')`)

// errPath says that path data does not follow the grammar.
var errPath = errors.New("vector file with damaged path data")

// expandPaths returns the file with the numbers of all path data set apart.
func expandPaths(data []byte) ([]byte, error) {
	var err error
	out := pathData.ReplaceAllFunc(data, func(attr []byte) []byte {
		s := string(attr)
		open := strings.IndexAny(s, `"'`)
		d, e := expandPath(s[open+1 : len(s)-1])
		if e != nil {
			err = e
		}
		return []byte(` d="` + d + `"`)
	})
	return out, err
}

// operands is how many numbers each command takes at a time.
func operands(command byte) int {
	switch command | 0x20 {
	case 'm', 'l', 't':
		return 2
	case 'h', 'v':
		return 1
	case 's', 'q':
		return 4
	case 'c':
		return 6
	case 'a':
		return 7
	}
	return 0
}

// expandPath returns path data with one space before every number, and with the command repeated for every group of
// numbers.
func expandPath(d string) (string, error) {
	const separators = " \t\r\n\f,"
	var out strings.Builder
	for d = strings.TrimLeft(d, separators); d != ""; d = strings.TrimLeft(d, separators) {
		command := d[0]
		n := operands(command)
		d = strings.TrimLeft(d[1:], separators)
		if command|0x20 == 'z' {
			out.WriteByte(command)
			continue
		}
		if n == 0 {
			return "", errPath
		}
		for first := true; first || d != "" && strings.IndexByte("+-.0123456789", d[0]) >= 0; first = false {
			out.WriteByte(command)
			for i := range n {
				size := numberLen(d)
				if command|0x20 == 'a' && (i == 3 || i == 4) {
					size = flagLen(d)
				}
				if size == 0 {
					return "", errPath
				}
				out.WriteString(" " + d[:size])
				d = strings.TrimLeft(d[size:], separators)
			}
			switch command { // further pairs of a moveto are linetos
			case 'm':
				command = 'l'
			case 'M':
				command = 'L'
			}
		}
	}
	return out.String(), nil
}

// flagLen returns the length of the flag that s begins with, 0 or 1.
func flagLen(s string) int {
	if s != "" && (s[0] == '0' || s[0] == '1') {
		return 1
	}
	return 0
}

// numberLen returns the length of the number that s begins with, 0 when it begins with none.
func numberLen(s string) int {
	i, digits := 0, 0
	skip := func() {
		for i < len(s) && '0' <= s[i] && s[i] <= '9' {
			i++
			digits++
		}
	}
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	skip()
	if i < len(s) && s[i] == '.' {
		i++
		skip()
	}
	if digits == 0 {
		return 0
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		mantissa, before := i, digits
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if skip(); digits == before {
			return mantissa
		}
	}
	return i
}
