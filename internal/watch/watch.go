// Package watch keeps searches that people saved, follows the change feed, and
// tells each of them once a day, together, which public records his searches find
// anew. A search is asked of the public index alone, so a digest can say nothing
// that its reader could not have found himself.
package watch

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/notice"
	"hongniang/internal/search"
)

// KindSearch is the kind of item that holds a saved search. ID: code; Owner: the
// user.
const KindSearch account.ItemKind = "saved_search"

// Bounds.
const (
	MaxSearches  = 50 // of one user
	MaxName      = 60 // runes
	MaxAsk       = 400
	maxKnown     = 1000 // hits that are remembered when a search is saved
	maxFiltersOf = 20
)

// Ask is what is searched for.
type Ask struct {
	Query   string                    `json:"query,omitempty"`
	Kind    catalog.Kind              `json:"kind,omitempty"`
	Filters map[search.Facet][]string `json:"filters,omitempty"`
}

// Empty tells whether nothing is asked for.
func (a Ask) Empty() bool { return a.Query == "" && a.Kind == "" && len(a.Filters) == 0 }

func (a Ask) request() search.Request {
	r := search.Request{Query: a.Query, Filters: a.Filters, Sort: search.ByDate, Size: search.MaxSize, Page: 1}
	if a.Kind != "" {
		r.Kinds = []catalog.Kind{a.Kind}
	}
	return r
}

// Search is a search that somebody saved.
type Search struct {
	Code  string    `json:"code"`
	User  string    `json:"user"`
	Name  string    `json:"name"`
	Ask   Ask       `json:"ask"`
	Off   bool      `json:"off,omitempty"` // he is not told
	Made  time.Time `json:"made"`
	Told  time.Time `json:"told,omitzero"`   // when he was told last
	Found int       `json:"found,omitempty"` // of how many then
	Rev   int64     `json:"-"`
	// Known are the documents that it found when it was saved or switched on; Wide:
	// there were more, and of others only what was made since is new.
	Known []string `json:"known,omitempty"`
	Wide  bool     `json:"wide,omitempty"`
}

// Engine is what searches; search.Engine is one.
type Engine interface {
	Search(ctx context.Context, req search.Request) (search.Response, error)
	Documents(ctx context.Context, ids []string) (map[string]search.Document, error)
	Status(ctx context.Context) (search.Status, error)
}

// Feed is where records and their changes are read; catalog.Store is one.
type Feed interface {
	Get(ctx context.Context, kind catalog.Kind, code string) (catalog.Record, error)
	Changes(ctx context.Context, after int64, limit int) ([]catalog.Change, error)
}

// Teller tells people; *notice.Service is one.
type Teller interface {
	Say(ctx context.Context, readers []string, n notice.Notice) error
}

// Service keeps searches and finds what is new for them. What people do is safe
// for concurrent use; one goroutine at a time follows.
type Service struct {
	Items  account.Store
	Engine Engine
	Feed   Feed
	Tell   Teller
	Now    func() time.Time
	Random io.Reader
	Log    *slog.Logger
}

// Of gives the searches of a user, newest first.
func (s *Service) Of(ctx context.Context, user string) ([]Search, error) {
	items, err := s.Items.Owned(ctx, KindSearch, user)
	if err != nil {
		return nil, err
	}
	var out []Search
	for _, it := range items {
		one, err := read(it)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	slices.SortStableFunc(out, func(a, b Search) int { return b.Made.Compare(a.Made) })
	return out, nil
}

// Save keeps a search for a user; what it finds now is no news later. The same
// search saved again is the same one, under the new name. Errors: errs.Invalid
// with fields, errs.Conflict when he has too many.
func (s *Service) Save(ctx context.Context, user, name string, ask Ask) (Search, error) {
	name, err := checked(name, ask)
	if err != nil {
		return Search{}, err
	}
	all, err := s.Of(ctx, user)
	if err != nil {
		return Search{}, err
	}
	for _, had := range all {
		if same(had.Ask, ask) {
			had.Name = name
			return had, s.put(ctx, &had)
		}
	}
	if len(all) >= MaxSearches {
		return Search{}, errs.New(errs.Conflict, "watch.many", fmt.Sprintf("最多保存 %d 个检索，请先删去不用的。", MaxSearches))
	}
	raw := make([]byte, 8)
	if _, err := io.ReadFull(s.Random, raw); err != nil {
		return Search{}, errs.Wrap(err, errs.Internal, "watch.no_random", "系统没有给出随机数，没有保存。请稍后再试。")
	}
	made := Search{Code: hex.EncodeToString(raw), User: user, Name: name, Ask: ask, Made: s.now()}
	if err := s.remember(ctx, &made); err != nil {
		return Search{}, err
	}
	return made, s.put(ctx, &made)
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

// checked gives a name without needless blanks.
func checked(name string, ask Ask) (string, error) {
	var f errs.Faults
	name = strings.Join(strings.Fields(name), " ")
	if name == "" {
		f.Add("name", "watch.name", "请起个名字，如“电主轴修复”。", name)
	}
	if utf8.RuneCountInString(name) > MaxName {
		f.Add("name", "watch.name", fmt.Sprintf("名字最多 %d 个字。", MaxName), name)
	}
	n := 0
	for _, values := range ask.Filters {
		n += len(values)
	}
	if ask.Empty() || utf8.RuneCountInString(ask.Query) > MaxAsk || n > maxFiltersOf {
		f.Add("ask", "watch.ask", "先写检索词或选一个条件，再保存。", ask.Query)
	}
	return name, f.Err()
}

// same tells whether two ask for the same.
func same(a, b Ask) bool {
	if a.Query != b.Query || a.Kind != b.Kind || len(a.Filters) != len(b.Filters) {
		return false
	}
	for f, values := range a.Filters {
		if !slices.Equal(values, b.Filters[f]) {
			return false
		}
	}
	return true
}

// remember notes what a search finds already.
func (s *Service) remember(ctx context.Context, one *Search) error {
	one.Known, one.Wide = nil, false
	r := one.Ask.request()
	for ; ; r.Page++ {
		res, err := s.Engine.Search(ctx, r)
		if err != nil {
			return err
		}
		for _, h := range res.Hits {
			one.Known = append(one.Known, h.ID)
		}
		if r.Page*r.Size >= res.Total {
			return nil
		}
		if len(one.Known) >= maxKnown {
			one.Wide = true
			return nil
		}
	}
}

// Rename gives a search of a user another name. Errors: errs.NotFound, errs.Invalid.
func (s *Service) Rename(ctx context.Context, user, code, name string) error {
	one, err := s.own(ctx, user, code)
	if err == nil {
		one.Name, err = checked(name, one.Ask)
	}
	if err != nil {
		return err
	}
	return s.put(ctx, &one)
}

// Switch says whether a user is told of what a search finds. What came while it was
// off is no news. Errors: errs.NotFound.
func (s *Service) Switch(ctx context.Context, user, code string, on bool) error {
	one, err := s.own(ctx, user, code)
	if err != nil || one.Off == !on {
		return err
	}
	if one.Off = !on; on {
		one.Made = s.now()
		if err := s.remember(ctx, &one); err != nil {
			return err
		}
	}
	return s.put(ctx, &one)
}

// Delete removes a search of a user; one that is gone is no error.
func (s *Service) Delete(ctx context.Context, user, code string) error {
	one, err := s.own(ctx, user, code)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	found, err := s.Items.Owned(ctx, KindFound, one.Code)
	if err != nil {
		return err
	}
	for _, it := range found {
		if err := s.Items.Delete(ctx, KindFound, it.ID); err != nil {
			return err
		}
	}
	return s.Items.Delete(ctx, KindSearch, one.Code)
}

// own reads a search of a user; another's is not there.
func (s *Service) own(ctx context.Context, user, code string) (Search, error) {
	missing := errs.New(errs.NotFound, "watch.not_found", "没有这个保存的检索，可能已经删除。")
	it, err := s.Items.Get(ctx, KindSearch, code)
	if errs.Is(err, errs.NotFound) || err == nil && (it.Owner != user || user == "") {
		return Search{}, missing
	}
	if err != nil {
		return Search{}, err
	}
	return read(it)
}

func (s *Service) put(ctx context.Context, one *Search) error {
	body, err := json.Marshal(one)
	if err != nil {
		return errs.Wrap(err, errs.Internal, "watch.unwritable", "检索无法保存，请联系管理员查看日志。")
	}
	it := account.Item{Kind: KindSearch, ID: one.Code, Owner: one.User, Rev: one.Rev, Body: body}
	if one.Rev == 0 {
		err = s.Items.Insert(ctx, it)
	} else {
		err = s.Items.Replace(ctx, it)
	}
	if errs.Is(err, errs.Stale) {
		return errs.Wrap(err, errs.Stale, "watch.stale", "这个检索刚在别处改过，请刷新后再试。")
	}
	one.Rev++
	return err
}

func read(it account.Item) (Search, error) {
	var one Search
	if err := json.Unmarshal(it.Body, &one); err != nil {
		return one, errs.Wrap(err, errs.Internal, "watch.unreadable", "有一个保存的检索读不出来，内容可能已损坏。请从备份恢复。")
	}
	one.Rev = it.Rev
	return one, nil
}
