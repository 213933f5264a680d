package browser_test

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// rolePages are the pages that each role lives in, by the demonstration's login;
// "" is a visitor.
var rolePages = map[string][]string{
	"": {"/", "/search", "/search?q=电主轴", "/search?q=数控&page=2", "/match", "/search?q=不存在的古怪词语", "/match?example=1", "/needs/XQ-2026-A019", "/needs/XQ-2026-A001", "/results/CG-2026-A001", "/patents/ZL-2026-A008", "/experts/ZJ-2026-A005", "/experts/ZJ-2026-A005/claim",
		"/studios/GZS-2026-A001", "/organisations/DW-2026-A010", "/open", "/open?field=energy", "/reviews", "/compare?id=expert/ZJ-2026-A005&id=result/CG-2026-A001", "/compare", "/help", "/login", "/register", "/gallery", "/nowhere"},
	"qiye": {"/today", "/needs/mine", "/needs/new", "/needs/XQ-2026-A034", "/needs/XQ-2026-A034?as=visitor", "/needs/XQ-2026-A034/edit", "/introductions", "/introductions?tab=all", "/introductions/DJ-DEMO-7", "/search?q=漆雾", "/searches",
		"/records/mine", "/results/new", "/patents/new", "/imports", "/imports?kind=patent", "/reviews", "/reviews/PS-DEMO-3", "/reviews/PS-DEMO-3/apply", "/compare?id=expert/ZJ-2026-A005&id=expert/ZJ-2026-B001", "/match", "/notices", "/account"},
	"gongjiang": {"/today", "/introductions?tab=all", "/introductions/DJ-DEMO-8", "/experts/ZJ-2026-A005", "/needs/XQ-2026-A001", "/open", "/records/mine", "/results/new", "/results/CG-2026-A011/edit", "/patents/new", "/imports", "/match", "/searches", "/reviews/PS-DEMO-3", "/notices", "/account"},
	"hongniang": {"/today", "/review", "/introductions", "/introductions?tab=all", "/introductions?tab=all&view=board", "/introductions/new", "/introductions/DJ-DEMO-2", "/introductions/DJ-DEMO-6", "/needs/XQ-2026-A019", "/needs/XQ-2026-A019/desk",
		"/needs/XQ-2026-A022/desk?id=expert/ZJ-2026-A005&id=expert/ZJ-2026-A046", "/needs/mine", "/campaigns", "/campaigns/new", "/campaigns/PL-DEMO-1", "/groups", "/groups/GX-DEMO-1", "/groups/proposals", "/reviews", "/reviews/new", "/reviews/PS-DEMO-3", "/reviews/PS-DEMO-1", "/handover", "/handover?from=nobody", "/personal", "/imports", "/records/mine", "/results/new", "/results/CG-2026-A011/edit", "/results/CG-2026-A001/edit", "/claims", "/notices", "/account"},
	"lingdao": {"/today", "/introductions", "/introductions/DJ-DEMO-3", "/campaigns", "/groups", "/searches", "/reviews/PS-DEMO-2", "/leader", "/leader?from=2020-01-01&by=month&basis=happened", "/leader?region=371000&by=industry", "/leader?from=2030-01-01", "/leader?to=gestern",
		"/leader/behind?key=funnel.needs", "/leader/behind?key=ladder.verified&arg=saved", "/leader/behind?key=coverage.idle", "/leader/behind?key=funnel.paid&from=2030-01-01",
		"/reports", "/reports/summary", "/reports/needs", "/reports/results", "/reports/people", "/reports/introductions", "/reports/helps", "/reports/helps?from=2030-01-01", "/funnel"},
	"guanli": {"/today", "/review", "/admin", "/admin/lexicon/synonyms", "/admin/lexicon/userdict", "/admin/changes", "/admin/backups", "/users", "/users?q=hongniang", "/users/new", "/imports", "/records/mine", "/personal", "/searches"},
}

// maxWeight is how much the heaviest page may weigh on the wire at a first visit.
const maxWeight = 100 << 10

// TestEveryRoleLooksGood opens every page as whom it is for, wide and narrow, in
// light and dark, and with everything unfolded that folds: axe finds nothing (where
// it is installed: scripts/axe.sh), texts have contrast, nothing is wider than a
// phone, fingers hit every button, and a first visit is light. With
// HONGNIANG_SCREENSHOTS the pages are drawn. A role's pages are walked by several
// tabs, so that no test is the last one for long.
func TestEveryRoleLooksGood(t *testing.T) {
	for login, all := range rolePages {
		for paths := range slices.Chunk(all, pagesPerTab) {
			t.Run(roleName(login), func(t *testing.T) {
				t.Parallel()
				p := asRole(t, login)
				heaviest, most := "", 0
				for _, path := range paths {
					if n := p.looksGood(path); n > most {
						most, heaviest = n, path
					}
				}
				t.Logf("%d pages; the heaviest: %s, %d KB as a first visit", len(paths), heaviest, most>>10)
			})
		}
	}
}

// pagesPerTab is how many pages one tab walks.
const pagesPerTab = 8

func roleName(login string) string {
	if login == "" {
		return "visitor"
	}
	return login
}

// darkPictures are pages that are drawn in the dark scheme too.
var darkPictures = []string{"/", "/search?q=电主轴", "/match?example=1", "/needs/XQ-2026-A019", "/needs/new", "/today", "/introductions/DJ-DEMO-2", "/needs/XQ-2026-A019/desk", "/leader", "/reports/summary", "/admin"}

// unfold opens everything on the page that folds.
const unfold = "[...document.querySelectorAll('details')].forEach((d) => { d.open = true; })"

// looksGood checks one page, and says what a first visit weighs in bytes.
func (p *person) looksGood(path string) int {
	p.t.Helper()
	where := roleName(p.name) + " " + path
	p.window(1280, 900, false)
	p.open(path)
	p.answered(path)
	weight := p.weight()
	if weight > maxWeight {
		p.t.Errorf("%s weighs %d bytes, at most %d are allowed", where, weight, maxWeight)
	}
	if p.eval("document.querySelector('.who').getBoundingClientRect().top < 30") != "true" {
		p.t.Errorf("%s: the header takes two lines", where)
	}
	p.axe(where, everyRule)
	p.draw(pictureName(p.name, path) + "-1280")
	p.eval(unfold)
	p.scheme("dark")
	p.report(where+" dark", checkContrast)
	p.axe(where+" dark", colourRule)
	if slices.Contains(darkPictures, path) {
		p.draw(pictureName(p.name, path) + "-dark")
	}
	p.scheme("light")
	p.report(where, checkContrast)
	p.phone()
	p.report(where+" on a phone", checkPhone)
	p.axe(where+" on a phone", everyRule)
	p.eval("[...document.querySelectorAll('details')].forEach((d) => { d.open = false; })")
	p.report(where+" on a phone, folded", checkPhone)
	p.draw(pictureName(p.name, path) + "-390")
	return weight
}

func pictureName(login, path string) string {
	return roleName(login) + path
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

// refused are the pages that are walked to see what a refusal looks like: a page that
// is not there, one that is not his, a form that is wrong.
var refused = map[string]string{"visitor/nowhere": "404", "hongniang/results/CG-2026-A001/edit": "403", "lingdao/leader?to=gestern": "422"}

// answered holds the status of the page that is open against the one that it is to
// have, and drops what the browser says of a refusal that is meant.
func (p *person) answered(path string) {
	p.t.Helper()
	name := pictureName(p.name, path)
	if got, want := p.eval("performance.getEntriesByType('navigation')[0].responseStatus"), cmp.Or(refused[name], "200"); got != want {
		p.t.Errorf("%s answers %s, not %s", name, got, want)
	}
	if refused[name] == "" {
		return
	}
	at := p.eval("location.href")
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = slices.DeleteFunc(p.faults, func(f string) bool {
		return strings.Contains(f, "status of "+refused[name]) && strings.HasSuffix(f, " "+at)
	})
}
