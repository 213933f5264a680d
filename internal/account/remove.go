package account

import (
	"context"

	"hongniang/internal/errs"
)

// NewCode gives a random code behind a prefix.
func (s *Service) NewCode(prefix string) (string, error) {
	id, err := s.word(12)
	return prefix + id, err
}

// MayRemove is user.last_administrator (Conflict) for an account without which
// nobody could look after the installation.
func (s *Service) MayRemove(ctx context.Context, code string) error {
	yes := true
	return s.keepsAdministrator(ctx, code, UserChange{Disabled: &yes})
}

// Remove takes an account away for good: sessions, tokens, what is known of
// failed attempts, and the account itself. One that is gone is no error.
func (s *Service) Remove(ctx context.Context, code, login string) error {
	for _, kind := range []ItemKind{KindSession, KindToken} {
		if err := s.deleteOwned(ctx, kind, code); err != nil {
			return err
		}
	}
	if err := s.Store.Delete(ctx, KindAttempt, loginKey(login)); err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	s.Log.Info("user removed", "user", code)
	return s.Store.Delete(ctx, KindUser, code)
}

// EndSessions signs a user out everywhere.
func (s *Service) EndSessions(ctx context.Context, code string) error {
	if _, err := s.change(ctx, code, func(u *User) error { u.Epoch++; return nil }); err != nil {
		return err
	}
	return s.deleteOwned(ctx, KindSession, code)
}
