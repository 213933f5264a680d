package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"hongniang/internal/campaign"
	"hongniang/matcher"
)

const (
	campaigns = "/api/v1/campaigns"
	trial     = campaigns + "/trial"
)

// able is somebody who can help with the sample need.
var able = with(samples["experts"], "expertise", "曲轴磨削烧伤的在线检测：磨削后曲轴轴颈表面出现烧伤，在线发现。")

// town saves needs of QY-1 that all want the same two people, one of whom works
// for QY-1 itself, and gives the codes of the needs.
func (s *service) town(needs int) []any {
	s.t.Helper()
	var codes []any
	for i := range needs {
		at := s.mustCreate(s.staff, "needs", with(owned("needs"), "title", fmt.Sprintf("曲轴磨削烧伤的在线检测第%d项", i)))
		codes = append(codes, at[strings.LastIndexByte(at, '/')+1:])
	}
	for i := range 40 { // words that everybody uses tell nobody apart
		s.mustCreate(s.staff, "experts", with(samples["experts"], "name", fmt.Sprint("路人", i), "expertise", "食堂烹饪与营养配餐"))
	}
	s.mustCreate(s.staff, "experts", with(able, "code", "ZJ-A"))
	s.mustCreate(s.staff, "experts", with(able, "code", "ZJ-B", "name", "李示例", "employer_name", "另一家单位", "availability", map[string]any{"accepting": true, "max_active_cases": 2}))
	s.mustCreate(s.staff, "experts", with(able, "code", "ZJ-C", "name", "赵示例", "employer_name", "单位QY-1", "employer_code", "QY-1"))
	return codes
}

func TestPlanCampaign(t *testing.T) {
	s := start(t)
	cast := s.cast()
	needs := s.town(4)
	plan := decode[matcher.Plan](t, cast["own broker"](http.MethodPost, trial, map[string]any{"needs": needs, "quota": 1, "alternates": 2}))
	if len(plan.Needs) != 4 || plan.Placed != 2 || plan.People != 2 || plan.Total <= 0 || plan.Best < plan.Total {
		t.Errorf("of four needs and two people who may take one each: %+v", plan)
	}
	quota := 0.0
	for _, c := range plan.Costs {
		if c.Limit == "quota" {
			quota = c.Score
		}
	}
	if quota <= 0 {
		t.Errorf("the quota costs nothing: %+v", plan.Costs)
	}
	for _, n := range plan.Needs {
		if n.Person == nil && n.Why == "" || n.Person != nil && n.Person.Name == "" {
			t.Errorf("%s goes to nobody without a word: %+v", n.Need, n)
		}
		if len(n.NotShown) != 1 || n.NotShown[0].Reason != "own_group" || n.NotShown[0].Count != 1 {
			t.Errorf("%s: not shown %+v, want the one of its own firm", n.Need, n.NotShown)
		}
	}
	wide := decode[matcher.Plan](t, cast["own broker"](http.MethodPost, trial, map[string]any{"needs": needs, "quota": 3, "people": []any{"ZJ-B", "ZJ-C"}}))
	if wide.Placed != 2 || wide.People != 1 {
		t.Errorf("the only one who takes part has room for two: %+v", wide)
	}
}

// What is not the caller's to plan is not there for him, and says nothing.
func TestCampaignRefuses(t *testing.T) {
	s := start(t)
	cast := s.cast()
	needs := s.town(1)
	closed := s.mustCreate(s.staff, "needs", with(owned("needs"), "title", "已经解决的难题", "status", "solved"))
	for _, tt := range []struct {
		name, who string
		body      any
		status    int
		field     string
	}{
		{"another union's broker", "other broker", map[string]any{"needs": needs}, 422, "campaign.need_unknown"},
		{"an unknown need", "own broker", map[string]any{"needs": []any{"XQ-0"}}, 422, "campaign.need_unknown"},
		{"a solved need", "own broker", map[string]any{"needs": []any{closed[strings.LastIndexByte(closed, '/')+1:]}}, 422, "campaign.need_closed"},
		{"an unknown person", "own broker", map[string]any{"needs": needs, "people": []any{"ZJ-0"}}, 422, "campaign.person_unknown"},
		{"no need", "own broker", map[string]any{"needs": []any{}}, 422, "campaign.range"},
		{"too many needs", "own broker", map[string]any{"needs": manyCodes(campaign.MaxNeeds + 1)}, 422, "campaign.range"},
		{"a quota of 0", "own broker", map[string]any{"needs": needs, "quota": 0}, 422, "quota.range"},
		{"a floor of 2", "own broker", map[string]any{"needs": needs, "floor": 2}, 422, "campaign.floor"},
		{"a list of numbers", "own broker", map[string]any{"needs": []any{1}}, 422, "type.text"},
		{"an unknown key", "own broker", map[string]any{"needs": needs, "quotas": 3}, 422, "field.unknown"},
		{"an enterprise", "own firm", map[string]any{"needs": needs}, 403, ""},
		{"a leader, who reads only", "own leader", map[string]any{"needs": needs}, 403, ""},
		{"nobody", "visitor", map[string]any{"needs": needs}, 401, ""},
	} {
		got := cast[tt.who](http.MethodPost, trial, tt.body)
		p := got.problem(t)
		if p.Status != tt.status || tt.field != "" && (len(p.Errors) == 0 || p.Errors[0].Code != tt.field) {
			t.Errorf("%s: %d %s", tt.name, got.status, got.body)
		}
	}
}

func manyCodes(n int) []any {
	var out []any
	for i := range n {
		out = append(out, fmt.Sprint("XQ-", i))
	}
	return out
}

// A plan gives away nothing that is confidential of the people and needs.
func TestPlanKeepsSecrets(t *testing.T) {
	s := start(t)
	s.town(1)
	secret := "金丝雀四七"
	at := s.mustCreate(s.staff, "needs", with(owned("needs"), "title", "曲轴磨削的另一个难题", "detail", secret, "excluded_orgs", []any{secret}, "contact", map[string]any{"name": secret}))
	s.mustCreate(s.staff, "experts", with(able, "name", "孙示例", "employer_name", secret, "juror_of", []any{secret + "奖"}, "contact", map[string]any{"name": secret}))
	got := s.staff(http.MethodPost, trial, map[string]any{"needs": []any{at[strings.LastIndexByte(at, '/')+1:]}, "alternates": 5})
	if plan := decode[matcher.Plan](t, got); plan.Placed != 1 || len(plan.Needs[0].NotShown) == 0 {
		t.Errorf("the plan: %s", got.body)
	}
	if strings.Contains(string(got.body), secret) || !json.Valid(got.body) {
		t.Errorf("a plan holds %s: %s", secret, got.body)
	}
}

// work does what is to be done in the background.
func (s *service) work() {
	s.t.Helper()
	if err := s.campaigns.Pass(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// A campaign over the API: chosen by a filter, planned, decided on, confirmed,
// begun once, and followed.
func TestCampaignFromDraftToIntroductions(t *testing.T) {
	s := start(t)
	cast := s.cast()
	broker := cast["own broker"]
	needs := s.town(3)
	created := broker(http.MethodPost, campaigns, map[string]any{"name": "冬季曲轴专场", "quota": 2, "alternates": 1, "floor": 0.8})
	c := decode[campaign.Campaign](t, created)
	if created.status != 201 || created.header.Get("Location") != campaigns+"/"+c.Code || c.State != campaign.Draft || len(c.Chosen) != 3 || c.Union == "" {
		t.Fatalf("%d %s", created.status, created.body)
	}
	at := campaigns + "/" + c.Code
	step := func(body map[string]any) campaign.Campaign {
		t.Helper()
		body["rev"] = c.Rev
		c = decode[campaign.Campaign](t, broker(http.MethodPost, at+"/steps", body))
		s.work()
		sight := decode[campaign.Sight](t, broker(http.MethodGet, at, nil))
		c = *sight.Campaign
		return c
	}
	if step(map[string]any{"step": "plan"}); c.State != campaign.Planned || c.Plans[0].Placed != 3 || c.Job.State != campaign.Done {
		t.Fatalf("planned: %+v", c)
	}
	step(map[string]any{"step": "pin", "need": needs[0], "person": "ZJ-B"})
	if p := broker(http.MethodPost, at+"/steps", map[string]any{"step": "confirm", "rev": c.Rev}).problem(t); p.Code != "campaign.stale_plan" {
		t.Errorf("a plan from before a decision is confirmed: %+v", p)
	}
	step(map[string]any{"step": "ban", "need": needs[1], "person": "ZJ-B"})
	step(map[string]any{"step": "plan"})
	sight := decode[campaign.Sight](t, broker(http.MethodGet, at, nil))
	if p := sight.Plan.Needs; p[0].Person.Code != "ZJ-B" || !p[0].Pinned || p[1].Person.Code != "ZJ-A" {
		t.Errorf("the decisions do not hold: %+v", p)
	}
	step(map[string]any{"step": "confirm"})
	sight = decode[campaign.Sight](t, broker(http.MethodGet, at, nil))
	if c.State != campaign.Running || len(sight.Progress) != 3 {
		t.Fatalf("confirmed: %+v", sight)
	}
	for _, p := range sight.Progress {
		if p.State != campaign.Begun || p.Stage != "proposed" || p.Next == nil || p.Introduction == "" {
			t.Errorf("%+v", p)
		}
	}
	lines := decode[struct{ Items []campaign.Line }](t, cast["own leader"](http.MethodGet, campaigns, nil))
	if len(lines.Items) != 1 || lines.Items[0].Pairs[campaign.Begun] != 3 {
		t.Errorf("the leader's list: %+v", lines)
	}
	if p := cast["own leader"](http.MethodPost, at+"/steps", map[string]any{"step": "end", "note": "好", "rev": c.Rev}).problem(t); p.Status != 403 {
		t.Errorf("a leader ends it: %+v", p)
	}
	if p := cast["other broker"](http.MethodGet, at, nil).problem(t); p.Status != 404 {
		t.Errorf("another union's broker reads it: %+v", p)
	}
	if step(map[string]any{"step": "end", "note": "三对都已开单"}); c.State != campaign.Ended {
		t.Errorf("ended: %+v", c)
	}
}

// What a campaign is asked and cannot be is said with its field; a revision that
// is not current is refused.
func TestKeptCampaignRefuses(t *testing.T) {
	s := start(t)
	cast := s.cast()
	needs := s.town(1)
	broker := cast["own broker"]
	for _, tt := range []struct {
		name, who string
		body      map[string]any
		status    int
		field     string
	}{
		{"no name", "own broker", map[string]any{"needs": needs}, 422, "campaign.name"},
		{"another union's need", "other broker", map[string]any{"name": "别人的", "needs": needs}, 422, "campaign.need_unknown"},
		{"a filter that chooses none", "own broker", map[string]any{"name": "空的", "needs_by": map[string]any{"type": "talent"}}, 422, "campaign.range"},
		{"an unknown person", "own broker", map[string]any{"name": "没人", "needs": needs, "people": []any{"ZJ-0"}}, 422, "campaign.person_unknown"},
		{"a period that ends first", "own broker", map[string]any{"name": "倒着", "needs": needs, "from": "2026-12-02", "to": "2026-12-01"}, 422, "campaign.period"},
		{"an enterprise", "own firm", map[string]any{"name": "企业"}, 403, ""},
	} {
		got := cast[tt.who](http.MethodPost, campaigns, tt.body)
		p := got.problem(t)
		if p.Status != tt.status || tt.field != "" && (len(p.Errors) == 0 || p.Errors[0].Code != tt.field) {
			t.Errorf("%s: %d %s", tt.name, got.status, got.body)
		}
	}
	c := decode[campaign.Campaign](t, broker(http.MethodPost, campaigns, map[string]any{"name": "一场", "needs": needs}))
	at := campaigns + "/" + c.Code
	changed := decode[campaign.Campaign](t, broker(http.MethodPut, at, map[string]any{"name": "改过的一场", "needs": needs, "quota": 1, "rev": c.Rev}))
	if changed.Rev != 2 || changed.Settings.Quota != 1 {
		t.Errorf("changed: %+v", changed)
	}
	if p := broker(http.MethodPut, at, map[string]any{"name": "又改", "needs": needs, "rev": c.Rev}).problem(t); p.Status != 412 && p.Status != 409 {
		t.Errorf("an old revision: %+v", p)
	}
	if p := broker(http.MethodPost, at+"/steps", map[string]any{"step": "confirm", "rev": changed.Rev}).problem(t); p.Code != "campaign.step_late" {
		t.Errorf("a draft is confirmed: %+v", p)
	}
}
