package api

import (
	"context"
	"iter"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/httpx"
	"hongniang/internal/intake"
)

// sight is what one caller may see and do; it is for one request.
type sight struct {
	actor account.Actor
	gate  intake.Gate
}

func (a *API) sightOf(ctx context.Context) sight {
	actor := httpx.AccessOf(ctx).Actor
	return sight{actor: actor, gate: intake.NewGate(a.deps.Catalog.Store, actor)}
}

// may tells whether the caller may do the action to the record.
func (s sight) may(ctx context.Context, action account.Action, rec catalog.Record) (bool, error) {
	return s.gate.May(ctx, action, rec)
}

// view gives what the caller may see of a record, and false for nothing.
func (s sight) view(ctx context.Context, rec catalog.Record) (catalog.Record, bool, error) {
	whole, err := s.may(ctx, account.ReadWhole(string(rec.Kind())), rec)
	if whole || err != nil {
		return rec, whole, err
	}
	shown, ok := catalog.PublicView(rec)
	return shown, ok, nil
}

// standing is view of a record as it would be were it not removed.
func (s sight) standing(ctx context.Context, rec catalog.Record) (catalog.Record, bool, error) {
	rec = catalog.Clone(rec)
	rec.Base().DeletedAt = nil
	return s.view(ctx, rec)
}

// serviceFor gives the service through which the caller of ctx writes.
func (a *API) serviceFor(ctx context.Context) *catalog.Service {
	return intake.Guard(a.deps.Catalog, httpx.AccessOf(ctx).Actor)
}

// only leaves out the records that the caller may not do the action to.
func (s sight) only(ctx context.Context, action account.Action, records iter.Seq2[catalog.Record, error]) iter.Seq2[catalog.Record, error] {
	return func(yield func(catalog.Record, error) bool) {
		for rec, err := range records {
			ok := false
			if err == nil {
				ok, err = s.may(ctx, action, rec)
			}
			if (ok || err != nil) && !yield(rec, err) {
				return
			}
		}
	}
}

// orElse gives the first error, or the other when there is none.
func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
