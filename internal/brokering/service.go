package brokering

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/errs"
)

// Service is how introductions are begun, carried on and shown: it asks the
// table of permissions, finds each caller's seat, applies the step and saves it
// as one write.
type Service struct {
	Store   Store
	Catalog catalog.Getter
	// Staff finds an account to which cases are handed. Errors: errs.NotFound.
	Staff func(ctx context.Context, user string) (account.User, error)
	// Organisations knows every organisation as it is now, for the limits of
	// package constraint; nil: names alone.
	Organisations func(ctx context.Context) (*constraint.Organisations, error)
	Links         Links
	Now           func() time.Time
	Random        io.Reader // of cryptographic quality, for links
	// Changed is called by Deliver for each introduction that changed, before
	// that is noted; it may be called again. nil: nobody.
	Changed func(ctx context.Context, in *Introduction) error

	// beginning lets one introduction begin at a time: what it looks for, twins and
	// people who are full, must still hold when it is saved. Several processes on
	// one database may still begin twins in the same moment.
	beginning sync.Mutex
}

// With gives a service on the same store that reads records from another getter
// and has another clock, for one piece of work; what it begins does not wait for
// what this one begins.
func (s *Service) With(records catalog.Getter, now func() time.Time) *Service {
	return &Service{Store: s.Store, Catalog: records, Staff: s.Staff, Organisations: s.Organisations, Links: s.Links, Now: now, Random: s.Random, Changed: s.Changed}
}

// unions gives the managing union, that of the co-broker, and all above them.
func (s *Service) unions(ctx context.Context, in *Introduction) ([]string, error) {
	out, err := catalog.Lineage(ctx, s.Catalog, in.Union)
	if err != nil || in.CoBroker == nil {
		return out, err
	}
	more, err := catalog.Lineage(ctx, s.Catalog, in.CoBroker.Union)
	return unique(append(out, more...)), err
}

// open reads an introduction for somebody. Whom it does not concern is told
// that there is none.
func (s *Service) open(ctx context.Context, a account.Actor, code string) (*Introduction, Actor, error) {
	in, err := s.Store.Get(ctx, code)
	if err != nil {
		return nil, Actor{}, err
	}
	who, err := s.actor(ctx, a, in)
	if err == nil && who.Seat.Part == Outsider {
		err = NotFoundError(code)
	}
	return in, who, err
}

// actor gives somebody's seat in an introduction.
func (s *Service) actor(ctx context.Context, a account.Actor, in *Introduction) (Actor, error) {
	unions, err := s.unions(ctx, in)
	if err != nil {
		return Actor{}, err
	}
	return Actor{User: a.User, Name: a.Signature(), Seat: SeatOf(in, a, unions)}, nil
}

// Take takes a step and gives the introduction as the caller sees it then. rev
// names the revision that was read; with 0 the step is taken on whatever is
// current, again and again while others are faster, which is right only for
// words. Errors: those of Apply and of Store, NotFound for whom it does not
// concern, Denied by the table of permissions.
func (s *Service) Take(ctx context.Context, a account.Actor, code string, rev int64, step Step) (*Introduction, error) {
	if step.Kind == Attach {
		return nil, errs.New(errs.Invalid, "introduction.attach_upload", "附件要连同文件一起上传，请用“上传附件”。")
	}
	step.Attachment, step.Nonce, step.Link = nil, "", ""
	return s.take(ctx, a, code, rev, step)
}

// tries bounds how often a step without a revision is tried.
const tries = 100

func (s *Service) take(ctx context.Context, a account.Actor, code string, rev int64, step Step) (*Introduction, error) {
	for try := 1; ; try++ {
		in, who, err := s.open(ctx, a, code)
		if err != nil {
			return nil, err
		}
		if rev != 0 && rev != in.Rev {
			return nil, StaleError(code, in.Rev, rev)
		}
		if err := s.permit(ctx, a, in, who, step.Kind); err != nil {
			return nil, err
		}
		next, err := s.save(ctx, in, step, who)
		if err == nil {
			who.Seat = s.seatAfter(ctx, a, next, who.Seat)
			view, _ := View(next, who.Seat)
			return view, nil
		}
		if rev != 0 || !errs.Is(err, errs.Stale) || try == tries {
			return nil, err
		}
	}
}

// seatAfter: a handover may move a case out of the caller's union.
func (s *Service) seatAfter(ctx context.Context, a account.Actor, in *Introduction, before Seat) Seat {
	if who, err := s.actor(ctx, a, in); err == nil && who.Seat.Part != Outsider {
		return who.Seat
	}
	return before
}

// permit asks the table of permissions for the step's own action.
func (s *Service) permit(ctx context.Context, a account.Actor, in *Introduction, who Actor, kind StepKind) error {
	rule, ok := ruleOf(kind)
	if !ok {
		return nil // Apply says so
	}
	unions, err := s.unions(ctx, in)
	if err != nil {
		return err
	}
	if !account.May(a, rule.Action, in.Scope(unions)) {
		return errs.New(errs.Denied, "introduction.not_yours", fmt.Sprintf("“%s”不由%s来做。", rule.What, who.Seat.Part.Label()))
	}
	return nil
}

// save applies the step and writes the result.
func (s *Service) save(ctx context.Context, in *Introduction, step Step, who Actor) (*Introduction, error) {
	in = in.copy()
	if err := s.prepare(ctx, in, &step); err != nil {
		return nil, err
	}
	next, _, err := Apply(in, step, who, s.Now())
	if err != nil {
		return nil, err
	}
	if next.Unions, err = s.unions(ctx, next); err != nil {
		return nil, err
	}
	return next, s.Store.Replace(ctx, next)
}

// prepare reads what a step needs from elsewhere; of targets and accounts the
// caller names only the code.
func (s *Service) prepare(ctx context.Context, in *Introduction, step *Step) error {
	var err error
	switch step.Kind {
	case Invite:
		step.Nonce, err = s.nonce()
		if err == nil {
			err = s.refresh(ctx, in)
		}
		if err == nil {
			err = s.recheck(ctx, in)
		}
	case ReleaseStep, Review:
		err = s.refresh(ctx, in)
	case AddTargets:
		step.Targets, err = s.targets(ctx, in.Needs, step.Targets)
	case Handover:
		step.Broker, err = s.broker(ctx, step.Broker)
	}
	return err
}

func (s *Service) nonce() (string, error) {
	b := make([]byte, 16)
	if _, err := io.ReadFull(s.Random, b); err != nil {
		return "", errs.Wrap(err, errs.Internal, "internal", "服务出了意外，请稍后再试。")
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// refresh reads the needs again: their owners may have made them more secret.
func (s *Service) refresh(ctx context.Context, in *Introduction) error {
	for i, ref := range in.Needs {
		rec, err := s.Catalog.Get(ctx, catalog.KindNeed, ref.Code)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if need, ok := rec.(*catalog.Need); ok {
			in.Needs[i] = refOf(need)
		}
	}
	return nil
}

func refOf(n *catalog.Need) NeedRef {
	ref := NeedRef{Code: n.Code, Title: n.Title, Org: n.EnterpriseCode, OrgName: n.EnterpriseName, RegionCode: n.RegionCode, Confidentiality: n.Confidentiality}
	if ref.Org == "" {
		ref.Org = n.OwnerOrg
	}
	if n.Visibility == "internal" && ref.Confidentiality != "nda" {
		ref.Confidentiality = "broker_only"
	}
	return ref
}

// broker reads the account of a broker.
func (s *Service) broker(ctx context.Context, b *Broker) (*Broker, error) {
	unknown := errs.New(errs.Invalid, "introduction.broker_unknown", "没有这位红娘，或账号已停用；请核对账号编号。")
	if b == nil || b.User == "" {
		return nil, unknown
	}
	user, err := s.Staff(ctx, b.User)
	switch {
	case errs.Is(err, errs.NotFound):
		return nil, unknown
	case err != nil:
		return nil, err
	case user.Disabled || user.Role != account.Broker && user.Role != account.Administrator:
		return nil, unknown
	}
	return &Broker{User: user.Code, Name: user.Name, Union: user.Org}, nil
}

// Moved is what HandOver did.
type Moved struct {
	Codes  []string      `json:"moved"`
	Failed []MoveFailure `json:"failed"`
}

// MoveFailure is a case that stayed.
type MoveFailure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Deliver tells what was not told yet, up to limit introductions, and notes it.
// An event is told again, under the same ID, when the process dies between. It
// stops at the first error of tell.
func (s *Service) Deliver(ctx context.Context, limit int, tell func(ctx context.Context, e Event) error) error {
	list, err := s.Store.Untold(ctx, limit)
	if err != nil {
		return err
	}
	for _, u := range list {
		in := u.Introduction
		at := slices.IndexFunc(in.History, func(e Entry) bool { return e.Seq > u.Told })
		for at >= 0 && at < len(in.History) {
			for _, e := range EventsOf(in, in.History[at]) {
				if err := tell(ctx, e); err != nil {
					return err
				}
			}
			at++
		}
		if s.Changed != nil {
			if err := s.Changed(ctx, in); err != nil {
				return err
			}
		}
		if err := s.Store.Told(ctx, in.Code, in.Rev); err != nil {
			return err
		}
	}
	return nil
}
