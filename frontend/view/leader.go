package view

import (
	"fmt"
	"net/url"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/figures"
)

// Leader is the leader's one page.
type Leader struct {
	Title   string
	Scope   string
	Filter  FigureFilter
	Problem string
	Tiles   []Tile
	Parts   []FigurePart
	Reports string
	Month   Link // the month's report
}

// FigureFilter is the form over the figures.
type FigureFilter struct {
	Action   string
	Quick    []Link
	From, To string
	Region   string // name or code, as typed
	Unions   []FormOption
	Trades   []FormOption
	// Bases are the two ways of counting, of which one is current; Counted says in a
	// sentence what it is, Basis is its name in an address, "" for the usual one.
	Bases          []Link
	Counted, Basis string
	Bys            []FormOption
	Faults         map[string]string
}

// FigureQuestion is what was asked, and of whom.
type FigureQuestion struct {
	Values url.Values // as typed
	Sel    figures.Selection
	By     figures.By
	Unions []figures.UnionChoice
	Today  figures.Day
}

// BuildFilter shows the form as it was sent.
func BuildFilter(action string, q FigureQuestion, faults map[string]string) FigureFilter {
	f := FigureFilter{Action: action, From: q.Values.Get("from"), To: q.Values.Get("to"), Region: q.Values.Get("region"), Faults: faults}
	if q.Sel.Period.From != 0 {
		f.From = q.Sel.Period.From.String()
	}
	if q.Sel.Period.To != 0 {
		f.To = q.Sel.Period.To.String()
	}
	if name := catalog.PlaceName(q.Sel.Region); name != "" {
		f.Region = name
	}
	for _, quick := range []struct {
		text   string
		period figures.Period
	}{{"本月", figures.Month(q.Today)}, {"上月", figures.Month(q.Today).Before()}, {"本季度", figures.Quarter(q.Today)}, {"上季度", figures.Quarter(q.Today).Before()}, {"今年", figures.Year(q.Today)}, {"去年", figures.Year(q.Today).Before()}, {"全部", figures.Period{}}} {
		sel := q.Sel
		sel.Period = quick.period
		v := sel.Values()
		if quick.period == (figures.Period{}) {
			v.Set("from", "") // asked for, not left out
		}
		if q.By != "" && q.By != figures.ByRegion {
			v.Set("by", string(q.By))
		}
		f.Quick = append(f.Quick, Link{Text: quick.text, URL: action + "?" + v.Encode(), Current: q.Sel.Period == quick.period})
	}
	f.Unions = append(f.Unions, FormOption{Label: "范围内全部"})
	for _, u := range q.Unions {
		label := ""
		for range u.Depth {
			label += "　"
		}
		f.Unions = append(f.Unions, FormOption{Value: u.Code, Label: label + u.Name, Chosen: u.Code == q.Sel.Union})
	}
	f.Trades = append(f.Trades, FormOption{Label: "全部行业"})
	for _, in := range catalog.Industries() {
		if len(in.Code) == 1 || in.Code == q.Sel.Industry {
			f.Trades = append(f.Trades, FormOption{Value: in.Code, Label: in.Name, Chosen: in.Code == q.Sel.Industry})
		}
	}
	if action == ReportsURL { // ledgers and reports have their own basis
		return f
	}
	f.addBases(action, q)
	for _, b := range []struct {
		by   figures.By
		text string
	}{{figures.ByRegion, "地区"}, {figures.ByUnion, "工会"}, {figures.ByIndustry, "行业"}, {figures.ByMonth, "月份"}} {
		f.Bys = append(f.Bys, FormOption{Value: string(b.by), Label: b.text, Chosen: b.by == q.By})
	}
	return f
}

// addBases says how is counted, and leads to the other way.
func (f *FigureFilter) addBases(action string, q FigureQuestion) {
	a := asked{sel: q.Sel}
	for _, happened := range []bool{true, false} {
		a.sel.Happened = happened
		text := map[bool]string{true: "本期发生了多少", false: "本期登记的需求走到哪一步"}[happened]
		f.Bases = append(f.Bases, Link{Text: text, URL: strings.Replace(a.page(a.sel, q.By), LeaderURL, action, 1), Current: q.Sel.Happened == happened})
	}
	f.Counted = "每一步算在它第一次发生的那天，不论需求是哪天登记的；月报也这样数。"
	if !q.Sel.Happened {
		f.Counted, f.Basis = "只看本期登记的需求，它们到今天走到了哪一步；和月报、“近十二个月”的数法不同。", "arrived"
	}
}

func monthReport(q FigureQuestion) Link {
	q.Sel.Period = MonthToReport(q)
	return Link{Text: "月报（" + MonthName(q.Sel.Period) + "）", URL: reportItem(SummaryKind, "", "", q.Sel).Page}
}

// BuildLeader shows every number of a selection.
func BuildLeader(o figures.Overview, q FigureQuestion) Leader {
	a := asked{sel: q.Sel, by: q.By}
	v := Leader{Title: "成效", Scope: ScopeText(q.Sel), Filter: BuildFilter(LeaderURL, q, nil), Reports: ReportsURL + "?" + q.Sel.Values().Encode(), Month: monthReport(q)}
	v.Tiles = []Tile{
		{Label: "选派劳模工匠（人次）", Count: o.Four.Craftsmen, URL: a.behind("four.craftsmen", "")}, {Label: "服务企业（家）", Count: o.Four.Enterprises, URL: a.behind("four.enterprises", "")},
		{Label: "解决技术难题（个）", Count: o.Four.Problems, URL: a.behind("four.problems", "")}, {Label: "培训职工（人次）", Count: o.Four.Trained, URL: a.behind("four.trained", "")},
	}
	v.Parts = []FigurePart{a.funnelPart(o), a.monthsPart(o.Months), a.rowsPart(o), a.ladderPart(o), a.coveragePart(o), a.workPart(o), a.frontlinePart(o), a.stockPart(o)}
	return v
}

func (a asked) funnelPart(o figures.Overview) FigurePart {
	p := FigurePart{ID: "funnel", Title: "从需求到见效", Lead: "每个数字点进去，就是它数的那些记录。见效不必先签合同；认定登记和到账互不依赖。"}
	if o.Funnel.Needs[figures.Arrived] == 0 && o.Funnel == (figures.Funnel{}) {
		p.Empty = "这个范围和时期里没有需求。请换一个时期或范围再看。"
		return p
	}
	t := FigureTable{Caption: "各阶段的需求和企业", Head: []string{"阶段", "需求（项）"}}
	if !a.sel.Happened { // what happened in a period is no part of what was entered in it
		t.Head = append(t.Head, "占需求")
	}
	t.Head = append(t.Head, "企业（家）")
	var bars []Bar
	var values []float64
	for _, s := range figures.Stages() {
		needs, firms := o.Funnel.Needs[s], o.Funnel.Firms[s]
		cells := []Figure{a.count("funnel."+s.Key(), needs)}
		if !a.sel.Happened {
			cells = append(cells, share(needs, o.Funnel.Needs[figures.Arrived]))
		}
		t.Rows = append(t.Rows, FigureRow{Label: Link{Text: s.Label()}, Cells: append(cells, a.count("firms."+s.Key(), firms))})
		bars, values = append(bars, Bar{Label: s.Label(), Value: Thousands(needs) + " 项"}), append(values, float64(needs))
	}
	p.Chart, p.Tables = NewChart("funnel-chart", "从需求到见效，各阶段各有多少", bars, values), []FigureTable{t}
	return p
}

// mostRows bounds the table of regions, unions or industries.
const mostRows = 60

func (a asked) rowsPart(o figures.Overview) FigurePart {
	names := map[figures.By]string{figures.ByRegion: "地区", figures.ByUnion: "工会", figures.ByIndustry: "行业", figures.ByMonth: "月份"}
	if !a.sel.Happened {
		names[figures.ByMonth] = "登记月份"
	}
	p := FigurePart{ID: "rows", Title: "按" + names[o.By], Empty: "没有可以分列的需求。"}
	t := FigureTable{Caption: "按" + names[o.By] + "分列的需求数", Head: []string{names[o.By]}}
	for _, s := range figures.Stages() {
		t.Head = append(t.Head, s.Label())
	}
	for i, r := range o.Rows {
		if i == mostRows {
			p.Notes = append(p.Notes, fmt.Sprintf("还有 %d 行没有列出；选一个上级地区或工会再看。", len(o.Rows)-mostRows))
			break
		}
		t.Rows = append(t.Rows, a.row(o.By, r))
	}
	if len(t.Rows) > 0 {
		p.Empty, p.Tables = "", []FigureTable{t}
	}
	return p
}

// row leads to its own page and records, where something selects just these.
func (a asked) row(by figures.By, r figures.Row) FigureRow {
	out := FigureRow{Label: Link{Text: r.Label}}
	if r.Narrow != nil {
		out.Label.URL = a.page(*r.Narrow, by)
	}
	for _, s := range figures.Stages() {
		cell := plainFigure(Thousands(r.Needs[s]))
		if r.Narrow != nil {
			cell = asked{sel: *r.Narrow}.count("funnel."+s.Key(), r.Needs[s])
		}
		out.Cells = append(out.Cells, cell)
	}
	return out
}

func (a asked) ladderPart(o figures.Overview) FigurePart {
	l := o.Ladder
	p := FigurePart{ID: "ladder", Title: "金额阶梯", Lead: "本期发生的金额。意向不是合同，合同不是到账，到账不是见效：各级不相加。"}
	rungs := []struct {
		label, key, cases string
		fen               int64
		n                 int
	}{
		{"意向", "intent", "intents", int64(l.Intent), l.IntentCases}, {"合同", "contract", "contracts", int64(l.Contract), l.ContractCases},
		{"认定登记", "registered", "registrations", int64(l.Registered), l.RegisteredCases}, {"到账", "received", "payments", int64(l.Received), l.ReceivedCases},
	}
	t := FigureTable{Caption: "金额阶梯", Head: []string{"级", "金额（万元）", "件数"}}
	var bars []Bar
	var values []float64
	add := func(label, value string, fen int64) {
		bars, values = append(bars, Bar{Label: label, Value: value + " 万元"}), append(values, float64(fen))
	}
	for _, r := range rungs {
		t.Rows = append(t.Rows, FigureRow{Label: Link{Text: r.label}, Cells: []Figure{a.wan("ladder."+r.key, "", r.fen), a.count("ladder."+r.cases, r.n)}})
		add(r.label, figures.WanText(r.fen), r.fen)
	}
	benefits := FigureTable{Caption: "见效，按类别（类别之间有重叠，不相加）", Head: []string{"类别", "核实（万元）", "核实次数", "自报（万元）"}}
	for _, r := range l.Benefits {
		label := catalog.Vocab("case_benefit_kind").Label(r.Kind)
		benefits.Rows = append(benefits.Rows, FigureRow{Label: Link{Text: label}, Cells: []Figure{a.wan("ladder.verified", r.Kind, int64(r.Verified)), plainFigure(Thousands(r.Verifications)), a.wan("ladder.claimed", r.Kind, int64(r.Claimed))}})
		add("核实"+label, figures.WanText(int64(r.Verified)), int64(r.Verified))
	}
	p.Tables = []FigureTable{t}
	if len(benefits.Rows) > 0 {
		p.Tables = append(p.Tables, benefits)
	}
	p.Chart = NewChart("ladder-chart", "金额阶梯，各级不相加", bars, values)
	p.Notes = []string{fmt.Sprintf("职工奖励：按核实效益应发 %s 万元，本期已发 %s 万元。", figures.WanText(int64(l.RewardOwed)), figures.WanText(int64(l.RewardPaid)))}
	return p
}

func (a asked) coveragePart(o figures.Overview) FigurePart {
	c := o.Coverage
	p := FigurePart{ID: "coverage", Title: "服务面", Lead: "本期推荐到的企业是谁，还有谁没有够到。"}
	t := FigureTable{Caption: "推荐到的企业", Head: []string{"", "家数", "占比"}}
	for _, r := range []struct {
		label, key string
		n          int
	}{{"推荐到的企业", "firms", c.Firms}, {"小微企业", "small", c.Small}, {"民营企业", "private", c.Private}, {"首次受益", "first", c.First}, {"规模或所有制未填", "unknown", c.Unknown}} {
		t.Rows = append(t.Rows, FigureRow{Label: Link{Text: r.label}, Cells: []Figure{a.count("coverage."+r.key, r.n), share(r.n, c.Firms)}})
	}
	rest := FigureTable{Caption: "集中与空白", Head: []string{"", "数", "占比"}, Rows: []FigureRow{
		{Label: Link{Text: "前十家企业的需求"}, Cells: []Figure{a.count("coverage.top10", c.Top10), share(c.Top10, c.Introduced)}},
		{Label: Link{Text: "没有案例的地区"}, Cells: []Figure{a.count("coverage.idle", c.Idle), plainFigure("")}},
		{Label: Link{Text: "从未被邀约的人"}, Cells: []Figure{a.count("coverage.unasked", c.Unasked), share(c.Unasked, c.People)}},
	}}
	p.Tables = []FigureTable{t, rest}
	return p
}

func days(w figures.Waits) Figure {
	if w.Answers == 0 {
		return plainFigure("–")
	}
	return plainFigure(fmt.Sprintf("%.1f / %.1f", w.Median, w.P90))
}

func (a asked) workPart(o figures.Overview) FigurePart {
	p := FigurePart{ID: "work", Title: "红娘工作", Lead: "用时是本期答复的中位数 / 九成以内，单位为天。", Empty: "没有对接单。"}
	t := FigureTable{Caption: "红娘的在办与用时", Head: []string{"红娘", "在办", "超期", "停滞两周", "本期新开", "办成", "未成", "推荐用时", "专家答复", "企业答复"}}
	row := func(w figures.Work) FigureRow {
		r := FigureRow{Label: Link{Text: OrText(w.Name, w.Broker)}}
		for _, n := range []struct {
			key string
			n   int
		}{{"work.open", w.Open}, {"work.late", w.Late}, {"work.stuck", w.Stuck}, {"work.begun", w.Begun}, {"work.done", w.Done}, {"work.failed", w.Failed}} {
			cell := plainFigure(Thousands(n.n))
			if n.n > 0 {
				cell.URL = a.behind(n.key, w.Broker)
			}
			r.Cells = append(r.Cells, cell)
		}
		r.Cells = append(r.Cells, days(w.Recommend), days(w.Provider), days(w.Enterprise))
		return r
	}
	for i, w := range o.Brokers {
		if i == mostRows {
			p.Notes = append(p.Notes, fmt.Sprintf("还有 %d 位没有列出。", len(o.Brokers)-mostRows))
			break
		}
		t.Rows = append(t.Rows, row(w))
	}
	if len(t.Rows) > 0 {
		total := row(o.Work)
		p.Empty, t.Foot = "", &total
		p.Tables = []FigureTable{t}
	}
	return p
}

func (a asked) frontlinePart(o figures.Overview) FigurePart {
	f := o.Frontline
	p := FigurePart{ID: "frontline", Half: true, Title: "三个一线", Lead: "本期入库的职工创新成果里，一线工人为主体、解决一线问题、在一线转化的各占多少。疑点是请人看一看的线索，不是结论。"}
	t := FigureTable{Caption: "三个一线与职工身份存疑", Head: []string{"", "项", "占比"}}
	for _, r := range []struct {
		label, key string
		n          int
	}{{"职工创新成果", "frontline.results", f.Results}, {"一线工人为主体", "frontline.subject", f.Subject}, {"解决一线问题", "frontline.problem", f.Problem}, {"在一线转化", "frontline.used", f.Used}, {"三条都占", "frontline.all", f.All}, {"职工身份存疑的成果", "suspects.results", f.SuspectResults}} {
		t.Rows = append(t.Rows, FigureRow{Label: Link{Text: r.label}, Cells: []Figure{a.count(r.key, r.n), share(r.n, f.Results)}})
	}
	t.Rows = append(t.Rows, FigureRow{Label: Link{Text: "职工身份存疑的工作室"}, Cells: []Figure{a.count("suspects.studios", f.SuspectStudios), share(f.SuspectStudios, o.Stock.Studios)}})
	p.Tables = []FigureTable{t}
	return p
}

func (a asked) stockPart(o figures.Overview) FigurePart {
	s := o.Stock
	p := FigurePart{ID: "stock", Half: true, Title: "本期入库"}
	t := FigureTable{Caption: "本期入库的成果、专利、人员和工作室", Head: []string{"", "数"}}
	for _, r := range []struct {
		label, key string
		n          int
	}{{"成果", "results", s.Results}, {"其中五小成果", "five_small", s.FiveSmall}, {"技术革新", "innovations", s.Innovations}, {"发明创造", "inventions", s.Inventions}, {"合理化建议", "suggestions", s.Suggestions}, {"先进操作法", "methods", s.Methods}, {"绝招绝技绝活", "skills", s.Skills}, {"专利", "patents", s.Patents}, {"专家工匠", "people", s.People}, {"创新工作室", "studios", s.Studios}} {
		t.Rows = append(t.Rows, FigureRow{Label: Link{Text: r.label}, Cells: []Figure{a.count("stock."+r.key, r.n)}})
	}
	p.Tables = []FigureTable{t}
	return p
}
