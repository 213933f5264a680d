package personal

import (
	"context"
	"strings"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Named finds whom somebody means by the code of an expert, a login or a mobile
// number. Whom the actor may not do the action to is not there for him. Errors:
// NotFound (personal.unknown).
func (s *Service) Named(ctx context.Context, a account.Actor, action account.Action, text string) (Subject, error) {
	of, err := s.named(ctx, strings.TrimSpace(text))
	if err != nil {
		return of, err
	}
	ok, err := s.may(ctx, a, action, of)
	if err == nil && !ok {
		err = nobody()
	}
	return of, err
}

func nobody() error {
	return errs.New(errs.NotFound, "personal.unknown", "没有这个账号或专家，或者不归您的工会管。请核对专家编号、账号名或手机号。")
}

func (s *Service) named(ctx context.Context, text string) (Subject, error) {
	rec, err := s.Catalog.Store.Get(ctx, catalog.KindExpert, text)
	if err == nil && rec.Heading() != Gone {
		return Subject{Person: text}, nil
	}
	if err != nil && !errs.Is(err, errs.NotFound) {
		return Subject{}, err
	}
	u, err := s.Accounts.ByLogin(ctx, text)
	if errs.Is(err, errs.NotFound) {
		err = nobody()
	}
	return Subject{User: u.Code}, err
}

// may asks the table of permissions.
func (s *Service) may(ctx context.Context, a account.Actor, action account.Action, of Subject) (bool, error) {
	return account.Allowed(a, action, func() (account.Target, error) { return s.HoldersOf(ctx, of) })
}

// mayDecide tells whether a request is the actor's to decide, or was: of whom nothing is
// known any more, it is those unions' which looked after him.
func (s *Service) mayDecide(ctx context.Context, a account.Actor, r Request) (bool, error) {
	return account.Allowed(a, account.PersonalDelete, func() (account.Target, error) {
		t, err := s.HoldersOf(ctx, r.Subject)
		if errs.Is(err, errs.NotFound) {
			return account.Target{Unions: r.Unions}, nil
		}
		return t, err
	})
}

// Decided lists the requests that the actor decides, those that wait first.
func (s *Service) Decided(ctx context.Context, a account.Actor) ([]Request, error) {
	all, err := s.Requests(ctx)
	var out []Request
	for _, r := range all {
		ok, errMay := s.mayDecide(ctx, a, r)
		if errMay != nil {
			return nil, errMay
		}
		if ok {
			out = append(out, r)
		}
	}
	return out, err
}

// Decide carries a request out, or refuses it for a reason. Errors: NotFound for a
// request that is not the actor's to decide, those of Refuse and CarryOut.
func (s *Service) Decide(ctx context.Context, a account.Actor, code string, carryOut bool, reason string) (Request, error) {
	r, err := s.Request(ctx, code)
	if err != nil {
		return r, err
	}
	if ok, err := s.mayDecide(ctx, a, r); err != nil || !ok {
		if err == nil {
			err = errs.New(errs.NotFound, "personal.no_request", "没有这个注销申请，请刷新列表。")
		}
		return Request{}, err
	}
	if carryOut {
		return s.CarryOut(ctx, a, code)
	}
	return s.Refuse(ctx, a, code, reason)
}
