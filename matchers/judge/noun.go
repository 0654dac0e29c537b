package judge

import (
	"slices"
	"strings"

	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// noun is one accessory noun with the classes of its hosts.
type noun struct {
	words   []string
	lead    bool // of a language that puts it before the sign: "coque iPhone"
	classes uint64
	hosts   []string // kinds of goods that it belongs to
	own     []string // kinds of goods that it is itself
}

// leadNouns are the languages that put the noun of an accessory before the sign.
var leadNouns = []string{"fr", "es", "it", "pt"}

// mostNounWords bounds how many words before a sign are looked at for a noun.
const mostNounWords = 3

// nounBefore returns the accessory noun that ends directly before the sign, in a language that puts it there.
func (p *page) nounBefore(r *reading) (string, bool) {
	f := r.f
	if f.shape(r.from)&fold.After != 0 {
		return "", false
	}
	for i := max(0, r.from-mostNounWords); i < r.from; i++ {
		if p.heads(f, i)&startsNoun == 0 {
			continue
		}
		for _, k := range p.j.nounIndex[f.tokens[i]] {
			n := &p.j.nouns[k]
			if n.lead && n.classes&r.sign.hosts != 0 && slices.Equal(f.tokens[i:r.from], n.words) && p.belongs(r, n, r.to) == itsAccessory {
				return f.read(i, r.from), true
			}
		}
	}
	return "", false
}

// asideTokens bounds how far behind a sign a noun is looked for, where the title opens with another maker's name.
const asideTokens = 10

// accessoryAside returns the accessory noun of a title that opens with another name, where models and measures stand between
// the noun and the sign, or where the noun stands before it: "Lapzone Sony VGN 6 cell laptop battery", "Drivo air filter
// Honda Trigger". Goods of other classes need no such reading: nobody holds the sign against them. What the sign's own
// goods come with is none: "Tools24 Bosch drill with battery".
func (p *page) accessoryAside(r *reading, u usage) (string, bool) {
	f := r.f
	if r.hit.Part != matchers.Title || u.note.code != NoteUseBehindBrand || r.sign.power.common || !p.sameClass(r) {
		return "", false
	}
	for i := r.to; i < min(len(f.tokens), r.to+asideTokens); i++ {
		if f.shape(i)&fold.After != 0 && f.shape(i)&(fold.HasDigit|fold.AllDigits) == 0 || slices.Contains(parting, f.tokens[i]) || p.in(f, listBinder, i) {
			break
		}
		if from, to, ok := p.nounAt(r, f, i, r.to); ok {
			return f.read(from, to), true
		}
		if n := p.at(f, listHost, i, len(f.tokens)); n > 0 {
			if from, to, ok := p.nounAt(r, f, i+n, r.to); ok {
				return f.read(from, to), true
			}
			break
		}
	}
	for i := max(1, r.from-mostNounWords); i < r.from; i++ {
		if from, to, ok := p.nounAt(r, f, i, r.to); ok && to == r.from {
			return f.read(from, to), true
		}
	}
	return "", false
}

// nounKinds returns the kinds of goods that an accessory noun names: a charger is goods of its own kind. The kinds of its
// hosts are none of them, as "vacuum filter" names the vacuum cleaner too.
func (j *Judge) nounKinds(host string, words, hosts []string) []string {
	name := strings.Join(words, " ")
	kinds := j.goods.KindsOf(name)
	if len(words) == 1 {
		kinds = append(kinds, j.goods.KindsOf(host+" "+name)...)
	}
	var out []string
	for _, k := range kinds {
		if !slices.Contains(hosts, k) && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// mostBelonging bounds how many rights of a sign are asked for their goods.
const mostBelonging = 16

// belonging is what a noun behind a sign is to the sign's rights.
type belonging uint8

const (
	notIts       belonging = iota // they are for other goods
	itsAccessory                  // they are for a host of it
	itsMaker                      // they are for the very goods
)

// belongs tells what a noun behind the sign and its model, which end at token model, is to the sign's rights: an accessory
// where one of them is for a host of it, or says nothing about its goods. Where one is for the noun's own goods, the sign
// names their maker: "Anker charger". A model or a host between the two says that the noun is an accessory, as another
// declared brand does where the goods fit both ways: "Epson printer ink".
func (p *page) belongs(r *reading, n *noun, model int) belonging {
	if model > r.to {
		return itsAccessory
	}
	asked, host, own := 0, len(n.hosts) == 0, false
	for _, l := range r.view.Links(r.sign.id) {
		col := r.view.Columns(l.Right)
		if col == nil || col.Flags&matchers.FlagGone != 0 || n.classes&col.Classes == 0 && col.Classes != 0 {
			continue
		}
		if asked++; asked > mostBelonging {
			return itsAccessory
		}
		if col.Flags&matchers.FlagGoods == 0 {
			host = true
			continue
		}
		kinds := p.kindsOf(r.view, l.Right)
		holds := func(k string) bool { return slices.Contains(kinds, k) }
		own = own || slices.ContainsFunc(n.own, holds)
		host = host || len(kinds) == 0 || strings.HasPrefix(kinds[0], namedKind) || slices.ContainsFunc(n.hosts, func(h string) bool {
			return slices.ContainsFunc(kinds, func(k string) bool { return p.j.goods.SimilarKinds(h, k) })
		})
	}
	maker, _ := p.ownBrand(r)
	switch {
	case own && (p.brand == "" || maker == ""):
		return itsMaker
	case host:
		return itsAccessory
	}
	return notIts
}
