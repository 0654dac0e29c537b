package corpora

import (
	"fmt"
	"strings"
	"time"
)

// Date is a calendar day as days since 1970-01-01, plus one for days from then on, so that the zero value means that the
// day is not known. It is flat: snapshots store it as it is.
type Date int32

// DateOf returns the day of t in t's location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	n := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
	if n >= 0 {
		n++
	}
	return Date(n)
}

// ParseDate reads 2006-01-02, 20060102 or 2006/01/02; "" is the unknown day.
func ParseDate(s string) (Date, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, nil
	}
	for _, layout := range []string{time.DateOnly, "20060102", "2006/01/02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return DateOf(t), nil
		}
	}
	return 0, fmt.Errorf("not a date: %q (want YYYY-MM-DD)", s)
}

// Time returns midnight UTC of the day. It must not be called on the unknown day.
func (d Date) Time() time.Time {
	n := int64(d)
	if n > 0 {
		n--
	}
	return time.Unix(n*86400, 0).UTC()
}

// String returns the day as 2006-01-02, and "" when it is not known.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// AddDays returns the day n days later. The unknown day stays unknown.
func (d Date) AddDays(n int) Date {
	if d == 0 {
		return 0
	}
	return DateOf(d.Time().AddDate(0, 0, n))
}

// Days returns how many days lie between e and d: positive when d is later. Both must be known.
func (d Date) Days(e Date) int {
	return int(d.Time().Sub(e.Time()) / (24 * time.Hour))
}
