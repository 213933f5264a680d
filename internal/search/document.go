package search

import (
	"strconv"
	"strings"

	"hongniang/internal/catalog"
)

// Document is what an index holds of one record: public text and the values
// that facets, filters, votes and reasons need.
type Document struct {
	ID          string       `json:"id" doc:"kind/code"`
	Kind        catalog.Kind `json:"kind"`
	Code        string       `json:"code"`
	Rev         int64        `json:"rev"`
	Title       string       `json:"title"`
	Summary     string       `json:"summary,omitempty" doc:"One or two sentences to show"`
	Text        string       `json:"-"` // everything else that may be searched
	Places      []string     `json:"-"` // what each line of Text is, in Chinese: 简介, 绝技绝活; may be shorter
	Keywords    []string     `json:"keywords,omitempty"`
	People      []Person     `json:"people,omitempty" doc:"Who stands behind the document: the people it votes for"`
	Studios     []string     `json:"studios,omitempty" doc:"Codes of the studios that it came from"`
	Orgs        []string     `json:"orgs,omitempty" doc:"Organisations by name"`
	Codes       []string     `json:"codes,omitempty" doc:"Numbers by which it is known"`
	OrgCodes    []string     `json:"org_codes,omitempty" doc:"Codes of those organisations"`
	Types       []string     `json:"types,omitempty"`
	Region      string       `json:"region,omitempty"`
	Industry    string       `json:"industry,omitempty"`
	Field       string       `json:"field,omitempty"`
	Stage       string       `json:"stage,omitempty"`
	TRL         int          `json:"trl,omitempty"`
	Honours     []string     `json:"honours,omitempty" doc:"Levels of honour"`
	HonourNames []string     `json:"honour_names,omitempty"`
	Year        int          `json:"year,omitempty"`
	Date        string       `json:"date,omitempty" doc:"What ByDate sorts by: RFC 3339 or ISO date"`
	Confirmed   string       `json:"confirmed,omitempty" doc:"When a person's data were last confirmed"`
	Unavailable string       `json:"unavailable,omitempty" doc:"Until when a person takes nothing on; 'always' when not accepting"`
	Status      string       `json:"status,omitempty"`
	LegalStatus string       `json:"legal_status,omitempty"`
}

// Person is somebody behind a document; Code may be empty when only the name
// is known.
type Person struct {
	Code string `json:"code,omitempty"`
	Name string `json:"name"`
}

// Backs lists the ids of the experts and studios that stand behind a result or
// patent: it votes for them.
func (d Document) Backs() []string {
	if d.Kind != catalog.KindResult && d.Kind != catalog.KindPatent {
		return nil
	}
	var out []string
	for _, p := range d.People {
		if p.Code != "" {
			out = append(out, ID(catalog.KindExpert, p.Code))
		}
	}
	for _, code := range d.Studios {
		out = append(out, ID(catalog.KindStudio, code))
	}
	return out
}

// ID gives the document id of a record.
func ID(kind catalog.Kind, code string) string { return string(kind) + "/" + code }

// SplitID is the inverse of ID.
func SplitID(id string) (catalog.Kind, string) {
	kind, code, _ := strings.Cut(id, "/")
	return catalog.Kind(kind), code
}

// FromRecord gives the document of a record's public view, and false when the
// public may not see it. What is confidential never reaches a Document.
func FromRecord(rec catalog.Record) (Document, bool) {
	view, ok := catalog.PublicView(rec)
	if !ok {
		return Document{}, false
	}
	m := view.Base()
	d := Document{
		ID: ID(view.Kind(), m.Code), Kind: view.Kind(), Code: m.Code, Rev: m.Rev, Title: view.Heading(),
		Region: m.RegionCode, Status: m.Status, Date: m.UpdatedAt.Format("2006-01-02T15:04:05.000Z"), Codes: []string{m.Code},
	}
	switch r := view.(type) {
	case *catalog.Need:
		d.fromNeed(r)
	case *catalog.Result:
		d.fromResult(r)
	case *catalog.Patent:
		d.fromPatent(r)
	case *catalog.Expert:
		d.fromExpert(r)
	case *catalog.Studio:
		d.fromStudio(r)
	case *catalog.Organisation:
		d.fromOrganisation(r)
	}
	return d, true
}

func (d *Document) fromNeed(n *catalog.Need) {
	d.Summary, d.Keywords = firstOf(n.SummaryPublic, n.Detail), n.Keywords
	d.write(
		part{"摘要", n.SummaryPublic}, part{"背景", n.Background}, part{"详情", n.Detail}, part{"指标", targets(n.Targets)}, part{"限制条件", n.Constraints},
		part{"关键词", join(n.Keywords)}, part{"工种", join(n.Occupations)}, part{"类别", label("need_type", n.NeedType)},
	)
	d.Orgs, d.OrgCodes = list(n.EnterpriseName), list(n.EnterpriseCode)
	d.Types, d.Industry, d.Field = list(n.NeedType), n.IndustryCode, n.TechField
	d.Year = yearOf(firstOf(n.ValidFrom, d.Date))
}

func (d *Document) fromResult(r *catalog.Result) {
	d.Summary, d.Keywords = firstOf(r.Summary, r.ProblemSolved), r.Keywords
	d.write(
		part{"摘要", r.Summary}, part{"解决的问题", r.ProblemSolved}, part{"原理", r.Principle}, part{"创新点", join(r.InnovationPoints)}, part{"同类比较", r.Comparison},
		part{"指标", targets(r.Indicators)}, part{"关键词", join(r.Keywords)}, part{"推广前景", r.Prospect}, part{"应用单位", join(r.AppliedAt)}, part{"类别", label("result_kind", r.ResultKind)},
	)
	for _, c := range r.Completers {
		d.People = append(d.People, Person{Code: c.ExpertCode, Name: c.Name})
	}
	d.Orgs, d.Studios = r.CompletingOrgs, list(r.StudioCode)
	d.Types, d.Industry, d.Field, d.Stage, d.TRL = list(r.ResultKind), r.IndustryCode, r.TechField, r.Stage, r.TRL
	d.honours(r.Awards)
	d.Year = yearOf(firstOf(r.EndMonth, r.StartMonth))
	d.Codes = append(d.Codes, list(r.RegistrationNo)...)
}

func (d *Document) fromPatent(p *catalog.Patent) {
	d.Summary = p.Abstract
	d.write(part{"摘要", p.Abstract}, part{"权利要求", p.ClaimsFirst})
	for i, name := range p.Inventors {
		person := Person{Name: name}
		if len(p.InventorCodes) == len(p.Inventors) {
			person.Code = p.InventorCodes[i]
		}
		d.People = append(d.People, person)
	}
	if len(p.InventorCodes) != len(p.Inventors) {
		for _, code := range p.InventorCodes {
			d.People = append(d.People, Person{Code: code})
		}
	}
	d.Orgs = append(append(d.Orgs, p.Applicants...), list(p.CurrentOwner)...)
	d.Types, d.Industry, d.Field, d.Stage, d.LegalStatus = list(p.PatentKind), p.IndustryCode, p.TechField, p.LegalStatus, p.LegalStatus
	d.Year = yearOf(firstOf(p.ApplicationDate, p.GrantDate))
	d.Codes = append(append(d.Codes, p.ApplicationNo, "ZL"+p.ApplicationNo), list(p.PublicationNo, p.GrantNo)...)
	d.Codes = append(d.Codes, p.IPC...)
}

func (d *Document) fromExpert(e *catalog.Expert) {
	d.Summary, d.Keywords = e.Expertise, e.Keywords
	var skills, contests []string
	for _, s := range e.UniqueSkills {
		skills = append(skills, s.Name+"："+s.Text)
	}
	for _, c := range e.Contests {
		contests = append(contests, c.Name+" "+c.Trade)
	}
	d.write(
		part{"简介", e.Expertise}, part{"绝技绝活", join(skills)}, part{"竞赛", join(contests)}, part{"研究方向", join(e.ResearchDirections)}, part{"设备", join(e.Equipment)},
		part{"工种", join(e.Occupations)}, part{"专业", e.Major}, part{"岗位", e.JobRole}, part{"关键词", join(e.Keywords)}, part{"职务", e.Position}, part{"职称", e.TitleSeries},
		part{"类别", labels("person_kind", e.PersonKinds)}, part{"技能等级", label("skill_level", e.SkillLevel)},
	)
	d.People = []Person{{Code: d.Code, Name: e.Name}}
	d.Orgs, d.OrgCodes = list(e.EmployerName), list(e.EmployerCode)
	d.Types, d.Industry, d.Field, d.Stage = e.PersonKinds, e.IndustryCode, e.TechField, e.SkillLevel
	d.honours(e.Honours)
	d.Confirmed = e.LastConfirmedAt
	if a := e.Availability; a != nil {
		d.Unavailable = a.UnavailableUntil
		if !a.Accepting {
			d.Unavailable = "always"
		}
	}
}

func (d *Document) fromStudio(s *catalog.Studio) {
	d.Summary, d.Keywords = s.Specialties, s.Keywords
	d.write(
		part{"简介", s.Specialties}, part{"成绩", s.Achievements}, part{"计划", s.Plan}, part{"工种", join(s.Trades)}, part{"设备", join(s.Equipment)},
		part{"关键词", join(s.Keywords)}, part{"类别", label("studio_kind", s.StudioKind)}, part{"联盟", s.Alliance},
	)
	if s.LeaderName != "" || s.LeaderCode != "" {
		d.People = append(d.People, Person{Code: s.LeaderCode, Name: s.LeaderName})
	}
	for _, code := range s.MemberCodes {
		d.People = append(d.People, Person{Code: code})
	}
	d.Orgs, d.OrgCodes = list(s.EnterpriseName), list(s.EnterpriseCode)
	d.Types, d.Industry, d.Field, d.Stage = list(s.StudioKind), s.IndustryCode, s.TechField, s.Level
	d.honours(s.Honours)
	d.Year = yearOf(s.NamedAt)
}

func (d *Document) fromOrganisation(o *catalog.Organisation) {
	d.Summary, d.Keywords = firstOf(o.Introduction, o.Products), o.Keywords
	d.write(
		part{"简介", o.Introduction}, part{"产品", o.Products}, part{"简称", join(o.ShortNames)}, part{"关键词", join(o.Keywords)},
		part{"资质", labels("qualification", o.Qualifications)}, part{"类别", label("organisation_kind", o.OrganisationKind)},
	)
	d.Orgs, d.OrgCodes = append(list(o.Name), o.ShortNames...), list(o.Code)
	d.Types, d.Industry, d.Field = list(o.OrganisationKind), o.IndustryCode, o.TechField
	d.Codes = append(d.Codes, list(o.USCC)...)
}

func (d *Document) honours(hs []catalog.Honour) {
	for _, h := range hs {
		d.Honours = append(d.Honours, list(h.Level)...)
		d.HonourNames = append(d.HonourNames, h.Name)
	}
}

func targets(ts []catalog.Target) string {
	var b strings.Builder
	for _, t := range ts {
		b.WriteString(t.Name + label("operator", t.Op) + strconv.FormatFloat(t.Value, 'f', -1, 64) + t.Unit + "；")
	}
	return b.String()
}

func yearOf(date string) int {
	if len(date) < 4 {
		return 0
	}
	n, err := strconv.Atoi(date[:4])
	if err != nil {
		return 0
	}
	return n
}

func label(vocab, key string) string {
	if key == "" {
		return ""
	}
	return catalog.Vocab(vocab).Label(key)
}

func labels(vocab string, keys []string) string {
	var out []string
	for _, k := range keys {
		out = append(out, label(vocab, k))
	}
	return join(out)
}

func join(parts []string) string { return strings.Join(parts, "；") }

// part is a part of a record's text: what it is called, what it says.
type part struct{ place, text string }

// write makes Text of the parts that say something, and Places of its lines.
func (d *Document) write(parts ...part) {
	var text []string
	for _, p := range parts {
		if p.text == "" {
			continue
		}
		text = append(text, p.text)
		for range strings.Count(p.text, "\n") + 1 {
			d.Places = append(d.Places, p.place)
		}
	}
	d.Text = strings.Join(text, "\n")
}

// list drops empty texts.
func list(parts ...string) []string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
