package browser_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// paperPages are what people print, by whom.
var paperPages = map[string][]string{
	"":          {"/needs/XQ-2026-A019", "/experts/ZJ-2026-A005", "/compare?id=expert/ZJ-2026-A005&id=expert/ZJ-2026-B001"},
	"hongniang": {"/introductions/DJ-DEMO-1", "/reviews/PS-DEMO-1"},
	"lingdao":   {"/leader", "/reports/summary", "/reports/needs", "/reports/introductions", "/reports/helps"},
}

// A4 at 96 px an inch, without its margins.
const (
	sheetUpright = 718
	sheetAcross  = 1047
)

// TestPaper looks at pages as they are printed: nothing that is only to be clicked,
// and nothing so wide that shrunk to the sheet it could not be read.
func TestPaper(t *testing.T) {
	for login, paths := range paperPages {
		t.Run(roleName(login), func(t *testing.T) {
			t.Parallel()
			p := asRole(t, login)
			if login == "lingdao" { // figures are counted after the start
				p.soon("/leader", "document.querySelector('#funnel')")
				p.forgive()
			}
			for _, path := range paths {
				p.open(path)
				p.onPaper(pictureName(login, path))
			}
		})
	}
}

// onPaper looks at the page that is open as it is printed.
func (p *person) onPaper(name string) {
	p.t.Helper()
	defer p.window(p.width, p.height, p.mobile)
	width := int64(sheetUpright)
	if p.eval("Boolean(document.querySelector('.ledger'))") == "true" {
		width = sheetAcross
	}
	p.window(width, 1000, false)
	call(p.tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	defer call(p.tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
	if left := p.eval("[...document.querySelectorAll('.top-search, .nav, .menu-label, .who, .foot, button, .button, .search')].filter((e) => e.checkVisibility()).map((e) => e.className || e.tagName).join()"); left != "" {
		p.t.Errorf("%s: on paper stands %s", name, left)
	}
	if p.eval("document.documentElement.scrollWidth > innerWidth * 1.2") == "true" { // browsers shrink to fit
		p.t.Errorf("%s: %s px on a sheet of %d", name, p.eval("document.documentElement.scrollWidth"), width)
	}
	if cut := p.eval("[...document.querySelectorAll('.scroll')].filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'visible').length"); cut != "0" {
		p.t.Errorf("%s: %s tables are cut", name, cut)
	}
	p.print("paper-" + name)
}

// print makes the file that a printer would get, when somebody wants to look.
func (p *person) print(name string) {
	p.t.Helper()
	dir, yes := os.Getenv(envScreenshots), true
	if dir == "" {
		return
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	out, err := chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &yes})
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, fileName.Replace(name)+".pdf"), out.Data, 0o644)
	}
	if err != nil {
		p.t.Errorf("%s is not printed: %v", name, err)
	}
}
