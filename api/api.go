// Package api is the JSON API under /api/v1: the records, search, matching and
// files, described by an OpenAPI 3.1 document that a test holds every answer
// against. /healthz, /readyz and /metrics are here too.
//
// Whoever asks without the staff token is shown public views only. Errors are
// problem+json with a stable code and a Chinese sentence.
package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// Prefix is where the API begins.
const Prefix = "/api/v1"

// Matcher answers needs; *matcher.Matcher is one.
type Matcher interface {
	Match(ctx context.Context, req matcher.Request) (matcher.Answer, error)
}

// Deps is what the API stands on. All are needed.
type Deps struct {
	Catalog *catalog.Service
	Engine  search.Engine
	Matcher Matcher
	Gate    httpx.Gate
	// Rebuild makes the search index anew while the old one goes on answering.
	// Errors: errs.Locked while it is being rebuilt already.
	Rebuild func(ctx context.Context) error
	Now     func() time.Time
	Log     *slog.Logger
	Version string
}

// API serves the operations.
type API struct {
	deps    Deps
	huma    huma.API
	metrics *metrics
	started time.Time
}

// New prepares the API; Mount adds it to a router.
func New(deps Deps) *API {
	return &API{deps: deps, metrics: newMetrics(deps), started: deps.Now()}
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
	engine.GET("/metrics", gin.WrapH(a.metrics.handler()))

	group := engine.Group(Prefix, a.admit)
	a.huma = humagin.NewWithGroup(engine, group, config(a.deps.Version))
	mountRecords[catalog.Need](a, catalog.KindNeed)
	mountRecords[catalog.Result](a, catalog.KindResult)
	mountRecords[catalog.Patent](a, catalog.KindPatent)
	mountRecords[catalog.Expert](a, catalog.KindExpert)
	mountRecords[catalog.Studio](a, catalog.KindStudio)
	mountRecords[catalog.Organisation](a, catalog.KindOrganisation)
	a.mountSearch()
	a.mountMatch()
	a.mountChanges()
	a.mountStatus()
	a.mountFiles()
	a.mountReindex()
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
					"不带令牌时只见公开内容；请求头 `Authorization: Bearer 令牌` 者为工作人员，可见全部并可修改。",
			},
			Servers: []*huma.Server{{URL: Prefix}},
			Components: &huma.Components{
				Schemas:         huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{"staff": {Type: "http", Scheme: "bearer", Description: "工作人员令牌"}},
			},
			Security: []map[string][]string{{}, {"staff": {}}},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
	}
}

// admit decides who asks, turns wrong tokens away and keeps what staff are
// shown out of every cache.
func (a *API) admit(c *gin.Context) {
	access := a.deps.Gate.Decide(c.Request)
	ctx, cancel := context.WithTimeout(httpx.WithAccess(c.Request.Context(), access), timeLimit(c.FullPath()))
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Writer.Header().Add("Vary", "Authorization")
	c.Header("Cache-Control", "no-cache")
	if access.Role.SeesAll() {
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
func timeLimit(route string) time.Duration {
	if strings.HasPrefix(route, Prefix+"/imports/") || strings.HasPrefix(route, Prefix+"/exports/") || route == Prefix+"/reindex" {
		return 10 * time.Minute
	}
	return 30 * time.Second
}

// Request gives a handler the HTTP request behind its parameters. Bodies and
// numbers are read by us and not by huma, whose messages are English.
type Request struct{ http *http.Request }

// Resolve is called by huma before the handler.
func (r *Request) Resolve(ctx huma.Context) []error {
	r.http = humagin.Unwrap(ctx).Request
	return nil
}

// operation is a huma operation with who may use it.
type operation struct {
	huma.Operation
	check func(httpx.Access) error // nil: everybody
	body  *huma.RequestBody        // documented only: the handler reads it
}

// register adds a typed operation; its errors become problems in one place.
func register[I, O any](a *API, op operation, handle func(context.Context, *I) (*O, error)) {
	if op.check != nil {
		op.Middlewares = append(op.Middlewares, require(op.check))
		op.Security = []map[string][]string{{"staff": {}}}
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

// require turns away whom check refuses, before the body is read.
func require(check func(httpx.Access) error) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if err := check(httpx.AccessOf(ctx.Context())); err != nil {
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
	p := httpx.NewProblem(err, httpx.RequestID(ctx))
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
