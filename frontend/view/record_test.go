package view

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// Every field that people fill in has a place on its page, or is hidden on
// purpose: a new field in the catalogue fails here until somebody decides.
func TestEveryFieldHasAPlace(t *testing.T) {
	for _, kind := range catalog.Kinds() {
		placed := map[string]int{}
		for _, l := range layouts[kind] {
			for _, key := range l.keys {
				placed[key]++
			}
		}
		known := map[string]bool{}
		for _, f := range catalog.Schema(kind) {
			known[f.Key] = true
			if hidden := slices.Contains(hiddenKeys, f.Key); hidden == (placed[f.Key] > 0) {
				t.Errorf("%s.%s: placed %d times, hidden %v", kind, f.Key, placed[f.Key], hidden)
			}
		}
		for key, n := range placed {
			if !known[key] || n > 1 {
				t.Errorf("%s.%s: known %v, placed %d times", kind, key, known[key], n)
			}
		}
	}
}

func TestAlwaysSecretFieldsAreNeverPlaced(t *testing.T) {
	for _, kind := range catalog.Kinds() {
		for _, f := range catalog.Schema(kind) {
			if f.Secret == "always" && !slices.Contains(hiddenKeys, f.Key) {
				t.Errorf("%s.%s is always confidential and has a place on the page", kind, f.Key)
			}
		}
	}
}

// item finds a field of a view by its label.
func findItem(t *testing.T, v Record, label string) Item {
	t.Helper()
	for _, s := range v.Sections {
		for _, it := range s.Items {
			if it.Label == label {
				it.Alone = false // TestPair's matter
				return it
			}
		}
	}
	t.Fatalf("no field %s in %+v", label, v.Sections)
	return Item{}
}

func TestBuildRecordNeed(t *testing.T) {
	need := &catalog.Need{
		Meta: catalog.Meta{Code: "XQ-1", Status: "matching", RegionCode: "371000"}, Title: "电主轴高速异响的诊断与修复", NeedType: "quality",
		SummaryPublic: "第一段。\n\n第二段。", Keywords: []string{"电主轴", "轴承"}, BudgetMinWan: 10, BudgetMaxWan: 30, BudgetNegotiable: true,
		Targets:        []catalog.Target{{Name: "径向跳动", Op: "<=", Value: 0.005, Unit: "mm", CurrentValue: "0.02"}, {Name: "合格率", Op: ">=", Value: 98, Unit: "%"}},
		EnterpriseCode: "DW-1", EnterpriseName: "示例机床厂", CooperationModes: []string{"onsite_guidance", "consulting"}, Confidentiality: "public",
	}
	v := BuildRecord(need, Names{"organisation/DW-1": "示例机床厂有限公司"})
	if diff := cmp.Diff([]string{"质量提升", "匹配中", strings.Join(catalog.PlacePath("371000"), "")}, v.Facts); diff != "" {
		t.Error(diff)
	}
	tests := []Item{
		{Label: "需求简介", Text: []string{"第一段。", "第二段。"}},
		{Label: "主要技术指标", Table: &Table{Head: []string{"指标", "要求", "现状"}, Rows: [][]Link{
			{{Text: "径向跳动"}, {Text: "≤ 0.005 mm"}, {Text: "0.02"}}, {{Text: "合格率"}, {Text: "≥ 98 %"}, {}}}}},
		{Label: "关键词", Links: []Link{{Text: "电主轴", URL: SearchQuery{Q: "电主轴"}.URL()}, {Text: "轴承", URL: SearchQuery{Q: "轴承"}.URL()}}},
		{Label: "需求类型", Links: []Link{{Text: "质量提升", URL: "/search?type=quality"}}},
		{Label: "企业名称", Links: []Link{{Text: "示例机床厂", URL: "/organisations/DW-1"}}},
		{Label: "拟投入资金", Text: []string{"10 至 30 万元，可面议"}},
		{Label: "合作方式", Text: []string{"现场指导、技术咨询"}},
	}
	for _, want := range tests {
		if diff := cmp.Diff(want, findItem(t, v, want.Label)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestBuildRecordResult(t *testing.T) {
	result := &catalog.Result{
		Meta: catalog.Meta{Code: "CG-1", Status: "published"}, Title: "电主轴修复", TRL: 9, Stage: "mature", StudioCode: "GZS-1", PatentCodes: []string{"ZL-1", "ZL-2"},
		Completers: []catalog.Completer{{Name: "示例甲", ExpertCode: "ZJ-1", IsFrontline: true}, {Name: "示例乙", ExpertCode: "ZJ-9"}},
		Benefits:   []catalog.Benefit{{Year: 2024, Kind: "saved", AmountWan: 1000}}, InnovationPoints: []string{"不拆机壳直接更换前轴承组的工装", "在线动平衡"},
		Indicators: []catalog.Target{{Name: "温升", Op: "<=", Value: 20, Unit: "K", CurrentValue: "35 K"}}, AskingPriceWan: 12345.5,
	}
	v := BuildRecord(result, Names{"expert/ZJ-1": "示例甲", "studio/GZS-1": "示例工作室", "patent/ZL-1": "一种工装"})
	tests := []Item{
		{Label: "主要完成人", Table: &Table{Head: []string{"姓名", "一线职工"}, Rows: [][]Link{{{Text: "示例甲", URL: "/experts/ZJ-1"}, {Text: "是"}}, {{Text: "示例乙"}, {}}}}},
		{Label: "创新工作室", Links: []Link{{Text: "示例工作室", URL: "/studios/GZS-1"}}},
		{Label: "相关专利", Links: []Link{{Text: "一种工装", URL: "/patents/ZL-1"}, {Text: "ZL-2"}}},
		{Label: "创新点", List: []string{"不拆机壳直接更换前轴承组的工装", "在线动平衡"}},
		{Label: "主要技术经济指标", Table: &Table{Head: []string{"指标", "数值", "改进前"}, Rows: [][]Link{{{Text: "温升"}, {Text: "≤ 20 K"}, {Text: "35 K"}}}}},
		{Label: "经济效益", Table: &Table{Head: []string{"年度", "类别", "金额（万元）"}, Rows: [][]Link{{{Text: "2024 年"}, {Text: "节约"}, {Text: "1000"}}}}},
		{Label: "意向价格", Text: []string{"12,345.5 万元"}},
		{Label: "技术就绪度", Text: []string{"9 级（共 9 级）"}},
	}
	for _, want := range tests {
		if diff := cmp.Diff(want, findItem(t, v, want.Label)); diff != "" {
			t.Error(diff)
		}
	}
	wantRefs := []string{"expert/ZJ-1", "expert/ZJ-9", "patent/ZL-1", "patent/ZL-2", "studio/GZS-1"}
	if diff := cmp.Diff(wantRefs, References(result)); diff != "" {
		t.Error(diff)
	}
}

func TestBuildRecordOthers(t *testing.T) {
	expert := &catalog.Expert{
		Meta: catalog.Meta{Code: "ZJ-1", Status: "published"}, Name: "示例甲", EmployerName: "示例厂", IsFrontline: true, PersonKinds: []string{"master_craftsman"},
		Availability: &catalog.Availability{Accepting: false, Modes: []string{"onsite", "online"}, TravelRadiusKM: 300}, ServicesDone: 12,
	}
	v := BuildRecord(expert, nil)
	for _, want := range []Item{
		{Label: "服务意愿", Text: []string{"接受对接：否", "服务方式：现场、线上", "可出行半径（公里）：300"}},
		{Label: "工作单位", Links: []Link{{Text: "示例厂"}}},
		{Label: "一线职工", Text: []string{"是"}},
		{Label: "已服务次数", Text: []string{"12 次"}},
	} {
		if diff := cmp.Diff(want, findItem(t, v, want.Label)); diff != "" {
			t.Error(diff)
		}
	}
	patent := &catalog.Patent{
		Meta: catalog.Meta{Code: "ZL-1", Status: "published"}, Title: "一种工装", ApplicationNo: "202211250898.9", Inventors: []string{"甲", "乙"},
		InventorCodes: []string{"ZJ-1", "ZJ-2"}, Applicants: []string{"示例厂"}, URL: "javascript:alert(1)", LegalStatus: "granted",
	}
	v = BuildRecord(patent, Names{"expert/ZJ-1": "示例甲"})
	for _, want := range []Item{
		{Label: "发明人", Links: []Link{{Text: "甲", URL: "/experts/ZJ-1"}, {Text: "乙"}}},
		{Label: "网址", Text: []string{"javascript:alert(1)"}},
		{Label: "申请人", Links: []Link{{Text: "示例厂", URL: facetURL(search.FacetOrganisation, "示例厂")}}},
		{Label: "法律状态", Links: []Link{{Text: "授权", URL: "/search?stage=granted"}}},
	} {
		if diff := cmp.Diff(want, findItem(t, v, want.Label)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestBuildFromDocument(t *testing.T) {
	v := BuildFromDocument(search.Document{
		Kind: catalog.KindResult, Code: "CG-1", Title: "电主轴修复", Summary: "简介。", Keywords: []string{"电主轴"}, Orgs: []string{"示例厂"}, Field: "manufacturing",
		People: []search.Person{{Code: "ZJ-1", Name: "示例甲"}, {Name: "示例乙"}, {Code: "ZJ-3"}},
	})
	if !strings.Contains(v.Notice, "数据库暂时连不上") {
		t.Errorf("no notice: %q", v.Notice)
	}
	want := []Item{
		{Label: "简介", Text: []string{"简介。"}},
		{Label: "人员", Links: []Link{{Text: "示例甲", URL: "/experts/ZJ-1"}, {Text: "示例乙"}}},
		{Label: "单位", Links: []Link{{Text: "示例厂"}}},
		{Label: "关键词", Links: KeywordLinks([]string{"电主轴"})},
		{Label: "技术领域", Links: []Link{{Text: "先进制造", URL: "/search?field=manufacturing"}}},
	}
	if diff := cmp.Diff(want, v.Sections[0].Items); diff != "" {
		t.Error(diff)
	}
}

func TestMoney(t *testing.T) {
	for _, tt := range []struct {
		low, high  float64
		negotiable bool
		want       []string
	}{
		{0, 0, false, nil}, {0, 0, true, []string{"可面议"}}, {10, 0, false, []string{"10 万元"}}, {0, 30, false, []string{"不超过 30 万元"}},
		{10, 30, true, []string{"10 至 30 万元，可面议"}}, {10, 10, false, []string{"10 万元"}},
	} {
		if diff := cmp.Diff(tt.want, money(tt.low, tt.high, tt.negotiable)); diff != "" {
			t.Errorf("%v: %s", tt, diff)
		}
	}
}

func TestBuildRelated(t *testing.T) {
	ask := RelatedQuestion{title: "参与的创新成果", self: "expert/ZJ-1", person: "ZJ-1"}
	hit := func(code, person string) search.Hit {
		return search.Hit{Document: search.Document{ID: "result/" + code, Kind: catalog.KindResult, Code: code, Title: code, People: []search.Person{{Code: person, Name: "同名"}}}}
	}
	g, ok := BuildRelated(ask, search.Response{Total: 3, Hits: []search.Hit{hit("CG-1", "ZJ-1"), hit("CG-2", "ZJ-2"), hit("CG-3", "")}})
	if diff := cmp.Diff(RelatedGroup{Title: "参与的创新成果", Items: []Link{{Text: "CG-1", URL: "/results/CG-1"}}}, g); diff != "" || !ok {
		t.Error(diff, ok)
	}
	if _, ok := BuildRelated(ask, search.Response{Total: 1, Hits: []search.Hit{hit("CG-2", "ZJ-2")}}); ok {
		t.Error("a namesake's work is shown as this person's")
	}
}
