package review

import (
	"slices"
	"strings"
	"time"

	"hongniang/internal/constraint"
	"hongniang/internal/zh"
)

// Conflict is why a juror must not judge an application.
type Conflict string

// The conflicts.
const (
	Applied  Conflict = "applicant" // handed it in
	Named    Conflict = "completer" // is named as one who did it, or has his name
	OwnGroup Conflict = "own_group" // same organisation, or one of its group
	Studio   Conflict = "studio"    // same studio
	Family   Conflict = "family"    // a relative is named
	Recused  Conflict = "recused"   // he, or staff, said so
)

// Label is the conflict in Chinese.
func (c Conflict) Label() string {
	return map[Conflict]string{
		Applied: "本人申报", Named: "本人（或同名的人）是完成人", OwnGroup: "同单位或同集团", Studio: "同一工作室", Family: "亲属是完成人", Recused: "已声明回避",
	}[c]
}

// Conflicts gives every reason why the juror must not judge the application;
// none: he may. orgs knows which organisations are one group.
func Conflicts(j Juror, e Entry, orgs *constraint.Organisations, now time.Time) []Conflict {
	var out []Conflict
	when := func(c Conflict, is bool) {
		if is {
			out = append(out, c)
		}
	}
	when(Applied, j.User != "" && j.User == e.Applicant.User || j.Person != "" && j.Person == e.Applicant.Expert)
	when(Named, slices.ContainsFunc(e.Subject.People, func(a Author) bool {
		return j.Person != "" && a.Expert == j.Person || sameName(a.Name, j.Name)
	}))
	bars := orgs.Case(constraint.Need{Enterprise: j.Orgs}, now).Bars(constraint.Party{Orgs: e.Subject.Orgs, Consent: true})
	when(OwnGroup, slices.Contains(bars, constraint.OwnGroup))
	when(Studio, slices.ContainsFunc(j.Studios, func(code string) bool { return code != "" && slices.Contains(e.Subject.Studios, code) }))
	when(Family, slices.ContainsFunc(e.Subject.People, func(a Author) bool {
		return slices.ContainsFunc(j.Relatives, func(name string) bool { return sameName(name, a.Name) })
	}))
	when(Recused, slices.ContainsFunc(e.Recusals, func(r Recusal) bool { return r.Juror == j.User }))
	return out
}

// sameName compares names without blanks and width.
func sameName(a, b string) bool {
	fold := func(s string) string { return strings.Join(strings.Fields(zh.Fold(s)), "") }
	return fold(a) != "" && fold(a) == fold(b)
}
