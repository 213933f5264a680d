package view

import (
	"strings"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/matcher"
)

func bandLabel(band string) string {
	if band == "" {
		return ""
	}
	return matcher.Band(band).Label()
}

func row(cells ...string) []Link {
	out := make([]Link, len(cells))
	for i, c := range cells {
		out[i] = Link{Text: c}
	}
	return out
}

func indicatorTable(targets []catalog.Target) *Table {
	t := &Table{Head: []string{"指标", "要求", "现状"}}
	for _, x := range targets {
		t.Rows = append(t.Rows, row(x.Name, strings.TrimSpace(catalog.Vocab("operator").Label(x.Op)+" "+number(x.Value)+" "+x.Unit), x.CurrentValue))
	}
	return t
}

// unopened stands for words that are not open to the viewer.
func unopened(s brokering.Sight, by brokering.Part, words string) string {
	party := s.Part == brokering.Enterprise || s.Part == brokering.Provider
	if party && by != s.Part && words == "" {
		return "联系方式开放后可见"
	}
	return words
}

func visitTable(s brokering.Sight) *Table {
	in := s.Introduction
	t := &Table{Head: []string{"日期", "方式", "地点", "参加人员", "记录", "附件"}}
	for _, v := range in.Visits {
		cells := row(v.Date, catalog.Vocab("visit_kind").Label(v.Kind), v.Place, strings.Join(v.Attendees, "、"), unopened(s, v.Part, v.Findings))
		t.Rows = append(t.Rows, append(cells, firstFile(in, v.Files)))
	}
	return t
}

func helpTable(s brokering.Sight) *Table {
	in := s.Introduction
	t := &Table{Head: []string{"日期", "方式", "工匠或专家", "难题", "培训人次", "确认"}}
	for _, h := range in.Helps {
		problem, confirmed := unopened(s, h.Part, h.Problem), "待企业或红娘确认"
		if h.ProblemSolved {
			problem += "（已解决）"
		}
		if h.ConfirmedAt != nil {
			confirmed = h.ConfirmedBy.Label() + "，" + day(*h.ConfirmedAt)
		}
		t.Rows = append(t.Rows, row(h.Date, catalog.Vocab("help_kind").Label(h.Kind), strings.Join(h.Persons, "、"), problem, Thousands(h.PeopleTrained), confirmed))
	}
	return t
}

// contractItems are what was signed, registered and paid.
func contractItems(in *brokering.Introduction) []Item {
	var items []Item
	if i := in.Intent; i != nil {
		items = append(items, plain("意向日期", i.Date), plain("意向金额", wanOr(int64(i.Fen), "未定")), plain("意向内容", i.Content), fileLinks(in, "意向书", i.Files))
	}
	c := in.Contract
	if c == nil {
		return items
	}
	kind := catalog.Vocab("contract_type").Label(c.Type)
	if c.Subtype != "" {
		kind += " · " + catalog.Vocab("contract_subtype").Label(c.Subtype)
	}
	items = append(items, plain("项目名称", c.ProjectName), plain("合同类别", kind), plain("签订日期", c.SignDate), plain("合同成交总金额", Wan(int64(c.Fen))),
		plain("技术交易额", wanOr(int64(c.TechFen), "")), plain("买方", c.Buyer.Name), plain("卖方", c.Seller.Name), plain("技术领域", catalog.Vocab("tech_field").Label(c.TechField)),
		plain("支付方式", catalog.Vocab("payment_method").Label(c.Payment)), plain("涉及知识产权", catalog.Vocab("contract_ip").Label(c.IPKind)),
		plain("预计新增投入", wanOr(int64(c.NewInputFen), "")), plain("预计新增产值", wanOr(int64(c.NewOutputFen), "")), fileLinks(in, "合同文本", c.Files))
	if r := c.Registration; r != nil {
		items = append(items, plain("认定登记", strings.TrimSpace(catalog.Vocab("registration_verdict").Label(r.Verdict)+" "+r.No)), plain("登记机构", r.Office), plain("核定技术交易额", wanOr(int64(r.Fen), "")))
	}
	return append(items, tableItem("到账", paymentTable(in)))
}

func wanOr(fen int64, other string) string {
	if fen == 0 {
		return other
	}
	return Wan(fen)
}

func paymentTable(in *brokering.Introduction) *Table {
	t := &Table{Head: []string{"日期", "到账金额", "登记人", "凭证"}}
	for _, p := range in.Contract.Payments {
		t.Rows = append(t.Rows, append(row(p.Date, Wan(int64(p.Fen)), p.Part.Label()), firstFile(in, []string{p.File})))
	}
	return t
}

func benefitTable(in *brokering.Introduction) *Table {
	t := &Table{Head: []string{"编号", "期间", "类别", "受益方", "自报", "核实", "状态", "怎样算的", "证明", "职工奖励"}}
	for _, b := range in.Benefits {
		claimed, verified, reward := Wan(int64(b.Fen)), wanOr(int64(b.VerifiedFen), "—"), "—"
		if b.Fen == 0 {
			claimed = strings.TrimSpace(number(b.Quantity) + " " + b.Unit)
		}
		if b.Reward != nil {
			reward = "应发 " + FenText(int64(b.Reward.Owed), 2) + " 元，已发 " + FenText(int64(b.Reward.Paid()), 2) + " 元"
		}
		cells := row(b.ID, b.Period, catalog.Vocab("case_benefit_kind").Label(b.Kind), catalog.Vocab("beneficiary").Label(b.Beneficiary), claimed, verified,
			catalog.Vocab("benefit_status").Label(string(b.Status)), b.Method)
		t.Rows = append(t.Rows, append(cells, firstFile(in, b.Evidence), Link{Text: reward}))
	}
	return t
}

// rungTable shows every rung with its own amount; nothing adds them up.
func rungTable(l brokering.Ladder) *Table {
	t := &Table{Head: []string{"级", "金额", "说明"}}
	if l.IntentCases > 0 {
		t.Rows = append(t.Rows, row("意向", Wan(int64(l.Intent)), "双方的愿望，不是合同"))
	}
	if l.ContractCases > 0 {
		t.Rows = append(t.Rows, row("合同", Wan(int64(l.Contract)), "合同成交总金额"))
	}
	if l.RegisteredCases > 0 {
		t.Rows = append(t.Rows, row("登记", Wan(int64(l.Registered)), "核定技术交易额"))
	}
	if l.ReceivedCases > 0 {
		t.Rows = append(t.Rows, row("到账", Wan(int64(l.Received)), "实际收到的"))
	}
	for _, b := range l.Benefits {
		t.Rows = append(t.Rows, row("见效 · "+catalog.Vocab("case_benefit_kind").Label(b.Kind), Wan(int64(b.Verified)), "已核实；自报 "+Wan(int64(b.Claimed))))
	}
	if l.RewardOwed > 0 || l.RewardPaid > 0 {
		t.Rows = append(t.Rows, row("职工奖励", FenText(int64(l.RewardPaid), 2)+" 元", "已发；应发 "+FenText(int64(l.RewardOwed), 2)+" 元"))
	}
	return t
}

func fileTable(in *brokering.Introduction) *Table {
	t := &Table{Head: []string{"编号", "文件", "大小", "给谁看", "上传"}}
	for _, a := range in.Attachments {
		cells := row(a.ID, "", FileSize(a.Size), audienceLabels[a.Visibility], a.Part.Label()+"，"+minute(a.At))
		cells[1] = Link{Text: a.Name, URL: fileURL(in, a.ID)}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// FileSize writes a size for people.
func FileSize(bytes int64) string {
	if bytes < 1<<20 {
		return Thousands(int(max(1, bytes>>10))) + " KB"
	}
	return number(float64(bytes*10>>20)/10) + " MB"
}

func fileURL(in *brokering.Introduction, id string) string {
	return introductionURL(in.Code) + "/files/" + id
}

// firstFile links to the files of a row: the first by name, with how many more.
func firstFile(in *brokering.Introduction, ids []string) Link {
	links := fileLinks(in, "", ids).Links
	switch len(links) {
	case 0:
		return Link{Text: "—"}
	case 1:
		return links[0]
	}
	return Link{Text: links[0].Text + " 等 " + Thousands(len(links)) + " 件", URL: links[0].URL}
}

func fileLinks(in *brokering.Introduction, label string, ids []string) Item {
	item := Item{Label: label}
	for _, id := range ids {
		for _, a := range in.Attachments {
			if a.ID == id {
				item.Links = append(item.Links, Link{Text: a.Name, URL: fileURL(in, id)})
			}
		}
	}
	return item
}
