// Package paper keeps documents of the trade, such as campaigns and common needs, as
// items of an account.Store: each is one JSON document with a revision, written
// whole. What is searched by more than its code or its owner belongs elsewhere.
package paper

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

// Drawer keeps the papers of one kind. It is safe for concurrent use.
//
// Errors of all methods: errs.Unavailable, errs.Internal (Code.unreadable).
type Drawer[T any] struct {
	Items account.Store
	Kind  account.ItemKind
	Code  string // begins the codes of errors, such as "campaign"
	Name  string // in Chinese, such as 批量对接
	// Unreadable, when set, is told of a paper that Each cannot read and passes over;
	// else Each ends there.
	Unreadable func(id string, err error)
}

// Head is where a paper lies.
type Head struct {
	ID    string
	Owner string
	Rev   int64 // from 1; 0 for a new one
}

// Get reads a paper and its revision. Errors: errs.NotFound.
func (d Drawer[T]) Get(ctx context.Context, id string) (*T, int64, error) {
	it, err := d.Items.Get(ctx, d.Kind, id)
	if errs.Is(err, errs.NotFound) {
		return nil, 0, d.NotFound(id)
	}
	if err != nil {
		return nil, 0, err
	}
	v, err := d.read(it)
	return v, it.Rev, err
}

// Put saves a new paper, or replaces revision h.Rev, and gives the new revision.
// Errors: errs.Conflict (a new one's id is taken), errs.Stale, errs.NotFound.
func (d Drawer[T]) Put(ctx context.Context, h Head, v *T) (int64, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return 0, errs.Wrap(err, errs.Invalid, d.Code+".malformed", d.Name+"里有无法保存的值（例如不是数的数），请检查后再保存。")
	}
	it := account.Item{Kind: d.Kind, ID: h.ID, Owner: h.Owner, Rev: h.Rev, Body: body}
	if h.Rev == 0 {
		err = d.Items.Insert(ctx, it)
	} else {
		err = d.Items.Replace(ctx, it)
	}
	switch {
	case errs.Is(err, errs.Conflict):
		return 0, errs.Wrap(err, errs.Conflict, d.Code+".exists", fmt.Sprintf("编号“%s”已被使用，请再试一次。", h.ID))
	case errs.Is(err, errs.Stale):
		return 0, d.stale(ctx, h)
	case errs.Is(err, errs.NotFound):
		return 0, d.NotFound(h.ID)
	}
	return h.Rev + 1, err
}

// stale says which revision is current, when it can be read.
func (d Drawer[T]) stale(ctx context.Context, h Head) error {
	it, err := d.Items.Get(ctx, d.Kind, h.ID)
	if err != nil {
		return d.Stale(h.ID, 0, h.Rev)
	}
	return d.Stale(h.ID, it.Rev, h.Rev)
}

// Delete removes a paper for good; a missing one is no error.
func (d Drawer[T]) Delete(ctx context.Context, id string) error {
	return d.Items.Delete(ctx, d.Kind, id)
}

// FileOf is under what the bytes that belong to a paper are kept among the files of a
// store: a name of its own, so that the same bytes elsewhere are not lost with these.
func FileOf(kind account.ItemKind, id string) string {
	sum := sha256.Sum256([]byte(string(kind) + "/" + id))
	return hex.EncodeToString(sum[:])
}

// step is how many papers are read at a time.
const step = 100

// Each calls visit for every paper in byte order of the ids, until it answers
// false or an error.
func (d Drawer[T]) Each(ctx context.Context, visit func(v *T, rev int64) (bool, error)) error {
	for after := ""; ; {
		items, err := d.Items.Scan(ctx, d.Kind, after, step)
		if err != nil {
			return err
		}
		for _, it := range items {
			after = it.ID
			v, err := d.read(it)
			if err != nil && d.Unreadable != nil {
				d.Unreadable(it.ID, err)
				continue
			}
			if err != nil {
				return err
			}
			if more, err := visit(v, it.Rev); err != nil || !more {
				return err
			}
		}
		if len(items) < step {
			return nil
		}
	}
}

func (d Drawer[T]) read(it account.Item) (*T, error) {
	v := new(T)
	if err := json.Unmarshal(it.Body, v); err != nil {
		return nil, errs.Wrap(err, errs.Internal, d.Code+".unreadable", fmt.Sprintf("%s“%s”读不出来，内容可能已损坏。请从备份恢复。", d.Name, it.ID))
	}
	return v, nil
}

// NotFound is the error for a missing paper, and for one that is not the
// caller's to see.
func (d Drawer[T]) NotFound(id string) error {
	if runes := []rune(id); len(runes) > 40 {
		id = string(runes[:40])
	}
	return errs.New(errs.NotFound, d.Code+".not_found", fmt.Sprintf("没有编号为“%s”的%s，请核对编号。", id, d.Name))
}

// Stale is the error when another revision is current.
func (d Drawer[T]) Stale(id string, current, read int64) error {
	return errs.New(errs.Stale, d.Code+".stale", fmt.Sprintf("%s“%s”刚被别人改过（现为第 %d 版，您读到的是第 %d 版）。请重新打开，看过新情况再办。", d.Name, id, current, read))
}
