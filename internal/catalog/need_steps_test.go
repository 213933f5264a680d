package catalog_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

var stepDay = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

// Every step from every state: allowed exactly where the table says so, and then
// to the state that it names, with a line in the history.
func TestEveryStepFromEveryState(t *testing.T) {
	t.Parallel()
	cases := 0
	for _, rule := range catalog.NeedRules() {
		for _, status := range catalog.Vocab("need_status").Choices {
			cases++
			need := &catalog.Need{Meta: catalog.Meta{Code: "XQ-1", Status: status.Key, Pending: &catalog.HeldChange{Fields: map[string]string{"title": `"曲轴磨削烧伤"`}}}, Title: "曲轴烧伤"}
			to := cmp.Or(rule.To, status.Key)
			got, err := catalog.TakeNeedStep(need, catalog.NeedStep{Step: rule.Step, Reason: "写明原因"}, "王", stepDay)
			if !slices.Contains(rule.From, status.Key) {
				if e := errs.As(err); !errs.Is(err, errs.Conflict) || e.Code != "need.step_state" || !strings.Contains(e.Message, status.Label) {
					t.Errorf("%s from %s: %v", rule.Step, status.Key, err)
				}
				continue
			}
			if err != nil || got.Status != to || need.Status != status.Key || len(need.Steps) != 0 {
				t.Errorf("%s from %s: %+v, %v", rule.Step, status.Key, got, err)
				continue
			}
			want := []catalog.NeedEvent{{Step: rule.Step, From: status.Key, To: to, By: "王", At: stepDay, Reason: "写明原因"}}
			if diff := gocmp.Diff(want, got.Steps); diff != "" {
				t.Error(diff)
			}
		}
	}
	t.Logf("%d cases", cases)
}

// The table itself: known states and actions, every state can be left for another
// or is an end, and every state but a draft can be come to.
func TestNeedTable(t *testing.T) {
	t.Parallel()
	left, reached := map[string]bool{}, map[string]bool{"draft": true}
	for _, rule := range catalog.NeedRules() {
		if !slices.Contains([]string{"need.edit", "need.review", "need.publish"}, rule.Action) || rule.What == "" {
			t.Errorf("%+v", rule)
		}
		for _, s := range append(rule.From, rule.To) {
			if s != "" && !catalog.Vocab("need_status").Has(s) {
				t.Errorf("%s: no state %q", rule.Step, s)
			}
		}
		for _, s := range rule.From {
			left[s] = true
		}
		reached[rule.To] = true
	}
	for _, s := range catalog.Vocab("need_status").Choices {
		if !left[s.Key] && s.Key != "closed" {
			t.Errorf("nothing leads out of %s", s.Key)
		}
		if !reached[s.Key] {
			t.Errorf("nothing leads to %s", s.Key)
		}
	}
}

func TestNeedStepRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		step catalog.NeedStep
		from string
		code string
	}{
		"an unknown step":     {catalog.NeedStep{Step: "fly"}, "draft", "need.step_unknown"},
		"no reason":           {catalog.NeedStep{Step: catalog.ReturnNeed, Reason: "  "}, "submitted", "need.reason_missing"},
		"a book for a reason": {catalog.NeedStep{Step: catalog.ReturnNeed, Reason: strings.Repeat("长", 501)}, "submitted", "text.long"},
		"no date":             {catalog.NeedStep{Step: catalog.RenewNeed, ValidTo: "明年"}, "expired", "date.malformed"},
		"a day that is over":  {catalog.NeedStep{Step: catalog.RenewNeed, ValidTo: "2026-11-19"}, "expired", "need.valid_to_range"},
		"for ever":            {catalog.NeedStep{Step: catalog.RenewNeed, ValidTo: "2099-01-01"}, "expired", "need.valid_to_range"},
		"a date for nothing":  {catalog.NeedStep{Step: catalog.SubmitNeed, ValidTo: "2027-01-01"}, "draft", "need.valid_to_step"},
	} {
		_, err := catalog.TakeNeedStep(&catalog.Need{Meta: catalog.Meta{Status: tt.from}}, tt.step, "王", stepDay)
		if e := errs.As(err); !errs.Is(err, errs.Invalid) || len(e.Fields) != 1 || e.Fields[0].Code != tt.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// How long a need is open.
func TestValidity(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		from, to, status string
		step             catalog.NeedStep
		wantFrom, want   string
	}{
		{"", "", "submitted", catalog.NeedStep{Step: catalog.PublishNeed}, "2026-11-20", "2027-11-20"},
		{"2026-06-01", "2027-01-31", "submitted", catalog.NeedStep{Step: catalog.PublishNeed}, "2026-06-01", "2027-01-31"},
		{"2025-06-01", "2026-01-31", "submitted", catalog.NeedStep{Step: catalog.PublishNeed}, "2025-06-01", "2027-11-20"},
		{"2025-06-01", "2026-06-01", "expired", catalog.NeedStep{Step: catalog.RenewNeed}, "2025-06-01", "2027-11-20"},
		{"2025-06-01", "2026-12-01", "published", catalog.NeedStep{Step: catalog.RenewNeed, ValidTo: "2027-03-01"}, "2025-06-01", "2027-03-01"},
		{"2028-01-01", "2028-06-01", "published", catalog.NeedStep{Step: catalog.RenewNeed, ValidTo: "2027-03-01"}, "2026-11-20", "2027-03-01"},
		{"", "", "published", catalog.NeedStep{Step: catalog.MatchNeed}, "", ""},
	} {
		got, err := catalog.TakeNeedStep(&catalog.Need{Meta: catalog.Meta{Status: tt.status}, ValidFrom: tt.from, ValidTo: tt.to}, tt.step, "王", stepDay)
		if err != nil || got.ValidFrom != tt.wantFrom || got.ValidTo != tt.want {
			t.Errorf("%+v: %+v, %v", tt, got, err)
		}
	}
}

func needService(t *testing.T) *catalog.Service {
	s := newService(t)
	s.Now = func() time.Time { return stepDay }
	return s
}

// A need's life in a store: its history stays through edits, is not anybody's to
// write, and the public does not see it.
func TestStepsStay(t *testing.T) {
	t.Parallel()
	s := needService(t)
	need := &catalog.Need{Meta: catalog.Meta{Status: "draft"}, Title: "曲轴磨削烧伤"}
	if err := s.Create(t.Context(), "企业", need); err != nil {
		t.Fatal(err)
	}
	take := func(rev int64, step catalog.NeedStepKind, reason string) (*catalog.Need, error) {
		return s.StepNeed(t.Context(), "王", need.Code, rev, catalog.NeedStep{Step: step, Reason: reason})
	}
	if _, err := take(1, catalog.SubmitNeed, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := take(1, catalog.PublishNeed, ""); !errs.Is(err, errs.Stale) {
		t.Errorf("a step on what somebody changed: %v", err)
	}
	returned, err := take(2, catalog.ReturnNeed, "指标没有数值")
	if err != nil || returned.Rev != 3 {
		t.Fatalf("%+v, %v", returned, err)
	}
	edited := *returned
	edited.Detail, edited.Steps = "补上指标", []catalog.NeedEvent{{Step: "forged"}}
	if err := s.Update(t.Context(), "企业", &edited); err != nil {
		t.Fatal(err)
	}
	for _, step := range []catalog.NeedStepKind{catalog.SubmitNeed, catalog.PublishNeed} {
		if _, err := take(0, step, ""); err != nil {
			t.Fatal(err)
		}
	}
	rec, err := s.Get(t.Context(), catalog.KindNeed, need.Code)
	if err != nil {
		t.Fatal(err)
	}
	var path []string
	for _, e := range rec.(*catalog.Need).Steps {
		path = append(path, e.From+">"+e.To+e.Reason)
	}
	if diff := gocmp.Diff([]string{"draft>submitted", "submitted>returned指标没有数值", "returned>submitted", "submitted>published"}, path); diff != "" {
		t.Error(diff)
	}
	for _, confidentiality := range []string{"public", "summary_only"} {
		rec.(*catalog.Need).Confidentiality = confidentiality
		if view, ok := catalog.PublicView(rec); !ok || len(view.(*catalog.Need).Steps) != 0 {
			t.Errorf("the public sees the history of a %s need", confidentiality)
		}
	}
	if _, err := s.StepNeed(t.Context(), "王", "XQ-0", 0, catalog.NeedStep{Step: catalog.SubmitNeed}); !errs.Is(err, errs.NotFound) {
		t.Errorf("an unknown need: %v", err)
	}
}

// Needs run out on the day after their last, and not before; who is told when.
func TestExpireNeeds(t *testing.T) {
	t.Parallel()
	s := needService(t)
	for title, state := range map[string][2]string{
		"昨天到期": {"published", "2026-11-19"}, "今天到期": {"matching", "2026-11-20"}, "月内到期": {"published", "2026-12-10"}, "明年到期": {"published", "2027-06-01"},
		"没有期限": {"published", ""}, "早已对接": {"introduced", "2026-01-01"}, "还是草稿": {"draft", "2026-01-01"},
	} {
		if err := s.Create(t.Context(), "企业", &catalog.Need{Meta: catalog.Meta{Status: state[0]}, Title: title, ValidTo: state[1]}); err != nil {
			t.Fatal(err)
		}
	}
	titles := func(list []*catalog.Need) []string {
		out := []string{}
		for _, n := range list {
			out = append(out, n.Title)
		}
		slices.Sort(out)
		return out
	}
	due, err := s.ExpireNeeds(t.Context(), 30)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff([][]string{{"昨天到期"}, {"今天到期", "月内到期"}}, [][]string{titles(due.Expired), titles(due.Soon)}); diff != "" {
		t.Error(diff)
	}
	if due.Expired[0].Status != "expired" || due.Expired[0].Steps[0].By != "系统" {
		t.Errorf("%+v", due.Expired[0])
	}
	again, err := s.ExpireNeeds(t.Context(), 30) // by the process after one that told nobody
	if err != nil || len(again.Expired) != 0 {
		t.Errorf("again: %+v, %v", again, err)
	}
	if diff := gocmp.Diff([]string{"昨天到期"}, titles(again.Lately)); diff != "" {
		t.Error(diff)
	}
	s.Now = func() time.Time { return stepDay.AddDate(0, 0, 8) }
	later, err := s.ExpireNeeds(t.Context(), 30)
	if err != nil || slices.Contains(titles(later.Lately), "昨天到期") {
		t.Errorf("a week later: %+v, %v", later, err)
	}
}

var update = flag.Bool("update", false, "write the table of docs/needs.md anew")

// docs/needs.md prints the table.
func TestNeedsDocument(t *testing.T) {
	const name = "../../docs/needs.md"
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(data), "<!-- steps -->\n")
	_, tail, ok2 := strings.Cut(rest, "<!-- end -->")
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table", name)
	}
	want := head + "<!-- steps -->\n" + stepTable() + "<!-- end -->" + tail
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := gocmp.Diff(want, string(data)); diff != "" {
		t.Errorf("docs/needs.md is not the table (-want +got); run with -update:\n%s", diff)
	}
}

func stepTable() string {
	var b strings.Builder
	b.WriteString("| step | 中文 | from | to | action | reason |\n|---|---|---|---|---|---|\n")
	for _, r := range catalog.NeedRules() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | `%s` | %s |\n", r.Step, r.What, strings.Join(r.From, ", "), cmp.Or(r.To, "stays"), r.Action, map[bool]string{true: "needed", false: ""}[r.Reason])
	}
	return b.String()
}
