package browser_test

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// downloaded is a file that the browser has saved: the name that it was given, and
// where it lies.
type downloaded struct{ name, path string }

// downloads notes what a tab saves; the browser tells of every tab's files.
type downloads struct {
	mu    sync.Mutex
	frame string
	began map[string]string // names by the browser's id of the file
	ended map[string]bool
}

func (d *downloads) watch(event any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch e := event.(type) {
	case *browser.EventDownloadWillBegin:
		if string(e.FrameID) == d.frame {
			d.began[e.GUID] = e.SuggestedFilename
		}
	case *browser.EventDownloadProgress:
		d.ended[e.GUID] = d.ended[e.GUID] || e.State == browser.DownloadProgressStateCompleted
	}
}

// saved gives the file that is there whole; false: none yet.
func (d *downloads) saved(dir string) (downloaded, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, name := range d.began {
		if d.ended[id] {
			return downloaded{name: name, path: filepath.Join(dir, id)}, true
		}
	}
	return downloaded{}, false
}

// download clicks what has the words as a person does, and waits until the browser
// has saved the file.
func (h *hand) download(words string) downloaded {
	h.t.Helper()
	dir, yes, at := h.t.TempDir(), true, chromedp.FromContext(h.ctx)
	d := &downloads{frame: string(at.Target.TargetID), began: map[string]string{}, ended: map[string]bool{}}
	if err := chromedp.ListenBrowser(h.ctx, d.watch); err != nil {
		h.t.Fatal(err)
	}
	params := browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, BrowserContextID: at.BrowserContextID, DownloadPath: dir, EventsEnabled: &yes}
	if _, err := chromedp.CallBrowser(h.ctx, browser.SetDownloadBehavior, params); err != nil {
		h.t.Fatal(err)
	}
	h.tick("", words)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if file, ok := d.saved(dir); ok {
			return file
		}
	}
	h.t.Fatalf("%s: %q saves no file%s", h.job, words, h.here())
	return downloaded{}
}

// A leader saves the reports of the month before as workbooks, by a click on each:
// they open, and say what they are of.
func TestReportsAreSaved(t *testing.T) {
	t.Parallel()
	atBothWidths(t, "download", func(f flow) {
		h := f.as("lingdao")
		h.menu("报表")
		h.click("上月")
		month := h.eval("new URL(location.href).searchParams.get('from')")
		for _, report := range []string{"月报", "需求台账", "对接台账"} {
			file := h.download("下载 Excel ：" + report)
			if !strings.HasSuffix(file.name, ".xlsx") || !strings.Contains(file.name, report) {
				t.Errorf("%s is saved as %s", report, file.name)
			}
			if text := file.has(t, ".xml"); !strings.Contains(text, month) && !strings.Contains(text, month[:7]) {
				t.Errorf("%s does not say that it is of %s", file.name, month)
			}
		}
	})
}
