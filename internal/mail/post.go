package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/mail"
	"net/textproto"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"hongniang/internal/errs"
)

// Settings say by which server letters go out.
type Settings struct {
	Host     string
	Port     int // 0: 465 for "tls", 587 for "starttls", 25 for "none"
	User     string
	Password string
	From     string // such as 技术红娘 <hongniang@example.cn>
	// TLS is "starttls" (needed, the default), "tls" (from the first byte) or "none".
	TLS string
	// Roots are whom to believe in; nil: the system's.
	Roots *x509.CertPool
}

// Post sends letters by SMTP. It is safe for concurrent use.
type Post struct {
	settings Settings
	from     *mail.Address
	now      func() time.Time
}

// smtpTimeout bounds one exchange with the server.
const smtpTimeout = 30 * time.Second

// NewPost checks the settings; it asks no server yet. Errors: errs.Invalid.
func NewPost(s Settings, now func() time.Time) (*Post, error) {
	if s.Host == "" {
		return nil, errs.New(errs.Invalid, "mail.off", "没有设置邮件服务器，邮件是关着的。要发邮件，请设置 mail.host、mail.from 等（见 docs/operations.md）。")
	}
	from, err := mail.ParseAddress(s.From)
	if err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "mail.from", "设置 mail.from 不是邮件地址；请写成 hongniang@example.cn 或 技术红娘 <hongniang@example.cn>。")
	}
	if s.TLS == "" {
		s.TLS = "starttls"
	}
	if s.Port == 0 {
		s.Port = map[string]int{"tls": 465, "starttls": 587, "none": 25}[s.TLS]
	}
	return &Post{settings: s, from: from, now: now}, nil
}

// Send sends one letter. Errors: errs.Invalid (mail.refused: the server will
// never take it, asking again is no use), errs.Unavailable (mail.later: not now;
// mail.unreachable: no letter goes out now), errs.Denied (mail.sign_in: the
// server does not know us).
func (p *Post) Send(ctx context.Context, l Letter) error {
	msg, err := p.message(l)
	if err != nil {
		return errs.Wrap(err, errs.Invalid, "mail.refused", "收件地址或内容写不成邮件，请核对邮箱地址。")
	}
	client, err := p.client()
	if err != nil {
		return errs.Wrap(err, errs.Invalid, "mail.settings", "邮件设置有误，请核对 mail.host、mail.port 和 mail.tls。")
	}
	return failure(client.DialAndSendWithContext(ctx, msg))
}

func (p *Post) message(l Letter) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingB64), gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(p.from)
	to, err := mail.ParseAddress(l.To)
	if err != nil {
		return nil, err
	}
	to.Name = l.Name
	msg.ToMailAddress(to)
	msg.Subject(oneLine(l.Subject))
	_, domain, _ := strings.Cut(p.from.Address, "@")
	msg.SetMessageIDWithValue(l.ID + "@" + domain)
	msg.SetDateWithValue(p.now())
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if l.Off != "" {
		msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+l.Off+">")
		msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(gomail.TypeTextPlain, l.Text())
	msg.AddAlternativeString(gomail.TypeTextHTML, l.HTML())
	return msg, nil
}

// oneLine keeps what users typed from becoming headers.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func (p *Post) client() (*gomail.Client, error) {
	s := p.settings
	options := []gomail.Option{
		gomail.WithPort(s.Port), gomail.WithTimeout(smtpTimeout),
		gomail.WithTLSConfig(&tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}),
	}
	switch s.TLS {
	case "tls":
		options = append(options, gomail.WithSSL())
	case "none":
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		auth := gomail.SMTPAuthAutoDiscover
		if s.TLS == "none" {
			auth = gomail.SMTPAuthPlainNoEnc
		}
		options = append(options, gomail.WithSMTPAuth(auth), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return gomail.NewClient(s.Host, options...)
}

// failure puts what the server or the network said into our words.
func failure(err error) error {
	if err == nil {
		return nil
	}
	var said *gomail.SendError
	var answered *textproto.Error
	switch {
	case errors.As(err, &said) && said.ErrorCode() >= 500 && said.Reason == gomail.ErrSMTPMailFrom:
		return errs.Wrap(err, errs.Denied, "mail.sender", fmt.Sprintf("邮件服务器不让这个发件人发信（%d）：请核对 mail.from、mail.user，或看看是否超过了每天的发信上限。信留着，稍后再发。", said.ErrorCode()))
	case errors.As(err, &said) && said.ErrorCode() >= 500:
		return errs.Wrap(err, errs.Invalid, "mail.refused", fmt.Sprintf("对方邮件服务器拒收（%d）：邮箱地址可能写错或已停用，请核对。", said.ErrorCode()))
	case errors.As(err, &said) && said.ErrorCode() >= 400:
		return errs.Wrap(err, errs.Unavailable, "mail.later", fmt.Sprintf("邮件服务器暂时不收（%d），稍后再发。", said.ErrorCode()))
	case errors.As(err, &answered) && (answered.Code == 530 || answered.Code == 534 || answered.Code == 535):
		return errs.Wrap(err, errs.Denied, "mail.sign_in", "邮件服务器不认账号或密码，请核对 mail.user 和 mail.password（多数邮箱要用“授权码”）。")
	case strings.Contains(strings.ToUpper(err.Error()), "STARTTLS"):
		return errs.Wrap(err, errs.Denied, "mail.no_tls", "邮件服务器不支持加密，没有发送。请核对 mail.port 和 mail.tls。")
	}
	return errs.Wrap(err, errs.Unavailable, "mail.unreachable", "连不上邮件服务器，稍后再发；请核对 mail.host、mail.port 和网络。")
}

// hopeless tells whether a letter that failed with this error need not be tried
// again.
func hopeless(err error) bool { return errs.Is(err, errs.Invalid) && !nobody(err) }

// nobody tells whether the error is about the server and not about one letter:
// the next letter would fare no better.
func nobody(err error) bool {
	switch errs.As(err).Code {
	case "mail.unreachable", "mail.sender", "mail.sign_in", "mail.no_tls", "mail.settings":
		return true
	}
	return false
}
