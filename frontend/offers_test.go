package frontend_test

import (
	"net/http"
	"strings"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/offer"
)

// atOffer is where the craftsman says that he can help.
const atOffer = "/needs/XQ-80/offer"

// A person takes up a public need by its page; its staff find him there and were
// told, the firm and everybody else read nothing of it.
func TestOfferOnTheNeedsPage(t *testing.T) {
	a := newAffair(t)
	craftsman := a.cast["craftsman"]
	if _, page := craftsman.get("/needs/XQ-80"); !strings.Contains(page, `action="`+atOffer+`"`) || !strings.Contains(page, `href="#offer"`) {
		t.Fatalf("no form: %s", page)
	}
	const words = "用浮动滚压头两天到厂"
	res, body := craftsman.post(atOffer, "note", words)
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/needs/XQ-80#offer" {
		t.Fatalf("%d %s %s", res.StatusCode, res.Header.Get("Location"), body)
	}
	if _, page := craftsman.get("/needs/XQ-80"); !strings.Contains(page, "您已表示能帮") || !strings.Contains(page, words) || strings.Contains(page, `action="`+atOffer+`"`) {
		t.Error("he does not see what he said")
	}
	for who, reads := range map[string]bool{"own broker": true, "own leader": true, "administrator": true, "own firm": false, "visitor": false, "other broker": false, "other firm": false} {
		b, ok := a.cast[who]
		if !ok {
			t.Fatalf("nobody is called %s", who)
		}
		_, page := b.get("/needs/XQ-80")
		if strings.Contains(page, words) != reads || strings.Contains(page, "来揭榜的人") != reads {
			t.Errorf("%s reads of it: %v", who, !reads)
		}
		if begin := strings.Contains(page, `href="/introductions/new?need=XQ-80&amp;target=expert%2F`); begin != (reads && who != "own leader") {
			t.Errorf("%s may introduce him: %v", who, begin)
		}
	}
	if _, page := a.cast["own broker"].get("/notices"); !strings.Contains(page, "揭榜") || strings.Contains(page, words) {
		t.Errorf("the broker's notices: %s", page)
	}
	if res, _ := craftsman.post(atOffer + "/back"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("taking back: %d", res.StatusCode)
	}
	if _, page := a.cast["own broker"].get("/needs/XQ-80"); strings.Contains(page, "来揭榜的人") {
		t.Error("what was taken back is still there")
	}
}

// What is refused keeps what was typed, and says beside the field what is wrong.
func TestOfferRefused(t *testing.T) {
	a := newAffair(t)
	long := strings.Repeat("长", offer.MaxNote+1)
	res, body := a.cast["craftsman"].post(atOffer, "note", long)
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, long) || !strings.Contains(body, `id="offer-fault"`) {
		t.Errorf("%d %.300s", res.StatusCode, body)
	}
	if res, body := a.cast["craftsman"].post("/needs/XQ-78/offer"); res.StatusCode != http.StatusNotFound || strings.Contains(body, "还没有公开的难题") {
		t.Errorf("a draft: %d", res.StatusCode)
	}
	if _, page := a.cast["visitor"].get("/needs/XQ-80"); !strings.Contains(page, "/login?next=%2Fneeds%2FXQ-80%23offer") {
		t.Error("a visitor is not told how to offer help")
	}
}

// Who reads a record whole can see what everybody else sees of it, before it is
// published too; who does not, sees the same page as ever.
func TestAsOthersSeeIt(t *testing.T) {
	a := newAffair(t)
	for who, link := range map[string]bool{"own firm": true, "own broker": true, "visitor": false, "craftsman": false} {
		_, whole := a.cast[who].get("/needs/XQ-80")
		if strings.Contains(whole, "/needs/XQ-80?as=visitor") != link {
			t.Errorf("%s has the link: %v", who, !link)
		}
		res, page := a.cast[who].get("/needs/XQ-80?as=visitor")
		if res.StatusCode != http.StatusOK || strings.Contains(page, secret) || strings.Contains(page, firmName) || strings.Contains(page, firmPhone) {
			t.Errorf("%s: %d, and it is not what others see", who, res.StatusCode)
		}
		if strings.Contains(page, "别人看到的就是") != link || link && !strings.Contains(page, `content="noindex"`) {
			t.Errorf("%s is told what it is: %v", who, !link)
		}
	}
	_, draft := a.cast["own firm"].get("/needs/XQ-78?as=visitor")
	if !strings.Contains(draft, "现在还没有公开") || strings.Contains(draft, "合格率 71 %") || !strings.Contains(draft, "还没有公开的难题") {
		t.Errorf("the draft: %s", draft)
	}
	if res, _ := a.cast["visitor"].get("/needs/XQ-78?as=visitor"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a visitor gets the draft: %d", res.StatusCode)
	}
	for who, may := range map[string]bool{"own firm": true, "own broker": true, "own leader": false, "visitor": false, "craftsman": false} {
		if _, page := a.cast[who].get("/needs/XQ-80"); strings.Contains(page, `href="/needs/XQ-80/edit"`) != may {
			t.Errorf("%s is led to the form: %v", who, !may)
		}
	}
	if _, form := a.cast["own firm"].get("/needs/XQ-80/edit"); !strings.Contains(form, "/needs/XQ-80?as=visitor") {
		t.Error("the form does not lead to it")
	}
	if res, page := a.cast["administrator"].get("/needs/XQ-7?as=visitor"); res.StatusCode != http.StatusOK || !strings.Contains(page, "别人看不到这条") || strings.Contains(page, canary+"有限公司") {
		t.Errorf("for brokers only: %d", res.StatusCode)
	}
}

// Who could help reads of an open need how it and he go together, as his own page
// of today says, and no verdict about others; everybody else reads who can help.
func TestSuitOnTheNeedsPage(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	open := catalog.Meta{Status: "published", Visibility: "public", Union: "GH-1"}
	with := func(code string) catalog.Meta { m := open; m.Code = code; return m }
	for _, rec := range []catalog.Record{
		&catalog.Expert{Meta: with("ZJ-5"), Name: "钱师傅", Expertise: "轴承套圈滚压开裂的诊断：调整滚压力、进给和圆角半径。", Occupations: []string{"车工"}},
		&catalog.Need{Meta: with("XQ-80"), Title: "轴承套圈滚压开裂", SummaryPublic: "轴承套圈滚压以后圆角开裂，怎么调滚压力和进给。", Detail: canary},
		&catalog.Need{Meta: with("XQ-81"), Title: "面条活一松就弓", SummaryPublic: "活松开就弓起来。", Occupations: []string{"车工"}, Detail: canary},
		&catalog.Need{Meta: with("XQ-82"), Title: "海带苗绳脱苗", SummaryPublic: "夹苗以后海带苗从苗绳上脱落。", Occupations: []string{"养殖工"}, Detail: canary},
		&catalog.Need{Meta: func() catalog.Meta { m := with("XQ-83"); m.Status = "introduced"; return m }(), Title: "轴承套圈滚压起皮", SummaryPublic: "轴承套圈滚压起皮。"},
	} {
		if err := w.records.Create(t.Context(), "test", rec); err != nil {
			t.Fatal(err)
		}
	}
	craftsman := cast["craftsman"]
	_, todays := craftsman.get("/today")
	for code, want := range map[string]struct {
		says  string
		today bool
	}{
		"XQ-80": {"<strong>为什么适合您：</strong>", true},
		"XQ-81": {"您的工种和它要的都写着“车工”。", true},
		"XQ-82": {"<strong>看来不太对口：</strong>", false},
		"XQ-83": {"", false},
	} {
		_, page := craftsman.get("/needs/" + code)
		if !strings.Contains(page, want.says) || strings.Contains(page, "没有合适的人选") || strings.Contains(page, "谁能帮忙") || strings.Contains(page, canary) {
			t.Errorf("%s reads %.3000s", code, page)
		}
		if offered := strings.Contains(todays, `href="/needs/`+code+`"`); offered != want.today {
			t.Errorf("%s is offered today: %v", code, offered)
		}
	}
	if _, page := cast["visitor"].get("/needs/XQ-81"); !strings.Contains(page, "谁能帮忙") || strings.Contains(page, "适合您") {
		t.Error("a visitor does not read who can help")
	}
	if res, _ := craftsman.post("/today/availability", "accepting", "no"); res.StatusCode != http.StatusSeeOther {
		t.Fatal(res.StatusCode)
	}
	if _, page := craftsman.get("/needs/XQ-80"); !strings.Contains(page, "您已暂停对接") {
		t.Error("who takes no cases is told otherwise")
	}
	if _, page := craftsman.get("/today"); strings.Contains(page, `href="/needs/XQ-80"`) {
		t.Error("who takes no cases is offered one")
	}
}
