package view

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"hongniang/internal/brokering"
	"hongniang/internal/campaign"
	"hongniang/matcher"
)

// CampaignQuery is which part of a campaign's page is asked for.
type CampaignQuery struct {
	Show string // "", below or pinned
	Page int    // from 1
	Need string // code of the need that is being decided on
}

// ParseCampaignQuery reads an address; what it does not know is left out.
func ParseCampaignQuery(v url.Values) CampaignQuery {
	q := CampaignQuery{Page: 1, Need: v.Get("need")}
	if show := v.Get("show"); show == "below" || show == "pinned" {
		q.Show = show
	}
	if n, err := strconv.Atoi(v.Get("page")); err == nil && n > 1 {
		q.Page = n
	}
	return q
}

// url is the address of the query, without the need.
func (q CampaignQuery) url(code string) string {
	v := url.Values{}
	if q.Show != "" {
		v.Set("show", q.Show)
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	if len(v) == 0 {
		return CampaignURL(code)
	}
	return CampaignURL(code) + "?" + v.Encode()
}

// perPage is how many needs a page of a plan shows.
const perPage = 50

// Campaign is the page of one campaign.
type Campaign struct {
	URL, Code, Title, State, Done, Problem string
	Rev                                    int64
	Facts                                  []string
	Job                                    JobView
	Form                                   *CampaignForm // settings, for who may change them
	Ask                                    *CampaignAsk  // what may be done now
	Stale                                  bool
	Tiles                                  []Tile
	Promise                                []string // what the plan promises, in sentences
	Costs                                  []CostView
	Tight                                  []string
	Tabs                                   []Link
	Needs                                  []PlacedView
	More, Back                             string
	Deciding                               *Deciding
	Standing                               []StandingView
	Progress                               string
	History                                []string
	Empty                                  string
}

// CampaignAsk says which buttons there are.
type CampaignAsk struct {
	Plan, Again, Cancel, Confirm, Retry, End bool
	Pairs                                    int
}

// CostView is what one limit costs.
type CostView struct {
	Label, Text string
	Lines       []string
}

// PlacedView is a need of a plan.
type PlacedView struct {
	Code, Title, URL, Decide, Why string
	Person                        *HelperView
	Alternates                    []HelperView
	Below, Pinned                 bool
	NotShown                      string
}

// HelperView is a person of a plan.
type HelperView struct {
	Code, Name, Org, URL, Score string
	Level                       int
	BandLabel                   string
	Cautions                    []string
}

// Deciding is the form in which one need is decided on.
type Deciding struct {
	Need, Title string
	Current     *HelperView
	People      []HelperView // who could take it
	Others      []FormOption // needs to swap with
	Decided     bool         // there is a pin or ban to take back
}

// StandingView is how the introduction of a pair stands.
type StandingView struct {
	Need, NeedURL, Name, State, URL, Code, Stage, Next, Late, Why string
	Failed                                                        bool
}

// CampaignFacts is what the page is made of.
type CampaignFacts struct {
	Sight   campaign.Sight
	Query   CampaignQuery
	Done    string // step that was just taken
	Problem string // of a step that was not taken
	Form    *CampaignForm
}

// BuildCampaign makes the page.
func BuildCampaign(f CampaignFacts) Campaign {
	c := f.Sight.Campaign
	v := Campaign{
		URL: CampaignURL(c.Code), Code: c.Code, Title: c.Settings.Name, State: c.State.Label(), Rev: c.Rev, Problem: f.Problem, Job: BuildJob(c.Job), Stale: c.Stale && len(c.Plans) > 0,
		Facts: []string{c.Code, fmt.Sprintf("%d 项需求", len(c.Chosen)), peopleText(len(c.Taking)), "经办 " + c.Broker.Name},
	}
	if c.Settings.From != "" || c.Settings.To != "" {
		v.Facts = append(v.Facts, period(c.Settings.From, c.Settings.To))
	}
	if f.Done != "" {
		v.Done = campaignDone(campaign.StepKind(f.Done))
	}
	v.Ask, v.Form = campaignAsk(f), f.Form
	if plan := f.Sight.Plan; plan != nil {
		v.plan(plan, f)
	} else if !v.Job.Busy {
		v.Empty = "还没有方案。点“排方案”以后在后台计算，几百项需求要几十秒到几分钟；可以离开这个页面。"
	}
	v.standing(f.Sight)
	for _, e := range slices.Backward(c.History) {
		v.History = append(v.History, shortTime(e.At)+" "+e.By.Name+" "+e.Step.Label()+noteText(e.Note))
	}
	return v
}

func noteText(note string) string {
	if note == "" {
		return ""
	}
	return "：" + note
}

func peopleText(n int) string {
	if n == 0 {
		return "所有专家"
	}
	return fmt.Sprintf("%d 位专家", n)
}

func campaignDone(step campaign.StepKind) string {
	switch step {
	case campaign.Create:
		return "已保存。核对设置后点“排方案”。"
	case campaign.Change, campaign.PinPair, campaign.BanPair, campaign.Release, campaign.Swap:
		return "已记下，重新排一次方案就生效。"
	case campaign.Confirm, campaign.Retry:
		return "已确认，正在逐对开对接单。"
	case campaign.End:
		return "已结束。"
	}
	return ""
}

func campaignAsk(f CampaignFacts) *CampaignAsk {
	may := func(k campaign.StepKind) bool { return slices.Contains(f.Sight.Steps, k) }
	ask := CampaignAsk{Plan: may(campaign.MakePlan), Again: len(f.Sight.Campaign.Plans) > 0, Cancel: may(campaign.Cancel), Confirm: may(campaign.Confirm), Retry: may(campaign.Retry), End: may(campaign.End)}
	if plan, ok := f.Sight.Campaign.Plan(); ok {
		ask.Pairs = plan.Placed
	}
	if ask.Plan || ask.Cancel || ask.Confirm || ask.Retry || ask.End {
		return &ask
	}
	return nil
}

// plan adds the parts of the page that speak of the plan.
func (v *Campaign) plan(p *campaign.Plan, f CampaignFacts) {
	v.Tiles = []Tile{
		{Label: "有人选的需求", Count: p.Placed, URL: v.URL}, {Label: "没有人选", Count: len(p.Needs) - p.Placed, URL: v.URL + "?show=below", Grave: true},
		{Label: fmt.Sprintf("够到自身最佳的 %.0f%%", 100*p.Floor), Count: p.Reached, URL: v.URL}, {Label: "参加的专家", Count: p.People, URL: v.URL},
	}
	v.Promise = []string{
		fmt.Sprintf("合计 %.1f 分，是不设保底时最高分的 %.1f%%。", p.Total, 100*p.Share()),
		fmt.Sprintf("先保证有人选的需求最多，再保证够到自身最佳 %.0f%% 的最多；其余的也不低于各自可行最佳的 %.0f%%（%d 项全部做到）。", 100*p.Floor, 100*p.Floor, p.Kept),
	}
	if p.Kept < p.Placed {
		v.Promise[1] = fmt.Sprintf("%d 项有人选，其中 %d 项不低于可行最佳的 %.0f%%。", p.Placed, p.Kept, 100*p.Floor)
	}
	if len(p.Bottlenecks) > 0 {
		v.Promise = append(v.Promise, fmt.Sprintf("要让所有需求同时达到自身最佳的同一比例，最多只能到 %.1f%%。", 100*p.CommonFloor))
	}
	v.Promise = append(v.Promise, fmt.Sprintf("排名用了 %.1f 秒，分派用了 %.2f 秒；%d 位专家对得上其中的需求。", float64(p.RankMillis)/1000, float64(p.SolveMillis)/1000, p.Considered))
	for _, b := range p.Bottlenecks {
		v.Tight = append(v.Tight, b.Why)
	}
	for _, c := range p.Costs {
		v.Costs = append(v.Costs, costView(c))
	}
	v.needs(p, f)
}

// mostLines is how many needs a limit's cost names.
const mostLines = 12

func costView(c campaign.Cost) CostView {
	v := CostView{Label: c.Label, Text: fmt.Sprintf("少 %.1f 分，%d 项需求本可以更好", max(0, c.Score), c.Needs)}
	for i, l := range c.Lines {
		if i == mostLines {
			v.Lines = append(v.Lines, fmt.Sprintf("另有 %d 项", len(c.Lines)-mostLines))
			break
		}
		v.Lines = append(v.Lines, fmt.Sprintf("%s：现在 %s，去掉后 %s", l.Need, scoreText(l.Now), scoreText(l.Without)))
	}
	return v
}

func scoreText(score float64) string {
	if score == 0 {
		return "没有人选"
	}
	return fmt.Sprintf("%.1f 分", score)
}

// needs adds one page of the plan's needs.
func (v *Campaign) needs(p *campaign.Plan, f CampaignFacts) {
	c, q := f.Sight.Campaign, f.Query
	decides := slices.Contains(f.Sight.Steps, campaign.PinPair)
	count := map[string]int{"": len(p.Needs)}
	var chosen []campaign.Placed
	for _, n := range p.Needs {
		is := map[string]bool{"": true, "below": n.Below, "pinned": n.Pinned || decided(c, n.Need)}
		for _, key := range []string{"below", "pinned"} {
			if is[key] {
				count[key]++
			}
		}
		if is[q.Show] {
			chosen = append(chosen, n)
		}
		if decides && n.Need == q.Need {
			v.Deciding = deciding(p, n, decided(c, n.Need))
		}
	}
	for _, tab := range []struct{ key, text string }{{"", "全部"}, {"below", "保底以下"}, {"pinned", "红娘定过的"}} {
		v.Tabs = append(v.Tabs, Link{Text: tab.text, URL: CampaignQuery{Show: tab.key, Page: 1}.url(c.Code), Current: tab.key == q.Show, Count: count[tab.key]})
	}
	from := min((q.Page-1)*perPage, len(chosen))
	to := min(from+perPage, len(chosen))
	for _, n := range chosen[from:to] {
		v.Needs = append(v.Needs, placedView(c.Code, n, q, decides))
	}
	if to < len(chosen) {
		v.More = CampaignQuery{Show: q.Show, Page: q.Page + 1}.url(c.Code)
	}
	if q.Page > 1 {
		v.Back = CampaignQuery{Show: q.Show, Page: q.Page - 1}.url(c.Code)
	}
}

func decided(c *campaign.Campaign, need string) bool {
	of := func(p campaign.Pair) bool { return p.Need == need }
	return slices.ContainsFunc(c.Pins, of) || slices.ContainsFunc(c.Bans, of)
}

func placedView(code string, n campaign.Placed, q CampaignQuery, decides bool) PlacedView {
	v := PlacedView{Code: n.Need, Title: OrText(n.Title, n.Need), URL: "/needs/" + url.PathEscape(n.Need), Why: n.Why, Below: n.Below, Pinned: n.Pinned}
	if decides {
		at := q.url(code)
		v.Decide = at + map[bool]string{true: "?", false: "&"}[at == CampaignURL(code)] + "need=" + url.QueryEscape(n.Need) + "#decide"
	}
	if n.Person != nil {
		h := helperView(*n.Person)
		v.Person = &h
	}
	for _, a := range n.Alternates {
		v.Alternates = append(v.Alternates, helperView(a))
	}
	for i, w := range n.NotShown {
		if i > 0 {
			v.NotShown += "，"
		}
		v.NotShown += fmt.Sprintf("%s %d 人", w.Label, w.Count)
	}
	return v
}

func helperView(h campaign.Helper) HelperView {
	band := matcher.Band(h.Band)
	v := HelperView{Code: h.Code, Name: h.Name, Org: h.Org, URL: "/experts/" + url.PathEscape(h.Code), Score: fmt.Sprintf("%.1f", h.Score), Level: bandLevels[band], BandLabel: band.Label()}
	for _, c := range h.Cautions {
		v.Cautions = append(v.Cautions, c.Message)
	}
	return v
}

// deciding is the form for one need: its person, who could step in, and with
// which needs it could swap.
func deciding(p *campaign.Plan, n campaign.Placed, decided bool) *Deciding {
	v := &Deciding{Need: n.Need, Title: n.Title, Decided: decided}
	if n.Person != nil {
		h := helperView(*n.Person)
		v.Current = &h
	}
	for _, a := range n.Alternates {
		v.People = append(v.People, helperView(a))
	}
	for _, other := range p.Needs {
		if n.Person != nil && other.Person != nil && other.Person.Code != n.Person.Code {
			v.Others = append(v.Others, FormOption{Value: other.Need, Label: other.Need + " " + Shorten(other.Title, 24) + "（" + other.Person.Name + "）"})
		}
	}
	return v
}

// standing adds how the introductions stand.
func (v *Campaign) standing(sight campaign.Sight) {
	if len(sight.Progress) > 0 {
		v.Progress = pairsText(sight.Campaign.Summary())
	}
	for _, m := range sight.Progress {
		line := StandingView{Need: OrText(m.Title, m.Need), NeedURL: "/needs/" + url.PathEscape(m.Need), Name: OrText(m.Target, m.Name), Why: m.Why, Failed: m.State == campaign.Failed}
		line.State = map[campaign.MatchState]string{campaign.Waiting: "等着开单", campaign.Begun: "已开单", campaign.Existing: "原来就有", campaign.Failed: "没开成"}[m.State]
		if m.State == campaign.Begun || m.State == campaign.Existing {
			line.URL, line.Code, line.Stage = "/introductions/"+url.PathEscape(m.Introduction), m.Introduction, m.Stage.Label()
		}
		if m.Next != nil {
			line.Next = "等" + m.Next.Who.Label() + after("：", m.Next.What) + "，" + m.Next.Due + " 前"
		}
		if m.Level >= brokering.Remind {
			line.Late = "已过期"
		}
		v.Standing = append(v.Standing, line)
	}
}

// after puts a mark before a text; nothing where there is none.
func after(mark, text string) string {
	if text == "" {
		return ""
	}
	return mark + text
}
