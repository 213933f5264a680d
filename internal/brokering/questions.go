package brokering

import (
	"context"

	"hongniang/internal/errs"
)

// Questions reads the link of an invitation that was accepted: who followed it
// may still answer the three questions, once. Errors: those of Asked; Conflict
// with code link.used when they are answered, or the case went on.
func (s *Service) Questions(ctx context.Context, token string) (Asked, error) {
	in, inv, err := s.accepted(ctx, token)
	if err != nil {
		return Asked{}, err
	}
	return asked(in, inv)
}

// AnswerQuestions answers the three questions by the link of an invitation that
// was accepted. Errors: those of Questions, and Invalid with fields.
func (s *Service) AnswerQuestions(ctx context.Context, token string, a Answers) error {
	for try := 1; ; try++ {
		in, inv, err := s.accepted(ctx, token)
		if err != nil {
			return err
		}
		target, _ := in.CurrentTarget()
		who := Actor{Name: target.Name + "（邀约链接）", Seat: Seat{Part: Provider, Target: target.Code}}
		_, err = s.save(ctx, in, Step{Kind: Answer, Answers: &a, Link: inv.ID}, who)
		if !errs.Is(err, errs.Stale) || try == tries {
			return err
		}
	}
}

// accepted finds the accepted invitation behind a link whose questions are open.
func (s *Service) accepted(ctx context.Context, token string) (*Introduction, Invitation, error) {
	in, ticket, err := s.ofLink(ctx, token)
	if err != nil {
		return nil, Invitation{}, err
	}
	inv, ok := in.invited(ticket)
	_, answered := in.AnswersOf(inv.Target)
	if !ok || inv.Answer != "accept" || inv.Target != in.currentCode() || in.Stage != Accepted || answered {
		return nil, Invitation{}, usedLink()
	}
	return in, inv, nil
}
