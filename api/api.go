// Package api is the JSON API under /api/v1: the records, search, matching and
// files, described by an OpenAPI 3.1 document that a test holds every answer
// against. /healthz, /readyz and /metrics are here too.
//
// Who asks is decided by internal/httpx; what he may see and do by the table of
// internal/account, which every operation names its action of. Errors are
// problem+json with a stable code and a Chinese sentence.
package api

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"hongniang/internal/account"
	"hongniang/internal/backup"
	"hongniang/internal/brokering"
	"hongniang/internal/campaign"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/figures"
	"hongniang/internal/group"
	"hongniang/internal/httpx"
	"hongniang/internal/intake"
	"hongniang/internal/lexicon"
	"hongniang/internal/notice"
	"hongniang/internal/personal"
	"hongniang/internal/review"
	"hongniang/internal/search"
	"hongniang/internal/watch"
	"hongniang/matcher"
)

// Prefix is where the API begins.
const Prefix = "/api/v1"

// Matcher answers needs, one or many; *matcher.Matcher is one.
type Matcher interface {
	Match(ctx context.Context, req matcher.Request) (matcher.Answer, error)
	Plan(ctx context.Context, c matcher.Campaign) (matcher.Plan, error)
	Similar(ctx context.Context, need *catalog.Need) ([]matcher.Similar, error)
	Groups(ctx context.Context, needs []*catalog.Need) ([]matcher.Group, error)
	RunOf(ctx context.Context, req matcher.Request, kind catalog.Kind, code string) (matcher.Run, error)
}

// Deps is what the API stands on. All are needed.
type Deps struct {
	Catalog *catalog.Service
	Engine  search.Engine
	Matcher Matcher
	// Accounts are the users; the Gate finds callers in them.
	Accounts *account.Service
	// Personal gives people their data and takes them away; nil leaves the API without.
	Personal *personal.Service
	// Introductions are brokered by it.
	Introductions *brokering.Service
	// Notices are what callers were told.
	Notices *notice.Service
	// Searches are what people saved, Lexicon the word lists; nil leaves the API without.
	Searches *watch.Service
	Lexicon  *lexicon.Service
	// Campaigns are kept and worked on by it; nil leaves the API without them.
	Campaigns *campaign.Service
	// Register knows how many enterprises are alike; without it the coach warns of names alone.
	Register *intake.Register
	// Groups keeps common needs; nil leaves the API without them.
	Groups *group.Service
	// Reviews are the judgings of results; nil leaves the API without them.
	Reviews     *review.Service
	Gate        httpx.Gate
	OpenMetrics bool // /metrics is everybody's
	// Figures are the numbers of the programme; nil leaves the API without them.
	Figures *figures.Book
	// Rebuild makes the search index anew while the old one goes on answering.
	// Errors: errs.Locked while it is being rebuilt already.
	Rebuild func(ctx context.Context) error
	// Backups are copies of the database; nil where it is MongoDB.
	Backups *backup.Keeper
	// Patience is how long health, status and metrics wait for store and index, 0: two
	// seconds; Limit how long an operation may take that moves no files, 0: thirty.
	Patience time.Duration
	Limit    time.Duration
	Now      func() time.Time
	Log      *slog.Logger
	Version  string
}

// API serves the operations.
type API struct {
	deps    Deps
	huma    huma.API
	metrics *metrics
	started time.Time
	actions map[string]account.Action // by method, blank and route
}

// New prepares the API; Mount adds it to a router.
func New(deps Deps) *API {
	return &API{deps: deps, metrics: newMetrics(deps), started: deps.Now(), actions: map[string]account.Action{}}
}

// Mount adds the operations to a router, counts every request that the router
// gets from now on, and answers unknown addresses with a problem. Mount the
// API before the pages: they may answer unknown addresses in their own way.
func (a *API) Mount(engine *gin.Engine) {
	engine.HandleMethodNotAllowed = true
	engine.Use(a.metrics.count)
	engine.NoRoute(func(c *gin.Context) { httpx.WriteProblem(c.Writer, c.Request, httpx.NoRoute()) })
	engine.NoMethod(func(c *gin.Context) { httpx.WriteProblem(c.Writer, c.Request, httpx.NoMethod(c.Request.Method)) })
	a.mountHealth(engine)
	a.mountMetrics(engine)

	group := engine.Group(Prefix, a.admit)
	a.huma = humagin.NewWithGroup(engine, group, config(a.deps.Version))
	mountRecords[catalog.Need](a, catalog.KindNeed)
	mountRecords[catalog.Result](a, catalog.KindResult)
	mountRecords[catalog.Patent](a, catalog.KindPatent)
	mountRecords[catalog.Expert](a, catalog.KindExpert)
	mountRecords[catalog.Studio](a, catalog.KindStudio)
	mountRecords[catalog.Organisation](a, catalog.KindOrganisation)
	a.mountSearch()
	a.mountSearches()
	a.mountLexicon()
	a.mountNeeds()
	a.mountMatch()
	a.mountVerdicts()
	a.mountOffers()
	a.mountCampaigns()
	a.mountGroups()
	a.mountReviews()
	a.mountChanges()
	a.mountStatus()
	a.mountFiles()
	a.mountReindex()
	a.mountBackups()
	a.mountSession()
	a.mountUsers()
	a.mountClaims()
	a.mountPersonal()
	a.mountIntroductions()
	a.mountNotices()
	a.mountReports()
	a.finishSpec()
	a.mountSpec(group)
}

func config(version string) huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "技术红娘 Hongniang", Version: version,
				Description: "企业技术需求、职工创新成果、专利、专家工匠、创新工作室与单位：登记、检索、匹配。\n\n" +
					"不登录时只见公开内容。程序在请求头里带上 `Authorization: Bearer 令牌`（在“我的账号”页生成）；浏览器登录后凭会话 Cookie，修改请求须由本站页面发出。",
			},
			Servers: []*huma.Server{{URL: Prefix}},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token":   {Type: "http", Scheme: "bearer", Description: "API 令牌"},
					"session": {Type: "apiKey", In: "cookie", Name: httpx.SessionCookie, Description: "登录后的会话"},
				},
			},
			Security: []map[string][]string{{}, {"token": {}}, {"session": {}}},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
	}
}

// admit decides who asks, turns wrong tokens away and keeps what somebody who
// signed in is shown out of every cache.
func (a *API) admit(c *gin.Context) {
	access := httpx.AccessOf(c.Request.Context())
	if !httpx.HasAccess(c.Request.Context()) {
		access = a.deps.Gate.Decide(c.Request)
	}
	ctx, cancel := context.WithTimeout(httpx.WithAccess(c.Request.Context(), access), a.timeLimit(c.FullPath()))
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Writer.Header().Add("Vary", "Authorization, Cookie")
	c.Header("Cache-Control", "no-cache")
	if access.Actor.SignedIn() {
		c.Header("Cache-Control", "private, no-store")
	}
	if err := access.CheckToken(); err != nil {
		httpx.WriteProblem(c.Writer, c.Request, err)
		c.Abort()
		return
	}
	c.Next()
}

// timeLimit is how long an operation may take: files and the whole index are
// large, everything else should rather fail than keep a person waiting.
func (a *API) timeLimit(route string) time.Duration {
	if route == Prefix+"/reindex" {
		return 9 * time.Minute // a rebuild goes on; the connection is good for ten
	}
	if TakesAttachment(route) || strings.HasPrefix(route, Prefix+"/imports/") || strings.HasPrefix(route, Prefix+"/exports/") || route == Prefix+"/backups" {
		return 10 * time.Minute
	}
	return cmp.Or(a.deps.Limit, 30*time.Second)
}

// Request gives a handler the HTTP request behind its parameters. Bodies and
// numbers are read by us and not by huma, whose messages are English.
type Request struct{ http *http.Request }

// Resolve is called by huma before the handler.
func (r *Request) Resolve(ctx huma.Context) []error {
	r.http = humagin.Unwrap(ctx).Request
	return nil
}

// operation is a huma operation with the action that it is in the table of
// permissions.
type operation struct {
	huma.Operation
	action account.Action
	body   *huma.RequestBody // documented only: the handler reads it
}

// Routes gives the action of every route, by method, blank and pattern, such as
// "GET /api/v1/needs/:code".
func (a *API) Routes() map[string]account.Action { return maps.Clone(a.actions) }

// ginRoute writes a path of the API as the router does.
func ginRoute(path string) string {
	return Prefix + strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// register adds a typed operation; its errors become problems in one place.
func register[I, O any](a *API, op operation, handle func(context.Context, *I) (*O, error)) {
	a.actions[op.Method+" "+ginRoute(op.Path)] = op.action
	op.Middlewares = append(op.Middlewares, require(op.action))
	if account.ScopeOf(account.Actor{}, op.action) == account.None {
		op.Security = []map[string][]string{{"token": {}}, {"session": {}}}
	}
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	op.Responses["default"] = a.problemResponse()
	huma.Register(a.huma, op.Operation, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, op.OperationID, err)
		}
		return out, nil
	})
	if op.body != nil {
		a.documented(op.Method, op.Path).RequestBody = op.body
	}
}

// require turns away who may do the action to nothing, before the body is read;
// to what he may do it, the handler finds out.
func require(action account.Action) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if err := httpx.AccessOf(ctx.Context()).Check(action); err != nil {
			c := humagin.Unwrap(ctx)
			httpx.WriteProblem(c.Writer, c.Request, err)
			return
		}
		next(ctx)
	}
}

// problem logs what is not the caller's fault and gives the answer. The error
// of a request that its caller gave up is nobody's fault.
func (a *API) problem(ctx context.Context, operation string, err error) error {
	p := httpx.NewProblem(httpx.ToldTo(actorOf(ctx), err), httpx.RequestID(ctx))
	if p.Status >= 500 && !errors.Is(ctx.Err(), context.Canceled) {
		a.deps.Log.Error("request failed", "request_id", p.RequestID, "operation", operation, "err", err)
	}
	if stale, ok := errs.As(err).Err.(staleAt); ok {
		p.Rev = stale.rev
	}
	return p
}

// staleAt is the cause of a Stale error that knows the current revision.
type staleAt struct {
	rev int64
	err error
}

func (s staleAt) Error() string { return s.err.Error() }
