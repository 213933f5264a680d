package figures

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// Every record behind a number has the date by which it counts: one of the period
// that was asked for, with a name.
func TestDatesBehindAreThoseThatCount(t *testing.T) {
	t.Parallel()
	period, dated := Period{day("2025-10-01"), day("2026-06-30")}, 0
	for seed := range uint64(12) {
		b := newWorld(seed).book()
		for _, n := range Numbers() {
			for _, sel := range []Selection{{Period: period}, {Period: period, Happened: true}} {
				got, err := b.Behind(Scope{All: true}, sel, Asked{Key: n.Key})
				if err != nil {
					t.Fatal(err)
				}
				for i, e := range got.Items {
					if (e.Day != "") != (got.Dates != "") || e.Day != "" && !n.Now() && !period.Holds(ParseDay(e.Day)) {
						t.Fatalf("world %d, %s, happened %v: %q (%s) of %+v", seed, n.Key, sel.Happened, e.Day, got.Dates, e)
					}
					if late := n.Key == "work.late" || n.Key == "work.stuck"; late != (e.Late > 0) || late && (i > 0 && e.Late > got.Items[i-1].Late || !strings.HasPrefix(e.Note, "等")) {
						t.Fatalf("world %d, %s, row %d: %+v", seed, n.Key, i, e)
					}
					dated++
				}
			}
		}
	}
	if dated < 1000 {
		t.Errorf("%d records only", dated)
	}
}

// The first of any list, in whatever order they come, are those of the sorted list.
func TestFirst(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 60 {
		list := r.Perm(n)
		for _, most := range []int{0, 1, 2, 7, 100} {
			f := first[int]{most: most, order: cmp.Compare[int]}
			for _, v := range list {
				f.add(v)
			}
			want := slices.Sorted(slices.Values(list))
			if most > 0 {
				want = want[:min(most, n)]
			}
			if diff := gocmp.Diff(append([]int{}, want...), append([]int{}, f.sorted()...)); diff != "" || f.seen != n {
				t.Fatalf("first %d of %d (%d seen): %s", most, n, f.seen, diff)
			}
		}
	}
}

// Any part of any list is that part of the sorted list.
func TestBetweenIsAPartOfTheSorted(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for n := range 120 {
		list := r.Perm(n)
		if n%3 == 0 {
			slices.Sort(list)
		}
		sorted := slices.Sorted(slices.Values(list))
		for _, from := range []int{0, n / 3, n - 1, n, n + 5} {
			from, to := max(from, 0), from+7
			got := between(slices.Clone(list), from, to, cmp.Compare[int])
			want := sorted[min(from, n):min(max(to, 0), n)]
			if !slices.Equal(want, got) {
				t.Fatalf("%d to %d of %v: %v", from, to, list, got)
			}
		}
	}
}

// A page of a list, or of a ledger, is that part of the whole; how many there are
// and what they come to is not that of the page.
func TestPartsOfLists(t *testing.T) {
	w := newWorld(11)
	b, scope := w.book(), Scope{All: true}
	for _, n := range Numbers() {
		whole, err := b.Behind(scope, Selection{}, Asked{Key: n.Key})
		if err != nil {
			t.Fatal(err)
		}
		var got []Entry
		for from := 0; from <= len(whole.Items); from += 3 {
			part, err := b.Behind(scope, Selection{}, Asked{Key: n.Key, From: from, Most: 3})
			if err != nil {
				t.Fatal(err)
			}
			if part.Value != whole.Value || part.Total != len(whole.Items) || len(part.Items) > 3 {
				t.Errorf("%s from %d: %d of %d, value %d of %d", n.Key, from, len(part.Items), part.Total, part.Value, whole.Value)
			}
			got = append(got, part.Items...)
		}
		if diff := gocmp.Diff(whole.Items, append([]Entry{}, got...), gocmp.AllowUnexported(Entry{})); diff != "" {
			t.Errorf("%s: %s", n.Key, diff)
		}
	}
	for _, kind := range LedgerKinds() {
		whole, err := b.Ledger(scope, Selection{}, kind, 0)
		if err != nil {
			t.Fatal(err)
		}
		part, err := b.Ledger(scope, Selection{}, kind, 2)
		if err != nil {
			t.Fatal(err)
		}
		if part.Total != len(whole.Rows) || kind != HelpLedger && !slices.EqualFunc(part.Rows, whole.Rows[:min(2, len(whole.Rows))], slices.Equal[[]Cell]) {
			t.Errorf("%s: %d rows of %d", kind, len(part.Rows), part.Total)
		}
	}
}
