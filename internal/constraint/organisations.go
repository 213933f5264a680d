package constraint

import (
	"maps"
	"slices"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/zh"
)

// Organisation is what limits depend on of an organisation.
type Organisation struct {
	Code        string
	Names       []string // full and short
	Parent      string   // code
	Governs     bool     // a union, office or association: belonging to it makes no group
	Competitors []string // codes or names that it declared
}

// OrganisationOf takes it from a record.
func OrganisationOf(org *catalog.Organisation) Organisation {
	return Organisation{
		Code: org.Code, Names: append([]string{org.Name}, org.ShortNames...), Parent: org.ParentCode, Competitors: org.Competitors,
		Governs: org.OrganisationKind == "union" || org.OrganisationKind == "government" || org.OrganisationKind == "association",
	}
}

// Organisations knows organisations by code and by name, and which of them are
// one group. It never changes: With gives another.
type Organisations struct {
	byCode map[string]Organisation
	byName map[string][]string // folded → codes; firms may share a short name
}

// NewOrganisations knows the given ones.
func NewOrganisations(orgs ...Organisation) *Organisations {
	return (&Organisations{byCode: map[string]Organisation{}, byName: map[string][]string{}}).With(orgs, nil)
}

// With gives a copy in which some are new or changed and others are gone.
func (o *Organisations) With(changed []Organisation, gone []string) *Organisations {
	out := &Organisations{byCode: maps.Clone(o.byCode), byName: maps.Clone(o.byName)}
	for _, code := range gone {
		out.forget(code)
	}
	for _, org := range changed {
		out.forget(org.Code)
		out.byCode[org.Code] = org
		for _, name := range org.Names {
			if key := fold(name); key != "" && !slices.Contains(out.byName[key], org.Code) {
				out.byName[key] = append(slices.Clone(out.byName[key]), org.Code)
			}
		}
	}
	return out
}

func (o *Organisations) forget(code string) {
	for _, name := range o.byCode[code].Names {
		key := fold(name)
		o.byName[key] = slices.DeleteFunc(slices.Clone(o.byName[key]), func(c string) bool { return c == code })
	}
	delete(o.byCode, code)
}

// Len is how many are known.
func (o *Organisations) Len() int { return len(o.byCode) }

// maxDepth bounds the climb to the top of a group.
const maxDepth = 16

// chain gives an organisation and those above it in its group.
func (o *Organisations) chain(code string) []string {
	var out []string
	for len(out) < maxDepth && !slices.Contains(out, code) {
		out = append(out, code)
		org := o.byCode[code]
		parent, known := o.byCode[org.Parent]
		if org.Governs || !known || parent.Governs {
			break
		}
		code = org.Parent
	}
	return out
}

// top names a group the same way from each of its members: of a chain, or of a
// ring that somebody entered by mistake.
func top(chain []string, o *Organisations) string {
	last := chain[len(chain)-1]
	if parent := o.byCode[last].Parent; slices.Contains(chain, parent) && parent != last {
		return slices.Min(chain[slices.Index(chain, parent):])
	}
	return last
}

// group gives keys that two lists of references share when any of them are the
// same organisation, by code or name, or of one group.
func (o *Organisations) group(refs []string) map[string]bool {
	out := map[string]bool{}
	for _, ref := range refs {
		key := fold(ref)
		if key == "" {
			continue
		}
		out["name:"+key] = true
		for _, code := range o.codes(ref) {
			out["code:"+top(o.chain(code), o)] = true
		}
	}
	return out
}

// codes gives the organisations that a reference, a code or a name, means.
func (o *Organisations) codes(ref string) []string {
	out := o.byName[fold(ref)]
	if _, ok := o.byCode[strings.TrimSpace(ref)]; ok {
		out = append(slices.Clone(out), strings.TrimSpace(ref))
	}
	return out
}

// declared gives the competitors that organisations, or those above them in
// their group, declared.
func (o *Organisations) declared(refs []string) []string {
	var out []string
	for _, ref := range refs {
		for _, code := range o.codes(ref) {
			for _, above := range o.chain(code) {
				out = append(out, o.byCode[above].Competitors...)
			}
		}
	}
	return out
}

// fold is the form in which names are compared.
func fold(s string) string { return strings.Join(strings.Fields(zh.Fold(s)), "") }
