package desk

import "hongniang/internal/catalog"

// metaOf keeps of a record's frame what a list needs.
func metaOf(m *catalog.Meta) catalog.Meta {
	out := catalog.Meta{
		Code: m.Code, Rev: m.Rev, Status: m.Status, Visibility: m.Visibility, OwnerOrg: m.OwnerOrg, Union: m.Union, RegionCode: m.RegionCode,
		CreatedAt: m.CreatedAt, UpdatedAt: m.UpdatedAt, DeletedAt: m.DeletedAt,
	}
	if p := m.Pending; p != nil {
		out.Pending = &catalog.HeldChange{By: p.By, At: p.At, Returned: p.Returned}
	}
	return out
}

// cut makes the small copy that stays in memory: the heading, the state, and
// what catalog.HoldersOf looks at.
func cut(rec catalog.Record) catalog.Record {
	m := metaOf(rec.Base())
	switch r := rec.(type) {
	case *catalog.Need:
		n := &catalog.Need{Meta: m, Title: r.Title, EnterpriseCode: r.EnterpriseCode, EnterpriseName: r.EnterpriseName, ValidTo: r.ValidTo, Deadline: r.Deadline, Urgency: r.Urgency, Confidentiality: r.Confidentiality}
		if last := len(r.Steps) - 1; last >= 0 {
			n.Steps = []catalog.NeedEvent{r.Steps[last]}
		}
		return n
	case *catalog.Result:
		out := &catalog.Result{Meta: m, Title: r.Title}
		for _, c := range r.Completers {
			out.Completers = append(out.Completers, catalog.Completer{ExpertCode: c.ExpertCode})
		}
		return out
	case *catalog.Patent:
		return &catalog.Patent{Meta: m, Title: r.Title, InventorCodes: r.InventorCodes}
	case *catalog.Expert:
		return &catalog.Expert{Meta: m, Name: r.Name, EmployerCode: r.EmployerCode}
	case *catalog.Studio:
		return &catalog.Studio{Meta: m, Name: r.Name, EnterpriseCode: r.EnterpriseCode, LeaderCode: r.LeaderCode}
	case *catalog.Organisation:
		return &catalog.Organisation{Meta: m, Name: r.Name, OrganisationKind: r.OrganisationKind, ParentCode: r.ParentCode}
	}
	return catalog.Clone(rec)
}
