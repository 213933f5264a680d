package browser_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
)

// fair are needs that no other test introduces anybody for.
var fair = []string{
	"XQ-2026-A005", "XQ-2026-A007", "XQ-2026-A010", "XQ-2026-A012", "XQ-2026-A014", "XQ-2026-A017", "XQ-2026-A033",
}

// TestCampaignInTheBrowser takes a campaign from its form to its introductions
// without JavaScript; with it the plan comes by itself.
func TestCampaignInTheBrowser(t *testing.T) {
	t.Parallel()
	p := signIn(t, "hongniang")
	script := func(off bool) {
		call(p.tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off})
	}
	script(true)
	p.page = "/campaigns"
	p.open(p.page)
	p.picture("campaigns-empty")
	p.open("/campaigns/new")
	p.picture("campaign-new")
	p.write("#c-name", "冬季装备制造专场")
	p.write("#c-quota", "x")
	p.click("main .form .button")
	p.see("main .problem")
	if got := p.eval("document.querySelector('#c-name').value"); got != "冬季装备制造专场" || !strings.Contains(p.eval("document.body.innerText"), "请填一个整数") {
		t.Errorf("what was typed is gone: %q", got)
	}
	p.picture("campaign-refused")
	p.forgive()
	p.write("#c-quota", "2")
	p.write("#c-needs", strings.Join(fair, "\n"))
	p.click("main .form .button")
	p.see("main .done")
	p.page = p.eval("location.pathname")
	p.picture("campaign-draft")
	p.click("button[value=plan]") // without scripts, so that the page stays as it is
	p.see("[data-busy]")
	p.picture("campaign-busy")
	script(false)
	p.open(p.page)
	p.eventually("the plan, by itself", "!document.querySelector('[data-busy]') && document.querySelector('button[value=confirm]')")
	script(true)
	p.open(p.page)
	p.picture("campaign-planned")
	p.click("a.decide")
	p.see("#decide")
	p.picture("campaign-decide")
	p.click("#decide button[name=ban]")
	p.eventually("the answer to a decision", "location.search.includes('done=ban')")
	p.eventually("that a decision is noted", "document.body && document.body.innerText.includes('请重新排一次') && document.querySelector('button[value=plan]')")
	p.click("button[value=plan]")
	p.eventually("the answer to planning again", "location.search.includes('done=plan')")
	p.soon(p.page, "!!document.querySelector('button[value=confirm]')")
	p.click("button[value=confirm]")
	p.eventually("the answer to confirming", "location.search.includes('done=confirm')")
	p.soon(p.page, "document.body.innerText.includes('对接中')")
	p.picture("campaign-running")
	if n := p.eval("String(document.querySelectorAll('a[href^=\"/introductions/DJ-\"]').length > 2)"); n != "true" {
		t.Errorf("few introductions were begun:\n%s", p.eval("document.body.innerText"))
	}
	p.open("/campaigns")
	p.picture("campaigns")
}

// sameNeeds enters two needs of two firms that ask for the same.
func (p *person) sameNeeds() {
	p.t.Helper()
	for _, n := range [][2]string{{"DW-2026-A009", "淬火油槽冒烟大，车间里呛人"}, {"DW-2026-A011", "淬火油槽冒烟，车间油烟呛人"}} {
		got := p.eval(`(() => { const x = new XMLHttpRequest(); x.open('POST', '/api/v1/needs', false); x.setRequestHeader('Content-Type', 'application/json');
x.send(JSON.stringify({title: '` + n[1] + `', enterprise_code: '` + n[0] + `', status: 'published', union: 'DW-2026-U002', confidentiality: 'summary_only', keywords: ['淬火油烟', '油烟收集'],
summary_public: '井式炉淬火时油槽冒大烟，集气罩吸不住，车间里油烟呛人。想找懂淬火油烟收集和油槽封闭的人。', detail: '井式炉每天淬火二十炉，淬火油槽敞口，油烟从罩边溢出。'})); return x.responseText; })()`)
		if !strings.Contains(got, "XQ-") {
			p.t.Fatalf("no need was entered: %s", got)
		}
	}
}

// TestCommonNeedInTheBrowser confirms a proposal, and has somebody found for it.
func TestCommonNeedInTheBrowser(t *testing.T) {
	t.Parallel()
	p := signIn(t, "hongniang")
	p.sameNeeds()
	call(p.tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.open("/groups")
	p.picture("groups-before")
	p.click(".page-head .button")
	p.see(".crumbs")
	const looks, compared = "document.querySelector('[data-running] a')", "document.querySelector('.case .button')"
	for end := time.Now().Add(patience); p.eval("!"+compared+" && Boolean("+looks+")") == "true" && time.Now().Before(end); {
		p.eval("window.stays = true")
		p.click("[data-running] a") // they are compared in the background
		p.eventually("another look", "!window.stays")
	}
	p.picture("group-proposals")
	p.click(".case .button")
	p.see("#title")
	p.picture("group-form")
	p.click("main .form .button")
	p.see(".done")
	p.page = p.eval("location.pathname")
	p.open(p.page + "?match=1")
	p.picture("group")
	if body := p.eval("document.body.innerText"); !strings.Contains(body, "匹配到的人") && !strings.Contains(body, "没有合适的人选") {
		t.Errorf("matching says nothing:\n%s", body)
	}
	p.open("/groups")
	p.picture("groups")
	p.open("/handover")
	p.picture("handover")
}
