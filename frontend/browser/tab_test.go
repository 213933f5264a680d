package browser_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
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
	asked         int // times that axe was asked

	mu     sync.Mutex
	faults []string
	cut    bool // the line was taken away once: what the browser says of that is meant
}

// openTab opens a window on the program that all tests share; its faults fail the
// test when it ends.
func openTab(t testing.TB) *tab {
	t.Helper()
	return openTabOn(t, startServer(t))
}

func openTabOn(t testing.TB, base string) *tab {
	t.Helper()
	ctx, closeTab := openWindow(startBrowser(t))
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

// openWindow opens a window of a profile of its own, and gives what closes it.
func openWindow(browser context.Context) (ctx context.Context, closeWindow func()) {
	windows.Lock()
	defer windows.Unlock()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	_ = chromedp.Do(ctx) // opens it; whoever uses it meets the error
	return ctx, func() {
		windows.Lock()
		defer windows.Unlock()
		cancel()
	}
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
		if p.cut && strings.Contains(e.Entry.Text, "net::ERR_INTERNET_DISCONNECTED") {
			return
		}
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
const patience = 2 * time.Minute

// call sends a protocol command.
func call[P, R any](p *tab, command cdp.Command[P, R], params P) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if _, err := chromedp.Call(ctx, command, params); err != nil {
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
	path = p.coded(path)
	err := chromedp.Do(ctx, chromedp.Navigate(p.base+path))
	for err != nil && strings.Contains(err.Error(), "ERR_ABORTED") && ctx.Err() == nil {
		err = chromedp.Do(ctx, chromedp.Navigate(p.base+path))
	}
	if err != nil {
		p.t.Fatalf("open %s: %v%s", path, err, p.here())
	}
}

// shown gives what CSS finds and can be seen on a page that is there whole.
const shown = `((css) => document.readyState === "complete" && [...document.querySelectorAll(css)].find((e) => e.checkVisibility({ visibilityProperty: true }) && [...e.getClientRects()].some((r) => r.width > 0 && r.height > 0)))`

// target gives where one clicks on what CSS finds, "" while something else is there.
const target = `((e) => {
  if (!e || e.disabled) return "";
  e.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const r = [...e.getClientRects()].find((r) => r.width > 0 && r.height > 0);
  const x = r.left + r.width / 2, y = r.top + r.height / 2, top = document.elementFromPoint(x, y);
  const hit = top && (e.contains(top) || top.contains(e) || (e.labels && [...e.labels].some((l) => l.contains(top))));
  return hit ? JSON.stringify({ x, y, leaves: ` + leaves + `(e) }) : "";
})`

// leaves tells whether a click leads to another page.
const leaves = `((e) => {
  e = e.closest("a, button") || e;
  return (e.tagName === "A" && !e.hash && !e.hasAttribute("download")) || (e.tagName === "BUTTON" && e.type === "submit" && Boolean(e.form));
})`

// click clicks the first thing that can be seen, once nothing covers it, and waits for
// the page to which it leads.
func (p *tab) click(css string) {
	p.t.Helper()
	if p.tap(css) {
		p.left("click " + css)
	}
}

// tap clicks what may stay on its page, and tells whether it is such as lead away.
func (p *tab) tap(css string) (leads bool) {
	p.t.Helper()
	var at struct {
		X, Y   float64
		Leaves bool
	}
	p.until("click "+css, func() bool { return json.Unmarshal([]byte(p.eval(target+"("+shown+"("+quoted(css)+"))")), &at) == nil })
	p.stay()
	p.press(at.X, at.Y)
	return at.Leaves
}

// stay marks the page that is there, for left to know the next one.
func (p *tab) stay() { p.eval("window.stays = true") }

// left waits until another page is there than the one that was marked.
func (p *tab) left(why string) {
	p.t.Helper()
	p.until(why, func() bool {
		return p.eval("!window.stays && document.readyState === 'complete' && location.href !== 'about:blank'") == "true"
	})
}

// press clicks at a place on the screen.
func (p *tab) press(x, y float64) {
	p.t.Helper()
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		call(p, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: 1})
	}
}

// see waits until something can be seen, on a page that is there whole.
func (p *tab) see(css string) {
	p.t.Helper()
	p.until("see "+css, func() bool { return p.eval("Boolean("+shown+"("+quoted(css)+"))") == "true" })
}

func (p *tab) key(keys string) {
	p.t.Helper()
	p.run("key "+keys, chromedp.KeyEvent(keys))
}

// write puts text into a field at once, as an input method or a paste does, in
// place of what is there.
func (p *tab) write(css, text string) {
	p.t.Helper()
	p.focus(css)
	call(p, input.InsertText, input.InsertTextParams{Text: text})
}

// focus goes to a field, and marks what is in it.
func (p *tab) focus(css string) {
	p.t.Helper()
	focused := "((e) => { if (!e) return false; e.focus(); if (e.select) e.select(); return document.activeElement === e; })(" + shown + "(" + quoted(css) + "))"
	p.until("focus "+css, func() bool { return p.eval(focused) == "true" })
}

// attach chooses files, as from a disk.
func (p *tab) attach(css string, files ...string) {
	p.t.Helper()
	var field *runtime.RemoteObject
	p.until("attach to "+css, func() bool {
		var err error
		field, err = chromedp.Run(p.ctx, chromedp.Evaluate[*runtime.RemoteObject](shown+"("+quoted(css)+")"))
		return err == nil && field.ObjectID != ""
	})
	call(p, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: files, ObjectID: field.ObjectID})
}

// eval gives the value of an expression as text, "" when it has none; where the page
// changes meanwhile, that of the page that comes.
func (p *tab) eval(expression string) string {
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		out, err := chromedp.Run(p.ctx, chromedp.Evaluate[string]("String("+expression+")"))
		if err == nil {
			return out
		}
		if !leaving(err) || p.ctx.Err() != nil || time.Now().After(end) {
			return ""
		}
	}
}

// leaving tells that the page went away under an expression.
func leaving(err error) bool {
	return slices.ContainsFunc([]string{"context was destroyed", "default execution context", "context with specified id", "navigated or closed"}, func(says string) bool {
		return strings.Contains(err.Error(), says)
	})
}

// eventually waits until an expression is true on a page that is there whole, over
// page changes too.
func (p *tab) eventually(what, expression string) {
	p.t.Helper()
	p.until(what, func() bool { return p.eval("document.readyState === 'complete' && Boolean("+expression+")") == "true" })
}

// until asks again and again, less often the longer it takes.
func (p *tab) until(what string, there func() bool) {
	p.t.Helper()
	pause := 10 * time.Millisecond
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(pause) {
		if there() {
			return
		}
		pause = min(pause*3/2, 200*time.Millisecond)
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
	call(p, emulation.SetDeviceMetricsOverride, p.screen(height))
	call(p, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: mobile})
}

// screen is the tab's with another height.
func (p *tab) screen(height int64) emulation.SetDeviceMetricsOverrideParams {
	return emulation.SetDeviceMetricsOverrideParams{Width: p.width, Height: height, DeviceScaleFactor: 1, Mobile: p.mobile}
}

func (p *tab) phone() { p.window(390, 844, true) }

func values(objects []*runtime.RemoteObject) []string {
	var out []string
	for _, o := range objects {
		out = append(out, fmt.Sprintf("%v %s", o.Value, o.Description))
	}
	return out
}
