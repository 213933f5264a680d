package browser_test

import "testing"

// judgedNeed is one whose candidates nobody else's test judges.
const judgedNeed = "/needs/XQ-2026-A028"

// A broker goes through the candidates by keys and judges by keys; what he called
// wrong is folded away, and who has no time can be noted.
func TestVerdictsByKeys(t *testing.T) {
	t.Parallel()
	p := signIn(t, "hongniang")
	p.window(1280, 900, false)
	p.open(judgedNeed)
	p.see(".verdict")
	count := p.eval("document.querySelectorAll('.card .verdict').length")
	p.key("j")
	p.key("j")
	second := p.eval("document.querySelector('.card[data-at]').id")
	p.key("1")
	p.eventually("judged strong", "document.getElementById('"+second+"') && document.getElementById('"+second+"').querySelector('button[aria-pressed]')")
	p.eventually("one is still there", "document.querySelector('.card[data-at]') && document.querySelector('.card[data-at]').id === '"+second+"'")
	p.key("k")
	p.key("3")
	p.eventually("folded away", "document.querySelectorAll('.folded .card').length === 1")
	p.eventually("the next is in his place", "document.querySelector('.card[data-at]') && !document.querySelector('.folded').open")
	if n := p.eval("document.querySelectorAll('.card .verdict').length"); n != count {
		t.Errorf("%s forms after, %s before", n, count)
	}
	p.click(".folded > summary")
	p.eventually("unfolded", "document.querySelector('.folded').open && document.querySelector('.folded .card').offsetHeight > 0")
	p.draw("verdicts-1280")
	p.axe(judgedNeed, everyRule)
	p.phone()
	p.open(judgedNeed)
	if wide := p.eval("document.documentElement.scrollWidth > innerWidth"); wide != "false" {
		t.Error("the page is wider than the phone")
	}
	p.draw("verdicts-390")
	p.axe(judgedNeed+" on a phone", everyRule)
}
