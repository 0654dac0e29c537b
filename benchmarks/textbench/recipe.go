// Package textbench makes synthetic registers and titles of any size and measures text matching on them: speed, matches
// per title, recall against brute force, and memory. The recipe is deterministic: the same seed and size give the same
// names and titles on every machine, and a larger register begins with the smaller one.
//
// Names are mixed as trademark registers mix them: invented words, one or two dictionary words, words with a common stem,
// surnames, short letter groups, Chinese names, and phrases. Titles have 18 words, of which some are names.
package textbench

import (
	"math/rand/v2"
	"strings"

	"lookalike/matchers/fold"
)

// Marks returns n distinct names.
func Marks(seed uint64, n int) []string {
	r := rand.New(rand.NewPCG(seed, 1))
	seen := make(map[string]struct{}, n)
	out := make([]string, 0, n)
	for len(out) < n {
		s := name(r)
		k := fold.Key(s)
		if _, dup := seen[k]; dup {
			continue
		}
		seen[k] = struct{}{}
		out = append(out, s)
	}
	return out
}

func name(r *rand.Rand) string {
	switch d := r.IntN(100); {
	case d < 34:
		return title(invented(r, 2+r.IntN(3)))
	case d < 50:
		return title(invented(r, 2)) + " " + title(pick(r, plain))
	case d < 66:
		return title(pick(r, plain)) + " " + title(pick(r, plain)) + ifelse(r, 30, " "+title(pick(r, plain)))
	case d < 76:
		return title(invented(r, 1+r.IntN(2)) + pick(r, stems))
	case d < 82:
		return title(invented(r, 1)) + " " + title(invented(r, 2)+pick(r, []string{"son", "mann", "elli", "ez", "ov", "er"}))
	case d < 86:
		return strings.ToUpper(letters(r, 3+r.IntN(2)))
	case d < 92:
		return han(r, 2+r.IntN(3))
	case d < 96:
		return title(pick(r, plain)) + " & " + title(invented(r, 2))
	}
	words := []string{title(invented(r, 2))}
	for range 2 + r.IntN(4) {
		words = append(words, pick(r, plain))
	}
	return strings.Join(words, " ")
}

// Titles returns n titles of 18 words. Each fourth begins with a name of marks, each eighth with one that is a letter off.
func Titles(seed uint64, n int, marks []string) []string {
	r := rand.New(rand.NewPCG(seed, 2))
	out := make([]string, n)
	for i := range out {
		var words []string
		if i%4 == 0 {
			s := marks[r.IntN(len(marks))]
			if i%8 == 0 {
				s = typo(r, s)
			}
			words = append(words, strings.Fields(s)...)
		}
		for len(words) < 18 {
			switch d := r.IntN(20); {
			case d == 0:
				words = append(words, title(invented(r, 2)))
			case d < 3:
				words = append(words, digits(r))
			default:
				words = append(words, title(pick(r, plain)))
			}
		}
		out[i] = strings.Join(words[:18], " ")
	}
	return out
}

// typo changes one letter of a name.
func typo(r *rand.Rand, s string) string {
	rs := []rune(s)
	i := 1 + r.IntN(max(len(rs)-1, 1))
	switch {
	case i >= len(rs):
		return s + "e"
	case r.IntN(3) == 0:
		rs[i-1], rs[i] = rs[i], rs[i-1]
	case r.IntN(2) == 0:
		return string(rs[:i]) + string(rs[i+1:])
	default:
		rs[i] = rune('a' + r.IntN(26))
	}
	return string(rs)
}

func invented(r *rand.Rand, syllables int) string {
	var b strings.Builder
	for i := range syllables {
		b.WriteString(pick(r, onsets) + pick(r, vowels))
		if i == syllables-1 || r.IntN(3) == 0 {
			b.WriteString(pick(r, codas))
		}
	}
	return b.String()
}

func letters(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}

func digits(r *rand.Rand) string { return string(rune('1'+r.IntN(9))) + string(rune('0'+r.IntN(10))) }

// han returns characters that are common in names.
func han(r *rand.Rand, n int) string {
	b := make([]rune, n)
	for i := range b {
		b[i] = hanzi[r.IntN(len(hanzi))]
	}
	return string(b)
}

func pick(r *rand.Rand, of []string) string { return of[r.IntN(len(of))] }

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func ifelse(r *rand.Rand, percent int, s string) string {
	if r.IntN(100) < percent {
		return s
	}
	return ""
}

var (
	onsets = strings.Fields("b br c ch cl d dr f fl g gl gr h j k kr l m n p pl pr r s sk sl sp st t tr v w x y z th")
	vowels = strings.Fields("a e i o u a e i o a e i o ai ea ee ia io oo ou y")
	codas  = []string{"", "", "", "", "n", "r", "s", "x", "l", "t", "m", "nd", "ck", "rt", "ss", "th"}
	stems  = strings.Fields("tech home pro life lab works gear care craft zone line max eco fit smart pet wave soft med pharm net flex tron ware land mate")
	hanzi  = []rune("安宝博彩昌晨诚驰创春达大德鼎东方丰飞福富光广国海汉好和恒红鸿华汇吉佳嘉健金锦京晶聚康科乐力丽利联良龙隆美明诺派鹏品奇启前强庆荣瑞润森盛世顺思泰腾天通万旺威伟维文禧祥新鑫星兴雅亚阳耀一依益艺亿银永优友宇裕源远悦云泽展正志智中众卓")
	plain  = strings.Fields(`able air alpha amber angel apple arc arctic arrow art ash aura autumn baby back bag bamboo band bar base bath battery bay beach bead bean bear beauty bed bee bell belt berry best big bike bird black blade blanket blaze bliss block bloom blue board boat body bold bolt bond bone book boot bottle bow bowl box boy brass bread breeze brick bridge bright brown brush bubble bud bull butter button cable cake calm camera camp can candle candy canvas cap card care cargo case cash castle cat cedar chain chair charm chef cherry child choice circle city classic clay clean clear click cloud clover club coast coat cocoa coffee coin cold color comfort cook cool copper coral core corn cotton cover cozy craft cream crest crown crystal cube cup cure dark dawn day deep deer deluxe desk dew diamond dish dock dog door double dove dragon dream dress drill drink drop dry duck dust eagle ear earth east easy echo edge eight ember energy engine ever extra eye fabric face fair fall family fan farm fashion fast father feather field fine fire first fish fit five flame flash flat fleet flex flight flow flower fly focus fog food foot force forest fox frame free fresh friend frost fruit full fun galaxy game garden gate gear gem gift girl glass gloss glove glow gold golden good grace grain grand grape grass gray great green grey grip group grove guard guide hair hand happy harbor hat haven hawk head health heart heat heaven herb hero high hill hive holy home honey hook hope horizon horse hot house ice idea iron island ivory ivy jacket jade jar jazz jet jewel joy juice jump jungle juniper just key kid king kit kitchen kite knife knit lab lace lady lake lamp land laser leaf leather leg lemon life lift light lily lime line lion liquid little live local lock loft logic long loop lotus love luck luna lux magic mango map maple marble mark mask mat match max meadow mega men mesh metal micro milk mind mini mint mirror mist mix mode modern moon moss motion mount mountain mouse music nail native nature navy neck nest net new night nine noble nordic north nova oak oasis ocean oil old olive one opal open orange orbit orchid organic origin owl paint palm panda paper park party patch path peace peach peak pearl pen people pet phone pillow pilot pine pink pixel plain planet plant plate play plus pocket point polar pole pond port power press prime prince print pro pump pure purple quality quartz queen quest quick quiet rabbit race rain rapid raven ray ready real red reef ribbon rich ride ridge right ring rise river road robin robot rock roll roof room root rope rose round royal ruby rug run safe sage sail salt sand satin scarf school scout screen sea season secret seed select sense set seven shade shape shark sharp sheet shell shield shine ship shirt shoe shop short shore side silk silver simple six skin sky sleep slim smart smile smooth snow soap sock soft solar solid sonic soul sound south space spark speed spice spin spirit sport spring spruce square stage star steam steel step stone storm story straw stream street strong studio style sugar summer summit sun super sure surf swan sweet swift swing table tail tea team tech ten tent terra thread three thunder tide tiger time tiny tip toast tool top touch tower town toy track trail travel tree trend true trust turbo twin two ultra umbrella union unity urban valley value velvet view village vine vintage violet vision vita vital vivid wagon walk wall warm wash watch water wave way wear west whale wheat wheel white wild willow wind window wine wing winter wire wise wolf women wonder wood wool work world wrap yard year yellow yoga young zebra zen zero zest zone`)
)
