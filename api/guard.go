package api

import (
	"context"
	"reflect"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// serviceFor gives the service through which the caller of ctx writes.
func (a *API) serviceFor(ctx context.Context) *catalog.Service {
	if httpx.AccessOf(ctx).Role.SeesAll() {
		return a.deps.Catalog
	}
	s := *a.deps.Catalog
	s.Store = guardedStore{s.Store}
	return &s
}

// guardedStore is a store for somebody who writes without being shown what is
// confidential: he can neither overwrite a record that he may not see, nor
// change a record so that what was hidden from him is laid open. Forms, API
// and imported files all pass here.
type guardedStore struct{ catalog.Store }

// Save refuses such writes and saves the others.
func (s guardedStore) Save(ctx context.Context, writes []catalog.Write) []error {
	out := make([]error, len(writes))
	var pass []catalog.Write
	var at []int
	for i, w := range writes {
		if out[i] = s.judge(ctx, w); out[i] == nil {
			pass, at = append(pass, w), append(at, i)
		}
	}
	if len(pass) == 0 {
		return out
	}
	for j, err := range s.Store.Save(ctx, pass) {
		out[at[j]] = err
	}
	return out
}

func (s guardedStore) judge(ctx context.Context, w catalog.Write) error {
	m := w.Record.Base()
	if m.Rev == 0 {
		return nil
	}
	old, err := s.Store.Get(ctx, w.Record.Kind(), m.Code)
	if err != nil {
		return err
	}
	full, hidden, err := split(old)
	if err != nil {
		return err
	}
	if hidden == nil {
		return catalog.NotFoundError(old.Kind(), m.Code)
	}
	view, ok := catalog.PublicView(w.Record)
	if !ok {
		return nil
	}
	shown, err := fieldsOf(view)
	if err != nil {
		return err
	}
	for key := range hidden {
		if v, open := shown[key]; open && reflect.DeepEqual(v, full[key]) {
			return errs.New(errs.Denied, "access.reveals_confidential", "这样改会公开您看不到的保密内容，只有工作人员可以这样做；请带上工作人员令牌，或请工作人员来改。")
		}
	}
	return nil
}

// split gives the fields of a record, and those of them that its public view
// leaves out; hidden is nil when there is no public view, were the record
// removed or not.
func split(rec catalog.Record) (full, hidden object, err error) {
	if full, err = fieldsOf(rec); err != nil {
		return nil, nil, err
	}
	standing := catalog.Clone(rec)
	standing.Base().DeletedAt = nil
	view, ok := catalog.PublicView(standing)
	if !ok {
		return full, nil, nil
	}
	shown, err := fieldsOf(view)
	if err != nil {
		return nil, nil, err
	}
	hidden = object{}
	for key, v := range full {
		if _, ok := shown[key]; !ok {
			hidden[key] = v
		}
	}
	return full, hidden, nil
}

func fieldsOf(rec catalog.Record) (object, error) {
	data, err := catalog.Encode(rec)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "internal", "服务出了意外，请稍后再试。")
	}
	return parseObject(data)
}
