package review

import (
	"fmt"
	"slices"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Rule is a rule of eligibility.
type Rule struct {
	Code string
	Text string // in Chinese, what is asked
	ok   func(f facts) bool
	why  func(f facts) string // in Chinese, what is missing and what to do
}

// facts are what eligibility depends on.
type facts struct {
	terms    Terms
	result   *catalog.Result
	unions   []string // of the result, its managing union and those above
	union    string   // that calls
	declared bool
}

func said(text string) func(facts) string { return func(facts) string { return text } }

// rules is a compiled table, in the order in which applicants are told.
var rules = []Rule{
	{"kind", "属于征集的成果类别", func(f facts) bool { return slices.Contains(f.terms.Kinds, f.result.ResultKind) }, func(f facts) string {
		return fmt.Sprintf("成果类别是“%s”，这次只征集%s；类别填错的请先更正成果。", label("result_kind", f.result.ResultKind), kindNames(f.terms.Kinds))
	}},
	{"area", "归征集单位所属的工会管", func(f facts) bool { return f.union == "" || slices.Contains(f.unions, f.union) }, said("成果不归征集单位所属的工会管，请向本地工会的征集申报。")},
	{"public", "成果已发布、可以公开", func(f facts) bool { _, ok := catalog.PublicView(f.result); return ok }, said("成果还没有发布或不公开；获奖要公示，涉密和内部的成果不能申报。")},
	{"completers", "写明完成人，署名都已确认", func(f facts) bool { return len(f.result.Completers) > 0 && len(f.result.Unconfirmed) == 0 }, said("成果没有写完成人，或还有完成人没有确认署名；请先补齐、请本人或工会确认。")},
	{"plan", "不是政府计划项目", func(f facts) bool {
		return !slices.Contains([]string{"county", "city", "province", "national"}, f.result.SourceProject)
	}, func(f facts) string {
		return fmt.Sprintf("任务来源是“%s”，列入各级政府计划的项目不参加评审。", label("source_project", f.result.SourceProject))
	}},
	{"rewarded", "没有获过奖", func(f facts) bool { return len(f.result.Awards) == 0 }, func(f facts) string {
		return fmt.Sprintf("成果已获“%s”，获过奖的不重复申报。", f.result.Awards[0].Name)
	}},
	{"period", "在规定期间完成或见效", inPeriod, func(f facts) string {
		return fmt.Sprintf("要求在%s完成，或有这一期间年度的效益；请核对成果的完成年月和效益年度。", f.terms.Period())
	}},
	{"frontline", "第一完成人是一线职工", func(f facts) bool {
		return !f.terms.Frontline || len(f.result.Completers) > 0 && f.result.Completers[0].IsFrontline
	}, said("第一完成人没有注明是一线职工；这次征集面向一线职工，请核对完成人一栏。")},
	{"applied", "经过实际应用", func(f facts) bool {
		return !slices.Contains([]string{"not_applied", "stopped"}, f.result.ApplicationStatus) && (f.result.ResultKind != "small_suggestion" || f.result.ApplicationStatus != "")
	}, said("成果没有应用或已经停用（小建议要注明应用情况）；五小成果要经过实际应用检验。")},
	{"declared", "申报人承诺真实、没有权属争议", func(f facts) bool { return f.declared }, said("请勾选承诺：材料真实，没有知识产权争议，完成人都同意申报。")},
}

// Rules lists the rules of eligibility, in the order in which they are told.
func Rules() []Rule { return slices.Clone(rules) }

// Finding is a rule that an application fails.
type Finding struct {
	Rule    string `json:"rule"`
	Message string `json:"message" doc:"In Chinese: what is missing and what to do"`
}

// check gives every rule that is failed.
func (f facts) check() []Finding {
	out := []Finding{}
	for _, r := range rules {
		if !r.ok(f) {
			out = append(out, Finding{Rule: r.Code, Message: r.why(f)})
		}
	}
	return out
}

// refuse turns findings into an error: errs.Invalid with a field for each rule.
func refuse(findings []Finding) error {
	var f errs.Faults
	for _, x := range findings {
		field := "result"
		if x.Rule == "declared" {
			field = "declared"
		}
		f.Add(field, "review.not_eligible."+x.Rule, x.Message, "")
	}
	return f.Err()
}

// inPeriod: completed in the months of the call, or a benefit in its years.
func inPeriod(f facts) bool {
	t, r := f.terms, f.result
	if t.From == "" && t.To == "" {
		return true
	}
	from, to := t.From, t.To
	if to == "" {
		to = "9999-12"
	}
	if r.EndMonth != "" && r.EndMonth >= from && r.EndMonth <= to {
		return true
	}
	return slices.ContainsFunc(r.Benefits, func(b catalog.Benefit) bool {
		year := fmt.Sprintf("%04d", b.Year)
		return b.AmountWan > 0 && year >= yearOf(from) && year <= yearOf(to)
	})
}

func yearOf(month string) string { return month[:min(4, len(month))] }

// Period is the period of a call in Chinese.
func (t Terms) Period() string {
	switch {
	case t.From == "" && t.To == "":
		return "任何时间"
	case t.To == "":
		return t.From + " 以来"
	case t.From == "":
		return t.To + " 以前"
	}
	return t.From + " 至 " + t.To + " 间"
}

func label(vocab, key string) string {
	if key == "" {
		return "未填"
	}
	return catalog.Vocab(vocab).Label(key)
}

func kindNames(kinds []string) string {
	var out []string
	for _, k := range kinds {
		out = append(out, catalog.Vocab("result_kind").Label(k))
	}
	return strings.Join(out, "、")
}
