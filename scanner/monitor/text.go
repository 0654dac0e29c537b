package monitor

import (
	"cmp"
	"strings"

	"lookalike/matchers/judge"
	"lookalike/scanner/ledger"
	"lookalike/scanner/report/lang"
)

// plain renders an alert for people: a subject of one line, and a text.
func plain(m *lang.Messages, l string, a *Alert) (subject, text string) {
	say := func(code string, args map[string]any) string { return m.Text(l, code, args) }
	d := &a.Data
	switch {
	case d.Digest != nil:
		return digestText(say, d)
	case d.Lead != nil:
		args := map[string]any{
			"watch": d.Watch, "grade": cmp.Or(d.Lead.Grade, d.Lead.From), "from": d.Lead.From, "mark": cmp.Or(d.Lead.Mark, d.Lead.ID),
			"owner": d.Lead.Owner, "office": d.Lead.Office, "number": d.Lead.Number, "title": d.Listing.Title, "seller": d.Listing.Seller,
			"url": d.Listing.URL, "id": d.Listing.ID, "lead": d.Lead.ID,
		}
		subject = say("alert."+word(a.Type), args)
		return subject, subject + "\n" + say("alert.lead", args)
	}
	args := map[string]any{
		"watch": d.Watch, "title": d.Listing.Title, "seller": d.Listing.Seller, "url": d.Listing.URL, "id": d.Listing.ID,
		"old": d.Of.ID, "old_seller": d.Of.Seller, "old_url": d.Of.URL, "by": d.By,
	}
	return say("alert.relisted", args), say("alert.relisted", args) + "\n" + say("alert.relisted_of", args)
}

// word is the name of a type of event in the messages.
func word(t string) string { return strings.ReplaceAll(t, ".", "_") }

func digestText(say func(string, map[string]any) string, d *AlertData) (subject, text string) {
	g := d.Digest
	var b strings.Builder
	args := map[string]any{
		"watch": d.Watch, "day": g.Day, "listings": g.Listings, "missed": g.Missed,
		"added": g.Counts[ledger.ListingNew], "changed": g.Counts[ledger.ListingChanged], "gone": g.Counts[ledger.ListingGone], "back": g.Counts[ledger.ListingBack],
		"leads": g.Counts[ledger.MatchNew], "worse": g.Counts[ledger.MatchWorse], "better": g.Counts[ledger.MatchBetter],
		"ended": g.Counts[ledger.MatchGone], "again": g.Counts[ledger.MatchBack], "relisted": g.Counts[ledger.ListingRelisted],
	}
	if g.Missed == 0 {
		args["missed"] = ""
	}
	code := "alert.digest"
	switch {
	case !g.Complete:
		code = "alert.digest_incomplete"
	case g.Quiet:
		code = "alert.digest_quiet"
	}
	subject = say(code, args)
	b.WriteString(subject + "\n")
	if !g.Complete {
		b.WriteString(say("alert.reason_"+cmp.Or(g.Reason, "other"), args) + "\n")
		for _, p := range g.Problems {
			b.WriteString("- " + oneLine(p) + "\n")
		}
	}
	b.WriteString(say("alert.listings", args) + "\n" + say("alert.matches", args) + "\n")
	for _, l := range g.Leads {
		b.WriteString("- " + say("alert.line", map[string]any{"grade": cmp.Or(judge.Grade(l.Grade), judge.Grade(l.From)), "mark": l.Mark, "owner": l.Owner, "lead": l.ID}) + "\n")
	}
	n := 0
	for _, k := range g.Unsent {
		n += k
	}
	if n > 0 {
		b.WriteString(say("alert.unsent", map[string]any{"count": n}) + "\n")
	}
	return subject, b.String()
}

// oneLine joins the lines of s.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Digest renders what a run found for people: a subject of one line, and a text.
func Digest(m *lang.Messages, l string, s *ledger.Summary) (subject, text string) {
	a := digest(s)
	a.Data.Watch, a.Data.Run = s.Watch, s.Run
	return plain(m, l, &a)
}
