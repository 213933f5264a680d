package review

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/errs"
)

var day = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

func country() *constraint.Organisations {
	return constraint.NewOrganisations(
		constraint.Organisation{Code: "GH-1", Names: []string{"市总工会"}, Governs: true},
		constraint.Organisation{Code: "DW-1", Names: []string{"重工集团"}, Parent: "GH-1"},
		constraint.Organisation{Code: "DW-2", Names: []string{"重工轴承"}, Parent: "DW-1"},
		constraint.Organisation{Code: "DW-3", Names: []string{"海风机械"}, Parent: "GH-1"},
	)
}

func TestConflicts(t *testing.T) {
	e := Entry{
		Applicant: Applicant{Person: Person{User: "U-firm"}, Expert: "ZJ-8"}, Recusals: []Recusal{{Juror: "U-shy", Kind: "interest"}},
		Subject: Subject{Result: "CG-1", Orgs: []string{"DW-2"}, Studios: []string{"GZS-1"}, People: []Author{{Name: "张 辉", Expert: "ZJ-1"}, {Name: "李敏"}}},
	}
	for _, tt := range []struct {
		name  string
		juror Juror
		want  []Conflict
	}{
		{"a stranger", Juror{User: "U-1", Name: "王强", Person: "ZJ-9", Orgs: []string{"DW-3"}, Studios: []string{"GZS-2"}, Relatives: []string{"赵一"}}, nil},
		{"who handed in", Juror{User: "U-firm"}, []Conflict{Applied}},
		{"for whom it was handed in", Juror{User: "U-2", Person: "ZJ-8"}, []Conflict{Applied}},
		{"a completer by code", Juror{User: "U-2", Person: "ZJ-1"}, []Conflict{Named}},
		{"a completer by name", Juror{User: "U-2", Name: "张辉"}, []Conflict{Named}},
		{"the same firm by name", Juror{User: "U-2", Orgs: []string{"重工 轴承"}}, []Conflict{OwnGroup}},
		{"the parent firm", Juror{User: "U-2", Orgs: []string{"DW-1"}}, []Conflict{OwnGroup}},
		{"the union above both makes no group", Juror{User: "U-2", Orgs: []string{"GH-1"}}, nil},
		{"the same studio", Juror{User: "U-2", Studios: []string{"GZS-3", "GZS-1"}}, []Conflict{Studio}},
		{"a relative", Juror{User: "U-2", Relatives: []string{"李 敏"}}, []Conflict{Family}},
		{"declared", Juror{User: "U-shy"}, []Conflict{Recused}},
		{"nobody's name is no name", Juror{User: "U-2", Relatives: []string{""}, Studios: []string{""}}, nil},
	} {
		if diff := cmp.Diff(tt.want, Conflicts(tt.juror, e, country(), day)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func three(quotas ...int) Terms {
	t := DefaultTerms()
	for i, q := range quotas {
		t.Prizes[i].Quota = q
	}
	return t
}

// places writes a ranking as text.
func places(ranked []Standing) string {
	var b strings.Builder
	for _, s := range ranked {
		fmt.Fprintf(&b, "%d%s%s ", s.Place, s.Result, strings.TrimSuffix(s.Prize, "等奖"))
	}
	return strings.TrimSpace(b.String())
}

func TestRank(t *testing.T) {
	one := func(result string, points ...int) Scored {
		for i := range points {
			points[i] *= 100
		}
		return Scored{Result: result, Totals: points}
	}
	for _, tt := range []struct {
		name      string
		entries   []Scored
		decisions []Decision
		want      string
		open      int
	}{
		{"nothing", nil, nil, "", 0},
		{"one of each", []Scored{one("a", 70, 70, 70), one("b", 90, 90, 90), one("c", 80, 80, 80)}, nil, "1b一 2c二 3a二", 0},
		{"none below the floor", []Scored{one("a", 59, 60, 60), one("b", 60, 60, 60)}, nil, "1b一 2a", 0},
		{"of five the highest and lowest go", []Scored{one("a", 0, 80, 80, 80, 81), one("b", 79, 79, 79, 79, 100), one("c", 100, 70, 70, 70)}, nil, "1a一 2b二 3c二", 0},
		{"thirds compare exactly", []Scored{one("a", 70, 70, 71), one("b", 70, 70, 70, 71), one("c", 71, 70, 70)}, []Decision{{Order: []string{"c", "a"}}}, "1c一 1a二 3b二", 0},
		{"a tie within a prize needs nobody", []Scored{one("a", 90), one("b", 80), one("c", 80), one("d", 70)}, nil, "1a一 2b二 2c二 4d三", 0},
		{"a tie across a border waits, and all below", []Scored{one("a", 90), one("b", 90), one("c", 80)}, nil, "1a 1b 3c", 1},
		{"decided", []Scored{one("a", 90), one("b", 90), one("c", 80)}, []Decision{{Order: []string{"a", "b"}}, {Order: []string{"b", "a"}}}, "1b一 1a二 3c二", 0},
		{"a decision on others is none", []Scored{one("a", 90), one("b", 90)}, []Decision{{Order: []string{"a", "c"}}}, "1a 1b", 1},
		{"a tie below the last prize", []Scored{one("a", 99), one("b", 98), one("c", 97), one("d", 96), one("e", 95), one("f", 94), one("g", 70), one("h", 70)}, nil, "1a一 2b二 3c二 4d三 5e三 6f三 7g 7h", 0},
	} {
		ranked, open := Rank(tt.entries, three(), tt.decisions)
		if got := places(ranked); got != tt.want || len(open) != tt.open {
			t.Errorf("%s: %s with %v, not %s", tt.name, got, open, tt.want)
		}
	}
}

// Whatever the points are: prizes keep to their quotas and the floor, no better
// mean has a lower prize, equals in different prizes were decided on, and more
// points never make a place worse.
func TestRankHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for n := range 10_000 {
		terms := three(1+r.IntN(2), 1+r.IntN(3), 1+r.IntN(4))
		terms.Floor = r.IntN(100)
		var entries []Scored
		for i := range r.IntN(12) {
			e := Scored{Result: fmt.Sprint("CG-", i)}
			for range 1 + r.IntN(7) {
				e.Totals = append(e.Totals, 2500*r.IntN(5))
			}
			entries = append(entries, e)
		}
		ranked, open := Rank(entries, terms, nil)
		var decisions []Decision
		for len(open) > 0 {
			decisions = append(decisions, Decision{Order: open[0]})
			ranked, open = Rank(entries, terms, decisions)
			if len(decisions) > 3 {
				t.Fatalf("%d: decided, and still open: %v", n, open)
			}
		}
		holdRanking(t, ranked, terms, decisions)
		holdMonotone(t, r, entries, terms)
	}
}

func holdRanking(t *testing.T, ranked []Standing, terms Terms, decisions []Decision) {
	t.Helper()
	level, given := map[string]int{"": len(terms.Prizes)}, map[string]int{}
	for i, p := range terms.Prizes {
		level[p.Name] = i
	}
	for i, s := range ranked {
		given[s.Prize]++
		if s.Prize != "" && s.Mean() < float64(terms.Floor)-1e-9 {
			t.Fatalf("a prize below the floor: %+v", s)
		}
		if i == 0 {
			continue
		}
		before := ranked[i-1]
		if c := compare(before, s); c > 0 || level[before.Prize] > level[s.Prize] || (c == 0) != (before.Place == s.Place) {
			t.Fatalf("out of order: %+v %+v", before, s)
		}
		if before.Place == s.Place && before.Prize != s.Prize && !slices.ContainsFunc(decisions, func(d Decision) bool { return slices.Contains(d.Order, s.Result) }) {
			t.Fatalf("nobody decided between %+v and %+v", before, s)
		}
	}
	for _, p := range terms.Prizes {
		if given[p.Name] > p.Quota {
			t.Fatalf("%d of %d prizes %s", given[p.Name], p.Quota, p.Name)
		}
	}
}

func holdMonotone(t *testing.T, r *rand.Rand, entries []Scored, terms Terms) {
	t.Helper()
	if len(entries) == 0 {
		return
	}
	place := func(list []Scored, result string) int {
		ranked, _ := Rank(list, terms, nil)
		return ranked[slices.IndexFunc(ranked, func(s Standing) bool { return s.Result == result })].Place
	}
	i := r.IntN(len(entries))
	better := slices.Clone(entries)
	better[i].Totals = slices.Clone(better[i].Totals)
	j := r.IntN(len(better[i].Totals))
	better[i].Totals[j] = min(10_000, better[i].Totals[j]+2500)
	if place(better, entries[i].Result) > place(entries, entries[i].Result) {
		t.Fatalf("more points, a worse place: %v → %v", entries, better)
	}
}

// No random jury ever has a sheet counted, an application listed or a tie shown
// across a conflict.
func TestConflictNeverScored(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 11))
	orgs, conflicts, sheets := country(), 0, 0
	pick := func(prefix string, n int) string { return fmt.Sprint(prefix, r.IntN(n)) }
	for range 10_000 {
		c := Call{Stage: Judging, Terms: DefaultTerms()}
		for i := range 3 + r.IntN(5) {
			c.Jurors = append(c.Jurors, Juror{
				User: fmt.Sprint("U-", i), Name: pick("人", 12), Person: pick("ZJ-", 12), Orgs: []string{pick("DW-", 5)}, Studios: []string{pick("GZS-", 8)}, Relatives: []string{pick("人", 12)}, Gone: r.IntN(6) == 0, Chair: i == 0,
			})
		}
		at := situation{now: day, orgs: orgs}
		for i := range 1 + r.IntN(3) {
			e := Entry{Applicant: Applicant{Person: Person{User: pick("U-", 9)}}, Subject: Subject{
				Result: fmt.Sprint("CG-", i), Orgs: []string{pick("DW-", 5)}, Studios: []string{pick("GZS-", 8)}, People: []Author{{Name: pick("人", 12), Expert: pick("ZJ-", 12)}},
			}}
			if r.IntN(3) == 0 {
				e.Recusals = []Recusal{{Juror: pick("U-", 6)}}
			}
			for _, j := range c.Jurors { // a sheet of everybody, as if nothing had kept them
				e.Sheets = append(e.Sheets, Sheet{Juror: j.User, Points: []int{r.IntN(101), 50, 50, 50}, Final: true})
			}
			at.entries = append(at.entries, e)
		}
		scored, missing := c.scored(at)
		if len(missing) > 0 {
			t.Fatalf("all handed in, and %v are missing", missing)
		}
		for i, e := range at.entries {
			free := 0
			for _, j := range c.active() {
				in := len(Conflicts(j, e, orgs, day)) > 0
				listed := slices.ContainsFunc(c.bench(j, at.entries, at).Entries, func(l BenchLine) bool { return l.Result == e.Subject.Result })
				if in == listed {
					t.Fatalf("conflict %v, listed %v: %+v %+v", in, listed, j, e)
				}
				if in {
					conflicts++
				} else {
					free++
				}
			}
			sheets += free
			if len(scored[i].Totals) != free {
				t.Fatalf("%d totals of %d free jurors", len(scored[i].Totals), free)
			}
		}
	}
	t.Logf("%d conflicts, %d sheets counted", conflicts, sheets)
}

func TestEligibility(t *testing.T) {
	good := func() facts {
		terms := DefaultTerms()
		terms.From, terms.To, terms.Frontline = "2025-01", "2025-12", true
		return facts{terms: terms, union: "GH-1", unions: []string{"GH-2", "GH-1"}, declared: true, result: &catalog.Result{
			Meta: catalog.Meta{Code: "CG-1", Status: "published", Visibility: "public"}, Title: "快换工装", ResultKind: "small_creation", EndMonth: "2025-06", ApplicationStatus: "in_unit",
			Completers: []catalog.Completer{{Name: "张辉", IsFrontline: true}}, SourceProject: "self",
		}}
	}
	for _, tt := range []struct {
		name   string
		change func(f *facts)
		want   string
	}{
		{"good", func(*facts) {}, ""},
		{"another kind", func(f *facts) { f.result.ResultKind = "sci_result" }, "kind"},
		{"another union", func(f *facts) { f.unions = []string{"GH-9"} }, "area"},
		{"a draft", func(f *facts) { f.result.Status = "draft" }, "public"},
		{"internal", func(f *facts) { f.result.Secrecy = "internal" }, "public"},
		{"nobody did it", func(f *facts) { f.result.Completers = nil }, "completers frontline"},
		{"somebody has not confirmed", func(f *facts) { f.result.Unconfirmed = []string{"张辉"} }, "completers"},
		{"a government plan", func(f *facts) { f.result.SourceProject = "province" }, "plan"},
		{"rewarded before", func(f *facts) { f.result.Awards = []catalog.Honour{{Name: "市一等奖"}} }, "rewarded"},
		{"too old", func(f *facts) { f.result.EndMonth = "2024-12" }, "period"},
		{"old, with a benefit in the period", func(f *facts) {
			f.result.EndMonth, f.result.Benefits = "2019-01", []catalog.Benefit{{Year: 2025, AmountWan: 3}}
		}, ""},
		{"any time", func(f *facts) { f.result.EndMonth, f.terms.From, f.terms.To = "1999-01", "", "" }, ""},
		{"no front-line worker", func(f *facts) { f.result.Completers[0].IsFrontline = false }, "frontline"},
		{"not applied", func(f *facts) { f.result.ApplicationStatus = "not_applied" }, "applied"},
		{"a suggestion that nobody tried", func(f *facts) { f.result.ResultKind, f.result.ApplicationStatus = "small_suggestion", "" }, "applied"},
		{"nothing declared", func(f *facts) { f.declared = false }, "declared"},
		{"everything at once", func(f *facts) {
			f.declared, f.unions = false, nil
			f.result = &catalog.Result{SourceProject: "national", ApplicationStatus: "stopped", Awards: []catalog.Honour{{Name: "奖"}}}
		}, "kind area public completers plan rewarded period frontline applied declared"},
	} {
		f := good()
		tt.change(&f)
		var got []string
		for _, x := range f.check() {
			got = append(got, x.Rule)
			if x.Message == "" {
				t.Errorf("%s: nothing is said about %s", tt.name, x.Rule)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, not %s", tt.name, got, tt.want)
		}
	}
}

func TestTermsAreChecked(t *testing.T) {
	good := DefaultTerms()
	good.Title, good.Year, good.Deadline, good.Issuer = "五小成果评审", 2026, "2026-12-01", "市总工会"
	if err := good.clean().check(); err != nil {
		t.Fatal(err)
	}
	for field, change := range map[string]func(*Terms){
		"title": func(x *Terms) { x.Title = "短" }, "year": func(x *Terms) { x.Year = 26 }, "from": func(x *Terms) { x.From = "去年" }, "to": func(x *Terms) { x.From, x.To = "2025-05", "2025-01" },
		"deadline": func(x *Terms) { x.Deadline = "" }, "level": func(x *Terms) { x.Level = "宇宙" }, "issuer": func(x *Terms) { x.Issuer = " " }, "floor": func(x *Terms) { x.Floor = 101 },
		"notice_days": func(x *Terms) { x.NoticeDays = 0 }, "kinds": func(x *Terms) { x.Kinds = []string{"大发明"} }, "criteria": func(x *Terms) { x.Criteria = x.Criteria[1:] }, "prizes": func(x *Terms) { x.Prizes = []Prize{{"一等奖", 0}} },
		"text": func(x *Terms) { x.Text = strings.Repeat("长", 5001) },
	} {
		bad := good.clean()
		change(&bad)
		err := bad.clean().check()
		if fields := errs.As(err).Fields; !errs.Is(err, errs.Invalid) || fields[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// Every step in every stage: taken just where the table says.
func TestMoves(t *testing.T) {
	for _, stage := range Stages() {
		if stage.Label() == "" {
			t.Errorf("%s has no name", stage)
		}
		for _, m := range Moves() {
			terms := DefaultTerms()
			terms.Title, terms.Year, terms.Deadline, terms.Issuer = "五小成果评审", 2026, "2026-12-01", "市总工会"
			c := Call{Stage: stage, Terms: terms, NoticeTo: "2026-11-01", Jurors: []Juror{{User: "U-1", Name: "甲"}}}
			step := Step{Kind: m.Step, Terms: &terms, Deadline: "2026-12-31", Note: "有理由"}
			next, err := c.apply(step, situation{now: day, juror: &Juror{User: "U-1", Name: "甲"}, orgs: country()})
			allowed := slices.Contains(m.In, stage)
			if refused := errs.As(err); (err != nil && refused.Code == "review.stage") == allowed {
				t.Errorf("%s in %s: %v", m.Step, stage, err)
			}
			if err != nil {
				continue
			}
			if want := next.Stage; m.To != "" && want != m.To || m.To == "" && want != stage || len(next.History) != 1 || m.Step.Label() == "" {
				t.Errorf("%s in %s leads to %s", m.Step, stage, next.Stage)
			}
		}
	}
	if _, err := (Call{Stage: Open}).apply(Step{Kind: "dance"}, situation{}); !errs.Is(err, errs.Invalid) {
		t.Errorf("an unknown step: %v", err)
	}
}

// Who is named again, to take the chair, keeps the relatives that he declared.
func TestNamedAgainKeepsRelatives(t *testing.T) {
	t.Parallel()
	c := &Call{Jurors: []Juror{{User: "U1", Relatives: []string{"孙小雨"}}, {User: "U2", Chair: true}}}
	if _, err := c.name(Juror{User: "U1", Chair: true, Relatives: []string{"孙大海", "孙小雨"}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Juror{{User: "U1", Chair: true, Relatives: []string{"孙大海", "孙小雨"}}, {User: "U2"}}, c.Jurors); diff != "" {
		t.Error(diff)
	}
	if _, err := c.name(Juror{User: "U1"}); err != nil || len(c.Jurors[0].Relatives) != 2 {
		t.Errorf("%v %+v", err, c.Jurors[0])
	}
}
