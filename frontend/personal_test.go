package frontend_test

import (
	"archive/zip"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/personal"
)

// dataOf gives the JSON of an export.
func dataOf(t *testing.T, body string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatalf("%v in %q", err, body[:min(len(body), 200)])
	}
	f, err := z.Open("data.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A craftsman takes his data along and asks to be forgotten; a broker of his union
// carries it out; nobody reads of him afterwards.
func TestForgottenByThePages(t *testing.T) {
	a := newAffair(t)
	him, broker := a.cast["craftsman"], a.cast["own broker"]
	if _, err := a.users.ChangeUser(t.Context(), mustUser(t, a.world, "gongjiang").Code, account.UserChange{Name: text("钱师傅")}); err != nil {
		t.Fatal(err)
	}
	_, body := him.get("/account/data.zip")
	if data := dataOf(t, body); !strings.Contains(data, "钱师傅") || !strings.Contains(data, "13555555555") || strings.Contains(data, secret) {
		t.Errorf("his data: %s", data)
	}
	if res, body := him.post("/account/erasure", "words", "退休了"); res.StatusCode != 422 || !strings.Contains(body, "请先勾选") {
		t.Errorf("without the tick: %d", res.StatusCode)
	}
	if res, _ := him.post("/account/erasure", "words", "退休了", "sure", "yes"); res.StatusCode != 303 {
		t.Fatalf("asked: %d", res.StatusCode)
	}
	if _, body := him.get("/account"); !strings.Contains(body, "提出的注销申请已登记") || strings.Contains(body, "申请注销</button>") {
		t.Error("his page does not say that he asked")
	}
	_, body = broker.get("/personal")
	at := regexp.MustCompile(`action="(/personal/ZX[^"]+)"`).FindStringSubmatch(body)
	if at == nil || !strings.Contains(body, "退休了") {
		t.Fatalf("the broker is not shown the request: %s", body)
	}
	if _, body := a.cast["other broker"].get("/personal"); strings.Contains(body, "退休了") {
		t.Error("a broker of another union is")
	}
	if res, _ := a.cast["other broker"].post(at[1], "answer", "erase", "sure", "yes"); res.StatusCode != 404 {
		t.Errorf("and carries it out: %d", res.StatusCode)
	}
	for _, path := range []string{"/personal/data?of=ZJ-5", "/personal/data?of=gongjiang", "/personal/data?of=nobody"} {
		if res, _ := a.cast["other broker"].get(path); res.StatusCode != 404 {
			t.Errorf("another union's broker, %s: %d", path, res.StatusCode)
		}
	}
	if _, body := broker.get("/personal/data?of=ZJ-5"); !strings.Contains(dataOf(t, body), "13555555555") {
		t.Error("his broker cannot give him his data")
	}
	if res, body := broker.post(at[1], "answer", "refuse", "reason", ""); res.StatusCode != 422 || !strings.Contains(body, "理由") {
		t.Errorf("refused without a reason: %d", res.StatusCode)
	}
	if res, _ := broker.post(at[1], "answer", "erase"); res.StatusCode != 422 {
		t.Errorf("without the tick: %d", res.StatusCode)
	}
	if res, body := broker.post(at[1], "answer", "erase", "sure", "yes"); res.StatusCode != 303 {
		t.Fatalf("carried out: %d %s", res.StatusCode, body)
	}
	people := &personal.Service{Catalog: a.records, Accounts: a.users, Items: a.users.Store, Cases: a.cases.Store, Now: func() time.Time { return clock }, Log: a.records.Log}
	if err := people.Go(t.Context()); err != nil {
		t.Fatal(err)
	}
	if res, _ := him.get("/account"); res.StatusCode == 200 {
		t.Error("he is still signed in")
	}
	for who, b := range a.cast {
		for _, path := range []string{"/experts/ZJ-5", "/search?q=钱师傅", a.path(), "/personal", "/needs/XQ-80"} {
			if _, body := b.get(path); strings.Contains(strings.ReplaceAll(body, `value="钱师傅"`, ""), "钱师傅") && !strings.HasPrefix(path, "/search") || strings.Contains(body, "13555555555") {
				t.Errorf("%s reads of him at %s", who, path)
			}
		}
	}
	if _, body := a.cast["administrator"].get("/personal"); !strings.Contains(body, "已办结") || !strings.Contains(body, personal.Gone) {
		t.Errorf("what became of it: %s", body)
	}
}

// Staff note what somebody asked for; what is wrong keeps what was typed.
func TestNotedByStaff(t *testing.T) {
	a := newAffair(t)
	broker := a.cast["own broker"]
	if res, body := broker.post("/personal", "of", "ZJ-5", "words", "嗯"); res.StatusCode != 422 || !strings.Contains(body, `value="ZJ-5"`) || !strings.Contains(body, "怎样提出的") {
		t.Errorf("hardly a word: %d", res.StatusCode)
	}
	if res, _ := broker.post("/personal", "of", "ZJ-404", "words", "本人来函提出"); res.StatusCode != 404 {
		t.Errorf("nobody: %d", res.StatusCode)
	}
	if res, _ := broker.post("/personal", "of", "ZJ-5", "words", "本人来函提出"); res.StatusCode != 303 {
		t.Errorf("noted: %d", res.StatusCode)
	}
	_, body := broker.get("/personal?done=asked")
	at := regexp.MustCompile(`action="(/personal/ZX[^"]+)"`).FindStringSubmatch(body)
	if at == nil {
		t.Fatalf("it is not listed: %s", body)
	}
	if res, _ := broker.post(at[1], "answer", "refuse", "reason", "合同还在履行"); res.StatusCode != 303 {
		t.Errorf("refused: %d", res.StatusCode)
	}
	if _, body := a.cast["craftsman"].get("/account"); !strings.Contains(body, "合同还在履行") || !strings.Contains(body, "申请注销</button>") {
		t.Error("he is not told why, or cannot ask again")
	}
	// Staff are nobody's but the administrators'.
	if res, _ := broker.post("/personal", "of", "lingdao", "words", "领导来函提出"); res.StatusCode != 404 {
		t.Errorf("a leader's data in a broker's hands: %d", res.StatusCode)
	}
}
