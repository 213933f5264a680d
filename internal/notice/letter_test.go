package notice_test

import (
	"bytes"
	"context"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/mail"
	"hongniang/internal/notice"
)

// post is an office with a queue of letters; what goes out is kept.
type post struct {
	*office
	queue *mail.Queue
	sent  []mail.Letter
	fail  error
}

const base = "https://hongniang.example.cn"

func newPost(t *testing.T) *post {
	t.Helper()
	p := &post{office: newOffice(t)}
	store := p.notices.Store
	users := &account.Service{Store: store}
	p.notices.Readers = &notice.Readers{Users: users.Users, User: users.User, Records: p.records.Store, Store: store}
	p.notices.Cases, p.notices.BaseURL, p.notices.Offs = p.cases, base, notice.Offs{Key: bytes.Repeat([]byte{9}, 32)}
	p.queue = &mail.Queue{
		Store: store, Now: func() time.Time { return p.now }, Log: slog.New(slog.DiscardHandler), Write: p.notices.Write, GaveUp: p.notices.Undelivered,
		Send: func(_ context.Context, l mail.Letter) error {
			if p.fail == nil {
				p.sent = append(p.sent, l)
			}
			return p.fail
		},
	}
	p.notices.Order = p.queue.Put
	p.setContact("qian@example.cn")
	for _, a := range []account.Actor{firm, broker, leader} {
		body := `{"code":"` + a.User + `","login":"` + a.User + `","name":"` + a.Name + `","role":"` + string(a.Role) + `","org":"` + a.Org + `"}`
		if err := store.Insert(t.Context(), account.Item{Kind: account.KindUser, ID: a.User, Name: a.User, Body: []byte(body)}); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// setContact gives the master's record a mail address, and the need a secret.
func (p *post) setContact(address string) {
	p.t.Helper()
	rec, err := p.records.Get(p.t.Context(), catalog.KindExpert, "ZJ-1")
	if err != nil {
		p.t.Fatal(err)
	}
	e := rec.(*catalog.Expert)
	e.Contact = &catalog.Contact{Name: "钱师傅", Email: address}
	if err := p.records.Update(p.t.Context(), "test", e); err != nil {
		p.t.Fatal(err)
	}
}

// mails sends what is due and gives what went out.
func (p *post) mails() []mail.Letter {
	p.t.Helper()
	p.sent = nil
	if _, err := p.queue.Step(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
	return p.sent
}

// confirm gives a user a mail address, as he does it himself.
func (p *post) confirm(a account.Actor, address string) {
	p.t.Helper()
	if _, err := p.notices.SetMail(p.t.Context(), a.User, address); err != nil {
		p.t.Fatal(err)
	}
	letters := p.mails()
	if len(letters) != 1 || letters[0].To != address {
		p.t.Fatalf("to confirm: %+v", letters)
	}
	if _, err := p.notices.Confirm(p.t.Context(), tokenIn(p.t, letters[0], "/letters/confirm/")); err != nil {
		p.t.Fatal(err)
	}
}

func tokenIn(t *testing.T, l mail.Letter, path string) string {
	t.Helper()
	m := regexp.MustCompile(regexp.QuoteMeta(base+path) + `([A-Za-z0-9_-]+)`).FindStringSubmatch(l.Text())
	if m == nil {
		t.Fatalf("no link %s in:\n%s", path, l.Text())
	}
	return m[1]
}

// The invited gets a letter that he answers by its link, without an account.
func TestInvitationLetter(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	code := p.invite()
	letters := p.mails()
	if len(letters) != 1 || letters[0].To != "qian@example.cn" || letters[0].Name != "钱师傅" || !strings.HasPrefix(letters[0].Off, base+"/letters/off/") {
		t.Fatalf("%+v", letters)
	}
	text := letters[0].Text()
	for _, words := range []string{"圆角滚压开裂", "请看看滚压", "工会红娘红娘", "之前答复"} {
		if !strings.Contains(text, words) {
			t.Errorf("the letter lacks %q:\n%s", words, text)
		}
	}
	for _, secret := range []string{"甲厂", "DW-1"} {
		if strings.Contains(text, secret) || strings.Contains(letters[0].Subject, secret) {
			t.Errorf("%q before its release:\n%s", secret, text)
		}
	}
	stage, err := p.cases.AnswerLink(t.Context(), tokenIn(t, letters[0], "/invitations/"), true, "", "")
	if err != nil || stage != brokering.Accepted {
		t.Errorf("%s: %s, %v", code, stage, err)
	}
}

// Told again after a crash, a letter goes out once; one that is over does not.
func TestInvitationLetterOnce(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	code := p.invite()
	p.take(broker, code, brokering.Step{Kind: brokering.Decline, Reason: "too_busy", Note: "钱师傅今天电话里说没空"})
	p.deliver()
	for _, l := range p.mails() {
		if strings.Contains(l.Text(), "/invitations/") {
			t.Errorf("an invitation that is over: %s", l.Text())
		}
	}
	if again := p.mails(); len(again) != 0 {
		t.Errorf("again: %+v", again)
	}
}

// What is for brokers only has no title in a letter.
func TestLetterOfASecretNeed(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	rec, err := p.records.Get(t.Context(), catalog.KindNeed, "XQ-1")
	if err != nil {
		t.Fatal(err)
	}
	need := rec.(*catalog.Need)
	need.Confidentiality, need.Detail = "nda", "金丝雀详情"
	if err := p.records.Update(t.Context(), "test", need); err != nil {
		t.Fatal(err)
	}
	p.invite()
	letters := p.mails()
	if len(letters) != 1 {
		t.Fatalf("%+v", letters)
	}
	for _, secret := range []string{"圆角滚压开裂", "金丝雀", "甲厂"} {
		if all := letters[0].Subject + letters[0].Text() + letters[0].HTML(); strings.Contains(all, secret) {
			t.Errorf("%q in:\n%s", secret, all)
		}
	}
}

// Who turned letters off by the link gets none, and finds the notice all the same.
func TestTurnOff(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	code := p.invite()
	off := tokenIn(t, p.mails()[0], "/letters/off/")
	choice, err := p.notices.Choice(t.Context(), off)
	if err != nil || choice.Topic != notice.Introductions || choice.Modes[notice.Introductions] != notice.AtOnce {
		t.Fatalf("%+v, %v", choice, err)
	}
	for range 2 {
		if choice, err = p.notices.TurnOff(t.Context(), off, false); err != nil || choice.Modes[notice.Introductions] != notice.Off || choice.Modes[notice.Reminders] != notice.AtOnce {
			t.Fatalf("%+v, %v", choice, err)
		}
	}
	p.take(broker, code, brokering.Step{Kind: brokering.Write, To: brokering.ToProvider, Text: "还在吗"})
	p.deliver()
	if letters := p.mails(); len(letters) != 0 {
		t.Errorf("turned off: %+v", letters)
	}
	if box := p.box(master); len(box.Notices) != 2 {
		t.Errorf("%+v", box)
	}
	if choice, err = p.notices.TurnOff(t.Context(), off, true); err != nil || choice.Modes[notice.Reminders] != notice.Off {
		t.Errorf("%+v, %v", choice, err)
	}
	for _, token := range []string{"", "x", off[:len(off)-2], off + "AA", strings.Repeat("A", 900)} {
		if _, err := p.notices.TurnOff(t.Context(), token, true); errs.As(err).Code != "link.wrong" {
			t.Errorf("%q: %v", token, err)
		}
		if _, err := p.notices.Confirm(t.Context(), token); errs.As(err).Code != "link.wrong" {
			t.Errorf("%q: %v", token, err)
		}
	}
	if _, err := p.notices.Confirm(t.Context(), off); errs.As(err).Code != "link.wrong" {
		t.Errorf("a link for something else: %v", err)
	}
}

// A letter that was ordered and turned off since is not sent.
func TestTurnedOffSince(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.confirm(broker, "hong@example.cn")
	code := p.invite()
	p.take(master, code, brokering.Step{Kind: brokering.Accept})
	p.deliver()
	if _, err := p.notices.SetModes(t.Context(), "user/U-broker", map[notice.Topic]notice.Mode{notice.Introductions: notice.Off}); err != nil {
		t.Fatal(err)
	}
	for _, l := range p.mails() {
		if l.To == "hong@example.cn" {
			t.Errorf("%+v", l)
		}
	}
}

// Daily letters come together, at eight in the morning.
func TestDaily(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.confirm(broker, "hong@example.cn")
	if _, err := p.notices.SetModes(t.Context(), "user/U-broker", map[notice.Topic]notice.Mode{notice.Introductions: notice.Daily}); err != nil {
		t.Fatal(err)
	}
	code := p.invite()
	p.take(master, code, brokering.Step{Kind: brokering.Accept})
	p.take(master, code, brokering.Step{Kind: brokering.Answer, Answers: &brokering.Answers{HowWeHelp: "改参数", WhatUnclear: "无", AboutUs: "三十年"}})
	p.deliver()
	for _, l := range p.mails() {
		if l.To == "hong@example.cn" {
			t.Errorf("before the morning: %+v", l)
		}
	}
	p.now = time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC) // eight in China
	letters := p.mails()
	if len(letters) != 1 || !strings.Contains(letters[0].Subject, "2 条通知") || strings.Count(letters[0].Text(), base+"/introductions/"+code) != 2 {
		t.Errorf("%+v", letters)
	}
}

func TestMailAddress(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	for _, bad := range []string{"nobody", "红娘 <hong@example.cn>", "a@b\r\nBcc: c@d"} {
		if _, err := p.notices.SetMail(t.Context(), "U-broker", bad); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	p.confirm(broker, "hong@example.cn")
	if _, err := p.notices.SetMail(t.Context(), "U-broker", "new@example.cn"); err != nil {
		t.Fatal(err)
	}
	first := p.mails()
	if _, err := p.notices.SetMail(t.Context(), "U-broker", "other@example.cn"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.notices.Confirm(t.Context(), tokenIn(t, first[0], "/letters/confirm/")); errs.As(err).Code != "link.used" {
		t.Errorf("an address that was changed since: %v", err)
	}
	prefers, err := p.notices.Preferences(t.Context(), "user/U-broker")
	if err != nil || prefers.Mail != "hong@example.cn" || prefers.Pending != "other@example.cn" {
		t.Errorf("%+v, %v", prefers, err)
	}
	if prefers, err = p.notices.SetMail(t.Context(), "U-broker", ""); err != nil || prefers.Mail+prefers.Pending != "" {
		t.Errorf("%+v, %v", prefers, err)
	}
	if _, err := p.notices.SetModes(t.Context(), "user/U-broker", map[notice.Topic]notice.Mode{"weather": "never"}); len(errs.As(err).Fields) != 2 {
		t.Errorf("%v", err)
	}
}

// A letter that nobody takes: the broker is told, and can call.
func TestUndelivered(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	code := p.invite()
	p.fail = errs.New(errs.Invalid, "mail.refused", "对方邮件服务器拒收（550）。")
	p.mails()
	box := p.box(broker)
	if len(box.Notices) != 1 || box.Notices[0].Introduction != code || !strings.Contains(box.Notices[0].Text, "拒收（550）") {
		t.Errorf("%+v", box.Notices)
	}
}

// A month before, a week before and when its time is over: firm and brokers are
// told once each.
func TestExpiring(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.confirm(firm, "firm@example.cn")
	rec, err := p.records.Get(t.Context(), catalog.KindNeed, "XQ-1")
	if err != nil {
		t.Fatal(err)
	}
	need := rec.(*catalog.Need)
	need.ValidFrom, need.ValidTo = "2026-01-01", "2026-04-01"
	tell := func(day string, due catalog.NeedsDue, want int) {
		t.Helper()
		if p.now, err = time.Parse(time.DateOnly, day); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := p.notices.Expiring(t.Context(), due); err != nil {
				t.Fatal(err)
			}
		}
		for _, a := range []account.Actor{firm, broker} {
			if n := len(p.box(a).Notices); n != want {
				t.Errorf("%s: %s has %d notices, want %d", day, a.User, n, want)
			}
		}
		if n := len(p.mails()); n != 1 {
			t.Errorf("%s: %d letters", day, n)
		}
	}
	soon := catalog.NeedsDue{Soon: []*catalog.Need{need}}
	tell("2026-03-03", soon, 1)
	tell("2026-03-26", soon, 2)
	tell("2026-04-02", catalog.NeedsDue{Lately: []*catalog.Need{need}}, 3) // a process was killed before it told
	if err := p.notices.Expiring(t.Context(), catalog.NeedsDue{Expired: []*catalog.Need{need}}); err != nil || len(p.box(firm).Notices) != 3 {
		t.Errorf("told again, %v", err)
	}
	if n := p.box(firm).Notices[0]; n.Topic != notice.Expiry || n.Path() != "/needs/XQ-1" || !strings.Contains(n.Text, "续期") {
		t.Errorf("%+v", n)
	}
}

// Without a mail server nothing is ordered, and everything is in the product.
func TestWithoutMail(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.notices.Order = nil
	p.invite()
	if _, err := p.notices.SetMail(t.Context(), "U-broker", "hong@example.cn"); err != nil {
		t.Fatal(err)
	}
	if letters := p.mails(); len(letters) != 0 || len(p.box(master).Notices) != 1 {
		t.Errorf("%+v", letters)
	}
}

// A letter to an account reads that account, and not all that there are.
func TestALetterReadsItsReader(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.confirm(firm, "firm@example.cn")
	for _, id := range []string{"a", "b", "c"} {
		if err := p.notices.Say(t.Context(), []string{notice.ToUser(firm.User)}, notice.Notice{ID: id, Topic: notice.Introductions, Text: "某事" + id}); err != nil {
			t.Fatal(err)
		}
	}
	p.notices.Readers.Users = func(context.Context, string, int) ([]account.User, error) {
		t.Error("all accounts are read for one letter")
		return nil, nil
	}
	if letters := p.mails(); len(letters) != 3 || letters[0].To != "firm@example.cn" {
		t.Errorf("%+v", letters)
	}
}

// Who never got the letter that asks for his address asks for it again by writing the
// address again; once a day, so that nobody is flooded.
func TestConfirmationIsAskedForAgain(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	write := func(address string) int {
		t.Helper()
		if _, err := p.notices.Choose(t.Context(), firm.User, notice.Wish{Mail: &address}); err != nil {
			t.Fatal(err)
		}
		return len(p.mails())
	}
	for i, c := range []struct {
		days    int
		address string
		want    int
	}{{0, "firm@example.cn", 1}, {0, "firm@example.cn", 0}, {1, "firm@example.cn", 1}, {0, "", 0}, {0, "firm@example.cn", 0}, {1, "other@example.cn", 1}} {
		p.now = p.now.AddDate(0, 0, c.days)
		if got := write(c.address); got != c.want {
			t.Errorf("%d, %q: %d letters, want %d", i, c.address, got, c.want)
		}
	}
	p.confirm(firm, "third@example.cn")
	if got := write("third@example.cn"); got != 0 {
		t.Errorf("%d letters for an address that holds", got)
	}
}
