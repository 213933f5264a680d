package view

import (
	"time"

	"hongniang/internal/catalog"
)

// OwnNeeds is the list of needs that one enters and looks after.
type OwnNeeds struct {
	Needs     []OwnNeed
	Done      string
	ShowFirms bool // to whom enters needs for several
}

// OwnNeed is one line of the list.
type OwnNeed struct {
	Code, Title, URL, Edit, Status, Until, Reason string
	Firm                                          string
	Waits                                         bool // for the one who entered it
	Soon                                          bool // its time is over soon
}

// BuildOwnNeeds makes the list.
func BuildOwnNeeds(needs []*catalog.Need, done string, now time.Time) OwnNeeds {
	out := OwnNeeds{}
	if rule, err := catalog.NeedRuleOf(catalog.NeedStepKind(done)); done != "" && err == nil {
		out.Done = "已办理：" + rule.What + "。"
	}
	for _, n := range needs {
		line := OwnNeed{Code: n.Code, Title: n.Title, URL: RecordURL(catalog.KindNeed, n.Code), Edit: EditNeedURL(n.Code), Status: catalog.Vocab("need_status").Label(n.Status), Until: n.ValidTo, Firm: OrText(n.EnterpriseName, n.EnterpriseCode)}
		line.Waits = n.Status == "draft" || n.Status == "returned" || n.Status == "expired"
		open := catalog.Sought(n.Status)
		line.Soon = open && n.ValidTo != "" && n.ValidTo <= catalog.Day(now.AddDate(0, 0, soonDays))
		if last := len(n.Steps) - 1; n.Status == "returned" && last >= 0 {
			line.Reason = n.Steps[last].Reason
		}
		out.Needs = append(out.Needs, line)
	}
	return out
}
