package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"hongniang/internal/account"
	"hongniang/internal/httpx"
)

// metrics are the counts behind /metrics, in a registry of their own.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	now      func() time.Time
}

func newMetrics(deps Deps) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hongniang_http_requests_total", Help: "Requests by route, method and status."}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "hongniang_http_request_seconds", Help: "Time to answer by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"route"}),
		now: deps.Now,
	}
	m.registry.MustRegister(m.requests, m.seconds, &vitalsCollector{deps: deps}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// count is a middleware; a route is the pattern and never the address, so that
// nobody can make the counts grow.
func (m *metrics) count(c *gin.Context) {
	start := m.now()
	c.Next()
	route := c.FullPath()
	if route == "" {
		route = "unmatched"
	}
	m.requests.WithLabelValues(route, knownMethod(c.Request.Method), strconv.Itoa(c.Writer.Status())).Inc()
	m.seconds.WithLabelValues(route).Observe(m.now().Sub(start).Seconds())
}

func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// mountMetrics adds /metrics: for programs of this machine, for administrators
// by their token, and for everybody where the settings say so.
func (a *API) mountMetrics(engine *gin.Engine) {
	a.actions["GET /metrics"] = account.ServiceMetrics
	show := a.metrics.handler()
	engine.GET("/metrics", func(c *gin.Context) {
		access := httpx.AccessOf(c.Request.Context())
		if !httpx.HasAccess(c.Request.Context()) {
			access = a.deps.Gate.Decide(c.Request)
		}
		if err := access.Check(account.ServiceMetrics); err != nil && !a.deps.OpenMetrics && !access.Local {
			httpx.WriteProblem(c.Writer, c.Request, err)
			return
		}
		show.ServeHTTP(c.Writer, c.Request)
	})
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{DisableCompression: true})
}

// vitalsCollector looks at store and index when the metrics are read.
type vitalsCollector struct{ deps Deps }

var (
	documentsDesc  = prometheus.NewDesc("hongniang_index_documents", "Documents in the index.", nil, nil)
	lagDesc        = prometheus.NewDesc("hongniang_feed_lag_changes", "Changes that are not in the index yet, at most 1000.", nil, nil)
	storeDesc      = prometheus.NewDesc("hongniang_store_up", "1 when the store answers.", nil, nil)
	indexDesc      = prometheus.NewDesc("hongniang_index_up", "1 when the index can be read.", nil, nil)
	rebuildingDesc = prometheus.NewDesc("hongniang_index_rebuilding", "1 while the index is rebuilt.", nil, nil)
	failuresDesc   = prometheus.NewDesc("hongniang_index_rebuild_failures_total", "Rebuilds of the index that failed.", nil, nil)
)

// Describe names what it reads.
func (v *vitalsCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{documentsDesc, lagDesc, storeDesc, indexDesc, rebuildingDesc, failuresDesc} {
		ch <- d
	}
}

// Collect reads them. Prometheus gives no context: lookAt bounds the time.
func (v *vitalsCollector) Collect(ch chan<- prometheus.Metric) {
	at := lookAt(context.Background(), v.deps)
	gauge := func(d *prometheus.Desc, x float64) { ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, x) }
	gauge(documentsDesc, float64(at.index.Documents))
	gauge(lagDesc, float64(at.lag))
	gauge(storeDesc, one(at.store == nil))
	gauge(indexDesc, one(at.indexErr == nil))
	gauge(rebuildingDesc, one(at.index.Rebuilding))
	ch <- prometheus.MustNewConstMetric(failuresDesc, prometheus.CounterValue, float64(at.index.FailedRebuilds))
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
