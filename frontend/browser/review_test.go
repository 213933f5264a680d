package browser_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
)

// juror has the administrator add an account, and signs in with it.
func juror(t *testing.T, admin *person, login string) *person {
	t.Helper()
	admin.open("/users/new")
	admin.write("#name", "评委"+login)
	admin.write("#login", login)
	admin.put("#role", "provider")
	admin.write("#org", "DW-2026-A001")
	admin.click("main form .button")
	admin.see("code.secret")
	once := admin.eval("document.querySelectorAll('code.secret')[1].innerText")
	p := &person{tab: openTab(t), name: login}
	p.open("/login")
	p.write("#name", login)
	p.write("#password", once)
	p.click(".form .button")
	p.see("#current")
	const own = "铣床 晨雾 47 橘子树"
	p.write("#current", once)
	p.write("#new", own)
	p.write("#again", own)
	p.click("main form[action='/account/password'] .button")
	p.see("main .done")
	return p
}

// enter saves a result of the demonstration's firm, as its broker.
func (p *person) enter(title string) string {
	p.t.Helper()
	code := p.eval(`(() => { const x = new XMLHttpRequest(); x.open('POST', '/api/v1/results', false); x.setRequestHeader('Content-Type', 'application/json');
x.send(JSON.stringify({title: '` + title + `', result_kind: 'small_creation', status: 'published', owner_org: 'DW-2026-A010', union: 'DW-2026-U002', end_month: '2026-03', application_status: 'in_unit', completing_orgs: ['示例企业'],
summary: '针对换型时间长的问题，设计快换夹具，换型时间由四十分钟缩短到八分钟。', completers: [{name: '赵工', org: '示例企业', is_frontline: true}]})); return JSON.parse(x.responseText).code || x.responseText })()`)
	if !strings.HasPrefix(code, "CG-") {
		p.t.Fatalf("no result was entered: %s", code)
	}
	return code
}

// TestReviewInTheBrowser takes a judging from its form to an objection that was
// decided, without JavaScript; the announcement waits for the days of the notice.
func TestReviewInTheBrowser(t *testing.T) {
	t.Parallel()
	broker, firm, admin := signIn(t, "hongniang"), signIn(t, "qiye"), signIn(t, "guanli")
	results := []string{broker.enter("磨床夹具快换改造"), broker.enter("刀具寿命管理办法")}
	var jury []*person
	for i := range 3 {
		jury = append(jury, juror(t, admin, fmt.Sprint("pingwei", i)))
	}
	for _, p := range append([]*person{broker, firm}, jury...) {
		call(p.tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}
	broker.open("/reviews")
	broker.picture("reviews-empty")
	broker.click(".page-head .button")
	broker.see("#criterion-1")
	broker.write("#title", "2026年职工五小成果评审")
	broker.write("#issuer", "示例市总工会")
	broker.put("#deadline", time.Now().AddDate(0, 0, 3).Format(time.DateOnly))
	broker.write("#weight-1", "x")
	broker.click("main .form .form-foot .button")
	broker.see("main .problem")
	broker.picture("review-form-refused")
	broker.forgive()
	broker.put("#weight-1", "30")
	broker.put("#quota-2", "1")
	broker.write("#text", "面向全市职工征集小发明、小创造、小革新、小设计、小建议。\n一线职工的成果优先。")
	broker.click("main .form .form-foot .button")
	broker.see("main .done")
	at := broker.eval("location.pathname")
	broker.picture("review-draft")
	step := func(kind string) {
		t.Helper()
		broker.open(at)
		broker.click("button[value=" + kind + "]")
		broker.done(kind)
	}
	step("publish")
	for i := range jury {
		broker.open(at)
		broker.click("details:has(#juror) > summary")
		broker.write("#juror", fmt.Sprint("pingwei", i))
		if i == 0 {
			broker.click("#chair")
		}
		broker.click("details:has(#juror) .button")
		broker.done("name")
	}
	firm.open(at)
	firm.picture("review-open")
	firm.click(".page-head .button")
	firm.write("#result", "CG-2026-A001")
	firm.write("#statement", "换型时间由四十分钟缩短到八分钟，三条线都在用。")
	firm.click("main .form .button")
	firm.see("main .problem")
	firm.picture("review-apply-refused")
	firm.forgive()
	for _, code := range results {
		firm.open(at + "/apply")
		firm.write("#result", code)
		firm.write("#statement", "换型时间由四十分钟缩短到八分钟，三条线都在用。")
		firm.click("#declared")
		firm.click("main .form .button")
		firm.see("main .done")
	}
	firm.picture("review-applied")
	broker.open(at)
	broker.write("#begin-note", "都报齐了")
	broker.picture("review-desk-open")
	broker.click("form:has(#begin-note) .button")
	broker.done("begin")
	for n, p := range jury {
		p.open(at)
		if n == 0 {
			p.picture("review-jury")
		}
		for _, code := range results {
			p.open(at + "/entries/" + code)
			for i := range 4 {
				p.write(fmt.Sprint("#points-", i+1), "88")
			}
			if n == 0 {
				p.picture("review-paper")
			}
			p.click("button[value=hand_in]")
			p.see("main .done")
		}
	}
	step("rank")
	broker.picture("review-tied")
	jury[0].open(at)
	jury[0].picture("review-chair")
	jury[0].write("[id^=tie-note]", "推广面更大")
	jury[0].click("form:has([id^=tie-note]) .button")
	jury[0].see("main .done")
	step("post")
	visitor := &person{tab: openTab(t), name: "visitor"}
	visitor.open(at)
	visitor.says("拟获奖成果", "磨床夹具快换改造", "赵工", "一等奖（1 项）")
	if body := visitor.eval("document.body.innerText"); strings.Contains(body, "评委pingwei") || strings.Contains(body, "88.00") {
		t.Errorf("a visitor reads of jurors or points: %s", body)
	}
	visitor.click("details:has(#o-text) > summary")
	visitor.write("#o-text", "这项成果去年已经在别处评过奖，有文件为证。")
	visitor.write("#o-name", "李四光")
	visitor.write("#o-contact", "13800000000")
	visitor.picture("review-notice")
	visitor.click("details:has(#o-text) .button")
	visitor.see("main .done")
	broker.open(at)
	broker.picture("review-desk-notice")
	broker.write("[id^=reason-]", "查过获奖名单，没有获过奖。")
	broker.click("button[value=dismiss]")
	broker.see("main .done")
	broker.says("不成立", "李四光")
	broker.open("/reviews")
	broker.picture("reviews")
}
