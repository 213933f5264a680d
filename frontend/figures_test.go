package frontend_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hongniang/frontend"
	"hongniang/internal/figures"
)

// recount has the figures take in what was written.
func (w *world) recount() {
	w.t.Helper()
	if err := w.book.Refresh(w.t.Context(), w.source); err != nil {
		w.t.Fatal(err)
	}
}

// figurePages are those of figures, for every number and every report.
func figurePages() []string {
	out := []string{"/leader", "/leader?by=union&basis=happened", "/reports", "/reports/summary?from=2026-01-01&to=2026-12-31"}
	for _, n := range figures.Numbers() {
		out = append(out, "/leader/behind?key="+n.Key)
	}
	for _, k := range figures.LedgerKinds() {
		out = append(out, "/reports/"+string(k))
	}
	return out
}

// Figures are read by the staff of the subtree; a firm's name stands in them for
// nobody else, and what is more confidential for nobody at all.
func TestFigurePagesKeepToTheSubtree(t *testing.T) {
	a := newAffair(t)
	a.step("own broker", "review")
	a.step("own broker", "message", "to", "brokers", "text", "红娘的私话")
	a.recount()
	whole := []string{"own broker", "own leader", "administrator"}
	for who, b := range a.cast {
		staff := slices.Contains(append(whole, "other broker"), who)
		named := false
		for _, path := range figurePages() {
			res, body := b.get(path)
			if staff != (res.StatusCode == http.StatusOK) {
				t.Errorf("%s: %d from %s", who, res.StatusCode, path)
			}
			for _, word := range []string{secret, firmPhone, "红娘的私话"} {
				if strings.Contains(body, word) {
					t.Errorf("%s reads %s at %s", who, word, path)
				}
			}
			if strings.Contains(body, firmName) || strings.Contains(body, a.code) {
				named = true
				if !slices.Contains(whole, who) {
					t.Errorf("%s learns of the firm or its case at %s", who, path)
				}
			}
		}
		if slices.Contains(whole, who) && !named {
			t.Errorf("%s is shown nothing of the own subtree", who)
		}
		if res, body := b.get("/funnel"); res.StatusCode != 200 || strings.Contains(body, firmName) || strings.Contains(body, canary) {
			t.Errorf("%s: the public funnel gives %d", who, res.StatusCode)
		}
	}
}

// Every number of the page leads to a list that says the same.
func TestEveryNumberLeadsToItsList(t *testing.T) {
	a := newAffair(t)
	a.recount()
	leader := a.cast["own leader"]
	_, page := leader.get("/leader")
	links := regexp.MustCompile(`<a href="(/leader/behind\?[^"]+)">([0-9,.]+)</a>`).FindAllStringSubmatch(page, -1)
	if len(links) < 8 {
		t.Fatalf("%d numbers on the page", len(links))
	}
	for _, link := range links {
		res, body := leader.get(strings.ReplaceAll(link[1], "&amp;", "&"))
		heading := regexp.MustCompile(`<h1>[^<]*：([0-9,.]+) [^<]*</h1>`).FindStringSubmatch(body)
		if res.StatusCode != 200 || heading == nil || heading[1] != link[2] {
			t.Errorf("%s is %s on the page, %v on its own", link[1], link[2], heading)
		}
	}
	_, cohort := leader.get("/leader?basis=arrived")
	if strings.Contains(page, "占需求") || !strings.Contains(cohort, "占需求") {
		t.Error("what happened in a period is given as a part of what was entered in it, or no part is given of what was entered")
	}
	if !strings.Contains(page, `role="img"`) || !strings.Contains(page, "<desc") {
		t.Error("the chart says nothing to who does not see it")
	}
}

// A form that is refused comes back as it was typed, and says what to do.
func TestFigureFormKeepsWhatWasTyped(t *testing.T) {
	w := newWorld(t)
	leader := w.cast()["own leader"]
	for path, words := range map[string][]string{
		"/leader?from=2026-13-01&region=某地": {"日期应像 2026-06-01", `value="某地"`}, "/leader?region=亚特兰蒂斯": {"没有这个地区", `value="亚特兰蒂斯"`},
		"/reports?from=2026-05-01&to=2026-04-01": {"截止日期早于起始日期", `value="2026-05-01"`, "报表和台账"},
	} {
		res, body := leader.get(escaped(path))
		if res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		for _, word := range words {
			if !strings.Contains(body, word) {
				t.Errorf("%s does not say %s", path, word)
			}
		}
	}
	for path, status := range map[string]int{"/leader/behind?key=none": 404, "/reports/none": 404, "/leader?union=GH-2": 403, "/leader/behind?key=funnel.needs&page=999": 200, "/leader?region=威海市": 200} {
		if res, _ := leader.get(escaped(path)); res.StatusCode != status {
			t.Errorf("%s: %d, not %d", path, res.StatusCode, status)
		}
	}
}

// While the book is filled the pages say so, and are there again by themselves.
func TestFiguresBeforeTheBookIsFull(t *testing.T) {
	empty := figures.New(func() time.Time { return clock })
	w := newWorld(t, func(d *frontend.Deps) { d.Figures = empty })
	leader := w.cast()["own leader"]
	for _, path := range []string{"/leader", "/leader/behind?key=funnel.needs", "/reports", "/reports/needs", "/reports/summary", "/funnel"} {
		res, body := leader.get(path)
		if res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "统计数据还在整理") || res.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if err := empty.Refresh(t.Context(), w.source); err != nil {
		t.Fatal(err)
	}
	if res, _ := leader.get("/leader"); res.StatusCode != http.StatusOK {
		t.Errorf("%d when it is full", res.StatusCode)
	}
}
