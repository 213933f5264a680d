package figures

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
)

// noon is the clock of the tests: 20 November 2026 in China.
var noon = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)

// world is a random installation: whole documents, as stores keep them.
type world struct {
	*rand.Rand
	records map[catalog.Kind]map[string]catalog.Record
	order   []catalog.Record
	cases   []*brokering.Introduction
	unions  []string
}

// Get is catalog.Getter over the whole documents.
func (w *world) Get(_ context.Context, kind catalog.Kind, code string) (catalog.Record, error) {
	if rec, ok := w.records[kind][code]; ok {
		return rec, nil
	}
	return nil, catalog.NotFoundError(kind, code)
}

func newWorld(seed uint64) *world {
	w := &world{Rand: rand.New(rand.NewPCG(seed, 7)), records: map[catalog.Kind]map[string]catalog.Record{}}
	w.organisations()
	for i := range 12 + w.IntN(12) {
		w.need(i)
	}
	for i := range 8 {
		w.result(i)
		w.person(i)
		w.studio(i)
		w.keep(&catalog.Patent{Meta: w.meta(fmt.Sprintf("ZL-%d", i)), Title: "专利"})
	}
	for i := range 10 + w.IntN(10) {
		w.introduction(i)
	}
	return w
}

// book reads the world in a random order, some of it twice.
func (w *world) book() *Book {
	b := New(func() time.Time { return noon })
	for _, i := range w.Perm(len(w.order)) {
		b.Put(w.order[i])
	}
	for _, i := range append(w.Perm(len(w.cases)), w.IntN(len(w.cases))) {
		b.PutCase(w.cases[i])
	}
	b.ready = true
	return b
}

func (w *world) keep(rec catalog.Record) {
	kind := rec.Kind()
	if w.records[kind] == nil {
		w.records[kind] = map[string]catalog.Record{}
	}
	w.records[kind][rec.Base().Code] = rec
	w.order = append(w.order, rec)
}

func pick[T any](w *world, of ...T) T { return of[w.IntN(len(of))] }

// moment is in 2025 or 2026, often near midnight in China.
func (w *world) moment() time.Time {
	t := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(w.IntN(680*24)) * time.Hour)
	if w.IntN(3) == 0 { // the last and the first second of a month in China
		first := time.Date(2025, time.Month(1+w.IntN(22)), 1, 0, 0, 0, 0, time.FixedZone("CST", 8*3600))
		t = first.Add(time.Duration(-w.IntN(2)) * time.Second)
	}
	return t.UTC()
}

func (w *world) date() string { return w.moment().Format(time.DateOnly) }

func (w *world) at(share int) *time.Time {
	if w.IntN(100) >= share {
		return nil
	}
	t := w.moment()
	return &t
}

func (w *world) region() string {
	return pick(w, "370000", "371000", "371002", "371082", "370600", "210100", "210200", "")
}

func (w *world) union() string {
	return pick(w, "", "", "GH-0", "GH-1", "GH-2", "GH-3", "GH-4", "GH-unknown", "DW-0")
}

func (w *world) meta(code string) catalog.Meta {
	return catalog.Meta{
		Code: code, Rev: 1, Status: pick(w, "published", "published", "published", "draft", "withdrawn"), Union: w.union(), RegionCode: w.region(),
		OwnerOrg: pick(w, "", "DW-0", "DW-1", "DW-2", "DW-9"), CreatedAt: w.moment(), DeletedAt: w.at(8), Visibility: pick(w, "", "public", "internal"),
	}
}

// organisations: a tree of unions with a removed one, one below what is no
// union, and firms that lend their union.
func (w *world) organisations() {
	parents := []string{"", "GH-0", "GH-0", "GH-1", "DW-1"}
	for i, parent := range parents {
		code := fmt.Sprintf("GH-%d", i)
		w.unions = append(w.unions, code)
		m := catalog.Meta{Code: code, Status: "published", CreatedAt: w.moment(), DeletedAt: w.at(10)}
		w.keep(&catalog.Organisation{Meta: m, Name: "工会" + code, OrganisationKind: "union", ParentCode: parent})
	}
	for i := range 6 {
		m := w.meta(fmt.Sprintf("DW-%d", i))
		m.OwnerOrg = pick(w, "", "DW-0")
		w.keep(&catalog.Organisation{Meta: m, Name: fmt.Sprintf("单位%d", i), OrganisationKind: pick(w, "enterprise", "enterprise", "university"),
			Size: pick(w, "", "small", "micro", "large"), Ownership: pick(w, "", "private", "state"), IndustryCode: w.industry()})
	}
}

func (w *world) industry() string { return pick(w, "", "C", "34", "345", "27", "A", "01") }

func (w *world) firm() string { return pick(w, "", "DW-0", "DW-1", "DW-2", "DW-3", "DW-8") }

func (w *world) need(i int) {
	m := w.meta(fmt.Sprintf("XQ-%02d", i))
	m.Status = pick(w, "published", "matching", "introduced", "signed", "solved", "closed", "expired", "merged", "draft", "submitted", "returned", "rejected", "withdrawn")
	w.keep(&catalog.Need{Meta: m, Title: "需求", EnterpriseCode: w.firm(), EnterpriseName: pick(w, "", "甲厂", "乙厂"), IndustryCode: w.industry(),
		Confidentiality: pick(w, "", "summary_only", "public", "nda", "broker_only")})
}

func (w *world) result(i int) {
	r := &catalog.Result{Meta: w.meta(fmt.Sprintf("CG-%d", i)), Title: pick(w, "成果", "重点研发计划成果"), IndustryCode: w.industry(),
		ResultKind:    pick(w, "", "small_invention", "small_brand", "tech_innovation", "tech_breakthrough", "invention", "rationalization", "operation_method", "unique_skill", "sci_result", "mgmt_innovation"),
		SourceProject: pick(w, "", "self", "enterprise", "union", "city", "national", "horizontal"), ProblemSolved: pick(w, "", "  ", "解决了漏油"),
		ApplicationStatus: pick(w, "", "not_applied", "trial", "in_unit", "promoted", "stopped")}
	for range w.IntN(4) {
		r.Completers = append(r.Completers, catalog.Completer{Name: "某人", IsFrontline: w.IntN(2) == 0})
	}
	w.keep(r)
}

func (w *world) person(i int) {
	p := &catalog.Expert{Meta: w.meta(fmt.Sprintf("ZJ-%d", i)), Name: "某人", EmployerCode: w.firm(), IndustryCode: w.industry(), IsFrontline: w.IntN(3) == 0}
	for range w.IntN(3) {
		p.PersonKinds = append(p.PersonKinds, pick(w, "professor", "researcher", "master_craftsman"))
	}
	w.keep(p)
}

func (w *world) studio(i int) {
	w.keep(&catalog.Studio{Meta: w.meta(fmt.Sprintf("GZS-%d", i)), Name: pick(w, "工作室", "某厂研发中心工作室"), StudioKind: pick(w, "", "craftsman", "expert_station"), EnterpriseCode: w.firm(),
		LeaderCode: pick(w, "", fmt.Sprintf("ZJ-%d", w.IntN(10))), IndustryCode: w.industry(), Plan: pick(w, "", "重大专项课题")})
}

// introduction makes a document with anything in it, in any order: numbers must
// not depend on rules that keep documents in order.
func (w *world) introduction(i int) {
	in := &brokering.Introduction{Code: fmt.Sprintf("DJ-%02d", i), Rev: int64(1 + w.IntN(5)), Union: w.union(), RegionCode: w.region(), CreatedAt: w.moment(), Stage: pick(w, brokering.Stages()...),
		Broker: brokering.Broker{User: pick(w, "U-1", "U-2", "U-3"), Name: "红娘"}}
	if w.IntN(3) == 0 {
		in.CoBroker = &brokering.Broker{User: "U-9", Union: w.union()}
	}
	for range 1 + w.IntN(3) {
		in.Needs = append(in.Needs, brokering.NeedRef{Code: fmt.Sprintf("XQ-%02d", w.IntN(26)), Org: w.firm(), RegionCode: w.region()})
	}
	for range 1 + w.IntN(3) {
		code := fmt.Sprintf("ZJ-%d", w.IntN(10))
		in.Targets = append(in.Targets, brokering.Target{Kind: pick(w, "expert", "studio"), Code: code, Person: pick(w, "", code, "ZJ-3"), InvitedAt: w.at(60)})
	}
	if in.Stage.Open() {
		in.Next = &brokering.NextAction{Due: w.date()}
	} else {
		in.ClosedAt = w.at(100)
	}
	steps := []brokering.StepKind{brokering.Invite, brokering.Accept, brokering.Decline, brokering.Recommend, brokering.Interest, brokering.Review, brokering.Write}
	at := in.CreatedAt
	for seq := range w.IntN(8) {
		at = at.Add(time.Duration(w.IntN(40*24)) * time.Hour)
		in.History = append(in.History, brokering.Entry{Seq: int64(seq), At: at, Step: pick(w, steps...), Need: pick(w, "", "", in.Needs[0].Code)})
	}
	w.money(in)
	w.helps(in)
	w.cases = append(w.cases, in)
}

func (w *world) money(in *brokering.Introduction) {
	named := func() string { return pick(w, "", in.Needs[0].Code, in.Needs[len(in.Needs)-1].Code) }
	if w.IntN(3) == 0 {
		in.Intent = &brokering.Intent{Date: w.date(), Fen: brokering.IntentFen(w.IntN(1000)), Need: named()}
	}
	if w.IntN(2) == 0 {
		c := &brokering.Contract{SignDate: w.date(), Fen: brokering.ContractFen(1 + w.IntN(1000)), Need: named()}
		if w.IntN(2) == 0 {
			c.Registration = &brokering.Registration{Verdict: pick(w, "registered", "refused"), AppliedAt: w.date(), Fen: brokering.RegisteredFen(1 + w.IntN(500))}
			if at := w.at(70); at != nil {
				c.Registration.At = *at
			}
		}
		for range w.IntN(3) {
			c.Payments = append(c.Payments, brokering.Payment{Date: w.date(), Fen: brokering.ReceivedFen(1 + w.IntN(100))})
		}
		in.Contract = c
	}
	for i := range w.IntN(4) {
		b := brokering.Benefit{ID: fmt.Sprintf("B%d", i), Need: named(), Kind: pick(w, "saved", "created", "profit", "safety"), Fen: brokering.ClaimedFen(1 + w.IntN(900)), Status: pick(w, brokering.Claimed, brokering.Verified, brokering.Disputed), ClaimedAt: w.moment()}
		if b.Status != brokering.Claimed {
			b.JudgedAt = w.at(100)
		}
		if b.Status == brokering.Verified {
			b.VerifiedFen = brokering.VerifiedFen(1 + w.IntN(800))
			b.Reward = &brokering.Reward{Owed: brokering.RewardFen(1 + w.IntN(20)), Payments: []brokering.RewardPayment{{Date: w.date(), Fen: brokering.RewardFen(1 + w.IntN(9))}}}
		}
		in.Benefits = append(in.Benefits, b)
	}
}

func (w *world) helps(in *brokering.Introduction) {
	for i := range w.IntN(3) {
		in.Helps = append(in.Helps, brokering.Help{ID: fmt.Sprintf("H%d", i), Kind: "training", Date: w.date(), Persons: make([]string, 1+w.IntN(3)), Problem: pick(w, "漏油", "异响"),
			ProblemSolved: w.IntN(2) == 0, PeopleTrained: w.IntN(30), Need: pick(w, in.Needs[0].Code, "XQ-99"), ConfirmedAt: w.at(70)})
	}
}

// selection is a random one that is not refused.
func (w *world) selection() Selection {
	s := Selection{Region: pick(w, "", "", "370000", "371000", "371002"), Industry: pick(w, "", "", "", "C", "34"), Happened: w.IntN(2) == 0}
	if w.IntN(3) > 0 {
		d := DayOf(w.moment())
		s.Period = pick(w, Month(d), Year(d), Period{From: d}, Period{To: d})
	}
	return s
}
