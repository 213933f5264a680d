package frontend_test

import (
	"regexp"
	"strings"
	"testing"

	"hongniang/internal/account"
)

const freshUSCC = "914403001922038216"

func TestRegisterPage(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	if res, body := b.get("/register"); res.StatusCode != 200 || !strings.Contains(body, "统一社会信用代码") {
		t.Errorf("%d", res.StatusCode)
	}
	fill := func(b *browser, uscc, password string) (int, string, string) {
		res, body := b.post("/register", "uscc", uscc, "enterprise", "示例新厂", "region", "威海市", "name", "赵厂长", "phone", "0631-5000000", "password", password)
		return res.StatusCode, body, res.Header.Get("Location")
	}
	status, body, _ := fill(b, "914403001922038217", goodPassword)
	if status != 422 || !strings.Contains(body, `class="fault"`) || !strings.Contains(body, `value="示例新厂"`) || strings.Contains(body, goodPassword) {
		t.Errorf("%d %s", status, body)
	}
	if status, body, _ = fill(b, freshUSCC, "12345678"); status != 422 || !strings.Contains(body, "密码") {
		t.Errorf("%d", status)
	}
	foreign := w.browser()
	foreign.origin = "http://evil.example"
	if status, _, _ = fill(foreign, freshUSCC, goodPassword); status != 403 {
		t.Errorf("registered from another site: %d", status)
	}
	status, _, location := fill(b, freshUSCC, goodPassword)
	if status != 303 || !strings.HasPrefix(location, "/account") {
		t.Fatalf("%d %s", status, location)
	}
	if _, body = b.get(location); !strings.Contains(body, "qy"+freshUSCC) || !strings.Contains(body, "注册成功") {
		t.Errorf("nobody is told the login: %s", body)
	}
	if status, body, _ = fill(w.browser(), freshUSCC, goodPassword); status != 409 || !strings.Contains(body, "已经登记过") {
		t.Errorf("a second time: %d", status)
	}
}

func TestClaimPages(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	visitor := w.browser()
	if _, body := visitor.get("/experts/ZJ-1"); !strings.Contains(body, `href="/experts/ZJ-1/claim"`) {
		t.Error("no way to claim")
	}
	if _, body := cast["own firm"].get("/experts/ZJ-1"); strings.Contains(body, "/claim") {
		t.Error("a firm is asked to claim a person")
	}
	if res, _ := visitor.get("/experts/ZJ-9/claim"); res.StatusCode != 404 {
		t.Errorf("a person who is not public: %d", res.StatusCode)
	}
	if res, body := visitor.post("/experts/ZJ-1/claim", "name", "示例甲", "phone", "找我"); res.StatusCode != 422 || !strings.Contains(body, `class="fault"`) || !strings.Contains(body, `value="示例甲"`) {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	for _, path := range []string{"/experts/ZJ-1/claim", "/studios/GZS-1/claim"} {
		if res, body := visitor.post(path, "name", "示例甲", "phone", "13812345678", "words", "<b>我</b>"); res.StatusCode != 200 || !strings.Contains(body, "已收到") {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
	if _, body := cast["own broker"].get("/claims"); strings.Contains(body, "13812345678") {
		t.Error("a broker sees claims of what is not his union's")
	}
	admin := cast["administrator"]
	_, body := admin.get("/claims")
	codes := regexp.MustCompile(`action="/claims/(RL[a-z2-9]+)"`).FindAllStringSubmatch(body, -1)
	if len(codes) != 4 || !strings.Contains(body, "&lt;b&gt;我") || !strings.Contains(body, "13812345678") || !strings.Contains(body, canaryPhone) {
		t.Fatalf("%v in %s", codes, body)
	}
	if res, _ := cast["own broker"].post("/claims/"+codes[0][1], "answer", "grant"); res.StatusCode != 404 {
		t.Errorf("another's broker grants: %d", res.StatusCode)
	}
	if res, body := admin.post("/claims/"+codes[0][1], "answer", "refuse", "reason", " "); res.StatusCode != 422 || !strings.Contains(body, "理由") {
		t.Errorf("%d", res.StatusCode)
	}
	if res, _ := admin.post("/claims/"+codes[0][1], "answer", "refuse", "reason", "打不通"); res.StatusCode != 200 {
		t.Errorf("%d", res.StatusCode)
	}
	_, body = admin.post("/claims/"+codes[2][1], "answer", "grant")
	told := regexp.MustCompile(`一次性密码 <code>([a-z2-9-]+)</code>`).FindStringSubmatch(body)
	if told == nil || !strings.Contains(body, "打不通") {
		t.Fatalf("%s", body)
	}
	b := w.browser()
	if res, _ := b.post("/login", "name", "13812345678", "password", told[1]); res.StatusCode != 303 {
		t.Errorf("the craftsman does not get in: %d", res.StatusCode)
	}
	u, err := w.users.ByLogin(t.Context(), "zj-1")
	if err != nil || u.Role != account.Provider || u.Person != "ZJ-1" {
		t.Errorf("%+v, %v", u, err)
	}
}
