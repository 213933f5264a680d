package frontend_test

import (
	"net/http"
	"strings"
	"testing"

	"hongniang/internal/verdict"
)

// card cuts the card of a candidate out of a page; "" when there is none.
func card(body, code string) string {
	_, rest, found := strings.Cut(body, `id="c-expert-`+code+`"`)
	if !found {
		return ""
	}
	rest, _, _ = strings.Cut(rest, `<li class="card"`)
	rest, _, _ = strings.Cut(rest, "</ol>")
	return rest
}

// A broker judges on the need's page by one button; he sees who judged before,
// takes it back by the same button, and who is wrong for the need is folded away.
func TestJudgeOnTheNeedsPage(t *testing.T) {
	a := newAffair(t)
	broker, at := a.cast["own broker"], "/needs/XQ-80/verdicts"
	_, page := broker.get("/needs/XQ-80")
	if n := strings.Count(card(page, "ZJ-5"), `name="verdict"`); n != len(verdict.Codes()) || !strings.Contains(page, "verdict.js") {
		t.Fatalf("%d buttons on the card: %s", n, page)
	}
	res, body := broker.post(at, "kind", "expert", "candidate", "ZJ-5", "verdict", "useful", "note", "可以先打电话")
	if res.StatusCode != 303 || res.Header.Get("Location") != "/needs/XQ-80#c-expert-ZJ-5" {
		t.Fatalf("%d %s %s", res.StatusCode, res.Header.Get("Location"), body)
	}
	_, page = a.cast["administrator"].get("/needs/XQ-80")
	if said := card(page, "ZJ-5"); !strings.Contains(said, `class="said"`) || !strings.Contains(said, "有用") || !strings.Contains(said, "own broker") || !strings.Contains(said, "可以先打电话") {
		t.Errorf("another one sees %q", said)
	}
	_, page = broker.get("/needs/XQ-80")
	if own := card(page, "ZJ-5"); strings.Count(own, "aria-pressed") != 1 || !strings.Contains(own, `value="withdrawn"`) {
		t.Errorf("the own verdict is not pressed: %s", page)
	}
	broker.post(at, "kind", "expert", "candidate", "ZJ-5", "verdict", "wrong_field")
	for who, folded := range map[string]int{"own broker": 1, "administrator": 1, "own firm": 0, "own leader": 0, "visitor": 0} {
		_, page = a.cast[who].get("/needs/XQ-80")
		_, aside, _ := strings.Cut(page, `class="folded"`)
		if n := strings.Count(aside, `id="c-expert-ZJ-5"`); n != folded || folded == 0 && strings.Contains(page, `class="verdict"`) {
			t.Errorf("%s: %d are folded away", who, n)
		}
	}
	broker.post(at, "kind", "expert", "candidate", "ZJ-5", "verdict", "withdrawn")
	if _, page = broker.get("/needs/XQ-80"); strings.Contains(page, "判为不对口") || strings.Contains(card(page, "ZJ-5"), `class="said"`) {
		t.Error("what was taken back is still there")
	}
}

// A verdict on the desk, a refused one and a note that somebody is away come back
// to the same filters and the same candidates ticked.
func TestDeskKeepsItsFilters(t *testing.T) {
	a := newAffair(t)
	broker, at := a.cast["own broker"], "/needs/XQ-80/verdicts"
	const query = "do=filter&floor=low&id=expert%2FZJ-5&kind=expert"
	_, page := broker.get("/needs/XQ-80/desk?" + query)
	back := "desk?" + query
	if !strings.Contains(card(page, "ZJ-5"), `name="back" value="`+strings.ReplaceAll(back, "&", "&amp;")+`"`) || !strings.Contains(card(page, "ZJ-5"), `form="desk-form" checked`) {
		t.Fatalf("the card forgets the address: %s", card(page, "ZJ-5"))
	}
	if res, _ := broker.post(at, "kind", "expert", "candidate", "ZJ-5", "verdict", "useful", "back", back); res.Header.Get("Location") != "/needs/XQ-80/desk?"+query+"#c-expert-ZJ-5" {
		t.Errorf("a verdict leads to %s", res.Header.Get("Location"))
	}
	res, body := broker.post(at, "kind", "expert", "candidate", "ZJ-5", "verdict", "strong", "note", "他给"+firmName+"做过", "back", back)
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "匹配台：") || !strings.Contains(body, firmName+"做过</textarea>") || !strings.Contains(body, `form="desk-form" checked`) {
		t.Errorf("a refused verdict: %d", res.StatusCode)
	}
	if res, _ := broker.post(at, "kind", "expert", "candidate", "ZJ-5", "verdict", "wrong_field", "back", back); res.Header.Get("Location") != "/needs/XQ-80/desk?"+query+"#desk-folded" {
		t.Errorf("who is wrong leads to %s", res.Header.Get("Location"))
	}
	if _, page = broker.get("/needs/XQ-80/desk"); !strings.Contains(page, `id="desk-folded"`) {
		t.Error("who is wrong is gone from the desk")
	}
	res, _ = broker.post(at+"/away", "candidate", "ZJ-5", "until", "2026-12-30", "back", "desk?floor=medium&x=//evil")
	if res.Header.Get("Location") != "/needs/XQ-80/desk?away=yes&floor=medium" {
		t.Errorf("who is away leads to %d %s", res.StatusCode, res.Header.Get("Location"))
	}
	if _, page = broker.get("/needs/XQ-80/desk?away=yes"); !strings.Contains(page, "已记下他暂不可用") {
		t.Error("the desk does not say that he is away")
	}
}

// What is refused keeps what was typed, and says what is wrong; the confidential
// word is in no other page.
func TestVerdictRefusedOnThePage(t *testing.T) {
	a := newAffair(t)
	broker, at := a.cast["own broker"], "/needs/XQ-80/verdicts"
	res, body := broker.post(at, "kind", "expert", "candidate", "ZJ-5", "verdict", "strong", "note", "他给"+firmName+"做过")
	form := card(body, "ZJ-5")
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(form, firmName+"做过</textarea>") || !strings.Contains(form, "保密内容") {
		t.Errorf("%d %s", res.StatusCode, form)
	}
	for who, status := range map[string]int{"other broker": 403, "own leader": 403, "own firm": 403, "visitor": 401} {
		if res, _ := a.cast[who].post(at, "kind", "expert", "candidate", "ZJ-5", "verdict", "strong"); res.StatusCode != status {
			t.Errorf("%s: %d", who, res.StatusCode)
		}
	}
	if res, _ := broker.post(at, "kind", "expert", "candidate", "ZJ-0", "verdict", "strong"); res.StatusCode != 404 {
		t.Errorf("nobody: %d", res.StatusCode)
	}
}

// Who has no time is said to be away by a second click, and is not proposed until
// then.
func TestAwayOnThePage(t *testing.T) {
	a := newAffair(t)
	broker, at := a.cast["own broker"], "/needs/XQ-80/verdicts"
	broker.post(at, "kind", "expert", "candidate", "ZJ-5", "verdict", "unavailable")
	_, page := broker.get("/needs/XQ-80")
	if away := card(page, "ZJ-5"); !strings.Contains(away, `value="2026-12-20"`) {
		t.Fatalf("nothing is proposed: %s", away)
	}
	res, body := broker.post(at+"/away", "candidate", "ZJ-5", "until", "2020-01-01")
	if form := card(body, "ZJ-5"); res.StatusCode != 422 || !strings.Contains(form, `value="2020-01-01"`) || !strings.Contains(form, "不早于今天") {
		t.Errorf("%d %s", res.StatusCode, form)
	}
	res, body = broker.post(at+"/away", "candidate", "ZJ-5", "until", "2026-12-31")
	if res.StatusCode != 303 {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	_, page = broker.get(res.Header.Get("Location"))
	if !strings.Contains(page, "已记下他暂不可用") || card(page, "ZJ-5") != "" {
		t.Error("he is still proposed")
	}
}
