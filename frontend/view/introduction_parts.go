package view

import (
	"slices"
	"strings"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// sentenceOf is what an error says to a person: its first field's sentence
// where there is one.
func sentenceOf(err error) string {
	if err == nil {
		return ""
	}
	e := errs.As(err)
	if len(e.Fields) > 0 {
		return e.Fields[0].Message
	}
	return e.Message
}

// history is newest first.
func history(in *brokering.Introduction) []Happening {
	var out []Happening
	for _, e := range slices.Backward(in.History) {
		h := Happening{At: minute(e.At), Who: e.Part.Label(), What: stepLabel(e.Step)}
		if e.Name != "" {
			h.Who += " " + e.Name
		}
		if e.To != e.From {
			h.To = e.To.Label()
		}
		words := []string{}
		if e.Reason != "" {
			words = append(words, "原因："+catalog.Vocab("decline_reason").Label(e.Reason))
		}
		if e.Note != "" {
			words = append(words, e.Note)
		}
		if text := invited(in, e); text != "" {
			words = append(words, "说的是："+text)
		}
		h.Words = strings.Join(words, "；")
		out = append(out, h)
	}
	return out
}

// invited is what the invited was told; nothing for who may not read the invitation.
func invited(in *brokering.Introduction, e brokering.Entry) string {
	for _, i := range in.Invitations {
		if e.Step == brokering.Invite && i.ID == e.Ref {
			return i.Text
		}
	}
	return ""
}

func messages(s brokering.Sight) []Message {
	var out []Message
	for _, m := range s.Introduction.Messages {
		who := m.From.Label()
		if m.Name != "" {
			who += " " + m.Name
		}
		out = append(out, Message{At: minute(m.At), Who: who, To: audienceLabels[m.To], Text: m.Text, Own: m.From == s.Part})
	}
	return out
}

// ReleaseRow says whether something is open between the two sides.
type ReleaseRow struct {
	What, Need string
	Open       bool
	State      string    // since when and by whom
	Form       *StepForm // one click opens it; for the own side
}

// releaseRows are what is open to whom, for each need and the current target.
func (m formMaker) releaseRows() []ReleaseRow {
	in := m.in()
	t, ok := in.CurrentTarget()
	if !ok {
		return nil
	}
	var out []ReleaseRow
	for _, n := range in.Needs {
		for _, c := range catalog.Vocab("release_kind").Choices {
			what := brokering.ReleaseKind(c.Key)
			row := ReleaseRow{What: c.Label, Open: opened(in.Opened(n.Code, t.Code), what), State: "未开放"}
			if len(in.Needs) > 1 {
				row.Need = n.Code
			}
			if row.Open {
				row.State = releasedBy(in, what, n.Code, t.Code)
			} else if m.oneClick(what, n) {
				row.Form = m.releaseForm(what, n.Code)
			}
			out = append(out, row)
		}
	}
	return out
}

// closedToOthers names what one click would open.
func closedToOthers(rows []ReleaseRow) string {
	var names []string
	for _, r := range rows {
		if r.Form != nil && !slices.Contains(names, r.What) {
			names = append(names, r.What)
		}
	}
	return strings.Join(names, "、")
}

func releasedBy(in *brokering.Introduction, what brokering.ReleaseKind, need, target string) string {
	for _, r := range in.Releases {
		if r.What == what && r.Need == need && (r.Target == target || r.Target == "") && r.EndedAt == nil {
			who := r.Part.Label()
			if r.Name != "" {
				who += " " + r.Name
			}
			return "已开放，" + minute(r.At) + "，" + who
		}
	}
	return "公开"
}

// oneClick: a side opens its own without a word, but for the NDA.
func (m formMaker) oneClick(what brokering.ReleaseKind, n brokering.NeedRef) bool {
	can := slices.ContainsFunc(m.sight.Steps, func(w brokering.Way) bool { return w.Step == brokering.ReleaseStep })
	return can && !m.staff() && m.own(what) && (n.Confidentiality != "nda" || what == brokering.ProviderContact)
}

func (m formMaker) releaseForm(what brokering.ReleaseKind, need string) *StepForm {
	return &StepForm{
		Step: string(brokering.ReleaseStep), What: "开放", URL: introductionURL(m.in().Code) + "/steps", Rev: m.in().Rev, Need: need,
		Fixed: []Hidden{{Name: "release.what", Value: string(what)}},
	}
}

// sections gathers parts of a page; empty ones are left out.
type sections []Section

func (out *sections) add(title string, items ...Item) {
	items = slices.DeleteFunc(items, func(i Item) bool {
		return len(i.Text) == 0 && len(i.Links) == 0 && len(i.List) == 0 && i.Table == nil
	})
	if len(items) > 0 {
		*out = append(*out, Section{Title: title, Items: items})
	}
}

// introductionFacts is what the case is about: the needs, who may help, his answers.
func introductionFacts(s brokering.Sight) []Section {
	var out sections
	in := s.Introduction
	for _, n := range in.Needs {
		out.add("需求 "+n.Code, needItems(s, n)...)
	}
	out.add("推荐对象", targetItems(s)...)
	for _, a := range in.Answers {
		out.add("三个问题的回答", plain("我们怎样帮", a.HowWeHelp), plain("还有什么不清楚", a.WhatUnclear), plain("我们是谁", a.AboutUs), plain("希望的合作方式", catalog.Vocab("cooperation_mode").Label(a.Cooperation)))
	}
	return out
}

// introductionSections is what came of the case by now.
func introductionSections(s brokering.Sight) []Section {
	var out sections
	add := out.add
	in := s.Introduction
	add("考察与会诊", tableItem("考察记录", visitTable(s)))
	add("帮扶", tableItem("帮扶记录", helpTable(s)))
	add("意向、合同与到账", contractItems(in)...)
	if in.Acceptance != nil {
		passed := "通过"
		if !in.Acceptance.Passed {
			passed = "没有通过"
		}
		add("验收", plain("日期", in.Acceptance.Date), plain("结果", passed), plain("结论", in.Acceptance.Conclusion), fileLinks(in, "附件", in.Acceptance.Files))
	}
	add("成效", tableItem("逐期成效", benefitTable(in)))
	add("成效阶梯（各级金额不同，不相加）", tableItem("金额", rungTable(s.Ladder)))
	add("附件", tableItem("文件", fileTable(in)))
	for _, r := range in.Ratings {
		add("评价", plain(r.Part.Label(), Thousands(r.Score)+" 分"), plain("好的地方", r.Positive), plain("不足之处", r.Negative))
	}
	return out
}

func plain(label, text string) Item {
	if text == "" {
		return Item{}
	}
	return Item{Label: label, Text: []string{text}}
}

func tableItem(label string, t *Table) Item {
	if t == nil || len(t.Rows) == 0 {
		return Item{}
	}
	return Item{Label: label, Table: t}
}

func needItems(s brokering.Sight, n brokering.NeedRef) []Item {
	items := []Item{
		{Label: "名称", Links: []Link{{Text: OrText(n.Title, "尚未开放"), URL: needURL(s, n)}}},
		plain("企业", OrText(n.OrgName, "尚未开放")), plain("保密级别", catalog.Vocab("confidentiality").Label(n.Confidentiality)),
	}
	for _, need := range s.Needs {
		if need.Code != n.Code {
			continue
		}
		items = append(items, plain("需求简介", need.SummaryPublic))
		if s.Part == brokering.Provider {
			items = append(items, plain("现状与问题", need.Background), plain("需求详情", need.Detail), plain("约束条件", need.Constraints), tableItem("主要技术指标", indicatorTable(need.Targets)))
		}
		items = append(items, contactItem("企业联系人", need.Contact), plain("现场地址", need.SiteAddress))
	}
	return items
}

// needURL: a provider may open the page of a need only when it is public.
func needURL(s brokering.Sight, n brokering.NeedRef) string {
	if s.Part == brokering.Provider && n.Confidentiality != "public" && n.Confidentiality != "summary_only" || n.Title == "" {
		return ""
	}
	return RecordURL(catalog.KindNeed, n.Code)
}

// contactItem has a line each for the name, the number and the address, so that
// none is broken in the middle.
func contactItem(label string, c *catalog.Contact) Item {
	it := Item{Label: label}
	if c == nil {
		return Item{}
	}
	for _, part := range []string{c.Name, c.Phone, c.Email} {
		if part != "" {
			it.Text = append(it.Text, part)
		}
	}
	return it
}

func targetItems(s brokering.Sight) []Item {
	var items []Item
	var others []Link
	for _, t := range s.Introduction.Targets {
		l := Link{Text: t.Name, URL: RecordURL(catalog.Kind(t.Kind), t.Code)}
		switch t.State {
		case brokering.Current:
			items = append(items, Item{Label: "现在的对象", Links: []Link{l}}, plain("单位", t.OrgName), plain("匹配度", bandLabel(t.Band)))
		case brokering.Waiting:
			others = append(others, Link{Text: l.Text + "（备选）", URL: l.URL})
		default:
			others = append(others, Link{Text: strings.TrimSuffix(l.Text+"（"+catalog.Vocab("decline_reason").Label(t.Reason), "（") + "，已结束）", URL: l.URL})
		}
	}
	broker := s.Introduction.Broker.Name
	if co := s.Introduction.CoBroker; co != nil {
		broker += "；服务方一侧：" + co.Name
	}
	return append(items, contactItem("联系方式", s.Contact), plain("经办红娘", broker), Item{Label: "其他对象", Links: others})
}
