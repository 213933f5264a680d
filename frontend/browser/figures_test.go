package browser_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// figurePages are the pages of figures, as a leader of the province sees them.
var figurePages = []string{
	"/leader", "/leader?from=2020-01-01&by=month&basis=happened", "/leader?region=371000&by=industry", "/leader?from=2030-01-01", "/leader?to=gestern",
	"/leader/behind?key=funnel.needs", "/leader/behind?key=ladder.verified&arg=saved", "/leader/behind?key=coverage.idle", "/leader/behind?key=funnel.paid&from=2030-01-01",
	"/reports", "/reports/summary", "/reports/needs", "/reports/results", "/reports/people", "/reports/introductions", "/reports/helps", "/reports/helps?from=2030-01-01", "/funnel",
}

// Every page of figures reads well, wide and narrow, light and dark.
func TestFigurePagesLookGood(t *testing.T) {
	t.Parallel()
	p := signIn(t, "lingdao")
	p.soon("/leader", "document.querySelector('#funnel')") // the book is filled beside the start
	for _, path := range figurePages {
		p.window(1280, 900, false)
		p.open(path)
		if n := p.weight(); n > maxWeight {
			t.Errorf("%s weighs %d bytes, at most %d are allowed", path, n, maxWeight)
		}
		for _, scheme := range []string{"dark", "light"} {
			p.scheme(scheme)
			p.report(path+" "+scheme, checkContrast)
			p.axe(path+" "+scheme, map[string]string{"dark": colourRule, "light": everyRule}[scheme])
		}
		p.draw(pictureName("figures", path) + "-1280")
		p.phone()
		p.report(path+" on a phone", checkPhone)
		p.axe(path+" on a phone", everyRule)
		p.draw(pictureName("figures", path) + "-390")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = slices.DeleteFunc(p.faults, func(f string) bool { return strings.Contains(f, "422") }) // what the browser says of the refused form
}

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
	if got := p.eval("document.querySelector('h1').textContent"); got != "推介企业："+number+" 项" {
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
	if text := p.eval("document.querySelector('.report').innerText"); !strings.Contains(text, "选派劳模工匠") || !strings.Contains(text, "年报") {
		t.Errorf("the report: %.300s", text)
	}
	p.click(".report section:nth-of-type(1) p a")
	p.see(".crumbs")
	if got := p.eval("document.querySelector('h1').textContent"); !strings.HasPrefix(got, "征集需求：") {
		t.Errorf("the report's number leads to %s", got)
	}
}
