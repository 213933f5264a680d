package main_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/demo"
)

// make figures runs these.
// Each is measured on the program itself over HTTP, with the demo data, warm,
// by one client; p50-ms and p95-ms are what a client waits.

var figureQueries = []string{"换流阀", "数控机床", "电主轴 修复", "曲轴", "焊接变形", "污水处理", "海参加工", "风电", "厨师", "薄壁件"}

func BenchmarkFigureSearchAPI(b *testing.B) {
	s := serve(b, demoDir(b))
	waits(b, func(i int) time.Duration {
		return firstByte(b, s.base+"/api/v1/search?facets=true&q="+url.QueryEscape(figureQueries[i%len(figureQueries)]), nil)
	})
}

// BenchmarkFigureSearchPage measures the first byte, and weighs the page.
func BenchmarkFigureSearchPage(b *testing.B) {
	s := serve(b, demoDir(b))
	waits(b, func(i int) time.Duration {
		return firstByte(b, s.base+"/search?q="+url.QueryEscape(figureQueries[i%len(figureQueries)]), nil)
	})
	res, err := http.Get(s.base + "/search?q=" + url.QueryEscape(figureQueries[0]))
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := io.Copy(w, res.Body); err != nil || w.Close() != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(packed.Len()), "page-bytes")
}

// BenchmarkFigureMatchAPI matches pasted needs of 500 characters.
func BenchmarkFigureMatchAPI(b *testing.B) {
	s := serve(b, demoDir(b))
	needs := pastedNeeds(b, 500)
	waits(b, func(i int) time.Duration {
		body, err := json.Marshal(map[string]any{"text": needs[i%len(needs)]})
		if err != nil {
			b.Fatal(err)
		}
		return firstByte(b, s.base+"/api/v1/match", body)
	})
}

// pastedNeeds joins the confidential texts of demo needs to pieces of n
// characters.
func pastedNeeds(b *testing.B, n int) []string {
	recs, err := demo.Records(catalog.KindNeed)
	if err != nil {
		b.Fatal(err)
	}
	var all strings.Builder
	for _, rec := range recs {
		need := rec.(*catalog.Need)
		all.WriteString(need.Detail + need.Background + need.Attempts)
	}
	var out []string
	for piece := range slices.Chunk([]rune(all.String()), n) {
		if len(piece) == n {
			out = append(out, string(piece))
		}
	}
	return out
}

// waits runs ask until the benchmark has enough, and reports the median and the
// 95th percentile in milliseconds. The first 200 rounds warm the service.
func waits(b *testing.B, ask func(i int) time.Duration) {
	for i := range 200 {
		ask(i)
	}
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		took = append(took, ask(i))
	}
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(took[len(took)/2]), "p50-ms")
	b.ReportMetric(ms(took[len(took)*95/100]), "p95-ms")
}

// firstByte asks and measures until the first byte of the answer; a nil body is
// a GET.
func firstByte(b *testing.B, address string, body []byte) time.Duration {
	method, reader := http.MethodGet, io.Reader(nil)
	if body != nil {
		method, reader = http.MethodPost, bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(b.Context(), method, address, reader)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	begin := time.Now()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := res.Body.Read(make([]byte, 1)); err != nil || res.StatusCode != http.StatusOK {
		b.Fatalf("%s: status %d, %v", address, res.StatusCode, err)
	}
	took := time.Since(begin)
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		b.Fatal(err)
	}
	return took
}
