package demo_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/demo"
	"hongniang/internal/sqlitestore"
	"hongniang/matcher"
)

// The cases of the demonstration come through the rules as those of people do,
// whatever the day, and there is one at every turn.
func TestIntroductions(t *testing.T) {
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "hongniang.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	now := time.Date(2027, 2, 28, 20, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	if _, err := demo.Load(t.Context(), &catalog.Service{Store: store, Now: clock, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	facts := &matcher.Records{Store: store, Cases: store.Introductions()}
	service := &brokering.Service{
		Store: store.Introductions(), Catalog: store, Organisations: facts.Organisations, Now: clock, Random: rand.Reader, Links: brokering.Links{Key: bytes.Repeat([]byte{3}, 32)},
		Staff: func(context.Context, string) (account.User, error) { return account.User{}, account.NotFoundError() },
	}
	broker := account.Actor{User: "U-1", Name: "示例红娘", Role: account.Broker, Org: "DW-2026-U002"}
	for _, want := range []int{8, 0} { // the second time there are some
		if n, err := demo.Introductions(t.Context(), service, broker, now); err != nil || n != want {
			t.Fatalf("%d, %v", n, err)
		}
	}
	list, err := service.Store.List(t.Context(), brokering.Query{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(list, func(a, b *brokering.Introduction) int { return a.CreatedAt.Compare(b.CreatedAt) })
	if !slices.IsSortedFunc(list, func(a, b *brokering.Introduction) int { return strings.Compare(a.Code, b.Code) }) {
		t.Error("codes do not rise by the day")
	}
	stages := map[brokering.Stage]int{}
	levels := map[brokering.Level]int{}
	var ladder brokering.Ladder
	for _, in := range list {
		stages[in.Stage]++
		levels[brokering.Clock(in, now).Level]++
		ladder = ladder.Plus(brokering.LadderOf(in))
		if in.UpdatedAt.After(now) {
			t.Errorf("%s is from tomorrow", in.Code)
		}
	}
	want := map[brokering.Stage]int{brokering.Invited: 2, brokering.Recommended: 1, brokering.Visiting: 1, brokering.Implementing: 2, brokering.Benefiting: 1, brokering.ClosedFail: 1}
	if diff := cmp.Diff(want, stages); diff != "" {
		t.Error(diff)
	}
	if levels[brokering.OnTime] < 4 || levels[brokering.OnLeaderList] != 1 {
		t.Errorf("what stands still: %v", levels)
	}
	if ladder.Contract != 18_000_000 || ladder.Registered != 15_000_000 || ladder.Received != 9_000_000 || ladder.Benefits[0].Verified != 26_000_000 || ladder.RewardPaid != 520_000 {
		t.Errorf("%+v", ladder)
	}
}
