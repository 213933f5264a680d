package view

import (
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/brokering"
	"hongniang/internal/errs"
	"hongniang/internal/notice"
)

func TestBuildNotices(t *testing.T) {
	at := time.Date(2026, 11, 20, 1, 0, 0, 5e6, time.UTC)
	v := BuildNotices(notice.Box{Unread: 1, Seen: at.Add(-time.Hour), Notices: []notice.Notice{
		{At: at, Introduction: "DJ-1", Text: "新", Level: brokering.Remind},
		{At: at.Add(-2 * time.Hour), Topic: notice.Matches, Record: "result/CG-1", Need: "XQ-1", Text: "旧", Band: "高", Why: []string{"对上“滚压”。"}},
		{At: at.Add(-2 * time.Hour), Topic: notice.Expiry, Record: "need/XQ-1", Need: "XQ-1", Text: "到期"},
		{At: at.Add(-2 * time.Hour), Topic: notice.Mail, Text: "没有去处"},
	}}, notice.Settings{})
	want := []NoticeLine{
		{At: "2026-11-20 09:00", Text: "新", URL: "/introductions/DJ-1", New: true, Late: true},
		{At: "2026-11-20 07:00", Text: "旧", URL: "/results/CG-1", Topic: "匹配提醒", Band: "高", Why: []string{"对上“滚压”。"}, NeedURL: "/needs/XQ-1", OffTopic: "match"},
		{At: "2026-11-20 07:00", Text: "到期", URL: "/needs/XQ-1", Topic: "需求到期"},
		{At: "2026-11-20 07:00", Text: "没有去处", Topic: "邮件"},
	}
	if diff := cmp.Diff(want, v.Items); diff != "" || v.Upto != "2026-11-20T01:00:00.005Z" {
		t.Errorf("%s %s", v.Upto, diff)
	}
}

func TestBuildNoticePrefs(t *testing.T) {
	settings := notice.Settings{Letters: true, Mail: "a@b.cn", Topics: []notice.TopicMode{{Topic: notice.Matches, Label: "匹配提醒", Mode: notice.Daily}, {Topic: notice.Reminders, Label: "催办提醒", Mode: notice.AtOnce}}}
	v := BuildNoticePrefs(settings, nil, nil)
	if v.State != "已确认。" || v.Mail.Value != "a@b.cn" || !v.Topics[0].Options[1].Chosen || v.Topics[0].Options[2].Label != "不要（这里也不提醒）" || v.Topics[1].Options[2].Label != "不发邮件，只在这里看" {
		t.Errorf("%+v", v)
	}
	var f errs.Faults
	f.Add("mail", "notice.mail", "邮箱应像 name@example.cn，请核对。", "x")
	f.Add("modes.match", "notice.mode", "请选一个。", "y")
	typed := url.Values{"mail": {"x"}, "topic.match": {"off"}, "topic.reminder": {"now"}}
	v = BuildNoticePrefs(settings, typed, f.Err())
	if v.Mail.Value != "x" || v.Mail.Fault == "" || !v.Topics[0].Options[2].Chosen || v.Topics[0].Fault == "" || v.Problem == "" {
		t.Errorf("%+v", v)
	}
	if diff := cmp.Diff(map[notice.Topic]notice.Mode{notice.Matches: notice.Off, notice.Reminders: notice.AtOnce}, ParseModes(typed)); diff != "" {
		t.Error(diff)
	}
	settings.Pending = "new@b.cn"
	if v = BuildNoticePrefs(settings, nil, nil); v.Mail.Value != "new@b.cn" || v.State == "已确认。" {
		t.Errorf("%+v", v)
	}
}

// Of more notices than anybody reads the page lists the newest, and says so.
func TestNoticesAreBounded(t *testing.T) {
	var box notice.Box
	for range noticesShown + 1 {
		box.Notices = append(box.Notices, notice.Notice{Text: "甲"})
	}
	if v := BuildNotices(box, notice.Settings{}); len(v.Items) != noticesShown || !v.More {
		t.Errorf("%d listed, more: %v", len(v.Items), v.More)
	}
	box.Notices = box.Notices[1:]
	if v := BuildNotices(box, notice.Settings{}); len(v.Items) != noticesShown || v.More {
		t.Errorf("%d listed, more: %v", len(v.Items), v.More)
	}
	for n, want := range map[int]string{0: "0", 99: "99", notice.MostCounted: "99+"} {
		if got := Unread(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
