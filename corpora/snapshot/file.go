// Package snapshot is the corpus file: named sections in one file that is mapped into memory and used where it lies.
package snapshot

import "io"

// File is an opened snapshot.
type File struct{}

// Open maps the file at path.
func Open(path string) (*File, error) { panic("unwritten") }

// Load opens a snapshot that stands in memory, such as an embedded one. It copies b once when b is not aligned.
func Load(b []byte) (*File, error) { panic("unwritten") }

// Section returns the bytes of the named section, 64-byte aligned, and nil when there is none. They are valid until
// Close and must not be changed.
func (f *File) Section(name string) []byte { panic("unwritten") }

// Sections lists the sections in file order.
func (f *File) Sections() []Section { panic("unwritten") }

// Identity returns "sha256-" and the hash over the content of the sections.
func (f *File) Identity() string { panic("unwritten") }

// CheckSums verifies the CRC of every section.
func (f *File) CheckSums() error { panic("unwritten") }

// Verify recomputes the identity and checks that nothing stands outside the sections.
func (f *File) Verify() error { panic("unwritten") }

// Close unmaps the file.
func (f *File) Close() error { panic("unwritten") }

// Section describes one section.
type Section struct {
	Name   string
	Offset int64
	Size   int64
	CRC    uint32
}

// View returns b as a slice of T, which must be a fixed-size type without pointers, without copying.
func View[T any](b []byte) ([]T, error) { panic("unwritten") }

// Bytes returns the memory of s as little-endian bytes, without copying.
func Bytes[T any](s []T) []byte { panic("unwritten") }

// Writer writes a snapshot to a temporary file beside its final name.
type Writer struct{}

// Create starts a snapshot that Commit will put at path.
func Create(path string) (*Writer, error) { panic("unwritten") }

// Put writes one whole section. Names must be new.
func (w *Writer) Put(name string, b []byte) error { panic("unwritten") }

// Begin starts a section that is written in pieces, until End.
func (w *Writer) Begin(name string) (io.Writer, error) { panic("unwritten") }

// End ends the section that Begin started.
func (w *Writer) End() error { panic("unwritten") }

// Commit writes the table of contents and the identity, syncs and renames. It returns the identity.
func (w *Writer) Commit() (string, error) { panic("unwritten") }

// Abort removes the temporary file. After Commit it does nothing.
func (w *Writer) Abort() { panic("unwritten") }
