package catalog

import (
	"context"
	"strings"

	"hongniang/internal/errs"
)

// Need is a technical need that an enterprise cannot solve alone (企业技术需求).
// Title, summary and the classifying fields are public; detail, background,
// attempts, site and contact are confidential from the first day.
type Need struct {
	Meta
	Title             string   `json:"title" zh:"需求名称" required:"true" min:"4" max:"60" doc:"Without the enterprise's name"`
	NeedType          string   `json:"need_type,omitempty" zh:"需求类型" vocab:"need_type" facet:"type"`
	SummaryPublic     string   `json:"summary_public,omitempty" zh:"需求简介" max:"300" doc:"What everybody may read"`
	Background        string   `json:"background,omitempty" zh:"现状与问题" max:"20000" secret:"true"`
	Detail            string   `json:"detail,omitempty" zh:"需求详情" max:"100000" secret:"true" doc:"Confidential unless confidentiality is public"`
	Targets           []Target `json:"targets,omitempty" zh:"主要技术指标" secret:"true"`
	Constraints       string   `json:"constraints,omitempty" zh:"约束条件" max:"5000" secret:"true"`
	Attempts          string   `json:"attempts,omitempty" zh:"已尝试的办法" max:"5000" secret:"true"`
	Keywords          []string `json:"keywords,omitempty" zh:"关键词" max:"20" maxItems:"8"`
	TechField         string   `json:"tech_field,omitempty" zh:"需求领域" vocab:"tech_field" facet:"field"`
	IndustryCode      string   `json:"industry_code,omitempty" zh:"国民经济行业" format:"industry" facet:"industry"`
	EmergingIndustry  string   `json:"emerging_industry,omitempty" zh:"战略性新兴产业" vocab:"emerging_industry"`
	IPCHint           []string `json:"ipc_hint,omitempty" zh:"相关IPC" format:"ipc" maxItems:"20"`
	Occupations       []string `json:"occupations,omitempty" zh:"相关工种" max:"40" maxItems:"20"`
	EnterpriseCode    string   `json:"enterprise_code,omitempty" zh:"企业编号" max:"40" secret:"true" ref:"organisation"`
	EnterpriseName    string   `json:"enterprise_name,omitempty" zh:"企业名称" max:"100" secret:"true"`
	SiteAddress       string   `json:"site_address,omitempty" zh:"现场地址" max:"200" secret:"always"`
	CooperationModes  []string `json:"cooperation_modes,omitempty" zh:"合作方式" vocab:"cooperation_mode"`
	BudgetMinWan      float64  `json:"budget_min_wan,omitempty" zh:"拟投入资金下限（万元）" format:"wan"`
	BudgetMaxWan      float64  `json:"budget_max_wan,omitempty" zh:"拟投入资金上限（万元）" format:"wan"`
	BudgetNegotiable  bool     `json:"budget_negotiable,omitempty" zh:"资金面议"`
	ExpectedBenefit   string   `json:"expected_benefit,omitempty" zh:"预期效益" max:"2000" secret:"true"`
	Deadline          string   `json:"deadline,omitempty" zh:"期望解决时限" format:"date"`
	ValidFrom         string   `json:"valid_from,omitempty" zh:"有效期起" format:"date"`
	ValidTo           string   `json:"valid_to,omitempty" zh:"有效期止" format:"date"`
	Urgency           string   `json:"urgency,omitempty" zh:"紧急程度" vocab:"urgency"`
	PreferredPartners []string `json:"preferred_partners,omitempty" zh:"意向合作单位或专家" max:"100" maxItems:"20" secret:"true"`
	ExcludedOrgs      []string `json:"excluded_orgs,omitempty" zh:"回避单位" max:"100" maxItems:"50" secret:"always" doc:"Competitors: codes or names"`
	IPOwnership       string   `json:"ip_ownership,omitempty" zh:"知识产权归属" vocab:"ip_ownership"`
	Confidentiality   string   `json:"confidentiality,omitempty" zh:"保密级别" vocab:"confidentiality" doc:"summary_only when empty"`
	Contact           *Contact `json:"contact,omitempty" zh:"联系人" secret:"always"`
	CollectedBy       string   `json:"collected_by,omitempty" zh:"采集方式" vocab:"collected_by"`
	// Steps is how its state came about; only steps add to it, and the public
	// never sees it.
	Steps []NeedEvent `json:"steps,omitempty"`
}

// NeedOf reads a need whole; one that was deleted is not found. Errors: NotFound,
// Unavailable.
func NeedOf(ctx context.Context, from Getter, code string) (*Need, error) {
	rec, err := from.Get(ctx, KindNeed, code)
	if err != nil {
		return nil, err
	}
	need, ok := rec.(*Need)
	if !ok || need.Deleted() {
		return nil, NotFoundError(KindNeed, code)
	}
	return need, nil
}

// Target is one technical indicator that is wanted or reached.
type Target struct {
	Name         string  `json:"name" zh:"指标" required:"true" max:"60"`
	Op           string  `json:"op,omitempty" zh:"要求" vocab:"operator"`
	Value        float64 `json:"value" zh:"数值"`
	Unit         string  `json:"unit,omitempty" zh:"计量单位" max:"20"`
	CurrentValue string  `json:"current_value,omitempty" zh:"现状值" max:"60"`
}

// Contact is how to reach a person; never public.
type Contact struct {
	Name  string `json:"name" zh:"联系人" required:"true" max:"40"`
	Phone string `json:"phone,omitempty" zh:"电话" max:"40" format:"phone"`
	Email string `json:"email,omitempty" zh:"邮箱" max:"80" format:"email"`
}

// Kind is KindNeed.
func (*Need) Kind() Kind { return KindNeed }

// Heading is the title.
func (n *Need) Heading() string { return n.Title }

// NaturalKey is the title within the enterprise: the same wish of two firms is
// two needs.
func (n *Need) NaturalKey() string {
	return naturalKey(n.Title, firstOf(n.EnterpriseName, n.EnterpriseCode))
}

func (n *Need) check(f *errs.Faults) {
	n.checkAnonymity(f)
	if n.BudgetMaxWan > 0 && n.BudgetMinWan > n.BudgetMaxWan {
		f.Add("budget_min_wan", "need.budget_order", "资金下限不能大于上限，请核对两个数。", "")
	}
	if later(n.ValidFrom, n.ValidTo) {
		f.Add("valid_to", "need.validity_order", "有效期止不能早于有效期起。", n.ValidTo)
	}
}

// checkAnonymity refuses the name of the enterprise in what everybody may read
// of an anonymous need.
func (n *Need) checkAnonymity(f *errs.Faults) {
	short := shortOrgName(n.EnterpriseName)
	if short == "" || n.Confidentiality == "public" {
		return
	}
	for _, open := range []struct {
		field string
		texts []string
	}{
		{"title", []string{n.Title}}, {"summary_public", []string{n.SummaryPublic}}, {"keywords", n.Keywords}, {"occupations", n.Occupations},
	} {
		for _, text := range open.texts {
			if strings.Contains(foldKey(text), short) {
				f.Add(open.field, "need.names_enterprise", "匿名需求的名称、简介、关键词和工种里不能出现企业名称，请改用“某企业”或删去，或把保密级别改为“公开”。", text)
			}
		}
	}
}

// redact keeps everything but the contact when the enterprise made the need
// public, and only the public summary with the classification otherwise.
func (n *Need) redact() {
	n.Steps = nil
	if n.Confidentiality == "public" {
		clearSecrets(n, "always")
		return
	}
	clearSecrets(n, "always", "true")
	n.OwnerOrg, n.Union = "", "" // either may be the enterprise's own
}
