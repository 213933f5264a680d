package figures

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
)

// Part is a piece of a sentence; one with a Key is a number that leads to the
// records behind it.
type Part struct {
	Text   string `json:"text"`
	Key    string `json:"key,omitempty" doc:"Of the number"`
	Arg    string `json:"arg,omitempty"`
	Before bool   `json:"before,omitempty" doc:"The number of the period before"`
}

// Chapter is a part of a report: sentences.
type Chapter struct {
	Title string   `json:"title"`
	Lines [][]Part `json:"lines"`
}

// Summary is a monthly or yearly report in the programme's own words.
type Summary struct {
	Title    string    `json:"title"`
	Union    string    `json:"union" doc:"Name"`
	From     string    `json:"from"`
	To       string    `json:"to"`
	Note     string    `json:"note" doc:"Which numbers are of the period, and which of today"`
	Chapters []Chapter `json:"chapters"`
	Before   Selection `json:"-"` // the selection of the period before
}

// Summary writes the report of a selection: what happened in its period, beside
// the period before. A number is the one that Behind gives for its key.
func (b *Book) Summary(scope Scope, sel Selection) (Summary, error) {
	sel.Happened = true
	l, done, err := b.look(scope, sel)
	if err != nil {
		return Summary{}, err
	}
	defer done()
	before := lens{Book: l.Book, scope: l.scope, sel: l.sel, region: l.region, industry: l.industry, known: l.known}
	before.sel.Period = sel.Period.Before()
	out := Summary{
		Note:  "写着“截至今天”的，是制表那天（" + b.Today().String() + "）的数；其余都是本期（" + sel.Period.Text() + "）的数。",
		Title: reportTitle(sel.Period), Union: l.unionName(), From: sel.Period.From.String(), To: sel.Period.To.String(), Before: before.sel,
	}
	c := composer{now: l, before: &before, numbers: map[string]Number{}}
	if before.sel.Period == sel.Period {
		c.before = nil
	}
	for _, n := range Numbers() {
		c.numbers[n.Key] = n
	}
	for _, ch := range chapters() {
		chapter := Chapter{Title: ch[0]}
		for _, line := range ch[1:] {
			chapter.Lines = append(chapter.Lines, c.compose(line))
		}
		if ch[0] == benefitChapter {
			chapter.Lines = append(chapter.Lines, c.benefits()...)
		}
		if ch[0] == workChapter {
			chapter.Lines = append(chapter.Lines, c.waits())
		}
		out.Chapters = append(out.Chapters, chapter)
	}
	return out, nil
}

func reportTitle(p Period) string {
	const name = "技术红娘工作"
	switch {
	case p.From != 0 && p == Month(p.From):
		t := p.From.time()
		return fmt.Sprintf("%s月报（%d 年 %d 月）", name, t.Year(), int(t.Month()))
	case p.From != 0 && p == Quarter(p.From):
		t := p.From.time()
		return fmt.Sprintf("%s季报（%d 年第 %d 季度）", name, t.Year(), (int(t.Month())+2)/3)
	case p.From != 0 && p == Year(p.From):
		return fmt.Sprintf("%s年报（%d 年）", name, p.From.time().Year())
	}
	return name + "报告"
}

func (l *lens) unionName() string {
	code := l.sel.Union
	if code == "" {
		code = l.scope.Union
	}
	if name := l.tree.org(code).name; name != "" || code != "" {
		return name
	}
	return "全部工会"
}

const (
	benefitChapter = "四、成效"
	workChapter    = "八、红娘工作"
)

// chapters are the reports' words: {key} is a number, {-key} that of the period
// before, {a%b} a share.
func chapters() [][]string {
	return [][]string{
		{"一、摸底征集", "本期征集企业技术需求 {funnel.needs}（上期 {-funnel.needs}），涉及企业 {firms.needs}。"},
		{"二、匹配推荐", "完成初步匹配 {funnel.matched}；向 {firms.introduced} 企业的 {funnel.introduced} 需求推荐了人选（上期 {-funnel.introduced}），双方有意向 {funnel.interested}。"},
		{"三、签约实施", "合同签约 {funnel.signed}，涉及企业 {firms.signed}（上期 {-firms.signed}），占推荐到的企业的 {firms.signed%firms.introduced}。",
			"意向 {ladder.intents}、{ladder.intent}；合同 {ladder.contracts}、{ladder.contract}；认定登记 {ladder.registrations}、{ladder.registered}；到账 {ladder.payments}、{ladder.received}。意向、合同、登记、到账、见效各是一回事，金额不相加。"},
		{benefitChapter, "核实见效的需求 {funnel.benefit}（上期 {-funnel.benefit}）。", "按核实效益的 1% 到 5% 应发职工奖励 {ladder.owed}，本期已发 {ladder.rewarded}。"},
		{"五、劳模工匠助企行", "选派劳模工匠 {four.craftsmen}（上期 {-four.craftsmen}），服务企业 {four.enterprises}（上期 {-four.enterprises}），解决技术难题 {four.problems}（上期 {-four.problems}），培训职工 {four.trained}（上期 {-four.trained}）。"},
		{"六、成果与人才", "新增成果 {stock.results}（上期 {-stock.results}），其中五小成果 {stock.five_small}、技术革新 {stock.innovations}、发明创造 {stock.inventions}、合理化建议 {stock.suggestions}、先进操作法 {stock.methods}、绝招绝技绝活 {stock.skills}；新增专利 {stock.patents}、专家工匠 {stock.people}、创新工作室 {stock.studios}。",
			"职工创新成果 {frontline.results}，一线工人为主体的占 {frontline.subject%frontline.results}，解决一线问题的占 {frontline.problem%frontline.results}，在一线转化的占 {frontline.used%frontline.results}，三条都占的 {frontline.all}；职工身份存疑的：成果 {suspects.results}、工作室 {suspects.studios}，需要看一看。"},
		{"七、服务面", "推荐到的 {coverage.firms} 企业里，小微企业 {coverage.small}（{coverage.small%coverage.firms}），民营企业 {coverage.private}（{coverage.private%coverage.firms}），首次受益 {coverage.first}（{coverage.first%coverage.firms}）。",
			"前十家企业占被推荐需求的 {coverage.top10%coverage.introduced}；没有案例的地区 {coverage.idle}；截至今天，从未被邀约的专家工匠 {coverage.unasked}。"},
		{workChapter, "新开对接单 {work.begun}，办成 {work.done}，未成 {work.failed}；截至今天，在办 {work.open}，其中超期 {work.late}、停滞两周以上 {work.stuck}。"},
	}
}

// beforeText is what a sentence says of the period before.
var beforeText = regexp.MustCompile(`（上期 \{-[^}]*\}）`)

// composer fills numbers into sentences; before is nil where no period is before.
type composer struct {
	now, before *lens
	numbers     map[string]Number
}

func (c composer) compose(line string) []Part {
	var out []Part
	if c.before == nil {
		line = beforeText.ReplaceAllString(line, "")
	}
	for line != "" {
		head, rest, found := strings.Cut(line, "{")
		if head != "" {
			out = append(out, Part{Text: head})
		}
		if !found {
			break
		}
		slot, tail, _ := strings.Cut(rest, "}")
		out, line = append(out, c.part(slot)), tail
	}
	return out
}

func (c composer) part(slot string) Part {
	if above, below, share := strings.Cut(slot, "%"); share {
		return Part{Text: ShareText(c.now.count(above, ""), c.now.count(below, "")), Key: above}
	}
	key, before := strings.CutPrefix(slot, "-")
	l := c.now
	if before {
		l = c.before
	}
	return Part{Text: ValueText(c.numbers[key].Unit, l.count(key, "")), Key: key, Before: before}
}

// benefits says what was verified, kind by kind.
func (c composer) benefits() [][]Part {
	var out [][]Part
	for _, r := range c.now.ladder().Benefits {
		name := catalog.Vocab("case_benefit_kind").Label(r.Kind)
		out = append(out, []Part{
			{Text: name + "：本期核实 "}, {Text: ValueText(Fen, int64(r.Verified)), Key: "ladder.verified", Arg: r.Kind},
			{Text: "，本期新自报 "}, {Text: ValueText(Fen, int64(r.Claimed)), Key: "ladder.claimed", Arg: r.Kind}, {Text: "。"},
		})
	}
	if len(out) > 0 {
		out = append(out, []Part{{Text: "自报算在填报那天，核实算在核实那天：本期核实的，可以是以前自报的。"}})
	}
	if len(out) > 2 {
		out = append(out, []Part{{Text: "各类别之间有重叠，不相加。"}})
	}
	return out
}

// waits says how soon answers came.
func (c composer) waits() []Part {
	minutes := map[brokering.Part][]int32{}
	c.now.eachCase(func(one *caseFact) {
		for _, a := range one.waits {
			if c.now.sel.Period.Holds(a.day) {
				minutes[a.who] = append(minutes[a.who], a.minutes)
			}
		}
	})
	var out []Part
	for _, of := range []struct {
		name string
		who  brokering.Part
	}{{"从开单到推荐", brokering.Staff}, {"专家答复邀约", brokering.Provider}, {"企业答复推荐", brokering.Enterprise}} {
		w := waitsIn(minutes[of.who])
		if w.Answers == 0 {
			continue
		}
		out = append(out, Part{Text: of.name}, Part{Text: fmt.Sprintf("中位 %.1f 天、九成在 %.1f 天内", w.Median, w.P90), Key: "work.waits." + string(of.who)}, Part{Text: "；"})
	}
	if len(out) == 0 {
		return []Part{{Text: "本期没有答复。"}}
	}
	out[len(out)-1].Text = "。"
	return out
}

// ValueText writes a number with its unit; money, given in 分, as 万元.
func ValueText(u Unit, n int64) string {
	if u == Fen {
		return WanText(n) + " 万元"
	}
	return strconv.FormatInt(n, 10) + " " + string(u)
}

// WanText writes 分 as 万元 with up to two decimals, exact to 100 元.
func WanText(fen int64) string {
	s := strconv.FormatFloat(float64(fen)/1e6, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// ShareText writes a share in per cent with one decimal, "–" of nothing.
func ShareText(part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	return strconv.FormatFloat(float64(part)*100/float64(whole), 'f', 1, 64) + "%"
}
