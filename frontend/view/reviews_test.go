package view_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/frontend/view"
	"hongniang/internal/errs"
	"hongniang/internal/review"
)

// Terms survive the way through the form, and what is no number is none.
func TestReviewTermsThroughTheForm(t *testing.T) {
	want := review.DefaultTerms()
	want.Title, want.Text, want.Year, want.From, want.To, want.Deadline, want.Issuer, want.Frontline = "五小成果评审", "两行\n说明", 2026, "2025-01", "2025-12", "2026-12-01", "市总工会", true
	if diff := cmp.Diff(want, view.ParseReview(view.ReviewValues(want))); diff != "" {
		t.Error(diff)
	}
	form := url.Values{"criterion": {"创新性", "", "实用性"}, "weight": {"六十", "", "40"}, "hint": {""}, "prize": {"一等奖", ""}, "quota": {"", ""}, "year": {"今年"}}
	got := view.ParseReview(form)
	if diff := cmp.Diff([]review.Criterion{{Name: "创新性", Weight: -1}, {Name: "实用性", Weight: 40}}, got.Criteria); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]review.Prize{{Name: "一等奖", Quota: -1}}, got.Prizes); diff != "" || got.Year != -1 {
		t.Errorf("%s %d", diff, got.Year)
	}
	shown := view.BuildReviewForm(form, nil)
	if shown.Criteria[0].Weight != "六十" || shown.Criteria[2].Name != "实用性" || shown.Year != "今年" {
		t.Errorf("what was typed is lost: %+v", shown)
	}
}

func TestReviewMarks(t *testing.T) {
	for _, tt := range []struct {
		form url.Values
		want review.Marks
	}{
		{url.Values{"points": {" 90 ", "0"}, "step": {"hand_in"}, "note": {"好"}}, review.Marks{Points: []int{90, 0}, Final: true, Note: "好"}},
		{url.Values{"points": {"九十", ""}, "step": {"save"}}, review.Marks{Points: []int{-1, -1}}},
		{url.Values{}, review.Marks{}},
	} {
		if diff := cmp.Diff(tt.want, view.ParseMarks(tt.form)); diff != "" {
			t.Errorf("%v: %s", tt.form, diff)
		}
	}
	paper := review.Paper{Code: "PS-1", Stage: review.Judging, Criteria: []review.Criterion{{Name: "创新性", Weight: 100}}, Sheet: &review.Sheet{Points: []int{80}, Note: "旧"}}
	if v := view.BuildReviewPaper(paper, nil, nil); v.Rows[0].Points != "80" || v.Note != "旧" || !v.Judging {
		t.Errorf("a saved sheet: %+v", v)
	}
	var f errs.Faults
	f.Add("points[0]", "review.points", "每项请打 0 到 100 的整数。", "x")
	if v := view.BuildReviewPaper(paper, url.Values{"points": {"x"}, "note": {"新"}}, f.Err()); v.Rows[0].Points != "x" || v.Rows[0].Fault == "" || v.Note != "新" {
		t.Errorf("a refused sheet: %+v", v)
	}
}
