package httpx

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

// Problem is an error as a client gets it: RFC 9457 with a stable code, a
// Chinese sentence and the faults of single fields.
type Problem struct {
	Type      string       `json:"type" doc:"Always about:blank: the code tells the problems apart"`
	Title     string       `json:"title" doc:"The status in Chinese"`
	Status    int          `json:"status" doc:"HTTP status"`
	Code      string       `json:"code" doc:"Stable, dotted, such as record.stale"`
	Detail    string       `json:"detail" doc:"What happened and what to do, in Chinese"`
	Errors    []errs.Field `json:"errors,omitempty" doc:"The faults of single fields"`
	Rev       int64        `json:"current_rev,omitempty" doc:"With record.stale: the revision that is current"`
	RequestID string       `json:"request_id,omitempty" doc:"To be told to the administrator"`
	wait      int          // seconds, with 429
}

// Error gives code and sentence.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus gives the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType names the media type of a problem for that of a plain answer.
func (p *Problem) ContentType(string) string { return ProblemType }

// ProblemType is the media type of a Problem.
const ProblemType = "application/problem+json"

// GetHeaders gives the headers that go with the status.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	switch p.Status {
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "5")
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="hongniang"`)
	case http.StatusTooManyRequests:
		h.Set("Retry-After", strconv.Itoa(p.wait))
	}
	return h
}

// titles are the statuses in words.
var titles = map[int]string{
	400: "请求无法读取", 401: "需要登录", 403: "不允许这样做", 404: "没有找到", 405: "不支持这种操作", 406: "没有这种格式",
	409: "与现有内容冲突", 413: "内容太大", 415: "文件格式不对", 422: "填写有误", 423: "数据正被占用", 429: "尝试太多", 500: "服务出错", 503: "服务暂时不可用",
}

// codeStatus are the codes whose status is not that of their kind.
var codeStatus = map[string]int{
	"json.malformed":     http.StatusBadRequest,
	"json.empty":         http.StatusBadRequest,
	"form.malformed":     http.StatusBadRequest,
	"access.sign_in":     http.StatusUnauthorized,
	"access.token_wrong": http.StatusUnauthorized,
	"session.over":       http.StatusUnauthorized,
	"login.failed":       http.StatusUnauthorized,
	"login.code_missing": http.StatusUnauthorized,
	"login.code_wrong":   http.StatusUnauthorized,
	"login.slow_down":    http.StatusTooManyRequests,
	"route.method":       http.StatusMethodNotAllowed,
}

// Status maps an error to an HTTP status; it is the only place that does.
func Status(err error) int {
	e := errs.As(err)
	if status, ok := codeStatus[e.Code]; ok {
		return status
	}
	switch e.Kind {
	case errs.Invalid:
		return http.StatusUnprocessableEntity
	case errs.NotFound:
		return http.StatusNotFound
	case errs.Conflict, errs.Stale:
		return http.StatusConflict
	case errs.Denied:
		return http.StatusForbidden
	case errs.TooLarge:
		return http.StatusRequestEntityTooLarge
	case errs.Locked:
		return http.StatusLocked
	case errs.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// forOperators are failures whose sentence says what to do to the machine.
var forOperators = []string{"store.damaged", "store.full", "store.io", "store.auth", "store.read_only", "store.cannot_open"}

// ToldTo gives an error as somebody is told it: what to do to the machine is told
// administrators alone, others are told whom to ask. Code and kind stay.
func ToldTo(who account.Actor, err error) error {
	e := errs.As(err)
	if who.Role == account.Administrator || e == nil || !slices.Contains(forOperators, e.Code) {
		return err
	}
	return errs.Wrap(err, e.Kind, e.Code, "存放资料的地方出了问题，没有办成。请稍后再试；还不行，请把请求编号告诉管理员。")
}

// NewProblem puts an error into the form for clients; what a library said is
// not in it. A body over its limit is seen as such wherever it surfaced.
func NewProblem(err error, requestID string) *Problem {
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		err = TooLarge(tooBig.Limit)
	}
	if errors.Is(err, context.DeadlineExceeded) && errs.Is(err, errs.Internal) {
		err = errs.Wrap(err, errs.Unavailable, "request.timeout", "处理时间过长，已经停止。请稍后再试，或缩小范围。")
	}
	e, status := errs.As(err), Status(err)
	return &Problem{
		Type: "about:blank", Title: titles[status], Status: status, Code: e.Code, Detail: e.Message,
		Errors: e.Fields, RequestID: requestID, wait: int(math.Ceil(account.WaitOf(err).Seconds())),
	}
}

// WriteProblem answers a request with an error.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := NewProblem(ToldTo(AccessOf(r.Context()).Actor, err), RequestID(r.Context()))
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", ProblemType)
	for _, name := range []string{"Content-Length", "Content-Encoding", "Content-Disposition", "ETag", "Location"} {
		w.Header().Del(name)
	}
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(p) // the client is gone when this fails
	}
}

// LogError writes an error that is ours or the machine's to the log, with its
// cause. What a caller did wrong is in the access log already, and what he gave
// up is nobody's fault.
func LogError(log *slog.Logger, r *http.Request, err error) {
	if Status(err) < 500 || errors.Is(r.Context().Err(), context.Canceled) {
		return
	}
	log.Error("request failed", "request_id", RequestID(r.Context()), "method", r.Method, "path", cleanPath(r), "err", err)
}

// NoRoute is the error for an address that does not exist.
func NoRoute() error {
	return errs.New(errs.NotFound, "route.unknown", "没有这个地址，请核对网址；接口的清单见 /api/v1/openapi.json。")
}

// NoMethod is the error for an address that knows other methods only.
func NoMethod(method string) error {
	return errs.New(errs.Invalid, "route.method", "这个地址不支持 "+cut(method, 20)+" 方法；响应头 Allow 里写着可用的方法。")
}

func cut(s string, n int) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
