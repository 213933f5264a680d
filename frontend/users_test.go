package frontend_test

import (
	"regexp"
	"strings"
	"testing"

	"hongniang/internal/account"
)

// The first hour of a new installation, by the pages alone: the administrator
// enters a union, adds a broker, who signs in with the one-time password.
func TestFirstHour(t *testing.T) {
	w := newWorld(t)
	login, oneTime, err := w.users.FirstAdministrator(t.Context())
	if err != nil || login == "" {
		t.Fatalf("%q, %v", login, err)
	}
	admin := w.browser()
	if res, _ := admin.post("/login", "name", login, "password", oneTime); res.StatusCode != 303 || res.Header.Get("Location") != "/account" {
		t.Fatalf("signed in: %d, led to %s", res.StatusCode, res.Header.Get("Location"))
	}
	if res, _ := admin.get("/users"); res.StatusCode != 303 {
		t.Errorf("users before the first password is changed: %d", res.StatusCode)
	}
	if res, body := admin.post("/account/password", "current", oneTime, "new", goodPassword, "again", goodPassword); res.StatusCode != 303 {
		t.Fatalf("password: %d %s", res.StatusCode, body)
	}
	if _, body := admin.get("/users"); !strings.Contains(body, "添加用户") || !strings.Contains(body, "/claims") || !strings.Contains(body, "管理员") {
		t.Errorf("the list: %s", body)
	}
	if res, body := admin.post("/users/union", "union", ""); res.StatusCode != 422 || !strings.Contains(body, `class="fault"`) {
		t.Errorf("a union without a name: %d", res.StatusCode)
	}
	res, body := admin.post("/users/union", "union", "威海市总工会", "union_level", "city", "region", "威海市")
	if res.StatusCode != 303 {
		t.Fatalf("union: %d %s", res.StatusCode, body)
	}
	_, body = admin.get(res.Header.Get("Location"))
	code := regexp.MustCompile(`DW-\d+-\d+`).FindString(body)
	if code == "" || !strings.Contains(body, `value="broker" selected`) {
		t.Fatalf("the form does not go on with the union: %s", body)
	}
	if res, body := admin.post("/users/new", "name", "王红", "login", "王", "role", "broker", "org", "DW-404"); res.StatusCode != 422 || !strings.Contains(body, `value="王红"`) || !strings.Contains(body, `value="DW-404"`) || !strings.Contains(body, "3 到 40 个") {
		t.Errorf("a wrong login: %d %s", res.StatusCode, body)
	}
	_, body = admin.post("/users/new", "name", "王红", "login", "wanghong", "mobile", "13812345678", "role", "broker", "org", "威海市总工会")
	secret := regexp.MustCompile(`一次性密码 <code class="secret">([^<]+)<`).FindStringSubmatch(body)
	if secret == nil {
		t.Fatalf("no one-time password: %s", body)
	}
	if u, err := w.users.ByLogin(t.Context(), "wanghong"); err != nil || u.Org != code {
		t.Errorf("a union by its name: %+v, %v", u, err)
	}
	broker := w.browser()
	if res, _ := broker.post("/login", "name", "wanghong", "password", secret[1]); res.StatusCode != 303 {
		t.Errorf("the broker does not get in: %d", res.StatusCode)
	}
}

func TestUsersList(t *testing.T) {
	w := newWorld(t)
	admin := w.cast()["administrator"]
	if _, err := w.users.ChangeUser(t.Context(), mustUser(t, w, "qiye").Code, account.UserChange{Mobile: text("13912345678")}); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{"": "qiye hongniang gongjiang", "?role=broker": "hongniang", "?q=QIYE2": "qiye2", "?q=13912345678": "qiye", "?state=disabled": "", "?q=GH-1&role=leader": "lingdao"} {
		_, body := admin.get("/users" + query)
		for _, login := range []string{"qiye", "qiye2", "hongniang", "gongjiang", "lingdao"} {
			shown := strings.Contains(body, "<span>"+login+"</span>")
			if wanted := query == "" || want == login; shown != wanted {
				t.Errorf("%q: %s shown %v", query, login, shown)
			}
		}
		if strings.Contains(body, "<span>13912345678") || want == "" && !strings.Contains(body, "没有这样的用户") {
			t.Errorf("%q: %s", query, body)
		}
	}
}

func text(s string) *string { return &s }

func mustUser(t *testing.T, w *world, login string) account.User {
	t.Helper()
	u, err := w.users.ByLogin(t.Context(), login)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// What an administrator does to a user by his page.
func TestUserPage(t *testing.T) {
	a := newAffair(t) // the own broker carries a case
	admin, firm := a.cast["administrator"], mustUser(t, a.world, "qiye")
	at := "/users/" + firm.Code
	do := func(status int, says string, pairs ...string) string {
		t.Helper()
		res, body := admin.post(at, pairs...)
		if res.StatusCode == 303 {
			_, body = admin.get(res.Header.Get("Location"))
		}
		if res.StatusCode != status || !strings.Contains(body, says) {
			t.Errorf("%v: %d, without %s", pairs, res.StatusCode, says)
		}
		return body
	}
	if _, body := admin.get(at); !strings.Contains(body, "威海示例机床厂") || !strings.Contains(body, "登录着的设备") {
		t.Errorf("%s", body)
	}
	do(303, "已修改", "do", "change", "name", "赵敏", "role", "enterprise", "org", "DW-1", "mobile", "13912345678")
	do(303, "139****5678", "do", "change", "name", "赵敏", "role", "enterprise", "org", "DW-1")
	do(422, `value="赵敏二"`, "do", "change", "name", "赵敏二", "role", "broker", "org", "")
	if u := mustUser(t, a.world, "qiye"); u.Mobile != "13912345678" || u.Name != "赵敏" || u.Role != account.Enterprise {
		t.Errorf("%+v", u)
	}
	do(303, "都已退出", "do", "sessions")
	if res, _ := a.cast["own firm"].get("/account"); res.StatusCode == 200 {
		t.Error("signed out everywhere, he is still in")
	}
	body := do(200, "只显示这一次", "do", "password")
	if secret := regexp.MustCompile(`<code class="secret">([^<]+)<`).FindStringSubmatch(body); secret == nil {
		t.Error("no one-time password")
	} else if res, _ := a.browser().post("/login", "name", "qiye", "password", secret[1]); res.StatusCode != 303 {
		t.Error("the one-time password does not work")
	}
	do(303, "账号已停用", "do", "disable")
	if res, _ := a.browser().post("/login", "name", "qiye", "password", goodPassword); res.StatusCode == 303 {
		t.Error("a disabled user gets in")
	}
	do(303, "恢复使用", "do", "enable")
	do(400, "没有传完整", "do", "")

	broker := "/users/" + mustUser(t, a.world, "hongniang").Code
	if _, body := admin.get(broker); !strings.Contains(body, "还有 1 张没有办结") {
		t.Errorf("a broker's cases: %s", body)
	}
	own := "/users/" + mustUser(t, a.world, "guanli").Code
	if res, _ := admin.post(own, "do", "disable"); res.StatusCode != 409 {
		t.Errorf("disables himself: %d", res.StatusCode)
	}
	if res, _ := admin.get("/users/U-nobody"); res.StatusCode != 404 {
		t.Errorf("nobody: %d", res.StatusCode)
	}
}
