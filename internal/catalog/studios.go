package catalog

import "hongniang/internal/errs"

// Studio is a workshop of innovation named after a model worker or craftsman
// (创新工作室).
type Studio struct {
	Meta
	Name           string   `json:"name" zh:"工作室名称" required:"true" min:"2" max:"80"`
	StudioKind     string   `json:"studio_kind,omitempty" zh:"工作室类别" vocab:"studio_kind" facet:"type"`
	Level          string   `json:"level,omitempty" zh:"级别" vocab:"studio_level" facet:"stage"`
	EnterpriseCode string   `json:"enterprise_code,omitempty" zh:"所在单位编号" max:"40" ref:"organisation"`
	EnterpriseName string   `json:"enterprise_name,omitempty" zh:"所在单位" max:"100"`
	LeaderCode     string   `json:"leader_code,omitempty" zh:"领衔人编号" max:"40" ref:"expert"`
	LeaderName     string   `json:"leader_name,omitempty" zh:"领衔人" max:"40"`
	MemberCodes    []string `json:"member_codes,omitempty" zh:"成员编号" max:"40" maxItems:"200" ref:"expert"`
	MembersCount   int      `json:"members_count,omitempty" zh:"成员人数" low:"0" high:"10000"`
	Specialties    string   `json:"specialties,omitempty" zh:"专长与攻关方向" max:"10000"`
	Trades         []string `json:"trades,omitempty" zh:"工种" max:"40" maxItems:"20"`
	Equipment      []string `json:"equipment,omitempty" zh:"设备" max:"100" maxItems:"50"`
	Achievements   string   `json:"achievements,omitempty" zh:"主要成绩" max:"10000"`
	Plan           string   `json:"plan,omitempty" zh:"规划与课题" max:"5000"`
	Keywords       []string `json:"keywords,omitempty" zh:"关键词" max:"20" maxItems:"20"`
	TechField      string   `json:"tech_field,omitempty" zh:"技术领域" vocab:"tech_field" facet:"field"`
	IndustryCode   string   `json:"industry_code,omitempty" zh:"行业" format:"industry" facet:"industry"`
	ResultCodes    []string `json:"result_codes,omitempty" zh:"相关成果编号" max:"40" maxItems:"200" ref:"result"`
	Alliance       string   `json:"alliance,omitempty" zh:"所属联盟" max:"80"`
	NamedAt        string   `json:"named_at,omitempty" zh:"命名年月" format:"month"`
	NamedBy        string   `json:"named_by,omitempty" zh:"命名单位" max:"80"`
	Honours        []Honour `json:"honours,omitempty" zh:"荣誉"`
	Contact        *Contact `json:"contact,omitempty" zh:"联系人" secret:"always"`
}

// Kind is KindStudio.
func (*Studio) Kind() Kind { return KindStudio }

// Heading is the name.
func (s *Studio) Heading() string { return s.Name }

// NaturalKey is the name within the enterprise.
func (s *Studio) NaturalKey() string {
	return naturalKey(s.Name, firstOf(s.EnterpriseName, s.EnterpriseCode))
}

func (s *Studio) check(f *errs.Faults) {
	if s.MembersCount != 0 && s.MembersCount < 3 {
		f.Add("members_count", "studio.too_few", "工作室成员不少于 3 人；请核对人数，或先留空。", "")
	}
}

func (s *Studio) redact() { clearSecrets(s, "always") }
