package batch_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/batch"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/exchange"
)

func encoded(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// What is no table is refused at once, in words; nothing of it is kept.
func TestWhatIsNoTable(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	for name, data := range map[string]string{
		"空.csv": "", "坏.xlsx": "PK\x03\x04坏", "旧.xls": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "a.pdf": "%PDF-1.7", "图.png": "\x89PNG\r\n\x1a\n",
	} {
		_, err := o.Receive(ctx, firm, catalog.KindResult, exchange.FromBytes(name, []byte(data)))
		if !errs.Is(err, errs.Invalid) || len([]rune(errs.As(err).Message)) < 8 || strings.Contains(errs.As(err).Message, "zip:") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := o.Receive(ctx, firm, catalog.KindResult, exchange.Source{Name: "大.csv", Size: batch.MaxFile + 1}); !errs.Is(err, errs.TooLarge) {
		t.Errorf("too large: %v", err)
	}
	if list, err := o.List(ctx, firm); err != nil || len(list) != 0 {
		t.Errorf("%d files are kept, %v", len(list), err)
	}
}

// A file of ten megabytes is tried by its first rows and imported whole; a file with
// more faults than are kept has all of them in the file of faults.
func TestALargeFile(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	var text strings.Builder
	text.WriteString("单位名称,地址,职工人数\n")
	for i := range 1500 {
		fmt.Fprintf(&text, "示例厂%05d,%s,很多\n", i, strings.Repeat("某路某号", 590))
	}
	if text.Len() < 10<<20 {
		t.Fatalf("%d bytes are not ten megabytes", text.Len())
	}
	b := o.receive(broker, catalog.KindOrganisation, "大.csv", text.String())
	trial, err := o.Try(ctx, broker, b.Code)
	if err != nil || !trial.More || trial.Report.Rows != 1000 || len(trial.Rows) != 20 {
		t.Fatalf("%v, %+v", err, trial.Report)
	}
	b = o.bring(broker, b)
	if b.State != batch.Done || b.Report.Failed != 1500 || !b.Cut || len(b.Report.Faults) != 1000 {
		t.Fatalf("%s, failed %d, %d faults", b.State, b.Report.Failed, len(b.Report.Faults))
	}
	var out strings.Builder
	if err := o.WriteFaults(ctx, broker, b.Code, &out); err != nil {
		t.Fatal(err)
	}
	rows, err := exchange.Read(ctx, catalog.KindOrganisation, exchange.FromBytes("错误表.xlsx", []byte(out.String())))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for _, err := range rows.Rows(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 1500 {
		t.Errorf("%d rows in the file of faults", n)
	}
}

// Old files go with their batches; who lost his account imports nothing any more; a
// file may be thrown away.
func TestTheEndOfFiles(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	thrown := o.receive(firm, catalog.KindResult, "a.csv", "成果名称\n滚压一\n")
	kept := o.receive(firm, catalog.KindResult, "b.csv", "成果名称\n滚压二\n")
	if err := o.Discard(ctx, other, thrown.Code); !errs.Is(err, errs.NotFound) {
		t.Errorf("another's file is thrown away: %v", err)
	}
	if err := o.Discard(ctx, firm, thrown.Code); err != nil {
		t.Error(err)
	}
	if _, err := o.Start(ctx, firm, kept.Code, kept.Rev); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"begun twice":         second(o.Start(ctx, firm, kept.Code, 0)),
		"arranged under way":  second(o.Arrange(ctx, firm, kept.Code, 0, exchange.Layout{})),
		"thrown away at work": o.Discard(ctx, firm, kept.Code),
		"faults before":       o.WriteFaults(ctx, firm, kept.Code, &strings.Builder{}),
	} {
		if !errs.Is(err, errs.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	delete(o.users, firm.User)
	if err := o.Pass(ctx); err != nil {
		t.Fatal(err)
	}
	got, err := o.Show(ctx, firm, kept.Code)
	if err != nil || got.State != batch.Broken || !strings.Contains(got.Fault, "停用") || o.count(catalog.KindResult) != 0 {
		t.Errorf("%v, %+v", err, got)
	}
	o.users[firm.User] = account.User{Code: firm.User, Role: account.Enterprise, Org: "DW-1"}
	if got = o.bring(firm, got); got.State != batch.Done || got.Fault != "" || got.Report.Created != 1 {
		t.Errorf("begun again: %+v", got)
	}
	o.now = o.now.Add(batch.Kept + time.Hour)
	if err := o.Pass(ctx); err != nil {
		t.Fatal(err)
	}
	if list, err := o.List(ctx, firm); err != nil || len(list) != 0 {
		t.Errorf("%d old files, %v", len(list), err)
	}
	if _, err := o.Show(ctx, firm, kept.Code); !errs.Is(err, errs.NotFound) {
		t.Errorf("an old file: %v", err)
	}
}

// failing is a store that cannot keep bytes, or items of a kind.
type failing struct {
	batch.Files
	account.Store
	kind account.ItemKind
}

var errFull = errs.New(errs.Unavailable, "store.full", "磁盘已满。")

func (f failing) PutFile(context.Context, string, []byte) error { return errFull }

func (f failing) Insert(ctx context.Context, it account.Item) error {
	if it.Kind == f.kind {
		return errFull
	}
	return f.Store.Insert(ctx, it)
}

// Bytes that cannot be kept leave no batch, and a batch that cannot be kept no bytes:
// nobody would ever remove them.
func TestNothingIsLeftOfHalfAFile(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	src := exchange.FromBytes("a.csv", []byte("成果名称\n滚压\n"))
	full := o.process("W1", 0)
	full.Files = failing{}
	if _, err := full.Receive(ctx, firm, catalog.KindResult, src); !errs.Is(err, errs.Unavailable) {
		t.Errorf("kept on a full disk: %v", err)
	}
	if list, err := o.List(ctx, firm); err != nil || len(list) != 0 {
		t.Errorf("%d batches without a file, %v", len(list), err)
	}
	full = o.process("W1", 0)
	full.Items = failing{Store: o.store.Accounts(), kind: batch.KindBatch}
	if _, err := full.Receive(ctx, firm, catalog.KindResult, src); !errs.Is(err, errs.Unavailable) {
		t.Errorf("kept on a full disk: %v", err)
	}
	for _, code := range []string{"DR-2026-0001", "DR-2026-0002"} {
		if _, err := o.store.Introductions().File(ctx, batch.FileOf(code)); !errs.Is(err, errs.NotFound) {
			t.Errorf("bytes of %s without a batch: %v", code, err)
		}
	}
}

// What columns mean is a help: that it cannot be remembered does not keep a file from
// being imported.
func TestImportedAlthoughForgetful(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	b := o.receive(firm, catalog.KindResult, "a.csv", "成果名称\n滚压\n")
	o.Items = failing{Store: o.store.Accounts(), kind: batch.KindLayout}
	if _, err := o.Start(ctx, firm, b.Code, b.Rev); err != nil {
		t.Fatal(err)
	}
	if err := o.Pass(ctx); err != nil || o.count(catalog.KindResult) != 1 {
		t.Errorf("%d results, %v", o.count(catalog.KindResult), err)
	}
}

// Nobody fills the disk with files.
func TestTooManyFiles(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	src := exchange.FromBytes("a.csv", []byte("成果名称\n滚压\n"))
	var last *batch.Batch
	for range 50 {
		last = o.receive(firm, catalog.KindResult, "a.csv", "成果名称\n滚压\n")
	}
	if err := second(o.Receive(ctx, firm, catalog.KindResult, src)); errs.As(err).Code != "batch.too_many" {
		t.Errorf("one too many: %v", err)
	}
	o.receive(other, catalog.KindResult, "a.csv", "成果名称\n滚压\n") // of somebody else
	if err := o.Discard(ctx, firm, last.Code); err != nil {
		t.Fatal(err)
	}
	if err := second(o.Receive(ctx, firm, catalog.KindResult, src)); err != nil {
		t.Errorf("after one was thrown away: %v", err)
	}
}

// A file at whose import the process died again and again is not begun for ever, and
// what cannot be read does not keep the others from being imported.
func TestWhatKillsIsNotTriedForEver(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	deadly := o.receive(firm, catalog.KindResult, "a.csv", "成果名称\n滚压一\n")
	broken := o.receive(firm, catalog.KindResult, "b.csv", "成果名称\n滚压二\n")
	good := o.receive(firm, catalog.KindResult, "c.csv", "成果名称\n滚压三\n")
	for _, b := range []*batch.Batch{deadly, good} {
		if _, err := o.Start(ctx, firm, b.Code, b.Rev); err != nil {
			t.Fatal(err)
		}
	}
	deadly.State, deadly.Worker, deadly.Begun = batch.Working, "killed", 5
	o.overwrite(deadly)
	it, err := o.store.Accounts().Get(ctx, batch.KindBatch, broken.Code)
	if err != nil {
		t.Fatal(err)
	}
	it.Body = []byte(`{"code":`)
	if err := o.store.Accounts().Replace(ctx, it); err != nil {
		t.Fatal(err)
	}
	if err := o.Pass(ctx); err != nil {
		t.Fatal(err)
	}
	if got, err := o.Show(ctx, firm, deadly.Code); err != nil || got.State != batch.Broken || !strings.Contains(got.Fault, "中断了 5 次") {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := o.Show(ctx, firm, good.Code); err != nil || got.State != batch.Done {
		t.Errorf("%+v, %v", got, err)
	}
	deadly.Rev = 0 // whichever it is by now
	if got := o.bring(firm, deadly); got.State != batch.Done || got.Begun != 1 {
		t.Errorf("asked for again: %+v", got)
	}
}

// A service that is stopped in order again and again is no file that kills it.
func TestAStopIsNoDeath(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	b := o.receive(firm, catalog.KindResult, "a.csv", "成果名称\n滚压\n")
	if _, err := o.Start(ctx, firm, b.Code, b.Rev); err != nil {
		t.Fatal(err)
	}
	for range 7 {
		stopping, stop := context.WithCancel(ctx)
		s := o.process("W1", 0)
		whole := s.User
		s.User = func(ctx context.Context, code string) (account.User, error) {
			stop()
			return whole(ctx, code)
		}
		if err := s.Pass(stopping); err == nil {
			t.Fatal("it was not stopped")
		}
	}
	if err := o.Pass(ctx); err != nil {
		t.Fatal(err)
	}
	if got, err := o.Show(ctx, firm, b.Code); err != nil || got.State != batch.Done || got.Begun != 8 {
		t.Errorf("%+v, %v", got, err)
	}
}
