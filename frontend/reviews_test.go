package frontend_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/review"
	"hongniang/internal/sqlitestore"
	"hongniang/matcher"
)

func newReviews(w *world, store *sqlitestore.Store) *review.Service {
	facts := &matcher.Records{Store: store, Cases: store.Introductions()}
	return &review.Service{Items: store.Accounts(), Records: store, Changes: w.records, Users: w.users, Organisations: facts.Organisations, Now: func() time.Time { return w.today }}
}

// jurors are accounts that judge, each signed in.
func (w *world) jurors(n int) (logins []string, out []*browser) {
	w.t.Helper()
	for i := range n {
		login := fmt.Sprint("pingwei", i)
		person := &catalog.Expert{Meta: catalog.Meta{Code: fmt.Sprint("ZJ-6", i)}, Name: fmt.Sprint("评委", i), EmployerName: fmt.Sprint("外地单位", i)}
		if err := w.records.Create(w.t.Context(), "test", person); err != nil {
			w.t.Fatal(err)
		}
		if _, _, err := w.users.AddUser(w.t.Context(), account.NewUser{Login: login, Name: person.Name, Role: account.Provider, Person: person.Code, Password: goodPassword}); err != nil {
			w.t.Fatal(err)
		}
		b := w.browser()
		b.post("/login", "name", login, "password", goodPassword, "next", "/help")
		logins, out = append(logins, login), append(out, b)
	}
	return logins, out
}

// entrants are results of the own firm.
func (w *world) entrants(n int) []string {
	w.t.Helper()
	var out []string
	for i := range n {
		r := &catalog.Result{Meta: catalog.Meta{Code: fmt.Sprint("CG-9", i), OwnerOrg: "DW-1", Union: "GH-1"}, Title: fmt.Sprintf("磨床夹具快换第%d项", i), ResultKind: "small_innovation", EndMonth: "2026-02",
			ApplicationStatus: "in_unit", CompletingOrgs: []string{"威海示例机床厂"}, Completers: []catalog.Completer{{Name: fmt.Sprint("夹具工", i), IsFrontline: true}}}
		if err := w.records.Create(w.t.Context(), "test", r); err != nil {
			w.t.Fatal(err)
		}
		out = append(out, r.Code)
	}
	return out
}

// reviewForm is a form of terms that can be saved.
var reviewForm = []string{
	"title", "2026年五小成果评审", "issuer", "示例一工会", "level", "municipal", "year", "2026", "deadline", "2026-11-25", "kinds", "small_innovation", "floor", "60", "notice_days", "5",
	"criterion", "创新性", "weight", "60", "hint", "", "criterion", "实用性", "weight", "40", "hint", "", "prize", "一等奖", "quota", "1", "prize", "二等奖", "quota", "1",
}

func page(_ *http.Response, body string) string { return body }

var rev = regexp.MustCompile(`name="rev" value="(\d+)"`)

// A judging on its pages alone, from the form to the certificates; what a form
// refuses stays typed.
func TestReviewOnThePages(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	broker, firm, visitor := cast["own broker"], cast["own firm"], cast["visitor"]
	results := w.entrants(2)
	logins, jury := w.jurors(3)
	if _, body := visitor.get("/reviews"); !strings.Contains(body, "还没有成果评审") || strings.Contains(body, "/reviews/new") {
		t.Errorf("the empty list: %s", body)
	}
	bad := append([]string{}, reviewForm...)
	bad[1], bad[19] = "名", "五十"
	if res, body := broker.post("/reviews", bad...); res.StatusCode != 422 || !strings.Contains(body, `value="五十"`) || !strings.Contains(body, "4 到 45 个字") || !strings.Contains(body, "权重应是") {
		t.Errorf("what was typed is lost, or what is wrong is not said: %d %s", res.StatusCode, body)
	}
	at, body := take(t, broker, "/reviews", reviewForm...)
	if res, _ := visitor.get(at); res.StatusCode != http.StatusNotFound {
		t.Errorf("a draft is public: %d", res.StatusCode)
	}
	step := func(kind string, pairs ...string) string {
		t.Helper()
		_, body := broker.get(at)
		found := rev.FindStringSubmatch(body)
		if found == nil {
			t.Fatalf("no revision: %s", body)
		}
		_, body = take(t, broker, at+"/steps", append(pairs, "step", kind, "rev", found[1])...)
		return body
	}
	step("publish")
	for _, login := range logins {
		body = step("name", "juror", login)
	}
	if !strings.Contains(body, "评委2") || !strings.Contains(body, "已办：聘请评委") {
		t.Errorf("the jury: %s", body)
	}
	if res, body := firm.post(at+"/apply", "result", "CG-1", "statement", "太短"); res.StatusCode != 422 || !strings.Contains(body, "没有这项成果") && !strings.Contains(body, "只征集") || !strings.Contains(body, "太短") {
		t.Errorf("a refused application: %d %s", res.StatusCode, body)
	}
	for _, result := range results {
		_, body = take(t, firm, at+"/apply", "result", result, "statement", "换型时间由四十分钟缩短到八分钟，密语。", "declared", "yes")
	}
	if !strings.Contains(body, "申报已收到") || !strings.Contains(body, "我的申报") || strings.Contains(body, "评委0") {
		t.Errorf("what the applicant sees: %s", body)
	}
	if res, body := broker.post(at+"/steps", "rev", rev.FindStringSubmatch(page(broker.get(at)))[1], "step", "begin", "note", "都报齐了", "deadline", "2020-01-01"); res.StatusCode != 422 || !strings.Contains(body, "评分期限") || !strings.Contains(body, `value="2020-01-01"`) {
		t.Errorf("a day that is over: %d", res.StatusCode)
	}
	until := w.today.AddDate(0, 0, 5).Format(time.DateOnly)
	if body = step("begin", "note", "都报齐了", "deadline", until); !strings.Contains(body, "评分到 "+until) {
		t.Errorf("until when is scored: %s", body)
	}
	for _, path := range []string{at, "/reviews"} {
		if _, body := jury[0].get(path); !strings.Contains(body, until) {
			t.Errorf("%s: the juror is not told until when", path)
		}
	}
	if _, body := visitor.get(at); strings.Contains(body, until) {
		t.Error("everybody sees until when is scored")
	}
	for n, b := range jury {
		for i, result := range results {
			path := at + "/entries/" + result
			if res, body := b.post(path, "points", "九十", "points", "101", "step", "hand_in"); res.StatusCode != 422 || !strings.Contains(body, `value="九十"`) || !strings.Contains(body, "0 到 100 的整数") {
				t.Errorf("bad points: %d %s", res.StatusCode, body)
			}
			points := fmt.Sprint(90 - 10*i - n)
			_, _ = take(t, b, path, "points", points, "points", points, "step", "save")
			if _, body := b.get(path); !strings.Contains(body, `value="`+points+`"`) || !strings.Contains(body, "密语") {
				t.Errorf("the saved sheet: %s", body)
			}
			if _, body := take(t, b, path, "points", points, "points", points, "step", "hand_in"); !strings.Contains(body, "评分表已交回") {
				t.Errorf("handed in: %s", body)
			}
		}
	}
	if body = step("rank"); !strings.Contains(body, "89.00") || !strings.Contains(body, "不署名") {
		t.Errorf("the ranking: %s", body)
	}
	for who, b := range cast {
		_, body := b.get(at)
		staff := who == "own broker" || who == "own leader" || who == "administrator"
		if strings.Contains(body, "89.00") != staff || strings.Contains(body, "评委1") != staff {
			t.Errorf("%s sees points or jurors: %v", who, !staff)
		}
	}
	step("post")
	_, body = visitor.get(at)
	if !strings.Contains(body, "拟获奖成果") || !strings.Contains(body, "磨床夹具快换第0项") || strings.Contains(body, "评委") && strings.Contains(body, "评委0") {
		t.Errorf("the notice: %s", body)
	}
	if res, body := visitor.post(at+"/objections", "result", results[1], "name", "张", "contact", "13800000000", "text", "抄袭了别人的做法，有照片。"); res.StatusCode != 422 || !strings.Contains(body, "真实姓名") || !strings.Contains(body, "抄袭了别人的做法") {
		t.Errorf("a refused objection: %d %s", res.StatusCode, body)
	}
	_, body = take(t, visitor, at+"/objections", "result", results[1], "name", "张三丰", "contact", "13800000000", "text", "抄袭了别人的做法，有照片。")
	if !strings.Contains(body, "异议已收到") || strings.Contains(body, "张三丰") {
		t.Errorf("an objection: %s", body)
	}
	if res, body := visitor.post(at+"/objections", "result", results[1], "name", "张三丰", "contact", "老地方找我", "text", "抄袭了别人的做法，有照片。"); res.StatusCode != 422 || !strings.Contains(body, "也可以登录后再提出") {
		t.Errorf("nobody can answer him: %d %s", res.StatusCode, body)
	}
	if _, body = firm.get(at); !strings.Contains(body, "结论会作为通知发给您") || !strings.Contains(body, "（可不填）") {
		t.Errorf("the form of who signed in: %s", body)
	}
	_, body = broker.get(at)
	_, code, _ := strings.Cut(body, at+"/objections/")
	code, _, _ = strings.Cut(code, `"`)
	take(t, broker, at+"/objections/"+code, "verdict", "dismiss", "reason", "核实过，不属实。")
	w.today = clock.AddDate(0, 0, 6)
	if body = step("announce"); !strings.Contains(body, "下载证书数据") || !strings.Contains(body, "获奖成果") {
		t.Errorf("announced: %s", body)
	}
	if _, body := visitor.get("/results/" + results[0]); !strings.Contains(body, "2026年五小成果评审一等奖") {
		t.Errorf("the result has no prize: %s", body)
	}
}
