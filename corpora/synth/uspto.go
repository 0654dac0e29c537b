package synth

import (
	"bufio"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"lookalike/corpora"
)

// WriteUSPTO writes rights as the daily trademark XML of the USPTO, version 2.0, until the source ends or some size bytes are
// written; 0 is no limit. Cases have the make-up of real ones: a header of some sixty indicators, statements, a dozen and
// more events, classifications with US classes, design search codes of drawn marks, owners with addresses and a
// correspondent. Every number is that of a right, read as a serial number. It returns how many cases it wrote.
//
// The format is that of the document type definition that the USPTO publishes in front of each file.
func WriteUSPTO(ctx context.Context, w io.Writer, src corpora.Source[corpora.Right], size int64) (int, error) {
	c := caseWriter{w: bufio.NewWriterSize(w, 1<<20)}
	c.raw(`<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE trademark-applications-daily [
<!ELEMENT trademark-applications-daily (version, creation-datetime, application-information)>
<!ENTITY none "none">
]>
<trademark-applications-daily>
  <version><version-no>2.0</version-no><version-date>20050401</version-date></version>
  <creation-datetime>202601010000</creation-datetime>
  <application-information>
    <file-segments>
      <file-segment>TRMK</file-segment>
      <action-keys>
        <action-key>PP</action-key>
`)
	n := 0
	for r, err := range src.All(ctx) {
		if err != nil {
			return n, fmt.Errorf("writing cases: %w", err)
		}
		c.caseFile(&r, n)
		if n++; size > 0 && c.n >= size || c.err != nil {
			break
		}
	}
	c.raw("      </action-keys>\n    </file-segments>\n  </application-information>\n</trademark-applications-daily>\n")
	if c.err == nil {
		c.err = c.w.Flush()
	}
	if c.err != nil {
		return n, fmt.Errorf("writing cases: %w", c.err)
	}
	return n, context.Cause(ctx)
}

// caseWriter writes elements and keeps the first error.
type caseWriter struct {
	w   *bufio.Writer
	n   int64
	err error
}

func (c *caseWriter) raw(s string) {
	n, err := c.w.WriteString(s)
	c.n += int64(n)
	if c.err == nil {
		c.err = err
	}
}

// put writes one element on a line of its own.
func (c *caseWriter) put(indent int, name, text string) {
	c.raw(strings.Repeat(" ", indent) + "<" + name + ">")
	if strings.ContainsAny(text, "&<>\"'") {
		var b strings.Builder
		_ = xml.EscapeText(&b, []byte(text)) // a builder takes everything
		text = b.String()
	}
	c.raw(text + "</" + name + ">\n")
}

// caseIndicators are the flags of a case header, most of them F in any case.
var caseIndicators = strings.Fields("trademark-in collective-trademark-in service-mark-in collective-service-mark-in collective-membership-mark-in certification-mark-in " +
	"cancellation-pending-in published-concurrent-in concurrent-use-in concurrent-use-proceeding-in interference-pending-in opposition-pending-in section-12c-in " +
	"section-2f-in section-2f-in-part-in renewal-filed-in section-8-filed-in section-8-partial-accept-in section-8-accepted-in section-15-acknowledged-in " +
	"section-15-filed-in supplemental-register-in foreign-priority-in change-registration-in intent-to-use-in intent-to-use-current-in filed-as-use-application-in " +
	"amended-to-use-application-in use-application-currently-in amended-to-itu-application-in filing-basis-filed-as-44d-in amended-to-44d-application-in " +
	"filing-basis-current-44d-in filing-basis-filed-as-44e-in filing-basis-current-44e-in amended-to-44e-application-in without-basis-currently-in " +
	"filing-current-no-basis-in color-drawing-filed-in color-drawing-current-in drawing-3d-filed-in drawing-3d-current-in standard-characters-claimed-in " +
	"filing-basis-filed-as-66a-in filing-basis-current-66a-in")

// caseEvents are what happens to a case, the latest first.
var caseEvents = [...][3]string{
	{"R.PR", "A", "REGISTERED-PRINCIPAL REGISTER"}, {"NPUB", "E", "OFFICIAL GAZETTE PUBLICATION CONFIRMATION E-MAILED"}, {"PUBO", "A", "PUBLISHED FOR OPPOSITION"},
	{"NONP", "E", "NOTIFICATION OF NOTICE OF PUBLICATION E-MAILED"}, {"CNSA", "P", "APPROVED FOR PUB - PRINCIPAL REGISTER"}, {"TEME", "I", "TEAS/EMAIL CORRESPONDENCE ENTERED"},
	{"CRFA", "I", "CORRESPONDENCE RECEIVED IN LAW OFFICE"}, {"TROA", "I", "TEAS RESPONSE TO OFFICE ACTION RECEIVED"}, {"GNRN", "O", "NOTIFICATION OF NON-FINAL ACTION E-MAILED"},
	{"GNRT", "F", "NON-FINAL ACTION E-MAILED"}, {"CNRT", "R", "NON-FINAL ACTION WRITTEN"}, {"DOCK", "D", "ASSIGNED TO EXAMINER"},
	{"NWOS", "I", "NEW APPLICATION OFFICE SUPPLIED DATA ENTERED"}, {"NWAP", "I", "NEW APPLICATION ENTERED"},
}

func compact(d corpora.Date) string { return strings.ReplaceAll(d.String(), "-", "") }

// caseFile writes one right. n varies what a right does not say.
func (c *caseWriter) caseFile(r *corpora.Right, n int) {
	c.raw("        <case-file>\n")
	c.put(10, "serial-number", r.Number)
	if r.Registered != 0 {
		c.put(10, "registration-number", fmt.Sprintf("%07d", n%10_000_000))
	}
	c.put(10, "transaction-date", "20260101")
	c.header(r, n)
	c.statements(r, n)
	c.raw("          <case-file-event-statements>\n")
	for i, e := range caseEvents[n%4:] {
		c.raw("            <case-file-event-statement>\n")
		c.put(14, "code", e[0])
		c.put(14, "type", e[1])
		c.put(14, "description-text", e[2])
		c.put(14, "date", compact(r.Filed.AddDays(10*(len(caseEvents)-i))))
		c.put(14, "number", fmt.Sprint(len(caseEvents)-n%4-i))
		c.raw("            </case-file-event-statement>\n")
	}
	c.raw("          </case-file-event-statements>\n          <classifications>\n")
	for _, class := range r.Classes {
		c.raw("            <classification>\n")
		c.put(14, "international-code-total-no", "1")
		c.put(14, "us-code-total-no", "3")
		c.put(14, "international-code", fmt.Sprintf("%03d", class))
		for i := range 3 {
			c.put(14, "us-code", fmt.Sprintf("%03d", (int(class)*7+i*9)%52+1))
		}
		c.put(14, "status-code", "6")
		c.put(14, "status-date", compact(r.Filed))
		c.put(14, "first-use-anywhere-date", compact(r.Filed))
		c.put(14, "primary-code", fmt.Sprintf("%03d", class))
		c.raw("            </classification>\n")
	}
	c.raw("          </classifications>\n          <correspondent>\n")
	for i, line := range []string{"A. CORRESPONDENT", "SOME CHAMBERS LLP", fmt.Sprintf("%d LONG STREET", n%900+1), "SOMEWHERE, DE 19801"} {
		c.put(12, fmt.Sprintf("address-%d", i+1), line)
	}
	c.raw("          </correspondent>\n          <case-file-owners>\n")
	for entry, party := range []string{"30", "10"}[n%2:] {
		c.raw("            <case-file-owner>\n")
		c.put(14, "entry-number", fmt.Sprint(entry+1))
		c.put(14, "party-type", party)
		c.raw("              <nationality>\n                <country>US</country>\n              </nationality>\n")
		c.put(14, "legal-entity-type-code", "03")
		c.put(14, "party-name", r.Owner)
		c.put(14, "address-1", fmt.Sprintf("%d BROAD AVENUE", n%700+1))
		c.put(14, "city", "SOMEWHERE")
		c.put(14, "state", "DE")
		c.put(14, "postcode", "19801")
		c.raw("            </case-file-owner>\n")
	}
	c.raw("          </case-file-owners>\n        </case-file>\n")
}

func (c *caseWriter) header(r *corpora.Right, n int) {
	c.raw("          <case-file-header>\n")
	c.put(12, "filing-date", compact(r.Filed))
	status := "700"
	switch r.Status {
	case corpora.Dead:
		status = "710"
	case corpora.Pending:
		status = "630"
	}
	if r.Registered != 0 {
		c.put(12, "registration-date", compact(r.Registered))
	}
	c.put(12, "status-code", status)
	c.put(12, "status-date", compact(r.Filed.AddDays(400)))
	c.put(12, "mark-identification", r.Text)
	c.put(12, "mark-drawing-code", caseDrawing(n))
	c.put(12, "attorney-docket-number", fmt.Sprintf("T-%d", n))
	c.put(12, "attorney-name", "A. Correspondent")
	for _, name := range caseIndicators {
		c.put(12, name, "F")
	}
	c.raw("          </case-file-header>\n")
}

// caseDrawing returns the drawing code of case n: one in four marks is drawn, one in ten stylised.
func caseDrawing(n int) string {
	switch {
	case n%4 == 0:
		return "3000"
	case n%10 == 1:
		return "5000"
	}
	return "4000"
}

func (c *caseWriter) statements(r *corpora.Right, n int) {
	c.raw("          <case-file-statements>\n")
	put := func(code, text string) {
		c.raw("            <case-file-statement>\n")
		c.put(14, "type-code", code)
		c.put(14, "text", text)
		c.raw("            </case-file-statement>\n")
	}
	for _, class := range r.Classes {
		put(fmt.Sprintf("GS%03d1", class), r.Goods+", namely, "+r.Goods+" for indoor and outdoor use, parts and fittings therefor, and accessories sold together with "+r.Goods)
	}
	if n%5 == 0 {
		put("PM0001", strings.ToUpper(r.Text)+" MARK")
	}
	if n%4 == 0 {
		put("DM0000", "The mark consists of a drawing beside the words.")
	}
	c.raw("          </case-file-statements>\n")
	if n%4 == 0 {
		c.raw("          <design-searches>\n            <design-search>\n")
		c.put(14, "code", fmt.Sprintf("%02d%02d%02d", n%29+1, n%17+1, n%25+1))
		c.raw("            </design-search>\n          </design-searches>\n")
	}
}
