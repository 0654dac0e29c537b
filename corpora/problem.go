package corpora

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that kept a record or a part of it from being read or assessed. It carries no sentence: the code
// and its arguments reach the report, message files hold the texts.
type Problem struct {
	Code  string         `json:"code"`
	Field string         `json:"field"` // "title", "images[2]", "" for the whole record
	Args  map[string]any `json:"args"`
}

// Error returns a plain English rendering for logs. People read the text of the message files.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Code)
	if p.Field != "" {
		b.WriteString(" in " + p.Field)
	}
	keys := make([]string, 0, len(p.Args))
	for k := range p.Args {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		fmt.Fprintf(&b, " %s=%v", k, p.Args[k])
	}
	return b.String()
}

// The codes of problems, a closed list: every one has a text in each language of the report. The comment names its
// arguments.
const (
	ReadFailed         = "read_failed"          // reason
	RecordTooLarge     = "record_too_large"     // bytes, limit
	BadQuoting         = "bad_quoting"          // the record ends inside a quoted field
	BadColumns         = "bad_columns"          // have, want: the record has another number of columns than the heading
	BadJSON            = "bad_json"             // offset, reason
	BadXML             = "bad_xml"              // offset, reason
	BadEncoding        = "bad_encoding"         // charset, offset
	BadValue           = "bad_value"            // value, want
	EmptyRecord        = "empty_record"         // nothing in it that could be matched
	DuplicateID        = "duplicate_id"         // id, row: an earlier record, read at that row, has the id with other content
	TextCut            = "text_cut"             // bytes, limit: matched up to the limit
	SourceTruncated    = "source_truncated"     // the feed ends in the middle of a record; row is where
	MemberRefused      = "member_refused"       // name, reason: archive_ratio, archive_members, nested_archive, encrypted, unsupported
	PictureMissing     = "picture_missing"      // ref
	PictureOutside     = "picture_outside"      // ref: the path leaves the feed's folder
	PictureUnsupported = "picture_unsupported"  // format
	PictureTooLarge    = "picture_too_large"    // bytes or width and height, limit
	PictureTooSmall    = "picture_too_small"    // width, height, limit
	PictureDamaged     = "picture_damaged"      // reason
	PictureFetch       = "picture_fetch_failed" // ref, reason
	MatcherFailed      = "matcher_failed"       // kind: a fault inside the program spoiled this listing
	ReaderFailed       = "reader_failed"        // a fault inside the program spoiled this record
)

// Codes returns the closed list of problem codes.
func Codes() []string {
	return []string{
		ReadFailed, RecordTooLarge, BadQuoting, BadColumns, BadJSON, BadXML, BadEncoding, BadValue, EmptyRecord, DuplicateID, TextCut,
		SourceTruncated, MemberRefused, PictureMissing, PictureOutside, PictureUnsupported, PictureTooLarge,
		PictureTooSmall, PictureDamaged, PictureFetch, MatcherFailed, ReaderFailed,
	}
}
