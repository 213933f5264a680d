package browser_test

import (
	"strings"
	"testing"
)

// A broker who leaves hands a case to another, who finds it among his own with the
// next step as it was; the one who left has nothing any more.
func TestHandover(t *testing.T) {
	t.Parallel()
	atBothWidths(t, "handover", func(f flow) {
		admin := f.as("guanli")
		leaves, takes := "lizhi"+f.width, "jieban"+f.width
		union := newcomer{role: "红娘", org: "DW-2026-U002"}
		old, fresh := f.newcomer(admin, leaves, union), f.newcomer(admin, takes, union)
		old.open("/introductions/new?need=" + f.of("XQ-2026-B027", "XQ-2026-B028") + "&target=expert/" + f.of("ZJ-2026-A012", "ZJ-2026-A013"))
		old.click("开对接单")
		old.reads("确认推荐")
		title, case1 := old.eval("document.querySelector('h1').innerText"), old.eval("location.pathname")
		code := strings.TrimPrefix(case1, "/introductions/")
		old.under("移交")
		old.reads(code, "下一步")
		old.fill("交给谁", "没有这个人")
		old.fill("为什么移交", "调往市总")
		old.click("移交勾选的")
		old.reads("没有这位红娘")
		old.forgive()
		if kept := old.eval("document.querySelector('#note').value"); kept != "调往市总" {
			t.Errorf("the form holds %q", kept)
		}
		old.fill("交给谁", takes)
		old.click("移交勾选的")
		old.reads("已移交 1 件", "手上没有在办的")
		fresh.menu("对接单")
		fresh.click(title)
		fresh.reads("新人"+takes, "调往市总")
		fresh.open("/introductions?tab=mine")
		if links := fresh.eval("[...document.querySelectorAll('a[href^=\"/introductions/DJ-\"]')].map((a) => a.getAttribute('href')).join(' ')"); !strings.Contains(links, case1) {
			t.Errorf("%s is not among %s", case1, links)
		}
		old.open("/introductions?tab=mine")
		if links := old.eval("[...document.querySelectorAll('a[href^=\"/introductions/DJ-\"]')].map((a) => a.getAttribute('href')).join(' ')"); strings.Contains(links, case1) {
			t.Errorf("%s is still with who left", case1)
		}
	})
}
