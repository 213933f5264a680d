package frontend_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"hongniang/internal/catalog"
)

// Everybody who signs in has a page to start from, with what waits for him and
// nothing that waits for others.
func TestTodayByRole(t *testing.T) {
	a := newAffair(t)
	a.toInterested()
	a.deliver()
	w := a.world
	submit(t, w)
	for who, want := range map[string][]string{
		"own firm":      {"我的对接", "轴承套圈滚压开裂", "填报难题", "先办这件"},
		"other firm":    {"还没有对接单", "把车间里解决不了的难题写下来"},
		"craftsman":     {"正在接受对接", "匹配时怎么看您", "可能用得上您的难题", "轴承套圈滚压开裂"},
		"own broker":    {"轮到我办", "等我审核", "交来待审的难题", `href="/needs/XQ-77/desk"`},
		"other broker":  {"您经办的对接单里，现在没有轮到您办的事"},
		"own leader":    {"没有停滞两周以上的对接单", "没有要催的"},
		"administrator": {"服务状态", "检索库里的资料", "交来待审的难题"},
	} {
		res, body := a.cast[who].get("/today")
		if res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %s", who, res.StatusCode, body)
		}
		for _, words := range want {
			if !strings.Contains(body, words) {
				t.Errorf("%s does not read %q", who, words)
			}
		}
		if sees := strings.Contains(body, "交来待审的难题"); sees != slices.Contains([]string{"own broker", "administrator", "own firm"}, who) {
			t.Errorf("%s sees a need that waits for review: %v", who, sees)
		}
	}
	if res, _ := a.cast["visitor"].get("/today"); !strings.HasPrefix(res.Header.Get("Location"), "/login?next=") {
		t.Errorf("a visitor is led to %q", res.Header.Get("Location"))
	}
}

// submit hands in a need of the own firm and a result.
func submit(t *testing.T, w *world) {
	t.Helper()
	for _, rec := range []catalog.Record{
		&catalog.Need{Meta: catalog.Meta{Code: "XQ-90", Union: "GH-1", Status: "submitted"}, Title: "交来待审的难题", SummaryPublic: "热处理以后变形大。", BudgetMaxWan: 8, Deadline: "2027-03-31", EnterpriseCode: "DW-1", EnterpriseName: firmName},
		&catalog.Result{Meta: catalog.Meta{Code: "CG-90", Union: "GH-1", Status: "submitted"}, Title: "交来待审的成果", ResultKind: "small_creation", Summary: "一种快换夹具。"},
	} {
		if err := w.records.Create(t.Context(), "test", rec); err != nil {
			t.Fatal(err)
		}
	}
}

// A broker publishes and gives back what was handed in; another union's broker
// sees nothing of it and can do nothing to it.
func TestReview(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	submit(t, w)
	own, other := cast["own broker"], cast["other broker"]
	_, body := own.get("/review")
	for _, words := range []string{"交来待审的难题", "交来待审的成果", firmName, `action="/needs/XQ-90/steps"`, `action="/review/result/CG-90"`} {
		if !strings.Contains(body, words) {
			t.Errorf("the queue lacks %q", words)
		}
	}
	for _, words := range []string{"发布后谁都能看到：", "热处理以后变形大。", "<dt>拟投入资金</dt>", "<dt>期望解决时限</dt>"} {
		if !strings.Contains(body, words) {
			t.Errorf("who publishes is not shown %q", words)
		}
	}
	for who, shown := range map[string]bool{"own broker": true, "own firm": false} {
		if _, body := cast[who].get("/needs/XQ-90"); strings.Contains(body, `<h2>待审核</h2>`) != shown || strings.Contains(body, "退回整改") != shown {
			t.Errorf("%s at the need that waits: the review stands there: %v", who, !shown)
		}
	}
	if _, body := cast["own firm"].get("/needs/XQ-90"); !strings.Contains(body, "<strong>待审核</strong>") {
		t.Error("the page of a need that waits does not say so")
	}
	if _, body := own.get("/results/CG-90?as=visitor"); !strings.Contains(body, "<strong>待审核（预览）</strong>") {
		t.Error("the preview of a result that waits does not say so")
	}
	if _, body := own.get("/needs/XQ-90?as=visitor"); !strings.Contains(body, "待审核（预览）") || strings.Contains(body, "<span>已发布</span>") {
		t.Error("the preview of a need that waits does not say so")
	}
	if _, body := other.get("/review"); strings.Contains(body, "交来待审") || !strings.Contains(body, "都审完了") {
		t.Error("another union's broker sees what he may not review")
	}
	if res, _ := other.post("/review/result/CG-90", "step", "publish", "rev", "1"); res.StatusCode != http.StatusNotFound {
		t.Errorf("another union's broker publishes: %d", res.StatusCode)
	}
	if res, _ := own.post("/review/result/CG-90", "step", "burn"); res.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown step: %d", res.StatusCode)
	}
	if res, body := own.post("/review/result/CG-90", "step", "publish", "rev", "9"); res.StatusCode != http.StatusConflict || !strings.Contains(body, `role="alert"`) {
		t.Errorf("a revision that is not there: %d", res.StatusCode)
	}
	if res, _ := own.post("/review/result/CG-90", "step", "publish", "rev", "1"); res.Header.Get("Location") != "/review?done=published" {
		t.Errorf("publishing leads to %d %s", res.StatusCode, res.Header.Get("Location"))
	}
	if res, _ := cast["visitor"].get("/results/CG-90"); res.StatusCode != http.StatusOK {
		t.Errorf("what was published is not there: %d", res.StatusCode)
	}
	if res, body := own.post("/review/result/CG-90", "step", "return"); res.StatusCode != http.StatusConflict || !strings.Contains(body, "已经有人审核过了") {
		t.Errorf("reviewed twice: %d", res.StatusCode)
	}
	res, _ := own.post("/needs/XQ-90/steps", "step", "return", "rev", "1", "reason", "指标没有写", "back", "/review")
	if res.Header.Get("Location") != "/review?done=return" {
		t.Errorf("giving back leads to %d %s", res.StatusCode, res.Header.Get("Location"))
	}
	if _, body = cast["own firm"].get("/today"); !strings.Contains(body, "退回原因：指标没有写") {
		t.Error("the firm is not told why")
	}
}

// One switch takes a person out of the market and back.
func TestAvailabilitySwitch(t *testing.T) {
	a := newAffair(t)
	b := a.cast["craftsman"]
	for _, tt := range []struct{ value, done, says string }{{"no", "paused", "已暂停对接"}, {"yes", "accepting", "正在接受对接"}} {
		res, _ := b.post("/today/availability", "accepting", tt.value)
		if res.Header.Get("Location") != "/today?done="+tt.done {
			t.Fatalf("%s: %d %s", tt.value, res.StatusCode, res.Header.Get("Location"))
		}
		if _, body := b.get(res.Header.Get("Location")); !strings.Contains(body, "<strong>"+tt.says) {
			t.Errorf("%s: the page does not say %q", tt.value, tt.says)
		}
		rec, err := a.records.Get(t.Context(), catalog.KindExpert, "ZJ-5")
		if err != nil {
			t.Fatal(err)
		}
		e, ok := rec.(*catalog.Expert)
		if !ok || e.Availability == nil || e.Availability.Accepting != (tt.value == "yes") || e.LastConfirmedAt != "2026-11-20" || e.Contact == nil {
			t.Errorf("%s: saved %+v", tt.value, e)
		}
	}
	if res, _ := a.cast["own broker"].post("/today/availability", "accepting", "no"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a broker has a switch: %d", res.StatusCode)
	}
}

// A pause may have an end, and ends there by itself; a day that is over is refused.
func TestPauseUntilADay(t *testing.T) {
	a := newAffair(t)
	b := a.cast["craftsman"]
	if _, body := b.get("/today"); !strings.Contains(body, `name="until" min="2026-11-21"`) {
		t.Error("no day can be chosen")
	}
	for _, day := range []string{"2026-11-20", "gestern"} {
		if res, body := b.post("/today/availability", "accepting", "no", "until", day); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "今天以后的日期") {
			t.Errorf("%s: %d", day, res.StatusCode)
		}
	}
	if res, body := b.post("/today/availability", "accepting", "no", "until", "2026-12-20"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	if _, body := b.get("/today"); !strings.Contains(body, "已暂停对接") || !strings.Contains(body, "到 2026-12-20 为止") || !strings.Contains(body, "恢复接受") {
		t.Error("the page does not say until when")
	}
	rec, err := a.records.Get(t.Context(), catalog.KindExpert, "ZJ-5")
	if err != nil {
		t.Fatal(err)
	}
	if e, ok := rec.(*catalog.Expert); !ok || !e.Availability.Accepting || e.Availability.UnavailableUntil != "2026-12-20" {
		t.Errorf("saved %+v", e.Availability)
	}
}

// The menu leads everybody where he may go, and nobody elsewhere.
func TestMenuByRole(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	for who, b := range cast {
		_, page := b.get("/help")
		links := 0
		for _, path := range []string{"/today", "/search", "/match", "/open", "/needs/mine", "/review", "/introductions", "/notices", "/claims", "/account", "/help"} {
			if !strings.Contains(header(page), `href="`+path+`"`) {
				continue
			}
			links++
			if res, _ := b.get(path); res.StatusCode != http.StatusOK {
				t.Errorf("%s is led to %s, which answers %d", who, path, res.StatusCode)
			}
		}
		if links < 3 {
			t.Errorf("%s has %d links", who, links)
		}
		for path, roles := range map[string][]string{"/review": {"own broker", "administrator"}, "/needs/mine": {"own firm", "other firm", "own broker", "other broker", "administrator"}} {
			shown := strings.Contains(header(page), `href="`+path+`"`)
			if may := slices.Contains(roles, who) || path == "/review" && who == "other broker"; shown != may {
				t.Errorf("%s: %s in the menu is %v", who, path, shown)
			}
		}
	}
}

func header(page string) string {
	head, _, _ := strings.Cut(page, "</header>")
	return head
}
