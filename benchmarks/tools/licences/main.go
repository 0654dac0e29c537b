// Licences fails when a program links a module whose licence is not permissive.
//
//	go -C benchmarks/tools run ./licences [-v] BINARY MODULE_DIR
//
// It reads the modules from the binary itself, as go version -m does, so that what is linked counts and not what go.mod
// names. It looks at every licence file at the top of each module, and refuses a module that carries WebAssembly, whose
// own licence those files do not state, unless the table below names it.
package main

import (
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// permissive are the licences that a linked module may have, by SPDX identifier.
var permissive = []string{"MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "BSD-3-Clause-Clear", "Apache-2.0", "ISC", "MPL-2.0", "Unlicense", "0BSD", "CC0-1.0"}

// copyleft matches names that must not appear in any licence file of a linked module, whatever else stands there.
var copyleft = regexp.MustCompile(`^(A|L)?GPL`)

// wasm names the modules whose embedded WebAssembly was looked at, with the licence of its source.
var wasm = map[string]string{
	// libavif 1.1.1, libaom 3.10.0 and libyuv, with the licence texts in its folder lib; the C glue is MIT. Linked with
	// -tags avif,nodynamic alone.
	"github.com/gen2brain/avif": "BSD-2-Clause BSD-3-Clause MIT",
}

var licenceFile = regexp.MustCompile(`(?i)^(un)?licen[cs]e|^copying|^copyright`)

func main() {
	verbose := flag.Bool("v", false, "print every module with its licences")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: licences [-v] BINARY MODULE_DIR")
		os.Exit(2)
	}
	n, err := check(os.Stdout, flag.Arg(0), flag.Arg(1), *verbose)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("licences: %d linked modules, all permissive\n", n)
}

// check returns the number of linked modules, and an error that names each one that may not be linked.
func check(w io.Writer, binary, moduleDir string, verbose bool) (int, error) {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return 0, err
	}
	if len(info.Deps) == 0 {
		return 0, fmt.Errorf("%s names no module: is it built in module mode?", binary)
	}
	dirs, err := moduleDirs(moduleDir)
	if err != nil {
		return 0, err
	}
	var bad []error
	for _, dep := range info.Deps {
		if dep.Replace != nil {
			dep = dep.Replace
		}
		names, err := inspect(dep.Path, dirs[dep.Path])
		if err != nil {
			bad = append(bad, fmt.Errorf("%s %s: %w", dep.Path, dep.Version, err))
		}
		if verbose {
			fmt.Fprintf(w, "%-55s %-40s %s\n", dep.Path, dep.Version, strings.Join(names, " "))
		}
	}
	return len(info.Deps), errors.Join(bad...)
}

// moduleDirs asks the go command where the modules of the build lie.
func moduleDirs(dir string) (map[string]string, error) {
	cmd := exec.Command("go", "list", "-m", "-json", "all")
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list -m all: %w", err)
	}
	dirs := map[string]string{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var m struct{ Path, Dir string }
		if err := d.Decode(&m); err == io.EOF {
			return dirs, nil
		} else if err != nil {
			return nil, err
		}
		dirs[m.Path] = m.Dir
	}
}

// inspect returns the licences of the module that lies at dir, and an error when it may not be linked.
func inspect(module, dir string) ([]string, error) {
	if dir == "" {
		return nil, errors.New("its files are not in the module cache")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() || !licenceFile.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		for _, m := range licensecheck.Scan(text).Match {
			if !slices.Contains(names, m.ID) {
				names = append(names, m.ID)
			}
		}
	}
	good := false
	for _, n := range names {
		if copyleft.MatchString(n) {
			return names, fmt.Errorf("%s is not permissive", n)
		}
		good = good || slices.Contains(permissive, n)
	}
	if !good {
		return names, fmt.Errorf("no permissive licence found in its licence files (%s)", strings.Join(names, ", "))
	}
	return names, embedded(module, dir)
}

// embedded looks for WebAssembly, which is code of another licence in disguise.
func embedded(module, dir string) error {
	return filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() && strings.Contains(d.Name(), ".wasm") && !strings.Contains(p, "testdata") && wasm[module] == "" {
			return fmt.Errorf("embeds %s, whose licence nobody looked at", d.Name())
		}
		return nil
	})
}
