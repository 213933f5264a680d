package browser_test

import (
	"os"
	"path/filepath"
	"strings"

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

func (p *tab) drawTo(dir, name string) (string, error) {
	whole, fast := true, true
	picture, err := chromedp.Call(p.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &whole, OptimizeForSpeed: &fast})
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(dir, fileName.Replace(name)+".png")
	return path, os.WriteFile(path, picture.Data, 0o644)
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
