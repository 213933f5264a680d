package view

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// sample gives a text that a field takes.
func sample(f stepField) string {
	switch f.kind {
	case inWan, inYuan, inNumber:
		return "1.5"
	case inWhole:
		return "3"
	case inYes, inYesNo:
		return "yes"
	}
	if f.name == "rating.score" || f.name == "benefit.reward.basis_points" {
		return "5"
	}
	return "词"
}

// Every field of every form arrives in a step under its own name: the table and
// the step's JSON agree, and every vocabulary is there.
func TestFieldsAreThoseOfSteps(t *testing.T) {
	for _, r := range brokering.Rules() {
		if r.Step == brokering.Attach {
			continue // its form becomes an upload
		}
		v := url.Values{"step": {string(r.Step)}}
		for _, f := range stepFields[r.Step] {
			v.Set(f.name, sample(f))
			if f.vocab != "" && len(catalog.Vocab(f.vocab).Choices) == 0 {
				t.Errorf("%s: no vocabulary %s", f.name, f.vocab)
			}
		}
		step, err := ParseStep(v)
		if err != nil {
			t.Errorf("%s: %v", r.Step, err)
			continue
		}
		data, err := json.Marshal(step)
		if err != nil {
			t.Fatal(err)
		}
		var tree map[string]any
		if err := json.Unmarshal(data, &tree); err != nil {
			t.Fatal(err)
		}
		for _, f := range stepFields[r.Step] {
			if !has(tree, f.name) {
				t.Errorf("%s: %s does not arrive in %s", r.Step, f.name, data)
			}
		}
	}
	for kind := range stepFields {
		if stepLabel(kind) == string(kind) {
			t.Errorf("there is no step %s", kind)
		}
	}
}

func has(tree map[string]any, path string) bool {
	head, rest, nested := strings.Cut(path, ".")
	value, ok := tree[head]
	if !nested || !ok {
		return ok
	}
	inner, ok := value.(map[string]any)
	return ok && has(inner, rest)
}

func TestParseStep(t *testing.T) {
	for _, c := range []struct {
		name string
		form url.Values
		want brokering.Step
		bad  string // field at fault
	}{
		{"a button", url.Values{"step": {"review"}, "note": {"好"}}, brokering.Step{Kind: brokering.Review, Note: "好"}, ""},
		{"nothing typed keeps the part", url.Values{"step": {"visit"}}, brokering.Step{Kind: brokering.RecordVisit, Visit: &brokering.Visit{}}, ""},
		{"lines", url.Values{"step": {"visit"}, "visit.attendees": {"甲\r\n\r\n 乙，丙"}, "visit.files": {"F1", "F2"}},
			brokering.Step{Kind: brokering.RecordVisit, Visit: &brokering.Visit{Attendees: []string{"甲", "乙", "丙"}, Files: []string{"F1", "F2"}}}, ""},
		{"amounts", url.Values{"step": {"receive_payment"}, "payment.amount_fen": {"１，２３４.５"}}, brokering.Step{Kind: brokering.ReceivePayment, Payment: &brokering.Payment{Fen: 1_234_500_000}}, ""},
		{"too fine", url.Values{"step": {"receive_payment"}, "payment.amount_fen": {"1.0000001"}}, brokering.Step{}, "payment.amount_fen"},
		{"no number", url.Values{"step": {"help"}, "help.people_trained": {"十二"}}, brokering.Step{}, "help.people_trained"},
		{"targets", url.Values{"step": {"add_targets"}, "targets": {"ZJ-1\nresult/X9\nnobody"}},
			brokering.Step{Kind: brokering.AddTargets, Targets: []brokering.Target{{Kind: "expert", Code: "ZJ-1"}, {Kind: "result", Code: "X9"}, {Code: "nobody"}}}, ""},
		{"not passed", url.Values{"step": {"accept_work"}, "acceptance.passed": {"no"}}, brokering.Step{Kind: brokering.AcceptWork, Acceptance: &brokering.Acceptance{}}, ""},
		{"a reward", url.Values{"step": {"claim_benefit"}, "benefit.reward.basis_points": {"200"}}, brokering.Step{Kind: brokering.ClaimBenefit, Benefit: &brokering.Benefit{Reward: &brokering.Reward{BasisPoints: 200}}}, ""},
		{"what a form does not have is ignored", url.Values{"step": {"interest"}, "contract.amount_fen": {"x"}, "release.consent": {"y"}}, brokering.Step{Kind: brokering.Interest}, ""},
	} {
		got, err := ParseStep(c.form)
		if c.bad != "" {
			if e := errs.As(err); err == nil || len(e.Fields) != 1 || e.Fields[0].Field != c.bad {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", c.name, err, diff)
		}
	}
}

func FuzzParseStep(f *testing.F) {
	f.Add("sign_contract", "contract.amount_fen", "1.5")
	f.Add("add_targets", "targets", "ZJ-1/\n")
	f.Add("", "", "\x00")
	f.Fuzz(func(t *testing.T, kind, field, text string) {
		step, err := ParseStep(url.Values{"step": {kind}, field: {text}})
		if err != nil && errs.KindOf(err) != errs.Invalid {
			t.Errorf("%v", err)
		}
		if step.Kind != brokering.StepKind(kind) && field != "step" {
			t.Errorf("kind %q became %q", kind, step.Kind)
		}
	})
}

func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		text   string
		digits int
		fen    int64
		ok     bool
	}{
		{"0.5", 6, 500_000, true}, {"12", 6, 12_000_000, true}, {"12.", 2, 1200, true}, {"0.000001", 6, 1, true}, {"1.50000000", 6, 1_500_000, true},
		{"", 6, 0, false}, {"-1", 6, 0, false}, {"1e3", 6, 0, false}, {"0.001", 2, 0, false}, {"9999999999999", 6, 0, false},
	} {
		got, err := ParseFen(c.text, c.digits)
		if got != c.fen || (err == nil) != c.ok {
			t.Errorf("%q: %d, %v", c.text, got, err)
		}
		if back, err := ParseFen(FenText(got, c.digits), c.digits); c.ok && (err != nil || back != got) {
			t.Errorf("%q is written %q", c.text, FenText(got, c.digits))
		}
	}
	for fen, want := range map[int64]string{0: "0 万元", 1: "0.000001 万元", 1_234_567_800_000: "1,234,567.8 万元"} {
		if got := Wan(fen); got != want {
			t.Errorf("%d: %s, want %s", fen, got, want)
		}
	}
	for size, want := range map[int64]string{1: "1 KB", 2048: "2 KB", 3 << 20: "3 MB", 20 << 20: "20 MB", 3 << 19: "1.5 MB"} {
		if got := FileSize(size); got != want {
			t.Errorf("%d: %s, want %s", size, got, want)
		}
	}
}

// sightOf is a case at a stage, seen by a part that may take the steps.
func sightOf(stage brokering.Stage, part brokering.Part, change func(*brokering.Introduction)) brokering.Sight {
	in := &brokering.Introduction{
		Code: "DJ-1", Rev: 4, Stage: stage, Needs: []brokering.NeedRef{{Code: "XQ-1", Title: "难题", OrgName: "甲厂", Confidentiality: "summary_only"}},
		Targets: []brokering.Target{{Kind: "expert", Code: "ZJ-1", Name: "钱师傅", State: brokering.Current}}, Next: &brokering.NextAction{What: "做事", Who: brokering.Staff, Due: "2026-12-01"},
	}
	if change != nil {
		change(in)
	}
	s := brokering.Sight{Introduction: in, Part: part}
	for _, r := range brokering.Possible(in, part) {
		s.Steps = append(s.Steps, brokering.Way{Step: r.Step, What: r.What})
	}
	return s
}

var formDay = time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)

// What a stage is about stands open on top, for whom it is.
func TestLeadingForms(t *testing.T) {
	answered := func(in *brokering.Introduction) { in.Answers = []brokering.Answers{{Target: "ZJ-1"}} }
	claimed := func(in *brokering.Introduction) {
		in.Benefits = []brokering.Benefit{{ID: "B1", Status: brokering.Claimed, Kind: "saved", Fen: 5_000_000, Period: "2026"}}
	}
	for _, c := range []struct {
		stage  brokering.Stage
		part   brokering.Part
		change func(*brokering.Introduction)
		want   string
	}{
		{brokering.Proposed, brokering.Staff, nil, "review"}, {brokering.Invited, brokering.Provider, nil, "accept decline"}, {brokering.Invited, brokering.Staff, nil, ""},
		{brokering.Accepted, brokering.Provider, nil, "answer"}, {brokering.Accepted, brokering.Provider, answered, ""}, {brokering.Accepted, brokering.Administrator, answered, "recommend"},
		{brokering.Recommended, brokering.Enterprise, nil, "interest decline"}, {brokering.Interested, brokering.Enterprise, nil, "release visit"}, {brokering.Interested, brokering.Staff, nil, "release visit help"},
		{brokering.Benefiting, brokering.Staff, claimed, "judge_benefit close_success"}, {brokering.Benefiting, brokering.Staff, nil, "close_success"}, {brokering.Benefiting, brokering.Leader, nil, ""},
	} {
		s := sightOf(c.stage, c.part, c.change)
		if c.part != brokering.Administrator {
			s.Introduction.Next.Who = c.part // his turn
		}
		v := BuildIntroduction(IntroductionFacts{Sight: s, Now: formDay})
		var got []string
		for _, f := range v.Leading {
			got = append(got, f.Step)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s %s: %v, want %s", c.stage, c.part, got, c.want)
		}
		if len(v.Leading) > 0 && !v.Leading[0].Open {
			t.Errorf("%s %s: the first form is folded", c.stage, c.part)
		}
	}
}

func fieldOf(t *testing.T, f StepForm, name string) FormField {
	t.Helper()
	for _, field := range append(f.Fields, f.Later...) {
		if field.Name == name {
			return field
		}
	}
	t.Fatalf("%s has no field %s", f.Step, name)
	return FormField{}
}

// Staff who act for a side are asked who answered; a side is not.
func TestFormOnBehalf(t *testing.T) {
	m := formMaker{sight: sightOf(brokering.Invited, brokering.Staff, nil), now: formDay}
	f := m.form(brokering.Way{Step: brokering.Accept, What: "接受邀约"})
	if f.What != "代为办理：接受邀约" || !fieldOf(t, f, "note").Required {
		t.Errorf("%+v", f)
	}
	m.sight = sightOf(brokering.Invited, brokering.Provider, nil)
	if f = m.form(brokering.Way{Step: brokering.Accept, What: "接受邀约"}); len(f.Fields) != 0 || f.What != "接受邀约" {
		t.Errorf("%+v", f)
	}
	f = m.form(brokering.Way{Step: brokering.Decline, What: "婉拒"})
	for _, reason := range f.Reasons {
		if reason.Value == "" || reason.Value == "no_reply" {
			t.Errorf("the invited is offered %q", reason.Label)
		}
	}
	if len(f.Reasons) < 5 {
		t.Errorf("%d reasons", len(f.Reasons))
	}
}

// What the provider asks waits for the enterprise until it says something; then, and
// for who asked, there is nothing to answer. Who answered is not asked to once more.
func TestQuestionsWaitForAnAnswer(t *testing.T) {
	words := []brokering.Way{{Step: brokering.Write, What: "留言"}, {Step: brokering.Answer, What: "回答三个问题"}}
	change := func(in *brokering.Introduction) {
		in.Answers = []brokering.Answers{{Target: "ZJ-1", HowWeHelp: "改参数", WhatUnclear: "最大压力是多少？", AboutUs: "三十年", At: formDay}}
	}
	see := func(part brokering.Part, messages ...brokering.Message) formMaker {
		s := sightOf(brokering.Recommended, part, change)
		s.Steps, s.Introduction.Messages = words, messages
		return formMaker{sight: s, now: formDay}
	}
	firm := see(brokering.Enterprise)
	q := firm.question()
	if q == nil || q.Who != "服务方" || q.Text != "最大压力是多少？" || len(q.Form.Fields) != 1 || len(q.Form.Fixed) != 1 || q.Form.Fixed[0].Value != "brokers" || q.Form.Rev != 0 {
		t.Fatalf("%+v", q)
	}
	said := brokering.Message{From: brokering.Enterprise, Text: "25 吨", At: formDay.Add(time.Hour)}
	if q = see(brokering.Enterprise, said).question(); q != nil {
		t.Errorf("answered, and asked again: %+v", q)
	}
	back := brokering.Message{From: brokering.Staff, Text: "材料牌号呢？", At: formDay.Add(2 * time.Hour)}
	if q = see(brokering.Enterprise, said, back).question(); q == nil || q.Text != "材料牌号呢？" || q.Who != "红娘" {
		t.Errorf("the broker's question: %+v", q)
	}
	provider := see(brokering.Provider)
	if q = provider.question(); q != nil {
		t.Errorf("who asked is asked: %+v", q)
	}
	if f := provider.form(words[1]); f.What != "修改三个问题的回答" {
		t.Errorf("still a task: %s", f.What)
	}
	if q = see(brokering.Staff, said).question(); q != nil {
		t.Errorf("the broker has his own list: %+v", q)
	}
}

// Whose turn it is not finds every form folded; nobody declines by a slip.
func TestFormsUnfoldInTurn(t *testing.T) {
	for who, open := range map[brokering.Part]bool{brokering.Enterprise: true, brokering.Provider: false} {
		s := sightOf(brokering.Recommended, brokering.Enterprise, nil)
		s.Introduction.Next = &brokering.NextAction{What: "答复是否有意向", Who: who, Due: "2027-01-01"}
		s.Steps = []brokering.Way{{Step: brokering.Interest, What: "有合作意向"}, {Step: brokering.Decline, What: "婉拒"}, {Step: brokering.Write, What: "留言"}}
		v := BuildIntroduction(IntroductionFacts{Sight: s, Now: formDay})
		if len(v.Leading) != 2 || v.Leading[0].Open != open || v.Leading[1].Open || v.Others[0].Open || !v.FactsFirst {
			t.Errorf("next is %s: %+v %+v", who, v.Leading, v.Others)
		}
	}
	if note := caseLines([]brokering.Line{{Stage: brokering.Invited, Part: brokering.Enterprise, Next: &brokering.NextAction{Who: brokering.Staff, Due: "2027-01-01"}}})[0].Note; note != "等红娘" {
		t.Errorf("nothing is waited for: %q", note)
	}
}

// What is typed wins over what would stand there; faults go beside their fields.
func TestTypedForm(t *testing.T) {
	m := formMaker{sight: sightOf(brokering.Negotiating, brokering.Enterprise, nil), now: formDay}
	f := m.form(brokering.Way{Step: brokering.SignContract})
	if fieldOf(t, f, "contract.buyer.name").Value != "甲厂" || fieldOf(t, f, "contract.sign_date").Value != "2026-11-20" || f.LaterOpen {
		t.Errorf("%+v", f)
	}
	var faults errs.Faults
	faults.Add("contract.amount_fen", "money.required", "以分为单位的整数", "")
	faults.Add("contract.buyer.uscc", "uscc", "信用代码不对", "")
	faults.Add("release", "introduction.name_closed", "先开放信息", "")
	m.typed = &Typed{Values: url.Values{"step": {"sign_contract"}, "contract.buyer.name": {"乙厂"}, "contract.type": {"transfer"}}, Err: faults.Err()}
	f = m.form(brokering.Way{Step: brokering.SignContract})
	if fieldOf(t, f, "contract.buyer.name").Value != "乙厂" || fieldOf(t, f, "contract.sign_date").Value != "" || fieldOf(t, f, "contract.amount_fen").Fault != "请填写“合同成交总金额（万元）”。" {
		t.Errorf("%+v", f)
	}
	if !f.LaterOpen || f.Problem != "先开放信息" || !f.Open {
		t.Errorf("later open %v, problem %q, open %v", f.LaterOpen, f.Problem, f.Open)
	}
	for _, o := range fieldOf(t, f, "contract.type").Options {
		if o.Chosen != (o.Value == "transfer") {
			t.Errorf("%s chosen %v", o.Value, o.Chosen)
		}
	}
	v := BuildIntroduction(IntroductionFacts{Sight: m.sight, Now: formDay, Typed: &Typed{Values: url.Values{"step": {"invite"}, "text": {"写了半天"}}, Err: errs.New(errs.Conflict, "x", "现在不能")}})
	if v.Problem != "现在不能" || len(v.Lost) != 1 || v.Lost[0].Text[0] != "写了半天" {
		t.Errorf("what has no form any more is lost: %+v", v.Lost)
	}
}

// Nothing of a contract is lost when it is amended by the form.
func TestAmendKeepsTheContract(t *testing.T) {
	c := brokering.Contract{
		No: "HT-1", ProjectName: "滚压", Type: "transfer", Subtype: "tech_secret_transfer", SignDate: "2026-01-02", ValidFrom: "2026-01-02", ValidTo: "2027-01-01",
		Buyer: brokering.Signatory{Name: "甲厂", USCC: "U1", Country: "156", Region: "371000", Nature: "150"}, Seller: brokering.Signatory{Name: "乙所", USCC: "U2", Country: "156", Region: "210000", Nature: "020"},
		TechField: "manufacturing", Fen: 30_000_000, TechFen: 20_500_000, Payment: "once", IPKind: "tech_secret", NewInputFen: 1_000_000, NewOutputFen: 2_000_000,
		Intermediary: "丙中心", IsRelatedParty: true, Files: []string{"F1"},
	}
	s := sightOf(brokering.ContractSigned, brokering.Enterprise, func(in *brokering.Introduction) {
		in.Contract, in.Attachments = &c, []brokering.Attachment{{ID: "F1", Name: "合同.pdf"}, {ID: "F2", Name: "别的.pdf"}}
	})
	f := formMaker{sight: s, now: formDay}.form(brokering.Way{Step: brokering.AmendContract})
	v := url.Values{"step": {"amend_contract"}}
	for _, field := range append(f.Fields, f.Later...) {
		for _, o := range field.Options {
			if o.Chosen {
				v.Add(field.Name, o.Value)
			}
		}
		if field.Options == nil {
			v.Set(field.Name, field.Value)
		}
	}
	step, err := ParseStep(v)
	if diff := cmp.Diff(&c, step.Contract); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

// The message form offers both sides only to who may write to them.
func TestAudiencesFollowReleases(t *testing.T) {
	at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	in := &brokering.Introduction{
		Needs:   []brokering.NeedRef{{Code: "XQ-1", Confidentiality: "summary_only"}},
		Targets: []brokering.Target{{Code: "ZJ-1", State: brokering.Current, InvitedAt: &at, RecommendedAt: &at}},
	}
	offered := func(p brokering.Part, name string) bool {
		m := formMaker{sight: brokering.Sight{Introduction: in, Part: p}}
		return strings.Contains(jsonText(t, m.options(brokering.Write, stepField{name: name, kind: inChoice})), string(brokering.ToParties))
	}
	for _, p := range []brokering.Part{brokering.Enterprise, brokering.Provider, brokering.Staff} {
		if offered(p, "to") {
			t.Errorf("%s is offered both sides before any release", p)
		}
		if !offered(p, "visibility") {
			t.Errorf("%s cannot attach a file for both sides, which waits for the release", p)
		}
	}
	in.Releases = []brokering.Release{{What: brokering.ProviderContact, Need: "XQ-1", Target: "ZJ-1"}}
	if offered(brokering.Enterprise, "to") || !offered(brokering.Provider, "to") || !offered(brokering.Staff, "to") {
		t.Error("with the provider's contact open, he and staff write to both, the firm does not yet")
	}
}

func jsonText(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
