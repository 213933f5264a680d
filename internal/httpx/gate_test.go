package httpx_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

func TestGateDecide(t *testing.T) {
	const token = "zhaogongjiang-0123456789"
	at := func(remote, host string, headers ...string) *http.Request {
		r := httptest.NewRequest(http.MethodPost, "http://"+host+"/api/v1/needs", nil)
		r.RemoteAddr, r.Host = remote, host
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Add(headers[i], headers[i+1])
		}
		return r
	}
	const here, away = "127.0.0.1:50000", "203.0.113.9:50000"
	desk, visitor := httpx.Access{Role: httpx.Desk}, httpx.Access{Role: httpx.Visitor}
	wrong := httpx.Access{Role: httpx.Visitor, WrongToken: true}
	tests := []struct {
		name string
		gate httpx.Gate
		req  *http.Request
		want httpx.Access
	}{
		{"token from far away", httpx.Gate{Token: token}, at(away, "hn.example", "Authorization", "Bearer "+token), httpx.Access{Role: httpx.Staff}},
		{"token through a proxy", httpx.Gate{Token: token}, at(here, "hn.example", "Authorization", "bearer "+token, "X-Forwarded-For", "1.2.3.4"), httpx.Access{Role: httpx.Staff}},
		{"wrong token", httpx.Gate{Token: token}, at(away, "hn.example", "Authorization", "Bearer "+token+"x"), wrong},
		{"wrong token at the machine", httpx.Gate{Token: token, OpenOnLoopback: true}, at(here, "localhost:8080", "Authorization", "Bearer no"), wrong},
		{"empty token never matches", httpx.Gate{OpenOnLoopback: true}, at(here, "localhost", "Authorization", "Bearer "), wrong},
		{"another scheme is no token", httpx.Gate{Token: token}, at(away, "hn.example", "Authorization", "Basic "+token), visitor},
		{"at the machine", httpx.Gate{OpenOnLoopback: true}, at(here, "localhost:8080"), desk},
		{"at the machine by address", httpx.Gate{OpenOnLoopback: true}, at(here, "127.0.0.1:8080"), desk},
		{"at the machine by IPv6", httpx.Gate{OpenOnLoopback: true}, at("[::1]:50000", "[::1]:8080"), desk},
		{"IPv6 without a port", httpx.Gate{OpenOnLoopback: true}, at("[::1]:50000", "[::1]"), desk},
		{"mapped IPv4", httpx.Gate{OpenOnLoopback: true}, at("[::ffff:127.0.0.1]:5", "LOCALHOST"), desk},
		{"closed by the setting", httpx.Gate{}, at(here, "localhost:8080"), visitor},
		{"from the network", httpx.Gate{OpenOnLoopback: true}, at(away, "localhost:8080"), visitor},
		{"unreadable address", httpx.Gate{OpenOnLoopback: true}, at("@", "localhost:8080"), visitor},
		{"DNS rebinding", httpx.Gate{OpenOnLoopback: true}, at(here, "evil.example:8080"), visitor},
		{"rebinding with a likely name", httpx.Gate{OpenOnLoopback: true}, at(here, "localhost.evil.example"), visitor},
		{"behind a proxy", httpx.Gate{OpenOnLoopback: true}, at(here, "localhost", "X-Forwarded-For", "203.0.113.9"), visitor},
		{"behind a proxy, other header", httpx.Gate{OpenOnLoopback: true}, at(here, "localhost", "x-forwarded-host", "a"), visitor},
		{"Forwarded", httpx.Gate{OpenOnLoopback: true}, at(here, "localhost", "Forwarded", "for=1.1.1.1"), visitor},
		{"Via", httpx.Gate{OpenOnLoopback: true}, at(here, "localhost", "Via", "1.1 proxy"), visitor},
		{"X-Real-Ip", httpx.Gate{OpenOnLoopback: true}, at(here, "localhost", "X-Real-Ip", "1.1.1.1"), visitor},
		{"own page", httpx.Gate{OpenOnLoopback: true}, at(here, "localhost:8080", "Origin", "http://localhost:8080", "Sec-Fetch-Site", "same-origin"), desk},
		{"typed address", httpx.Gate{OpenOnLoopback: true}, at(here, "localhost:8080", "Sec-Fetch-Site", "none"), desk},
		{"cross-site post", httpx.Gate{OpenOnLoopback: true}, at(here, "localhost:8080", "Sec-Fetch-Site", "cross-site"), visitor},
		{"other port of the machine", httpx.Gate{OpenOnLoopback: true}, at(here, "localhost:8080", "Sec-Fetch-Site", "same-site", "Origin", "http://localhost:3000"), visitor},
		{"old browser, other origin", httpx.Gate{OpenOnLoopback: true}, at(here, "localhost:8080", "Origin", "http://evil.example"), visitor},
		{"opaque origin", httpx.Gate{OpenOnLoopback: true}, at(here, "localhost:8080", "Origin", "null"), visitor},
		{"two origins", httpx.Gate{OpenOnLoopback: true}, at(here, "localhost:8080", "Origin", "http://localhost:8080", "Origin", "http://evil.example"), visitor},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.gate.Decide(tt.req)); diff != "" {
				t.Errorf("Decide (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAccessChecks(t *testing.T) {
	code := func(err error) string {
		if err == nil {
			return ""
		}
		return errs.As(err).Code
	}
	tests := []struct {
		access       httpx.Access
		write, staff string
	}{
		{httpx.Access{Role: httpx.Staff}, "", ""},
		{httpx.Access{Role: httpx.Desk}, "", "access.staff_only"},
		{httpx.Access{Role: httpx.Visitor}, "access.staff_only", "access.staff_only"},
		{httpx.Access{Role: httpx.Visitor, WrongToken: true}, "access.token_wrong", "access.token_wrong"},
	}
	for _, tt := range tests {
		if got := [2]string{code(tt.access.CheckWrite()), code(tt.access.CheckStaff())}; got != [2]string{tt.write, tt.staff} {
			t.Errorf("%+v: write and staff checks give %q", tt.access, got)
		}
	}
	if got := httpx.AccessOf(t.Context()).Role; got != httpx.Visitor {
		t.Errorf("without the middleware the role is %q, want visitor", got)
	}
}
