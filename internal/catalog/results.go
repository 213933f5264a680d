package catalog

import "hongniang/internal/errs"

// Result is something that was solved: 五小, operation methods, unique skills,
// breakthroughs and universities' research results (职工创新成果、科技成果).
type Result struct {
	Meta
	Title             string      `json:"title" zh:"成果名称" required:"true" min:"2" max:"120"`
	ResultKind        string      `json:"result_kind,omitempty" zh:"成果类别" vocab:"result_kind" facet:"type"`
	Summary           string      `json:"summary,omitempty" zh:"成果简介" max:"20000"`
	ProblemSolved     string      `json:"problem_solved,omitempty" zh:"解决的问题" max:"5000"`
	Principle         string      `json:"principle,omitempty" zh:"原理" max:"20000"`
	InnovationPoints  []string    `json:"innovation_points,omitempty" zh:"创新点" max:"200" maxItems:"10"`
	Comparison        string      `json:"comparison,omitempty" zh:"与同类比较" max:"5000"`
	Indicators        []Target    `json:"indicators,omitempty" zh:"主要技术经济指标"`
	Keywords          []string    `json:"keywords,omitempty" zh:"关键词" max:"20" maxItems:"8"`
	TechField         string      `json:"tech_field,omitempty" zh:"技术领域" vocab:"tech_field" facet:"field"`
	IndustryCode      string      `json:"industry_code,omitempty" zh:"应用行业" format:"industry" facet:"industry"`
	EmergingIndustry  string      `json:"emerging_industry,omitempty" zh:"战略性新兴产业" vocab:"emerging_industry"`
	Completers        []Completer `json:"completers,omitempty" zh:"主要完成人" doc:"In the order of their contribution"`
	CompletingOrgs    []string    `json:"completing_orgs,omitempty" zh:"完成单位" max:"100" maxItems:"20"`
	StudioCode        string      `json:"studio_code,omitempty" zh:"创新工作室编号" max:"40" ref:"studio"`
	StartMonth        string      `json:"start_month,omitempty" zh:"研究起始年月" format:"month"`
	EndMonth          string      `json:"end_month,omitempty" zh:"研究完成年月" format:"month"`
	SourceProject     string      `json:"source_project,omitempty" zh:"任务来源" vocab:"source_project"`
	Attribute         string      `json:"attribute,omitempty" zh:"成果属性" vocab:"result_attribute"`
	Stage             string      `json:"stage,omitempty" zh:"所处阶段" vocab:"stage" facet:"stage"`
	TRL               int         `json:"trl,omitempty" zh:"技术就绪度" low:"1" high:"9" doc:"1 to 9 after GB/T 22900-2022; 0 when unknown"`
	Level             string      `json:"level,omitempty" zh:"成果水平" vocab:"result_level"`
	Form              string      `json:"form,omitempty" zh:"成果体现形式" vocab:"result_form"`
	PatentCodes       []string    `json:"patent_codes,omitempty" zh:"相关专利编号" max:"40" maxItems:"50" ref:"patent"`
	Secrecy           string      `json:"secrecy,omitempty" zh:"成果密级" vocab:"secrecy" doc:"public or internal; classified results are refused"`
	ApplicationStatus string      `json:"application_status,omitempty" zh:"应用情况" vocab:"application_status"`
	AppliedAt         []string    `json:"applied_at,omitempty" zh:"应用单位" max:"100" maxItems:"50"`
	Benefits          []Benefit   `json:"benefits,omitempty" zh:"经济效益"`
	SocialBenefit     string      `json:"social_benefit,omitempty" zh:"社会效益" max:"2000"`
	Prospect          string      `json:"prospect,omitempty" zh:"推广前景" max:"2000"`
	TransferModes     []string    `json:"transfer_modes,omitempty" zh:"合作方式" vocab:"cooperation_mode"`
	AskingPriceWan    float64     `json:"asking_price_wan,omitempty" zh:"意向价格（万元）" format:"wan"`
	PriceNegotiable   bool        `json:"price_negotiable,omitempty" zh:"价格面议"`
	Awards            []Honour    `json:"awards,omitempty" zh:"获奖情况"`
	RightsOwner       string      `json:"rights_owner,omitempty" zh:"成果权属" vocab:"rights_owner"`
	RegistrationNo    string      `json:"registration_no,omitempty" zh:"成果登记号" max:"20"`
	Contact           *Contact    `json:"contact,omitempty" zh:"联系人" secret:"always"`
}

// Completer is one author of a result.
type Completer struct {
	Name        string `json:"name" zh:"姓名" required:"true" max:"40"`
	ExpertCode  string `json:"expert_code,omitempty" zh:"专家编号" max:"40" ref:"expert"`
	Org         string `json:"org,omitempty" zh:"单位" max:"100"`
	JobRole     string `json:"job_role,omitempty" zh:"岗位" max:"40"`
	IsFrontline bool   `json:"is_frontline,omitempty" zh:"一线职工"`
}

// Benefit is what a result brought in one year.
type Benefit struct {
	Year      int     `json:"year" zh:"年度" low:"1949" high:"2100"`
	Kind      string  `json:"kind" zh:"类别" vocab:"benefit_kind"`
	AmountWan float64 `json:"amount_wan" zh:"金额（万元）" format:"wan"`
	Proof     string  `json:"proof,omitempty" zh:"证明" max:"100"`
}

// Honour is a title or a prize of a person, a studio or a result.
type Honour struct {
	Name   string `json:"name" zh:"名称" required:"true" max:"60"`
	Level  string `json:"level,omitempty" zh:"级别" vocab:"honour_level"`
	Year   int    `json:"year,omitempty" zh:"年度" low:"1949" high:"2100"`
	Issuer string `json:"issuer,omitempty" zh:"颁发单位" max:"80"`
}

// Kind is KindResult.
func (*Result) Kind() Kind { return KindResult }

// Heading is the title.
func (r *Result) Heading() string { return r.Title }

// NaturalKey is the title with the first completing organisation.
func (r *Result) NaturalKey() string {
	org := ""
	if len(r.CompletingOrgs) > 0 {
		org = r.CompletingOrgs[0]
	}
	return naturalKey(r.Title, org)
}

func (r *Result) check(f *errs.Faults) {
	seen := map[string]bool{}
	for i, c := range r.Completers {
		id := foldKey(c.Name + "\x00" + c.Org)
		if seen[id] {
			f.Add(index("completers", i), "result.completer_twice", "同一完成人写了两次，请删去重复的一个。", c.Name)
		}
		seen[id] = true
	}
	if later(r.StartMonth, r.EndMonth) {
		f.Add("end_month", "result.period_order", "完成年月不能早于起始年月。", r.EndMonth)
	}
	if r.TRL != 0 && r.Stage != "" && StageOfTRL(r.TRL) != r.Stage {
		f.Add("trl", "result.trl_stage", "技术就绪度与所处阶段不符：1–4 级为初期，5–7 级为中期，8–9 级为成熟应用阶段。", "")
	}
}

// StageOfTRL maps a technology readiness level of 1 to 9 to the stage that
// official forms ask for.
func StageOfTRL(trl int) string {
	switch {
	case trl <= 4:
		return "early"
	case trl <= 7:
		return "middle"
	default:
		return "mature"
	}
}

func (r *Result) redact() { clearSecrets(r, "always") }
