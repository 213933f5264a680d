package figures

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
)

// bigBook is an installation of 100,000 records and 20,000 introductions.
func bigBook(b *testing.B) *Book {
	b.Helper()
	w := &world{Rand: rand.New(rand.NewPCG(1, 1)), records: map[catalog.Kind]map[string]catalog.Record{}}
	book := New(func() time.Time { return noon })
	meta := func(code string, i int) catalog.Meta {
		return catalog.Meta{Code: code, Status: "published", Union: fmt.Sprintf("GH-%d", i%120), RegionCode: fmt.Sprintf("37%02d%02d", 1+i%16, i%9), CreatedAt: w.moment()}
	}
	for i := range 120 {
		m := catalog.Meta{Code: fmt.Sprintf("GH-%d", i), Status: "published"}
		parent := ""
		if i > 0 {
			parent = fmt.Sprintf("GH-%d", (i-1)/8)
		}
		book.Put(&catalog.Organisation{Meta: m, Name: "工会", OrganisationKind: "union", ParentCode: parent})
	}
	for i := range 10_000 {
		book.Put(&catalog.Organisation{Meta: meta(fmt.Sprintf("DW-%d", i), i), Name: fmt.Sprintf("企业%d", i), OrganisationKind: "enterprise", Size: pick(w, "small", "micro", "medium", "large", ""), Ownership: pick(w, "private", "state", "")})
	}
	for i := range 30_000 {
		book.Put(&catalog.Need{Meta: meta(fmt.Sprintf("XQ-%05d", i), i), Title: "某企业的一项技术需求", EnterpriseCode: fmt.Sprintf("DW-%d", w.IntN(10_000)), IndustryCode: fmt.Sprint(13 + i%40), NeedType: "quality"})
		book.Put(&catalog.Result{Meta: meta(fmt.Sprintf("CG-%05d", i), i), Title: "一项职工创新成果", ResultKind: pick(w, "small_invention", "tech_innovation", "operation_method", "sci_result"), ProblemSolved: "漏油", SourceProject: pick(w, "self", "city"), ApplicationStatus: pick(w, "in_unit", ""),
			Completers: []catalog.Completer{{Name: "甲", IsFrontline: i%3 > 0}, {Name: "乙"}}, CompletingOrgs: []string{fmt.Sprintf("企业%d", i%10_000)}})
	}
	for i := range 20_000 {
		book.Put(&catalog.Expert{Meta: meta(fmt.Sprintf("ZJ-%05d", i), i), Name: "某人", EmployerCode: fmt.Sprintf("DW-%d", i%10_000), PersonKinds: []string{"master_craftsman"}})
	}
	for i := range 5_000 {
		book.Put(&catalog.Studio{Meta: meta(fmt.Sprintf("GZS-%d", i), i), Name: "某工作室", LeaderCode: fmt.Sprintf("ZJ-%05d", i)})
		book.Put(&catalog.Patent{Meta: meta(fmt.Sprintf("ZL-%d", i), i), Title: "一种装置"})
	}
	for i := range 20_000 {
		w.introduction(i)
		in := w.cases[0]
		w.cases = w.cases[:0]
		in.Code, in.Union, in.RegionCode = fmt.Sprintf("DJ-%05d", i), fmt.Sprintf("GH-%d", i%120), fmt.Sprintf("37%02d%02d", 1+i%16, i%9)
		in.Broker = brokering.Broker{User: fmt.Sprintf("U-%d", i%200), Name: "红娘"}
		for j := range in.Needs {
			in.Needs[j].Code, in.Needs[j].Org = fmt.Sprintf("XQ-%05d", w.IntN(30_000)), fmt.Sprintf("DW-%d", w.IntN(10_000))
		}
		for j := range in.Targets {
			in.Targets[j].Code, in.Targets[j].Kind = fmt.Sprintf("ZJ-%05d", w.IntN(20_000)), "expert"
		}
		book.PutCase(in)
	}
	book.ready = true
	return book
}

func BenchmarkBook(b *testing.B) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	book := bigBook(b)
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.Logf("the book keeps %d MB", (after.HeapAlloc-before.HeapAlloc)>>20)
	top := Scope{Union: "GH-0"}
	year := Selection{Period: Year(DayOf(noon)), Happened: true}
	run := func(name string, do func() error) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("overview/all", func() error { _, err := book.Overview(top, Selection{}, ByRegion); return err })
	run("overview/year by union", func() error { _, err := book.Overview(top, year, ByUnion); return err })
	run("overview/county", func() error { _, err := book.Overview(Scope{Union: "GH-100"}, year, ByIndustry); return err })
	run("behind needs", func() error { _, err := book.Behind(top, Selection{}, Asked{Key: "funnel.needs"}); return err })
	run("page 2 of needs", func() error {
		_, err := book.Behind(top, Selection{}, Asked{Key: "funnel.needs", From: 200, Most: 200})
		return err
	})
	run("page 400 of results", func() error {
		_, err := book.Behind(top, Selection{}, Asked{Key: "stock.results", From: 79_800, Most: 200})
		return err
	})
	run("page 200 of results", func() error {
		_, err := book.Behind(top, Selection{}, Asked{Key: "stock.results", From: 39_800, Most: 200})
		return err
	})
	run("ledger of needs, 500", func() error { _, err := book.Ledger(top, Selection{}, NeedLedger, 500); return err })
	run("ledger of people, 500", func() error { _, err := book.Ledger(top, Selection{}, PeopleLedger, 500); return err })
	run("ledger of cases, 500", func() error { _, err := book.Ledger(top, Selection{}, CaseLedger, 500); return err })
	run("summary", func() error { _, err := book.Summary(top, year); return err })
	run("ledger of needs", func() error { _, err := book.Ledger(top, Selection{}, NeedLedger, 0); return err })
	run("public funnel", func() error { _, err := book.OpenFunnel(); return err })
}
