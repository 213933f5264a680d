package frontend_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"hongniang/frontend/view"
	"hongniang/internal/catalog"
)

// The matching desk has the whole need and its candidates for the union's own
// broker, by filters and side by side; others never see the need there.
func TestMatchingDesk(t *testing.T) {
	a := newAffair(t)
	own := a.cast["own broker"]
	res, body := own.get("/needs/XQ-80/desk")
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	for _, words := range []string{"匹配台：轴承套圈滚压开裂", secret, firmName, "钱师傅", "这项需求的对接", "/introductions/new?"} {
		if !strings.Contains(body, words) {
			t.Errorf("the desk lacks %q", words)
		}
	}
	if _, body = own.get("/needs/XQ-80/desk?kind=result"); strings.Contains(body, `href="/experts/ZJ-5"`+">钱师傅") || !strings.Contains(body, "不合筛选条件") {
		t.Error("the filter of kinds does nothing")
	}
	if _, body = own.get("/needs/XQ-80/desk?id=expert%2FZJ-5&id=expert%2FZJ-6"); !strings.Contains(body, "并排对比") && strings.Contains(body, "周师傅") {
		t.Error("two candidates are not side by side")
	}
	if _, body = own.get("/needs/XQ-80/desk?do=compare&id=expert%2FZJ-5"); !strings.Contains(body, "请先在候选上勾选两到四个") {
		t.Error("one alone is compared with nobody, and nothing says so")
	}
	if _, body = own.get("/needs/XQ-80/desk?do=filter&id=expert%2FZJ-5&id=expert%2FZJ-6"); strings.Contains(body, "并排对比") || !strings.Contains(body, ">对比所选</button>") {
		t.Error("to filter is to compare")
	}
	if _, body = own.get("/needs/XQ-80/desk?kind=x&floor=y&id=z&clean=1"); !strings.Contains(body, "钱师傅") {
		t.Error("what the address cannot mean is not left out")
	}
	if res, _ := a.cast["other broker"].get("/needs/XQ-80/desk"); res.Header.Get("Location") != "/needs/XQ-80" {
		t.Errorf("another union's broker: %d %s", res.StatusCode, res.Header.Get("Location"))
	}
	if res, _ := own.get("/needs/none/desk"); res.StatusCode != http.StatusNotFound {
		t.Errorf("no such need: %d", res.StatusCode)
	}
	for _, who := range []string{"own firm", "craftsman", "own leader"} {
		if res, _ := a.cast[who].get("/needs/XQ-80/desk"); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", who, res.StatusCode)
		}
	}
}

// Public records stand side by side, and nothing that is not public does.
func TestCompare(t *testing.T) {
	w := newWorld(t)
	_, body := w.get("/compare?id=result%2FCG-1&id=patent%2FZL-1&id=expert%2FZJ-9&id=need%2FXQ-7&id=result%2FCG-1")
	for _, words := range []string{"电主轴修复技术的自主研发", "一种电主轴轴承快速更换工装", "已经撤下或没有公开"} {
		if !strings.Contains(body, words) {
			t.Errorf("the comparison lacks %q", words)
		}
	}
	if strings.Contains(body, canary) {
		t.Error("a canary is compared")
	}
	if _, body := w.get("/compare?id=result%2FCG-1&back=%2Fsearch%3Fq%3Dx"); !strings.Contains(body, `<a href="/search?q=x">回到检索结果</a>`) {
		t.Error("there is no way back to the results")
	}
	if n := strings.Count(body, `<th scope="col"><span`); n != 2 {
		t.Errorf("%d columns", n)
	}
	checkPage(t, body)
	cast := w.cast()
	if _, body := cast["own broker"].get("/compare?id=need%2FXQ-77&id=result%2FCG-1"); strings.Contains(body, "合格率 71 %") {
		t.Error("staff compare more than is public")
	}
	if _, body := w.get("/compare?id=x&id=/&id=船%2F1"); !strings.Contains(body, "还没有选要对比的") {
		t.Error("nothing to compare is not said")
	}
}

// What a reader sees of a search can be taken along as a table.
func TestExportOfASearch(t *testing.T) {
	w := newWorld(t)
	if err := w.records.Create(t.Context(), "test", &catalog.Result{Meta: catalog.Meta{Code: "CG-3"}, Title: "=HYPERLINK(1) 电主轴公式", Summary: "电主轴"}); err != nil {
		t.Fatal(err)
	}
	res, body := w.get(escaped("/search/export?q=电主轴"))
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(body, "\ufeff类型,编号,名称") || !strings.Contains(res.Header.Get("Content-Disposition"), ".csv") {
		t.Fatalf("%d %v %.200s", res.StatusCode, res.Header, body)
	}
	for _, words := range []string{"CG-1", "ZL-1", "https://hongniang.example.cn/results/CG-1", `'=HYPERLINK(1)`} {
		if !strings.Contains(body, words) {
			t.Errorf("the table lacks %q", words)
		}
	}
	if strings.Contains(body, canary) {
		t.Error("a canary is exported")
	}
	_, page := w.get(escaped("/search?q=电主轴&kind=result"))
	if !strings.Contains(page, `href="/search/export?kind=result&amp;q=`) || !strings.Contains(page, `form="compare-form"`) {
		t.Error("the page leads to no table, or compares nothing")
	}
	if _, body = w.get(escaped("/search/export?q=数控&kind=result")); strings.Count(body, "\n") < 45 {
		t.Errorf("only %d lines", strings.Count(body, "\n"))
	}
}

// The open needs are for everybody: what somebody may take up, and nothing that
// is confidential.
func TestOpenNeeds(t *testing.T) {
	w := newWorld(t)
	res, body := w.get("/open")
	if res.StatusCode != http.StatusOK || !strings.Contains(body, "加工中心电主轴高速异响的修复") || strings.Contains(body, canary) {
		t.Fatalf("%d %.2000s", res.StatusCode, body)
	}
	checkPage(t, body)
	if _, body = w.get(escaped("/open?page=99&q=x")); !strings.Contains(body, "<h1>") {
		t.Error("a page that is not there")
	}
}

// One press shows one kind alone, and keeps who was ticked and what else was chosen.
func TestDeskShowsOneKind(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"do=kind%3Aexpert&id=expert%2FZJ-1&floor=high": "desk?do=filter&floor=high&id=expert%2FZJ-1&kind=expert",
		"do=kind%3A&kind=expert":                       "desk?do=filter",
		"do=kind%3Abomb&kind=expert":                   "desk?do=filter",
		"do=kind%3Aresult&kind=expert&clean=yes":       "desk?clean=yes&do=filter&kind=result",
	} {
		values, err := url.ParseQuery(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := view.ParseDesk(values).Back(); got != want {
			t.Errorf("%s is read as %s", address, got)
		}
	}
	v := view.BuildDesk(view.DeskQuery{Kinds: []catalog.Kind{catalog.KindResult}}, view.Record{})
	if len(v.Kinds) != 5 || v.Kinds[0].Chosen || v.Kinds[3].Label != "只看创新成果" || !v.Kinds[3].Chosen || len(v.Kept) != 1 {
		t.Errorf("%+v, kept %v", v.Kinds, v.Kept)
	}
}
