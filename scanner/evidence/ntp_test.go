package evidence

import (
	"context"
	"encoding/binary"
	"net"
	"strings"
	"testing"
	"time"
)

// timeServer answers like an SNTP server whose clock is ahead of the machine's.
func timeServer(t *testing.T, ahead time.Duration, spoil func(answer []byte)) string {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		var q [256]byte
		for {
			n, from, err := c.ReadFrom(q[:])
			if err != nil {
				return
			}
			if n < 48 {
				continue
			}
			a := make([]byte, 48)
			a[0], a[1] = 4<<3|4, 2
			copy(a[24:32], q[40:48])
			now := ntpTime(time.Now().Add(ahead))
			binary.BigEndian.PutUint64(a[32:], now)
			binary.BigEndian.PutUint64(a[40:], now)
			spoil(a)
			_, _ = c.WriteTo(a, from)
		}
	}()
	return c.LocalAddr().String()
}

func TestMeasureClock(t *testing.T) {
	at := timeServer(t, 90*time.Second, func([]byte) {})
	c, err := MeasureClock(t.Context(), at, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if c.Source != "ntp:"+at || c.OffsetMS == nil || *c.OffsetMS < 85_000 || *c.OffsetMS > 95_000 || c.Measured == "" {
		t.Errorf("%+v", c)
	}
	for _, tt := range []struct {
		want  string
		spoil func(a []byte)
	}{
		{"another question", func(a []byte) { a[30] ^= 1 }},
		{"not synchronised", func(a []byte) { a[1] = 0 }},
		{"not synchronised", func(a []byte) { a[0] |= 3 << 6 }},
		{"not an answer", func(a []byte) { a[0] = 4<<3 | 3 }},
	} {
		if _, err := MeasureClock(t.Context(), timeServer(t, 0, tt.spoil), time.Now); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want %s", err, tt.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := MeasureClock(ctx, at, time.Now); err == nil {
		t.Error("cancelled and measured")
	}
	for _, want := range []time.Time{time.Unix(1_700_000_000, 5e8), time.Unix(2_100_000_000, 0), time.Unix(3_000_000_000, 25e7)} {
		if got := fromNTP(ntpTime(want)); got.Sub(want).Abs() > time.Microsecond {
			t.Errorf("%v became %v", want, got)
		}
	}
}

func FuzzTime(f *testing.F) {
	f.Add([]byte(strings.Repeat("\x24", 48)), []byte("12345678"))
	f.Fuzz(func(t *testing.T, answer, asked []byte) { _, _, _ = readTime(answer, asked) })
}
