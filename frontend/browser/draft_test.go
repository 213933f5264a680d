package browser_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// atVisit opens the form of a visit on a phone.
func atVisit(p *person) string {
	p.t.Helper()
	p.open("/introductions?tab=mine&stage=visiting")
	p.click(".case-title")
	p.see("#step-visit summary")
	path := p.eval("location.pathname")
	if p.eval("document.querySelector('#step-visit').open") != "true" {
		p.click("#step-visit > summary")
	}
	p.see("#f-visit-visit-findings")
	return path
}

const typedFindings = "主轴箱漏油，油封老化；约定周四带工装来换。"

// Who writes up a visit where there is no signal loses nothing: the form says
// that it was not sent, the page may be closed, and what was typed is there
// again, once the line is back, until it was sent.
func TestVisitOnABadLine(t *testing.T) {
	t.Parallel()
	p := signIn(t, "hongniang")
	p.phone()
	path := atVisit(p)
	p.write("#f-visit-visit-findings", typedFindings)
	p.put("#f-visit-visit-kind", "onsite")
	p.eval("document.querySelector('#f-visit-visit-kind').dispatchEvent(new Event('input', { bubbles: true }))")
	p.eventually("it says that it is kept", "document.querySelector('#step-visit .draft-note').textContent.includes('已存在这台设备上')")
	p.network(true, 0)
	p.put("#f-visit-visit-date", today(p))
	p.tap("#step-visit .form-foot .button")
	p.eventually("it says that nothing was sent", "document.querySelector('#step-visit .draft-note').textContent.includes('没有提交')")
	if got := p.eval("location.pathname + document.querySelector('#f-visit-visit-findings').value"); got != path+typedFindings {
		t.Errorf("offline the page is %q", got)
	}
	p.network(false, 0)
	p.open("/help") // the page is gone
	p.open(path)
	p.eventually("what was typed is back", "document.querySelector('#f-visit-visit-findings').value === '"+typedFindings+"' && document.querySelector('#f-visit-visit-kind').value === 'onsite' && document.querySelector('#step-visit').open")
	p.click("#step-visit .form-foot .button")
	p.done("visit")
	p.open(path)
	if got := p.eval("document.querySelector('#f-visit-visit-findings').value"); got != "" {
		t.Errorf("after it was sent the form holds %q", got)
	}
	if got := p.eval("Object.keys(localStorage).filter((k) => k.startsWith('draft:')).length"); got != "0" {
		t.Errorf("%s drafts are left", got)
	}
}

func today(p *person) string {
	return p.eval("new Date(Date.now() + 8*3600e3).toISOString().slice(0, 10)")
}

// Drafts are the account's own: signing out wipes them, and what stood in a field
// before anybody typed is never kept.
func TestDraftsGoWithTheAccount(t *testing.T) {
	t.Parallel()
	p := signIn(t, "hongniang")
	p.open("/needs/XQ-2026-A019/edit")
	detail := p.eval("document.querySelector('#detail').value")
	if len(detail) < 10 {
		t.Fatal("the need has no confidential text")
	}
	p.write("#keywords", "疲劳，曲轴，弯曲，草稿词")
	p.eventually("a draft", "Object.keys(localStorage).some((k) => k.startsWith('draft:'))")
	if kept := p.eval("JSON.stringify(localStorage)"); !strings.Contains(kept, "草稿词") || strings.Contains(kept, []string{detail[:9]}[0]) {
		t.Errorf("kept: %s", kept)
	}
	p.open("/needs/XQ-2026-A019/edit")
	p.eventually("it is restored", "document.querySelector('#keywords').value.includes('草稿词')")
	if at := p.eval("document.querySelector('.draft-restored').getBoundingClientRect().top < document.querySelector('#title').getBoundingClientRect().top"); at != "true" {
		t.Error("what was restored is not told at the head of the form")
	}
	p.picture("draft-restored")
	p.click(".draft-restored .link")
	p.eventually("it is dropped", "!document.querySelector('#keywords').value.includes('草稿词') && !Object.keys(localStorage).length")
	p.write("#keywords", "另一个草稿词，曲轴，弯曲")
	p.eventually("a draft again", "Object.keys(localStorage).some((k) => k.startsWith('draft:'))")
	p.click(".who summary")
	p.click(".who-menu button")
	p.see(".sign-in")
	if kept := p.eval("JSON.stringify(localStorage)"); strings.Contains(kept, "草稿词") {
		t.Errorf("after signing out: %s", kept)
	}
}

// Without JavaScript the same form works as ever.
func TestVisitWithoutJavaScript(t *testing.T) {
	p := signIn(t, "hongniang")
	call(p.tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	atVisit(p)
	p.write("#f-visit-visit-findings", "无脚本也能记。")
	p.put("#f-visit-visit-kind", "onsite")
	p.put("#f-visit-visit-date", today(p))
	p.click("#step-visit .form-foot .button")
	p.done("visit")
}
