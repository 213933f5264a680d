package figures

import (
	"slices"

	"hongniang/internal/catalog"
)

// needFact is what numbers need of a need.
type needFact struct {
	code, title string
	*ties
	firm, firmName string
	firmID         int32 // of firmKey, in the book
	industry       string
	sort, status   string
	counted        bool // taken by the union: not a draft, waiting, returned, refused or withdrawn
	public         bool // everybody may see it
	reached        Reached
}

// uncounted are the states in which a need is none of the programme's.
func uncounted() []string { return []string{"draft", "submitted", "returned", "rejected", "withdrawn"} }

func needOf(n *catalog.Need) needFact {
	_, public := catalog.PublicView(n)
	f := needFact{
		code: n.Code, title: n.Title, ties: tiesOf(&n.Meta, n.EnterpriseCode), firm: n.EnterpriseCode, firmName: n.EnterpriseName,
		industry: n.IndustryCode, sort: n.NeedType, status: n.Status, counted: !n.Deleted() && !slices.Contains(uncounted(), n.Status), public: public,
	}
	if f.firm == "" {
		f.firm = n.OwnerOrg
	}
	f.reached[Arrived] = DayOf(n.CreatedAt)
	return f
}

// firmKey tells firms apart: by code, else by name, else each need its own.
func (n *needFact) firmKey() string {
	switch {
	case n.firm != "":
		return n.firm
	case n.firmName != "":
		return "name:" + n.firmName
	}
	return "need:" + n.code
}

// person is what numbers need of an expert.
type personFact struct {
	code, name string
	*ties
	kinds      []string
	employer   string
	skill      string
	trades     []string
	honours    []string
	industry   string
	services   int
	frontline  bool
	confirmed  Day
	created    Day
	counted    bool
	seemsBusy  bool // does not accept introductions now
	researcher bool // professor or researcher, and no worker
}

func personOf(e *catalog.Expert) personFact {
	p := personFact{
		code: e.Code, name: e.Name, ties: tiesOf(&e.Meta, e.EmployerCode), kinds: e.PersonKinds, employer: e.EmployerName, skill: e.SkillLevel, trades: e.Occupations,
		industry: e.IndustryCode, services: e.ServicesDone, frontline: e.IsFrontline, confirmed: ParseDay(e.LastConfirmedAt), created: DayOf(e.CreatedAt), counted: countedRecord(&e.Meta),
		seemsBusy: e.Availability != nil && !e.Availability.Accepting,
	}
	for _, h := range e.Honours {
		p.honours = append(p.honours, h.Name)
	}
	worker := func(kind string) bool { return kind != "professor" && kind != "researcher" }
	p.researcher = len(p.kinds) > 0 && !slices.ContainsFunc(p.kinds, worker) && !e.IsFrontline
	return p
}
