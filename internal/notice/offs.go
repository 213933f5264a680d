package notice

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"

	"hongniang/internal/errs"
)

// Offs signs the links in letters by which somebody turns letters off, or
// confirms an address, without signing in. They hold for good: who finds a letter
// of last year must be able to end them. Opening one changes nothing; the button
// behind it, or a mail reader's own, does.
type Offs struct {
	Key []byte // at least 32 random bytes
}

// What a link is for; it is part of what is signed.
const (
	turningOff = "off"
	confirming = "confirm"
)

const offMAC = 16 // bytes of the signature in a link

func (o Offs) mac(sort, payload string) []byte {
	h := hmac.New(sha256.New, o.Key)
	h.Write([]byte("letters " + sort + "\n" + payload))
	return h.Sum(nil)[:offMAC]
}

// sign gives a token: letters, digits, - and _; "" without a key.
func (o Offs) sign(sort, reader, what string) string {
	if len(o.Key) < 32 {
		return ""
	}
	payload := reader + "\n" + what
	return base64.RawURLEncoding.EncodeToString(append(o.mac(sort, payload), payload...))
}

func (o Offs) read(sort, token string) (reader, what string, err error) {
	wrong := errs.New(errs.Denied, "link.wrong", "链接不完整或不是本系统发出的，请从邮件里重新点开，或登录后到“通知”页设置。")
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) <= offMAC || len(raw) > 400 || len(o.Key) < 32 {
		return "", "", wrong
	}
	payload := string(raw[offMAC:])
	if !hmac.Equal(raw[:offMAC], o.mac(sort, payload)) {
		return "", "", wrong
	}
	reader, what, ok := strings.Cut(payload, "\n")
	if !ok {
		return "", "", wrong
	}
	return reader, what, nil
}

// Choice is what a link in a letter offers.
type Choice struct {
	Topic Topic
	Modes map[Topic]Mode // as they are, for every topic
}

// Choice reads a link of a letter, and changes nothing. Errors: errs.Denied
// (link.wrong).
func (s *Service) Choice(ctx context.Context, token string) (Choice, error) {
	reader, topic, err := s.Offs.read(turningOff, token)
	if err != nil {
		return Choice{}, err
	}
	p, err := s.Preferences(ctx, reader)
	out := Choice{Topic: Topic(topic), Modes: map[Topic]Mode{}}
	for _, t := range Topics() {
		out.Modes[t] = p.Mode(t)
	}
	return out, err
}

// TurnOff ends letters about the link's topic, or all of them; it may be done
// again. Errors: errs.Denied (link.wrong).
func (s *Service) TurnOff(ctx context.Context, token string, all bool) (Choice, error) {
	reader, topic, err := s.Offs.read(turningOff, token)
	if err != nil {
		return Choice{}, err
	}
	modes := map[Topic]Mode{}
	for _, t := range Topics() {
		if all || t == Topic(topic) {
			modes[t] = Off
		}
	}
	if !all && !slices.Contains(Topics(), Topic(topic)) {
		return s.Choice(ctx, token)
	}
	if _, err := s.SetModes(ctx, reader, modes); err != nil {
		return Choice{}, err
	}
	return s.Choice(ctx, token)
}
