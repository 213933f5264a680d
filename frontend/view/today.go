package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
)

// The addresses of the pages that people work from.
const (
	TodayURL        = "/today"
	AvailabilityURL = "/today/availability"
	ReviewURL       = "/review"
	OpenNeedsURL    = "/open"
)

// Today is the page that somebody who signed in starts from: what he must do
// next, how much waits, and the lists behind it.
type Today struct {
	Title  string
	Lead   string
	Done   string
	Main   *Link // the one main action
	Next   *NextThing
	Tiles  []Tile
	Lists  []WorkList
	Mine   *Profile // of a provider
	Fields []Item   // of an administrator: the state of the service
}

// NextThing is the one thing that is to be done first.
type NextThing struct {
	Text, URL, Why, Late, Action string
}

// Tile is a number that leads to what it counts.
type Tile struct {
	Label, URL string
	Count      int
	Text       string // shown instead of the count; "" shows it
	Grave      bool   // what is counted is late
}

// WorkList is a list with what to do with each of its lines.
type WorkList struct {
	ID, Title, Empty string
	Items            []WorkLine
	Total            int // of which Items are the first
	More             *Link
}

// WorkLine is one line of a list of work.
type WorkLine struct {
	URL, Title, Kind, Note, Late string
	Yours                        bool
	Facts                        []string
}

// todayShown is how many lines of a list the page shows.
const todayShown = 6

// TodayFacts is what the page is made of.
type TodayFacts struct {
	Actor  account.Actor
	Now    time.Time
	Cases  []brokering.Line // of the caller, open ones
	Needs  []*catalog.Need  // of the caller: those he may change
	Review []catalog.Record
	Unread int
	Hints  []NeedHint // needs that a provider may meet
	Expert *catalog.Expert
	Fields []Item
	Done   string
	// Leads tells whether a page is there to be led to.
	Leads func(path string) bool
}

// BuildToday makes the page of the caller's role.
func BuildToday(f TodayFacts) Today {
	slices.SortStableFunc(f.Cases, func(x, y brokering.Line) int { return cmp.Compare(dueOf(x), dueOf(y)) })
	v := Today{Title: "工作台", Lead: dateLine(f.Now), Done: DoneAtDesk(f.Done)}
	switch f.Actor.Role {
	case account.Enterprise:
		f.enterprise(&v)
	case account.Provider:
		f.provider(&v)
	case account.Broker:
		f.broker(&v)
	case account.Leader:
		f.leader(&v)
	default:
		f.administrator(&v)
	}
	v.Tiles = slices.DeleteFunc(v.Tiles, func(t Tile) bool { path, _, _ := strings.Cut(t.URL, "?"); return !f.Leads(path) })
	return v
}

// dateLine says which day it is, as an office calendar does.
func dateLine(now time.Time) string {
	t := now.In(beijing)
	return fmt.Sprintf("%d 年 %d 月 %d 日，星期%s", t.Year(), t.Month(), t.Day(), []string{"日", "一", "二", "三", "四", "五", "六"}[t.Weekday()])
}

// DoneAtDesk says in Chinese what a step on the pages of work came to; "" for
// what is no step.
func DoneAtDesk(key string) string {
	return map[string]string{"accepting": "已改为接受对接。", "paused": "已暂停对接，不再向您发新的邀约。", "accept_change": "已同意修改，大家看到的是新的文字了。", "refuse_change": "已退回修改，填报人会看到原因；大家看到的还是原来的文字。", "published": "已发布。", "returned": "已退回。", "publish": "已发布。", "return": "已退回整改，填报人会看到原因。", "reject": "已不予受理，填报人会看到原因。"}[key]
}

// yours gives the cases in which the caller owes the next step.
func (f TodayFacts) yours() []brokering.Line {
	var out []brokering.Line
	for _, l := range f.Cases {
		if owes(l) {
			out = append(out, l)
		}
	}
	return out
}

func owes(l brokering.Line) bool {
	return l.Next != nil && (l.Next.Who == l.Part || l.Next.Who == brokering.Staff && l.Part == brokering.Administrator)
}

func (f TodayFacts) count(is func(brokering.Line) bool) int {
	n := 0
	for _, l := range f.Cases {
		if is(l) {
			n++
		}
	}
	return n
}

func (f TodayFacts) needsIn(states ...string) int {
	n := 0
	for _, need := range f.Needs {
		if slices.Contains(states, need.Status) {
			n++
		}
	}
	return n
}

// caseLines are lines of cases, at most as many as the page shows.
func caseLines(cases []brokering.Line) []WorkLine {
	var out []WorkLine
	for _, l := range cases[:min(len(cases), todayShown)] {
		line := BuildIntroductionLine(l)
		w := WorkLine{URL: line.URL, Title: line.Title, Kind: line.Stage, Late: line.Next.Late, Yours: line.Next.Yours}
		if line.Target != "" && l.Part != brokering.Provider {
			w.Facts = append(w.Facts, line.Target)
		}
		w.Note = "等" + line.Next.Who + after("：", line.Next.What)
		if line.Next.Yours {
			w.Note = line.Next.What
		}
		if line.Next.Due != "" {
			w.Facts = append(w.Facts, line.Next.Due+" 前")
		}
		out = append(out, w)
	}
	return out
}

// firstCase makes the next thing of a case that waits for the caller.
func firstCase(cases []brokering.Line) *NextThing {
	if len(cases) == 0 {
		return nil
	}
	l := BuildIntroductionLine(cases[0])
	return &NextThing{Text: l.Next.What, URL: l.URL, Why: "对接单《" + l.Title + "》，请在 " + l.Next.Due + " 前办理", Late: l.Next.Late, Action: "去办理"}
}

func (f TodayFacts) enterprise(v *Today) {
	v.Main = &Link{Text: "填报难题", URL: NewNeedURL}
	yours := f.yours()
	if v.Next = firstCase(yours); v.Next == nil {
		v.Next = firstNeed(f.Needs)
	}
	if v.Next == nil {
		v.Next = &NextThing{Text: "把车间里解决不了的难题写下来", URL: NewNeedURL, Why: "几句话就行，可以先存草稿；企业名称和详情不公开", Action: "填报难题"}
	}
	v.Tiles = []Tile{
		{Label: "草稿和退回", Count: f.needsIn("draft", "returned"), URL: OwnNeedsURL},
		{Label: "等红娘审核", Count: f.needsIn("submitted"), URL: OwnNeedsURL},
		{Label: "正在寻找", Count: f.needsIn("published", "matching"), URL: OwnNeedsURL},
		{Label: "对接和实施", Count: f.needsIn("introduced", "signed", "implementing"), URL: OwnNeedsURL},
		unreadTile(f.Unread),
	}
	v.Lists = []WorkList{
		{ID: "cases", Title: "我的对接", Total: len(f.Cases), Items: caseLines(f.Cases), More: moreLink(len(f.Cases), "全部对接单", "/introductions?tab=all"), Empty: "还没有对接单。需求发布以后，红娘会为它寻找合适的人，推荐时您会收到通知。"},
		{ID: "needs", Title: "我的需求", Total: len(f.Needs), Items: needLines(f.Needs, f.Now), More: &Link{Text: "全部需求", URL: OwnNeedsURL}, Empty: "还没有需求。"},
	}
}

func moreLink(n int, text, url string) *Link {
	if n <= todayShown {
		return nil
	}
	return &Link{Text: fmt.Sprintf("%s（%s）", text, Thousands(n)), URL: url}
}

// firstNeed finds a need that waits for whoever entered it.
func firstNeed(needs []*catalog.Need) *NextThing {
	for _, n := range needs {
		switch n.Status {
		case "returned":
			return &NextThing{Text: "修改退回的需求《" + n.Title + "》", URL: EditNeedURL(n.Code), Why: returnedWhy(n), Action: "去修改"}
		case "draft":
			return &NextThing{Text: "写完草稿《" + n.Title + "》并提交审核", URL: EditNeedURL(n.Code), Why: "提交后由红娘审核，审核通过才会公开简介、开始寻找", Action: "接着写"}
		case "expired":
			return &NextThing{Text: "需求《" + n.Title + "》已到期", URL: EditNeedURL(n.Code), Why: "还没解决的话请续期，已经解决请关闭", Action: "去处理"}
		}
	}
	return nil
}

func returnedWhy(n *catalog.Need) string {
	if last := len(n.Steps) - 1; last >= 0 && n.Steps[last].Reason != "" {
		return "退回原因：" + n.Steps[last].Reason
	}
	return "红娘请您补充后再提交"
}

func needLines(needs []*catalog.Need, now time.Time) []WorkLine {
	var out []WorkLine
	for _, line := range BuildOwnNeeds(needs[:min(len(needs), todayShown)], "", now).Needs {
		w := WorkLine{URL: line.Edit, Title: line.Title, Kind: line.Status, Facts: []string{line.Code}, Yours: line.Waits}
		if line.Reason != "" {
			w.Note = "退回原因：" + line.Reason
		}
		if line.Soon {
			w.Late = "快到期，可续期"
		}
		out = append(out, w)
	}
	return out
}

func (f TodayFacts) provider(v *Today) {
	invited := f.count(func(l brokering.Line) bool { return l.Stage == brokering.Invited && owes(l) })
	if v.Next = firstCase(f.yours()); v.Next == nil && f.Expert != nil {
		v.Next = firstGap(f.Expert, f.Now)
	}
	v.Tiles = []Tile{
		{Label: "等您答复的邀约", Count: invited, URL: "/introductions"},
		{Label: "轮到您办", Count: len(f.yours()), URL: "/introductions"},
		{Label: "在办的对接", Count: len(f.Cases), URL: "/introductions?tab=all"},
		unreadTile(f.Unread),
	}
	f.Hints = slices.DeleteFunc(f.Hints, func(h NeedHint) bool { return f.count(func(l brokering.Line) bool { return concerns(l, h.Code) }) > 0 })
	v.Lists = []WorkList{
		{ID: "cases", Title: "我的对接", Total: len(f.Cases), Items: caseLines(f.Cases), More: moreLink(len(f.Cases), "全部对接单", "/introductions?tab=all"), Empty: "还没有人邀请您。把个人资料里的专长、绝技和成果写全，更容易被找到。"},
		{ID: "hints", Title: "可能用得上您的难题", Items: hintLines(f.Hints), More: &Link{Text: "看全部公开的难题", URL: OpenNeedsURL}, Empty: "现在公开的难题里没有和您的资料对得上的。资料写得越具体，越容易对上。"},
	}
	if f.Expert != nil {
		v.Mine = BuildProfile(f.Expert, f.Now)
		if !v.Mine.Accepting || v.Mine.Until != "" {
			v.Lists[1].Empty = "您已暂停对接，恢复以后再替您找。"
		}
	}
}

// concerns tells whether a case is about a need.
func concerns(l brokering.Line, need string) bool {
	return slices.ContainsFunc(l.Needs, func(n brokering.NeedRef) bool { return n.Code == need })
}

func hintLines(hints []NeedHint) []WorkLine {
	var out []WorkLine
	for _, h := range hints[:min(len(hints), todayShown)] {
		w := WorkLine{URL: RecordURL(catalog.KindNeed, h.Code), Title: h.Title, Kind: h.Suit.Label, Note: h.Suit.Reason, Facts: []string{h.Code}}
		if h.Region != "" {
			w.Facts = append(w.Facts, catalog.PlaceName(h.Region))
		}
		out = append(out, w)
	}
	return out
}

func (f TodayFacts) broker(v *Today) {
	v.Title = "今天要办的"
	v.Main = &Link{Text: "代企业填报难题", URL: NewNeedURL}
	yours := f.yours()
	late := func(l brokering.Line) bool { return l.Alarm.Days > 0 }
	waits := func(l brokering.Line) bool { return l.Next != nil && !owes(l) }
	unserved := needsWaiting(f.Needs)
	v.Tiles = []Tile{
		{Label: "轮到我办", Count: len(yours), URL: "/introductions"},
		{Label: "已超期", Count: f.count(late), URL: "/introductions?late=reminder&tab=mine", Grave: true},
		{Label: "等对方答复", Count: f.count(waits), URL: "/introductions?tab=mine"},
		{Label: "等我审核", Count: len(f.Review), URL: ReviewURL},
		{Label: "还没有人选的需求", Count: len(unserved), URL: "#unserved"},
		unreadTile(f.Unread),
	}
	if v.Next = firstCase(yours); v.Next == nil && len(f.Review) > 0 {
		v.Next = &NextThing{Text: fmt.Sprintf("审核 %d 条新交来的资料", len(f.Review)), URL: ReviewURL, Why: "先到先审，审核后企业和服务方才能往下走", Action: "去审核"}
	}
	stalled := slices.DeleteFunc(slices.Clone(f.Cases), func(l brokering.Line) bool { return !late(l) || owes(l) })
	v.Lists = []WorkList{
		{ID: "due", Title: "轮到我办", Total: len(yours), Items: caseLines(yours), More: moreLink(len(yours), "全部", "/introductions"), Empty: "您经办的对接单里，现在没有轮到您办的事。"},
		{ID: "stale", Title: "对方久未答复，该催一催", Total: len(stalled), Items: caseLines(stalled), More: moreLink(len(stalled), "全部", "/introductions?tab=mine&late=reminder"), Empty: "没有拖着的。"},
		{ID: "review", Title: "等我审核", Total: len(f.Review), Items: reviewLines(f.Review, f.Now), More: moreLink(len(f.Review), "全部", ReviewURL), Empty: "没有新交来的需求和资料。"},
		{ID: "unserved", Title: "还没有人选的需求", Total: len(unserved), Items: unservedLines(unserved, f.Now), More: moreLink(len(unserved), "全部需求", OwnNeedsURL), Empty: "每项公开的需求都有人选了。"},
	}
}

// needsWaiting are public needs for which nobody was proposed, the oldest first.
func needsWaiting(needs []*catalog.Need) []*catalog.Need {
	var out []*catalog.Need
	for _, n := range needs {
		if n.Status == "published" {
			out = append(out, n)
		}
	}
	slices.SortStableFunc(out, func(x, y *catalog.Need) int { return x.UpdatedAt.Compare(y.UpdatedAt) })
	return out
}

func unservedLines(needs []*catalog.Need, now time.Time) []WorkLine {
	var out []WorkLine
	for _, n := range needs[:min(len(needs), todayShown)] {
		w := WorkLine{URL: DeskURL(n.Code), Title: n.Title, Facts: []string{n.Code, sinceText(n.UpdatedAt, now)}}
		if n.EnterpriseName != "" {
			w.Facts = append(w.Facts, n.EnterpriseName)
		}
		out = append(out, w)
	}
	return out
}

// sinceText says how long ago something was, in days.
func sinceText(t, now time.Time) string {
	days := int(now.Sub(t).Hours() / 24)
	if t.IsZero() || days < 1 {
		return "今天"
	}
	return Thousands(days) + " 天前"
}

// leader sees the late cases of his unions: those that stood still for two weeks,
// and before them those in which a broker ought to press whoever owes the next step.
func (f TodayFacts) leader(v *Today) {
	isStuck := func(l brokering.Line) bool { return l.Alarm.Level >= brokering.OnLeaderList }
	stuck := slices.DeleteFunc(slices.Clone(f.Cases), func(l brokering.Line) bool { return !isStuck(l) })
	late := slices.DeleteFunc(slices.Clone(f.Cases), func(l brokering.Line) bool { return isStuck(l) || l.Alarm.Days <= 0 })
	v.Tiles = []Tile{
		{Label: "停滞两周以上", Count: len(stuck), URL: "/introductions", Grave: true},
		{Label: "红娘该催一催", Count: len(late), URL: "#nudge"},
		unreadTile(f.Unread),
	}
	if f.Leads("/leader") {
		v.Main = &Link{Text: "看本单位成效", URL: "/leader"}
	}
	v.Lists = []WorkList{
		{ID: "stuck", Title: "停滞两周以上的对接单", Total: len(stuck), Items: brokersLines(stuck), More: moreLink(len(stuck), "全部", "/introductions"), Empty: "没有停滞两周以上的对接单。"},
		{ID: "nudge", Title: "红娘该催一催", Total: len(late), Items: brokersLines(late), More: moreLink(len(late), "全部超期的", "/introductions?tab=all&late=reminder"), Empty: "没有要催的：别的对接单都没有超期。"},
	}
}

// brokersLines are lines of cases that say whose they are.
func brokersLines(cases []brokering.Line) []WorkLine {
	out := caseLines(cases)
	for i := range out {
		if name := cases[i].Broker.Name; name != "" {
			out[i].Facts = append(out[i].Facts, "经办 "+name)
		}
	}
	return out
}

func (f TodayFacts) administrator(v *Today) {
	v.Title, v.Fields = "服务状态", f.Fields
	if f.Leads("/users") {
		v.Main = &Link{Text: "管理用户", URL: "/users"}
	}
	v.Tiles = []Tile{
		{Label: "等审核", Count: len(f.Review), URL: ReviewURL},
		unreadTile(f.Unread),
	}
	v.Lists = []WorkList{{ID: "review", Title: "等审核", Total: len(f.Review), Items: reviewLines(f.Review, f.Now), More: moreLink(len(f.Review), "全部", ReviewURL), Empty: "没有新交来的需求和资料。"}}
}
