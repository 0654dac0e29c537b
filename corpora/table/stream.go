package table

import (
	"bufio"
	"context"
	"io"
	"os"
)

// OpenStream opens a stream such as standard input. Its one entry can be read once, but for its first SampleSize bytes,
// which Peek shows. A format that needs access at any offset is spooled to a temporary file first.
func OpenStream(r io.Reader, name string, keep func(base string) bool) (*Package, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(512)
	if err != nil && err != io.EOF {
		return nil, err
	}
	c := contentOf(head)
	if c == ContentZip || c == ContentParquet {
		file, err := Spool(context.Background(), in, "")
		if err != nil {
			return nil, err
		}
		info, err := os.Stat(file)
		if err != nil {
			os.Remove(file)
			return nil, err
		}
		p, err := openRandom(file, name, info.Size(), c, keep)
		if err != nil {
			os.Remove(file)
			return nil, err
		}
		if os.Remove(file) != nil { // where an open file can be removed, nothing is left behind after a kill
			p.remove = append(p.remove, file)
		}
		return p, nil
	}
	e := Entry{Name: name, Content: c, Size: -1}
	var stream io.ReadCloser = io.NopCloser(in)
	if c == ContentGzip || c == ContentZstd {
		if stream, err = decompress(io.NopCloser(in), c, name); err != nil {
			return nil, err
		}
		e.Compression = string(c)
		inner := bufio.NewReaderSize(stream, 64<<10)
		head, _ := inner.Peek(512)
		e.Content = contentOf(head)
		stream = &readCloser{inner, stream}
	}
	p := &Package{files: []io.Closer{stream}}
	if e.Compression != "" && e.Content != ContentText {
		reason := ReasonNested
		if e.Content == ContentOther {
			reason = ReasonUnsupported
		}
		p.refuse(name, reason)
		return p, nil
	}
	once := &replay{r: stream}
	e.open = once.open
	p.Entries = []Entry{e}
	return p, nil
}

type readCloser struct {
	io.Reader
	io.Closer
}

// replay lets a stream be opened again from its start as long as no more than a sample of it was read.
type replay struct {
	r    io.Reader
	kept []byte
	gone bool // more than what is kept was read
}

// maxReplay covers a sample of text in any encoding.
const maxReplay = 4 * SampleSize

func (p *replay) open() (io.ReadCloser, error) {
	if p.gone {
		return nil, io.ErrClosedPipe
	}
	return io.NopCloser(&replayReader{p: p}), nil
}

type replayReader struct {
	p  *replay
	at int
}

func (r *replayReader) Read(b []byte) (int, error) {
	if r.at < len(r.p.kept) {
		n := copy(b, r.p.kept[r.at:])
		r.at += n
		return n, nil
	}
	n, err := r.p.r.Read(b)
	if !r.p.gone && len(r.p.kept)+n <= maxReplay {
		r.p.kept = append(r.p.kept, b[:n]...)
		r.at += n
	} else {
		r.p.gone = true
		r.p.kept, r.at = nil, 0
	}
	return n, err
}
