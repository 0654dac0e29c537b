package registry

import (
	"strings"

	"lookalike/corpora"
)

// caseFile reads a case file of the USPTO's daily trademark XML. Its number is the serial number, which does not change
// when the mark is registered. Statement types are those of the USPTO's documentation of the file: GS goods and
// services, D0 and D1 disclaimers, TR translation, PM pseudo mark.
func (m *mapper) caseFile() corpora.Right {
	head := m.child(0, "case-file-header")
	r := corpora.Right{Kind: corpora.Mark, Office: "US", Number: m.text(m.child(0, "serial-number"))}
	r.Text = m.text(m.child(head, "mark-identification"))
	r.Form = usForm(m.text(m.child(head, "mark-drawing-code")))
	if m.text(m.child(head, "drawing-3d-current-in")) == "T" {
		r.Form = corpora.FormShape
	}
	r.Filed = m.day("filed", m.text(m.child(head, "filing-date")))
	r.Registered = m.day("registered", m.text(m.child(head, "registration-date")))
	r.StatusCode = m.text(m.child(head, "status-code"))
	r.Status = m.statuses.of("US", r.StatusCode)
	if r.Status == corpora.StatusUnknown {
		r.Status = m.caseStatus(head)
	}
	if r.Status == corpora.Live {
		renewed := m.day("expires", m.text(m.child(head, "renewal-date")))
		r.Expires = usExpiry(r.Registered, renewed, m.day("status", m.text(m.child(head, "status-date"))))
	}
	m.caseClasses(&r)
	m.children(m.child(0, "design-searches"), "design-search", func(n int32) { addVienna(&r, m.text(m.child(n, "code"))) })
	m.children(m.child(0, "case-file-statements"), "case-file-statement", func(n int32) { m.statement(&r, n) })
	r.Owner = m.caseOwner()
	usPicture(&r)
	r.Link = officeLink(r.Office, r.Number)
	return r
}

// usPicture names the address of the drawing that the USPTO shows, where a record of a mark that is not plain letters ships
// none.
func usPicture(r *corpora.Right) {
	if r.Office == "US" && r.Form != corpora.FormWord && r.Form != corpora.FormSound && r.Number != "" && len(r.Images) == 0 {
		r.Images = []corpora.Image{{Ref: "https://tsdr.uspto.gov/img/" + r.Number + "/large"}}
	}
}

// caseStatus falls back on the dates of a case whose code is in no table.
func (m *mapper) caseStatus(head int32) corpora.Status {
	switch {
	case m.child(head, "abandonment-date") >= 0, m.child(head, "cancellation-date") >= 0:
		return corpora.Dead
	case m.child(head, "registration-date") >= 0:
		return corpora.Live
	}
	return corpora.StatusUnknown
}

// usForm reads a mark drawing code, of which the first digit tells (37 CFR 2.52, TMEP 807).
func usForm(code string) corpora.Form {
	if code == "" {
		return corpora.FormUnknown
	}
	switch code[0] {
	case '1', '4':
		return corpora.FormWord
	case '2', '3':
		return corpora.FormFigurative
	case '5':
		return corpora.FormStylised
	case '6':
		return corpora.FormSound
	}
	return corpora.FormUnknown
}

// termChange is the day from which US registrations last ten years instead of twenty (Trademark Law Revision Act of 1988).
const termChange = "1989-11-16"

// usExpiry returns when a registration that is live on the given day ends: ten years after its last renewal, else ten,
// before 1989-11-16 twenty, years after registration (15 U.S.C. 1058, 1059), and ten years later as often as it must have
// been renewed to be live then.
func usExpiry(registered, renewed, live corpora.Date) corpora.Date {
	from, years := max(registered, renewed), 10
	if from == 0 {
		return 0
	}
	if from.String() < termChange {
		years = 20
	}
	end := from.Time().AddDate(years, 0, 0)
	for live != 0 && end.Before(live.Time()) {
		end = end.AddDate(10, 0, 0)
	}
	return corpora.DateOf(end)
}

// caseClasses reads the international classes that are active, with the US classes beside them; all of them when none is.
func (m *mapper) caseClasses(r *corpora.Right) {
	list := m.child(0, "classifications")
	for _, active := range []bool{true, false} {
		m.children(list, "classification", func(n int32) {
			if active && m.text(m.child(n, "status-code")) != "6" {
				return
			}
			m.children(n, "international-code", func(c int32) { addClass(r, m.text(c)) })
			m.children(n, "us-code", func(c int32) { addUSClass(r, m.text(c)) })
		})
		if len(r.Classes)+len(r.USClasses) > 0 {
			return
		}
	}
}

func (m *mapper) statement(r *corpora.Right, n int32) {
	code, text := m.text(m.child(n, "type-code")), ""
	m.children(n, "text", func(c int32) { text = strings.TrimSpace(text + " " + m.text(c)) })
	if text == "" || len(code) < 2 {
		return
	}
	switch code[:2] {
	case "GS":
		addGoods(r, text)
	case "D0", "D1":
		r.Disclaimer = strings.TrimSpace(r.Disclaimer + " " + text)
	case "TR":
		r.Aliases = append(r.Aliases, corpora.Alias{Text: text, Source: sourceTranslation})
	case "PM":
		r.Aliases = append(r.Aliases, corpora.Alias{Text: text, Source: sourcePseudo})
	}
}

// caseOwner returns the owner of the latest party type: 10 applicant, 20 owner at publication, 30 first registrant, 40 and
// up later owners.
func (m *mapper) caseOwner() string {
	owner, latest := "", ""
	m.children(m.child(0, "case-file-owners"), "case-file-owner", func(n int32) {
		if t := m.text(m.child(n, "party-type")); owner == "" || t > latest {
			owner, latest = m.text(m.child(n, "party-name")), t
		}
	})
	return owner
}
