package frontend_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"hongniang/frontend"
	"hongniang/indexer"
	"hongniang/internal/account"
	"hongniang/internal/batch"
	"hongniang/internal/brokering"
	"hongniang/internal/campaign"
	"hongniang/internal/catalog"
	"hongniang/internal/desk"
	"hongniang/internal/errs"
	"hongniang/internal/figures"
	"hongniang/internal/group"
	"hongniang/internal/httpx"
	"hongniang/internal/intake"
	"hongniang/internal/mail"
	"hongniang/internal/notice"
	"hongniang/internal/offer"
	"hongniang/internal/personal"
	"hongniang/internal/search"
	"hongniang/internal/sqlitestore"
	"hongniang/internal/verdict"
	"hongniang/internal/watch"
	"hongniang/internal/zh/segment"
	"hongniang/matcher"
)

// canary stands in every confidential field of the world; no page may hold it.
const (
	canary      = "金丝雀机密"
	canaryPhone = "13987654321"
	staffToken  = "staff-token-of-the-test"
)

var clock = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// cutter is loaded once: its dictionary takes a second.
var cutter = sync.OnceValue(func() *segment.Segmenter { return segment.New("") })

// world is a whole small installation behind real middleware.
type world struct {
	t       testing.TB
	handler http.Handler
	records *catalog.Service
	users   *account.Service
	engine  search.Engine
	log     *lockedBuffer
	cases   *brokering.Service
	told    *notice.Service
	letters []mail.Order // that were ordered
	site    *frontend.Site
	book    *figures.Book
	source  figures.Source
	router  *gin.Engine

	campaigns *campaign.Service
	batches   *batch.Service
	searches  *watch.Service
	follow    func() error // brings the index to the head of the feed
	today     time.Time    // of judgings of results
	typed     []string     // into forms
}

// deps lets a test put a fault between the pages and what they stand on.
type deps func(*frontend.Deps)

func newWorld(t testing.TB, changes ...deps) *world {
	t.Helper()
	gin.SetMode(gin.TestMode)
	w := &world{t: t, log: &lockedBuffer{}, today: clock}
	log := slog.New(slog.NewTextHandler(w.log, nil))
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "records.db"))
	if err != nil {
		t.Fatal(err)
	}
	index, err := indexer.Open(t.TempDir(), indexer.Options{Cutter: cutter(), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := index.Close(); err != nil {
			t.Error(err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	w.engine = index
	w.follow = func() error { return index.CatchUp(t.Context(), store) }
	w.records = &catalog.Service{Store: store, Index: index, Now: func() time.Time { return clock }, Log: log}
	w.users = newAccounts(t, store, log)
	w.fill()
	w.cases = newIntroductions(store, w.users)
	w.told = &notice.Service{
		Store: store.Accounts(), Introductions: store.Introductions(), Now: func() time.Time { return clock }, Cases: w.cases, BaseURL: "https://hongniang.example.cn",
		Readers: &notice.Readers{Users: w.users.Users, User: w.users.User, Records: store, Store: store.Accounts()}, Offs: notice.Offs{Key: w.cases.Links.Key},
		Order: func(_ context.Context, o mail.Order) error { w.letters = append(w.letters, o); return nil },
	}
	w.book = figures.New(func() time.Time { return clock })
	w.source = figures.Source{Records: store, Cases: store.Introductions()}
	w.recount()
	people := &matcher.Matcher{Engine: index, Now: func() time.Time { return clock }, Facts: &matcher.Records{Store: store, Cases: store.Introductions()}}
	w.campaigns = campaign.New(campaign.Deps{
		Items: store.Accounts(), Records: store, Introductions: w.cases, User: w.users.User, Planner: people, Now: func() time.Time { return clock }, Log: log, Worker: "test",
	})
	w.batches = batch.New(batch.Deps{
		Items: store.Accounts(), Files: store.Introductions(), Catalog: w.records, User: w.users.User, Now: func() time.Time { return clock }, Log: log, Worker: "test",
	})
	proposals := &matcher.Proposals{Groups: people.GroupsTold, Read: needReader(store), Patience: time.Minute}
	go proposals.Work(t.Context())
	d := frontend.Deps{
		Figures: w.book, Batches: w.batches,
		Campaigns: w.campaigns, Groups: &group.Service{Items: store.Accounts(), Records: store, Now: func() time.Time { return clock }}, Proposer: proposals,
		Reviews:       newReviews(w, store),
		Verdicts:      &verdict.Service{Store: store.Accounts(), Records: w.records, Ranker: &matcher.Matcher{Engine: index, Now: func() time.Time { return clock }}, Now: func() time.Time { return clock }},
		Introductions: w.cases, Notices: w.told, Offers: &offer.Service{Store: store.Accounts(), Records: w.records, Notices: w.told, Now: func() time.Time { return clock }}, Intake: &intake.Service{Catalog: w.records, Register: &intake.Register{Store: store, Now: func() time.Time { return clock }}}, Desk: &desk.Desk{Store: store}, Changes: w.records,
		Engine: index, Matcher: &matcher.Matcher{Engine: index, Now: func() time.Time { return clock }}, Records: w.records, Accounts: w.users, Registrar: w.records, Creator: w.records,
		Personal: &personal.Service{Catalog: w.records, Accounts: w.users, Items: store.Accounts(), Cases: store.Introductions(), Now: func() time.Time { return clock }, Log: log},
		BaseURL:  "https://hongniang.example.cn", Now: func() time.Time { return clock }, Log: log, Version: "test", Patience: time.Hour,
	}
	d.Operation = w.operation(store, index)
	d.Searches = &watch.Service{Items: store.Accounts(), Engine: index, Feed: store, Tell: w.told, Now: w.records.Now, Random: rand.Reader, Log: log}
	w.searches = d.Searches
	for _, change := range changes {
		change(&d)
	}
	site, err := frontend.New(d)
	if err != nil {
		t.Fatal(err)
	}
	router := gin.New()
	site.Mount(router)
	w.site, w.router = site, router
	w.handler = httpx.Wrap(router, httpx.Options{Log: log, Now: time.Now, Gate: httpx.Gate{Token: staffToken, Accounts: w.users}, Answer: site.Answer})
	return w
}

// fill saves records of every kind, each with its confidential fields set.
func (w *world) fill() {
	w.t.Helper()
	var recs []catalog.Record
	add := func(code string, rec catalog.Record) {
		m := rec.Base()
		m.Code, m.RegionCode = code, "371000"
		recs = append(recs, rec)
	}
	contact := &catalog.Contact{Name: canary, Phone: canaryPhone}
	add("DW-1", &catalog.Organisation{Name: "威海示例机床厂", OrganisationKind: "enterprise", Introduction: "生产加工中心。", Competitors: []string{canary}, Contact: contact})
	add("ZJ-1", &catalog.Expert{Name: "示例甲", EmployerName: "威海示例机床厂", EmployerCode: "DW-1", PersonKinds: []string{"master_craftsman"}, BirthYear: 1961,
		Expertise: "电主轴拆检、径向跳动修复、轴承预紧调整。", Keywords: []string{"电主轴", "轴承"}, StudioCodes: []string{"GZS-1"}, LastConfirmedAt: "2026-10-01", Contact: contact})
	add("GZS-1", &catalog.Studio{Name: "示例甲工匠创新工作室", StudioKind: "craftsman", LeaderCode: "ZJ-1", LeaderName: "示例甲", Specialties: "电主轴与精密轴承的修复。", Contact: contact})
	add("ZL-1", &catalog.Patent{Title: "一种电主轴轴承快速更换工装", ApplicationNo: "202211250898.9", Abstract: "用于电主轴现场修复。", Inventors: []string{"示例甲"}, InventorCodes: []string{"ZJ-1"},
		Applicants: []string{"威海示例机床厂"}, LegalStatus: "granted", PatentKind: "invention"})
	add("CG-1", &catalog.Result{Title: "电主轴修复技术的自主研发", ResultKind: "tech_breakthrough", Summary: "现场修复电主轴，恢复径向跳动精度，消除高速异响。", Keywords: []string{"电主轴"},
		Completers: []catalog.Completer{{Name: "示例甲", ExpertCode: "ZJ-1", Org: "威海示例机床厂"}}, CompletingOrgs: []string{"威海示例机床厂"}, PatentCodes: []string{"ZL-1"}, TRL: 9, Stage: "mature", EndMonth: "2024-06", Contact: contact})
	add("CG-2", &catalog.Result{Title: `<script>alert("x")</script> & "引号"`, Summary: `<img src=x onerror=alert(1)> 恶意电主轴 </title></script>`, Keywords: []string{`"><b>`}})
	need := catalog.Need{Title: "加工中心电主轴高速异响的修复", NeedType: "tech_breakthrough", SummaryPublic: "电主轴高速时有异响，径向跳动超差，想找能现场修复的人。",
		Background: canary, Detail: canary, Constraints: canary, Attempts: canary, EnterpriseName: canary + "有限公司", SiteAddress: canary, ExpectedBenefit: canary,
		Targets: []catalog.Target{{Name: canary, Op: "<=", Value: 1}}, PreferredPartners: []string{canary}, ExcludedOrgs: []string{canary}, Contact: contact}
	add("XQ-1", &need)
	add("XQ-2", &catalog.Need{Title: "谁也帮不上的超导磁悬浮列车难题", SummaryPublic: "超导磁悬浮低温杜瓦真空寿命。"})
	hidden := func(code string, change func(*catalog.Need)) {
		n := need
		n.Title, n.SummaryPublic, n.EnterpriseName = canary+"不公开的电主轴需求"+code, canary, "另一家公司"
		change(&n)
		add(code, &n)
	}
	hidden("XQ-7", func(n *catalog.Need) { n.Confidentiality = "broker_only" })
	hidden("XQ-8", func(n *catalog.Need) { n.Visibility = "internal" })
	hidden("XQ-9", func(n *catalog.Need) { n.Status = "draft" })
	add("ZJ-9", &catalog.Expert{Name: canary, Expertise: "电主轴", Consent: &catalog.Consent{ProfilePublic: false}})
	for i := range 45 {
		add(fmt.Sprintf("CG-1%02d", i), &catalog.Result{Title: fmt.Sprintf("数控车床第%d号工装的快换改造与应用", i), ResultKind: "small_creation", TechField: "manufacturing", EndMonth: fmt.Sprintf("20%02d-05", 10+i%15),
			Summary:        "针对数控车床换型时间长的问题，设计快换夹具和对刀工装，换型时间由四十分钟缩短到八分钟，年节约工时一千二百小时，已在三条生产线应用。",
			CompletingOrgs: []string{fmt.Sprintf("示例机械%d厂", i%9)}, Completers: []catalog.Completer{{Name: fmt.Sprintf("示例工%d", i)}}})
	}
	for i, err := range w.records.SaveAll(w.t.Context(), "test", recs) {
		if err != nil {
			w.t.Fatalf("%s: %v", recs[i].Base().Code, err)
		}
	}
}

// do sends a request and gives the answer with its body.
func (w *world) do(r *http.Request) (*http.Response, string) {
	w.t.Helper()
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	res := rec.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res, string(body)
}

func (w *world) get(path string) (*http.Response, string) {
	w.t.Helper()
	return w.do(httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, path, nil))
}

func (w *world) post(path, text string) (*http.Response, string) {
	w.t.Helper()
	body := url.Values{"text": {text}}.Encode()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.do(r)
}

// lockedBuffer is a log that a test reads.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// The faults: a store that is gone, one that hangs, an engine that is gone.

type goneRecords struct{}

func (goneRecords) Get(context.Context, catalog.Kind, string) (catalog.Record, error) {
	return nil, errs.New(errs.Unavailable, "store.unavailable", "数据库暂时连不上，请稍后再试。")
}

type hangingRecords struct{}

func (hangingRecords) Get(ctx context.Context, _ catalog.Kind, _ string) (catalog.Record, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

type goneEngine struct{ search.Engine }

func (goneEngine) err() error {
	return errs.New(errs.Unavailable, "index.unavailable", "检索索引暂时不能用，请稍后再试。")
}
func (e goneEngine) Search(context.Context, search.Request) (search.Response, error) {
	return search.Response{}, e.err()
}
func (e goneEngine) Documents(context.Context, []string) (map[string]search.Document, error) {
	return nil, e.err()
}
func (e goneEngine) Rank(context.Context, search.RankRequest) (search.Ranking, error) {
	return search.Ranking{}, e.err()
}

type goneMatcher struct{}

func (goneMatcher) Match(context.Context, matcher.Request) (matcher.Answer, error) {
	return matcher.Answer{}, goneEngine{}.err()
}

func (goneMatcher) Wanting(context.Context, search.Document, int) ([]string, error) {
	return nil, goneEngine{}.err()
}

func (goneMatcher) Fit(context.Context, matcher.Request, []string, matcher.Band) ([]matcher.Candidate, error) {
	return nil, goneEngine{}.err()
}

// needReader reads needs whole, as the comparison in the background does.
func needReader(store catalog.Store) func(context.Context, string) (*catalog.Need, error) {
	return func(ctx context.Context, code string) (*catalog.Need, error) {
		rec, err := store.Get(ctx, catalog.KindNeed, code)
		if err != nil {
			return nil, err
		}
		return rec.(*catalog.Need), nil
	}
}
