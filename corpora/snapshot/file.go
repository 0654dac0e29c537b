package snapshot

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"unsafe"
)

// File is an opened snapshot. It is immutable and safe for concurrent use until Close.
type File struct {
	path     string
	data     []byte
	sections []Section
	byName   map[string]int
	identity [sha256.Size]byte
	close    func() error
}

// Open maps the file at path and checks all but the content of its sections. A file that is not what a Writer made is a
// *DamagedError, one of another format a *VersionError; a missing one is fs.ErrNotExist.
func Open(path string) (*File, error) {
	data, unmap, err := mapFile(path)
	if err != nil {
		return nil, fmt.Errorf("open corpus: %w", err)
	}
	f, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("open corpus %s: %w", path, join(err, unmap()))
	}
	f.path, f.close = path, sync.OnceValue(unmap)
	return f, nil
}

// Load opens a snapshot that stands in memory, such as an embedded one. It copies b once when b is not aligned. b must
// not be changed as long as the File is used.
func Load(b []byte) (*File, error) {
	if len(b) > 0 && uintptr(unsafe.Pointer(unsafe.SliceData(b)))%align != 0 {
		b = alignedCopy(b)
	}
	f, err := parse(b)
	if err != nil {
		return nil, fmt.Errorf("load corpus: %w", err)
	}
	f.close = func() error { return nil }
	return f, nil
}

func alignedCopy(b []byte) []byte {
	room := make([]byte, len(b)+align)
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(room))) % align)
	return room[skip : skip+copy(room[skip:], b)]
}

// join returns err unless closing failed too; then both.
func join(err, closing error) error {
	if closing != nil {
		return fmt.Errorf("%w (and closing: %w)", err, closing)
	}
	return err
}

// Name returns the base name of the file without its extension, "" for one in memory.
func (f *File) Name() string {
	if f.path == "" {
		return ""
	}
	base := filepath.Base(f.path)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// Path returns the path that the file was opened by, "" for one in memory.
func (f *File) Path() string { return f.path }

// Size returns the bytes of the whole file.
func (f *File) Size() int64 { return int64(len(f.data)) }

// Section returns the bytes of the named section, 64-byte aligned, and nil when there is none. They are valid until
// Close and must not be changed.
func (f *File) Section(name string) []byte {
	i, ok := f.byName[name]
	if !ok {
		return nil
	}
	return f.content(f.sections[i])
}

func (f *File) content(s Section) []byte {
	end := s.Offset + s.Size
	return f.data[s.Offset:end:end]
}

// Sections lists the sections in file order.
func (f *File) Sections() []Section { return slices.Clone(f.sections) }

// Identity returns "sha256-" and the hash over names and content of the sections, as the file states it: see Verify.
func (f *File) Identity() string { return identityString(f.identity) }

func identityString(id [sha256.Size]byte) string { return "sha256-" + hex.EncodeToString(id[:]) }

// CheckSums verifies the CRC of every section. It reads the whole file.
func (f *File) CheckSums() error {
	return f.guarded(func() error {
		for _, s := range f.sections {
			if crc32.Checksum(f.content(s), castagnoli) != s.CRC {
				return &DamagedError{Section: s.Name, Reason: "checksum differs"}
			}
		}
		return nil
	})
}

// Verify checks the CRC of every section and recomputes the identity. That nothing stands outside the sections is
// checked when the file is opened.
func (f *File) Verify() error {
	if err := f.CheckSums(); err != nil {
		return err
	}
	return f.guarded(func() error {
		hs := make([]hashed, len(f.sections))
		for i, s := range f.sections {
			hs[i] = hashed{s.Name, s.Size, sha256.Sum256(f.content(s))}
		}
		if id := identityOf(hs); id != f.identity {
			return damaged("identity is %s, the file says %s", identityString(id), f.Identity())
		}
		return nil
	})
}

// guarded runs read, which touches the mapping, and turns the fault of a file that was cut meanwhile into an error.
func (f *File) guarded(read func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch r := recover().(type) {
		case nil:
		case interface{ Addr() uintptr }: // a fault
			err = damaged("the file was cut while it was read")
		default:
			panic(r)
		}
	}()
	return read()
}

// Close unmaps the file. Slices of sections must not be used any more. A second Close does nothing.
func (f *File) Close() error { return f.close() }

// parse checks the frame of a snapshot and lists its sections.
func parse(data []byte) (*File, error) {
	if !littleEndian {
		return nil, fmt.Errorf("corpus files are used where they lie, which needs a little-endian machine: %w", os.ErrInvalid)
	}
	if err := checkHead(data); err != nil {
		return nil, err
	}
	foot := data[len(data)-footSize:]
	if string(foot[footSize-len(footMagic):]) != footMagic {
		return nil, damaged("the end is missing, or something follows it")
	}
	crcAt := footSize - len(footMagic) - 4
	if crc32.Checksum(foot[:crcAt], castagnoli) != binary.LittleEndian.Uint32(foot[crcAt:]) {
		return nil, damaged("checksum of the last block differs")
	}
	offset, size := binary.LittleEndian.Uint64(foot), binary.LittleEndian.Uint64(foot[8:])
	body := uint64(len(data) - footSize)
	if offset < headSize || offset > body || size != body-offset {
		return nil, damaged("the table of contents does not end where the last block begins")
	}
	toc := data[offset:body]
	if crc32.Checksum(toc, castagnoli) != binary.LittleEndian.Uint32(foot[16:]) {
		return nil, damaged("checksum of the table of contents differs")
	}
	f := &File{data: data, byName: map[string]int{}}
	copy(f.identity[:], foot[20:])
	return f, f.readContents(toc, int64(offset))
}

func checkHead(data []byte) error {
	if len(data) < headSize+footSize {
		return damaged("%d bytes are too few", len(data))
	}
	if string(data[:len(headMagic)]) != headMagic {
		return damaged("it does not begin like a corpus file")
	}
	if v := binary.LittleEndian.Uint32(data[len(headMagic):]); v != Version {
		return &VersionError{Have: v, Want: Version}
	}
	if !bytes.Equal(data[:headSize], header()) {
		return damaged("the first block holds more than it should")
	}
	return nil
}

// readContents reads the table of contents, which begins at tocOffset, and checks that sections and zero padding fill
// the file up to there.
func (f *File) readContents(toc []byte, tocOffset int64) error {
	end := int64(headSize)
	for len(toc) > 0 {
		s, rest, ok := cutEntry(toc)
		if !ok || !goodName(s.Name) {
			return damaged("the table of contents is not well formed")
		}
		toc = rest
		if _, twice := f.byName[s.Name]; twice {
			return damaged("section %s stands there twice", s.Name)
		}
		if s.Offset != aligned(end) || s.Offset > tocOffset || s.Size < 0 || s.Size > tocOffset-s.Offset {
			return &DamagedError{Section: s.Name, Reason: "it lies outside its place"}
		}
		if !zero(f.data[end:s.Offset]) {
			return &DamagedError{Section: s.Name, Reason: "the padding before it is not zero"}
		}
		f.byName[s.Name] = len(f.sections)
		f.sections = append(f.sections, s)
		end = s.Offset + s.Size
	}
	if aligned(end) != tocOffset || !zero(f.data[end:tocOffset]) {
		return damaged("the padding before the table of contents is not zero")
	}
	return nil
}

func cutEntry(b []byte) (s Section, rest []byte, ok bool) {
	if len(b) < entryFixed {
		return s, nil, false
	}
	n := int(binary.LittleEndian.Uint16(b))
	if len(b) < entryFixed+n {
		return s, nil, false
	}
	s.Name = string(b[2 : 2+n])
	b = b[2+n:]
	s.Offset = int64(binary.LittleEndian.Uint64(b))
	s.Size = int64(binary.LittleEndian.Uint64(b[8:]))
	s.CRC = binary.LittleEndian.Uint32(b[16:])
	return s, b[20:], s.Offset >= 0
}

func zero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
