package view

import (
	"fmt"
	"strings"
	"time"

	"hongniang/internal/catalog"
)

// Profile is how the matcher sees a person, what is missing, and the switch by
// which he takes cases or not.
type Profile struct {
	URL       string
	Edit      string // where he changes it
	Name      string
	Accepting bool
	Until     string // not available until this day
	Soonest   string // the first day until which one may pause: tomorrow
	Sees      []Item // what the matcher reads, in the order of its weight
	Gaps      []Gap
	Share     int // percent of what is looked at that is there
}

// Gap is something that a profile lacks, and why it matters.
type Gap struct{ Label, Why string }

// profilePart is one thing that is looked at.
type profilePart struct {
	label, why string
	text       func(*catalog.Expert) string
}

// profileParts is a compiled table, the weightiest first.
var profileParts = []profilePart{
	{"擅长领域", "最要紧：写清会修什么、会解决什么、用什么办法，难题就是和它比对的", func(e *catalog.Expert) string { return e.Expertise }},
	{"绝招绝技绝活", "写清名称和做法，别人没有的本事最容易对上", func(e *catalog.Expert) string { return skillsText(e.UniqueSkills) }},
	{"掌握的设备与工艺", "写型号和工序，如“数控车床”“激光焊”", func(e *catalog.Expert) string { return strings.Join(e.Equipment, "、") }},
	{"关键词", "三到八个，是检索时点得最多的词", func(e *catalog.Expert) string { return strings.Join(e.Keywords, "、") }},
	{"工种", "难题常常写明要哪个工种的人", func(e *catalog.Expert) string { return strings.Join(e.Occupations, "、") }},
	{"技术领域", "用于筛选", func(e *catalog.Expert) string { return catalog.Vocab("tech_field").Label(e.TechField) }},
	{"所在地区", "没有它，算不出离企业多远", func(e *catalog.Expert) string { return catalog.PlaceName(e.RegionCode) }},
	{"最近确认日期", "超过 12 个月没有确认，会提醒红娘资料可能过时", func(e *catalog.Expert) string { return e.LastConfirmedAt }},
}

func skillsText(skills []catalog.UniqueSkill) string {
	var names []string
	for _, s := range skills {
		names = append(names, s.Name)
	}
	return strings.Join(names, "、")
}

// BuildProfile looks at a person as the matcher does.
func BuildProfile(e *catalog.Expert, now time.Time) *Profile {
	p := &Profile{URL: RecordURL(catalog.KindExpert, e.Code), Edit: EditRecordURL(catalog.KindExpert, e.Code), Name: e.Name, Accepting: true, Soonest: now.In(beijing).AddDate(0, 0, 1).Format(time.DateOnly)}
	if a := e.Availability; a != nil {
		p.Accepting = a.Accepting
		if a.UnavailableUntil >= now.In(beijing).Format(time.DateOnly) {
			p.Until = a.UnavailableUntil
		}
	}
	for _, part := range profileParts {
		text := part.text(e)
		if part.label == "最近确认日期" && stale(text, now) {
			text = ""
		}
		if text == "" {
			p.Gaps = append(p.Gaps, Gap{part.label, part.why})
			continue
		}
		p.Sees = append(p.Sees, Item{Label: part.label, Text: []string{Shorten(text, 120)}})
	}
	p.Share = 100 * len(p.Sees) / len(profileParts)
	return p
}

// stale tells whether a date is more than twelve months ago, or none.
func stale(date string, now time.Time) bool {
	return date < now.In(beijing).AddDate(-1, 0, 0).Format(time.DateOnly)
}

// firstGap is what a person without open cases does best: complete his profile.
func firstGap(e *catalog.Expert, now time.Time) *NextThing {
	p := BuildProfile(e, now)
	if len(p.Gaps) == 0 {
		return nil
	}
	return &NextThing{Text: "补上“" + p.Gaps[0].Label + "”", URL: p.Edit, Why: p.Gaps[0].Why, Action: fmt.Sprintf("去补上（已写 %d%%）", p.Share)}
}
