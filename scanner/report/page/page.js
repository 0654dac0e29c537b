(function () {
"use strict";
var root = document.documentElement, $ = function (id) { return document.getElementById(id); };
var cards = Array.prototype.slice.call(document.querySelectorAll(".card"));
var groups = Array.prototype.slice.call(document.querySelectorAll(".group"));
var texts = new Map();

function speak(lang) {
	var zh = lang === "zh-Hans";
	root.lang = lang;
	root.dataset.lang = lang;
	document.querySelectorAll("[data-attr]").forEach(function (e) {
		e.setAttribute(e.dataset.attr, zh ? e.dataset.zh : e.dataset.en);
	});
	document.querySelectorAll(".lang button").forEach(function (b) {
		b.setAttribute("aria-pressed", String(b.dataset.lang === lang));
	});
	var h = document.querySelector("h1 [lang=" + lang + "]");
	if (h) document.title = h.textContent;
}

function textOf(card) {
	var t = texts.get(card);
	if (t === undefined) {
		t = card.textContent.replace(/\s+/g, " ").toLowerCase();
		var head = card.parentNode.querySelector(".gh");
		if (head) t += " " + head.textContent.toLowerCase();
		texts.set(card, t);
	}
	return t;
}

function filter() {
	var words = $("q").value.toLowerCase().split(/\s+/).filter(Boolean);
	var market = $("market").value, gate = $("gate").value, grades = {}, n = 0;
	document.querySelectorAll("input[name=grade]").forEach(function (b) { grades[b.value] = b.checked; });
	cards.forEach(function (c) {
		var gates = c.dataset.gates ? c.dataset.gates.split(" ") : [];
		var ok = grades[c.dataset.grade] !== false;
		if (ok && (market || gate)) {
			ok = gates.some(function (g) {
				var i = g.lastIndexOf(":");
				return (!market || g.slice(0, i) === market) && (!gate || g.slice(i + 1) === gate);
			});
		}
		if (ok && words.length) {
			var t = textOf(c);
			ok = words.every(function (w) { return t.indexOf(w) >= 0; });
		}
		c.hidden = !ok;
		if (ok) n++;
	});
	groups.forEach(function (g) { g.hidden = !g.querySelector(".card:not([hidden])"); });
	$("n").textContent = n;
	$("nothing").hidden = n > 0 || cards.length === 0;
}

function visible() { return cards.filter(function (c) { return !c.hidden; }); }

function move(step) {
	var list = visible();
	if (!list.length) return;
	var at = list.indexOf(document.activeElement.closest ? document.activeElement.closest(".card") : null);
	var next = list[Math.min(Math.max(at + step, 0), list.length - 1)];
	var s = next.querySelector("summary");
	s.focus({ preventScroll: true });
	s.scrollIntoView({ block: "start" });
}

document.querySelectorAll(".lang button").forEach(function (b) {
	b.addEventListener("click", function () { speak(b.dataset.lang); });
});
$("filter").addEventListener("submit", function (e) { e.preventDefault(); });
$("filter").addEventListener("input", filter);
$("all").addEventListener("click", function () { visible().forEach(function (c) { c.open = true; }); });
$("none").addEventListener("click", function () { cards.forEach(function (c) { c.open = false; }); });
document.addEventListener("click", function (e) {
	var b = e.target.closest ? e.target.closest(".same") : null;
	if (!b) return;
	$("q").value = b.dataset.q;
	filter();
	$("findings").scrollIntoView();
});
document.addEventListener("keydown", function (e) {
	if (e.ctrlKey || e.metaKey || e.altKey) return;
	if (/^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName) && e.target.type !== "checkbox") {
		if (e.key === "Escape") e.target.blur();
		return;
	}
	if (e.key === "/") { e.preventDefault(); $("q").focus(); }
	else if (e.key === "j") move(1);
	else if (e.key === "k") move(-1);
	else if (e.key === "l") speak(root.dataset.lang === "en" ? "zh-Hans" : "en");
});
var opened = [];
addEventListener("beforeprint", function () {
	opened = visible().filter(function (c) { return !c.open; });
	opened.forEach(function (c) { c.open = true; });
});
addEventListener("afterprint", function () {
	opened.forEach(function (c) { c.open = false; });
	opened = [];
});
speak(root.dataset.lang);
if (cards.length) cards[0].open = true;
})();
