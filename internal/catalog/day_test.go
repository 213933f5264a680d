package catalog_test

import (
	"testing"
	"time"

	"hongniang/internal/catalog"
)

// A day of the field begins in China, eight hours before that of UTC.
func TestDay(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"2026-11-19T15:59:59Z": "2026-11-19", "2026-11-19T16:00:00Z": "2026-11-20",
		"2025-12-31T16:00:00Z": "2026-01-01", "2026-11-20T00:00:00+08:00": "2026-11-20",
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := catalog.Day(moment); got != want {
			t.Errorf("%s is on %s, want %s", at, got, want)
		}
	}
}

// What runs out, is renewed or numbered before eight in the morning is so by the
// day in China.
func TestNeedsBeforeEight(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.Now = func() time.Time { return time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC) } // one o'clock on 1 January
	need := &catalog.Need{Meta: catalog.Meta{Status: "published"}, Title: "去年到期", ValidTo: "2026-12-31"}
	if err := s.Create(t.Context(), "企业", need); err != nil {
		t.Fatal(err)
	}
	if need.Code != "XQ-2027-0001" {
		t.Errorf("numbered %s", need.Code)
	}
	due, err := s.ExpireNeeds(t.Context(), 30)
	if err != nil || len(due.Expired) != 1 {
		t.Fatalf("%+v, %v", due, err)
	}
	renew := catalog.NeedStep{Step: catalog.RenewNeed, ValidTo: "2027-01-01"}
	if _, err := s.StepNeed(t.Context(), "企业", need.Code, 0, renew); err == nil {
		t.Error("renewed until today")
	}
	renew.ValidTo = ""
	renewed, err := s.StepNeed(t.Context(), "企业", need.Code, 0, renew)
	if err != nil || renewed.ValidTo != "2028-01-01" {
		t.Errorf("%+v, %v", renewed, err)
	}
}
