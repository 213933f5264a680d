package view

import (
	"slices"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// Record is the page of one record.
type Record struct {
	Kind     catalog.Kind
	Label    string
	Code     string
	Title    string
	Crumbs   []Link
	Facts    []string
	Lead     string
	Notice   string
	Whole    bool   // confidential fields are shown
	Claim    string // address where the person claims it; "" where nobody does
	Sections []Section
	Related  []RelatedGroup
	Showcase *Showcase // of an organisation
	Ask      *Ask      // for who cannot carry an introduction on
	Updated  string
	Answer   *Answer // of a need
	Suit     *Suit   // of a need, for who may offer his help, in the place of an answer
	// Introductions are those of a need that the viewer may see; Introduce is where a broker introduces somebody who can help.
	Belongs       *Belonging // to a common need; for who may read a need whole
	Introductions []IntroductionLine
	Introduce     string
	Confirm       *Confirmation
	// TakeUp is how a person says that he can help with a need, Offers who did, for
	// who carries it; OfferSignIn leads a visitor to it.
	TakeUp      *OfferForm
	Offers      []OfferLine
	OfferSignIn string
	Review      *ReviewItem // of a record that waits; for who may publish it
	State       string      // of a record that is not public; "" for the others
	Edit        string      // where the viewer changes it; "" for who may not
	// Seen leads to the page as others see it, or from there back.
	Seen     *Link
	Unlisted bool   // shown to who asked, kept from search engines
	Desk     string // where a broker matches a need; "" for others
}

// Section is a group of fields under one heading.
type Section struct {
	Title string
	Items []Item
}

// Item is one field with its value in one of several shapes.
type Item struct {
	Label string
	Text  []string // paragraphs
	List  []string // points
	Links []Link   // one is a link, several are chips
	Table *Table
	Alone bool // no other stands beside it
}

// Wide tells whether the field needs the whole width of a page.
func (it Item) Wide() bool {
	if it.Alone || it.Table != nil || len(it.List) > 0 || len(it.Text) > 1 || len(it.Links) > 1 {
		return true
	}
	n := 0
	for _, l := range it.Links {
		n += len([]rune(l.Text)) + 3
	}
	for _, t := range it.Text {
		n += len([]rune(t))
	}
	return n > shortValue
}

// says tells whether there is anything to show.
func (it Item) says() bool {
	return it.Table != nil || len(it.Text)+len(it.List)+len(it.Links) > 0
}

// shortValue is how many characters fit into half the width of a page.
const shortValue = 22

// Table is a field of repeated groups.
type Table struct {
	Head []string
	Rows [][]Link
}

// RelatedGroup is a list of records that belong to this one.
type RelatedGroup struct {
	Title string
	Items []Link
	More  string
}

// layoutOf says which fields stand under which heading, in which order. A field
// that is named nowhere goes to the last section; a test keeps that section
// empty.
type layoutOf struct {
	title string
	keys  []string
}

var layouts = map[catalog.Kind][]layoutOf{
	catalog.KindNeed: {
		{"难题与要求", []string{"summary_public", "background", "detail", "targets", "constraints", "attempts", "keywords"}},
		{"分类", []string{"need_type", "tech_field", "industry_code", "emerging_industry", "occupations", "ipc_hint", "region_code"}},
		{"合作", []string{"enterprise_name", "cooperation_modes", "budget_min_wan", "expected_benefit", "preferred_partners", "ip_ownership", "urgency", "deadline", "valid_from", "valid_to", "collected_by"}},
	},
	catalog.KindResult: {
		{"成果内容", []string{"summary", "problem_solved", "principle", "innovation_points", "comparison", "indicators", "keywords"}},
		{"完成人与单位", []string{"completers", "completing_orgs", "studio_code", "rights_owner", "source_project", "start_month", "end_month"}},
		{"成熟度与应用", []string{"stage", "trl", "level", "form", "attribute", "application_status", "applied_at", "benefits", "social_benefit", "prospect"}},
		{"转化与合作", []string{"transfer_modes", "asking_price_wan", "patent_codes", "awards", "registration_no"}},
		{"分类", []string{"result_kind", "tech_field", "industry_code", "emerging_industry", "region_code", "secrecy"}},
	},
	catalog.KindPatent: {
		{"技术内容", []string{"abstract", "claims_first", "ipc"}},
		{"权利", []string{"application_no", "patent_kind", "legal_status", "applicants", "inventors", "current_owner", "application_date", "publication_no", "publication_date", "grant_no", "grant_date", "fee_paid_until", "expiry_date"}},
		{"转化与合作", []string{"transfer_intent", "price_wan", "result_codes", "url"}},
		{"分类", []string{"tech_field", "industry_code", "region_code"}},
	},
	catalog.KindExpert: {
		{"能帮什么", []string{"expertise", "unique_skills", "research_directions", "equipment", "occupations", "keywords"}},
		{"身份", []string{"person_kinds", "employer_name", "department", "position", "job_role", "is_frontline", "skill_level", "title_series", "title_level", "education", "degree", "major", "gender", "region_code"}},
		{"荣誉与竞赛", []string{"honours", "contests"}},
		{"服务", []string{"availability", "services_done", "studio_codes", "tech_field", "industry_code", "employments", "verified_by", "last_confirmed_at"}},
	},
	catalog.KindStudio: {
		{"能帮什么", []string{"specialties", "trades", "equipment", "achievements", "plan", "keywords"}},
		{"工作室", []string{"studio_kind", "level", "enterprise_name", "leader_name", "members_count", "member_codes", "alliance", "named_at", "named_by", "honours"}},
		{"分类与成果", []string{"result_codes", "tech_field", "industry_code", "region_code"}},
	},
	catalog.KindOrganisation: {
		{"简介", []string{"introduction", "products", "keywords"}},
		{"单位信息", []string{"organisation_kind", "short_names", "uscc", "ownership", "size", "is_above_scale", "employee_count", "qualifications", "parent_code", "has_union", "union_level", "address"}},
		{"分类", []string{"industry_code", "tech_field", "region_code"}},
	},
}

// hiddenKeys are shown elsewhere on the page, or joined with another field, or
// of no use to a reader.
var hiddenKeys = []string{
	"code", "external_id", "status", "visibility", "title", "name", "confidentiality", "consent", "contact", "budget_max_wan", "budget_negotiable",
	"price_negotiable", "enterprise_code", "employer_code", "leader_code", "inventor_codes", "birth_year", "site_address", "excluded_orgs", "competitors", "juror_of",
}

// Names gives the headings of referenced records by their id; a reference that
// is not in it leads nowhere and is shown as a text.
type Names map[string]string

func (n Names) link(kind catalog.Kind, code, text string) Link {
	title, ok := n[search.ID(kind, code)]
	if !ok {
		return Link{Text: OrText(text, code)}
	}
	return Link{Text: OrText(text, title), URL: RecordURL(kind, code)}
}

// BuildRecord makes the page of a public view.
func BuildRecord(rec catalog.Record, refs Names) Record {
	m := rec.Base()
	d, _ := search.FromRecord(rec)
	v := Record{
		Kind: rec.Kind(), Label: KindLabel(rec.Kind()), Code: m.Code, Title: rec.Heading(), Facts: facts(d), Updated: day(m.UpdatedAt),
		Crumbs: Crumbs(rec.Kind(), rec.Heading()),
	}
	fields := map[string]catalog.FieldInfo{}
	for _, f := range catalog.Schema(rec.Kind()) {
		fields[f.Key] = f
	}
	for _, l := range layouts[rec.Kind()] {
		sec := Section{Title: l.title}
		for _, key := range l.keys {
			if it, ok := buildItem(rec, fields[key], refs); ok {
				sec.Items = append(sec.Items, it)
			}
		}
		if len(sec.Items) > 0 {
			pair(sec.Items)
			v.Sections = append(v.Sections, sec)
		}
	}
	return v
}

// pair gives a narrow field its whole line when none stands beside it, so that
// the lines between fields go through.
func pair(items []Item) {
	for i := 0; i < len(items); i++ {
		if items[i].Wide() {
			continue
		}
		if i+1 < len(items) && !items[i+1].Wide() {
			i++
			continue
		}
		items[i].Alone = true
	}
}

// BuildFromDocument makes the page of what the index holds of a record, for
// times when the store is out of reach.
func BuildFromDocument(d search.Document) Record {
	v := Record{
		Kind: d.Kind, Label: KindLabel(d.Kind), Code: d.Code, Title: d.Title, Facts: facts(d), Crumbs: Crumbs(d.Kind, d.Title),
		Notice: "数据库暂时连不上，这里显示的是检索库中的摘要，可能不是最新的。",
	}
	sec := Section{Title: "摘要"}
	if d.Summary != "" {
		sec.Items = append(sec.Items, Item{Label: "简介", Text: []string{d.Summary}})
	}
	add := func(label string, links []Link) {
		if len(links) > 0 {
			sec.Items = append(sec.Items, Item{Label: label, Links: links})
		}
	}
	var people []Link
	for _, p := range d.People {
		switch {
		case p.Code == d.Code && d.Kind == catalog.KindExpert, p.Name == "":
		case p.Code != "":
			people = append(people, Link{Text: p.Name, URL: RecordURL(catalog.KindExpert, p.Code)})
		default:
			people = append(people, Link{Text: p.Name})
		}
	}
	add("人员", people)
	add("单位", textLinks(d.Orgs))
	add("关键词", KeywordLinks(d.Keywords))
	add("荣誉", textLinks(d.HonourNames))
	if d.Field != "" {
		add("技术领域", []Link{{Text: facetLabel(search.FacetField, d.Field, d.Kind), URL: facetURL(search.FacetField, d.Field)}})
	}
	if len(sec.Items) > 0 {
		v.Sections = []Section{sec}
	}
	return v
}

// Crumbs is the way from the first page to a record.
func Crumbs(kind catalog.Kind, title string) []Link {
	return []Link{{Text: "首页", URL: "/"}, {Text: KindLabel(kind), URL: SearchQuery{Kind: kind}.URL()}, {Text: Shorten(title, 24), Current: true}}
}

// References collects the ids of every record that a record names.
func References(rec catalog.Record) []string {
	var ids []string
	for _, f := range catalog.Schema(rec.Kind()) {
		collectRefs(f, rec, &ids)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func collectRefs(f catalog.FieldInfo, of any, ids *[]string) {
	if f.Type != catalog.Group && f.Ref == "" {
		return
	}
	for _, v := range values(f, of) {
		if f.Type != catalog.Group {
			if code := v.String(); code != "" {
				*ids = append(*ids, search.ID(f.Ref, code))
			}
			continue
		}
		for _, part := range f.Items {
			collectRefs(part, v.Interface(), ids)
		}
	}
}

func textLinks(texts []string) []Link {
	var out []Link
	for _, t := range texts {
		if t != "" {
			out = append(out, Link{Text: t})
		}
	}
	return out
}

// KeywordLinks lead to a search for each word.
func KeywordLinks(words []string) []Link {
	out := textLinks(words)
	for i := range out {
		out[i].URL = SearchQuery{Q: out[i].Text}.URL()
	}
	return out
}

func facetURL(f search.Facet, value string) string {
	return SearchQuery{Filters: map[search.Facet][]string{f: {value}}}.URL()
}
