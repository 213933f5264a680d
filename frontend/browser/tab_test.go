package browser_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is one page of a browser that notes what must never happen: an error in
// the console, a request to anybody else, a need in an address.
type tab struct {
	t    testing.TB
	ctx  context.Context
	base string

	width, height int64 // of the screen
	mobile        bool

	mu     sync.Mutex
	faults []string
}

// openTab opens a window on the program that all tests share; its faults fail the
// test when it ends.
func openTab(t testing.TB) *tab {
	t.Helper()
	return openTabOn(t, startServer(t))
}

func openTabOn(t testing.TB, base string) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(startBrowser(t), chromedp.WithNewBrowserContext())
	p := &tab{t: t, ctx: ctx, base: base}
	if err := chromedp.Listen(ctx, p.watch); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			p.lastLook()
		}
		closeTab()
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, f := range p.faults {
			t.Error(f)
		}
	})
	call(p, network.Enable, network.EnableParams{})
	call(p, log.Enable, cdp.Empty{})
	call(p, runtime.Enable, cdp.Empty{})
	p.window(1280, 900, false)
	return p
}

func (p *tab) watch(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	note := func(format string, args ...any) { p.faults = append(p.faults, fmt.Sprintf(format, args...)) }
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		note("exception: %s", e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			note("console %s: %v", e.Type, values(e.Args))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Source == log.EntrySourceSecurity {
			note("browser log: %s %s", e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		if url := e.Request.URL; !strings.HasPrefix(url, p.base) && !strings.HasPrefix(url, "data:") {
			note("request to somebody else: %s", url)
		}
		if len(e.Request.URL) > 2000 {
			note("a very long address: %.80s", e.Request.URL)
		}
	}
}

// patience is how long a step may take on a busy machine.
const patience = time.Minute

// call sends a protocol command.
func call[P, R any](p *tab, command cdp.Command[P, R], params P) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, command, params); err != nil {
		p.t.Fatalf("%s: %v", command.Method, err)
	}
}

// run does actions and ends the test at the first that fails.
func (p *tab) run(what string, actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatalf("%s: %v%s", what, err, p.here())
	}
}

// open goes to a page, again where the page before went on by itself at that very
// moment.
func (p *tab) open(path string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	err := chromedp.Do(ctx, chromedp.Navigate(p.base+path))
	for err != nil && strings.Contains(err.Error(), "ERR_ABORTED") && ctx.Err() == nil {
		err = chromedp.Do(ctx, chromedp.Navigate(p.base+path))
	}
	if err != nil {
		p.t.Fatalf("open %s: %v%s", path, err, p.here())
	}
}

func (p *tab) click(css string) {
	p.t.Helper()
	p.run("click "+css, clickOn(css))
}

func clickOn(css string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(css), chromedp.NodeVisible)
}

func (p *tab) see(css string) {
	p.t.Helper()
	p.run("see "+css, chromedp.WaitVisible(chromedp.CSS(css)))
}

func (p *tab) key(keys string) {
	p.t.Helper()
	p.run("key "+keys, chromedp.KeyEvent(keys))
}

// write puts text into a field at once, as an input method or a paste does, in
// place of what is there.
func (p *tab) write(css, text string) {
	p.t.Helper()
	p.run("focus "+css, chromedp.Focus(chromedp.CSS(css)))
	p.eval("document.activeElement.select()")
	call(p, input.InsertText, input.InsertTextParams{Text: text})
}

// eval gives the value of an expression as text, "" when it has none.
func (p *tab) eval(expression string) string {
	out, err := chromedp.Run(p.ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		return ""
	}
	return out
}

// eventually waits until an expression is true, over page changes too.
func (p *tab) eventually(what, expression string) {
	p.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if p.eval("Boolean("+expression+")") == "true" {
			return
		}
	}
	p.t.Fatalf("%s: never came%s", what, p.here())
}

// here tells where a test stands that goes no further.
func (p *tab) here() string {
	return fmt.Sprintf("\non %s\n%.1500s", p.eval("location.href"), p.eval("document.body.innerText"))
}

// window sets the size of the screen.
func (p *tab) window(width, height int64, mobile bool) {
	p.width, p.height, p.mobile = width, height, mobile
	call(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: mobile})
	call(p, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: mobile})
}

func (p *tab) phone() { p.window(390, 844, true) }

func values(objects []*runtime.RemoteObject) []string {
	var out []string
	for _, o := range objects {
		out = append(out, fmt.Sprintf("%v %s", o.Value, o.Description))
	}
	return out
}
