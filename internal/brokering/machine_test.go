package brokering

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

var update = flag.Bool("update", false, "write the golden files")

// parts are the parts of the table, with a name for nobody.
var parts = []struct {
	name string
	who  Actor
}{{"企业", firm}, {"服务方", master}, {"红娘", wang}, {"领导", leader}, {"管理员", admin}, {"无关人员", stranger}}

// TestEveryStageStepAndPart takes every step in every stage in every part and
// compares what happens with the golden table, which is also documentation.
func TestEveryStageStepAndPart(t *testing.T) {
	at := stages(t)
	var b strings.Builder
	cases := 0
	for _, stage := range Stages() {
		in := at[stage]
		if in == nil || in.Stage != stage {
			t.Fatalf("no introduction at %s", stage)
		}
		fmt.Fprintf(&b, "%s %s\n", stage, stage.Label())
		for _, rule := range Rules() {
			var cells []string
			for _, p := range parts {
				cases++
				if got := outcome(t, in, p.who, rule); got != "" {
					cells = append(cells, p.name+" "+got)
				}
			}
			if len(cells) > 0 {
				fmt.Fprintf(&b, "  %s %s: %s\n", rule.Step, rule.What, strings.Join(cells, ", "))
			}
		}
	}
	t.Logf("%d cases", cases)
	golden(t, "testdata/machine.txt", b.String())
}

// outcome takes one step and gives where it led, the code of what was missing,
// or "" when it is refused, which must be for the reason that the table gives.
func outcome(t *testing.T, in *Introduction, who Actor, rule Rule) string {
	t.Helper()
	next, _, err := Apply(in, sample(rule.Step, in, who), who, clockOf(in))
	allowed := rule.allows(who.Seat.Part)
	now := slices.Contains(rule.From, in.Stage)
	target, _ := in.CurrentTarget()
	stands := who.Seat.Part != Provider || who.Seat.Target == target.Code && target.InvitedAt != nil
	switch e := errs.As(err); {
	case !allowed && !errs.Is(err, errs.Denied), allowed && stands && !now && (e == nil || e.Code != "introduction.not_now"):
		t.Errorf("%s by %s at %s: %v", rule.Step, who.Seat.Part, in.Stage, err)
	case !allowed || !now || !stands:
	case err == nil:
		return "→ " + string(next.Stage)
	default:
		return "(" + e.Code + ")"
	}
	return ""
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// Everything that the table names has a Chinese label, and every stage can be
// reached and left.
func TestTableIsComplete(t *testing.T) {
	t.Parallel()
	if n := len(catalog.Vocab("introduction_stage").Choices); n != len(Stages()) {
		t.Errorf("%d labels for %d stages", n, len(Stages()))
	}
	seen := map[StepKind]bool{}
	for _, r := range Rules() {
		if seen[r.Step] || r.What == "" || r.Action == "" || len(r.From) == 0 || len(r.May) == 0 {
			t.Errorf("%s is not complete, or stands twice: %+v", r.Step, r)
		}
		seen[r.Step] = true
		if r.allows(Outsider) || r.allows(Leader) {
			t.Errorf("%s may be taken by who only looks on", r.Step)
		}
	}
	for _, s := range Stages() {
		if s.Label() == string(s) {
			t.Errorf("%s has no label", s)
		}
	}
}

func TestApplyLeavesItsInputAlone(t *testing.T) {
	in := begin(t, draft())
	for _, way := range road {
		before := jsonOf(t, in)
		next := take(t, in, *way.who, sample(way.kind, in, *way.who))
		if diff := cmp.Diff(before, jsonOf(t, in)); diff != "" {
			t.Fatalf("%s changed what it was given: %s", way.kind, diff)
		}
		in = next
	}
	if in.Stage != ClosedSuccess || in.Next != nil || in.Outcome != "joint_project" {
		t.Errorf("the road ends at %s, next %v, outcome %s", in.Stage, in.Next, in.Outcome)
	}
}

// TestWhatIsMissing: the error names the field and says in Chinese what to do.
func TestWhatIsMissing(t *testing.T) {
	at := stages(t)
	sign := func(change func(*Contract)) Step {
		c := contractOf("2026-03-03")
		change(c)
		return Step{Kind: SignContract, Contract: c}
	}
	tests := []struct {
		name  string
		in    *Introduction
		who   Actor
		step  Step
		field string
	}{
		{"decline without a reason", at[Invited], master, Step{Kind: Decline}, "reason"},
		{"another reason without words", at[Invited], master, Step{Kind: Decline, Reason: "other"}, "note"},
		{"accepting for somebody", at[Invited], wang, Step{Kind: Accept}, "note"},
		{"recommending without answers", withoutAnswers(at[Accepted]), wang, Step{Kind: Recommend}, "answers"},
		{"no answer to one question", at[Accepted], master, Step{Kind: Answer, Answers: &Answers{HowWeHelp: "能", WhatUnclear: "无"}}, "answers.about_us"},
		{"a deadline in the past", at[Reviewed], wang, Step{Kind: Invite, Due: "2026-01-01"}, "due"},
		{"an invitation that names the firm", at[Reviewed], wang, Step{Kind: Invite, Text: "帮帮威海天润曲轴厂"}, "text"},
		{"a visit among strangers", withoutReleases(at[Interested]), firm, sample(RecordVisit, at[Interested], firm), "release"},
		{"a visit tomorrow", at[Visiting], firm, Step{Kind: RecordVisit, Visit: &Visit{Kind: "onsite", Date: "2026-12-01"}}, "visit.date"},
		{"help by nobody", at[Visiting], firm, Step{Kind: RecordHelp, Help: &Help{Kind: "training", Date: "2026-03-02"}}, "help.persons"},
		{"a solved problem without words", at[Visiting], firm, Step{Kind: RecordHelp, Help: &Help{Kind: "diagnosis", Date: "2026-03-02", Persons: []string{"钱"}, ProblemSolved: true}}, "help.problem"},
		{"contact before name", withoutReleases(at[Interested]), firm, Step{Kind: ReleaseStep, Release: &Release{What: NeedContact}}, "release.what"},
		{"staff release without consent", withoutReleases(at[Interested]), wang, Step{Kind: ReleaseStep, Release: &Release{What: NeedName}}, "release.consent"},
		{"a transfer without expected input", at[Negotiating], firm, sign(func(c *Contract) { c.Type, c.Subtype, c.NewOutputFen = "transfer", "patent_transfer", 5 }), "contract.expected_new_input_fen"},
		{"a transfer without expected output", at[Negotiating], firm, sign(func(c *Contract) { c.Type, c.Subtype, c.NewInputFen = "transfer", "patent_transfer", 5 }), "contract.expected_new_output_fen"},
		{"a subtype of another type", at[Negotiating], firm, sign(func(c *Contract) { c.Subtype = "patent_transfer" }), "contract.subtype"},
		{"more for technology than in all", at[Negotiating], firm, sign(func(c *Contract) { c.TechFen = c.Fen + 1 }), "contract.tech_amount_fen"},
		{"a wrong USCC", at[Negotiating], firm, sign(func(c *Contract) { c.Buyer.USCC = "123" }), "contract.buyer.uscc"},
		{"no amount", at[Negotiating], firm, sign(func(c *Contract) { c.Fen = 0 }), "contract.amount_fen"},
		{"a registration number of 15 digits", notRegistered(at[ContractSigned]), master, registration(func(r *Registration) { r.No = "123456789012345" }), "registration.registration_no"},
		{"more registered than signed", notRegistered(at[ContractSigned]), master, registration(func(r *Registration) { r.Fen = 99_000_000 }), "registration.amount_fen"},
		{"transfer without contract", at[Negotiating], firm, Step{Kind: Start, Outcome: "transfer"}, "outcome"},
		{"money as a quantity", at[Benefiting], firm, claim(func(b *Benefit) { b.Fen, b.Quantity = 0, 3 }), "benefit.amount_fen"},
		{"people without a unit", at[Benefiting], firm, claim(func(b *Benefit) { b.Kind, b.Fen, b.Quantity, b.Reward = "jobs", 0, 3, nil }), "benefit.unit"},
		{"a reward of 6 %", at[Benefiting], firm, claim(func(b *Benefit) { b.Reward = &Reward{BasisPoints: 600} }), "benefit.reward.basis_points"},
		{"next year's benefit", at[Benefiting], firm, claim(func(b *Benefit) { b.Period = "2027" }), "benefit.period"},
		{"more verified than claimed", at[Benefiting], wang, Step{Kind: JudgeBenefit, ID: "B2", Verdict: &Verdict{Status: Verified, Fen: 91_000_000, Proof: "union"}}, "verdict.verified_fen"},
		{"verified by nobody", at[Benefiting], wang, Step{Kind: JudgeBenefit, ID: "B2", Verdict: &Verdict{Status: Verified, Fen: 1}}, "verdict.proof"},
		{"a file that is not there", at[Visiting], firm, Step{Kind: RecordVisit, Visit: &Visit{Kind: "onsite", Date: "2026-03-02", Files: []string{"F99"}}}, "visit.files[0]"},
		{"a plan for yesterday", at[Visiting], wang, Step{Kind: Plan, Next: &NextAction{What: "去", Who: Staff, Due: "2026-01-01"}}, "next_action.due"},
		{"somebody of the same firm", at[Visiting], wang, Step{Kind: AddTargets, Targets: []Target{expert("ZJ-8", "DW-1")}}, "targets[0]"},
		{"who is there already", at[Visiting], wang, Step{Kind: AddTargets, Targets: []Target{expert("ZJ-2", "DW-3")}}, "targets[0]"},
		{"too long", at[Visiting], firm, Step{Kind: Write, To: ToBrokers, Text: strings.Repeat("长", 2001)}, "text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := Apply(tt.in, tt.step, tt.who, clockOf(tt.in))
			e := errs.As(err)
			if e == nil || e.Kind != errs.Invalid || !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Field == tt.field && hasChinese(f.Message) }) {
				t.Errorf("error %v, want a fault of %s", err, tt.field)
			}
		})
	}
}

func hasChinese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x4e00 })
}

func withoutAnswers(in *Introduction) *Introduction {
	out := in.copy()
	out.Answers = nil
	return out
}

func withoutReleases(in *Introduction) *Introduction {
	out := in.copy()
	out.Releases = nil
	return out
}

func registration(change func(*Registration)) Step {
	r := &Registration{Office: "市场", AppliedAt: "2026-03-03", Verdict: "registered", No: "2026370100012345", Fen: 20_000_000}
	change(r)
	return Step{Kind: Register, Registration: r}
}

func claim(change func(*Benefit)) Step {
	b := &Benefit{Period: "2025", Beneficiary: "enterprise", Kind: "profit", Fen: 5, Method: "算的"}
	change(b)
	return Step{Kind: ClaimBenefit, Benefit: b}
}

// TestRefusals: what is not about a field.
func TestRefusals(t *testing.T) {
	at := stages(t)
	nda, secret := at[Interested].copy(), at[Interested].copy()
	nda.Releases, secret.Releases = nil, nil
	nda.Needs[0].Confidentiality, secret.Needs[0].Confidentiality = "nda", "broker_only"
	byWang := at[Benefiting].copy()
	byWang.Benefits[1].ClaimedBy = wang.User
	byNobody := at[Benefiting].copy() // the operator's token has no account
	byNobody.Benefits[1].ClaimedBy, byNobody.Benefits[1].ClaimedPart = "", Administrator
	operator := Actor{Name: "运维令牌", Seat: Seat{Part: Administrator}}
	tests := []struct {
		name string
		in   *Introduction
		who  Actor
		step Step
		code string
	}{
		{"verified by the token that claimed it", byNobody, operator, sample(JudgeBenefit, byNobody, operator), "introduction.four_eyes"},
		{"unknown step", at[Invited], wang, Step{Kind: "fly"}, "introduction.step_unknown"},
		{"the firm's name by the provider", at[Interested], master, Step{Kind: ReleaseStep, Release: &Release{What: NeedName}}, "introduction.not_yours"},
		{"the provider's contact by the firm", at[Interested], firm, Step{Kind: ReleaseStep, Release: &Release{What: ProviderContact}}, "introduction.not_yours"},
		{"nda without a file", nda, firm, Step{Kind: ReleaseStep, Release: &Release{What: NeedName}}, "introduction.incomplete"},
		{"kept for staff", secret, wang, Step{Kind: ReleaseStep, Release: &Release{What: NeedName, Consent: "同意"}}, "introduction.broker_only"},
		{"released twice", at[Interested], firm, Step{Kind: ReleaseStep, Release: &Release{What: NeedName}}, "introduction.done_already"},
		{"name withdrawn after signing", at[ContractSigned], firm, Step{Kind: WithdrawRelease, ID: "R1"}, "introduction.signed_already"},
		{"a second contract", at[Implementing], firm, Step{Kind: SignContract, Contract: contractOf("2026-03-03")}, "introduction.contract_exists"},
		{"amended after registration", at[Benefiting], firm, Step{Kind: AmendContract, Contract: contractOf("2026-03-03")}, "introduction.registered"},
		{"the same benefit twice", at[Benefiting], firm, claim(func(b *Benefit) { b.Kind, b.Period = "saved", "2001-03" }), "introduction.benefit_twice"},
		{"verified by who claimed it", byWang, wang, sample(JudgeBenefit, byWang, wang), "introduction.four_eyes"},
		{"a reward for what is not verified", at[Benefiting], firm, Step{Kind: PayReward, ID: "B2", Reward: &RewardPayment{}}, "introduction.no_reward"},
		{"a provider whose turn is over", take(t, at[Invited], master, Step{Kind: Decline, Reason: "too_busy"}), master, Step{Kind: Answer}, "introduction.target_ended"},
		{"handed over to oneself", at[Visiting], wang, Step{Kind: Handover, Broker: &Broker{User: "U-wang", Name: "红娘王"}}, "introduction.done_already"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := Apply(tt.in, tt.step, tt.who, clockOf(tt.in))
			if e := errs.As(err); e == nil || e.Code != tt.code || !hasChinese(e.Message) {
				t.Errorf("error %v, want %s", err, tt.code)
			}
		})
	}
}

func notRegistered(in *Introduction) *Introduction {
	out := in.copy()
	out.Contract.Registration = nil
	return out
}

func TestBeginRefuses(t *testing.T) {
	t.Parallel()
	own := draft()
	own.Targets[1].Org = "DW-1"
	twice := draft()
	twice.Targets[1].Code = "ZJ-1"
	for name, d := range map[string]Draft{"nothing": {}, "own people": own, "one twice": twice, "no needs": {Targets: draft().Targets, Broker: draft().Broker}} {
		if _, _, err := Begin(d, wang, morning); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
