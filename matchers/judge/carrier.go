package judge

import "lookalike/matchers"

// networkTokens is how far from a carrier's name a word about mobile networks tells that the goods work there.
const networkTokens = 12

// carries returns the word that makes the name of a mobile carrier say in which network the goods work: "Galaxy S9 Verizon
// GSM unlocked". Where the name opens the title or stands as the maker it is a brand like any other.
func (p *page) carries(r *reading, u usage) (string, bool) {
	f := r.f
	if u.placed() || r.hit.Part == matchers.Category || p.at(f, listCarrier, r.from, r.to) != r.to-r.from {
		return "", false
	}
	if c := p.goods().classes; c != 0 && c&classSet(9) == 0 {
		return "", false
	}
	for i := max(0, r.from-networkTokens); i < min(len(f.tokens), r.to+networkTokens); i++ {
		if (i < r.from || i >= r.to) && p.at(f, listNetwork, i, len(f.tokens)) > 0 {
			return f.read(i, i+1), true
		}
	}
	return "", false
}
