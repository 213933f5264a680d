package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
	"hongniang/internal/search"
)

// Status is how the service is.
type Status struct {
	Version   string         `json:"version"`
	StartedAt time.Time      `json:"started_at"`
	Role      string         `json:"role" enum:"visitor,enterprise,provider,broker,leader,administrator" doc:"What the caller is taken for"`
	Store     string         `json:"store" enum:"ok,unavailable"`
	Index     string         `json:"index" enum:"ok,rebuilding,slow,unavailable"`
	Documents int            `json:"documents" doc:"Public documents in the index"`
	Lag       int            `json:"lag" doc:"Changes that are not in the index yet; 1000 means 1000 or more"`
	Records   map[string]int `json:"records,omitempty" doc:"Records of each kind, removed ones left out; for administrators"`
}

type statusOut struct {
	Body Status `nameHint:"ServiceStatus"`
}

func (a *API) mountStatus() {
	register(a, operation{Operation: huma.Operation{OperationID: "status", Method: http.MethodGet, Path: "/status",
		Summary: "服务的状态", Tags: []string{"系统"}}, action: account.ServiceStatus}, a.status)
}

func (a *API) status(ctx context.Context, _ *struct{}) (*statusOut, error) {
	access := httpx.AccessOf(ctx)
	v := a.vitals(ctx)
	out := &statusOut{Body: Status{
		Version: a.deps.Version, StartedAt: a.started.UTC(), Role: string(access.Role()),
		Store: v.storeWord(), Index: v.indexWord(), Documents: v.index.Documents, Lag: v.lag,
	}}
	if access.Check(account.ServiceStatistics) == nil && v.store == nil {
		out.Body.Records = map[string]int{}
		for _, kind := range catalog.Kinds() {
			n, err := a.deps.Catalog.Store.Count(ctx, kind)
			if err != nil {
				return nil, err
			}
			out.Body.Records[string(kind)] = n
		}
	}
	return out, nil
}

// vitals are what health, status and metrics tell.
type vitals struct {
	store    error // nil: answers
	indexErr error // nil: can be read
	index    search.Status
	lag      int
}

// Bounds of a look at the vitals.
const (
	vitalsTimeout = 2 * time.Second
	maxLag        = 1000
)

func (a *API) vitals(ctx context.Context) vitals { return lookAt(ctx, a.deps) }

func lookAt(ctx context.Context, deps Deps) vitals {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(deps.Patience, vitalsTimeout))
	defer cancel()
	var v vitals
	v.index, v.indexErr = deps.Engine.Status(ctx)
	if v.store = deps.Catalog.Store.Ping(ctx); v.store != nil || v.indexErr != nil {
		return v
	}
	if missing, err := deps.Catalog.Store.Changes(ctx, v.index.Checkpoint, maxLag); err == nil {
		v.lag = len(missing)
	}
	return v
}

func (v vitals) storeWord() string {
	if v.store != nil {
		return "unavailable"
	}
	return "ok"
}

func (v vitals) indexWord() string {
	switch {
	case v.indexErr != nil:
		return "unavailable"
	case v.index.Rebuilding:
		return "rebuilding"
	case v.index.Slow:
		return "slow"
	}
	return "ok"
}

// Readiness is the answer of /readyz.
type Readiness struct {
	Ready   bool   `json:"ready"`
	Store   string `json:"store"`
	Index   string `json:"index"`
	Message string `json:"message"`
}

// mountHealth adds /healthz, which says that the process lives, and /readyz,
// which says whether it can do all its work.
func (a *API) mountHealth(engine *gin.Engine) {
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		a.actions[method+" /healthz"], a.actions[method+" /readyz"] = account.ServiceStatus, account.ServiceStatus
		engine.Handle(method, "/healthz", a.healthz)
		engine.Handle(method, "/readyz", a.readyz)
	}
}

func (a *API) healthz(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"status": "ok", "version": a.deps.Version})
}

func (a *API) readyz(c *gin.Context) {
	v := a.vitals(c.Request.Context())
	answer, status := readiness(v), http.StatusOK
	if !answer.Ready {
		status = http.StatusServiceUnavailable
		c.Header("Retry-After", "5")
		a.deps.Log.Warn("not ready", "store", errText(v.store), "index", errText(v.indexErr))
	}
	c.Header("Cache-Control", "no-store")
	c.JSON(status, answer)
}

func readiness(v vitals) Readiness {
	r := Readiness{Ready: v.store == nil && v.indexErr == nil, Store: v.storeWord(), Index: v.indexWord(), Message: "一切正常。"}
	switch {
	case v.store != nil && v.indexErr != nil:
		r.Message = "数据库和索引都不可用，请查看日志。"
	case v.store != nil:
		r.Message = "数据库连不上：检索和匹配照常，暂时不能保存；恢复后会自动继续。"
	case v.indexErr != nil:
		r.Message = "索引打不开：可以保存，暂时不能检索和匹配。"
	case v.index.Slow:
		r.Message = "一切正常，但检索没有可用的内存（search.memory_mb 为 0），检索和匹配较慢。"
	}
	return r
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return errs.As(err).Error()
}
