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

// What the owner of a published result changes waits, what is nobody's business or
// a choice is saved at once; staff accept it, or give it back with a reason.
func TestHoldKeepsTheOldWordsOfOtherRecords(t *testing.T) {
	t.Parallel()
	s, _ := reviewed(t, nil)
	saved := &catalog.Result{
		Meta: catalog.Meta{Code: "CG-1", Status: "published"}, Title: "曲轴滚压工装", Summary: "滚压时不变形", Keywords: []string{"滚压"}, Contact: &catalog.Contact{Name: "甲"},
		Completers: []catalog.Completer{{Name: "甲"}},
	}
	if err := s.Create(t.Context(), "红娘", saved); err != nil {
		t.Fatal(err)
	}
	propose := func(change func(*catalog.Result)) *catalog.Result {
		t.Helper()
		old, err := s.Get(t.Context(), catalog.KindResult, "CG-1")
		if err != nil {
			t.Fatal(err)
		}
		wish, err := catalog.Proposed(old)
		if err != nil {
			t.Fatal(err)
		}
		next := catalog.Clone(wish).(*catalog.Result)
		change(next)
		catalog.Clean(next)
		if err := catalog.Hold(old, next, "本人", stepDay); err != nil {
			t.Fatal(err)
		}
		return next
	}
	change := func(r *catalog.Result) {
		r.Title, r.Completers, r.Stage = "加我微信", append(r.Completers, catalog.Completer{Name: "乙"}), "mature"
		r.Contact = &catalog.Contact{Name: "丙"}
	}
	next := propose(change)
	if next.Title != "曲轴滚压工装" || len(next.Completers) != 1 || next.Contact.Name != "丙" || next.Stage != "mature" || !next.Pending.Waits() || next.Pending.By != "本人" {
		t.Fatalf("held: %+v", next)
	}
	if err := s.Overwrite(t.Context(), "本人", next); err != nil {
		t.Fatal(err)
	}
	want := []catalog.ProposedLine{{Field: "title", Label: "成果名称", Old: "曲轴滚压工装", New: "加我微信"}, {Field: "completers", Label: "主要完成人", Old: "甲", New: "甲、乙"}}
	if diff := cmp.Diff(want, catalog.ProposedLines(next)); diff != "" {
		t.Error(diff)
	}
	if shown, ok := catalog.PublicView(next); !ok || shown.Base().Pending != nil || shown.Heading() != "曲轴滚压工装" {
		t.Errorf("the public sees %+v", shown)
	}
	no := catalog.Decision{Kind: catalog.KindResult, Code: "CG-1"}
	if _, err := s.DecideChange(t.Context(), "红娘", no); errs.As(err).Kind != errs.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	no.Reason = "不写微信"
	back, err := s.DecideChange(t.Context(), "红娘", no)
	if err != nil || back.Base().Pending.Waits() || back.Base().Pending.Returned != "不写微信" || back.Heading() != "曲轴滚压工装" {
		t.Fatalf("given back: %+v %v", back, err)
	}
	if _, err := s.DecideChange(t.Context(), "红娘", no); !errs.Is(err, errs.Conflict) {
		t.Errorf("again: %v", err)
	}
	if again := propose(func(r *catalog.Result) { r.Title = "曲轴圆角滚压工装" }); again.Pending.Returned != "" || !again.Pending.Waits() {
		t.Errorf("handed in again: %+v", again.Pending)
	} else if err := s.Overwrite(t.Context(), "本人", again); err != nil {
		t.Fatal(err)
	}
	yes, err := s.DecideChange(t.Context(), "红娘", catalog.Decision{Kind: catalog.KindResult, Code: "CG-1", Accept: true})
	if err != nil || yes.Heading() != "曲轴圆角滚压工装" || yes.Base().Pending != nil || len(yes.(*catalog.Result).Completers) != 2 {
		t.Errorf("accepted: %+v %v", yes, err)
	}
}

// What a change would make public waits as a whole; whether somebody takes cases,
// and lets himself be shown, changes at once.
func TestHoldLetsThroughWhatIsOnesOwn(t *testing.T) {
	t.Parallel()
	old := &catalog.Expert{Meta: catalog.Meta{Code: "ZJ-1", Status: "published"}, Name: "甲", Expertise: "修主轴"}
	next := catalog.Clone(old).(*catalog.Expert)
	next.Availability, next.Consent = &catalog.Availability{}, &catalog.Consent{}
	if err := catalog.Hold(old, next, "甲", stepDay); err != nil || next.Pending != nil || next.Availability == nil || next.Consent == nil || next.Status != "published" {
		t.Errorf("%+v %v", next, err)
	}
	open := catalog.Clone(next).(*catalog.Expert)
	open.Consent.ProfilePublic, open.Expertise = true, "加我微信"
	if err := catalog.Hold(next, open, "甲", stepDay); err != nil || open.Status != "submitted" || open.Pending != nil {
		t.Errorf("becomes public: %+v %v", open, err)
	}
}

// A need that is withdrawn takes along what waits, by a step and by a change of its
// owner: it will be reviewed as a whole, and nothing is left that nobody can decide.
func TestWithdrawnNeedsTakeTheirChangeAlong(t *testing.T) {
	t.Parallel()
	for name, withdraw := range map[string]func(*catalog.Service, *catalog.Need) error{
		"step": func(s *catalog.Service, n *catalog.Need) error {
			_, err := s.StepNeed(t.Context(), "企业", n.Code, 0, catalog.NeedStep{Step: catalog.WithdrawNeed})
			return err
		},
		"change": func(s *catalog.Service, n *catalog.Need) error {
			wish, err := n.Proposed()
			if err != nil {
				return err
			}
			wish = catalog.Clone(wish).(*catalog.Need)
			wish.Status = "withdrawn"
			return s.Propose(t.Context(), "企业", wish)
		},
	} {
		s, need := reviewed(t, nil)
		wish := *need
		wish.Title = "曲轴圆角磨削烧伤"
		if err := s.Propose(t.Context(), "企业", &wish); err != nil {
			t.Fatal(err)
		}
		waiting, _ := read(t, s)
		if !catalog.ChangeWaits(waiting) {
			t.Fatalf("%s: nothing waits", name)
		}
		if err := withdraw(s, waiting); err != nil {
			t.Fatal(name, err)
		}
		if whole, public := read(t, s); whole.Status != "withdrawn" || whole.Title != "曲轴圆角磨削烧伤" || whole.Pending != nil || catalog.ChangeWaits(whole) || public != nil {
			t.Errorf("%s: %+v", name, whole)
		}
	}
}

// A need that is merged may come back unseen: its change stays aside, and waits for
// nobody meanwhile.
func TestMergedNeedsKeepTheirChange(t *testing.T) {
	t.Parallel()
	s, need := reviewed(t, nil)
	wish := *need
	wish.Title = "曲轴圆角磨削烧伤"
	if err := s.Propose(t.Context(), "企业", &wish); err != nil {
		t.Fatal(err)
	}
	merged, err := s.StepNeed(t.Context(), "红娘", need.Code, 0, catalog.NeedStep{Step: catalog.MergeNeed, Reason: "并入"})
	if err != nil || merged.Title != need.Title || merged.Pending == nil || catalog.ChangeWaits(merged) {
		t.Errorf("%+v, %v", merged, err)
	}
}
