package verdict_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/indexer"
	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/sqlitestore"
	"hongniang/internal/verdict"
	"hongniang/internal/zh"
	"hongniang/internal/zh/segment"
	"hongniang/matcher"
)

// office is a small installation, with a clock that a test sets.
type office struct {
	*verdict.Service
	t     *testing.T
	mu    sync.Mutex
	now   time.Time
	store *sqlitestore.Store
	cat   *catalog.Service
	index *indexer.Index
}

var (
	wang    = account.Actor{User: "U-wang", Name: "红娘王", Role: account.Broker, Org: "GH-2"}
	li      = account.Actor{User: "U-li", Name: "红娘李", Role: account.Broker, Org: "GH-2"}
	leader  = account.Actor{User: "U-sun", Name: "孙主席", Role: account.Leader, Org: "GH-1"}
	faraway = account.Actor{User: "U-far", Name: "远方", Role: account.Broker, Org: "GH-9"}
	firm    = account.Actor{User: "U-firm", Name: "赵敏", Role: account.Enterprise, Org: "DW-1"}
	cutter  = sync.OnceValue(func() *segment.Segmenter { return segment.New("") })
)

const secretDetail = "连杆颈滚压压力设定在九点三兆帕以上会压溃沉割槽"

func records() []catalog.Record {
	return []catalog.Record{
		&catalog.Organisation{Meta: catalog.Meta{Code: "GH-1"}, Name: "省总", OrganisationKind: "union"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "GH-2"}, Name: "市总", OrganisationKind: "union", ParentCode: "GH-1"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "DW-1"}, Name: "天润曲轴厂", OrganisationKind: "enterprise"},
		&catalog.Need{
			Meta: catalog.Meta{Code: "XQ-1", Union: "GH-2", Status: "published"}, Title: "曲轴圆角滚压开裂", EnterpriseCode: "DW-1", EnterpriseName: "天润曲轴厂",
			SummaryPublic: "曲轴圆角滚压后探伤有裂纹，想找懂滚压工艺的师傅。", Detail: secretDetail, Confidentiality: "summary_only",
			Contact: &catalog.Contact{Name: "赵敏", Phone: "13800000001"},
		},
		&catalog.Expert{
			Meta: catalog.Meta{Code: "ZJ-1", Union: "GH-2", Status: "published"}, Name: "钱师傅", Expertise: "曲轴圆角滚压工艺，裂纹探伤",
			Consent: &catalog.Consent{ProfilePublic: true, SignedAt: "2026-01-01"},
		},
		&catalog.Result{Meta: catalog.Meta{Code: "CG-1", Status: "published"}, Title: "曲轴圆角滚压机", Summary: "滚压曲轴圆角，消除裂纹。"},
		&catalog.Result{Meta: catalog.Meta{Code: "CG-2", Status: "draft"}, Title: "没有发布的成果"},
	}
}

func newOffice(t *testing.T) *office {
	t.Helper()
	dir, log := t.TempDir(), slog.New(slog.DiscardHandler)
	store, err := sqlitestore.Open(t.Context(), filepath.Join(dir, "hongniang.db"))
	if err != nil {
		t.Fatal(err)
	}
	index, err := indexer.Open(filepath.Join(dir, "index"), indexer.Options{Cutter: cutter(), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close(); store.Close() })
	o := &office{t: t, now: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC), store: store}
	clock := func() time.Time { o.mu.Lock(); defer o.mu.Unlock(); return o.now }
	o.cat = &catalog.Service{Store: store, Index: index, Now: clock, Log: log}
	m := &matcher.Matcher{Engine: index, Now: clock, Facts: &matcher.Records{Store: store, Cases: store.Introductions()}}
	o.Service = &verdict.Service{Store: store.Accounts(), Records: o.cat, Ranker: m, Now: clock}
	for _, rec := range records() {
		if err := o.cat.Create(t.Context(), "test", rec); err != nil {
			t.Fatal(err)
		}
	}
	for i, topic := range strings.Fields(otherTopics) {
		rec := &catalog.Result{Meta: catalog.Meta{Code: fmt.Sprintf("CG-1%02d", i), Status: "published"}, Title: topic + "改进", Summary: topic}
		if err := o.cat.Create(t.Context(), "test", rec); err != nil {
			t.Fatal(err)
		}
	}
	o.index = index
	o.caughtUp()
	return o
}

// otherTopics make words of the need rare, as they are in an installation.
const otherTopics = "茶叶炒制温控 换流阀清灰 喷漆循环水 电主轴异响 玻璃纤维浸胶 污水厂曝气 矿井通风机 渔网定型 光缆熔接 猪舍除臭 面粉除尘 锅炉结焦 陶瓷辊道窑 钢轨打磨 塔吊防碰撞 印刷套准 轮胎硫化 苹果分级 海带晾晒 变压器漏油"

// caughtUp lets the index see what was saved.
func (o *office) caughtUp() {
	o.t.Helper()
	if err := o.index.CatchUp(o.t.Context(), o.store); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) judge(a account.Actor, j verdict.Judgement) verdict.Opinion {
	o.t.Helper()
	o.mu.Lock()
	o.now = o.now.Add(time.Minute)
	o.mu.Unlock()
	e, err := o.Judge(o.t.Context(), a, j)
	if err != nil {
		o.t.Fatalf("%+v: %v", j, err)
	}
	return e
}

func of(code verdict.Code, note string) verdict.Judgement {
	return verdict.Judgement{Need: "XQ-1", Kind: catalog.KindExpert, Candidate: "ZJ-1", Code: code, Note: note}
}

// A verdict is kept with its run; the next replaces it and keeps it as history.
func TestJudge(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	first := o.judge(wang, of(verdict.WrongField, " 只做过\n大轴 "))
	if first.Run.Rank != 1 || first.Run.Score <= 0 || first.Run.Band == "" || first.Run.Weights == "" || first.Run.Index == 0 || first.Run.NeedRev != 1 || len(first.Run.Text) != 12 {
		t.Errorf("run %+v", first.Run)
	}
	if first.Note != "只做过 大轴" || first.Name != "红娘王" || len(first.Earlier) != 0 {
		t.Errorf("first %+v", first)
	}
	second := o.judge(wang, of(verdict.Strong, ""))
	o.judge(li, of(verdict.Unavailable, "要到年底"))
	list, err := o.Of(t.Context(), leader, "XQ-1")
	if err != nil || len(list) != 2 {
		t.Fatalf("%d verdicts, %v", len(list), err)
	}
	if diff := cmp.Diff([]verdict.Verdict{first.Verdict}, second.Earlier); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	standing := verdict.Standing(list)
	if v := standing[first.Pair()]; len(standing) != 1 || v.Code != verdict.Unavailable {
		t.Errorf("the last word is %+v", standing)
	}
	o.judge(li, of(verdict.Withdrawn, ""))
	list, _ = o.Of(t.Context(), wang, "XQ-1")
	if v := verdict.Standing(list)[first.Pair()]; v.Code != verdict.Strong {
		t.Errorf("after it was withdrawn: %+v", v)
	}
}

// The name of weights and of a text change with them, and with nothing else.
func TestRunIsNamed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	first := o.judge(wang, of(verdict.Useful, ""))
	again := o.judge(wang, of(verdict.Useful, ""))
	if diff := cmp.Diff(first.Run, again.Run); diff != "" {
		t.Errorf("the same run (-first +again):\n%s", diff)
	}
	rec, err := o.cat.Get(t.Context(), catalog.KindNeed, "XQ-1")
	if err != nil {
		t.Fatal(err)
	}
	need := catalog.Clone(rec).(*catalog.Need)
	need.Background = "新近换了滚压头"
	if err := o.cat.Update(t.Context(), "test", need); err != nil {
		t.Fatal(err)
	}
	o.caughtUp()
	w := matcher.DefaultWeights()
	w.Vote = 2
	o.Ranker.(*matcher.Matcher).Weights = &w
	changed := o.judge(wang, of(verdict.Useful, "")).Run
	if changed.Text == first.Run.Text || changed.Weights == first.Run.Weights || changed.NeedRev != 2 || changed.Index <= first.Run.Index {
		t.Errorf("before %+v, after %+v", first.Run, changed)
	}
}

func TestJudgeRefuses(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	other := of(verdict.Strong, "")
	other.Candidate = "ZJ-9"
	hidden := verdict.Judgement{Need: "XQ-1", Kind: catalog.KindResult, Candidate: "CG-2", Code: verdict.Strong}
	firmed := verdict.Judgement{Need: "XQ-1", Kind: catalog.KindOrganisation, Candidate: "DW-1", Code: verdict.Strong}
	missing := of(verdict.Strong, "")
	missing.Need = "XQ-9"
	for name, c := range map[string]struct {
		who  account.Actor
		j    verdict.Judgement
		kind errs.Kind
	}{
		"another union":         {faraway, of(verdict.Strong, ""), errs.Denied},
		"a leader":              {leader, of(verdict.Strong, ""), errs.Denied},
		"the firm":              {firm, of(verdict.Strong, ""), errs.Denied},
		"unknown code":          {wang, of("很好", ""), errs.Invalid},
		"no code":               {wang, of("", ""), errs.Invalid},
		"too long":              {wang, of(verdict.Strong, strings.Repeat("好", 201)), errs.Invalid},
		"the firm's name":       {wang, of(verdict.Strong, "天润 曲轴厂 已经认识他"), errs.Invalid},
		"the contact":           {wang, of(verdict.Strong, "赵敏说可以"), errs.Invalid},
		"a number":              {wang, of(verdict.Strong, "打 13800000001"), errs.Invalid},
		"confidential words":    {wang, of(verdict.Strong, "他懂压力设定在九点三兆帕的做法"), errs.Invalid},
		"unknown candidate":     {wang, other, errs.NotFound},
		"a draft":               {wang, hidden, errs.NotFound},
		"a firm as a candidate": {wang, firmed, errs.Invalid},
		"unknown need":          {wang, missing, errs.NotFound},
	} {
		if _, err := o.Judge(t.Context(), c.who, c.j); !errs.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list, err := o.Of(t.Context(), wang, "XQ-1"); err != nil || len(list) != 0 {
		t.Errorf("something was kept: %+v %v", list, err)
	}
	if _, err := o.Of(t.Context(), firm, "XQ-1"); !errs.Is(err, errs.Denied) {
		t.Errorf("the firm reads: %v", err)
	}
	o.judge(wang, of(verdict.Strong, "曲轴圆角滚压他做过多年")) // words of the public text may be said
}

// Many clicks at once of one broker: nothing is lost, one is the last.
func TestJudgeAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const clicks = 8
	var wait sync.WaitGroup
	for i := range clicks {
		wait.Go(func() {
			if _, err := o.Judge(t.Context(), wang, of(verdict.Codes()[i%3], fmt.Sprintf("第 %d 次", i))); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	list, err := o.Of(t.Context(), wang, "XQ-1")
	if err != nil || len(list) != 1 || len(list[0].Earlier) != clicks-1 {
		t.Fatalf("%+v %v", list, err)
	}
}

// Pages give everything that somebody may read once, and nothing else.
func TestList(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, who := range []account.Actor{wang, li} {
		o.judge(who, of(verdict.Useful, ""))
		o.judge(who, verdict.Judgement{Need: "XQ-1", Kind: catalog.KindResult, Candidate: "CG-1", Code: verdict.Strong})
	}
	var got []string
	for after := ""; ; {
		page, err := o.List(t.Context(), leader, after, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Items {
			got = append(got, e.Candidate+" "+e.By)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"ZJ-1 U-li", "ZJ-1 U-wang", "CG-1 U-li", "CG-1 U-wang"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, who := range []account.Actor{faraway, firm, {}} {
		if page, err := o.List(t.Context(), who, "", 10); err != nil || len(page.Items) != 0 {
			t.Errorf("%s reads %+v %v", who.Name, page.Items, err)
		}
	}
	if all, err := verdict.All(t.Context(), o.store.Accounts()); err != nil || len(all) != 4 {
		t.Errorf("%d in all, %v", len(all), err)
	}
}

// Who has no time is said to be away, by who may change him; matching leaves him
// out until then.
func TestAway(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for until, kind := range map[string]errs.Kind{"": errs.Invalid, "2026-11-19": errs.Invalid, "明年": errs.Invalid, "2029-01-01": errs.Invalid} {
		if err := o.Away(t.Context(), wang, "ZJ-1", until); !errs.Is(err, kind) {
			t.Errorf("%q: %v", until, err)
		}
	}
	if err := o.Away(t.Context(), faraway, "ZJ-1", "2026-12-31"); !errs.Is(err, errs.Denied) {
		t.Errorf("another union's broker: %v", err)
	}
	if err := o.Away(t.Context(), wang, "ZJ-1", "2026-12-31"); err != nil {
		t.Fatal(err)
	}
	e := o.judge(wang, of(verdict.Unavailable, ""))
	if e.Run.Rank != 0 || e.Run.Band != "insufficient" {
		t.Errorf("he is still proposed: %+v", e.Run)
	}
}

func TestCodes(t *testing.T) {
	t.Parallel()
	fit := 0
	for _, c := range verdict.Codes() {
		if c.Label() == string(c) || c.Label() == "" {
			t.Errorf("%s has no label", c)
		}
		if grade, ok := c.Grade(); ok {
			fit++
		} else if grade != 0 {
			t.Errorf("%s says nothing of fit, and has grade %d", c, grade)
		}
	}
	if keys := catalog.Vocab("verdict").Labels(); len(keys) != len(verdict.Codes()) || fit != 4 {
		t.Errorf("vocabulary %v, %d of fit", keys, fit)
	}
}

// A name that is nowhere public is found in whatever it is wrapped in, and no
// sentence makes it fail.
func FuzzReveals(f *testing.F) {
	f.Add("天润厂", "去 ")
	f.Add("", "")
	f.Add("a", "\xff")
	f.Fuzz(func(t *testing.T, name, sentence string) {
		need := &catalog.Need{Meta: catalog.Meta{Status: "published"}, Title: "曲轴开裂", EnterpriseName: name, Confidentiality: "summary_only"}
		got := verdict.Reveals(need, sentence+name+sentence)
		if n := len([]rune(name)); isHan(name) && n >= 2 && n <= 20 && !strings.Contains(need.Title, name) && !got {
			t.Errorf("%q in %q is let through", name, sentence)
		}
	})
}

// isHan keeps to names that no folding changes.
func isHan(s string) bool {
	for _, r := range s {
		if r < 0x4E00 || r > 0x9000 {
			return false
		}
	}
	return zh.Fold(s) == s
}

// A number or an address of the need is known however it is written; what is public of
// it, and another number, may be said.
func TestRevealsNumbersHoweverWritten(t *testing.T) {
	t.Parallel()
	need := &catalog.Need{
		Meta: catalog.Meta{Status: "published"}, Title: "曲轴开裂", SummaryPublic: "总机 0531-82345678。", Confidentiality: "summary_only",
		Contact: &catalog.Contact{Name: "赵敏", Phone: "0631-7654321", Email: "zhao.min@example.cn"}, Detail: "联系人手机 13800000001。",
	}
	for said, want := range map[string]bool{
		"打 13800000001 问过": true, "打 138 0000 0001 问过": true, "打 138-0000-0001 问过": true, "打 +86 13800000001 问过": true, "打１３８０００００００１问过": true, "打（0631）765 4321 问过": true,
		"座机 7654321": true, "写信到 Zhao.Min＠example.cn": true, "总机 0531 8234 5678 问过": false, "打 13900000009 问过": false, "懂滚压，2019 年做过": false,
	} {
		if got := verdict.Reveals(need, said); got != want {
			t.Errorf("%s: %v", said, got)
		}
	}
}
