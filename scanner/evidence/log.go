package evidence

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxLogLine bounds one line of the log.
const maxLogLine = 1 << 20

// zeroHash is what stands before the first entry.
var zeroHash = strings.Repeat("0", 64)

// The kinds of events.
const (
	EventCreate    = "create"    // the store was made
	EventCapture   = "capture"   // a capture was sealed
	EventImport    = "import"    // a saved page was sealed
	EventRecovered = "recovered" // a capture was found whole and without its entry, after the program was killed
	EventAbandoned = "abandoned" // an unfinished capture was removed, after the program was killed
	EventTorn      = "torn"      // an unfinished line was taken off the log, after the program was killed
	EventStamp     = "stamp"     // a time stamp was added later
	EventOpen      = "open"      // somebody looked into a capture
	EventExport    = "export"    // a bundle was made for somebody
	EventFailed    = "failed"    // what the entry before last announced did not succeed
	EventHold      = "hold"      // a legal hold was laid on a capture
	EventUnhold    = "unhold"    // it was lifted
	EventRelease   = "release"   // evidence is no longer needed
	EventDelete    = "delete"    // a capture is removed from now on
)

// Event is what an entry of the log says.
type Event struct {
	Kind    string `json:"kind"`
	Time    string `json:"time"`
	Clock   Clock  `json:"clock"`
	Actor   string `json:"actor"`
	Capture string `json:"capture,omitempty"`
	Reason  string `json:"reason,omitempty"`

	Manifest string      `json:"manifest,omitempty"` // its SHA-256
	Class    string      `json:"class,omitempty"`
	Since    string      `json:"since,omitempty"`
	Stamp    *StampEntry `json:"stamp,omitempty"`

	SHA256   string   `json:"sha256,omitempty"`   // of the file that the event is about: STORE.json, export.json, a torn line
	Captures []string `json:"captures,omitempty"` // of an export
	For      string   `json:"for,omitempty"`      // the recipient of an export
	Approval string   `json:"approval,omitempty"`

	Salt string `json:"salt"` // random, so that a hidden body cannot be guessed from its hash
}

// StampEntry says whether a manifest has a time stamp, and if not, why.
type StampEntry struct {
	State  string `json:"state"` // StateStamped or StateNotStamped
	Reason string `json:"reason,omitempty"`
	File   string `json:"file,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	URL    string `json:"url,omitempty"` // of the authority
	Time   string `json:"time,omitempty"`
	Nonce  string `json:"nonce,omitempty"`
}

// The states of a stamp.
const (
	StateStamped    = "timestamped"
	StateNotStamped = "not timestamped"
)

// Entry is one line of the log. Event is nil where a bundle leaves out what does not concern it; the chain holds all the same.
type Entry struct {
	Head
	Prev  string
	Body  string // SHA-256 of the event's canonical form
	Event *Event
}

// line is an entry as it is written.
type line struct {
	Body       json.RawMessage `json:"body,omitempty"`
	BodySHA256 string          `json:"body_sha256"`
	Hash       string          `json:"hash"`
	Prev       string          `json:"prev"`
	Seq        int64           `json:"seq"`
}

// linkHash is the hash of an entry: over its position, the entry before it and the hash of its body.
func linkHash(seq int64, prev, body string) (string, error) {
	b, err := canonical(map[string]any{"seq": seq, "prev": prev, "body_sha256": body})
	return sum(b), err
}

// encodeEntry makes the line that follows on head.
func encodeEntry(head Head, ev *Event) (Entry, []byte, error) {
	body, err := canonical(ev)
	if err != nil {
		return Entry{}, nil, err
	}
	e := Entry{Head: Head{Seq: head.Seq + 1}, Prev: head.Hash, Body: sum(body), Event: ev}
	if e.Hash, err = linkHash(e.Seq, e.Prev, e.Body); err != nil {
		return Entry{}, nil, err
	}
	b, err := canonical(line{body, e.Body, e.Hash, e.Prev, e.Seq})
	if err == nil && len(b) >= maxLogLine {
		err = fmt.Errorf("an entry of %d bytes", len(b))
	}
	return e, append(b, '\n'), err
}

// hide returns the line of an entry without its body.
func hide(e Entry) ([]byte, error) {
	b, err := canonical(line{nil, e.Body, e.Hash, e.Prev, e.Seq})
	return append(b, '\n'), err
}

// decodeEntry reads one line without its line end, and holds the hashes against each other.
func decodeEntry(b []byte) (Entry, error) {
	var l line
	if err := decodeCanonical(b, &l); err != nil {
		return Entry{}, err
	}
	e := Entry{Head: Head{l.Seq, l.Hash}, Prev: l.Prev, Body: l.BodySHA256}
	want, err := linkHash(l.Seq, l.Prev, l.BodySHA256)
	if err != nil {
		return Entry{}, err
	}
	if want != l.Hash {
		return Entry{}, errors.New("its hash is not that of what it says")
	}
	if l.Body == nil {
		return e, nil
	}
	if sum(l.Body) != l.BodySHA256 {
		return Entry{}, errors.New("the hash of its body is not that of the body")
	}
	e.Event = new(Event)
	d := json.NewDecoder(bytes.NewReader(l.Body))
	d.DisallowUnknownFields()
	if err := d.Decode(e.Event); err != nil {
		return Entry{}, err
	}
	return e, nil
}

// chain follows the log while it is read in order.
type chain struct{ head Head }

// newChain stands before the first entry.
func newChain() chain { return chain{Head{0, zeroHash}} }

// follow takes the next entry, or says why it is not the next.
func (c *chain) follow(e Entry) error {
	switch {
	case e.Seq != c.head.Seq+1:
		return fmt.Errorf("entry %d stands where %d should", e.Seq, c.head.Seq+1)
	case e.Prev != c.head.Hash:
		return fmt.Errorf("entry %d does not follow on entry %d", e.Seq, c.head.Seq)
	}
	c.head = e.Head
	return nil
}

// readLines yields the lines of a log with their offsets. The last one is torn when no line end follows it.
func readLines(r io.Reader, yield func(offset int64, b []byte, torn bool) error) error {
	br := bufio.NewReaderSize(r, 64<<10)
	var offset int64
	var buf []byte
	for {
		buf = buf[:0]
		for {
			part, err := br.ReadSlice('\n')
			buf = append(buf, part...)
			if len(buf) > maxLogLine {
				return fmt.Errorf("a line longer than %d bytes at byte %d of the log", maxLogLine, offset)
			}
			if err == nil {
				break
			}
			if err == io.EOF {
				if len(buf) == 0 {
					return nil
				}
				return yield(offset, buf, true)
			}
			if err != bufio.ErrBufferFull {
				return err
			}
		}
		if err := yield(offset, buf[:len(buf)-1], false); err != nil {
			return err
		}
		offset += int64(len(buf))
	}
}
