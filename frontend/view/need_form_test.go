package view

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/coach"
	"hongniang/internal/errs"
	"hongniang/matcher"
)

// What is read from a form that shows a need is that need again.
func TestNeedFormKeepsANeed(t *testing.T) {
	saved := &catalog.Need{
		Meta: catalog.Meta{Code: "XQ-1", Rev: 4, Status: "returned", RegionCode: "371000"}, Title: "漆泥糊泵", Detail: "三班喷漆", Background: "表单上没有的一栏", IndustryCode: "24",
		Targets:  []catalog.Target{{Name: "倒池间隔", Op: ">=", Value: 60, Unit: "天", CurrentValue: "14天"}, {Name: "味道", Op: "=", Value: 0}},
		Keywords: []string{"漆泥", "水幕"}, CooperationModes: []string{"consulting", "onsite_guidance"}, BudgetMinWan: 2, BudgetMaxWan: 8.5, BudgetNegotiable: true,
		Contact: &catalog.Contact{Name: "工会干事", Phone: "0631-0000024", Email: "a@b.cn"}, ExcludedOrgs: []string{"甲厂"}, Confidentiality: "summary_only", EnterpriseName: "某厂",
		Steps: []catalog.NeedEvent{{Step: "return", Reason: "补上指标"}},
	}
	v := BuildNeedForm(NeedFormFacts{Need: saved, Staff: true, Steps: catalog.NeedRules()[:2]})
	if v.Returned != "补上指标" || v.URL != "/needs/XQ-1/edit" || !v.MaySubmit || len(v.Steps) != 1 || v.Steps[0].Step != "return" || len(v.Targets) != 2 {
		t.Errorf("%+v", v)
	}
	got, err := ReadNeedForm(typedAsShown(v), saved, true)
	if err != nil {
		t.Fatal(err)
	}
	catalog.Clean(got)
	if diff := cmp.Diff(saved, got, cmp.AllowUnexported(catalog.Meta{})); diff != "" {
		t.Errorf("-saved +read:\n%s", diff)
	}
}

// typedAsShown is what a browser sends of a form that nobody touched.
func typedAsShown(v NeedForm) url.Values {
	form := url.Values{}
	for key, value := range v.Values {
		form.Set(key, value)
	}
	for _, row := range v.Targets {
		for part, value := range map[string]string{"name": row.Name, "op": row.Op, "value": row.Value, "unit": row.Unit, "current": row.Current} {
			form.Set(fmt.Sprintf("target_%d_%s", row.Number, part), value)
		}
	}
	for _, m := range v.Choices["cooperation_mode"] {
		if v.Checked["cooperation_modes="+m.Key] {
			form.Add("cooperation_modes", m.Key)
		}
	}
	slices.Sort(form["cooperation_modes"])
	if v.Checked["budget_negotiable=yes"] {
		form.Set("budget_negotiable", "yes")
	}
	return form
}

// A need that was imported with many targets loses none by a save.
func TestNeedFormKeepsEveryTarget(t *testing.T) {
	need := &catalog.Need{Title: "漆泥"}
	for i := range 20 {
		need.Targets = append(need.Targets, catalog.Target{Name: fmt.Sprintf("指标%d", i), Op: "<=", Value: float64(i)})
	}
	got, err := ReadNeedForm(typedAsShown(BuildNeedForm(NeedFormFacts{Need: need})), need, true)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(need.Targets, got.Targets); diff != "" {
		t.Errorf("-saved +read:\n%s", diff)
	}
}

func TestReadNeedForm(t *testing.T) {
	form := url.Values{
		"title": {" 漆泥 "}, "keywords": {"漆泥，水幕、糊泵; 臭"}, "budget_max_wan": {"八万"}, "enterprise_name": {"别人的厂"},
		"target_1_name": {""}, "target_2_name": {"间隔"}, "target_2_value": {"NaN"}, "target_3_value": {"inf"}, "target_4_name": {"温度"}, "target_4_value": {"-20"},
	}
	n, err := ReadNeedForm(form, &catalog.Need{EnterpriseName: "自己的厂"}, false)
	var faults []string
	for _, f := range errs.As(err).Fields {
		faults = append(faults, f.Field)
	}
	if diff := cmp.Diff([]string{"budget_max_wan", "targets[0].value", "targets[1].value"}, faults); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if n.Title != "漆泥" || n.EnterpriseName != "自己的厂" || len(n.Keywords) != 4 || n.Contact != nil {
		t.Errorf("%+v", n)
	}
	if diff := cmp.Diff([]catalog.Target{{Name: "间隔"}, {}, {Name: "温度", Value: -20}}, n.Targets); diff != "" {
		t.Error(diff)
	}
	v := BuildNeedForm(NeedFormFacts{Need: n, Err: err})
	if v.Faults["budget_max_wan"] == "" || v.Targets[0].Fault == "" || v.Problem == "" || v.Targets[2].Value != "-20" {
		t.Errorf("%+v", v)
	}
}

func TestAdviceLeadsToFields(t *testing.T) {
	a := coach.Read(&catalog.Need{Title: "难", SummaryPublic: "见 www.a.cn", Targets: []catalog.Target{{Name: "x"}}}, coach.Firm{}, time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))
	shown := map[string]bool{"#title": true, "#detail": true, "#targets": true, "#deadline": true, "#budget_max_wan": true, "#summary_public": true, "#keywords": true}
	v := BuildAdvice(&a, nil)
	if len(v.Remarks) < 5 || !v.Remarks[0].Must {
		t.Errorf("%+v", v)
	}
	for _, r := range v.Remarks {
		if !shown[r.Address] {
			t.Errorf("%s leads to %s, which the form does not have", r.Message, r.Address)
		}
	}
	if BuildAdvice(nil, nil) != nil {
		t.Error("advice that nobody gave")
	}
}

func TestOwnNeeds(t *testing.T) {
	got := BuildOwnNeeds([]*catalog.Need{
		{Meta: catalog.Meta{Code: "XQ-1", Status: "returned"}, Title: "甲", Steps: []catalog.NeedEvent{{Reason: "补指标"}}},
		{Meta: catalog.Meta{Code: "XQ-2", Status: "published"}, Title: "乙", ValidTo: "2027-01-01"},
		{Meta: catalog.Meta{Code: "XQ-3", Status: "matching"}, Title: "丙", ValidTo: "2026-12-01"},
	}, "renew", time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))
	want := OwnNeeds{Done: "已办理：续期。", Needs: []OwnNeed{
		{Code: "XQ-1", Title: "甲", URL: "/needs/XQ-1", Edit: "/needs/XQ-1/edit", Status: "退回整改", Reason: "补指标", Waits: true},
		{Code: "XQ-2", Title: "乙", URL: "/needs/XQ-2", Edit: "/needs/XQ-2/edit", Status: "已发布", Until: "2027-01-01"},
		{Code: "XQ-3", Title: "丙", URL: "/needs/XQ-3", Edit: "/needs/XQ-3/edit", Status: "匹配中", Until: "2026-12-01", Soon: true},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := BuildOwnNeeds(nil, "<script>", time.Time{}); got.Done != "" || len(got.Needs) != 0 {
		t.Errorf("%+v", got)
	}
	for text, want := range map[string]int64{"7": 7, "": 0, "-1": 0, "x": 0} {
		if got := ReadRev(text); got != want {
			t.Errorf("%q is revision %d", text, got)
		}
	}
}

// Beside the form stand the best three, whatever they are, or what to do.
func TestFoundNow(t *testing.T) {
	t.Parallel()
	candidate := func(kind catalog.Kind, title string, score float64) matcher.Candidate {
		return matcher.Candidate{Kind: kind, Code: title, Title: title, Score: score, Band: matcher.High}
	}
	a := BuildAdvice(&coach.Advice{}, &matcher.Answer{
		People:    []matcher.Candidate{candidate(catalog.KindExpert, "甲", 61), candidate(catalog.KindExpert, "乙", 40)},
		Documents: []matcher.Candidate{candidate(catalog.KindResult, "丙", 70), candidate(catalog.KindResult, "丁", 30)},
	})
	var titles []string
	for _, c := range a.Found.Items {
		titles = append(titles, c.Title)
	}
	if diff := cmp.Diff([]string{"丙", "甲", "乙"}, titles); diff != "" || a.Found.None != "" {
		t.Error(diff, a.Found.None)
	}
	if a := BuildAdvice(&coach.Advice{}, &matcher.Answer{}); len(a.Found.Items) != 0 || a.Found.None == "" {
		t.Errorf("nobody fits: %+v", a.Found)
	}
}
