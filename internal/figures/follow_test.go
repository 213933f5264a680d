package figures_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/figures"
	"hongniang/internal/sqlitestore"
)

var now = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)

// house is a real store with a book that follows it.
type house struct {
	t       *testing.T
	store   *sqlitestore.Store
	records *catalog.Service
	book    *figures.Book
	from    figures.Source
}

func newHouse(t *testing.T) *house {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "hongniang.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	clock := func() time.Time { return now }
	return &house{t: t, store: store, records: &catalog.Service{Store: store, Now: clock, Log: slog.New(slog.DiscardHandler)}, book: figures.New(clock), from: figures.Source{Records: store, Cases: store.Introductions()}}
}

func (h *house) save(recs ...catalog.Record) {
	h.t.Helper()
	for _, err := range h.records.SaveAll(h.t.Context(), "test", recs) {
		if err != nil {
			h.t.Fatal(err)
		}
	}
}

func (h *house) funnel() figures.Funnel {
	h.t.Helper()
	if err := h.book.Refresh(h.t.Context(), h.from); err != nil {
		h.t.Fatal(err)
	}
	f, _, err := h.book.Funnels(figures.Scope{Union: "GH-1"}, figures.Selection{}, figures.ByRegion)
	if err != nil {
		h.t.Fatal(err)
	}
	return f
}

func (h *house) want(what string, needs, matched, introduced int) {
	h.t.Helper()
	f := h.funnel()
	if f.Needs[figures.Arrived] != needs || f.Needs[figures.Matched] != matched || f.Needs[figures.Introduced] != introduced {
		h.t.Errorf("%s: %v", what, f.Needs)
	}
}

func need(code string) *catalog.Need {
	return &catalog.Need{Meta: catalog.Meta{Code: code, Union: "GH-1", Status: "published", RegionCode: "371002"}, Title: "曲轴磨削烧伤" + code, EnterpriseName: "某厂" + code}
}

// The book follows records and introductions: new, changed, moved and removed.
func TestRefresh(t *testing.T) {
	h := newHouse(t)
	if _, err := h.book.Overview(figures.Scope{All: true}, figures.Selection{}, figures.ByRegion); !errs.Is(err, errs.Unavailable) {
		t.Errorf("an empty book answers: %v", err)
	}
	h.want("nothing", 0, 0, 0)
	first := need("XQ-1")
	h.save(&catalog.Organisation{Meta: catalog.Meta{Code: "GH-1"}, Name: "示例工会", OrganisationKind: "union"}, first, need("XQ-2"))
	h.want("two needs", 2, 0, 0)
	cases := h.store.Introductions()
	in, _, err := brokering.Begin(brokering.Draft{Code: "DJ-1", Needs: []brokering.NeedRef{{Code: "XQ-1", Title: "烧伤", Org: "DW-1", RegionCode: "371002"}},
		Targets: []brokering.Target{{Kind: "expert", Code: "ZJ-1", Name: "钱师傅", Person: "ZJ-1"}}, Broker: brokering.Broker{User: "U-1", Name: "王", Union: "GH-1"}, Union: "GH-1"},
		brokering.Actor{User: "U-1", Seat: brokering.Seat{Part: brokering.Staff}}, now)
	if err == nil {
		err = cases.Insert(t.Context(), in)
	}
	if err != nil {
		t.Fatal(err)
	}
	h.want("a case", 2, 1, 0)
	for _, step := range []brokering.Step{{Kind: brokering.Review}, {Kind: brokering.Invite, Text: "请看"}, {Kind: brokering.Accept, Note: "电话答应"},
		{Kind: brokering.Answer, Note: "电话", Answers: &brokering.Answers{HowWeHelp: "改参数", WhatUnclear: "无", AboutUs: "三十年"}}, {Kind: brokering.Recommend}} {
		next, _, err := brokering.Apply(in, step, brokering.Actor{User: "U-1", Name: "王", Seat: brokering.Seat{Part: brokering.Staff}}, now)
		if err == nil {
			err = cases.Replace(t.Context(), next)
		}
		if err != nil {
			t.Fatal(err)
		}
		in = next
	}
	h.want("recommended", 2, 1, 1)
	moved, err := h.records.Get(t.Context(), catalog.KindNeed, "XQ-2")
	if err != nil {
		t.Fatal(err)
	}
	moved.Base().Union = "GH-2"
	if err := h.records.Update(t.Context(), "test", moved); err != nil {
		t.Fatal(err)
	}
	h.want("moved away", 1, 1, 1)
	if _, err := h.records.Delete(t.Context(), "test", catalog.KindNeed, "XQ-1", 0); err != nil {
		t.Fatal(err)
	}
	h.want("removed", 0, 0, 0)
	if _, err := h.records.Restore(t.Context(), "test", catalog.KindNeed, "XQ-1", 0); err != nil {
		t.Fatal(err)
	}
	h.want("restored", 1, 1, 1)
}

// Another database in place of the one that was followed is read anew.
func TestAnotherDatabase(t *testing.T) {
	old, restored := newHouse(t), newHouse(t)
	old.save(&catalog.Organisation{Meta: catalog.Meta{Code: "GH-1"}, Name: "示例工会", OrganisationKind: "union"}, need("XQ-1"), need("XQ-2"), need("XQ-3"))
	old.want("before", 3, 0, 0)
	restored.records.Now = func() time.Time { return now.Add(-24 * time.Hour) }
	restored.save(&catalog.Organisation{Meta: catalog.Meta{Code: "GH-1"}, Name: "示例工会", OrganisationKind: "union"}, need("XQ-1"))
	restored.book = old.book
	restored.want("after", 1, 0, 0)
}

// Pages read while changes come in; following ends with its context.
func TestFollowWhileAsked(t *testing.T) {
	h := newHouse(t)
	h.save(&catalog.Organisation{Meta: catalog.Meta{Code: "GH-1"}, Name: "示例工会", OrganisationKind: "union"})
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { h.book.Follow(ctx, h.from, time.Millisecond, slog.New(slog.DiscardHandler)) })
	for i := range 30 {
		h.save(need(fmt.Sprintf("XQ-%d", i)))
		for range 3 {
			if _, err := h.book.Overview(figures.Scope{All: true}, figures.Selection{}, figures.ByUnion); err != nil && !errs.Is(err, errs.Unavailable) {
				t.Fatal(err)
			}
		}
	}
	stop()
	running.Wait()
	h.want("all", 30, 0, 0)
}
