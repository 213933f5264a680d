package brokering

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

var morning = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// The actors of the tests.
var (
	firm     = Actor{User: "U-firm", Name: "企业赵敏", Seat: Seat{Part: Enterprise, Needs: []string{"XQ-1"}}}
	master   = Actor{User: "U-master", Name: "工匠钱师傅", Seat: Seat{Part: Provider, Target: "ZJ-1"}}
	wang     = Actor{User: "U-wang", Name: "红娘王", Seat: Seat{Part: Staff}}
	li       = Actor{User: "U-li", Name: "红娘李", Seat: Seat{Part: Staff}}
	leader   = Actor{User: "U-leader", Name: "领导孙", Seat: Seat{Part: Leader}}
	admin    = Actor{User: "U-admin", Name: "管理员", Seat: Seat{Part: Administrator}}
	stranger = Actor{User: "U-none", Name: "路人"}
)

func expert(code, org string) Target {
	return Target{Kind: "expert", Code: code, Name: "钱师傅" + code, Org: org, OrgName: org + "厂", Person: code, Band: "high"}
}

func draft() Draft {
	return Draft{
		Code:    "DJ-2026-0001",
		Needs:   []NeedRef{{Code: "XQ-1", Title: "曲轴圆角滚压开裂", Org: "DW-1", OrgName: "威海天润曲轴厂", RegionCode: "371002", Confidentiality: "summary_only"}},
		Targets: []Target{expert("ZJ-1", "DW-2"), expert("ZJ-2", "DW-3"), expert("ZJ-3", "DW-4")},
		Broker:  Broker{User: "U-wang", Name: "红娘王", Union: "GH-1"}, Union: "GH-1", RegionCode: "371002",
	}
}

// shortDraft has no alternates.
func shortDraft() Draft {
	d := draft()
	d.Targets = d.Targets[:1]
	return d
}

func begin(t testing.TB, d Draft) *Introduction {
	t.Helper()
	in, _, err := Begin(d, wang, morning)
	if err != nil {
		t.Fatal(err)
	}
	in.Rev = 1
	return in
}

// take applies a step that must succeed; the clock goes on by a day a step.
func take(t testing.TB, in *Introduction, who Actor, step Step) *Introduction {
	t.Helper()
	out, _, err := Apply(in, step, who, clockOf(in))
	if err != nil {
		t.Fatalf("%s by %s at %s: %v", step.Kind, who.Seat.Part, in.Stage, err)
	}
	out.Rev = in.Rev + 1
	return out
}

func clockOf(in *Introduction) time.Time {
	return morning.Add(time.Duration(len(in.History)) * 24 * time.Hour)
}

func today(in *Introduction) string { return dateOf(clockOf(in), 0) }

const sha = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// sample gives a step of the kind with everything it needs.
func sample(kind StepKind, in *Introduction, who Actor) Step {
	s := Step{Kind: kind, Need: "XQ-1", Note: "张工电话答复"}
	day := today(in)
	switch kind {
	case Invite:
		s.Text = "请帮助看一个滚压难题"
	case Decline, CloseFail:
		s.Reason = "too_busy"
	case Answer:
		s.Answers = &Answers{HowWeHelp: "改滚压参数", WhatUnclear: "材料牌号", AboutUs: "干了三十年"}
	case RecordVisit:
		s.Visit = &Visit{Kind: "onsite", Date: day, Place: "一车间", Attendees: []string{"赵敏"}, Findings: "圆角有裂纹"}
	case RecordHelp:
		s.Help = &Help{Kind: "onsite_guidance", Date: day, Persons: []string{"老钱"}, Hours: 3, Problem: "圆角开裂", ProblemSolved: true, PeopleTrained: 12}
	case SignIntent:
		s.Intent = &Intent{Date: day, Fen: 5_000_000, Content: "联合攻关"}
	case SignContract, AmendContract:
		s.Contract = contractOf(day)
	case Register:
		s.Registration = &Registration{Office: "威海市技术市场", AppliedAt: day, Verdict: "registered", No: "2026370100012345", Fen: 20_000_000, IncomeFen: 18_000_000}
	case ReceivePayment:
		s.Payment = &Payment{Date: day, Fen: 10_000_000}
	case Start:
		s.Outcome = "joint_project"
	case AcceptWork:
		s.Acceptance = &Acceptance{Date: day, Passed: true, Conclusion: "合格"}
	case CloseSuccess:
		s.Outcome = "joint_project"
	case Rate:
		s.Rating = &Rating{Score: 5, Positive: "真能干"}
	default:
		return sampleMore(s, in, who)
	}
	return s
}

func contractOf(day string) *Contract {
	return &Contract{
		ProjectName: "曲轴圆角滚压", Type: "development", Subtype: "cooperative_development", SignDate: day, Buyer: Signatory{Name: "威海天润曲轴厂"},
		Seller: Signatory{Name: "大连工匠工作室", Region: "210200"}, TechField: "manufacturing", Fen: 30_000_000, TechFen: 20_000_000, Payment: "once", IPKind: "tech_secret",
	}
}

func sampleMore(s Step, in *Introduction, who Actor) Step {
	switch s.Kind {
	case ConfirmHelp:
		s.ID = pending(in)
	case ClaimBenefit:
		s.Benefit = &Benefit{Period: fmt.Sprint(2000 + len(in.Benefits)), Beneficiary: "enterprise", Kind: "saved", Fen: 90_000_000, Method: "对比返修率", Evidence: fileIDs(in, who), Reward: &Reward{BasisPoints: 300}}
	case JudgeBenefit:
		s.ID, s.Verdict = lastBenefit(in, Claimed), &Verdict{Status: Verified, Fen: 80_000_000, Proof: "enterprise_finance"}
	case PayReward:
		s.ID, s.Reward = lastBenefit(in, Verified), &RewardPayment{Date: today(in), Fen: 100_000, To: "滚压班组"}
	case Write:
		s.Text, s.To = "请催一下", ToBrokers
	case Attach:
		s.Attachment = &Attachment{Name: "证明.pdf", Size: 5, SHA256: sha, Visibility: ToParties}
	case ReleaseStep:
		s.Release = &Release{What: NeedName, Consent: "赵敏 3 月 2 日电话同意"}
		if who.Seat.Part == Provider {
			s.Release.What = ProviderContact
		}
	case WithdrawRelease:
		for _, r := range in.Releases {
			if r.EndedAt == nil && (r.What == ProviderContact) == (who.Seat.Part == Provider) {
				s.ID = r.ID
			}
		}
	case Plan:
		s.Next = &NextAction{What: "周三去车间", Who: Staff, Due: dateOf(clockOf(in), 20)}
	case AddTargets:
		s.Targets = []Target{expert(fmt.Sprintf("ZJ-X%02d", len(in.Targets)), "DW-9")}
	case Handover:
		s.Broker = &Broker{User: "U-li", Name: "红娘李"}
		if in.Broker.User == "U-li" {
			s.Broker = &Broker{User: "U-wang", Name: "红娘王"}
		}
	}
	return s
}

func pending(in *Introduction) string {
	for _, h := range in.Helps {
		if h.ConfirmedAt == nil {
			return h.ID
		}
	}
	return ""
}

func lastBenefit(in *Introduction, status BenefitStatus) string {
	id := ""
	for _, b := range in.Benefits {
		if b.Status == status {
			id = b.ID
		}
	}
	return id
}

func fileIDs(in *Introduction, who Actor) []string {
	for _, a := range in.Attachments {
		if in.opensFile(a, who.Seat) {
			return []string{a.ID}
		}
	}
	return nil
}

// road is how a case goes when all goes well.
var road = []struct {
	who  *Actor
	kind StepKind
}{
	{&wang, Review}, {&wang, Invite}, {&master, Accept}, {&master, Answer}, {&wang, Recommend}, {&firm, Interest}, {&firm, ReleaseStep}, {&firm, Attach},
	{&master, RecordVisit}, {&master, RecordHelp}, {&firm, ConfirmHelp}, {&master, ReleaseStep}, {&wang, Negotiate}, {&firm, SignIntent}, {&firm, SignContract}, {&master, Register},
	{&wang, ReceivePayment}, {&firm, Start}, {&firm, AcceptWork}, {&firm, ClaimBenefit}, {&wang, JudgeBenefit}, {&firm, PayReward}, {&wang, CloseSuccess},
}

// stages walks the road and keeps the richest introduction of each stage.
func stages(t testing.TB) map[Stage]*Introduction {
	t.Helper()
	in := begin(t, draft())
	out := map[Stage]*Introduction{Proposed: in}
	for _, way := range road {
		in = take(t, in, *way.who, sample(way.kind, in, *way.who))
		out[in.Stage] = in
	}
	alone := begin(t, shortDraft())
	out[Declined] = take(t, alone, wang, sample(Decline, alone, wang))
	out[ClosedFail] = take(t, out[Negotiating], wang, sample(CloseFail, out[Negotiating], wang))
	out[Benefiting] = take(t, out[Benefiting], firm, sample(ClaimBenefit, out[Benefiting], firm)) // one to be judged
	return out
}

func jsonOf(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// seeded gives the random numbers of a test.
func seeded(n uint64) *rand.Rand { return rand.New(rand.NewPCG(n, 2026)) }

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func contains(list []string, s string) bool {
	return strings.Contains("\x00"+strings.Join(list, "\x00")+"\x00", "\x00"+s+"\x00")
}
