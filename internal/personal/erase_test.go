package personal_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/batch"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/personal"
	"hongniang/internal/sqlitestore"
)

// What must be nowhere afterwards.
const (
	hisName, hisPhone, hisMail = "欧阳金雀", "13812345678", "jinque@canary.example"
	hisWords, hisFile          = "我小时候住在金雀巷", "金雀的照片字节"
	hisTable                   = "金雀滚压工艺一览"
)

var canaries = []string{hisName, hisPhone, "138 1234 5678", "138-1234-5678", hisMail, hisWords, hisFile, hisTable, "ouyang.jinque"}

// town is an installation in one SQLite file.
type town struct {
	t       *testing.T
	path    string
	now     time.Time
	store   *sqlitestore.Store
	items   account.Store
	records *catalog.Service
	users   *account.Service
	cases   *brokering.Service
	person  *personal.Service
	him     account.User
	broker  account.User
	rebuilt int
	code    string // of the introduction
}

func newTown(t *testing.T) *town {
	t.Helper()
	w := &town{t: t, path: filepath.Join(t.TempDir(), "hongniang.db"), now: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)}
	store, err := sqlitestore.Open(t.Context(), w.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	w.store, w.items = store, store.Accounts()
	clock, log := func() time.Time { return w.now }, slog.New(slog.DiscardHandler)
	w.records = &catalog.Service{Store: store, Now: clock, Log: log}
	hasher, err := account.NewHasher(account.Params{MemoryKiB: 64, Passes: 1, Lanes: 1}, rand.Reader)
	w.must(err)
	w.users = &account.Service{Store: w.items, Hasher: hasher, Random: rand.Reader, Now: clock, Log: log}
	w.cases = &brokering.Service{Store: store.Introductions(), Catalog: store, Now: clock, Random: rand.Reader, Staff: w.users.User, Links: brokering.Links{Key: bytes.Repeat([]byte{7}, 32)}}
	w.person = w.service(w.items)
	w.fill()
	return w
}

func (w *town) service(items account.Store) *personal.Service {
	return &personal.Service{
		Catalog: w.records, Accounts: w.users, Items: items, Cases: w.store.Introductions(), Now: func() time.Time { return w.now }, Log: slog.New(slog.DiscardHandler),
		Rebuild: func(context.Context) error { w.rebuilt++; return nil },
	}
}

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) create(by string, recs ...catalog.Record) {
	w.t.Helper()
	for _, rec := range recs {
		w.must(w.records.Create(w.t.Context(), by, rec))
	}
}

func (w *town) user(n account.NewUser) account.User {
	w.t.Helper()
	n.Password = "a long enough phrase 7"
	u, _, err := w.users.AddUser(w.t.Context(), n)
	w.must(err)
	return u
}

func (w *town) fill() {
	t := w.t
	contact := &catalog.Contact{Name: hisName, Phone: "138 1234 5678", Email: hisMail}
	w.create("导入",
		&catalog.Organisation{Meta: catalog.Meta{Code: "GH-1"}, Name: "市总工会", OrganisationKind: "union"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "DW-1", Union: "GH-1"}, Name: "曲轴厂", OrganisationKind: "enterprise"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "DW-2", Union: "GH-1"}, Name: "乙厂", OrganisationKind: "enterprise", Contact: contact},
		&catalog.Expert{Meta: catalog.Meta{Code: "ZJ-1", Union: "GH-1"}, Name: hisName, EmployerCode: "DW-2", EmployerName: "乙厂", Expertise: "滚压", Contact: contact, BirthYear: 1980},
		&catalog.Expert{Meta: catalog.Meta{Code: "ZJ-2", Union: "GH-1"}, Name: "欧阳", EmployerName: "丙厂", Expertise: "磨削"},
		&catalog.Studio{Meta: catalog.Meta{Code: "GZS-1"}, Name: hisName + "创新工作室", LeaderCode: "ZJ-1", LeaderName: hisName, Contact: contact, Achievements: "由" + hisName + "领衔，电话138-1234-5678。"},
		&catalog.Result{Meta: catalog.Meta{Code: "CG-1"}, Title: "滚压工艺", Completers: []catalog.Completer{{Name: hisName, ExpertCode: "ZJ-1"}, {Name: "张三"}}},
		&catalog.Need{Meta: catalog.Meta{Code: "XQ-1", Union: "GH-1"}, Title: "圆角滚压开裂", EnterpriseCode: "DW-1", EnterpriseName: "曲轴厂"},
	)
	w.him = w.user(account.NewUser{Login: "ouyang.jinque", Mobile: hisPhone, Name: hisName, Role: account.Provider, Person: "ZJ-1"})
	w.broker = w.user(account.NewUser{Login: "wang", Name: "王红", Role: account.Broker, Org: "GH-1"})
	w.user(account.NewUser{Login: "boss", Name: "管理员", Role: account.Administrator})
	_, err := w.users.SignIn(t.Context(), account.Credentials{Name: "ouyang.jinque", Password: "a long enough phrase 7", Agent: "他的手机"})
	w.must(err)
	_, err = w.users.RequestClaim(t.Context(), account.Claim{Kind: "studio", Record: "GZS-1", Person: "ZJ-1", Name: hisName, Phone: "138-1234-5678", Words: "我是" + hisName}, "192.0.2.1")
	w.must(err)
	own, err := w.records.Get(t.Context(), catalog.KindExpert, "ZJ-1")
	w.must(err)
	own.(*catalog.Expert).Keywords = []string{"滚压"}
	w.must(w.records.Update(t.Context(), hisName, own)) // a signature in the feed
	for id, it := range map[string]any{
		"to him": map[string]string{"text": "对接单已推荐"}, "on him": map[string]any{"kind": "expert", "candidate": "ZJ-1", "note": "他说话多"}, "by him": map[string]any{"by": w.him.Code, "name": hisName},
		"by him, an offer": map[string]any{"need": "XQ-1", "person": "ZJ-1", "note": "我两天到厂"},
	} {
		body, err := json.Marshal(it)
		w.must(err)
		kind, owner := account.KindVerdict, "XQ-1"
		if id == "by him, an offer" {
			kind = account.KindOffer
		}
		if id == "to him" {
			kind, owner = account.KindNotice, "person/ZJ-1"
		}
		w.must(w.items.Insert(t.Context(), account.Item{Kind: kind, ID: id, Owner: owner, Body: body}))
	}
	w.importing()
	w.introduce()
}

// importing has a file of his on its way in.
func (w *town) importing() {
	body, err := json.Marshal(batch.Batch{Code: "DR-2026-0001", User: w.him.Code, File: "成果.csv"})
	w.must(err)
	w.must(w.items.Insert(w.t.Context(), account.Item{Kind: batch.KindBatch, ID: "DR-2026-0001", Owner: w.him.Code, Body: body}))
	w.must(w.store.Introductions().PutFile(w.t.Context(), batch.FileOf("DR-2026-0001"), []byte("成果名称\n"+hisTable+"\n")))
}

// introduce brings him into a case with words and a file of his.
func (w *town) introduce() {
	t := w.t
	in, err := w.cases.Begin(t.Context(), w.broker.Actor(), brokering.Proposal{Needs: []string{"XQ-1"}, Targets: []brokering.Target{{Kind: "expert", Code: "ZJ-1"}}})
	w.must(err)
	w.code = in.Code
	for _, step := range []struct {
		who  account.User
		step brokering.Step
	}{
		{w.broker, brokering.Step{Kind: brokering.Review}}, {w.broker, brokering.Step{Kind: brokering.Invite, Text: "请看看滚压"}}, {w.him, brokering.Step{Kind: brokering.Accept, Note: hisWords}},
		{w.him, brokering.Step{Kind: brokering.Answer, Answers: &brokering.Answers{HowWeHelp: "改参数", WhatUnclear: "无", AboutUs: hisWords}}},
		{w.him, brokering.Step{Kind: brokering.Write, To: brokering.ToBrokers, Text: "打我电话一三八 1234 5678，" + hisWords}},
		{w.broker, brokering.Step{Kind: brokering.Write, To: brokering.ToBrokers, Text: hisName + "师傅的邮箱是 " + hisMail}},
	} {
		_, err := w.cases.Take(t.Context(), step.who.Actor(), w.code, 0, step.step)
		w.must(err)
	}
	_, err = w.cases.Attach(t.Context(), w.him.Actor(), w.code, 0, brokering.Upload{Name: hisName + ".jpg", Visibility: brokering.ToBrokers, Data: []byte(hisFile)})
	w.must(err)
}

// left looks for the canaries in the files of the store.
func (w *town) left() (found []string) {
	w.t.Helper()
	files, err := filepath.Glob(w.path + "*")
	w.must(err)
	for _, name := range files {
		data, err := os.ReadFile(name)
		w.must(err)
		for _, c := range canaries {
			if bytes.Contains(data, []byte(c)) {
				found = append(found, filepath.Base(name)+": "+c)
			}
		}
	}
	return found
}

func TestNothingIsLeftOfHim(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	if len(w.left()) < len(canaries)-2 {
		t.Fatalf("the canaries are not planted: %v", w.left())
	}
	r, err := w.person.Ask(t.Context(), w.him.Actor(), personal.Subject{User: w.him.Code}, "")
	w.must(err)
	if _, err := w.person.Ask(t.Context(), w.broker.Actor(), personal.Subject{Person: "ZJ-1"}, "本人昨天打电话提出"); errs.As(err).Code != "personal.asked" {
		t.Errorf("asked twice: %v", err)
	}
	_, err = w.person.CarryOut(t.Context(), w.broker.Actor(), r.Code)
	w.must(err)
	w.must(w.person.Go(t.Context()))
	if found := w.left(); len(found) > 0 {
		t.Errorf("left in the files: %v", found)
	}
	w.settled(r.Code)
}

// settled checks what is there afterwards.
func (w *town) settled(code string) {
	t := w.t
	t.Helper()
	r, err := w.person.Request(t.Context(), code)
	if err != nil || r.State != personal.Done || r.Name != "" || len(r.Report.Kept) < 3 || w.rebuilt == 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := w.users.User(t.Context(), w.him.Code); !errs.Is(err, errs.NotFound) {
		t.Errorf("the account: %v", err)
	}
	rec, err := w.store.Get(t.Context(), catalog.KindResult, "CG-1")
	w.must(err)
	if c := rec.(*catalog.Result).Completers; c[0].Name != personal.Gone || c[1].Name != "张三" {
		t.Errorf("%+v", c)
	}
	rec, err = w.store.Get(t.Context(), catalog.KindExpert, "ZJ-2")
	if w.must(err); rec.Heading() != "欧阳" || rec.Base().Rev != 1 {
		t.Errorf("somebody whose name is a part of his was changed: %+v", rec)
	}
	in, err := w.store.Introductions().Get(t.Context(), w.code)
	w.must(err)
	last := in.History[len(in.History)-1]
	if in.Rev != last.Seq || last.Step != brokering.Erasing || in.Targets[0].Name != personal.Gone || in.Targets[0].Code != "ZJ-1" || in.Broker.Name != "王红" || in.Answers[0].HowWeHelp == "改参数" {
		t.Errorf("%+v", in)
	}
	lines, err := w.store.History(t.Context(), catalog.KindExpert, "ZJ-1")
	w.must(err)
	if lines[1].By != personal.Gone {
		t.Errorf("%+v", lines)
	}
	if hits, err := w.items.Owned(t.Context(), account.KindVerdict, "XQ-1"); err != nil || len(hits) != 1 || !strings.Contains(string(hits[0].Body), personal.Gone) {
		t.Errorf("verdicts: %v, %v", hits, err)
	}
	if hits, err := w.items.Owned(t.Context(), account.KindOffer, "XQ-1"); err != nil || len(hits) != 0 {
		t.Errorf("offers: %v, %v", hits, err)
	}
}

// dying is a store that is gone after some writes, as when the process is killed.
type dying struct {
	account.Store
	left int
}

var errKilled = errors.New("killed")

func (d *dying) Replace(ctx context.Context, it account.Item) error {
	if d.left--; d.left < 0 {
		return errKilled
	}
	return d.Store.Replace(ctx, it)
}

func (d *dying) Delete(ctx context.Context, kind account.ItemKind, id string) error {
	if d.left--; d.left < 0 {
		return errKilled
	}
	return d.Store.Delete(ctx, kind, id)
}

// Killed after any of its writes, an erasure goes on where it was and ends the
// same.
func TestErasureGoesOn(t *testing.T) {
	t.Parallel()
	kills := 0
	for n := 0; ; n++ {
		w := newTown(t)
		r, err := w.person.Ask(t.Context(), w.broker.Actor(), personal.Subject{Person: "ZJ-1"}, "本人来函提出")
		w.must(err)
		_, err = w.person.CarryOut(t.Context(), w.broker.Actor(), r.Code)
		w.must(err)
		err = w.service(&dying{w.items, n}).Go(t.Context())
		if err == nil {
			break
		}
		if !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		kills++
		w.must(w.person.Go(t.Context()))
		if found := w.left(); len(found) > 0 {
			t.Errorf("killed after %d writes: %v", n, found)
		}
		w.settled(r.Code)
	}
	if kills < 8 {
		t.Errorf("killed at %d places only", kills)
	}
	t.Logf("killed at %d places", kills)
}

func TestWhoCannotGoYet(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ask := func(u account.User) error {
		r, err := w.person.Ask(t.Context(), u.Actor(), personal.Subject{User: u.Code}, "")
		w.must(err)
		_, err = w.person.CarryOut(t.Context(), w.broker.Actor(), r.Code)
		return err
	}
	if err := ask(w.broker); errs.As(err).Code != "personal.open_cases" {
		t.Errorf("a broker with cases: %v", err)
	}
	boss, err := w.users.ByLogin(t.Context(), "boss")
	w.must(err)
	if err := ask(boss); errs.As(err).Code != "user.last_administrator" {
		t.Errorf("the last administrator: %v", err)
	}
	r, err := w.person.Ask(t.Context(), w.him.Actor(), personal.Subject{User: w.him.Code}, "")
	w.must(err)
	if _, err := w.person.Refuse(t.Context(), w.broker.Actor(), r.Code, ""); !errs.Is(err, errs.Invalid) {
		t.Errorf("refused without a reason: %v", err)
	}
	_, err = w.person.Refuse(t.Context(), w.broker.Actor(), r.Code, "合同还在履行，验收以后再办")
	w.must(err)
	if _, err := w.person.CarryOut(t.Context(), w.broker.Actor(), r.Code); errs.As(err).Code != "personal.decided" {
		t.Errorf("carried out although refused: %v", err)
	}
	if got, ok, err := w.person.Of(t.Context(), w.him.Code); err != nil || !ok || got.Reason == "" {
		t.Errorf("he is not told: %+v, %v", got, err)
	}
	for _, of := range []personal.Subject{{User: "U-nobody"}, {Person: "ZJ-404"}, {}} {
		if _, err := w.person.Ask(t.Context(), w.broker.Actor(), of, "本人来函提出"); !errs.Is(err, errs.NotFound) {
			t.Errorf("%+v: %v", of, err)
		}
	}
}

// A namesake's signature stays: nobody can tell whose the lines are.
func TestNamesakeKeepsHisSignature(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.user(account.NewUser{Login: "namesake", Name: hisName, Role: account.Provider, Org: "DW-1"})
	r, err := w.person.Ask(t.Context(), w.him.Actor(), personal.Subject{User: w.him.Code}, "")
	w.must(err)
	r, err = w.person.CarryOut(t.Context(), w.broker.Actor(), r.Code)
	w.must(err)
	w.must(w.person.Go(t.Context()))
	if lines, err := w.store.History(t.Context(), catalog.KindExpert, "ZJ-1"); err != nil || lines[1].By != hisName || len(r.Report.Kept) != 4 {
		t.Errorf("%+v, %v, %v", lines, r.Report.Kept, err)
	}
	if u, err := w.users.ByLogin(t.Context(), "namesake"); err != nil || u.Name != hisName {
		t.Errorf("the namesake: %+v, %v", u, err)
	}
}
