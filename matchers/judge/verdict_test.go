package judge_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/judge"
)

func shoe(id, text, owner string) corpora.Right {
	return corpora.Right{ID: id, Text: text, Owner: owner, Office: "US", Status: corpora.Live, Classes: []uint8{25}, Goods: "footwear", Source: "test"}
}

func sneakers(title string) corpora.Listing {
	return corpora.Listing{ID: "L1", Title: title, Category: "Shoes > Sneakers"}
}

var us = judge.Config{Markets: []corpora.Market{"US"}}

func TestManyOwners(t *testing.T) {
	tb := loadTables(t)
	var rights []corpora.Right
	for i := range 30 {
		rights = append(rights, shoe(fmt.Sprintf("r%02d", i), "ZORBEK", fmt.Sprint("Owner ", i)))
	}
	l := sneakers("Zorbek sneakers")
	v := verdict(t, tb, us, openCorpus(t, tb, "many", rights), &l)
	if len(v.Matches) != 20 {
		t.Fatalf("%d matches, want 20", len(v.Matches))
	}
	for i, m := range v.Matches {
		if want := fmt.Sprintf("r%02d", i); m.Right.ID != want {
			t.Errorf("match %d is %s, want %s: best grade first, then id", i, m.Right.ID, want)
		}
		if more := m.MoreRights; (more == 10) != (i == 19) {
			t.Errorf("match %d has more_rights %d", i, more)
		}
	}
	if v.Omitted != nil {
		t.Errorf("omitted %v", v.Omitted)
	}
}

func TestOmitted(t *testing.T) {
	tb := loadTables(t)
	var rights []corpora.Right
	var names []string
	consonants := "bdfgklmnprstvz"
	for i := range 120 {
		n := "qua" + string(consonants[i%14]) + "o" + string(consonants[i/14%14]) + "yx"
		names = append(names, n)
		rights = append(rights, corpora.Right{ID: fmt.Sprint(i), Text: n, Owner: n, Office: "US", Status: corpora.Live, Source: "test"})
	}
	l := corpora.Listing{ID: "L1", Title: "Cable for " + strings.Join(names, ", for ")}
	v := verdict(t, tb, us, openCorpus(t, tb, "many", rights), &l)
	listed := 0
	for _, n := range v.Omitted {
		listed += n
	}
	if len(v.Matches) != 100 || listed < 15 {
		t.Errorf("%d matches, omitted %v", len(v.Matches), v.Omitted)
	}
	if !slices.IsSortedFunc(v.Matches, func(a, b judge.Match) int { return b.Grade.Rank() - a.Grade.Rank() }) {
		t.Error("matches are not in the order of their grades")
	}
}

func TestTotal(t *testing.T) {
	tb := loadTables(t)
	c := openCorpus(t, tb, "test", []corpora.Right{shoe("a", "ZORBEK", "Zorbek")})
	j, err := judge.New(judge.Config{Markets: []corpora.Market{"US", "JP"}}, []*matchers.Corpus{c}, tb.Tables)
	if err != nil {
		t.Fatal(err)
	}
	l := sneakers("Zorbek sneakers")
	fresh := func() judge.Verdict { return judgeOne(t, j, c, &l) }
	check := func(name string, v judge.Verdict, grade judge.Grade, us, jp judge.Gate) {
		t.Helper()
		if v.Grade != grade || v.Gates["US"] != us || v.Gates["JP"] != jp || (v.Score == 0) != (grade == "") {
			t.Errorf("%s: %q %d %v, want %q, %s and %s", name, v.Grade, v.Score, v.Gates, grade, us, jp)
		}
	}
	v := fresh()
	check("as judged", v, judge.Critical, judge.Block, judge.Unchecked)
	v.Matches[0].Suppressed = &judge.Suppression{By: "ignore"}
	j.Total(&v, false)
	check("ignored", v, "", judge.Clear, judge.Unchecked)
	if v.Matches[0].Grade != judge.Critical {
		t.Error("an ignored match loses its grade")
	}
	v = fresh()
	v.Matches[0].Authorised = &judge.Authorisation{Covers: true}
	j.Total(&v, false)
	check("authorised", v, "", judge.Documented, judge.Unchecked)
	if v.Matches[0].Gates["US"] != judge.Documented || v.Matches[0].Grade != judge.Critical {
		t.Errorf("authorised match: %v %s", v.Matches[0].Gates, v.Matches[0].Grade)
	}
	v = fresh()
	v.Matches[0].Authorised = &judge.Authorisation{Covers: true, Markets: []string{"JP"}}
	j.Total(&v, false)
	check("authorised elsewhere", v, judge.Critical, judge.Block, judge.Unchecked)
	v = fresh()
	v.Matches[0].Authorised = &judge.Authorisation{Fails: []string{"to"}}
	j.Total(&v, false)
	check("an authorisation that fails", v, judge.Critical, judge.Block, judge.Unchecked)
	none := sneakers("Canvas sneakers")
	v = judgeOne(t, j, c, &none)
	check("nothing", v, "", judge.Clear, judge.Unchecked)
	j.Total(&v, true)
	check("incomplete", v, "", judge.Review, judge.Review)
}

func TestCoverage(t *testing.T) {
	tb := loadTables(t)
	list := corpora.Right{ID: "l", Text: "HULVEX", Status: corpora.Unverified, Source: "test"}
	work := corpora.Right{ID: "w", Kind: corpora.Work, Text: "Star Bear", Status: corpora.Live, Source: "test", Markets: []corpora.Market{"US"}}
	second := corpora.Right{ID: "l2", Text: "NURVIX", Status: corpora.Unverified, Source: "test"}
	of := func(office string, s corpora.Status, markets ...corpora.Market) corpora.Right {
		r := shoe("a", "ZORBEK", "Z")
		r.Office, r.Status, r.Markets = office, s, markets
		return r
	}
	for _, c := range []struct {
		name    string
		rights  []corpora.Right
		cfg     judge.Config
		market  corpora.Market
		mark    string
		gate    judge.Gate
		markets []corpora.Market
	}{
		{"register", []corpora.Right{shoe("a", "ZORBEK", "Z")}, judge.Config{}, "US", "register", judge.Clear, []corpora.Market{"US"}},
		{"elsewhere", []corpora.Right{shoe("a", "ZORBEK", "Z")}, judge.Config{Markets: []corpora.Market{"JP"}}, "JP", "none", judge.Unchecked, []corpora.Market{"JP"}},
		{"list", []corpora.Right{list}, judge.Config{Markets: []corpora.Market{"US"}}, "US", "list", judge.Clear, []corpora.Market{"US"}},
		{"list is not enough", []corpora.Right{list}, judge.Config{Markets: []corpora.Market{"US"}, RequireCoverage: "register"}, "US", "list", judge.Unchecked, []corpora.Market{"US"}},
		{"nothing required", []corpora.Right{shoe("a", "ZORBEK", "Z")}, judge.Config{Markets: []corpora.Market{"JP"}, RequireCoverage: "none"}, "JP", "none", judge.Clear, []corpora.Market{"JP"}},
		{"international without markets", []corpora.Right{of("WO", corpora.Live)}, judge.Config{Markets: []corpora.Market{"ZA"}}, "ZA", "list", judge.Clear, []corpora.Market{"ZA"}},
		{"international by the office's name", []corpora.Right{of("WIPO", corpora.Live)}, judge.Config{Markets: []corpora.Market{"ZA"}}, "ZA", "list", judge.Clear, []corpora.Market{"ZA"}},
		{"international that names the market", []corpora.Right{of("WO", corpora.Live, "ZA", "EU")}, judge.Config{Markets: []corpora.Market{"DE"}}, "DE", "register", judge.Clear, []corpora.Market{"DE"}},
		{"international that names others", []corpora.Right{of("WO", corpora.Live, "EU")}, judge.Config{Markets: []corpora.Market{"ZA"}}, "ZA", "none", judge.Unchecked, []corpora.Market{"ZA"}},
		{"no office", []corpora.Right{of("", corpora.Live)}, judge.Config{Markets: []corpora.Market{"ZA"}}, "ZA", "list", judge.Clear, []corpora.Market{"ZA"}},
		{"unverified with an office", []corpora.Right{of("US", corpora.Unverified)}, judge.Config{}, "US", "list", judge.Clear, []corpora.Market{"US"}},
		{"held to another market than the office's", []corpora.Right{of("US", corpora.Live, "CN")}, judge.Config{}, "CN", "list", judge.Clear, []corpora.Market{"CN"}},
		{"one register row beside a list", []corpora.Right{list, second, shoe("a", "ZORBEK", "Z")}, judge.Config{Markets: []corpora.Market{"US"}}, "US", "list", judge.Clear, []corpora.Market{"US"}},
		{"more register rows than the list's", []corpora.Right{list, shoe("b", "ULBEX", "Z"), shoe("a", "ZORBEK", "Z")}, judge.Config{Markets: []corpora.Market{"US"}}, "US", "register", judge.Clear, []corpora.Market{"US"}},
		{"works cover no marks", []corpora.Right{work}, judge.Config{}, "US", "none", judge.Unchecked, []corpora.Market{"US"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			corpus := openCorpus(t, tb, "test", c.rights)
			j, err := judge.New(c.cfg, []*matchers.Corpus{corpus}, tb.Tables)
			if err != nil {
				t.Fatal(err)
			}
			if got := j.Coverage(c.market)["mark"]; got != c.mark {
				t.Errorf("marks are covered by %q, want %q", got, c.mark)
			}
			if got := j.Markets(); !slices.Equal(got, c.markets) {
				t.Errorf("markets %v, want %v", got, c.markets)
			}
			l := sneakers("Canvas sneakers")
			if got := judgeOne(t, j, corpus, &l).Gates[string(c.market)]; got != c.gate {
				t.Errorf("gate %s, want %s", got, c.gate)
			}
		})
	}
}

func TestCoverageOfMarketsThatListingsName(t *testing.T) {
	tb := loadTables(t)
	c := openCorpus(t, tb, "test", []corpora.Right{{ID: "l", Text: "HULVEX", Status: corpora.Unverified, Source: "test"}})
	j, err := judge.New(judge.Config{}, []*matchers.Corpus{c}, tb.Tables)
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(j.Markets(), "DE") || !slices.Contains(j.Named(), "DE") || !slices.Contains(j.Named(), "TW") {
		t.Errorf("markets %v, named %v: DE and TW are named by listings alone", j.Markets(), j.Named())
	}
	for _, m := range []corpora.Market{"DE", "TW", "ZA", "US", "CN-export"} {
		if got := j.Coverage(m)["mark"]; got != "list" {
			t.Errorf("%s: marks are covered by %q", m, got)
		}
	}
	asked, err := judge.New(us, []*matchers.Corpus{c}, tb.Tables)
	if err != nil {
		t.Fatal(err)
	}
	if got := asked.Named(); !slices.Equal(got, us.Markets) {
		t.Errorf("named %v, want the asked %v", got, us.Markets)
	}
}

func TestConfigIsChecked(t *testing.T) {
	tb := loadTables(t)
	for _, cfg := range []judge.Config{
		{RequireCoverage: "some"}, {From: "nowhere"}, {Gates: map[judge.Grade]judge.Gate{"fair": judge.Block}},
		{Gates: map[judge.Grade]judge.Gate{judge.High: "stop"}},
	} {
		if _, err := judge.New(cfg, nil, tb.Tables); err == nil {
			t.Errorf("%+v is accepted", cfg)
		}
	}
}

func TestGatesOfTheConfig(t *testing.T) {
	tb := loadTables(t)
	c := openCorpus(t, tb, "test", []corpora.Right{shoe("a", "ZORBEK", "Z")})
	cfg := us
	cfg.Gates = map[judge.Grade]judge.Gate{judge.Critical: judge.Review}
	l := sneakers("Zorbek sneakers")
	if v := verdict(t, tb, cfg, c, &l); v.Gates["US"] != judge.Review {
		t.Errorf("gates %v", v.Gates)
	}
}

func TestAllListsWhatIsSilent(t *testing.T) {
	tb := loadTables(t)
	far := shoe("far", "ZORBEK", "Far")
	far.Office = "JP"
	c := openCorpus(t, tb, "test", []corpora.Right{shoe("short", "ZORBEK", "Short"), shoe("long", "ZORBEK GLIDE", "Long"), far})
	cfg := us
	cfg.All = true
	l := sneakers("Zorbek Glide sneakers")
	v := verdict(t, tb, cfg, c, &l)
	by := map[string]judge.Match{}
	for _, m := range v.Matches {
		by[m.Right.ID] = m
	}
	long, short := by["long"], by["short"]
	if long.Fingerprint == "" || short.SilencedBy == nil || *short.SilencedBy != long.Fingerprint {
		t.Errorf("short is silenced by %v, want %s", short.SilencedBy, long.Fingerprint)
	}
	short.SilencedBy = nil
	m, ok := by["far"]
	if !ok || len(m.Gates) != 0 || m.Grade != "" {
		t.Errorf("a right that counts nowhere: listed %v, gates %v, grade %q", ok, m.Gates, m.Grade)
	}
	cfg.All = false
	if v := verdict(t, tb, cfg, c, &l); len(v.Matches) != 1 || v.Matches[0].Right.ID != "long" {
		t.Errorf("without all: %s", list(v))
	}
}

// TestFingerprints holds what a fingerprint depends on.
func TestFingerprints(t *testing.T) {
	tb := loadTables(t)
	c := openCorpus(t, tb, "test", []corpora.Right{shoe("a", "ZORBEK", "Z")})
	of := func(cfg judge.Config, l corpora.Listing, field string) string {
		t.Helper()
		for _, m := range verdict(t, tb, cfg, c, &l).Matches {
			if m.Field == field {
				return m.Fingerprint
			}
		}
		t.Fatalf("no match in %s of %q", field, l.Title)
		return ""
	}
	base := of(us, sneakers("Zorbek sneakers"), "title")
	same := func(name string, got string, want bool) {
		t.Helper()
		if (got == base) != want {
			t.Errorf("%s: same fingerprint is %v", name, got == base)
		}
	}
	moved := sneakers("New ZORBEK sneakers")
	moved.Row, moved.Origin, moved.Price = 9, "other.csv", "12.00"
	same("other row, file, price, place and case", of(us, moved, "title"), true)
	asOf, _ := corpora.ParseDate("2026-01-01")
	same("another day and market", of(judge.Config{AsOf: asOf, Markets: []corpora.Market{"US", "JP"}, Seller: "someone"}, sneakers("Zorbek sneakers"), "title"), true)
	named := us
	named.Source = "shop A"
	same("another source", of(named, sneakers("Zorbek sneakers"), "title"), false)
	sold := sneakers("Zorbek sneakers")
	sold.Seller = "Trader 7"
	same("a seller that the feed names", of(us, sold, "title"), false)
	other := sneakers("Zorbek sneakers")
	other.ID = "L2"
	same("another listing", of(us, other, "title"), false)

	shop := func(id string) corpora.Listing {
		l := sneakers("Canvas sneakers")
		l.ID, l.Seller = id, "Zorbek Outlet"
		return l
	}
	if a, b := of(us, shop("1"), "seller"), of(us, shop("2"), "seller"); a != b || a == base {
		t.Errorf("a match in the seller's name: %s and %s", a, b)
	}
}

// TestSpans holds that offsets, span and context are those of the field as read.
func TestSpans(t *testing.T) {
	tb := loadTables(t)
	c := openCorpus(t, tb, "test", []corpora.Right{shoe("a", "ZORBEK", "Z")})
	long := strings.Repeat("ж", 100)
	for _, title := range []string{"Zorbek", "新款 Zörbek 运动鞋", long + " ＺＯＲＢＥＫ " + long, "\xff Z\u200borbek \xfe"} {
		l := sneakers(title)
		v := verdict(t, tb, us, c, &l)
		if len(v.Matches) == 0 {
			t.Errorf("nothing in %q", title)
			continue
		}
		m := v.Matches[0]
		if title[*m.Start:*m.End] != m.Span || !strings.HasSuffix(title[:*m.Start], m.Before) || !strings.HasPrefix(title[*m.End:], m.After) ||
			len(m.Before) > 80 || len(m.After) > 80 {
			t.Errorf("%q: span %q at %d:%d between %q and %q", title, m.Span, *m.Start, *m.End, m.Before, m.After)
		}
	}
}

// TestVerdictsAreIndependent holds that a verdict is the same whatever was judged before and beside it.
func TestVerdictsAreIndependent(t *testing.T) {
	tb := loadTables(t)
	var rights []corpora.Right
	var listings []corpora.Listing
	for _, name := range []string{"contract", "weak", "near", "refers", "noun"} {
		for i, f := range readCases(t, "testdata/"+name+".case") {
			if i == 0 {
				for _, r := range f.rights {
					r.ID = name + " " + r.ID
					rights = append(rights, r)
				}
			}
			listings = append(listings, f.listing)
		}
	}
	c := openCorpus(t, tb, "test", rights)
	cfg := us
	cfg.All = true
	var want []judge.Verdict
	for i := range listings {
		want = append(want, verdict(t, tb, cfg, c, &listings[i]))
	}
	j, err := judge.New(cfg, []*matchers.Corpus{c}, tb.Tables)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for k := range 4 { // each begins elsewhere, so that they meet at different signs and rights
		wg.Go(func() {
			for n := range listings {
				i := (n + k*len(listings)/4) % len(listings)
				if got := judgeOne(t, j, c, &listings[i]); !reflect.DeepEqual(got, want[i]) {
					t.Errorf("%q: another verdict beside others", listings[i].Title)
				}
			}
		})
	}
	wg.Wait()
}

// TestPictures judges hits of pictures that a test makes up: the grade by distance, and the raise by agreeing goods.
func TestPictures(t *testing.T) {
	for _, c := range []struct {
		name  string
		lane  matchers.Lane
		dist  uint16
		cover uint16
		kind  corpora.RightKind
		cat   string
		want  judge.Grade
		flags []string
	}{
		{"the same picture", matchers.Copy, 10, 1000, corpora.Design, "", judge.High, nil},
		{"the same picture at its bound", matchers.Copy, 45, 1000, corpora.Design, "", judge.High, nil},
		{"a similar picture", matchers.Copy, 46, 1000, corpora.Design, "", judge.Medium, nil},
		{"a lead", matchers.Copy, 62, 1000, corpora.Design, "", judge.Low, nil},
		{"the same picture of a work on merchandise", matchers.Copy, 10, 1000, corpora.Work, "Kitchen > Mugs", judge.Critical, nil},
		{"a similar picture of a work on merchandise", matchers.Copy, 50, 1000, corpora.Work, "Kitchen > Mugs", judge.High, nil},
		{"a logo", matchers.Logo, 100, 800, corpora.Mark, "", judge.Medium, nil},
		{"an outline", matchers.Shape, 10, 1000, corpora.Design, "", judge.Low, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := pictureVerdict(t, c.lane, c.dist, c.cover, c.kind, c.cat)
			if len(v.Matches) != 1 {
				t.Fatalf("%d matches", len(v.Matches))
			}
			m := v.Matches[0]
			checkArithmetic(t, &m)
			if m.Grade != c.want || m.Use != judge.UsePicture || m.Start != nil || m.Image == nil || m.Field != "image" || m.Span != "" {
				t.Errorf("%s %d, use %s, image %+v, want %s", m.Grade, m.Score, m.Use, m.Image, c.want)
			}
		})
	}
}

// TestHostileText holds that texts made to repeat and overlap cost time in proportion to their length: four times
// the text must not cost much more than four times as much.
func TestHostileText(t *testing.T) {
	tb := loadTables(t)
	var rights []corpora.Right
	for i := range 60 {
		n := "zor" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + "bek"
		rights = append(rights, shoe(fmt.Sprint(i), n, fmt.Sprint("Owner ", i)), shoe(fmt.Sprint("x", i), n+" glide", fmt.Sprint("Other ", i)))
	}
	c := openCorpus(t, tb, "test", rights)
	j, err := judge.New(us, []*matchers.Corpus{c}, tb.Tables)
	if err != nil {
		t.Fatal(err)
	}
	m := c.Matchers()[0]
	f := m.Kind().New()
	spent := func(n int) time.Duration {
		l := sneakers("Plain thing")
		l.Description = strings.Repeat("for zoraabek glide replica 1:1 not zorbabek, ", n)
		f.Prepare(t.Context(), &l)
		hits := m.Match(f, nil)
		best := time.Hour
		for range 3 {
			start := time.Now()
			if _, err := j.Verdict(&judge.Case{Listing: &l, Hits: [][]matchers.Hit{hits}}); err != nil {
				t.Fatal(err)
			}
			best = min(best, time.Since(start))
		}
		return best
	}
	if a, b := spent(250), spent(1000); b > 10*a && b > 2*time.Second {
		t.Errorf("four times the text takes %v instead of %v", b, a)
	}
}

func TestScoringIsPublished(t *testing.T) {
	s := judge.CurrentScoring()
	if s.Name == "" || !strings.Contains(s.Formula, "cap:*") || !slices.Equal(slices.Sorted(maps.Values(s.Bands)), []int{15, 40, 65, 90}) {
		t.Errorf("%+v", s)
	}
}
