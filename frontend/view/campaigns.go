package view

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"hongniang/internal/campaign"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// CampaignsURL is where campaigns are.
const CampaignsURL = "/campaigns"

// CampaignURL is the page of a campaign.
func CampaignURL(code string) string { return CampaignsURL + "/" + url.PathEscape(code) }

// Campaigns is the list.
type Campaigns struct {
	Items  []CampaignLine
	MayNew bool
}

// CampaignLine is one campaign in the list.
type CampaignLine struct {
	URL, Title, Code, State, Note string
	Facts                         []string
	Busy                          bool
}

// BuildCampaigns makes the list.
func BuildCampaigns(lines []campaign.Line, mayNew bool) Campaigns {
	v := Campaigns{MayNew: mayNew}
	for _, l := range lines {
		line := CampaignLine{URL: CampaignURL(l.Code), Title: l.Name, Code: l.Code, State: l.State.Label(), Facts: []string{fmt.Sprintf("%d 项需求", l.Needs), "经办 " + l.Broker.Name}}
		if l.From != "" || l.To != "" {
			line.Facts = append(line.Facts, period(l.From, l.To))
		}
		switch {
		case l.Pairs != nil:
			line.Note = pairsText(l.Pairs)
		case l.Plan != nil:
			line.Note = fmt.Sprintf("方案：%d 项有人选，%d 项没有", l.Plan.Placed, l.Plan.Needs-l.Plan.Placed)
		}
		if l.Job != nil && (l.Job.State == campaign.Queued || l.Job.State == campaign.Working) {
			line.Busy, line.Note = true, BuildJob(l.Job).Text
		}
		v.Items = append(v.Items, line)
	}
	return v
}

func period(from, to string) string { return OrText(from, "…") + " 至 " + OrText(to, "…") }

func pairsText(n map[campaign.MatchState]int) string {
	parts := []string{fmt.Sprintf("已开 %d 张对接单", n[campaign.Begun])}
	for _, p := range []struct {
		state campaign.MatchState
		text  string
	}{{campaign.Existing, "%d 对原来就有"}, {campaign.Waiting, "%d 对等着开"}, {campaign.Failed, "%d 对没开成"}} {
		if n[p.state] > 0 {
			parts = append(parts, fmt.Sprintf(p.text, n[p.state]))
		}
	}
	return strings.Join(parts, "，")
}

// JobView is work in the background.
type JobView struct {
	Text, Problem string
	Busy          bool
	Share         int // percent
}

// BuildJob makes it.
func BuildJob(j *campaign.Job) JobView {
	if j == nil {
		return JobView{}
	}
	what := map[campaign.JobKind]string{campaign.Planning: "排方案", campaign.Beginning: "开对接单"}[j.Kind]
	v := JobView{Share: 100 * j.Done / max(1, j.Total)}
	switch j.State {
	case campaign.Queued:
		v.Busy, v.Text = true, "等着"+what+"。"
	case campaign.Working:
		v.Busy, v.Text = true, fmt.Sprintf("正在%s：%d / %d。", what, j.Done, j.Total)
	case campaign.Broken:
		v.Problem = what + "没有做成：" + j.Fault
	case campaign.Cancelled:
		v.Problem = what + "已停止。"
	}
	return v
}

// CampaignForm is the form of a campaign's settings.
type CampaignForm struct {
	URL, Code                    string
	Rev                          int64
	Name, From, To               string
	Needs, People                string // codes, as they were typed
	NeedRegion, PersonRegion     string
	NeedTypes, Fields, Persons   []FormOption
	Quota, Alternates, Floor, KM string
	Fresh                        bool
	Problem                      string
	Faults                       map[string]string
	Open                         bool // of a campaign that is there: nothing was typed yet
}

// BuildCampaignForm fills the form in from what was typed.
func BuildCampaignForm(v url.Values) CampaignForm {
	return CampaignForm{
		URL: CampaignsURL, Name: v.Get("name"), From: v.Get("from"), To: v.Get("to"), Needs: v.Get("needs"), People: v.Get("people"),
		NeedRegion: v.Get("need_region"), PersonRegion: v.Get("person_region"), NeedTypes: vocabOptions("need_type", v.Get("need_type"), "全部类型"),
		Fields: vocabOptions("tech_field", v.Get("field"), "全部领域"), Persons: vocabOptions("person_kind", v.Get("person_kind"), "全部"),
		Quota: OrText(v.Get("quota"), "3"), Alternates: OrText(v.Get("alternates"), "2"), Floor: OrText(v.Get("floor"), "80"), KM: v.Get("km"), Fresh: v.Get("fresh") == "yes",
	}
}

// CampaignValues writes settings as the form would send them.
func CampaignValues(s campaign.Settings) url.Values {
	v := url.Values{}
	set := func(key, value string) {
		if value != "" {
			v.Set(key, value)
		}
	}
	set("name", s.Name)
	set("from", s.From)
	set("to", s.To)
	set("needs", strings.Join(s.Needs, "\n"))
	set("people", strings.Join(s.People, "\n"))
	set("need_region", s.NeedsBy.Region)
	set("need_type", s.NeedsBy.Type)
	set("field", s.NeedsBy.Field)
	set("person_region", s.PeopleBy.Region)
	set("person_kind", s.PeopleBy.Type)
	set("quota", strconv.Itoa(s.Quota))
	set("alternates", strconv.Itoa(s.Alternates))
	set("floor", strconv.FormatFloat(100*s.Floor, 'f', -1, 64))
	if s.MaxKM > 0 {
		set("km", strconv.Itoa(s.MaxKM))
	}
	if s.Fresh {
		set("fresh", "yes")
	}
	return v
}

// ParseCampaign reads the form. Errors: errs.Invalid with fields, for what is no
// number.
func ParseCampaign(v url.Values) (campaign.Settings, error) {
	var f errs.Faults
	whole := func(key string, standard int) int {
		text := strings.TrimSpace(v.Get(key))
		n, err := strconv.Atoi(text)
		if text == "" {
			return standard
		}
		if err != nil {
			f.Add(key, "campaign.number", "请填一个整数。", text)
		}
		return n
	}
	s := campaign.Settings{
		Name: v.Get("name"), From: v.Get("from"), To: v.Get("to"), Needs: codeWords(v.Get("needs")), People: codeWords(v.Get("people")),
		NeedsBy:  campaign.Filter{Region: strings.TrimSpace(v.Get("need_region")), Type: v.Get("need_type"), Field: v.Get("field")},
		PeopleBy: campaign.Filter{Region: strings.TrimSpace(v.Get("person_region")), Type: v.Get("person_kind")},
		Quota:    whole("quota", 3), Alternates: whole("alternates", 2), Floor: float64(whole("floor", 80)) / 100, MaxKM: whole("km", 0), Fresh: v.Get("fresh") == "yes",
	}
	return s, f.Err()
}

// codeWords parts codes that stand in lines or are set apart by commas or blanks.
func codeWords(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n,，、;；", r) })
}

// vocabOptions lists a vocabulary with an entry that chooses nothing.
func vocabOptions(vocab, chosen, all string) []FormOption {
	out := []FormOption{{Label: all}}
	for _, choice := range catalog.Vocab(vocab).Choices {
		out = append(out, FormOption{Value: choice.Key, Label: choice.Label, Chosen: choice.Key == chosen})
	}
	return out
}

// FormFaults says what is wrong with a form: on top, and by field without its
// index.
func FormFaults(err error) (problem string, faults map[string]string) {
	e, faults := errs.As(err), map[string]string{}
	for _, f := range e.Fields {
		name, _, _ := strings.Cut(f.Field, "[")
		message := f.Message
		_, number := strconv.Atoi(f.Value)
		if f.Value != "" && number != nil && (name == "needs" || name == "people") { // one of them, not how many
			message = f.Value + "：" + f.Message
		}
		if faults[name] == "" {
			faults[name] = message
		}
	}
	if len(faults) == 0 {
		return e.Message, faults
	}
	return "有几处需要改正，请看各栏下面的提示。", faults
}

func shortTime(t time.Time) string {
	return t.In(beijing).Format("2006-01-02 15:04")
}
