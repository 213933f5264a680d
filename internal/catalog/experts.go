package catalog

import "hongniang/internal/errs"

// Expert is a person who can help: craftsman, model worker, technician,
// professor, engineer (专家、工匠、劳模).
type Expert struct {
	Meta
	Name               string        `json:"name" zh:"姓名" required:"true" max:"40"`
	Gender             string        `json:"gender,omitempty" zh:"性别" vocab:"gender"`
	BirthYear          int           `json:"birth_year,omitempty" zh:"出生年" low:"1920" high:"2015" secret:"always"`
	PersonKinds        []string      `json:"person_kinds,omitempty" zh:"人员类别" vocab:"person_kind" facet:"type"`
	EmployerCode       string        `json:"employer_code,omitempty" zh:"单位编号" max:"40" ref:"organisation"`
	EmployerName       string        `json:"employer_name,omitempty" zh:"工作单位" max:"100"`
	Department         string        `json:"department,omitempty" zh:"部门" max:"60"`
	Position           string        `json:"position,omitempty" zh:"职务" max:"60"`
	JobRole            string        `json:"job_role,omitempty" zh:"岗位" max:"60"`
	IsFrontline        bool          `json:"is_frontline,omitempty" zh:"一线职工"`
	Employments        []Employment  `json:"employments,omitempty" zh:"工作经历"`
	Education          string        `json:"education,omitempty" zh:"学历" max:"40"`
	Degree             string        `json:"degree,omitempty" zh:"学位" max:"40"`
	Major              string        `json:"major,omitempty" zh:"专业" max:"60"`
	TitleSeries        string        `json:"title_series,omitempty" zh:"职称" max:"40"`
	TitleLevel         string        `json:"title_level,omitempty" zh:"职称级别" vocab:"title_level"`
	Occupations        []string      `json:"occupations,omitempty" zh:"工种" max:"40" maxItems:"20"`
	SkillLevel         string        `json:"skill_level,omitempty" zh:"技能等级" vocab:"skill_level" facet:"stage"`
	Honours            []Honour      `json:"honours,omitempty" zh:"荣誉"`
	Contests           []Contest     `json:"contests,omitempty" zh:"竞赛获奖"`
	Expertise          string        `json:"expertise,omitempty" zh:"擅长领域" max:"10000"`
	UniqueSkills       []UniqueSkill `json:"unique_skills,omitempty" zh:"绝招绝技绝活"`
	ResearchDirections []string      `json:"research_directions,omitempty" zh:"研究方向" max:"100" maxItems:"20"`
	Equipment          []string      `json:"equipment,omitempty" zh:"掌握的设备与工艺" max:"100" maxItems:"50"`
	Keywords           []string      `json:"keywords,omitempty" zh:"关键词" max:"20" maxItems:"20"`
	TechField          string        `json:"tech_field,omitempty" zh:"技术领域" vocab:"tech_field" facet:"field"`
	IndustryCode       string        `json:"industry_code,omitempty" zh:"服务行业" format:"industry" facet:"industry"`
	StudioCodes        []string      `json:"studio_codes,omitempty" zh:"创新工作室编号" max:"40" maxItems:"20" ref:"studio"`
	Availability       *Availability `json:"availability,omitempty" zh:"服务意愿"`
	ServicesDone       int           `json:"services_done,omitempty" zh:"已服务次数" low:"0" high:"100000"`
	Consent            *Consent      `json:"consent,omitempty" zh:"授权"`
	VerifiedBy         string        `json:"verified_by,omitempty" zh:"核实工会" max:"100"`
	JurorOf            []string      `json:"juror_of,omitempty" zh:"担任评委的奖项" max:"80" maxItems:"20" secret:"always" doc:"Awards that the person judges: introductions may look like favours"`
	LastConfirmedAt    string        `json:"last_confirmed_at,omitempty" zh:"最近确认日期" format:"date" doc:"Stale after 12 months"`
	Contact            *Contact      `json:"contact,omitempty" zh:"联系方式" secret:"always"`
}

// Employment is one post of a person's past, used to see conflicts of interest.
type Employment struct {
	Org  string `json:"org" zh:"单位" required:"true" max:"100"`
	From string `json:"from,omitempty" zh:"起" format:"month"`
	To   string `json:"to,omitempty" zh:"止" format:"month"`
}

// Contest is a placing in a skills contest.
type Contest struct {
	Name  string `json:"name" zh:"竞赛" required:"true" max:"80"`
	Level string `json:"level,omitempty" zh:"级别" vocab:"contest_level"`
	Trade string `json:"trade,omitempty" zh:"工种" max:"40"`
	Rank  int    `json:"rank,omitempty" zh:"名次" low:"0" high:"1000"`
	Year  int    `json:"year,omitempty" zh:"年度" low:"1949" high:"2100"`
}

// UniqueSkill is a 绝招, 绝技 or 绝活.
type UniqueSkill struct {
	Name string `json:"name" zh:"名称" required:"true" max:"60"`
	Text string `json:"text,omitempty" zh:"说明" max:"2000"`
}

// Availability says what a person is willing to take on.
type Availability struct {
	Accepting        bool     `json:"accepting" zh:"接受对接"`
	MaxActiveCases   int      `json:"max_active_cases,omitempty" zh:"同时对接上限" low:"0" high:"100" doc:"3 when 0"`
	Modes            []string `json:"modes,omitempty" zh:"服务方式" vocab:"service_mode"`
	TravelRadiusKM   int      `json:"travel_radius_km,omitempty" zh:"可出行半径（公里）" low:"0" high:"10000"`
	UnavailableUntil string   `json:"unavailable_until,omitempty" zh:"暂不可用至" format:"date"`
}

// Consent is what a person agreed to. Where it is noted without profile_public,
// the profile stays internal; see PublicView for a person without a Consent.
type Consent struct {
	ProfilePublic bool   `json:"profile_public" zh:"同意公开简介"`
	PhoneToBroker bool   `json:"phone_to_broker,omitempty" zh:"电话可给经办人"`
	SignedAt      string `json:"signed_at,omitempty" zh:"签署日期" format:"date"`
}

// Kind is KindExpert.
func (*Expert) Kind() Kind { return KindExpert }

// Heading is the name.
func (e *Expert) Heading() string { return e.Name }

// NaturalKey is the name within the employer. Namesakes at one employer need
// external ids.
func (e *Expert) NaturalKey() string {
	return naturalKey(e.Name, firstOf(e.EmployerName, e.EmployerCode))
}

func (e *Expert) check(f *errs.Faults) {
	if looksLikeIdentityNo(e.Expertise) || looksLikeIdentityNo(e.ExternalID) || looksLikeIdentityNo(e.Name) {
		f.Add("expertise", "expert.identity_no", "请不要填写身份证号码，系统不保存身份证号。", "")
	}
}

// KeepConsent keeps the particulars of a consent where rec, which takes the place
// of old, says the same as its public view does: only that there is one.
func KeepConsent(rec, old Record) {
	e, ok := rec.(*Expert)
	if !ok || e.Consent == nil || old.(*Expert).Consent == nil {
		return
	}
	if before := *old.(*Expert).Consent; *e.Consent == (Consent{ProfilePublic: before.ProfilePublic}) {
		e.Consent = &before
	}
}

// redact leaves of a consent that there is one: what else was agreed, and when,
// is between the person and the union.
func (e *Expert) redact() {
	clearSecrets(e, "always")
	if e.Consent != nil {
		e.Consent = &Consent{ProfilePublic: e.Consent.ProfilePublic}
	}
}
