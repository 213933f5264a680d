package browser_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// A leader comes from a number to the records behind it and on to one of them,
// and from the menu to a printed report, without JavaScript.
func TestANumberLeadsToItsRecords(t *testing.T) {
	t.Parallel()
	p := signIn(t, "lingdao")
	p.soon("/leader", "document.querySelector('#funnel')")
	call(p.tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.open("/leader")
	const first = "#funnel tbody tr:nth-child(3) td a"
	number := p.eval("document.querySelector('" + first + "').textContent")
	p.click(first)
	p.see(".crumbs")
	if got := p.eval("document.querySelector('h1').textContent"); got != "推荐给企业："+number+" 项" {
		t.Errorf("the page says %s, the list %s", number, got)
	}
	if rows := p.eval("document.querySelectorAll('tbody tr').length"); rows != number {
		t.Errorf("%s rows behind %s", rows, number)
	}
	p.click("tbody tr td a")
	p.see("#matches, .record-head")
	p.open("/reports")
	p.click(".report-list a[href*='/reports/summary']")
	p.see(".report")
	if text := p.eval("document.querySelector('.report').innerText"); !strings.Contains(text, "选派劳模工匠") || !strings.Contains(text, "月报") {
		t.Errorf("the report: %.300s", text)
	}
	p.click(".report section:nth-of-type(1) p a")
	p.see(".crumbs")
	if got := p.eval("document.querySelector('h1').textContent"); !strings.HasPrefix(got, "征集需求：") {
		t.Errorf("the report's number leads to %s", got)
	}
	p.click(".crumbs a")
	p.see(".report")
	if got := p.eval("document.querySelector('h1').textContent"); !strings.Contains(got, "月报") {
		t.Errorf("its definition leads back to %s", got)
	}
}
