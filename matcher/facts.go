package matcher

import (
	"context"
	"sync"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

// Facts are what limits depend on and the index does not hold. Implementations
// are safe for concurrent use. Errors: errs.Unavailable.
type Facts interface {
	// Organisations knows every organisation as it is now.
	Organisations(ctx context.Context) (*constraint.Organisations, error)
	// Parties gives candidates by document id. Who is removed or not public is
	// there without Consent, who never was is left out.
	Parties(ctx context.Context, ids []string) (map[string]constraint.Party, error)
	// Worked gives the codes of people and studios that were recommended to the
	// firm before, in whatever introduction.
	Worked(ctx context.Context, firm string) (map[string]bool, error)
}

// Records are the facts of an installation: its records and introductions.
type Records struct {
	Store catalog.Store
	Cases brokering.Store

	mu   sync.Mutex
	orgs *constraint.Organisations
	seq  int64 // last change of the feed that orgs has seen
}

const slice = 500 // records or changes read at a time

// Organisations reads every organisation once, and from then on what changed.
func (r *Records) Organisations(ctx context.Context) (*constraint.Organisations, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.orgs == nil {
		if err := r.readAll(ctx); err != nil {
			return nil, err
		}
	}
	return r.orgs, r.follow(ctx)
}

// readAll finds the end of the feed before it reads the records, so that what
// changes meanwhile is read again.
func (r *Records) readAll(ctx context.Context) error {
	seq := int64(0)
	for {
		changes, err := r.Store.Changes(ctx, seq, 10*slice)
		if err != nil {
			return err
		}
		if len(changes) == 0 {
			break
		}
		seq = changes[len(changes)-1].Seq
	}
	var all []constraint.Organisation
	for after := ""; ; {
		recs, err := r.Store.Scan(ctx, catalog.KindOrganisation, after, slice)
		if err != nil {
			return err
		}
		for _, rec := range recs {
			after = rec.Base().Code
			if org, ok := rec.(*catalog.Organisation); ok && !org.Deleted() {
				all = append(all, constraint.OrganisationOf(org))
			}
		}
		if len(recs) < slice {
			break
		}
	}
	r.orgs, r.seq = constraint.NewOrganisations(all...), seq
	return nil
}

func (r *Records) follow(ctx context.Context) error {
	for {
		changes, err := r.Store.Changes(ctx, r.seq, slice)
		if err != nil || len(changes) == 0 {
			return err
		}
		var changed []constraint.Organisation
		var gone []string
		for _, c := range changes {
			if c.Kind != catalog.KindOrganisation {
				continue
			}
			rec, err := r.Store.Get(ctx, c.Kind, c.Code)
			if err != nil && !errs.Is(err, errs.NotFound) {
				return err
			}
			if org, ok := rec.(*catalog.Organisation); ok && !org.Deleted() {
				changed = append(changed, constraint.OrganisationOf(org))
			} else {
				gone = append(gone, c.Code)
			}
		}
		if len(changed)+len(gone) > 0 {
			r.orgs = r.orgs.With(changed, gone)
		}
		r.seq = changes[len(changes)-1].Seq
	}
}

// Parties reads the records and counts the open introductions of the people.
func (r *Records) Parties(ctx context.Context, ids []string) (map[string]constraint.Party, error) {
	out := map[string]constraint.Party{}
	for _, id := range ids {
		kind, code := search.SplitID(id)
		rec, err := r.Store.Get(ctx, kind, code)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if out[id], err = r.party(ctx, rec); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *Records) party(ctx context.Context, rec catalog.Record) (constraint.Party, error) {
	_, public := catalog.PublicView(rec)
	p := constraint.Party{Consent: public, Region: rec.Base().RegionCode, Orgs: given(rec.Base().OwnerOrg)}
	switch rec := rec.(type) {
	case *catalog.Result:
		p.Orgs = append(p.Orgs, rec.CompletingOrgs...)
	case *catalog.Patent:
		p.Orgs = append(append(p.Orgs, rec.Applicants...), rec.CurrentOwner)
	case *catalog.Studio:
		p.Orgs = given(rec.EnterpriseCode, rec.EnterpriseName)
		if rec.LeaderCode == "" {
			return p, nil
		}
		leader, err := r.Store.Get(ctx, catalog.KindExpert, rec.LeaderCode)
		if expert, ok := leader.(*catalog.Expert); ok && err == nil {
			return p, r.person(ctx, expert, &p)
		}
		if !errs.Is(err, errs.NotFound) {
			return p, err
		}
	case *catalog.Expert:
		return p, r.person(ctx, rec, &p)
	}
	return p, nil
}

// person adds the person behind a party.
func (r *Records) person(ctx context.Context, e *catalog.Expert, p *constraint.Party) error {
	_, public := catalog.PublicView(e)
	p.Person, p.Consent = true, p.Consent && public
	p.Orgs = append(p.Orgs, given(e.EmployerCode, e.EmployerName)...)
	p.Confirmed, p.Verified, p.Juror = e.LastConfirmedAt, e.VerifiedBy != "", len(e.JurorOf) > 0
	p.Quota = constraint.DefaultQuota
	if a := e.Availability; a != nil {
		p.Refuses, p.UnavailableUntil, p.TravelKM = !a.Accepting, a.UnavailableUntil, a.TravelRadiusKM
		p.StaysAway = staysAway(a.Modes)
		if a.MaxActiveCases > 0 {
			p.Quota = a.MaxActiveCases
		}
	}
	busy, err := r.Cases.List(ctx, brokering.Query{Helping: e.Code, Open: true, Limit: p.Quota})
	p.Active = len(busy)
	return err
}

// staysAway: who names how he helps and does not name the workshop stays away.
func staysAway(modes []string) bool {
	for _, m := range modes {
		if m == "onsite" || m == "training" {
			return false
		}
	}
	return len(modes) > 0
}

// Worked looks through the firm's introductions.
func (r *Records) Worked(ctx context.Context, firm string) (map[string]bool, error) {
	out := map[string]bool{}
	for after := ""; firm != ""; {
		list, err := r.Cases.List(ctx, brokering.Query{Orgs: []string{firm}, After: after, Limit: slice})
		if err != nil {
			return nil, err
		}
		for _, in := range list {
			after = in.Code
			note(out, in, firm)
		}
		if len(list) < slice {
			break
		}
	}
	return out, nil
}

// note adds those whom an introduction recommended to the firm: it may be the
// helping side of others.
func note(out map[string]bool, in *brokering.Introduction, firm string) {
	asked := false
	for _, n := range in.Needs {
		asked = asked || n.Org == firm
	}
	for _, t := range in.Targets {
		if asked && t.RecommendedAt != nil {
			out[t.Code] = true
			if t.Person != "" {
				out[t.Person] = true
			}
		}
	}
}

// given drops empty names.
func given(names ...string) []string {
	var out []string
	for _, n := range names {
		if n != "" {
			out = append(out, n)
		}
	}
	return out
}
