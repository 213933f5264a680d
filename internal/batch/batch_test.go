package batch_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"hongniang/internal/account"
	"hongniang/internal/batch"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/exchange"
	"hongniang/internal/sqlitestore"
)

// office is a union with a firm, a craftsman without a firm, and those who bring
// files in.
type office struct {
	t     *testing.T
	store *sqlitestore.Store
	files *catalog.Service
	users map[string]account.User
	now   time.Time
	*batch.Service
}

var (
	firm      = account.Actor{User: "U1", Name: "企业", Role: account.Enterprise, Org: "DW-1"}
	other     = account.Actor{User: "U2", Name: "别家", Role: account.Enterprise, Org: "DW-2"}
	craftsman = account.Actor{User: "U3", Name: "工匠", Role: account.Provider, Person: "ZJ-1"}
	broker    = account.Actor{User: "U4", Name: "红娘", Role: account.Broker, Org: "GH-1"}
	leader    = account.Actor{User: "U5", Name: "领导", Role: account.Leader, Org: "GH-1"}
)

func open(t *testing.T) *office {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "batches.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	o := &office{t: t, store: store, users: map[string]account.User{}, now: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)}
	clock := func() time.Time { o.now = o.now.Add(time.Millisecond); return o.now }
	o.files = &catalog.Service{Store: store, Now: clock, Log: slog.New(slog.DiscardHandler)}
	for _, a := range []account.Actor{firm, other, craftsman, broker, leader} {
		o.users[a.User] = account.User{Code: a.User, Name: a.Name, Role: a.Role, Org: a.Org, Person: a.Person}
	}
	for _, rec := range []catalog.Record{
		&catalog.Organisation{Meta: catalog.Meta{Code: "GH-1"}, Name: "一工会", OrganisationKind: "union"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "DW-1", Union: "GH-1"}, Name: "示例一厂", OrganisationKind: "enterprise"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "DW-2", Union: "GH-1"}, Name: "示例二厂", OrganisationKind: "enterprise"},
		&catalog.Expert{Meta: catalog.Meta{Code: "ZJ-1", Union: "GH-1"}, Name: "张三", PersonKinds: []string{"master_craftsman"}},
	} {
		if err := o.files.Create(t.Context(), "test", rec); err != nil {
			t.Fatal(err)
		}
	}
	o.Service = o.process("W1", 0)
	return o
}

// process is another process on the same database.
func (o *office) process(worker string, patience time.Duration) *batch.Service {
	return batch.New(batch.Deps{
		Items: o.store.Accounts(), Files: o.store.Introductions(), Catalog: o.files, Now: func() time.Time { return o.now }, Log: slog.New(slog.DiscardHandler), Worker: worker, Patience: patience,
		User: func(_ context.Context, code string) (account.User, error) {
			u, ok := o.users[code]
			if !ok {
				return u, account.NotFoundError()
			}
			return u, nil
		},
	})
}

func (o *office) receive(a account.Actor, kind catalog.Kind, name, text string) *batch.Batch {
	o.t.Helper()
	b, err := o.Receive(o.t.Context(), a, kind, exchange.FromBytes(name, []byte(text)))
	if err != nil {
		o.t.Fatal(err)
	}
	return b
}

// bring starts a batch and does the work.
func (o *office) bring(a account.Actor, b *batch.Batch) *batch.Batch {
	o.t.Helper()
	if _, err := o.Start(o.t.Context(), a, b.Code, b.Rev); err != nil {
		o.t.Fatal(err)
	}
	if err := o.Pass(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	out, err := o.Show(o.t.Context(), a, b.Code)
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

func (o *office) count(kind catalog.Kind) int {
	o.t.Helper()
	recs, err := o.store.Scan(o.t.Context(), kind, "", 5000)
	if err != nil {
		o.t.Fatal(err)
	}
	return len(recs)
}

// counts are those of a report: rows, created, updated, unchanged, failed.
func counts(r *exchange.Report) [5]int {
	return [5]int{r.Rows, r.Created, r.Updated, r.Unchanged, r.Failed}
}

// A file from an old program: GBK, traditional headers of its own, digits of full
// width, a row twice. Columns are settled by hand once; nothing is saved before the
// word; what was wrong is mended in the file of faults and brought again.
func TestTheWholeWay(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	table := "某厂成果统计表\n項目名,完成單位,解决了什么,意向價格（元）,技术就绪度,备注\n" +
		"滚压去毛刺,示例一厂,毛刺,３５，０００,８,\n快换夹具,示例一厂,换模慢,面议吗,八,\n滚压去毛刺,示例一厂,毛刺,35000,8,重复\n"
	table = strings.ReplaceAll(table, "３５，０００", `"３５，０００"`)
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(table)
	if err != nil {
		t.Fatal(err)
	}
	b := o.receive(firm, catalog.KindResult, `C:\表\成果.csv`, gbk)
	trial, err := o.Try(ctx, firm, b.Code)
	if err != nil || trial.Survey.Fault == nil || trial.Report != nil || b.File != "成果.csv" {
		t.Fatalf("a table without titles: %v, %+v", err, trial.Survey)
	}
	guessed := map[string]string{}
	for _, c := range trial.Survey.Columns {
		guessed[c.Name] = c.Key
	}
	want := map[string]string{"項目名": "", "完成單位": "completing_orgs", "解决了什么": "", "意向價格（元）": "asking_price_wan", "技术就绪度": "trl", "备注": ""}
	if diff := cmp.Diff(want, guessed); diff != "" || trial.Survey.Header != 2 || cmp.Diff([]string{"成果名称"}, trial.Survey.Missing) != "" {
		t.Fatalf("guessed in line %d, missing %v:\n%s", trial.Survey.Header, trial.Survey.Missing, diff)
	}
	if _, err := o.Start(ctx, firm, b.Code, 0); !errs.Is(err, errs.Invalid) {
		t.Errorf("begun without a title: %v", err)
	}
	guessed["項目名"], guessed["解决了什么"] = "title", "problem_solved"
	b, err = o.Arrange(ctx, firm, b.Code, b.Rev, exchange.Layout{Header: trial.Survey.Header, Fields: guessed})
	if err != nil {
		t.Fatal(err)
	}
	if trial, err = o.Try(ctx, firm, b.Code); err != nil || counts(trial.Report) != [5]int{3, 1, 0, 0, 2} {
		t.Fatalf("%v, %+v", err, trial.Report)
	}
	if r := trial.Rows; r[0].Outcome != exchange.Created || len(r[1].Faults) != 2 || r[1].Faults[0].Key != "trl" || r[2].Faults[0].Code != "row.duplicate" {
		t.Errorf("the preview: %+v", r)
	}
	if n := o.count(catalog.KindResult); n != 0 {
		t.Errorf("%d results before the word", n)
	}
	b = o.bring(firm, b)
	if b.State != batch.Done || counts(b.Report) != [5]int{3, 1, 0, 0, 2} || o.count(catalog.KindResult) != 1 {
		t.Fatalf("%s: %+v", b.State, b.Report)
	}
	rec, err := o.store.ByKey(ctx, catalog.KindResult, (&catalog.Result{Title: "滚压去毛刺", CompletingOrgs: []string{"示例一厂"}}).NaturalKey())
	made, ok := rec.(*catalog.Result)
	if err != nil || !ok || made.Status != "submitted" || made.OwnerOrg != "DW-1" || made.AskingPriceWan != 3.5 || made.TRL != 8 || made.ProblemSolved != "毛刺" {
		t.Fatalf("%v, %+v", err, rec)
	}
	var faults bytes.Buffer
	if err := o.WriteFaults(ctx, firm, b.Code, &faults); err != nil {
		t.Fatal(err)
	}
	again, err := o.Receive(ctx, firm, catalog.KindResult, exchange.FromBytes("错误表.xlsx", faults.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if trial, err = o.Try(ctx, firm, again.Code); err != nil || trial.Report == nil || trial.Report.Rows != 2 || trial.Report.Unchanged != 1 {
		t.Errorf("what columns mean is not remembered, or the twice written row is not: %v, %+v", err, trial)
	}
	if !errs.Is(second(o.Start(ctx, firm, b.Code, 0)), errs.Conflict) {
		t.Error("a file that was imported is imported again")
	}
}

func second[T any](_ T, err error) error { return err }

// Who may bring what: files are their bringer's alone, and what he may not write is
// a fault of its row, which tells nothing of the record.
func TestWhoseFiles(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	var kinds []string
	for _, a := range []account.Actor{firm, craftsman, broker, leader, {}} {
		kinds = append(kinds, fmt.Sprint(batch.Kinds(a)))
	}
	if diff := cmp.Diff([]string{"[result patent need studio]", "[result patent studio]", "[result patent need studio expert organisation]", "[]", "[]"}, kinds); diff != "" {
		t.Error(diff)
	}
	src := exchange.FromBytes("a.csv", []byte("成果名称\n滚压\n"))
	for who, err := range map[string]error{
		"a leader":     second(o.Receive(ctx, leader, catalog.KindResult, src)),
		"the operator": second(o.Receive(ctx, account.Operator(), catalog.KindResult, src)),
		"a craftsman":  second(o.Receive(ctx, craftsman, catalog.KindExpert, src)),
	} {
		if !errs.Is(err, errs.Denied) {
			t.Errorf("%s brings a file: %v", who, err)
		}
	}
	b := o.receive(firm, catalog.KindNeed, "需求.csv", "需求名称,编号,需求简介\n漆泥糊泵,,冬天糊泵\n")
	for _, a := range []account.Actor{other, broker, {}} {
		if _, err := o.Show(ctx, a, b.Code); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s sees another's file: %v", a.Name, err)
		}
		if _, err := o.Try(ctx, a, b.Code); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s tries another's file: %v", a.Name, err)
		}
	}
	if b = o.bring(firm, b); counts(b.Report) != [5]int{1, 1, 0, 0, 0} {
		t.Fatalf("%+v", b.Report)
	}
	need := &catalog.Need{Meta: catalog.Meta{OwnerOrg: "DW-1"}, Title: "公开的难题", EnterpriseCode: "DW-1", EnterpriseName: "示例一厂", SummaryPublic: "旧的", Detail: "机密"}
	if err := o.files.Create(ctx, "test", need); err != nil {
		t.Fatal(err)
	}
	text := "编号,需求名称,需求简介\n" + need.Code + ",公开的难题,没有审核的话\n"
	if r := o.bring(firm, o.receive(firm, catalog.KindNeed, "改.csv", text)).Report; r.Failed != 1 || r.Faults[0].Code != "need.published" {
		t.Errorf("public words past the review: %+v", r)
	}
	r := o.bring(other, o.receive(other, catalog.KindNeed, "改.csv", text)).Report
	if r.Failed != 1 || r.Faults[0].Code != "access.others_record" || strings.Contains(fmt.Sprint(r), "机密") {
		t.Errorf("another's need: %+v", r)
	}
	if r := o.bring(broker, o.receive(broker, catalog.KindNeed, "改.csv", text)).Report; r.Updated != 1 {
		t.Errorf("the union's staff: %+v", r)
	}
	if r := o.bring(firm, o.receive(firm, catalog.KindResult, "发.csv", "成果名称,状态\n滚压,已发布\n")).Report; r.Failed != 1 || r.Faults[0].Code != "access.publish" {
		t.Errorf("published by a file: %+v", r)
	}
}

// A craftsman without a firm brings his own work: it is his, and his union's to
// review.
func TestACraftsmansWork(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	if r := o.bring(craftsman, o.receive(craftsman, catalog.KindResult, "a.csv", "成果名称,主要完成人\n滚压,李四；张三\n快换,\n")).Report; r.Created != 2 {
		t.Fatalf("%+v", r)
	}
	recs, err := o.store.Scan(ctx, catalog.KindResult, "", 9)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]catalog.Completer{{{Name: "李四"}, {Name: "张三", ExpertCode: "ZJ-1"}}, {{Name: "张三", ExpertCode: "ZJ-1"}}} {
		made, ok := recs[i].(*catalog.Result)
		if !ok || cmp.Diff(want, made.Completers) != "" || made.Union != "GH-1" || made.Status != "submitted" {
			t.Errorf("%+v", recs[i])
		}
	}
}

// A process that is killed in the middle leaves a file that the next begins again;
// nothing is there twice. A live one elsewhere is left alone until it is silent for
// too long.
func TestAKilledImport(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	var text strings.Builder
	text.WriteString("单位名称\n")
	for i := range 900 {
		fmt.Fprintf(&text, "示例厂%04d\n", i)
	}
	b := o.receive(broker, catalog.KindOrganisation, "单位.csv", text.String())
	if _, err := o.Start(ctx, broker, b.Code, b.Rev); err != nil {
		t.Fatal(err)
	}
	killed, kill := context.WithCancel(ctx)
	dying := o.process("W2", time.Minute)
	dying.Catalog = &catalog.Service{Store: o.store, Now: func() time.Time { return o.now }, Log: slog.New(slog.DiscardHandler), Index: after{2, kill, new(int)}}
	if err := dying.Pass(killed); err == nil {
		t.Fatal("it was not interrupted")
	}
	before := o.count(catalog.KindOrganisation)
	if before <= 3 || before >= 903 {
		t.Fatalf("%d organisations at the interruption", before)
	}
	stopped, err := o.Show(ctx, broker, b.Code)
	if err != nil || stopped.State != batch.Queued {
		t.Fatalf("%v, %+v", err, stopped)
	}
	stopped.State, stopped.Worker, stopped.Beat = batch.Working, "W2", o.now // as kill -9 leaves it
	o.overwrite(stopped)
	patient := o.process("W3", time.Minute)
	if err := patient.Pass(ctx); err != nil || o.count(catalog.KindOrganisation) != before {
		t.Errorf("the work of a living process was taken: %v", err)
	}
	o.now = o.now.Add(2 * time.Minute)
	if err := patient.Pass(ctx); err != nil {
		t.Fatal(err)
	}
	done, err := o.Show(ctx, broker, b.Code)
	if err != nil || done.State != batch.Done || done.Begun != 2 || done.Report.Created+done.Report.Unchanged != 900 || o.count(catalog.KindOrganisation) != 903 {
		t.Errorf("%v, %+v, %d organisations", err, done, o.count(catalog.KindOrganisation))
	}
}

// after ends something at the nth save.
type after struct {
	n   int
	end func()
	at  *int
}

// Apply counts.
func (a after) Apply(context.Context, []catalog.Record) error {
	if *a.at++; *a.at == a.n {
		a.end()
	}
	return nil
}

func (o *office) overwrite(b *batch.Batch) {
	o.t.Helper()
	it, err := o.store.Accounts().Get(o.t.Context(), batch.KindBatch, b.Code)
	if err != nil {
		o.t.Fatal(err)
	}
	it.Body = encoded(o.t, b)
	if err := o.store.Accounts().Replace(o.t.Context(), it); err != nil {
		o.t.Fatal(err)
	}
}
