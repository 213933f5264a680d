package brokering

import (
	"context"
	"fmt"
	"slices"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

// Reserve takes the codes of n introductions that are to be begun by
// BeginReserved. Codes that are never used leave a gap, no more.
func (s *Service) Reserve(ctx context.Context, n int) ([]string, error) {
	series := fmt.Sprintf("DJ-%d", s.Now().In(chinaTime()).Year())
	first, err := s.Store.TakeNumbers(ctx, series, n)
	if err != nil {
		return nil, err
	}
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("%s-%04d", series, first+int64(i)))
	}
	return out, nil
}

// BeginReserved is Begin under a code that was reserved for this proposal. When it
// was begun already, before a kill or by another process, that introduction is
// the answer: whoever writes the code down first can begin again and again.
func (s *Service) BeginReserved(ctx context.Context, a account.Actor, code string, p Proposal) (*Introduction, error) {
	begun, err := s.reserved(ctx, code, p)
	if err != nil || begun != nil {
		return begun, err
	}
	in, err := s.begin(ctx, a, p, code)
	if !errs.Is(err, errs.Conflict) {
		return in, err
	}
	if begun, again := s.reserved(ctx, code, p); begun != nil || again != nil { // in the meantime
		return begun, again
	}
	return nil, err
}

// reserved gives the introduction under a code, nil when there is none yet.
func (s *Service) reserved(ctx context.Context, code string, p Proposal) (*Introduction, error) {
	in, err := s.Store.Get(ctx, code)
	switch {
	case errs.Is(err, errs.NotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case len(in.Needs) != len(p.Needs) || slices.ContainsFunc(p.Needs, func(need string) bool { _, ok := in.Need(need); return !ok }):
		return nil, ConflictError(code)
	}
	view, _ := View(in, Seat{Part: Staff})
	return view, nil
}

// Between finds an open introduction that brings a need and a person together;
// "" when there is none.
func (s *Service) Between(ctx context.Context, need, person string) (string, error) {
	list, err := s.Store.List(ctx, Query{Need: need, Helping: person, Open: true, Limit: 1})
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0].Code, nil
}
