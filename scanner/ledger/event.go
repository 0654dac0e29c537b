package ledger

import (
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Key identifies a listing of a watch, or a content: half of a SHA-256.
type Key [16]byte

// String returns the key in hexadecimal.
func (k Key) String() string { return hex.EncodeToString(k[:]) }

// ParseKey reads what String writes.
func ParseKey(s string) (Key, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(Key{}) {
		return Key{}, fmt.Errorf("not the key of a listing: %q", s)
	}
	return Key(b), nil
}

// MarshalText writes the key in hexadecimal.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (k *Key) UnmarshalText(b []byte) error {
	v, err := ParseKey(string(b))
	*k = v
	return err
}

// Value makes a column of the key; the zero key is NULL.
func (k Key) Value() (driver.Value, error) {
	if k == (Key{}) {
		return nil, nil
	}
	return k[:], nil
}

// Scan reads a column.
func (k *Key) Scan(v any) error {
	switch b := v.(type) {
	case nil:
		*k = Key{}
		return nil
	case []byte:
		if len(b) == len(k) {
			*k = Key(b)
			return nil
		}
	}
	return errors.New("not a key")
}

// Type says what an event tells.
type Type string

// The types of events, a closed list.
const (
	RunStarted  Type = "run.started"
	RunFinished Type = "run.finished"

	ListingNew      Type = "listing.new"
	ListingChanged  Type = "listing.changed"  // field by field: see Changes
	ListingGone     Type = "listing.gone"     // a run that read the whole shop did not meet it
	ListingBack     Type = "listing.back"     // under the same address and seller
	ListingRelisted Type = "listing.relisted" // a new one with the text or the picture of one that is gone
	ListingTwin     Type = "listing.twin"     // a new one with the text or the picture of another seller's

	MatchNew    Type = "match.new"
	MatchWorse  Type = "match.worse"
	MatchBetter Type = "match.better"
	MatchGone   Type = "match.gone"
	MatchBack   Type = "match.back"

	LeadOpened   Type = "lead.opened"
	LeadReopened Type = "lead.reopened" // a closed one whose match came back, or a dismissed one that got worse
	LeadDecided  Type = "lead.decided"

	EvidenceSealed Type = "evidence.sealed"
	MessageSent    Type = "message.sent"
	MessageFailed  Type = "message.failed" // given up

	HoldLaid    Type = "hold.laid"
	HoldLifted  Type = "hold.lifted"
	DataDeleted Type = "data.deleted"
)

// Types returns the types of events.
func Types() []Type {
	return []Type{
		RunStarted, RunFinished, ListingNew, ListingChanged, ListingGone, ListingBack, ListingRelisted, ListingTwin,
		MatchNew, MatchWorse, MatchBetter, MatchGone, MatchBack, LeadOpened, LeadReopened, LeadDecided,
		EvidenceSealed, MessageSent, MessageFailed, HoldLaid, HoldLifted, DataDeleted,
	}
}

// Event is one entry of the stream.
type Event struct {
	Seq     int64           `json:"seq"`
	Time    time.Time       `json:"time"`
	Actor   string          `json:"actor"` // "monitor", or the name of a person
	Type    Type            `json:"type"`
	Watch   string          `json:"watch"`
	Run     int64           `json:"run"` // 0 outside of a run
	Listing Key             `json:"listing,omitzero"`
	Right   string          `json:"right,omitempty"` // its id
	Lead    string          `json:"lead,omitempty"`
	Rule    string          `json:"rule,omitempty"` // identity of the rules
	Corpora []CorpusID      `json:"corpora,omitempty"`
	Data    json.RawMessage `json:"data"`
}

// CorpusID names a corpus and its content.
type CorpusID struct {
	Name string `json:"name"`
	ID   string `json:"id"`
}

// ListingData is the data of events about a listing.
type ListingData struct {
	Content Key      `json:"content,omitzero"`
	From    Key      `json:"from,omitzero"`     // the content before
	Fields  []string `json:"fields,omitempty"`  // that changed
	Of      []Key    `json:"of,omitempty"`      // the listings that it repeats, at most 20
	By      string   `json:"by,omitempty"`      // text or picture
	Deleted string   `json:"deleted,omitempty"` // what of it was deleted
	Reason  string   `json:"reason,omitempty"`
}

// MatchData is the data of events about a match or a lead.
type MatchData struct {
	Fingerprint string `json:"fingerprint"`
	Grade       string `json:"grade"`
	From        string `json:"from,omitempty"` // the grade before
	Lane        string `json:"lane,omitempty"`
	Use         string `json:"use,omitempty"`
	Field       string `json:"field,omitempty"`
	Mark        string `json:"mark,omitempty"`
	Owner       string `json:"owner,omitempty"`
	Office      string `json:"office,omitempty"`
	Number      string `json:"number,omitempty"`
}

// DecisionData is the data of LeadDecided and LeadReopened.
type DecisionData struct {
	From   State  `json:"from"`
	To     State  `json:"to"`
	Reason string `json:"reason"`
}

// NoteData is the data of what has no more to say than a few words.
type NoteData struct {
	Name   string `json:"name,omitempty"`
	Reason string `json:"reason,omitempty"`
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}
