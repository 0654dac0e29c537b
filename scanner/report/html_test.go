package report

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestPageInBrowser loads the page in Chromium and uses it as a person does.
func TestPageInBrowser(t *testing.T) {
	b := startBrowser(t)
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, render(t, "html", samplePictures(Options{})), 0o600); err != nil {
		t.Fatal(err)
	}
	url := "file://" + path
	for _, lang := range []string{"en", "zh-Hans"} {
		for _, width := range []int{1280, 390} {
			for _, dark := range []bool{false, true} {
				name := fmt.Sprintf("%s-%d-%v", lang, width, dark)
				b.view(width, 2000, dark)
				b.open(url)
				b.eval(fmt.Sprintf(`document.querySelector('.lang button[data-lang="%s"]').click()`, lang), nil)
				b.shoot(name)
				b.eval(`document.getElementById("all").click()`, nil)
				b.shoot(name + "-open")
				var over int
				b.eval("document.documentElement.scrollWidth - document.documentElement.clientWidth", &over)
				if over > 0 {
					t.Errorf("%s: the page is %d pixels too wide", name, over)
				}
				var wrong int
				b.eval(`Array.from(document.querySelectorAll(document.documentElement.lang === "en" ? "span[lang=zh-Hans]" : "span[lang=en]")).filter(e => e.offsetParent !== null).length`, &wrong)
				if wrong > 0 {
					t.Errorf("%s: %d texts show in the other language", name, wrong)
				}
				if c := b.complaints(url); len(c) > 0 {
					t.Errorf("%s: %q", name, c)
				}
			}
		}
	}
	b.view(1280, 900, false)
	b.open(url)
	checkFilter(t, b)
	checkPrint(t, b, url)
}

// checkPrint holds that a print shows every card whole and no controls.
func checkPrint(t *testing.T, b *browser, url string) {
	b.open(url)
	b.call("Emulation.setEmulatedMedia", map[string]any{"media": "print"}, nil)
	b.eval(`dispatchEvent(new Event("beforeprint"))`, nil)
	b.shoot("print")
	var closed, controls int
	b.eval(`document.querySelectorAll(".card:not([open])").length`, &closed)
	b.eval(`Array.from(document.querySelectorAll(".bar, .lang, .skip")).filter(e => e.getClientRects().length > 0).length`, &controls)
	if closed != 0 || controls != 0 {
		t.Errorf("on paper %d cards are closed and %d controls show", closed, controls)
	}
	b.eval(`dispatchEvent(new Event("afterprint"))`, nil)
	b.eval(`document.querySelectorAll(".card[open]").length`, &closed)
	if closed != 1 {
		t.Errorf("after printing %d cards are open, want the 1 that was", closed)
	}
}

// TestFullPageStaysQuick opens a page of 2,000 cards and filters it.
func TestFullPageStaysQuick(t *testing.T) {
	b := startBrowser(t)
	path := filepath.Join(t.TempDir(), "report.html")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := New("html", f, Options{})
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, many(pageFindings))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	b.view(1280, 900, false)
	b.open("file://" + path)
	var load, filter float64
	b.eval(`performance.getEntriesByType("navigation")[0].loadEventEnd`, &load)
	b.eval(`(function(){var t=performance.now();var e=document.getElementById("q");e.value="sku-77";e.dispatchEvent(new Event("input",{bubbles:true}));document.body.offsetHeight;return performance.now()-t})()`, &filter)
	t.Logf("loaded in %.0f ms, first filter in %.0f ms", load, filter)
	if load > 20_000 || filter > 5_000 {
		t.Errorf("loaded in %.0f ms, filtered in %.0f ms", load, filter)
	}
	var n int
	b.eval(`Number(document.getElementById("n").textContent)`, &n)
	if n != 11 {
		t.Errorf("%d cards fit, want 11: SKU-77 and SKU-770 to SKU-779", n)
	}
}

func checkFilter(t *testing.T, b *browser) {
	visible := func(step string, want int) {
		t.Helper()
		var n, shown int
		b.eval(`Array.from(document.querySelectorAll(".card")).filter(c => c.getClientRects().length > 0).length`, &n)
		b.eval(`Number(document.getElementById("n").textContent)`, &shown)
		if n != want || shown != want {
			t.Errorf("after %s: %d cards visible, %d said, want %d", step, n, shown, want)
		}
	}
	set := func(id, value string) {
		b.eval(fmt.Sprintf(`(function(){var e=document.getElementById(%q);e.value=%q;e.dispatchEvent(new Event("input",{bubbles:true}))})()`, id, value), nil)
	}
	all := len(sampleFindings())
	visible("loading", all)
	set("q", "orbix")
	visible("searching a mark", 1)
	set("q", "sku-5 kitefox")
	visible("searching id and right", 1)
	set("q", "")
	set("gate", "block")
	visible("choosing a gate", 2)
	set("market", "DE")
	visible("choosing a market in which none is blocked", 0)
	set("gate", "")
	set("market", "")
	b.eval(`document.querySelector('input[name=grade][value=critical]').click()`, nil)
	visible("switching a grade off", all-2)
	b.eval(`document.querySelector('input[name=grade][value=critical]').click()`, nil)
	visible("switching it on again", all)

	var lang, title, placeholder string
	b.eval(`document.querySelector('.lang button[data-lang="zh-Hans"]').click()`, nil)
	b.eval(`document.documentElement.lang`, &lang)
	b.eval(`document.title`, &title)
	b.eval(`document.getElementById("q").placeholder`, &placeholder)
	if lang != "zh-Hans" || title != "商品知识产权筛查报告" || placeholder != "搜索标题、商标、权利人、编号…" {
		t.Errorf("the language switch gives %q, %q, %q", lang, title, placeholder)
	}
	press := func(key string) {
		b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyDown", "key": key, "text": key}, nil)
		b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key}, nil)
	}
	b.eval(`document.activeElement.blur()`, nil)
	press("j")
	press("j")
	var at int
	b.eval(`Array.from(document.querySelectorAll(".card")).indexOf(document.activeElement.closest(".card"))`, &at)
	if at != 1 {
		t.Errorf("two presses of j lead to card %d, want 1", at)
	}
	press("/")
	var focus string
	b.eval(`document.activeElement.id`, &focus)
	if focus != "q" {
		t.Errorf("the slash leads to %q, want the search field", focus)
	}
}
