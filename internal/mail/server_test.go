package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"hongniang/internal/mail"
)

// server is a real mail server in this process.
type server struct {
	t     *testing.T
	port  int
	roots *x509.CertPool

	mu      sync.Mutex
	refuse  func(to string) error // what it says to a reader
	letters []string              // what it took, as it came
	signed  []string              // who signed in
}

// serving says how a server is set up.
type serving struct {
	startTLS, implicitTLS, password bool
}

func newServer(t *testing.T, how serving) *server {
	t.Helper()
	s := &server{t: t}
	cert := s.certificate()
	host := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{server: s, password: how.password}, nil }))
	host.AllowInsecureAuth = true
	config := &tls.Config{Certificates: []tls.Certificate{cert}}
	if how.startTLS {
		host.TLSConfig = config
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = ln.Addr().(*net.TCPAddr).Port
	if how.implicitTLS {
		ln = tls.NewListener(ln, config)
	}
	go host.Serve(ln)
	t.Cleanup(func() { host.Close() })
	return s
}

// certificate makes the server's own, which only its roots believe in.
func (s *server) certificate() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		s.t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		s.t.Fatal(err)
	}
	s.roots = x509.NewCertPool()
	s.roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// taken gives the letters that came.
func (s *server) taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.letters...)
}

func (s *server) answer(refuse func(to string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = refuse
}

// post gives a Post to the server.
func (s *server) post(change func(*mail.Settings)) *mail.Post {
	s.t.Helper()
	settings := mail.Settings{Host: "localhost", Port: s.port, From: "技术红娘 <hongniang@example.cn>", TLS: "none", Roots: s.roots}
	if change != nil {
		change(&settings)
	}
	p, err := mail.NewPost(settings, func() time.Time { return time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC) })
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// session is one client's.
type session struct {
	server   *server
	password bool
	in       bool
}

func (s *session) AuthMechanisms() []string {
	if !s.password {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "hongniang" || password != "secret" {
			return smtp.ErrAuthFailed
		}
		s.in = true
		s.server.mu.Lock()
		defer s.server.mu.Unlock()
		s.server.signed = append(s.server.signed, user)
		return nil
	}), nil
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	if s.password && !s.in {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if s.server.refuse != nil {
		return s.server.refuse(to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.letters = append(s.server.letters, string(data))
	return err
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// says is an answer of a server.
func says(code int, words string) error { return &smtp.SMTPError{Code: code, Message: words} }
