package account

import (
	"context"

	"hongniang/internal/errs"
)

// Credentials are what somebody signs in with.
type Credentials struct {
	Name     string // login or mobile number
	Password string
	Code     string // of the second factor, if there is one
	Addr     string // IP address of the caller
	Agent    string // what the browser calls itself, shown in the list of sessions
}

// SignedIn is a new session.
type SignedIn struct {
	Secret  string // for the cookie; kept nowhere
	Session Session
	User    User
}

// SignIn begins a session. Errors: login.failed for a wrong or unknown name, a
// wrong password and a disabled account alike, after the same time;
// login.slow_down after too many guesses (see WaitOf); login.code_missing and
// login.code_wrong when the password is right and a second factor is wanted.
func (s *Service) SignIn(ctx context.Context, c Credentials) (SignedIn, error) {
	login, address := loginKey(FoldLogin(c.Name)), addressKey(c.Addr)
	if err := s.admit(ctx, address, addressLimit); err != nil {
		return SignedIn{}, err
	}
	if err := s.admit(ctx, login, loginLimit); err != nil {
		return SignedIn{}, err
	}
	u, err := s.verify(ctx, c)
	if err != nil {
		s.Log.Info("sign-in refused", "addr", c.Addr, "code", errs.As(err).Code)
		return SignedIn{}, err
	}
	if err := s.forgive(ctx, login, address); err != nil {
		return SignedIn{}, err
	}
	s.Log.Info("signed in", "user", u.Code, "addr", c.Addr)
	return s.begin(ctx, u, c.Agent)
}

// verify finds the user whose name, password and code these are.
func (s *Service) verify(ctx context.Context, c Credentials) (User, error) {
	u, err := s.ByLogin(ctx, c.Name)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return u, err
	}
	right, weak, err := s.Hasher.Check(ctx, u.PasswordHash, c.Password)
	if err != nil {
		return u, err
	}
	if !right || u.Disabled {
		return u, failed()
	}
	better := ""
	if weak {
		if better, err = s.Hasher.Hash(ctx, c.Password); err != nil {
			return u, err
		}
	}
	hash := u.PasswordHash
	return s.change(ctx, u.Code, func(u *User) error {
		if u.Disabled || u.PasswordHash != hash { // meanwhile
			return failed()
		}
		if err := u.useCode(c.Code, s.now()); err != nil {
			return err
		}
		if better != "" {
			u.PasswordHash = better
		}
		u.LastSignInAt = s.now()
		return nil
	})
}

func failed() error {
	return errs.New(errs.Denied, "login.failed", "账号或密码不对，请核对后再试。忘了密码请联系管理员重设。")
}
