package view_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/catalog"
)

func TestLocalPath(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"/needs/XQ-1?a=b#c": "/needs/XQ-1?a=b#c", "": "/", "needs": "/", "//evil.example": "/", "/\\evil.example": "/", "https://evil.example": "/",
		"/login": "/", "/login?next=/x": "/", "/logout": "/", "/loginx": "/loginx", "/a\r\nSet-Cookie: x": "/", "/\t/evil.example": "/", "javascript:alert(1)": "/",
	} {
		if got := view.LocalPath(given); got != want {
			t.Errorf("%q leads to %q, want %q", given, got, want)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	f.Add("/x//y")
	f.Add("/%2f/evil.example")
	f.Fuzz(func(t *testing.T, next string) {
		got := view.LocalPath(next)
		if got[0] != '/' || len(got) > 1 && (got[1] == '/' || got[1] == '\\') {
			t.Errorf("%q leads to %q", next, got)
		}
	})
}

func TestBuildAccount(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 1, 2, 0, 0, time.UTC)
	got := view.BuildAccount(view.AccountFacts{
		User:     account.User{Login: "wang", Mobile: "13812345678", Name: "王红娘", Role: account.Broker, Org: "GH-1", PasswordHash: "secret", TOTPSecret: "secret"},
		Sessions: []account.Session{{ID: "0123456789abcdef", Agent: "Mozilla/5.0 (Linux; Android 12) Chrome/87 Mobile MicroMessenger/8", CreatedAt: at, SeenAt: at}, {ID: "fedcba9876543210", Agent: "curl/8"}},
		Current:  "0123456789ab",
		Tokens:   []account.Token{{ID: "t1", Name: "导表", Grants: []account.Grant{account.GrantRead, account.GrantAdmin}, ExpiresAt: at}},
		Now:      at.Add(time.Hour),
	}, view.AccountNotice{Done: "password", Part: "totp", Problem: "不对"})
	want := view.Account{
		Notice: "密码已改好，其他设备上的登录都已退出。", Problem: map[string]string{"totp": "不对"}, MinLength: 10, MayTOTP: true, TOTP: true,
		Facts: []view.Item{{Label: "账号", Text: []string{"wang"}}, {Label: "手机号", Text: []string{"138****5678"}}, {Label: "姓名", Text: []string{"王红娘"}}, {Label: "角色", Text: []string{"红娘"}}, {Label: "单位编号", Text: []string{"GH-1"}}},
		Sessions: []view.AccountSession{
			{Ref: "0123456789ab", Agent: "微信 · 安卓", Since: "2026-11-20 09:02", Seen: "2026-11-20 09:02", Current: true}, {Ref: "fedcba987654", Agent: "curl"},
		},
		Tokens:     []view.AccountToken{{ID: "t1", Name: "导表", Grants: "读取、管理", Until: "已过期"}},
		GrantsOpen: []view.Grant{{Key: "read", Label: "读取"}, {Key: "write", Label: "填写和修改"}, {Key: "admin", Label: "管理"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBuildWhoAndClaim(t *testing.T) {
	t.Parallel()
	if view.BuildWho(account.Actor{}) != nil {
		t.Error("a visitor has a name")
	}
	if got := view.BuildWho(account.Operator()); got == nil || got.Role != "管理员" {
		t.Errorf("%+v", got)
	}
	c := account.Claim{Code: "RL1", Name: "甲", Phone: "1", State: account.ClaimRefused, DecidedBy: "王红娘", Reason: "打不通"}
	rec := &catalog.Studio{Meta: catalog.Meta{Code: "GZS-1"}, Name: "甲工作室", Contact: &catalog.Contact{Name: "办公室", Phone: "0631"}}
	want := view.Claim{Code: "RL1", Name: "甲", Phone: "1", State: "王红娘未同意：打不通", Registered: "办公室 0631", Record: view.Link{Text: "创新工作室“甲工作室”", URL: "/studios/GZS-1"}}
	if diff := cmp.Diff(want, view.BuildClaim(c, rec)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
