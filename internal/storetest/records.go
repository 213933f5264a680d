package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// samples holds one record of every kind, with nested values, numbers that are
// hard to keep, and text that is hard to escape.
func samples() []catalog.Record {
	meta := func(code string) catalog.Meta {
		return catalog.Meta{Code: code, Status: "published", RegionCode: "371002", CreatedBy: "王", CreatedAt: morning, UpdatedAt: morning,
			Source: &catalog.Source{Kind: "import", Ref: "需求 表.xlsx", ImportedAt: morning}}
	}
	return []catalog.Record{
		&catalog.Organisation{Meta: meta("DW-1"), Name: "威海广泰", ShortNames: []string{"广泰"}, EmployeeCount: 3000, HasUnion: true},
		&catalog.Expert{Meta: meta("ZJ-1"), Name: "欧阳𠮷"},
		&catalog.Studio{Meta: meta("GZS-1"), Name: "创新工作室"},
		&catalog.Patent{Meta: meta("ZL-1"), Title: "一种<换流阀> & 装置"},
		&catalog.Result{Meta: meta("CG-1"), Title: "“五小”成果\u2028第二行\t\\u0041"},
		&catalog.Need{Meta: meta("XQ-1"), Title: "电主轴温升", Detail: "$gt {\"$date\": 1}", BudgetMinWan: 0.1, BudgetMaxWan: 123456789.25,
			Targets: []catalog.Target{{Name: "温升", Op: "lt", Value: 1e-7, Unit: "℃"}, {Name: "转速", Value: 24000}},
			Contact: &catalog.Contact{Name: "赵", Phone: "0631-5200000"}},
	}
}

func testRoundTrip(t *testing.T, p Place) {
	s := p.open(t)
	recs := samples()
	save(t, s, recs...)
	for _, rec := range recs {
		if rec.Base().Rev != 1 {
			t.Errorf("%s has rev %d after its first save", rec.Kind(), rec.Base().Rev)
		}
		wantSame(t, rec, get(t, s, rec))
		got, err := s.ByKey(t.Context(), rec.Kind(), catalog.Key(rec))
		if err != nil {
			t.Fatalf("by key %q: %v", catalog.Key(rec), err)
		}
		wantSame(t, rec, got)
	}
	again := p.open(t)
	wantSame(t, recs[5], get(t, again, recs[5]))
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("ping: %v", err)
	}
}

func testInsert(t *testing.T, p Place) {
	s := p.open(t)
	save(t, s, org("A", "甲厂"))
	sameCode, sameKey := org("A", "乙厂"), org("B", "甲厂")
	for _, rec := range []*catalog.Organisation{sameCode, sameKey} {
		err := s.Save(t.Context(), writes(rec))[0]
		wantKind(t, err, errs.Conflict)
		if rec.Rev != 0 {
			t.Errorf("a refused record has rev %d", rec.Rev)
		}
	}
	otherKind := &catalog.Studio{Meta: catalog.Meta{Code: "A"}, Name: "甲厂"}
	save(t, s, otherKind)
	if got := get(t, s, org("A", "")).Heading(); got != "甲厂" {
		t.Errorf("record A is now %q", got)
	}
	_, err := s.Get(t.Context(), catalog.KindOrganisation, "B")
	wantKind(t, err, errs.NotFound)
	_, err = s.ByKey(t.Context(), catalog.KindOrganisation, "no such key")
	wantKind(t, err, errs.NotFound)
	wantKind(t, s.Save(t.Context(), writes(org("", "无编号厂")))[0], errs.Invalid)
}

func testReplace(t *testing.T, p Place) {
	s := p.open(t)
	a, b := org("A", "甲厂"), org("B", "乙厂")
	save(t, s, a, b)
	old := catalog.Clone(a).(*catalog.Organisation)
	a.Products = "主轴"
	save(t, s, a)
	if a.Rev != 2 {
		t.Errorf("rev is %d, want 2", a.Rev)
	}
	wantSame(t, catalog.Record(a), get(t, s, a))

	old.Products = "泵"
	err := s.Save(t.Context(), writes(old))[0]
	wantKind(t, err, errs.Stale)
	if old.Rev != 1 {
		t.Errorf("a stale record has rev %d, want the 1 that was read", old.Rev)
	}
	future := catalog.Clone(a)
	future.Base().Rev = 9
	wantKind(t, s.Save(t.Context(), writes(future))[0], errs.Stale)

	b.Name = "甲厂"
	wantKind(t, s.Save(t.Context(), writes(b))[0], errs.Conflict)
	ghost := org("C", "丙厂")
	ghost.Rev = 1
	wantKind(t, s.Save(t.Context(), writes(ghost))[0], errs.NotFound)

	a.Name = "甲总厂" // a key that is given up is free
	save(t, s, a)
	b.Name = "甲厂"
	save(t, s, b)
	_, err = s.ByKey(t.Context(), catalog.KindOrganisation, "乙厂")
	wantKind(t, err, errs.NotFound)
	wantSame(t, map[string]int64{"A": 3, "B": 2}, checkFeed(t, s))
}

func testSlice(t *testing.T, p Place) {
	s := p.open(t)
	if out := s.Save(t.Context(), nil); len(out) != 0 {
		t.Errorf("an empty save answers %v", out)
	}
	a := org("A", "甲厂")
	stale := org("B", "乙厂")
	save(t, s, stale)
	stale.Rev = 7
	recs := []catalog.Record{a, org("A", "又一个"), stale, org("C", "甲厂"), a, org("D", "丁厂"), org("", "无"), org("E", "戊厂")}
	var kinds []errs.Kind
	for _, err := range s.Save(t.Context(), writes(recs...)) {
		kinds = append(kinds, errs.KindOf(err))
	}
	wantSame(t, []errs.Kind{"", errs.Conflict, errs.Stale, errs.Conflict, "", "", errs.Invalid, ""}, kinds)
	wantSame(t, map[string]int64{"A": 2, "B": 1, "D": 1, "E": 1}, checkFeed(t, s))

	many := orgs("M", 130) // more than any engine's own slice
	many[60] = org("D", "重号")
	for i, err := range s.Save(t.Context(), writes(many...)) {
		if errs.Is(err, errs.Conflict) != (i == 60) || (err == nil) == (i == 60) {
			t.Errorf("write %d: %v", i, err)
		}
	}
	for i, rec := range many {
		if got, want := rec.Base().Rev, int64(1); i != 60 && got != want {
			t.Errorf("record %d has rev %d", i, got)
		}
	}
	if n := len(checkFeed(t, s)); n != 133 {
		t.Errorf("%d records, want 133", n)
	}
}

func testRemove(t *testing.T, p Place) {
	s := p.open(t)
	a := org("A", "甲厂")
	save(t, s, a, org("B", "乙厂"))
	a.DeletedAt = &morning
	save(t, s, a)
	got := get(t, s, a)
	if !got.Base().Deleted() || got.Base().Rev != 2 {
		t.Errorf("got %+v, want it removed, at rev 2", got.Base())
	}
	wantKind(t, s.Save(t.Context(), writes(org("C", "甲厂")))[0], errs.Conflict)
	wantCount(t, s, 1)
	recs, err := s.Scan(t.Context(), catalog.KindOrganisation, "", 10)
	if err != nil || len(recs) != 2 {
		t.Errorf("scan gives %d records, %v; want the removed one too", len(recs), err)
	}
	a.DeletedAt = nil
	if err := s.Save(t.Context(), []catalog.Write{{Record: a, Action: catalog.Restored, By: "王", At: morning}})[0]; err != nil {
		t.Fatal(err)
	}
	wantCount(t, s, 2)
	var actions []catalog.Action
	history, err := s.History(t.Context(), catalog.KindOrganisation, "A")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range history {
		actions = append(actions, c.Action)
	}
	wantSame(t, []catalog.Action{catalog.Created, catalog.Deleted, catalog.Restored}, actions)
}

func wantCount(t *testing.T, s catalog.Store, want int) {
	t.Helper()
	n, err := s.Count(t.Context(), catalog.KindOrganisation)
	if err != nil || n != want {
		t.Errorf("count is %d, %v; want %d", n, err, want)
	}
}

func testScan(t *testing.T, p Place) {
	s := p.open(t)
	codes := []string{"10", "2", "A/B", "A-1", "a", "编号", "𠮷", "A"}
	for i, code := range codes {
		save(t, s, org(code, fmt.Sprintf("第%d厂", i)))
	}
	save(t, s, &catalog.Studio{Meta: catalog.Meta{Code: "5"}, Name: "工作室"})
	want := []string{"10", "2", "A", "A-1", "A/B", "a", "编号", "𠮷"} // order of bytes
	for _, size := range []int{1, 3, 8, 100} {
		var got []string
		for after := ""; ; {
			recs, err := s.Scan(t.Context(), catalog.KindOrganisation, after, size)
			if err != nil {
				t.Fatal(err)
			}
			if len(recs) == 0 {
				break
			}
			if len(recs) > size {
				t.Fatalf("%d records in a page of %d", len(recs), size)
			}
			for _, rec := range recs {
				after = rec.Base().Code
				got = append(got, after)
			}
		}
		wantSame(t, want, got)
	}
	wantCount(t, s, len(codes))
	if recs, err := s.Scan(t.Context(), catalog.KindOrganisation, "", 0); err != nil || len(recs) != 0 {
		t.Errorf("a page of 0 has %d records, %v", len(recs), err)
	}
	if n, err := s.Count(t.Context(), catalog.KindNeed); err != nil || n != 0 {
		t.Errorf("%d needs, %v", n, err)
	}
}

func testOddKeys(t *testing.T, p Place) {
	s := p.open(t)
	for i, odd := range []string{"甲 乙", "a.b$c", "$set", "100%", "'; DROP TABLE records; --", "\U0001F600", strings.Repeat("长", 80), "a/b/c", "\u00e9", "e\u0301", `"\`} {
		rec := org(odd, fmt.Sprintf("第%d厂", i))
		rec.ExternalID = odd
		save(t, s, rec)
		wantSame(t, catalog.Record(rec), get(t, s, rec))
		got, err := s.ByKey(t.Context(), rec.Kind(), catalog.ExternalKey(odd))
		if err != nil {
			t.Fatalf("by key %q: %v", odd, err)
		}
		wantSame(t, catalog.Record(rec), got)
	}
	checkFeed(t, s)
}

func testLarge(t *testing.T, p Place) {
	s := p.open(t)
	n := &catalog.Need{Meta: catalog.Meta{Code: "XQ-1"}, Title: "大需求", Detail: strings.Repeat("难题", 1<<20/6)}
	save(t, s, n)
	n.Background = strings.Repeat("背", 1000)
	save(t, s, n)
	wantSame(t, catalog.Record(n), get(t, s, n))
}

func testCancelled(t *testing.T, p Place) {
	s := p.open(t)
	save(t, s, org("A", "甲厂"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	rec := org("B", "乙厂")
	err := s.Save(ctx, writes(rec))[0]
	wantKind(t, err, errs.Unavailable)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v does not hold context.Canceled", err)
	}
	if rec.Rev != 0 {
		t.Errorf("an unsaved record has rev %d", rec.Rev)
	}
	_, err = s.Get(ctx, catalog.KindOrganisation, "A")
	wantKind(t, err, errs.Unavailable)
	_, err = s.Changes(ctx, 0, 10)
	wantKind(t, err, errs.Unavailable)
	_, err = s.TakeNumbers(ctx, "x", 1)
	wantKind(t, err, errs.Unavailable)
	save(t, s, rec)
	wantSame(t, map[string]int64{"A": 1, "B": 1}, checkFeed(t, s))
}

func testClosed(t *testing.T, p Place) {
	s := p.open(t)
	save(t, s, org("A", "甲厂"))
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatalf("close: %v", err)
		}
	}
	b := org("B", "乙厂")
	wantKind(t, s.Save(t.Context(), writes(b))[0], errs.Unavailable)
	_, err := s.Get(t.Context(), catalog.KindOrganisation, "A")
	wantKind(t, err, errs.Unavailable)
	wantKind(t, s.Ping(t.Context()), errs.Unavailable)
	wantSame(t, map[string]int64{"A": 1}, checkFeed(t, p.open(t)))
}
