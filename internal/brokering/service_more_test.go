package brokering_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// TestTargetsOfEveryKind: who answers for a result, a patent, a studio.
func TestTargetsOfEveryKind(t *testing.T) {
	w := newTown(t)
	meta := func(code, owner string) catalog.Meta {
		return catalog.Meta{Code: code, OwnerOrg: owner, Status: "published", Visibility: "public"}
	}
	w.put(
		&catalog.Result{Meta: meta("CG-1", "DW-5"), Title: "滚压工装", Completers: []catalog.Completer{{Name: "周师傅", ExpertCode: "ZJ-2", Org: "乙厂"}}, Contact: &catalog.Contact{Name: "周师傅"}},
		&catalog.Result{Meta: meta("CG-2", "DW-5"), Title: "没有作者的成果"},
		&catalog.Patent{Meta: meta("ZL-1", "DW-6"), Title: "一种滚压头", ApplicationNo: "202211250898.9", CurrentOwner: "丙厂", InventorCodes: []string{"ZJ-3"}},
		&catalog.Studio{Meta: meta("GZS-2", "DW-4"), Name: "吴工作室", EnterpriseCode: "DW-4", EnterpriseName: "丁厂", LeaderCode: "ZJ-3"},
		&catalog.Organisation{Meta: meta("YJ-1", ""), Name: "研究所", OrganisationKind: "institute"},
	)
	in, err := w.service.Begin(t.Context(), wang, brokering.Proposal{Needs: []string{"XQ-1"}, Targets: []brokering.Target{
		{Kind: "result", Code: "CG-1", Band: "high"}, {Kind: "result", Code: "CG-2"}, {Kind: "patent", Code: "ZL-1"}, {Kind: "studio", Code: "GZS-2"}, {Kind: "organisation", Code: "YJ-1"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := []brokering.Target{
		{Kind: "result", Code: "CG-1", Name: "滚压工装", Org: "DW-5", OrgName: "乙厂", Person: "ZJ-2", Band: "high", State: brokering.Current},
		{Kind: "result", Code: "CG-2", Name: "没有作者的成果", Org: "DW-5", State: brokering.Waiting},
		{Kind: "patent", Code: "ZL-1", Name: "一种滚压头", Org: "DW-6", OrgName: "丙厂", Person: "ZJ-3", State: brokering.Waiting},
		{Kind: "studio", Code: "GZS-2", Name: "吴工作室", Org: "DW-4", OrgName: "丁厂", Person: "ZJ-3", State: brokering.Waiting},
		{Kind: "organisation", Code: "YJ-1", Name: "研究所", Org: "YJ-1", OrgName: "研究所", State: brokering.Waiting},
	}
	if diff := cmp.Diff(want, in.Targets); diff != "" {
		t.Error(diff)
	}
	sight, err := w.service.Show(t.Context(), admin, in.Code)
	if err != nil || sight.Contact == nil || sight.Contact.Name != "周师傅" {
		t.Errorf("the contact of a result: %+v, %v", sight.Contact, err)
	}
}

// TestNewTargetsWhenNobodyIsLeft: a case without anybody to ask goes on when
// somebody is added, who is read from the catalogue as at the beginning.
func TestNewTargetsWhenNobodyIsLeft(t *testing.T) {
	w := newTown(t)
	in := w.invited("ZJ-1")
	got := w.do(master, in.Code, brokering.Step{Kind: brokering.Decline, Reason: "not_my_field"})
	if got.Stage != brokering.Declined || got.ClosedAt == nil {
		t.Errorf("who declined sees %s", got.Stage)
	}
	add := func(codes ...string) error {
		_, err := w.service.Take(t.Context(), wang, in.Code, 0, brokering.Step{Kind: brokering.AddTargets, Targets: experts(codes...)})
		return err
	}
	w.wantCode(add(), "list.required")
	w.wantCode(add("ZJ-1"), "introduction.target_twice")
	w.wantCode(add("ZJ-7"), "introduction.conflict")
	w.wantCode(add("ZJ-404"), "introduction.target_unknown")
	if err := add("ZJ-2", "ZJ-3"); err != nil {
		t.Fatal(err)
	}
	sight, err := w.service.Show(t.Context(), wang, in.Code)
	if err != nil || sight.Introduction.Stage != brokering.Proposed || sight.Introduction.Targets[1].State != brokering.Current || sight.Introduction.Targets[1].Name != "周师傅" {
		t.Errorf("%+v, %v", sight.Introduction, err)
	}
}

// TestNeedUnderNDA: not even the title is shown, and nothing opens without the
// signed file.
func TestNeedUnderNDA(t *testing.T) {
	w := newTown(t)
	in := w.begin("ZJ-1")
	rec, err := w.store.Get(t.Context(), catalog.KindNeed, "XQ-1")
	if err != nil {
		t.Fatal(err)
	}
	need, ok := rec.(*catalog.Need)
	if !ok {
		t.Fatal("no need")
	}
	need.Confidentiality = "nda" // after the case was begun: it holds from the next invitation on
	w.put(need)
	w.do(wang, in.Code, brokering.Step{Kind: brokering.Review})
	_, err = w.service.Take(t.Context(), wang, in.Code, 0, brokering.Step{Kind: brokering.Invite})
	w.wantCode(err, "text.required")
	w.do(wang, in.Code, brokering.Step{Kind: brokering.Invite, Text: "一个滚压方面的难题，需签保密协议"})
	seen := func() string {
		t.Helper()
		sight, err := w.service.Show(t.Context(), master, in.Code)
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(sight)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	for _, secret := range []string{"圆角滚压开裂", "某厂", "天润", "密文"} {
		if strings.Contains(seen(), secret) {
			t.Errorf("before the agreement %s is shown", secret)
		}
	}
	w.do(master, in.Code, brokering.Step{Kind: brokering.Accept}, brokering.Step{Kind: brokering.Answer, Answers: answers()})
	w.do(wang, in.Code, brokering.Step{Kind: brokering.Recommend})
	name := brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.NeedName}}
	_, err = w.service.Take(t.Context(), firm, in.Code, 0, name)
	w.wantCode(err, "introduction.incomplete")
	if _, err := w.service.Attach(t.Context(), firm, in.Code, 0, brokering.Upload{Name: "保密协议.pdf", Visibility: brokering.ToBrokers, Data: []byte("章")}); err != nil {
		t.Fatal(err)
	}
	name.Release.NDA = "F1"
	detail := brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.NeedDetail, NDA: "F1"}}
	w.do(firm, in.Code, name, detail)
	if got := seen(); !strings.Contains(got, "密文详情") || !strings.Contains(got, "圆角滚压开裂") || strings.Contains(got, "13900001111") {
		t.Errorf("after the agreement: %s", got)
	}
	sight, err := w.service.Show(t.Context(), leader, in.Code)
	if r := sight.Introduction.Releases; err != nil || len(r) != 2 || r[0].NDA != "F1" || r[0].By != firm.User || r[0].At.IsZero() {
		t.Errorf("the record of the releases: %+v, %v", r, err)
	}
	w.do(firm, in.Code, brokering.Step{Kind: brokering.WithdrawRelease, ID: "R1"})
	if got := seen(); strings.Contains(got, "密文详情") || strings.Contains(got, "天润") {
		t.Errorf("withdrawn, and still shown: %s", got)
	}
}

// TestCommonNeed: two firms behind one introduction see nothing of each other.
func TestCommonNeed(t *testing.T) {
	w := newTown(t)
	second := catalog.Meta{Code: "XQ-3", Status: "published", Visibility: "public", Union: "GH-371000", RegionCode: "371003"}
	w.put(&catalog.Organisation{Meta: catalog.Meta{Code: "DW-9", Status: "published", Union: "GH-371000"}, Name: "文登机床厂", OrganisationKind: "enterprise"},
		&catalog.Need{Meta: second, Title: "主轴抱死", SummaryPublic: "某厂主轴", EnterpriseCode: "DW-9", EnterpriseName: "文登机床厂", Confidentiality: "summary_only"})
	in, err := w.service.Begin(t.Context(), wang, brokering.Proposal{Needs: []string{"XQ-1", "XQ-3"}, Group: "GX-2026-0001", Targets: experts("ZJ-1")})
	if err != nil {
		t.Fatal(err)
	}
	w.do(wang, in.Code, brokering.Step{Kind: brokering.Review}, brokering.Step{Kind: brokering.Invite})
	w.do(master, in.Code, brokering.Step{Kind: brokering.Accept}, brokering.Step{Kind: brokering.Answer, Answers: answers()})
	w.do(wang, in.Code, brokering.Step{Kind: brokering.Recommend})
	release := brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.NeedName}}
	w.do(firm, in.Code, brokering.Step{Kind: brokering.Interest}, release)
	visit := brokering.Step{Kind: brokering.RecordVisit, Visit: &brokering.Visit{Kind: "onsite", Date: "2026-03-02", Findings: "天润的车间"}}
	_, err = w.service.Take(t.Context(), master, in.Code, 0, visit)
	w.wantCode(err, "introduction.need_missing")
	visit.Need = "XQ-3"
	_, err = w.service.Take(t.Context(), master, in.Code, 0, visit)
	w.wantCode(err, "introduction.name_closed")
	w.do(firm, in.Code, brokering.Step{Kind: brokering.RecordVisit, Visit: visit.Visit}, brokering.Step{Kind: brokering.Write, To: brokering.ToBrokers, Text: "天润的话"})
	_, err = w.service.Take(t.Context(), rival, in.Code, 0, brokering.Step{Kind: brokering.Write, Need: "XQ-1", To: brokering.ToBrokers, Text: "冒充"})
	w.wantCode(err, "introduction.need_unknown")
	sight, err := w.service.Show(t.Context(), rival, in.Code)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(sight)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"天润", "圆角滚压开裂", "XQ-1", "GX-2026-0001", "赵敏"} {
		if strings.Contains(string(data), secret) {
			t.Errorf("the other firm is shown %s: %s", secret, data)
		}
	}
	if len(sight.Introduction.Needs) != 1 || sight.Introduction.Needs[0].Code != "XQ-3" {
		t.Errorf("its own needs: %+v", sight.Introduction.Needs)
	}
}

// TestCoBroker: a broker of the helping side's union takes part; when the case
// leaves his hands he no longer sees it.
func TestCoBroker(t *testing.T) {
	w := newTown(t)
	in, err := w.service.Begin(t.Context(), wang, brokering.Proposal{Needs: []string{"XQ-1"}, Targets: experts("ZJ-1"), CoBroker: "U-far"})
	if err != nil {
		t.Fatal(err)
	}
	sight, err := w.service.Show(t.Context(), faraway, in.Code)
	if err != nil || sight.Part != brokering.Staff {
		t.Fatalf("%s, %v", sight.Part, err)
	}
	data, err := json.Marshal(sight)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "密文详情") || strings.Contains(string(data), "13900001111") || strings.Contains(string(data), "13800002222") {
		t.Errorf("another union's broker reads the need whole: %s", data)
	}
	lines, err := w.service.List(t.Context(), faraway, brokering.Filter{Limit: 5, Broker: "U-far"})
	if err != nil || len(lines.Items) != 1 {
		t.Errorf("%+v, %v", lines, err)
	}
	w.do(faraway, in.Code, brokering.Step{Kind: brokering.Review}, brokering.Step{Kind: brokering.Invite})
	moved, err := w.service.HandOver(t.Context(), admin, "U-far", "U-li", "")
	if err != nil || len(moved.Codes) != 1 {
		t.Errorf("%+v, %v", moved, err)
	}
	if _, err := w.service.Show(t.Context(), faraway, in.Code); !errs.Is(err, errs.NotFound) {
		t.Errorf("he still sees it: %v", err)
	}
	for name, user := range map[string]string{"nobody": "U-404", "a firm": "U-firm", "disabled": "U-gone"} {
		w.users["U-firm"] = account.User{Code: "U-firm", Role: account.Enterprise}
		w.users["U-gone"] = account.User{Code: "U-gone", Role: account.Broker, Disabled: true}
		_, err := w.service.Begin(t.Context(), wang, brokering.Proposal{Needs: []string{"XQ-1"}, Targets: experts("ZJ-2"), CoBroker: user})
		if err == nil {
			t.Errorf("%s becomes a co-broker", name)
		}
	}
}

// TestWordsFromSideToSide: each side writes to the brokers until its contact is
// open, then to both.
func TestWordsFromSideToSide(t *testing.T) {
	w := newTown(t)
	in := w.invited("ZJ-1")
	w.do(master, in.Code, brokering.Step{Kind: brokering.Accept}, brokering.Step{Kind: brokering.Answer, Answers: answers()})
	w.do(wang, in.Code, brokering.Step{Kind: brokering.Recommend})
	w.do(firm, in.Code, brokering.Step{Kind: brokering.Interest})
	say := func(a account.Actor, to brokering.Audience, text string) error {
		_, err := w.service.Take(t.Context(), a, in.Code, 0, brokering.Step{Kind: brokering.Write, To: to, Text: text})
		return err
	}
	w.wantCode(say(firm, brokering.ToParties, "请加我微信"), "introduction.contact_closed")
	w.wantCode(say(master, brokering.ToParties, "请加我微信"), "introduction.contact_closed")
	w.wantCode(say(wang, brokering.ToParties, "请两位互加微信"), "introduction.contact_closed")
	w.wantCode(say(firm, brokering.ToProvider, "只给他"), "choice.unknown")
	w.wantCode(say(master, brokering.ToEnterprise, "只给她"), "choice.unknown")
	w.wantCode(say(wang, brokering.ToProvider, "是威海天润曲轴厂"), "introduction.names_enterprise")
	w.wantCode(say(wang, brokering.ToProvider, "  "), "text.required")
	for _, err := range []error{say(firm, brokering.ToBrokers, "企业悄悄话"), say(master, brokering.ToBrokers, "工匠悄悄话"), say(wang, brokering.ToProvider, "转告工匠"), say(wang, brokering.ToEnterprise, "转告企业")} {
		if err != nil {
			t.Error(err)
		}
	}
	w.do(firm, in.Code, brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.NeedName}}, brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.NeedContact}},
		brokering.Step{Kind: brokering.Write, To: brokering.ToParties, Text: "企业公开话"})
	w.do(master, in.Code, brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.ProviderContact}}, brokering.Step{Kind: brokering.Write, To: brokering.ToParties, Text: "工匠公开话"})
	reads := func(a account.Actor) string {
		t.Helper()
		sight, err := w.service.Show(t.Context(), a, in.Code)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, m := range sight.Introduction.Messages {
			out = append(out, m.Text)
		}
		return strings.Join(out, " ")
	}
	for who, want := range map[*account.Actor]string{
		&firm: "企业悄悄话 转告企业 企业公开话 工匠公开话", &master: "工匠悄悄话 转告工匠 企业公开话 工匠公开话",
		&li: "企业悄悄话 工匠悄悄话 转告工匠 转告企业 企业公开话 工匠公开话",
	} {
		if got := reads(*who); got != want {
			t.Errorf("%s reads %q, want %q", who.Name, got, want)
		}
	}
}

// TestPagesOfIntroductions reads a list in pages, each once.
func TestPagesOfIntroductions(t *testing.T) {
	w := newTown(t)
	one := w.begin("ZJ-1")
	two := w.begin("ZJ-2")
	three := w.begin("ZJ-3")
	var got []string
	for after := ""; ; {
		lines, err := w.service.List(t.Context(), wang, brokering.Filter{After: after, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines.Items {
			got = append(got, l.Code)
		}
		if after = lines.Next; after == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{one.Code, two.Code, three.Code}, got); diff != "" {
		t.Error(diff)
	}
}

// TestAPITokens: a token that may only read takes no step.
func TestAPITokens(t *testing.T) {
	w := newTown(t)
	in := w.begin("ZJ-1")
	reader := wang
	reader.Grants = []account.Grant{account.GrantRead}
	if _, err := w.service.Show(t.Context(), reader, in.Code); err != nil {
		t.Errorf("reading: %v", err)
	}
	if _, err := w.service.Take(t.Context(), reader, in.Code, 0, brokering.Step{Kind: brokering.Review}); !errs.Is(err, errs.Denied) {
		t.Errorf("a step: %v", err)
	}
	if _, err := w.service.Begin(t.Context(), reader, brokering.Proposal{Needs: []string{"XQ-1"}, Targets: experts("ZJ-2")}); !errs.Is(err, errs.Denied) {
		t.Errorf("beginning: %v", err)
	}
}
