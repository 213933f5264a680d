package brokering

import (
	"context"
	"fmt"
	"slices"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Proposal is what somebody asks to begin an introduction with: codes alone;
// names and organisations are read from the catalogue.
type Proposal struct {
	Needs    []string `json:"needs" doc:"Codes of one need, or of all needs of a common one"`
	Group    string   `json:"group,omitempty" max:"40"`
	Targets  []Target `json:"targets" doc:"kind and code of each, best first; band of the match"`
	Broker   string   `json:"broker,omitempty" doc:"Account; who asks when left out"`
	CoBroker string   `json:"co_broker,omitempty" doc:"Account"`
	Mode     string   `json:"mode,omitempty" doc:"Vocabulary service_mode"`
	Note     string   `json:"note,omitempty" max:"1000"`
}

// introducible are the states of a need in which somebody may be introduced.
var introducible = []string{"published", "matching", "introduced", "signed", "implementing"}

// Begin begins an introduction. Errors: Invalid with fields (what cannot be
// introduced, and why), Denied, Conflict when the same is on its way already.
func (s *Service) Begin(ctx context.Context, a account.Actor, p Proposal) (*Introduction, error) {
	return s.begin(ctx, a, p, "")
}

// begin begins an introduction under a reserved code, or a free one.
func (s *Service) begin(ctx context.Context, a account.Actor, p Proposal, code string) (*Introduction, error) {
	if account.ScopeOf(a, account.IntroductionCreate) == account.None {
		return nil, errs.New(errs.Denied, "introduction.not_yours", "对接单由红娘开立；请联系所在地区的工会。")
	}
	s.beginning.Lock()
	defer s.beginning.Unlock()
	d, err := s.draft(ctx, a, p)
	if err != nil {
		return nil, err
	}
	part := Staff
	if a.Role == account.Administrator {
		part = Administrator
	}
	in, _, err := Begin(d, Actor{User: a.User, Name: a.Signature(), Seat: Seat{Part: part}}, s.Now())
	if err != nil {
		return nil, err
	}
	if err := s.refuseTwin(ctx, in); err != nil {
		return nil, err
	}
	if in.Code = code; code == "" {
		if in.Code, err = s.freeCode(ctx); err != nil {
			return nil, err
		}
	}
	if in.Unions, err = s.unions(ctx, in); err != nil {
		return nil, err
	}
	if err := s.Store.Insert(ctx, in); err != nil {
		return nil, err
	}
	view, _ := View(in, Seat{Part: part})
	return view, nil
}

func (s *Service) freeCode(ctx context.Context) (string, error) {
	series := fmt.Sprintf("DJ-%d", s.Now().In(chinaTime()).Year())
	n, err := s.Store.TakeNumbers(ctx, series, 1)
	return fmt.Sprintf("%s-%04d", series, n), err
}

func (s *Service) draft(ctx context.Context, a account.Actor, p Proposal) (Draft, error) {
	d := Draft{Group: p.Group, Mode: p.Mode, Note: p.Note, Broker: Broker{User: a.User, Name: a.Signature(), Union: a.Org}}
	if err := s.needs(ctx, a, p.Needs, &d); err != nil {
		return d, err
	}
	var err error
	if d.Targets, err = s.targets(ctx, d.Needs, p.Targets); err != nil {
		return d, err
	}
	if p.Broker != "" && p.Broker != a.User {
		b, err := s.broker(ctx, &Broker{User: p.Broker})
		if err != nil {
			return d, err
		}
		d.Broker = *b
	}
	if p.CoBroker != "" {
		d.CoBroker, err = s.broker(ctx, &Broker{User: p.CoBroker})
	}
	return d, err
}

// needs reads the needs; the first gives the managing union and the region.
func (s *Service) needs(ctx context.Context, a account.Actor, codes []string, d *Draft) error {
	if len(codes) > maxNeeds {
		codes = codes[:maxNeeds+1] // Begin refuses them
	}
	for i, code := range codes {
		rec, err := s.Catalog.Get(ctx, catalog.KindNeed, code)
		if err != nil {
			return err
		}
		h, err := catalog.HoldersOf(ctx, s.Catalog, rec)
		if err != nil {
			return err
		}
		if !account.May(a, account.IntroductionCreate, account.Target{Orgs: h.Orgs, Unions: h.Unions}) {
			return catalog.NotFoundError(catalog.KindNeed, code)
		}
		need, ok := rec.(*catalog.Need)
		if !ok || need.Deleted() || !slices.Contains(introducible, need.Status) {
			return invalid(fmt.Sprintf("needs[%d]", i), "introduction.need_closed", "这项需求没有发布，或已经办结，不能开对接单；请先发布需求。", code)
		}
		if i == 0 {
			d.RegionCode = need.RegionCode
			if len(h.Unions) > 0 {
				d.Union = h.Unions[0]
			}
		}
		d.Needs = append(d.Needs, refOf(need))
	}
	return nil
}

func invalid(field, code, message, value string) error {
	var f errs.Faults
	f.Add(field, code, message, value)
	return f.Err()
}

// refuseTwin: one person is asked about one need once at a time.
func (s *Service) refuseTwin(ctx context.Context, in *Introduction) error {
	target, _ := in.CurrentTarget()
	for _, n := range in.Needs {
		list, err := s.Store.List(ctx, Query{Need: n.Code, Helping: target.Code, Open: true, Limit: 1})
		if err != nil {
			return err
		}
		if len(list) > 0 {
			return errs.New(errs.Conflict, "introduction.twin", fmt.Sprintf("这项需求与“%s”已有一张对接单（%s）正在办理，请在那一张上继续。", target.Name, list[0].Code))
		}
	}
	return nil
}

// targets reads the targets and refuses those who may not be proposed.
func (s *Service) targets(ctx context.Context, needs []NeedRef, asked []Target) ([]Target, error) {
	var f errs.Faults
	var out []Target
	if len(asked) > maxTargets {
		asked = asked[:maxTargets+1] // Apply refuses them
	}
	for i, t := range asked {
		field := fmt.Sprintf("targets[%d]", i)
		rec, err := s.target(ctx, t)
		if errs.Is(err, errs.NotFound) {
			f.Add(field, "introduction.target_unknown", "没有这个推荐对象，或没有公开，请核对类型和编号。", t.Code)
			continue
		}
		if err != nil {
			return nil, err
		}
		got := targetOf(rec)
		got.Band = t.Band
		if err := s.refuseUnfit(ctx, needs, got, rec, field, &f); err != nil {
			return nil, err
		}
		out = append(out, got)
	}
	return out, f.Err()
}

// target reads a record that may be proposed: a public one.
func (s *Service) target(ctx context.Context, t Target) (catalog.Record, error) {
	switch kind := catalog.Kind(t.Kind); kind {
	case catalog.KindExpert, catalog.KindStudio, catalog.KindResult, catalog.KindPatent, catalog.KindOrganisation:
		rec, err := s.Catalog.Get(ctx, kind, t.Code)
		if err != nil {
			return nil, err
		}
		if _, public := catalog.PublicView(rec); !public {
			return nil, catalog.NotFoundError(kind, t.Code)
		}
		return rec, nil
	}
	return nil, catalog.NotFoundError(catalog.KindExpert, t.Code)
}

// targetOf finds who stands behind a record.
func targetOf(rec catalog.Record) Target {
	t := Target{Kind: string(rec.Kind()), Code: rec.Base().Code, Name: rec.Heading(), Org: rec.Base().OwnerOrg}
	switch r := rec.(type) {
	case *catalog.Expert:
		t.Org, t.OrgName, t.Person = r.EmployerCode, r.EmployerName, r.Code
	case *catalog.Studio:
		t.Org, t.OrgName, t.Person = r.EnterpriseCode, r.EnterpriseName, r.LeaderCode
	case *catalog.Result:
		if len(r.Completers) > 0 {
			t.Person, t.OrgName = r.Completers[0].ExpertCode, r.Completers[0].Org
		}
	case *catalog.Patent:
		if t.OrgName = r.CurrentOwner; len(r.InventorCodes) > 0 {
			t.Person = r.InventorCodes[0]
		}
	case *catalog.Organisation:
		t.Org, t.OrgName = r.Code, r.Name
	}
	return t
}
