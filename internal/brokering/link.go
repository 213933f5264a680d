package brokering

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"hongniang/internal/errs"
)

// Links signs and reads the links by which an invitation is answered from a
// mail. A link holds the code of the introduction, the id of the invitation, a
// random word and its end: nothing that says who is asked or for what. Opening
// it must change nothing (mail scanners open links); the button behind it does.
type Links struct {
	Key []byte // at least 32 random bytes
}

// Ticket is what a link says.
type Ticket struct {
	Code       string
	Invitation string
	Nonce      string
	Expires    time.Time
}

// Sign gives the token of an invitation: letters, digits, - and _. It is over
// at the end of the invitation's last day in China. Errors: Internal without a key.
func (l Links) Sign(in *Introduction, inv Invitation) (string, error) {
	if len(l.Key) < 32 {
		return "", errs.New(errs.Internal, "link.no_key", "没有配置链接签名密钥，暂时不能用邮件里的链接答复；请登录后办理。")
	}
	due, err := time.ParseInLocation(time.DateOnly, inv.Due, chinaTime())
	if err != nil {
		return "", errs.Wrap(err, errs.Internal, "link.malformed", "邀约的答复期限有误，请重新发出邀约。")
	}
	expires := due.AddDate(0, 0, 1).Unix()
	payload := strings.Join([]string{in.Code, inv.ID, inv.Nonce, strconv.FormatInt(expires, 36)}, "\n")
	raw := append(l.mac(payload), payload...)
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// macSize is how many bytes of the signature stand in a link.
const macSize = 16

func (l Links) mac(payload string) []byte {
	h := hmac.New(sha256.New, l.Key)
	h.Write([]byte("invitation\n" + payload))
	return h.Sum(nil)[:macSize]
}

// Read checks a token. Errors: Denied with code link.wrong or link.expired.
func (l Links) Read(token string, now time.Time) (Ticket, error) {
	wrong := errs.New(errs.Denied, "link.wrong", "链接不完整或不是本系统发出的，请从邮件里重新点开，或登录后办理。")
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) <= macSize || len(raw) > 300 || len(l.Key) < 32 {
		return Ticket{}, wrong
	}
	// Base64 has several spellings of one value (spare bits, line breaks): a
	// link has one, so that whoever counts or forbids tokens knows it.
	if !hmac.Equal([]byte(base64.RawURLEncoding.EncodeToString(raw)), []byte(token)) {
		return Ticket{}, wrong
	}
	payload := string(raw[macSize:])
	if !hmac.Equal(raw[:macSize], l.mac(payload)) {
		return Ticket{}, wrong
	}
	parts := strings.Split(payload, "\n")
	if len(parts) != 4 {
		return Ticket{}, wrong
	}
	seconds, err := strconv.ParseInt(parts[3], 36, 64)
	if err != nil {
		return Ticket{}, wrong
	}
	t := Ticket{Code: parts[0], Invitation: parts[1], Nonce: parts[2], Expires: time.Unix(seconds, 0).UTC()}
	if !now.Before(t.Expires) {
		return Ticket{}, errs.New(errs.Denied, "link.expired", "链接已过答复期限；仍愿意答复的话，请登录后办理或联系经办红娘。")
	}
	return t, nil
}

// invitation finds the open invitation that a ticket was made for. Errors:
// Conflict with code link.used when it was answered or is over.
func (in *Introduction) invitation(t Ticket) (Invitation, error) {
	inv, ok := in.invited(t)
	if !ok || inv.AnsweredAt != nil || inv.Target != in.currentCode() || in.Stage != Invited {
		return Invitation{}, usedLink()
	}
	return inv, nil
}

// invited finds the invitation that a ticket was made for, answered or not.
func (in *Introduction) invited(t Ticket) (Invitation, bool) {
	for _, inv := range in.Invitations {
		if inv.ID == t.Invitation && inv.Nonce != "" && hmac.Equal([]byte(inv.Nonce), []byte(t.Nonce)) {
			return inv, true
		}
	}
	return Invitation{}, false
}

func usedLink() error {
	return errs.New(errs.Conflict, "link.used", "这次邀约已经答复过或已经结束，链接只能用一次；要更改请登录后办理或联系经办红娘。")
}
