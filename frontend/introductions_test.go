package frontend_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/sqlitestore"
)

func newIntroductions(store *sqlitestore.Store, users *account.Service) *brokering.Service {
	return &brokering.Service{
		Store: store.Introductions(), Catalog: store, Staff: users.User, Now: func() time.Time { return clock }, Random: rand.Reader,
		Links: brokering.Links{Key: bytes.Repeat([]byte{5}, 32)},
	}
}

// The confidential words of a case.
const (
	firmName  = "威海密名轴承厂"
	firmPhone = "13666666666"
	secret    = "圆角半径 R3.2 的密文"
)

// affair is a world with a case in it.
type affair struct {
	*world
	cast map[string]*browser
	code string
}

// newAffair has the own broker introduce the craftsman to a need of the own firm,
// by the pages.
func newAffair(t *testing.T, changes ...deps) *affair {
	t.Helper()
	w := newWorld(t, changes...)
	a := &affair{world: w, cast: w.cast()}
	open := catalog.Meta{Status: "published", Visibility: "public", Union: "GH-1"}
	with := func(code string) catalog.Meta { m := open; m.Code = code; return m }
	for _, rec := range []catalog.Record{
		&catalog.Need{Meta: with("XQ-80"), Title: "轴承套圈滚压开裂", SummaryPublic: "套圈滚压以后圆角开裂。", Detail: secret, EnterpriseCode: "DW-1", EnterpriseName: firmName, Contact: &catalog.Contact{Name: "赵敏", Phone: firmPhone}},
		&catalog.Expert{Meta: with("ZJ-5"), Name: "钱师傅", Expertise: "轴承套圈滚压开裂的诊断：调整滚压力、进给和圆角半径，消除套圈滚压以后的圆角裂纹。", Keywords: []string{"轴承套圈", "滚压", "圆角裂纹"}, Contact: &catalog.Contact{Name: "钱师傅", Phone: "13555555555"}},
		&catalog.Expert{Meta: with("ZJ-6"), Name: "周师傅", Expertise: "套圈滚压"},
	} {
		if err := w.records.Create(t.Context(), "test", rec); err != nil {
			t.Fatal(err)
		}
	}
	_, page := a.cast["own broker"].get("/needs/XQ-80")
	link := regexp.MustCompile(`href="(/introductions/new\?[^"]*expert%2FZJ-5[^"]*)"`).FindStringSubmatch(page)
	if link == nil {
		t.Fatalf("nobody can be introduced from the need's page: %.20s", page)
	}
	_, form := a.cast["own broker"].get(strings.ReplaceAll(link[1], "&amp;", "&"))
	if !strings.Contains(form, "钱师傅") || !strings.Contains(form, "轴承套圈滚压开裂") {
		t.Errorf("the form does not say who and what: %s", form)
	}
	res, body := a.cast["own broker"].post("/introductions", "need", "XQ-80", "target", "expert/ZJ-5", "band", "high", "extra", "ZJ-6", "next", "打电话问钱师傅", "due", clock.AddDate(0, 0, 3).Format(time.DateOnly))
	at := res.Header.Get("Location")
	if res.StatusCode != 303 || !strings.HasPrefix(at, "/introductions/DJ-") {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	a.code = strings.TrimPrefix(strings.SplitN(at, "?", 2)[0], "/introductions/")
	return a
}

func (a *affair) path() string { return "/introductions/" + a.code }

// rev is the revision that somebody's page has.
func (a *affair) rev(who string) string {
	a.t.Helper()
	_, body := a.cast[who].get(a.path())
	if m := regexp.MustCompile(`name="rev" value="([1-9]\d*)"`).FindStringSubmatch(body); m != nil {
		return m[1]
	}
	return "0"
}

// step takes a step by its form; it must be on the page and be taken.
func (a *affair) step(who, kind string, pairs ...string) string {
	a.t.Helper()
	_, page := a.cast[who].get(a.path())
	if !strings.Contains(page, `name="step" value="`+kind+`"`) {
		a.t.Fatalf("%s has no form for %s: %s", who, kind, page)
	}
	res, body := a.cast[who].post(a.path()+"/steps", append([]string{"step", kind, "rev", a.rev(who)}, pairs...)...)
	if res.StatusCode != 303 {
		a.t.Fatalf("%s %s: %d %s", who, kind, res.StatusCode, body)
	}
	_, body = a.cast[who].get(res.Header.Get("Location"))
	return body
}

// upload posts a step with a file.
func (a *affair) upload(who string, fields map[string]string, field, name string, data []byte) (*http.Response, string) {
	a.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for key, value := range fields {
		_ = form.WriteField(key, value) // into memory
	}
	part, err := form.CreateFormFile(field, name)
	if err != nil {
		a.t.Fatal(err)
	}
	_, _ = part.Write(data)
	_ = form.Close()
	r := httptest.NewRequestWithContext(a.t.Context(), http.MethodPost, "http://hn.example"+a.path()+"/steps", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Origin", "http://hn.example")
	r.Header.Set("Cookie", a.cast[who].cookie)
	return a.do(r)
}

// deliver tells what happened, as the running service does.
func (a *affair) deliver() {
	a.t.Helper()
	if err := a.cases.Deliver(a.t.Context(), 100, a.told.Tell); err != nil {
		a.t.Fatal(err)
	}
}

// toInterested carries the case to where both sides want to talk.
func (a *affair) toInterested() {
	a.t.Helper()
	a.step("own broker", "review")
	a.step("own broker", "invite", "text", "想请您看一个滚压难题")
	a.step("craftsman", "accept")
	a.step("craftsman", "answer", "answers.how_we_help", "改参数", "answers.what_is_unclear", "无", "answers.about_us", "三十年，电话 13555555555")
	a.step("own broker", "recommend")
	a.step("own firm", "interest")
}

// TestFromMatchToBenefitOnThePages is a whole life: each side uses the forms of
// its own page.
func TestFromMatchToBenefitOnThePages(t *testing.T) {
	a := newAffair(t)
	day := clock.Format(time.DateOnly)
	if body := func() string { _, b := a.cast["own broker"].get(a.path()); return b }(); !strings.Contains(body, "轮到您：打电话问钱师傅") || !strings.Contains(body, "周师傅（备选）") {
		t.Errorf("what was planned, and the alternate, are not shown: %s", body)
	}
	a.toInterested()
	for who, names := range map[string]string{"own firm": "对方还看不到：企业名称、", "craftsman": "对方还看不到："} {
		_, page := a.cast[who].get(a.path())
		next, _, _ := strings.Cut(page, `aria-label="阶段"`)
		if !strings.Contains(next, names) || !strings.Contains(next, `href="#releases"`) {
			t.Errorf("%s does not read beside the next step what is to be opened", who)
		}
	}
	_, before := a.cast["craftsman"].get(a.path())
	for _, word := range []string{firmName, firmPhone, secret} {
		if strings.Contains(before, word) {
			t.Errorf("the craftsman sees %s before its release", word)
		}
	}
	for _, what := range []string{"need_name", "need_contact", "need_detail"} {
		a.step("own firm", "release", "release.what", what)
	}
	_, after := a.cast["craftsman"].get(a.path())
	for _, word := range []string{firmName, firmPhone, secret} {
		if !strings.Contains(after, word) {
			t.Errorf("the craftsman does not see %s after its release", word)
		}
	}
	a.step("craftsman", "visit", "visit.kind", "onsite", "visit.date", day, "visit.attendees", "钱师傅\n赵敏", "visit.findings", "裂在圆角")
	a.step("craftsman", "help", "help.kind", "onsite_guidance", "help.date", day, "help.persons", "钱师傅", "help.problem", "开裂", "help.problem_solved", "yes", "help.people_trained", "12")
	a.step("own firm", "confirm_help", "id", "H1")
	a.step("own firm", "negotiate")
	a.step("own firm", "sign_contract", "contract.project_name", "圆角滚压", "contract.type", "transfer", "contract.subtype", "tech_secret_transfer", "contract.sign_date", day,
		"contract.buyer.name", firmName, "contract.seller.name", "钱师傅", "contract.amount_fen", "30", "contract.tech_amount_fen", "20.5", "contract.tech_field", "manufacturing", "contract.payment", "once",
		"contract.ip_kind", "tech_secret", "contract.expected_new_input_fen", "5", "contract.expected_new_output_fen", "100")
	a.step("craftsman", "register_contract", "registration.office", "威海市技术市场", "registration.applied_at", day, "registration.verdict", "registered", "registration.registration_no", "2026370100012345", "registration.amount_fen", "20.5")
	a.step("own broker", "receive_payment", "payment.date", day, "payment.amount_fen", "10")
	a.step("own firm", "start")
	a.step("own firm", "accept_work", "acceptance.date", day, "acceptance.passed", "yes", "acceptance.conclusion", "不裂了")
	res, body := a.upload("own firm", map[string]string{
		"step": "claim_benefit", "rev": a.rev("own firm"), "benefit.period": day[:7], "benefit.beneficiary": "enterprise", "benefit.kind": "saved", "benefit.amount_fen": "60", "benefit.method": "返修率", "benefit.reward.basis_points": "200",
		"new:benefit.evidence.for": "brokers",
	}, "new:benefit.evidence", "财务证明.pdf", []byte("%PDF 账"))
	if res.StatusCode != 303 {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	body = a.step("own broker", "judge_benefit", "id", "B1", "verdict.status", "verified", "verdict.verified_fen", "50", "verdict.proof", "enterprise_finance")
	for _, want := range []string{"已办：核实成效", "50 万元", "财务证明.pdf", "不相加", "应发 10000 元"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	a.step("own firm", "pay_reward", "id", "B1", "reward.date", day, "reward.amount_fen", "10000", "reward.to", "滚压班组")
	a.step("own firm", "rate", "rating.score", "5", "rating.positive", "很快")
	body = a.step("own broker", "close_success", "outcome", "transfer")
	if !strings.Contains(body, "成功办结：转让") || strings.Contains(body, `value="message"`) {
		t.Errorf("the closed case: %s", body)
	}
	res, body = a.cast["own broker"].get(a.path() + "/files/F1")
	if res.StatusCode != 200 || body != "%PDF 账" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") || res.Header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("the file: %d %v", res.StatusCode, res.Header)
	}
	if res, _ := a.cast["craftsman"].get(a.path() + "/files/F1"); res.StatusCode != 404 {
		t.Errorf("the craftsman gets the firm's proof: %d", res.StatusCode)
	}
}

// TestWhoSeesTheCase: whom it does not concern is told that there is none, on
// every address of it; and the list, the notices and the need's page agree.
func TestWhoSeesTheCase(t *testing.T) {
	a := newAffair(t)
	a.step("own broker", "review", "note", "红娘的私话")
	a.step("own broker", "invite", "text", "想请您看一个滚压难题")
	a.deliver()
	sees := map[string]bool{"own broker": true, "own leader": true, "administrator": true, "own firm": true, "craftsman": true}
	for who, b := range a.cast {
		res, body := b.get(a.path())
		if who == "visitor" {
			if res.StatusCode != 303 {
				t.Errorf("visitor: %d", res.StatusCode)
			}
			continue
		}
		if (res.StatusCode == 200) != sees[who] || !sees[who] && res.StatusCode != 404 {
			t.Errorf("%s: %d", who, res.StatusCode)
		}
		_, list := b.get("/introductions?tab=all")
		_, need := b.get("/needs/XQ-80")
		if strings.Contains(list, a.code) != sees[who] || strings.Contains(need, a.code) != sees[who] {
			t.Errorf("%s: list %v, need %v", who, strings.Contains(list, a.code), strings.Contains(need, a.code))
		}
		_, notices := b.get("/notices")
		if told := strings.Contains(notices, a.code); told != (who == "craftsman") {
			t.Errorf("%s: told %v", who, told)
		}
		if who == "craftsman" || who == "other firm" || who == "other broker" {
			for _, page := range []string{body, list, need, notices} {
				for _, word := range []string{firmName, firmPhone, secret, "红娘的私话", "周师傅（备选）"} {
					if strings.Contains(page, word) {
						t.Errorf("%s is shown %s", who, word)
					}
				}
			}
		}
	}
	if _, body := a.cast["own leader"].get(a.path()); strings.Contains(body, `name="step"`) {
		t.Error("a leader is shown forms")
	}
	_, firm := a.cast["own firm"].get(a.path())
	if strings.Contains(firm, "钱师傅") || strings.Contains(firm, "红娘的私话") {
		t.Error("the firm knows who before the recommendation")
	}
}

// TestNothingTypedIsLost: a form that is refused comes back as it was typed, with
// what is wrong beside its field; so does one that came too late.
func TestNothingTypedIsLost(t *testing.T) {
	a := newAffair(t)
	a.toInterested()
	a.step("own firm", "release", "release.what", "need_name")
	rev := a.rev("craftsman")
	res, body := a.cast["craftsman"].post(a.path()+"/steps", "step", "visit", "rev", rev, "visit.kind", "onsite", "visit.date", "2027-01-01", "visit.findings", "裂在<圆角>处")
	if res.StatusCode != 422 || !strings.Contains(body, "裂在&lt;圆角&gt;处") || !strings.Contains(body, `value="onsite" selected`) || !strings.Contains(body, "还没有到") || !strings.Contains(body, `aria-invalid="true"`) {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	a.step("own broker", "visit", "visit.kind", "online", "visit.date", "2026-11-01")
	res, body = a.cast["craftsman"].post(a.path()+"/steps", "step", "visit", "rev", rev, "visit.kind", "onsite", "visit.date", "2026-11-02", "visit.findings", "第二次去看")
	if res.StatusCode != 409 || !strings.Contains(body, "刚被别人办过一步") || !strings.Contains(body, "第二次去看") || strings.Contains(body, `name="rev" value="`+rev+`"`) {
		t.Errorf("stale: %d %s", res.StatusCode, body)
	}
	res, body = a.cast["own firm"].post(a.path()+"/steps", "step", "interest", "rev", a.rev("own firm"), "note", "再说一次")
	if res.StatusCode != 409 || !strings.Contains(body, "不能“有合作意向”") {
		t.Errorf("a step that is over: %d", res.StatusCode)
	}
	res, body = a.cast["own firm"].post(a.path()+"/steps", "step", "sign_contract", "rev", a.rev("own firm"), "contract.amount_fen", "三十万", "contract.project_name", "圆角")
	if res.StatusCode != 422 || !strings.Contains(body, `value="三十万"`) || !strings.Contains(body, "应填数字") {
		t.Errorf("no number: %d", res.StatusCode)
	}
	if res, body := a.upload("own firm", map[string]string{"step": "attach", "visibility": "brokers"}, "other", "x", []byte("x")); res.StatusCode != 422 || !strings.Contains(body, "请选择一个文件") {
		t.Errorf("no file: %d %s", res.StatusCode, body)
	}
}

// TestListAndNotices: tabs, filters, what is to do, and what was told.
func TestListAndNotices(t *testing.T) {
	a := newAffair(t)
	a.step("own broker", "review")
	a.step("own broker", "invite", "text", "想请您看一个滚压难题")
	a.deliver()
	for _, c := range []struct {
		who, query string
		there      bool
		says       string
	}{
		{"craftsman", "", true, "轮到您：答复邀约"},
		{"own broker", "", false, "现在没有轮到您办的事"},
		{"own broker", "?tab=mine", true, "等服务方"},
		{"own broker", "?tab=all&who=enterprise", false, "没有符合这些条件"},
		{"own broker", "?tab=all&stage=invited", true, "已邀约"},
		{"own broker", "?tab=all&late=reminder", false, "没有符合"},
		{"own firm", "?tab=all", true, "等服务方"},
		{"other firm", "?tab=all", false, "还没有对接单"},
		{"own leader", "", false, "没有停滞两周以上"},
		{"administrator", "?tab=all&who=provider&need=XQ-80", true, "按编号开一张"},
	} {
		res, body := a.cast[c.who].get("/introductions" + c.query)
		if res.StatusCode != 200 || strings.Contains(body, a.code) != c.there || !strings.Contains(body, c.says) {
			t.Errorf("%s %s: %d, there %v, says %q: %v", c.who, c.query, res.StatusCode, strings.Contains(body, a.code), c.says, strings.Contains(body, c.says))
		}
	}
	b := a.cast["craftsman"]
	_, body := b.get("/notices")
	upTo := regexp.MustCompile(`name="upto" value="([^"]+)"`).FindStringSubmatch(body)
	if upTo == nil || !strings.Contains(body, "1 条未读") {
		t.Fatalf("notices: %s", body)
	}
	if res, _ := b.post("/notices", "upto", upTo[1]); res.StatusCode != 303 {
		t.Errorf("%d", res.StatusCode)
	}
	if _, body := b.get("/notices"); strings.Contains(body, "未读") || !strings.Contains(body, a.code) {
		t.Errorf("what was read is still unread: %s", body)
	}
}

// TestBeginIsRefused: a form that cannot be taken comes back as it was.
func TestBeginIsRefused(t *testing.T) {
	a := newAffair(t)
	b := a.cast["own broker"]
	for _, c := range []struct {
		pairs []string
		says  string
	}{
		{[]string{"need", "XQ-80", "target", "ZJ-5"}, "已有一张对接单"},
		{[]string{"need", "XQ-80", "target", "expert/ZJ-99"}, "没有这个推荐对象"},
		{[]string{"need", "XQ-80", "target", "ZJ-1"}, "推荐对象是需求企业自"},
		{[]string{"need", "XQ-80", "target", "ZJ-6", "extra", "ZJ-98"}, "ZJ-98：没有这个推荐对象"},
		{[]string{"need", "XQ-99", "target", "ZJ-6"}, "没有编号为“XQ-99”"},
		{[]string{"need", "XQ-80", "target", "ZJ-6", "next", "打电话", "due", "2026-11-20"}, "明天或以后"},
	} {
		res, body := b.post("/introductions", append(c.pairs, "note", "我写的说明")...)
		if res.StatusCode < 400 || res.StatusCode >= 500 || !strings.Contains(body, c.says) || !strings.Contains(body, "我写的说明") {
			t.Errorf("%v: %d, says %v", c.pairs, res.StatusCode, strings.Contains(body, c.says))
		}
	}
	if res, _ := a.cast["own firm"].post("/introductions", "need", "XQ-80", "target", "ZJ-6"); res.StatusCode != 403 {
		t.Errorf("a firm begins: %d", res.StatusCode)
	}
	if _, body := b.get("/match?example=1"); !strings.Contains(body, "/introductions/new?") {
		t.Error("nobody can be introduced from a match")
	}
	if _, body := a.browser().get("/match?example=1"); strings.Contains(body, "/introductions/new") {
		t.Error("a visitor is offered to introduce")
	}
}

// TestHandover moves a case by the new broker's login.
func TestHandover(t *testing.T) {
	a := newAffair(t)
	res, _ := a.cast["own broker"].post(a.path()+"/steps", "step", "handover", "rev", a.rev("own broker"), "broker.user", "guanli")
	if res.StatusCode != 303 {
		t.Fatalf("%d", res.StatusCode)
	}
	if _, body := a.cast["administrator"].get("/introductions?tab=mine"); !strings.Contains(body, a.code) {
		t.Error("the case did not move")
	}
	if res, body := a.cast["administrator"].post(a.path()+"/steps", "step", "handover", "rev", a.rev("administrator"), "broker.user", "niemand"); res.StatusCode != 422 || !strings.Contains(body, "没有这位红娘") {
		t.Errorf("%d %s", res.StatusCode, fmt.Sprintf("%.300s", body))
	}
}
