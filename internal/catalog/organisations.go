package catalog

import "hongniang/internal/errs"

// Organisation is an enterprise, university, institute, union or other body
// (单位).
type Organisation struct {
	Meta
	Name             string   `json:"name" zh:"单位名称" required:"true" min:"2" max:"100"`
	ShortNames       []string `json:"short_names,omitempty" zh:"简称" max:"40" maxItems:"10"`
	USCC             string   `json:"uscc,omitempty" zh:"统一社会信用代码" format:"uscc"`
	OrganisationKind string   `json:"organisation_kind,omitempty" zh:"单位类别" vocab:"organisation_kind" facet:"type"`
	Ownership        string   `json:"ownership,omitempty" zh:"所有制" vocab:"ownership"`
	Size             string   `json:"size,omitempty" zh:"规模" vocab:"organisation_size"`
	IsAboveScale     bool     `json:"is_above_scale,omitempty" zh:"规上企业"`
	Qualifications   []string `json:"qualifications,omitempty" zh:"资质" vocab:"qualification"`
	IndustryCode     string   `json:"industry_code,omitempty" zh:"国民经济行业" format:"industry" facet:"industry"`
	TechField        string   `json:"tech_field,omitempty" zh:"技术领域" vocab:"tech_field" facet:"field"`
	Products         string   `json:"products,omitempty" zh:"主要产品或学科" max:"5000"`
	Introduction     string   `json:"introduction,omitempty" zh:"简介" max:"10000"`
	Keywords         []string `json:"keywords,omitempty" zh:"关键词" max:"20" maxItems:"20"`
	Address          string   `json:"address,omitempty" zh:"地址" max:"200"`
	HasUnion         bool     `json:"has_union,omitempty" zh:"已建工会"`
	UnionLevel       string   `json:"union_level,omitempty" zh:"工会层级" vocab:"union_level"`
	ParentCode       string   `json:"parent_code,omitempty" zh:"上级单位编号" max:"40" ref:"organisation"`
	EmployeeCount    int      `json:"employee_count,omitempty" zh:"职工人数" low:"0" high:"10000000"`
	Competitors      []string `json:"competitors,omitempty" zh:"竞争单位" max:"100" maxItems:"50" secret:"always"`
	Contact          *Contact `json:"contact,omitempty" zh:"联系人" secret:"always"`
}

// Kind is KindOrganisation.
func (*Organisation) Kind() Kind { return KindOrganisation }

// Heading is the name.
func (o *Organisation) Heading() string { return o.Name }

// NaturalKey is the unified social credit code, else the name.
func (o *Organisation) NaturalKey() string {
	if code, err := ParseUSCC(o.USCC); err == nil {
		return "uscc:" + code
	}
	return naturalKey(o.Name)
}

func (o *Organisation) check(f *errs.Faults) {
	if o.UnionLevel != "" && o.OrganisationKind != "union" {
		f.Add("union_level", "organisation.union_level", "只有单位类别为“工会”时才填工会层级。", o.UnionLevel)
	}
}

func (o *Organisation) redact() { clearSecrets(o, "always") }
