package notice_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/notice"
	"hongniang/internal/sqlitestore"
)

// office is a small installation whose clock a test sets.
type office struct {
	t       *testing.T
	now     time.Time
	records *catalog.Service
	cases   *brokering.Service
	notices *notice.Service
}

var (
	firm    = account.Actor{User: "U-firm", Name: "赵敏", Role: account.Enterprise, Org: "DW-1"}
	other   = account.Actor{User: "U-other", Name: "孙洁", Role: account.Enterprise, Org: "DW-9"}
	master  = account.Actor{User: "U-master", Name: "钱师傅", Role: account.Provider, Person: "ZJ-1"}
	broker  = account.Actor{User: "U-broker", Name: "红娘", Role: account.Broker, Org: "GH-2"}
	leader  = account.Actor{User: "U-leader", Name: "领导", Role: account.Leader, Org: "GH-1"}
	faraway = account.Actor{User: "U-far", Name: "远方", Role: account.Leader, Org: "GH-9"}
)

func newOffice(t *testing.T) *office {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "hongniang.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	o := &office{t: t, now: time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return o.now }
	o.records = &catalog.Service{Store: store, Now: clock, Log: slog.New(slog.DiscardHandler)}
	o.cases = &brokering.Service{
		Store: store.Introductions(), Catalog: store, Now: clock, Random: rand.Reader, Links: brokering.Links{Key: bytes.Repeat([]byte{7}, 32)},
		Staff: func(context.Context, string) (account.User, error) { return account.User{}, account.NotFoundError() },
	}
	o.notices = &notice.Service{Store: store.Accounts(), Introductions: store.Introductions(), Now: clock}
	for _, rec := range []catalog.Record{
		&catalog.Organisation{Meta: catalog.Meta{Code: "GH-1"}, Name: "省总", OrganisationKind: "union"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "GH-2"}, Name: "市总", OrganisationKind: "union", ParentCode: "GH-1"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "DW-1"}, Name: "甲厂", OrganisationKind: "enterprise"},
		&catalog.Need{Meta: catalog.Meta{Code: "XQ-1", Union: "GH-2"}, Title: "圆角滚压开裂", EnterpriseCode: "DW-1", EnterpriseName: "甲厂"},
		&catalog.Expert{Meta: catalog.Meta{Code: "ZJ-1"}, Name: "钱师傅", EmployerName: "乙厂"},
	} {
		if err := o.records.Create(t.Context(), "test", rec); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// invite begins a case and asks the master; deliver tells of it.
func (o *office) invite() string {
	o.t.Helper()
	in, err := o.cases.Begin(o.t.Context(), broker, brokering.Proposal{Needs: []string{"XQ-1"}, Targets: []brokering.Target{{Kind: "expert", Code: "ZJ-1"}}})
	if err != nil {
		o.t.Fatal(err)
	}
	o.take(broker, in.Code, brokering.Step{Kind: brokering.Review})
	o.take(broker, in.Code, brokering.Step{Kind: brokering.Invite, Text: "请看看滚压"})
	o.deliver()
	return in.Code
}

func (o *office) take(a account.Actor, code string, step brokering.Step) {
	o.t.Helper()
	o.now = o.now.Add(time.Minute)
	if _, err := o.cases.Take(o.t.Context(), a, code, 0, step); err != nil {
		o.t.Fatalf("%s: %v", step.Kind, err)
	}
}

func (o *office) deliver() {
	o.t.Helper()
	if err := o.cases.Deliver(o.t.Context(), 100, o.notices.Tell); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) box(a account.Actor) notice.Box {
	o.t.Helper()
	box, err := o.notices.Of(o.t.Context(), a)
	if err != nil {
		o.t.Fatal(err)
	}
	return box
}

// counts checks how many notices each has.
func (o *office) counts(what string, want map[string]int) {
	o.t.Helper()
	for _, a := range []account.Actor{firm, other, master, broker, leader, faraway, {}} {
		if got := len(o.box(a).Notices); got != want[a.User] {
			o.t.Errorf("%s: %q has %d notices, want %d", what, a.User, got, want[a.User])
		}
	}
}

func TestWhoIsTold(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	code := o.invite()
	o.counts("invited", map[string]int{"U-master": 1})
	o.take(master, code, brokering.Step{Kind: brokering.Accept})
	o.take(master, code, brokering.Step{Kind: brokering.Answer, Answers: &brokering.Answers{HowWeHelp: "改参数", WhatUnclear: "无", AboutUs: "三十年"}})
	o.take(broker, code, brokering.Step{Kind: brokering.Recommend})
	o.deliver()
	o.counts("recommended", map[string]int{"U-master": 1, "U-broker": 2, "U-firm": 1})
	n := o.box(firm).Notices[0]
	if n.Introduction != code || n.Step != brokering.Recommend || !strings.Contains(n.Text, "已推荐给企业") || strings.Contains(n.Text, "钱师傅") {
		t.Errorf("%+v", n)
	}
}

// Telling again, as after a crash, tells nothing twice; who joins later finds it.
func TestToldOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	code := o.invite()
	in, err := o.cases.Store.Get(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range in.History {
		for _, event := range brokering.EventsOf(in, e) {
			if err := o.notices.Tell(t.Context(), event); err != nil {
				t.Fatal(err)
			}
		}
	}
	o.counts("told again", map[string]int{"U-master": 1})
	newcomer := account.Actor{User: "U-new", Role: account.Provider, Person: "ZJ-1"}
	if box := o.box(newcomer); len(box.Notices) != 1 || box.Unread != 1 {
		t.Errorf("a newcomer finds %+v", box)
	}
	if err := o.notices.Tell(t.Context(), brokering.Event{ID: "x", Introduction: "DJ-nowhere"}); err != nil {
		t.Errorf("an introduction that is gone: %v", err)
	}
}

func TestUnread(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	code := o.invite()
	box := o.box(master)
	if box.Unread != 1 {
		t.Fatalf("%+v", box)
	}
	for range 2 {
		if err := o.notices.Looked(t.Context(), master, box.Notices[0].At); err != nil {
			t.Fatal(err)
		}
	}
	if box = o.box(master); box.Unread != 0 || len(box.Notices) != 1 {
		t.Errorf("read: %+v", box)
	}
	o.take(broker, code, brokering.Step{Kind: brokering.Write, To: brokering.ToProvider, Text: "还在吗"})
	o.deliver()
	if box = o.box(master); box.Unread != 1 || box.Notices[0].Step != brokering.Write {
		t.Errorf("newest first: %+v", box)
	}
	if err := o.notices.Looked(t.Context(), master, box.Notices[0].At); err != nil {
		t.Fatal(err)
	}
	if err := o.notices.Looked(t.Context(), master, box.Notices[1].At); err != nil || o.box(master).Unread != 0 {
		t.Errorf("an old page makes new notices unread: %v", err)
	}
	o.now = o.now.AddDate(1, 0, 0)
	o.counts("a year later", nil)
}

// What stands still is told step by step upwards, each standstill once a level.
func TestRemind(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	code := o.invite() // due in 7 days
	start := o.now
	ring := func(days, late int, want map[string]int) {
		t.Helper()
		o.now = start.AddDate(0, 0, days)
		for range 2 {
			if n, err := o.notices.Remind(t.Context()); err != nil || n != late {
				t.Errorf("day %d: %d late, %v", days, n, err)
			}
		}
		o.counts(o.now.Format(time.DateOnly), want)
	}
	ring(7, 0, map[string]int{"U-master": 1})
	ring(8, 1, map[string]int{"U-master": 2})
	ring(15, 1, map[string]int{"U-master": 2, "U-broker": 1})
	ring(22, 1, map[string]int{"U-master": 2, "U-broker": 1, "U-leader": 1})
	if n := o.box(leader).Notices[0]; n.Level != brokering.OnLeaderList || !strings.Contains(n.Text, "应由服务方办理") || !strings.Contains(n.Text, "超期 15 天") {
		t.Errorf("%+v", n)
	}
	o.take(master, code, brokering.Step{Kind: brokering.Accept})
	ring(23, 0, map[string]int{"U-master": 2, "U-broker": 1, "U-leader": 1})
	// The broker's own step stands still while the clocks were not looked at: one
	// notice, although two levels are reached at once.
	o.take(master, code, brokering.Step{Kind: brokering.Answer, Answers: &brokering.Answers{HowWeHelp: "改参数", WhatUnclear: "无", AboutUs: "三十年"}})
	o.take(broker, code, brokering.Step{Kind: brokering.Recommend})
	o.take(firm, code, brokering.Step{Kind: brokering.Interest})
	o.now = o.now.AddDate(0, 0, 22)
	if _, err := o.notices.Remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.counts("two levels at once", map[string]int{"U-master": 2, "U-broker": 2, "U-leader": 1})
}
