package frontend_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"hongniang/internal/catalog"
)

// Somebody saves what he sees, is told of what is new, and has his list.
func TestSavedSearches(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	firm := cast["own firm"]
	if _, body := w.get("/search?q=电主轴"); strings.Contains(body, "保存这个检索") {
		t.Error("a visitor may save")
	}
	if _, body := firm.get("/search"); strings.Contains(body, "保存这个检索") {
		t.Error("a search for nothing may be saved")
	}
	_, body := firm.get("/search?q=电主轴&kind=result&page=1&sort=date")
	ask := regexp.MustCompile(`name="ask" value="([^"]*)"`).FindStringSubmatch(body)
	if ask == nil || ask[1] != "kind=result&amp;q=%E7%94%B5%E4%B8%BB%E8%BD%B4" || !strings.Contains(body, `value="电主轴 · 创新成果"`) {
		t.Fatalf("the form: %v", ask)
	}
	if res, _ := firm.post("/searches", "ask", "kind=result&q=电主轴", "name", "电主轴成果"); res.Header.Get("Location") != "/searches?done=saved" {
		t.Fatalf("saved: %d", res.StatusCode)
	}
	_, body = firm.get("/searches?done=saved")
	code := regexp.MustCompile(`id="s-([0-9a-f]+)"`).FindStringSubmatch(body)
	if code == nil || !strings.Contains(body, "电主轴成果") || !strings.Contains(body, "还没有新结果") || !strings.Contains(body, `href="/search?kind=result&amp;q=`) {
		t.Fatalf("the list: %s", body)
	}
	if _, body := cast["other firm"].get("/searches"); strings.Contains(body, "电主轴成果") {
		t.Error("another sees it")
	}
	w.digestOf(&catalog.Result{Meta: catalog.Meta{Code: "CG-77", Status: "published", Visibility: "public"}, Title: "电主轴温升抑制", Summary: "电主轴"},
		&catalog.Result{Meta: catalog.Meta{Code: "CG-78", Status: "draft"}, Title: canary + "电主轴", Summary: canary})
	if _, body := firm.get("/notices"); !strings.Contains(body, "“电主轴成果”1 条") || !strings.Contains(body, "电主轴温升抑制") || !strings.Contains(body, `href="/searches"`) || strings.Contains(body, canary) {
		t.Errorf("the notice: %s", body)
	}
	if _, body := firm.get("/searches"); !strings.Contains(body, "提醒过 1 条新结果") {
		t.Error("the list does not say that he was told")
	}
	step := func(who, want string, pairs ...string) {
		t.Helper()
		res, body := cast[who].post("/searches/"+code[1], pairs...)
		if got := res.Header.Get("Location"); got != want || want == "" && res.StatusCode < 400 {
			t.Errorf("%s %v: %d %s %.200s", who, pairs, res.StatusCode, got, body)
		}
	}
	step("other firm", "", "do", "name", "name", "我的")
	step("own firm", "/searches?done=name", "do", "name", "name", "主轴")
	step("own firm", "/searches?done=off", "do", "off")
	step("own firm", "/searches?done=on", "do", "on")
	step("own firm", "", "do", "burn")
	if res, body := firm.post("/searches/"+code[1], "do", "name", "name", strings.Repeat("长", 61)); res.StatusCode != 422 || !strings.Contains(body, strings.Repeat("长", 61)) || !strings.Contains(body, "最多 60 个字") {
		t.Errorf("a long name: %d", res.StatusCode)
	}
	if res, body := firm.post("/searches", "ask", "", "name", "空"); res.StatusCode != 422 || !strings.Contains(body, "先写检索词") {
		t.Errorf("nothing to save: %d", res.StatusCode)
	}
	step("own firm", "/searches?done=delete", "do", "delete")
	if _, body := firm.get("/searches"); !strings.Contains(body, "还没有保存的检索") {
		t.Error("it is still there")
	}
}

// digestOf lets records appear, and the next morning come.
func (w *world) digestOf(recs ...catalog.Record) {
	w.t.Helper()
	step := func(err error) {
		w.t.Helper()
		if err != nil {
			w.t.Fatal(err)
		}
	}
	step(w.searches.CatchUp(w.t.Context()))
	for _, rec := range recs {
		step(w.records.Create(w.t.Context(), "test", rec))
	}
	step(w.follow())
	step(w.searches.CatchUp(w.t.Context()))
	w.searches.Now = func() time.Time { return clock.Add(24 * time.Hour) }
	step(w.searches.Digest(w.t.Context()))
}
