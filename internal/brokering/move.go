package brokering

import (
	"context"
	"fmt"

	"hongniang/internal/errs"
)

// Copy copies every introduction with its attachments to another store as it
// is: revisions and what was told included. It says how many are there now. A
// copy that broke off can be repeated; nothing else may write to either store
// meanwhile. Errors: Conflict with code migrate.foreign when the target holds a
// later revision of one, or another introduction under its code.
func Copy(ctx context.Context, from, to Store) (int, error) {
	untold, err := from.Untold(ctx, 1<<20)
	if err != nil {
		return 0, err
	}
	told := map[string]int64{}
	for _, u := range untold {
		told[u.Introduction.Code] = u.Told
	}
	n := 0
	for after := ""; ; {
		list, err := from.List(ctx, Query{After: after, Limit: 50})
		if err != nil || len(list) == 0 {
			return n, err
		}
		for _, in := range list {
			after = in.Code
			u := Untold{Introduction: in, Told: in.Rev}
			if seq, ok := told[in.Code]; ok {
				u.Told = seq
			}
			if err := copyOne(ctx, from, to, u); err != nil {
				return n, err
			}
			n++
		}
	}
}

func copyOne(ctx context.Context, from, to Store, u Untold) error {
	in := u.Introduction
	there, err := to.Get(ctx, in.Code)
	switch {
	case err == nil && (there.Rev > in.Rev || there.History[0] != in.History[0]):
		return errs.New(errs.Conflict, "migrate.foreign", fmt.Sprintf("目标数据库里的对接单“%s”更新，没有动它。请换一个空的数据库，再迁移一次。", in.Code))
	case err != nil && !errs.Is(err, errs.NotFound):
		return err
	}
	for _, a := range in.Attachments {
		data, err := from.File(ctx, a.SHA256)
		if err != nil {
			return err
		}
		if err := to.PutFile(ctx, a.SHA256, data); err != nil {
			return err
		}
	}
	return to.Import(ctx, u)
}
