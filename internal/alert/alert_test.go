package alert_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
	"hongniang/internal/alert"
	"hongniang/internal/catalog"
	"hongniang/internal/notice"
)

// A new result reaches the enterprise whose need it fits and the brokers next
// above it, with the reason; what fits nothing reaches nobody.
func TestNewResult(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.create(w.crackNeed())
	w.catchUp()
	w.counts("nobody is there for the need", nil)
	w.create(w.crackResult("CG-1"))
	w.create(&catalog.Result{Meta: catalog.Meta{Status: "published"}, Title: "野生动物饲养场的夜间照明", Summary: "给饲养场装上定时照明，动物作息更有规律。"})
	if n := w.catchUp(); n != 2 {
		t.Errorf("%d records handled", n)
	}
	w.counts("a result", map[string]int{"U-firm": 1, "U-broker": 1})
	n := w.box(firm)[0]
	if n.Topic != notice.Matches || n.Record != "result/CG-1" || n.Need != "XQ-1" || n.Band == "" || len(n.Why) == 0 || !strings.Contains(n.Text, "曲轴圆角滚压强化工艺") {
		t.Errorf("%+v", n)
	}
	if n := w.box(broker)[0]; !strings.Contains(n.Text, "XQ-1《曲轴圆角滚压开裂怎样解决》") || len(n.Why) != 1 {
		t.Errorf("%+v", n)
	}
	w.catchUp()
	w.counts("again", map[string]int{"U-firm": 1, "U-broker": 1})
}

// A new need reaches the people whom it fits and its brokers; not its own firm's
// people.
func TestNewNeed(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.create(w.crackMaster())
	own := w.crackMaster()
	own.Code, own.Name, own.EmployerCode, own.EmployerName = "ZJ-2", "本厂师傅", "DW-1", "甲曲轴厂"
	w.create(own)
	w.addUser(account.Actor{User: "U-own", Name: "本厂师傅", Role: account.Provider, Person: "ZJ-2"})
	w.catchUp()
	w.create(w.crackNeed())
	w.catchUp()
	w.counts("a need", map[string]int{"U-master": 1, "U-broker": 1})
	if n := w.box(master)[0]; n.Record != "need/XQ-1" || len(n.Why) == 0 || !strings.Contains(n.Text, "适合您") {
		t.Errorf("%+v", n)
	}
	if got := w.box(account.Actor{User: "U-own", Role: account.Provider, Person: "ZJ-2"}); len(got) != 0 {
		t.Errorf("the firm's own master is told: %+v", got)
	}
	if len(w.orders) != 1 || w.orders[0].Reader != "user/U-master" || !w.orders[0].Together {
		t.Errorf("letters: %+v", w.orders)
	}
}

// Drafts and closed needs are no news; publishing is.
func TestOnlyWhatIsPublished(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	need := w.crackNeed()
	w.create(need)
	result := w.crackResult("CG-1")
	result.Status = "draft"
	w.create(result)
	w.catchUp()
	w.counts("a draft", nil)
	result.Status = "published"
	w.update(result)
	w.catchUp()
	w.counts("published", map[string]int{"U-firm": 1, "U-broker": 1})
	if _, err := w.records.StepNeed(t.Context(), "test", need.Code, 0, catalog.NeedStep{Step: catalog.CloseNeed, Reason: "已经解决"}); err != nil {
		t.Fatal(err)
	}
	w.create(w.crackResult("CG-2"))
	w.catchUp()
	w.counts("a closed need", map[string]int{"U-firm": 1, "U-broker": 1})
}

// A record that changes is matched again when its words did; of a pair one is told
// once.
func TestToldOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.create(w.crackNeed())
	result := w.crackResult("CG-1")
	w.create(result)
	w.catchUp()
	before := w.dump()
	result.RegionCode = "210000"
	w.update(result)
	if n := w.catchUp(); n != 0 {
		t.Errorf("%d records handled, none with new words", n)
	}
	result.Summary += "另有一句。"
	w.update(result)
	if n := w.catchUp(); n != 1 {
		t.Errorf("%d records handled", n)
	}
	w.counts("a changed result", map[string]int{"U-firm": 1, "U-broker": 1})
	if w.dump() == before {
		t.Error("nothing was noted")
	}
}

// Nobody gets more than his number in a week; staff get ten times as many.
func TestCap(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.create(w.crackNeed())
	w.catchUp()
	for _, code := range []string{"CG-1", "CG-2", "CG-3", "CG-4", "CG-5"} {
		w.create(w.crackResult(code))
	}
	w.catchUp()
	w.counts("five results", map[string]int{"U-firm": 3, "U-broker": 5})
	w.now = w.now.Add(7 * 24 * time.Hour)
	w.create(w.crackResult("CG-6"))
	w.catchUp()
	w.counts("a week later", map[string]int{"U-firm": 4, "U-broker": 6})
}

func TestOff(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	if _, err := w.alerts().Notices.SetModes(t.Context(), "user/U-firm", map[notice.Topic]notice.Mode{notice.Matches: notice.Off}); err != nil {
		t.Fatal(err)
	}
	w.create(w.crackNeed())
	w.create(w.crackResult("CG-1"))
	w.catchUp()
	w.counts("off", map[string]int{"U-broker": 1})
}

// What the index does not have yet waits, and is told when it is there.
func TestWaitsForTheIndex(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.create(w.crackNeed())
	w.catchUp()
	w.records.Index = nil // another process wrote
	w.create(w.crackResult("CG-1"))
	if n := w.catchUp(); n != 0 {
		t.Errorf("%d records handled before the index has them", n)
	}
	if err := w.index.CatchUp(t.Context(), w.store); err != nil {
		t.Fatal(err)
	}
	w.catchUp()
	w.counts("indexed", map[string]int{"U-firm": 1, "U-broker": 1})
}

// What never comes into the index holds up what is behind it for hours, not for ever.
func TestOneRecordDoesNotStopAlerts(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.create(w.crackNeed())
	w.catchUp()
	keep := w.records.Index
	w.records.Index = nil
	w.create(w.crackResult("CG-1"))
	w.records.Index = keep
	w.create(w.crackResult("CG-2"))
	alerts := w.alerts()
	for range 2 {
		if n, err := alerts.CatchUp(t.Context()); n != 0 || err != nil {
			t.Fatalf("%d handled, %v", n, err)
		}
		w.now = w.now.Add(time.Hour)
	}
	w.now = w.now.Add(6 * time.Hour)
	if n, err := alerts.CatchUp(t.Context()); n != 1 || err != nil {
		t.Errorf("%d handled, %v", n, err)
	}
	w.counts("behind it", map[string]int{"U-firm": 1, "U-broker": 1})
}

// Killed at any write and started again, it has told the same as without, once.
func TestKilledAnywhere(t *testing.T) {
	t.Parallel()
	whole := ""
	for n := -1; n < 30; n++ {
		w := newTown(t)
		w.create(w.crackMaster())
		w.create(w.crackNeed())
		w.create(w.crackResult("CG-1"))
		killed := false
		if n >= 0 {
			w.items = &dying{Store: w.store.Accounts(), left: n}
			_, err := w.alerts().CatchUp(t.Context())
			killed = err != nil
			w.items = w.store.Accounts()
		}
		w.catchUp()
		switch got := w.dump(); {
		case n < 0:
			whole = got
			w.counts("whole", map[string]int{"U-firm": 2, "U-broker": 2, "U-master": 1})
		case got != whole:
			t.Fatalf("killed at write %d:\n%s", n, cmp.Diff(strings.Split(whole, "\n"), strings.Split(got, "\n")))
		}
		if n >= 0 && !killed {
			t.Logf("%d writes", n)
			return
		}
	}
	t.Error("it never ended by itself")
}

// No confidential word of a need is in anything that alerts write.
func TestConfidentialWords(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.create(w.crackMaster())
	need := w.crackNeed()
	need.Detail = "金丝雀甲号密语：" + crack
	need.Background, need.Constraints = "金丝雀甲号密语背景", "金丝雀甲号密语限制"
	need.Contact = &catalog.Contact{Name: "金丝雀联系人", Email: "canary@example.cn"}
	w.create(need)
	for _, hidden := range []string{"nda", "broker_only"} {
		secret := w.crackNeed()
		secret.Code, secret.Title, secret.Confidentiality, secret.EnterpriseName = "XQ-"+hidden, "金丝雀乙号滚压开裂"+hidden, hidden, "金丝雀厂"+hidden
		secret.EnterpriseCode = ""
		w.create(secret)
	}
	w.create(w.crackResult("CG-1"))
	result := w.crackResult("CG-2")
	result.Summary += "金丝雀甲号密语" // the word itself stands in a public text
	w.create(result)
	w.catchUp()
	if len(w.box(firm)) == 0 {
		t.Fatal("nobody was told anything")
	}
	all := w.dump()
	for _, o := range w.orders {
		all += string(o.About)
	}
	for _, word := range []string{"金丝雀", "canary@", "甲曲轴厂"} {
		if strings.Contains(all, word) {
			t.Errorf("%q leaked:\n%s", word, all)
		}
	}
}

// Of many records that are brought in at once only the last are news, and what comes
// after them is as before.
func TestMuchAtOnceIsNoNews(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.create(w.crackNeed())
	w.catchUp()
	w.create(w.crackResult("CG-1"))
	for i := range 5 {
		w.create(&catalog.Result{Meta: catalog.Meta{Status: "published"}, Title: fmt.Sprintf("饲养场照明第%d种", i), Summary: "给饲养场装上定时照明。"})
	}
	alerts := w.alerts()
	alerts.News = 3
	if n, err := alerts.CatchUp(t.Context()); err != nil || n != 3 {
		t.Errorf("%d records handled, want the last 3; %v", n, err)
	}
	w.counts("much at once", nil)
	w.create(w.crackResult("CG-2"))
	if n, err := alerts.CatchUp(t.Context()); err != nil || n != 1 {
		t.Errorf("%d records handled, want 1; %v", n, err)
	}
	w.counts("afterwards", map[string]int{"U-firm": 1, "U-broker": 1})
}

// Between records alerts rest, whether these came in at once or one by one, and not
// before the first: nobody waits for the alert of a single record.
func TestRestsBetweenRecords(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.create(w.crackNeed())
	w.catchUp()
	alerts, rests := w.alerts(), 0
	alerts.Rest = func(context.Context, time.Duration, time.Duration) { rests++ }
	for _, code := range []string{"CG-1", "CG-2", "CG-3"} {
		w.create(w.crackResult(code))
	}
	if n, err := alerts.CatchUp(t.Context()); err != nil || n != 3 || rests != 2 {
		t.Errorf("%d records handled with %d rests, %v", n, rests, err)
	}
	w.create(w.crackResult("CG-4"))
	if n, err := alerts.CatchUp(t.Context()); err != nil || n != 1 || rests != 3 {
		t.Errorf("%d records handled after one more, with %d rests in all, %v", n, rests, err)
	}
}

func TestPlaceIsKept(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.create(w.crackNeed())
	w.catchUp()
	it, err := w.store.Accounts().Get(t.Context(), alert.KindPlace, "feed")
	if err != nil || !strings.Contains(string(it.Body), `"seq":`) {
		t.Errorf("%s, %v", it.Body, err)
	}
}

// reading counts the items that are read by their owner.
type reading struct {
	account.Store
	items int
}

func (r *reading) Owned(ctx context.Context, kind account.ItemKind, owner string) ([]account.Item, error) {
	out, err := r.Store.Owned(ctx, kind, owner)
	r.items += len(out)
	return out, err
}

// Whoever was told much in a year costs no more than anybody else: only his week
// is counted.
func TestCountingIsFlat(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.create(w.crackNeed())
	w.catchUp()
	for week := range 4 {
		w.now = w.now.Add(7*24*time.Hour + time.Second)
		if _, err := w.items.DeleteExpired(t.Context(), w.now); err != nil {
			t.Fatal(err)
		}
		r := &reading{Store: w.store.Accounts()}
		w.items = r
		for i := range 3 {
			w.create(w.crackResult(fmt.Sprintf("CG-%d-%d", week, i)))
		}
		w.catchUp()
		if r.items != 2*(0+1+2) { // by firm and broker, at each of three results
			t.Errorf("week %d: %d items read", week, r.items)
		}
		w.items = w.store.Accounts()
	}
	w.counts("four weeks", map[string]int{"U-firm": 12, "U-broker": 12})
}
