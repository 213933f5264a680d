package frontend_test

import (
	"net/url"
	"strings"
	"testing"

	"hongniang/internal/catalog"
)

// typedNeed is a need as somebody types it in a workshop.
func typedNeed(more ...string) url.Values {
	form := url.Values{
		"title": {"水帘喷漆房漆泥糊泵"}, "detail": {"三班喷聚氨酯面漆，循环池每半月结一层漆泥，用烧碱浸泡仍糊死叶轮，倒一次池停线一天。"}, "summary_public": {"漆泥黏、糊死水泵，想让它不黏、能浮起来打捞。"},
		"confidentiality": {"summary_only"}, "deadline": {"2027-06-30"}, "budget_negotiable": {"yes"}, "region_code": {"威海市"}, "contact_name": {"老王"},
		"target_1_name": {"两次倒池间隔"}, "target_1_op": {">="}, "target_1_value": {"60"}, "target_1_unit": {"天"},
	}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

// An enterprise checks, keeps a draft, submits; the broker returns it with a
// reason; the enterprise mends it; the broker publishes.
func TestANeedFromDraftToPublication(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	w.lookedAfter(t)
	firm, broker := cast["own firm"], cast["own broker"]
	if _, body := firm.do("POST", "/needs/new", typedNeed("do", "check", "summary_public", "见 www.example.cn")); !strings.Contains(body, "必改") || !strings.Contains(body, "www.example.cn") || !strings.Contains(body, `value="60"`) {
		t.Error("the check does not say what to mend, or loses what was typed")
	}
	if _, body := firm.get("/needs/mine"); strings.Contains(body, "水帘喷漆房") {
		t.Error("a check saves")
	}
	res, body := firm.do("POST", "/needs/new", typedNeed("do", "save"))
	at, _, _ := strings.Cut(res.Header.Get("Location"), "?")
	if res.StatusCode != 303 || !strings.HasSuffix(at, "/edit") {
		t.Fatalf("the draft: %d %s", res.StatusCode, body)
	}
	code := strings.TrimSuffix(strings.TrimPrefix(at, "/needs/"), "/edit")
	if _, body := firm.get(at + "?done=saved"); !strings.Contains(body, "草稿") || !strings.Contains(body, "已保存") || !strings.Contains(body, "倒一次池停线一天") || !strings.Contains(body, "写得清楚") {
		t.Errorf("the draft opens as %s", body)
	}
	if res, _ := w.browser().get("/needs/" + code); res.StatusCode != 404 {
		t.Errorf("a visitor sees a draft: %d", res.StatusCode)
	}
	for _, who := range []string{"other firm", "other broker"} {
		if res, _ := cast[who].get(at); res.StatusCode != 404 {
			t.Errorf("%s opens the draft: %d", who, res.StatusCode)
		}
	}
	if res, body := firm.do("POST", at, typedNeed("do", "submit", "rev", "1")); !strings.HasSuffix(res.Header.Get("Location"), "done=submitted") {
		t.Fatalf("submitted: %d %s", res.StatusCode, body)
	}
	if res, body := broker.do("POST", "/needs/"+code+"/steps", url.Values{"step": {"return"}}); res.StatusCode != 422 || !strings.Contains(body, "原因") {
		t.Errorf("returned without a word: %d", res.StatusCode)
	}
	if res, body := broker.do("POST", "/needs/"+code+"/steps", url.Values{"step": {"return"}, "reason": {"请补上泵的型号"}}); res.StatusCode != 303 {
		t.Fatalf("returned: %d %s", res.StatusCode, body)
	}
	if _, body := firm.get("/needs/mine"); !strings.Contains(body, "请补上泵的型号") || !strings.Contains(body, "等您办理") {
		t.Error("the firm is not told why it came back")
	}
	if res, body := firm.do("POST", at, typedNeed("do", "submit", "rev", "2")); res.StatusCode != 409 || !strings.Contains(body, "倒一次池停线一天") {
		t.Errorf("on an old revision: %d", res.StatusCode)
	}
	if res, body := firm.do("POST", at, typedNeed("do", "submit", "rev", "4", "attempts", "换过三种泵")); res.StatusCode != 303 {
		t.Fatalf("mended: %d %s", res.StatusCode, body)
	}
	if res, _ := firm.do("POST", "/needs/"+code+"/steps", url.Values{"step": {"publish"}}); res.StatusCode != 403 {
		t.Errorf("a firm publishes its own need: %d", res.StatusCode)
	}
	if res, body := broker.do("POST", "/needs/"+code+"/steps", url.Values{"step": {"publish"}}); res.StatusCode != 303 || res.Header.Get("Location") != "/needs/mine?done=publish" {
		t.Fatalf("published: %d %s", res.StatusCode, body)
	}
	if res, body := w.browser().get("/needs/" + code); res.StatusCode != 200 || !strings.Contains(body, "漆泥黏") || strings.Contains(body, "烧碱") || strings.Contains(body, "老王") || strings.Contains(body, "泵的型号") {
		t.Errorf("a visitor reads: %d %s", res.StatusCode, body)
	}
}

// Hostile and clumsy input is answered with the form, everything still in it.
func TestNeedFormRefuses(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	for name, form := range map[string]url.Values{
		"nothing":        {"do": {"save"}},
		"letters":        typedNeed("do", "save", "target_1_value", "很多"),
		"no such place":  typedNeed("do", "save", "region_code", "某地"),
		"the firm named": typedNeed("do", "save", "title", w.firmName(t)+"的漆泥"),
		"a long title":   typedNeed("do", "submit", "title", strings.Repeat("长", 61)),
	} {
		res, body := cast["own firm"].do("POST", "/needs/new", form)
		if res.StatusCode != 422 || !strings.Contains(body, `role="alert"`) || !strings.Contains(body, `class="fault"`) {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
		if d := form.Get("detail"); !strings.Contains(body, d) {
			t.Errorf("%s: what was typed is gone", name)
		}
	}
	res, body := cast["own firm"].do("POST", "/needs/new", typedNeed("do", "check", "title", `"><script>alert(1)</script>`))
	if res.StatusCode != 200 || strings.Contains(body, "<script>alert") {
		t.Errorf("a script is typed: %d", res.StatusCode)
	}
	if res, body := cast["own firm"].do("POST", "/needs/check", typedNeed()); res.StatusCode != 200 || !strings.HasPrefix(body, `<div class="advice"`) {
		t.Errorf("the part for the script: %d %s", res.StatusCode, body)
	} else if !strings.Contains(body, "现在能对上的") {
		t.Errorf("what fits by now is missing: %s", body)
	}
	if _, body := cast["own firm"].do("POST", "/needs/check", url.Values{"title": {"漆泥"}}); strings.Contains(body, "现在能对上的") {
		t.Errorf("two characters were matched: %s", body)
	}
}

// firmName is the name of the firm whose member "own firm" is.
func (w *world) firmName(t *testing.T) string {
	t.Helper()
	rec, err := w.records.Get(t.Context(), catalog.KindOrganisation, people["own firm"].Org)
	if err != nil {
		t.Fatal(err)
	}
	return rec.Heading()
}

// lookedAfter gives the firm of "own firm" to the union of "own broker".
func (w *world) lookedAfter(t *testing.T) {
	t.Helper()
	rec, err := w.records.Get(t.Context(), catalog.KindOrganisation, people["own firm"].Org)
	if err != nil {
		t.Fatal(err)
	}
	rec.Base().Union = people["own broker"].Org
	if err := w.records.Update(t.Context(), "test", rec); err != nil {
		t.Fatal(err)
	}
}

// A broker enters a need for a firm, named by its code or its name.
func TestABrokerEntersANeed(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	w.lookedAfter(t)
	for i, name := range []string{people["own firm"].Org, w.firmName(t), "还没登记的厂"} {
		res, body := cast["own broker"].do("POST", "/needs/new", typedNeed("do", "save", "enterprise_name", name, "title", "漆泥糊泵第"+string(rune('一'+i))))
		at, _, _ := strings.Cut(res.Header.Get("Location"), "?")
		if res.StatusCode != 303 {
			t.Fatalf("%s: %d %s", name, res.StatusCode, body)
		}
		if res, _ := cast["own firm"].get(at); (res.StatusCode == 200) != (i < 2) {
			t.Errorf("the need of %s gives its firm %d", name, res.StatusCode)
		}
		if res, _ := cast["own broker"].get(at); res.StatusCode != 200 {
			t.Errorf("the broker cannot open what he entered: %d", res.StatusCode)
		}
	}
}

// What hardly anybody can help with is handed in once only after its author was told
// what is missing, firm or broker; he is then spoken to as who he is.
func TestThinNeedIsHandedInKnowingly(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	w.lookedAfter(t)
	for who, next := range map[string]string{"own firm": "再推荐给您", "own broker": "企业还没有账号的，请您转告"} {
		thin := url.Values{"title": {"漆泥糊泵，" + who[4:]}, "confidentiality": {"summary_only"}, "enterprise_name": {w.firmName(t)}, "do": {"submit"}}
		res, body := cast[who].do("POST", "/needs/new", thin)
		if res.StatusCode != 200 || !strings.Contains(body, "还没有提交：有几处没写清楚") || !strings.Contains(body, `value="submit-anyway"`) || !strings.Contains(body, "漆泥糊泵，"+who[4:]) {
			t.Fatalf("%s is not asked: %d %s", who, res.StatusCode, res.Header.Get("Location"))
		}
		if first := strings.Index(body, `name="do" value="check"`); first < 0 || first > strings.Index(body, `value="submit-anyway"`) {
			t.Errorf("%s hands it in by the Enter key", who)
		}
		if _, list := cast[who].get("/needs/mine"); strings.Contains(list, "漆泥糊泵") {
			t.Errorf("%s: it was kept before the answer", who)
		}
		thin.Set("do", "submit-anyway")
		res, body = cast[who].do("POST", "/needs/new", thin)
		at := res.Header.Get("Location")
		if res.StatusCode != 303 || !strings.HasSuffix(at, "done=submitted") {
			t.Fatalf("%s: %d %s", who, res.StatusCode, body)
		}
		_, sent := cast[who].get(at)
		if !strings.Contains(sent, next) || strings.Contains(sent, "再推荐给您") != (who == "own firm") || strings.Contains(sent, `href="/review">去审核`) == (who == "own firm") {
			t.Errorf("%s reads %.2000s", who, sent)
		}
		if res, _ := cast["own broker"].do("POST", strings.Split(at, "/edit")[0]+"/steps", url.Values{"step": {"reject"}, "reason": {"太短"}}); res.StatusCode != 303 {
			t.Fatalf("rejecting: %d", res.StatusCode)
		}
	}
}

// A form begins with one row of targets, and has one more for each press.
func TestRowsOfTargets(t *testing.T) {
	w := newWorld(t)
	firm := w.cast()["own firm"]
	rows := func(body string) int { return strings.Count(body, `<fieldset class="target">`) }
	if _, body := firm.get("/needs/new"); rows(body) != 1 || !strings.Contains(body, "再加一行指标") {
		t.Errorf("a new form has %d rows", rows(body))
	}
	form := typedNeed("do", "row")
	for want := 2; want < 4; want++ {
		res, body := firm.do("POST", "/needs/new", form)
		if res.StatusCode != 200 || rows(body) != want || !strings.Contains(body, `value="两次倒池间隔"`) {
			t.Errorf("%d, %d rows, not %d", res.StatusCode, rows(body), want)
		}
		form.Set(map[int]string{2: "target_2_name", 3: "target_3_name"}[want], "")
	}
	form.Set("target_20_name", "x")
	if _, body := firm.do("POST", "/needs/new", form); rows(body) > 20 {
		t.Errorf("%d rows", rows(body))
	}
}
