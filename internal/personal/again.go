package personal

import (
	"context"

	"hongniang/internal/errs"
)

// Begun lists the erasures that were begun or carried out, for Again.
func (s *Service) Begun(ctx context.Context) ([]Request, error) {
	all, err := s.Requests(ctx)
	var out []Request
	for _, r := range all {
		if r.State == Running || r.State == Done {
			out = append(out, r)
		}
	}
	return out, err
}

// Again carries out, in a database of earlier days, the erasures that Begun found in
// the one whose place it takes: whoever was erased since is erased here too, whatever
// depends on his account. It says how many there were. When it fails, the next call
// goes on; until none fails the database must not be used. Errors: the stores'.
func (s *Service) Again(ctx context.Context, begun []Request) (int, error) {
	n := 0
	for _, r := range begun {
		has, err := s.Request(ctx, r.Code)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return n, err
		}
		if err == nil && has.State == Done {
			continue
		}
		n++
		if err == nil && has.State == Running {
			continue // it knows by itself how far it is
		}
		if err := s.revive(ctx, r, has.rev); err != nil {
			return n, err
		}
	}
	return n, s.Go(ctx)
}

// revive notes an erasure as just begun, over revision rev of its request; 0: there
// is none. Nobody there to be erased leaves it as it was carried out.
func (s *Service) revive(ctx context.Context, r Request, rev int64) error {
	k, err := s.find(ctx, r.Subject)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	r.rev, r.files = rev, nil
	if err == nil {
		t := traitsOf(k)
		if err := s.onlySigner(ctx, &t); err != nil {
			return err
		}
		r.State, r.Phase, r.Report, r.traits = Running, phases[0].name, Report{Kept: kept(t)}, &t
	} else {
		r.State, r.Phase, r.Name, r.Words, r.traits = Done, "", "", "", nil
		if r.Report.DoneAt.IsZero() {
			r.Report.DoneAt = s.now()
		}
	}
	it, err := r.item()
	if err != nil {
		return err
	}
	if rev == 0 {
		return s.Items.Insert(ctx, it)
	}
	return s.Items.Replace(ctx, it)
}
