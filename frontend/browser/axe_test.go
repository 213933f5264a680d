package browser_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// envAxe names axe.min.js of the axe-core package; scripts/axe.sh fetches it.
const envAxe = "HONGNIANG_AXE"

// axeSource reads axe-core, "" where it is not installed: then the checks of our
// own stand alone.
func axeSource(t testing.TB) string {
	t.Helper()
	path := os.Getenv(envAxe)
	if path == "" {
		return ""
	}
	data, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		t.Fatalf("%s: %v", envAxe, err)
	}
	return string(data)
}

// What of axe is run: every rule of WCAG 2.1 A and AA, or the one that the colour
// scheme decides.
const (
	everyRule  = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]`
	colourRule = `null`
)

// axeLooks gives of the elements that show a text one of each look: what stands on
// the same grounds in the same ink, size and weight has the same contrast, and
// that rule takes five times as long as all others. What is placed over other
// things is looked at each time.
const axeLooks = `(() => {
  const memo = new Map();
  const ground = (e) => {
    if (!e) return "";
    if (memo.has(e)) return memo.get(e);
    const s = getComputedStyle(e);
    const own = [s.backgroundColor === "rgba(0, 0, 0, 0)" ? "" : s.backgroundColor, s.backgroundImage, s.opacity, s.filter, s.mixBlendMode].join(" ").replace("none 1 none normal", "").trim();
    const placed = /absolute|fixed/.test(s.position) ? " placed" + memo.size : "";
    memo.set(e, ground(e.parentElement) + (own || placed ? "|" + own + placed : ""));
    return memo.get(e);
  };
  const one = new Map();
  for (const e of document.body.querySelectorAll("*")) {
    const says = /^(INPUT|SELECT|TEXTAREA)$/.test(e.tagName) || [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
    if (!says || !e.getClientRects().length || !e.checkVisibility({ visibilityProperty: true }) || e.closest("tbody tr:nth-child(n+25)")) continue;
    const s = getComputedStyle(e);
    const look = [ground(e), s.color, s.fontSize, s.fontWeight, s.textShadow, s.webkitTextStroke, e.matches(":disabled"), e.closest("[disabled], [aria-disabled]") !== null].join(";");
    if (!one.has(look)) one.set(look, e);
  }
  return [...one.values()];
})`

// Of a long table axe reads the first rows alone: the others are made alike, and
// checkContrast reads them all.
const runAxe = `((tags) => {
  window.axeDone = null;
  const given = (more) => ({ resultTypes: ["violations"], xpath: false, ancestry: false, ...more });
  const said = (r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.html.slice(0, 120)));
  const rest = async () => tags ? said(await axe.run({ exclude: [["tbody tr:nth-child(n+25)"]] }, given({ runOnly: tags, rules: { "color-contrast": { enabled: false } } }))) : [];
  const colours = async () => { const include = ` + axeLooks + `(); return include.length ? said(await axe.run({ include }, given({ runOnly: { type: "rule", values: ["color-contrast"] } }))) : []; };
  (async () => [...await rest(), ...await colours()])().then((all) => { window.axeDone = JSON.stringify(all); }, (e) => { window.axeDone = JSON.stringify(["axe failed: " + e]); });
  return "";
})`

// axe runs axe-core over the page as it is.
func (p *tab) axe(where, rules string) {
	p.t.Helper()
	for _, w := range p.axeFinds(rules) {
		p.t.Errorf("%s: axe: %s", where, w)
	}
}

func (p *tab) axeFinds(rules string) []string {
	p.t.Helper()
	source := axeSource(p.t)
	if source == "" {
		return nil
	}
	p.asked++
	run, said := strconv.Itoa(p.asked), ""
	p.until("axe's answer", func() bool {
		if p.eval("window.axeAsked") != run { // again where the page has gone on by itself
			if p.eval("typeof window.axe") != "object" {
				p.eval("(" + "() => {" + source + "\n})()")
			}
			p.eval("(() => { window.axeAsked = " + run + "; return " + runAxe + "(" + rules + "); })()")
		}
		said = p.eval("window.axeAsked === " + run + " && window.axeDone || ''")
		return said != ""
	})
	var wrong []string
	if err := json.Unmarshal([]byte(said), &wrong); err != nil {
		p.t.Fatal(err)
	}
	return wrong
}

// Of what is pale in the same way axe names one, of what is pale in another way
// another, wherever it stands; and it finds what has no name.
func TestAxeFindsEveryFault(t *testing.T) {
	t.Parallel()
	if axeSource(t) == "" {
		return // scripts/axe.sh tells that it is not there
	}
	p := openTab(t)
	p.open("/help")
	if found := p.axeFinds(everyRule); len(found) != 0 {
		t.Fatalf("before anything is spoilt: %q", found)
	}
	p.eval(`document.querySelector("main").insertAdjacentHTML("beforeend", ` + quoted(`
<p id="pale" data-look="color:#bbb;background:#fff">one</p><p id="pale-again" data-look="color:#bbb;background:#fff">two</p>
<div data-look="background:#333"><p id="by-ground" data-look="color:#555">three</p></div>
<div data-look="opacity:.3"><p id="by-parent">four</p></div>
<p id="by-size" data-look="color:#888;background:#fff;font-size:12px">five</p><p id="large" data-look="color:#888;background:#fff;font-size:30px">six</p>
<input id="typed" aria-label="seven" data-look="color:#ccc;background:#fff" value="seven">
<button id="nameless"></button>
<p id="placed" data-look="position:absolute;color:#bbb;background:#fff">eight</p>`) + `), document.querySelectorAll("[data-look]").forEach((e) => { e.style.cssText = e.dataset.look; })`)
	found := strings.Join(p.axeFinds(everyRule), "\n")
	for id, want := range map[string]int{"pale": 1, "pale-again": 0, "by-ground": 1, "by-parent": 1, "by-size": 1, "large": 0, "typed": 1, "nameless": 1, "placed": 1} {
		if n := strings.Count(found, `id="`+id+`"`); n != want {
			t.Errorf("%s is named %d times, want %d, in\n%s", id, n, want, found)
		}
	}
	if colours := strings.Join(p.axeFinds(colourRule), "\n"); !strings.Contains(colours, `id="by-parent"`) || strings.Contains(colours, "nameless") {
		t.Errorf("of colours alone: %s", colours)
	}
}
