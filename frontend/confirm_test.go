package frontend_test

import (
	"strings"
	"testing"

	"hongniang/internal/catalog"
)

// Whom a firm named of others confirms it on the record's page, or staff do.
func TestConfirmedByThePage(t *testing.T) {
	a := newAffair(t)
	rec := &catalog.Result{
		Meta: catalog.Meta{Code: "CG-90", Union: "GH-1", OwnerOrg: "DW-1", Unconfirmed: []string{"ZJ-5", "外厂名人"}}, Title: "套圈滚压新工艺",
		Completers: []catalog.Completer{{Name: "自家工人"}, {Name: "钱师傅", ExpertCode: "ZJ-5"}, {Name: "外厂名人"}},
	}
	if err := a.records.Create(t.Context(), "test", rec); err != nil {
		t.Fatal(err)
	}
	const at = "/results/CG-90"
	sees := func(who, name string) bool {
		t.Helper()
		_, body := a.cast[who].get(at)
		return strings.Contains(body, name)
	}
	if sees("visitor", "钱师傅") || sees("visitor", "外厂名人") || !sees("visitor", "自家工人") || sees("own firm", "确认署名属实") {
		t.Error("before anybody confirmed")
	}
	if !sees("craftsman", "确认署名属实") || !sees("own broker", "确认署名属实") {
		t.Error("nobody is asked to confirm")
	}
	if res, _ := a.cast["own firm"].post(at + "/confirm"); res.StatusCode != 403 {
		t.Errorf("the firm confirms by itself: %d", res.StatusCode)
	}
	if res, _ := a.cast["craftsman"].post(at + "/confirm"); res.StatusCode != 303 || !sees("visitor", "钱师傅") || sees("visitor", "外厂名人") {
		t.Errorf("he confirms himself: %d", res.StatusCode)
	}
	if res, _ := a.cast["other broker"].post(at + "/confirm"); res.StatusCode == 303 || sees("visitor", "外厂名人") {
		t.Errorf("a broker of another union confirms: %d", res.StatusCode)
	}
	if res, _ := a.cast["own broker"].post(at + "/confirm"); res.StatusCode != 303 || !sees("visitor", "外厂名人") {
		t.Errorf("staff confirm the rest: %d", res.StatusCode)
	}
}
