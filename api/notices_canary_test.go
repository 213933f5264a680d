package api_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"hongniang/internal/alert"
	"hongniang/internal/catalog"
	"hongniang/matcher"
)

// Alerts of a need whose confidential fields hold canaries, and of records that
// fit it, say nothing of them to anybody: not to its own firm and broker either,
// since a notice goes out by mail.
func TestNothingConfidentialIsInAlerts(t *testing.T) {
	s := start(t)
	cast := s.cast()
	alerts := &alert.Service{
		Feed: s.store, Index: s.index, Notices: s.notices, Store: s.store.Accounts(), Now: func() time.Time { return testTime }, Log: slog.New(slog.DiscardHandler), Least: matcher.Low, PerWeek: 50,
		Matcher: &matcher.Matcher{Engine: s.index, Now: func() time.Time { return testTime }, Facts: &matcher.Records{Store: s.store, Cases: s.store.Introductions()}},
	}
	for i := range 15 { // so that words tell documents apart
		s.mustCreate(s.staff, "results", with(samples["results"], "title", fmt.Sprintf("养老护理与中式烹调培训方法第%d种", i), "summary", "面向护理员与厨师的培训教材、考核办法。", "keywords", []string{"护理"}))
	}
	catchUp := func() {
		t.Helper()
		if _, err := alerts.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	catchUp()
	need := plant(catalog.KindNeed, owned("needs"))
	need["owner_org"], need["enterprise_code"], need["confidentiality"], need["visibility"] = "QY-1", "QY-1", "summary_only", "public"
	s.mustCreate(s.staff, "needs", need)
	for _, kind := range []catalog.Kind{catalog.KindResult, catalog.KindExpert} {
		plural := string(kind) + "s"
		body := plant(kind, samples[plural])
		for _, key := range []string{"summary", "expertise"} {
			if _, has := body[key]; has {
				body[key] = fmt.Sprint(samples["needs"]["title"], "。", samples["needs"]["summary_public"])
			}
		}
		s.mustCreate(s.staff, plural, body)
	}
	catchUp()
	told := 0
	for who, send := range cast {
		for _, path := range []string{"/api/v1/notices", "/api/v1/notices/preferences"} {
			got := send(http.MethodGet, path, nil)
			if c := sings(got.body); c != "" {
				t.Errorf("%s got %s from GET %s: %s", who, c, path, got.body)
			}
			var box struct{ Notices []json.RawMessage }
			if got.status == http.StatusOK && json.Unmarshal(got.body, &box) == nil {
				told += len(box.Notices)
			}
		}
	}
	if told < 2 {
		t.Errorf("only %d alerts were there to be searched", told)
	}
	letters, err := json.Marshal(s.letters)
	if err != nil || sings(letters) != "" {
		t.Errorf("%v, letters: %s", err, letters)
	}
	if c := sings([]byte(s.log.String())); c != "" {
		t.Errorf("the log holds %s", c)
	}
}
