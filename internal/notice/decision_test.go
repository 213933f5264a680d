package notice_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/notice"
)

// feed is the change feed of an office.
func (o *office) feed() catalog.Feed { return o.records.Store }

func (o *office) decide() {
	o.t.Helper()
	for range 2 { // told again it changes nothing
		if err := o.notices.Decisions(o.t.Context(), o.feed()); err != nil {
			o.t.Fatal(err)
		}
	}
}

// step takes steps on the need, a minute after one another.
func (o *office) step(steps ...catalog.NeedStepKind) {
	o.t.Helper()
	for _, kind := range steps {
		o.now = o.now.Add(2 * time.Minute)
		if _, err := o.records.StepNeed(o.t.Context(), "红娘", "XQ-1", 0, catalog.NeedStep{Step: kind, Reason: "理由密语"}); err != nil {
			o.t.Fatal(kind, err)
		}
	}
}

// The firm is told what staff said of its need and of a change of it, each once, by
// letter too; nobody else is, and the reason stays on the page.
func TestOwnersAreToldWhatStaffDecided(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.confirm(firm, "firm@example.cn")
	p.decide() // what was there before is no news
	p.step(catalog.WithdrawNeed, catalog.SubmitNeed, catalog.ReturnNeed)
	p.decide()
	p.step(catalog.SubmitNeed, catalog.RejectNeed, catalog.ReopenNeed, catalog.SubmitNeed, catalog.PublishNeed)
	p.decide()
	for _, said := range []catalog.NeedStepKind{catalog.RefuseNeedChange, catalog.AcceptNeedChange} {
		rec, err := p.records.Get(t.Context(), catalog.KindNeed, "XQ-1")
		if err != nil {
			t.Fatal(err)
		}
		wish := catalog.Clone(rec).(*catalog.Need)
		wish.Title = "圆角滚压后开裂"
		if err := p.records.Propose(t.Context(), "企业", wish); err != nil {
			t.Fatal(err)
		}
		p.step(said)
	}
	p.decide()
	var got []string
	for _, n := range slices.Backward(p.box(firm).Notices) {
		if got = append(got, n.Text); n.Topic != notice.Decisions || n.Path() != "/needs/XQ-1" || strings.Contains(n.Text, "理由密语") {
			t.Errorf("%+v", n)
		}
	}
	want := []string{
		"需求 XQ-1 退回整改，原因请打开页面看；改好请再提交。", "需求 XQ-1《圆角滚压开裂》没有受理", "需求 XQ-1《圆角滚压开裂》审核通过，已发布。",
		"需求 XQ-1《圆角滚压后开裂》的修改退回了", "需求 XQ-1《圆角滚压后开裂》的修改审核通过",
	}
	if !slices.EqualFunc(want, got, func(w, g string) bool { return strings.HasPrefix(g, w) }) {
		t.Errorf("told %q", got)
	}
	for _, a := range []account.Actor{broker, leader, other, master} {
		if n := len(p.box(a).Notices); n > 0 {
			t.Errorf("%s is told %d", a.User, n)
		}
	}
	if letters := p.mails(); len(letters) != len(want) || strings.Contains(letters[0].Text(), "理由密语") {
		t.Errorf("%d letters: %+v", len(letters), letters)
	}
}

// A need that is not for everybody is named by its code alone.
func TestDecisionsNameNothingHidden(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.decide()
	rec, err := p.records.Get(t.Context(), catalog.KindNeed, "XQ-1")
	if err != nil {
		t.Fatal(err)
	}
	need := rec.(*catalog.Need)
	need.Confidentiality = "broker_only"
	if err := p.records.Update(t.Context(), "红娘", need); err != nil {
		t.Fatal(err)
	}
	p.step(catalog.WithdrawNeed, catalog.SubmitNeed, catalog.PublishNeed)
	p.decide()
	if box := p.box(firm).Notices; len(box) != 1 || box[0].Text != "需求 XQ-1 审核通过，已发布。" {
		t.Errorf("%+v", box)
	}
}

// Of other records the organisation is told whose they are, or the person where there
// is none and of his profile; not whom they name without his word, not who has no
// account; what an owner does himself is no decision.
func TestWhoOwnsIsTold(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	body := []byte(`{"code":"U-master","login":"qian","name":"钱师傅","role":"provider","person":"ZJ-1"}`)
	if err := p.notices.Store.Insert(t.Context(), account.Item{Kind: account.KindUser, ID: "U-master", Name: "qian", Body: body}); err != nil {
		t.Fatal(err)
	}
	p.decide()
	his := []catalog.Completer{{Name: "钱师傅", ExpertCode: "ZJ-1"}}
	waits := catalog.Meta{Status: "submitted", Union: "GH-2"}
	of := func(code, org string, unconfirmed ...string) catalog.Meta {
		m := waits
		m.Code, m.OwnerOrg, m.Unconfirmed = code, org, unconfirmed
		return m
	}
	for _, rec := range []catalog.Record{
		&catalog.Result{Meta: of("CG-1", "DW-1"), Title: "甲厂的成果", Completers: his},
		&catalog.Result{Meta: of("CG-2", ""), Title: "他的成果", Completers: his},
		&catalog.Result{Meta: of("CG-3", "", "ZJ-1"), Title: "别人写了他的成果", Completers: his},
		&catalog.Result{Meta: of("CG-4", "DW-none"), Title: "没有账号的厂"},
	} {
		if err := p.records.Create(t.Context(), "本人", rec); err != nil {
			t.Fatal(err)
		}
		rec.Base().Status = "published"
		if err := p.records.Update(t.Context(), "红娘", rec); err != nil {
			t.Fatal(err)
		}
	}
	expert, err := p.records.Get(t.Context(), catalog.KindExpert, "ZJ-1")
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range []string{"withdrawn", "submitted", "returned"} {
		expert.Base().Status = status
		if err := p.records.Update(t.Context(), "某人", expert); err != nil {
			t.Fatal(err)
		}
	}
	p.decide()
	for who, want := range map[*account.Actor][]string{&firm: {"创新成果 CG-1《甲厂的成果》审核通过，已发布。"}, &master: {"创新成果 CG-2《他的成果》审核通过，已发布。", "专家工匠 ZJ-1 退回整改"}, &broker: nil} {
		for _, text := range want {
			if !slices.ContainsFunc(p.box(*who).Notices, func(n notice.Notice) bool { return strings.HasPrefix(n.Text, text) }) {
				t.Errorf("%s is not told %s", who.User, text)
			}
		}
		if got := p.box(*who).Notices; len(got) != len(want) {
			t.Errorf("%s is told %+v", who.User, got)
		}
	}
}

// dying is a store whose process ends before a write of some kind.
type dying struct {
	account.Store
	before account.ItemKind
}

func (d dying) Insert(ctx context.Context, it account.Item) error {
	if it.Kind == d.before {
		return errs.New(errs.Unavailable, "test.killed", "断了。")
	}
	return d.Store.Insert(ctx, it)
}

func (d dying) Replace(ctx context.Context, it account.Item) error {
	if it.Kind == d.before {
		return errs.New(errs.Unavailable, "test.killed", "断了。")
	}
	return d.Store.Replace(ctx, it)
}

// Killed before the notice or before the place is kept, the next process tells it, once.
func TestDecisionsSurviveAKill(t *testing.T) {
	t.Parallel()
	for _, before := range []account.ItemKind{account.KindNotice, notice.KindDecided} {
		p := newPost(t)
		p.decide()
		p.step(catalog.WithdrawNeed, catalog.SubmitNeed, catalog.PublishNeed)
		whole := p.notices.Store
		p.notices.Store = dying{whole, before}
		if err := p.notices.Decisions(t.Context(), p.feed()); !errs.Is(err, errs.Unavailable) {
			t.Errorf("before %s: %v", before, err)
		}
		p.notices.Store = whole
		p.decide()
		if box := p.box(firm).Notices; len(box) != 1 {
			t.Errorf("before %s: told %+v", before, box)
		}
	}
}
