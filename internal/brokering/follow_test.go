package brokering_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
)

func TestNeedStatus(t *testing.T) {
	t.Parallel()
	at := func(stages ...brokering.Stage) []*brokering.Introduction {
		var out []*brokering.Introduction
		for _, s := range stages {
			out = append(out, &brokering.Introduction{Stage: s, Contract: &brokering.Contract{Need: "XQ-1"}})
		}
		return out
	}
	for _, c := range []struct {
		now  string
		all  []*brokering.Introduction
		want string
	}{
		{"published", nil, "published"}, {"signed", nil, "signed"},
		{"published", at(brokering.Proposed), "matching"}, {"published", at(brokering.Declined), "matching"},
		{"matching", at(brokering.Recommended, brokering.Invited), "introduced"}, {"matching", at(brokering.IntentSigned), "introduced"},
		{"introduced", at(brokering.ContractSigned), "signed"}, {"signed", at(brokering.Implementing), "implementing"}, {"implementing", at(brokering.AcceptedWork), "solved"},
		{"introduced", at(brokering.ClosedFail), "published"}, {"solved", at(brokering.ClosedSuccess, brokering.ClosedFail), "solved"},
		{"closed", at(brokering.Implementing), "closed"}, {"withdrawn", at(brokering.Proposed), "withdrawn"}, {"draft", at(brokering.Proposed), "draft"},
	} {
		if got := brokering.NeedStatus("XQ-1", c.now, c.all); got != c.want {
			t.Errorf("%s with %d: %s, want %s", c.now, len(c.all), got, c.want)
		}
	}
	if got := brokering.NeedStatus("XQ-2", "published", at(brokering.ContractSigned)); got != "introduced" {
		t.Errorf("another need of the same case is %s", got)
	}
}

// A need follows its introductions when they are delivered, and who did it is in
// its history.
func TestNeedsFollow(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	records := &catalog.Service{Store: w.store, Now: func() time.Time { return w.now }, Log: slog.New(slog.DiscardHandler)}
	in := w.invited("ZJ-1")
	follow := func(want string, rev int64) {
		t.Helper()
		current, err := w.service.Store.Get(t.Context(), in.Code)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if left, err := w.service.FollowNeeds(t.Context(), records, "对接进度", current); err != nil || len(left) > 0 {
				t.Fatalf("%v %v", left, err)
			}
		}
		need, err := w.store.Get(t.Context(), catalog.KindNeed, "XQ-1")
		if err != nil || need.Base().Status != want || need.Base().Rev != rev || need.Base().UpdatedBy != "对接进度" {
			t.Errorf("%v: %s at %d by %s, want %s", err, need.Base().Status, need.Base().Rev, need.Base().UpdatedBy, want)
		}
	}
	follow("matching", 2)
	w.do(master, in.Code, brokering.Step{Kind: brokering.Accept})
	follow("matching", 2)
	w.do(wang, in.Code, brokering.Step{Kind: brokering.CloseFail, Reason: "no_reply"})
	follow("published", 3)
}

// The link that accepted may answer the three questions, once; no other link may.
func TestQuestionsByLink(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	in := w.invited("ZJ-1")
	token, _, err := w.service.InvitationLink(t.Context(), wang, in.Code)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.service.Questions(t.Context(), token)
	w.wantCode(err, "link.used") // not accepted yet
	if _, err := w.service.AnswerLink(t.Context(), token, true, "", ""); err != nil {
		t.Fatal(err)
	}
	asked, err := w.service.Questions(t.Context(), token)
	if err != nil || asked.Introduction != in.Code || asked.Text != "请帮忙看看滚压" {
		t.Errorf("%v %+v", err, asked)
	}
	w.wantCode(w.service.AnswerQuestions(t.Context(), token, brokering.Answers{HowWeHelp: "改参数"}), "introduction.incomplete")
	w.wantCode(w.service.AnswerQuestions(t.Context(), token+"x", *answers()), "link.wrong")
	if err := w.service.AnswerQuestions(t.Context(), token, *answers()); err != nil {
		t.Fatal(err)
	}
	w.wantCode(w.service.AnswerQuestions(t.Context(), token, *answers()), "link.used")
	got, err := w.service.Show(t.Context(), wang, in.Code)
	if err != nil || len(got.Introduction.Answers) != 1 || !strings.Contains(got.Introduction.History[len(got.Introduction.History)-1].Name, "邀约链接") {
		t.Errorf("%v %+v", err, got.Introduction.Answers)
	}
	w.now = w.now.AddDate(0, 0, 30)
	_, err = w.service.Questions(t.Context(), token)
	w.wantCode(err, "link.expired")
}
