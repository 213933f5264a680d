package frontend_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestNoWordBeforeItsRelease carries a case on and reads, behind every step, every
// page that speaks of it as everybody: a confidential word stands only where it
// was released to.
func TestNoWordBeforeItsRelease(t *testing.T) {
	a := newAffair(t)
	const helperPhone, aside = "13555555555", "红娘的私话"
	staff := []string{"own broker", "own leader", "administrator"}
	may := map[string][]string{ // who may read each word by now
		firmName: append([]string{"own firm"}, staff...), firmPhone: append([]string{"own firm"}, staff...), secret: append([]string{"own firm"}, staff...),
		helperPhone: append([]string{"craftsman"}, staff...), aside: staff,
	}
	outputs, met := 0, map[string]bool{}
	read := func(when string) {
		t.Helper()
		a.deliver()
		a.recount()
		for who, b := range a.cast {
			for _, path := range []string{a.path(), "/introductions", "/introductions?tab=all", "/campaigns", "/reviews", "/groups", "/groups/proposals", "/handover?from=hongniang", "/introductions/new?need=XQ-80&target=ZJ-5", "/notices", "/needs/XQ-80", "/needs/XQ-80?as=visitor", "/experts/ZJ-5", "/search?q=套圈滚压", "/match?example=1", "/", "/leader", "/leader/behind?key=funnel.needs", "/reports/introductions", "/reports/needs", "/reports/helps", "/funnel", "/today", "/review", "/needs/XQ-80/desk", "/open", "/compare?id=need/XQ-80&id=expert/ZJ-5", "/search/export?q=套圈滚压", "/introductions?tab=all&view=board", "/needs/mine", "/imports", "/imports/new", "/records/mine", "/results/new", "/patents/new", "/studios/new", "/experts/ZJ-5/edit", "/searches", "/organisations/DW-1", "/help"} {
				res, body := b.get(escaped(path))
				if res.StatusCode >= http.StatusInternalServerError {
					t.Errorf("%s: %s gets %d from %s", when, who, res.StatusCode, path)
				}
				outputs++
				for word, readers := range may {
					if !strings.Contains(body, word) {
						continue
					}
					met[word+" "+who] = true
					if !slices.Contains(readers, who) {
						t.Errorf("%s: %s reads %s at %s", when, who, word, path)
					}
				}
			}
		}
	}
	read("begun")
	a.step("own broker", "review")
	a.step("own broker", "message", "to", "brokers", "text", aside)
	a.step("own broker", "invite", "text", "想请您看一个滚压难题")
	read("invited")
	a.step("craftsman", "accept")
	a.step("craftsman", "answer", "answers.how_we_help", "改参数", "answers.what_is_unclear", "无", "answers.about_us", "三十年，电话 "+helperPhone)
	a.step("own broker", "recommend")
	read("recommended")
	a.step("own firm", "interest")
	for _, step := range []struct{ who, what, word, opens string }{
		{"own firm", "need_name", firmName, "craftsman"}, {"own firm", "need_detail", secret, "craftsman"}, {"own firm", "need_contact", firmPhone, "craftsman"}, {"craftsman", "provider_contact", helperPhone, "own firm"},
	} {
		a.step(step.who, "release", "release.what", step.what)
		may[step.word] = append(may[step.word], step.opens)
		read(step.what)
		if !met[step.word+" "+step.opens] {
			t.Errorf("%s is not shown %s, which was released to him", step.opens, step.word)
		}
	}
	a.step("own firm", "withdraw_release", "id", "R2")
	may[secret] = slices.DeleteFunc(may[secret], func(who string) bool { return who == "craftsman" })
	read("the detail is closed again")
	a.step("own broker", "visit", "visit.kind", "onsite", "visit.date", clock.Format(time.DateOnly), "visit.findings", "裂在圆角")
	a.step("own broker", "close_fail", "reason", "other", "note", aside)
	read("closed")
	t.Logf("%d outputs read", outputs)
}
