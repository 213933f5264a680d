package frontend_test

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"hongniang/frontend"
	"hongniang/indexer"
	"hongniang/internal/backup"
	"hongniang/internal/errs"
	"hongniang/internal/lexicon"
	"hongniang/internal/sqlitestore"
	"hongniang/internal/upkeep"
	"hongniang/internal/zh"
	"hongniang/internal/zh/segment"
)

const shippedSynonyms = "数控机床=CNC\n电主轴=高速主轴\n"

// operation is what administrators look after in the world, on its store and index.
func (w *world) operation(store *sqlitestore.Store, index *indexer.Index) *frontend.Operation {
	words := &lexicon.Service{
		Items: store.Accounts(), Now: w.records.Now, Shipped: map[lexicon.List]string{lexicon.Synonyms: shippedSynonyms, lexicon.Words: "电主轴 5000 n\n"},
		Use: func(r lexicon.Revision) {
			if r.List == lexicon.Synonyms {
				index.UseSynonyms(zh.ParseSynonyms(r.Text))
			}
		},
	}
	return &frontend.Operation{
		Lexicon: words, Feed: store,
		Backups: &backup.Keeper{Dir: w.t.TempDir(), Now: w.records.Now, DB: backup.Database{Snapshot: store.Snapshot, Verify: func(ctx context.Context, path string) (string, error) {
			c, err := sqlitestore.Verify(ctx, path)
			return fmt.Sprintf("%d 条记录", c.Records), err
		}}},
		Trial: &lexicon.Trial{Searcher: index, Cutter: func(text string) (zh.Cutter, error) { s := segment.New(text); return s, s.Wait() }},
		Index: func(ctx context.Context) (upkeep.Index, error) {
			h, err := index.Health(ctx)
			return upkeep.Index{Documents: h.Documents, Segments: h.Segments, Bytes: h.Bytes, Memory: h.Memory, Budget: h.Budget, Checkpoint: h.Checkpoint}, err
		},
		Rebuild: &upkeep.Rebuild{Now: w.records.Now, Count: func(ctx context.Context) (int, error) { return 60, nil },
			Do: func(ctx context.Context, progress func(int)) error { return index.Rebuild(ctx, store, progress) }},
	}
}

func TestSynonymsPage(t *testing.T) {
	w := newWorld(t)
	admin := w.cast()["administrator"]
	const at = "/admin/lexicon/synonyms"
	if _, body := admin.get(at); !strings.Contains(body, "数控机床=CNC") || !strings.Contains(body, "程序自带") {
		t.Fatalf("the list: %s", body)
	}
	res, body := admin.post(at, "do", "save", "base", "0", "text", "数控机床=CNC\n只有一个\n异响=电主轴", "note", "试试")
	if res.StatusCode != 422 || !strings.Contains(body, "第 2 行") || !strings.Contains(body, "至少要有两个说法") || !strings.Contains(body, "异响=电主轴") || !strings.Contains(body, `value="试试"`) {
		t.Errorf("a faulty line: %d %s", res.StatusCode, body)
	}
	res, body = admin.post(at, "do", "try", "base", "0", "text", shippedSynonyms+"怪响=异响\n", "sample", "怪响怎么办", "examples", "怪响\n电主轴")
	if res.StatusCode != 200 || !strings.Contains(body, "怪响=异响") || !strings.Contains(body, "新进前十") || !strings.Contains(body, "异响怎么办") || !strings.Contains(body, "没有变化") {
		t.Errorf("a trial: %d %s", res.StatusCode, body)
	}
	if _, body := admin.get("/search?q=怪响"); !strings.Contains(body, "没有找到") {
		t.Error("a trial changes what is found")
	}
	if res, _ := admin.post(at, "do", "save", "base", "0", "text", shippedSynonyms+"怪响=异响\n", "note", "钳工说法"); res.StatusCode != 303 {
		t.Fatalf("saved: %d", res.StatusCode)
	}
	if _, body := admin.get("/search?q=怪响"); strings.Contains(body, "没有找到") {
		t.Error("what was saved is not used")
	}
	if _, body := admin.get(at + "?done=saved"); !strings.Contains(body, "第 1 版") || !strings.Contains(body, "钳工说法") || !strings.Contains(body, "<li>怪响=异响</li>") || !strings.Contains(body, "已保存") {
		t.Errorf("the history: %s", body)
	}
	if res, body := admin.post(at, "do", "save", "base", "1", "text", shippedSynonyms+"怪响=异响\n"); res.StatusCode != 422 || !strings.Contains(body, "没有改动") {
		t.Errorf("nothing to save: %d", res.StatusCode)
	}
}

// The second of two who edit is refused, and shown both texts.
func TestTwoEditSynonyms(t *testing.T) {
	w := newWorld(t)
	admin := w.cast()["administrator"]
	const at = "/admin/lexicon/synonyms"
	admin.post(at, "do", "save", "base", "0", "text", shippedSynonyms+"甲乙=丙丁\n")
	res, body := admin.post(at, "do", "save", "base", "0", "text", shippedSynonyms+"戊己=庚辛\n")
	if res.StatusCode != http.StatusConflict && res.StatusCode != http.StatusPreconditionFailed {
		t.Errorf("answered %d", res.StatusCode)
	}
	for _, want := range []string{"甲乙=丙丁</li>", "戊己=庚辛</li>", "对方保存的全文", `name="base" value="1"`, "第 1 版"} {
		if !strings.Contains(body, want) {
			t.Errorf("without %s", want)
		}
	}
	if res, _ := admin.post(at, "do", "save", "base", "1", "text", shippedSynonyms+"戊己=庚辛\n甲乙=丙丁\n"); res.StatusCode != 303 {
		t.Errorf("merged: %d", res.StatusCode)
	}
	if _, body := admin.get(at + "?number=1"); !strings.Contains(body, "还没有保存") || !strings.Contains(body, "恢复到第 1 版") {
		t.Errorf("an older revision is not put into the box")
	}
}

func TestDictionaryPage(t *testing.T) {
	w := newWorld(t)
	admin := w.cast()["administrator"]
	const at = "/admin/lexicon/userdict"
	res, body := admin.post(at, "do", "try", "base", "0", "text", "电主轴 5000 n\n溜槽卡阻 5000 n\n", "sample", "皮带机溜槽卡阻检测", "examples", "溜槽卡阻")
	if res.StatusCode != 200 || !strings.Contains(body, "／ 溜槽卡阻 ／") || !strings.Contains(body, "切法变了") || !strings.Contains(body, "重建索引以后才知道") {
		t.Errorf("a trial: %d %s", res.StatusCode, body)
	}
	if res, body := admin.post(at, "do", "save", "base", "0", "text", "CNC 5000 n"); res.StatusCode != 422 || !strings.Contains(body, "只收简体汉字") {
		t.Errorf("a Latin word: %d", res.StatusCode)
	}
	if res, _ := admin.post(at, "do", "save", "base", "0", "text", "电主轴 5000 n\n溜槽卡阻 5000 n\n"); res.StatusCode != 303 {
		t.Errorf("saved: %d", res.StatusCode)
	}
	if _, body := admin.get(at + "?done=saved"); !strings.Contains(body, "重建索引以后才起作用") {
		t.Error("nobody says that a rebuild is needed")
	}
}

// A list that the settings name a file for can be read and tried out, not saved.
func TestListOfAFile(t *testing.T) {
	w := newWorld(t, func(d *frontend.Deps) {
		d.Operation.Lexicon.Files = map[lexicon.List]string{lexicon.Synonyms: "/etc/hongniang/synonyms.txt"}
		d.Operation.Lexicon.File = func(string) (string, error) { return "甲乙=丙丁\n", nil }
	})
	admin := w.cast()["administrator"]
	if _, body := admin.get("/admin/lexicon/synonyms"); !strings.Contains(body, "/etc/hongniang/synonyms.txt") || strings.Contains(body, `value="save"`) {
		t.Errorf("%s", body)
	}
	if res, _ := admin.post("/admin/lexicon/synonyms", "do", "save", "text", "甲乙=戊己"); res.StatusCode != 403 {
		t.Errorf("saved: %d", res.StatusCode)
	}
}

func TestIndexPage(t *testing.T) {
	var op *frontend.Operation
	w := newWorld(t, func(d *frontend.Deps) {
		op = d.Operation
		healthy := op.Index
		op.Index = func(ctx context.Context) (upkeep.Index, error) {
			h, err := healthy(ctx)
			h.NewWords = true
			return h, err
		}
	})
	admin := w.cast()["administrator"]
	_, body := admin.get("/admin")
	for _, want := range []string{"公开记录", "索引段", "索引大小", "与数据库的差距", "相关词", "用户词典改过", "开始重建", "没有设置邮件服务器"} {
		if !strings.Contains(body, want) {
			t.Errorf("without %s", want)
		}
	}
	if res, _ := admin.post("/admin/rebuild"); res.StatusCode != 303 {
		t.Errorf("rebuild: %d", res.StatusCode)
	}
	if res, body := admin.post("/admin/rebuild"); res.StatusCode != http.StatusLocked && res.StatusCode != 409 && res.StatusCode != 503 || !strings.Contains(body, "正在重建") {
		t.Errorf("a second one: %d", res.StatusCode)
	}
	if _, body := admin.get("/admin"); !strings.Contains(body, "<progress") || !strings.Contains(body, "progress.js") || strings.Contains(body, "开始重建") {
		t.Error("who looks does not see that it runs")
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { op.Rebuild.Work(ctx); close(done) }()
	for op.Rebuild.State().Ended.IsZero() {
		runtime.Gosched()
	}
	stop()
	<-done
	if _, body := admin.get("/admin"); !strings.Contains(body, "上一次在") || strings.Contains(body, "<progress") {
		t.Error("the end is not told")
	}
}

func TestIndexPageWithoutAnIndex(t *testing.T) {
	w := newWorld(t, func(d *frontend.Deps) {
		d.Operation.Index = func(context.Context) (upkeep.Index, error) { return upkeep.Index{}, goneEngine{}.err() }
	})
	if res, body := w.cast()["administrator"].get("/admin"); res.StatusCode != 200 || !strings.Contains(body, "检索索引暂时不能用") || !strings.Contains(body, "开始重建") {
		t.Errorf("%d", res.StatusCode)
	}
}

func TestMailTestButton(t *testing.T) {
	var sent []string
	w := newWorld(t, func(d *frontend.Deps) {
		d.Operation.SendTest = func(_ context.Context, to string) error {
			if to == "" {
				return errs.New(errs.Invalid, "mail.address", "邮箱地址写得不对。")
			}
			sent = append(sent, to)
			return nil
		}
	})
	admin := w.cast()["administrator"]
	if res, _ := admin.post("/admin/mail", "to", "a@example.cn"); res.StatusCode != 303 || len(sent) != 1 || sent[0] != "a@example.cn" {
		t.Errorf("%d, %v", res.StatusCode, sent)
	}
	if _, body := admin.get("/admin?done=mail"); !strings.Contains(body, "已交给邮件服务器") {
		t.Error("nobody says that it went out")
	}
	if res, body := admin.post("/admin/mail", "to", ""); res.StatusCode != 422 || !strings.Contains(body, "写得不对") {
		t.Errorf("%d", res.StatusCode)
	}
	without := newWorld(t).cast()["administrator"]
	if res, body := without.post("/admin/mail", "to", "a@example.cn"); res.StatusCode != 422 || !strings.Contains(body, "没有设置邮件服务器") {
		t.Errorf("without a server: %d", res.StatusCode)
	}
}

func TestChangesPage(t *testing.T) {
	w := newWorld(t)
	admin := w.cast()["administrator"]
	_, body := admin.get("/admin/changes")
	if n := strings.Count(body, `<tr><td class="code">`); n != 50 || !strings.Contains(body, "XQ-78") || !strings.Contains(body, "before=") {
		t.Errorf("%d rows", n)
	}
	_, next, _ := strings.Cut(body, `href="/admin/changes?`)
	next, _, _ = strings.Cut(next, `"`)
	if _, body := admin.get("/admin/changes?" + strings.ReplaceAll(next, "&amp;", "&")); !strings.Contains(body, "DW-1") || strings.Contains(body, "XQ-78") {
		t.Error("the next page")
	}
	for query, want := range map[string]int{"?code=XQ-1": 1, "?kind=patent": 1, "?by=nobody": 0, "?since=2026-11-20&until=2026-11-20&kind=studio": 1, "?until=2026-11-18": 0, "?action=delete": 0} {
		if _, body := admin.get("/admin/changes" + query); strings.Count(body, `<tr><td class="code">`) != want {
			t.Errorf("%s: %d rows", query, strings.Count(body, `<tr><td class="code">`))
		}
	}
	if res, body := admin.get("/admin/changes?since=gestern&code=XQ-1"); res.StatusCode != 422 || !strings.Contains(body, "日期请写成") || !strings.Contains(body, `value="XQ-1"`) {
		t.Errorf("no day: %d", res.StatusCode)
	}
	if body := fmt.Sprint(body); strings.Contains(body, canary) {
		t.Error("the log says more than who changed what")
	}
}

func TestBackupsPage(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	admin := cast["administrator"]
	if _, body := admin.get("/admin/backups"); !strings.Contains(body, "还没有备份") || !strings.Contains(body, "没有开自动备份") || !strings.Contains(body, "现在备份") {
		t.Errorf("%s", body)
	}
	if res, _ := admin.post("/admin/backups"); res.Header.Get("Location") != "/admin/backups?done=made" {
		t.Fatalf("%d", res.StatusCode)
	}
	const name = "/admin/backups/hongniang-20261120-090000.db"
	if _, body := admin.get("/admin/backups?done=made"); !strings.Contains(body, "备份好了") || !strings.Contains(body, name) || !strings.Contains(body, "最近一份是今天做的") {
		t.Errorf("%s", body)
	}
	if res, body := admin.post(name); res.StatusCode != 200 || !strings.Contains(body, "完好：") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	res, body := admin.get(name)
	if res.StatusCode != 200 || !strings.HasPrefix(body, "SQLite format 3") || res.Header.Get("Cache-Control") != "private, no-store" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	if res, body := cast["own broker"].get(name); res.StatusCode != 403 || strings.Contains(body, "SQLite") {
		t.Errorf("a broker has it: %d", res.StatusCode)
	}
	if res, _ := admin.post("/admin/backups"); res.StatusCode != 409 {
		t.Errorf("twice in a second: %d", res.StatusCode)
	}
	if res, _ := admin.get("/admin/backups/..%2Frecords.db"); res.StatusCode != 404 {
		t.Errorf("another file: %d", res.StatusCode)
	}
	elsewhere := newWorld(t, func(d *frontend.Deps) {
		d.Operation.Backups, d.Operation.BackupsElsewhere = nil, "请运行 mongodump。"
	})
	if _, body := elsewhere.cast()["administrator"].get("/admin/backups"); !strings.Contains(body, "mongodump") || strings.Contains(body, "现在备份") {
		t.Error("with MongoDB")
	}
}
