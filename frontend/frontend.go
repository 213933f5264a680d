// Package frontend is the product's pages: HTML in Chinese, rendered by Go,
// readable without JavaScript, on a phone and on an old office PC.
//
// Every handler parses its request, makes its calls, and renders a typed view;
// parsing and building views are pure functions. Only public views of records
// are ever rendered here: whoever asks, no page shows what is confidential.
package frontend

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/catalog"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// Matcher answers needs; *matcher.Matcher is one.
type Matcher interface {
	Match(ctx context.Context, req matcher.Request) (matcher.Answer, error)
}

// Records reads saved records; *catalog.Service is one. Pages fall back to the
// index when it answers errs.Unavailable or takes longer than two seconds.
type Records interface {
	Get(ctx context.Context, kind catalog.Kind, code string) (catalog.Record, error)
}

// Deps is what the pages stand on.
type Deps struct {
	Engine  search.Engine
	Matcher Matcher
	Records Records
	BaseURL string // such as https://hongniang.example.cn, no slash at the end; "" takes the request's own
	Now     func() time.Time
	Log     *slog.Logger
	Version string // shown at the foot of every page
}

// Site serves the pages.
type Site struct {
	deps    Deps
	views   *views
	static  *static
	sitemap sitemapCache
}

// New parses every template and hashes every static file, so that a fault in
// one of them stops the start and not a visitor.
func New(deps Deps) (*Site, error) {
	files, err := readStatic()
	if err != nil {
		return nil, err
	}
	v, err := parseViews(files)
	if err != nil {
		return nil, err
	}
	return &Site{deps: deps, views: v, static: files}, nil
}

// Mount adds the pages to a router, and answers for every path that nothing
// else serves: as a page, or as problem+json below /api/.
func (s *Site) Mount(r *gin.Engine) {
	pages := r.Group("/", policy)
	get := func(path string, h gin.HandlerFunc) { pages.GET(path, h); pages.HEAD(path, h) }
	get("/", s.home)
	get("/search", s.search)
	get("/match", s.matchForm)
	get("/help", s.help)
	get("/gallery", s.gallery)
	for _, kind := range catalog.Kinds() {
		get(view.KindPath(kind)+":code", s.record(kind))
		get(view.KindPath(kind), s.kindList(kind))
	}
	get("/robots.txt", s.robots)
	get("/sitemap.xml", s.sitemapIndex)
	get("/sitemaps/:part", s.sitemapPart)
	get("/favicon.svg", s.favicon)
	get("/favicon.ico", s.favicon)
	get(staticPrefix+":hash/:name", s.asset)
	pages.POST("/match", s.matchPost)
	pages.POST("/match/fragment", s.matchFragment)
	r.NoRoute(policy, s.NotFound)
}

// contentPolicy allows what we ship and nothing else: no inline script or
// style, no third party, no frame around us.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"

func policy(c *gin.Context) {
	c.Header("Content-Security-Policy", contentPolicy)
}

// base gives the address that links of this answer start with.
func (s *Site) base(r *http.Request) string {
	if s.deps.BaseURL != "" {
		return s.deps.BaseURL
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
