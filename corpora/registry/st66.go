package registry

import (
	"cmp"
	"strings"

	"lookalike/corpora"
)

// tradeMark reads a trademark record of WIPO ST.66 or ST.96. Local names decide, since prefixes and namespaces differ
// between offices and between versions of one office. The number is that of the application.
func (m *mapper) tradeMark() corpora.Right {
	r := corpora.Right{Kind: corpora.Mark, Gone: strings.EqualFold(m.attr(0, "operationCode"), "Delete")}
	r.Office = m.office()
	r.Number = m.number()
	words := m.find(0, "WordMarkSpecification")
	r.Text = m.text(m.child(words, "MarkVerbalElementText"))
	r.Form = m.markForm(words)
	r.Filed = m.day("filed", m.text(m.child(0, "ApplicationDate")))
	r.Registered = m.day("registered", m.text(m.child(0, "RegistrationDate")))
	r.Expires = m.day("expires", m.text(m.child(0, "ExpiryDate")))
	r.StatusCode = cmp.Or(m.text(m.child(0, "MarkCurrentStatusCode")), m.text(m.child(0, "MarkCurrentStatusCategory")))
	r.Status = m.statuses.of(r.Office, r.StatusCode)
	if r.Office == "US" && r.Expires == 0 && r.Status == corpora.Live {
		renewed := m.day("expires", m.text(m.find(0, "RenewalDate")))
		r.Expires = usExpiry(r.Registered, renewed, m.day("status", m.text(m.child(0, "MarkCurrentStatusDate"))))
	}
	m.markClasses(&r)
	m.markVienna(&r)
	for _, name := range []string{"MarkTranslation", "MarkTranslationText"} {
		m.markAliases(&r, words, name, sourceTranslation)
	}
	for _, name := range []string{"MarkTransliteration", "MarkTransliterationText"} {
		m.markAliases(&r, words, name, corpora.AliasTransliteration)
	}
	for _, name := range []string{"MarkDisclaimer", "MarkDisclaimerText"} {
		m.all(0, name, func(n int32) { r.Disclaimer = strings.TrimSpace(r.Disclaimer + " " + m.text(n)) })
	}
	m.all(0, "DesignatedCountryCode", func(n int32) {
		if c, err := corpora.ParseMarket(m.text(n)); err == nil && r.Office == "WO" {
			r.Markets = append(r.Markets, c)
		}
	})
	r.Owner = m.applicant()
	m.markPictures(&r)
	usPicture(&r)
	r.Link = officeLink(r.Office, r.Number)
	return r
}

// office returns the code of the office that registers.
func (m *mapper) office() string {
	return strings.ToUpper(cmp.Or(m.text(m.child(0, "RegistrationOfficeCode")),
		m.text(m.at(0, "ApplicationNumber", "IPOfficeCode")), m.text(m.child(0, "FilingPlace"))))
}

// number returns the application number, else the registration number.
func (m *mapper) number() string {
	n := m.child(0, "ApplicationNumber")
	if inner := m.child(n, "ApplicationNumberText"); inner >= 0 {
		n = inner
	}
	return cmp.Or(m.text(n), m.text(m.child(0, "RegistrationNumber")), m.text(m.child(0, "InternationalRegistrationNumber")))
}

// officeLink returns the address of a right in its register.
func officeLink(office, number string) string {
	switch {
	case number == "":
	case office == "US":
		return "https://tsdr.uspto.gov/#caseNumber=" + number + "&caseType=SERIAL_NO&searchType=statusSearch"
	case office == "EM":
		return "https://euipo.europa.eu/eSearch/#details/trademarks/" + number
	}
	return ""
}

// markForm reads the mark feature: a US drawing code, the words of ST.66 and EUIPO, or those of the USPTO.
func (m *mapper) markForm(words int32) corpora.Form {
	if f := usForm(m.text(m.find(0, "MarkFeatureCode"))); f != corpora.FormUnknown {
		return f
	}
	feature := strings.ToLower(cmp.Or(m.text(m.child(0, "MarkFeature")), m.text(m.find(0, "MarkFeatureCategory"))))
	for _, f := range [...]struct {
		part string
		form corpora.Form
	}{
		{"typeset", corpora.FormWord}, {"standard character", corpora.FormWord}, {"without any word", corpora.FormFigurative},
		{"illustration", corpora.FormFigurative}, {"stylized", corpora.FormStylised}, {"stylised", corpora.FormStylised},
		{"figurative", corpora.FormFigurative}, {"combined", corpora.FormFigurative}, {"device", corpora.FormFigurative},
		{"3d", corpora.FormShape}, {"3-d", corpora.FormShape}, {"three", corpora.FormShape}, {"shape", corpora.FormShape},
		{"position", corpora.FormPosition}, {"pattern", corpora.FormPattern}, {"colour", corpora.FormColour},
		{"color", corpora.FormColour}, {"sound", corpora.FormSound}, {"word", corpora.FormWord},
	} {
		if strings.Contains(feature, f.part) {
			return f.form
		}
	}
	if m.text(m.child(words, "MarkStandardCharacterIndicator")) == "true" {
		return corpora.FormWord
	}
	if feature != "" {
		return corpora.FormOther
	}
	return corpora.FormUnknown
}

// markClasses reads classes and goods, in English where the record has several languages.
func (m *mapper) markClasses(r *corpora.Right) {
	goods := m.child(0, "GoodsServicesDetails")
	if goods < 0 {
		goods = m.child(0, "GoodsServicesBag")
	}
	if goods < 0 {
		return
	}
	m.all(goods, "GoodsServicesClassification", func(n int32) {
		if k := m.text(m.child(n, "ClassificationKindCode")); k == "" || k == "Nice" {
			addClass(r, m.text(m.child(n, "ClassNumber")))
		}
	})
	seen := map[string]bool{}
	m.all(goods, "ClassDescription", func(n int32) {
		if s := m.text(m.child(n, "ClassNumberStatusCode")); s != "" && s != "6" && r.Office == "US" {
			return
		}
		addClass(r, m.text(m.child(n, "ClassNumber")))
		if text := cmp.Or(m.english(n, "GoodsServicesDescription"), m.english(n, "GoodsServicesDescriptionText")); !seen[text] {
			seen[text] = true
			addGoods(r, text)
		}
	})
}

// markVienna reads the figurative elements: those of the Vienna classification, in the spelling of either standard, and the
// design search codes of the USPTO, which are built on it. US classes stand beside the classes of goods.
func (m *mapper) markVienna(r *corpora.Right) {
	m.all(0, "MarkImageCategory", func(n int32) {
		m.all(n, "CategoryCode", func(c int32) { addVienna(r, m.text(c)) })
	})
	for _, name := range []string{"ViennaClassificationCode", "FigurativeElementCode", "DesignSearchCode", "NationalDesignCode"} {
		m.all(0, name, func(c int32) { addVienna(r, m.text(c)) })
	}
	m.all(0, "ViennaClassification", func(n int32) {
		division, section := m.text(m.child(n, "ViennaDivision")), m.text(m.child(n, "ViennaSection"))
		if category := m.text(m.child(n, "ViennaCategory")); category != "" && division != "" && section != "" {
			addVienna(r, category+"."+division+"."+section)
		}
	})
	if r.Office == "US" {
		for _, name := range []string{"DomesticClassNumbers", "NationalClassNumber"} {
			m.all(0, name, func(c int32) { addUSClass(r, m.text(c)) })
		}
	}
}

// english returns the text of the child with the given name that is in English, else of the first.
func (m *mapper) english(n int32, name string) string {
	first, found := "", ""
	m.children(n, name, func(c int32) {
		if strings.EqualFold(m.attr(c, "languageCode"), "en") {
			found = cmp.Or(found, m.text(c))
		}
		if first == "" {
			first = m.text(c)
		}
	})
	return cmp.Or(found, first)
}

func (m *mapper) markAliases(r *corpora.Right, words int32, name, source string) {
	m.children(words, name, func(n int32) {
		if text := m.text(n); text != "" {
			r.Aliases = append(r.Aliases, corpora.Alias{Text: text, Lang: strings.ToLower(m.attr(n, "languageCode")), Source: source})
		}
	})
}

// applicant returns the name of the owner.
func (m *mapper) applicant() string {
	for _, list := range []string{"ApplicantDetails", "ApplicantBag", "HolderDetails", "HolderBag"} {
		if owner := m.firstOwner(m.child(0, list)); owner != "" {
			return owner
		}
	}
	return ""
}

// firstOwner returns the name of the first party in a list. The USPTO numbers later owners higher, in two digits: there
// the highest counts.
func (m *mapper) firstOwner(list int32) string {
	owner, latest := "", ""
	m.children(list, "", func(n int32) {
		name := ""
		for _, field := range []string{"OrganizationName", "EntityName", "OrganizationStandardName", "FreeFormatNameLine", "PersonFullName", "LastName"} {
			if name = m.text(m.find(n, field)); name != "" {
				break
			}
		}
		order := cmp.Or(m.text(m.find(n, "PartyTypeCode")), m.attr(n, "sequenceNumber"))
		if name != "" && (owner == "" || len(order) == 2 && order > latest) {
			owner, latest = name, order
		}
	})
	return owner
}

// markPictures reads the pictures of a mark. That of a mark in plain letters shows nothing but its words.
func (m *mapper) markPictures(r *corpora.Right) {
	if r.Form == corpora.FormWord {
		return
	}
	m.all(0, "MarkImage", func(n int32) {
		for _, name := range []string{"MarkImageURI", "FileName", "ImageFileName", "MarkImageFilename"} {
			if ref := m.text(m.child(n, name)); strings.Contains(ref, ".") {
				r.Images = append(r.Images, m.pictures.image(ref))
				return
			}
		}
	})
}
