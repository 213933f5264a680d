package frontend_test

import (
	"regexp"
	"strings"
	"testing"

	"hongniang/frontend"
)

// The link is made of what the settings say, never of the Host that a request names.
func TestLinkIgnoresHost(t *testing.T) {
	for name, tt := range map[string]struct{ base, local, want string }{
		"configured":         {"https://hn.example.cn", "http://127.0.0.1:8080", "https://hn.example.cn/invitations/"},
		"this machine alone": {"", "http://127.0.0.1:8080", "http://127.0.0.1:8080/invitations/"},
		"nobody said":        {"", "", "server.base_url"},
	} {
		a := newAffair(t, func(d *frontend.Deps) { d.BaseURL, d.LocalURL = tt.base, tt.local })
		a.step("own broker", "review")
		page := a.step("own broker", "invite", "text", "想请您看一个滚压难题")
		if !strings.Contains(page, tt.want) || tt.base+tt.local == "" && strings.Contains(page, "/invitations/") {
			t.Errorf("%s: the page does not have %s", name, tt.want)
		}
	}
}

// TestInvitationLink: without an account, one click each, once.
func TestInvitationLink(t *testing.T) {
	a := newAffair(t)
	a.step("own broker", "review")
	page := a.step("own broker", "invite", "text", "想请您看一个滚压难题")
	token := regexp.MustCompile(`/invitations/([\w-]+)"`).FindStringSubmatch(page)
	if token == nil {
		t.Fatalf("the broker is not shown the link: %s", page)
	}
	if !strings.Contains(page, "说的是：想请您看一个滚压难题") {
		t.Error("the broker cannot read what the invited was told")
	}
	if !strings.Contains(page, "重新邀约") || !strings.Contains(page, `data-copy="invitation-link" hidden>复制</button>`) || strings.Contains(page, "<summary>发出邀约</summary>") {
		t.Error("who was invited is invited as if it were the first time, or the link cannot be copied")
	}
	at, b := "/invitations/"+token[1], a.browser()
	for range 2 { // opening changes nothing
		res, body := b.get(at)
		if res.StatusCode != 200 || !strings.Contains(body, "想请您看一个滚压难题") || strings.Contains(body, firmName) || res.Header.Get("Referrer-Policy") != "same-origin" {
			t.Fatalf("%d %s", res.StatusCode, body)
		}
	}
	if res, body := b.post(at); res.StatusCode != 422 || !strings.Contains(body, "请点") {
		t.Errorf("no answer: %d", res.StatusCode)
	}
	if res, body := b.post(at, "reason", "other"); res.StatusCode != 422 || !strings.Contains(body, "其他原因的说明") {
		t.Errorf("another reason without a word: %d %s", res.StatusCode, body)
	}
	if res, _ := b.post(at, "answer", "accept"); res.StatusCode != 303 {
		t.Fatalf("accepted with %d", res.StatusCode)
	}
	if _, body := b.get(at); !strings.Contains(body, "请回答三个问题") {
		t.Errorf("the questions are not asked: %s", body)
	}
	if res, body := b.post(at+"/answers", "answers.how_we_help", "改参数"); res.StatusCode != 422 || !strings.Contains(body, ">改参数<") || !strings.Contains(body, "我们是谁") {
		t.Errorf("half an answer: %d %s", res.StatusCode, body)
	}
	if res, body := b.post(at+"/answers", "answers.how_we_help", "改参数", "answers.what_is_unclear", "无", "answers.about_us", "三十年"); res.StatusCode != 200 || !strings.Contains(body, "已收到您的回答") {
		t.Errorf("answered: %d %s", res.StatusCode, body)
	}
	for _, path := range []string{at, at + "x"} {
		if res, body := b.get(path); res.StatusCode != 410 && res.StatusCode != 404 || !strings.Contains(body, "链接") {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if res, _ := b.post(at, "reason", "too_busy"); res.StatusCode != 410 {
		t.Errorf("answered twice: %d", res.StatusCode)
	}
	if log := a.log.String(); strings.Contains(log, token[1][:40]) || !strings.Contains(log, "/invitations/…") {
		t.Error("the link is in the log")
	}
}

func TestDeclineByLink(t *testing.T) {
	a := newAffair(t)
	a.step("own broker", "review")
	page := a.step("own broker", "invite", "text", "想请您看一个滚压难题")
	at := regexp.MustCompile(`/invitations/[\w-]+`).FindString(page)
	if res, body := a.browser().post(at, "reason", "other"); res.StatusCode != 422 || !strings.Contains(body, `value="other" required checked`) || !strings.Contains(body, "<details open>") {
		t.Errorf("another reason without a word: %d %s", res.StatusCode, body)
	}
	if res, body := a.browser().post(at, "reason", "too_busy"); res.StatusCode != 200 || !strings.Contains(body, "已婉拒") {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	if _, body := a.cast["own broker"].get(a.path()); !strings.Contains(body, "时间不足") || !strings.Contains(body, "拟推荐") || !strings.Contains(body, ">周师傅<") {
		t.Errorf("the next alternate is not proposed: %s", body)
	}
}
