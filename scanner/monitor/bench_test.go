package monitor

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"lookalike/corpora"
	"lookalike/corpora/synth"
)

// cpu returns the CPU time that this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkChangedRights measures a night on which no listing changes and a tenth of 10,000 marks does: 500 other owners and 500
// new marks. MONITOR_BENCH is the number of stored listings, 2,000 without it.
//
//	MONITOR_BENCH=100000 go test ./scanner/monitor -run XXX -bench ChangedRights -benchtime 1x
func BenchmarkChangedRights(b *testing.B) {
	n := 2000
	if s := os.Getenv("MONITOR_BENCH"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	w := synth.World{Seed: 1, Rights: 10_000, Size: n}
	var rights []corpora.Right
	for i := range 10_000 {
		rights = append(rights, w.Right(i))
	}
	s := mustStreet(b, oneWatch(), rights)
	for l, err := range w.Listings().All(context.Background()) {
		if err != nil {
			b.Fatal(err)
		}
		l.Images = nil
		s.offers = append(s.offers, l)
	}
	begin := cpu()
	first := s.run(b)
	b.ReportMetric((cpu() - begin).Seconds(), "first-cpu-s")
	b.Logf("first night: %s", counts(first))
	begin = cpu()
	quiet := s.run(b)
	b.ReportMetric((cpu() - begin).Seconds(), "quiet-cpu-s")
	if quiet.Scanned != 0 {
		b.Fatalf("a quiet night scanned %d", quiet.Scanned)
	}
	for i := range 500 {
		rights[i*20].Owner = fmt.Sprintf("Successor %d Ltd", i)
		rights[i*20+7] = synth.World{Seed: 2, Rights: 10_000, Size: 1}.Right(i)
		rights[i*20+7].ID = fmt.Sprint("new-", i)
	}
	if err := buildCorpus(s.corpus(), rights); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		began, begin := time.Now(), cpu()
		sum := s.run(b)
		b.ReportMetric((cpu() - begin).Seconds(), "cpu-s")
		b.ReportMetric(time.Since(began).Seconds(), "wall-s")
		b.ReportMetric(float64(sum.Scanned), "scored")
		b.Logf("changed rights: %s", counts(sum))
	}
}
