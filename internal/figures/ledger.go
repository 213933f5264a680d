package figures

import (
	"cmp"
	"slices"
	"strings"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// LedgerKind names one of the ledgers (台账).
type LedgerKind string

// The ledgers.
const (
	NeedLedger   LedgerKind = "needs"
	ResultLedger LedgerKind = "results"
	PeopleLedger LedgerKind = "people"
	CaseLedger   LedgerKind = "introductions"
	HelpLedger   LedgerKind = "helps"
)

// LedgerKinds lists the ledgers.
func LedgerKinds() []LedgerKind {
	return []LedgerKind{NeedLedger, ResultLedger, PeopleLedger, CaseLedger, HelpLedger}
}

// Title is the name of the ledger.
func (k LedgerKind) Title() string {
	return map[LedgerKind]string{NeedLedger: "需求台账", ResultLedger: "成果台账", PeopleLedger: "人才台账", CaseLedger: "对接台账", HelpLedger: "劳模工匠助企行台账"}[k]
}

// Column is a column of a ledger.
type Column struct {
	Title string `json:"title"`
	Width int    `json:"width" doc:"In characters"`
	Sum   bool   `json:"number" doc:"Whether its values are numbers"`
}

// Cell is one value: text, or a number; Kind and Code name the record it is of.
type Cell struct {
	Text   string  `json:"text,omitempty"`
	Number float64 `json:"number,omitempty"`
	Is     bool    `json:"is_number,omitempty" doc:"Whether it is a number, 0 too"`
	Kind   string  `json:"kind,omitempty"`
	Code   string  `json:"code,omitempty"`
}

// Ledger is a table of records, one a row; a row has a cell for every column.
type Ledger struct {
	Kind    LedgerKind `json:"kind"`
	Title   string     `json:"title"`
	Note    string     `json:"note" doc:"What is in it, in Chinese"`
	Columns []Column   `json:"columns"`
	Rows    [][]Cell   `json:"rows"`

	Total int `json:"-"` // how many rows there are, shown or not
}

// ledgerLine is a row that is made when it is shown, of one of these.
type ledgerLine struct {
	code   string
	need   *needFact
	result *resultFact
	person *personFact
	from   *caseFact
}

func (l *lens) row(line ledgerLine) []Cell {
	switch {
	case line.need != nil:
		return l.needRow(line.need)
	case line.result != nil:
		return resultRow(line.result)
	case line.person != nil:
		return l.personRow(line.person)
	}
	return l.caseRow(line.from)
}

func byCode(a, b ledgerLine) int { return cmp.Compare(a.code, b.code) }

// Ledger gives a ledger of a selection, in order of codes; most is how many rows
// are wanted, 0 gives all. Errors: those of a selection, NotFound.
func (b *Book) Ledger(scope Scope, sel Selection, kind LedgerKind, most int) (Ledger, error) {
	if !slices.Contains(LedgerKinds(), kind) {
		return Ledger{}, errs.New(errs.NotFound, "figures.no_ledger", "没有这种台账。请从“报表和台账”里选；接口可用的是 needs（需求）、results（成果）、people（人才）、introductions（对接）、helps（助企行）。")
	}
	l, done, err := b.look(scope, sel)
	if err != nil {
		return Ledger{}, err
	}
	defer done()
	out := Ledger{Kind: kind, Title: kind.Title(), Rows: [][]Cell{}}
	if kind == HelpLedger {
		l.helpLedger(&out)
		out.Total = len(out.Rows)
		return out, nil
	}
	lines := first[ledgerLine]{most: most, order: byCode}
	switch kind {
	case NeedLedger:
		l.needLedger(&out, lines.add)
	case ResultLedger:
		l.resultLedger(&out, lines.add)
	case PeopleLedger:
		l.peopleLedger(&out, lines.add)
	default:
		l.caseLedger(&out, lines.add)
	}
	for _, line := range lines.sorted() {
		out.Rows = append(out.Rows, l.row(line))
	}
	out.Total = lines.seen
	return out, nil
}

func columns(spec string) []Column {
	var out []Column
	for _, title := range strings.Fields(spec) {
		width := 12
		switch title {
		case "需求名称", "成果名称", "解决的难题", "职工身份存疑":
			width = 36
		case "企业", "单位", "完成单位", "完成人", "人员", "荣誉", "工种":
			width = 24
		}
		number := strings.HasSuffix(title, "（万元）") || strings.HasSuffix(title, "（天）") || strings.HasSuffix(title, "次数") || strings.HasSuffix(title, "人次") || title == "服务企业" || title == "解决难题"
		out = append(out, Column{Title: title, Width: width, Sum: number})
	}
	return out
}

func text(s string) Cell             { return Cell{Text: s} }
func link(kind, code, s string) Cell { return Cell{Text: s, Kind: kind, Code: code} }
func whole(n int) Cell               { return Cell{Number: float64(n), Is: true} }
func wan(fen int64) Cell             { return Cell{Number: float64(fen) / 1e6, Is: fen != 0} }
func dayCell(d Day) Cell             { return Cell{Text: d.String()} }
func label(vocab, key string) Cell   { return Cell{Text: catalog.Vocab(vocab).Label(key)} }

func yes(b bool) Cell {
	if b {
		return text("是")
	}
	return text("")
}

func (l *lens) needLedger(out *Ledger, add func(ledgerLine)) {
	out.Note = "收到日期在本期内的需求，各步骤为第一次发生的日期。"
	out.Columns = columns("编号 需求名称 企业 规模 所有制 地区 行业 需求类型 状态 收到 匹配 推荐 有意向 签约 登记 到账 见效")
	l.eachNeed(func(n *needFact) {
		if !l.sel.Period.Holds(n.reached[Arrived]) {
			return
		}
		add(ledgerLine{code: n.code, need: n})
	})
}

func (l *lens) needRow(n *needFact) []Cell {
	org := l.tree.org(n.firm)
	row := []Cell{
		link("need", n.code, n.code), link("need", n.code, n.title), text(l.firmName(n)), label("organisation_size", org.size), label("ownership", org.ownership),
		text(catalog.PlaceName(n.region)), text(catalog.IndustryName(n.industry)), label("need_type", n.sort), label("need_status", n.status),
	}
	for s := Arrived; s < stages; s++ {
		row = append(row, dayCell(n.reached[s]))
	}
	return row
}

func (l *lens) resultLedger(out *Ledger, add func(ledgerLine)) {
	out.Note = "登记入库日期在本期内、已发布的成果。经济效益为登记数，各年度、各类别之和，只作参考。"
	out.Columns = columns("编号 成果名称 成果类别 完成人 完成单位 地区 完成年月 任务来源 应用情况 一线主体 一线问题 一线转化 经济效益（万元） 职工身份存疑 入库")
	l.eachResult(func(r *resultFact) {
		add(ledgerLine{code: r.code, result: r})
	})
}

func resultRow(r *resultFact) []Cell {
	return []Cell{
		link("result", r.code, r.code), link("result", r.code, r.title), label("result_kind", r.kind), text(r.people), text(r.orgs), text(catalog.PlaceName(r.region)), text(r.ended),
		label("source_project", r.source), label("application_status", r.applied), yes(r.subject), yes(r.problem), yes(r.used), {Number: r.benefitWan, Is: r.benefitWan != 0},
		text(r.suspicions), dayCell(r.created),
	}
}

func (l *lens) peopleLedger(out *Ledger, add func(ledgerLine)) {
	out.Note = "登记入库日期在本期内、已发布的专家工匠。邀约次数为至今全部。"
	out.Columns = columns("编号 姓名 人员类别 单位 地区 技能等级 工种 荣誉 已服务次数 被邀约次数 最近确认 入库")
	l.eachPerson(func(p *personFact) {
		if !l.sel.Period.Holds(p.created) {
			return
		}
		add(ledgerLine{code: p.code, person: p})
	})
}

func (l *lens) personRow(p *personFact) []Cell {
	var kinds []string
	for _, k := range p.kinds {
		kinds = append(kinds, catalog.Vocab("person_kind").Label(k))
	}
	return []Cell{
		link("expert", p.code, p.code), link("expert", p.code, p.name), text(strings.Join(kinds, "、")), text(p.employer), text(catalog.PlaceName(p.region)), label("skill_level", p.skill),
		text(strings.Join(p.trades, "、")), text(strings.Join(p.honours, "、")), whole(p.services), whole(l.asked[p.code]), dayCell(p.confirmed), dayCell(p.created),
	}
}

func (l *lens) caseLedger(out *Ledger, add func(ledgerLine)) {
	out.Note = "本期内新开、办结或有金额发生的对接单。金额为本期发生额，各列不相加；核实效益按类别有重叠，只列各类别中最大的一项。"
	out.Columns = columns("编号 需求名称 企业 地区 人员 阶段 红娘 开单 推荐 有意向 意向（万元） 合同（万元） 登记（万元） 到账（万元） 核实效益（万元） 办结 结果 超期（天）")
	l.eachCase(func(c *caseFact) {
		if l.sel.Period.Holds(c.begun) || l.sel.Period.Holds(c.closed) || slices.ContainsFunc(c.gains, l.moves) {
			add(ledgerLine{code: c.code, from: c})
		}
	})
}

// moves tells whether something was gained in the period. A reward that is owed
// comes with the benefit that it is owed on.
func (l *lens) moves(g gain) bool {
	return l.sel.Period.Holds(g.on) && (g.Rung != brokering.RewardedRung || g.Fen > 0)
}

func (l *lens) caseRow(c *caseFact) []Cell {
	ladder := brokering.Ladder{}
	ladder.Climb(l.gained(c, nil))
	var titles, firms []string
	var reached Reached
	for _, n := range c.needs {
		titles, firms = append(titles, n.title), append(firms, n.firmName)
		reached.join(n.reached)
	}
	target, most := "", brokering.VerifiedFen(0)
	for _, t := range c.targets {
		if t.current || target == "" {
			target = t.name
		}
	}
	for _, r := range ladder.Benefits {
		most = max(most, r.Verified)
	}
	late := Cell{}
	if l.caseIs("late", c) {
		late = whole(c.daysLate(l.Today()))
	}
	return []Cell{
		link("introduction", c.code, c.code), link("introduction", c.code, strings.Join(titles, "；")), text(strings.Join(slices.Compact(firms), "；")), text(catalog.PlaceName(c.region)), text(target),
		text(c.stage.Label()), text(c.broker.Name), dayCell(c.begun), dayCell(reached[Introduced]), dayCell(reached[Interested]),
		wan(int64(ladder.Intent)), wan(int64(ladder.Contract)), wan(int64(ladder.Registered)), wan(int64(ladder.Received)), wan(int64(most)), dayCell(c.closed), label("outcome_kind", c.outcome), late,
	}
}

func (l *lens) helpLedger(out *Ledger) {
	out.Note = "帮扶日期在本期内、企业或红娘确认过的帮扶记录。“服务企业”“解决难题”在每家企业、每个难题的第一条记录上计 1。"
	out.Columns = columns("日期 对接单 企业 地区 帮扶方式 人员 解决的难题 选派人次 服务企业 解决难题 培训人次")
	four := l.four()
	for _, line := range four.Behind {
		h := l.helpEntry(line)
		out.Rows = append(out.Rows, []Cell{
			text(h.Date), link("introduction", h.Introduction, h.Introduction), text(h.FirmName), text(catalog.PlaceName(h.Region)), label("help_kind", h.HelpLine.Kind), text(strings.Join(h.Persons, "、")), text(h.Problem),
			whole(h.Craftsmen), whole(h.Enterprises), whole(h.Problems), whole(h.Trained),
		})
	}
	slices.SortStableFunc(out.Rows, func(a, b []Cell) int {
		return cmp.Or(cmp.Compare(a[0].Text, b[0].Text), cmp.Compare(a[1].Code, b[1].Code))
	})
	sum := []Cell{text("合计"), {}, {}, {}, {}, {}, {}, whole(four.Craftsmen), whole(four.Enterprises), whole(four.Problems), whole(four.Trained)}
	out.Rows = append(out.Rows, sum)
}
