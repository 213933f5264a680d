package account

import (
	"context"
	"time"
)

// inviteLimit slows down what visitors may leave behind: registrations and
// claims, from one address.
var inviteLimit = limit{free: 5, first: time.Minute, most: time.Hour, forget: 24 * time.Hour}

// Registration is what the first member of an enterprise says of himself.
type Registration struct {
	Login    string // not chosen by the member, so that nobody learns which are taken
	Name     string
	Password string
	Addr     string
	Agent    string
}

// Register makes the first account of an enterprise and signs it in.
// enterprise saves the enterprise and answers its code; it is asked when
// everything else is in order. Errors: record.invalid with fields,
// login.slow_down, and what enterprise says.
func (s *Service) Register(ctx context.Context, r Registration, enterprise func(context.Context) (code string, err error)) (SignedIn, error) {
	n := NewUser{Login: r.Login, Name: r.Name, Role: Enterprise, Org: "?"}
	n.clean()
	if err := n.check(); err != nil {
		return SignedIn{}, err
	}
	if err := checkPassword(r.Password, n.Login, n.Name); err != nil {
		return SignedIn{}, err
	}
	if err := s.admit(ctx, inviteKey(r.Addr), inviteLimit); err != nil {
		return SignedIn{}, err
	}
	var err error
	if n.Org, err = enterprise(ctx); err != nil {
		return SignedIn{}, err
	}
	u, err := s.insert(ctx, n, r.Password, false)
	if err != nil {
		return SignedIn{}, err
	}
	s.Log.Info("enterprise registered", "user", u.Code, "org", n.Org)
	return s.begin(ctx, u, r.Agent)
}

func inviteKey(addr string) string { return "invite-" + addressKey(addr) }
