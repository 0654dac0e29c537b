package judge

import (
	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// inHan reports whether a span of Latin letters stands in a field that is written in Han characters for the most part and
// whose Latin letters are all small. There no word of another language has its ordinary meaning, and no capital tells a
// name: "seed实瞳隐形眼镜" sells lenses of Seed.
func (p *page) inHan(r *reading) bool {
	f := r.f
	if f.shape(r.from)&(fold.Ideograph|fold.HasDigit|fold.AllDigits) != 0 {
		return false
	}
	if f.hanOf == 0 {
		han, latin, upper := 0, 0, 0
		for i := range f.tokens {
			switch sh := f.shape(i); {
			case sh&fold.Ideograph != 0:
				han++
			case sh&(fold.AllDigits|fold.HasDigit) != 0:
			case sh&fold.Lower == 0:
				upper++
			default:
				latin++
			}
		}
		f.hanOf = -1
		if upper == 0 && han > 2*latin {
			f.hanOf = 1
		}
	}
	return f.hanOf > 0
}

// hanLetters is the least number of Latin letters in a Han text that stand for a maker rather than a unit or a size.
const hanLetters = 3

// cutHan reports whether a sign of two characters in running text is cut out of two words of a dictionary, both of which reach
// beyond it: 宝马 in 宝宝马桶. A span that opens or ends its field, or stands against nothing, is none.
func (p *page) cutHan(r *reading) bool {
	f := r.f
	if !r.sign.power.han || r.to-r.from != 2 || r.hit.Part == matchers.Brand || r.from == 0 || r.to >= len(f.tokens) {
		return false
	}
	if f.shape(r.from)&fold.Touching == 0 || f.shape(r.to)&fold.Touching == 0 {
		return false
	}
	return p.j.dict.Dictionaries(f.tokens[r.from-1]+f.tokens[r.from]) != 0 && p.j.dict.Dictionaries(f.tokens[r.to-1]+f.tokens[r.to]) != 0
}
