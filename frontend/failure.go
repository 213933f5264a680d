package frontend

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// failureView is an error page: what happened, what to do, and what to tell
// whoever looks after the service.
type failureView struct {
	Status    int
	Heading   string
	Message   string
	Code      string
	RequestID string
	SignedIn  bool
}

var failureHeadings = map[int]string{
	http.StatusBadRequest: "请求看不懂", http.StatusUnprocessableEntity: "请求看不懂", http.StatusUnauthorized: "需要登录", http.StatusTooManyRequests: "尝试太多", http.StatusForbidden: "没有权限",
	http.StatusNotFound: "没有这个页面", http.StatusRequestEntityTooLarge: "内容太大", http.StatusInternalServerError: "服务出了意外", http.StatusServiceUnavailable: "暂时连不上",
}

func buildFailure(err error, requestID string, who account.Actor) failureView {
	e, status := errs.As(httpx.ToldTo(who, err)), httpx.Status(err)
	return failureView{
		Status: status, Heading: view.OrText(failureHeadings[status], "没有办成"), Message: e.Message, Code: e.Code,
		RequestID: requestID, SignedIn: who.SignedIn(),
	}
}

// Answer answers with the error page of err, or with problem+json below /api/:
// for what fails before or around the routes, such as a panic.
func (s *Site) Answer(w http.ResponseWriter, r *http.Request, err error) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		httpx.WriteProblem(w, r, err)
		return
	}
	httpx.LogError(s.deps.Log, r, err)
	v := buildFailure(err, httpx.RequestID(r.Context()), httpx.AccessOf(r.Context()).Actor)
	h := w.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("Cache-Control", "no-store")
	if v.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "10")
	}
	s.write(w, r, v.Status, "failure", page{Title: v.Heading, NoIndex: true, OwnSearch: true, Scripts: []string{"suggest.js"}, Body: v})
}

func (s *Site) fail(c *gin.Context, err error) { s.Answer(c.Writer, c.Request, err) }

// NotFound answers for a path that nothing serves.
func (s *Site) NotFound(c *gin.Context) {
	if strings.HasPrefix(c.Request.URL.Path, "/api/") {
		s.fail(c, httpx.NoRoute())
		return
	}
	s.fail(c, errs.New(errs.NotFound, "page.unknown", "这个地址没有内容。它可能写错了，也可能已经撤下；可以在下面检索。"))
}
