package browser_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp/kb"
)

// hand is somebody who knows no address and no name of a field: he finds things by
// the words that he can see, and what he does is counted. A click, a field filled,
// a choice made and a key pressed are one step each.
type hand struct {
	*person
	job    string
	narrow bool
	steps  int
	shots  int
	looks  bool // every page that one comes to is checked: contrast, and fingers on a phone
}

// newHand signs in at the start page, which is not counted.
func newHand(t *testing.T, base, login, job string, narrow bool) *hand {
	t.Helper()
	at := openTabOn(t, base)
	if narrow {
		at.phone()
	}
	h := &hand{person: signInAt(at, login), job: job, narrow: narrow}
	h.shot()
	return h
}

// findWords gives where the thing is that has the words: what equals them before
// what begins with them before what has them; within the smallest part of the page
// that has the other words, when there are some.
const findWords = `((words, within, sort) => {
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && [...e.getClientRects()].some((r) => r.width > 1 && r.height > 1);
  const flat = (s) => (s || "").replace(/\s+/g, " ").trim();
  const kinds = { press: "a[href], button, summary, label", field: "input:not([type=hidden]), textarea, select" };
  const said = (e) => sort === "field" ? flat([...(e.labels || [])].map((l) => l.innerText).join(" ")).replace(/ \*$/, "") : flat(e.innerText || e.getAttribute("aria-label") || e.title);
  let part = document.body;
  if (within) {
    const parts = [...document.querySelectorAll("li, article, section, tr, fieldset, details, dl > div, form")].filter((e) => shown(e) && flat(e.innerText).includes(within) && [...e.querySelectorAll(kinds[sort])].some((x) => shown(x) && said(x).includes(words)));
    part = parts.sort((a, b) => a.innerText.length - b.innerText.length)[0];
    if (!part) return "";
  }
  const all = [...part.querySelectorAll(kinds[sort])].filter((e) => shown(e) && !e.disabled);
  const opened = (e) => e.tagName === "SUMMARY" && e.parentElement.open;
  all.sort((a, b) => opened(a) - opened(b)); // what is open already is not opened for its words
  const e = all.find((e) => said(e) === words) || all.find((e) => said(e).startsWith(words)) || all.find((e) => said(e).includes(words));
  if (!e) return "";
  window.inHand = e;
  e.scrollIntoView({ block: "center", behavior: "instant" });
  const r = [...e.getClientRects()].find((r) => r.width > 1 && r.height > 1);
  const x = r.left + r.width / 2, y = r.top + r.height / 2, top = document.elementFromPoint(x, y);
  const free = top && (e.contains(top) || top.contains(e) || (top.closest("label") && top.closest("label").control === e));
  return JSON.stringify({ x, y, free: !!free, over: top ? top.outerHTML.slice(0, 80) : "", leaves: ` + leaves + `(e), tag: e.tagName, type: e.type || "" });
})`

// thing is what was found: where it is on the screen, and whether a click on it
// leads to another page.
type thing struct {
	X, Y   float64
	Free   bool
	Over   string
	Leaves bool
	Tag    string
	Type   string
}

// find waits until it sees something with the words.
func (h *hand) find(words, within, sort string) thing {
	h.t.Helper()
	args, err := json.Marshal([]string{words, within, sort})
	if err != nil {
		h.t.Fatal(err)
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		out := h.eval("document.readyState === 'complete' ? " + findWords + "(..." + string(args) + ") : ''")
		var it thing
		if json.Unmarshal([]byte(out), &it) == nil && it.Free {
			return it
		} else if it.Over != "" && time.Until(end) < time.Second {
			h.t.Fatalf("%s: %q is covered by %s%s", h.job, words, it.Over, h.here())
		}
	}
	h.t.Fatalf("%s: nobody finds %q (%s, within %q)%s", h.job, words, sort, within, h.here())
	return thing{}
}

// click clicks what has the words.
func (h *hand) click(words string) { h.t.Helper(); h.clickIn("", words) }

// clickIn clicks what has the words within the part of the page that has others.
func (h *hand) clickIn(within, words string) {
	h.t.Helper()
	it := h.find(words, within, "press")
	h.steps++
	h.stay()
	h.press(it.X, it.Y)
	if it.Leaves {
		h.left(words)
	}
}

// left waits until another page is there.
func (h *hand) left(why string) {
	h.t.Helper()
	h.tab.left(h.job + ": " + why)
	h.shot()
}

// menu goes by the row at the top, or what folds it away on a phone.
func (h *hand) menu(words string) {
	h.t.Helper()
	if h.narrow {
		h.clickIn("", "菜单")
	}
	h.click(words)
}

// fill puts text into the field with the words before it.
func (h *hand) fill(label, text string) { h.t.Helper(); h.fillIn("", label, text) }

func (h *hand) fillIn(within, label, text string) {
	h.t.Helper()
	it := h.find(label, within, "field")
	h.steps++
	switch {
	case it.Tag == "SELECT" || it.Type == "date":
		value, err := json.Marshal(text)
		if err != nil {
			h.t.Fatal(err)
		}
		set := h.eval(`((e, v) => { if (e.tagName === "SELECT") { const o = [...e.options].find((o) => o.text.trim() === v); if (!o) return "no such choice"; v = o.value; } e.focus(); e.value = v; e.dispatchEvent(new Event("input", { bubbles: true })); e.dispatchEvent(new Event("change", { bubbles: true })); return "set"; })(window.inHand, ` + string(value) + `)`)
		if set != "set" {
			h.t.Fatalf("%s: %q takes no %q: %s", h.job, label, text, set)
		}
	default:
		h.eval("window.inHand.focus(), window.inHand.select()")
		call(h.tab, input.InsertText, input.InsertTextParams{Text: text})
	}
}

// tick sets a tick at the words.
func (h *hand) tick(within, words string) {
	h.t.Helper()
	it := h.find(words, within, "press")
	h.steps++
	h.press(it.X, it.Y)
}

// enter presses the key that sends a form of one line.
func (h *hand) enter() {
	h.t.Helper()
	h.steps++
	h.stay()
	h.key(kb.Enter)
	h.left("Enter")
}

// back goes to the page before, after this one has answered: a page that goes away may
// answer no more.
func (h *hand) back() {
	h.t.Helper()
	h.steps++
	before := h.eval("location.href")
	call(h.tab, runtime.Evaluate, runtime.EvaluateParams{Expression: "setTimeout(() => history.back())"})
	h.eventually("the page before", fmt.Sprintf("location.href !== %q && document.readyState === 'complete'", before))
	h.shot()
}

// reads waits until all the words can be seen.
func (h *hand) reads(words ...string) {
	h.t.Helper()
	for _, w := range words {
		quoted, err := json.Marshal(w)
		if err != nil {
			h.t.Fatal(err)
		}
		h.eventually(h.job+": reading "+w, "document.body && document.body.innerText.replace(/\\s+/g, ' ').includes("+string(quoted)+")")
	}
}

// readsNot fails when one of the words can be seen.
func (h *hand) readsNot(words ...string) {
	h.t.Helper()
	body := h.eval("document.body.innerText")
	for _, w := range words {
		if strings.Contains(body, w) {
			h.t.Errorf("%s: %q is on %s", h.job, w, h.eval("location.href"))
		}
	}
}

// shot draws what one sees of the page that one has come to.
func (h *hand) shot() {
	if h.looks {
		h.look()
	}
	h.shots++
	h.drawAs(fmt.Sprintf("%s-%02d", h.job, h.shots), onScreen)
}

// look checks the page as it is.
func (h *hand) look() {
	h.t.Helper()
	where := h.job + " " + h.eval("location.pathname")
	h.report(where, checkContrast)
	if h.narrow {
		h.report(where, checkPhone)
	}
}

// ask sends a request as the page would, and gives the answer's text: what a check
// looks at, no step of the job.
func (h *hand) ask(path string) string {
	return h.eval(`(() => { const x = new XMLHttpRequest(); x.open('GET', '` + path + `', false); x.send(); return x.responseText; })()`)
}

// api reads an answer of the API.
func (h *hand) api(path string, into any) {
	h.t.Helper()
	if said := h.ask("/api/v1" + path); json.Unmarshal([]byte(said), into) != nil {
		h.t.Fatalf("%s: %s answers %.300s", h.job, path, said)
	}
}

// other opens a browser of its own for a check, at the same program.
func (h *hand) other(login string) *hand {
	h.t.Helper()
	at := openTabOn(h.t, h.base)
	if h.narrow {
		at.phone()
	}
	p := &person{tab: at, name: "visitor"}
	if login != "" {
		p = signInAt(at, login)
	}
	return &hand{person: p, job: h.job + "-" + p.name, narrow: h.narrow}
}

// quoted makes text an expression.
func quoted(text string) string {
	data, _ := json.Marshal(text) // a string always is one
	return string(data)
}
