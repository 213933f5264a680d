package browser_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"
)

// conditions are those of Network.emulateNetworkConditions, which browsers
// older than the by-rule command know too.
type conditions struct {
	Offline            bool    `json:"offline"`
	Latency            float64 `json:"latency"` // milliseconds
	DownloadThroughput float64 `json:"downloadThroughput"`
	UploadThroughput   float64 `json:"uploadThroughput"`
}

func (p *tab) network(offline bool, latency float64) {
	p.t.Helper()
	p.mu.Lock()
	p.cut = p.cut || offline
	p.mu.Unlock()
	call(p, cdp.Command[conditions, cdp.Empty]{Method: "Network.emulateNetworkConditions"}, conditions{Offline: offline, Latency: latency, DownloadThroughput: -1, UploadThroughput: -1})
}

// forgive drops the faults so far: of a form that is refused, the browser says so too.
func (p *tab) forgive() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = nil
}

// answers are those of the service to one address that a tab does not get before it
// is let have them: a line that is as slow as a test wants it.
type answers struct {
	*tab
	mu   sync.Mutex
	held []fetch.RequestID
}

// hold keeps back the answers to an address.
func (p *tab) hold(path string) *answers {
	p.t.Helper()
	a := &answers{tab: p}
	watch := func(event any) {
		if e, paused := event.(*fetch.EventRequestPaused); paused {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.held = append(a.held, e.RequestID)
		}
	}
	if err := chromedp.Listen(p.ctx, watch); err != nil {
		p.t.Fatal(err)
	}
	call(p, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: "*" + path, RequestStage: fetch.RequestStageResponse}}})
	return a
}

// await waits until so many answers have come in all.
func (a *answers) await(n int) {
	a.t.Helper()
	a.until(fmt.Sprintf("answer %d", n), func() bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		return len(a.held) >= n
	})
}

// give lets the page have the n-th answer, from 1; one that it does not wait for any
// more is lost.
func (a *answers) give(n int) {
	a.mu.Lock()
	id := a.held[n-1]
	a.mu.Unlock()
	_, _ = chromedp.Call(a.ctx, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: id})
}

// On a slow line the page says that it works, and an answer that comes late
// is never shown in place of that of a newer text.
func TestSlowNetwork(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	p.open("/match")
	p.eval("(window.seen = [], new MutationObserver(() => window.seen.push(document.getElementById('match-answer').innerText)).observe(document.getElementById('match-answer'), { childList: true, subtree: true }))")
	line := p.hold("/match/fragment")
	p.write("#need-text", problem)
	line.await(1)
	p.eventually("progress after a second", "/已用 [1-9]\\d* 秒/.test(document.getElementById('match-status').textContent) && document.getElementById('match-status').hasAttribute('data-busy')")
	p.write("#need-text", "换流站的换流阀积灰严重，停电检修时间短，人工擦拭效率低，想找安全高效的清灰办法。")
	line.await(2)
	line.give(1)
	line.give(2)
	p.eventually("an answer", "document.querySelector('#match-answer .columns')")
	if got := p.eval("window.seen.length > 0 && window.seen.every((text) => text.includes('换流阀'))"); got != "true" {
		t.Error("an answer was shown that is of the older text")
	}
	p.eventually("no more progress", "!document.getElementById('match-status').hasAttribute('data-busy')")
}

// Without a line the text stays, and the page says what to do.
func TestNoNetwork(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	p.open("/match")
	p.network(true, 0)
	p.write("#need-text", problem)
	p.eventually("the page says so", "document.getElementById('match-status').textContent.includes('没有连上服务')")
	if kept := p.eval("document.getElementById('need-text').value"); kept != problem {
		t.Errorf("the form holds %q", kept)
	}
	p.network(false, 0)
	p.tap(".need button")
	p.eventually("an answer when the line is back", "document.querySelectorAll('#match-answer .card').length > 0")
}
