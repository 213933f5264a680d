package batch

import (
	"cmp"
	"context"
	"encoding/json"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/exchange"
)

// mostNames bounds how many names of columns an organisation's memory holds.
const mostNames = 500

// layoutID is where the memory of the caller's organisation lies, or his own.
func layoutID(a account.Actor, kind catalog.Kind) string {
	return cmp.Or(a.Org, a.User) + "/" + string(kind)
}

// remembered gives what the caller's organisation said of columns before. It is a
// help: when it cannot be read, columns are guessed.
func (s *Service) remembered(ctx context.Context, a account.Actor, kind catalog.Kind) map[string]string {
	it, err := s.Items.Get(ctx, KindLayout, layoutID(a, kind))
	fields := map[string]string{}
	if err == nil {
		err = json.Unmarshal(it.Body, &fields)
	}
	if err != nil && !errs.Is(err, errs.NotFound) {
		s.Log.WarnContext(ctx, "what columns mean is guessed", "kind", kind, "err", err)
	}
	return fields
}

// remember notes what the columns of a file mean. It is a help: when it cannot be
// saved, the next file is guessed again.
func (s *Service) remember(ctx context.Context, a account.Actor, kind catalog.Kind, columns []exchange.SurveyColumn) {
	if err := s.saveMemory(ctx, a, kind, columns); err != nil {
		s.Log.WarnContext(ctx, "what columns mean is not remembered", "kind", kind, "err", err)
	}
}

// saveMemory: who is slower than somebody else of his organisation leaves it as it
// is.
func (s *Service) saveMemory(ctx context.Context, a account.Actor, kind catalog.Kind, columns []exchange.SurveyColumn) error {
	id := layoutID(a, kind)
	it, err := s.Items.Get(ctx, KindLayout, id)
	fresh := errs.Is(err, errs.NotFound)
	if err != nil && !fresh {
		return err
	}
	fields := map[string]string{}
	if !fresh && json.Unmarshal(it.Body, &fields) != nil || len(fields)+len(columns) > mostNames {
		fields = map[string]string{} // what nobody can read, or is too much, begins anew
	}
	for _, c := range columns {
		fields[c.Name] = c.Key
	}
	body, err := json.Marshal(fields)
	if err != nil {
		return errs.Wrap(err, errs.Internal, "internal", "服务出了意外，请稍后再试。")
	}
	it.Kind, it.ID, it.Owner, it.Body = KindLayout, id, cmp.Or(a.Org, a.User), body
	if fresh {
		err = s.Items.Insert(ctx, it)
	} else {
		err = s.Items.Replace(ctx, it)
	}
	if errs.Is(err, errs.Conflict) || errs.Is(err, errs.Stale) {
		return nil
	}
	return err
}
