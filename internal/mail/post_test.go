package mail_test

import (
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/errs"
	post "hongniang/internal/mail"
)

func letter() post.Letter {
	return post.Letter{
		ID: "n1", To: "qian@example.cn", Name: "钱师傅", Subject: "邀请您\r\nBcc: x@example.cn 看看一项技术需求",
		Blocks: []post.Block{
			{Text: "钱师傅，您好："}, {Text: "甲 < 乙 & 丙", Item: true}, {Text: "第二条", Item: true}, {Text: "打开邀约", URL: "https://x.cn/invitations/a?b=1&c=2"},
		},
		Off: "https://x.cn/letters/off/abc",
	}
}

// What arrives is what a mail reader needs: a subject that decodes, the same
// words as text and as HTML, and a way out by one click.
func TestSend(t *testing.T) {
	t.Parallel()
	s := newServer(t, serving{})
	if err := s.post(nil).Send(t.Context(), letter()); err != nil {
		t.Fatal(err)
	}
	taken := s.taken()
	if len(taken) != 1 {
		t.Fatalf("%d letters", len(taken))
	}
	m, err := mail.ReadMessage(strings.NewReader(taken[0]))
	if err != nil {
		t.Fatal(err)
	}
	var decode mime.WordDecoder
	head := map[string]string{}
	for _, name := range []string{"From", "To", "Subject", "Message-Id", "Date", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted", "Bcc"} {
		if head[name], err = decode.DecodeHeader(m.Header.Get(name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	want := map[string]string{
		"From": `"技术红娘" <hongniang@example.cn>`, "To": `"钱师傅" <qian@example.cn>`, "Subject": "邀请您 Bcc: x@example.cn 看看一项技术需求", "Bcc": "",
		"Message-Id": "<n1@example.cn>", "Date": "Mon, 02 Mar 2026 02:00:00 +0000", "Auto-Submitted": "auto-generated",
		"List-Unsubscribe": "<https://x.cn/letters/off/abc>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	}
	for _, name := range []string{"From", "To"} {
		head[name] = addressOf(t, m.Header.Get(name))
	}
	if diff := cmp.Diff(want, head); diff != "" {
		t.Error(diff)
	}
	text, html := parts(t, m)
	for _, words := range []string{"钱师傅，您好：", "· 甲 < 乙 & 丙\r\n· 第二条", "打开邀约：\r\nhttps://x.cn/invitations/a?b=1&c=2"} {
		if !strings.Contains(text, words) {
			t.Errorf("the text lacks %q:\n%s", words, text)
		}
	}
	for _, words := range []string{"<p>钱师傅，您好：</p><ul><li>甲 &lt; 乙 &amp; 丙</li><li>第二条</li></ul>", `<a href="https://x.cn/invitations/a?b=1&amp;c=2">打开邀约</a>`} {
		if !strings.Contains(html, words) {
			t.Errorf("the HTML lacks %q:\n%s", words, html)
		}
	}
}

func addressOf(t *testing.T, header string) string {
	t.Helper()
	a, err := mail.ParseAddress(header)
	if err != nil {
		t.Fatal(err)
	}
	return `"` + a.Name + `" <` + a.Address + `>`
}

func parts(t *testing.T, m *mail.Message) (text, html string) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s, %v", kind, err)
	}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextPart()
		if err == io.EOF {
			return text, html
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			html = string(body)
		} else {
			text = string(body)
		}
	}
}

// Every failure has its kind, by which a queue knows whether to try again.
func TestFailures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		how    serving
		answer error
		change func(*post.Settings)
		kind   errs.Kind
		code   string
	}{
		{name: "unknown reader", answer: says(550, "no such user"), kind: errs.Invalid, code: "mail.refused"},
		{name: "a sender who did not sign in", how: serving{password: true}, kind: errs.Denied, code: "mail.sender"},
		{name: "greylisted", answer: says(451, "come back later"), kind: errs.Unavailable, code: "mail.later"},
		{name: "down", change: func(s *post.Settings) { s.Port = 1 }, kind: errs.Unavailable, code: "mail.unreachable"},
		{name: "no TLS where it is needed", change: func(s *post.Settings) { s.TLS = "starttls" }, kind: errs.Denied, code: "mail.no_tls"},
		{name: "a stranger's certificate", how: serving{startTLS: true}, change: func(s *post.Settings) { s.TLS, s.Roots = "starttls", nil }, kind: errs.Unavailable, code: "mail.unreachable"},
		{name: "wrong password", how: serving{startTLS: true, password: true}, change: func(s *post.Settings) { s.TLS, s.User, s.Password = "starttls", "hongniang", "wrong" }, kind: errs.Denied, code: "mail.sign_in"},
		{name: "right password", how: serving{startTLS: true, password: true}, change: func(s *post.Settings) { s.TLS, s.User, s.Password = "starttls", "hongniang", "secret" }},
		{name: "password without TLS", how: serving{password: true}, change: func(s *post.Settings) { s.User, s.Password = "hongniang", "secret" }},
		{name: "STARTTLS", how: serving{startTLS: true}, change: func(s *post.Settings) { s.TLS = "starttls" }},
		{name: "TLS at once", how: serving{implicitTLS: true}, change: func(s *post.Settings) { s.TLS = "tls" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, c.how)
			if c.answer != nil {
				s.answer(func(string) error { return c.answer })
			}
			err := s.post(c.change).Send(t.Context(), letter())
			if c.code == "" {
				if err != nil || len(s.taken()) != 1 {
					t.Errorf("%d letters, %v", len(s.taken()), err)
				}
				return
			}
			if errs.KindOf(err) != c.kind || errs.As(err).Code != c.code || len(s.taken()) != 0 {
				t.Errorf("%v, %d letters", err, len(s.taken()))
			}
		})
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]post.Settings{
		"mail.off":  {From: "a@b.cn"},
		"mail.from": {Host: "localhost", From: "nobody"},
	} {
		if _, err := post.NewPost(s, time.Now); errs.As(err).Code != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	l := letter()
	l.To = "no address"
	if err := newServer(t, serving{}).post(nil).Send(t.Context(), l); errs.As(err).Code != "mail.refused" {
		t.Errorf("%v", err)
	}
}
