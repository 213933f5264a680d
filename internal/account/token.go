package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"hongniang/internal/errs"
)

const (
	// TokenPrefix begins every API token, so that a scanner of leaked secrets
	// knows one when it sees it.
	TokenPrefix = "hn_"
	// TokenLongest is the longest life of a token.
	TokenLongest = 366 * 24 * time.Hour
	maxTokens    = 20
)

// Token is an API token: it acts for its user, as far as its grants go.
type Token struct {
	ID        string    `json:"id"`
	User      string    `json:"user"`
	Name      string    `json:"name"` // what it is for
	Grants    []Grant   `json:"grants"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

// NewToken is what a token is asked for.
type NewToken struct {
	Name   string // 1 to 60 characters
	Grants []Grant
	Days   int // life, 1 to 366
}

// MakeToken makes a token for the actor, who cannot give it more than he has.
// The secret is shown now and never again.
func (s *Service) MakeToken(ctx context.Context, a Actor, want NewToken) (secret string, t Token, err error) {
	if err := want.check(a); err != nil {
		return "", t, err
	}
	have, err := s.Tokens(ctx, a.User)
	if err != nil {
		return "", t, err
	}
	if len(have) >= maxTokens {
		return "", t, errs.New(errs.Conflict, "token.too_many", "令牌已有 20 个，请先删除不用的。")
	}
	id, err := s.word(8)
	if err != nil {
		return "", t, err
	}
	if secret, err = s.secret(32); err != nil {
		return "", t, err
	}
	secret = TokenPrefix + secret
	now := s.now()
	t = Token{ID: id, User: a.User, Name: strings.TrimSpace(want.Name), Grants: want.Grants, CreatedAt: now, ExpiresAt: now.AddDate(0, 0, want.Days)}
	it, err := encode(Item{Kind: KindToken, ID: id, Name: digest(secret), Owner: a.User, Expires: t.ExpiresAt}, t)
	if err != nil {
		return "", t, err
	}
	s.Log.Info("API token made", "user", a.User, "token", id)
	return secret, t, s.Store.Insert(ctx, it)
}

func (n NewToken) check(a Actor) error {
	var f errs.Faults
	if name := strings.TrimSpace(n.Name); name == "" || len([]rune(name)) > 60 {
		f.Add("name", "token.name", "请写明令牌的用途，不超过 60 个字。", n.Name)
	}
	if n.Days < 1 || n.Days > int(TokenLongest/(24*time.Hour)) {
		f.Add("days", "token.days", "有效期请填 1 到 366 天。", "")
	}
	if len(n.Grants) == 0 {
		f.Add("grants", "token.grants", "请至少选一项权限。", "")
	}
	for _, g := range n.Grants {
		if !slices.Contains(Grants(), g) || a.Grants != nil && !slices.Contains(a.Grants, g) {
			f.Add("grants", "token.grants", "没有这项权限可给，请从读取（read）、填写和修改（write）、管理（admin）中选自己有的。", string(g))
		}
	}
	return f.Err()
}

// ByToken finds who holds a token that is not over. Errors: Denied
// (access.token_wrong), and what the Store says.
func (s *Service) ByToken(ctx context.Context, secret string) (User, Token, error) {
	it, err := s.Store.ByName(ctx, KindToken, digest(secret))
	if err != nil {
		return User{}, Token{}, wrongToken(err)
	}
	var t Token
	if err := decode(it, &t); err != nil {
		return User{}, t, err
	}
	u, err := s.User(ctx, t.User)
	if err != nil {
		return u, t, wrongToken(err)
	}
	if u.Disabled || s.now().After(t.ExpiresAt) {
		return User{}, Token{}, WrongToken()
	}
	return u, t, nil
}

// WrongToken is the error for a token that is not known, over, or withdrawn.
func WrongToken() error {
	return errs.New(errs.Denied, "access.token_wrong", "令牌不对或已过期，请核对后再试；只看公开内容时不必带令牌。")
}

func wrongToken(err error) error {
	if errs.Is(err, errs.NotFound) {
		return WrongToken()
	}
	return err
}

// Tokens lists the tokens of a user.
func (s *Service) Tokens(ctx context.Context, user string) ([]Token, error) {
	items, err := s.Store.Owned(ctx, KindToken, user)
	if err != nil {
		return nil, err
	}
	out := make([]Token, len(items))
	for i, it := range items {
		if err := decode(it, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// DeleteToken withdraws one token of a user.
func (s *Service) DeleteToken(ctx context.Context, user, id string) error {
	tokens, err := s.Tokens(ctx, user)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(tokens, func(t Token) bool { return t.ID == id }) {
		return errs.New(errs.NotFound, "token.unknown", "没有这个令牌，可能已经删除。请刷新页面。")
	}
	s.Log.Info("API token withdrawn", "user", user, "token", id)
	return s.Store.Delete(ctx, KindToken, id)
}
