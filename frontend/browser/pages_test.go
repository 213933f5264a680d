// Package browser_test drives the real program with a real browser, as its
// users do: with and without JavaScript, with the keyboard alone, on a phone.
package browser_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp/kb"
)

const problem = "我厂加工中心的电主轴转速上到 18000 转以后温升快、有异响，径向跳动超过 0.02mm，想找能在现场修复电主轴、恢复精度的师傅。"

func TestSearchAndFacet(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	p.open("/")
	p.write("#q", "数控")
	p.key(kb.Enter)
	p.eventually("results", "location.pathname === '/search' && document.querySelectorAll('.hit').length > 0")
	if got := p.eval("document.querySelector('.hit mark').textContent"); got == "" {
		t.Error("nothing is highlighted")
	}
	want := p.eval("document.querySelector('.facet .tick .count').textContent")
	p.click(".facet .tick")
	p.eventually("the chosen condition", "document.querySelector('.picked .chip')")
	if got := p.eval("document.querySelector('h1').textContent"); !strings.Contains(got, " "+want+" ") {
		t.Errorf("the condition promised %s results, the page says %q", want, got)
	}
	p.click(".picked .chip")
	p.eventually("the condition is gone", "!document.querySelector('.picked')")
}

func TestSuggestionByKeyboard(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	p.open("/")
	p.focus("#q")
	p.key("dianzhuzhou")
	p.eventually("suggestions", "document.querySelectorAll('#q-options li').length > 0 && document.getElementById('q').getAttribute('aria-expanded') === 'true'")
	// The list may answer the first letters still: the key is for all of them.
	p.key(kb.ArrowDown)
	p.eventually("the first is active", "document.getElementById(document.getElementById('q').getAttribute('aria-activedescendant')).getAttribute('aria-selected') === 'true'")
	chosen := p.eval("document.getElementById('q').value")
	if !strings.Contains(chosen, "电主轴") {
		t.Errorf("pinyin gives %q", chosen)
	}
	p.key(kb.Escape)
	p.eventually("escape brings back what was typed", "document.getElementById('q').value === 'dianzhuzhou' && document.getElementById('q-options').hidden")
	p.key(kb.ArrowDown)
	p.eventually("the list is back", "!document.getElementById('q-options').hidden")
	p.key(kb.ArrowDown)
	p.key(kb.Enter)
	p.eventually("the choice is opened", "location.pathname !== '/' && document.querySelector('h1')")
	if body := p.eval("document.body.innerText"); !strings.Contains(body, "电主轴") {
		t.Errorf("the suggestion %q leads to a page without it", chosen)
	}
}

func TestLiveMatching(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	p.open("/match")
	p.write("#need-text", problem)
	p.eventually("an answer while typing", "document.querySelectorAll('#match-answer .card').length > 0")
	if first := p.eval("document.querySelector('#match-answer .columns').innerText"); !strings.Contains(first, "电主轴") || !strings.Contains(first, "匹配度") {
		t.Errorf("the answer: %.300s", first)
	}
	p.write("#need-text", "换流站的换流阀积灰严重，停电检修时间短，人工擦拭效率低，想找安全高效的清灰办法。")
	p.eventually("the answer follows the text", "document.querySelector('#match-answer .columns').innerText.includes('换流阀')")
	p.eval("document.getElementById('need-text').select()")
	p.key(kb.Backspace)
	p.eventually("no text, no answer", "document.getElementById('match-answer').children.length === 0")
	if got := p.eval("location.pathname + location.search"); got != "/match" {
		t.Errorf("the address became %s", got)
	}
}

// unanswerable shares a word or two with the demonstration data, no more.
const unanswerable = "副井罐笼的提升绳每天靠人捋着棉纱看断丝，一趟四十多分钟，油泥厚的地方看不出来。想装一套不停车就能测出断丝、磨损和锈蚀的设备，绳速 6 米每秒。"

// Where nobody fits the page says so; the nearest are folded away as hints, and
// marked as what they are.
func TestNobodyFits(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	p.open("/match")
	p.write("#need-text", unanswerable)
	p.eventually("nobody fits", "document.querySelectorAll('#match-answer .none').length === 2")
	p.see("#people .none-title")
	if got := p.eval("document.querySelector('#match-answer .summary').textContent"); !strings.Contains(got, "没有合适的人选") {
		t.Errorf("the answer is %q", got)
	}
	if got := p.eval("document.querySelectorAll('details.nearest[open]').length"); got != "0" {
		t.Errorf("%s hints are open from the start", got)
	}
	for _, narrow := range []bool{false, true} {
		p.window(1280, 900, false)
		if narrow {
			p.phone()
		}
		p.click("details.nearest > summary")
		p.see("details.nearest .card")
		if got := p.eval("[...document.querySelectorAll('.nearest .band')].every(b => b.textContent.includes('不足') && b.className === 'band band-0')"); got != "true" {
			t.Error("a hint is not marked 不足")
		}
		if got := p.eval("document.documentElement.scrollWidth <= window.innerWidth"); got != "true" {
			t.Errorf("phone %v: the hints are wider than the screen", narrow)
		}
		p.click("details.nearest > summary")
		p.eventually("the hints are folded again", "!document.querySelector('details.nearest[open]')")
	}
}

func TestWithoutJavaScript(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.open("/")
	p.write("#need-text", problem)
	p.click(".need button")
	p.see("#match-answer .card")
	if kept := p.eval("document.getElementById('need-text').value"); kept != problem {
		t.Errorf("the form holds %q", kept)
	}
	p.write("#q", "数控")
	p.click(".search button")
	p.see(".hit")
	p.click(".tick")
	p.see(".picked")
	p.phone()
	p.open("/search?q=%E6%95%B0%E6%8E%A7")
	if shown := p.eval("document.querySelector('.facets').getClientRects().length"); shown != "0" {
		t.Error("the filters are not folded on the phone")
	}
	p.click(".side .fold-label")
	p.see(".facets")
	p.click(".tick")
	p.see(".picked")
}

func TestNeedPage(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	p.open("/search?kind=need")
	p.click(".hit-title a")
	p.see("#matches")
	if got := p.eval("document.querySelectorAll('.answer .column').length"); got != "2" {
		t.Errorf("%s columns", got)
	}
	side := "document.getElementById('documents').getBoundingClientRect().top === document.getElementById('people').getBoundingClientRect().top"
	if p.eval(side) != "true" {
		t.Error("documents and people are not side by side")
	}
	p.phone()
	if p.eval(side) != "false" {
		t.Error("documents and people are not stacked on the phone")
	}
}

func TestChosenTabIsInView(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	p.phone()
	p.open("/search?q=%E6%95%B0%E6%8E%A7&kind=organisation")
	p.eventually("the chosen tab is in view", `(() => { const r = document.querySelector('.tabs [aria-current]').getBoundingClientRect(); return r.left >= 0 && r.right <= window.innerWidth; })()`)
}

// checkPhone finds what a finger or a narrow screen would suffer from.
const checkPhone = `(() => {
  const out = [];
  const wide = document.documentElement.scrollWidth;
  if (wide > window.innerWidth || window.innerWidth > 390) out.push("the page is " + wide + " px wide, the window " + window.innerWidth);
  for (const e of document.querySelectorAll("button, .button, .nav a, .brand, .tabs a, .tick, .pager a, .sorts a, .search-text, .fold-label, .entry, summary, .examples a, .foot a")) {
    const r = e.getBoundingClientRect();
    if (r.height > 0 && r.height < 43.5) out.push("too low for a finger: " + r.height + " px, " + e.className + " " + e.textContent.trim().slice(0, 20));
  }
  return out;
})()`

// checkContrast computes, for every visible text, the contrast with the
// background that it stands on (WCAG 2.1, 1.4.3).
const checkContrast = `(() => {
  const out = new Set();
  const parse = (c) => { const m = c.match(/[\d.]+/g).map(Number); return { r: m[0], g: m[1], b: m[2], a: m.length > 3 ? m[3] : 1 }; };
  const lum = (c) => { const f = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); }; return 0.2126 * f(c.r) + 0.7152 * f(c.g) + 0.0722 * f(c.b); };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.a === 1) return c; } return { r: 255, g: 255, b: 255, a: 1 }; };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    const e = n.parentElement;
    if (!n.textContent.trim() || !e.getClientRects().length || e.closest(".hide, script")) continue;
    const s = getComputedStyle(e);
    const a = lum(parse(s.color)), b = lum(ground(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) out.add(ratio.toFixed(2) + " " + e.tagName + "." + e.className + " " + n.textContent.trim().slice(0, 16));
  }
  return [...out];
})()`

// report runs a check that lists what is wrong, on a page that is there whole: some go
// on by themselves while they are looked at.
func (p *tab) report(where, check string) {
	p.t.Helper()
	said := ""
	p.until(where+": the check", func() bool {
		said = p.eval("document.readyState === 'complete' ? JSON.stringify(" + check + ") : ''")
		return said != ""
	})
	var wrong []string
	if err := json.Unmarshal([]byte(said), &wrong); err != nil {
		p.t.Fatalf("%s: the check did not run: %v", where, err)
	}
	for _, w := range wrong {
		p.t.Errorf("%s: %s", where, w)
	}
}

// The page can be used with the keyboard alone: the first stop skips to the
// text, and every stop is seen.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	p.open("/help")
	p.key(kb.Tab)
	if got := p.eval("document.activeElement.className"); got != "skip" {
		t.Errorf("the first stop is %q", got)
	}
	for range 12 {
		p.key(kb.Tab)
		if p.eval("getComputedStyle(document.activeElement).outlineStyle") == "none" {
			t.Errorf("no outline around %s", p.eval("document.activeElement.outerHTML"))
		}
	}
	p.open("/help")
	p.key(kb.Tab)
	p.key(kb.Enter)
	p.eventually("the text has the focus", "document.activeElement.id === 'main'")
}
