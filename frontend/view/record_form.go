package view

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// OwnRecordsURL is the list of the results and patents that one looks after.
const OwnRecordsURL = "/records/mine"

// NewRecordURL, EditRecordURL and WithdrawRecordURL are where a result or a patent is
// entered, changed and taken back.
func NewRecordURL(kind catalog.Kind) string { return KindPath(kind) + "new" }

// EditRecordURL is the form of a saved record.
func EditRecordURL(kind catalog.Kind, code string) string { return RecordURL(kind, code) + editEnd }

// WithdrawRecordURL takes it back.
func WithdrawRecordURL(kind catalog.Kind, code string) string {
	return RecordURL(kind, code) + "/withdraw"
}

// NewKinds are the kinds of record that people enter in a form of their own.
func NewKinds() []catalog.Kind {
	return []catalog.Kind{catalog.KindResult, catalog.KindPatent, catalog.KindStudio}
}

// FormKinds are those that they change in one; a person is entered by staff, and
// claims his profile.
func FormKinds() []catalog.Kind { return append(NewKinds(), catalog.KindExpert) }

// formPart is a part of the form of a record with the fields in it.
type formPart struct {
	title string
	keys  []string
}

// formParts is a compiled table: what the form of a kind asks for. What it does not
// show stays as it is.
var formParts = map[catalog.Kind][]formPart{
	catalog.KindResult: {
		{"成果", []string{"title", "result_kind", "problem_solved", "summary", "innovation_points", "keywords"}},
		{"谁完成的", []string{"completers", "completing_orgs", "end_month"}},
		{"用得怎么样", []string{"stage", "application_status", "applied_at", "indicators", "benefits", "awards"}},
		{"愿意怎样合作", []string{"transfer_modes", "asking_price_wan", "price_negotiable", "tech_field", "region_code"}},
		{"联系人（不公开）", []string{"contact"}},
	},
	catalog.KindPatent: {
		{"专利", []string{"title", "application_no", "patent_kind", "legal_status", "application_date", "grant_date", "abstract", "ipc"}},
		{"权利人与发明人", []string{"applicants", "current_owner", "inventors"}},
		{"愿意怎样合作", []string{"transfer_intent", "price_wan", "tech_field", "region_code"}},
	},
	catalog.KindExpert: {
		{"能帮什么", []string{"expertise", "unique_skills", "equipment", "keywords", "occupations", "research_directions", "tech_field"}},
		{"接不接，能去多远", []string{"availability", "region_code"}},
		{"单位与岗位", []string{"department", "position", "job_role", "is_frontline", "skill_level", "title_series", "title_level", "education", "degree", "major"}},
		{"联系方式（不公开）", []string{"contact"}},
	},
	catalog.KindStudio: {
		{"能帮什么", []string{"name", "specialties", "keywords", "trades", "equipment", "achievements", "plan", "tech_field"}},
		{"工作室", []string{"studio_kind", "level", "enterprise_name", "leader_name", "members_count", "named_at", "named_by", "region_code"}},
		{"联系人（不公开）", []string{"contact"}},
	},
}

// formHints say how a field is filled in.
var formHints = map[string]string{
	"problem_solved": "原来难在哪里，现在好到什么程度。匹配难题时最看重这一段。", "summary": "做了什么、怎么做的、用在哪里。", "innovation_points": "一行一条。", "keywords": "三到八个，逗号隔开。",
	"completing_orgs": "一行一个，第一完成单位写在最前。", "applied_at": "一行一个。", "application_no": "如 202211250898.9，也可以写 ZL 开头的专利号。", "ipc": "一行一个，如 B24B 39/00。",
	"applicants": "一行一个。", "inventors": "一行一个。", "region_code": "如：威海市。", "end_month": "如 2025-06。",
	"expertise": "会修什么、会解决什么、用什么办法。匹配难题时最看重这一段。", "unique_skills": "别人没有的本事：写清名称和做法。", "equipment": "一行一个：型号和工序，如“数控车床”“激光焊”。", "occupations": "一行一个，如“装配钳工”。",
	"research_directions": "一行一个。", "specialties": "擅长攻什么难题、用什么办法。匹配难题时最看重这一段。", "trades": "一行一个，如“装配钳工”。", "named_at": "如 2023-05。",
	"max_active_cases": "不填按 3 件。", "travel_radius_km": "不填就不限。", "unavailable_until": "出差、养病时填；过了这一天自动恢复。",
	"completers": "按贡献排序；您自己没有写时，会排在第一个。别的单位的人，要他本人或红娘确认以后才公开。",
}

// longText is from how many allowed characters on a text has several lines.
const longText = 300

// Rows of a table in a form: how many there are at least, and from which number on
// none is read.
const (
	leastRows    = 2
	mostFormRows = 1000
)

// RecordFormFacts is what the form is made of.
type RecordFormFacts struct {
	Record catalog.Record // as saved, or as typed
	Saved  catalog.Record // as saved; nil for a new one
	// Publishes: the viewer may publish it, so that what he changes is not reviewed.
	Publishes bool
	Preview   bool // what others will see of it is shown
	Err       error
	Reason    string // typed beside a change that was not to be given back
	Done      string
	Now       time.Time
}

// RecordForm is the page on which a result or a patent is entered or changed.
type RecordForm struct {
	URL, Code, Title, Label, Page string
	Rev                           int64
	Status                        string
	Lead                          string
	Parts                         []RecordFormPart
	Problem, Done                 string
	MaySubmit                     bool
	Withdraw                      string // where it is taken back; "" when there is nothing to take back
	Back                          string // why staff did not accept a change
	Pending                       *Section
	Reason, ReasonFault           string
	Decide                        string // where staff accept or give back what waits; "" for others
	Preview                       *Preview
	Mine                          *Profile // how matching sees the person of whom this is the profile
	Unsaved                       bool     // what is shown was typed and not saved
}

// RecordFormPart is a part of the form.
type RecordFormPart struct {
	Title  string
	Fields []RecordField
}

// RecordField is one field of the form.
type RecordField struct {
	ID, Name, Label, Hint, Input string // Input: text, area, select, checks, check, rows, group
	Type                         string // of a text: text or date
	Value                        string
	Max                          int
	Required, On                 bool
	Options                      []FormOption
	Rows                         []RecordRow
	Fault                        string
}

// RecordRow is one line of a table in the form.
type RecordRow struct {
	Number int
	Cells  []RecordField
	Fault  string
}

// BuildRecordForm makes the form.
func BuildRecordForm(f RecordFormFacts) RecordForm {
	m, kind := f.Record.Base(), f.Record.Kind()
	v := RecordForm{
		URL: NewRecordURL(kind), Code: m.Code, Rev: m.Rev, Label: KindLabel(kind), Title: "登记" + KindLabel(kind), MaySubmit: m.Status != "published",
		Lead:    "先存草稿，想好了再提交；红娘审核通过以后公开，匹配难题时就会想到它。",
		Done:    map[string]string{"saved": "已保存。", "submitted": "已提交。红娘按先后审核，一般七天内有结果，通过以后就公开；办到哪一步，在“我的成果与专利”里看。", "withdrawn": "已撤回，公众看不到了。改好可以再提交。", "held": "已保存。公开文字的修改正等红娘审核；审核通过以前，大家看到的还是原来的。"}[f.Done],
		Unsaved: f.Err != nil || f.Preview,
	}
	if m.Code != "" {
		v.ofSaved(f)
	}
	if expert, ok := f.Record.(*catalog.Expert); ok {
		v.Title, v.Mine = "修改个人资料", BuildProfile(expert, f.Now)
	}
	if f.Preview {
		v.Preview = BuildPreview(f.Record)
	}
	faults := v.faults(f.Err)
	if v.Reason, v.ReasonFault = f.Reason, faults["reason"]; v.ReasonFault != "" {
		v.Problem = "还没有退回：请写明原因。"
	}
	fields := map[string]catalog.FieldInfo{}
	for _, field := range catalog.Schema(kind) {
		fields[field.Key] = field
	}
	for _, part := range formParts[kind] {
		p := RecordFormPart{Title: part.title}
		for _, key := range part.keys {
			p.Fields = append(p.Fields, recordField(fields[key], f.Record, faults))
		}
		v.Parts = append(v.Parts, p)
	}
	return v
}

// ofSaved says what a saved record is in, and what may be done to it.
func (v *RecordForm) ofSaved(f RecordFormFacts) {
	m, kind := f.Record.Base(), f.Record.Kind()
	v.URL, v.Title, v.Page = EditRecordURL(kind, m.Code), "修改"+KindLabel(kind), RecordURL(kind, m.Code)
	v.Status = catalog.Vocab("record_status").Label(m.Status)
	v.Lead = map[string]string{
		"published": "已经公开。改了公开的文字，红娘审核以后才换成新的，审核以前大家看到的还是原来的；不公开的和选项马上生效。",
		"submitted": "正在等红娘审核；还可以改。", "returned": "红娘退回了，请补充以后再提交。", "withdrawn": "已撤回，公众看不到；改好可以再提交。",
	}[m.Status]
	if m.Status == "published" && f.Publishes {
		v.Lead = "已经公开；保存以后马上按新的内容公开。"
	}
	if m.Status == "published" || m.Status == "submitted" {
		v.Withdraw = WithdrawRecordURL(kind, m.Code)
	}
	if f.Saved == nil || f.Saved.Base().Pending == nil {
		return
	}
	held := f.Saved.Base().Pending
	v.Back = held.Returned
	v.Pending = pendingSection(catalog.ProposedLines(f.Saved))
	if f.Publishes && held.Waits() {
		v.Decide = ReviewURL + "/" + string(kind) + "/" + m.Code
	}
	if v.Pending != nil && v.Back != "" {
		v.Pending.Title = "没有同意的修改"
		v.Pending.Items[0].Label = "下面的表单里是您改的文字；照退回的原因改好，再保存一次，就重新交给红娘审核。"
	}
}

// faults gives what is wrong by the path of the field, such as completers[1].
func (v *RecordForm) faults(err error) map[string]string {
	out := map[string]string{}
	if err == nil {
		return out
	}
	e := errs.As(err)
	if v.Problem = e.Message; len(e.Fields) > 0 {
		v.Problem = "还没有保存：有几处需要改正，请看各栏下面的提示。"
	}
	for _, f := range e.Fields {
		path := f.Field
		if i := strings.IndexByte(path, ']'); i >= 0 {
			path = path[:i+1]
		}
		if out[path] == "" {
			out[path] = f.Message
		}
	}
	return out
}

func recordField(f catalog.FieldInfo, of any, faults map[string]string) RecordField {
	out := RecordField{ID: f.Key, Name: f.Key, Label: f.Label, Hint: formHints[f.Key], Required: f.Required, Max: f.MaxRunes, Fault: faults[f.Key]}
	v := f.Value(of)
	switch {
	case f.Type == catalog.Group && f.List:
		out.Input = "rows"
		for i := range max(leastRows, v.Len()+1) {
			out.Rows = append(out.Rows, recordRow(f, v, i, faults))
		}
	case f.Type == catalog.Group:
		out.Input = "group"
		out.Rows = []RecordRow{recordRow(f, v, -1, faults)}
	case f.List && f.Vocab != "":
		out.Input, out.Options = "checks", fieldOptions(f, stringsOf(v))
	case f.List:
		out.Input, out.Value, out.Max = "area", strings.Join(stringsOf(v), "\n"), 0
		if f.Key == "keywords" {
			out.Input, out.Type, out.Value = "text", "text", strings.Join(stringsOf(v), "，")
		}
		for path, fault := range faults {
			if strings.HasPrefix(path, f.Key+"[") {
				out.Fault = fault
			}
		}
	default:
		out.one(f, v)
	}
	return out
}

// one fills the field of a single value.
func (out *RecordField) one(f catalog.FieldInfo, v reflect.Value) {
	out.Input, out.Type = "text", "text"
	switch {
	case f.Type == catalog.YesNo:
		out.Input, out.On = "check", v.Bool()
	case f.Type == catalog.Number && v.Float() != 0:
		out.Value = strconv.FormatFloat(v.Float(), 'f', -1, 64)
	case f.Type == catalog.Whole && v.Int() != 0:
		out.Value = strconv.FormatInt(v.Int(), 10)
	case f.Type != catalog.Text:
	case f.Vocab != "":
		out.Input, out.Options = "select", append([]FormOption{{Label: "不填", Chosen: v.String() == ""}}, fieldOptions(f, []string{v.String()})...)
	case f.Format == "region":
		out.Value = cmp.Or(catalog.PlaceName(v.String()), v.String())
	default:
		out.Value = v.String()
		if f.Format == "date" {
			out.Type = "date"
		}
		if f.MaxRunes >= longText {
			out.Input = "area"
		}
	}
}

// recordRow is one group with its parts; i < 0 is the only one of its field.
func recordRow(f catalog.FieldInfo, v reflect.Value, i int, faults map[string]string) RecordRow {
	row := RecordRow{Number: i + 1, Fault: faults[fmt.Sprintf("%s[%d]", f.Key, i)]}
	group, prefix := reflect.Value{}, f.Key+"."
	switch {
	case i < 0:
		group = reflect.Indirect(v)
		row.Fault = ""
		if f.Key == "availability" && !group.IsValid() { // who never said so takes cases
			group = reflect.ValueOf(&catalog.Availability{Accepting: true}).Elem()
		}
	case i < v.Len():
		group = reflect.Indirect(v.Index(i))
	}
	if i >= 0 {
		prefix = fmt.Sprintf("%s.%d.", f.Key, i+1)
	}
	if !group.IsValid() {
		group = reflect.New(groupType(v)).Elem()
	}
	for _, item := range f.Items {
		cell := recordField(item, group.Addr().Interface(), nil)
		cell.Name = prefix + item.Key
		cell.ID = strings.ReplaceAll(cell.Name, ".", "-")
		cell.Required = false
		if item.Ref != "" {
			cell.Input = "hidden"
		}
		if i < 0 {
			cell.Fault = faults[f.Key+"."+item.Key]
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// groupType is the struct of a field of groups.
func groupType(v reflect.Value) reflect.Type {
	t := v.Type()
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

func fieldOptions(f catalog.FieldInfo, chosen []string) []FormOption {
	var out []FormOption
	for _, c := range catalog.Vocab(f.Vocab).Choices {
		out = append(out, FormOption{Value: c.Key, Label: c.Label, Chosen: slices.Contains(chosen, c.Key)})
	}
	return out
}

func stringsOf(v reflect.Value) []string {
	out := make([]string, v.Len())
	for i := range out {
		out[i] = v.Index(i).String()
	}
	return out
}
