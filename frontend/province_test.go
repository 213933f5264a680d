package frontend_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/figures"
)

// The size at which the pages that people live in are measured.
const (
	manyNeeds   = 20_000
	manyResults = 80_000
	manyCases   = 20_000
	manyBrokers = 90
)

// BenchmarkProvince asks for the pages of work of every role with 100,000
// records and 20,000 introductions, and reports median and 95th percentile of
// their times on the server in milliseconds, what the first answer took, and what
// the page weighs on the wire in KB:
// go test -run '^$' -bench Province -benchtime 100x ./frontend.
func BenchmarkProvince(b *testing.B) {
	w := newProvince(b)
	for _, part := range provincePages() {
		who := w.browser()
		if res, body := who.post("/login", "name", part.who, "password", goodPassword); res.StatusCode != http.StatusSeeOther {
			b.Fatalf("%s: %d %s", part.who, res.StatusCode, body)
		}
		for _, path := range part.paths {
			b.Run(part.who+path, func(b *testing.B) {
				var took []time.Duration
				var page string
				for b.Loop() {
					start := time.Now()
					res, body := who.get(path)
					took, page = append(took, time.Since(start)), body
					if res.StatusCode != http.StatusOK {
						b.Fatal(res.StatusCode)
					}
				}
				ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
				b.ReportMetric(ms(took[0]), "first-ms")
				slices.Sort(took)
				b.ReportMetric(ms(took[len(took)/2]), "p50-ms")
				b.ReportMetric(ms(took[len(took)*95/100]), "p95-ms")
				b.ReportMetric(float64(packed(b, page))/1024, "wire-KB")
			})
		}
	}
}

// packed gives how many bytes a page is on the wire, without its style sheets and
// scripts, which are kept by browsers.
func packed(b *testing.B, page string) int {
	b.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write([]byte(page)); err != nil {
		b.Fatal(err)
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	return out.Len()
}

// provincePages are the pages of work by who lives in them: a broker of a city,
// one of the province, the leader of the province.
func provincePages() []struct {
	who   string
	paths []string
} {
	staff := []string{
		"/today", "/introductions", "/introductions?view=board", "/introductions?tab=all", "/introductions?tab=all&view=board",
		"/introductions?tab=all&who=provider", "/introductions?tab=all&late=leader", "/introductions?tab=all&stage=recommended", "/introductions?tab=all&after=DJ-B5",
		"/introductions/DJ-B90", "/groups", "/campaigns", "/reviews", "/notices", "/open", "/",
	}
	broker := append(slices.Clone(staff), "/review", "/review?page=30", "/needs/mine", "/introductions?tab=mine", "/introductions?tab=mine&view=board", "/needs/XQ-B0/desk", "/needs/XQ-B0", "/introductions/new?need=XQ-B0&target=expert/ZJ-1", "/groups/proposals", "/campaigns/new", "/handover", "/handover?from=broker")
	leader := append(staff, "/funnel", "/leader", "/leader?by=union&basis=happened", "/reports", "/reports/summary?from=2026-01-01&to=2026-12-31")
	for _, k := range figures.LedgerKinds() {
		leader = append(leader, "/reports/"+string(k))
	}
	for _, key := range []string{"funnel.needs", "work.open", "work.begun", "stock.results", "stock.results&page=400", "frontline.results", "coverage.unknown"} {
		leader = append(leader, "/leader/behind?key="+key)
	}
	return []struct {
		who   string
		paths []string
	}{
		{"broker", broker}, {"chief", broker}, {"leader", leader},
		{"firm", []string{"/today", "/needs/mine", "/introductions"}},
		{"administrator", []string{"/today", "/users", "/admin", "/admin/changes", "/introductions?tab=all", "/review", "/claims"}},
	}
}

// newProvince is a union with ninety below it, a broker in each.
func newProvince(b *testing.B) *world {
	b.Helper()
	w := newWorld(b)
	quiet := &catalog.Service{Store: w.records.Store, Now: func() time.Time { return clock }} // the index is not what is measured
	for part := range slices.Chunk(provinceRecords(), 5000) {
		for i, err := range quiet.SaveAll(b.Context(), "test", part) {
			if err != nil {
				b.Fatalf("%s: %v", part[i].Base().Code, err)
			}
		}
	}
	for _, n := range []account.NewUser{
		{Login: "broker", Role: account.Broker, Org: "GH-1"}, {Login: "chief", Role: account.Broker, Org: "GH-0"}, {Login: "leader", Role: account.Leader, Org: "GH-0"},
		{Login: "firm", Role: account.Enterprise, Org: "DW-B0"}, {Login: "administrator", Role: account.Administrator},
	} {
		n.Name, n.Password = n.Login, goodPassword
		if _, _, err := w.users.AddUser(b.Context(), n); err != nil {
			b.Fatal(err)
		}
	}
	w.fillCases(b)
	order := w.told.Order
	w.told.Order = nil // letters are not what is measured
	if _, err := w.told.Remind(b.Context()); err != nil {
		b.Fatal(err)
	}
	w.told.Order = order
	start := time.Now()
	w.recount()
	b.Logf("figures read everything in %v", time.Since(start))
	return w
}

func provinceRecords() []catalog.Record {
	recs := []catalog.Record{&catalog.Organisation{Meta: catalog.Meta{Code: "GH-0"}, Name: "省总工会", OrganisationKind: "union"}}
	for i := 1; i <= manyBrokers; i++ {
		recs = append(recs, &catalog.Organisation{Meta: catalog.Meta{Code: fmt.Sprintf("GH-%d", i)}, Name: fmt.Sprintf("第 %d 市总工会", i), OrganisationKind: "union", ParentCode: "GH-0"})
	}
	states := []string{"published", "published", "matching", "introduced", "submitted", "draft", "solved", "closed"}
	for i := range manyNeeds {
		recs = append(recs, &catalog.Need{
			Meta: catalog.Meta{Code: fmt.Sprintf("XQ-B%d", i), Union: fmt.Sprintf("GH-%d", 1+i%manyBrokers), Status: states[i/manyBrokers%len(states)]}, Title: fmt.Sprintf("第 %d 项难题", i),
			SummaryPublic: "主轴高速时发热、有异响。", Detail: "现场情况", EnterpriseCode: fmt.Sprintf("DW-B%d", i%5000), EnterpriseName: fmt.Sprintf("第 %d 厂", i%5000),
		})
	}
	for i := range manyResults {
		recs = append(recs, &catalog.Result{Meta: catalog.Meta{Code: fmt.Sprintf("CG-B%d", i), Union: fmt.Sprintf("GH-%d", 1+i%manyBrokers)}, Title: fmt.Sprintf("第 %d 项成果", i), ResultKind: "small_creation", Summary: "快换夹具。"})
	}
	return recs
}

// fillCases begins one introduction and puts copies of it into the store, every
// tenth of them long overdue.
func (w *world) fillCases(b *testing.B) {
	b.Helper()
	broker, err := w.users.ByLogin(b.Context(), "broker")
	if err != nil {
		b.Fatal(err)
	}
	actor := account.Actor{User: broker.Code, Name: "broker", Role: account.Broker, Org: "GH-1"}
	first, err := w.cases.Begin(b.Context(), actor, brokering.Proposal{Needs: []string{"XQ-B0"}, Targets: []brokering.Target{{Kind: "expert", Code: "ZJ-1"}}})
	if err != nil {
		b.Fatal(err)
	}
	body, err := brokering.Encode(first)
	if err != nil {
		b.Fatal(err)
	}
	for i := 1; i < manyCases; i++ {
		in, err := brokering.Decode(body, 1)
		if err != nil {
			b.Fatal(err)
		}
		in.Code, in.Union = fmt.Sprintf("DJ-B%d", i), fmt.Sprintf("GH-%d", 1+i%manyBrokers)
		in.Unions = []string{in.Union, "GH-0"}
		in.Stage = []brokering.Stage{brokering.Proposed, brokering.Reviewed, brokering.Proposed, brokering.Recommended, brokering.Interested}[i/manyBrokers%5]
		in.Needs[0].Code, in.Needs[0].Org = fmt.Sprintf("XQ-B%d", i), fmt.Sprintf("DW-B%d", i%5000)
		if i%manyBrokers != 0 {
			in.Broker = brokering.Broker{User: fmt.Sprintf("U%d", i%manyBrokers), Name: "别的红娘", Union: in.Union}
		}
		in.Next.Due = clock.AddDate(0, 0, 1+i%20).Format(time.DateOnly)
		if i%10 == 0 {
			in.Next.Due = clock.AddDate(0, 0, -20).Format(time.DateOnly)
			for n := range in.History {
				in.History[n].At = clock.AddDate(0, -2, 0)
			}
		}
		if err := w.cases.Store.Import(b.Context(), brokering.Untold{Introduction: in, Told: 99}); err != nil {
			b.Fatal(err)
		}
	}
}
