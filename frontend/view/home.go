package view

import (
	"strings"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
)

// homeWaitsShown is how many things the first page names.
const homeWaitsShown = 5

// HomeWaits names what waits for somebody, cases first, and leads to the rest.
func HomeWaits(needs []*catalog.Need, cases []brokering.Line) []Link {
	var out []Link
	for _, l := range cases {
		text := "对接单 " + l.Code
		if len(l.Needs) > 0 && l.Needs[0].Title != "" {
			text = "对接《" + l.Needs[0].Title + "》"
		}
		if l.Next != nil && l.Next.What != "" {
			text += "：" + strings.TrimSpace(l.Next.What)
		}
		out = append(out, Link{Text: text, URL: introductionURL(l.Code)})
	}
	for _, n := range needs {
		switch n.Status {
		case "returned":
			out = append(out, Link{Text: "需求《" + n.Title + "》被退回，请修改后再提交", URL: EditNeedURL(n.Code)})
		case "expired":
			out = append(out, Link{Text: "需求《" + n.Title + "》已到期，请续期或撤回", URL: EditNeedURL(n.Code)})
		}
	}
	if len(out) > homeWaitsShown {
		out = append(out[:homeWaitsShown:homeWaitsShown], Link{Text: "全部在工作台", URL: TodayURL})
	}
	return out
}
