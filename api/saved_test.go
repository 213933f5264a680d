package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// A search is saved, renamed, switched off and deleted by its owner alone.
func TestSavedSearches(t *testing.T) {
	s := start(t)
	cast := s.cast()
	type saved struct {
		Code, Name string
		On         bool
		Ask        struct{ Query string }
	}
	made := decode[saved](t, cast["own firm"](http.MethodPost, "/api/v1/searches", map[string]any{"name": "曲轴", "ask": map[string]any{"query": "曲轴磨削", "kind": "expert"}}))
	if made.Code == "" || !made.On || made.Ask.Query != "曲轴磨削" {
		t.Fatalf("%+v", made)
	}
	if p := cast["own firm"](http.MethodPost, "/api/v1/searches", map[string]any{"name": "空"}).problem(t); p.Status != 422 {
		t.Errorf("nothing is asked: %+v", p)
	}
	for _, who := range []string{"other firm", "own broker"} {
		if p := cast[who](http.MethodPatch, "/api/v1/searches/"+made.Code, map[string]any{"name": "别人的"}).problem(t); p.Status != 404 {
			t.Errorf("%s renames it: %+v", who, p)
		}
		if list := decode[struct{ Items []saved }](t, cast[who](http.MethodGet, "/api/v1/searches", nil)); len(list.Items) != 0 {
			t.Errorf("%s sees %v", who, list.Items)
		}
	}
	list := decode[struct{ Items []saved }](t, cast["own firm"](http.MethodPatch, "/api/v1/searches/"+made.Code, map[string]any{"name": "磨曲轴", "on": false}))
	if len(list.Items) != 1 || list.Items[0].Name != "磨曲轴" || list.Items[0].On {
		t.Errorf("%+v", list)
	}
	if got := cast["own firm"](http.MethodDelete, "/api/v1/searches/"+made.Code, nil); got.status != 204 {
		t.Errorf("%d %s", got.status, got.body)
	}
	if list := decode[struct{ Items []saved }](t, cast["own firm"](http.MethodGet, "/api/v1/searches", nil)); len(list.Items) != 0 {
		t.Errorf("it is still there: %v", list)
	}
}

// A word list is read, saved on the revision that was read, and kept with its history.
func TestWordLists(t *testing.T) {
	s := start(t)
	admin := s.cast()["administrator"]
	type revision struct {
		Number   int
		Text, By string
	}
	now := decode[revision](t, admin(http.MethodGet, "/api/v1/lexicon/synonyms", nil))
	if !strings.Contains(now.Text, "=") {
		t.Fatalf("%+v", now)
	}
	next := map[string]any{"base": now.Number, "text": "数控机床=CNC\n电主轴=高速主轴\n", "note": "试"}
	if r := decode[revision](t, admin(http.MethodPut, "/api/v1/lexicon/synonyms", next)); r.Number != now.Number+1 || r.By == "" {
		t.Errorf("%+v", r)
	}
	if p := admin(http.MethodPut, "/api/v1/lexicon/synonyms", map[string]any{"base": now.Number, "text": "甲=乙\n"}).problem(t); p.Status != 409 {
		t.Errorf("on an old revision: %+v", p)
	}
	if p := admin(http.MethodPut, "/api/v1/lexicon/synonyms", map[string]any{"base": now.Number + 1, "text": "只有一个说法\n"}).problem(t); p.Status != 422 {
		t.Errorf("a line that is none: %+v", p)
	}
	if h := decode[struct{ Items []revision }](t, admin(http.MethodGet, "/api/v1/lexicon/synonyms/history", nil)); len(h.Items) != 1 || h.Items[0].Text == "" {
		t.Errorf("%+v", h)
	}
	if p := admin(http.MethodGet, "/api/v1/lexicon/flowers", nil).problem(t); p.Status != 404 {
		t.Errorf("%+v", p)
	}
}
