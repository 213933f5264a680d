package watch_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/indexer"
	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/notice"
	"hongniang/internal/search"
	"hongniang/internal/sqlitestore"
	"hongniang/internal/watch"
	"hongniang/internal/zh/segment"
)

var cutter = sync.OnceValue(func() *segment.Segmenter { return segment.New("") })

// world is a real store with a real index, at seven in the morning in China.
type world struct {
	t     testing.TB
	store *sqlitestore.Store
	index *indexer.Index
	saver *catalog.Service
	watch *watch.Service
	told  *notice.Service
	now   time.Time
}

func newWorld(t testing.TB) *world {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "watch.db"))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	index, err := indexer.Open(t.TempDir(), indexer.Options{Cutter: cutter(), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close(); store.Close() })
	w := &world{t: t, store: store, index: index, now: time.Date(2026, 11, 19, 23, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	w.saver = &catalog.Service{Store: store, Index: index, Now: clock, Log: log}
	w.told = &notice.Service{Store: store.Accounts(), Introductions: store.Introductions(), Now: clock}
	w.watch = &watch.Service{Items: store.Accounts(), Engine: index, Feed: store, Tell: w.told, Now: clock, Random: rand.Reader, Log: log}
	w.catchUp() // a running installation
	return w
}

func (w *world) result(code, title string) *catalog.Result {
	w.t.Helper()
	rec := &catalog.Result{Title: title, Summary: title}
	rec.Code, rec.Status, rec.Visibility = code, "published", "public"
	if err := w.saver.Create(w.t.Context(), "test", rec); err != nil {
		w.t.Fatal(err)
	}
	return rec
}

func (w *world) catchUp() {
	w.t.Helper()
	if err := w.index.CatchUp(w.t.Context(), w.store); err != nil {
		w.t.Fatal(err)
	}
	if err := w.watch.CatchUp(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// morning goes to eight o'clock of the next day and gives the digests of a user.
func (w *world) morning(user string) []notice.Notice {
	w.t.Helper()
	w.catchUp()
	w.now = w.now.AddDate(0, 0, 1).Truncate(24 * time.Hour).Add(30 * time.Minute)
	if err := w.watch.Digest(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	return w.notices(user)
}

func (w *world) notices(user string) []notice.Notice {
	w.t.Helper()
	box, err := w.told.Of(w.t.Context(), account.Actor{User: user, Role: account.Broker})
	if err != nil {
		w.t.Fatal(err)
	}
	return box.Notices
}

func (w *world) save(user, name, query string) watch.Search {
	w.t.Helper()
	one, err := w.watch.Save(w.t.Context(), user, name, watch.Ask{Query: query})
	if err != nil {
		w.t.Fatal(err)
	}
	return one
}

// What is new is told once, together, and what was there before never.
func TestDigest(t *testing.T) {
	w := newWorld(t)
	old := w.result("CG-1", "曲轴磨削烧伤")
	w.save("U1", "曲轴", "曲轴")
	w.save("U1", "焊接", "焊接飞溅")
	w.save("U2", "风电", "风电")
	w.result("CG-2", "曲轴在线测量")
	w.result("CG-3", "焊接飞溅清理")
	old.Summary = "曲轴磨削烧伤，改进"
	if err := w.saver.Update(t.Context(), "test", old); err != nil {
		t.Fatal(err)
	}
	hidden := &catalog.Need{Title: "曲轴的保密难题", Detail: "金丝雀机密"}
	hidden.Status, hidden.Visibility = "published", "internal"
	if err := w.saver.Create(t.Context(), "test", hidden); err != nil {
		t.Fatal(err)
	}
	got := w.morning("U1")
	if len(got) != 1 {
		t.Fatalf("%d notices", len(got))
	}
	if n := got[0]; n.Topic != notice.Searches || n.Path() != "/searches" || !strings.Contains(n.Text, "“曲轴”1 条") || !strings.Contains(n.Text, "“焊接”1 条") ||
		!slices.Equal(sorted(n.Why), []string{"曲轴在线测量", "焊接飞溅清理"}) {
		t.Errorf("%+v", got[0])
	}
	if len(w.notices("U2")) != 0 {
		t.Error("told of nothing")
	}
	if again := w.morning("U1"); len(again) != 1 {
		t.Errorf("told twice: %+v", again)
	}
	w.result("CG-4", "曲轴探伤")
	if later := w.morning("U1"); len(later) != 2 || !slices.Equal(later[0].Why, []string{"曲轴探伤"}) {
		t.Errorf("%+v", later)
	}
	mine, err := w.watch.Of(t.Context(), "U1")
	if err != nil || len(mine) != 2 || mine[0].Found+mine[1].Found != 2 || mine[0].Told.IsZero() {
		t.Errorf("%+v, %v", mine, err)
	}
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return out
}

// What was withdrawn before the digest goes out is not told.
func TestWithdrawnBeforeTheDigest(t *testing.T) {
	w := newWorld(t)
	w.save("U1", "曲轴", "曲轴")
	rec := w.result("CG-2", "曲轴在线测量")
	w.catchUp()
	if _, err := w.saver.Delete(t.Context(), "test", catalog.KindResult, "CG-2", rec.Rev); err != nil {
		t.Fatal(err)
	}
	if got := w.morning("U1"); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestNotBeforeEight(t *testing.T) {
	w := newWorld(t)
	w.save("U1", "曲轴", "曲轴")
	w.result("CG-2", "曲轴在线测量")
	w.catchUp()
	w.now = time.Date(2026, 11, 20, 23, 59, 0, 0, time.UTC) // 7:59 in China
	if err := w.watch.Digest(t.Context()); err != nil || len(w.notices("U1")) != 0 {
		t.Errorf("told at night: %v", err)
	}
}

func TestSwitch(t *testing.T) {
	w := newWorld(t)
	one := w.save("U1", "曲轴", "曲轴")
	if err := w.watch.Switch(t.Context(), "U1", one.Code, false); err != nil {
		t.Fatal(err)
	}
	w.result("CG-2", "曲轴在线测量")
	if got := w.morning("U1"); len(got) != 0 {
		t.Errorf("told while it was off: %+v", got)
	}
	if err := w.watch.Switch(t.Context(), "U1", one.Code, true); err != nil {
		t.Fatal(err)
	}
	if got := w.morning("U1"); len(got) != 0 {
		t.Errorf("told of what came while it was off: %+v", got)
	}
	w.result("CG-3", "曲轴探伤")
	if got := w.morning("U1"); len(got) != 1 {
		t.Errorf("not told after it is on again: %+v", got)
	}
}

func TestRenameAndDelete(t *testing.T) {
	w := newWorld(t)
	one := w.save("U1", "  曲轴   磨削 ", "曲轴")
	if one.Name != "曲轴 磨削" {
		t.Errorf("%q", one.Name)
	}
	if same := w.save("U1", "轴", "曲轴"); same.Code != one.Code || same.Name != "轴" {
		t.Errorf("the same search twice: %+v", same)
	}
	for name, err := range map[string]error{
		"rename": w.watch.Rename(t.Context(), "U2", one.Code, "我的"), "switch": w.watch.Switch(t.Context(), "U2", one.Code, false),
		"nobody": w.watch.Rename(t.Context(), "", one.Code, "我的"),
	} {
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("%s another's: %v", name, err)
		}
	}
	if err := w.watch.Rename(t.Context(), "U1", one.Code, "曲轴"); err != nil {
		t.Fatal(err)
	}
	if err := w.watch.Delete(t.Context(), "U2", one.Code); err != nil {
		t.Fatal(err)
	}
	w.result("CG-2", "曲轴在线测量")
	w.catchUp()
	if mine, err := w.watch.Of(t.Context(), "U1"); err != nil || len(mine) != 1 || mine[0].Name != "曲轴" {
		t.Errorf("%+v, %v", mine, err)
	}
	if err := w.watch.Delete(t.Context(), "U1", one.Code); err != nil {
		t.Fatal(err)
	}
	kinds, err := w.store.Accounts().Kinds(t.Context())
	if slices.Contains(kinds, watch.KindFound) || slices.Contains(kinds, watch.KindSearch) || err != nil {
		t.Errorf("left: %v, %v", kinds, err)
	}
}

func TestWhatMayBeSaved(t *testing.T) {
	w := newWorld(t)
	many := watch.Ask{Filters: map[search.Facet][]string{search.FacetRegion: slices.Repeat([]string{"370000"}, 21)}}
	for _, tt := range []struct {
		name  string
		ask   watch.Ask
		field string
	}{
		{"", watch.Ask{Query: "曲轴"}, "name"}, {strings.Repeat("长", 61), watch.Ask{Query: "曲轴"}, "name"}, {"空", watch.Ask{}, "ask"},
		{"长", watch.Ask{Query: strings.Repeat("长", 401)}, "ask"}, {"多", many, "ask"},
	} {
		if _, err := w.watch.Save(t.Context(), "U1", tt.name, tt.ask); !errs.Is(err, errs.Invalid) || errs.As(err).Fields[0].Field != tt.field {
			t.Errorf("%q: %v", tt.name, err)
		}
	}
	for i := range watch.MaxSearches {
		w.save("U1", "词", fmt.Sprint("词", i))
	}
	if _, err := w.watch.Save(t.Context(), "U1", "再来一个", watch.Ask{Query: "曲轴"}); !errs.Is(err, errs.Conflict) {
		t.Errorf("one too many: %v", err)
	}
	if _, err := w.watch.Save(t.Context(), "U1", "按条件", watch.Ask{Query: "词1", Kind: catalog.KindNeed}); !errs.Is(err, errs.Conflict) {
		t.Errorf("another kind is another search: %v", err)
	}
}

// deaf tells nobody for a while, as a process that is killed does.
type deaf struct {
	watch.Teller
	fails int
}

func (d *deaf) Say(ctx context.Context, readers []string, n notice.Notice) error {
	err := d.Teller.Say(ctx, readers, n)
	if d.fails > 0 { // it was said, and the process died before that was noted
		d.fails--
		return errs.New(errs.Unavailable, "store.unavailable", "数据库连不上。")
	}
	return err
}

// Killed between saying and noting it, the next process says nothing twice.
func TestKilledInADigest(t *testing.T) {
	w := newWorld(t)
	w.save("U1", "曲轴", "曲轴")
	w.result("CG-2", "曲轴在线测量")
	w.catchUp()
	w.watch.Tell = &deaf{w.told, 1}
	w.now = w.now.Add(2 * time.Hour)
	if err := w.watch.Digest(t.Context()); !errs.Is(err, errs.Unavailable) {
		t.Fatalf("%v", err)
	}
	w.now = w.now.Add(time.Minute)
	w.result("CG-3", "曲轴探伤") // between the two
	w.catchUp()
	if err := w.watch.Digest(t.Context()); err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, n := range w.notices("U1") {
		told = append(told, n.Why...)
	}
	if diff := cmp.Diff([]string{"曲轴在线测量", "曲轴探伤"}, sorted(told)); diff != "" {
		t.Error(diff)
	}
}

// A search that finds more than is remembered is told only of what was made since.
func TestWideSearch(t *testing.T) {
	w := newWorld(t)
	var recs []catalog.Record
	for i := range 1150 {
		rec := &catalog.Result{Title: fmt.Sprintf("数控车床第%d号改造", i), Summary: "数控车床"}
		rec.Code, rec.Status, rec.Visibility = fmt.Sprintf("CG-%04d", i), "published", "public"
		recs = append(recs, rec)
	}
	for _, err := range w.saver.SaveAll(t.Context(), "test", recs) {
		if err != nil {
			t.Fatal(err)
		}
	}
	w.catchUp()
	w.now = w.now.Add(time.Minute)
	one := w.save("U1", "数控", "数控车床")
	if !one.Wide || len(one.Known) < 1000 {
		t.Fatalf("%d known", len(one.Known))
	}
	for _, rec := range recs {
		if slices.Contains(one.Known, search.ID(catalog.KindResult, rec.Base().Code)) {
			continue
		}
		result := rec.(*catalog.Result)
		result.Summary = "数控车床，改进"
		if err := w.saver.Update(t.Context(), "test", result); err != nil {
			t.Fatal(err)
		}
		break
	}
	w.now = w.now.Add(time.Minute)
	w.result("CG-NEW", "数控车床全新改造")
	if got := w.morning("U1"); len(got) != 1 || !slices.Equal(got[0].Why, []string{"数控车床全新改造"}) {
		t.Errorf("%+v", got)
	}
}
