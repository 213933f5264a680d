package account

import (
	"context"
	"encoding/json"

	"hongniang/internal/errs"
)

// Place keeps how far some work in the background has come, as the one item of its
// kind, so that another process goes on where a killed one stopped.
type Place struct {
	Store Store
	Kind  ItemKind
	Code  string // of errors: Code.unreadable, Code.unwritable
	Name  string // of the work, in Chinese
}

// placeID is the identifier of the one item.
const placeID = "feed"

// Read puts what was kept into at, and gives its revision. Errors: errs.NotFound before
// the first Keep, errs.Internal when it cannot be read, and the store's.
func (p Place) Read(ctx context.Context, at any) (rev int64, err error) {
	it, err := p.Store.Get(ctx, p.Kind, placeID)
	if err != nil {
		return 0, err
	}
	if err := json.Unmarshal(it.Body, at); err != nil {
		return 0, errs.Wrap(err, errs.Internal, p.Code+".unreadable", "读不出"+p.Name+"到了哪里，内容可能已损坏。请从备份恢复。")
	}
	return it.Rev, nil
}

// Keep writes at over a revision, 0 for the first, and gives the next. That another
// process was faster is no error, and rev stays: both do the same work, once.
func (p Place) Keep(ctx context.Context, at any, rev int64) (next int64, err error) {
	body, err := json.Marshal(at)
	if err != nil {
		return rev, errs.Wrap(err, errs.Internal, p.Code+".unwritable", p.Name+"到了哪里无法保存，请联系管理员查看日志。")
	}
	it := Item{Kind: p.Kind, ID: placeID, Rev: rev, Body: body}
	if rev == 0 {
		err = p.Store.Insert(ctx, it)
	} else {
		err = p.Store.Replace(ctx, it)
	}
	switch {
	case errs.Is(err, errs.Conflict) || errs.Is(err, errs.Stale):
		return rev, nil
	case err != nil:
		return rev, err
	}
	return rev + 1, nil
}
