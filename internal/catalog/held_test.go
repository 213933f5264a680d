package catalog_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/sqlitestore"
)

// reviewed is a catalogue with one published need.
func reviewed(t *testing.T, change func(*catalog.Need)) (*catalog.Service, *catalog.Need) {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "hongniang.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	s := &catalog.Service{Store: store, Now: func() time.Time { return stepDay }, Log: slog.New(slog.DiscardHandler)}
	need := &catalog.Need{
		Meta: catalog.Meta{Code: "XQ-1", Status: "published"}, Title: "曲轴磨削烧伤", SummaryPublic: "磨削时烧伤", Keywords: []string{"磨削"},
		Detail: "砂轮线速度 60 m/s", EnterpriseName: "示例曲轴厂",
	}
	if change != nil {
		change(need)
	}
	if err := s.Create(t.Context(), "红娘", need); err != nil {
		t.Fatal(err)
	}
	return s, need
}

func read(t *testing.T, s *catalog.Service) (whole, public *catalog.Need) {
	t.Helper()
	rec, err := s.Get(t.Context(), catalog.KindNeed, "XQ-1")
	if err != nil {
		t.Fatal(err)
	}
	shown, ok := catalog.PublicView(rec)
	if !ok {
		return rec.(*catalog.Need), nil
	}
	return rec.(*catalog.Need), shown.(*catalog.Need)
}

// What an enterprise changes of the public words waits; the rest is saved.
func TestProposeKeepsTheOldPublicWords(t *testing.T) {
	t.Parallel()
	s, need := reviewed(t, nil)
	wish := *need
	wish.Title, wish.SummaryPublic, wish.Keywords, wish.Detail, wish.Deadline = "曲轴圆角磨削烧伤", "加我微信", []string{"磨削", "曲轴"}, "砂轮线速度 80 m/s", "2027-06-01"
	if err := s.Propose(t.Context(), "企业", &wish); err != nil {
		t.Fatal(err)
	}
	whole, public := read(t, s)
	if public.Title != "曲轴磨削烧伤" || public.SummaryPublic != "磨削时烧伤" || len(public.Keywords) != 1 || public.Pending != nil {
		t.Errorf("the public reads %+v", public)
	}
	if whole.Detail != "砂轮线速度 80 m/s" || public.Deadline != "2027-06-01" {
		t.Error("what nobody needs to review waits too")
	}
	want := []catalog.ProposedLine{
		{Field: "title", Label: "需求名称", Old: "曲轴磨削烧伤", New: "曲轴圆角磨削烧伤"},
		{Field: "summary_public", Label: "需求简介", Old: "磨削时烧伤", New: "加我微信"},
		{Field: "keywords", Label: "关键词", Old: "磨削", New: "磨削、曲轴"},
	}
	if diff := cmp.Diff(want, catalog.ProposedLines(whole)); diff != "" || whole.Pending.By != "企业" {
		t.Errorf("%s %+v", diff, whole.Pending)
	}

	// Staff correct something else meanwhile: the proposal stays.
	edited := *whole
	edited.BudgetNegotiable = true
	if err := s.Update(t.Context(), "红娘", &edited); err != nil {
		t.Fatal(err)
	}
	// The enterprise takes one field back: the others still wait.
	whole, _ = read(t, s)
	again, err := whole.Proposed()
	if err != nil || again.Title != "曲轴圆角磨削烧伤" {
		t.Fatalf("%+v, %v", again, err)
	}
	again.SummaryPublic = "磨削时烧伤"
	if err := s.Propose(t.Context(), "企业", again); err != nil {
		t.Fatal(err)
	}
	if whole, _ = read(t, s); len(catalog.ProposedLines(whole)) != 2 {
		t.Errorf("%+v", whole.Pending)
	}
	if _, err := s.StepNeed(t.Context(), "红娘", "XQ-1", whole.Rev, catalog.NeedStep{Step: catalog.AcceptNeedChange}); err != nil {
		t.Fatal(err)
	}
	whole, public = read(t, s)
	if public.Title != "曲轴圆角磨削烧伤" || len(public.Keywords) != 2 || whole.Pending != nil || whole.Status != "published" {
		t.Errorf("accepted: %+v", public)
	}
	_, err = s.StepNeed(t.Context(), "红娘", "XQ-1", 0, catalog.NeedStep{Step: catalog.AcceptNeedChange})
	if errs.As(err).Code != "need.no_change" {
		t.Errorf("accepted twice: %v", err)
	}
}

func TestRefusedChange(t *testing.T) {
	t.Parallel()
	s, need := reviewed(t, nil)
	wish := *need
	wish.Title = "示例曲轴厂的烧伤"
	if err := s.Propose(t.Context(), "企业", &wish); errs.As(err).Fields[0].Field != "title" {
		t.Errorf("a title that names the firm: %v", err)
	}
	wish.Title = "曲轴圆角烧伤"
	if err := s.Propose(t.Context(), "企业", &wish); err != nil {
		t.Fatal(err)
	}
	if _, err := s.StepNeed(t.Context(), "红娘", "XQ-1", 0, catalog.NeedStep{Step: catalog.RefuseNeedChange}); !errs.Is(err, errs.Invalid) {
		t.Errorf("refused without a reason: %v", err)
	}
	next, err := s.StepNeed(t.Context(), "红娘", "XQ-1", 0, catalog.NeedStep{Step: catalog.RefuseNeedChange, Reason: "原标题更清楚"})
	if err != nil || next.Pending != nil || next.Title != "曲轴磨削烧伤" || next.Steps[0].Reason != "原标题更清楚" {
		t.Errorf("%+v, %v", next, err)
	}
}

// Nobody lays a need open past the review by its level, and nothing waits of what
// nobody but staff reads.
func TestProposeOpenness(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		saved, wish string
		waits       []string
		opens       bool
	}{
		"from summary to public":  {"summary_only", "public", []string{"需求名称", "需求详情", "保密级别"}, true},
		"from public to summary":  {"public", "summary_only", []string{"需求名称", "需求详情"}, true},
		"of a public need":        {"public", "public", []string{"需求名称", "需求详情"}, true},
		"from NDA to summary":     {"nda", "summary_only", []string{"保密级别"}, false},
		"under NDA":               {"nda", "nda", nil, false},
		"from summary to brokers": {"summary_only", "broker_only", nil, false},
	} {
		s, need := reviewed(t, func(n *catalog.Need) { n.Confidentiality, n.EnterpriseName = c.saved, "" })
		wish := *need
		wish.Title, wish.Detail, wish.Confidentiality = "曲轴圆角烧伤", "新的详情", c.wish
		if err := s.Propose(t.Context(), "企业", &wish); err != nil {
			t.Fatal(err)
		}
		whole, public := read(t, s)
		var waits []string
		for _, line := range catalog.ProposedLines(whole) {
			waits = append(waits, line.Label)
		}
		if diff := cmp.Diff(c.waits, waits); diff != "" || (public != nil) != c.opens || public != nil && public.Detail == "新的详情" {
			t.Errorf("%s: %s, open %v", name, diff, public != nil)
		}
	}
}

// A need's state changes as a step would change it, however it is written.
func TestStateFollowsTheTable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, to, code string }{
		{"submitted", "published", ""}, {"published", "matching", ""}, {"published", "withdrawn", ""}, {"matching", "", ""},
		{"draft", "published", "need.step_state"}, {"published", "draft", "need.step_state"}, {"solved", "published", "need.step_state"}, {"rejected", "published", "need.step_state"},
		{"published", "closed", "invalid"}, {"submitted", "returned", "invalid"},
	} {
		for way, save := range map[string]func(*catalog.Service, *catalog.Need) error{
			"one": func(s *catalog.Service, n *catalog.Need) error { return s.Update(t.Context(), "红娘", n) },
			"many": func(s *catalog.Service, n *catalog.Need) error {
				return s.SaveAll(t.Context(), "红娘", []catalog.Record{n})[0]
			},
		} {
			s, need := reviewed(t, func(n *catalog.Need) { n.Status = c.from })
			wish := *need
			wish.Status, wish.Steps = c.to, []catalog.NeedEvent{{Step: "forged"}}
			err := save(s, &wish)
			wrong := err != nil
			switch c.code {
			case "need.step_state":
				wrong = err == nil || errs.As(err).Code != c.code
			case "invalid":
				wrong = !errs.Is(err, errs.Invalid)
			}
			if wrong {
				t.Errorf("%s, %s to %q: %v", way, c.from, c.to, err)
			}
			whole, _ := read(t, s)
			want := c.from
			if c.code == "" && c.to != "" {
				want = c.to
			}
			if whole.Status != want || want != c.from && (len(whole.Steps) != 1 || whole.Steps[0].To != want || whole.Steps[0].By != "红娘") {
				t.Errorf("%s, %s to %q: now %s by %+v", way, c.from, c.to, whole.Status, whole.Steps)
			}
		}
	}
}

func TestFollowNeed(t *testing.T) {
	t.Parallel()
	s, need := reviewed(t, func(n *catalog.Need) { n.Status = "introduced" })
	if err := s.FollowNeed(t.Context(), "对接进度", need, "published"); err != nil {
		t.Fatal(err)
	}
	whole, _ := read(t, s)
	if whole.Status != "published" || whole.Steps[0].Step != catalog.FollowedNeed {
		t.Errorf("%+v", whole)
	}
	if err := s.FollowNeed(t.Context(), "对接进度", need, "solved"); !errs.Is(err, errs.Stale) {
		t.Errorf("an old revision: %v", err)
	}
	if err := s.FollowNeed(t.Context(), "对接进度", whole, "closed"); errs.As(err).Code != "need.step_state" {
		t.Errorf("past the states that follow: %v", err)
	}
}
