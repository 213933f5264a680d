package browser_test

import (
	"archive/zip"
	"io"
	"strings"
	"sync"
	"testing"
)

// exporting is for one at a time: the service refuses a second export meanwhile.
var exporting sync.Mutex

// rebuilding is held by who has the index made anew to see what comes of it, for
// reading by those whose doings have it made anew as well.
var rebuilding sync.RWMutex

// Somebody takes a copy of what is kept about him home and asks to be forgotten; the
// broker checks with him and does it: his page is gone, his account too.
func TestPersonalData(t *testing.T) {
	t.Parallel()
	atBothWidths(t, "personal", func(f flow) {
		code, name := f.of("ZJ-2026-B052", "ZJ-2026-B056"), f.of("王作栋", "牟乃鹏")
		login, why := "wangji"+f.width, "明年退休，"+f.width+"。" // two ask at once
		admin := f.as("guanli")
		h := f.newcomer(admin, login, newcomer{role: "服务方成员", person: code})
		h.under("我的账号")
		exporting.Lock()
		pack := h.download("导出我的数据")
		exporting.Unlock()
		if pack.name != "个人信息.zip" || !strings.Contains(pack.has(t, ".html"), name) {
			t.Errorf("%s does not name %s", pack.name, name)
		}
		h.click("申请注销")
		h.reads("请先勾选")
		h.forgive()
		h.fill("想说明的", why)
		h.tick("", "我知道注销后不能恢复")
		h.click("申请注销")
		h.reads("注销申请已登记")
		broker := f.as("hongniang")
		broker.under("个人信息")
		broker.reads(name, why)
		broker.fillIn("登记注销申请", "专家编号、账号名或手机号", "没有这个人")
		broker.fill("谁、什么时候", "来电")
		broker.clickIn("登记注销申请", "登记")
		broker.reads("没有这个账号或专家")
		if kept := broker.eval("document.querySelector('#words').value"); kept != "来电" {
			t.Errorf("the form holds %q", kept)
		}
		broker.forgive()
		broker.open("/personal")
		broker.fillIn("导出给本人", "专家编号、账号名或手机号", login)
		exporting.Lock()
		other := broker.download("下载")
		exporting.Unlock()
		if !strings.Contains(other.has(t, ".html"), name) {
			t.Errorf("what the broker gets of %s does not name him", name)
		}
		rebuilding.RLock()
		defer rebuilding.RUnlock()
		broker.tick(why, "已向本人核实")
		broker.clickIn(why, "办理注销")
		broker.reads("已开始删除")
		done := "[...document.querySelectorAll('section.panel')].some((s) => s.innerText.includes(" + quoted(code) + ") && s.innerText.includes('办结'))"
		// The index is made anew and the file is written anew, twice: once for each of the two.
		admin.within(4*patience, "/personal", done+" && !document.body.innerText.includes("+quoted(name)+")")
		visitor := f.hand("visitor")
		visitor.open("/search?q=" + name)
		visitor.readsNot(name + "（示例）")
		visitor.signIn(login, ownPassword)
		visitor.reads("账号或密码不对")
		visitor.forgive()
	})
}

// has gives the text of the file in an archive whose name ends so.
func (d downloaded) has(t testing.TB, end string) string {
	t.Helper()
	archive, err := zip.OpenReader(d.path)
	if err != nil {
		t.Fatalf("%s is no archive: %v", d.name, err)
	}
	defer archive.Close()
	var out strings.Builder
	for _, file := range archive.File {
		if !strings.HasSuffix(file.Name, end) {
			continue
		}
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(&out, r)
		_ = r.Close()
		if err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}
