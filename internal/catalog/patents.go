package catalog

import "hongniang/internal/errs"

// Patent is a Chinese patent or application (专利).
type Patent struct {
	Meta
	ApplicationNo   string   `json:"application_no" zh:"申请号" required:"true" format:"application_no" doc:"Normalised to digits, a point and the check digit, such as 202211250898.9"`
	ApplicationDate string   `json:"application_date,omitempty" zh:"申请日" format:"date"`
	PublicationNo   string   `json:"publication_no,omitempty" zh:"公开（公告）号" max:"20"`
	PublicationDate string   `json:"publication_date,omitempty" zh:"公开（公告）日" format:"date"`
	GrantNo         string   `json:"grant_no,omitempty" zh:"授权公告号" max:"20"`
	GrantDate       string   `json:"grant_date,omitempty" zh:"授权公告日" format:"date"`
	PatentKind      string   `json:"patent_kind,omitempty" zh:"专利类型" vocab:"patent_kind" facet:"type"`
	Title           string   `json:"title" zh:"专利名称" required:"true" min:"2" max:"200"`
	Abstract        string   `json:"abstract,omitempty" zh:"摘要" max:"5000"`
	ClaimsFirst     string   `json:"claims_first,omitempty" zh:"独立权利要求" max:"10000"`
	IPC             []string `json:"ipc,omitempty" zh:"IPC分类号" format:"ipc" maxItems:"50"`
	Applicants      []string `json:"applicants,omitempty" zh:"申请人" max:"100" maxItems:"20"`
	Inventors       []string `json:"inventors,omitempty" zh:"发明人" max:"40" maxItems:"50"`
	InventorCodes   []string `json:"inventor_codes,omitempty" zh:"发明人专家编号" max:"40" maxItems:"50" ref:"expert"`
	CurrentOwner    string   `json:"current_owner,omitempty" zh:"当前权利人" max:"100"`
	LegalStatus     string   `json:"legal_status,omitempty" zh:"法律状态" vocab:"legal_status" facet:"stage"`
	FeePaidUntil    string   `json:"fee_paid_until,omitempty" zh:"年费缴至" format:"date"`
	ExpiryDate      string   `json:"expiry_date,omitempty" zh:"届满日" format:"date"`
	TechField       string   `json:"tech_field,omitempty" zh:"技术领域" vocab:"tech_field" facet:"field"`
	IndustryCode    string   `json:"industry_code,omitempty" zh:"应用行业" format:"industry" facet:"industry"`
	TransferIntent  string   `json:"transfer_intent,omitempty" zh:"转化意向" vocab:"transfer_intent"`
	PriceWan        float64  `json:"price_wan,omitempty" zh:"意向价格（万元）" format:"wan"`
	ResultCodes     []string `json:"result_codes,omitempty" zh:"相关成果编号" max:"40" maxItems:"50" ref:"result"`
	URL             string   `json:"url,omitempty" zh:"网址" max:"300" format:"url"`
}

// Kind is KindPatent.
func (*Patent) Kind() Kind { return KindPatent }

// Heading is the title.
func (p *Patent) Heading() string { return p.Title }

// NaturalKey is the application number.
func (p *Patent) NaturalKey() string {
	if no, err := ParseApplicationNo(p.ApplicationNo); err == nil {
		return "cn" + no
	}
	return naturalKey(p.ApplicationNo)
}

func (p *Patent) check(f *errs.Faults) {
	if kind := kindOfApplicationNo(p.ApplicationNo); kind != "" && p.PatentKind != "" && kind != p.PatentKind {
		f.Add("patent_kind", "patent.kind_number", "专利类型与申请号不符：申请号第 5 位（旧号第 3 位）1、8 为发明，2、9 为实用新型，3 为外观设计。", p.PatentKind)
	}
	if later(p.ApplicationDate, p.GrantDate) {
		f.Add("grant_date", "patent.date_order", "授权公告日不能早于申请日。", p.GrantDate)
	}
}

func (*Patent) redact() {}
