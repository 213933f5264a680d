package api_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/brokering"
	"hongniang/internal/figures"
)

// recount has the figures take in what was written.
func (s *service) recount() {
	s.t.Helper()
	if err := s.book.Refresh(s.t.Context(), figures.Source{Records: s.store, Cases: s.store.Introductions()}); err != nil {
		s.t.Fatal(err)
	}
}

// reportPaths are every answer that is made of figures.
func reportPaths() []string {
	out := []string{"/api/v1/reports/figures", "/api/v1/reports/figures?by=union&basis=happened&period=2026", "/api/v1/reports/summary", "/api/v1/reports/summary?format=xlsx&period=2026-11"}
	for _, n := range figures.Numbers() {
		out = append(out, "/api/v1/reports/figures/"+n.Key)
	}
	for _, kind := range figures.LedgerKinds() {
		out = append(out, "/api/v1/reports/ledgers/"+string(kind), "/api/v1/reports/ledgers/"+string(kind)+"?format=xlsx")
	}
	return out
}

// A firm's name stands in figures for the staff of its union alone; what is more
// confidential stands in none.
func TestFiguresBelongToTheSubtree(t *testing.T) {
	b := startBrokered(t)
	b.step("own broker", "review", "note", "红娘的私话")
	b.step("own broker", "invite", "text", "想请您看一个滚压难题")
	b.step("craftsman", "accept")
	b.step("craftsman", "answer", "answers", map[string]any{"how_we_help": "改参数", "what_is_unclear": "无", "about_us": "三十年"})
	b.step("own broker", "recommend")
	b.step("own firm", "interest")
	b.step("own firm", "release", "release", map[string]any{"what": "need_name"})
	b.step("own broker", "help", "help", map[string]any{"kind": "training", "date": testTime.Format(time.DateOnly), "persons": []string{"ZJ-1"}, "people_trained": 12})
	b.recount()
	whole := []string{"own broker", "own leader", "administrator", "operator"}
	staff := append([]string{"other broker", "other leader"}, whole...)
	named := map[string]bool{}
	for who, send := range b.cast {
		for _, path := range append(reportPaths(), "/api/v1/funnel") {
			got := send(http.MethodGet, path, nil)
			open := path == "/api/v1/funnel"
			if may := open || slices.Contains(staff, who); may != (got.status == 200) {
				t.Errorf("%s: %d from %s", who, got.status, path)
			}
			body := string(unpacked(t, got))
			for _, word := range []string{secretDetail, "0631-5230000", "红娘的私话"} {
				if strings.Contains(body, word) {
					t.Errorf("%s reads %s in %s", who, word, path)
				}
			}
			if strings.Contains(body, "单位QY-1") || strings.Contains(body, b.code) {
				named[who] = true
				if open || !slices.Contains(whole, who) {
					t.Errorf("%s learns of the firm or its case from %s", who, path)
				}
			}
		}
	}
	for _, who := range whole {
		if !named[who] {
			t.Errorf("%s is shown nothing of the own subtree", who)
		}
	}
	for _, code := range []string{"GH-C", "GH-P"} {
		if p := b.cast["other leader"](http.MethodGet, "/api/v1/reports/figures?union="+code, nil).problem(t); p.Status != 403 || p.Code != "figures.union" {
			t.Errorf("another's union: %d %s", p.Status, p.Code)
		}
	}
}

// What is planted in confidential fields leaves by no figure, and by nothing
// that visitors get.
func TestFiguresHoldNothingConfidential(t *testing.T) {
	s := start(t)
	plantAll(t, s)
	s.recount()
	for role, send := range s.outsiders() {
		for _, path := range append(reportPaths(), "/api/v1/funnel") {
			if c := sings(unpacked(t, send(http.MethodGet, path, nil))); c != "" {
				t.Errorf("%s got %s from %s", role, c, path)
			}
		}
	}
}

// The same numbers by every way: the store read through, the book, the list
// behind each, the ledger.
func TestOneNumberEverywhere(t *testing.T) {
	b := startBrokered(t)
	b.step("own broker", "review")
	b.step("own broker", "invite", "text", "请看")
	b.step("craftsman", "accept")
	b.step("craftsman", "answer", "answers", map[string]any{"how_we_help": "改参数", "what_is_unclear": "无", "about_us": "三十年"})
	b.step("own broker", "recommend")
	b.step("own firm", "interest")
	b.step("own firm", "release", "release", map[string]any{"what": "need_name"})
	day := testTime.Format(time.DateOnly)
	b.step("own broker", "help", "help", map[string]any{"kind": "training", "date": day, "persons": []string{"ZJ-1", "某师傅"}, "people_trained": 12})
	b.step("own broker", "visit", "visit", map[string]any{"kind": "onsite", "date": day})
	b.step("own firm", "sign_intent", "intent", map[string]any{"date": day, "amount_fen": 5_000_000, "content": "联合攻关"})
	b.recount()
	leader := b.cast["own leader"]
	all := decode[struct {
		Funnel []figures.Step        `json:"funnel"`
		Ladder brokering.Ladder      `json:"ladder"`
		Four   brokering.FourNumbers `json:"four_numbers"`
	}](t, leader(http.MethodGet, "/api/v1/reports/figures?region=371000", nil))
	course := decode[struct {
		Months []struct {
			Month string
			Needs []struct {
				Key   string
				Count int
			}
			Begun int
		}
	}](t, leader(http.MethodGet, "/api/v1/reports/figures?region=371000&period=2026-Q4", nil)).Months
	if len(course) != 12 || course[11].Month != testTime.Format("2006-01") || course[11].Begun != 1 || course[11].Needs[2].Key != "introduced" || course[11].Needs[2].Count != 1 || course[10].Begun != 0 {
		t.Errorf("the course of twelve months: %+v", course)
	}
	read := decode[brokering.Figures](t, leader(http.MethodGet, "/api/v1/reports/introductions?region=371000", nil))
	if diff := cmp.Diff(read.Ladder, all.Ladder); diff != "" || all.Ladder.Intent != 5_000_000 {
		t.Errorf("ladder %+v: %s", all.Ladder, diff)
	}
	if diff := cmp.Diff(read.Four, all.Four); diff != "" || all.Four.Craftsmen != 2 || all.Four.Trained != 12 {
		t.Errorf("four numbers %+v: %s", all.Four, diff)
	}
	for _, step := range all.Funnel {
		behind := decode[figures.Behind](t, leader(http.MethodGet, "/api/v1/reports/figures/funnel."+step.Key+"?region=371000", nil))
		if int(behind.Value) != step.Needs || len(behind.Items) != step.Needs {
			t.Errorf("%s: %d on the page, %d behind it", step.Term, step.Needs, behind.Value)
		}
	}
	if all.Funnel[3].Needs != 1 || all.Funnel[4].Needs != 0 {
		t.Errorf("a letter of intent is a signature: %+v", all.Funnel)
	}
	helps := decode[figures.Ledger](t, leader(http.MethodGet, "/api/v1/reports/ledgers/helps?period=2026-11", nil))
	if len(helps.Rows) != 2 || helps.Rows[1][10].Number != 12 {
		t.Errorf("ledger %+v", helps.Rows)
	}
	for _, path := range []string{"figures/funnel.needs", "ledgers/needs"} { // nothing of last year
		got := decode[struct{ Items, Rows []any }](t, leader(http.MethodGet, "/api/v1/reports/"+path+"?period=2025", nil))
		if len(got.Items)+len(got.Rows) != 0 {
			t.Errorf("%s of 2025: %v %v", path, got.Items, got.Rows)
		}
	}
	file := leader(http.MethodGet, "/api/v1/reports/summary?format=xlsx&period=2026", nil)
	if text := unpacked(t, file); !bytes.Contains(text, []byte("选派劳模工匠 2 人次")) || !strings.Contains(file.header.Get("Content-Disposition"), "2026-01-01") {
		t.Errorf("%s %.300s", file.header.Get("Content-Disposition"), text)
	}
}

func TestReportsRefuseWhatTheyCannotRead(t *testing.T) {
	s := start(t)
	for path, want := range map[string]string{
		"figures?from=gestern": "from", "figures?period=2026-13": "period", "figures?from=2026-02-01&to=2026-01-01": "to", "figures?region=999999": "region", "figures?industry=Z": "industry",
		"figures?by=x": "by", "summary?format=pdf": "format",
	} {
		if p := s.staff(http.MethodGet, "/api/v1/reports/"+path, nil).problem(t); p.Status != 422 && p.Status != 400 || len(p.Errors) == 0 || p.Errors[0].Field != want {
			t.Errorf("%s: %+v", path, p)
		}
	}
	for _, path := range []string{"figures/funnel.nothing", "ledgers/nothing"} {
		if p := s.staff(http.MethodGet, "/api/v1/reports/"+path, nil).problem(t); p.Status != 404 {
			t.Errorf("%s: %+v", path, p)
		}
	}
}
