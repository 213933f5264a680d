// Package figures is the numbers that leaders sign: what each number counts, in
// one place, and a Book that answers them at once.
//
// A Book holds of every record and introduction the few columns that numbers
// need, is filled in the background of the start and kept current from the
// feeds; it can always be thrown away. Every number is the length, or the sum,
// of a list of records, and the same walk over the Book gives both: a number
// and the records behind it cannot differ. Numbers lists the definitions;
// docs/figures.md is printed from it.
package figures

import "strings"

// Unit says what a number is counted in.
type Unit string

// The units.
const (
	Needs   Unit = "项"
	Firms   Unit = "家"
	Cases   Unit = "件"
	People  Unit = "人"
	Times   Unit = "人次"
	Items   Unit = "个"
	Fen     Unit = "分" // shown as 万元
	Days    Unit = "天"
	Percent Unit = "%"
)

// Number defines one number.
type Number struct {
	Key     string `json:"key" doc:"Names the number in addresses and answers"`
	Term    string `json:"term" doc:"In Chinese, as every page and report says it"`
	Counts  string `json:"counts" doc:"What is counted"`
	Period  string `json:"period" doc:"Which date decides"`
	Subtree string `json:"subtree" doc:"Whose records count"`
	Source  string `json:"source" doc:"Where it is kept"`
	Unit    Unit   `json:"unit"`
}

// The rules that many numbers share, in the words of the definitions.
const (
	arrivedRule  = "这一步第一次发生的日期；选“本期登记的需求走到哪一步”时为需求登记入库的日期"
	needUnion    = "主管工会（没写的按所属单位）在所选工会或其下级"
	caseUnion    = "主办方或协办方红娘的工会在所选工会或其下级；两级都算，各算一次，不同工会的数不能相加"
	needSource   = "需求与它的对接单"
	caseSource   = "对接单"
	happenedRule = "发生的日期"
	nowRule      = "现在，不分时期"
)

// Numbers lists every definition, in the order of docs/figures.md.
func Numbers() []Number {
	out := funnelNumbers()
	for _, more := range [][]Number{ladderNumbers(), coverageNumbers(), workNumbers(), frontlineNumbers(), fourNumbers(), stockNumbers()} {
		out = append(out, more...)
	}
	return out
}

// Now tells whether the number is of today, whatever the period.
func (n Number) Now() bool { return n.Period == nowRule }

// Decides says in Chinese which date decides whether a record counts, in one
// selection.
func (n Number) Decides(sel Selection) string {
	if n.Period != arrivedRule {
		return n.Period
	}
	if !sel.Happened {
		return "需求登记入库的日期；走到哪一步，算到今天"
	}
	return n.dates(sel)
}

// dates says what the days of the records behind the number are; "" where they
// have none.
func (n Number) dates(sel Selection) string {
	family, rest, _ := strings.Cut(n.Key, ".")
	switch family {
	case "funnel", "firms":
		if s := stageOf(rest); sel.Happened && s != Arrived {
			return "第一次" + s.Label() + "的日期"
		}
		return "登记入库的日期"
	case "ladder":
		switch rest { // of several in the period the last
		case "received", "payments":
			return "到账日期"
		case "rewarded":
			return "发放日期"
		}
	case "work":
		switch rest {
		case "open":
			return "开单日期"
		case "late", "stuck":
			return "办理期限"
		}
	case "coverage":
		if rest == "idle" || rest == "unasked" {
			return ""
		}
		return "推荐的日期"
	}
	return n.Period
}

// NumberOf finds a definition; false when there is none of that key.
func NumberOf(key string) (Number, bool) {
	for _, n := range Numbers() {
		if n.Key == key {
			return n, true
		}
	}
	return Number{}, false
}
