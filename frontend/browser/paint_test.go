package browser_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
)

// An old PC's line and processor: 10 Mbit/s there and back, 40 ms until an answer
// begins, and a quarter of this CPU.
var oldPC = conditions{Latency: 40, DownloadThroughput: 1.25e6, UploadThroughput: 1.25e6}

const oldCPU = 4

// BenchmarkFirstPaint opens every page of every role as at a first visit, with
// nothing kept by the browser, on an old PC, and reports the milliseconds until
// something is there (median), until the first byte came, and what the page weighs
// with all that it loads; at the end the slowest and the heaviest. Figures, not
// limits: other work on the machine counts in. docs/performance.md has the command.
func BenchmarkFirstPaint(b *testing.B) {
	slowest, heaviest := extreme{}, extreme{}
	for _, login := range slices.Sorted(maps.Keys(rolePages)) {
		b.Run(roleName(login), func(b *testing.B) {
			p := asRole(b, login)
			call(p.tab, cdp.Command[conditions, cdp.Empty]{Method: "Network.emulateNetworkConditions"}, oldPC)
			call(p.tab, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: oldCPU})
			for _, path := range rolePages[login] {
				b.Run(cmp.Or(strings.TrimPrefix(path, "/"), "home"), func(b *testing.B) {
					paint, weight := p.paints(b, path)
					slowest, heaviest = slowest.or(b.Name(), paint), heaviest.or(b.Name(), weight)
				})
			}
		})
	}
	fmt.Printf("slowest: %s, first contentful paint after %.0f ms; heaviest: %s, %.1f KB\n", slowest.name, slowest.n, heaviest.name, heaviest.n)
}

// paints opens one page again and again, and gives the median of its first paints in
// milliseconds and its weight in KB.
func (p *person) paints(b *testing.B, path string) (paint, weight float64) {
	var paints, answers []float64
	for b.Loop() {
		painted, answered := p.firstPaint(path)
		paints, answers = append(paints, painted), append(answers, answered)
	}
	p.answered(path)
	paint, weight = median(paints), float64(p.weight())/1024
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(paint, "fcp-ms")
	b.ReportMetric(median(answers), "first-byte-ms")
	b.ReportMetric(weight, "wire-KB")
	return paint, weight
}

// firstPaint opens a page with an empty cache, and gives the milliseconds until the
// first contentful paint and until the first byte of the page.
func (p *person) firstPaint(path string) (paint, answer float64) {
	p.t.Helper()
	call(p.tab, network.ClearBrowserCache, cdp.Empty{})
	p.open(path)
	p.eventually("a first paint", "performance.getEntriesByName('first-contentful-paint').length")
	return p.milliseconds("performance.getEntriesByName('first-contentful-paint')[0].startTime"), p.milliseconds("performance.getEntriesByType('navigation')[0].responseStart")
}

// milliseconds reads a time that is past.
func (p *tab) milliseconds(expression string) float64 {
	p.t.Helper()
	ms, err := strconv.ParseFloat(p.eval(expression), 64)
	if err != nil || ms <= 0 {
		p.t.Fatalf("%s: %v, %v%s", expression, ms, err, p.here())
	}
	return ms
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// extreme is the page that has most of something.
type extreme struct {
	name string
	n    float64
}

func (e extreme) or(name string, n float64) extreme {
	if n > e.n {
		return extreme{name, n}
	}
	return e
}
