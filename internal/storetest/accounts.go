package storetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// AccountKeeper is a store that keeps accounts beside records.
type AccountKeeper interface {
	catalog.Store
	Accounts() account.Store
}

// Accounts checks the contract of account.Store on the places of a backend,
// whose stores must be AccountKeepers.
func Accounts(t *testing.T, newPlace func(*testing.T) Place) {
	for _, tt := range []struct {
		name string
		run  func(*testing.T, Place)
	}{
		{"round trip", testItemRoundTrip},
		{"names are unique within a kind", testItemNames},
		{"revisions", testItemRevisions},
		{"missing", testItemMissing},
		{"owned and scanned", testItemLists},
		{"expired", testItemExpired},
		{"odd ids", testItemOddIDs},
		{"one winner a revision", testItemRace},
		{"kept when closed", testItemDurable},
		{"copy", testItemCopy},
		{"cancelled", testItemCancelled},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, newPlace(t)) })
	}
}

func (p Place) accounts(t *testing.T) account.Store {
	t.Helper()
	keeper, ok := p.open(t).(AccountKeeper)
	if !ok {
		t.Fatal("the store keeps no accounts")
	}
	return keeper.Accounts()
}

func user(id, name, alias string) account.Item {
	return account.Item{Kind: account.KindUser, ID: id, Name: name, Alias: alias, Body: []byte(`{"name":"李工 $.x"}`)}
}

func insertItems(t *testing.T, s account.Store, items ...account.Item) {
	t.Helper()
	for _, it := range items {
		if err := s.Insert(t.Context(), it); err != nil {
			t.Fatalf("insert %s: %v", it.ID, err)
		}
	}
}

func getItem(t *testing.T, s account.Store, kind account.ItemKind, id string) account.Item {
	t.Helper()
	it, err := s.Get(t.Context(), kind, id)
	if err != nil {
		t.Fatalf("get %s: %v", id, err)
	}
	return it
}

func testItemRoundTrip(t *testing.T, p Place) {
	s := p.accounts(t)
	it := account.Item{
		Kind: account.KindToken, ID: "T1", Name: "甲", Alias: "乙", Owner: "U1", Expires: morning, Rev: 7,
		Body: []byte(`{"a":1,"b":["x",null],"c":"\u0000\ud83d\ude00"}`),
	}
	insertItems(t, s, it)
	it.Rev = 1
	wantSame(t, it, getItem(t, s, account.KindToken, "T1"))
	for _, name := range []string{"甲", "乙"} {
		got, err := s.ByName(t.Context(), account.KindToken, name)
		if err != nil {
			t.Fatalf("by name %s: %v", name, err)
		}
		wantSame(t, it, got)
	}
	it.Name, it.Alias, it.Owner, it.Expires, it.Body = "丙", "", "U2", time.Time{}, []byte(`{}`)
	if err := s.Replace(t.Context(), it); err != nil {
		t.Fatal(err)
	}
	it.Rev = 2
	wantSame(t, it, getItem(t, s, account.KindToken, "T1"))
	_, err := s.ByName(t.Context(), account.KindToken, "甲")
	wantKind(t, err, errs.NotFound)
}

func testItemNames(t *testing.T, p Place) {
	s := p.accounts(t)
	insertItems(t, s, user("U1", "zhang", "13800000001"), user("U2", "li", ""), user("U3", "", ""), user("U4", "", ""))
	for _, taken := range []account.Item{user("U1", "new", ""), user("U5", "zhang", ""), user("U5", "new", "13800000001")} {
		wantKind(t, s.Insert(t.Context(), taken), errs.Conflict)
	}
	u2 := getItem(t, s, account.KindUser, "U2")
	u2.Alias = "13800000001"
	wantKind(t, s.Replace(t.Context(), u2), errs.Conflict)
	other := user("U1", "zhang", "13800000001")
	other.Kind = account.KindClaim
	insertItems(t, s, other, user("U6", "-U3", "-U4"))
	if err := s.Delete(t.Context(), account.KindUser, "U1"); err != nil {
		t.Fatal(err)
	}
	insertItems(t, s, user("U7", "zhang", "13800000001"))
	for _, name := range []string{"", "U3", "+li", "-U2"} {
		_, err := s.ByName(t.Context(), account.KindUser, name)
		wantKind(t, err, errs.NotFound)
	}
}

func testItemRevisions(t *testing.T, p Place) {
	s := p.accounts(t)
	insertItems(t, s, user("U1", "zhang", ""))
	first := getItem(t, s, account.KindUser, "U1")
	if err := s.Replace(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.Replace(t.Context(), first), errs.Stale)
	wantSame(t, int64(2), getItem(t, s, account.KindUser, "U1").Rev)
}

func testItemMissing(t *testing.T, p Place) {
	s := p.accounts(t)
	_, err := s.Get(t.Context(), account.KindUser, "U1")
	wantKind(t, err, errs.NotFound)
	wantKind(t, s.Replace(t.Context(), user("U1", "", "")), errs.NotFound)
	if err := s.Delete(t.Context(), account.KindUser, "U1"); err != nil {
		t.Errorf("delete what is not there: %v", err)
	}
	insertItems(t, s, user("U1", "", ""))
	_, err = s.Get(t.Context(), account.KindToken, "U1")
	wantKind(t, err, errs.NotFound)
}

func testItemLists(t *testing.T, p Place) {
	s := p.accounts(t)
	for i, owner := range []string{"U1", "U2", "U1", "U1"} {
		it := account.Item{Kind: account.KindSession, ID: fmt.Sprintf("S%d", 4-i), Owner: owner, Body: []byte(`{}`)}
		token := it
		token.Kind = account.KindToken
		insertItems(t, s, it, token)
	}
	owned, err := s.Owned(t.Context(), account.KindSession, "U1")
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, []string{"S1", "S2", "S4"}, ids(owned))
	for _, c := range []struct {
		after string
		limit int
		want  []string
	}{{"", 2, []string{"S1", "S2"}}, {"S2", 9, []string{"S3", "S4"}}, {"S4", 9, nil}, {"", 0, nil}, {"", -1, nil}} {
		got, err := s.Scan(t.Context(), account.KindSession, c.after, c.limit)
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, c.want, ids(got))
	}
	for i, hour := range []int{0, 3, 1, 2} {
		it := account.Item{Kind: account.KindNotice, ID: fmt.Sprintf("N%d", i), Owner: "U1", Body: []byte(`{}`)}
		if hour > 0 {
			it.Expires = morning.Add(time.Duration(hour) * time.Hour)
		}
		other := it
		other.ID, other.Owner = "O"+it.ID, "U2"
		insertItems(t, s, it, other)
	}
	for _, c := range []struct {
		after time.Time
		limit int
		want  []string
	}{{time.Time{}, 9, []string{"N1", "N3", "N2"}}, {morning.Add(time.Hour), 9, []string{"N1", "N3"}}, {time.Time{}, 1, []string{"N1"}}, {time.Time{}, 0, nil}} {
		got, err := s.Latest(t.Context(), account.Latest{Kind: account.KindNotice, Owner: "U1", After: c.after, Limit: c.limit})
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, c.want, ids(got))
	}
	kinds, err := s.Kinds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, []account.ItemKind{account.KindNotice, account.KindSession, account.KindToken}, kinds)
}

func ids(items []account.Item) []string {
	var out []string
	for _, it := range items {
		out = append(out, it.ID)
	}
	return out
}

func testItemExpired(t *testing.T, p Place) {
	s := p.accounts(t)
	for id, expires := range map[string]time.Time{"past": morning.Add(-time.Millisecond), "now": morning, "later": morning.Add(time.Hour), "never": {}} {
		insertItems(t, s, account.Item{Kind: account.KindSession, ID: id, Expires: expires, Body: []byte(`{}`)})
	}
	n, err := s.DeleteExpired(t.Context(), morning)
	if err != nil || n != 1 {
		t.Errorf("removed %d, %v; want 1", n, err)
	}
	left, err := s.Scan(t.Context(), account.KindSession, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, []string{"later", "never", "now"}, ids(left))
}

func testItemOddIDs(t *testing.T, p Place) {
	s := p.accounts(t)
	odd := []string{"a/b", "a b", "'\"; --", "$where", "红娘", "%", "a/0"}
	for _, id := range odd {
		insertItems(t, s, user(id, "n"+id, "a"+id))
	}
	for _, id := range odd {
		it, err := s.ByName(t.Context(), account.KindUser, "n"+id)
		if err != nil || it.ID != id {
			t.Errorf("%q: %+v, %v", id, it, err)
		}
	}
	all, err := s.Scan(t.Context(), account.KindUser, "", 100)
	slices.Sort(odd)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, odd, ids(all))
}

// testItemRace lets many clients count in one item: no step may be lost.
func testItemRace(t *testing.T, p Place) {
	s := p.accounts(t)
	insertItems(t, s, account.Item{Kind: account.KindAttempt, ID: "A", Body: []byte(`{}`)})
	const clients, steps = 8, 5
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for done := 0; done < steps; {
				it, err := s.Get(t.Context(), account.KindAttempt, "A")
				if err == nil {
					err = s.Replace(t.Context(), it)
				}
				switch {
				case err == nil:
					done++
				case !errs.Is(err, errs.Stale):
					t.Errorf("replace: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	wantSame(t, int64(1+clients*steps), getItem(t, s, account.KindAttempt, "A").Rev)
}

func testItemDurable(t *testing.T, p Place) {
	first, err := p.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	keeper, _ := first.(AccountKeeper)
	insertItems(t, keeper.Accounts(), user("U1", "zhang", "13800000001"))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = keeper.Accounts().Get(t.Context(), account.KindUser, "U1")
	wantKind(t, err, errs.Unavailable)
	want := user("U1", "zhang", "13800000001")
	want.Rev = 1
	wantSame(t, want, getItem(t, p.accounts(t), account.KindUser, "U1"))
}

func testItemCopy(t *testing.T, p Place) {
	s := p.accounts(t)
	insertItems(t, s, user("U1", "zhang", ""), user("U2", "li", ""),
		account.Item{Kind: account.KindToken, ID: "T1", Name: "h", Owner: "U1", Body: []byte(`{}`)},
		account.Item{Kind: account.KindSession, ID: "S1", Owner: "U1", Body: []byte(`{}`)})
	n, err := account.Copy(t.Context(), s, s)
	if err != nil || n != 3 {
		t.Errorf("copied %d onto themselves, %v; want 3", n, err)
	}
}

func testItemCancelled(t *testing.T, p Place) {
	s := p.accounts(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantKind(t, s.Insert(ctx, user("U1", "", "")), errs.Unavailable)
	_, err := s.Get(ctx, account.KindUser, "U1")
	wantKind(t, err, errs.Unavailable)
}
