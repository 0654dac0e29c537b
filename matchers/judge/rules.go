package judge

import (
	"slices"
	"unicode/utf8"

	"lookalike/corpora"
	"lookalike/corpora/words"
	"lookalike/matchers"
)

// full reports whether a use counts like one as a brand.
func full(u Use) bool {
	return u == UseBrand || u == UseSubject || u == UseResale || u == UseCounterfeit
}

// candidate is one right that a reading may be held against, with what does not depend on the reading.
type candidate struct {
	view     *corpusView
	row      uint32
	col      *matchers.Columns
	link     matchers.Link
	office   string
	status   corpora.Status
	until    corpora.Date
	relation Relation
	reaches  []reach // by asked market
}

// context is what the rules need to know of a group of readings beside the one that leads.
type context struct {
	repeated   int    // how often the sign stands in the listing
	alsoBrand  bool   // a compatible-use sign stands in the brand field too
	inField    bool   // the brand field holds the sign
	beforeOwn  bool   // the sign stands before the own brand
	companion  bool   // a second sign of the same right or owner stands in the listing
	agrees     string // "text" or "picture": the other kind points to the same owner
	ownWords   bool   // a near span is made of words
	namesake   bool   // a person's name goes on behind the sign
	written    bool   // the span is written in capitals as its right records it
	signLength int
}

// same reports whether the reading is the same sign as the right's in market m: equal after folding, or a name recorded
// in a language of the market.
func (j *Judge) same(r *reading, c *candidate, m corpora.Market) bool {
	if !r.exact() {
		return false
	}
	return c.link.Role != corpora.RoleAlias || m == "" || j.readsLanguage(m, c.link.Lang.String())
}

// laneOf returns the lane of a reading against a right: a recorded alias found whole is the lane alias.
func laneOf(r *reading, c *candidate) matchers.Lane {
	if c.link.Role == corpora.RoleAlias && r.text() && r.exact() {
		return matchers.Alias
	}
	return r.hit.Lane
}

// signValue is how closely the span gives the sign back, with the code of the note that says so.
func (j *Judge) signValue(r *reading, c *candidate, m corpora.Market) (value float64, said string) {
	n := max(float64(r.sign.facts.Runes), 1)
	switch {
	case laneOf(r, c) == matchers.Alias:
		if j.same(r, c, m) {
			return 1, NoteAliasSign
		}
		return 0.85, NoteAliasSign
	case r.lanes&(1<<matchers.Exact) != 0:
		return 1, NoteSameSign
	case r.exact():
		return 0.97, NoteScriptSign
	}
	keep := func(v float64, code string) {
		if v > value {
			value, said = v, code
		}
	}
	if r.lanes&(1<<matchers.Edit) != 0 {
		v := max(1-1.5*float64(r.hit.Dist)/n-0.1*float64(max(r.hit.Dist, 1)-1), 0.2)
		a, _ := utf8.DecodeRuneInString(r.sign.key)
		if b, _ := utf8.DecodeRuneInString(r.f.token(r.from)); a != b {
			v -= 0.08
		}
		if !wordByWord(r) {
			v *= 0.6
		}
		if c.link.Role == corpora.RoleAlias && m != "" && !j.readsLanguage(m, c.link.Lang.String()) {
			v *= 0.5
		}
		keep(v, NoteNearSign)
	}
	if r.lanes&(1<<matchers.Sound) != 0 {
		keep(0.62, NoteSoundSign)
	}
	if r.lanes&(1<<matchers.Compound) != 0 {
		keep(0.35+0.5*float64(min(r.hit.Cover, 1000))/1000, NoteCompoundSign)
	}
	keep(0.3, NoteMeaningSign)
	return value, said
}

// signNote makes the note of signValue.
func signNote(code string, r *reading, c *candidate) Note {
	mark, span := r.sign.text, r.text0()
	switch code {
	case NoteAliasSign:
		return note(code, "mark", mark, "alias", span, "language", c.link.Lang.String(), "source", "")
	case NoteSameSign:
		return note(code, "mark", mark)
	case NoteScriptSign:
		return note(code, "mark", mark, "span", span, "folds", folds(r.hit.Tier))
	case NoteNearSign:
		return note(code, "mark", mark, "span", span, "edits", int(r.hit.Dist))
	case NoteCompoundSign:
		return note(code, "mark", mark, "span", span, "cover", int(r.hit.Cover)/10)
	}
	return note(code, "mark", mark, "span", span)
}

// judgeText makes the pieces of a text reading against one right in one market: the sum, then rules and floors, then
// raises, then caps.
func (j *Judge) judgeText(t *tally, r *reading, c *candidate, m corpora.Market, g *listingGoods, x *context) {
	famous := c.col.Flags&matchers.FlagFamous != 0
	value, said := j.signValue(r, c, m)
	if t.add(PieceSign, value, weightSign) {
		t.say(signNote(said, r, c))
	}
	distinct, why := j.distinctFor(r, c, &r.sign.power)
	if t.add(PieceDistinct, distinct, weightDistinct) {
		t.say(why)
	}
	if t.add(PieceGoods, goodsValue(c.relation), weightGoods) {
		t.say(g.note(c.relation, c.col))
	}
	if t.add(PieceUse, r.use.value, weightUse) {
		t.say(r.use.note.note())
	}
	if famous && t.add(PieceFame, 1, weightFame) {
		t.say(note(NoteFamous, "source", ""))
	}
	j.takeOff(t, r, c, x)
	if (x.agrees != "" || x.repeated >= 3) && t.add(PieceSupport, 1, weightSupport) {
		if x.agrees != "" {
			t.say(note(NoteCorroborated, "by", x.agrees))
		} else {
			t.say(note(NoteRepeated, "count", x.repeated))
		}
	}
	same := j.same(r, c, m)
	j.floors(t, r, c, same, famous, x)
	if r.use.use == UseCounterfeit && t.raise("counterfeit") {
		t.say(note(NoteRaise, "by", "counterfeit"))
	}
	j.caps(t, r, c, m, same, famous, x)
}

// byMarket reports whether a reading against a right is worth more in one market than in another: where a recorded name or
// a computed reading is in a language that not all read.
func (j *Judge) byMarket(r *reading, c *candidate) bool {
	return r.text() && (c.link.Role == corpora.RoleAlias || j.computedReading(r))
}

// placed reports whether the sign stands where makers are named.
func (u *usage) placed() bool {
	return u.first || u.field || u.note.code == NoteUseBrandBy || u.note.code == NoteUseSeller
}

// Shares of weightExplained that a sign loses beside the listing's own brand, and one letter off in running text.
const (
	asideNear = 0.5
	asideText = 0.72
)

// takeOff adds the pieces that take points off: what an ordinary word, a short sign or a span with another explanation is
// not worth. Goods in the right's class give them back.
func (j *Judge) takeOff(t *tally, r *reading, c *candidate, x *context) {
	power, placed := &r.sign.power, r.use.placed()
	agrees := agreesInClass(c.relation)
	if weak := power.ordinary || power.common || power.name || power.phrase && !r.use.capital; weak && !placed && !r.use.contrast && (!agrees || c.relation == ClassOnly && r.use.own != "") ||
		power.common && power.ordinary && r.use.first && !agrees {
		if t.add(PieceOrdinary, -1, weightOrdinary) {
			t.say(power.note)
		}
	} else if power.common && power.ordinary && c.relation == ClassOnly && !r.use.field && t.add(PieceOrdinary, -0.5, weightOrdinary) {
		t.say(power.note)
	}
	near := !r.exact()
	letters := r.sign.facts.Runes
	if r.lanes&(1<<matchers.Edit|1<<matchers.Compound) == 0 {
		letters-- // a reading tells less than letters
	}
	few := near && letters <= nearLetters && !power.han || power.short && !placed
	if few && (!agrees || near && c.relation == ClassOnly) {
		lost := -1.0
		if agrees {
			lost = -0.5
		}
		if t.add(PieceShort, lost, weightShort) {
			t.say(note(NoteShortSign, "length", x.signLength))
		}
	}
	running := r.hit.Part == matchers.Description || r.hit.Part == matchers.Bullets
	aside := asideText
	if near && !running {
		aside = asideNear
	}
	switch {
	case x.ownWords:
		if t.add(PieceExplained, -1, weightExplained) {
			t.say(note(NoteWordInDisuse, "span", r.text0()))
		}
	case near && running:
		if t.add(PieceExplained, -aside, weightExplained) {
			t.say(r.use.note.note())
		}
	case r.use.own == "" || agrees || placed || !full(r.use.use):
	case near || running:
		if t.add(PieceExplained, -aside, weightExplained) {
			t.say(note(NoteUseBehindBrand, "brand", r.use.own))
		}
	}
}

// nearLetters is the length up to which one letter off is as likely another word: there it counts only where brands stand.
const nearLetters = 4

// agreesInClass reports whether the goods speak for a sign at its full strength.
func agreesInClass(r Relation) bool { return r == Same || r == Similar || r == ClassOnly }

// distinctFor is the distinctiveness of a sign for the goods at hand: a dictionary word is weak only for goods that it
// describes, which its use says, or when the goods are unknown.
func (j *Judge) distinctFor(r *reading, c *candidate, power *strength) (float64, Note) {
	if power.ordinary && !power.common && agreesInClass(c.relation) && full(r.use.use) {
		if c.relation == ClassOnly && !r.use.placed() {
			return 0.45, power.note
		}
		return 0.8, note(NoteDistinctive)
	}
	return power.value, power.note
}

func (j *Judge) floors(t *tally, r *reading, c *candidate, same, famous bool, x *context) {
	use, power := r.use.use, &r.sign.power
	strong := power.invented || famous
	identical := c.relation == Same || c.relation == Similar || strong && c.relation == ClassOnly ||
		strong && c.relation == Related && (famous || x.inField || !r.inName())
	switch {
	case same && identical && full(use) && inForce(c.status):
		if t.lift("rule:", "double_identity", lowest(Critical)) {
			t.say(note(NoteDoubleIdentity))
		}
	case same && famous && use == UseCounterfeit:
		if t.lift("rule:", "famous_counterfeit", lowest(Critical)) {
			t.say(note(NoteFamousFake))
		}
	}
	if same && famous && power.invented && full(use) && t.floor("famous", High) {
		t.say(note(NoteFamousFloor))
	}
	if same && r.use.enforced != nil && use != UseNegation && use != UseCompatibility && t.floor("enforced", Medium) {
		t.say(note(NoteEnforcedWord, "replacement", r.use.enforced.Replacement["en"]))
	}
	if !same || full(use) {
		return
	}
	g := Low
	if use == UseComparison || use == UseCompatibility && mediumCompatibility(r, c, x) {
		g = Medium
	}
	if t.floor("use", g) {
		t.say(note(NoteFloorUse, "use", string(use)))
	}
}

// mediumCompatibility reports whether a compatible use asks for a look: without a phrase, or with the sign in the brand field
// too, three times or before the own brand; and where clothing or shoes are the right's own goods, since they fit nothing.
func mediumCompatibility(r *reading, c *candidate, x *context) bool {
	if r.use.note.code == NoteUseAbout {
		return x.alsoBrand
	}
	return r.use.noun != "" || x.alsoBrand || x.repeated >= 3 || x.beforeOwn || r.use.worn && c.relation == Same
}

func (j *Judge) caps(t *tally, r *reading, c *candidate, m corpora.Market, same, famous bool, x *context) {
	use, power := r.use.use, &r.sign.power
	capUse := func(g Grade) {
		if t.cap("use", g) {
			t.say(note(NoteCapUse, "use", string(use)))
		}
	}
	capNamed := func(g Grade) {
		if t.cap("use", g) {
			t.say(r.use.note.note())
		}
	}
	bound := func(name string, g Grade, code string) {
		if t.cap(name, g) {
			t.say(note(code))
		}
	}
	switch {
	case use == UseComparison && (c.relation == Unrelated || !same) && r.hit.Part != matchers.Title && !guarded(c):
		capUse(Low)
	case use == UseComparison, use == UseCompatibility && mediumCompatibility(r, c, x):
		capUse(Medium)
	case use == UseDescriptive && r.use.enforced != nil:
		capUse(Medium)
	case !full(use):
		capUse(Low)
	case use == UseBrand && !famous && c.relation != Same && c.relation != Similar && !r.use.running &&
		(r.hit.Part == matchers.Description || r.hit.Part == matchers.Bullets):
		// Only a description names it, and no more than the class says that it is for such goods.
		capNamed(Medium)
	case use == UseBrand && !r.use.placed() && (r.use.running || r.use.own != "" && c.relation != Same && c.relation != Similar):
		// Behind the listing's own brand, and deep in a text, a sign names a part, a model or what the goods fit more often
		// than their maker.
		g := Medium
		switch {
		case famous:
			g = High
		case guarded(c):
		case r.use.running && c.relation != Same && c.relation != Similar,
			r.sign.power.short && !r.sign.power.han && r.use.own != "" && c.relation != Same && c.relation != Similar:
			g = Low
		}
		capNamed(g)
	}
	if use == UseBrand && power.ordinary && r.use.note.code == NoteUseBehindBrand && !r.use.capital && !guarded(c) {
		capNamed(High) // as likely the name of a model: "Fonvira Echo sandals"
	}
	j.capStatus(t, c)
	if c.relation == Unknown {
		bound("goods_unknown", High, NoteCapGoods)
		if power.ordinary || power.common {
			bound("ordinary", Medium, NoteCapOrdinary)
		}
	}
	if (power.ordinary || power.common) && c.relation == Unrelated {
		bound("unrelated", Medium, NoteCapUnrelated)
	}
	j.capWeak(t, r, c, x)
	if power.short && (!same || r.leet()) {
		bound("short", Medium, NoteCapShort)
	}
	if c.col.Kind == corpora.Work && (power.ordinary || power.common) && !x.companion {
		bound("companion", Medium, NoteCapWork)
	}
	if j.computedReading(r) {
		g := Low
		if m == "" || j.readsScript(m, r.sign.facts.Script) {
			g = Medium
		}
		bound("reading", g, NoteCapReading)
	}
}

func (j *Judge) capStatus(t *tally, c *candidate) {
	told := false
	switch c.status {
	case corpora.Pending:
		told = t.cap("pending", Medium)
	case corpora.Dead:
		told = t.cap("dead", Low)
	case corpora.StatusUnknown:
		told = t.cap("status_unknown", High)
	}
	if told {
		t.say(note(NoteCapStatus, "status", c.status.String()))
	}
}

// computedReading reports whether the sign was found by a computed reading in another script, such as pinyin.
func (j *Judge) computedReading(r *reading) bool {
	if r.hit.Lane != matchers.Sound && r.lanes&(1<<matchers.Sound) == 0 || r.exact() || r.lanes&(1<<matchers.Edit) != 0 {
		return false
	}
	latin := true
	for _, t := range r.f.fold.Runes[r.f.fold.Tokens[r.from].From:r.f.fold.Tokens[r.to-1].To] {
		latin = latin && t < 0x250
	}
	other := r.sign.facts.Script&(matchers.Han|matchers.Kana|matchers.Hangul|matchers.Cyrillic|matchers.OtherScript) != 0
	return latin == other
}

// readsScript reports whether buyers in m read a script that is not Latin.
func (j *Judge) readsScript(m corpora.Market, s matchers.ScriptSet) bool {
	return s&matchers.Han != 0 && j.readsHan(m) || s&matchers.Kana != 0 && j.readsLanguage(m, "ja") ||
		s&matchers.Hangul != 0 && j.readsLanguage(m, "ko") ||
		s&matchers.Cyrillic != 0 && (j.readsLanguage(m, "ru") || j.readsLanguage(m, "bg") || j.readsLanguage(m, "uk")) ||
		s&(matchers.Han|matchers.Kana|matchers.Hangul|matchers.Cyrillic) == 0
}

// gate says what a grade asks for in a market.
func (j *Judge) gate(g Grade, c *candidate, how reach) Gate {
	out, ok := j.cfg.Gates[g]
	if !ok {
		switch g {
		case Critical, High:
			out = Block
		case Medium:
			out = Review
		default:
			out = Clear
		}
	}
	if out == Block && (c.status == corpora.StatusUnknown || c.status == corpora.Unverified && g != Critical || how == nationalReach) {
		return Review
	}
	return out
}

// nearWords reports whether a span that is only near a sign is made of words of its own.
func (p *page) nearWords(r *reading) bool {
	if r.exact() || r.lanes&(1<<matchers.Edit|1<<matchers.Sound|1<<matchers.Meaning) == 0 && !r.alike() || r.alike() && r.sharesWord() {
		return false
	}
	for t := r.from; t < r.to; t++ {
		if p.dictionaries(r.f, t)&(lexical|words.Common) == 0 {
			return false
		}
	}
	return true
}

// reachesAny reports whether a right counts in an asked market.
func (c *candidate) reachesAny() bool {
	return slices.ContainsFunc(c.reaches, func(r reach) bool { return r != noReach })
}
