// Package frontend is the product's pages: HTML in Chinese, rendered by Go,
// readable without JavaScript, on a phone and on an old office PC.
//
// Every handler parses its request, makes its calls, and renders a typed view;
// parsing and building views are pure functions. Every page names its action in
// the table of permissions; visitors are shown public views only, and a record
// whole only who may read it whole.
package frontend

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/frontend/wording"
	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/campaign"
	"hongniang/internal/catalog"
	"hongniang/internal/coach"
	"hongniang/internal/figures"
	"hongniang/internal/group"
	"hongniang/internal/httpx"
	"hongniang/internal/notice"
	"hongniang/internal/offer"
	"hongniang/internal/review"
	"hongniang/internal/search"
	"hongniang/internal/verdict"
	"hongniang/internal/watch"
	"hongniang/matcher"
)

// Matcher answers needs; *matcher.Matcher is one.
type Matcher interface {
	Match(ctx context.Context, req matcher.Request) (matcher.Answer, error)
	Wanting(ctx context.Context, doc search.Document, top int) ([]string, error)
	Fit(ctx context.Context, req matcher.Request, ids []string, least matcher.Band) ([]matcher.Candidate, error)
}

// Records reads saved records; *catalog.Service is one. Pages fall back to the
// index when it answers errs.Unavailable or takes longer than two seconds.
type Records interface {
	Get(ctx context.Context, kind catalog.Kind, code string) (catalog.Record, error)
}

// Intake takes needs in; *intake.Service is one.
type Intake interface {
	Open(ctx context.Context, a account.Actor, code string) (*catalog.Need, error)
	Edit(ctx context.Context, a account.Actor, code string) (*catalog.Need, error)
	Confirmable(ctx context.Context, a account.Actor, rec catalog.Record) ([]string, error)
	Confirm(ctx context.Context, a account.Actor, kind catalog.Kind, code string, rev int64) (catalog.Record, error)
	Save(ctx context.Context, a account.Actor, need *catalog.Need) error
	Step(ctx context.Context, a account.Actor, code string, rev int64, step catalog.NeedStep) (*catalog.Need, error)
	Steps(ctx context.Context, a account.Actor, need *catalog.Need) ([]catalog.NeedRule, error)
	Mine(ctx context.Context, a account.Actor, limit int) ([]*catalog.Need, error)
	Firm(ctx context.Context, a account.Actor, need *catalog.Need) (coach.Firm, error)
	OpenRecord(ctx context.Context, a account.Actor, kind catalog.Kind, code string) (catalog.Record, error)
	EditRecord(ctx context.Context, a account.Actor, kind catalog.Kind, code string) (catalog.Record, error)
	DecideChange(ctx context.Context, a account.Actor, d catalog.Decision) (catalog.Record, error)
	SaveRecord(ctx context.Context, a account.Actor, rec catalog.Record, submit bool) error
	Withdraw(ctx context.Context, a account.Actor, kind catalog.Kind, code string, rev int64) error
}

// Deps is what the pages stand on.
type Deps struct {
	Engine  search.Engine
	Matcher Matcher
	Records Records
	// Accounts are the users.
	Accounts *account.Service
	// Creator lets an administrator enter the unions to which staff belong.
	Creator Creator
	// Personal gives people their data and takes them away; nil leaves the pages without.
	Personal  Personal
	Registrar Registrar
	// Introductions are carried on by these pages; nil leaves the other pages without them.
	Introductions *brokering.Service
	Notices       *notice.Service
	// Campaigns and Groups are carried on by these pages; nil leaves the other pages
	// without them. Proposer finds common needs.
	Campaigns *campaign.Service
	Groups    *group.Service
	Proposer  Proposer
	// Reviews are the judgings of results; nil leaves out their pages.
	Reviews *review.Service
	// Verdicts are what brokers say of candidates; nil leaves the pages without them.
	Verdicts *verdict.Service
	// Offers are what people who can help say of their own accord; nil leaves the
	// pages without them.
	Offers *offer.Service
	// Intake takes needs in by these pages; nil leaves the other pages without them.
	Intake Intake
	// Desk says what waits for whom; nil leaves the pages without these lists.
	Desk Desk
	// Changes saves what is changed by a switch or a review; nil leaves those out.
	Changes Changer
	// Figures are the numbers of the programme; nil leaves out their pages.
	Figures *figures.Book

	// Searches are what people saved; nil leaves the pages without.
	Searches *watch.Service
	// Batches brings files in; nil leaves its pages out.
	Batches Batches
	// Operation is what administrators look after; nil leaves its pages out.
	Operation *Operation

	// DemoUsers are listed on the sign-in page; empty outside a demonstration.
	DemoUsers []DemoUser
	BaseURL   string // such as https://hongniang.example.cn, no slash at the end; "" takes the request's own
	// LocalURL is where the service listens when only this machine can reach it;
	// links that are passed on begin with it when there is no BaseURL, and never
	// with what a request says of itself.
	LocalURL string
	Now      func() time.Time
	// Patience is how long the page of a record waits for the store before it shows
	// what the index knows; 0: two seconds.
	Patience time.Duration
	Log      *slog.Logger
	Version  string // shown at the foot of every page
}

// Site serves the pages.
type Site struct {
	deps    Deps
	views   *views
	static  *static
	book    *wording.Book
	said    []string // by scripts
	sitemap sitemapCache
	actions map[string]account.Action // by method, blank and path
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
	book, err := openBook()
	if err != nil {
		return nil, err
	}
	return &Site{deps: deps, views: v, static: files, book: book, said: scriptPhrases(files), actions: map[string]account.Action{}}, nil
}

// Mount adds the pages to a router, and answers for every path that nothing
// else serves: as a page, or as problem+json below /api/.
func (s *Site) Mount(r *gin.Engine) {
	pages := routes{site: s, group: r.Group("/", policy)}
	read, match := account.CatalogueRead, account.MatchRun
	pages.get("/", read, s.home)
	pages.get("/search", read, s.search)
	pages.get("/match", match, s.matchForm)
	pages.get("/help", read, s.help)
	pages.get("/gallery", read, s.gallery)
	for _, kind := range catalog.Kinds() {
		pages.get(view.KindPath(kind)+":code", read, s.record(kind))
		pages.get(view.KindPath(kind), read, s.kindList(kind))
	}
	pages.get("/robots.txt", read, s.robots)
	pages.get("/sitemap.xml", read, s.sitemapIndex)
	pages.get("/sitemaps/:part", read, s.sitemapPart)
	pages.get("/favicon.svg", read, s.favicon)
	pages.get("/favicon.ico", read, s.favicon)
	pages.get(staticPrefix+":hash/:name", read, s.asset)
	pages.post("/match", match, s.matchPost)
	pages.post("/match/fragment", match, s.matchFragment)
	s.mountNeeds(pages)
	s.mountAccounts(pages)
	s.mountConfirm(pages)
	s.mountUsers(pages)
	s.mountAdmin(pages)
	s.mountSearches(pages)
	s.mountPersonal(pages)
	s.mountIntroductions(pages)
	s.mountVerdicts(pages)
	s.mountOffers(pages)
	s.mountToday(pages)
	s.mountFigures(pages)
	s.mountDesk(pages)
	s.mountOpen(pages)
	s.mountLanguage(pages)
	s.mountCampaigns(pages)
	s.mountGroups(pages)
	s.mountReviews(pages)
	s.mountHandover(pages)
	s.mountImports(pages)
	s.mountOwnRecords(pages)
	r.NoRoute(policy, s.NotFound)
}

// mountAccounts adds the pages of signing in and of the own account.
func (s *Site) mountAccounts(pages routes) {
	session, self, tokens := account.SessionCreate, account.AccountSelf, account.AccountTokens
	pages.get("/login", session, s.loginForm)
	pages.post("/login", session, s.login)
	pages.post("/logout", session, s.logout)
	pages.get("/account", self, s.account)
	pages.post("/account/password", self, s.accountStep("password", s.changePassword))
	pages.post("/account/sessions", self, s.accountStep("sessions", s.endSession))
	pages.post("/account/totp/begin", self, s.accountStep("totp", s.beginTOTP))
	pages.post("/account/totp/confirm", self, s.accountStep("totp", s.confirmTOTP))
	pages.post("/account/totp/remove", self, s.accountStep("totp", s.removeTOTP))
	pages.post("/account/tokens", tokens, s.accountStep("tokens", s.makeToken))
	pages.post("/account/tokens/delete", tokens, s.accountStep("tokens", s.deleteToken))
	pages.get("/register", account.Register, s.registerForm)
	pages.post("/register", account.Register, s.register)
	for _, kind := range []catalog.Kind{catalog.KindExpert, catalog.KindStudio} {
		pages.get(view.ClaimURL(kind, ":code"), account.ClaimRequest, s.claimForm(kind))
		pages.post(view.ClaimURL(kind, ":code"), account.ClaimRequest, s.claim(kind))
	}
	pages.get("/claims", account.ClaimDecide, s.claims)
	pages.post("/claims/:code", account.ClaimDecide, s.decideClaim)
}

// contentPolicy allows what we ship and nothing else: no inline script or
// style, no third party, no frame around us.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"

// policy also keeps what somebody who signed in is shown out of every cache.
func policy(c *gin.Context) {
	c.Header("Content-Security-Policy", contentPolicy)
	if strings.HasPrefix(c.Request.URL.Path, staticPrefix) {
		return
	}
	c.Writer.Header().Add("Vary", "Cookie")
	if httpx.AccessOf(c.Request.Context()).Actor.SignedIn() {
		c.Header("Cache-Control", "private, no-store")
	}
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
