package evidence

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"time"
)

// ntpEpoch is 1900-01-01, from which NTP counts, in seconds before 1970-01-01.
const ntpEpoch = 2_208_988_800

// MeasureClock asks a time server (SNTP, RFC 4330; port 123 unless server names one) how far the machine's clock is off. It
// changes no clock. The median of three answers counts; a server that is not synchronised is an error.
func MeasureClock(ctx context.Context, server string, now func() time.Time) (Clock, error) {
	address := server
	if _, _, err := net.SplitHostPort(server); err != nil {
		address = net.JoinHostPort(server, "123")
	}
	var offsets []time.Duration
	var last error
	for range 3 {
		d, err := askTime(ctx, address, now)
		if err != nil {
			last = err
			if ctx.Err() != nil || len(offsets) == 0 {
				break
			}
			continue
		}
		offsets = append(offsets, d)
	}
	if len(offsets) == 0 {
		return Clock{}, fmt.Errorf("measuring the clock: %w", last)
	}
	d := median(offsets)
	return Clock{Source: "ntp:" + server, OffsetMS: new(d.Round(time.Millisecond).Milliseconds()), Measured: stampTime(now())}, nil
}

func median(d []time.Duration) time.Duration {
	if len(d) == 3 {
		return max(min(d[0], d[1]), min(max(d[0], d[1]), d[2]))
	}
	return d[0]
}

// askTime returns the server's time minus the machine's.
func askTime(ctx context.Context, address string, now func() time.Time) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var d net.Dialer
	c, err := d.DialContext(ctx, "udp", address)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	sent := now()
	var q [48]byte
	q[0] = 4<<3 | 3 // version 4, client
	binary.BigEndian.PutUint64(q[40:], ntpTime(sent))
	if _, err := c.Write(q[:]); err != nil {
		return 0, err
	}
	var a [256]byte
	n, err := c.Read(a[:])
	got := now()
	switch {
	case ctx.Err() != nil:
		return 0, context.Cause(ctx)
	case err != nil:
		return 0, err
	}
	received, transmitted, err := readTime(a[:n], q[40:48])
	if err != nil {
		return 0, err
	}
	return (received.Sub(sent) + transmitted.Sub(got)) / 2, nil
}

// readTime checks a server's answer to a question that carried the time asked.
func readTime(b, asked []byte) (received, transmitted time.Time, err error) {
	switch {
	case len(b) < 48 || b[0]&7 != 4:
		return received, transmitted, errors.New("not an answer of a time server")
	case string(b[24:32]) != string(asked):
		return received, transmitted, errors.New("the time server answers another question")
	case b[0]>>6 == 3 || b[1] == 0 || b[1] > 15:
		return received, transmitted, errors.New("the time server is not synchronised, or refuses")
	}
	received, transmitted = fromNTP(binary.BigEndian.Uint64(b[32:])), fromNTP(binary.BigEndian.Uint64(b[40:]))
	return received, transmitted, nil
}

func ntpTime(t time.Time) uint64 {
	return uint64(t.Unix()+ntpEpoch)<<32 | uint64(t.Nanosecond())<<32/1e9
}

// fromNTP reads a time of the era that began in 1900 or, when its highest bit is not set, in 2036 (RFC 4330, 3).
func fromNTP(v uint64) time.Time {
	s := int64(v >> 32)
	if v>>63 == 0 {
		s += 1 << 32
	}
	return time.Unix(s-ntpEpoch, int64((v&0xffffffff)*1e9>>32))
}
