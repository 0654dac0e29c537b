package registry

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"lookalike/corpora"
)

// design reads a design record of WIPO ST.86 or ST.96. The title is the product that the record indicates.
func (m *mapper) design() corpora.Right {
	r := corpora.Right{Kind: corpora.Design, Gone: strings.EqualFold(m.attr(0, "operationCode"), "Delete")}
	r.Office = m.office()
	r.Number = cmp.Or(m.text(m.child(0, "DesignIdentifier")), m.text(m.child(0, "RegistrationNumber")), m.number())
	r.Filed = m.day("filed", m.text(m.child(0, "ApplicationDate")))
	r.Registered = m.day("registered", m.text(m.child(0, "RegistrationDate")))
	r.Expires = m.day("expires", m.text(m.child(0, "ExpiryDate")))
	r.StatusCode = cmp.Or(m.text(m.child(0, "DesignCurrentStatusCode")), m.text(m.child(0, "DesignCurrentStatusCategory")))
	r.Status = m.statuses.of(r.Office, r.StatusCode)
	for _, list := range []string{"IndicationProductDetails", "ProductTitleBag"} {
		n := m.child(0, list)
		r.Text = cmp.Or(r.Text, m.english(n, "IndicationProduct"), m.english(n, "ProductTitle"))
	}
	r.Text = cmp.Or(r.Text, m.text(m.child(0, "DesignTitle")))
	r.Goods = r.Text
	classes := m.child(0, "ClassDescriptionDetails")
	m.all(classes, "ClassNumber", func(n int32) { addLocarno(&r, m.text(n)) })
	m.all(0, "LocarnoClass", func(n int32) { addLocarno(&r, m.text(n)) })
	r.Owner = m.applicant()
	m.all(0, "View", func(n int32) {
		if ref := cmp.Or(m.text(m.child(n, "ViewURI")), m.text(m.child(n, "ViewFilename")), m.text(m.child(n, "FileName"))); ref != "" {
			r.Images = append(r.Images, m.pictures.image(ref))
		}
	})
	if r.Office == "EM" && r.Number != "" {
		r.Link = "https://euipo.europa.eu/eSearch/#details/designs/" + r.Number
	}
	return r
}

// grant reads a US design patent. It is in force from its grant for the years that it states; nothing is due in between.
func (m *mapper) grant() corpora.Right {
	r := corpora.Right{Kind: corpora.Design, Office: "US", Status: corpora.Live}
	data := m.child(0, "us-bibliographic-data-grant")
	r.Number = m.text(m.at(data, "publication-reference", "document-id", "doc-number"))
	r.Registered = m.day("registered", cmp.Or(m.attr(0, "date-publ"), m.text(m.at(data, "publication-reference", "document-id", "date"))))
	r.Filed = m.day("filed", m.text(m.at(data, "application-reference", "document-id", "date")))
	if years, err := strconv.Atoi(m.text(m.at(data, "us-term-of-grant", "length-of-grant"))); err == nil && r.Registered != 0 {
		r.Expires = corpora.DateOf(r.Registered.Time().AddDate(years, 0, 0))
	}
	r.Text = m.text(m.child(data, "invention-title"))
	r.Goods = r.Text
	addLocarno(&r, m.text(m.at(data, "classification-locarno", "main-classification")))
	addUSClass(&r, m.text(m.at(data, "classification-national", "main-classification")))
	r.Owner = cmp.Or(m.party(m.at(data, "assignees", "assignee")), m.party(m.at(data, "us-parties", "us-applicants", "us-applicant")))
	m.children(m.child(0, "drawings"), "figure", func(n int32) {
		if ref := m.attr(m.child(n, "img"), "file"); ref != "" {
			r.Images = append(r.Images, m.pictures.image(ref))
		}
	})
	if r.Number != "" {
		r.Link = "https://patents.google.com/patent/USD" + strings.TrimLeft(r.Number, "D0") + "S1/en"
	}
	if kind := m.attr(m.at(data, "application-reference"), "appl-type"); kind != "" && kind != "design" && m.problem == nil {
		m.problem = &corpora.Problem{Code: corpora.BadValue, Field: "kind", Args: map[string]any{"value": cutText(kind), "want": "design"}}
	}
	return r
}

// party returns the name in an address book.
func (m *mapper) party(n int32) string {
	book := m.child(n, "addressbook")
	if book < 0 {
		book = n
	}
	if name := m.text(m.child(book, "orgname")); name != "" {
		return name
	}
	return strings.TrimSpace(m.text(m.child(book, "first-name")) + " " + m.text(m.child(book, "last-name")))
}

// addLocarno reads "03.01", "03-01" or "0301".
func addLocarno(r *corpora.Right, s string) {
	s = strings.NewReplacer(".", "", "-", "", " ", "").Replace(s)
	if len(s) < 4 {
		return
	}
	if _, err := strconv.Atoi(s[:4]); err != nil {
		return
	}
	c := s[:2] + "-" + s[2:4]
	if slices.Contains(r.Locarno, c) {
		return
	}
	r.Locarno = append(r.Locarno, c)
}
