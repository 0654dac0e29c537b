package registry

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLatest reads daily files of one office: of a mark that several name the last record counts, also in an archive.
func TestLatest(t *testing.T) {
	const file = `<Transaction>%s</Transaction>`
	mark := func(number int, text string) string {
		operation := ""
		if text == "" {
			operation = ` operationCode="Delete"`
		}
		return fmt.Sprintf(`<TradeMark%s><RegistrationOfficeCode>EM</RegistrationOfficeCode><ApplicationNumber>%d</ApplicationNumber>`+
			`<WordMarkSpecification><MarkVerbalElementText>%s</MarkVerbalElementText></WordMarkSpecification></TradeMark>`, operation, number, text)
	}
	dir := t.TempDir()
	days := []string{mark(1, "A") + mark(2, "B") + mark(3, "C"), mark(1, "A later") + mark(2, ""), mark(4, "D") + mark(3, "C later")}
	want := []string{"A later", "D", "C later"}
	archive := filepath.Join(dir, "week.zip")
	f, err := os.Create(archive)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	var files []string
	for i, day := range days {
		name := fmt.Sprintf("day%d.xml", i)
		files = append(files, write(t, dir, name, fmt.Sprintf(file, day)))
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, fmt.Sprintf(file, day))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for _, files := range [][]string{files, {archive}} {
		src, err := Open(files, Options{Latest: true})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range collect(t, src) {
			got = append(got, r.Text)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
	src, err := Open(files, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if all := collect(t, src); len(all) != 7 {
		t.Errorf("%d records as they come, want 7", len(all))
	}
}
