package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// maxDocument bounds the size of a document that is hashed.
const maxDocument = 256 << 20

// CheckDocuments hashes every document of the entries below root and compares it with the hash on record. An entry with a
// document that is missing, altered or never hashed documents nothing and is warned about.
func (a *Authorisations) CheckDocuments(root *os.Root) []Warning {
	var warnings []Warning
	known := map[string]string{} // hash by file
	for i := range a.entries {
		e := &a.entries[i]
		for _, d := range e.Documents {
			code := checkDocument(root, d, known)
			if code == "" {
				continue
			}
			e.fault(FailDocument)
			w := Warning{code, map[string]any{"id": e.ID, "file": d.File}}
			if code == DocumentUnhashed {
				w.Args["hash"], _ = HashDocument(root, d.File) // "" for a file that is not there
			}
			warnings = append(warnings, w)
		}
	}
	return warnings
}

// checkDocument returns the code of what is wrong with d, "" when nothing is.
func checkDocument(root *os.Root, d Document, known map[string]string) string {
	if strings.TrimSpace(d.SHA256) == "" {
		return DocumentUnhashed
	}
	have, ok := known[d.File]
	if !ok {
		var err error
		if have, err = HashDocument(root, d.File); err != nil {
			return DocumentMissing
		}
		known[d.File] = have
	}
	if !strings.EqualFold(have, strings.TrimSpace(d.SHA256)) {
		return DocumentAltered
	}
	return ""
}

// HashDocument returns the SHA-256 of a file below root in hex.
func HashDocument(root *os.Root, file string) (string, error) {
	f, err := root.Open(file)
	if err != nil {
		return "", fmt.Errorf("hashing a document: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return "", fmt.Errorf("hashing a document: %w", err)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("hashing a document: %s: %w", file, fs.ErrInvalid)
	case info.Size() > maxDocument:
		return "", errors.New("hashing a document: " + file + " is too large")
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("hashing a document: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
