package figures

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
)

const worlds = 1200

// each runs a check over random worlds, each seen by an administrator or by a
// leader of one of its unions.
func each(t *testing.T, check func(t *testing.T, b *Book, scope Scope, brute brute)) {
	t.Helper()
	shanghai := time.FixedZone("Asia/Shanghai", 8*3600)
	for seed := range uint64(worlds) {
		w := newWorld(seed)
		actor := account.Actor{User: "U", Role: account.Leader, Org: pick(w, w.unions...)}
		if w.IntN(4) == 0 {
			actor = account.Actor{User: "U", Role: account.Administrator}
		}
		scope, err := ScopeOf(actor)
		if err != nil {
			t.Fatal(err)
		}
		check(t, w.book(), scope, brute{t: t, w: w, actor: actor, sel: w.selection(), at: shanghai})
		if t.Failed() {
			t.Fatalf("world %d, scope %+v", seed, scope)
		}
	}
}

// A number is the same by the book, by the list behind it, and counted plainly
// over the documents.
func (b brute) is(key, arg string, book *Book, scope Scope, shown, want int64) {
	b.t.Helper()
	behind, err := book.Behind(scope, b.sel, Asked{Key: key, Arg: arg})
	if err != nil {
		b.t.Fatal(err)
	}
	if shown != want || behind.Value != want {
		b.t.Errorf("%s %s: the page says %d, the list gives %d, the documents %d (%+v)", key, arg, shown, behind.Value, want, b.sel)
	}
}

func TestFunnelIsTheDocuments(t *testing.T) {
	each(t, func(t *testing.T, b *Book, scope Scope, brute brute) {
		whole, rows, err := b.Funnels(scope, brute.sel, By([]By{ByRegion, ByUnion, ByIndustry, ByMonth}[brute.w.IntN(4)]))
		if err != nil {
			t.Fatal(err)
		}
		sum := Funnel{}
		for _, r := range rows {
			if r.Narrow != nil {
				if alone, _, err := b.Funnels(scope, *r.Narrow, ByMonth); err != nil || alone != r.Funnel {
					t.Errorf("row %s has %+v, alone %+v, %v", r.Key, r.Funnel, alone, err)
				}
			}
			for s := range stages {
				sum.Needs[s] += r.Needs[s]
			}
		}
		for _, s := range Stages() {
			needs, firms := brute.funnel(s)
			brute.is("funnel."+s.Key(), "", b, scope, int64(whole.Needs[s]), int64(needs))
			brute.is("firms."+s.Key(), "", b, scope, int64(whole.Firms[s]), int64(firms))
			if sum.Needs[s] != needs {
				t.Errorf("%s: rows add up to %d, not %d", s.Key(), sum.Needs[s], needs)
			}
			if before := s.before(); !brute.sel.Happened && (whole.Needs[s] > whole.Needs[before] || whole.Firms[s] > whole.Firms[before]) {
				t.Errorf("%s %d of %s %d", s.Key(), whole.Needs[s], before.Key(), whole.Needs[before])
			}
		}
	})
}

func TestMoneyIsTheDocuments(t *testing.T) {
	each(t, func(t *testing.T, b *Book, scope Scope, brute brute) {
		l, err := b.Ladder(scope, brute.sel)
		if err != nil {
			t.Fatal(err)
		}
		want := brute.money()
		for key, shown := range map[string]int64{"intent": int64(l.Intent), "intents": int64(l.IntentCases), "contract": int64(l.Contract), "contracts": int64(l.ContractCases),
			"registered": int64(l.Registered), "received": int64(l.Received), "owed": int64(l.RewardOwed), "rewarded": int64(l.RewardPaid)} {
			brute.is("ladder."+key, "", b, scope, shown, want[key])
		}
		for _, r := range l.Benefits {
			brute.is("ladder.claimed", r.Kind, b, scope, int64(r.Claimed), want["claimed "+r.Kind])
			brute.is("ladder.verified", r.Kind, b, scope, int64(r.Verified), want["verified "+r.Kind])
			delete(want, "claimed "+r.Kind)
			delete(want, "verified "+r.Kind)
		}
		for _, kind := range []string{"saved", "created", "profit"} {
			if want["claimed "+kind]+want["verified "+kind] != 0 {
				t.Errorf("no rung for %s", kind)
			}
		}
	})
}

func TestFourIsTheDocuments(t *testing.T) {
	each(t, func(t *testing.T, b *Book, scope Scope, brute brute) {
		four, behind, err := b.Four(scope, brute.sel)
		if err != nil {
			t.Fatal(err)
		}
		want := brute.four()
		for key, shown := range map[string]int{"craftsmen": four.Craftsmen, "enterprises": four.Enterprises, "problems": four.Problems, "trained": four.Trained} {
			brute.is("four."+key, "", b, scope, int64(shown), want[key])
		}
		people := 0
		for _, h := range behind {
			people += h.Craftsmen
		}
		if people != four.Craftsmen {
			t.Errorf("the list has %d, the number is %d", people, four.Craftsmen)
		}
	})
}

// A book that followed changes is the book that was read at once.
func TestChangesInAnyOrder(t *testing.T) {
	for seed := range uint64(100) {
		old, now := newWorld(seed), newWorld(seed+1000)
		b := old.book()
		for _, rec := range now.order {
			b.Put(rec)
		}
		for _, in := range now.cases {
			b.PutCase(in)
		}
		gone := map[string]bool{}
		for _, in := range now.cases {
			gone[in.Code] = true
		}
		b.dropMissing(gone)
		for kind, recs := range old.records {
			for code := range recs {
				if _, ok := now.records[kind][code]; !ok {
					b.forget(kind, code)
				}
			}
		}
		fresh := now.book()
		sel := now.selection()
		for _, n := range Numbers() {
			for _, scope := range []Scope{{All: true}, {Union: "GH-0"}, {Union: "GH-1"}} {
				got, err := b.Behind(scope, sel, Asked{Key: n.Key})
				if err != nil {
					t.Fatal(err)
				}
				want, err := fresh.Behind(scope, sel, Asked{Key: n.Key})
				if err != nil {
					t.Fatal(err)
				}
				if got.Value != want.Value || len(got.Items) != len(want.Items) {
					t.Fatalf("seed %d, %s in %+v: %d, read at once %d", seed, n.Key, scope, got.Value, want.Value)
				}
			}
		}
	}
}

// An overview that is remembered is the one that would be reckoned.
func TestOverviewFollowsEveryChange(t *testing.T) {
	for seed := range uint64(60) {
		w := newWorld(seed)
		b, scope, sel := w.book(), Scope{Union: "GH-0"}, w.selection()
		for step := range 6 {
			switch step {
			case 1:
				w.need(200)
				b.Put(w.order[len(w.order)-1])
			case 2:
				w.introduction(200)
				b.PutCase(w.cases[len(w.cases)-1])
			case 3:
				b.forget(catalog.KindOrganisation, "DW-1")
			case 4:
				b.dropMissing(map[string]bool{w.cases[0].Code: true})
			case 5:
				b.now = func() time.Time { return noon.AddDate(0, 0, 40) }
			}
			for range 2 {
				got, err := b.Overview(scope, sel, ByUnion)
				if err != nil {
					t.Fatal(err)
				}
				b.overviews.known = nil
				want, err := b.Overview(scope, sel, ByUnion)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("seed %d, step %d: %s", seed, step, diff)
				}
			}
		}
	}
}

// What nobody may read is in no list of anybody else.
func TestScopeHoldsEverywhere(t *testing.T) {
	for seed := range uint64(60) {
		w := newWorld(seed)
		b := w.book()
		for _, scope := range []Scope{{}, {Union: ""}, {Union: "GH-nowhere"}} {
			for _, n := range Numbers() {
				got, err := b.Behind(scope, Selection{}, Asked{Key: n.Key})
				if err != nil {
					t.Fatal(err)
				}
				if len(got.Items) > 0 {
					t.Errorf("%+v reads %v of %s", scope, got.Items, n.Key)
				}
			}
			for _, kind := range LedgerKinds() {
				ledger, err := b.Ledger(scope, Selection{}, kind, 0)
				if err != nil {
					t.Fatal(err)
				}
				if n := len(ledger.Rows); n > 1 || n == 1 && kind != HelpLedger {
					t.Errorf("%+v reads %d rows of %s", scope, n, kind)
				}
			}
		}
	}
}
