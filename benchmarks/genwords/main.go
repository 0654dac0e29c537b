// Genwords writes the dictionaries that corpora/words embeds, and the note of their sources.
//
//	go run ./benchmarks/genwords -scowl american-english -jieba jieba.dict.utf8 -names names.txt -out corpora/words
//
// The inputs are public files:
//   - -scowl: /usr/share/dict/american-english of the Debian package wamerican 2020.12.07-2 (SCOWL)
//   - -jieba: submodules/cppjieba/dict/jieba.dict.utf8 of the npm package nodejieba 3.5.8 (MIT)
//   - -names: one given name or surname per line, from en.person.first_name and en.person.last_name of the npm package
//     @faker-js/faker 9.9.0 (MIT)
//
// The other lists stand in the folder lists and are kept by hand; country names come from golang.org/x/text. The same
// inputs give the same bytes.
package main

import (
	"bufio"
	"embed"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"lookalike/corpora/words"
	"lookalike/matchers/fold"
)

//go:embed lists/*.txt
var lists embed.FS

// minFrequency is the count from which jieba's dictionary holds a word for common: it keeps 47,000 of 349,000 entries.
const minFrequency = 20

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "genwords:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	fs := flag.NewFlagSet("genwords", flag.ContinueOnError)
	scowl := fs.String("scowl", "", "English word list, one word per line")
	jieba := fs.String("jieba", "", "Chinese dictionary of jieba: word, frequency, part of speech")
	names := fs.String("names", "", "given names and surnames, one per line")
	out := fs.String("out", "corpora/words", "folder to write to")
	if err := fs.Parse(args); err != nil {
		return err
	}
	d := dictionary{words: map[string]words.Set{}, coined: map[string]bool{}}
	steps := []func() error{
		d.readCoined,
		func() error { return d.readEnglish(*scowl) },
		func() error { return d.readChinese(*jieba) },
		func() error { return d.readNames(*names) },
		d.readLists,
		d.addCountries,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	data := words.EncodeDictionary(d.words)
	if err := os.WriteFile(filepath.Join(*out, "dictionary.bin"), data, 0o644); err != nil {
		return err
	}
	fmt.Printf("%d words, %d bytes\n", len(d.words), len(data))
	return os.WriteFile(filepath.Join(*out, "SOURCES.md"), []byte(d.sources()), 0o644)
}

// dictionary collects words by their folded form.
type dictionary struct {
	words  map[string]words.Set
	coined map[string]bool
}

// add records the folding of word in set unless it is coined.
func (d *dictionary) add(word string, set words.Set) {
	key := fold.Squeeze(word)
	if key == "" || len(key) > words.MaxWord || d.coined[key] {
		return
	}
	d.words[key] |= set
}

func (d *dictionary) readCoined() error {
	return eachWord("coined.txt", func(w string) { d.coined[fold.Squeeze(w)] = true })
}

// readEnglish takes the words that the list writes in lower case. Capitalised entries are proper names, brands among
// them; names and places come from lists of their own. Possessives are no words.
func (d *dictionary) readEnglish(path string) error {
	return eachLine(path, func(line string) error {
		if !strings.Contains(line, "'") && line == strings.ToLower(line) && len(line) > 1 {
			d.add(line, words.English)
		}
		return nil
	})
}

// readChinese takes words of at most four Han characters. Personal and organisation names and other proper names (nr, nt,
// nz) are left out, since brands stand among them; place names (ns) are places; numerals count up to two characters.
func (d *dictionary) readChinese(path string) error {
	return eachLine(path, func(line string) error {
		f := strings.Fields(line)
		if len(f) < 2 {
			return fmt.Errorf("%s: bad line %q", path, line)
		}
		n, err := strconv.Atoi(f[1])
		if err != nil {
			return fmt.Errorf("%s: bad line %q", path, line)
		}
		tag := ""
		if len(f) > 2 {
			tag = f[2]
		}
		runes := []rune(f[0])
		switch {
		case n < minFrequency, len(runes) > 4, !isHan(runes):
		case strings.HasPrefix(tag, "nr"), tag == "nt", tag == "nz":
		case tag == "ns":
			d.add(f[0], words.Place)
		case strings.HasPrefix(tag, "m") && len(runes) > 2:
		default:
			d.add(f[0], words.Chinese)
		}
		return nil
	})
}

func isHan(runes []rune) bool {
	for _, r := range runes {
		if !unicode.Is(unicode.Han, r) {
			return false
		}
	}
	return true
}

func (d *dictionary) readNames(path string) error {
	return eachLine(path, func(line string) error {
		if !strings.ContainsAny(line, " '-") {
			d.add(line, words.Name)
		}
		return nil
	})
}

// handKept are the lists of the folder lists with the dictionary that each makes.
var handKept = []struct {
	file string
	set  words.Set
}{
	{"common.txt", words.Common}, {"de.txt", words.German}, {"fr.txt", words.French}, {"es.txt", words.Spanish},
	{"it.txt", words.Italian}, {"ja.txt", words.Japanese}, {"places.txt", words.Place},
}

func (d *dictionary) readLists() error {
	for _, l := range handKept {
		if err := eachWord(l.file, func(w string) { d.add(w, l.set) }); err != nil {
			return err
		}
	}
	return nil
}

// addCountries adds the names of countries as Unicode writes them in English and Chinese.
func (d *dictionary) addCountries() error {
	for _, lang := range []language.Tag{language.English, language.SimplifiedChinese} {
		name := display.Regions(lang)
		for a := 'A'; a <= 'Z'; a++ {
			for b := 'A'; b <= 'Z'; b++ {
				r, err := language.ParseRegion(string([]rune{a, b}))
				if err != nil || !r.IsCountry() {
					continue
				}
				if n := name.Name(r); n != "" && !strings.Contains(n, "Unknown") {
					d.add(n, words.Place)
				}
			}
		}
	}
	return nil
}

// eachWord calls f for every word of a list of the folder lists; lines that start with # are notes.
func eachWord(file string, f func(string)) error {
	b, err := lists.ReadFile("lists/" + file)
	if err != nil {
		return err
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for w := range strings.FieldsSeq(line) {
			f(w)
			n++
		}
	}
	if n == 0 {
		return fmt.Errorf("%s holds no word", file)
	}
	return nil
}

func eachLine(path string, f func(string) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	sc := bufio.NewScanner(file)
	for sc.Scan() {
		if line := strings.TrimSpace(sc.Text()); line != "" {
			if err := f(line); err != nil {
				return err
			}
		}
	}
	return sc.Err()
}
