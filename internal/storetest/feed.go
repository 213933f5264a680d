package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

func testFeed(t *testing.T, p Place) {
	s := p.open(t)
	if head, err := s.Head(t.Context()); err != nil || head != (catalog.Change{}) {
		t.Errorf("head of an empty feed: %+v, %v", head, err)
	}
	a, b := org("A", "甲厂"), org("B", "乙厂")
	late := morning.Add(time.Hour + time.Millisecond)
	for _, w := range []catalog.Write{
		{Record: a, Action: catalog.Created, By: "王", At: morning},
		{Record: b, Action: catalog.Created, By: "李", At: morning},
		{Record: a, Action: catalog.Updated, By: "", At: late},
	} {
		if err := s.Save(t.Context(), []catalog.Write{w})[0]; err != nil {
			t.Fatal(err)
		}
	}
	want := []catalog.Change{
		{Seq: 1, Kind: "organisation", Code: "A", Rev: 1, Action: "create", By: "王", At: morning},
		{Seq: 2, Kind: "organisation", Code: "B", Rev: 1, Action: "create", By: "李", At: morning},
		{Seq: 3, Kind: "organisation", Code: "A", Rev: 2, Action: "update", By: "", At: late},
	}
	got, err := s.Changes(t.Context(), 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, want, got)
	head, err := p.open(t).Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, want[2], head)
	got, err = s.Changes(t.Context(), 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, want[1:2], got)
	got, err = p.open(t).History(t.Context(), catalog.KindOrganisation, "A")
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, []catalog.Change{want[0], want[2]}, got)
	if got, err := s.Changes(t.Context(), 3, 10); err != nil || len(got) != 0 {
		t.Errorf("behind the end: %v, %v", got, err)
	}
	if got, err := s.History(t.Context(), catalog.KindOrganisation, "Z"); err != nil || len(got) != 0 {
		t.Errorf("history of nothing: %v, %v", got, err)
	}
}

// testFollow follows the feed while others write: what the follower saw must
// be all that there is in the end, or a gap was filled behind its back.
func testFollow(t *testing.T, p Place) {
	const writers, each = 4, 25
	var wg sync.WaitGroup
	for w := range writers {
		s := p.open(t)
		wg.Go(func() {
			for i := range each {
				rec := org(fmt.Sprintf("W%d-%d", w, i), fmt.Sprintf("第%d写者%d", w, i))
				if err := s.Save(t.Context(), writes(rec))[0]; err != nil {
					t.Errorf("save: %v", err)
				}
			}
		})
	}
	s := p.open(t)
	var seen []catalog.Change
	after := int64(0)
	for deadline := time.Now().Add(patience); len(seen) < writers*each && time.Now().Before(deadline); {
		lines, err := s.Changes(t.Context(), after, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range lines {
			after = c.Seq
		}
		seen = append(seen, lines...)
		time.Sleep(time.Millisecond)
	}
	wg.Wait()
	wantSame(t, feed(t, s), seen)
	checkFeed(t, s)
}

// testRace has 16 savers on two stores save one record over and over: each revision
// has exactly one winner, and every win is in the record.
func testRace(t *testing.T, p Place) {
	const savers, rounds = 16, 8
	s, other := p.open(t), p.open(t)
	save(t, s, org("A", "甲厂"))
	var mu sync.Mutex
	winners := map[int64]string{}
	for range rounds {
		read := get(t, s, org("A", ""))
		var wg sync.WaitGroup
		for saver := range savers {
			rec := catalog.Clone(read).(*catalog.Organisation)
			rec.Products = fmt.Sprintf("第%d位保存者", saver)
			by := []catalog.Store{s, other}[saver%2]
			wg.Go(func() {
				err := by.Save(t.Context(), writes(rec))[0]
				if err != nil {
					wantKind(t, err, errs.Stale)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				if other, taken := winners[rec.Rev]; taken {
					t.Errorf("revision %d was won by %q and %q", rec.Rev, other, rec.Products)
				}
				winners[rec.Rev] = rec.Products
			})
		}
		wg.Wait()
		now := get(t, s, read).(*catalog.Organisation)
		if now.Rev != read.Base().Rev+1 || now.Products != winners[now.Rev] {
			t.Fatalf("revision %d holds %q, the winner saved %q", now.Rev, now.Products, winners[now.Rev])
		}
	}
	wantSame(t, map[string]int64{"A": rounds + 1}, checkFeed(t, s))
}

// testManyClients has 100 clients work at once, over two stores.
func testManyClients(t *testing.T, p Place) {
	const clients = 100
	stores := []catalog.Store{p.open(t), p.open(t)}
	var wg sync.WaitGroup
	for c := range clients {
		s := stores[c%2]
		wg.Go(func() {
			rec := org(fmt.Sprintf("K-%03d", c), fmt.Sprintf("客户%d", c))
			for rev := range int64(2) {
				if err := s.Save(t.Context(), writes(rec))[0]; err != nil {
					t.Errorf("client %d: %v", c, err)
					return
				}
				got, err := s.Get(t.Context(), rec.Kind(), rec.Code)
				if err != nil || got.Base().Rev != rev+1 {
					t.Errorf("client %d reads %v, %v after saving revision %d", c, got, err, rev+1)
				}
			}
		})
	}
	wg.Wait()
	revs := checkFeed(t, stores[0])
	if len(revs) != clients {
		t.Errorf("%d records, want %d", len(revs), clients)
	}
}

func testNumbers(t *testing.T, p Place) {
	const takers, each = 16, 5
	stores := []catalog.Store{p.open(t), p.open(t)}
	var mu sync.Mutex
	given := map[int64]int{}
	var wg sync.WaitGroup
	for i := range takers {
		wg.Go(func() {
			for range each {
				n, err := stores[i%2].TakeNumbers(t.Context(), "XQ-2026", 1)
				if err != nil {
					t.Errorf("next number: %v", err)
				}
				mu.Lock()
				given[n]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for n := range int64(takers * each) {
		if given[n+1] != 1 {
			t.Errorf("number %d was given %d times", n+1, given[n+1])
		}
	}
	if n, err := stores[1].TakeNumbers(t.Context(), "需求.$1", 1); err != nil || n != 1 {
		t.Errorf("a new series begins at %d, %v", n, err)
	}
}

func testImport(t *testing.T, p Place) {
	s, ok := p.open(t).(catalog.Importer)
	if !ok {
		t.Fatal("the store cannot import")
	}
	a, b := org("A", "甲厂"), org("B", "乙厂")
	a.Rev, b.Rev, b.DeletedAt = 3, 1, &morning
	lines := []catalog.Change{
		{Seq: 2, Kind: "organisation", Code: "A", Rev: 1, Action: "create", By: "王", At: morning},
		{Seq: 3, Kind: "organisation", Code: "A", Rev: 2, Action: "update", By: "王", At: morning},
		{Seq: 7, Kind: "organisation", Code: "A", Rev: 3, Action: "update", By: "王", At: morning},
		{Seq: 8, Kind: "organisation", Code: "B", Rev: 1, Action: "create", By: "王", At: morning},
	}
	for range 2 { // doing it again changes nothing
		for _, err := range []error{
			s.ImportChanges(t.Context(), lines[:3]), s.ImportChanges(t.Context(), lines),
			s.ImportRecords(t.Context(), []catalog.Record{a, b}),
			s.RaiseSeries(t.Context(), map[string]int64{"XQ-2026": 41, "DW-2026": 2}),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.RaiseSeries(t.Context(), map[string]int64{"XQ-2026": 5}); err != nil {
		t.Fatal(err)
	}
	wantSame(t, lines, feed(t, s))
	wantSame(t, catalog.Record(a), get(t, s, a))
	wantSame(t, catalog.Record(b), get(t, s, b))
	wantCount(t, s, 1)
	series, err := s.Series(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, map[string]int64{"XQ-2026": 41, "DW-2026": 2}, series)
	if n, err := s.TakeNumbers(t.Context(), "XQ-2026", 1); err != nil || n != 42 {
		t.Errorf("next number is %d, %v; want 42", n, err)
	}
	save(t, s, a)
	got := feed(t, s)
	if last := got[len(got)-1]; last.Seq != 9 || last.Rev != 4 {
		t.Errorf("the feed goes on with %+v, want seq 9, rev 4", last)
	}
}
