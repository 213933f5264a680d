package frontend_test

import (
	"strings"
	"testing"

	"hongniang/internal/catalog"
)

// A craftsman enters a result of his own: a draft that only he and his union read,
// handed in, published by the union's staff, and then changed and taken back.
func TestAResultOfOnesOwn(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	person := &catalog.Expert{Meta: catalog.Meta{Code: "ZJ-5", Union: "GH-1"}, Name: "示例戊", PersonKinds: []string{"master_craftsman"}}
	if err := w.records.Create(t.Context(), "test", person); err != nil {
		t.Fatal(err)
	}
	craftsman, broker, visitor := cast["craftsman"], cast["own broker"], cast["visitor"]
	if _, body := craftsman.get("/records/mine"); !strings.Contains(body, "没有草稿") || !strings.Contains(body, `href="/results/new"`) || !strings.Contains(body, "还缺") {
		t.Errorf("nothing yet: %s", body)
	}
	res, body := craftsman.post("/results/new", "title", "滚", "asking_price_wan", "面谈", "completers.1.name", "同事甲", "completers.1.is_frontline", "yes", "benefits.1.year", "多年")
	if res.StatusCode != 422 || !strings.Contains(body, "请填一个数") || !strings.Contains(body, `value="同事甲"`) || !strings.Contains(body, `name="completers.1.is_frontline" value="yes" checked`) {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	res, body = craftsman.post("/results/new", "title", "滚", "completers.1.name", "同事甲")
	if res.StatusCode != 422 || !strings.Contains(body, `class="fault"`) {
		t.Fatalf("too short a title: %d %s", res.StatusCode, body)
	}
	res, body = craftsman.post("/results/new", "do", "save", "title", "薄壁套圈滚压工装", "result_kind", "small_creation", "problem_solved", "滚压时变形", "keywords", "滚压，套圈",
		"completers.1.name", "同事甲", "completers.1.is_frontline", "yes", "completing_orgs", "某厂\n另一厂\n", "benefits.2.year", "2025", "benefits.2.kind", "saved", "benefits.2.amount_wan", "3.5",
		"region_code", "威海市", "transfer_modes", "license", "transfer_modes", "consulting", "contact.name", "示例戊", "contact.phone", "13500001111")
	edit := strings.TrimSuffix(res.Header.Get("Location"), "?done=saved")
	if res.StatusCode != 303 || !strings.HasSuffix(edit, "/edit") {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	page := strings.TrimSuffix(edit, "/edit")
	_, body = craftsman.get(edit + "?done=saved")
	for _, want := range []string{"已保存", "草稿", `value="薄壁套圈滚压工装"`, `value="示例戊"`, `value="ZJ-5"`, "某厂\n另一厂", `value="2025"`, `value="license" checked`, `value="威海市"`, "提交审核"} {
		if !strings.Contains(body, want) {
			t.Errorf("the form lacks %s:\n%s", want, body)
		}
	}
	for who, b := range cast {
		res, body := b.get(page)
		if sees := who == "craftsman" || who == "own broker" || who == "own leader" || who == "administrator"; (res.StatusCode == 200) != sees || !sees && strings.Contains(body, "滚压时变形") {
			t.Errorf("%s gets the draft: %d", who, res.StatusCode)
		}
		if res, body := b.get(edit); (res.StatusCode == 200) != (who == "craftsman" || who == "own broker" || who == "administrator") || res.StatusCode != 200 && strings.Contains(body, "13500001111") {
			t.Errorf("%s gets the form: %d", who, res.StatusCode)
		}
	}
	rev := revField.FindStringSubmatch(body)[1]
	form := []string{"rev", rev, "title", "薄壁套圈滚压工装", "problem_solved", "滚压时变形大", "completers.1.name", "示例戊", "completers.1.expert_code", "ZJ-5"}
	if res, body := craftsman.post(edit, append(form, "do", "submit")...); res.Header.Get("Location") != edit+"?done=submitted" {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	if res, body := craftsman.post(edit, append(form, "do", "save")...); res.StatusCode != 409 || !strings.Contains(body, "滚压时变形大") {
		t.Errorf("on an old revision: %d", res.StatusCode)
	}
	if _, body = craftsman.get("/records/mine"); !strings.Contains(body, "薄壁套圈滚压工装") || !strings.Contains(body, "待审核") {
		t.Errorf("handed in: %s", body)
	}
	code := page[strings.LastIndexByte(page, '/')+1:]
	if res, _ := broker.post("/review/result/"+code, "step", "publish", "rev", "2"); res.StatusCode != 303 {
		t.Fatalf("not published: %d", res.StatusCode)
	}
	if res, body := visitor.get(page); res.StatusCode != 200 || strings.Contains(body, "13500001111") || strings.Contains(body, `href="`+edit+`"`) {
		t.Errorf("published: %d %s", res.StatusCode, body)
	}
	if _, body = craftsman.get(page); !strings.Contains(body, `href="`+edit+`"`) {
		t.Error("the owner is not led to the form")
	}
	if _, body = craftsman.get("/records/mine"); !strings.Contains(body, "已经公开") || !strings.Contains(body, `href="`+page+`"`) {
		t.Errorf("published: %s", body)
	}
	if res, _ := craftsman.post(page+"/withdraw", "rev", "3"); res.Header.Get("Location") != edit+"?done=withdrawn" {
		t.Fatalf("%d", res.StatusCode)
	}
	if res, _ := visitor.get(page); res.StatusCode != 404 {
		t.Errorf("taken back: %d", res.StatusCode)
	}
}

// A firm's patent is its own; another firm reads the public page and changes nothing.
func TestAPatentOfOnesOwn(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	firm, other := cast["own firm"], cast["other firm"]
	res, body := firm.post("/patents/new", "do", "submit", "title", "一种套圈滚压装置", "application_no", "ZL202310000001.1", "applicants", "威海示例机床厂")
	if res.StatusCode != 422 || !strings.Contains(body, "校验") && !strings.Contains(body, "申请号") {
		t.Errorf("a number that is none: %d %s", res.StatusCode, body)
	}
	res, body = firm.post("/patents/new", "do", "submit", "title", "一种套圈滚压装置", "application_no", "201910123456.X", "applicants", "威海示例机床厂", "inventors", "甲\n乙")
	if res.StatusCode != 303 {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	edit := strings.TrimSuffix(res.Header.Get("Location"), "?done=submitted")
	for who, want := range map[string]int{"own firm": 200, "other firm": 404, "craftsman": 404, "visitor": 303, "own leader": 403} {
		if res, _ := cast[who].get(edit); res.StatusCode != want {
			t.Errorf("%s opens the form: %d", who, res.StatusCode)
		}
	}
	if res, _ := other.post(edit, "rev", "1", "title", "别人的", "application_no", "201910123456.X"); res.StatusCode != 404 {
		t.Errorf("another firm changes it: %d", res.StatusCode)
	}
	if res, _ := other.post(strings.TrimSuffix(edit, "/edit")+"/withdraw", "rev", "1"); res.StatusCode != 404 {
		t.Errorf("another firm takes it back: %d", res.StatusCode)
	}
	if res, body := firm.post(edit, "title", "一种套圈滚压装置", "application_no", "201910123456.X"); res.StatusCode != 422 || !strings.Contains(body, "刷新页面") {
		t.Errorf("without a revision: %d", res.StatusCode)
	}
}
