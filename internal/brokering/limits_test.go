package brokering_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// codesOf are the refusals of the reasons.
var codesOf = map[constraint.Reason]string{
	constraint.OwnGroup: "introduction.same_firm", constraint.Conflict: "introduction.conflict", constraint.NoConsent: "introduction.no_consent",
	constraint.Unavailable: "introduction.unavailable", constraint.OverQuota: "introduction.over_quota", constraint.TooFar: "introduction.too_far",
}

// pick gives one of the words, or none of them.
func pick(r *rand.Rand, words ...string) string { return append(words, "")[r.IntN(len(words)+1)] }

// crowd is a town of random firms, groups, people, studios, results and needs.
func (w *town) crowd(r *rand.Rand) (needs []*catalog.Need, targets []catalog.Record) {
	firms := func() string { return pick(r, "QY-1", "QY-2", "QY-3", "QY-4", "QY-5", "QY-6") }
	names := func() string { return pick(r, "企业QY-1", "企业QY-2", "企业 QY-3", "老名QY-4", "无名厂") }
	meta := func(code string) catalog.Meta {
		return catalog.Meta{Code: code, Status: "published", Visibility: "public", Union: "GH-371000", RegionCode: pick(r, "371000", "370200", "210200", "650100")}
	}
	for i := range 6 {
		code := fmt.Sprintf("QY-%d", i+1)
		w.put(&catalog.Organisation{Meta: meta(code), Name: "企业" + code, ShortNames: []string{"老名" + code}, OrganisationKind: "enterprise",
			ParentCode: pick(r, firms(), "GH-371000", "", ""), Competitors: slices.DeleteFunc([]string{pick(r, firms(), names(), "", "", "")}, func(s string) bool { return s == "" })})
	}
	for i := range 12 {
		e := &catalog.Expert{Meta: meta(fmt.Sprintf("RY-%d", i)), Name: fmt.Sprintf("师傅%d", i), EmployerCode: firms(), EmployerName: names()}
		if r.IntN(5) == 0 {
			e.Consent = &catalog.Consent{}
		}
		if r.IntN(2) == 0 {
			e.Availability = &catalog.Availability{Accepting: r.IntN(6) > 0, MaxActiveCases: r.IntN(3), TravelRadiusKM: []int{0, 30, 300}[r.IntN(3)],
				UnavailableUntil: pick(r, "2026-03-01", "2026-03-02", "2026-12-31", "", ""), Modes: [][]string{nil, {"online"}, {"onsite"}}[r.IntN(3)]}
		}
		targets = append(targets, e)
	}
	for i := range 5 {
		targets = append(targets, &catalog.Studio{Meta: meta(fmt.Sprintf("GS-%d", i)), Name: fmt.Sprintf("工作室%d", i), EnterpriseCode: firms(), EnterpriseName: names(), LeaderCode: pick(r, "RY-0", "RY-1", "RY-2")})
	}
	for i := range 4 {
		targets = append(targets, &catalog.Result{Meta: meta(fmt.Sprintf("CG-%d", i)), Title: fmt.Sprintf("成果%d", i), CompletingOrgs: []string{"企业QY-" + fmt.Sprint(i+1)}})
	}
	w.put(targets...)
	for i := range 8 {
		n := &catalog.Need{Meta: meta(fmt.Sprintf("XQ-1%d", i)), Title: fmt.Sprintf("第 %d 项难题", i), SummaryPublic: "某厂的难题", EnterpriseCode: firms(), EnterpriseName: names(),
			CooperationModes: [][]string{nil, {"onsite_guidance"}, {"onsite_guidance", "consulting"}}[r.IntN(3)]}
		if org := pick(r, firms(), names()); org != "" {
			n.ExcludedOrgs = []string{org}
		}
		needs = append(needs, n)
		w.put(n)
	}
	return needs, targets
}

// What matching never proposes cannot be introduced, and what it may propose can:
// over random towns, where people fill up as introductions begin.
func TestNobodyUnfitIsIntroduced(t *testing.T) {
	t.Parallel()
	pairs, refused, warned := 0, map[constraint.Reason]int{}, 0
	for seed := range uint64(6) {
		w, r := newTown(t), rand.New(rand.NewPCG(seed, 4))
		needs, targets := w.crowd(r)
		facts := &matcher.Records{Store: w.store, Cases: w.store.Introductions()}
		for _, need := range needs {
			for _, target := range targets {
				pairs++
				bars, warns := w.held(facts, need, target)
				_, err := w.service.Begin(t.Context(), wang, brokering.Proposal{
					Needs: []string{need.Code}, Targets: []brokering.Target{{Kind: string(target.Kind()), Code: target.Base().Code}},
				})
				w.checkHeld(bars, err, need.Code+" "+target.Base().Code)
				for _, bar := range bars {
					refused[bar]++
				}
				if len(bars) == 0 {
					warned += warns
				}
			}
		}
	}
	for _, reason := range constraint.Reasons() {
		if refused[reason] == 0 {
			t.Errorf("nobody was refused for %s", reason)
		}
	}
	if warned == 0 {
		t.Error("nobody was introduced against a warning")
	}
	t.Logf("%d proposals, refused %v, %d warnings did not stand in the way", pairs, refused, warned)
}

// held asks matching's own facts of a pair.
func (w *town) held(facts *matcher.Records, need *catalog.Need, target catalog.Record) ([]constraint.Reason, int) {
	w.t.Helper()
	orgs, err := facts.Organisations(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	id := search.ID(target.Kind(), target.Base().Code)
	parties, err := facts.Parties(w.t.Context(), []string{id})
	if err != nil {
		w.t.Fatal(err)
	}
	held := orgs.Case(constraint.NeedOf(need), w.now.Add(8*time.Hour))
	return held.Bars(parties[id]), len(held.Warns(parties[id]))
}

// checkHeld holds that an introduction began exactly when nothing barred it, and
// that every bar is told. Who is not public is not told of at all.
func (w *town) checkHeld(bars []constraint.Reason, err error, what string) {
	w.t.Helper()
	if len(bars) == 0 {
		if err != nil {
			w.t.Errorf("%s: nothing bars it, and %v", what, err)
		}
		return
	}
	e := errs.As(err)
	if err == nil || !errs.Is(err, errs.Invalid) {
		w.t.Errorf("%s: barred by %v, and %v", what, bars, err)
		return
	}
	var told []string
	for _, f := range e.Fields {
		told = append(told, f.Code)
		if f.Code == "introduction.target_unknown" {
			return
		}
	}
	for _, bar := range bars {
		if !slices.Contains(told, codesOf[bar]) {
			w.t.Errorf("%s: barred by %v, told %s", what, bars, strings.Join(told, " "))
		}
	}
}

// Against whom something comes up after he was proposed is not invited.
func TestInviteLooksAgain(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	in := w.do(wang, w.begin("ZJ-1").Code, brokering.Step{Kind: brokering.Review})
	rec, err := w.store.Get(t.Context(), catalog.KindExpert, "ZJ-1")
	if err != nil {
		t.Fatal(err)
	}
	away := catalog.Clone(rec).(*catalog.Expert)
	away.Availability = &catalog.Availability{Accepting: true, UnavailableUntil: "2026-12-31"}
	w.save(away)
	invite := brokering.Step{Kind: brokering.Invite, Text: "请帮忙看看"}
	_, err = w.service.Take(t.Context(), wang, in.Code, 0, invite)
	w.wantCode(err, "introduction.unavailable")
	away.Availability = nil
	away.Status = "withdrawn"
	w.save(away)
	_, err = w.service.Take(t.Context(), wang, in.Code, 0, invite)
	w.wantCode(err, "introduction.no_consent")
	away.Status = "published"
	w.save(away)
	w.do(wang, in.Code, invite)
}

// save writes a new revision of a record.
func (w *town) save(rec catalog.Record) {
	w.t.Helper()
	if err := w.store.Save(w.t.Context(), []catalog.Write{{Record: rec, Action: catalog.Updated, By: "王", At: w.now}})[0]; err != nil {
		w.t.Fatal(err)
	}
}
