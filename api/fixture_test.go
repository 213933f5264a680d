package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"hongniang/api"
	"hongniang/indexer"
	"hongniang/internal/account"
	"hongniang/internal/campaign"
	"hongniang/internal/catalog"
	"hongniang/internal/figures"
	"hongniang/internal/group"
	"hongniang/internal/httpx"
	"hongniang/internal/lexicon"
	"hongniang/internal/mail"
	"hongniang/internal/notice"
	"hongniang/internal/sqlitestore"
	"hongniang/internal/watch"
	"hongniang/internal/zh/segment"
	"hongniang/matcher"
)

const token = "test-token-0123456789abcdef"

// cutter is shared: its dictionary takes a second to load.
var cutter = sync.OnceValue(func() *segment.Segmenter { return segment.New("") })

// service is a whole service behind real HTTP, on a real store and index.
type service struct {
	t      *testing.T
	url    string
	store  *sqlitestore.Store
	index  *indexer.Index
	cat    *catalog.Service
	users  *account.Service
	log    *syncBuffer
	spec   *document
	api    *api.API
	dir    string // of store and index
	book   *figures.Book
	engine *gin.Engine

	campaigns *campaign.Service
	notices   *notice.Service
	letters   []mail.Order
	today     time.Time // of judgings of results
	// rebuildMay is how long whoever asked for the last rebuild waits.
	rebuildMay time.Duration
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

var testTime = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

func start(t *testing.T) *service {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	s := &service{t: t, log: &syncBuffer{}, today: testTime}
	t.Cleanup(func() {
		for line := range strings.Lines(s.log.String()) {
			if t.Failed() && strings.Contains(line, "level=ERROR") {
				t.Log(line)
			}
		}
	})
	log := slog.New(slog.NewTextHandler(s.log, nil))
	dir := t.TempDir()
	s.dir = dir
	store, err := sqlitestore.Open(t.Context(), filepath.Join(dir, "hongniang.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	index, err := indexer.Open(filepath.Join(dir, "index"), indexer.Options{Cutter: cutter(), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	now := func() time.Time { return testTime }
	s.store, s.index, s.cat = store, index, &catalog.Service{Store: store, Index: index, Now: now, Log: log}
	s.users = newAccounts(t, s)
	gate := httpx.Gate{Token: token, Accounts: s.users}
	engine := gin.New()
	s.book = figures.New(now)
	s.recount()
	introductions, people := newIntroductions(s), &matcher.Matcher{Engine: index, Now: now, Facts: &matcher.Records{Store: store, Cases: store.Introductions()}}
	s.campaigns = campaign.New(campaign.Deps{
		Items: store.Accounts(), Records: store, Introductions: introductions, User: s.users.User, Planner: people, Now: now, Log: log, Worker: "test",
	})
	s.notices = &notice.Service{
		Store: store.Accounts(), Introductions: store.Introductions(), Now: now, Cases: introductions, BaseURL: "https://hongniang.example.cn",
		Readers: &notice.Readers{Users: s.users.Users, User: s.users.User, Records: store, Store: store.Accounts()}, Offs: notice.Offs{Key: introductions.Links.Key},
		Order: func(_ context.Context, o mail.Order) error { // as a mail.Queue: once
			if !slices.ContainsFunc(s.letters, func(l mail.Order) bool { return l.ID == o.ID }) {
				s.letters = append(s.letters, o)
			}
			return nil
		},
	}
	s.api = api.New(api.Deps{
		Searches: &watch.Service{Items: store.Accounts(), Engine: index, Feed: store, Tell: s.notices, Now: now, Random: rand.Reader, Log: log},
		Lexicon:  &lexicon.Service{Items: store.Accounts(), Shipped: map[lexicon.List]string{lexicon.Synonyms: "锂电池=锂离子电池\n", lexicon.Words: "换流阀 5000 n\n"}, Now: now},
		Notices:  s.notices,
		Figures:  s.book,
		Catalog:  s.cat, Engine: index, Matcher: people,
		Accounts: s.users, Personal: s.people(), Introductions: introductions, Campaigns: s.campaigns, Groups: &group.Service{Items: store.Accounts(), Records: store, Now: now}, Reviews: newReviews(s), Gate: gate, Now: now, Log: log, Version: "test", Patience: time.Hour, Limit: time.Hour,
		Rebuild: func(ctx context.Context) error {
			if deadline, ok := ctx.Deadline(); ok {
				s.rebuildMay = time.Until(deadline)
			}
			return index.Rebuild(ctx, store, nil)
		},
		Backups: backups(t.TempDir(), store),
	})
	s.api.Mount(engine)
	s.engine = engine
	srv := httptest.NewServer(httpx.Wrap(engine, httpx.Options{Gate: gate, Log: log, Now: time.Now}))
	t.Cleanup(srv.Close)
	s.url = srv.URL
	s.spec = documentOf(t, func() answer { return s.visitor(http.MethodGet, "/api/v1/openapi.json", nil) })
	return s
}

// answer is what came back for a request.
type answer struct {
	status int
	header http.Header
	body   []byte
	path   string
	method string
}

func (a answer) problem(t *testing.T) httpx.Problem {
	t.Helper()
	var p httpx.Problem
	if err := json.Unmarshal(a.body, &p); err != nil || p.Code == "" {
		t.Fatalf("%s %s gave %d, not a problem: %s", a.method, a.path, a.status, a.body)
	}
	return p
}

func decode[T any](t *testing.T, a answer) T {
	t.Helper()
	var v T
	if a.status >= 300 {
		t.Fatalf("%s %s gave %d: %s", a.method, a.path, a.status, a.body)
	}
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%s %s: %v in %s", a.method, a.path, err, a.body)
	}
	return v
}

// visitor sends a request as nobody, and staff with the operator's token; body
// may be nil, a string, bytes or anything that becomes JSON. Headers come in
// pairs.
func (s *service) visitor(method, path string, body any, headers ...string) answer {
	return s.send(method, path, body, headers)
}

func (s *service) staff(method, path string, body any, headers ...string) answer {
	return s.send(method, path, body, append(headers, "Authorization", "Bearer "+token))
}

func (s *service) send(method, path string, body any, headers []string) answer {
	s.t.Helper()
	req, err := http.NewRequestWithContext(context.WithoutCancel(s.t.Context()), method, s.url+path, reader(s.t, body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	a := answer{status: resp.StatusCode, header: resp.Header, body: data, path: path, method: method}
	if s.spec != nil {
		s.spec.hold(s.t, a)
	}
	return a
}

func reader(t *testing.T, body any) io.Reader {
	t.Helper()
	switch b := body.(type) {
	case nil:
		return http.NoBody
	case string:
		return strings.NewReader(b)
	case []byte:
		return bytes.NewReader(b)
	}
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(data)
}
