package browser_test

import (
	"strings"
	"testing"
)

// A firm registers itself: what is wrong stands beside its field and what was typed
// stays, the account's name is told, and with it the firm signs in again and finds
// its needs; its details wait for a broker.
func TestRegistration(t *testing.T) {
	t.Parallel()
	atBothWidths(t, "registration", func(f flow) {
		const password = "曲轴 小雨 九月 扳手"
		firm, code := f.of("烟台示例压铸有限公司", "烟台示例橡塑有限公司"), f.of("91371000MA3TE5T125", "91371000MA3TE5T34D")
		h := f.hand("firm")
		h.click("登录")
		h.click("企业注册")
		h.fill("统一社会信用代码", "123")
		h.fill("企业名称", firm)
		h.fill("所在地区", "烟台市")
		h.fill("您的姓名", "赵经理")
		h.fill("联系电话", "0535-5550101")
		h.fill("设一个密码", password)
		h.click("注册")
		h.reads("有几处需要改正", "营业执照上的 18 位")
		h.forgive()
		if kept := h.eval("document.querySelector('#enterprise').value + document.querySelector('#phone').value"); kept != firm+"0535-5550101" {
			t.Errorf("the form holds %q", kept)
		}
		h.fill("统一社会信用代码", code)
		h.fill("设一个密码", password)
		h.click("注册")
		h.reads("注册成功", strings.ToLower(code))
		login := h.eval("[...document.querySelectorAll('dl div')].find((d) => d.innerText.includes('账号')).querySelector('dd').innerText")
		h.signOut()
		h.signIn(login, password)
		h.menu("我的需求")
		h.reads("我的需求")
		visitor := f.hand("visitor")
		visitor.open("/search?kind=organisation&q=" + firm)
		if titles := visitor.eval("[...document.querySelectorAll('.hit-title')].map((e) => e.innerText).join()"); strings.Contains(titles, firm) {
			t.Errorf("nobody reviewed %s, and it is public", firm)
		}
		broker := f.as("guanli")
		broker.menu("审核")
		broker.reads(firm)
	})
}

// Somebody whom staff entered claims his page; the broker rings him up by what was
// noted before and grants it; he signs in with the password of one use, chooses his
// own, and finds what waits for him.
func TestClaim(t *testing.T) {
	t.Parallel()
	atBothWidths(t, "claim", func(f flow) {
		code, name := f.of("ZJ-2026-B046", "ZJ-2026-B047"), f.of("鞠洪涛（示例）", "毕可心（示例）")
		h := f.hand("claimant")
		h.open("/experts/" + code)
		h.click("认领")
		h.fill("您的姓名", name)
		h.fill("联系电话", f.of("13900000021", "13900000024"))
		h.fill("怎样证明是您", "工会有我的评选材料。")
		h.click("提交申请")
		h.reads("已收到您的申请")
		broker := f.as("hongniang")
		broker.under("认领申请")
		broker.reads("不要只打申请里的号码")
		broker.clickIn(name+" 认领", "核对无误，同意")
		broker.reads("已同意", "密码只显示这一次")
		told := broker.eval("[...document.querySelectorAll('.done code')].map((e) => e.innerText).join(' ')")
		login, once, _ := strings.Cut(told, " ")
		h.firstVisit(login, once)
		h.menu("工作台")
		h.reads("正在接受对接")
		if self := h.ask("/api/v1/me"); !strings.Contains(self, code) {
			t.Errorf("the account is nobody's: %s", self)
		}
		broker.under("认领申请")
		broker.reads("已同意")
	})
}
