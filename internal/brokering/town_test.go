package brokering_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/sqlitestore"
	"hongniang/matcher"
)

// town is a service on a real store with a small catalogue.
type town struct {
	t       *testing.T
	service *brokering.Service
	store   *sqlitestore.Store
	now     time.Time
	users   map[string]account.User
}

// The people of the town.
var (
	firm     = account.Actor{User: "U-firm", Name: "赵敏", Role: account.Enterprise, Org: "DW-1"}
	rival    = account.Actor{User: "U-rival", Name: "孙洁", Role: account.Enterprise, Org: "DW-9"}
	master   = account.Actor{User: "U-master", Name: "钱师傅", Role: account.Provider, Person: "ZJ-1"}
	other    = account.Actor{User: "U-other", Name: "周师傅", Role: account.Provider, Person: "ZJ-2"}
	wang     = account.Actor{User: "U-wang", Name: "红娘王", Role: account.Broker, Org: "GH-371000"}
	li       = account.Actor{User: "U-li", Name: "红娘李", Role: account.Broker, Org: "GH-371000"}
	faraway  = account.Actor{User: "U-far", Name: "红娘远", Role: account.Broker, Org: "GH-210000"}
	leader   = account.Actor{User: "U-lead", Name: "领导", Role: account.Leader, Org: "GH-370000"}
	admin    = account.Actor{User: "U-admin", Name: "管理员", Role: account.Administrator}
	visitor  = account.Actor{}
	everyone = []account.Actor{firm, rival, master, other, wang, li, faraway, leader, admin, visitor}
)

func newTown(t *testing.T) *town {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "hongniang.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	w := &town{t: t, store: store, now: time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC), users: map[string]account.User{}}
	for _, a := range []account.Actor{wang, li, faraway, admin} {
		w.users[a.User] = account.User{Code: a.User, Name: a.Name, Role: a.Role, Org: a.Org}
	}
	facts := &matcher.Records{Store: store, Cases: store.Introductions()}
	w.service = &brokering.Service{
		Store: store.Introductions(), Catalog: store, Organisations: facts.Organisations, Now: func() time.Time { return w.now }, Random: rand.Reader,
		Links: brokering.Links{Key: bytes.Repeat([]byte{7}, 32)},
		Staff: func(_ context.Context, user string) (account.User, error) {
			if u, ok := w.users[user]; ok {
				return u, nil
			}
			return account.User{}, account.NotFoundError()
		},
	}
	w.stock()
	return w
}

func (w *town) stock() {
	open := catalog.Meta{Status: "published", Visibility: "public"}
	meta := func(code, union string) catalog.Meta {
		m := open
		m.Code, m.Union = code, union
		return m
	}
	union := func(code, name, parent string) *catalog.Organisation {
		return &catalog.Organisation{Meta: meta(code, ""), Name: name, OrganisationKind: "union", ParentCode: parent}
	}
	needMeta := meta("XQ-1", "GH-371000")
	needMeta.RegionCode = "371002"
	w.put(
		union("GH-370000", "山东省总工会", ""), union("GH-371000", "威海市总工会", "GH-370000"), union("GH-210000", "辽宁省总工会", ""),
		&catalog.Organisation{Meta: meta("DW-1", "GH-371000"), Name: "威海天润曲轴厂", OrganisationKind: "enterprise", Competitors: []string{"DW-7"}},
		&catalog.Need{Meta: needMeta, Title: "圆角滚压开裂", SummaryPublic: "某厂圆角开裂", Detail: "密文详情", EnterpriseCode: "DW-1", EnterpriseName: "威海天润曲轴厂",
			Contact: &catalog.Contact{Name: "赵敏", Phone: "13900001111"}, ExcludedOrgs: []string{"山寨厂"}, Confidentiality: "summary_only"},
		&catalog.Need{Meta: catalog.Meta{Code: "XQ-2", Status: "draft", Union: "GH-371000"}, Title: "还没写完"},
		w.expert("ZJ-1", "钱师傅", "DW-2", nil), w.expert("ZJ-2", "周师傅", "DW-3", nil), w.expert("ZJ-3", "吴师傅", "DW-4", &catalog.Availability{Accepting: true, MaxActiveCases: 1}),
		w.expert("ZJ-5", "不来", "DW-5", &catalog.Availability{}), w.expert("ZJ-7", "对手", "DW-7", nil), w.expert("ZJ-8", "自己人", "DW-1", nil),
		&catalog.Expert{Meta: meta("ZJ-9", "GH-371000"), Name: "隐士", Consent: &catalog.Consent{}},
		&catalog.Studio{Meta: meta("GZS-1", "GH-371000"), Name: "山寨工作室", EnterpriseName: "山寨厂", EnterpriseCode: "DW-6"},
	)
}

func (w *town) expert(code, name, org string, a *catalog.Availability) *catalog.Expert {
	return &catalog.Expert{Meta: catalog.Meta{Code: code, Status: "published", Visibility: "public", Union: "GH-371000"}, Name: name, EmployerCode: org,
		Contact: &catalog.Contact{Name: name, Phone: "13800002222"}, Availability: a}
}

func (w *town) put(recs ...catalog.Record) {
	w.t.Helper()
	for _, rec := range recs {
		write := catalog.Write{Record: rec, Action: catalog.Created, By: "王", At: w.now}
		if err := w.store.Save(w.t.Context(), []catalog.Write{write})[0]; err != nil {
			w.t.Fatalf("%s: %v", rec.Base().Code, err)
		}
	}
}

func experts(codes ...string) []brokering.Target {
	var out []brokering.Target
	for _, code := range codes {
		out = append(out, brokering.Target{Kind: "expert", Code: code, Name: "骗人的名字", Org: "DW-1"})
	}
	return out
}

func (w *town) begin(targets ...string) *brokering.Introduction {
	w.t.Helper()
	in, err := w.service.Begin(w.t.Context(), wang, brokering.Proposal{Needs: []string{"XQ-1"}, Targets: experts(targets...)})
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

// do takes a step that must succeed, on what is current.
func (w *town) do(a account.Actor, code string, steps ...brokering.Step) *brokering.Introduction {
	w.t.Helper()
	var in *brokering.Introduction
	for _, step := range steps {
		w.now = w.now.Add(time.Hour)
		var err error
		if in, err = w.service.Take(w.t.Context(), a, code, 0, step); err != nil {
			w.t.Fatalf("%s by %s: %v", step.Kind, a.Name, err)
		}
	}
	return in
}

func (w *town) invited(targets ...string) *brokering.Introduction {
	w.t.Helper()
	in := w.begin(targets...)
	return w.do(wang, in.Code, brokering.Step{Kind: brokering.Review}, brokering.Step{Kind: brokering.Invite, Text: "请帮忙看看滚压"})
}

func (w *town) wantCode(err error, code string) {
	w.t.Helper()
	if e := errs.As(err); e == nil || e.Code != code && !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Code == code }) {
		w.t.Errorf("error %v, want %s", err, code)
	}
}

func answers() *brokering.Answers {
	return &brokering.Answers{HowWeHelp: "改参数", WhatUnclear: "无", AboutUs: "三十年，电话 13800002222"}
}
