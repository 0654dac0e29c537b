package lang_test

import (
	"slices"
	"strings"
	"testing"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/judge"
	"lookalike/scanner"
	"lookalike/scanner/policy"
	"lookalike/scanner/report/lang"
)

func load(t testing.TB) *lang.Messages {
	t.Helper()
	m, err := lang.Load()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// closed returns the sections whose words are a closed list of the program. A section has texts for these words and for
// no others.
func closed() map[string][]string {
	var lanes []string
	for l := range matchers.NumLanes {
		lanes = append(lanes, l.String())
	}
	var statuses []string
	for s := corpora.StatusUnknown; s <= corpora.Unverified; s++ {
		statuses = append(statuses, s.String())
	}
	var forms []string
	for f := corpora.FormWord; f <= corpora.FormOther; f++ {
		forms = append(forms, f.String())
	}
	return map[string][]string{
		"problem":      corpora.Codes(),
		"problem_hint": corpora.Codes(),
		"note":         judge.NoteCodes(),
		"not_checked":  scanner.NotCheckedCodes(),
		"piece":        slices.Concat(judge.PieceNames(), []string{"rule", "floor", "raise", "cap"}),
		"grade":        {"critical", "high", "medium", "low", "none"},
		"gate":         {"clear", "documented", "review", "block", "unchecked"},
		"lane":         lanes,
		"status":       statuses,
		"form":         forms,
		"kind":         {"mark", "logo", "design", "work"},
		"kinds":        {"mark", "logo", "design", "work"},
		"coverage":     {"register", "list", "none"},
		"use":          {"brand", "subject", "compatibility", "comparison", "descriptive", "ingredient", "resale", "counterfeit", "negation", "picture"},
		"relation":     {"same", "similar", "class", "related", "unrelated", "unknown"},
		"state":        {"new", "worse", "same"},
		"warning":      policy.Codes(),
		"auth_field":   policy.FailFields(),
		"basis":        {policy.BasisOwn, policy.BasisLicence, policy.BasisDistribution, policy.BasisResale},
		"fold":         {"confusable", "leet", "hidden", "spaced", "joined", "variant"},
	}
}

// TestClosedLists fails on a code without text in one of the languages, and on a text without code.
func TestClosedLists(t *testing.T) {
	m := load(t)
	for _, l := range lang.Languages() {
		for section, words := range closed() {
			for _, w := range words {
				if !m.Has(l, section+"."+w) {
					t.Errorf("%s: %s.%s has no text", l, section, w)
				}
			}
			for _, code := range m.Codes(l) {
				if w, ok := strings.CutPrefix(code, section+"."); ok && !slices.Contains(words, w) {
					t.Errorf("%s: %s is the text of nothing", l, code)
				}
			}
		}
	}
}

// TestSameInBothLanguages fails on a code or an argument that only one language has.
func TestSameInBothLanguages(t *testing.T) {
	m := load(t)
	en, zh := m.Codes(lang.English), m.Codes(lang.Chinese)
	for _, c := range en {
		if !slices.Contains(zh, c) {
			t.Errorf("%s has no Chinese text", c)
			continue
		}
		if a, b := m.Args(lang.English, c), m.Args(lang.Chinese, c); !slices.Equal(a, b) {
			t.Errorf("%s takes %q in English and %q in Chinese", c, a, b)
		}
	}
	for _, c := range zh {
		if !slices.Contains(en, c) {
			t.Errorf("%s has no English text", c)
		}
	}
}

// TestPinnedWords holds the Chinese words that are part of the contract, and the words that must never be used.
func TestPinnedWords(t *testing.T) {
	m := load(t)
	for code, want := range map[string]string{
		"gate.clear": "已查范围内未命中", "gate.documented": "凭证放行", "gate.review": "人工复核", "gate.block": "暂停上架/出口", "gate.unchecked": "未核查",
		"grade.critical": "极高", "grade.high": "高", "grade.medium": "中", "grade.low": "低", "page.grade_note": "匹配强度，非侵权结论",
		"kind.mark": "商标", "kind.design": "外观设计", "kind.work": "作品", "coverage.register": "官方登记", "coverage.list": "品牌名单(未核实)",
		"lane.exact": "完全相同", "lane.script": "变形书写", "lane.edit": "近似拼写", "lane.sound": "读音", "lane.compound": "组合", "lane.alias": "已知译名",
		"lane.meaning": "含义", "lane.copy": "图片相同", "lane.partial": "局部图片", "lane.logo": "图形标志", "lane.shape": "外形",
		"use.brand": "作商标使用", "use.subject": "题材/角色", "use.compatibility": "适配说明", "use.comparison": "比较", "use.descriptive": "描述性",
		"use.ingredient": "成分/技术", "use.resale": "正品转售声明", "use.counterfeit": "仿冒用语", "use.negation": "否定表述",
	} {
		if got := m.Text(lang.Chinese, code, nil); got != want {
			t.Errorf("%s is %q, want %q", code, got, want)
		}
	}
	for _, code := range m.Codes(lang.Chinese) {
		text := m.Text(lang.Chinese, code, nil)
		for _, never := range []string{"不侵权", "安全"} {
			if strings.Contains(text, never) {
				t.Errorf("%s says %s: %s", code, never, text)
			}
		}
	}
}

func TestText(t *testing.T) {
	m := load(t)
	type args = map[string]any
	for _, c := range []struct {
		lang, code string
		args       args
		want       string
	}{
		{"en", "note.near_sign", args{"mark": "NIKE", "span": "Nkie", "edits": 1}, `"Nkie" is 1 letter away from NIKE.`},
		{"en", "note.near_sign", args{"mark": "NIKE", "span": "Nkiee", "edits": 2.0}, `"Nkiee" is 2 letters away from NIKE.`},
		{"zh-Hans", "note.near_sign", args{"mark": "NIKE", "span": "Nkie", "edits": 1}, "“Nkie”与 NIKE 相差 1 个字母。"},
		{"en", "note.alias_sign", args{"mark": "NIKE", "alias": "耐克", "language": "zh", "source": ""}, "耐克 is a recorded name of NIKE in Chinese."},
		{"en", "note.alias_sign", args{"mark": "NIKE", "alias": "耐克", "language": "", "source": "register"}, "耐克 is a recorded name of NIKE (source: register)."},
		{"en", "note.script_sign", args{"mark": "NIKE", "span": "N1KE", "folds": []any{"leet", "spaced"}}, `"N1KE" gives NIKE back in disguise: digits or symbols for letters, letters set apart.`},
		{"zh-Hans", "note.script_sign", args{"mark": "NIKE", "span": "N1KE", "folds": []string{"leet", "spaced"}}, "“N1KE”是 NIKE 的变形书写：以数字或符号代替字母、字母被拆开。"},
		{"en", "note.cap_use", args{"use": judge.UseCompatibility}, "Limited by the use: compatibility."},
		{"en", "note.picture_edited", args{"edit": "mirrored+rotated 90"}, "The picture agrees after undoing: mirrored, rotated 90°."},
		{"en", "problem.text_cut", args{"bytes": 123456, "limit": 10000}, "The text has 123,456 bytes; only the first 10,000 were checked."},
		{"en", "note.near_sign", args{"mark": "NIKE", "edits": 1}, `"?" is 1 letter away from NIKE.`},
		{"en", "note.of_a_later_version", args{"b": 2, "a": "x"}, "of_a_later_version (a: x, b: 2)"},
		{"fr", "gate.block", nil, "block"},
	} {
		if got := m.Text(c.lang, c.code, c.args); got != c.want {
			t.Errorf("%s %s %v:\n got %s\nwant %s", c.lang, c.code, c.args, got, c.want)
		}
	}
}

func TestChoose(t *testing.T) {
	for in, want := range map[string]string{
		"": "en", "C": "en", "en_US.UTF-8": "en", "zh_CN.UTF-8": "zh-Hans", "zh": "zh-Hans", "zh-Hans": "zh-Hans", "ZH-cn": "zh-Hans", "zha": "en", "de_DE": "en",
	} {
		if got := lang.Choose(in); got != want {
			t.Errorf("Choose(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for in, want := range map[float64]string{0: "0", 0.5: "0.5", 1.239: "1.24", 9999: "9999", 10000: "10,000", -1234567: "-1,234,567"} {
		if got := lang.Number(in); got != want {
			t.Errorf("Number(%v) = %q, want %q", in, got, want)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := lang.Load(); err != nil {
			b.Fatal(err)
		}
	}
}
