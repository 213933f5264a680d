package browser_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// An administrator's day by the pages alone, without JavaScript: a synonym tried out
// and saved, a word, a rebuild, a backup, the log; each page looked at both wide and
// narrow.
func TestAdministratorsDay(t *testing.T) {
	t.Parallel()
	p := signIn(t, "guanli")
	call(p.tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	look := func(what string) {
		t.Helper()
		for _, narrow := range []bool{false, true} {
			name := "admin-" + what + "-1280"
			p.window(1280, 900, false)
			if narrow {
				name = "admin-" + what + "-390"
				p.phone()
				p.report(what+" on a phone", checkPhone)
			}
			p.report(what, checkContrast)
			p.draw(name)
		}
		p.window(1280, 900, false)
	}
	has := func(what, text string) {
		t.Helper()
		if !strings.Contains(p.eval("document.querySelector('main').innerText"), text) {
			t.Errorf("%s: without %q%s", what, text, p.here())
		}
	}
	p.open("/admin/lexicon/synonyms")
	list := p.eval("document.getElementById('text').value")
	p.write("#text", list+"怪响=异响\n")
	p.write("#sample", "主轴怪响")
	p.write("#examples", "怪响\n换流阀")
	p.click("button[value=try]")
	p.see("#trial")
	has("a trial", "新进前十")
	look("trial")
	p.write("#text", list+"怪响\n")
	p.click("button[value=save]")
	p.see(".line-faults")
	look("faults")
	p.forgive() // what the browser says of a form that is refused
	p.write("#text", list+"怪响=异响\n")
	p.write("#note", "钳工的说法")
	p.click("button[value=save]")
	p.see(".done")
	has("the history", "第 1 版")
	look("saved")
	rebuilding.Lock()
	unlock := sync.OnceFunc(rebuilding.Unlock)
	defer unlock()
	p.open("/admin/lexicon/userdict")
	p.write("#text", p.eval("document.getElementById('text').value")+"溜槽卡阻 5000 n\n")
	p.click("button[value=save]")
	p.see(".done")
	p.open("/admin")
	has("a new dictionary", "用户词典改过")
	look("stale")
	p.eval("window.stays = true")
	p.click("#rebuild form .button")
	p.eventually("the rebuild begins", "!window.stays && /正在重建|上一次在/.test(document.getElementById('rebuild').innerText)")
	p.within(4*patience, "/admin", "document.querySelector('main').innerText.includes('上一次在') && !document.querySelector('progress')")
	if strings.Contains(p.eval("document.querySelector('main').innerText"), "用户词典改过") {
		t.Error("the new dictionary is not in use after the rebuild")
	}
	unlock()
	p.open("/admin/backups")
	p.click("form[action='/admin/backups'] .button")
	p.see(".case")
	look("backups")
	p.click(".case button")
	p.see(".done")
	p.eventually("a check", "document.querySelector('.done').innerText.includes('完好')")
	p.open("/search?q=电主轴")
	p.click(".save-search summary")
	p.see("#save-name")
	look("save-search")
	p.click(".save-search .button")
	p.see(".case")
	look("searches")
}
