package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"hongniang/internal/notice"
)

// decoded reads an answer into v.
func decoded[T any](t *testing.T, a answer, status int) T {
	t.Helper()
	var out T
	if a.status != status {
		t.Fatalf("%s %s: %d %s", a.method, a.path, a.status, a.body)
	}
	if err := json.Unmarshal(a.body, &out); err != nil {
		t.Fatalf("%s: %v", a.body, err)
	}
	return out
}

func TestNotices(t *testing.T) {
	s := start(t)
	cast := s.cast()
	broker, leader := cast["own broker"], cast["own leader"]
	user := s.actors()["own broker"].User
	err := s.notices.Say(t.Context(), []string{notice.ToUser(user)}, notice.Notice{
		ID: "alert/CG-1", Topic: notice.Matches, Record: "result/CG-1", Band: "高", Text: "新发布的创新成果可能对得上 1 项需求。", Why: []string{"标题写到“滚压”。"},
	})
	if err != nil {
		t.Fatal(err)
	}
	box := decoded[notice.Box](t, broker(http.MethodGet, "/api/v1/notices", nil), 200)
	if box.Unread != 1 || len(box.Notices) != 1 || box.Notices[0].Topic != notice.Matches || box.Notices[0].Why[0] != "标题写到“滚压”。" {
		t.Errorf("%+v", box)
	}
	if box := decoded[notice.Box](t, leader(http.MethodGet, "/api/v1/notices", nil), 200); len(box.Notices) != 0 {
		t.Errorf("somebody else's: %+v", box)
	}
	at, err := box.Notices[0].At.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if a := broker(http.MethodPost, "/api/v1/notices/read", `{"up_to":`+string(at)+`}`); a.status != 204 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if box := decoded[notice.Box](t, broker(http.MethodGet, "/api/v1/notices", nil), 200); box.Unread != 0 {
		t.Errorf("%+v", box)
	}
}

func TestNoticePreferences(t *testing.T) {
	s := start(t)
	broker := s.cast()["own broker"]
	const path = "/api/v1/notices/preferences"
	modes := func(a answer) map[notice.Topic]notice.Mode {
		t.Helper()
		out := map[notice.Topic]notice.Mode{}
		for _, m := range decoded[notice.Settings](t, a, 200).Topics {
			out[m.Topic] = m.Mode
		}
		return out
	}
	if got := modes(broker(http.MethodGet, path, nil)); len(got) != 7 || got[notice.Matches] != notice.Daily || got[notice.Reminders] != notice.AtOnce {
		t.Errorf("%v", got)
	}
	if got := modes(broker(http.MethodPut, path, `{"modes":{"match":"off"}}`)); got[notice.Matches] != notice.Off || got[notice.Reminders] != notice.AtOnce {
		t.Errorf("%v", got)
	}
	settings := decoded[notice.Settings](t, broker(http.MethodPut, path, `{"mail":"hong@example.cn"}`), 200)
	if settings.Pending != "hong@example.cn" || settings.Mail != "" || len(s.letters) != 1 || settings.Topics[2].Mode != notice.Off {
		t.Errorf("%+v, %d letters", settings, len(s.letters))
	}
	decoded[notice.Settings](t, broker(http.MethodPut, path, `{"mail":"hong@example.cn"}`), 200)
	if len(s.letters) != 1 {
		t.Errorf("the same address asks again: %d letters", len(s.letters))
	}
	for _, bad := range []string{`{"mail":"nobody"}`, `{"modes":{"weather":"now"}}`, `{"modes":{"match":"never"}}`, `{"more":1}`} {
		if a := broker(http.MethodPut, path, bad); a.status != 422 || !strings.Contains(string(a.body), `"errors":[{"field"`) {
			t.Errorf("%s: %d %s", bad, a.status, a.body)
		}
	}
}
