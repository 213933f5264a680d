package view_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/search"
	"hongniang/matcher"
)

var today = time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)

func everywhere(string) bool { return true }

func waitingFor(code string, who, part brokering.Part, due string, late int) brokering.Line {
	return brokering.Line{Code: code, Stage: brokering.Invited, Part: part, Needs: []brokering.NeedRef{{Code: "XQ-" + code, Title: "难题" + code}}, Next: &brokering.NextAction{What: "办 " + code, Who: who, Due: due}, Alarm: brokering.Alarm{Days: late}}
}

func tilesOf(v view.Today) map[string]int {
	out := map[string]int{}
	for _, t := range v.Tiles {
		out[t.Label] = t.Count
	}
	return out
}

// What comes first is the case that is due first; then what waits for review.
func TestTodayOfABroker(t *testing.T) {
	t.Parallel()
	f := view.TodayFacts{
		Actor: account.Actor{Role: account.Broker, User: "U"}, Now: today, Leads: everywhere, Unread: 3,
		Cases:  []brokering.Line{waitingFor("2", brokering.Staff, brokering.Staff, "2026-12-02", 0), waitingFor("1", brokering.Staff, brokering.Staff, "2026-11-01", 19), waitingFor("3", brokering.Provider, brokering.Staff, "2026-11-10", 10)},
		Needs:  []*catalog.Need{{Meta: catalog.Meta{Code: "XQ-1", Status: "published", UpdatedAt: today.AddDate(0, 0, -3)}, Title: "等人选"}, {Meta: catalog.Meta{Code: "XQ-2", Status: "matching"}, Title: "有人选"}},
		Review: []catalog.Record{&catalog.Need{Meta: catalog.Meta{Code: "XQ-3", Status: "submitted"}, Title: "待审"}},
	}
	v := view.BuildToday(f)
	want := map[string]int{"轮到我办": 2, "已超期": 2, "等对方答复": 1, "等我审核": 1, "还没有人选的需求": 1, "未读通知": 3}
	if diff := cmp.Diff(want, tilesOf(v)); diff != "" {
		t.Error(diff)
	}
	if v.Next == nil || v.Next.Text != "办 1" || v.Next.Late != "已超期 19 天" || v.Lead != "2026 年 11 月 20 日，星期五" {
		t.Errorf("first %+v on %s", v.Next, v.Lead)
	}
	ids := map[string][]string{}
	for _, l := range v.Lists {
		for _, it := range l.Items {
			ids[l.ID] = append(ids[l.ID], it.Title)
		}
	}
	if diff := cmp.Diff(map[string][]string{"due": {"难题1", "难题2"}, "stale": {"难题3"}, "review": {"待审"}, "unserved": {"等人选"}}, ids); diff != "" {
		t.Error(diff)
	}
	f.Cases = nil
	if v = view.BuildToday(f); v.Next == nil || v.Next.URL != view.ReviewURL {
		t.Errorf("without cases: %+v", v.Next)
	}
	f.Leads = func(path string) bool { return path != view.ReviewURL }
	if _, there := tilesOf(view.BuildToday(f))["等我审核"]; there {
		t.Error("a tile leads to a page that is not there")
	}
}

// A leader reads what stood still for two weeks, and apart from it what a broker
// should press: of whom, since when, whose case it is.
func TestTodayOfALeader(t *testing.T) {
	t.Parallel()
	late := waitingFor("1", brokering.Provider, brokering.Leader, "2026-11-10", 10)
	late.Broker.Name, late.Alarm.Level = "红娘甲", brokering.Remind
	stuck := waitingFor("2", brokering.Enterprise, brokering.Leader, "2026-10-10", 41)
	stuck.Alarm.Level = brokering.OnLeaderList
	v := view.BuildToday(view.TodayFacts{Actor: account.Actor{Role: account.Leader}, Now: today, Leads: everywhere, Cases: []brokering.Line{late, stuck}})
	if diff := cmp.Diff(map[string]int{"停滞两周以上": 1, "红娘该催一催": 1, "未读通知": 0}, tilesOf(v)); diff != "" {
		t.Error(diff)
	}
	if len(v.Lists) != 2 || v.Lists[0].Items[0].Title != "难题2" || len(v.Lists[1].Items) != 1 {
		t.Fatalf("%+v", v.Lists)
	}
	nudge := v.Lists[1].Items[0]
	if nudge.Title != "难题1" || nudge.Note != "等服务方：办 1" || nudge.Late != "已超期 10 天" || nudge.Facts[len(nudge.Facts)-1] != "经办 红娘甲" {
		t.Errorf("%+v", nudge)
	}
}

// The one next thing of a firm: a case, then a need given back, then a draft,
// then to write the first.
func TestNextThingOfAFirm(t *testing.T) {
	t.Parallel()
	returned := &catalog.Need{Meta: catalog.Meta{Code: "XQ-1", Status: "returned"}, Title: "漏油", Steps: []catalog.NeedEvent{{Reason: "写指标"}}}
	draft := &catalog.Need{Meta: catalog.Meta{Code: "XQ-2", Status: "draft"}, Title: "振动"}
	for _, tt := range []struct {
		name  string
		cases []brokering.Line
		needs []*catalog.Need
		text  string
		why   string
	}{
		{"case", []brokering.Line{waitingFor("1", brokering.Enterprise, brokering.Enterprise, "2026-12-01", 0)}, []*catalog.Need{returned}, "办 1", "难题1"},
		{"returned", []brokering.Line{waitingFor("1", brokering.Staff, brokering.Enterprise, "2026-12-01", 0)}, []*catalog.Need{returned, draft}, "修改退回的需求《漏油》", "退回原因：写指标"},
		{"draft", nil, []*catalog.Need{draft}, "写完草稿《振动》并提交审核", "红娘审核"},
		{"expired", nil, []*catalog.Need{{Meta: catalog.Meta{Code: "XQ-3", Status: "expired"}, Title: "旧"}}, "需求《旧》已到期", "续期"},
		{"nothing", nil, nil, "把车间里解决不了的难题写下来", "存草稿"},
	} {
		v := view.BuildToday(view.TodayFacts{Actor: account.Actor{Role: account.Enterprise}, Now: today, Cases: tt.cases, Needs: tt.needs, Leads: everywhere})
		if v.Next == nil || v.Next.Text != tt.text || !strings.Contains(v.Next.Why, tt.why) {
			t.Errorf("%s: %+v", tt.name, v.Next)
		}
	}
}

// A profile says what is missing, the weightiest first, and a switch sets what
// it says.
func TestProfileAndSwitch(t *testing.T) {
	t.Parallel()
	e := &catalog.Expert{Meta: catalog.Meta{Code: "ZJ-1", RegionCode: "371000"}, Name: "甲", Expertise: "修主轴", LastConfirmedAt: "2025-01-01", Availability: &catalog.Availability{Accepting: true, UnavailableUntil: "2026-12-31", Modes: []string{"onsite"}}}
	p := view.BuildProfile(e, today)
	if !p.Accepting || p.Until != "2026-12-31" || p.Share != 25 || len(p.Gaps) != 6 || p.Gaps[0].Label != "绝招绝技绝活" || p.Gaps[5].Label != "最近确认日期" {
		t.Errorf("%+v", p)
	}
	view.SetAvailability(e, false, "", today)
	if e.Availability.Accepting || e.LastConfirmedAt != "2026-11-20" || len(e.Availability.Modes) != 1 {
		t.Errorf("switched off: %+v", e.Availability)
	}
	view.SetAvailability(e, true, "", today)
	if p = view.BuildProfile(e, today); !p.Accepting || p.Until != "" || p.Share != 37 {
		t.Errorf("switched on: %+v", p)
	}
	v := view.BuildToday(view.TodayFacts{Actor: account.Actor{Role: account.Provider}, Now: today, Expert: e, Leads: everywhere,
		Cases: []brokering.Line{waitingFor("1", brokering.Staff, brokering.Provider, "2026-12-01", 0)}, Hints: []view.NeedHint{{Code: "XQ-1", Title: "在办的"}, {Code: "XQ-7", Title: "新的", Suit: view.Suit{Label: "匹配度高", Reason: "本人写到“主轴”。"}}}})
	if v.Next == nil || v.Next.Text != "补上“绝招绝技绝活”" || len(v.Lists[1].Items) != 1 || v.Lists[1].Items[0].Note != "本人写到“主轴”。" || v.Lists[1].Items[0].Kind != "匹配度高" {
		t.Errorf("%+v %+v", v.Next, v.Lists[1])
	}
}

func TestNeedHints(t *testing.T) {
	t.Parallel()
	docs := map[string]search.Document{"need/1": {Code: "1", Title: "一", Status: "published"}, "need/2": {Code: "2", Title: "二", Status: "closed"}, "need/3": {Code: "3", Title: "三", Status: "matching"}}
	ids := view.OpenIDs([]string{"need/1", "need/2", "need/3", "need/4"}, docs)
	if diff := cmp.Diff([]string{"need/1", "need/3"}, ids); diff != "" {
		t.Fatal(diff)
	}
	need := &catalog.Need{Meta: catalog.Meta{Code: "1", RegionCode: "371000"}, Title: "一"}
	want := view.NeedHint{Code: "1", Title: "一", Region: "371000", Suit: view.Suit{Fits: true}}
	if diff := cmp.Diff(want, view.NewNeedHint(need, view.Suit{Fits: true})); diff != "" {
		t.Error(diff)
	}
}

// What suits somebody: a match; his trade by name; and where there is neither, what
// little there is, never a word of others.
func TestSuit(t *testing.T) {
	t.Parallel()
	turner := &catalog.Expert{Occupations: []string{"钳工", "车工"}}
	wanted := &catalog.Need{Occupations: []string{"车工"}}
	match := func(b matcher.Band, reasons ...string) []matcher.Candidate {
		return []matcher.Candidate{{Band: b, BandLabel: b.Label(), Score: 31, Reasons: reasons}}
	}
	for name, tt := range map[string]struct {
		need *catalog.Need
		fit  []matcher.Candidate
		want view.Suit
	}{
		"match":             {wanted, match(matcher.Medium, "本人擅长领域写到“主轴”。", "荣誉：工匠。"), view.Suit{Fits: true, Label: "匹配度中", Score: 31, Reason: "本人擅长领域写到“主轴”。"}},
		"trade":             {wanted, match(matcher.Insufficient, "荣誉：工匠。"), view.Suit{Fits: true, Label: "工种对得上", Reason: "您的工种和它要的都写着“车工”。公开的话不多，别的还看不出来，细节可以问红娘。"}},
		"trade, not judged": {wanted, nil, view.Suit{Fits: true, Label: "工种对得上", Reason: "您的工种和它要的都写着“车工”。公开的话不多，别的还看不出来，细节可以问红娘。"}},
		"little":            {&catalog.Need{}, match(matcher.Insufficient, "简介写到“主轴”。"), view.Suit{Reason: "对得上的只有一点：简介写到“主轴”。公开的话不多，您有办法也可以告诉红娘。"}},
		"nothing":           {&catalog.Need{}, nil, view.Suit{Reason: "它公开的话里，没有和您的资料对得上的地方。您有办法，也可以告诉红娘。"}},
	} {
		if diff := cmp.Diff(tt.want, view.NewSuit(tt.need, turner, tt.fit)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for until, paused := range map[string]bool{"": false, "2026-12-31": true, "2026-11-19": false} {
		e := &catalog.Expert{Availability: &catalog.Availability{Accepting: true, UnavailableUntil: until}}
		if view.Paused(e, today) != paused {
			t.Errorf("until %q: paused is %v", until, !paused)
		}
	}
}

// A pause that lasts is told as one; one that is over is nobody's business.
func TestAsAvailable(t *testing.T) {
	t.Parallel()
	for until, want := range map[string]catalog.Availability{
		"":           {Accepting: true},
		"2026-12-31": {UnavailableUntil: "2026-12-31"},
		"2026-11-19": {Accepting: true},
	} {
		rec := view.AsAvailable(&catalog.Expert{Name: "甲", Availability: &catalog.Availability{Accepting: true, UnavailableUntil: until}}, today)
		if got := rec.(*catalog.Expert); got.Availability.Accepting != want.Accepting || got.Availability.UnavailableUntil != want.UnavailableUntil {
			t.Errorf("until %q: %+v", until, got.Availability)
		}
	}
	if need := (&catalog.Need{}); view.AsAvailable(need, today) != need {
		t.Error("a need takes no cases")
	}
}

// Side by side: rows that several have, and what is equal says so; what only one
// has stands apart.
func TestCompareRecords(t *testing.T) {
	t.Parallel()
	one := view.Record{Kind: catalog.KindResult, Code: "CG-1", Title: "甲", Sections: []view.Section{{Items: []view.Item{{Label: "只有我", Text: []string{"x"}}, {Label: "地区", Text: []string{"威海"}}, {Label: "简介", Text: []string{strings.Repeat("长", 400)}}}}}}
	two := view.Record{Kind: catalog.KindResult, Code: "CG-2", Title: "乙", Sections: []view.Section{{Items: []view.Item{{Label: "地区", Text: []string{"威海"}}, {Label: "简介", Text: []string{"短"}}}}}}
	c := view.CompareRecords([]view.Record{one, two})
	var labels []string
	for _, r := range c.Rows {
		labels = append(labels, r.Label)
	}
	if diff := cmp.Diff([]string{"地区", "简介"}, labels); diff != "" {
		t.Error(diff)
	}
	if !c.Rows[0].Same || c.Rows[1].Same || len([]rune(c.Rows[1].Cells[0].Text[0])) > 250 {
		t.Errorf("%+v", c.Rows[:2])
	}
	if len(c.Rest) != 1 || c.Rest[0].Title != "只有“甲”写了的" || len(c.Rest[0].Items) != 1 || c.Rest[0].Items[0].Label != "只有我" {
		t.Errorf("%+v", c.Rest)
	}
	if alone := view.CompareRecords([]view.Record{one}); len(alone.Rows) != 3 || len(alone.Rest) != 0 {
		t.Errorf("one alone: %+v", alone)
	}
}

func TestCompareBack(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{"/search?q=轴承&page=2": "/search?q=轴承&page=2", "": "/search", "//evil": "/search", "https://evil/search?q": "/search"} {
		if got := view.CompareBack(address).URL; got != want {
			t.Errorf("%q leads back to %q", address, got)
		}
	}
}

// FuzzParseCompared: whatever an address says, at most four ids of known kinds.
func FuzzParseCompared(f *testing.F) {
	f.Add("result/CG-1", "x")
	f.Add("/", "expert/")
	f.Fuzz(func(t *testing.T, a, b string) {
		ids := view.ParseCompared(map[string][]string{"id": {a, b, a, "patent/1", "patent/2", "patent/3"}})
		if len(ids) > view.MaxCompared {
			t.Errorf("%d ids", len(ids))
		}
		for i, id := range ids {
			if kind, code := search.SplitID(id); code == "" || view.KindLabel(kind) == "" || i > 0 && id == ids[i-1] {
				t.Errorf("id %q", id)
			}
		}
	})
}

// A table's cell never begins as a formula does.
func TestWriteHits(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	err := view.WriteHits(&b, "https://x", []search.Hit{{Document: search.Document{Kind: catalog.KindResult, Code: "CG-1", Title: "@SUM(1)", Summary: "一,\"二\"", Orgs: []string{"甲厂", "乙厂"}, Year: 2024, Region: "371000"}}})
	want := "\ufeff类型,编号,名称,简介,单位,人员,地区,年份,网址\n创新成果,CG-1,'@SUM(1),\"一,\"\"二\"\"\",甲厂、乙厂,,威海市,2024,https://x/results/CG-1\n"
	if err != nil || b.String() != want {
		t.Errorf("%v %q", err, b.String())
	}
}
