package account

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/base32"
	"image/png"
	"io"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"hongniang/internal/errs"
)

// totpOptions are what the apps on phones know: RFC 6238 with their defaults.
var totpOptions = totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// Enrolment is a second factor that is shown to be put into an app.
type Enrolment struct {
	Secret string // base32, to be typed
	URL    string // otpauth://, to be opened on the phone itself
	PNG    []byte // picture of URL, to be scanned
}

// BeginTOTP gives a user a secret that ConfirmTOTP makes the second factor.
// Only staff may have one. A secret that was not confirmed yet is given again.
func (s *Service) BeginTOTP(ctx context.Context, user string) (Enrolment, error) {
	raw := make([]byte, 20)
	if _, err := io.ReadFull(s.Random, raw); err != nil {
		return Enrolment{}, noRandom(err)
	}
	u, err := s.change(ctx, user, func(u *User) error {
		switch {
		case !u.Role.Staff():
			return errs.New(errs.Denied, "totp.staff_only", "两步验证只供工会工作人员使用。")
		case u.TOTPSecret != "":
			return errs.New(errs.Conflict, "totp.on", "两步验证已经开启；要换手机请先关闭再开启。")
		case u.TOTPPending == "":
			u.TOTPPending = base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)
		}
		return nil
	})
	if err != nil {
		return Enrolment{}, err
	}
	return enrolment(u)
}

func enrolment(u User) (Enrolment, error) {
	unreadable := func(err error) error {
		return errs.Wrap(err, errs.Internal, "totp.failed", "两步验证的二维码没有生成，请稍后再试。")
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(u.TOTPPending)
	if err != nil {
		return Enrolment{}, unreadable(err)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "技术红娘", AccountName: u.Login, Secret: raw})
	if err != nil {
		return Enrolment{}, unreadable(err)
	}
	picture, err := key.Image(220, 220)
	if err != nil {
		return Enrolment{}, unreadable(err)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		return Enrolment{}, unreadable(err)
	}
	return Enrolment{Secret: u.TOTPPending, URL: key.URL(), PNG: out.Bytes()}, nil
}

// ConfirmTOTP makes the pending secret the second factor, when the code shows
// that it is in the app.
func (s *Service) ConfirmTOTP(ctx context.Context, user, code string) error {
	_, err := s.change(ctx, user, func(u *User) error {
		if u.TOTPPending == "" {
			return errs.New(errs.Invalid, "totp.not_begun", "请先点“开启两步验证”，扫描二维码后再填验证码。")
		}
		step, ok := matchingStep(u.TOTPPending, code, s.now())
		if !ok {
			return wrongCode()
		}
		u.TOTPSecret, u.TOTPPending, u.TOTPStep = u.TOTPPending, "", step
		return nil
	})
	return err
}

// RemoveTOTP switches the second factor off, for who knows the password.
func (s *Service) RemoveTOTP(ctx context.Context, user, password string, addr string) error {
	if err := s.confirm(ctx, user, password, addr); err != nil {
		return err
	}
	_, err := s.change(ctx, user, func(u *User) error { u.TOTPSecret, u.TOTPPending, u.TOTPStep = "", "", 0; return nil })
	return err
}

// useCode checks the second factor of a user who has one and marks the code as
// used.
func (u *User) useCode(code string, now time.Time) error {
	if u.TOTPSecret == "" {
		return nil
	}
	if strings.TrimSpace(code) == "" {
		return errs.New(errs.Denied, "login.code_missing", "这个账号开启了两步验证，请再填上手机验证器里的 6 位验证码。")
	}
	step, ok := matchingStep(u.TOTPSecret, code, now)
	if !ok || step <= u.TOTPStep {
		return wrongCode()
	}
	u.TOTPStep = step
	return nil
}

func wrongCode() error {
	return errs.New(errs.Denied, "login.code_wrong", "验证码不对或已用过，请等验证器换出新的验证码再填；仍不对时请校准手机时间。")
}

// matchingStep finds the time step whose code this is: the present one, the one
// before, or the one after, for clocks that are a little wrong.
func matchingStep(secret, code string, now time.Time) (int64, bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	period := int64(totpOptions.Period)
	found, ok := int64(0), false
	for step := now.Unix()/period - 1; step <= now.Unix()/period+1; step++ {
		want, err := totp.GenerateCodeCustom(secret, time.Unix(step*period, 0), totpOptions)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found, ok = step, true
		}
	}
	return found, ok
}
