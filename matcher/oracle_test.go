package matcher_test

import (
	"slices"
	"strings"
	"testing"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
)

// oracle works out from the records alone, by looking at everything, who must not
// be proposed. It shares no code with what it checks.
type oracle struct {
	orgs    []*catalog.Organisation
	experts map[string]*catalog.Expert
	group   map[string]int // by code of organisation
	open    map[string]int // open introductions of a person
	today   string
	known   map[string][]*catalog.Organisation // by reference: only to be quick
}

func newOracle(t testing.TB, w *world) *oracle {
	t.Helper()
	o := &oracle{experts: map[string]*catalog.Expert{}, group: map[string]int{}, open: map[string]int{}, known: map[string][]*catalog.Organisation{}, today: today.Format("2006-01-02")}
	for _, rec := range everything(t, w, catalog.KindOrganisation) {
		if !rec.Base().Deleted() {
			o.orgs = append(o.orgs, rec.(*catalog.Organisation))
		}
	}
	for _, rec := range everything(t, w, catalog.KindExpert) {
		o.experts[rec.Base().Code] = rec.(*catalog.Expert)
	}
	cases, err := w.store.Introductions().List(t.Context(), brokering.Query{Open: true, Limit: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range cases {
		for _, target := range in.Targets {
			if target.State == brokering.Current {
				o.open[target.Person]++
			}
		}
	}
	o.joinGroups()
	return o
}

func everything(t testing.TB, w *world, kind catalog.Kind) []catalog.Record {
	t.Helper()
	recs, err := w.store.Scan(t.Context(), kind, "", 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	return recs
}

// joinGroups gives every organisation a number and then lets parents and
// children have the same one until nothing changes.
func (o *oracle) joinGroups() {
	governs := func(org *catalog.Organisation) bool {
		return slices.Contains([]string{"union", "government", "association"}, org.OrganisationKind)
	}
	parents := map[string]*catalog.Organisation{}
	for i, org := range o.orgs {
		o.group[org.Code], parents[org.Code] = i, org
	}
	for changed := true; changed; {
		changed = false
		for _, org := range o.orgs {
			parent := parents[org.ParentCode]
			if parent == nil || governs(org) || governs(parent) || o.group[org.Code] == o.group[parent.Code] {
				continue
			}
			least := min(o.group[org.Code], o.group[parent.Code])
			o.group[org.Code], o.group[parent.Code], changed = least, least, true
		}
	}
}

func plain(s string) string { return strings.ReplaceAll(strings.ToLower(s), " ", "") }

// meant lists the organisations that a code or a name means.
func (o *oracle) meant(ref string) []*catalog.Organisation {
	if known, ok := o.known[ref]; ok {
		return known
	}
	var out []*catalog.Organisation
	for _, org := range o.orgs {
		if ref != "" && (org.Code == ref || plain(org.Name) == plain(ref) || slices.ContainsFunc(org.ShortNames, func(s string) bool { return plain(s) == plain(ref) })) {
			out = append(out, org)
		}
	}
	o.known[ref] = out
	return out
}

// same tells whether two references mean one organisation or one group.
func (o *oracle) same(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	if plain(a) == plain(b) {
		return true
	}
	for _, x := range o.meant(a) {
		for _, y := range o.meant(b) {
			if o.group[x.Code] == o.group[y.Code] {
				return true
			}
		}
	}
	return false
}

func (o *oracle) anySame(as, bs []string) bool {
	return slices.ContainsFunc(as, func(a string) bool { return slices.ContainsFunc(bs, func(b string) bool { return o.same(a, b) }) })
}

// competitors gives what an organisation or one above it declared.
func (o *oracle) competitors(refs []string) []string {
	var out []string
	for _, ref := range refs {
		for _, org := range o.meant(ref) {
			for range 10 {
				out = append(out, org.Competitors...)
				up := slices.IndexFunc(o.orgs, func(x *catalog.Organisation) bool { return x.Code == org.ParentCode })
				if up < 0 || o.group[o.orgs[up].Code] != o.group[org.Code] {
					break
				}
				org = o.orgs[up]
			}
		}
	}
	return out
}

// bars gives why a record must not be proposed for a need; none: it may be.
func (o *oracle) bars(need *catalog.Need, rec catalog.Record) []string {
	var out []string
	firm := []string{need.EnterpriseCode, need.EnterpriseName}
	theirs, person := o.belongs(rec)
	if o.anySame(theirs, firm) {
		out = append(out, "own_group")
	}
	if o.anySame(theirs, slices.Concat(need.ExcludedOrgs, o.competitors(firm))) || o.anySame(firm, o.competitors(theirs)) {
		out = append(out, "conflict")
	}
	if _, public := catalog.PublicView(rec); !public {
		out = append(out, "no_consent")
	}
	if person != nil {
		out = append(out, o.personBars(need, person, rec.Base().RegionCode)...)
	}
	return out
}

func (o *oracle) personBars(need *catalog.Need, e *catalog.Expert, region string) []string {
	var out []string
	if _, public := catalog.PublicView(e); !public {
		out = append(out, "no_consent")
	}
	a := e.Availability
	if a == nil {
		a = &catalog.Availability{Accepting: true}
	}
	if !a.Accepting || a.UnavailableUntil != "" && a.UnavailableUntil >= o.today {
		out = append(out, "unavailable")
	}
	quota := a.MaxActiveCases
	if quota == 0 {
		quota = 3
	}
	if o.open[e.Code] >= quota {
		out = append(out, "over_quota")
	}
	onsite := slices.Contains(need.CooperationModes, "onsite_guidance")
	for _, mode := range need.CooperationModes {
		onsite = onsite && (mode == "onsite_guidance" || mode == "training" || mode == "mentorship")
	}
	km, known := catalog.Distance(need.RegionCode, region)
	comes := len(a.Modes) == 0 || slices.Contains(a.Modes, "onsite") || slices.Contains(a.Modes, "training")
	if onsite && (!comes || known && a.TravelRadiusKM > 0 && km > float64(a.TravelRadiusKM)) {
		out = append(out, "too_far")
	}
	return out
}

// belongs gives the organisations of a record, and the person behind it.
func (o *oracle) belongs(rec catalog.Record) ([]string, *catalog.Expert) {
	switch r := rec.(type) {
	case *catalog.Result:
		return append([]string{r.OwnerOrg}, r.CompletingOrgs...), nil
	case *catalog.Patent:
		return append([]string{r.OwnerOrg, r.CurrentOwner}, r.Applicants...), nil
	case *catalog.Expert:
		return []string{r.OwnerOrg, r.EmployerCode, r.EmployerName}, r
	case *catalog.Studio:
		orgs := []string{r.OwnerOrg, r.EnterpriseCode, r.EnterpriseName}
		leader := o.experts[r.LeaderCode]
		if leader != nil {
			orgs = append(orgs, leader.EmployerCode, leader.EmployerName)
		}
		return orgs, leader
	}
	return nil, nil
}
