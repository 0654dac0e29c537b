package goods

import (
	"math"
	"slices"
)

// Confidences of an answer by a word of a kind, by where it stands. They were set by the share of right answers among
// held-out EUIPO terms and hand-judged categories and titles, and rounded down.
const (
	wholePart    = 0.95 // the category is the word
	endOfPart    = 0.85 // it ends with the word: "women's running shoes"
	insidePart   = 0.55 // something else follows: "shoe care"
	headOfTitle  = 0.8
	laterInTitle = 0.6
	weakInTitle  = 0.4
	weakVote     = 0.4
	maxCombined  = 0.97  // of segments that agree
	furtherClass = 0.6   // share for the second class of a kind
	leastGuess   = 0.005 // a class below it is not named
	leastAnswer  = 0.12  // below it the goods are unknown
)

// classifyCategory answers from a category path. What its last segment says is weighed with what the segments before say,
// each less than the one after it.
func (t *Table) classifyCategory(category string, tr *trace) Answer {
	var segments []segment
	parts := split(category, false)
	for end := len(parts); end > 0 && len(segments) < maxSegments; {
		begin := end - 1
		for begin > 0 && parts[begin-1].segment == parts[end-1].segment {
			begin--
		}
		s := t.segment(category, parts[begin:end], tr)
		end = begin
		if s.scores == (classScores{}) {
			continue
		}
		if len(segments) == 0 && s.sure && t.plaything(s, parts[:end]) {
			s = t.toys(s.words, tr)
		}
		segments = append(segments, s)
		if segments[0].sure {
			break
		}
	}
	if len(segments) == 0 {
		return Answer{}
	}
	leaf := segments[0]
	scores := leaf.scores
	if len(segments) > 1 {
		scores = combine(segments)
	}
	a := Answer{Classes: scores.guesses(leastGuess), Words: leaf.words, From: "category"}
	if len(a.Classes) == 0 || a.Classes[0].Confidence < leastAnswer {
		return Answer{}
	}
	for _, s := range segments {
		if a.Kinds = t.agreeing(s.kinds, a.Classes); len(a.Kinds) > 0 {
			break
		}
	}
	return a
}

// playable are the classes of goods that toys imitate: a kitchen, a car or furniture in a department of toys is a toy. Books,
// programs, bicycles and what else is sold there for itself are not among them.
var playable = []uint8{7, 8, 11, 12, 15, 20, 21, 25, 29, 30, 31, 32}

// unplayable are kinds of those classes that departments of toys sell for themselves.
var unplayable = []string{"bicycle", "scooter", "costume", "musical instrument"}

// plaything reports whether the last segment of a category names goods that toys imitate, and a segment before it names toys
// or dolls and nothing else.
func (t *Table) plaything(leaf segment, parents []part) bool {
	if len(leaf.kinds) == 0 {
		return false
	}
	for _, name := range leaf.kinds {
		if k, _ := t.Kind(name); slices.Contains(unplayable, name) || !slices.Contains(playable, k.Classes[0]) {
			return false
		}
	}
	return slices.ContainsFunc(parents, func(p part) bool {
		m, _, ok := t.head(p)
		return ok && m.from == 0 && m.to == len(p.toks) && slices.ContainsFunc(m.kinds, func(k int) bool {
			return t.kinds[k].Name == toyKind || t.kinds[k].Name == dollKind
		})
	})
}

// The kinds of the table that make a department one of toys.
const (
	toyKind  = "toy"
	dollKind = "doll"
)

// toys is what a segment says whose goods are toys.
func (t *Table) toys(words string, tr *trace) segment {
	s := segment{words: words, kinds: []string{toyKind}, sure: true}
	k, _ := t.Kind(toyKind)
	s.scores.addKind(k, endOfPart)
	if tr != nil {
		tr.add(words, ByDepartment, toyKind, &s.scores)
	}
	return s
}

// segment is what one segment of a category path says.
type segment struct {
	words  string
	scores classScores
	kinds  []string // named at the end of one of its parts
	sure   bool     // it is nothing but the name of a kind, and no word of several meanings
}

// segment reads the parts of one segment. The weights of terms, the words of kinds and those of departments speak together.
func (t *Table) segment(text string, parts []part, tr *trace) segment {
	var s segment
	var pull classScores
	for _, p := range parts {
		m, end, ok := t.head(p)
		if !ok {
			continue
		}
		v := insidePart
		switch {
		case m.to == len(p.toks) && m.from == 0:
			v = wholePart
			s.sure = len(parts) == 1 && !p.weak(m)
		case m.to == end || modifies(p.toks[m.to:end]):
			v = endOfPart
		}
		for _, k := range m.kinds {
			if v >= endOfPart {
				s.kinds = append(s.kinds, t.kinds[k].Name)
			}
			pull.addKind(t.kinds[k], v)
			if tr != nil {
				var own classScores
				own.addKind(t.kinds[k], v)
				tr.add(p.text(text, m.from, m.to), ByKind, t.kinds[k].Name, &own)
			}
		}
	}
	first, last := parts[0].toks[0], parts[len(parts)-1]
	s.words = text[first.start:last.toks[len(last.toks)-1].end]
	if s.sure {
		s.scores = pull
		return s
	}
	toks := specific(parts)
	s.scores = t.terms.score(toks, &pull)
	if tr != nil && t.terms.knows(toks) {
		own := t.terms.score(toks, &classScores{})
		tr.add(text[toks[0].start:toks[len(toks)-1].end], ByTerms, "", &own)
	}
	if from := t.departmentsOf(parts); from != (classScores{}) {
		tr.add(s.words, ByDepartment, "", &from)
		s.scores.mix(&from, departmentWeight)
	}
	return s
}

// vague are words that end a category and say nothing of the goods.
var vague = setOf("accessories accessory parts part supplies supply care replacement kits kit sets set equipment other others misc products product goods items 配件 用品 零件 其他")

// specific returns the tokens of parts without the vague ones at their end, or all when all are vague.
func specific(parts []part) []token {
	var toks []token
	for _, p := range parts {
		toks = append(toks, p.toks...)
	}
	for n := len(toks); n > 0; n-- {
		if !vague[toks[n-1].text] {
			return toks[:n]
		}
	}
	return toks
}

const (
	maxSegments  = 5
	parentWeight = 0.6  // of a segment against the one after it
	noise        = 0.01 // what a segment leaves to every class
	serviceClass = 35   // from here on classes are services
	serviceShare = 0.05 // of a service in a path of departments: what is listed there is goods
)

// combine multiplies what the segments say, each raised to its weight. What a segment leaves open is spread evenly.
func combine(segments []segment) classScores {
	var sum classScores
	weight := 1.0
	for _, s := range segments {
		rest := 1.0
		for _, v := range s.scores {
			rest -= v
		}
		for c := 1; c <= NumClasses; c++ {
			sum[c] += weight * math.Log(s.scores[c]+max(rest, 0)/NumClasses+noise)
		}
		weight *= parentWeight
	}
	top := slices.Max(sum[1:])
	total := 0.0
	for c := 1; c <= NumClasses; c++ {
		sum[c] = math.Exp(sum[c] - top)
		if c >= serviceClass {
			sum[c] *= serviceShare
		}
		total += sum[c]
	}
	for c := range sum {
		sum[c] *= maxCombined / total
	}
	sum[0] = 0
	return sum
}

// modifiers are words, and characters, that say for whom or where goods are and may follow their name.
var modifiers = setOf("men mens man women womens woman ladies kids boys girls baby adult adults unisex male female home household product products goods items item " +
	"家 用 商 男 女 士 款 童 儿 成 人 新 宝 婴 幼")

func modifies(toks []token) bool {
	for _, tok := range toks {
		if !modifiers[tok.text] {
			return false
		}
	}
	return true
}

// agreeing keeps the kinds whose class is the best guess or close to it.
func (t *Table) agreeing(kinds []string, classes []Guess) []string {
	var kept []string
	for _, name := range kinds {
		k, _ := t.Kind(name)
		for _, g := range classes {
			if g.Confidence >= classes[0].Confidence/2 && slices.Contains(k.Classes, g.Class) && !slices.Contains(kept, name) {
				kept = append(kept, name)
			}
		}
	}
	return kept
}

// classifyTitle answers from the words of kinds in a title: those of its first part that names one by a word that is not
// weak, else of its first part that names one at all.
func (t *Table) classifyTitle(title string, tr *trace) Answer {
	var faint part // the first that names a kind by weak words alone
	var faintly []match
	c := t.cutter()
	defer t.done(c)
	for i, p := range c.split(title, false) {
		ms, _ := t.matches(p)
		switch {
		case len(ms) == 0:
		case !slices.ContainsFunc(ms, func(m match) bool { return !p.weak(m) }):
			if faintly == nil {
				faint, faintly = p, ms
			}
		case i == 0:
			return t.vote(title, p, ms, headOfTitle, tr)
		default:
			return t.vote(title, p, ms, laterInTitle, tr)
		}
	}
	if faintly == nil {
		return Answer{}
	}
	return t.vote(title, faint, faintly, weakInTitle, tr)
}

// vote weighs the matches of one part of a title by class, later ones more, since the head of an English or Chinese noun
// phrase is its last word. v is the confidence when all agree.
func (t *Table) vote(title string, p part, ms []match, v float64, tr *trace) Answer {
	var votes classScores
	total := 0.0
	for j, m := range ms {
		w := 1 + float64(j)/float64(len(ms)) + 0.5*float64(m.to-m.from-1)
		if p.weak(m) {
			w *= weakVote
		}
		for _, k := range m.kinds {
			votes[t.kinds[k].Classes[0]] += w
			if tr != nil {
				var own classScores
				own.addKind(t.kinds[k], v)
				tr.add(p.text(title, m.from, m.to), ByKind, t.kinds[k].Name, &own)
			}
		}
		total += w
	}
	best := uint8(0)
	for c := range votes {
		if votes[c] > votes[best] {
			best = uint8(c)
		}
	}
	share := votes[best] / total
	return t.titleAnswer(title, p, ms, best, share, v*(0.5+share/2))
}

// weak reports whether m is a single word that titles often use for something else.
func (p part) weak(m match) bool { return m.to-m.from == 1 && weak[p.toks[m.from].text] }

// titleAnswer names the last kind of the winning class with confidence v.
func (t *Table) titleAnswer(title string, p part, ms []match, best uint8, share, v float64) Answer {
	a := Answer{From: "title"}
	var s classScores
	for _, m := range slices.Backward(ms) {
		for _, k := range m.kinds {
			kind := t.kinds[k]
			if kind.Classes[0] == best && a.Words == "" {
				a.Kinds = append(a.Kinds, kind.Name)
				a.Words = p.text(title, m.from, m.to)
				s.addKind(kind, v)
			} else {
				s.addKind(kind, v*(1-share))
			}
		}
	}
	a.Classes = s.guesses(leastGuess)
	if len(a.Classes) == 0 || a.Classes[0].Confidence < leastAnswer {
		return Answer{}
	}
	return a
}

// weak are words of kinds that titles often use for something else. Keys are in lower case.
var weak = map[string]bool{
	"glass": true, "ball": true, "print": true, "top": true, "tops": true, "set": true, "cap": true, "light": true, "lights": true,
	"plant": true, "water": true, "cream": true, "ring": true, "map": true, "card": true, "paper": true, "leather": true, "stone": true,
	"fish": true, "sport": true, "sports": true, "beauty": true, "mouse": true, "fan": true, "key": true, "door": true, "window": true,
	"car": true, "bike": true, "book": true, "bag": true, "bags": true, "box": true, "cup": true, "cups": true, "bottle": true,
	"salt": true, "sugar": true, "honey": true, "fruit": true, "rice": true, "figure": true, "flower": true, "tree": true, "slide": true,
	"magnet": true, "button": true, "patch": true, "felt": true, "pot": true, "pan": true, "switch": true, "wire": true, "plug": true, "gum": true,
	"chips": true, "dates": true, "beans": true, "bean": true, "jelly": true, "jam": true, "swing": true, "arrow": true, "bat": true, "bait": true, "jig": true,
	"diamond": true, "diamonds": true, "pearl": true, "gold bar": true, "charm": true, "tie": true, "lace": true, "robe": true, "vest": true, "fashion": true, "outfit": true,
	"protein": true, "vitamin": true, "vitamins": true, "drug": true, "mint": true, "mints": true, "cinnamon": true, "vanilla": true, "pepper": true,
	"windows": true, "caps": true, "tablet": true, "tablets": true, "notebook": true, "mask": true, "books": true, "boxes": true, "bottles": true, "games": true, "pictures": true, "picture": true,
	"egg": true, "milk": true, "chicken": true, "beef": true, "butter": true, "chocolate": true, "coffee table": false, "charger": false, "tv": true, "software": false,
	"wheel": true, "motor": true, "engine": true, "pump": true, "filter": true, "battery": true, "cable": true, "case": true, "cover": true, "screen": true,
	"lotion": false, "spirits": true, "ink": true, "paint": true, "resin": true, "coating": true, "spray": true, "gin": true, "rum": true, "ale": true, "port": true,
	"server": true, "monitor": true, "scale": true, "gauge": true, "compass": true, "timer": true, "ruler": true, "safe": true, "lock": true, "hook": true, "spring": true,
	"nuts": true, "straw": true, "tray": true, "plate": true, "plates": true, "dish": true, "spoon": true, "fork": true, "sponge": true, "canvas": true, "painting": true,
	"baby food": false, "pipe": true, "string": true, "rope": true, "fabric": true, "flag": true, "hat": false, "ham": true, "acid": true, "fuel": true,
	"球": true, "锁": true, "鞋": false, "包": true, "碗": true, "书": true, "药": true, "盐": true, "糖": true, "酱": true, "肉": true, "茶": true, "灯": false, "笔": true, "鼓": true, "伞": false, "砖": true, "船": true, "锅": true, "床": true,
}
