package registry

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkUSPTODaily reads a file made of the first case of the fixture, over and over. The cases of a real file are three
// times as long, most of it indicators and events that are skipped.
func BenchmarkUSPTODaily(b *testing.B) {
	fixture, err := os.ReadFile("testdata/uspto-daily.xml")
	if err != nil {
		b.Fatal(err)
	}
	from := bytes.Index(fixture, []byte("    <case-file>\n"))
	to := bytes.Index(fixture, []byte("</case-file>\n    <case-file>")) + len("</case-file>\n")
	one := bytes.Replace(fixture[from:to], []byte("</case-file-header>"), append(bytes.Repeat([]byte("        <section-8-filed-in>F</section-8-filed-in>\n"), 60), "</case-file-header>"...), 1)
	data := append(bytes.Clone(fixture[:from]), bytes.Repeat(one, 2000)...)
	file := filepath.Join(b.TempDir(), "daily.xml")
	if err := os.WriteFile(file, data, 0o666); err != nil {
		b.Fatal(err)
	}
	src, err := OpenOffice([]string{file}, OfficeOptions{})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	n := 0
	for b.Loop() {
		for _, err := range src.All(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rights/s")
}
