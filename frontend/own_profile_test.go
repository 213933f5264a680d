package frontend_test

import (
	"strings"
	"testing"

	"hongniang/internal/catalog"
)

// A craftsman writes his profile himself: what everybody reads waits for review,
// whether he takes cases changes at once, and a preview keeps everything.
func TestAProfileOfOnesOwn(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	person := &catalog.Expert{Meta: catalog.Meta{Code: "ZJ-5", Union: "GH-1"}, Name: "示例戊", PersonKinds: []string{"master_craftsman"}, Expertise: "修主轴", Honours: []catalog.Honour{{Name: "威海工匠"}}}
	if err := w.records.Create(t.Context(), "test", person); err != nil {
		t.Fatal(err)
	}
	craftsman, broker, visitor := cast["craftsman"], cast["own broker"], cast["visitor"]
	const edit = "/experts/ZJ-5/edit"
	_, body := craftsman.get(edit)
	for _, want := range []string{"修改个人资料", "匹配时怎么看您", `name="availability.accepting" value="yes" checked`, "审核以前大家看到的还是原来的", "可出行半径"} {
		if !strings.Contains(body, want) {
			t.Errorf("the form lacks %s", want)
		}
	}
	rev := revField.FindStringSubmatch(body)[1]
	form := []string{"rev", rev, "expertise", "修电主轴" + canary, "unique_skills.1.name", "听音辨轴", "keywords", "主轴，轴承", "occupations", "装配钳工", "region_code", "威海市",
		"availability.accepting", "yes", "availability.travel_radius_km", "150", "availability.modes", "onsite", "contact.name", "示例戊", "contact.phone", "13500001111"}
	res, body := craftsman.post(edit, append(form, "do", "preview")...)
	if res.StatusCode != 200 || !strings.Contains(body, "公开后别人看到的样子") || !strings.Contains(body, "data-unsaved") || strings.Count(body, canary) < 2 || !strings.Contains(body, `value="听音辨轴"`) {
		t.Errorf("preview: %d %s", res.StatusCode, body)
	}
	if i := strings.Index(body, "<form class=\"form panel record-form\""); i < 0 || strings.Contains(body[:i], "13500001111") {
		t.Error("the preview tells the telephone number")
	}
	if res, body = craftsman.post(edit, append(form, "do", "save")...); res.Header.Get("Location") != edit+"?done=held" {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	if _, body = craftsman.get(edit + "?done=held"); !strings.Contains(body, "正等红娘审核") || !strings.Contains(body, "现在公开的") || !strings.Contains(body, "修电主轴"+canary) {
		t.Errorf("held: %s", body)
	}
	if _, body = craftsman.get("/records/mine"); !strings.Contains(body, "修改待审核") {
		t.Errorf("among one's own: %s", body)
	}
	w.publicWithout(t, cast, "/experts/ZJ-5", "/search?q=电主轴", "/experts/ZJ-5?as=visitor", "/today", "/open")
	if _, body = visitor.get("/experts/ZJ-5"); !strings.Contains(body, "150") || !strings.Contains(body, "修主轴") {
		t.Errorf("what changes at once: %s", body)
	}
	if _, body = broker.get("/review"); !strings.Contains(body, edit) || !strings.Contains(body, "看修改，同意或退回") {
		t.Errorf("nothing to review: %s", body)
	}
	_, body = broker.get(edit)
	rev = revField.FindStringSubmatch(body)[1]
	if res, body = broker.post("/review/expert/ZJ-5", "rev", rev, "step", "refuse_change", "reason", ""); res.StatusCode != 422 || !strings.Contains(body, "写明为什么退回") {
		t.Errorf("without a reason: %d %s", res.StatusCode, body)
	}
	if res, _ = cast["other broker"].post("/review/expert/ZJ-5", "rev", rev, "step", "accept_change"); res.StatusCode != 403 && res.StatusCode != 404 {
		t.Errorf("another union's broker: %d", res.StatusCode)
	}
	if res, _ = craftsman.post("/review/expert/ZJ-5", "rev", rev, "step", "accept_change"); res.StatusCode != 403 {
		t.Errorf("himself: %d", res.StatusCode)
	}
	broker.post("/review/expert/ZJ-5", "rev", rev, "step", "refuse_change", "reason", "请去掉测试的话")
	if _, body = craftsman.get(edit); !strings.Contains(body, "退回原因：请去掉测试的话") || !strings.Contains(body, canary) {
		t.Errorf("given back: %s", body)
	}
	form[1], form[3] = revField.FindStringSubmatch(body)[1], "修电主轴"
	craftsman.post(edit, append(form, "do", "save")...)
	_, body = broker.get(edit)
	if res, body = broker.post("/review/expert/ZJ-5", "rev", revField.FindStringSubmatch(body)[1], "step", "accept_change"); res.Header.Get("Location") != "/review?done=accept_change" {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	if _, body = visitor.get("/experts/ZJ-5"); !strings.Contains(body, "修电主轴") || !strings.Contains(body, "听音辨轴") || !strings.Contains(body, "威海工匠") {
		t.Errorf("accepted: %s", body)
	}
}

// publicWithout holds that pages of who may not read a record whole do not tell what
// waits for review.
func (w *world) publicWithout(t *testing.T, cast map[string]*browser, paths ...string) {
	t.Helper()
	for _, who := range []string{"visitor", "own firm", "other firm", "other broker"} {
		for _, path := range paths {
			if _, body := cast[who].get(escaped(path)); strings.Contains(body, canary) {
				t.Errorf("%s reads on %s what waits for review", who, path)
			}
		}
	}
}

// A need whose preview is asked for keeps what was typed, and shows what others will
// see and nothing else; handed in, a short page takes the place of the form.
func TestPreviewAndReceiptOfANeed(t *testing.T) {
	w := newWorld(t)
	firm := w.cast()["own firm"]
	form := []string{"title", "喷漆房漆泥糊死水泵", "detail", "烧碱浸泡仍然糊死叶轮" + canary, "summary_public", "漆泥黏、糊泵，想让它浮起来打捞。", "confidentiality", "summary_only", "keywords", "漆泥，水帘", "budget_negotiable", "yes"}
	res, body := firm.post("/needs/new", append(form, "do", "preview")...)
	i := strings.Index(body, `<form id="need-form"`)
	if res.StatusCode != 200 || i < 0 || !strings.Contains(body[:i], "想让它浮起来打捞") || strings.Contains(body[:i], canary) || !strings.Contains(body[i:], canary) || !strings.Contains(body[i:], "data-unsaved") {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	if strings.Count(body, "open-mark") < 8 {
		t.Error("public fields are not marked")
	}
	secret := append(append([]string{}, form...), "do", "preview")
	secret[7] = "broker_only"
	if _, body = firm.post("/needs/new", secret...); !strings.Contains(body, "别人看不到这条：只有经办的人看得到。") || strings.Count(body, "open-mark") > 1 {
		t.Error("kept for brokers, and still marked as public")
	}
	res, body = firm.post("/needs/new", append(form, "do", "submit-anyway")...)
	at := res.Header.Get("Location")
	if !strings.HasSuffix(at, "/edit?done=submitted") {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	if _, body = firm.get(at); !strings.Contains(body, "接下来") || !strings.Contains(body, "七天内") || strings.Contains(body, `id="need-form"`) {
		t.Errorf("handed in: %s", body)
	}
	if _, body = firm.get(strings.TrimSuffix(at, "?done=submitted")); !strings.Contains(body, `id="need-form"`) {
		t.Error("the form is gone for good")
	}
}
