package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const record = `<Transaction><TradeMark><RegistrationOfficeCode>EM</RegistrationOfficeCode><ApplicationNumber>018000001</ApplicationNumber>
<ApplicationDate>2020-04-08</ApplicationDate><MarkCurrentStatusCode>Application opposed</MarkCurrentStatusCode><MarkFeature>Word</MarkFeature>
<WordMarkSpecification><MarkVerbalElementText>ZORVANE</MarkVerbalElementText></WordMarkSpecification></TradeMark></Transaction>`

// TestRun compares one record with tables that agree, that differ for a reason, and that differ without one.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	put := func(name, content string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		return file
	}
	xml := put("mark.xml", record)
	const heading = "number,verbal,feature,kind,status,app_date,reg_date,expiry,classes,vienna,lang,image\n"
	for row, want := range map[string]struct {
		ok   bool
		says string
	}{
		"018000001,ZORVANE,Word,,Application opposed,2020-04-08,,,,,,":           {true, "1 equal, 0 explained, 0 differ"},
		"018000001,ZORVANE,Word,,Application opposed,2020-04-08,2013-01-01,,,,,": {true, "earlier mark"},
		"018000001,ZORVAN,Word,,Application opposed,2020-04-08,,,,,,":            {false, `"ZORVANE", the table says "ZORVAN"`},
		"018000002,ZORVANE,Word,,Application opposed,2020-04-08,,,,,,":           {false, "0 records compared"},
	} {
		var out bytes.Buffer
		ok, err := run(t.Context(), []string{"-table", put("t.csv", heading+row+"\n"), xml}, &out)
		if err != nil || ok != want.ok || !strings.Contains(out.String(), want.says) {
			t.Errorf("%s: %v, %v\n%s", row, ok, err, out.String())
		}
	}
	if _, err := run(t.Context(), []string{"-table", put("odd.csv", "a,b\n1,2\n"), xml}, &bytes.Buffer{}); err == nil {
		t.Error("a table with other columns is taken")
	}
}
