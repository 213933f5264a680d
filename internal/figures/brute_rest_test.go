package figures

import (
	"slices"
	"strings"
	"testing"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
)

// published gives the records of a kind that count, of the scope, region and
// industry asked for.
func (b brute) published(kind catalog.Kind, industry func(catalog.Record) string) (out []catalog.Record) {
	for _, rec := range b.w.records[kind] {
		if m := rec.Base(); m.DeletedAt == nil && m.Status == "published" && b.wants(rec, industry(rec)) {
			out = append(out, rec)
		}
	}
	return out
}

func (b brute) entered(recs []catalog.Record) (n int64) {
	for _, rec := range recs {
		if b.inPeriod(b.date(rec.Base().CreatedAt)) {
			n++
		}
	}
	return n
}

func (b brute) results() (out []*catalog.Result) {
	for _, rec := range b.published(catalog.KindResult, func(r catalog.Record) string { return r.(*catalog.Result).IndustryCode }) {
		if b.inPeriod(b.date(rec.Base().CreatedAt)) {
			out = append(out, rec.(*catalog.Result))
		}
	}
	return out
}

func count[T any](list []T, is func(T) bool) (n int64) {
	for _, v := range list {
		if is(v) {
			n++
		}
	}
	return n
}

func ofKind(kinds ...string) func(*catalog.Result) bool {
	return func(r *catalog.Result) bool { return slices.Contains(kinds, r.ResultKind) }
}

func TestStockIsTheDocuments(t *testing.T) {
	each(t, func(t *testing.T, b *Book, scope Scope, brute brute) {
		s, err := b.Stock(scope, brute.sel)
		if err != nil {
			t.Fatal(err)
		}
		results := brute.results()
		is := func(key string, shown int, want int64) {
			t.Helper()
			brute.is("stock."+key, "", b, scope, int64(shown), want)
		}
		is("results", s.Results, int64(len(results)))
		is("five_small", s.FiveSmall, count(results, ofKind("small_invention", "small_brand")))
		is("innovations", s.Innovations, count(results, ofKind("tech_innovation", "tech_breakthrough")))
		is("inventions", s.Inventions, count(results, ofKind("invention")))
		is("suggestions", s.Suggestions, count(results, ofKind("rationalization")))
		is("methods", s.Methods, count(results, ofKind("operation_method")))
		is("skills", s.Skills, count(results, ofKind("unique_skill")))
		none := func(catalog.Record) string { return "" }
		is("patents", s.Patents, brute.entered(brute.published(catalog.KindPatent, none)))
		is("people", s.People, brute.entered(brute.published(catalog.KindExpert, func(r catalog.Record) string { return r.(*catalog.Expert).IndustryCode })))
		is("studios", s.Studios, brute.entered(brute.published(catalog.KindStudio, func(r catalog.Record) string { return r.(*catalog.Studio).IndustryCode })))
	})
}

func TestFrontlineIsTheDocuments(t *testing.T) {
	each(t, func(t *testing.T, b *Book, scope Scope, brute brute) {
		f, err := b.Frontline(scope, brute.sel)
		if err != nil {
			t.Fatal(err)
		}
		results := slices.DeleteFunc(brute.results(), ofKind("", "sci_result", "mgmt_innovation"))
		line := func(r *catalog.Result) int64 {
			return count(r.Completers, func(c catalog.Completer) bool { return c.IsFrontline })
		}
		subject := func(r *catalog.Result) bool {
			return len(r.Completers) > 0 && (r.Completers[0].IsFrontline || line(r) > 0 && float64(line(r)) >= float64(len(r.Completers))/2)
		}
		problem := func(r *catalog.Result) bool {
			return strings.TrimSpace(r.ProblemSolved) != "" && slices.Contains([]string{"", "self", "enterprise", "union"}, r.SourceProject)
		}
		used := func(r *catalog.Result) bool {
			return r.ApplicationStatus == "trial" || r.ApplicationStatus == "in_unit" || r.ApplicationStatus == "promoted"
		}
		suspect := func(r *catalog.Result) bool {
			return r.SourceProject == "city" || r.SourceProject == "national" || strings.Contains(r.Title, "重点研发计划") || len(r.Completers) > 0 && line(r) == 0
		}
		is := func(key string, shown int, want int64) { t.Helper(); brute.is(key, "", b, scope, int64(shown), want) }
		is("frontline.results", f.Results, int64(len(results)))
		is("frontline.subject", f.Subject, count(results, subject))
		is("frontline.problem", f.Problem, count(results, problem))
		is("frontline.used", f.Used, count(results, used))
		is("frontline.all", f.All, count(results, func(r *catalog.Result) bool { return subject(r) && problem(r) && used(r) }))
		is("suspects.results", f.SuspectResults, count(results, suspect))
		is("suspects.studios", f.SuspectStudios, count(brute.published(catalog.KindStudio, func(r catalog.Record) string { return r.(*catalog.Studio).IndustryCode }), brute.suspectStudio))
	})
}

func (b brute) suspectStudio(rec catalog.Record) bool {
	s := rec.(*catalog.Studio)
	if !b.inPeriod(b.date(s.CreatedAt)) {
		return false
	}
	scholar := false
	if rec, ok := b.w.records[catalog.KindExpert][s.LeaderCode]; ok {
		e := rec.(*catalog.Expert)
		scholar = len(e.PersonKinds) > 0 && !slices.Contains(e.PersonKinds, "master_craftsman") && !e.IsFrontline
	}
	return s.Plan != "" || s.StudioKind != "expert_station" && (strings.Contains(s.Name, "研发中心") || scholar)
}

func TestCoverageIsTheDocuments(t *testing.T) {
	each(t, func(t *testing.T, b *Book, scope Scope, brute brute) {
		c, err := b.Coverage(scope, brute.sel)
		if err != nil {
			t.Fatal(err)
		}
		needs, orgs, earliest := map[string]int64{}, map[string]*catalog.Organisation{}, map[string]string{}
		busy := map[string]bool{}
		for _, n := range brute.needs() {
			introduced := brute.inPeriod(brute.first(n, Introduced))
			if n.RegionCode != "" {
				busy[n.RegionCode] = busy[n.RegionCode] || introduced
			}
			if introduced {
				needs[brute.firm(n)]++
			}
			code := n.EnterpriseCode
			if code == "" {
				code = n.OwnerOrg
			}
			if rec, ok := brute.w.records[catalog.KindOrganisation][code]; ok && introduced {
				orgs[brute.firm(n)] = rec.(*catalog.Organisation)
			}
		}
		everywhere := brute // the first time counts whichever union it was
		everywhere.actor.Role, everywhere.sel = "administrator", Selection{}
		for _, n := range everywhere.needs() {
			if date := brute.first(n, Introduced); date != "" && (earliest[brute.firm(n)] == "" || date < earliest[brute.firm(n)]) {
				earliest[brute.firm(n)] = date
			}
		}
		var small, private, first, unknown, top, all int64
		var most []int64
		for key, n := range needs {
			o := orgs[key]
			if o == nil {
				o = &catalog.Organisation{}
			}
			small += one(o.Size == "small" || o.Size == "micro")
			private += one(o.Ownership == "private")
			unknown += one(o.Size == "" || o.Ownership == "")
			first += one(brute.inPeriod(earliest[key]))
			all, most = all+n, append(most, n)
		}
		slices.Sort(most)
		for _, n := range most[max(0, len(most)-10):] {
			top += n
		}
		is := func(key string, shown int, want int64) {
			t.Helper()
			brute.is("coverage."+key, "", b, scope, int64(shown), want)
		}
		is("firms", c.Firms, int64(len(needs)))
		is("small", c.Small, small)
		is("private", c.Private, private)
		is("first", c.First, first)
		is("unknown", c.Unknown, unknown)
		is("introduced", c.Introduced, all)
		is("top10", c.Top10, top)
		for _, rec := range brute.published(catalog.KindOrganisation, func(r catalog.Record) string { return r.(*catalog.Organisation).IndustryCode }) {
			if o := rec.(*catalog.Organisation); o.OrganisationKind == "enterprise" && o.RegionCode != "" {
				busy[o.RegionCode] = busy[o.RegionCode] || false
			}
		}
		var idle int64
		for _, introduced := range busy {
			idle += one(!introduced)
		}
		is("idle", c.Idle, idle)
		is("unasked", c.Unasked, count(brute.published(catalog.KindExpert, func(r catalog.Record) string { return r.(*catalog.Expert).IndustryCode }), brute.unasked))
	})
}

func one(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

func (b brute) unasked(rec catalog.Record) bool {
	return !slices.ContainsFunc(b.w.cases, func(in *brokering.Introduction) bool {
		return slices.ContainsFunc(in.Targets, func(t brokering.Target) bool {
			return t.InvitedAt != nil && (t.Kind == "expert" && t.Code == rec.Base().Code || t.Person == rec.Base().Code)
		})
	})
}

func TestWorkIsTheDocuments(t *testing.T) {
	each(t, func(t *testing.T, b *Book, scope Scope, brute brute) {
		all, brokers, err := b.Workload(scope, brute.sel)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range append(brokers, all) {
			cases := slices.DeleteFunc(brute.cases(), func(in *brokering.Introduction) bool { return w.Broker != "" && in.Broker.User != w.Broker })
			is := func(key string, shown int, want func(*brokering.Introduction) bool) {
				t.Helper()
				brute.is("work."+key, w.Broker, b, scope, int64(shown), count(cases, want))
			}
			is("open", w.Open, func(in *brokering.Introduction) bool {
				return in.Stage != "closed_success" && in.Stage != "closed_fail"
			})
			is("late", w.Late, func(in *brokering.Introduction) bool { return brokering.Clock(in, noon).Level >= brokering.Remind })
			is("stuck", w.Stuck, func(in *brokering.Introduction) bool {
				return brokering.Clock(in, noon).Level == brokering.OnLeaderList
			})
			is("begun", w.Begun, func(in *brokering.Introduction) bool { return brute.inPeriod(brute.date(in.CreatedAt)) })
			closed := func(as brokering.Stage) func(*brokering.Introduction) bool {
				return func(in *brokering.Introduction) bool {
					return in.Stage == as && brute.inPeriod(brute.date(*in.ClosedAt))
				}
			}
			is("done", w.Done, closed("closed_success"))
			is("failed", w.Failed, closed("closed_fail"))
			brute.waits(w.Recommend, cases, func(in *brokering.Introduction) (out []int64) {
				if i := slices.IndexFunc(in.History, func(e brokering.Entry) bool { return e.Step == brokering.Recommend }); i >= 0 && brute.inPeriod(brute.date(in.History[i].At)) {
					out = append(out, int64(in.History[i].At.Sub(in.CreatedAt).Minutes()))
				}
				return out
			})
		}
	})
}

// waits holds median and p90 by counting: at least half, and nine tenths, took no
// longer, and fewer took less.
func (b brute) waits(w Waits, cases []*brokering.Introduction, of func(*brokering.Introduction) []int64) {
	b.t.Helper()
	var all []int64
	for _, in := range cases {
		all = append(all, of(in)...)
	}
	if w.Answers != len(all) {
		b.t.Errorf("%d answers, %d in the documents", w.Answers, len(all))
	}
	for days, percent := range map[float64]int{w.Median: 50, w.P90: 90} {
		minutes := int64(days*24*60 + 0.5)
		under, upTo := count(all, func(m int64) bool { return m < minutes }), count(all, func(m int64) bool { return m <= minutes })
		if len(all) > 0 && w.Median != w.P90 && (int(upTo)*100 < percent*len(all) || int(under)*100 >= percent*len(all)) {
			b.t.Errorf("p%d is %d minutes; %d of %d under it, %d up to it", percent, minutes, under, len(all), upTo)
		}
	}
}

// What a report says without a list is what the list says.
func TestCountsAreTheLists(t *testing.T) {
	for seed := range uint64(150) {
		w := newWorld(seed)
		b, scope, sel := w.book(), Scope{Union: "GH-0"}, w.selection()
		for _, n := range Numbers() {
			behind, err := b.Behind(scope, sel, Asked{Key: n.Key})
			if err != nil {
				t.Fatal(err)
			}
			l, done, err := b.look(scope, sel)
			if err != nil {
				t.Fatal(err)
			}
			if got := l.count(n.Key, ""); got != behind.Value {
				t.Errorf("seed %d, %s: counted %d, listed %d", seed, n.Key, got, behind.Value)
			}
			done()
		}
	}
}
