package frontend_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/mail"
	"hongniang/internal/notice"
)

// alerted tells the craftsman of a match.
func (w *world) alerted(user string) {
	w.t.Helper()
	err := w.told.Say(w.t.Context(), []string{notice.ToUser(user)}, notice.Notice{
		ID: "alert/XQ-1", Topic: notice.Matches, Record: "need/XQ-1", Need: "XQ-1", Band: "高", Text: "有一项新需求可能适合您：《加工中心电主轴高速异响的修复》。", Why: []string{"本人简介写到“电主轴”。"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) userOf(login string) string {
	w.t.Helper()
	u, err := w.users.ByLogin(w.t.Context(), login)
	if err != nil {
		w.t.Fatal(err)
	}
	return u.Code
}

// An alert says why, and is turned off by the button beside it.
func TestAlertOnThePage(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	user := w.userOf(people["craftsman"].Login)
	w.alerted(user)
	b := cast["craftsman"]
	_, body := b.get("/notices")
	for _, words := range []string{"可能适合您", "本人简介写到“电主轴”。", "匹配程度 高", `href="/needs/XQ-1"`, "不再提醒这一类"} {
		if !strings.Contains(body, words) {
			t.Errorf("the page lacks %q: %s", words, body)
		}
	}
	if res, _ := b.post("/notices/off", "topic", "match"); res.StatusCode != 303 || !strings.Contains(res.Header.Get("Location"), "done=match") {
		t.Errorf("%d %s", res.StatusCode, res.Header.Get("Location"))
	}
	prefers, err := w.told.Preferences(t.Context(), notice.ToUser(user))
	if err != nil || prefers.Mode(notice.Matches) != notice.Off {
		t.Errorf("%+v, %v", prefers, err)
	}
	if _, body := b.get("/notices?done=match"); !strings.Contains(body, "匹配提醒已关掉") {
		t.Errorf("%s", body)
	}
	if res, _ := b.post("/notices/off", "topic", "weather"); res.StatusCode != 422 {
		t.Errorf("%d", res.StatusCode)
	}
}

// What is typed into the form is kept when it cannot be taken.
func TestChooseOnThePage(t *testing.T) {
	w := newWorld(t)
	b := w.cast()["own broker"]
	res, body := b.post("/notices/preferences", "mail", "nobody", "topic.match", "now", "topic.expiry", "off")
	if res.StatusCode != 422 || !strings.Contains(body, `value="nobody"`) || !strings.Contains(body, "邮箱应像") || !regexp.MustCompile(`id="topic-expiry"[^/]*<option value="now">[^/]*</option><option value="daily">[^/]*</option><option value="off" selected>`).MatchString(body) {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if res, _ = b.post("/notices/preferences", "mail", "hong@example.cn", "topic.match", "now"); res.StatusCode != 303 {
		t.Errorf("%d", res.StatusCode)
	}
	if _, body = b.get("/notices"); !strings.Contains(body, "已向 hong@example.cn 发出确认邮件") || len(w.letters) != 1 {
		t.Errorf("%d letters: %s", len(w.letters), body)
	}
}

// The links of letters are good without an account, from wherever they are
// opened; opening changes nothing.
func TestLinksOfLetters(t *testing.T) {
	w := newWorld(t)
	w.cast()
	user := w.userOf(people["craftsman"].Login)
	if _, err := w.told.SetMail(t.Context(), user, "qian@example.cn"); err != nil {
		t.Fatal(err)
	}
	confirm := w.linkIn(w.letters[0], "/letters/confirm/")
	visitor := w.browser()
	if res, body := visitor.get(confirm); res.StatusCode != 200 || !strings.Contains(body, "确认") || res.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if res, body := visitor.post(confirm); res.StatusCode != 200 || !strings.Contains(body, "邮箱已确认") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	w.alerted(user)
	off := w.linkIn(w.letters[1], "/letters/off/")
	if res, body := visitor.get(off); res.StatusCode != 200 || !strings.Contains(body, "不再收“匹配提醒”") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if prefers, _ := w.told.Preferences(t.Context(), notice.ToUser(user)); prefers.Mode(notice.Matches) != notice.Daily {
		t.Errorf("opening the link changed %+v", prefers)
	}
	if res, body := visitor.post(off, "List-Unsubscribe", "One-Click"); res.StatusCode != 200 || !strings.Contains(body, "已退订“匹配提醒”") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if res, body := visitor.post(off, "what", "all"); res.StatusCode != 200 || !strings.Contains(body, "已退订全部邮件") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	for _, bad := range []string{"/letters/off/x", "/letters/off/" + strings.TrimPrefix(confirm, "/letters/confirm/")} {
		if res, body := visitor.get(bad); res.StatusCode != http.StatusNotFound || !strings.Contains(body, "链接不完整") {
			t.Errorf("%s: %d %s", bad, res.StatusCode, body)
		}
	}
	if log := w.log.String(); strings.Contains(log, strings.TrimPrefix(off, "/letters/off/")) {
		t.Error("a log holds the link")
	}
}

// linkIn writes a letter as it is sent, and gives a link of it without the host.
func (w *world) linkIn(o mail.Order, path string) string {
	w.t.Helper()
	l, wanted, err := w.told.Write(w.t.Context(), []mail.Order{o})
	if err != nil || !wanted {
		w.t.Fatalf("%v, %v", wanted, err)
	}
	m := regexp.MustCompile(`https://hongniang\.example\.cn(` + regexp.QuoteMeta(path) + `[A-Za-z0-9_-]+)`).FindStringSubmatch(l.Text())
	if m == nil {
		w.t.Fatalf("no link %s in %s", path, l.Text())
	}
	return m[1]
}

// An alert has no word that is not public, and neither has its letter.
func TestAlertsSayNothingConfidential(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	rec, err := w.records.Get(t.Context(), catalog.KindNeed, "XQ-1")
	if err != nil {
		t.Fatal(err)
	}
	need := rec.(*catalog.Need)
	need.ValidTo = "2026-12-01"
	if err := w.told.Expiring(t.Context(), catalog.NeedsDue{Soon: []*catalog.Need{need}}); err != nil {
		t.Fatal(err)
	}
	for who, b := range cast {
		if _, body := b.get("/notices"); strings.Contains(body, canary) || strings.Contains(body, canaryPhone) {
			t.Errorf("%s: %s", who, body)
		}
	}
	for _, o := range w.letters {
		if strings.Contains(string(o.About), canary) {
			t.Errorf("%s", o.About)
		}
	}
}
