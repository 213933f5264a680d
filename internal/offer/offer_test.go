package offer_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/notice"
	"hongniang/internal/offer"
	"hongniang/internal/sqlitestore"
)

var (
	wang   = account.Actor{User: "U-wang", Name: "红娘王", Role: account.Broker, Org: "GH-2"}
	leader = account.Actor{User: "U-sun", Name: "孙主席", Role: account.Leader, Org: "GH-1"}
	away   = account.Actor{User: "U-far", Name: "远方", Role: account.Broker, Org: "GH-9"}
	firm   = account.Actor{User: "U-firm", Name: "赵敏", Role: account.Enterprise, Org: "DW-1"}
	qian   = account.Actor{User: "U-qian", Name: "钱师傅", Role: account.Provider, Person: "ZJ-1"}
	zhou   = account.Actor{User: "U-zhou", Name: "周师傅", Role: account.Provider, Person: "ZJ-2"}
	nobody = account.Actor{User: "U-org", Name: "某单位", Role: account.Provider, Org: "DW-2"}
)

const secretFirm = "天润曲轴厂"

var start = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

// office is a small installation with a clock that a test sets.
type office struct {
	*offer.Service
	t     *testing.T
	now   time.Time
	store *sqlitestore.Store
	told  *notice.Service
}

func newOffice(t *testing.T) *office {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "records.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	o := &office{t: t, now: start, store: store}
	clock := func() time.Time { return o.now }
	records := &catalog.Service{Store: store, Now: clock, Log: slog.New(slog.DiscardHandler)}
	open := func(code string) catalog.Meta { return catalog.Meta{Code: code, Status: "published"} }
	need := func(code, status, confidentiality string) catalog.Record {
		return &catalog.Need{Meta: catalog.Meta{Code: code, Status: status}, Title: "曲轴圆角滚压开裂" + code, SummaryPublic: "滚压后有裂纹。", EnterpriseCode: "DW-1", EnterpriseName: secretFirm, Confidentiality: confidentiality}
	}
	for i, err := range records.SaveAll(t.Context(), "test", []catalog.Record{
		&catalog.Organisation{Meta: open("GH-1"), Name: "省总", OrganisationKind: "union"},
		&catalog.Organisation{Meta: open("GH-2"), Name: "市总", OrganisationKind: "union", ParentCode: "GH-1"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "DW-1", Status: "published", Union: "GH-2"}, Name: secretFirm, OrganisationKind: "enterprise"},
		&catalog.Expert{Meta: open("ZJ-1"), Name: "钱师傅"}, &catalog.Expert{Meta: open("ZJ-2"), Name: "周师傅"},
		need("XQ-1", "published", "summary_only"), need("XQ-2", "signed", "summary_only"), need("XQ-3", "published", "broker_only"), need("XQ-4", "draft", "summary_only"),
	}) {
		if err != nil {
			t.Fatalf("%d: %v", i, err)
		}
	}
	for _, a := range []account.Actor{wang, away} {
		body := fmt.Sprintf(`{"code":%q,"login":%q,"name":%q,"role":%q,"org":%q}`, a.User, a.User, a.Name, a.Role, a.Org)
		o.must(store.Accounts().Insert(t.Context(), account.Item{Kind: account.KindUser, ID: a.User, Name: a.User, Body: []byte(body)}))
	}
	users := &account.Service{Store: store.Accounts(), Now: clock}
	o.told = &notice.Service{Store: store.Accounts(), Introductions: store.Introductions(), Now: clock, Readers: &notice.Readers{Users: users.Users, Records: store, Store: store.Accounts()}}
	o.Service = &offer.Service{Store: store.Accounts(), Records: store, Notices: o.told, Now: clock}
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// read gives what brokers were told.
func (o *office) read(a account.Actor) []notice.Notice {
	o.t.Helper()
	box, err := o.told.Of(o.t.Context(), a)
	o.must(err)
	return box.Notices
}

func TestOfferReachesTheBrokersOfTheNeed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	made, err := o.Make(t.Context(), qian, "XQ-1", " 用浮动滚压头，\n两天到厂 ")
	o.must(err)
	want := offer.Offer{Need: "XQ-1", Person: "ZJ-1", Name: "钱师傅", Note: "用浮动滚压头， 两天到厂", At: start}
	if diff := cmp.Diff(want, made); diff != "" {
		t.Error(diff)
	}
	o.now = o.now.Add(time.Hour)
	_, err = o.Make(t.Context(), zhou, "XQ-1", "")
	o.must(err)
	if _, err = o.Make(t.Context(), qian, "XQ-1", "改主意了，一天就到"); err != nil {
		t.Fatal(err)
	}
	told := o.read(wang)
	if len(told) != 2 || told[0].Record != "need/XQ-1" || !strings.Contains(told[0].Text+told[1].Text, "钱师傅揭榜") {
		t.Fatalf("the broker was told %+v", told)
	}
	for _, n := range told {
		if strings.Contains(n.Text, secretFirm) || strings.Contains(n.Text, "到厂") {
			t.Errorf("a notice says %q", n.Text)
		}
	}
	if got := o.read(away); len(got) != 0 {
		t.Errorf("a stranger was told %+v", got)
	}
	for _, a := range []account.Actor{wang, leader} {
		list, err := o.Of(t.Context(), a, "XQ-1")
		if err != nil || len(list) != 2 || list[0].Note+list[1].Note != "改主意了，一天就到" {
			t.Errorf("%s reads %+v, %v", a.Name, list, err)
		}
	}
	for _, a := range []account.Actor{away, firm, qian, {}} {
		if list, err := o.Of(t.Context(), a, "XQ-1"); !errs.Is(err, errs.Denied) || list != nil {
			t.Errorf("%s reads %+v, %v", a.Name, list, err)
		}
	}
}

func TestWithdraw(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if _, err := o.Own(t.Context(), qian, "XQ-1"); !errs.Is(err, errs.NotFound) {
		t.Errorf("before: %v", err)
	}
	_, err := o.Make(t.Context(), qian, "XQ-1", "一句")
	o.must(err)
	if own, err := o.Own(t.Context(), qian, "XQ-1"); err != nil || own.Note != "一句" {
		t.Errorf("%+v, %v", own, err)
	}
	if _, err := o.Own(t.Context(), zhou, "XQ-1"); !errs.Is(err, errs.NotFound) {
		t.Errorf("another's own: %v", err)
	}
	for range 2 {
		o.must(o.Withdraw(t.Context(), qian, "XQ-1"))
	}
	if list, err := o.Of(t.Context(), wang, "XQ-1"); err != nil || len(list) != 0 {
		t.Errorf("after: %+v, %v", list, err)
	}
}

func TestWhoMayOfferForWhat(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, c := range []struct {
		name  string
		actor account.Actor
		need  string
		note  string
		kind  errs.Kind
		code  string
	}{
		{"a visitor", account.Actor{}, "XQ-1", "", errs.Denied, "access.denied"},
		{"a firm", firm, "XQ-1", "", errs.Denied, "access.denied"},
		{"a broker", wang, "XQ-1", "", errs.Denied, "access.denied"},
		{"an account without a person", nobody, "XQ-1", "", errs.Invalid, "offer.no_person"},
		{"a need that others carry on", qian, "XQ-2", "", errs.Conflict, "offer.not_open"},
		{"a need for brokers only", qian, "XQ-3", "", errs.NotFound, "record.not_found"},
		{"a draft", qian, "XQ-4", "", errs.NotFound, "record.not_found"},
		{"no need", qian, "XQ-9", "", errs.NotFound, "record.not_found"},
		{"a long note", qian, "XQ-1", strings.Repeat("长", offer.MaxNote+1), errs.Invalid, ""},
	} {
		_, err := o.Make(t.Context(), c.actor, c.need, c.note)
		if !errs.Is(err, c.kind) || c.code != "" && errs.As(err).Code != c.code {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if kinds, err := o.store.Accounts().Kinds(t.Context()); err != nil || strings.Contains(strings.Join(names(kinds), " "), string(account.KindOffer)) {
		t.Errorf("kept: %v, %v", kinds, err)
	}
	if err := o.Withdraw(t.Context(), firm, "XQ-1"); !errs.Is(err, errs.Denied) {
		t.Errorf("a firm withdraws: %v", err)
	}
}

func names(kinds []account.ItemKind) (out []string) {
	for _, k := range kinds {
		out = append(out, string(k))
	}
	return out
}

// dying is a store whose process ends before a write of some kind.
type dying struct {
	account.Store
	before account.ItemKind
}

func (d dying) Insert(ctx context.Context, it account.Item) error {
	if it.Kind == d.before {
		return errs.New(errs.Unavailable, "test.killed", "断了。")
	}
	return d.Store.Insert(ctx, it)
}

// Whatever a kill cuts off, no offer is kept of which no broker was ever told, and
// said again it is there, told once.
func TestNoOfferIsKeptInSilence(t *testing.T) {
	t.Parallel()
	for _, before := range []account.ItemKind{account.KindNotice, account.KindOffer} {
		o := newOffice(t)
		whole := o.Store
		killed := *o.Service
		killed.Store = dying{whole, before}
		killed.Notices = &notice.Service{Store: killed.Store, Introductions: o.told.Introductions, Now: o.told.Now, Readers: o.told.Readers}
		if _, err := killed.Make(t.Context(), qian, "XQ-1", "用浮动滚压头"); !errs.Is(err, errs.Unavailable) {
			t.Fatalf("before %s: %v", before, err)
		}
		if list, err := o.Of(t.Context(), wang, "XQ-1"); err != nil || len(list) > 0 && len(o.read(wang)) == 0 {
			t.Errorf("before %s: %d offers nobody was told of, %v", before, len(list), err)
		}
		_, err := o.Make(t.Context(), qian, "XQ-1", "用浮动滚压头")
		o.must(err)
		if list, err := o.Of(t.Context(), wang, "XQ-1"); err != nil || len(list) != 1 || len(o.read(wang)) != 1 {
			t.Errorf("before %s, said again: %d offers, %d notices, %v", before, len(list), len(o.read(wang)), err)
		}
	}
}
