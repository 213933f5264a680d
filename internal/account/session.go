package account

import (
	"context"
	"strings"
	"time"

	"hongniang/internal/errs"
)

// How long a session lasts.
const (
	SessionLongest = 14 * 24 * time.Hour // whatever is done in it
	SessionIdle    = 3 * 24 * time.Hour  // without a request
	seenEvery      = 5 * time.Minute     // a request is noted no more often
)

// Session is one browser that is signed in.
type Session struct {
	ID        string    `json:"-"` // hash of the cookie's secret
	User      string    `json:"user"`
	Epoch     int64     `json:"epoch"` // of the user, when it began
	Agent     string    `json:"agent"`
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Ref names the session to its user: a part of the hash, of no use to anybody
// else.
func (s Session) Ref() string { return s.ID[:min(len(s.ID), 12)] }

// begin makes a session for a user.
func (s *Service) begin(ctx context.Context, u User, agent string) (SignedIn, error) {
	secret, err := s.secret(32)
	if err != nil {
		return SignedIn{}, err
	}
	now := s.now()
	session := Session{ID: digest(secret), User: u.Code, Epoch: u.Epoch, Agent: cut(agent, 200), CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(SessionIdle)}
	it, err := session.item(0)
	if err != nil {
		return SignedIn{}, err
	}
	return SignedIn{Secret: secret, Session: session, User: u}, s.Store.Insert(ctx, it)
}

func (s Session) item(rev int64) (Item, error) {
	return encode(Item{Kind: KindSession, ID: s.ID, Owner: s.User, Expires: s.ExpiresAt, Rev: rev}, s)
}

func sessionOf(it Item) (Session, error) {
	session := Session{ID: it.ID}
	return session, decode(it, &session)
}

// BySession finds who holds the secret of a session that is not over. Errors:
// Denied (session.over), and what the Store says.
func (s *Service) BySession(ctx context.Context, secret string) (User, Session, error) {
	it, err := s.Store.Get(ctx, KindSession, digest(secret))
	if err != nil {
		return User{}, Session{}, over(err)
	}
	session, err := sessionOf(it)
	if err != nil {
		return User{}, session, err
	}
	u, err := s.User(ctx, session.User)
	if err != nil {
		return u, session, over(err)
	}
	now := s.now()
	if u.Disabled || session.Epoch != u.Epoch || now.After(session.ExpiresAt) {
		return User{}, Session{}, over(NotFoundError())
	}
	if now.Sub(session.SeenAt) >= seenEvery {
		session.SeenAt, session.ExpiresAt = now, earlier(now.Add(SessionIdle), session.CreatedAt.Add(SessionLongest))
		if err := s.touch(ctx, session, it.Rev); err != nil {
			return User{}, session, err
		}
	}
	return u, session, nil
}

// touch notes that the session was used; who was faster noted it too, a session
// that was ended meanwhile stays ended, and a store that cannot be written is no
// reason to keep anybody from reading.
func (s *Service) touch(ctx context.Context, session Session, rev int64) error {
	it, err := session.item(rev)
	if err != nil {
		return err
	}
	if err = s.Store.Replace(ctx, it); errs.Is(err, errs.NotFound) {
		return over(err)
	}
	if err != nil && !errs.Is(err, errs.Stale) {
		s.Log.Warn("a session's use was not noted", "err", err)
	}
	return nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// over hides whether a session ever was.
func over(err error) error {
	if !errs.Is(err, errs.NotFound) {
		return err
	}
	return errs.Wrap(err, errs.Denied, "session.over", "登录已过期，请重新登录。")
}

// SignOut ends the session with that secret.
func (s *Service) SignOut(ctx context.Context, secret string) error {
	return s.Store.Delete(ctx, KindSession, digest(secret))
}

// SignOutEverywhere ends every session of a user at once. API tokens stay.
func (s *Service) SignOutEverywhere(ctx context.Context, user string) error {
	_, err := s.change(ctx, user, func(u *User) error { u.Epoch++; return nil })
	if err != nil {
		return err
	}
	return s.deleteOwned(ctx, KindSession, user)
}

// deleteOwned tidies up; what it misses is refused or expires by itself.
func (s *Service) deleteOwned(ctx context.Context, kind ItemKind, user string) error {
	items, err := s.Store.Owned(ctx, kind, user)
	if err != nil {
		return err
	}
	for _, it := range items {
		if err := s.Store.Delete(ctx, kind, it.ID); err != nil {
			return err
		}
	}
	return nil
}

// Sessions lists the sessions of a user that are not over.
func (s *Service) Sessions(ctx context.Context, user string) ([]Session, error) {
	u, err := s.User(ctx, user)
	if err != nil {
		return nil, err
	}
	items, err := s.Store.Owned(ctx, KindSession, user)
	if err != nil {
		return nil, err
	}
	var out []Session
	for _, it := range items {
		session, err := sessionOf(it)
		if err != nil {
			return nil, err
		}
		if session.Epoch == u.Epoch && !s.now().After(session.ExpiresAt) {
			out = append(out, session)
		}
	}
	return out, nil
}

// EndSession ends one session of a user, named by its Ref.
func (s *Service) EndSession(ctx context.Context, user, ref string) error {
	sessions, err := s.Sessions(ctx, user)
	if err != nil {
		return err
	}
	for _, session := range sessions {
		if session.Ref() == ref {
			return s.Store.Delete(ctx, KindSession, session.ID)
		}
	}
	return errs.New(errs.NotFound, "session.unknown", "没有这个登录，可能已经退出。请刷新页面。")
}

func cut(s string, n int) string {
	if r := []rune(strings.ToValidUTF8(s, "?")); len(r) > n {
		return string(r[:n])
	}
	return strings.ToValidUTF8(s, "?")
}
