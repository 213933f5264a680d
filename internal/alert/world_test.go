package alert_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hongniang/configs"
	"hongniang/indexer"
	"hongniang/internal/account"
	"hongniang/internal/alert"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/mail"
	"hongniang/internal/notice"
	"hongniang/internal/sqlitestore"
	"hongniang/internal/zh/segment"
	"hongniang/matcher"
)

var cutter = sync.OnceValue(func() *segment.Segmenter { return segment.New(configs.Text("userdict.txt")) })

// town is a small installation whose clock a test sets.
type town struct {
	t       *testing.T
	now     time.Time
	store   *sqlitestore.Store
	index   *indexer.Index
	records *catalog.Service
	items   account.Store // what alerts and notices write to
	orders  []mail.Order
	perWeek int
}

var (
	firm   = account.Actor{User: "U-firm", Name: "赵敏", Role: account.Enterprise, Org: "DW-1"}
	master = account.Actor{User: "U-master", Name: "钱师傅", Role: account.Provider, Person: "ZJ-1"}
	broker = account.Actor{User: "U-broker", Name: "红娘", Role: account.Broker, Org: "GH-2"}
	far    = account.Actor{User: "U-far", Name: "外地红娘", Role: account.Broker, Org: "GH-9"}
)

func newTown(t *testing.T) *town {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(dir, "hongniang.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	index, err := indexer.Open(filepath.Join(dir, "index"), indexer.Options{Cutter: cutter(), Related: []byte(configs.Text("related.tsv"))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	w := &town{t: t, now: time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC), store: store, index: index, items: store.Accounts(), perWeek: 3}
	w.records = &catalog.Service{Store: store, Index: index, Now: w.clock, Log: slog.New(slog.DiscardHandler)}
	w.settle()
	w.catchUp() // what is there already is no news
	return w
}

func (w *town) clock() time.Time { return w.now }

// settle fills the town: unions, firms, people and accounts.
func (w *town) settle() {
	w.t.Helper()
	for _, rec := range []catalog.Record{
		&catalog.Organisation{Meta: catalog.Meta{Code: "GH-1"}, Name: "省总", OrganisationKind: "union"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "GH-2"}, Name: "市总", OrganisationKind: "union", ParentCode: "GH-1"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "GH-3"}, Name: "县总", OrganisationKind: "union", ParentCode: "GH-2"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "GH-9"}, Name: "外地总", OrganisationKind: "union"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "DW-1", Status: "published"}, Name: "甲曲轴厂", OrganisationKind: "enterprise"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "DW-2", Status: "published"}, Name: "乙机械厂", OrganisationKind: "enterprise"},
	} {
		w.create(rec)
	}
	for i := range 12 { // so that words tell documents apart
		w.create(&catalog.Result{Meta: catalog.Meta{Status: "published"}, Title: fmt.Sprintf("养老护理与中式烹调培训方法第%d种", i), Summary: "面向护理员与厨师的培训教材、考核办法和竞赛题库。"})
	}
	for _, a := range []account.Actor{firm, master, broker, far} {
		w.addUser(a)
	}
}

func (w *town) addUser(a account.Actor) {
	w.t.Helper()
	u := account.User{Code: a.User, Login: a.User, Name: a.Name, Role: a.Role, Org: a.Org, Person: a.Person}
	body := fmt.Sprintf(`{"code":%q,"login":%q,"name":%q,"role":%q,"org":%q,"person":%q}`, u.Code, u.Login, u.Name, u.Role, u.Org, u.Person)
	if err := w.store.Accounts().Insert(w.t.Context(), account.Item{Kind: account.KindUser, ID: u.Code, Name: u.Login, Body: []byte(body)}); err != nil {
		w.t.Fatal(err)
	}
}

// crack is what a need of the town and its results are about.
const crack = "曲轴圆角滚压后出现微裂纹，疲劳强度不够，希望改进滚压工艺参数和滚轮寿命。"

func (w *town) crackNeed() *catalog.Need {
	return &catalog.Need{
		Meta: catalog.Meta{Code: "XQ-1", Union: "GH-3", Status: "published", Visibility: "public"}, Title: "曲轴圆角滚压开裂怎样解决", SummaryPublic: crack,
		EnterpriseCode: "DW-1", EnterpriseName: "甲曲轴厂", Confidentiality: "summary_only",
	}
}

func (w *town) crackResult(code string) *catalog.Result {
	return &catalog.Result{
		Meta: catalog.Meta{Code: code, Status: "published", Visibility: "public"}, Title: "曲轴圆角滚压强化工艺" + code, Summary: crack + "本成果调整滚压力和滚轮，曲轴圆角不再开裂。",
		CompletingOrgs: []string{"乙机械厂"},
	}
}

func (w *town) crackMaster() *catalog.Expert {
	return &catalog.Expert{
		Meta: catalog.Meta{Code: "ZJ-1", Status: "published", Visibility: "public"}, Name: "钱师傅", EmployerName: "乙机械厂", EmployerCode: "DW-2",
		Expertise: "三十年曲轴滚压：曲轴圆角滚压开裂、微裂纹、疲劳强度，滚压工艺参数，滚轮寿命。" + crack,
		Contact:   &catalog.Contact{Name: "钱师傅", Email: "qian@example.cn"},
	}
}

func (w *town) create(rec catalog.Record) {
	w.t.Helper()
	w.now = w.now.Add(time.Second)
	if err := w.records.Create(w.t.Context(), "test", rec); err != nil {
		w.t.Fatalf("%s: %v", rec.Heading(), err)
	}
}

func (w *town) update(rec catalog.Record) {
	w.t.Helper()
	if err := w.records.Update(w.t.Context(), "test", rec); err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) users(ctx context.Context, after string, limit int) ([]account.User, error) {
	return (&account.Service{Store: w.store.Accounts()}).Users(ctx, after, limit)
}

// alerts is the service of a new process: all that it knows is in the store.
func (w *town) alerts() *alert.Service {
	notices := &notice.Service{
		Store: w.items, Introductions: w.store.Introductions(), Now: w.clock, Readers: &notice.Readers{Users: w.users, Records: w.store, Store: w.items},
		Order: func(_ context.Context, o mail.Order) error { w.orders = append(w.orders, o); return nil },
	}
	return &alert.Service{
		Feed: w.store, Index: w.index, Notices: notices, Store: w.items, Now: w.clock, Log: slog.New(slog.DiscardHandler), PerWeek: w.perWeek,
		Matcher: &matcher.Matcher{Engine: w.index, Now: w.clock, Facts: &matcher.Records{Store: w.store, Cases: w.store.Introductions()}},
	}
}

func (w *town) catchUp() int {
	w.t.Helper()
	n, err := w.alerts().CatchUp(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *town) box(a account.Actor) []notice.Notice {
	w.t.Helper()
	box, err := w.alerts().Notices.Of(w.t.Context(), a)
	if err != nil {
		w.t.Fatal(err)
	}
	return box.Notices
}

// counts checks how many alerts each has.
func (w *town) counts(what string, want map[string]int) {
	w.t.Helper()
	for _, a := range []account.Actor{firm, master, broker, far} {
		if got := len(w.box(a)); got != want[a.User] {
			w.t.Errorf("%s: %s has %d alerts, want %d: %+v", what, a.User, got, want[a.User], w.box(a))
		}
	}
}

// dump is everything that was written of alerts, notices and letters.
func (w *town) dump() string {
	w.t.Helper()
	var out []string
	for _, kind := range []account.ItemKind{account.KindNotice, alert.KindTold, alert.KindPlace, alert.KindWeek, notice.KindPreference} {
		items, err := w.store.Accounts().Scan(w.t.Context(), kind, "", 1000)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, it := range items {
			out = append(out, fmt.Sprintf("%s %s %s %s", it.Kind, it.ID, it.Owner, it.Body))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// dying is a store that is killed at its n-th write.
type dying struct {
	account.Store
	left int
}

func (d *dying) write() error {
	if d.left--; d.left < 0 {
		return errs.New(errs.Unavailable, "test.killed", "杀掉了。")
	}
	return nil
}

func (d *dying) Insert(ctx context.Context, it account.Item) error {
	if err := d.write(); err != nil {
		return err
	}
	return d.Store.Insert(ctx, it)
}

func (d *dying) Replace(ctx context.Context, it account.Item) error {
	if err := d.write(); err != nil {
		return err
	}
	return d.Store.Replace(ctx, it)
}
