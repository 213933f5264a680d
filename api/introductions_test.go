package api_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/matcher"
)

// newIntroductions brokers on the store of a service.
func newIntroductions(s *service) *brokering.Service {
	return &brokering.Service{
		Store: s.store.Introductions(), Catalog: s.store, Staff: s.users.User, Now: func() time.Time { return testTime },
		Random: rand.Reader, Links: brokering.Links{Key: bytes.Repeat([]byte{9}, 32)},
		Organisations: (&matcher.Records{Store: s.store, Cases: s.store.Introductions()}).Organisations,
	}
}

// brokered is a service with people, a confidential need of the own firm, and a
// craftsman; its steps go over the API.
type brokered struct {
	*service
	cast map[string]sender
	code string
	rev  int64
}

const secretDetail = "圆角半径 R3.2 的密文"

func startBrokered(t *testing.T) *brokered {
	t.Helper()
	s := start(t)
	b := &brokered{service: s, cast: s.cast()}
	need := owned("needs")
	need["detail"], need["contact"], need["union"], need["region_code"] = secretDetail, map[string]any{"name": "赵敏", "phone": "0631-5230000"}, "GH-C", "371002"
	at := s.mustCreate(s.staff, "needs", need)
	made := b.cast["own broker"](http.MethodPost, "/api/v1/introductions", map[string]any{
		"needs": []string{at[strings.LastIndexByte(at, '/')+1:]}, "targets": []any{map[string]any{"kind": "expert", "code": "ZJ-1"}}, "note": "试一试",
	})
	in := decode[brokering.Introduction](t, made)
	if made.status != http.StatusCreated || made.header.Get("Location") != "/api/v1/introductions/"+in.Code {
		t.Fatalf("begun with %d at %s", made.status, made.header.Get("Location"))
	}
	b.code, b.rev = in.Code, in.Rev
	return b
}

// step takes a step that must succeed, over the API.
func (b *brokered) step(who, kind string, pairs ...any) brokering.Introduction {
	b.t.Helper()
	body := with(map[string]any{"step": kind, "rev": b.rev}, pairs...)
	in := decode[brokering.Introduction](b.t, b.cast[who](http.MethodPost, "/api/v1/introductions/"+b.code+"/steps", body))
	b.rev = in.Rev
	return in
}

func (b *brokered) show(who string) answer {
	b.t.Helper()
	return b.cast[who](http.MethodGet, "/api/v1/introductions/"+b.code, nil)
}

// TestFromNeedToBenefitOverTheAPI is a whole life, each step by whom it belongs to.
func TestFromNeedToBenefitOverTheAPI(t *testing.T) {
	b := startBrokered(t)
	day := testTime.Format(time.DateOnly)
	b.step("own broker", "review")
	b.step("own broker", "invite", "text", "想请您看一个滚压难题")
	b.step("craftsman", "accept")
	b.step("craftsman", "answer", "answers", map[string]any{"how_we_help": "改参数", "what_is_unclear": "无", "about_us": "三十年"})
	b.step("own broker", "recommend")
	b.step("own firm", "interest")
	if strings.Contains(string(b.show("craftsman").body), "单位QY-1") {
		t.Error("the name is open before its release")
	}
	for _, what := range []string{"need_name", "need_contact", "need_detail"} {
		b.step("own firm", "release", "release", map[string]any{"what": what})
	}
	if got := string(b.show("craftsman").body); !strings.Contains(got, "单位QY-1") || !strings.Contains(got, secretDetail) || !strings.Contains(got, "0631-5230000") {
		t.Errorf("not everything that was released is shown: %s", got)
	}
	b.step("craftsman", "visit", "visit", map[string]any{"kind": "onsite", "date": day, "findings": "裂在圆角"})
	b.step("craftsman", "help", "help", map[string]any{"kind": "onsite_guidance", "date": day, "persons": []string{"ZJ-1"}, "problem": "开裂", "problem_solved": true, "people_trained": 12})
	b.step("own firm", "confirm_help", "id", "H1")
	b.step("own firm", "sign_contract", "contract", map[string]any{
		"project_name": "圆角滚压", "type": "transfer", "subtype": "tech_secret_transfer", "sign_date": day, "buyer": map[string]any{"name": "单位QY-1"}, "seller": map[string]any{"name": "示例工匠"},
		"amount_fen": 30_000_000, "tech_amount_fen": 20_000_000, "tech_field": "manufacturing", "payment": "once", "ip_kind": "tech_secret", "expected_new_input_fen": 1, "expected_new_output_fen": 2,
	})
	b.step("craftsman", "register_contract", "registration", map[string]any{"office": "威海市技术市场", "applied_at": day, "verdict": "registered", "registration_no": "2026370100012345", "amount_fen": 20_000_000})
	b.step("own broker", "receive_payment", "payment", map[string]any{"date": day, "amount_fen": 10_000_000})
	b.step("own firm", "start")
	b.step("own firm", "accept_work", "acceptance", map[string]any{"date": day, "passed": true, "conclusion": "不裂了"})
	b.attach("own firm", "财务证明.pdf", "enterprise", []byte("%PDF 账"))
	b.step("own firm", "claim_benefit", "benefit", map[string]any{"period": day[:7], "beneficiary": "enterprise", "kind": "saved", "amount_fen": 60_000_000, "method": "返修率", "evidence": []string{"F1"}, "reward": map[string]any{"basis_points": 200}})
	b.step("own broker", "judge_benefit", "id", "B1", "verdict", map[string]any{"status": "verified", "verified_fen": 50_000_000, "proof": "enterprise_finance"})
	b.step("own firm", "pay_reward", "id", "B1", "reward", map[string]any{"date": day, "amount_fen": 1_000_000, "to": "滚压班组"})
	b.step("own broker", "close_success", "outcome", "transfer")
	figures := decode[brokering.Figures](t, b.cast["own leader"](http.MethodGet, "/api/v1/reports/introductions?from="+day+"&to="+day+"&region=371000", nil))
	l, four := figures.Ladder, figures.Four
	if l.Contract != 30_000_000 || l.Registered != 20_000_000 || l.Received != 10_000_000 || l.Benefits[0].Verified != 50_000_000 || l.RewardOwed != 1_000_000 || l.RewardPaid != 1_000_000 {
		t.Errorf("ladder %+v", l)
	}
	if four.Craftsmen != 1 || four.Enterprises != 1 || four.Problems != 1 || four.Trained != 12 || len(four.Behind) != 1 {
		t.Errorf("four numbers %+v", four)
	}
}

// attach uploads a file as a form.
func (b *brokered) attach(who, name, visibility string, data []byte) {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		b.t.Fatal(err)
	}
	_, _ = part.Write(data) // into memory
	_ = form.Close()
	in := decode[brokering.Introduction](b.t, b.cast[who](http.MethodPost, "/api/v1/introductions/"+b.code+"/files?visibility="+visibility, body.Bytes(), "Content-Type", form.FormDataContentType()))
	b.rev = in.Rev
}

// TestWhoSeesAnIntroduction asks with every role before anybody was released
// anything: whom it does not concern gets 404 everywhere.
func TestWhoSeesAnIntroduction(t *testing.T) {
	b := startBrokered(t)
	whole := map[string]bool{"own broker": true, "own leader": true, "administrator": true, "operator": true}
	b.step("own broker", "review", "note", "红娘的私话")
	check := func(parties ...string) {
		t.Helper()
		for who := range b.cast {
			got := b.show(who)
			want := http.StatusNotFound
			switch {
			case whole[who] || strings.Contains(strings.Join(parties, " "), who):
				want = http.StatusOK
			case who == "visitor":
				want = http.StatusUnauthorized
			}
			if got.status != want {
				t.Errorf("%s: %d, want %d: %s", who, got.status, want, got.body)
			}
			if private := strings.Contains(string(got.body), "私话"); private != whole[who] {
				t.Errorf("%s is shown staff's words: %v", who, private)
			}
			if detail := strings.Contains(string(got.body), secretDetail); detail != (whole[who] || who == "own firm") {
				t.Errorf("%s is shown the detail: %v", who, detail)
			}
		}
	}
	check("own firm")
	b.step("own broker", "invite")
	check("own firm", "craftsman")
	for who, want := range map[string]int{"own firm": 1, "craftsman": 1, "own broker": 1, "other firm": 0, "institute": 0, "other broker": 0, "other leader": 0} {
		lines := decode[brokering.Lines](t, b.cast[who](http.MethodGet, "/api/v1/introductions?limit=10", nil))
		if len(lines.Items) != want {
			t.Errorf("%s lists %d", who, len(lines.Items))
		}
	}
}

// TestBadSteps: each is refused in Chinese with its own code.
func TestBadSteps(t *testing.T) {
	b := startBrokered(t)
	at := "/api/v1/introductions/" + b.code + "/steps"
	for _, tt := range []struct {
		name, who string
		body      any
		status    int
		code      string
	}{
		{"no revision", "own broker", map[string]any{"step": "review"}, 422, "introduction.rev_missing"},
		{"an old revision", "own broker", map[string]any{"step": "review", "rev": 7}, 409, "introduction.stale"},
		{"unknown step", "own broker", map[string]any{"step": "fly", "rev": 1}, 422, "introduction.step_unknown"},
		{"too early", "own broker", map[string]any{"step": "sign_contract", "rev": 1}, 409, "introduction.not_now"},
		{"not his", "own firm", map[string]any{"step": "review", "rev": 1}, 403, "introduction.not_yours"},
		{"by the way of attach", "own broker", map[string]any{"step": "attach", "rev": 1}, 422, "introduction.attach_upload"},
		{"unknown field", "own broker", map[string]any{"step": "review", "rev": 1, "stage": "closed_success"}, 422, "record.invalid"},
		{"wrong type", "own broker", map[string]any{"step": 5, "rev": 1}, 422, "record.invalid"},
		{"a forged nonce", "own broker", map[string]any{"step": "invite", "rev": 1, "Nonce": "x"}, 422, "record.invalid"},
		{"no JSON", "own broker", "{", 400, "json.malformed"},
		{"a stranger", "other broker", map[string]any{"step": "review", "rev": 1}, 404, "introduction.not_found"},
		{"nobody", "visitor", map[string]any{"step": "review", "rev": 1}, 401, "access.sign_in"},
		{"a leader", "own leader", map[string]any{"step": "review", "rev": 1}, 403, "access.denied"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := b.cast[tt.who](http.MethodPost, at, tt.body)
			if p := got.problem(t); got.status != tt.status || p.Code != tt.code || !strings.ContainsAny(p.Detail, "。") {
				t.Errorf("%d %s: %s", got.status, p.Code, p.Detail)
			}
		})
	}
	if p := b.cast["own broker"](http.MethodPost, at, map[string]any{"step": "review", "rev": 7}).problem(t); p.Rev != 1 {
		t.Errorf("current revision %d", p.Rev)
	}
	for _, path := range []string{"?stage=nowhere", "?alarm=loud", "?limit=0", "?open=perhaps"} {
		if got := b.cast["own broker"](http.MethodGet, "/api/v1/introductions"+path, nil); got.status != 422 {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if got := b.cast["own leader"](http.MethodGet, "/api/v1/reports/introductions?from=gestern", nil); got.status != 422 {
		t.Errorf("a date in words: %d", got.status)
	}
}

func TestInvitationOverTheAPI(t *testing.T) {
	b := startBrokered(t)
	b.step("own broker", "review")
	b.step("own broker", "invite", "text", "想请您看一个滚压难题")
	link := decode[struct{ Token, Due string }](t, b.cast["own broker"](http.MethodGet, "/api/v1/introductions/"+b.code+"/link", nil))
	if got := b.cast["craftsman"](http.MethodGet, "/api/v1/introductions/"+b.code+"/link", nil); got.status != 403 {
		t.Errorf("a craftsman fetches links: %d", got.status)
	}
	at := "/api/v1/invitations/" + link.Token
	asked := b.visitor(http.MethodGet, at, nil)
	for _, secret := range []string{"QY-1", secretDetail, "示例工匠", "赵敏", "5230000"} {
		if strings.Contains(string(asked.body)+link.Token, secret) {
			t.Errorf("the link says %s: %s", secret, asked.body)
		}
	}
	if got := b.visitor(http.MethodPost, at, map[string]any{"answer": "maybe"}); got.status != 422 {
		t.Errorf("maybe: %d", got.status)
	}
	got := decode[struct{ Stage string }](t, b.visitor(http.MethodPost, at, map[string]any{"answer": "accept"}))
	if got.Stage != "accepted" {
		t.Errorf("answered with %s", got.Stage)
	}
	if again := b.visitor(http.MethodPost, at, map[string]any{"answer": "decline", "reason": "too_busy"}); again.status != 409 || again.problem(t).Code != "link.used" {
		t.Errorf("a second time: %d %s", again.status, again.body)
	}
	if wrong := b.visitor(http.MethodGet, at+"x", nil); wrong.status != 403 || wrong.problem(t).Code != "link.wrong" {
		t.Errorf("changed: %d %s", wrong.status, wrong.body)
	}
}

func TestAttachmentsOverTheAPI(t *testing.T) {
	b := startBrokered(t)
	b.attach("own firm", "图纸 一号.html", "parties", []byte("<script>alert(1)</script>"))
	at := "/api/v1/introductions/" + b.code + "/files/F1"
	got := b.cast["own broker"](http.MethodGet, at, nil)
	if string(got.body) != "<script>alert(1)</script>" || got.header.Get("Content-Type") != "application/octet-stream" || got.header.Get("Content-Disposition") != "attachment; filename*=UTF-8''"+url.PathEscape("图纸 一号.html") {
		t.Errorf("%v %s", got.header, got.body)
	}
	for who, want := range map[string]int{"own firm": 200, "craftsman": 404, "other firm": 404, "visitor": 401} {
		if got := b.cast[who](http.MethodGet, at, nil); got.status != want {
			t.Errorf("%s: %d", who, got.status)
		}
	}
	raw := b.cast["own broker"](http.MethodPost, "/api/v1/introductions/"+b.code+"/files?visibility=brokers&filename=a.txt", "原样", "Content-Type", "text/plain")
	if in := decode[brokering.Introduction](t, raw); len(in.Attachments) != 2 || in.Attachments[1].Name != "a.txt" {
		t.Errorf("%+v", in.Attachments)
	}
	if bad := b.cast["own broker"](http.MethodPost, "/api/v1/introductions/"+b.code+"/files?visibility=everybody", "x"); bad.status != 422 {
		t.Errorf("for everybody: %d", bad.status)
	}
}

func TestHandOverOverTheAPI(t *testing.T) {
	b := startBrokered(t)
	from, err := b.users.ByLogin(t.Context(), "hongniang")
	if err != nil {
		t.Fatal(err)
	}
	to, err := b.users.ByLogin(t.Context(), "guanli")
	if err != nil {
		t.Fatal(err)
	}
	moved := decode[brokering.Moved](t, b.staff(http.MethodPost, "/api/v1/introductions/handover", map[string]any{"from": from.Code, "to": to.Code, "note": "调走"}))
	if len(moved.Codes) != 1 || len(moved.Failed) != 0 {
		t.Errorf("%+v", moved)
	}
	lines := decode[brokering.Lines](t, b.cast["administrator"](http.MethodGet, "/api/v1/introductions?broker=me&mine=true", nil))
	if len(lines.Items) != 1 || lines.Items[0].Broker.User != to.Code {
		t.Errorf("%+v", lines)
	}
	if got := b.cast["own firm"](http.MethodPost, "/api/v1/introductions/handover", map[string]any{"from": from.Code, "to": to.Code}); got.status != 403 {
		t.Errorf("a firm hands over: %d", got.status)
	}
}

// TestTwentyClientsOverTheAPI: all write at once, half of them with the revision
// that they read: none of what was acknowledged is lost.
func TestTwentyClientsOverTheAPI(t *testing.T) {
	b := startBrokered(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	acked := map[string]bool{}
	for c := range 20 {
		who := []string{"own broker", "own firm"}[c%2]
		wg.Go(func() {
			text := fmt.Sprintf("第%d人的话", c)
			got := b.cast[who](http.MethodPost, "/api/v1/introductions/"+b.code+"/steps", map[string]any{"step": "message", "to": "brokers", "text": text})
			if got.status != http.StatusOK {
				t.Errorf("%s: %d %s", text, got.status, got.body)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			acked[text] = true
		})
	}
	wg.Wait()
	var sight brokering.Sight
	if err := json.Unmarshal(b.show("own broker").body, &sight); err != nil {
		t.Fatal(err)
	}
	for _, m := range sight.Introduction.Messages {
		delete(acked, m.Text)
	}
	if len(acked) > 0 || sight.Introduction.Rev != 21 || len(sight.Introduction.History) != 21 {
		t.Errorf("revision %d, lost %v", sight.Introduction.Rev, acked)
	}
	if _, ok := catalog.Vocab("introduction_stage").Parse(string(sight.Introduction.Stage)); !ok {
		t.Errorf("stage %s", sight.Introduction.Stage)
	}
}

// TestNoCanaryLeavesAnIntroduction plants marked words in every text that a step
// takes, and looks for them in every output of every role, before anything is
// released.
func TestNoCanaryLeavesAnIntroduction(t *testing.T) {
	b := startBrokered(t)
	const firms, staffs = "企密金丝雀", "红密金丝雀"
	b.step("own broker", "review", "note", staffs)
	b.step("own broker", "plan", "next_action", map[string]any{"what": staffs, "who": "broker", "due": testTime.AddDate(0, 0, 9).Format(time.DateOnly)}, "note", staffs)
	b.step("own broker", "invite", "text", "请帮忙", "note", staffs)
	b.step("own broker", "message", "to", "brokers", "text", staffs)
	b.step("own firm", "message", "to", "brokers", "text", firms, "note", firms)
	b.attach("own firm", firms+".pdf", "parties", []byte(firms))
	b.attach("own broker", staffs+".pdf", "brokers", []byte(staffs))
	b.step("craftsman", "accept")
	b.step("craftsman", "answer", "answers", map[string]any{"how_we_help": "改", "what_is_unclear": "无", "about_us": "三十年"})
	link := "/api/v1/introductions/" + b.code
	reads := []string{link, link + "/files/F1", link + "/files/F2", link + "/link", "/api/v1/introductions", "/api/v1/introductions?alarm=reminder", "/api/v1/introductions?need=XQ&stage=accepted",
		"/api/v1/reports/introductions", "/api/v1/changes", "/api/v1/status", "/metrics", "/api/v1/search?q=" + url.QueryEscape(firms), "/api/v1/exports/need?format=jsonl&confidential=true"}
	// Wrong steps too: their errors must not say what is hidden.
	writes := []any{map[string]any{"step": "release", "rev": b.rev, "release": map[string]any{"what": "need_name"}}, map[string]any{"step": "visit", "rev": b.rev, "visit": map[string]any{"files": []string{"F1"}}},
		map[string]any{"step": "decline", "rev": 1, "reason": "too_busy"}, map[string]any{"step": "sign_contract", "rev": b.rev}}
	outputs := 0
	for who, send := range b.cast {
		answers := []answer{}
		for _, path := range reads {
			answers = append(answers, send(http.MethodGet, path, nil))
		}
		for _, body := range writes {
			answers = append(answers, send(http.MethodPost, link+"/steps", body))
		}
		for _, a := range answers {
			outputs++
			mayStaff := who == "own broker" || who == "own leader" || who == "administrator" || who == "operator"
			if strings.Contains(string(a.body), staffs) && !mayStaff {
				t.Errorf("%s reads staff's words in %s %s: %s", who, a.method, a.path, a.body)
			}
			if strings.Contains(string(a.body), firms) && !mayStaff && who != "own firm" && !strings.Contains(a.path, "search") {
				t.Errorf("%s reads the firm's words in %s %s: %s", who, a.method, a.path, a.body)
			}
			if strings.Contains(string(a.body), "单位QY-1") && who == "craftsman" && strings.Contains(a.path, "introductions") {
				t.Errorf("the craftsman reads the name in %s %s: %s", a.method, a.path, a.body)
			}
		}
	}
	if log := b.log.String(); strings.Contains(log, firms) || strings.Contains(log, staffs) || strings.Contains(log, secretDetail) {
		t.Error("the log holds confidential words")
	}
	t.Logf("%d outputs searched", outputs)
}
