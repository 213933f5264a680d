package constraint

import (
	"slices"

	"hongniang/internal/catalog"
)

// NeedOf takes what limits depend on from a need, for who may read it whole.
func NeedOf(need *catalog.Need) Need {
	return Need{
		Enterprise: given(need.EnterpriseCode, need.EnterpriseName, need.OwnerOrg), Excluded: need.ExcludedOrgs, Region: need.RegionCode,
		Onsite: Onsite(need.CooperationModes), Declared: true,
	}
}

// Onsite tells whether nothing but work in the workshop will do: guidance on
// site is wanted, and no mode that can be had from afar.
func Onsite(modes []string) bool {
	elsewhere := func(mode string) bool {
		return mode != "onsite_guidance" && mode != "training" && mode != "mentorship"
	}
	return slices.Contains(modes, "onsite_guidance") && !slices.ContainsFunc(modes, elsewhere)
}

// PartyOf takes what limits depend on from a record; person is the leader of a
// studio, nil when there is none. How many introductions are open, and whom he
// met before, is not in it.
func PartyOf(rec catalog.Record, person *catalog.Expert) Party {
	m := rec.Base()
	_, public := catalog.PublicView(rec)
	p := Party{Consent: public, Region: m.RegionCode, Orgs: given(m.OwnerOrg)}
	switch rec := rec.(type) {
	case *catalog.Result:
		p.Orgs = append(p.Orgs, rec.CompletingOrgs...)
	case *catalog.Patent:
		p.Orgs = append(append(p.Orgs, rec.Applicants...), given(rec.CurrentOwner)...)
	case *catalog.Organisation:
		p.Orgs = append(append(p.Orgs, given(rec.Code, rec.Name)...), rec.ShortNames...)
	case *catalog.Studio:
		p.Orgs = append(p.Orgs, given(rec.EnterpriseCode, rec.EnterpriseName)...)
		if person != nil {
			p.of(person)
		}
	case *catalog.Expert:
		p.of(rec)
	}
	return p
}

// of adds the person behind a party.
func (p *Party) of(e *catalog.Expert) {
	_, public := catalog.PublicView(e)
	p.Person, p.Consent = true, p.Consent && public
	p.Orgs = append(p.Orgs, given(e.EmployerCode, e.EmployerName)...)
	p.Confirmed, p.Verified, p.Juror = e.LastConfirmedAt, e.VerifiedBy != "", len(e.JurorOf) > 0
	p.Quota = DefaultQuota
	a := e.Availability
	if a == nil {
		return
	}
	p.Refuses, p.UnavailableUntil, p.TravelKM, p.StaysAway = !a.Accepting, a.UnavailableUntil, a.TravelRadiusKM, staysAway(a.Modes)
	if a.MaxActiveCases > 0 {
		p.Quota = a.MaxActiveCases
	}
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
