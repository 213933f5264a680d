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

const campaigns = "/api/v1/campaigns"

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
	plan := decode[matcher.Plan](t, cast["own broker"](http.MethodPost, campaigns, map[string]any{"needs": needs, "quota": 1, "alternates": 2}))
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
	wide := decode[matcher.Plan](t, cast["own broker"](http.MethodPost, campaigns, map[string]any{"needs": needs, "quota": 3, "people": []any{"ZJ-B", "ZJ-C"}}))
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
		got := cast[tt.who](http.MethodPost, campaigns, tt.body)
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
	got := s.staff(http.MethodPost, campaigns, map[string]any{"needs": []any{at[strings.LastIndexByte(at, '/')+1:]}, "alternates": 5})
	if plan := decode[matcher.Plan](t, got); plan.Placed != 1 || len(plan.Needs[0].NotShown) == 0 {
		t.Errorf("the plan: %s", got.body)
	}
	if strings.Contains(string(got.body), secret) || !json.Valid(got.body) {
		t.Errorf("a plan holds %s: %s", secret, got.body)
	}
}
