package report

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"io"
	"strings"
	"testing"

	"lookalike/corpora"
	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// sampleHeader, sampleFindings and sampleTrailer are a small scan of invented goods and marks in which every part of a
// report has something to say.
func sampleHeader() scanner.Header {
	return scanner.Header{
		Type: "header", Schema: scanner.Schema, Engine: "0.1.0", Started: "2026-11-23T10:00:00Z", AsOf: "2026-11-23",
		Corpora: []scanner.CorpusRef{{Name: "starter", ID: "sha256-aa11", Date: "2026-11-01", Rights: 3012, Signs: 4120, Pictures: 1530}},
		Config:  "sha256-bb22",
		Markets: []string{"US", "DE"},
		Coverage: map[string]scanner.Coverage{
			"US": {Mark: "list", Logo: "list", Design: "none", Work: "none"},
			"DE": {Mark: "register", Logo: "list", Design: "none", Work: "none"},
		},
		Scoring:    judge.CurrentScoring(),
		NotChecked: []scanner.NotChecked{{Code: scanner.Patents}, {Code: scanner.WordsInPictures}, {Code: scanner.PicturesByAddress}},
	}
}

func note(code string, pairs ...any) judge.Note {
	n := judge.Note{Code: code, Args: map[string]any{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		n.Args[pairs[i].(string)] = pairs[i+1]
	}
	return n
}

// textMatch makes a match of span in the title, whose score follows from its pieces.
func textMatch(title, span, mark, owner string, use judge.Use, pieces ...judge.Piece) judge.Match {
	start := strings.Index(title, span)
	end := start + len(span)
	m := judge.Match{
		Fingerprint: "fp-" + mark + "-" + span,
		Right: judge.RightRef{
			Corpus: "starter", ID: "list-" + mark, Kind: "mark", Form: "word", Text: mark, Owner: owner, Status: "unverified",
			Classes: []int{18, 25}, Goods: "clothing; footwear; bags", Markets: []string{}, Source: "list of brands, 2026-11",
		},
		Lane: "exact", Lanes: []string{"exact"}, Field: "title", Start: &start, End: &end, Span: span,
		Before: title[:start], After: title[end:], Use: use,
		Goods:  judge.GoodsRef{Relation: judge.Same, Listing: "running shoes", Classes: []int{25}, From: "category", Confidence: 0.9},
		Pieces: pieces, Score: judge.Score(pieces),
		Reasons: []judge.Note{note(judge.NoteUseBrandFirst), note(judge.NoteGoodsSame, "listing", "running shoes"), note(judge.NoteStatusUnverified)},
		Clears: []judge.Note{
			note(judge.ClearCheckList, "mark", mark), note(judge.ClearRemoveSpan, "span", span), note(judge.ClearLicence, "market", "US"),
		},
	}
	m.Grade = judge.GradeOf(m.Score)
	gate := map[judge.Grade]judge.Gate{judge.Critical: judge.Block, judge.High: judge.Review, judge.Medium: judge.Review, judge.Low: judge.Clear}[m.Grade]
	m.Gates = map[string]judge.Gate{"US": gate, "DE": judge.Clear}
	m.Grades = map[string]judge.Grade{"US": m.Grade}
	return m
}

func strongPieces() []judge.Piece {
	return []judge.Piece{
		{Name: judge.PieceSign, Value: 1, Weight: 32, Note: note(judge.NoteSameSign, "mark", "VELTORA")},
		{Name: judge.PieceDistinct, Value: 0.95, Weight: 16, Note: note(judge.NoteInvented)},
		{Name: judge.PieceGoods, Value: 1, Weight: 18, Note: note(judge.NoteGoodsSame, "listing", "running shoes")},
		{Name: judge.PieceUse, Value: 0.9, Weight: 18, Note: note(judge.NoteUseBrandFirst)},
		{Name: "rule:double_identity", Value: 90, Note: note(judge.NoteDoubleIdentity)},
	}
}

func middlePieces() []judge.Piece {
	return []judge.Piece{
		{Name: judge.PieceSign, Value: 0.8, Weight: 32, Note: note(judge.NoteNearSign, "mark", "VELTORA", "span", "Veltroa", "edits", 1)},
		{Name: judge.PieceDistinct, Value: 0.95, Weight: 16, Note: note(judge.NoteInvented)},
		{Name: judge.PieceGoods, Value: 1, Weight: 18, Note: note(judge.NoteGoodsSame, "listing", "running shoes")},
		{Name: judge.PieceUse, Value: 0.9, Weight: 18, Note: note(judge.NoteUseBrandFirst)},
		{Name: judge.PieceOrdinary, Value: -0.3, Weight: 16, Note: note(judge.NoteOrdinaryWord, "mark", "VELTORA")},
		{Name: "cap:goods_unknown", Value: 64, Note: note(judge.NoteCapGoods)},
	}
}

func weakPieces() []judge.Piece {
	return []judge.Piece{
		{Name: judge.PieceSign, Value: 1, Weight: 32, Note: note(judge.NoteSameSign, "mark", "ORBIX")},
		{Name: judge.PieceGoods, Value: 0.2, Weight: 18, Note: note(judge.NoteGoodsUnrelated, "listing", "phone case")},
		{Name: judge.PieceUse, Value: -0.4, Weight: 18, Note: note(judge.NoteUseCompatibility, "words", "for")},
		{Name: "cap:use", Value: 39, Note: note(judge.NoteCapUse, "use", "compatibility")},
	}
}

func listing(row int, id, title string) scanner.ListingRef {
	return scanner.ListingRef{
		ID: id, Origin: "catalogue.csv", Row: row, Title: title, Brand: "", Category: "Shoes > Running", Price: "39.90",
		Currency: "USD", Seller: "River Street Trading", Markets: []string{}, Images: []string{},
	}
}

func finding(l scanner.ListingRef, ms ...judge.Match) scanner.Finding {
	f := scanner.Finding{
		Type: "finding", Listing: l, Gates: map[string]judge.Gate{"US": judge.Clear, "DE": judge.Clear}, Matches: ms,
		Checked: scanner.Checked{Text: true, Pictures: 1, PicturesGiven: 2},
	}
	for i := range ms {
		if !counts(&ms[i]) {
			continue
		}
		if f.Grade == nil || ms[i].Grade.Rank() > f.Grade.Rank() {
			f.Grade = &ms[i].Grade
		}
		f.Score = max(f.Score, ms[i].Score)
		for m, g := range ms[i].Gates {
			if g.Rank() > f.Gates[m].Rank() {
				f.Gates[m] = g
			}
		}
	}
	return f
}

// hostile is what a listing may hold to hurt its readers.
const hostile = "=HYPERLINK(\"http://x.example\")<script>alert(1)</script>\x1b[31m\u202egnp.exe\u202c\u200b</span>`\r\n|# [x](javascript:alert(1))"

func sampleFindings() []scanner.Finding {
	t1 := "Veltora running shoes, men, size 42, breathable mesh"
	t2 := "Veltroa trail shoes 2026, waterproof"
	t3 := "Phone case for Orbix 12, clear, shockproof"
	t4 := "维尔托拉 男士跑步鞋 透气网面 42码"
	t5 := hostile + " Veltora"
	var out []scanner.Finding
	add := func(f scanner.Finding) { out = append(out, f) }

	weak := textMatch(t1, "mesh", "MESH", "Mesh Works", judge.UseDescriptive, weakPieces()...)
	add(finding(listing(2, "SKU-1", t1), textMatch(t1, "Veltora", "VELTORA", "Veltora Sports Inc.", judge.UseBrand, strongPieces()...), weak))
	near := textMatch(t2, "Veltroa", "VELTORA", "Veltora Sports Inc.", judge.UseBrand, middlePieces()...)
	near.Lane, near.Lanes = "edit", []string{"edit", "sound"}
	near.Right.Office, near.Right.Number, near.Right.Status = "US", "97000001", "live"
	near.Right.Link = "https://register.example/97000001"
	near.Right.Filed, near.Right.Expires, near.Right.Flags = "2020-02-03", "2031-02-03", []string{"famous"}
	near.Right.Others = []judge.Other{{ID: "o1", Number: "97000002", Status: "live", Classes: []int{9}}}
	add(finding(listing(3, "SKU-2", t2), near))
	add(finding(listing(4, "SKU-3", t3), textMatch(t3, "Orbix", "ORBIX", "Orbix Devices Ltd", judge.UseCompatibility, weakPieces()...)))
	zh := textMatch(t4, "维尔托拉", "VELTORA", "Veltora Sports Inc.", judge.UseBrand, strongPieces()...)
	zh.Lane, zh.Lanes = "alias", []string{"alias"}
	zh.Reasons = append([]judge.Note{note(judge.NoteAliasSign, "mark", "VELTORA", "alias", "维尔托拉", "language", "zh", "source", "")}, zh.Reasons...)
	add(finding(listing(5, "SKU-4", t4), zh))
	add(finding(listing(6, hostile, t5), textMatch(t5, "Veltora", "VELTORA", "Veltora Sports Inc.", judge.UseBrand, middlePieces()...)))

	pic := textMatch(t1, "Veltora", "", "Kitefox Studio", judge.UsePicture, judge.Piece{Name: judge.PiecePicture, Value: 0.96, Weight: 70, Note: note(judge.NoteSamePicture, "distance", 11)})
	pic.Right.Kind, pic.Right.Form, pic.Right.Text, pic.Right.ID, pic.Right.Status = "work", "", "Kitefox", "work-7", "live"
	pic.Lane, pic.Lanes, pic.Field, pic.Start, pic.End, pic.Span, pic.Before, pic.After = "copy", []string{"copy"}, "image", nil, nil, "", "", ""
	pic.Image = &judge.ImageRef{Index: 1, SHA256: "00", Box: [4]int{0, 0, 90, 90}, Distance: 11, Edit: "mirrored+rotated 90"}
	pic.Reasons = []judge.Note{note(judge.NoteSamePicture, "distance", 11), note(judge.NotePictureEdited, "edit", "mirrored+rotated 90")}
	pic.Clears = []judge.Note{note(judge.ClearReplacePic), note(judge.ClearPicLicence, "market", "US")}
	pic.Fingerprint = "fp-work-7"
	pic.Right.Images = []string{"kitefox.png"}
	f := finding(listing(7, "SKU-5", "Cotton tote bag with fox print"), pic)
	f.Listing.Images = []string{"a.png", "b.png"}
	f.Source = &corpora.Listing{Images: []corpora.Image{{Ref: "a.png"}, {Ref: "b.png", Open: openPicture}}}
	add(f)

	ignored := textMatch(t1, "Veltora", "VELTORA", "Veltora Sports Inc.", judge.UseResale, middlePieces()...)
	ignored.Suppressed = &judge.Suppression{By: "ignore", Reason: "settled with the holder", Name: "A. Reader", Until: "2027-01-01"}
	add(finding(listing(8, "SKU-6", t1), ignored))
	covered := textMatch(t1, "Veltora", "VELTORA", "Veltora Sports Inc.", judge.UseResale, middlePieces()...)
	days, state := 40, "new"
	covered.Authorised, covered.State = &judge.Authorisation{ID: "AUTH-1", Covers: true, DaysLeft: &days}, &state
	add(finding(listing(9, "SKU-7", t1), covered))

	bad := finding(scanner.ListingRef{Origin: "catalogue.csv", Row: 10, Markets: []string{}, Images: []string{}})
	bad.Checked = scanner.Checked{}
	bad.Gates = map[string]judge.Gate{"US": judge.Review, "DE": judge.Review}
	bad.Error = &scanner.Error{
		Problem: corpora.Problem{Code: corpora.BadColumns, Args: map[string]any{"have": 3, "want": 9}},
		Also:    []corpora.Problem{{Code: corpora.PictureMissing, Field: "images[0]", Args: map[string]any{"ref": hostile}}},
	}
	add(bad)
	return out
}

func sampleTrailer() scanner.Trailer {
	n := 3
	return scanner.Trailer{
		Type: "trailer", Listings: 120, Findings: 7, Incomplete: 1,
		ByGrade:     map[string]int{"critical": 2, "high": 1, "medium": 3, "low": 1},
		ByGate:      map[string]map[string]int{"US": {"block": 2, "review": 5, "clear": 113}, "DE": {"review": 1, "clear": 119}, "JP": {"block": 0}},
		NotAssessed: scanner.NotAssessed{PicturesByAddress: 3},
		NotChecked:  []scanner.NotChecked{{Code: scanner.PicturesByAddress, Count: &n}},
		WeakIDs:     1,
		Noisy:       []scanner.Noisy{{Mark: "MESH", Owner: "Mesh Works", Count: 60, Uses: map[string]int{"descriptive": 58, "brand": 2}}},
		Gone:        []string{"fp-gone"},
		Sources:     []corpora.Problem{{Code: corpora.SourceTruncated, Field: "items.xml", Args: map[string]any{"row": 40}}},
		Seconds:     1.5,
	}
}

// drawn returns a small picture in the given colour.
func drawn(c color.Color) []byte {
	im := image.NewRGBA(image.Rect(0, 0, 96, 72))
	for y := range 72 {
		for x := range 96 {
			im.Set(x, y, color.White)
			if dx, dy := x-48, y-36; dx*dx+dy*dy < 900 && (x+y)%9 > 2 {
				im.Set(x, y, c)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		return nil
	}
	return b.Bytes()
}

func openPicture(context.Context) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(drawn(color.RGBA{0x1f, 0x5f, 0x7a, 0xff}))), nil
}

func samplePictures(o Options) Options {
	o.Thumbnail = func(ctx context.Context, im corpora.Image) []byte {
		if im.Open == nil {
			return nil
		}
		r, err := im.Open(ctx)
		if err != nil {
			return nil
		}
		defer r.Close()
		b, _ := io.ReadAll(r)
		return b
	}
	o.RightPicture = func(_, id string) []byte {
		if id != "work-7" {
			return nil
		}
		return drawn(color.RGBA{0xbb, 0x4a, 0x0c, 0xff})
	}
	return o
}

// render writes the sample scan in one format.
func render(t testing.TB, format string, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := New(format, &b, o)
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, sampleFindings())
	return b.Bytes()
}

func write(t testing.TB, w Writer, fs []scanner.Finding) {
	t.Helper()
	if err := w.Begin(sampleHeader()); err != nil {
		t.Fatal(err)
	}
	for _, f := range fs {
		if err := w.Put(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.End(sampleTrailer()); err != nil {
		t.Fatal(err)
	}
}
