package frontend_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"hongniang/frontend"
	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/matcher"
)

// fair adds needs of the own union that want the same people, of two firms, and
// the people.
func (w *world) fair(needs int) []string {
	w.t.Helper()
	open := func(code string) catalog.Meta {
		return catalog.Meta{Code: code, Status: "published", Visibility: "public", Union: "GH-1", RegionCode: "371000"}
	}
	const skill = "曲轴磨削烧伤的在线检测：磨削后曲轴轴颈表面出现烧伤，在线发现。"
	words := []string{"曲轴", "磨削烧伤", "在线检测", "轴颈"}
	recs := []catalog.Record{
		&catalog.Expert{Meta: open("ZJ-20"), Name: "磨床甲", Expertise: skill, Keywords: words}, &catalog.Expert{Meta: open("ZJ-21"), Name: "磨床乙", Expertise: skill + "主动测量。", Keywords: words},
	}
	var codes []string
	for i := range needs {
		code := fmt.Sprintf("XQ-9%d", i)
		codes = append(codes, code)
		recs = append(recs, &catalog.Need{
			Meta: open(code), Title: fmt.Sprintf("曲轴磨削烧伤的在线检测第%d项", i), SummaryPublic: "磨削后轴颈烧伤，想在线发现。", Detail: secret,
			EnterpriseCode: fmt.Sprintf("DW-%d", 1+i%2), EnterpriseName: []string{firmName, "文登另一家曲轴厂"}[i%2], Contact: &catalog.Contact{Name: "赵敏", Phone: firmPhone},
		})
	}
	for i := range 60 { // words that few use tell people apart
		recs = append(recs, &catalog.Expert{Meta: open(fmt.Sprint("ZJ-1", 100+i)), Name: fmt.Sprint("路人", i), Expertise: "食堂烹饪与营养配餐"})
	}
	for _, rec := range recs {
		if err := w.records.Create(w.t.Context(), "test", rec); err != nil {
			w.t.Fatal(err)
		}
	}
	return codes
}

func (w *world) work() {
	w.t.Helper()
	if err := w.campaigns.Pass(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// take posts a form that must be taken, and gives the page it leads to.
func take(t *testing.T, b *browser, path string, pairs ...string) (at, body string) {
	t.Helper()
	res, body := b.post(path, pairs...)
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("POST %s: %d %s", path, res.StatusCode, body)
	}
	at, _, _ = strings.Cut(res.Header.Get("Location"), "?")
	_, body = b.get(res.Header.Get("Location"))
	return at, body
}

func revOf(t *testing.T, body string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, `name="rev" value="`)
	rev, _, _ := strings.Cut(rest, `"`)
	if !ok {
		t.Fatalf("no revision on the page: %s", body)
	}
	return rev
}

// A campaign on its pages alone: entered, planned, decided on, confirmed, followed.
func TestCampaignOnThePages(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	needs := w.fair(3)
	broker := cast["own broker"]
	if _, body := broker.get("/campaigns"); !strings.Contains(body, "还没有批量对接") || !strings.Contains(body, "/campaigns/new") {
		t.Errorf("the empty list: %s", body)
	}
	res, body := broker.post("/campaigns", "name", "冬季专场", "needs", "XQ-0 "+needs[0], "quota", "两项")
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "请填一个整数") || !strings.Contains(body, `value="两项"`) || !strings.Contains(body, needs[0]) {
		t.Errorf("what was typed is lost, or what is wrong is not said: %d %s", res.StatusCode, body)
	}
	at, body := take(t, broker, "/campaigns", "name", "冬季专场", "needs", strings.Join(needs, "\n"), "quota", "2", "alternates", "1", "floor", "80")
	if !strings.Contains(body, "还没有方案") || !strings.Contains(body, "已保存") {
		t.Errorf("a new campaign: %s", body)
	}
	_, body = take(t, broker, at+"/steps", "step", "plan", "rev", revOf(t, body))
	if !strings.Contains(body, "data-busy") || !strings.Contains(body, `value="cancel"`) {
		t.Errorf("while it is planned: %s", body)
	}
	w.work()
	_, body = broker.get(at)
	for _, want := range []string{"磨床甲", "确认，开 3 张对接单", "保证了什么", needs[2]} {
		if !strings.Contains(body, want) {
			t.Errorf("the plan does not show %s: %s", want, body)
		}
	}
	_, form := broker.get(at + "?need=" + needs[0])
	if !strings.Contains(form, "定人选") || !strings.Contains(form, `name="ban" value="ZJ-2`) {
		t.Errorf("the form of a decision: %s", form)
	}
	_, body = take(t, broker, at+"/steps", "need", needs[0], "ban", "ZJ-20", "rev", revOf(t, form))
	if !strings.Contains(body, "请重新排一次") || strings.Contains(body, "确认，开") {
		t.Errorf("a plan from before a decision can be confirmed: %s", body)
	}
	if res, body := broker.post(at+"/steps", "step", "plan", "rev", "1"); res.StatusCode != http.StatusConflict && res.StatusCode != http.StatusPreconditionFailed || !strings.Contains(body, "刚被别人改过") {
		t.Errorf("an old revision: %d %s", res.StatusCode, body)
	}
	take(t, broker, at+"/steps", "step", "plan", "rev", revOf(t, body))
	w.work()
	_, body = broker.get(at)
	_, _ = take(t, broker, at+"/steps", "step", "confirm", "rev", revOf(t, body))
	w.work()
	_, body = broker.get(at)
	if strings.Count(body, `href="/introductions/DJ-`) != 3 || !strings.Contains(body, "已开 3 张对接单") {
		t.Errorf("how the introductions stand: %s", body)
	}
	for who, may := range map[string]bool{"own leader": true, "administrator": true, "other broker": false} {
		if res, body := cast[who].get(at); (res.StatusCode == http.StatusOK) != may || !may && strings.Contains(body, "冬季专场") {
			t.Errorf("%s: %d", who, res.StatusCode)
		}
	}
	if _, body := cast["own leader"].get(at); strings.Contains(body, `value="end"`) || strings.Contains(body, "修改设置") {
		t.Errorf("a leader is offered what is the broker's: %s", body)
	}
}

// While needs are being compared the page says how far it is, also without a script.
func TestProposalsSayHowFarTheyAre(t *testing.T) {
	w := newWorld(t, func(d *frontend.Deps) { d.Proposer = &matcher.Proposals{} }) // nobody works
	cast := w.cast()
	w.fair(4)
	_, body := cast["own broker"].get("/groups/proposals")
	for _, words := range []string{"项需求，已比对 0 项", "<progress", "data-running", "progress.js", `<a href="/groups/proposals">看看比完没有</a>`} {
		if !strings.Contains(body, words) {
			t.Errorf("the page lacks %q", words)
		}
	}
	checkPage(t, body)
}

// Common needs on their pages, and what a member's firm and others see of them.
func TestCommonNeedOnThePages(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	needs := w.fair(4)
	broker := cast["own broker"]
	_, body := broker.get("/groups/proposals")
	if !strings.Contains(body, needs[0]) || !strings.Contains(body, "/groups/new?") {
		t.Errorf("nothing is proposed: %s", body)
	}
	res, body := broker.post("/groups", "title", "威海密名轴承厂的磨削烧伤", "summary", "写了一些", "offered", needs[0], "need", needs[0], "need", needs[1])
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "一看就知道是谁") || !strings.Contains(body, "写了一些") || strings.Count(body, " checked") != 2 {
		t.Errorf("a title that leads to a firm: %d %s", res.StatusCode, body)
	}
	at, body := take(t, broker, "/groups", "title", "磨削烧伤的在线检测", "summary", "几家企业的磨削烧伤", "need", needs[0], "need", needs[1], "more", needs[2])
	if !strings.Contains(body, "2 家企业") || !strings.Contains(body, firmName) {
		t.Errorf("the group for staff: %s", body)
	}
	if res, body := broker.post(at+"/steps", "step", "add", "more", "XQ-0", "rev", revOf(t, body)); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "没有这项需求") || !strings.Contains(body, `value="XQ-0"`) {
		t.Errorf("an unknown need: %d %s", res.StatusCode, body)
	}
	_, body = take(t, broker, at+"/steps", "step", "add", "more", needs[3], "rev", revOf(t, body))
	take(t, broker, at+"/steps", "step", "split", "needs", needs[2], "needs", needs[3], "title", "轴颈烧伤的检测", "rev", revOf(t, body))
	if _, list := broker.get("/groups"); !strings.Contains(list, "轴颈烧伤的检测") || !strings.Contains(list, "磨削烧伤的在线检测") {
		t.Errorf("the list: %s", list)
	}
	_, match := broker.get(at + "?match=1")
	if !strings.Contains(match, `name="target"`) && !strings.Contains(match, "没有合适的人选") {
		t.Errorf("matching says nothing: %s", match)
	}
	if res, body := broker.post(at+"/introductions", "person", "ZJ-0"); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "没有这个推荐对象") || !strings.Contains(body, `value="ZJ-0"`) {
		t.Errorf("an unknown person: %d %s", res.StatusCode, body)
	}
	_, body = take(t, broker, at+"/introductions", "person", "ZJ-20 ZJ-21")
	if !strings.Contains(body, "磨床甲") {
		t.Errorf("the introduction: %s", body)
	}
	_, page := cast["own firm"].get("/needs/" + needs[0])
	if !strings.Contains(page, "共 2 家企业、2 项需求") || strings.Contains(page, "文登另一家曲轴厂") || strings.Contains(page, at) {
		t.Errorf("what the firm sees: %s", page)
	}
	for _, who := range []string{"visitor", "other firm", "craftsman", "other broker"} {
		for _, path := range []string{"/needs/" + needs[0], at, "/groups"} {
			if _, body := cast[who].get(path); strings.Contains(body, "家企业、") || strings.Contains(body, firmName) {
				t.Errorf("%s reads of it at %s", who, path)
			}
		}
	}
}

// Handing over: a preview, what was typed stays, what moved is said, and nothing
// is left without a next action.
func TestHandoverOnThePage(t *testing.T) {
	a := newAffair(t)
	admin := a.cast["administrator"]
	n := account.NewUser{Login: "hongniang3", Role: account.Broker, Org: "GH-1", Name: "红娘新", Password: goodPassword}
	if _, _, err := a.users.AddUser(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if _, body := admin.get("/handover"); !strings.Contains(body, "看看手上有什么") {
		t.Errorf("the page: %s", body)
	}
	if _, body := admin.get("/handover?from=nobody"); !strings.Contains(body, "没有这位红娘") {
		t.Errorf("nobody's work: %s", body)
	}
	_, body := admin.get("/handover?from=hongniang")
	if !strings.Contains(body, a.code) || !strings.Contains(body, "打电话问钱师傅") {
		t.Errorf("the preview: %s", body)
	}
	res, body := admin.post("/handover", "from", "hongniang", "to", "hongniang", "note", "", "case", a.code)
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "请交给另外一位") || !strings.Contains(body, "为什么移交，接手") {
		t.Errorf("to himself: %d %s", res.StatusCode, body)
	}
	res, body = admin.post("/handover", "from", "hongniang", "to", "hongniang3", "note", "调岗", "case", a.code)
	if res.StatusCode != http.StatusOK || !strings.Contains(body, "已移交 1 件") {
		t.Errorf("handed over: %d %s", res.StatusCode, body)
	}
	in, err := a.cases.Store.Get(t.Context(), a.code)
	if err != nil || in.Broker.Name != "红娘新" || in.Next == nil || in.Next.User != in.Broker.User {
		t.Errorf("the case: %+v, %v", in, err)
	}
	if res, body := a.cast["other broker"].post("/handover", "from", "hongniang3", "to", "hongniang", "note", "拿来", "case", a.code); strings.Contains(body, "已移交 1") {
		t.Errorf("another union's broker takes it: %d %s", res.StatusCode, body)
	}
}
