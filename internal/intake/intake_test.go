package intake_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/intake"
	"hongniang/internal/sqlitestore"
)

var (
	firm     = account.Actor{User: "U1", Name: "企业", Role: account.Enterprise, Org: "DW-1"}
	stranger = account.Actor{User: "U2", Name: "别家", Role: account.Enterprise, Org: "DW-2"}
	broker   = account.Actor{User: "U3", Name: "红娘", Role: account.Broker, Org: "GH-1"}
	far      = account.Actor{User: "U4", Name: "外地红娘", Role: account.Broker, Org: "GH-2"}
	leader   = account.Actor{User: "U5", Name: "领导", Role: account.Leader, Org: "GH-1"}
)

// town is two unions, a firm of the first, and one of nobody's.
func town(t *testing.T) *intake.Service {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "needs.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	now := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	s := &catalog.Service{Store: store, Now: func() time.Time { now = now.Add(time.Second); return now }, Log: slog.New(slog.DiscardHandler)}
	for _, rec := range []catalog.Record{
		&catalog.Organisation{Meta: catalog.Meta{Code: "GH-1"}, Name: "一工会", OrganisationKind: "union"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "GH-2"}, Name: "二工会", OrganisationKind: "union"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "DW-1", Union: "GH-1"}, Name: "示例一厂有限公司", ShortNames: []string{"一厂"}, OrganisationKind: "enterprise"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "DW-2", Status: "draft"}, Name: "没有公开的厂", OrganisationKind: "enterprise"},
	} {
		if err := s.Create(t.Context(), "test", rec); err != nil {
			t.Fatal(err)
		}
	}
	return &intake.Service{Catalog: s}
}

// Whose a need is follows from who enters it and whom he names, whatever else
// was sent.
func TestWhoseANeedIs(t *testing.T) {
	t.Parallel()
	s := town(t)
	for i, tt := range []struct {
		who         account.Actor
		name        string
		wrong       errs.Kind
		owner, firm string
		union       string
	}{
		{firm, "别人的厂", "", "DW-1", "DW-1", ""},
		{broker, "DW-1", "", "", "DW-1", ""},
		{broker, "示例一厂有限公司", "", "", "DW-1", ""},
		{broker, "没登记的厂", "", "", "", "GH-1"},
		{broker, "", "", "", "", "GH-1"},
		{far, "DW-1", errs.Denied, "", "", ""},
		{leader, "DW-1", errs.Denied, "", "", ""},
		{account.Actor{}, "DW-1", errs.Denied, "", "", ""},
		{account.Actor{Role: account.Enterprise, Org: "DW-9"}, "", errs.Denied, "", "", ""},
	} {
		need := &catalog.Need{Meta: catalog.Meta{Status: "published", Union: ""}, Title: "漆泥糊泵第" + string(rune('一'+i)), EnterpriseName: tt.name}
		err := s.Save(t.Context(), tt.who, need)
		if tt.wrong != "" {
			if !errs.Is(err, tt.wrong) {
				t.Errorf("%s for %q: %v", tt.who.Name, tt.name, err)
			}
			continue
		}
		got := []string{need.OwnerOrg, need.EnterpriseCode, need.Union, need.Status}
		if diff := cmp.Diff([]string{tt.owner, tt.firm, tt.union, "draft"}, got); diff != "" || err != nil {
			t.Errorf("%s for %q: %v\n%s", tt.who.Name, tt.name, err, diff)
		}
	}
}

// A saved need is opened, changed and moved on by who may, and stays whose it is.
func TestChanging(t *testing.T) {
	t.Parallel()
	s := town(t)
	need := &catalog.Need{Title: "漆泥糊泵", Detail: "旧"}
	if err := s.Save(t.Context(), firm, need); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[*account.Actor]errs.Kind{&firm: "", &broker: "", &leader: errs.Denied, &stranger: errs.NotFound, &far: errs.NotFound, {}: errs.NotFound} {
		if _, err := s.Open(t.Context(), *who, need.Code); want == "" && err != nil || want != "" && !errs.Is(err, want) {
			t.Errorf("%s opens the draft: %v", who.Name, err)
		}
	}
	changed := *need
	changed.Status, changed.OwnerOrg, changed.Detail = "published", "DW-2", "新"
	if err := s.Save(t.Context(), firm, &changed); err != nil || changed.Status != "draft" || changed.OwnerOrg != "DW-1" {
		t.Errorf("%+v, %v", changed.Meta, err)
	}
	if err := s.Save(t.Context(), firm, need); !errs.Is(err, errs.Stale) {
		t.Errorf("on an old revision: %v", err)
	}
	if _, err := s.Step(t.Context(), firm, need.Code, 0, catalog.NeedStep{Step: catalog.SubmitNeed}); err != nil {
		t.Error(err)
	}
	if _, err := s.Step(t.Context(), firm, need.Code, 0, catalog.NeedStep{Step: catalog.PublishNeed}); !errs.Is(err, errs.Denied) {
		t.Errorf("a firm publishes: %v", err)
	}
	if _, err := s.Step(t.Context(), stranger, need.Code, 0, catalog.NeedStep{Step: catalog.WithdrawNeed}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a stranger withdraws: %v", err)
	}
	submitted, err := s.Open(t.Context(), broker, need.Code)
	if err != nil {
		t.Fatal(err)
	}
	steps := map[*account.Actor][]catalog.NeedStepKind{
		&firm:   {catalog.WithdrawNeed},
		&broker: {catalog.ReturnNeed, catalog.RejectNeed, catalog.PublishNeed, catalog.WithdrawNeed},
		&leader: nil,
	}
	for who, want := range steps {
		rules, err := s.Steps(t.Context(), *who, submitted)
		var got []catalog.NeedStepKind
		for _, r := range rules {
			got = append(got, r.Step)
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", who.Name, err, diff)
		}
	}
}

// What waits for its owner stands first; what is done, removed or another's does
// not stand there.
func TestMine(t *testing.T) {
	t.Parallel()
	s := town(t)
	for title, state := range map[string]string{"已经发布了": "published", "已经退回了": "returned", "还是草稿": "draft", "已经办完了": "closed"} {
		need := &catalog.Need{Meta: catalog.Meta{Status: state, OwnerOrg: "DW-1"}, Title: title, EnterpriseCode: "DW-1"}
		if err := s.Catalog.Create(t.Context(), "test", need); err != nil {
			t.Fatal(err)
		}
	}
	for who, want := range map[*account.Actor][]string{&firm: {"已经退回了", "还是草稿", "已经发布了"}, &broker: {"已经退回了", "还是草稿", "已经发布了"}, &stranger: nil, &far: nil, &leader: nil} {
		needs, err := s.Mine(t.Context(), *who, 10)
		var got []string
		for _, n := range needs {
			got = append(got, n.Title)
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", who.Name, err, diff)
		}
	}
	if two, err := s.Mine(t.Context(), firm, 2); err != nil || len(two) != 2 {
		t.Errorf("%d of at most two, %v", len(two), err)
	}
}

// The coach knows the own firm, and of others what the public may see.
func TestFirm(t *testing.T) {
	t.Parallel()
	s := town(t)
	all := []string{"示例一厂有限公司", "一厂"}
	for _, tt := range []struct {
		who  account.Actor
		name string
		want []string
	}{
		{firm, "", all}, {broker, "DW-1", all}, {broker, "示例一厂有限公司", all}, {broker, "", nil}, {broker, "DW-2", nil},
		{stranger, "DW-1", []string{"没有公开的厂"}}, {account.Actor{Role: account.Enterprise, Org: "DW-9"}, "", nil},
	} {
		got, err := s.Firm(t.Context(), tt.who, &catalog.Need{EnterpriseName: tt.name})
		if diff := cmp.Diff(tt.want, got.Names); diff != "" || err != nil {
			t.Errorf("%s for %q: %v\n%s", tt.who.Name, tt.name, err, diff)
		}
	}
}

// Who may not publish proposes what everybody would read, and his form goes on
// from there; staff write it at once. A new need gets no code of its writer's.
func TestPublicWordsAreProposed(t *testing.T) {
	t.Parallel()
	s := town(t)
	need := &catalog.Need{Meta: catalog.Meta{Code: "XQ-MINE"}, Title: "轧辊表面剥落", SummaryPublic: "剥落"}
	if err := s.Save(t.Context(), firm, need); err != nil || need.Code == "XQ-MINE" {
		t.Fatalf("%q, %v", need.Code, err)
	}
	for _, step := range []struct {
		who  account.Actor
		step catalog.NeedStepKind
	}{{firm, catalog.SubmitNeed}, {broker, catalog.PublishNeed}} {
		if _, err := s.Step(t.Context(), step.who, need.Code, 0, catalog.NeedStep{Step: step.step}); err != nil {
			t.Fatal(err)
		}
	}
	edit := func(who account.Actor) *catalog.Need {
		t.Helper()
		n, err := s.Edit(t.Context(), who, need.Code)
		if err != nil {
			t.Fatal(err)
		}
		return catalog.Clone(n).(*catalog.Need)
	}
	wish := edit(firm)
	wish.Title = "轧辊辊身剥落"
	if err := s.Save(t.Context(), firm, wish); err != nil {
		t.Fatal(err)
	}
	if own, staff := edit(firm), edit(broker); own.Title != "轧辊辊身剥落" || staff.Title != "轧辊表面剥落" || staff.Pending == nil {
		t.Errorf("the firm goes on with %q, staff with %q", own.Title, staff.Title)
	}
	offered := func(who account.Actor) (out []catalog.NeedStepKind) {
		t.Helper()
		n, err := s.Open(t.Context(), who, need.Code)
		if err != nil {
			t.Fatal(err)
		}
		rules, err := s.Steps(t.Context(), who, n)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rules {
			if r.To == "" {
				out = append(out, r.Step)
			}
		}
		return out
	}
	if diff := cmp.Diff([]catalog.NeedStepKind{catalog.AcceptNeedChange, catalog.RefuseNeedChange}, offered(broker)); diff != "" || offered(firm) != nil {
		t.Errorf("%s, the firm is offered %v", diff, offered(firm))
	}
	direct := edit(broker)
	direct.SummaryPublic = "红娘改的简介"
	if err := s.Save(t.Context(), broker, direct); err != nil || edit(broker).SummaryPublic != "红娘改的简介" {
		t.Errorf("staff: %v", err)
	}
	if _, err := s.Edit(t.Context(), stranger, need.Code); !errs.Is(err, errs.Denied) {
		t.Errorf("a stranger: %v", err)
	}
}
