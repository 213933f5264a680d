package browser_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// envScreenshots names a directory to which the tests draw every page that they
// visit, for people to look at; CI keeps it. Without it only what a test saw when
// it failed is drawn, to a directory of the system's that the failure names.
const envScreenshots = "HONGNIANG_SCREENSHOTS"

// draw draws the whole page, when somebody wants to look.
func (p *tab) draw(name string) {
	p.t.Helper()
	if dir := os.Getenv(envScreenshots); dir != "" {
		if _, err := p.drawTo(dir, name); err != nil {
			p.t.Errorf("%s is not drawn: %v", name, err)
		}
	}
}

const (
	// pictureTries is how often a picture is asked for: now and then Chromium never
	// answers for a window that it holds for hidden.
	pictureTries = 3
	// picturePatience is how long one takes at most.
	picturePatience = 20 * time.Second
)

func (p *tab) drawTo(dir, name string) (string, error) {
	picture, err := p.picture()
	for try := 1; err != nil && try < pictureTries; try++ {
		p.toFront()
		picture, err = p.picture()
	}
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(dir, fileName.Replace(name)+".png")
	return path, os.WriteFile(path, picture.Data, 0o644)
}

// toFront shows the tab, when the browser still listens.
func (p *tab) toFront() {
	ctx, cancel := context.WithTimeout(p.ctx, picturePatience)
	defer cancel()
	_, _ = chromedp.Call(ctx, page.BringToFront, cdp.Empty{}) // the next picture tells
}

// picture asks for a picture of the whole page once.
func (p *tab) picture() (page.CaptureScreenshotResult, error) {
	ctx, cancel := context.WithTimeout(p.ctx, picturePatience)
	defer cancel()
	whole, fast := true, true
	return chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &whole, OptimizeForSpeed: &fast})
}

// fileName makes a name of a picture one that every system takes.
var fileName = strings.NewReplacer("/", "_", "?", "_", "=", "-", "&", "_", " ", "_")

// lastLook draws what a test that failed saw last.
func (p *tab) lastLook() {
	dir, err := os.Getenv(envScreenshots), error(nil)
	if dir == "" {
		dir, err = os.MkdirTemp("", "hongniang-failed-")
	}
	if err != nil {
		return
	}
	if path, err := p.drawTo(dir, "failed-"+p.t.Name()); err == nil {
		p.t.Logf("what was there last: %s", path)
	}
}
