package demo

import (
	"context"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// act is one step of a demonstration case, some days after the one before.
type act struct {
	days int
	who  brokering.Part
	step brokering.Step
}

// script is one demonstration case, begun some days ago.
type script struct {
	ago     int
	need    string
	targets []string // codes of experts, best first
	acts    func(on func(days int) string) []act
}

// Introductions begins and carries on the demonstration's cases as their people
// would have: asked by broker, at days before now. Where there is any
// introduction already it does nothing. It answers how many it began.
func Introductions(ctx context.Context, service *brokering.Service, broker account.Actor, now time.Time) (int, error) {
	if list, err := service.Store.List(ctx, brokering.Query{Limit: 1}); err != nil || len(list) > 0 {
		return 0, err
	}
	scripts := scripts()
	for i, s := range scripts {
		if err := s.play(ctx, service, broker, now); err != nil {
			return i, err
		}
	}
	return len(scripts), nil
}

// play has a service of its own, whose clock it sets.
func (s script) play(ctx context.Context, shared *brokering.Service, broker account.Actor, now time.Time) error {
	at := now.AddDate(0, 0, -s.ago)
	service := shared.With(shared.Catalog, func() time.Time { return at })
	var targets []brokering.Target
	for _, code := range s.targets {
		targets = append(targets, brokering.Target{Kind: string(catalog.KindExpert), Code: code, Band: "high"})
	}
	in, err := service.Begin(ctx, broker, brokering.Proposal{Needs: []string{s.need}, Targets: targets})
	if err != nil {
		return err
	}
	start := at
	on := func(days int) string {
		return start.In(catalog.China()).AddDate(0, 0, days).Format(time.DateOnly)
	}
	for _, a := range s.acts(on) {
		at = at.AddDate(0, 0, a.days).Add(time.Minute)
		if err := s.take(ctx, service, a, in.Code, broker); err != nil {
			return errs.Wrap(err, errs.Internal, "demo.introduction", "示例对接单没有装好："+errs.As(err).Message)
		}
	}
	return nil
}

// take takes one step, or attaches the file of one.
func (s script) take(ctx context.Context, service *brokering.Service, a act, code string, broker account.Actor) error {
	in, err := service.Store.Get(ctx, code)
	if err != nil {
		return err
	}
	as := broker
	switch t, _ := in.CurrentTarget(); a.who {
	case brokering.Enterprise:
		as = account.Actor{Name: "示例企业经办人", Role: account.Enterprise, Org: in.Needs[0].Org}
	case brokering.Provider:
		as = account.Actor{Name: t.Name, Role: account.Provider, Person: t.Person}
	}
	if a.step.Kind == brokering.Attach {
		_, err = service.Attach(ctx, as, code, 0, brokering.Upload{Name: "财务证明（示例）.txt", Type: "text/plain", Visibility: brokering.ToBrokers, Data: []byte("示例：财务部门出具的节约额证明。\n")})
		return err
	}
	_, err = service.Take(ctx, as, code, 0, a.step)
	return err
}

// The steps that many cases have in common.
func broke(days int, kind brokering.StepKind) act {
	return act{days, brokering.Staff, brokering.Step{Kind: kind}}
}

func asked(text string) []act {
	return []act{broke(0, brokering.Review), {1, brokering.Staff, brokering.Step{Kind: brokering.Invite, Text: text}}}
}

func recommended(text, how, unclear, about string) []act {
	return append(asked(text),
		act{1, brokering.Provider, brokering.Step{Kind: brokering.Accept}},
		act{0, brokering.Provider, brokering.Step{Kind: brokering.Answer, Answers: &brokering.Answers{HowWeHelp: how, WhatUnclear: unclear, AboutUs: about}}},
		broke(1, brokering.Recommend))
}

func opened(acts []act) []act {
	acts = append(acts, act{2, brokering.Enterprise, brokering.Step{Kind: brokering.Interest}})
	for _, what := range []brokering.ReleaseKind{brokering.NeedName, brokering.NeedContact} {
		acts = append(acts, act{0, brokering.Enterprise, brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: what}}})
	}
	return append(acts, act{0, brokering.Provider, brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.ProviderContact}}})
}

// scripts are cases at every turn: an invitation and a recommendation to be
// answered, visits that stand still, help without a contract, a verified
// benefit, one that failed, one that nobody answers. What began first comes first, so
// that codes rise by the day.
func scripts() []script {
	return []script{
		{ago: 200, need: "XQ-2026-B006", targets: []string{"ZJ-2026-B023"}, acts: benefiting},
		{ago: 40, need: "XQ-2026-B001", targets: []string{"ZJ-2026-B001"}, acts: helping},
		{ago: 34, need: "XQ-2026-A010", targets: []string{"ZJ-2026-A018"}, acts: func(func(int) string) []act {
			return asked("镀锌板机器人焊接飞溅大，想请您到现场看看参数和保护气。")
		}},
		{ago: 32, need: "XQ-2026-C016", targets: []string{"ZJ-2026-C028"}, acts: visiting},
		{ago: 25, need: "XQ-2026-C005", targets: []string{"ZJ-2026-C003"}, acts: func(func(int) string) []act {
			return append(asked("煮锅间冬天雾气重，想请您看看排风怎么改。"),
				act{2, brokering.Provider, brokering.Step{Kind: brokering.Decline, Reason: "too_busy", Note: "年底前排满了。"}},
				act{3, brokering.Staff, brokering.Step{Kind: brokering.CloseFail, Reason: "solved_elsewhere", Note: "企业请设备厂改了排风。"}})
		}},
		{ago: 20, need: "XQ-2026-C024", targets: []string{"ZJ-2026-A006"}, acts: mentoring},
		{ago: 4, need: "XQ-2026-A019", targets: []string{"ZJ-2026-A056"}, acts: func(func(int) string) []act {
			return recommended("想请您看一项曲轴疲劳强度的难题。", "先测残余应力分布，再配滚压力和淬火层深，做三组对比试验。", "现有滚压设备的最大压力是多少？", "做表面强化研究，配合过曲轴厂的台架试验。")
		}},
		{ago: 2, need: "XQ-2026-C041", targets: []string{"ZJ-2026-A005", "ZJ-2026-A006"}, acts: func(func(int) string) []act {
			return asked("有家企业磨细长轴总是让刀，想请您看看怎么装夹、怎么修整砂轮。")
		}},
	}
}

func visiting(on func(int) string) []act {
	return append(opened(recommended("渔船尾轴漏油、轴承发热，想请您抽轴看一看。", "停坞时抽轴，查轴套间隙和密封。", "无", "修船三十年。")),
		act{3, brokering.Provider, brokering.Step{Kind: brokering.RecordVisit, Visit: &brokering.Visit{Kind: "onsite", Date: on(7), Place: "船厂三号坞", Findings: "尾轴套磨偏 0.8 mm，密封圈老化。"}}})
}

func helping(on func(int) string) []act {
	return append(opened(recommended("水幕池漆渣捞不净，想请您看看。", "换漆雾凝聚剂的配比，改刮渣机。", "无", "管涂装线二十年。")),
		act{3, brokering.Enterprise, brokering.Step{Kind: brokering.RecordVisit, Visit: &brokering.Visit{Kind: "onsite", Date: on(7), Findings: "循环泵进口没有滤网。"}}},
		act{1, brokering.Enterprise, brokering.Step{Kind: brokering.Start, Outcome: "onsite_guidance"}},
		act{4, brokering.Provider, brokering.Step{Kind: brokering.RecordHelp, Help: &brokering.Help{
			Kind: "onsite_guidance", Date: on(10), Persons: []string{"王海波（示例）"}, Hours: 6, Problem: "漆渣糊泵", ProblemSolved: true, PeopleTrained: 8, Note: "装滤网，调凝聚剂。"}}},
		act{1, brokering.Enterprise, brokering.Step{Kind: brokering.ConfirmHelp, ID: "H1"}})
}

// mentoring is a craftsman with two apprentices: the pairs are kept as help that the
// firm confirmed.
func mentoring(on func(int) string) []act {
	pair := func(days int, apprentice, note string) act {
		return act{days, brokering.Provider, brokering.Step{Kind: brokering.RecordHelp, Help: &brokering.Help{
			Kind: "mentorship", Date: on(days + 8), Persons: []string{"于海波（示例）"}, Hours: 3, PeopleTrained: 1, Note: "徒弟：" + apprentice + "。" + note}}}
	}
	return append(opened(recommended("想请您带两个青工学轴线找正。", "先在废轴上练打表，再跟着上船。", "一次能来几个人？", "带过六个徒弟。")),
		act{3, brokering.Staff, brokering.Step{Kind: brokering.RecordVisit, Visit: &brokering.Visit{Kind: "onsite", Date: on(7), Place: "船厂培训室", Findings: "定了两对师徒，签了带徒协议（示例）。"}}},
		act{1, brokering.Enterprise, brokering.Step{Kind: brokering.Start, Outcome: "mentorship"}},
		pair(2, "示例青工甲", "练打表，会读径向和端面偏差。"), pair(3, "示例青工乙", "跟着找正一台主机。"),
		act{1, brokering.Enterprise, brokering.Step{Kind: brokering.ConfirmHelp, ID: "H1"}},
		act{0, brokering.Enterprise, brokering.Step{Kind: brokering.ConfirmHelp, ID: "H2"}})
}

// benefiting is a whole life: service contract, registration, payment, a benefit
// that was claimed by the firm and verified by the broker.
func benefiting(on func(int) string) []act {
	fen := func(wan int64) int64 { return wan * 1_000_000 }
	return append(opened(recommended("海边风机叶片前缘修了又掉，想请您看看工艺。", "打磨到完好层，换弹性底漆和前缘保护膜。", "有没有吊篮？", "修叶片十五年。")),
		act{4, brokering.Enterprise, brokering.Step{Kind: brokering.RecordVisit, Visit: &brokering.Visit{Kind: "consultation", Date: on(8), Findings: "三支叶片前缘砂眼，底层没有打磨到位。"}}},
		act{5, brokering.Enterprise, brokering.Step{Kind: brokering.SignContract, Contract: &brokering.Contract{
			ProjectName: "风机叶片前缘修复技术服务", Type: "service", Subtype: "general_service", SignDate: on(13), Buyer: brokering.Signatory{Name: "示例风电企业"}, Seller: brokering.Signatory{Name: "示例叶片维修企业"},
			Fen: brokering.ContractFen(fen(18)), TechFen: brokering.ContractFen(fen(15)), TechField: "energy", Payment: "instalment", IPKind: "none"}}},
		act{20, brokering.Provider, brokering.Step{Kind: brokering.Register, Registration: &brokering.Registration{
			Office: "示例市技术市场", AppliedAt: on(30), Verdict: "registered", No: "2026371000000001", Fen: brokering.RegisteredFen(fen(15))}}},
		act{2, brokering.Staff, brokering.Step{Kind: brokering.ReceivePayment, Payment: &brokering.Payment{Date: on(34), Fen: brokering.ReceivedFen(fen(9))}}},
		act{1, brokering.Enterprise, brokering.Step{Kind: brokering.Start}},
		act{60, brokering.Enterprise, brokering.Step{Kind: brokering.AcceptWork, Acceptance: &brokering.Acceptance{Date: on(90), Passed: true, Conclusion: "运行两个月没有新的剥落。"}}},
		act{50, brokering.Enterprise, brokering.Step{Kind: brokering.Attach}},
		act{0, brokering.Enterprise, brokering.Step{Kind: brokering.ClaimBenefit, Benefit: &brokering.Benefit{
			Period: on(140)[:7], Beneficiary: "enterprise", Kind: "saved", Fen: brokering.ClaimedFen(fen(31)), Method: "少停机 26 天，按每天发电收入计。", Evidence: []string{"F1"}, Reward: &brokering.Reward{BasisPoints: 200}}}},
		act{5, brokering.Staff, brokering.Step{Kind: brokering.JudgeBenefit, ID: "B1", Verdict: &brokering.Verdict{Status: brokering.Verified, Fen: brokering.VerifiedFen(fen(26)), Proof: "enterprise_finance"}}},
		act{3, brokering.Enterprise, brokering.Step{Kind: brokering.PayReward, ID: "B1", Reward: &brokering.RewardPayment{Date: on(150), Fen: 520_000, To: "风场运维班组"}}})
}
