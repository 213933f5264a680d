package brokering

import (
	"context"
	"slices"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

// Handing says what is to be handed over.
type Handing struct {
	From  string   // account
	To    string   // account
	Codes []string // those cases alone; none: every open one
	Note  string   // why
}

// HandOver hands all open cases of one broker, of either side, to another. Each
// is a step of its own; what fails is named, and doing it again goes on from there.
func (s *Service) HandOver(ctx context.Context, a account.Actor, from, to, note string) (Moved, error) {
	return s.HandOverSome(ctx, a, Handing{From: from, To: to, Note: note})
}

// HandOverSome is HandOver of chosen cases. Errors: errs.Invalid when the broker
// to come is none or the same, errs.Unavailable; what fails alone is in the answer.
func (s *Service) HandOverSome(ctx context.Context, a account.Actor, h Handing) (Moved, error) {
	out := Moved{Codes: []string{}, Failed: []MoveFailure{}}
	if _, err := s.broker(ctx, &Broker{User: h.To}); err != nil {
		return out, err
	}
	if h.From == "" || h.From == h.To {
		return out, errs.New(errs.Invalid, "introduction.broker_unknown", "请写明把谁的对接单移交给另外哪位红娘。")
	}
	err := s.held(ctx, h.From, func(in *Introduction) error {
		if len(h.Codes) > 0 && !slices.Contains(h.Codes, in.Code) {
			return nil
		}
		err := s.handOver(ctx, a, in, h)
		switch {
		case err == nil:
			out.Codes = append(out.Codes, in.Code)
		case errs.Is(err, errs.Unavailable):
			return err
		case !errs.Is(err, errs.NotFound): // what the caller may not see is not named
			out.Failed = append(out.Failed, MoveFailure{Code: in.Code, Message: errs.As(err).Message})
		}
		return nil
	})
	return out, err
}

// held calls visit for every open case of a broker, of either side.
func (s *Service) held(ctx context.Context, user string, visit func(*Introduction) error) error {
	for after := ""; user != ""; {
		list, err := s.Store.List(ctx, Query{Broker: user, Open: true, After: after, Limit: pageSize})
		if err != nil || len(list) == 0 {
			return err
		}
		for _, in := range list {
			after = in.Code
			if err := visit(in); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) handOver(ctx context.Context, a account.Actor, in *Introduction, h Handing) error {
	for _, co := range []bool{false, true} {
		if co && (in.CoBroker == nil || in.CoBroker.User != h.From) || !co && in.Broker.User != h.From {
			continue
		}
		if _, err := s.take(ctx, a, in.Code, 0, Step{Kind: Handover, Broker: &Broker{User: h.To}, CoBroker: co, Note: h.Note}); err != nil {
			return err
		}
	}
	return nil
}

// Holding is what a broker has in hand.
type Holding struct {
	Lines  []Line `json:"cases" doc:"Open ones that you may hand over, of either side"`
	Hidden int    `json:"hidden" doc:"Open ones that are another union's: its staff hand them over"`
}

// Holding gives what is there to be handed over of a broker. Errors:
// errs.Denied for who may hand nothing over.
func (s *Service) Holding(ctx context.Context, a account.Actor, user string) (Holding, error) {
	out := Holding{Lines: []Line{}}
	if account.ScopeOf(a, account.IntroductionHandover) == account.None {
		return out, errs.New(errs.Denied, "introduction.not_yours", "对接单由红娘或管理员移交。")
	}
	err := s.held(ctx, user, func(in *Introduction) error {
		who, err := s.actor(ctx, a, in)
		if err != nil {
			return err
		}
		line, ok := s.line(in, who.Seat, Filter{})
		unions, err := s.unions(ctx, in)
		if err != nil {
			return err
		}
		if ok && account.May(a, account.IntroductionHandover, in.Scope(unions)) {
			out.Lines = append(out.Lines, line)
		} else {
			out.Hidden++
		}
		return nil
	})
	return out, err
}
