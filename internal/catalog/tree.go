package catalog

import (
	"context"
	"slices"

	"hongniang/internal/errs"
)

// maxDepth bounds every climb up the tree of organisations, which has about
// seven levels (national, province, city, county, township, grassroots).
const maxDepth = 16

// Getter is the part of a Store that finds one record.
type Getter interface {
	Get(ctx context.Context, kind Kind, code string) (Record, error)
}

// Lineage gives the code of a union and those of every union above it, lowest
// first. A union that is not catalogued has none above it; "" has no lineage.
func Lineage(ctx context.Context, from Getter, union string) ([]string, error) {
	var out []string
	for code := union; code != "" && len(out) < maxDepth && !slices.Contains(out, code); {
		rec, err := from.Get(ctx, KindOrganisation, code)
		if errs.Is(err, errs.NotFound) && len(out) == 0 {
			return []string{code}, nil
		}
		if errs.Is(err, errs.NotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		org, ok := rec.(*Organisation)
		if !ok || org.OrganisationKind != "union" {
			break
		}
		out, code = append(out, code), org.ParentCode
	}
	return out, nil
}

// Remember gives a Getter that asks another for each organisation only once:
// the records of a list share their unions. It is for one goroutine.
func Remember(from Getter) Getter { return &memory{from: from, known: map[string]remembered{}} }

type memory struct {
	from  Getter
	known map[string]remembered
}

type remembered struct {
	rec Record
	err error
}

// Get looks in the memory first.
func (m *memory) Get(ctx context.Context, kind Kind, code string) (Record, error) {
	if kind != KindOrganisation {
		return m.from.Get(ctx, kind, code)
	}
	r, ok := m.known[code]
	if !ok {
		r.rec, r.err = m.from.Get(ctx, kind, code)
		if r.err == nil || errs.Is(r.err, errs.NotFound) {
			m.known[code] = r
		}
	}
	return r.rec, r.err
}

// Holders are those to whom a record belongs or whom it concerns, as
// permissions are decided on.
type Holders struct {
	Orgs    []string // codes of organisations: owner, enterprise, the organisation itself
	Persons []string // codes of experts: the person, those who completed or invented, the leader
	Unions  []string // code of the managing union and of every union above it
}

// HoldersOf finds the holders of a record. The managing union is the one that
// the record names, else the one of its enterprise, owner or employer; a union
// is managed by itself.
func HoldersOf(ctx context.Context, from Getter, rec Record) (Holders, error) {
	m := rec.Base()
	h := Holders{Orgs: given(m.OwnerOrg)}
	employer := ""
	switch r := rec.(type) {
	case *Need:
		h.Orgs = given(m.OwnerOrg, r.EnterpriseCode)
	case *Result:
		for _, c := range r.Completers {
			h.Persons = append(h.Persons, given(c.ExpertCode)...)
		}
	case *Patent:
		h.Persons = given(r.InventorCodes...)
	case *Expert:
		h.Persons, employer = given(m.Code), r.EmployerCode
	case *Studio:
		h.Orgs, h.Persons = given(m.OwnerOrg, r.EnterpriseCode), given(r.LeaderCode)
	case *Organisation:
		h.Orgs = given(m.Code, m.OwnerOrg)
		if r.OrganisationKind == "union" {
			var err error
			h.Unions, err = lineageOf(ctx, from, r)
			return h, err
		}
	}
	union, err := managingUnion(ctx, from, m.Union, append(slices.Clone(h.Orgs), employer))
	if err != nil {
		return h, err
	}
	h.Unions, err = Lineage(ctx, from, union)
	return h, err
}

// lineageOf is the lineage of a union that may not be saved yet.
func lineageOf(ctx context.Context, from Getter, union *Organisation) ([]string, error) {
	above, err := Lineage(ctx, from, union.ParentCode)
	return append(given(union.Code), above...), err
}

func managingUnion(ctx context.Context, from Getter, named string, orgs []string) (string, error) {
	if named != "" {
		return named, nil
	}
	for _, code := range given(orgs...) {
		rec, err := from.Get(ctx, KindOrganisation, code)
		switch {
		case errs.Is(err, errs.NotFound):
		case err != nil:
			return "", err
		case rec.Base().Union != "":
			return rec.Base().Union, nil
		}
	}
	return "", nil
}

// given drops empty codes.
func given(codes ...string) []string {
	return slices.DeleteFunc(slices.Clone(codes), func(s string) bool { return s == "" })
}

// treeFaults refuses an organisation whose parent is itself or below it, and a
// union below something that is no union. Others of the same batch are looked
// at before the store; a parent that is not there yet is no fault.
func treeFaults(ctx context.Context, from Getter, org *Organisation, batch map[string]*Organisation) error {
	var f errs.Faults
	climb := org.ParentCode
	for depth := 0; climb != "" && depth < maxDepth; depth++ {
		if climb == org.Code {
			f.Add("parent_code", "organisation.parent_cycle", "上级单位不能是本单位自己或它的下级，请核对上级单位编号。", org.ParentCode)
			break
		}
		above, found, err := organisationIn(ctx, from, climb, batch)
		if err != nil {
			return err
		}
		if !found {
			break
		}
		if depth == 0 && org.OrganisationKind == "union" && above.OrganisationKind != "union" {
			f.Add("parent_code", "organisation.parent_kind", "工会的上级必须也是工会，请核对上级单位编号。", org.ParentCode)
		}
		climb = above.ParentCode
	}
	return f.Err()
}

// organisationIn finds an organisation in the batch, else in the store.
func organisationIn(ctx context.Context, from Getter, code string, batch map[string]*Organisation) (org *Organisation, found bool, err error) {
	if org, found = batch[code]; found {
		return org, true, nil
	}
	rec, err := from.Get(ctx, KindOrganisation, code)
	if errs.Is(err, errs.NotFound) {
		return nil, false, nil
	}
	org, found = rec.(*Organisation)
	return org, found, err
}

// checkTree adds the faults of organisations' places in the tree to the records
// that had none so far.
func (s *Service) checkTree(ctx context.Context, recs []Record, out []error) {
	batch := map[string]*Organisation{}
	for _, rec := range recs {
		if org, ok := rec.(*Organisation); ok && org.Code != "" {
			batch[org.Code] = org
		}
	}
	for i, rec := range recs {
		if org, ok := rec.(*Organisation); ok && out[i] == nil && org.ParentCode != "" {
			out[i] = treeFaults(ctx, s.Store, org, batch)
		}
	}
}
