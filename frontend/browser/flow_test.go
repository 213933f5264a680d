package browser_test

import (
	"testing"
)

// flow is one job that is done at one width, by people each at a browser of his
// own. Mostly it shares the program of every test, so that what a flow enters
// bears the flow's width.
type flow struct {
	t      testing.TB
	job    string
	width  string
	narrow bool
	base   string // "" is the program that every test shares
}

// atBothWidths does a job wide and on a phone at the same time.
func atBothWidths(t *testing.T, job string, do func(f flow)) {
	t.Helper()
	for _, width := range []string{"1280", "390"} {
		t.Run(width, func(t *testing.T) {
			t.Parallel()
			do(flow{t: t, job: job, width: width, narrow: width == "390"})
		})
	}
}

// of gives the value for the width.
func (f flow) of(wide, narrow string) string {
	if f.narrow {
		return narrow
	}
	return wide
}

// hand opens a browser for somebody who has not signed in.
func (f flow) hand(name string) *hand {
	f.t.Helper()
	if f.base == "" {
		f.base = startServer(f.t)
	}
	at := openTabOn(f.t, f.base)
	if f.narrow {
		at.phone()
	}
	h := &hand{person: &person{tab: at, name: name}, job: f.job + "-" + f.width + "-" + name, narrow: f.narrow, looks: true}
	h.open("/")
	return h
}

// as opens one for an account of the demonstration.
func (f flow) as(login string) *hand {
	f.t.Helper()
	h := f.hand(login)
	h.signIn(login, demoPassword)
	return h
}

// signIn goes by the page of signing in.
func (h *hand) signIn(login, password string) {
	h.t.Helper()
	h.open("/login")
	h.fill("账号或手机号", login)
	h.fill("密码", password)
	h.clickIn("忘了密码", "登录") // not that at the top
}

// under goes by the menu under the own name.
func (h *hand) under(words string) {
	h.t.Helper()
	h.tab.click(".who summary")
	h.steps++
	h.click(words)
}

// signOut goes by it too.
func (h *hand) signOut() {
	h.t.Helper()
	h.under("退出")
}

// newcomer is somebody whom an administrator gave an account.
type newcomer struct{ role, org, person string }

// ownPassword is what newcomers choose.
const ownPassword = "铣床 晨雾 47 橘子树"

// newcomer has an administrator add an account by the page of users, and the
// person choose a password of his own at the first visit.
func (f flow) newcomer(admin *hand, login string, n newcomer) *hand {
	f.t.Helper()
	admin.open("/users/new")
	admin.fill("姓名", "新人"+login)
	admin.fill("账号名", login)
	admin.fill("角色", n.role)
	if n.org != "" {
		admin.fill("单位（编号或全称）", n.org)
	}
	if n.person != "" {
		admin.fill("专家编号", n.person)
	}
	admin.click("添加")
	admin.reads("已添加", "密码只显示这一次")
	once := admin.eval("document.querySelectorAll('code.secret')[1].innerText")
	h := f.hand(login)
	h.firstVisit(login, once)
	return h
}

// firstVisit signs in with a password for one use, and changes it.
func (h *hand) firstVisit(login, once string) {
	h.t.Helper()
	h.signIn(login, once)
	h.reads("这是一次性密码")
	h.fill("现在的密码", once)
	h.fill("新密码", ownPassword)
	h.fill("再填一次新密码", ownPassword)
	h.click("修改密码")
	h.reads("密码已改好")
}
