package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/review"
	"hongniang/matcher"
)

const reviews = "/api/v1/reviews"

func newReviews(s *service) *review.Service {
	facts := &matcher.Records{Store: s.store, Cases: s.store.Introductions()}
	return &review.Service{Items: s.store.Accounts(), Records: s.store, Changes: s.cat, Users: s.users, Organisations: facts.Organisations, Now: func() time.Time { return s.today }}
}

// judging is a call for results with what tests need of it.
type judging struct {
	*service
	cast    map[string]sender
	at      string
	results []string
}

const statement = "理由密语：换型时间由四十分钟缩到八分钟。"

// newJudging makes results of QY-1 and a call that is open.
func newJudging(t *testing.T, results int) *judging {
	t.Helper()
	j := &judging{service: start(t)}
	j.cast = j.service.cast()
	for i := range results {
		at := j.mustCreate(j.staff, "results", map[string]any{
			"title": fmt.Sprintf("曲轴夹具快换改造第%d项", i), "result_kind": "small_creation", "end_month": "2026-03", "owner_org": "QY-1", "completing_orgs": []string{"单位QY-1"}, "application_status": "in_unit",
			"completers": []any{map[string]any{"name": fmt.Sprintf("完成人%d", i), "is_frontline": true}},
		})
		j.results = append(j.results, at[strings.LastIndexByte(at, '/')+1:])
	}
	terms := review.DefaultTerms()
	terms.Title, terms.Text, terms.Year, terms.From, terms.Deadline, terms.Issuer = "2026年五小成果评审", "欢迎申报。", 2026, "2026-01", "2026-11-25", "工会GH-C"
	made := decode[review.Sight](t, j.cast["own broker"](http.MethodPost, reviews, terms))
	j.at = reviews + "/" + made.Code
	j.take("own broker", "publish")
	return j
}

func (j *judging) show(who string) review.Sight {
	j.t.Helper()
	return decode[review.Sight](j.t, j.cast[who](http.MethodGet, j.at, nil))
}

// take takes a step that must be taken; fields come in pairs.
func (j *judging) take(who, step string, pairs ...any) review.Sight {
	j.t.Helper()
	body := map[string]any{"step": step, "rev": j.show(who).Rev}
	for i := 0; i+1 < len(pairs); i += 2 {
		body[pairs[i].(string)] = pairs[i+1]
	}
	return decode[review.Sight](j.t, j.cast[who](http.MethodPost, j.at+"/steps", body))
}

// jury names the four strangers who may judge.
func (j *judging) jury() []string {
	j.t.Helper()
	for _, who := range []string{"other firm", "craftsman", "institute", "other broker"} {
		j.take("own broker", "name", "juror", people[who].Login, "chair", who == "institute")
	}
	return []string{"other firm", "craftsman", "institute", "other broker"}
}

func (j *judging) apply(result string) answer {
	j.t.Helper()
	return j.cast["own firm"](http.MethodPost, j.at+"/entries", map[string]any{"result": result, "statement": statement, "declared": true})
}

func (j *judging) score(who, result string, points int) answer {
	j.t.Helper()
	return j.cast[who](http.MethodPost, j.at+"/entries/"+result+"/score", map[string]any{"points": []int{points, points, points, points}, "final": true})
}

// A judging from its call to its certificates, read by everybody behind every
// step: nobody sees a juror, a score or a statement that is not for him.
func TestReviewFromCallToCertificates(t *testing.T) {
	j := newJudging(t, 4)
	outputs := 0
	staff := []string{"own broker", "own leader", "administrator", "operator"}
	jury := j.jury()
	var codes []string
	for _, juror := range j.show("own broker").Staff.Call.Jurors {
		codes = append(codes, juror.User)
	}
	read := func(when string) {
		t.Helper()
		for who, send := range j.cast {
			for _, path := range []string{reviews, j.at, j.at + "/entries/" + j.results[0], j.at + "/certificates", "/api/v1/results/" + j.results[0]} {
				got := string(send(http.MethodGet, path, nil).body)
				outputs++
				for i, code := range codes {
					if strings.Contains(got, code) && !slices.Contains(staff, who) && who != jury[i] {
						t.Errorf("%s: %s reads of the juror %s at %s", when, who, jury[i], path)
					}
				}
				if strings.Contains(got, "理由密语") && !slices.Contains(staff, who) && !slices.Contains(jury, who) {
					t.Errorf("%s: %s reads the statement at %s", when, who, path)
				}
				if strings.Contains(got, `"totals"`) && !slices.Contains(staff, who) {
					t.Errorf("%s: %s reads points at %s: %s", when, who, path, got)
				}
			}
		}
	}
	for _, result := range j.results {
		if got := j.apply(result); got.status != http.StatusCreated {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	read("handed in")
	j.take("own broker", "begin", "note", "都报齐了")
	for i, points := range []int{90, 80, 80, 50} {
		for n, who := range jury {
			if got := j.score(who, j.results[i], points+n); got.status != http.StatusOK {
				t.Fatalf("%d %s", got.status, got.body)
			}
			read("scored")
			if s := j.show("own broker"); s.Staff.Call.Ranking != nil {
				t.Fatal("staff see points before the ranking")
			}
		}
	}
	s := j.take("own broker", "rank")
	read("ranked")
	if len(s.Staff.Ties) != 0 || s.Winners != nil || s.Staff.Call.Ranking[0].Totals[0] != 9000 {
		t.Fatalf("%+v", s.Staff)
	}
	j.take("own broker", "post")
	read("posted")
	if got := j.show("visitor"); len(got.Winners) != 3 || got.Winners[0].Prize != "一等奖" || got.Winners[2].Prize != "二等奖" || !got.Objecting {
		t.Fatalf("the notice: %+v", got)
	}
	complaint := map[string]any{"result": j.results[0], "name": "举报人甲", "contact": "13800000000", "text": "这项成果不是他们独立完成的，有记录可查。"}
	code := decode[struct{ Code string }](t, j.visitor(http.MethodPost, j.at+"/objections", complaint)).Code
	for who, send := range j.cast {
		if got := string(send(http.MethodGet, j.at, nil).body); strings.Contains(got, "举报人甲") != slices.Contains(staff, who) {
			t.Errorf("who objected, to %s: %s", who, got)
		}
	}
	j.today = testTime.AddDate(0, 0, 8)
	if p := j.cast["own broker"](http.MethodPost, j.at+"/steps", map[string]any{"step": "announce", "rev": j.show("visitor").Rev}).problem(t); p.Code != "review.objections_open" {
		t.Errorf("announced over an objection: %+v", p)
	}
	decode[review.Sight](t, j.cast["own broker"](http.MethodPost, j.at+"/objections/"+code, map[string]any{"upheld": true, "reason": "属实，取消获奖。"}))
	s = j.take("own broker", "announce")
	read("announced")
	if !s.Staff.Call.Granted || len(s.Winners) != 2 || len(s.Staff.Call.Grants) != 2 {
		t.Fatalf("%+v", s.Staff.Call)
	}
	rec, err := j.store.Get(t.Context(), catalog.KindResult, j.results[1])
	if err != nil {
		t.Fatal(err)
	}
	want := []catalog.Honour{{Name: "2026年五小成果评审二等奖", Level: "municipal", Year: 2026, Issuer: "工会GH-C"}}
	if diff := cmp.Diff(want, rec.(*catalog.Result).Awards); diff != "" {
		t.Error(diff)
	}
	book := string(unpacked(t, j.cast["own leader"](http.MethodGet, j.at+"/certificates?format=xlsx", nil)))
	for _, word := range []string{"完成人1", "2026年五小成果评审二等奖", "单位QY-1", "-01-1"} {
		if !strings.Contains(book, word) {
			t.Errorf("the certificates lack %s", word)
		}
	}
	t.Logf("%d outputs read", outputs)
}

// A juror in conflict is not shown the application, and cannot score it.
func TestReviewConflictIsHidden(t *testing.T) {
	j := newJudging(t, 1)
	foreign := j.mustCreate(j.staff, "results", map[string]any{
		"title": "别家的夹具改造", "result_kind": "small_design", "end_month": "2026-04", "owner_org": "QY-2", "union": "GH-C", "completing_orgs": []string{"单位QY-2"},
		"completers": []any{map[string]any{"name": "示例工匠", "expert_code": "ZJ-1"}},
	})
	foreign = foreign[strings.LastIndexByte(foreign, '/')+1:]
	jury := j.jury()
	j.apply(j.results[0])
	if got := j.cast["other firm"](http.MethodPost, j.at+"/entries", map[string]any{"result": foreign, "statement": statement, "declared": true}); got.status != http.StatusCreated {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if p := j.cast["own broker"](http.MethodPost, j.at+"/steps", map[string]any{"step": "begin", "rev": j.show("visitor").Rev, "note": "报齐了"}).problem(t); p.Errors[0].Code != "review.too_few_jurors" {
		t.Fatalf("begun with too few jurors: %+v", p)
	}
	for _, who := range jury {
		sight := j.show(who)
		hidden := who == "other firm" || who == "craftsman"
		paper := j.cast[who](http.MethodGet, j.at+"/entries/"+foreign, nil)
		if hidden != (sight.Jury.Hidden == 1) || hidden != (paper.status == http.StatusNotFound) || hidden && strings.Contains(string(paper.body), "别家的") {
			t.Errorf("%s: %+v %d %s", who, sight.Jury, paper.status, paper.body)
		}
		if got := j.score(who, foreign, 100); got.status != map[bool]int{true: 404, false: 409}[hidden] {
			t.Errorf("%s scores: %d %s", who, got.status, got.body)
		}
	}
	for _, who := range []string{"own broker", "own leader"} {
		if p := j.cast["own broker"](http.MethodPost, j.at+"/steps", map[string]any{"step": "name", "juror": people[who].Login, "rev": j.show("visitor").Rev}).problem(t); p.Errors[0].Code != "review.juror_is_staff" {
			t.Errorf("%s judges: %+v", who, p)
		}
	}
	got := j.cast["institute"](http.MethodPost, j.at+"/entries/"+j.results[0]+"/recusal", map[string]any{"kind": "family"})
	if sight := decode[review.Sight](t, got); sight.Jury.Hidden != 1 || len(sight.Jury.Entries) != 1 {
		t.Errorf("who steps aside sees it still: %+v", sight.Jury)
	}
}

// Every rule that an application fails is said, and it is handed in once.
func TestReviewApplicationIsChecked(t *testing.T) {
	j := newJudging(t, 1)
	at := j.mustCreate(j.staff, "results", map[string]any{"title": "院所计划项目", "result_kind": "sci_result", "owner_org": "QY-1", "end_month": "2020-01", "source_project": "national", "awards": []any{map[string]any{"name": "省科技奖"}}})
	bad := at[strings.LastIndexByte(at, '/')+1:]
	p := j.cast["own firm"](http.MethodPost, j.at+"/entries", map[string]any{"result": bad, "statement": "短"}).problem(t)
	var rules []string
	for _, e := range p.Errors {
		rules = append(rules, strings.TrimPrefix(e.Code, "review.not_eligible."))
	}
	if diff := cmp.Diff([]string{"kind", "completers", "plan", "rewarded", "period", "declared", "review.statement"}, rules); diff != "" {
		t.Error(diff)
	}
	found := decode[struct{ Items []review.Finding }](t, j.cast["own firm"](http.MethodPost, j.at+"/eligibility", map[string]any{"result": bad, "declared": true}))
	if len(found.Items) != 5 {
		t.Errorf("%+v", found)
	}
	if p := j.cast["other firm"](http.MethodPost, j.at+"/entries", map[string]any{"result": j.results[0], "statement": statement, "declared": true}).problem(t); p.Errors[0].Code != "review.result_unknown" {
		t.Errorf("another firm's result: %+v", p)
	}
	if got := j.apply(j.results[0]); got.status != 201 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if p := j.apply(j.results[0]).problem(t); p.Code != "review.applied" {
		t.Errorf("twice: %+v", p)
	}
	mine := decode[review.Sight](t, j.cast["own firm"](http.MethodPost, j.at+"/entries/"+j.results[0]+"/withdraw", "{}")).Mine
	if len(mine) != 1 || !mine[0].Withdrawn {
		t.Errorf("withdrawn: %+v", mine)
	}
	if got := j.apply(j.results[0]); got.status != 201 {
		t.Errorf("handed in again: %d %s", got.status, got.body)
	}
	j.today = testTime.AddDate(0, 0, 6)
	if p := j.apply(j.results[0]).problem(t); p.Code != "review.closed" {
		t.Errorf("after the deadline: %+v", p)
	}
}

// Of two who take a step at once one is told that he was late; jurors who hand in
// at once all are kept.
func TestReviewRaces(t *testing.T) {
	j := newJudging(t, 1)
	jury := j.jury()
	j.apply(j.results[0])
	rev := j.show("visitor").Rev
	var wins, late int
	for _, got := range together(2, func(int) answer {
		return j.cast["own broker"](http.MethodPost, j.at+"/steps", map[string]any{"step": "begin", "note": "报齐了", "rev": rev})
	}) {
		switch {
		case got.status == http.StatusOK:
			wins++
		case got.problem(t).Code == "review.stale" || got.problem(t).Code == "review.stage":
			late++
		}
	}
	if wins != 1 || late != 1 {
		t.Errorf("%d took the step, %d were late", wins, late)
	}
	for i, got := range together(len(jury), func(i int) answer { return j.score(jury[i], j.results[0], 80) }) {
		if got.status != http.StatusOK {
			t.Errorf("%s: %d %s", jury[i], got.status, got.body)
		}
	}
	if e := j.show("own broker").Staff.Entries[0]; e.HandedIn != len(jury) {
		t.Errorf("%d of %d sheets are kept", e.HandedIn, len(jury))
	}
	if p := j.score(jury[0], j.results[0], 99).problem(t); p.Code != "review.final" {
		t.Errorf("a sheet changes after it was handed in: %+v", p)
	}
	if p := j.score(jury[0], j.results[0], 101).problem(t); p.Code != "review.final" {
		t.Errorf("%+v", p)
	}
}

// together does something n times at once.
func together(n int, do func(i int) answer) []answer {
	out := make([]answer, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { out[i] = do(i) })
	}
	all.Wait()
	return out
}

// A tie across the border of a prize waits for the chair.
func TestReviewTie(t *testing.T) {
	j := newJudging(t, 2)
	for _, result := range j.results {
		j.apply(result)
	}
	jury := j.jury()
	j.take("own broker", "begin", "note", "报齐了")
	if p := j.cast["own broker"](http.MethodPost, j.at+"/steps", map[string]any{"step": "rank", "rev": j.show("visitor").Rev}).problem(t); p.Code != "review.sheets_missing" {
		t.Errorf("%+v", p)
	}
	for _, result := range j.results {
		for _, who := range jury {
			j.score(who, result, 88)
		}
	}
	j.take("own broker", "rank")
	if p := j.cast["own broker"](http.MethodPost, j.at+"/steps", map[string]any{"step": "post", "rev": j.show("visitor").Rev}).problem(t); p.Code != "review.tied" {
		t.Errorf("%+v", p)
	}
	if ties := j.show("institute").Jury.Ties; len(ties) != 1 || len(ties[0]) != 2 || j.show("craftsman").Jury.Ties != nil {
		t.Fatalf("what the chair sees: %+v", ties)
	}
	decide := func(who string, order ...string) answer {
		return j.cast[who](http.MethodPost, j.at+"/ties", map[string]any{"order": order, "note": "推广面更大", "rev": j.show("visitor").Rev})
	}
	if got := decide("craftsman", j.results[1], j.results[0]); got.status != http.StatusForbidden {
		t.Errorf("a juror decides: %d", got.status)
	}
	if p := decide("institute", j.results[1]).problem(t); p.Errors[0].Code != "review.order" {
		t.Errorf("half a decision: %+v", p)
	}
	if got := decide("institute", j.results[1], j.results[0]); got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if got := j.take("own broker", "post").Winners; len(got) != 2 || got[0].Result != j.results[1] {
		t.Errorf("%+v", got)
	}
}
