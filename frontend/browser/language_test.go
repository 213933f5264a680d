package browser_test

import (
	"testing"
)

// englishPages are pages of each role whose words are longest, by login.
var englishPages = map[string][]string{
	"":          {"/", "/search?q=电主轴", "/match?example=1", "/results/CG-2026-A001", "/open", "/help", "/register"},
	"qiye":      {"/today", "/needs/new", "/needs/mine", "/introductions?tab=all", "/notices", "/account"},
	"gongjiang": {"/today"},
	"hongniang": {"/today", "/review", "/needs/XQ-2026-A019/desk", "/introductions?tab=all&view=board", "/campaigns/new", "/reviews/new"},
	"lingdao":   {"/leader", "/reports"},
	"guanli":    {"/users", "/users/new", "/admin", "/admin/lexicon/synonyms"},
}

// TestEnglishFits: words are longer in English; the header stays one line, nothing
// is wider than a phone, and fingers hit every button.
func TestEnglishFits(t *testing.T) {
	for login, paths := range englishPages {
		t.Run(roleName(login), func(t *testing.T) {
			t.Parallel()
			p := asRole(t, login)
			p.open("/language?to=en&back=/help")
			for _, path := range paths {
				p.fitsInEnglish(path)
			}
		})
	}
}

func (p *person) fitsInEnglish(path string) {
	p.t.Helper()
	p.window(1280, 900, false)
	p.open(path)
	if p.eval("document.documentElement.lang") != "en" {
		p.t.Errorf("%s %s is not in English", p.name, path)
	}
	if p.eval("document.querySelector('.who').getBoundingClientRect().top < 30") != "true" {
		p.t.Errorf("%s %s: the header takes two lines", p.name, path)
	}
	if p.eval("document.documentElement.scrollWidth <= window.innerWidth") != "true" {
		p.t.Errorf("%s %s is wider than the screen", p.name, path)
	}
	p.draw("en-" + pictureName(p.name, path) + "-1280")
	p.phone()
	if p.eval("document.querySelector('.who').getBoundingClientRect().top < 30") != "true" {
		p.t.Errorf("%s %s: the header takes three lines on a phone", p.name, path)
	}
	p.report(p.name+" "+path+" on a phone", checkPhone)
	p.draw("en-" + pictureName(p.name, path) + "-390")
}

// What scripts say is in the language of the page.
func TestScriptsSpeakEnglish(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	p.open("/language?to=en&back=/match")
	p.open("/match")
	p.write("#need-text", problem)
	p.eventually("an answer while typing", "document.querySelectorAll('#match-answer .card').length > 0")
	p.eventually("what the script says", "[...document.querySelectorAll('[role=status]')].some((e) => e.textContent === 'Matched by the current text')")
}
