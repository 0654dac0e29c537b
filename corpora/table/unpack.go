package table

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"lookalike/corpora"
)

// Limits of archives and compressed files.
const (
	MaxMembers = 10_000
	MaxRatio   = 100 // decompressed bytes to compressed ones

	ratioGrace   = 64 << 10 // a small text of one repeated row is no bomb
	maxDirectory = 16 << 20 // bytes of a zip file's directory
	maxWindow    = 64 << 20 // bytes that a zstd frame may ask to keep
)

// The reasons of corpora.MemberRefused.
const (
	ReasonRatio       = "archive_ratio"
	ReasonMembers     = "archive_members"
	ReasonNested      = "nested_archive"
	ReasonEncrypted   = "encrypted"
	ReasonUnsupported = "unsupported"
)

// Content is what the first bytes of a file say that it holds.
type Content string

// The contents told apart by their first bytes. Everything else is ContentText.
const (
	ContentText    Content = "text"
	ContentGzip    Content = "gz"
	ContentZstd    Content = "zst"
	ContentZip     Content = "zip"
	ContentXLSX    Content = "xlsx"
	ContentParquet Content = "parquet"
	ContentOther   Content = "other" // recognised and not read: a legacy sheet, a picture, a PDF, another archive
)

// Entry is one file found: a plain or compressed one, or a member of an archive.
type Entry struct {
	Name        string // as given; for a member "archive.zip/inner.csv"
	Content     Content
	Compression string // "gz", "zst", "zip" or ""
	Size        int64  // bytes as stored, -1 when unknown

	open func() (io.ReadCloser, error)
	at   io.ReaderAt // the bytes themselves, for a plain file
}

// Open reads the entry from its start, decompressed. An entry of standard input can be read once.
func (e *Entry) Open() (io.ReadCloser, error) { return e.open() }

// random gives access to the entry's bytes at any offset. A member of an archive goes to a temporary file, which release
// removes.
func (e *Entry) random(ctx context.Context) (at io.ReaderAt, size int64, release func() error, err error) {
	if e.at != nil {
		return e.at, e.Size, func() error { return nil }, nil
	}
	r, err := e.Open()
	if err != nil {
		return nil, 0, nil, err
	}
	defer r.Close()
	name, err := Spool(ctx, r, "")
	if err != nil {
		return nil, 0, nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, nil, errors.Join(err, os.Remove(name))
	}
	release = f.Close
	if os.Remove(name) != nil { // some systems keep an open file
		release = func() error { return errors.Join(f.Close(), os.Remove(name)) }
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, nil, errors.Join(err, release())
	}
	return f, info.Size(), release, nil
}

// Package is an opened file with the entries in it. Entries are valid until Close.
type Package struct {
	Entries []Entry
	Refused []corpora.Problem // members that are not read, each named

	files   []io.Closer
	remove  []string
	members map[string]*zip.File
}

// Close closes what the package holds open and removes what was spooled.
func (p *Package) Close() error {
	var errs []error
	for _, f := range p.files {
		errs = append(errs, f.Close())
	}
	for _, name := range p.remove {
		errs = append(errs, os.Remove(name))
	}
	p.files, p.remove = nil, nil
	return errors.Join(errs...)
}

// Member opens another member of the archive by its path inside, such as a picture beside the feed. It returns
// fs.ErrNotExist when there is none. It is safe for concurrent use.
func (p *Package) Member(name string) (io.ReadCloser, error) {
	f := p.members[path.Clean(name)]
	if f == nil {
		return nil, fmt.Errorf("member %s: %w", name, os.ErrNotExist)
	}
	return openMember(f)
}

// IsArchive reports whether the package is an archive with members.
func (p *Package) IsArchive() bool { return p.members != nil }

// OpenFile opens the file at path. name is what reports call it. keep decides by their base name which members of an
// archive are looked at; nil takes all.
func OpenFile(file, name string, keep func(base string) bool) (*Package, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	if !info.Mode().IsRegular() {
		// A pipe or a device is a stream.
		p, err := OpenStream(f, name, keep)
		if err != nil {
			f.Close()
			return nil, err
		}
		p.files = append(p.files, f)
		return p, nil
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return os.Open(file) }
	c := contentOf(head[:n])
	if c == ContentZip || c == ContentParquet {
		return openRandom(file, name, info.Size(), c, keep)
	}
	p := &Package{}
	p.add(name, c, info.Size(), open)
	return p, nil
}

// openRandom opens a file whose format needs access at any offset.
func openRandom(file, name string, size int64, c Content, keep func(string) bool) (*Package, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	p := &Package{files: []io.Closer{f}}
	if c == ContentParquet {
		p.Entries = []Entry{{Name: name, Content: c, Size: size, at: f}}
		return p, nil
	}
	if err := p.archive(f, name, size, keep); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// add puts in the one entry of a file that is read as a stream.
func (p *Package) add(name string, c Content, size int64, open func() (io.ReadCloser, error)) {
	if c != ContentGzip && c != ContentZstd {
		p.Entries = []Entry{{Name: name, Content: c, Size: size, open: open}}
		return
	}
	unpacked := func() (io.ReadCloser, error) {
		r, err := open()
		if err != nil {
			return nil, err
		}
		return decompress(r, c, name)
	}
	e := Entry{Name: name, Content: ContentText, Compression: string(c), Size: size, open: unpacked}
	if r, err := unpacked(); err == nil {
		e.Content = contentOf(head512(r))
		r.Close()
	}
	switch e.Content {
	case ContentZip, ContentGzip, ContentZstd:
		p.refuse(name, ReasonNested)
	case ContentOther:
		p.refuse(name, ReasonUnsupported)
	default:
		p.Entries = []Entry{e}
	}
}

func (p *Package) refuse(name, reason string) {
	p.Refused = append(p.Refused, *refused(name, reason))
}

func refused(name, reason string) *corpora.Problem {
	return &corpora.Problem{Code: corpora.MemberRefused, Args: map[string]any{"name": name, "reason": reason}}
}

// archive reads the directory of a zip file, which may be an XLSX.
func (p *Package) archive(f io.ReaderAt, name string, size int64, keep func(string) bool) error {
	if n, dir := directory(f, size); n > MaxMembers || dir > maxDirectory {
		p.refuse(name, ReasonMembers)
		return nil
	}
	z, err := zip.NewReader(f, size)
	if err != nil {
		return fmt.Errorf("archive %s: %w", name, err)
	}
	if len(z.File) > MaxMembers {
		p.refuse(name, ReasonMembers)
		return nil
	}
	if isXLSX(z) {
		p.Entries = []Entry{{Name: name, Content: ContentXLSX, Size: size, at: f}}
		return nil
	}
	p.members = make(map[string]*zip.File, len(z.File))
	files := slices.Clone(z.File)
	slices.SortStableFunc(files, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	for _, m := range files {
		if m.FileInfo().IsDir() || hidden(m.Name) {
			continue
		}
		p.members[path.Clean(m.Name)] = m
		if keep == nil || keep(path.Base(m.Name)) {
			p.member(name+"/"+m.Name, m)
		}
	}
	return nil
}

// member puts in one member, or names why it is refused.
func (p *Package) member(name string, m *zip.File) {
	if reason := refuse(m); reason != "" {
		p.refuse(name, reason)
		return
	}
	open := func() (io.ReadCloser, error) { return openMember(m) }
	r, err := open()
	if err != nil {
		p.refuse(name, ReasonUnsupported)
		return
	}
	c := contentOf(head512(r))
	r.Close()
	switch c {
	case ContentZip:
		if strings.EqualFold(path.Ext(m.Name), ".xlsx") || strings.EqualFold(path.Ext(m.Name), ".xlsm") {
			c = ContentXLSX
			break
		}
		fallthrough
	case ContentGzip, ContentZstd:
		p.refuse(name, ReasonNested)
		return
	case ContentOther:
		p.refuse(name, ReasonUnsupported)
		return
	}
	p.Entries = append(p.Entries, Entry{Name: name, Content: c, Compression: "zip", Size: int64(m.CompressedSize64), open: open})
}

// refuse returns why a member is not read by what the directory says of it, "" when it is.
func refuse(m *zip.File) string {
	switch {
	case m.Flags&1 != 0:
		return ReasonEncrypted
	case m.UncompressedSize64 > ratioGrace && m.UncompressedSize64/MaxRatio > m.CompressedSize64:
		return ReasonRatio
	case m.Method != zip.Store && m.Method != zip.Deflate:
		return ReasonUnsupported
	}
	return ""
}

func openMember(m *zip.File) (io.ReadCloser, error) {
	if reason := refuse(m); reason != "" {
		return nil, refused(m.Name, reason)
	}
	r, err := m.Open()
	if err != nil {
		return nil, err
	}
	return &guard{r: r, close: r.Close, name: m.Name, stored: func() int64 { return int64(m.CompressedSize64) }}, nil
}

// hidden reports whether a member is what archivers of desktops add: resource forks, folder views, thumbnails.
func hidden(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "~$") || base == "Thumbs.db"
}

func isXLSX(z *zip.Reader) bool {
	types, book := false, false
	for _, f := range z.File {
		types = types || f.Name == "[Content_Types].xml"
		book = book || strings.EqualFold(f.Name, "xl/workbook.xml")
	}
	return types && book
}

// directory returns the number of members and the size of the directory that the end record of a zip file states, before
// anything is allocated for them.
func directory(f io.ReaderAt, size int64) (members int, bytesLong int64) {
	n := min(size, 66<<10)
	tail := make([]byte, n)
	if _, err := f.ReadAt(tail, size-n); err != nil && !errors.Is(err, io.EOF) {
		return 0, 0
	}
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i < 0 || len(tail)-i < 22 {
		return 0, 0
	}
	end := tail[i:]
	return int(binary.LittleEndian.Uint16(end[10:])), int64(binary.LittleEndian.Uint32(end[12:]))
}

// decompress undoes c with the ratio held.
func decompress(r io.ReadCloser, c Content, name string) (io.ReadCloser, error) {
	in := &counter{r: r}
	if c == ContentGzip {
		z, err := gzip.NewReader(in)
		if err != nil {
			r.Close()
			return nil, err
		}
		return &guard{r: z, close: r.Close, name: name, stored: in.count}, nil
	}
	z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true))
	if err != nil {
		r.Close()
		return nil, err
	}
	return &guard{r: z, close: func() error { z.Close(); return r.Close() }, name: name, stored: in.count}, nil
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counter) count() int64 { return c.n }

// guard ends a stream that yields more than MaxRatio bytes for each stored one.
type guard struct {
	r      io.Reader
	close  func() error
	name   string
	stored func() int64
	n      int64
}

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	g.n += int64(n)
	if g.n > ratioGrace && g.n/MaxRatio > g.stored() {
		return 0, refused(g.name, ReasonRatio)
	}
	return n, err
}

func (g *guard) Close() error { return g.close() }

func head512(r io.Reader) []byte {
	head := make([]byte, 512)
	n, _ := io.ReadFull(r, head)
	return head[:n]
}

// contentOf tells the content by its first bytes. A zip file may turn out to be an XLSX.
func contentOf(b []byte) Content {
	for _, m := range magics {
		if len(b) >= m.at+len(m.bytes) && string(b[m.at:m.at+len(m.bytes)]) == m.bytes {
			return m.content
		}
	}
	return ContentText
}

var magics = [...]struct {
	at      int
	bytes   string
	content Content
}{
	{0, "\x1f\x8b", ContentGzip},
	{0, "\x28\xb5\x2f\xfd", ContentZstd},
	{0, "PK\x03\x04", ContentZip},
	{0, "PK\x05\x06", ContentZip},
	{0, "PAR1", ContentParquet},
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ContentOther}, // legacy Office
	{0, "%PDF-", ContentOther},
	{0, "Rar!\x1a\x07", ContentOther},
	{0, "7z\xbc\xaf\x27\x1c", ContentOther},
	{0, "BZh", ContentOther},
	{0, "\xfd7zXZ\x00", ContentOther},
	{257, "ustar", ContentOther},
	{0, "\x89PNG", ContentOther},
	{0, "\xff\xd8\xff", ContentOther},
	{0, "GIF8", ContentOther},
}

// Spool copies a stream to a temporary file that Close of the package removes, and opens it there. It serves formats that
// need access at any offset.
func Spool(ctx context.Context, r io.Reader, dir string) (string, error) {
	f, err := os.CreateTemp(dir, "lookalike-*")
	if err != nil {
		return "", err
	}
	_, err = io.Copy(f, &polled{ctx, r})
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

type polled struct {
	ctx context.Context
	r   io.Reader
}

func (p *polled) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, context.Cause(p.ctx)
	}
	return p.r.Read(b)
}
