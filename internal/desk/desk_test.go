package desk_test

import (
	"context"
	"fmt"
	"math/rand"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/desk"
	"hongniang/internal/sqlitestore"
)

var clock = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func newCatalog(t testing.TB) *catalog.Service {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "records.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return &catalog.Service{Store: store, Now: func() time.Time { return clock }}
}

func save(t testing.TB, c *catalog.Service, recs ...catalog.Record) {
	t.Helper()
	for i, err := range c.SaveAll(t.Context(), "test", recs) {
		if err != nil {
			t.Fatalf("%s: %v", recs[i].Base().Code, err)
		}
	}
}

func union(code, above string) *catalog.Organisation {
	return &catalog.Organisation{Meta: catalog.Meta{Code: code}, Name: "工会" + code, OrganisationKind: "union", ParentCode: above}
}

func need(code, union, status string) *catalog.Need {
	return &catalog.Need{Meta: catalog.Meta{Code: code, Union: union, Status: status}, Title: "难题 " + code, SummaryPublic: "主轴发热", Detail: "机密", EnterpriseName: "某厂"}
}

func codes[R catalog.Record](list []R) []string {
	out := []string{}
	for _, rec := range list {
		out = append(out, rec.Base().Code)
	}
	return out
}

// Who sees what of the queue, and in which order.
func TestQueues(t *testing.T) {
	c := newCatalog(t)
	save(t, c, union("GH-1", ""), union("GH-11", "GH-1"), union("GH-2", ""),
		need("XQ-1", "GH-11", "submitted"), need("XQ-2", "GH-2", "submitted"), need("XQ-3", "GH-1", "published"), need("XQ-4", "GH-1", "returned"), need("XQ-5", "GH-1", "closed"),
		&catalog.Result{Meta: catalog.Meta{Code: "CG-1", Union: "GH-1", Status: "submitted"}, Title: "夹具"},
		&catalog.Result{Meta: catalog.Meta{Code: "CG-2", Union: "GH-1"}, Title: "已发布的夹具"})
	d := &desk.Desk{Store: c.Store}
	broker := account.Actor{User: "U1", Role: account.Broker, Org: "GH-1"}
	for _, tt := range []struct {
		who           account.Actor
		review, needs []string
	}{
		{broker, []string{"XQ-1", "CG-1"}, []string{"XQ-4", "XQ-1", "XQ-3"}},
		{account.Actor{User: "U2", Role: account.Broker, Org: "GH-11"}, []string{"XQ-1"}, []string{"XQ-1"}},
		{account.Actor{User: "U3", Role: account.Administrator}, []string{"XQ-1", "XQ-2", "CG-1"}, []string{"XQ-4", "XQ-1", "XQ-2", "XQ-3"}},
		{account.Actor{User: "U4", Role: account.Leader, Org: "GH-1"}, []string{}, []string{}},
		{account.Actor{}, []string{}, []string{}},
	} {
		review, err := d.ToReview(t.Context(), tt.who)
		if err != nil {
			t.Fatal(err)
		}
		needs, err := d.Needs(t.Context(), tt.who)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([][]string{tt.review, tt.needs}, [][]string{codes(review), codes(needs)}); diff != "" {
			t.Errorf("%s of %s (-want +got):\n%s", tt.who.Role, tt.who.Org, diff)
		}
		for _, n := range needs {
			if n.Detail != "" || n.SummaryPublic != "" || n.EnterpriseName == "" {
				t.Errorf("what is kept in memory: %+v", n)
			}
		}
	}
}

// A union that moves takes its needs along, and what is removed is gone.
func TestChangesOfUnions(t *testing.T) {
	c := newCatalog(t)
	save(t, c, union("GH-1", ""), union("GH-2", ""), union("GH-3", "GH-1"), need("XQ-1", "GH-3", "submitted"))
	d := &desk.Desk{Store: c.Store}
	sees := func(org string) []string {
		t.Helper()
		list, err := d.ToReview(t.Context(), account.Actor{User: "U", Role: account.Broker, Org: org})
		if err != nil {
			t.Fatal(err)
		}
		return codes(list)
	}
	if diff := cmp.Diff([]string{"XQ-1"}, sees("GH-1")); diff != "" {
		t.Error(diff)
	}
	moved := union("GH-3", "GH-2")
	moved.Rev = 1
	if err := c.Update(t.Context(), "test", moved); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{{}, {"XQ-1"}}, [][]string{sees("GH-1"), sees("GH-2")}); diff != "" {
		t.Errorf("after the union moved: %s", diff)
	}
	if _, err := c.Delete(t.Context(), "test", catalog.KindNeed, "XQ-1", 1); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{}, sees("GH-2")); diff != "" {
		t.Errorf("a removed need waits: %s", diff)
	}
}

// After any sequence of changes a desk that followed them says the same as one
// that is filled anew.
func TestFollowingIsFilling(t *testing.T) {
	c, r := newCatalog(t), rand.New(rand.NewSource(7))
	save(t, c, union("GH-1", ""), union("GH-2", "GH-1"))
	states := []string{"draft", "submitted", "returned", "published", "matching", "closed"}
	followed, who := &desk.Desk{Store: c.Store}, account.Actor{User: "U", Role: account.Broker, Org: "GH-1"}
	revs := map[string]int64{}
	for i := range 300 {
		code := fmt.Sprintf("XQ-%d", r.Intn(40))
		n := need(code, []string{"GH-1", "GH-2", ""}[r.Intn(3)], states[r.Intn(len(states))])
		n.Rev = revs[code]
		n.Title = fmt.Sprintf("难题 %s", code)
		write := catalog.Write{Record: n, Action: catalog.Updated, By: "test", At: clock.Add(time.Duration(i) * time.Second)}
		if n.UpdatedAt = write.At; n.Rev == 0 {
			write.Action = catalog.Created
		}
		if err := c.Store.Save(t.Context(), []catalog.Write{write})[0]; err != nil { // the store: steps have rules of their own
			t.Fatal(err)
		}
		revs[code] = n.Rev
		if i%20 != 0 {
			continue
		}
		got, err := followed.Needs(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		want, err := (&desk.Desk{Store: c.Store}).Needs(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("after %d changes (-filled +followed):\n%s", i+1, diff)
		}
	}
}

// BenchmarkToday asks for a broker's lists among 20,000 needs that are not done
// with.
func BenchmarkToday(b *testing.B) {
	c := newCatalog(b)
	recs := []catalog.Record{}
	for i := range 91 {
		recs = append(recs, union(fmt.Sprintf("GH-%d", i), map[bool]string{true: "", false: "GH-0"}[i == 0]))
	}
	for i := range 20_000 {
		n := need(fmt.Sprintf("XQ-%d", i), fmt.Sprintf("GH-%d", i%91), []string{"published", "matching", "submitted", "introduced"}[i%4])
		n.Title = fmt.Sprintf("第 %d 项难题", i)
		n.EnterpriseName = fmt.Sprintf("第 %d 厂", i)
		recs = append(recs, n)
	}
	save(b, c, recs...)
	d, who := &desk.Desk{Store: c.Store}, account.Actor{User: "U", Role: account.Broker, Org: "GH-0"}
	if err := d.CatchUp(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		if _, err := d.Needs(b.Context(), who); err != nil {
			b.Fatal(err)
		}
		if _, err := d.ToReview(b.Context(), who); err != nil {
			b.Fatal(err)
		}
	}
}

// A database that was put back from a copy is another one: what was saved after
// the copy is gone from the lists, and what was saved since it came back is there.
func TestRestoredDatabase(t *testing.T) {
	now, copied := newCatalog(t), newCatalog(t)
	for _, c := range []*catalog.Service{now, copied} {
		save(t, c, union("GH-1", ""), need("XQ-1", "GH-1", "submitted"))
	}
	save(t, now, need("XQ-2", "GH-1", "submitted"), need("XQ-3", "GH-1", "submitted"))
	d := &desk.Desk{Store: now.Store}
	broker := account.Actor{User: "U", Role: account.Broker, Org: "GH-1"}
	sees := func() []string {
		t.Helper()
		list, err := d.ToReview(t.Context(), broker)
		if err != nil {
			t.Fatal(err)
		}
		return codes(list)
	}
	if diff := cmp.Diff([]string{"XQ-1", "XQ-2", "XQ-3"}, sees()); diff != "" {
		t.Fatal(diff)
	}
	d.Store = copied.Store // shorter than what the desk has seen
	if diff := cmp.Diff([]string{"XQ-1"}, sees()); diff != "" {
		t.Errorf("after a copy came back: %s", diff)
	}
	copied.Now = func() time.Time { return clock.Add(time.Hour) }
	save(t, copied, need("XQ-4", "GH-1", "submitted"), need("XQ-5", "GH-1", "submitted"))
	d.Store = now.Store // as long as the other, and not the same
	if diff := cmp.Diff([]string{"XQ-1", "XQ-2", "XQ-3"}, sees()); diff != "" {
		t.Errorf("after a copy as long as the other came back: %s", diff)
	}
}

// counting is a store that counts the records that were read one by one.
type counting struct {
	catalog.Store
	gets int
}

func (c *counting) Get(ctx context.Context, kind catalog.Kind, code string) (catalog.Record, error) {
	c.gets++
	return c.Store.Get(ctx, kind, code)
}

// A record that was changed many times is read once, and what the scan brought
// is not read again.
func TestEachRecordIsReadOnce(t *testing.T) {
	c := newCatalog(t)
	save(t, c, union("GH-1", ""), need("XQ-1", "GH-1", "submitted"))
	store := &counting{Store: c.Store}
	d := &desk.Desk{Store: store}
	if err := d.CatchUp(t.Context()); err != nil || store.gets != 0 {
		t.Fatalf("%d records read beside the scan, %v", store.gets, err)
	}
	for i := range 5 {
		n := need("XQ-1", "GH-1", "submitted")
		n.Rev, n.Title = int64(i+1), fmt.Sprint("第", i)
		write := catalog.Write{Record: n, Action: catalog.Updated, By: "test", At: clock.Add(time.Minute)}
		if err := c.Store.Save(t.Context(), []catalog.Write{write})[0]; err != nil {
			t.Fatal(err)
		}
	}
	list, err := d.ToReview(t.Context(), account.Actor{User: "U", Role: account.Broker, Org: "GH-1"})
	if err != nil || len(list) != 1 || list[0].Heading() != "第4" || store.gets != 1 {
		t.Errorf("%v after %d reads, %v", list, store.gets, err)
	}
}

// While thousands of records are imported a question takes in a part, and the
// next ones the rest.
func TestQuestionDoesNotWaitForAnImport(t *testing.T) {
	c := newCatalog(t)
	save(t, c, union("GH-1", ""))
	store := &counting{Store: c.Store}
	d, broker := &desk.Desk{Store: store}, account.Actor{User: "U", Role: account.Broker, Org: "GH-1"}
	if err := d.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	var recs []catalog.Record
	for i := range 2200 {
		n := need(fmt.Sprintf("XQ-%d", i), "GH-1", "submitted")
		n.Title, n.EnterpriseName = fmt.Sprintf("第 %d 项", i), fmt.Sprintf("第 %d 厂", i)
		recs = append(recs, n)
	}
	save(t, c, recs...)
	for _, want := range []int{1000, 2000, 2200, 2200} {
		list, err := d.ToReview(t.Context(), broker)
		if err != nil || len(list) != want || store.gets != want {
			t.Errorf("%d needs after %d reads, %v; want %d", len(list), store.gets, err, want)
		}
	}
}
