package browser_test

import (
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
)

// TestFirstPaint paints start pages and the heaviest ones on an old PC's line and processor,
// 10 Mbit/s and a quarter of this CPU, and logs how long until something is
// there. A figure, not a limit: other work on the machine counts in.
func TestFirstPaint(t *testing.T) {
	for login, paths := range map[string][]string{"": {"/", "/search?q=数控", "/open"}, "hongniang": {"/today", "/introductions", "/needs/XQ-2026-A019/desk"}, "lingdao": {"/leader", "/reports/results"}} {
		p := &person{tab: openTab(t), name: login}
		if login != "" {
			p = signIn(t, login)
		}
		call(p.tab, cdp.Command[conditions, cdp.Empty]{Method: "Network.emulateNetworkConditions"}, conditions{Latency: 40, DownloadThroughput: 1.25e6, UploadThroughput: 1.25e6})
		call(p.tab, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4})
		for _, path := range paths {
			p.open(path)
			p.eventually("a first paint", "performance.getEntriesByName('first-contentful-paint').length")
			ms, err := strconv.ParseFloat(p.eval("performance.getEntriesByName('first-contentful-paint')[0].startTime"), 64)
			if err != nil || ms <= 0 {
				t.Errorf("%s: first paint %v, %v", path, ms, err)
			}
			t.Logf("%s %s: first contentful paint after %.0f ms", login, path, ms)
		}
	}
}
