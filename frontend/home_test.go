package frontend_test

import (
	"strings"
	"testing"

	"hongniang/internal/catalog"
)

// The first page tells a firm what waits for it, and nobody else.
func TestHomeTellsWhatWaits(t *testing.T) {
	a := newAffair(t)
	a.toInterested()
	back := &catalog.Need{Meta: catalog.Meta{Code: "XQ-81", Status: "submitted", Union: "GH-1"}, Title: "交来又退回的难题", EnterpriseCode: "DW-1", EnterpriseName: firmName}
	if err := a.records.Create(t.Context(), "test", back); err != nil {
		t.Fatal(err)
	}
	if _, err := a.records.StepNeed(t.Context(), "红娘", "XQ-81", 0, catalog.NeedStep{Step: catalog.ReturnNeed, Reason: "补指标"}); err != nil {
		t.Fatal(err)
	}
	for who, b := range a.cast {
		_, body := b.get("/")
		if told := strings.Contains(body, "交来又退回的难题"); told != (who == "own firm") {
			t.Errorf("%s is told of the need that came back: %v", who, told)
		}
	}
	fresh := newAffair(t)
	fresh.step("own broker", "review")
	fresh.step("own broker", "invite", "text", "请看看")
	if _, body := fresh.cast["craftsman"].get("/"); !strings.Contains(body, "等您办理") || !strings.Contains(body, fresh.path()) || !strings.Contains(body, "答复邀约") {
		t.Error("the craftsman is not told that he is asked")
	}
	if _, body := fresh.cast["own firm"].get("/"); strings.Contains(body, fresh.path()) {
		t.Error("the firm is told although it is not its turn")
	}
}
