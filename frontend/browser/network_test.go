package browser_test

import (
	"testing"

	"github.com/chromedp/cdproto/cdp"
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
	call(p, cdp.Command[conditions, cdp.Empty]{Method: "Network.emulateNetworkConditions"}, conditions{Offline: offline, Latency: latency, DownloadThroughput: -1, UploadThroughput: -1})
}

// forgive drops the faults so far: a test that takes the network away sees
// the browser complain about it.
func (p *tab) forgive() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = nil
}

// On a slow line the page says that it works, and an answer that comes late
// never replaces that of a newer text.
func TestSlowNetwork(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	p.open("/match")
	p.network(false, 2500)
	p.write("#need-text", problem)
	p.eventually("progress after a second", "document.getElementById('match-status').textContent.includes('已用 1 秒')")
	p.write("#need-text", "换流站的换流阀积灰严重，停电检修时间短，人工擦拭效率低，想找安全高效的清灰办法。")
	p.eventually("an answer", "document.querySelector('#match-answer .columns')")
	if got := p.eval("document.querySelector('#match-answer .columns').innerText.includes('换流阀')"); got != "true" {
		t.Error("the first answer to be shown is that of the older text")
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
	p.forgive()
	p.network(false, 0)
	p.click(".need button")
	p.eventually("an answer when the line is back", "document.querySelectorAll('#match-answer .card').length > 0")
}
