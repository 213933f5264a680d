package view

import (
	"fmt"
	"slices"
	"strings"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
)

// options gives the choices of a field.
func (m formMaker) options(kind brokering.StepKind, spec stepField) []FormOption {
	switch {
	case spec.vocab != "":
		return vocabularyOptions(spec)
	case spec.kind == inFiles || spec.kind == inFile:
		var out []FormOption
		for _, a := range m.in().Attachments {
			out = append(out, FormOption{Value: a.ID, Label: a.Name + "（" + a.ID + "）"})
		}
		return out
	case spec.kind == inYesNo:
		return choose("yes", "通过", "no", "没有通过，继续整改")
	case spec.kind != inChoice:
		return nil
	}
	switch spec.name {
	case "id":
		return choose(m.records(kind)...)
	case "to":
		return m.audiences(m.in().MayAddressParties(m.sight.Part, ""))
	case "visibility":
		return m.audiences(true) // a file for both sides waits for their releases
	case "need":
		return m.needs()
	case "release.what":
		return choose(m.closed()...)
	case "next_action.who":
		return choose(string(brokering.Staff), "红娘", string(brokering.Enterprise), "企业", string(brokering.Provider), "服务方")
	case "verdict.status":
		return choose(string(brokering.Verified), "已核实", string(brokering.Disputed), "有争议")
	case "benefit.reward.basis_points":
		return choose("100", "1%", "200", "2%", "300", "3%", "400", "4%", "500", "5%")
	case "rating.score":
		return choose("5", "5 分：很满意", "4", "4 分", "3", "3 分", "2", "2 分", "1", "1 分：很不满意")
	}
	return nil
}

// choose makes options of pairs, behind an empty one where nobody chose yet.
func choose(pairs ...string) []FormOption {
	out := []FormOption{{Label: "请选择"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, FormOption{Value: pairs[i], Label: pairs[i+1]})
	}
	return out
}

func vocabularyOptions(spec stepField) []FormOption {
	var pairs []string
	for _, c := range catalog.Vocab(spec.vocab).Choices {
		if spec.name == "outcome" && c.Key == "none" {
			continue
		}
		pairs = append(pairs, c.Key, c.Label)
	}
	out := choose(pairs...)
	if spec.vocab == "contract_subtype" {
		for i := range out {
			out[i].Group = subtypeGroup(out[i].Value)
		}
	}
	return out
}

// subtypeGroup names the type that a subtype of a contract belongs to.
func subtypeGroup(subtype string) string {
	_, last, _ := cutLast(subtype, "_")
	return map[string]string{"development": "技术开发", "transfer": "技术转让", "license": "技术许可", "service": "技术服务"}[last]
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// records are what a step changes one of.
func (m formMaker) records(kind brokering.StepKind) []string {
	var out []string
	switch kind {
	case brokering.ConfirmHelp:
		for _, h := range m.in().Helps {
			if h.ConfirmedAt == nil {
				out = append(out, h.ID, h.Date+" "+catalog.Vocab("help_kind").Label(h.Kind)+" "+strings.Join(h.Persons, "、"))
			}
		}
	case brokering.JudgeBenefit:
		for _, b := range m.in().Benefits {
			out = append(out, b.ID, BenefitLine(b))
		}
	case brokering.PayReward:
		for _, b := range m.in().Benefits {
			if b.Reward != nil && b.Status == brokering.Verified {
				out = append(out, b.ID, BenefitLine(b)+"，应发 "+FenText(int64(b.Reward.Owed), 2)+" 元")
			}
		}
	case brokering.WithdrawRelease:
		for _, r := range m.in().Releases {
			if r.EndedAt == nil && m.own(r.What) {
				out = append(out, r.ID, catalog.Vocab("release_kind").Label(string(r.What)))
			}
		}
	}
	return out
}

// own tells whether the viewer may open or close that.
func (m formMaker) own(what brokering.ReleaseKind) bool {
	return m.staff() || (m.sight.Part == brokering.Provider) == (what == brokering.ProviderContact)
}

// closed are the releases that the viewer may still make; where there are
// several needs, which is whose the form asks.
func (m formMaker) closed() []string {
	var out []string
	t, _ := m.in().CurrentTarget()
	for _, c := range catalog.Vocab("release_kind").Choices {
		what := brokering.ReleaseKind(c.Key)
		done := !slices.ContainsFunc(m.in().Needs, func(n brokering.NeedRef) bool { return !opened(m.in().Opened(n.Code, t.Code), what) })
		if m.own(what) && !done {
			out = append(out, c.Key, c.Label)
		}
	}
	return out
}

func opened(o brokering.Opened, what brokering.ReleaseKind) bool {
	switch what {
	case brokering.NeedName:
		return o.Name
	case brokering.NeedContact:
		return o.Contact
	case brokering.NeedDetail:
		return o.Detail
	}
	return o.Provider
}

func (m formMaker) needs() []FormOption {
	var pairs []string
	for _, n := range m.in().Needs {
		pairs = append(pairs, n.Code, strings.TrimSpace(n.Code+" "+n.Title))
	}
	return choose(pairs...)
}

var audienceLabels = map[brokering.Audience]string{
	brokering.ToBrokers: "只给红娘", brokering.ToEnterprise: "企业和红娘", brokering.ToProvider: "服务方和红娘", brokering.ToParties: "双方和红娘",
}

// audiences are those to whom the viewer may speak.
func (m formMaker) audiences(parties bool) []FormOption {
	all := []brokering.Audience{brokering.ToBrokers}
	if parties {
		all = append(all, brokering.ToParties)
	}
	if m.staff() {
		all = append(all, brokering.ToEnterprise, brokering.ToProvider)
	}
	var out []FormOption
	for _, a := range all {
		out = append(out, FormOption{Value: string(a), Label: audienceLabels[a]})
	}
	return out
}

// BenefitLine says in one line what a benefit is.
func BenefitLine(b brokering.Benefit) string {
	amount := Wan(int64(b.Fen))
	if b.Fen == 0 {
		amount = strings.TrimSpace(number(b.Quantity) + " " + b.Unit)
	}
	return fmt.Sprintf("%s %s（%s）%s，%s", b.Period, catalog.Vocab("case_benefit_kind").Label(b.Kind), catalog.Vocab("beneficiary").Label(b.Beneficiary), amount,
		catalog.Vocab("benefit_status").Label(string(b.Status)))
}
