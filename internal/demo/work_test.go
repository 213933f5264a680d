package demo_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
	"hongniang/internal/campaign"
	"hongniang/internal/catalog"
	"hongniang/internal/demo"
	"hongniang/internal/group"
	"hongniang/internal/review"
	"hongniang/internal/sqlitestore"
	"hongniang/matcher"
)

// jury is the accounts of the demonstration's jurors.
type jury map[string]account.User

func (j jury) User(_ context.Context, code string) (account.User, error) {
	if u, ok := j[code]; ok {
		return u, nil
	}
	return account.User{}, account.NotFoundError()
}

func (j jury) ByLogin(ctx context.Context, name string) (account.User, error) {
	return j.User(ctx, name)
}

// The demonstration's work comes through the rules as that of people does, whatever
// the day; twice is once; and every page of staff and public has something to show.
func TestWork(t *testing.T) {
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "hongniang.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	now := time.Date(2027, 2, 28, 20, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	records := &catalog.Service{Store: store, Now: clock, Log: slog.New(slog.DiscardHandler)}
	if _, err := demo.Load(t.Context(), records); err != nil {
		t.Fatal(err)
	}
	jurors := []account.User{
		{Code: "U-1", Name: "王建军（示例）", Role: account.Provider, Person: "ZJ-2026-A005"},
		{Code: "U-2", Name: "示例企业办事员", Role: account.Enterprise, Org: "DW-2026-A010"},
		{Code: "U-3", Name: "示例红娘", Role: account.Broker, Org: "DW-2026-U002"},
	}
	accounts := jury{}
	for _, u := range jurors {
		accounts[u.Code] = u
	}
	facts := &matcher.Records{Store: store, Cases: store.Introductions()}
	w := demo.Work{
		Groups:    &group.Service{Items: store.Accounts(), Records: store, Now: clock},
		Campaigns: campaign.New(campaign.Deps{Items: store.Accounts(), Records: store, User: accounts.User, Now: clock, Log: slog.New(slog.DiscardHandler)}),
		Reviews:   &review.Service{Items: store.Accounts(), Records: store, Changes: records, Users: accounts, Organisations: facts.Organisations, Now: clock},
		Broker:    jurors[2].Actor(), Jurors: jurors, Now: now,
	}
	for range 2 {
		if err := w.Do(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	groups, err := w.Groups.List(t.Context(), w.Broker)
	if err != nil {
		t.Fatal(err)
	}
	campaigns, err := w.Campaigns.List(t.Context(), w.Broker)
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, fmt.Sprint(len(groups), " groups ", len(campaigns), " campaigns of ", campaigns[0].Needs, " needs"))
	calls, err := w.Reviews.List(t.Context(), account.Actor{Name: "管理员", Role: account.Administrator})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range calls {
		got = append(got, fmt.Sprint(c.Title, " ", c.Stage))
	}
	want := []string{"2 groups 1 campaigns of 6 needs", "威海市职工五小成果征集（示例） open", "全省职工优秀五小成果评审（示例） judging", "上一届全省五小成果评审（示例） notice"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
