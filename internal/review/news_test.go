package review_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/review"
)

// heard gives what is new as lines: what, for whom.
func (h *hall) heard() []string {
	h.t.Helper()
	news, err := h.News(h.t.Context())
	h.must(err)
	names := map[string]string{"U-wang": "经办", "U-9": "异议人"}
	for i, a := range h.workers {
		names[a.User] = fmt.Sprint("工人", i)
	}
	for i, a := range h.jury {
		names[a.User] = fmt.Sprint("评委", i)
	}
	var out []string
	for _, n := range news {
		var to []string
		for _, u := range n.Users {
			to = append(to, names[u])
		}
		slices.Sort(to)
		if n.Staff {
			to = append(to, "经办人")
		}
		if n.Open {
			to = append(to, "可申报的")
		}
		if n.Call != h.code || n.Union != "GH-1" || !strings.Contains(n.Text, "五小成果评审") {
			h.t.Errorf("%+v", n)
		}
		out = append(out, strings.TrimPrefix(n.ID, "review/"+h.code+"/")+": "+strings.Join(to, " "))
	}
	slices.Sort(out)
	return out
}

func (h *hall) wants(what string, want ...string) {
	h.t.Helper()
	slices.Sort(want)
	if diff := cmp.Diff(want, h.heard()); diff != "" {
		h.t.Errorf("%s: %s", what, diff)
	}
}

func (h *hall) pass(days int) { h.now = h.now.AddDate(0, 0, days) }

// Who is told what, from the draft to the prizes; a day later the same is found
// under the same name, so that a process that could not tell loses nothing.
func TestNews(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.draft() // to be handed in to until 2026-03-05
	h.wants("a draft")
	h.open()
	jurors := []string{"juror: 评委0", "juror: 评委1", "juror: 评委2", "juror: 评委3"}
	h.wants("open", append(jurors, "open: 可申报的")...)
	h.pass(4)
	h.wants("closed, a day later", append(jurors, "open: 可申报的", "closed/2026-03-05: 经办人")...)
	h.must(h.take(review.Step{Kind: review.Extend, Deadline: "2026-03-10"}))
	h.wants("extended", append(jurors, "open: 可申报的", "open/2026-03-10: 可申报的")...)
	h.pass(5)
	h.must(h.take(review.Step{Kind: review.Begin, Deadline: "2026-03-20"}))
	judge := []string{"judge: 评委0", "judge: 评委1", "judge: 评委2", "judge: 评委3"}
	h.wants("judging", slices.Concat(jurors, judge)...)
	h.score(0)
	h.pass(6) // 2026-03-17
	h.wants("three days before", slices.Concat(jurors, judge[1:], []string{"due/2026-03-20: 评委1", "due/2026-03-20: 评委2", "due/2026-03-20: 评委3"})...)
	h.score(1)
	h.pass(4)
	late := []string{"late/2026-03-20: 评委2", "late/2026-03-20: 评委3", "late/2026-03-20: 经办人"}
	h.wants("late", slices.Concat(jurors, judge[2:], late)...)
	h.must(h.take(review.Step{Kind: review.Extend, Deadline: "2026-03-30"}))
	h.wants("more time", slices.Concat(jurors, judge[2:])...)
	h.score(2)
	h.score(3)
	h.wants("all handed in", append(jurors, "complete: 经办人")...)
	h.must(h.take(review.Step{Kind: review.RankAll}))
	h.wants("ranked")
	h.must(h.take(review.Step{Kind: review.Post})) // until 2026-03-28
	posted := []string{"posted/CG-0: 工人0", "posted/CG-1: 工人1"}
	h.wants("posted", posted...)
	o, err := h.Object(t.Context(), account.Actor{User: "U-9", Name: "郑工", Role: account.Provider}, h.code, review.Complaint{Result: "CG-0", Text: "换型时间与实际不符，有生产记录。"})
	h.must(err)
	h.wants("objected", append(posted, "objection/"+o.Code+": 经办人")...)
	_, err = h.Answer(t.Context(), h.broker, h.code, o.Code, review.Verdict{Upheld: true, Reason: "核实属实，取消获奖。"})
	h.must(err)
	h.wants("answered", append(posted, "answered/"+o.Code+": 异议人")...)
	h.pass(8)
	h.wants("over", "notice_over: 经办人")
	h.must(h.take(review.Step{Kind: review.Declare}))
	h.wants("announced", "announced/CG-0: 工人0", "announced/CG-1: 工人1")
	h.pass(7)
	h.wants("a week later")
}

// What the words say: a prize, none, an answer, and nothing of jurors or points.
func TestWordsOfNews(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.post()
	o, err := h.Object(t.Context(), account.Actor{User: "U-9", Name: "郑工", Role: account.Provider}, h.code, review.Complaint{Result: "CG-0", Text: "换型时间与实际不符，有生产记录。"})
	h.must(err)
	_, err = h.Answer(t.Context(), h.broker, h.code, o.Code, review.Verdict{Upheld: true, Reason: "核实属实，取消获奖。"})
	h.must(err)
	h.words(map[string]string{
		"posted/CG-0": "《夹具改造0》拟获一等奖", "posted/CG-1": "《夹具改造1》拟获二等奖", "answered/" + o.Code: "成立，取消获奖。答复：核实属实，取消获奖。",
	})
	h.pass(10)
	h.must(h.take(review.Step{Kind: review.Declare}))
	h.words(map[string]string{"announced/CG-0": "没有获奖", "announced/CG-1": "获二等奖"})
}

func (h *hall) words(want map[string]string) {
	h.t.Helper()
	news, err := h.News(h.t.Context())
	h.must(err)
	for _, n := range news {
		if words, ok := want[strings.TrimPrefix(n.ID, "review/"+h.code+"/")]; ok && !strings.Contains(n.Text, words) {
			h.t.Errorf("%s: %q, want %q", n.ID, n.Text, words)
		}
		delete(want, strings.TrimPrefix(n.ID, "review/"+h.code+"/"))
		for _, never := range []string{"评委0", "评委1", "90", "70", "郑工"} {
			if strings.Contains(n.Text, never) {
				h.t.Errorf("%s says %s: %s", n.ID, never, n.Text)
			}
		}
	}
	if len(want) > 0 {
		h.t.Errorf("not said: %v", want)
	}
}

// What was called off is told to whoever had to do with it; a draft, to nobody.
func TestNewsOfACancelledCall(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.draft()
	h.must(h.take(review.Step{Kind: review.Cancel, Note: "改到明年"}))
	h.wants("a cancelled draft")
	h.open()
	h.must(h.take(review.Step{Kind: review.Cancel, Note: "改到明年"}))
	h.wants("cancelled", "cancelled: 工人0 工人1 评委0 评委1 评委2 评委3")
}

// Two equal results across the border of a prize wait for the chair.
func TestNewsOfATie(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.open()
	h.must(h.take(review.Step{Kind: review.Begin, Note: "报齐了"}))
	for _, j := range h.jury {
		for i := range hallResults {
			_, err := h.Score(t.Context(), j, h.code, fmt.Sprint("CG-", i), review.Marks{Points: []int{80, 80, 80, 80}, Final: true})
			h.must(err)
		}
	}
	h.must(h.take(review.Step{Kind: review.RankAll}))
	h.wants("tied", "ties/0: 评委0")
}

// A judging of an administrator has no union: he himself is its staff.
func TestNewsWithoutAUnion(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	admin := account.Actor{User: "U-admin", Name: "管理员", Role: account.Administrator}
	terms := review.DefaultTerms()
	terms.Title, terms.Year, terms.Deadline, terms.Issuer = "五小成果评审", 2026, catalog.Day(h.now), "省总工会"
	c, err := h.Create(t.Context(), admin, terms)
	h.must(err)
	_, err = h.Take(t.Context(), admin, c.Code, c.Rev, review.Step{Kind: review.Publish})
	h.must(err)
	h.pass(1)
	news, err := h.News(context.WithoutCancel(t.Context()))
	if err != nil || len(news) != 2 || !slices.Equal(news[1].Users, []string{"U-admin"}) || !news[1].Staff {
		t.Errorf("%+v, %v", news, err)
	}
}

// A day to score by must be one that can be kept; without one there are two weeks.
func TestScoreBy(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.open()
	for _, day := range []string{"2026-03-01", "三月"} {
		if err := h.take(review.Step{Kind: review.Begin, Note: "报齐了", Deadline: day}); err == nil {
			t.Errorf("%s was taken", day)
		}
	}
	h.must(h.take(review.Step{Kind: review.Begin, Note: "报齐了"}))
	sight, err := h.Show(t.Context(), h.jury[0], h.code)
	if err != nil || sight.Jury.ScoreBy != h.now.Add(14*24*time.Hour).Format(time.DateOnly) {
		t.Errorf("%+v, %v", sight.Jury, err)
	}
	if err := h.take(review.Step{Kind: review.Extend, Deadline: "2026-03-10"}); err == nil {
		t.Error("extended to less")
	}
}
