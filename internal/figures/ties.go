package figures

import "hongniang/internal/catalog"

// ties are whose a record is. Most records share theirs with many others: a book keeps
// each once.
type ties struct {
	union  string    // that the record names
	orgs   [2]string // owner, enterprise or employer: the first that has a union lends it
	region string
}

func tiesOf(m *catalog.Meta, second string) *ties {
	return &ties{union: m.Union, orgs: [2]string{m.OwnerOrg, second}, region: m.RegionCode}
}

// orgFact is what numbers need of an organisation.
type orgFact struct {
	code, name string
	*ties
	kind, size, ownership string
	industry              string
	parent                string
	above                 bool // 规上
	created               Day
	deleted               bool
	counted               bool
}

func orgOf(o *catalog.Organisation) orgFact {
	return orgFact{
		code: o.Code, name: o.Name, ties: tiesOf(&o.Meta, ""), kind: o.OrganisationKind, size: o.Size, ownership: o.Ownership, industry: o.IndustryCode,
		parent: o.ParentCode, above: o.IsAboveScale, created: DayOf(o.CreatedAt), deleted: o.Deleted(), counted: countedRecord(&o.Meta),
	}
}

// countedRecord: what is no need counts when it is published.
func countedRecord(m *catalog.Meta) bool { return !m.Deleted() && m.Status == "published" }

// maxDepth is that of catalog.Lineage.
const maxDepth = 16

// tree answers whose subtree a union lies in, as catalog.Lineage does.
type tree struct {
	orgs map[string]*orgFact
}

// org gives an organisation, an empty one when it is not known.
func (t tree) org(code string) *orgFact {
	if o := t.orgs[code]; o != nil {
		return o
	}
	return &orgFact{ties: &ties{}}
}

// managing gives the union that manages a record, "" for none: the one it
// names, else that of its first organisation that has one.
func (t tree) managing(of ties) string {
	if of.union != "" {
		return of.union
	}
	for _, code := range of.orgs {
		if org := t.orgs[code]; org != nil && org.union != "" {
			return org.union
		}
	}
	return ""
}

// managingOrg gives the union of an organisation: a union is its own.
func (t tree) managingOrg(o *orgFact) string {
	if o.kind == "union" {
		return o.code
	}
	if own := o.union; own != "" {
		return own
	}
	return t.org(o.orgs[0]).union
}

// below tells whether a union is another, or lies below it.
func (t tree) below(union, above string) bool {
	if above == "" || union == "" {
		return false
	}
	code := union
	for depth := 0; code != "" && depth < maxDepth; depth++ {
		org, known := t.orgs[code]
		if !known && depth == 0 {
			return code == above
		}
		if !known || org.kind != "union" {
			return false
		}
		if code == above {
			return true
		}
		code = org.parent
	}
	return false
}
