package brokering

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

func TestJSONRoundTrip(t *testing.T) {
	for stage, in := range stages(t) {
		data, err := Encode(in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(data, in.Rev)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(jsonOf(t, in), jsonOf(t, got)); diff != "" {
			t.Errorf("%s: %s", stage, diff)
		}
		if err := got.Sound(); err != nil {
			t.Error(err)
		}
	}
	if _, err := Decode([]byte("{"), 1); !errs.Is(err, errs.Internal) {
		t.Errorf("half a document: %v", err)
	}
}

func TestSeats(t *testing.T) {
	t.Parallel()
	in := begin(t, draft())
	invited := take(t, take(t, in, wang, sample(Review, in, wang)), wang, sample(Invite, in, wang))
	over := take(t, invited, master, sample(Decline, invited, master))
	above := []string{"GH-1", "GH-0"}
	tests := []struct {
		name string
		in   *Introduction
		who  account.Actor
		want Seat
	}{
		{"visitor", in, account.Actor{}, Seat{}},
		{"the firm", in, account.Actor{Role: account.Enterprise, Org: "DW-1"}, Seat{Part: Enterprise, Needs: []string{"XQ-1"}}},
		{"another firm", in, account.Actor{Role: account.Enterprise, Org: "DW-7"}, Seat{}},
		{"a firm without a code", in, account.Actor{Role: account.Enterprise}, Seat{}},
		{"a provider before the invitation", in, account.Actor{Role: account.Provider, Org: "DW-2", Person: "ZJ-1"}, Seat{}},
		{"the invited person", invited, account.Actor{Role: account.Provider, Person: "ZJ-1"}, Seat{Part: Provider, Target: "ZJ-1"}},
		{"the invited organisation", invited, account.Actor{Role: account.Provider, Org: "DW-2"}, Seat{Part: Provider, Target: "ZJ-1"}},
		{"an alternate", invited, account.Actor{Role: account.Provider, Person: "ZJ-2"}, Seat{}},
		{"who declined", over, account.Actor{Role: account.Provider, Person: "ZJ-1"}, Seat{Part: Provider, Target: "ZJ-1"}},
		{"broker of the union", in, account.Actor{Role: account.Broker, Org: "GH-1"}, Seat{Part: Staff}},
		{"broker above", in, account.Actor{Role: account.Broker, Org: "GH-0"}, Seat{Part: Staff}},
		{"broker elsewhere", in, account.Actor{Role: account.Broker, Org: "GH-9"}, Seat{}},
		{"a broker is no firm", in, account.Actor{Role: account.Broker, Org: "DW-1"}, Seat{}},
		{"leader above", in, account.Actor{Role: account.Leader, Org: "GH-0"}, Seat{Part: Leader}},
		{"leader elsewhere", in, account.Actor{Role: account.Leader, Org: "GH-9"}, Seat{}},
		{"administrator", in, account.Actor{Role: account.Administrator}, Seat{Part: Administrator}},
		{"who must change the password", in, account.Actor{Role: account.Administrator, Restricted: true}, Seat{}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, SeatOf(tt.in, tt.who, above)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	in := begin(t, draft())
	invited := take(t, take(t, in, wang, sample(Review, in, wang)), wang, sample(Invite, in, wang)) // on 4 March: clockOf
	words := take(t, invited, wang, Step{Kind: Write, Text: "在吗", To: ToBrokers})
	planned := take(t, in, wang, Step{Kind: Plan, Next: &NextAction{What: "等企业放假回来", Who: Staff, Due: "2026-04-30"}})
	closed := take(t, in, wang, sample(CloseFail, in, wang))
	day := func(s string) time.Time {
		d, err := time.ParseInLocation(time.DateOnly, s, chinaTime())
		if err != nil {
			t.Fatal(err)
		}
		return d.Add(9 * time.Hour)
	}
	tests := []struct {
		name string
		in   *Introduction
		at   string
		want Level
		days int
		who  Part
	}{
		{"new", in, "2026-03-02", OnTime, 0, Staff},
		{"fourteen days", in, "2026-03-16", OnTime, 0, Staff},
		{"past fourteen days", in, "2026-03-17", Remind, 8, Staff},
		{"three weeks", in, "2026-03-24", OnBrokerList, 15, Staff},
		{"four weeks", in, "2026-03-31", OnLeaderList, 22, Staff},
		{"seven days", invited, "2026-03-10", OnTime, 0, Provider},
		{"past seven days", invited, "2026-03-12", Remind, 1, Provider},
		{"a fortnight without an answer", invited, "2026-03-19", OnBrokerList, 8, Provider},
		{"three weeks without an answer", invited, "2026-03-26", OnLeaderList, 15, Provider},
		{"words are no answer", words, "2026-03-26", OnLeaderList, 15, Provider},
		{"a plan is kept to", planned, "2026-04-30", OnTime, 0, Staff},
		{"a plan is over", planned, "2026-05-01", Remind, 1, Staff},
		{"closed", closed, "2027-01-01", OnTime, 0, ""},
	}
	for _, tt := range tests {
		got := Clock(tt.in, day(tt.at))
		if got.Level != tt.want || got.Days != tt.days || got.Who != tt.who {
			t.Errorf("%s: %+v, want level %d, %d days late, of %s", tt.name, got, tt.want, tt.days, tt.who)
		}
		if wake := tt.in.WakeDate(); (got.Level > OnTime) != (wake != "" && wake <= tt.at) {
			t.Errorf("%s: the store wakes on %q, the clock says %+v", tt.name, wake, got)
		}
	}
}

// TestLadderKeepsRungsApart: every amount has a type of its own, and no method
// gives a number.
func TestLadderKeepsRungsApart(t *testing.T) {
	t.Parallel()
	types := map[reflect.Type]string{}
	for _, s := range []any{Ladder{}, BenefitRung{}} {
		st := reflect.TypeOf(s)
		for i := range st.NumField() {
			f := st.Field(i)
			if f.Type.Kind() != reflect.Int64 {
				continue
			}
			if other := types[f.Type]; other != "" && !strings.HasPrefix(f.Name, "Reward") {
				t.Errorf("%s and %s have one type: they could be added", f.Name, other)
			}
			types[f.Type] = f.Name
		}
		for i := range st.NumMethod() {
			m := st.Method(i)
			for o := range m.Type.NumOut() {
				if k := m.Type.Out(o).Kind(); k != reflect.Struct {
					t.Errorf("%s.%s gives a %s", st.Name(), m.Name, k)
				}
			}
		}
	}
	if len(types) != 7 {
		t.Errorf("%d types of amounts, want 7: %v", len(types), types)
	}
}

func TestLadder(t *testing.T) {
	at := stages(t)
	want := Ladder{
		IntentCases: 1, Intent: 5_000_000, ContractCases: 1, Contract: 30_000_000, RegisteredCases: 1, Registered: 20_000_000, ReceivedCases: 1, Received: 10_000_000,
		Benefits:   []BenefitRung{{Kind: "saved", Claims: 2, Claimed: 180_000_000, Verifications: 1, Verified: 80_000_000}},
		RewardOwed: 2_400_000, RewardPaid: 100_000,
	}
	in := at[Benefiting]
	if diff := cmp.Diff(want, LadderOf(in)); diff != "" {
		t.Error(diff)
	}
	if l := LadderOf(at[Negotiating]); l.Intent != 0 || l.Contract != 0 {
		t.Errorf("talk is money: %+v", l)
	}
	disputed := take(t, in, wang, Step{Kind: JudgeBenefit, ID: "B1", Verdict: &Verdict{Status: Disputed}, Note: "财务数据对不上"})
	l := LadderOf(disputed)
	if l.Benefits[0].Verified != 0 || l.Benefits[0].Claims != 1 || l.RewardOwed != 0 {
		t.Errorf("what is disputed counts: %+v", l)
	}
	both := LadderOf(in).Plus(LadderOf(at[IntentSigned])).Plus(Ladder{})
	if both.IntentCases != 2 || both.Intent != 10_000_000 || both.Contract != 30_000_000 || both.ContractCases != 1 {
		t.Errorf("two cases: %+v", both)
	}
	if diff := cmp.Diff(want, LadderOf(in)); diff != "" {
		t.Errorf("Plus changed its parts: %s", diff)
	}
}

func TestRewardRule(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		verified VerifiedFen
		points   int
		want     RewardFen
	}{{100, 100, 1}, {10_000_000, 100, 100_000}, {10_000_000, 500, 500_000}, {49, 100, 0}, {50, 100, 1}, {0, 500, 0}} {
		if got := owed(tt.verified, tt.points); got != tt.want {
			t.Errorf("%d at %d: %d, want %d", tt.verified, tt.points, got, tt.want)
		}
	}
}

func TestFourNumbers(t *testing.T) {
	t.Parallel()
	help := func(id, date, problem string, solved bool, people ...string) Help {
		return Help{ID: id, Kind: "onsite_guidance", Date: date, Persons: people, Problem: problem, ProblemSolved: solved, PeopleTrained: 10, Need: "XQ-1", ConfirmedAt: &morning}
	}
	unconfirmed := help("H9", "2026-03-05", "吹的", true, "甲")
	unconfirmed.ConfirmedAt = nil
	one := &Introduction{Code: "DJ-1", RegionCode: "371002", Needs: []NeedRef{{Code: "XQ-1", Org: "DW-1", RegionCode: "371002"}},
		Helps: []Help{help("H1", "2026-03-01", "开裂", true, "甲", "乙"), help("H2", "2026-03-31", "开裂", true, "甲"), help("H3", "2026-04-01", "抖动", true, "甲"), unconfirmed}}
	two := &Introduction{Code: "DJ-2", RegionCode: "371000", Needs: []NeedRef{{Code: "XQ-1", Org: "DW-2"}}, Helps: []Help{help("H1", "2026-03-15", "开裂", true, "丙"), help("H2", "2026-03-16", "", false, "丙")}}
	far := &Introduction{Code: "DJ-3", RegionCode: "210200", Needs: []NeedRef{{Code: "XQ-1", Org: "DW-3"}}, Helps: []Help{help("H1", "2026-03-15", "开裂", true, "丁")}}
	sum := func(p Period, region string) FourNumbers {
		tally := Tally{Period: p, Region: region}
		for _, in := range []*Introduction{one, two, far} {
			tally.Add(in)
		}
		return tally.Numbers()
	}
	march := sum(Period{From: "2026-03-01", To: "2026-03-31"}, "371000")
	if march.Craftsmen != 5 || march.Enterprises != 2 || march.Problems != 2 || march.Trained != 40 || len(march.Behind) != 4 {
		t.Errorf("March in Weihai: %+v", march)
	}
	var again FourNumbers
	for _, line := range march.Behind {
		again.Craftsmen += line.Craftsmen
		again.Enterprises += line.Enterprises
		again.Problems += line.Problems
		again.Trained += line.Trained
	}
	again.Behind = march.Behind
	if diff := cmp.Diff(march, again); diff != "" {
		t.Errorf("the records behind do not add up: %s", diff)
	}
	if all := sum(Period{}, ""); all.Craftsmen != 7 || all.Enterprises != 3 || all.Problems != 4 {
		t.Errorf("everything: %+v", all)
	}
	if province := sum(Period{}, "370000"); province.Enterprises != 2 {
		t.Errorf("Shandong: %+v", province)
	}
	if none := sum(Period{From: "2027-01-01"}, ""); none.Craftsmen != 0 || none.Behind == nil {
		t.Errorf("next year: %+v", none)
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"电话 13912345678 找我": "电话 ［号码未开放］ 找我",
		"0631-5230000转8":    "［号码未开放］",
		"139 1234 5678":     "［号码未开放］",
		"一三八.1234.５６７８，加V：liuhongqiang":   "［号码未开放］，加V：［账号未开放］",
		"专利 ZL202110000001.5，型号 6205-2RS": "专利 ZL202110000001.5，型号 6205-2RS",
		"写信到 li.gong@x.example.cn 即可":     "写信到 ［邮箱未开放］ 即可",
		"刘工您好，请直接打 138.1234.5678，或加微信 liu_hongqiang、QQ 123456789，邮箱 liu艾特example点cn": "刘工您好，请直接打 ［号码未开放］，或加微信 ［账号未开放］、QQ ［账号未开放］，邮箱 ［邮箱未开放］",
		"2026-03-01 起可来，精度 0.02mm，3 台机":                                              "2026-03-01 起可来，精度 0.02mm，3 台机",
	} {
		if got := MaskText(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	masked := MaskContact(&catalog.Contact{Name: "刘洪强", Phone: "13812345678", Email: "liu@x.cn"})
	if diff := cmp.Diff(&catalog.Contact{Name: "刘**", Phone: "138****78", Email: "l***"}, masked); diff != "" {
		t.Error(diff)
	}
	if short := MaskContact(&catalog.Contact{Name: "刘", Phone: "12345"}); short.Phone != "****" || MaskContact(nil) != nil {
		t.Errorf("%+v", short)
	}
}

// TestNeedFor plants a mark in every secret field of a need and opens step by step.
func TestNeedFor(t *testing.T) {
	t.Parallel()
	need := &catalog.Need{
		Meta: catalog.Meta{Code: "XQ-1", Status: "published", OwnerOrg: "单位密"}, Title: "公开标题", SummaryPublic: "公开简介", Background: "详密", Detail: "详密", Constraints: "详密", Attempts: "详密",
		Targets: []catalog.Target{{Name: "详密"}}, ExpectedBenefit: "详密", EnterpriseName: "名密", EnterpriseCode: "名密", SiteAddress: "址密", Contact: &catalog.Contact{Name: "址密"},
		ExcludedOrgs: []string{"永密"}, PreferredPartners: []string{"永密"}, Confidentiality: "summary_only",
	}
	for _, tt := range []struct {
		level string
		open  Opened
		shown string
	}{
		{"summary_only", Opened{}, "公开"},
		{"summary_only", Opened{Name: true}, "公开 名密"},
		{"summary_only", Opened{Name: true, Contact: true}, "公开 名密 址密"},
		{"summary_only", Opened{Name: true, Contact: true, Detail: true}, "公开 名密 址密 详密"},
		{"nda", Opened{}, ""},
		{"nda", Opened{Name: true}, "名密"},
		{"nda", Opened{Name: true, Detail: true}, "公开 名密 详密"},
		{"broker_only", Opened{}, ""},
	} {
		need.Confidentiality = tt.level
		data, err := json.Marshal(NeedFor(need, tt.open))
		if err != nil {
			t.Fatal(err)
		}
		for _, mark := range []string{"公开", "名密", "址密", "详密", "永密", "单位密"} {
			if got, want := strings.Contains(string(data), mark), contains(strings.Fields(tt.shown), mark); got != want {
				t.Errorf("%s %+v: %s is shown: %v", tt.level, tt.open, mark, got)
			}
		}
	}
	if need.Detail != "详密" || need.ExcludedOrgs == nil {
		t.Error("the need itself was changed")
	}
}

// TestTold: each side is told what concerns it, and whoever acts is not told.
func TestTold(t *testing.T) {
	tell := func(in *Introduction, who Actor, step Step) string {
		_, events, err := Apply(in, step, who, clockOf(in))
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, e := range events {
			out = append(out, string(e.Tell)+"/"+e.User+e.Target)
		}
		return strings.Join(out, " ")
	}
	at := stages(t)
	for _, tt := range []struct {
		name string
		in   *Introduction
		who  Actor
		step Step
		want string
	}{
		{"an invitation", at[Reviewed], wang, Step{Kind: Invite}, "provider/ZJ-1"},
		{"an acceptance", at[Invited], master, Step{Kind: Accept}, "broker/U-wang"},
		{"passed over before being asked", at[Proposed], wang, Step{Kind: Decline, Reason: "conflict"}, ""},
		{"declined before the firm knew", at[Invited], master, Step{Kind: Decline, Reason: "too_busy"}, "broker/U-wang"},
		{"declined by the firm", at[Recommended], firm, Step{Kind: Decline, Reason: "too_busy"}, "provider/ZJ-1 broker/U-wang"},
		{"interest", at[Recommended], firm, Step{Kind: Interest}, "provider/ZJ-1 broker/U-wang"},
		{"an answer noted by a colleague", at[Invited], li, Step{Kind: Accept, Note: "张工电话答复"}, "broker/U-wang"},
		{"words to staff", at[Invited], master, Step{Kind: Write, Text: "什么材料", To: ToBrokers}, "broker/U-wang"},
		{"words to the firm, which knows nobody yet", at[Invited], wang, Step{Kind: Write, Text: "有人在看了", To: ToEnterprise}, "enterprise/"},
		{"words to the provider", at[Visiting], li, Step{Kind: Write, Text: "周三去", To: ToProvider}, "provider/ZJ-1 broker/U-wang"},
		{"a release", at[Recommended], firm, Step{Kind: ReleaseStep, Release: &Release{What: NeedName}}, "provider/ZJ-1 broker/U-wang"},
		{"a provider's release", at[Recommended], master, Step{Kind: ReleaseStep, Release: &Release{What: ProviderContact}}, "enterprise/ broker/U-wang"},
		{"a handover", at[Visiting], admin, Step{Kind: Handover, Broker: &Broker{User: "U-li", Name: "红娘李"}}, "broker/U-li"},
		{"closed before anybody was asked", at[Proposed], wang, Step{Kind: CloseFail, Reason: "conflict"}, "enterprise/"},
	} {
		if got := tell(tt.in, tt.who, tt.step); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
