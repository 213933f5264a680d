package account

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"io"
	"log/slog"
	"strings"
	"time"

	"hongniang/internal/errs"
)

// Service is how users sign in and how accounts are changed.
type Service struct {
	Store  Store
	Hasher *Hasher
	Now    func() time.Time
	Random io.Reader // of cryptographic quality
	Log    *slog.Logger
	// Directory knows the organisations and persons that users belong to; nil:
	// they are not looked up.
	Directory Directory
}

// Directory knows organisations and persons; catalog.Directory is one. Both
// calls answer errs.NotFound for a code that is nobody's.
type Directory interface {
	// OrganisationKind gives a value of the vocabulary organisation_kind.
	OrganisationKind(ctx context.Context, code string) (string, error)
	HasPerson(ctx context.Context, code string) error
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

// secret gives n random bytes for a URL or a header.
func (s *Service) secret(n int) (string, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.Random, b); err != nil {
		return "", noRandom(err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// word gives n random letters and digits that nobody mistakes for each other.
func (s *Service) word(n int) (string, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.Random, b); err != nil {
		return "", noRandom(err)
	}
	return base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").EncodeToString(b)[:n], nil
}

// oneTimePassword gives 80 bits in four groups.
func (s *Service) oneTimePassword() (string, error) {
	w, err := s.word(16)
	if err != nil {
		return "", err
	}
	return w[:4] + "-" + w[4:8] + "-" + w[8:12] + "-" + w[12:], nil
}

// digest is the form in which cookies and tokens are kept: it cannot be turned
// back, and needs no salt because they are random.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// User reads one user.
func (s *Service) User(ctx context.Context, code string) (User, error) {
	it, err := s.Store.Get(ctx, KindUser, code)
	if err != nil {
		return User{}, err
	}
	return userOf(it)
}

// ByLogin finds a user by login or mobile number.
func (s *Service) ByLogin(ctx context.Context, name string) (User, error) {
	folded := FoldLogin(name)
	if folded == "" {
		return User{}, NotFoundError()
	}
	it, err := s.Store.ByName(ctx, KindUser, folded)
	if err != nil {
		return User{}, err
	}
	return userOf(it)
}

// Users reads up to limit users in order of their codes, behind after.
func (s *Service) Users(ctx context.Context, after string, limit int) ([]User, error) {
	items, err := s.Store.Scan(ctx, KindUser, after, limit)
	if err != nil {
		return nil, err
	}
	out := make([]User, len(items))
	for i, it := range items {
		if out[i], err = userOf(it); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Sweep removes what has expired.
func (s *Service) Sweep(ctx context.Context) error {
	_, err := s.Store.DeleteExpired(ctx, s.now())
	return err
}

func userOf(it Item) (User, error) {
	var u User
	if err := decode(it, &u); err != nil {
		return u, err
	}
	u.Rev = it.Rev
	return u, nil
}

func itemOf(u User) (Item, error) {
	return encode(Item{Kind: KindUser, ID: u.Code, Name: u.Login, Alias: u.Mobile, Owner: u.Person, Rev: u.Rev}, u)
}

// change applies a change to the current revision of a user, again when
// somebody else was faster.
func (s *Service) change(ctx context.Context, code string, apply func(*User) error) (User, error) {
	var err error
	for range maxRaces {
		var u User
		if u, err = s.User(ctx, code); err != nil {
			return u, err
		}
		if err = apply(&u); err != nil {
			return u, err
		}
		it, encodeErr := itemOf(u)
		if encodeErr != nil {
			return u, encodeErr
		}
		if err = s.Store.Replace(ctx, it); !errs.Is(err, errs.Stale) {
			u.Rev++
			return u, err
		}
	}
	return User{}, err
}

// FoldLogin brings what was typed as login or mobile number into the form in
// which it is kept: trimmed, small letters, half width, a mobile number
// without separators and country code.
func FoldLogin(name string) string {
	var b strings.Builder
	for _, r := range strings.TrimSpace(name) {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		b.WriteRune(r)
	}
	folded := strings.ToLower(b.String())
	if mobile := foldMobile(folded); isMobile(mobile) {
		return mobile
	}
	return folded
}

func foldMobile(s string) string {
	s = strings.NewReplacer(" ", "", "-", "", "　", "").Replace(s)
	s = strings.TrimPrefix(s, "+86")
	if len(s) == 13 {
		s = strings.TrimPrefix(s, "86")
	}
	return s
}

func isMobile(s string) bool {
	return len(s) == 11 && s[0] == '1' && s[1] >= '3' && strings.Trim(s, "0123456789") == ""
}

// MaskMobile shows a mobile number so that its owner recognises it.
func MaskMobile(mobile string) string {
	if len(mobile) != 11 {
		return ""
	}
	return mobile[:3] + "****" + mobile[7:]
}
