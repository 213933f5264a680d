package browser_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// Somebody signs in on a phone, without JavaScript, looks at his account, and
// signs out; the header fits the screen all the time.
func TestSignInOnAPhone(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.phone()
	fits := func(what string) {
		t.Helper()
		if got := p.eval("document.documentElement.scrollWidth <= window.innerWidth && document.querySelector('.who').getBoundingClientRect().top < 60"); got != "true" {
			t.Errorf("%s: the header does not fit%s", what, p.here())
		}
	}
	p.open("/needs/XQ-2026-A019")
	if body := p.eval("document.body.innerText"); strings.Contains(body, "需求详情") {
		t.Error("a visitor sees what is confidential")
	}
	p.click(".sign-in")
	p.see("#password")
	fits("signing in")
	p.write("#name", "qiye")
	p.write("#password", demoPassword)
	p.click(".form .button")
	p.see(".who summary")
	p.open("/needs/XQ-2026-A019")
	if body := p.eval("document.body.innerText"); !strings.Contains(body, "需求详情") {
		t.Errorf("the firm does not see its own need whole%s", p.here())
	}
	p.click(".who summary")
	p.see(".who-menu a")
	if got := p.eval("(r => r.left >= 0 && r.right <= window.innerWidth)(document.querySelector('.who-menu').getBoundingClientRect())"); got != "true" {
		t.Error("the menu leaves the screen")
	}
	p.click(".who-menu a[href='/account']")
	p.see("#sessions")
	fits("the account")
	p.click(".who summary")
	p.click(".who-menu button")
	p.see(".sign-in")
	p.open("/account")
	if got := p.eval("location.pathname"); got != "/login" {
		t.Errorf("signed out, the account is at %s", got)
	}
}
