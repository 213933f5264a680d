package catalog

import (
	"context"
	"slices"
	"strings"

	"hongniang/internal/errs"
)

// EnterpriseRegistration is what an enterprise says of itself when it registers.
type EnterpriseRegistration struct {
	USCC, Name, Region     string
	ContactName, Telephone string
}

// RegisterEnterprise saves an enterprise that registers itself; it waits for
// review, managed by the union of its region. Errors: Invalid with fields;
// Conflict (organisation.registered) when its credit code is known already,
// whoever entered it.
func (s *Service) RegisterEnterprise(ctx context.Context, by string, r EnterpriseRegistration) (*Organisation, error) {
	uscc, err := ParseUSCC(r.USCC)
	if err != nil {
		return nil, invalidField("uscc", "organisation.uscc", errs.As(err).Message, r.USCC)
	}
	org := &Organisation{
		Meta: Meta{Status: "submitted", RegionCode: r.Region, Source: &Source{Kind: "register"}},
		Name: r.Name, USCC: uscc, OrganisationKind: "enterprise",
		Contact: &Contact{Name: r.ContactName, Phone: r.Telephone},
	}
	Clean(org)
	if org.RegionCode == "" {
		return nil, invalidField("region", "region.required", "请填写企业所在地区，如 威海市 或 371000。", "")
	}
	if _, err := s.Store.ByKey(ctx, KindOrganisation, org.NaturalKey()); !errs.Is(err, errs.NotFound) {
		return nil, orRegistered(err)
	}
	if org.Union, err = UnionOfRegion(ctx, s.Store, org.RegionCode); err != nil {
		return nil, err
	}
	err = s.Create(ctx, by, org)
	if errs.Is(err, errs.Conflict) {
		err = orRegistered(nil)
	}
	return org, asRegistered(err)
}

// registrationFields are the fields of an organisation by their names in a
// registration.
var registrationFields = map[string]string{"name": "enterprise", "region_code": "region", "contact.name": "name", "contact.phone": "phone"}

// asRegistered names the faulty fields as the registration does.
func asRegistered(err error) error {
	if !errs.Is(err, errs.Invalid) {
		return err
	}
	e := *errs.As(err)
	e.Fields = slices.Clone(e.Fields)
	for i, f := range e.Fields {
		if name, ok := registrationFields[f.Field]; ok {
			e.Fields[i].Field = name
		}
	}
	return &e
}

func orRegistered(err error) error {
	if err != nil {
		return err
	}
	return errs.New(errs.Conflict, "organisation.registered", "这个统一社会信用代码的单位已经登记过了。请联系经办的红娘或管理员为您开通账号。")
}

func invalidField(field, code, message, value string) error {
	var f errs.Faults
	f.Add(field, code, message, value)
	return f.Err()
}

// LoginOfEnterprise is the login of an enterprise's first member: from its
// credit code, so that it is as unique, and choosing one tells nobody who else
// has which.
func LoginOfEnterprise(uscc string) string {
	if code, err := ParseUSCC(uscc); err == nil {
		uscc = code
	}
	return "qy" + strings.ToLower(uscc)
}

// regionalLevels are the levels of unions that manage a region.
var regionalLevels = map[string]bool{"national": true, "province": true, "city": true, "county": true}

// UnionOfRegion finds the union that manages a region: the one of the county,
// else of the city, else of the province. "" when there is none. It reads every
// organisation and is for rare occasions.
func UnionOfRegion(ctx context.Context, from Store, region string) (string, error) {
	best, depth := "", -1
	for after := ""; ; {
		recs, err := from.Scan(ctx, KindOrganisation, after, 500)
		if err != nil {
			return "", err
		}
		for _, rec := range recs {
			after = rec.Base().Code
			org, ok := rec.(*Organisation)
			if !ok || org.Deleted() || org.OrganisationKind != "union" || !regionalLevels[org.UnionLevel] {
				continue
			}
			stem := regionStem(org.RegionCode)
			if strings.HasPrefix(region, stem) && len(stem) > depth {
				best, depth = org.Code, len(stem)
			}
		}
		if len(recs) < 500 {
			return best, nil
		}
	}
}

// regionStem is the part of a region's code that the regions within share.
func regionStem(code string) string {
	for strings.HasSuffix(code, "00") && len(code) > 2 {
		code = code[:len(code)-2]
	}
	return code
}

// PersonOf gives the code of the expert whom a record is of: the expert, or a
// studio's leader; "" for others.
func PersonOf(rec Record) string {
	switch r := rec.(type) {
	case *Expert:
		return r.Code
	case *Studio:
		return r.LeaderCode
	}
	return ""
}
