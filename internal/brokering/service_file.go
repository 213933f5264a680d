package brokering

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/zh"
)

// Upload is a file to be attached.
type Upload struct {
	Name       string
	Type       string // media type
	Visibility Audience
	Need       string
	Note       string
	Data       []byte
}

// Attach keeps the bytes and then takes the step that names them, so that the
// document never names bytes that are not there. rev is that of Take.
func (s *Service) Attach(ctx context.Context, a account.Actor, code string, rev int64, u Upload) (*Introduction, error) {
	if len(u.Data) > MaxFile {
		return nil, errs.New(errs.TooLarge, "file.too_large", fmt.Sprintf("附件最大 %d MB，请压缩或分开上传。", MaxFile>>20))
	}
	in, who, err := s.open(ctx, a, code)
	if err != nil {
		return nil, err
	}
	if err := s.permit(ctx, a, in, who, Attach); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(u.Data)
	step := Step{Kind: Attach, Need: u.Need, Note: u.Note, Attachment: &Attachment{
		Name: fileName(u.Name), Type: cut(zh.CleanLine(u.Type), 100), Size: int64(len(u.Data)), SHA256: hex.EncodeToString(sum[:]), Visibility: u.Visibility,
	}}
	if _, _, err := Apply(in, step, who, s.Now()); err != nil {
		return nil, err // before megabytes are written for nothing
	}
	if err := s.Store.PutFile(ctx, step.Attachment.SHA256, u.Data); err != nil {
		return nil, err
	}
	return s.take(ctx, a, code, rev, step)
}

// fileName takes the folders off a name, and what is too long off its stem.
func fileName(s string) string {
	s = zh.CleanLine(s[strings.LastIndexAny(s, `/\`)+1:])
	if n := []rune(s); len(n) > 100 {
		s = string(n[:80]) + "…" + string(n[len(n)-10:])
	}
	return s
}

// File gives an attachment with its bytes to who may open it. Errors: NotFound.
func (s *Service) File(ctx context.Context, a account.Actor, code, id string) (Attachment, []byte, error) {
	in, who, err := s.open(ctx, a, code)
	if err != nil {
		return Attachment{}, nil, err
	}
	view, ok := View(in, who.Seat)
	if !ok {
		return Attachment{}, nil, NotFoundError(code)
	}
	at := slices.IndexFunc(view.Attachments, func(f Attachment) bool { return f.ID == id })
	if at < 0 {
		return Attachment{}, nil, NoFileError()
	}
	data, err := s.Store.File(ctx, view.Attachments[at].SHA256)
	return view.Attachments[at], data, err
}

// InvitationLink gives the token of the open invitation, for staff to send by
// other ways than mail. Errors: Conflict when nobody is asked now.
func (s *Service) InvitationLink(ctx context.Context, a account.Actor, code string) (token string, inv Invitation, err error) {
	in, who, err := s.open(ctx, a, code)
	if err != nil {
		return "", inv, err
	}
	if !who.Seat.Part.staff() {
		return "", inv, errs.New(errs.Denied, "introduction.not_yours", "邀约链接只给经办红娘。")
	}
	if err := s.permit(ctx, a, in, who, Invite); err != nil {
		return "", inv, err
	}
	return s.LinkOf(in)
}

// LinkOf gives the token of the open invitation of an introduction, for who
// sends the mail.
func (s *Service) LinkOf(in *Introduction) (string, Invitation, error) {
	for _, inv := range slices.Backward(in.Invitations) {
		if inv.AnsweredAt == nil && inv.Target == in.currentCode() && in.Stage == Invited {
			token, err := s.Links.Sign(in, inv)
			inv.Nonce = ""
			return token, inv, err
		}
	}
	return "", Invitation{}, errs.New(errs.Conflict, "introduction.not_invited", "现在没有等待答复的邀约。")
}

// Asked is what the page behind a link shows before it is answered.
type Asked struct {
	Introduction string    `json:"introduction"`
	Text         string    `json:"text,omitempty" doc:"The broker's words"`
	Needs        []NeedRef `json:"needs" doc:"As far as they are open"`
	Broker       string    `json:"broker" doc:"Name"`
	Due          string    `json:"due" doc:"YYYY-MM-DD"`
}

// Asked reads a link and changes nothing. Errors: Denied (link.wrong,
// link.expired), Conflict (link.used).
func (s *Service) Asked(ctx context.Context, token string) (Asked, error) {
	in, inv, err := s.byLink(ctx, token)
	if err != nil {
		return Asked{}, err
	}
	return asked(in, inv)
}

func asked(in *Introduction, inv Invitation) (Asked, error) {
	view, ok := View(in, Seat{Part: Provider, Target: inv.Target})
	if !ok {
		return Asked{}, NotFoundError(in.Code)
	}
	return Asked{Introduction: in.Code, Text: inv.Text, Needs: view.Needs, Broker: in.Broker.Name, Due: inv.Due}, nil
}

// ofLink reads the introduction that a link speaks of.
func (s *Service) ofLink(ctx context.Context, token string) (*Introduction, Ticket, error) {
	ticket, err := s.Links.Read(token, s.Now())
	if err != nil {
		return nil, Ticket{}, err
	}
	in, err := s.Store.Get(ctx, ticket.Code)
	return in, ticket, err
}

func (s *Service) byLink(ctx context.Context, token string) (*Introduction, Invitation, error) {
	in, ticket, err := s.ofLink(ctx, token)
	if err != nil {
		return nil, Invitation{}, err
	}
	inv, err := in.invitation(ticket)
	return in, inv, err
}

// AnswerLink answers an invitation by its link, without an account: accept, or
// decline with a reason. Who holds the link is the invited; the history says that
// a link was used. Errors: those of Asked, Stale, and Invalid without a reason.
func (s *Service) AnswerLink(ctx context.Context, token string, accept bool, reason, note string) (Stage, error) {
	for try := 1; ; try++ {
		in, inv, err := s.byLink(ctx, token)
		if err != nil {
			return "", err
		}
		target, _ := in.CurrentTarget()
		step := Step{Kind: Accept, Note: note, Link: inv.ID}
		if !accept {
			step = Step{Kind: Decline, Reason: reason, Note: note, Link: inv.ID}
		}
		who := Actor{Name: target.Name + "（邀约链接）", Seat: Seat{Part: Provider, Target: target.Code}}
		if next, err := s.save(ctx, in, step, who); err == nil {
			answered := Declined
			if accept {
				answered = next.Stage
			}
			return answered, nil
		} else if !errs.Is(err, errs.Stale) || try == tries {
			return "", err
		}
	}
}
