package browser_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
)

// The demonstration's need, and who can help with it.
const (
	demoNeed   = "/needs/XQ-2026-A022"
	demoPerson = "ZJ-2026-A005"
)

// person is somebody at a browser of his own.
type person struct {
	*tab
	name string
	page string // of the introduction
}

// signIn opens a browser for one of the demonstration's users.
func signIn(t testing.TB, login string) *person {
	t.Helper()
	return signInAt(openTab(t), login)
}

// signInAt signs in at a browser that is open.
func signInAt(at *tab, login string) *person {
	at.t.Helper()
	p := &person{tab: at, name: login}
	p.open("/login")
	p.write("#name", login)
	p.write("#password", demoPassword)
	p.click(".form .button")
	p.see(".who summary")
	return p
}

// asRole opens a browser for one of the demonstration's users, or, for "", for
// somebody who has not signed in.
func asRole(t testing.TB, login string) *person {
	t.Helper()
	p := &person{tab: openTab(t), name: login}
	if login != "" {
		p = signInAt(p.tab, login)
	}
	if login == "lingdao" {
		p.soon("/leader", "document.querySelector('#funnel')") // the book is filled beside the start
	}
	return p
}

// put fills a field of any kind.
func (p *person) put(css, value string) {
	p.t.Helper()
	p.see(css)
	p.eval(shown + "(" + quoted(css) + ").value = " + quoted(value))
}

// step opens the form of a step, fills it by the ends of its fields' ids and
// sends it; the page must say that it was done.
func (p *person) step(kind string, pairs ...string) {
	p.t.Helper()
	p.open(p.page)
	form := "#step-" + kind
	if p.eval("document.querySelector('"+form+"').open") != "true" {
		p.click(form + " > summary")
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		p.put("#f-"+kind+"-"+pairs[i], pairs[i+1])
	}
	p.click(form + " .form-foot .button")
	p.done(kind)
}

func (p *person) done(kind string) {
	p.t.Helper()
	p.eventually("done "+kind, "location.search === '?done="+kind+"' && document.querySelector('.done')")
}

// soon opens a page until what is told in the background is on it.
func (p *person) soon(path, expression string) {
	p.t.Helper()
	p.within(patience, path, expression)
}

func (p *person) within(long time.Duration, path, expression string) {
	p.t.Helper()
	for end := time.Now().Add(long); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		p.open(path)
		if p.eval("Boolean("+expression+")") == "true" {
			return
		}
	}
	p.t.Fatalf("%s: never came%s", expression, p.here())
}

// says fails unless the page has the words.
func (p *person) says(words ...string) {
	p.t.Helper()
	body := p.eval("document.body.innerText")
	for _, w := range words {
		if !strings.Contains(body, w) {
			p.t.Errorf("%s does not read %q%s", p.name, w, p.here())
		}
	}
}

// picture draws the page, wide and narrow, when somebody wants to look.
func (p *person) picture(name string) {
	p.t.Helper()
	p.report(name, checkContrast)
	p.phone()
	p.report(name+" on a phone", checkPhone)
	if p.eval("!document.querySelector('.who') || document.querySelector('.who').getBoundingClientRect().top < 60") != "true" {
		p.t.Errorf("%s: the header takes two lines on a phone", name)
	}
	p.draw(name + "-390")
	p.window(1280, 900, false)
	p.draw(name + "-1280")
}

// TestThreeBrowsers takes the demonstration's need from a match to a verified
// benefit: broker, craftsman and enterprise, each at a browser of his own; the
// enterprise without JavaScript.
func TestThreeBrowsers(t *testing.T) {
	t.Parallel()
	own := ownServer(t) // the campaign's test takes up the craftsman's time on the one that all share
	sign := func(login string) *person { return signInAt(openTabOn(t, own), login) }
	broker, craftsman, firm := sign("hongniang"), sign("gongjiang"), sign("qiye")
	call(firm.tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	today := firm.eval("new Date(Date.now() + 8*3600e3).toISOString().slice(0, 10)")
	introduce(broker)
	craftsman.page, firm.page = broker.page, broker.page
	broker.step("review")
	broker.step("invite", "text", "想请您看看一台数控车床的选型和改造")
	broker.says("等服务方：答复邀约", "复制")
	if link := broker.eval("document.querySelector('#invitation-link').value"); !strings.Contains(link, "/invitations/") {
		t.Errorf("the link reads %q", link)
	}
	broker.picture("broker-invited")

	craftsman.soon("/notices", "document.querySelector('.fresh a[href=\""+craftsman.page+"\"]') && document.querySelector('.unread')")
	craftsman.picture("craftsman-notices")
	craftsman.open("/introductions")
	craftsman.says("轮到您：答复邀约")
	craftsman.picture("craftsman-list")
	craftsman.click(".case-title[href='" + craftsman.page + "']")
	craftsman.see("#step-accept")
	craftsman.picture("craftsman-invited")
	craftsman.step("accept")
	craftsman.step("answer", "answers-how-we-help", "用现有刀架改，两周内试切。", "answers-what-is-unclear", "无", "answers-about-us", "从事车工二十九年。")
	broker.step("recommend")

	firm.open(demoNeed)
	firm.says("对接进展", "轮到您：答复是否有意向")
	firm.picture("firm-need")
	firm.click("#introductions .case-title")
	firm.see("#step-interest")
	firm.says("用现有刀架改")
	firm.picture("firm-recommended")
	firm.step("interest")
	firm.open(firm.page)
	firm.click("#releases .button")
	firm.done("release")
	craftsman.step("visit", "visit-kind", "onsite", "visit-date", today, "visit-findings", "旧刀架磨损，导轨还好。")
	craftsman.step("help", "help-kind", "onsite_guidance", "help-date", today, "help-persons", "王建军（示例）", "help-problem", "细长轴让刀", "help-people-trained", "12")
	firm.step("confirm_help", "id", "H1")
	firm.step("negotiate")
	firm.picture("firm-negotiating")
	firm.step("sign_contract", "contract-type", "service", "contract-subtype", "general_service", "contract-sign-date", today, "contract-amount-fen", "12", "contract-tech-amount-fen", "9.5")
	firm.step("start")
	firm.step("accept_work", "acceptance-date", today, "acceptance-passed", "yes", "acceptance-conclusion", "试切合格。")
	claimWithProof(firm, today)
	broker.step("judge_benefit", "id", "B1", "verdict-status", "verified", "verdict-verified-fen", "30", "verdict-proof", "enterprise_finance")
	broker.picture("broker-verified")
	broker.step("close_success", "outcome", "onsite_guidance")

	firm.open(firm.page)
	firm.says("成功办结：现场指导", "已核实", "30 万元", "36 万元", "12 万元", "不相加", "应发 6000 元")
	firm.picture("firm-closed")
	firm.open("/introductions?tab=all")
	firm.says("成功办结")
	broker.open("/introductions?tab=mine")
	broker.picture("broker-list")
	firm.soon(demoNeed, "document.querySelector('.record-head').innerText.includes('已解决')")
}

// introduce: two clicks from the need's page.
func introduce(broker *person) {
	broker.t.Helper()
	broker.open(demoNeed)
	broker.click(".introduce a[href*='" + demoPerson + "']")
	broker.see("#target")
	broker.picture("broker-begin")
	broker.click(".form .button")
	broker.done("create")
	broker.page = broker.eval("location.pathname")
}

// claimWithProof sends the proof along with the claim.
func claimWithProof(firm *person, today string) {
	firm.t.Helper()
	proof := filepath.Join(firm.t.TempDir(), "财务证明.pdf")
	if err := os.WriteFile(proof, []byte("%PDF-1.4 示例"), 0o600); err != nil {
		firm.t.Fatal(err)
	}
	firm.open(firm.page)
	firm.attach("#f-claim_benefit-benefit-evidence-new", proof)
	for _, pair := range [][2]string{
		{"period", today[:4]}, {"beneficiary", "enterprise"}, {"kind", "saved"}, {"amount-fen", "36"}, {"method", "返工工时"}, {"reward-basis-points", "200"},
	} {
		firm.put("#f-claim_benefit-benefit-"+pair[0], pair[1])
	}
	firm.picture("firm-claim")
	firm.click("#step-claim_benefit .form-foot .button")
	firm.done("claim_benefit")
}

// An invited person without an account answers on a phone: one click, and then
// the three questions.
func TestInvitationOnAPhone(t *testing.T) {
	t.Parallel()
	broker := signIn(t, "hongniang")
	broker.open("/introductions/new?need=XQ-2026-A034&target=expert/ZJ-2026-A046")
	broker.click(".form .button")
	broker.done("create")
	broker.page = broker.eval("location.pathname")
	broker.step("review")
	broker.step("invite", "text", "想请您看看一台校直油压机")
	link := broker.eval("document.querySelector('#invitation-link').value")
	guest := &person{tab: openTab(t), name: "the invited"}
	call(guest.tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	guest.phone()
	guest.open(link[strings.Index(link, "/invitations/"):]) // the link names the host by its own name
	guest.says("想请您看看一台校直油压机")
	guest.picture("invitation")
	guest.phone()
	guest.click("button[value=accept]")
	guest.see("#f-answer-answers-about-us")
	guest.picture("invitation-questions")
	guest.phone()
	guest.write("#f-answer-answers-how-we-help", "换密封，查卸荷阀。")
	guest.write("#f-answer-answers-what-is-unclear", "无")
	guest.write("#f-answer-answers-about-us", "修液压二十年。")
	guest.click(".form .button")
	guest.see(".done")
	broker.open(broker.page)
	broker.says("换密封，查卸荷阀", "推荐给企业")
}
