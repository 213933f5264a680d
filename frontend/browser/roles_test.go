package browser_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// rolePages are the pages that each role lives in, by the demonstration's login;
// "" is a visitor.
var rolePages = map[string][]string{
	"":          {"/", "/search", "/search?q=电主轴", "/search?q=不存在的古怪词语", "/match?example=1", "/needs/XQ-2026-A019", "/results/CG-2026-A001", "/experts/ZJ-2026-A005", "/organisations/DW-2026-A010", "/open", "/compare?id=expert/ZJ-2026-A005&id=result/CG-2026-A001", "/compare", "/help", "/login", "/register", "/gallery", "/nowhere"},
	"qiye":      {"/today", "/needs/mine", "/needs/new", "/introductions", "/introductions?tab=all", "/notices", "/account"},
	"gongjiang": {"/today", "/introductions?tab=all", "/experts/ZJ-2026-A005"},
	"hongniang": {"/today", "/review", "/introductions", "/introductions?tab=all", "/introductions?tab=all&view=board", "/introductions/new", "/needs/XQ-2026-A019", "/needs/XQ-2026-A019/desk", "/needs/XQ-2026-A022/desk?id=expert/ZJ-2026-A005&id=expert/ZJ-2026-A046", "/claims", "/notices"},
	"lingdao":   {"/today", "/introductions"},
	"guanli":    {"/today", "/review", "/admin", "/admin/lexicon/synonyms", "/admin/lexicon/userdict", "/admin/changes", "/admin/backups", "/searches"},
}

// maxWeight is how much the heaviest page may weigh on the wire at a first visit.
const maxWeight = 100 << 10

// TestEveryRoleLooksGood opens every page as whom it is for, wide and narrow, in
// light and dark: axe finds nothing (where it is installed: scripts/axe.sh), texts
// have contrast, nothing is wider than a phone, fingers hit every button, and a
// first visit is light. With HONGNIANG_TEST_PICTURES the pages are drawn.
func TestEveryRoleLooksGood(t *testing.T) {
	heaviest := ""
	most := 0
	for login, paths := range rolePages {
		p := &person{tab: openTab(t), name: login}
		if login != "" {
			p = signIn(t, login)
		}
		for _, path := range paths {
			p.window(1280, 900, false)
			p.open(path)
			if n := p.weight(); n > most {
				most, heaviest = n, login+" "+path
			}
			if p.eval("document.querySelector('.who').getBoundingClientRect().top < 60") != "true" {
				t.Errorf("%s %s: the header takes two lines", login, path)
			}
			for _, scheme := range []string{"dark", "light"} {
				p.scheme(scheme)
				p.report(login+" "+path+" "+scheme, checkContrast)
				p.axe(login + " " + path + " " + scheme)
			}
			p.draw(pictureName(login, path) + "-1280")
			p.phone()
			p.report(login+" "+path+" on a phone", checkPhone)
			p.axe(login + " " + path + " on a phone")
			p.draw(pictureName(login, path) + "-390")
		}
		p.forgive404()
	}
	t.Logf("the heaviest page: %s, %d KB as a first visit", heaviest, most>>10)
	if most > maxWeight {
		t.Errorf("%s weighs %d bytes, at most %d are allowed", heaviest, most, maxWeight)
	}
}

func pictureName(login, path string) string {
	if login == "" {
		login = "visitor"
	}
	return login + strings.NewReplacer("/", "_", "?", "_", "=", "-", "&", "_").Replace(path)
}

func (p *tab) scheme(name string) {
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}})
}

// weight sums what the page and everything that it loads weigh compressed.
func (p *tab) weight() int {
	n, err := strconv.Atoi(p.eval("[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce((n, e) => n + (e.encodedBodySize || 0), 0)"))
	if err != nil {
		p.t.Errorf("the weight is %v", err)
	}
	return n
}

// forgive404 drops what the browser says of the page that is not there.
func (p *tab) forgive404() {
	p.mu.Lock()
	defer p.mu.Unlock()
	kept := p.faults[:0]
	for _, f := range p.faults {
		if !strings.Contains(f, "404") {
			kept = append(kept, f)
		}
	}
	p.faults = kept
}

// envAxe names axe.min.js of the axe-core package; scripts/axe.sh fetches it.
const envAxe = "HONGNIANG_AXE"

// axeSource reads axe-core, "" where it is not installed: then the checks of our
// own stand alone.
func axeSource(t *testing.T) string {
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

const runAxe = `(window.axeDone = null, axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"] })
  .then((r) => { window.axeDone = JSON.stringify(r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.html.slice(0, 120)))); }, (e) => { window.axeDone = JSON.stringify(["axe failed: " + e]); }), "")`

// axe runs axe-core over the page as it is.
func (p *tab) axe(where string) {
	p.t.Helper()
	source := axeSource(p.t)
	if source == "" {
		return
	}
	if p.eval("typeof window.axe") != "object" {
		p.eval("(" + "() => {" + source + "\n})()")
	}
	p.eval(runAxe)
	p.eventually("axe's answer", "window.axeDone")
	var wrong []string
	if err := json.Unmarshal([]byte(p.eval("window.axeDone")), &wrong); err != nil {
		p.t.Fatal(err)
	}
	for _, w := range wrong {
		p.t.Errorf("%s: axe: %s", where, w)
	}
}
