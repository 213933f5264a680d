package review_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/review"
	"hongniang/internal/sqlitestore"
)

// hall is a union with two results, four jurors and a broker, on a real store with
// a clock of the test.
type hall struct {
	*review.Service
	t       *testing.T
	now     time.Time
	code    string
	broker  account.Actor
	workers []account.Actor // who hand in
	jury    []account.Actor
}

const hallResults, hallJurors = 2, 4

func newHall(t *testing.T) *hall {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "hongniang.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	h := &hall{t: t, now: time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC), broker: account.Actor{User: "U-wang", Name: "红娘王", Role: account.Broker, Org: "GH-1"}}
	clock, log := func() time.Time { return h.now }, slog.New(slog.DiscardHandler)
	hasher, err := account.NewHasher(account.Params{MemoryKiB: 64, Passes: 1, Lanes: 1}, rand.Reader)
	h.must(err)
	users := &account.Service{Store: store.Accounts(), Hasher: hasher, Now: clock, Random: rand.Reader, Log: log, Directory: catalog.Directory{From: store}}
	cat := &catalog.Service{Store: store, Now: clock, Log: log}
	h.Service = &review.Service{
		Items: store.Accounts(), Records: store, Changes: cat, Users: users, Now: clock,
		Organisations: func(context.Context) (*constraint.Organisations, error) { return constraint.NewOrganisations(), nil },
	}
	person := func(kind string, i int) account.Actor {
		code := fmt.Sprint("ZJ-", kind, i)
		h.must(cat.Create(t.Context(), "test", &catalog.Expert{Meta: catalog.Meta{Code: code, Union: "GH-1"}, Name: fmt.Sprint(kind, i)}))
		u, _, err := users.AddUser(t.Context(), account.NewUser{Login: fmt.Sprint("login-", kind, i), Name: fmt.Sprint(kind, i), Role: account.Provider, Person: code, Password: "铣床 晨雾 47 橘子树"})
		h.must(err)
		return u.Actor()
	}
	h.must(cat.Create(t.Context(), "test", &catalog.Organisation{Meta: catalog.Meta{Code: "GH-1"}, Name: "市总工会", OrganisationKind: "union"}))
	for i := range hallResults {
		h.workers = append(h.workers, person("工人", i))
		h.must(cat.Create(t.Context(), "test", &catalog.Result{
			Meta: catalog.Meta{Code: fmt.Sprint("CG-", i), Union: "GH-1"}, Title: fmt.Sprint("夹具改造", i), ResultKind: "small_design",
			Completers: []catalog.Completer{{Name: fmt.Sprint("工人", i), ExpertCode: fmt.Sprint("ZJ-工人", i)}},
		}))
	}
	for i := range hallJurors {
		h.jury = append(h.jury, person("评委", i))
	}
	return h
}

func (h *hall) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// draft begins a call that applications can be handed in to for three days.
func (h *hall) draft() {
	h.t.Helper()
	terms := review.DefaultTerms()
	terms.Title, terms.Year, terms.Deadline, terms.Issuer = "五小成果评审", 2026, catalog.Day(h.now.AddDate(0, 0, 3)), "市总工会"
	c, err := h.Create(h.t.Context(), h.broker, terms)
	h.must(err)
	h.code = c.Code
}

// take takes a step as the broker.
func (h *hall) take(step review.Step) error {
	h.t.Helper()
	sight, err := h.Show(h.t.Context(), h.broker, h.code)
	h.must(err)
	_, err = h.Take(h.t.Context(), h.broker, h.code, sight.Rev, step)
	return err
}

// open publishes a call with its jurors, and has the workers hand in.
func (h *hall) open() {
	h.t.Helper()
	h.draft()
	h.must(h.take(review.Step{Kind: review.Publish}))
	for i := range h.jury {
		h.must(h.take(review.Step{Kind: review.Name, Juror: fmt.Sprint("login-评委", i), Chair: i == 0}))
	}
	for i, w := range h.workers {
		_, err := h.Apply(h.t.Context(), w, h.code, review.Application{Result: fmt.Sprint("CG-", i), Statement: "换型时间缩到八分钟，已用半年。", Declared: true})
		h.must(err)
	}
}

// score has a juror hand in every sheet.
func (h *hall) score(juror int) {
	h.t.Helper()
	for i := range hallResults {
		p := 90 - 20*i
		_, err := h.Score(h.t.Context(), h.jury[juror], h.code, fmt.Sprint("CG-", i), review.Marks{Points: []int{p, p, p, p}, Final: true})
		h.must(err)
	}
}

// post takes the call to its public notice.
func (h *hall) post() {
	h.t.Helper()
	h.open()
	h.must(h.take(review.Step{Kind: review.Begin, Note: "报齐了"}))
	for i := range h.jury {
		h.score(i)
	}
	h.must(h.take(review.Step{Kind: review.RankAll}))
	h.must(h.take(review.Step{Kind: review.Post}))
}
