package browser_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// envScreenshots names a directory to which the tests draw every page that they
// visit, for people to look at; CI keeps it. Without it only what a test saw when
// it failed is drawn, to a directory of the system's that the failure names.
const envScreenshots = "HONGNIANG_SCREENSHOTS"

// windows is held for reading while a picture is taken and for writing while a window
// comes or goes: Chromium may never answer for a picture that is asked for meanwhile.
var windows sync.RWMutex

// pictures counts those of all tests.
var pictures struct{ drawn, undrawn atomic.Int64 }

// tooFewPictures tells when more pictures are missing than Chromium may owe: a few that it
// never gives are no fault of a page, many would be.
func tooFewPictures(drawn, undrawn int64) error {
	if undrawn <= 2+drawn/100 {
		return nil
	}
	return fmt.Errorf("%d pictures were not drawn, %d were", undrawn, drawn)
}

// draw draws the whole page, when somebody wants to look.
func (p *tab) draw(name string) {
	p.t.Helper()
	p.drawAs(name, wholePage)
}

// How much of a page is drawn. What is on the screen costs next to nothing,
// the whole of a page some 0.2 s of processor.
const (
	wholePage = true
	onScreen  = false
)

func (p *tab) drawAs(name string, whole bool) {
	p.t.Helper()
	dir := os.Getenv(envScreenshots)
	if dir == "" {
		return
	}
	picture, err := p.drawn(whole)
	if err != nil {
		pictures.undrawn.Add(1)
		p.t.Logf("PICTURE NOT DRAWN: %s: %v", name, err)
		return
	}
	pictures.drawn.Add(1)
	if _, err := keepPicture(dir, name, picture); err != nil {
		p.t.Errorf("%s is not kept: %v", name, err)
	}
}

const (
	// pictureTries is how often a picture is asked for: now and then Chromium does not
	// answer for a window that it holds for hidden.
	pictureTries = 3
	// picturePatience is how long one takes at most.
	picturePatience = 20 * time.Second
)

// drawn draws the whole page or what is on the screen.
func (p *tab) drawn(whole bool) ([]byte, error) {
	picture, err := p.picture(whole)
	for try := 1; err != nil && try < pictureTries; try++ {
		p.paintAnew()
		picture, err = p.picture(whole)
	}
	return picture.Data, err
}

// keepPicture writes a picture to a file, and gives its path.
func keepPicture(dir, name string, picture []byte) (string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(dir, fileName.Replace(name)+".png")
	return path, os.WriteFile(path, picture, 0o644)
}

// paintAnew brings the window to the front and changes its size for a moment, so that the
// browser has something to paint.
func (p *tab) paintAnew() {
	ctx, cancel := context.WithTimeout(p.ctx, picturePatience)
	defer cancel()
	_, _ = chromedp.Call(ctx, page.BringToFront, cdp.Empty{}) // the next picture tells
	for _, more := range []int64{1, 0} {
		_, _ = chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, p.screen(p.height+more))
	}
}

// picture asks for a picture once.
func (p *tab) picture(whole bool) (page.CaptureScreenshotResult, error) {
	windows.RLock()
	defer windows.RUnlock()
	ctx, cancel := context.WithTimeout(p.ctx, picturePatience)
	defer cancel()
	fast := true
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
	picture, err := p.drawn(wholePage)
	if err != nil {
		return
	}
	if path, err := keepPicture(dir, "failed-"+p.t.Name(), picture); err == nil {
		p.t.Logf("what was there last: %s", path)
	}
}

func TestTooFewPictures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		drawn, undrawn int64
		tooFew         bool
	}{{0, 0, false}, {9, 2, false}, {9, 3, true}, {860, 10, false}, {860, 11, true}} {
		if err := tooFewPictures(c.drawn, c.undrawn); (err != nil) != c.tooFew {
			t.Errorf("%d drawn, %d not: %v", c.drawn, c.undrawn, err)
		}
	}
}
