package browser_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// task is one of the twelve jobs of docs/tasks.md.
type task struct {
	number int
	login  string
	do     func(h *hand)
}

// tasks are in the order of the document: 7 reviews what 1 handed in.
var tasks = []task{
	{1, "qiye", postANeed}, {2, "qiye", answerARecommendation}, {3, "qiye", lookForACraftsman},
	{4, "gongjiang", answerAnInvitation}, {5, "gongjiang", pauseForAMonth}, {6, "gongjiang", offerHelp},
	{7, "hongniang", reviewANeed}, {8, "hongniang", introduceSomebody}, {9, "hongniang", noteANeedOffline},
	{10, "lingdao", readTheQuarter}, {11, "lingdao", handInTheMonth}, {12, "lingdao", findWhatIsStuck},
}

// TestTasks does the twelve jobs of docs/tasks.md on the real program, wide and on
// a phone, by what can be seen alone; none takes more steps than the document's
// table says, and the program holds afterwards what it says.
func TestTasks(t *testing.T) {
	allowed := allowedSteps(t)
	for n, width := range []string{"1280", "390"} {
		t.Run(width, func(t *testing.T) {
			t.Parallel()
			base := ownServer(t)
			for _, job := range tasks {
				t.Run(fmt.Sprint(job.number), func(t *testing.T) {
					h := newHand(t, base, job.login, fmt.Sprintf("task-%02d-%s", job.number, width), n == 1)
					job.do(h)
					t.Logf("job %d at %s px: %d steps", job.number, width, h.steps)
					if most := allowed[job.number][n]; h.steps > most {
						t.Errorf("job %d takes %d steps at %s px, the document allows %d", job.number, h.steps, width, most)
					}
				})
			}
		})
	}
}

// allowedSteps reads the table at the end of the document: steps at 1280 px and
// at 390 px by the number of the job.
func allowedSteps(t *testing.T) map[int][2]int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "tasks.md"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[int][2]int{}
	for _, m := range regexp.MustCompile(`(?m)^\| (\d+) \| [^|]+ \| (\d+) \| (\d+) \|$`).FindAllStringSubmatch(string(text), -1) {
		var n [3]int
		for i := range n {
			if n[i], err = strconv.Atoi(m[i+1]); err != nil {
				t.Fatal(err)
			}
		}
		out[n[0]] = [2]int{n[1], n[2]}
	}
	if len(out) != len(tasks) {
		t.Fatalf("the table of docs/tasks.md has %d jobs, the test %d", len(out), len(tasks))
	}
	return out
}

// The need of the first job, as the seventh finds it again.
const (
	grindingNeed = "随动磨床磨连杆颈，砂轮用到后半程就烧伤"
	crankshafts  = "威海示例曲轴锻造有限公司"
)

func postANeed(h *hand) {
	h.click("填报难题")
	h.fill("名称（一句话", grindingNeed)
	h.fill("现在怎么做", "随动磨床磨42CrMoA连杆颈，CBN砂轮，线速度80米每秒，砂轮用到后半程就出烧伤纹，探伤一批要挑出百分之五。")
	h.fill("试过什么办法", "修整间隔缩短一半，烧伤少了，可砂轮一年多花四十万。")
	h.fillIn("指标 1", "名称", "烧伤件比例")
	h.fillIn("指标 1", "要求", "≤")
	h.fillIn("指标 1", "数值", "0.5")
	h.fillIn("指标 1", "计量单位", "%")
	h.fillIn("指标 1", "现在是", "5")
	h.fill("谁都能看到的话", "随动磨床磨轴颈，CBN砂轮用到后半程容易烧伤，修整勤了又费砂轮。想找懂随动磨和砂轮修整的人，把烧伤件压到千分之五以内。")
	h.fill("关键词", "随动磨，CBN砂轮，磨削烧伤")
	h.fill("希望什么时候解决", nextYear(h)+"-06-30")
	h.fill("拟投入，最少", "20")
	h.fill("最多", "30")
	h.click("存草稿")
	h.click("看看别人看到的样子")
	h.reads("现在还没有公开", "想找懂随动磨和砂轮修整的人")
	h.readsNot(crankshafts, "一年多花四十万")
	h.click("修改")
	h.click("提交审核")
	h.reads("已提交")
	h.menu("我的需求")
	h.reads(grindingNeed, "待审核")
	at := h.eval("[...document.querySelectorAll('main a')].find((a) => a.innerText.includes(" + quoted(grindingNeed) + ")).getAttribute('href').replace('/edit', '')")
	visitor := h.other("")
	for _, path := range []string{"/search?q=" + grindingNeed, at} {
		visitor.open(path)
		visitor.readsNot("想找懂随动磨和砂轮修整的人", "一年多花四十万")
	}
	visitor.reads("错误 404") // at its address, where the firm is not named either
	visitor.readsNot(crankshafts)
	visitor.forgive()
}

func nextYear(h *hand) string { return h.eval("new Date().getFullYear() + 1") }

func answerARecommendation(h *hand) {
	h.click("去办理")
	h.reads("罗毅（示例）", "先测残余应力分布", "现有滚压设备的最大压力是多少？")
	h.click("有合作意向")
	h.reads("等红娘")
	h.clickIn("企业名称 未开放", "开放")
	h.click("留言")
	h.fill("留言", "现有滚压设备最大压力 25 吨。")
	h.click("留言")
	h.reads("现有滚压设备最大压力 25 吨。")
	said := h.ask("/api/v1" + h.eval("location.pathname"))
	for _, want := range []string{`"stage":"interested"`, `"need_name"`} {
		if !strings.Contains(said, want) {
			h.t.Errorf("the introduction lacks %s: %s", want, said)
		}
	}
	if strings.Contains(said, `"need_contact"`) {
		h.t.Error("the telephone was given away")
	}
}

func lookForACraftsman(h *hand) {
	h.fill("检索", "漆雾")
	h.enter()
	h.click("王海波（示例）")
	h.reads("漆雾循环水")
	h.back()
	h.tick("高级技师", "对比")
	h.tick("一次倒入改为A剂进水泵吸口", "对比")
	h.click("对比所选")
	h.reads("王海波（示例）", "水帘喷漆室循环水")
	h.back()
	h.click("保存这个检索")
	h.click("保存")
	h.reads("保存的检索", "漆雾")
	if asks := savedAsks(h); !slices.Contains(asks, "漆雾 ") {
		h.t.Errorf("saved are %q", asks)
	}
}

// savedAsks are the searches that somebody saved: words, a blank and the kind.
func savedAsks(h *hand) []string {
	var list struct {
		Items []struct{ Ask struct{ Query, Kind string } }
	}
	h.api("/searches", &list)
	var out []string
	for _, it := range list.Items {
		out = append(out, it.Ask.Query+" "+it.Ask.Kind)
	}
	return out
}

func answerAnInvitation(h *hand) {
	h.click("去办理")
	h.reads("线轮里又细又长的中心轴")
	h.click("接受邀约")
	h.fill("我们怎样帮", "反向走刀加跟刀架，以车代磨，两天到厂试切。")
	h.fill("还有什么不清楚", "毛坯硬度是多少？")
	h.fill("我们是谁", "干了二十九年车工。")
	h.click("回答三个问题")
	h.reads("专家接受", "毛坯硬度是多少？", "等红娘")
	if said := h.ask("/api/v1" + h.eval("location.pathname")); !strings.Contains(said, `"stage":"accepted"`) {
		h.t.Errorf("the introduction: %s", said)
	}
}

func pauseForAMonth(h *hand) {
	until := h.eval("new Date(Date.now() + 8*3600e3 + 30*24*3600e3).toISOString().slice(0, 10)")
	h.fill("停到哪一天", until)
	h.click("暂停接单")
	h.reads("已暂停对接", "到 "+until+" 为止")
	if said := h.ask("/api/v1/experts/ZJ-2026-A005"); !strings.Contains(said, `"unavailable_until":"`+until+`"`) {
		h.t.Errorf("the person while away: %s", said)
	}
	h.click("现在看到的内容")
	h.reads("资料齐了", "从事车工29年")
	h.click("恢复接受")
	h.reads("正在接受对接")
	if said := h.ask("/api/v1/experts/ZJ-2026-A005"); strings.Contains(said, "unavailable_until") {
		h.t.Errorf("the person when back: %s", said)
	}
}

func offerHelp(h *hand) {
	f := flow{t: h.t, job: h.job, width: "helper", narrow: h.narrow, base: h.base}
	broker := f.newcomer(h.other("guanli"), "yantaihn", newcomer{role: "红娘", org: "DW-2026-U001"}) // of the need's union
	h.reads("可能用得上您的难题", "本人简介写到“车工”")                                                             // why it offers one; the one of the job is asked for
	h.fill("检索", "车完就弯")
	h.enter()
	h.click("阀杆车完一松卡就弯")
	h.reads("拟投入资金")
	h.fill("打算怎样帮", "反向走刀车细长杆二十九年。")
	h.click("告诉红娘我能帮")
	h.reads("您已表示能帮")
	h.fill("检索", "车工")
	h.enter()
	h.click("技术需求")
	h.click("保存这个检索")
	h.click("保存")
	h.reads("保存的检索", "车工")
	if asks := savedAsks(h); !slices.Contains(asks, "车工 need") {
		h.t.Errorf("saved are %q", asks)
	}
	broker.soon("/notices", "document.body.innerText.includes('阀杆车完一松卡就弯') && document.body.innerText.includes('揭榜')")
	var offers struct {
		Items []struct{ Need, Person, Note string }
	}
	broker.api("/needs/XQ-2026-A001/offers", &offers)
	if len(offers.Items) != 1 || offers.Items[0].Person != "ZJ-2026-A005" || !strings.Contains(offers.Items[0].Note, "二十九年") {
		h.t.Errorf("the brokers of the union find %+v", offers.Items)
	}
}

func reviewANeed(h *hand) {
	h.menu("审核")
	h.reads(grindingNeed)
	h.click(grindingNeed)
	h.reads("砂轮用到后半程就出烧伤纹", "想找懂随动磨和砂轮修整的人")
	h.back()
	h.clickIn(grindingNeed, "发布")
	h.reads("都审完了")
	visitor := h.other("")
	visitor.open("/search?q=" + grindingNeed)
	visitor.click(grindingNeed)
	visitor.reads("想找懂随动磨和砂轮修整的人")
	visitor.readsNot("一年多花四十万")
	if text := visitor.eval("document.querySelector('.record').innerText.split('谁能帮忙')[0]"); strings.Contains(text, crankshafts) || !strings.Contains(text, "砂轮") {
		h.t.Errorf("a visitor reads %q", text)
	}
}

func introduceSomebody(h *hand) {
	h.click("想要T3.3-3650同类平床身后式刀架数控车床")
	h.click("只看专家工匠")
	if kinds := h.eval("[...new Set([...document.querySelectorAll('.cards > .card > .facts > .kind')].map(e => e.className))].join()"); kinds != "kind kind-expert" {
		h.t.Errorf("of experts alone there are candidates of the kinds %q", kinds)
	}
	h.tick("王建军（示例）", "对比")
	h.tick("孟祥宇（示例）", "对比")
	h.click("对比所选")
	h.reads("并排对比")
	h.clickIn("威海示例精密机械有限公司 · 工匠", "有用")
	h.clickIn("威海示例精密机械有限公司 · 工匠", "引荐")
	h.click("开对接单")
	h.click("确认推荐")
	h.fill("对受邀方说的话", "想请您看看车床的选型")
	h.click("发出邀约")
	h.reads("已邀约", "等服务方：答复邀约", "复制")
	type introduction struct {
		Stage   string
		Needs   []struct{ Code string }
		Targets []struct{ Kind, Code string }
	}
	var answer struct{ Introduction introduction }
	h.api(h.eval("location.pathname"), &answer)
	in := answer.Introduction
	if in.Stage != "invited" || len(in.Needs) != 1 || in.Needs[0].Code != "XQ-2026-A022" || len(in.Targets) == 0 || in.Targets[0].Kind != "expert" {
		h.t.Fatalf("the introduction is %+v", in)
	}
	var judged struct {
		Items []struct{ Kind, Candidate, Verdict string }
	}
	h.api("/needs/XQ-2026-A022/verdicts", &judged)
	if len(judged.Items) != 1 || judged.Items[0].Candidate != in.Targets[0].Code || judged.Items[0].Verdict != "useful" {
		h.t.Errorf("invited is %s, the verdicts are %+v", in.Targets[0].Code, judged.Items)
	}
}

func noteANeedOffline(h *hand) {
	const title, detail = "液压支腿一到冬天就缩回来", "换过密封，天冷还是掉。"
	h.click("代企业填报难题")
	h.fill("名称（一句话", title)
	h.network(true, 0)
	h.fill("现在怎么做", detail)
	h.fill("企业", "威海示例专用汽车有限公司")
	h.tick("", "存草稿")
	h.reads("没有提交")
	another := h.other("hongniang")
	another.open("/needs/mine")
	another.readsNot(title)
	h.network(false, 0)
	h.open("/help") // the page is closed
	h.open("/today")
	h.click("代企业填报难题")
	h.click("存草稿")
	h.reads("已保存")
	if in := h.eval("document.querySelector('.done').getBoundingClientRect().top < innerHeight && document.querySelector('.done').getBoundingClientRect().bottom > 0"); in != "true" {
		h.t.Error("that the draft is saved stands out of sight")
	}
	code := strings.Split(h.eval("location.pathname"), "/")[2]
	h.click("示例红娘")
	h.click("我的需求")
	h.reads(title)
	if n := h.eval("[...document.querySelectorAll('main a')].filter((a) => a.innerText.trim() === " + quoted(title) + ").length"); n != "1" {
		h.t.Errorf("it is in the list %s times", n)
	}
	var kept struct {
		Title, Detail, Status string
		Firm                  string `json:"enterprise_name"`
	}
	h.api("/needs/"+code, &kept)
	if kept.Title != title || kept.Detail != detail || kept.Status != "draft" || kept.Firm != "威海示例专用汽车有限公司" {
		h.t.Errorf("kept is %+v", kept)
	}
}

func readTheQuarter(h *hand) {
	from, to := quarter(h)
	h.menu("成效")
	h.fill("从", from)
	h.fill("到", to)
	h.click("看统计")
	number := h.eval("[...document.querySelectorAll('#funnel tbody tr')].find((r) => r.innerText.includes('推荐给企业')).querySelector('td a').textContent")
	h.clickIn("推荐给企业", number)
	if rows := h.eval("document.querySelectorAll('tbody tr').length"); rows != number || number == "" {
		h.t.Errorf("%s rows behind %q", rows, number)
	}
	var figures struct {
		Funnel []struct {
			Key   string
			Needs int
		}
	}
	h.api("/reports/figures?from="+from+"&to="+to, &figures)
	if len(figures.Funnel) < 3 || figures.Funnel[2].Key != "introduced" || strconv.Itoa(figures.Funnel[2].Needs) != number {
		h.t.Errorf("the page says %s, the API %+v", number, figures.Funnel)
	}
	h.reads("曲轴弯曲疲劳试验过不了一千万次", crankshafts)
	h.click("曲轴弯曲疲劳试验过不了一千万次")
	h.reads("对接进展")
}

// quarter gives the first and the last day in China of the quarter of yesterday: on
// that day the demonstration recommends somebody.
func quarter(h *hand) (from, to string) {
	const day = "(d) => d.toISOString().slice(0, 10)"
	at := "((n) => { const d = new Date(Date.now() + 8*3600e3 - 24*3600e3), q = Math.floor(d.getUTCMonth() / 3) * 3; return (" + day + ")(new Date(Date.UTC(d.getUTCFullYear(), q + n, n ? 0 : 1))); })"
	return h.eval(at + "(0)"), h.eval(at + "(3)")
}

func handInTheMonth(h *hand) {
	h.menu("报表")
	h.click("上月")
	month := h.eval("new URL(location.href).searchParams.get('from')")
	book := h.download("下载 Excel ：月报")
	if text := book.has(h.t, ".xml"); !strings.HasSuffix(book.name, ".xlsx") || !strings.Contains(text, month) || !strings.Contains(text, "征集企业技术需求") {
		h.t.Errorf("%s is no report of the month from %s", book.name, month)
	}
	h.click("打开 月报")
	h.reads(month[:7], "征集企业技术需求")
	h.onPaper(h.job)
	h.clickIn("征集企业技术需求", "项")
	h.reads("这个数怎么算", "数什么", "按哪个日期")
	if says := h.eval("[...document.querySelectorAll('dl div')].filter((d) => d.innerText.startsWith('数什么')).map((d) => d.querySelector('dd').innerText).join()"); len([]rune(says)) < 8 {
		h.t.Errorf("the definition is %q", says)
	}
}

func findWhatIsStuck(h *hand) {
	h.menu("成效")
	h.reads("在办", "超期")
	h.clickIn("示例红娘", "3")
	h.reads("超期（示例红娘）：3 件", "控制箱镀锌板机器人一焊就炸")
	h.menu("工作台")
	h.click("控制箱镀锌板机器人一焊就炸")
	h.reads("等服务方：答复邀约")
	if at := h.eval("location.pathname"); at != h.coded("/introductions/DJ-DEMO-3") {
		h.t.Errorf("the longest is %s", at)
	}
}
