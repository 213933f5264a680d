package brokering_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/errs"
)

// TestFromInvitationToBenefit is a whole life with three people, each with no
// more than the own rights.
func TestFromInvitationToBenefit(t *testing.T) {
	w := newTown(t)
	in := w.invited("ZJ-1", "ZJ-2")
	if in.Code != "DJ-2026-0001" || in.Targets[0].Name != "钱师傅" || in.Targets[0].Org != "DW-2" {
		t.Errorf("%s with %+v", in.Code, in.Targets[0])
	}
	code, day := in.Code, "2026-03-02"
	w.do(master, code, brokering.Step{Kind: brokering.Accept}, brokering.Step{Kind: brokering.Answer, Answers: answers()})
	w.do(wang, code, brokering.Step{Kind: brokering.Recommend})
	w.do(firm, code, brokering.Step{Kind: brokering.Interest}, brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.NeedName}},
		brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.NeedContact}}, brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.NeedDetail}})
	w.do(master, code, brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.ProviderContact}},
		brokering.Step{Kind: brokering.RecordVisit, Visit: &brokering.Visit{Kind: "consultation", Date: day, Findings: "裂在圆角"}},
		brokering.Step{Kind: brokering.RecordHelp, Help: &brokering.Help{Kind: "onsite_guidance", Date: day, Persons: []string{"ZJ-1"}, Problem: "裂", ProblemSolved: true, PeopleTrained: 8}})
	w.do(firm, code, brokering.Step{Kind: brokering.ConfirmHelp, ID: "H1"}, brokering.Step{Kind: brokering.Start, Outcome: "joint_project"},
		brokering.Step{Kind: brokering.AcceptWork, Acceptance: &brokering.Acceptance{Date: day, Passed: true, Conclusion: "不裂了"}})
	if _, err := w.service.Attach(t.Context(), firm, code, 0, brokering.Upload{Name: `C:\证明\财务.pdf`, Type: "application/pdf", Visibility: brokering.ToEnterprise, Data: []byte("账")}); err != nil {
		t.Fatal(err)
	}
	w.do(firm, code, brokering.Step{Kind: brokering.ClaimBenefit, Benefit: &brokering.Benefit{Period: "2026-03", Beneficiary: "enterprise", Kind: "saved", Fen: 60_000_000, Method: "返修率", Evidence: []string{"F1"}, Reward: &brokering.Reward{BasisPoints: 100}}})
	w.do(wang, code, brokering.Step{Kind: brokering.JudgeBenefit, ID: "B1", Verdict: &brokering.Verdict{Status: brokering.Verified, Fen: 50_000_000, Proof: "enterprise_finance"}})
	w.do(wang, code, brokering.Step{Kind: brokering.CloseSuccess})
	figures, err := w.service.Figures(t.Context(), leader, brokering.Period{From: "2026-01-01", To: "2026-12-31"}, "370000")
	if err != nil {
		t.Fatal(err)
	}
	four := figures.Four
	if four.Craftsmen != 1 || four.Enterprises != 1 || four.Problems != 1 || four.Trained != 8 || figures.Ladder.Benefits[0].Verified != 50_000_000 || figures.Ladder.RewardOwed != 500_000 {
		t.Errorf("figures %+v", figures)
	}
	if _, err := w.service.Figures(t.Context(), firm, brokering.Period{}, ""); !errs.Is(err, errs.Denied) {
		t.Errorf("a firm reads the figures: %v", err)
	}
}

// TestWhoSeesWhat: contact, detail and name appear with their release and not
// before, in the whole answer of Show.
func TestWhoSeesWhat(t *testing.T) {
	w := newTown(t)
	in := w.invited("ZJ-1", "ZJ-2")
	marks := []string{"威海天润", "13900001111", "密文详情", "13800002222", "钱师傅", "周师傅", "山寨厂"}
	sees := func(a account.Actor) string {
		t.Helper()
		sight, err := w.service.Show(t.Context(), a, in.Code)
		if errs.Is(err, errs.NotFound) {
			return "nothing"
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(sight)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, m := range marks {
			if strings.Contains(string(data), m) {
				out = append(out, m)
			}
		}
		return strings.Join(out, " ")
	}
	want := func(when string, a account.Actor, shown string) {
		t.Helper()
		if got := sees(a); got != shown {
			t.Errorf("%s: %s sees %q, want %q", when, a.Name, got, shown)
		}
	}
	for _, a := range []account.Actor{rival, other, faraway, visitor} {
		want("invited", a, "nothing")
	}
	want("invited", master, "钱师傅")
	want("invited", firm, "威海天润 13900001111 密文详情 山寨厂")
	want("invited", wang, strings.Join(marks, " "))
	want("invited", leader, strings.Join(marks, " "))
	w.do(master, in.Code, brokering.Step{Kind: brokering.Accept}, brokering.Step{Kind: brokering.Answer, Answers: answers()})
	want("accepted", firm, "威海天润 13900001111 密文详情 山寨厂")
	w.do(wang, in.Code, brokering.Step{Kind: brokering.Recommend})
	want("recommended", firm, "威海天润 13900001111 密文详情 钱师傅 山寨厂")
	w.do(firm, in.Code, brokering.Step{Kind: brokering.Interest}, brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.NeedName}})
	want("name open", master, "威海天润 13800002222 钱师傅")
	w.do(firm, in.Code, brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.NeedContact}})
	want("contact open", master, "威海天润 13900001111 13800002222 钱师傅")
	w.do(firm, in.Code, brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.NeedDetail}})
	want("detail open", master, "威海天润 13900001111 密文详情 13800002222 钱师傅")
	w.do(master, in.Code, brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.ProviderContact}})
	want("provider open", firm, "威海天润 13900001111 密文详情 13800002222 钱师傅 山寨厂")
	w.do(firm, in.Code, brokering.Step{Kind: brokering.Decline, Reason: "insufficient_budget"})
	want("over", master, "13800002222 钱师傅") // his own words
	want("not yet asked", other, "nothing")
}

// TestListsTellNothing: no filter of a list says what its asker is not shown.
func TestListsTellNothing(t *testing.T) {
	w := newTown(t)
	w.invited("ZJ-1", "ZJ-2")
	list := func(a account.Actor, f brokering.Filter) string {
		t.Helper()
		f.Limit = 10
		lines, err := w.service.List(t.Context(), a, f)
		if errs.Is(err, errs.Denied) {
			return "denied"
		}
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, l := range lines.Items {
			out = append(out, l.Code+" "+string(l.Stage)+" "+l.Target)
		}
		return strings.Join(out, ", ")
	}
	for _, tt := range []struct {
		name string
		who  account.Actor
		f    brokering.Filter
		want string
	}{
		{"visitor", visitor, brokering.Filter{}, "denied"},
		{"broker", wang, brokering.Filter{Broker: "U-wang"}, "DJ-2026-0001 invited 钱师傅"},
		{"another's", wang, brokering.Filter{Broker: "U-li"}, ""},
		{"the leader above", leader, brokering.Filter{Region: "370000"}, "DJ-2026-0001 invited 钱师傅"},
		{"another region", leader, brokering.Filter{Region: "210000"}, ""},
		{"another union", faraway, brokering.Filter{}, ""},
		{"administrator", admin, brokering.Filter{Stages: []brokering.Stage{brokering.Invited}}, "DJ-2026-0001 invited 钱师傅"},
		{"the firm", firm, brokering.Filter{Need: "XQ-1"}, "DJ-2026-0001 invited "},
		{"the firm asks who it is", firm, brokering.Filter{Target: "ZJ-1"}, ""},
		{"another firm", rival, brokering.Filter{}, ""},
		{"the invited", master, brokering.Filter{Mine: true}, "DJ-2026-0001 invited 钱师傅"},
		{"the invited asks where", master, brokering.Filter{Region: "210000"}, "DJ-2026-0001 invited 钱师傅"},
		{"the alternate", other, brokering.Filter{}, ""},
	} {
		if got := list(tt.who, tt.f); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	w.do(master, "DJ-2026-0001", brokering.Step{Kind: brokering.Decline, Reason: "too_busy"})
	for _, f := range []brokering.Filter{{Open: true}, {Stages: []brokering.Stage{brokering.Proposed}}, {Mine: true}} {
		if got := list(master, f); got != "" {
			t.Errorf("who declined learns by %+v: %q", f, got)
		}
	}
	if got := list(master, brokering.Filter{}); got != "DJ-2026-0001 declined " {
		t.Errorf("who declined sees %q", got)
	}
	w.now = w.now.AddDate(0, 0, 40)
	if got := list(leader, brokering.Filter{Level: brokering.OnLeaderList}); got != "DJ-2026-0001 proposed 周师傅" {
		t.Errorf("the leader's list: %q", got)
	}
	if got := list(wang, brokering.Filter{Level: brokering.Remind, Mine: true}); got == "" {
		t.Error("the broker's list is empty")
	}
}

func TestBeginRefusesTheUnfit(t *testing.T) {
	w := newTown(t)
	w.begin("ZJ-3")
	begin := func(a account.Actor, need string, targets ...brokering.Target) error {
		_, err := w.service.Begin(t.Context(), a, brokering.Proposal{Needs: []string{need}, Targets: targets})
		return err
	}
	for _, tt := range []struct {
		name string
		err  error
		code string
	}{
		{"by a firm", begin(firm, "XQ-1", experts("ZJ-1")...), "introduction.not_yours"},
		{"by a leader", begin(leader, "XQ-1", experts("ZJ-1")...), "introduction.not_yours"},
		{"another union's need", begin(faraway, "XQ-1", experts("ZJ-1")...), "record.not_found"},
		{"a draft", begin(wang, "XQ-2", experts("ZJ-1")...), "introduction.need_closed"},
		{"no need", begin(wang, "XQ-9", experts("ZJ-1")...), "record.not_found"},
		{"nobody", begin(wang, "XQ-1"), "list.required"},
		{"who does not exist", begin(wang, "XQ-1", experts("ZJ-404")...), "introduction.target_unknown"},
		{"who did not agree", begin(wang, "XQ-1", experts("ZJ-9")...), "introduction.target_unknown"},
		{"who takes nobody", begin(wang, "XQ-1", experts("ZJ-5")...), "introduction.unavailable"},
		{"who is busy", begin(wang, "XQ-1", experts("ZJ-3")...), "introduction.over_quota"},
		{"a competitor", begin(wang, "XQ-1", experts("ZJ-7")...), "introduction.conflict"},
		{"an excluded firm", begin(wang, "XQ-1", brokering.Target{Kind: "studio", Code: "GZS-1"}), "introduction.conflict"},
		{"own people", begin(wang, "XQ-1", experts("ZJ-8")...), "introduction.same_firm"},
		{"a need as a target", begin(wang, "XQ-1", brokering.Target{Kind: "need", Code: "XQ-1"}), "introduction.target_unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) { (&town{t: t}).wantCode(tt.err, tt.code) })
	}
	w.begin("ZJ-1")
	w.wantCode(begin(wang, "XQ-1", experts("ZJ-1")...), "introduction.twin")
}

// Of clicks at the same moment one begins an introduction, and nobody gets more
// cases than he takes.
func TestBeginOnce(t *testing.T) {
	w := newTown(t)
	begun := make(chan error, 8)
	for range cap(begun) {
		go func() {
			_, err := w.service.Begin(t.Context(), wang, brokering.Proposal{Needs: []string{"XQ-1"}, Targets: experts("ZJ-1")})
			begun <- err
		}()
	}
	ok := 0
	for range cap(begun) {
		if err := <-begun; err == nil {
			ok++
		} else {
			w.wantCode(err, "introduction.twin")
		}
	}
	if ok != 1 {
		t.Errorf("%d introductions were begun", ok)
	}
}

func TestLinkFromAMail(t *testing.T) {
	w := newTown(t)
	in := w.invited("ZJ-1", "ZJ-2")
	for _, a := range everyone {
		_, _, err := w.service.InvitationLink(t.Context(), a, in.Code)
		if staff := a.User == wang.User || a.User == li.User || a.User == admin.User; (err == nil) != staff {
			t.Errorf("%s gets the link: %v", a.Name, err)
		}
	}
	token, inv, err := w.service.InvitationLink(t.Context(), wang, in.Code)
	if err != nil || inv.Nonce != "" {
		t.Fatalf("%+v, %v", inv, err)
	}
	for range 3 { // a scanner opens it, and again
		asked, err := w.service.Asked(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		want := brokering.Asked{Introduction: in.Code, Text: "请帮忙看看滚压", Needs: []brokering.NeedRef{{Code: "XQ-1", Title: "圆角滚压开裂", Confidentiality: "summary_only"}}, Broker: "红娘王", Due: inv.Due}
		if diff := cmp.Diff(want, asked); diff != "" {
			t.Error(diff)
		}
	}
	if _, err := w.service.AnswerLink(t.Context(), token, false, "", ""); !errs.Is(err, errs.Invalid) {
		t.Errorf("declined without a reason: %v", err)
	}
	if stage, err := w.service.AnswerLink(t.Context(), token, false, "too_busy", ""); err != nil || stage != brokering.Declined {
		t.Errorf("%s, %v", stage, err)
	}
	_, err = w.service.AnswerLink(t.Context(), token, true, "", "")
	w.wantCode(err, "link.used")
	sight, err := w.service.Show(t.Context(), wang, in.Code)
	if err != nil || sight.Introduction.Stage != brokering.Proposed || sight.Introduction.Targets[1].State != brokering.Current {
		t.Errorf("the next alternate is not proposed: %+v, %v", sight.Introduction, err)
	}
	if last := sight.Introduction.History[3]; last.Name != "钱师傅（邀约链接）" {
		t.Errorf("the history says %+v", last)
	}
	_, _, err = w.service.InvitationLink(t.Context(), wang, in.Code)
	w.wantCode(err, "introduction.not_invited")
	w.now = w.now.AddDate(1, 0, 0)
	_, err = w.service.Asked(t.Context(), token)
	w.wantCode(err, "link.expired")
}

func TestHandOver(t *testing.T) {
	w := newTown(t)
	one, two := w.begin("ZJ-1"), w.begin("ZJ-2")
	w.do(wang, two.Code, brokering.Step{Kind: brokering.CloseFail, Reason: "conflict"})
	three := w.begin("ZJ-2")
	for _, a := range []account.Actor{firm, leader, faraway, visitor} {
		if moved, err := w.service.HandOver(t.Context(), a, "U-wang", "U-li", ""); err == nil && len(moved.Codes) > 0 {
			t.Errorf("%s moved %v", a.Name, moved.Codes)
		}
	}
	moved, err := w.service.HandOver(t.Context(), admin, "U-wang", "U-li", "退休")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{one.Code, three.Code}, moved.Codes); diff != "" || len(moved.Failed) > 0 {
		t.Errorf("%s, failed %v", diff, moved.Failed)
	}
	sight, err := w.service.Show(t.Context(), li, one.Code)
	if err != nil || sight.Introduction.Broker.User != "U-li" || sight.Introduction.Next.User != "U-li" {
		t.Errorf("%+v, %v", sight.Introduction.Broker, err)
	}
	again, err := w.service.HandOver(t.Context(), admin, "U-wang", "U-li", "")
	if err != nil || len(again.Codes) != 0 {
		t.Errorf("again: %v, %v", again, err)
	}
	_, err = w.service.HandOver(t.Context(), admin, "U-li", "U-nobody", "")
	w.wantCode(err, "introduction.broker_unknown")
}

func TestFilesAreFor(t *testing.T) {
	w := newTown(t)
	in := w.invited("ZJ-1")
	got, err := w.service.Attach(t.Context(), firm, in.Code, 0, brokering.Upload{Name: "../../图纸.dwg", Visibility: brokering.ToParties, Data: []byte("图")})
	if err != nil || got.Attachments[0].Name != "图纸.dwg" {
		t.Fatalf("%+v, %v", got, err)
	}
	opens := func(a account.Actor) bool {
		_, data, err := w.service.File(t.Context(), a, in.Code, "F1")
		return err == nil && string(data) == "图"
	}
	if !opens(firm) || !opens(wang) || opens(master) || opens(rival) || opens(visitor) {
		t.Error("before the detail is open, only the firm and staff open its drawing")
	}
	// The provider's file, and its name, wait for his contact.
	if _, err = w.service.Attach(t.Context(), master, in.Code, 0, brokering.Upload{Name: "钱师傅13812345678.pdf", Visibility: brokering.ToParties, Data: []byte("方案")}); err != nil {
		t.Fatal(err)
	}
	names := func() string {
		t.Helper()
		sight, err := w.service.Show(t.Context(), firm, in.Code)
		if err != nil {
			t.Fatal(err)
		}
		shown, err := json.Marshal(sight)
		if err != nil {
			t.Fatal(err)
		}
		return string(shown)
	}
	w.do(master, in.Code, brokering.Step{Kind: brokering.Accept}, brokering.Step{Kind: brokering.Answer, Answers: answers()})
	w.do(wang, in.Code, brokering.Step{Kind: brokering.Recommend})
	if shown := names(); strings.Contains(shown, "13812345678.pdf") {
		t.Errorf("the firm is told the name of a file that is not open: %s", shown)
	}
	w.do(firm, in.Code, brokering.Step{Kind: brokering.Interest})
	w.do(master, in.Code, brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.ProviderContact}})
	if shown := names(); !strings.Contains(shown, "13812345678.pdf") {
		t.Errorf("with the provider's contact his file is not open: %s", shown)
	}
	_, err = w.service.Take(t.Context(), firm, in.Code, 0, brokering.Step{Kind: brokering.Attach, Attachment: &brokering.Attachment{SHA256: got.Attachments[0].SHA256, Size: 1, Name: "偷"}})
	w.wantCode(err, "introduction.attach_upload")
	_, err = w.service.Attach(t.Context(), firm, in.Code, 0, brokering.Upload{Name: "空", Visibility: brokering.ToBrokers})
	w.wantCode(err, "file.empty")
	_, err = w.service.Attach(t.Context(), firm, in.Code, 0, brokering.Upload{Name: "大", Visibility: brokering.ToBrokers, Data: make([]byte, brokering.MaxFile+1)})
	w.wantCode(err, "file.too_large")
	_, err = w.service.Attach(t.Context(), rival, in.Code, 0, brokering.Upload{Name: "x", Visibility: brokering.ToBrokers, Data: []byte("x")})
	w.wantCode(err, "introduction.not_found")
}

// TestDeliver: what was told when the teller broke down is told again under the
// same id, and nothing is left out.
func TestDeliver(t *testing.T) {
	w := newTown(t)
	in := w.invited("ZJ-1")
	w.do(master, in.Code, brokering.Step{Kind: brokering.Accept})
	var told []string
	broken := errors.New("mail server away")
	err := w.service.Deliver(t.Context(), 10, func(_ context.Context, e brokering.Event) error {
		told = append(told, e.ID)
		if len(told) == 2 {
			return broken
		}
		return nil
	})
	if !errors.Is(err, broken) {
		t.Fatalf("deliver: %v", err)
	}
	for range 2 {
		if err := w.service.Deliver(t.Context(), 10, func(_ context.Context, e brokering.Event) error {
			told = append(told, e.ID)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"DJ-2026-0001/3/provider", "DJ-2026-0001/4/broker", "DJ-2026-0001/3/provider", "DJ-2026-0001/4/broker"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}

// TestTwentyPeopleAtOnce: everybody writes and steps at the same time through
// the service; nothing is lost and nobody gets further than the rules allow.
func TestTwentyPeopleAtOnce(t *testing.T) {
	w := newTown(t)
	in := w.invited("ZJ-1", "ZJ-2")
	people := []account.Actor{firm, master, wang, li, admin}
	var wg sync.WaitGroup
	var mu sync.Mutex
	steps := 0
	for p := range 20 {
		a := people[p%len(people)]
		wg.Go(func() {
			for i := range 4 {
				step := brokering.Step{Kind: brokering.Write, Text: fmt.Sprintf("%d-%d", p, i), To: brokering.ToBrokers}
				if p == 1 && i == 2 {
					step = brokering.Step{Kind: brokering.Accept}
				}
				_, err := w.service.Take(t.Context(), a, in.Code, 0, step)
				if err != nil {
					t.Errorf("%s: %v", step.Text, err)
					continue
				}
				mu.Lock()
				steps++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	got, err := w.store.Introductions().Get(t.Context(), in.Code)
	if err != nil || got.Sound() != nil || steps != 80 || len(got.Messages) != 79 || int(got.Rev) != 80+3 || got.Stage != brokering.Accepted {
		t.Errorf("%d steps, %d messages, revision %d at %s, %v", steps, len(got.Messages), got.Rev, got.Stage, err)
	}
	stale := got.Rev - 1
	_, err = w.service.Take(t.Context(), wang, in.Code, stale, brokering.Step{Kind: brokering.CloseFail, Reason: "conflict"})
	if !errs.Is(err, errs.Stale) {
		t.Errorf("an old revision: %v", err)
	}
}
