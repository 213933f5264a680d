package account

import (
	"context"

	"hongniang/internal/errs"
)

// PasswordChange is a user's own change of password.
type PasswordChange struct {
	User    string // code
	Current string
	New     string
	Addr    string
	Agent   string
}

// ChangePassword sets a new password, ends every session and begins a new one.
// Errors: login.failed for a wrong current password, login.slow_down,
// record.invalid with the faults of the new one.
func (s *Service) ChangePassword(ctx context.Context, c PasswordChange) (SignedIn, error) {
	u, err := s.User(ctx, c.User)
	if err != nil {
		return SignedIn{}, err
	}
	if err := checkPassword(c.New, u.Login, u.Mobile, u.Name); err != nil {
		return SignedIn{}, err
	}
	if c.New == c.Current {
		return SignedIn{}, errs.New(errs.Invalid, "password.same", "新密码和现在的一样，请换一个。")
	}
	if err := s.confirm(ctx, c.User, c.Current, c.Addr); err != nil {
		return SignedIn{}, err
	}
	hash, err := s.Hasher.Hash(ctx, c.New)
	if err != nil {
		return SignedIn{}, err
	}
	before := u.PasswordHash
	u, err = s.change(ctx, c.User, func(u *User) error {
		if u.PasswordHash != before {
			return StaleError()
		}
		u.PasswordHash, u.MustChangePassword, u.PasswordChangedAt = hash, false, s.now()
		u.Epoch++
		return nil
	})
	if err != nil {
		return SignedIn{}, err
	}
	s.Log.Info("password changed", "user", u.Code)
	if err := s.deleteOwned(ctx, KindSession, u.Code); err != nil {
		return SignedIn{}, err
	}
	return s.begin(ctx, u, c.Agent)
}

// confirm checks the password of somebody who is signed in, with the same guard
// as signing in: a stolen session must not be worth a thousand guesses.
func (s *Service) confirm(ctx context.Context, user, password, addr string) error {
	u, err := s.User(ctx, user)
	if err != nil {
		return err
	}
	login, address := loginKey(u.Login), addressKey(addr)
	if err := s.admit(ctx, login, loginLimit); err != nil {
		return err
	}
	if err := s.admit(ctx, address, addressLimit); err != nil {
		return err
	}
	right, _, err := s.Hasher.Check(ctx, u.PasswordHash, password)
	if err != nil {
		return err
	}
	if !right || u.Disabled {
		return errs.New(errs.Denied, "password.wrong", "现在的密码不对，请核对后再试。")
	}
	return s.forgive(ctx, login, address)
}
