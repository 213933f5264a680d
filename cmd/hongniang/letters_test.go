package main_test

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"encoding/base64"
	"encoding/json"

	"github.com/emersion/go-smtp"

	"hongniang/internal/notice"
)

// postOffice is a mail server in the test's process.
type postOffice struct {
	mu      sync.Mutex
	letters []string // as they came
}

func openPostOffice(t *testing.T) (office *postOffice, port int) {
	t.Helper()
	office = &postOffice{}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return counter{office}, nil }))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(ln)
	t.Cleanup(func() { s.Close() })
	return office, ln.Addr().(*net.TCPAddr).Port
}

// counter takes every letter.
type counter struct{ office *postOffice }

func (counter) Mail(string, *smtp.MailOptions) error { return nil }
func (counter) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (counter) Reset()                               {}
func (counter) Logout() error                        { return nil }
func (c counter) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	c.office.letters = append(c.office.letters, string(data))
	return err
}

// await waits for a letter whose plain text has some words.
func (o *postOffice) await(t *testing.T, words string) (text string, header mail.Header) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		o.mu.Lock()
		letters := append([]string(nil), o.letters...)
		o.mu.Unlock()
		for _, l := range letters {
			if text, header := plainText(t, l); strings.Contains(text, words) {
				return text, header
			}
		}
	}
	t.Fatalf("no letter says %q", words)
	return "", nil
}

func plainText(t *testing.T, letter string) (string, mail.Header) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(letter))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	part, err := multipart.NewReader(m.Body, params["boundary"]).NextPart()
	if err != nil {
		t.Fatal(err)
	}
	var body io.Reader = quotedprintable.NewReader(part)
	if part.Header.Get("Content-Transfer-Encoding") == "base64" {
		body = base64.NewDecoder(base64.StdEncoding, part)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), m.Header
}

// siteURL is where the service of the test says it is.
const siteURL = "https://hongniang.example.cn"

// member is somebody who signed in by the API.
type member struct {
	t      *testing.T
	base   string
	cookie string
}

func (s *server) member(login string) *member {
	s.t.Helper()
	m := &member{t: s.t.(*testing.T), base: s.base}
	res, _ := m.send(http.MethodPost, "/api/v1/session", fmt.Sprintf(`{"name":%q,"password":"hongniang-demo-2026"}`, login))
	m.cookie, _, _ = strings.Cut(res.Header.Get("Set-Cookie"), ";")
	if res.StatusCode != http.StatusCreated || m.cookie == "" {
		s.t.Fatalf("%s does not get in: %d", login, res.StatusCode)
	}
	return m
}

func (m *member) send(method, path, body string) (*http.Response, string) {
	m.t.Helper()
	req, err := http.NewRequestWithContext(m.t.Context(), method, m.base+path, strings.NewReader(body))
	if err != nil {
		m.t.Fatal(err)
	}
	req.Header.Set("Origin", siteURL)
	req.Header.Set("Cookie", m.cookie)
	req.Header.Set("Content-Type", "application/json")
	if strings.HasPrefix(path, "/letters/") {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		m.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		m.t.Fatal(err)
	}
	return res, string(data)
}

// A craftsman gives his address, is told by a letter of a need that was just
// published, and ends such letters by one click; over real SMTP and HTTP.
func TestAlertByMail(t *testing.T) {
	t.Parallel()
	office, port := openPostOffice(t)
	config := filepath.Join(t.TempDir(), "mail.yaml")
	text := fmt.Sprintf("server:\n  base_url: %s\nmail:\n  host: 127.0.0.1\n  port: %d\n  tls: none\n  from: 技术红娘 <hongniang@example.cn>\n", siteURL, port)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := serve(t, filepath.Join(t.TempDir(), "data"), "--demo", "--config", config)
	s.awaitIndex()
	craftsman := s.member("gongjiang")
	res, body := craftsman.send(http.MethodPut, "/api/v1/notices/preferences", `{"mail":"wang@example.cn","modes":{"match":"now"}}`)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	words, _ := office.await(t, "填写了这个邮箱")
	visitor := &member{t: t, base: s.base}
	if res, body := visitor.send(http.MethodPost, pathIn(t, words, "/letters/confirm/"), ""); res.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	need, err := json.Marshal(map[string]any{
		"title": "数控车床主轴修复后径向跳动超差", "summary_public": "数控车床主轴修复以后径向跳动超差，车削细长轴有振纹，请有经验的数控车工师傅指导。",
		"detail": "金丝雀详情", "enterprise_code": "DW-2026-A010", "union": "DW-2026-U002", "status": "published", "visibility": "public", "confidentiality": "summary_only",
	})
	if err != nil {
		t.Fatal(err)
	}
	code, data, err := s.ask(http.MethodPost, "/needs", bytes.NewReader(need))
	if err != nil || code != http.StatusCreated {
		t.Fatalf("%d %s, %v", code, data, err)
	}
	words, header := office.await(t, "可能适合您")
	if strings.Contains(words, "金丝雀") || !strings.Contains(words, "细长") || header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
		t.Errorf("%v\n%s", header, words)
	}
	if res, body := visitor.send(http.MethodPost, pathIn(t, header.Get("List-Unsubscribe"), "/letters/off/"), "List-Unsubscribe=One-Click"); res.StatusCode != http.StatusOK || !strings.Contains(body, "已退订") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	var settings notice.Settings
	_, body = craftsman.send(http.MethodGet, "/api/v1/notices/preferences", "")
	if err := json.Unmarshal([]byte(body), &settings); err != nil || settings.Mail != "wang@example.cn" || settings.Topics[2].Mode != notice.Off {
		t.Errorf("%s, %v", body, err)
	}
	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d: %s", code, s.log)
	}
	if out := must(t, "mail", "list", "--config", config, "--data", s.dir); !strings.Contains(out, "没有送到 0 封") {
		t.Errorf("%s", out)
	}
	must(t, "mail", "test", "--to", "somebody@example.cn", "--config", config)
	office.await(t, "说明邮件设置可用")
}

func pathIn(t *testing.T, text, path string) string {
	t.Helper()
	m := regexp.MustCompile(regexp.QuoteMeta(siteURL) + `(` + path + `[\w-]+)`).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no %s in %s", path, text)
	}
	return m[1]
}

// Settings that cannot work stop the start with a sentence.
func TestMailSettings(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	fails(t, run(t, "mail", "test", "--to", "a@b.cn"), 2, "mail.off")
	fails(t, run(t, "mail", "test", "--to", "a@b.cn", "--config", write("no-base", "mail:\n  host: localhost\n  from: a@b.cn\n")), 2, "mail.no_base_url")
	fails(t, run(t, "mail", "test", "--to", "a@b.cn", "--config", write("no-from", "server:\n  base_url: https://a.cn\nmail:\n  host: localhost\n")), 2, "mail.from")
	fails(t, run(t, "mail", "test", "--to", "a@b.cn", "--config", write("down", "server:\n  base_url: https://a.cn\nmail:\n  host: 127.0.0.1\n  port: 1\n  from: a@b.cn\n")), 5, "mail.unreachable")
	fails(t, run(t, "serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "data"), "--config", filepath.Join(dir, "no-base")), 2, "mail.no_base_url")
}
