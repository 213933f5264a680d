package browser_test

import (
	"context"
	"os"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"hongniang/internal/browsertest"
)

// chromium is the one browser of all tests; each tab has a profile of its own in
// it, as a private window has.
var chromium struct {
	once sync.Once
	ctx  context.Context
	stop func()
	err  error
}

// startBrowser starts it once.
func startBrowser(t testing.TB) context.Context {
	t.Helper()
	path := browsertest.Chromium(t)
	chromium.once.Do(func() { chromium.ctx, chromium.stop, chromium.err = launchBrowser(path) })
	if chromium.err != nil {
		t.Fatalf("the browser does not start: %v", chromium.err)
	}
	return chromium.ctx
}

// unneeded are features of Chromium that are off: the first two are so by the
// driver's wish, the others load two pages of the browser's own for the address bar of
// every window, which costs three times what an empty tab does.
const unneeded = "Translate,BlinkGenPropertyTrees,WebUIOmniboxPopup,WebUIOmniboxAimPopup"

func launchBrowser(path string) (context.Context, func(), error) {
	dir, err := os.MkdirTemp("", "hongniang-chromium-")
	if err != nil {
		return nil, nil, err
	}
	options := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	options = append(options, chromedp.ExecPath(path), chromedp.UserDataDir(dir), chromedp.WSURLReadTimeout(patience))
	for _, flag := range browsertest.Flags() {
		options = append(options, chromedp.Flag(flag, true))
	}
	options = append(options, chromedp.Flag("disable-features", unneeded))
	ctx, stopBrowser := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeFirst := chromedp.NewContext(ctx)
	stop := func() {
		closeFirst()
		stopBrowser()
		_ = os.RemoveAll(dir)
	}
	return ctx, stop, chromedp.Do(ctx)
}
