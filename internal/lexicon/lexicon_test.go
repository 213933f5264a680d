package lexicon_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/configs"
	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/lexicon"
	"hongniang/internal/sqlitestore"
)

var clock = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func items(t *testing.T) account.Store {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "words.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store.Accounts()
}

func service(t *testing.T) *lexicon.Service {
	t.Helper()
	return &lexicon.Service{
		Items: items(t), Shipped: map[lexicon.List]string{lexicon.Synonyms: "数控机床=CNC\n", lexicon.Words: "换流阀 5000 n\n"},
		Now: func() time.Time { return clock },
	}
}

// counted counts how often everything is read.
type counted struct {
	account.Store
	all int
}

func (c *counted) Owned(ctx context.Context, kind account.ItemKind, owner string) ([]account.Item, error) {
	c.all++
	return c.Store.Owned(ctx, kind, owner)
}

// What holds is read alone: not among all revisions once one is known, and it is
// the newest whoever saved it.
func TestCurrentReadsOneRevision(t *testing.T) {
	s := service(t)
	store := &counted{Store: s.Items}
	s.Items = store
	other := &lexicon.Service{Items: store.Store, Shipped: s.Shipped, Now: s.Now}
	save := func(by *lexicon.Service, base int) {
		t.Helper()
		if _, err := by.Save(t.Context(), lexicon.Edit{List: lexicon.Synonyms, Base: base, Text: fmt.Sprintf("甲乙=丙丁%d\n", base)}); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(want int) {
		t.Helper()
		if r, err := s.Current(t.Context(), lexicon.Synonyms); err != nil || r.Number != want {
			t.Errorf("revision %d holds, %v; want %d", r.Number, err, want)
		}
	}
	save(s, 0)
	holds(1)
	all := store.all
	save(other, 1)
	save(other, 2)
	holds(3)
	holds(3)
	if store.all != all {
		t.Errorf("all revisions were read %d times", store.all-all)
	}
	for n := range 3 { // the database is another one now
		if err := store.Delete(t.Context(), lexicon.Kind, fmt.Sprintf("synonyms/%08d", n+1)); err != nil {
			t.Fatal(err)
		}
	}
	holds(0)
}

// A list that lies in an operator's file has no newer revision, and the store is
// not asked for one.
func TestNewerOfAFile(t *testing.T) {
	s := service(t)
	s.Items, s.Files = nil, map[lexicon.List]string{lexicon.Words: "words.txt"}
	if _, newer, err := s.Newer(t.Context(), lexicon.Words, 0); newer || err != nil {
		t.Errorf("%v, %v", newer, err)
	}
}

func TestSaveAndHistory(t *testing.T) {
	s := service(t)
	var used []int
	s.Use = func(r lexicon.Revision) { used = append(used, r.Number) }
	shipped, err := s.Current(t.Context(), lexicon.Synonyms)
	if err != nil || shipped.Number != 0 || shipped.Text != "数控机床=CNC\n" {
		t.Fatalf("%+v, %v", shipped, err)
	}
	first, err := s.Save(t.Context(), lexicon.Edit{List: lexicon.Synonyms, Text: "数控机床=CNC\r\n二保焊=CO2气体保护焊  \r\n\r\n", By: "U1 管理员", Note: " 焊工 常说 "})
	want := lexicon.Revision{List: lexicon.Synonyms, Number: 1, Text: "数控机床=CNC\n二保焊=CO2气体保护焊\n", By: "U1 管理员", At: clock, Note: "焊工 常说"}
	if diff := cmp.Diff(want, first); err != nil || diff != "" {
		t.Fatalf("%v %s", err, diff)
	}
	if _, err := s.Save(t.Context(), lexicon.Edit{List: lexicon.Synonyms, Base: 1, Text: first.Text}); errs.As(err).Code != "lexicon.same" {
		t.Errorf("nothing changed: %v", err)
	}
	if _, err := s.Save(t.Context(), lexicon.Edit{List: lexicon.Synonyms, Base: 0, Text: "甲乙=丙丁"}); !errs.Is(err, errs.Stale) || !strings.Contains(errs.As(err).Message, "第 1 版") {
		t.Errorf("over what was not read: %v", err)
	}
	if _, err := s.Save(t.Context(), lexicon.Edit{List: lexicon.Synonyms, Base: 1, Text: ""}); err != nil {
		t.Errorf("an empty list: %v", err)
	}
	history, err := s.History(t.Context(), lexicon.Synonyms)
	if err != nil || len(history) != 2 || history[0].Text != "" || history[1].Text != first.Text {
		t.Errorf("%+v, %v", history, err)
	}
	if diff := cmp.Diff([]int{1, 2}, used); diff != "" {
		t.Error(diff)
	}
	if words, err := s.Current(t.Context(), lexicon.Words); err != nil || words.Number != 0 {
		t.Errorf("the other list: %+v, %v", words, err)
	}
	if _, err := s.Current(t.Context(), "stopwords"); !errs.Is(err, errs.NotFound) {
		t.Errorf("a list that is none: %v", err)
	}
}

// Another process learns of a revision by one read.
func TestNewer(t *testing.T) {
	s := service(t)
	if _, ok, err := s.Newer(t.Context(), lexicon.Words, 0); ok || err != nil {
		t.Errorf("of nothing: %v, %v", ok, err)
	}
	if _, err := s.Save(t.Context(), lexicon.Edit{List: lexicon.Words, Text: "溜槽 5000 n"}); err != nil {
		t.Fatal(err)
	}
	if r, ok, err := s.Newer(t.Context(), lexicon.Words, 0); !ok || err != nil || r.Number != 1 {
		t.Errorf("%+v, %v, %v", r, ok, err)
	}
}

// Of many who save at once over the same revision one wins, and the others learn.
func TestOneEditorWins(t *testing.T) {
	s := service(t)
	var wg sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		wg.Go(func() {
			_, results[i] = s.Save(t.Context(), lexicon.Edit{List: lexicon.Synonyms, Text: fmt.Sprintf("数控机床=CNC%d", i)})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range results {
		if err == nil {
			won++
		} else if !errs.Is(err, errs.Stale) {
			t.Errorf("%v", err)
		}
	}
	if history, err := s.History(t.Context(), lexicon.Synonyms); won != 1 || len(history) != 1 || err != nil {
		t.Errorf("%d won, %d revisions, %v", won, len(history), err)
	}
}

func TestOldRevisionsGo(t *testing.T) {
	s := service(t)
	for _, n := range []int{1, 2, 200} {
		body := fmt.Sprintf(`{"list":"userdict","number":%d,"text":"换流阀 %d\n"}`, n, n)
		if err := s.Items.Insert(t.Context(), account.Item{Kind: lexicon.Kind, ID: fmt.Sprintf("userdict/%08d", n), Owner: "userdict", Body: []byte(body)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Save(t.Context(), lexicon.Edit{List: lexicon.Words, Base: 200, Text: "换流阀 5"}); err != nil {
		t.Fatal(err)
	}
	history, err := s.History(t.Context(), lexicon.Words)
	if err != nil || len(history) != 3 || history[0].Number != 201 || history[2].Number != 2 {
		t.Errorf("%+v, %v", history, err)
	}
}

// A list that the settings name a file for is edited there.
func TestOperatorsFile(t *testing.T) {
	s := service(t)
	s.Files = map[lexicon.List]string{lexicon.Synonyms: "/etc/synonyms.txt"}
	s.File = func(path string) (string, error) { return "甲乙=丙丁\n", nil }
	r, err := s.Current(t.Context(), lexicon.Synonyms)
	if err != nil || r.File != "/etc/synonyms.txt" || r.Text != "甲乙=丙丁\n" {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := s.Save(t.Context(), lexicon.Edit{List: lexicon.Synonyms, Text: "甲乙=戊己"}); !errs.Is(err, errs.Denied) || !strings.Contains(errs.As(err).Message, "/etc/synonyms.txt") {
		t.Errorf("%v", err)
	}
	s.File = func(string) (string, error) { return "", errors.New("gone") }
	if _, err := s.Current(t.Context(), lexicon.Synonyms); err == nil {
		t.Error("a file that is gone")
	}
}

func TestDamagedRevision(t *testing.T) {
	s := service(t)
	if err := s.Items.Insert(t.Context(), account.Item{Kind: lexicon.Kind, ID: "synonyms/00000001", Owner: "synonyms", Body: []byte(`{"number":"x"}`)}); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"current": second(s.Current(t.Context(), lexicon.Synonyms)), "history": second(s.History(t.Context(), lexicon.Synonyms)),
	} {
		if errs.As(err).Code != "lexicon.unreadable" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := s.Newer(t.Context(), lexicon.Synonyms, 0); errs.As(err).Code != "lexicon.unreadable" {
		t.Errorf("newer: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		list lexicon.List
		text string
		want string // field and code of each fault
	}{
		{lexicon.Synonyms, "# 说明\n\n数控机床=CNC，数控", ""},
		{lexicon.Synonyms, "数控机床", "line.1 lexicon.lonely"},
		{lexicon.Synonyms, "砼=混凝土", ""},
		{lexicon.Synonyms, "电焊=焊接\nＰＬＣ=可编程\nplc=控制器", "line.3 lexicon.twice"},
		{lexicon.Synonyms, "电焊=电焊", "line.1 lexicon.twice"},
		{lexicon.Synonyms, "电焊=" + strings.Repeat("长", 41), "line.1 lexicon.long"},
		{lexicon.Words, "# 词\n换流阀 5000 n\n换热器", ""},
		{lexicon.Words, "换流阀 5000 n\n换流阀 1", "line.2 lexicon.twice"},
		{lexicon.Words, "CNC 5 n", "line.1 lexicon.not_han"},
		{lexicon.Words, "換流閥 5 n", "line.1 lexicon.not_han"},
		{lexicon.Words, "阀 5 n", "line.1 lexicon.short"},
		{lexicon.Words, "换流阀 很多", "line.1 lexicon.frequency"},
		{lexicon.Words, "换流阀 0 n", "line.1 lexicon.frequency"},
		{lexicon.Words, "换流阀 5 n 又", "line.1 lexicon.columns"},
		{lexicon.Words, strings.Repeat("长", 41), "line.1 lexicon.long"},
	} {
		var got []string
		if err := lexicon.Check(tt.list, tt.text); err != nil {
			for _, f := range errs.As(err).Fields {
				got = append(got, f.Field+" "+f.Code)
			}
		}
		if strings.Join(got, "; ") != tt.want {
			t.Errorf("%q: %v, want %q", tt.text, got, tt.want)
		}
	}
	for list, file := range map[lexicon.List]string{lexicon.Synonyms: "synonyms.txt", lexicon.Words: "userdict.txt"} {
		if err := lexicon.Check(list, configs.Text(file)); err != nil {
			t.Errorf("what ships: %v", err)
		}
	}
}

func TestCompare(t *testing.T) {
	got := lexicon.Compare("甲=乙\n丙=丁\n丙=丁\n\n", "丙=丁\n甲=乙\n戊=己\n")
	if diff := cmp.Diff(lexicon.Difference{Removed: []string{"丙=丁"}, Added: []string{"戊=己"}}, got); diff != "" {
		t.Error(diff)
	}
	if d := lexicon.Compare("甲=乙", "甲=乙\n"); len(d.Added)+len(d.Removed) != 0 {
		t.Errorf("%+v", d)
	}
}
