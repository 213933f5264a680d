package account_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"hongniang/internal/account"
)

func TestToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.broker()
	want := account.NewToken{Name: " 导表程序 ", Grants: []account.Grant{account.GrantRead}, Days: 30}
	secret, made, err := w.MakeToken(t.Context(), u.Actor(), want)
	if err != nil || !strings.HasPrefix(secret, account.TokenPrefix) || made.Name != "导表程序" {
		t.Fatalf("%s, %+v, %v", secret, made, err)
	}
	got, found, err := w.ByToken(t.Context(), secret)
	if err != nil || got.Code != u.Code || found.ID != made.ID {
		t.Errorf("%+v, %+v, %v", got, found, err)
	}
	for _, wrong := range []string{"", secret + "x", made.ID, strings.TrimPrefix(secret, account.TokenPrefix)} {
		_, _, err := w.ByToken(t.Context(), wrong)
		wantCode(t, err, "access.token_wrong")
	}
	w.pass(30*24*time.Hour + time.Second)
	_, _, err = w.ByToken(t.Context(), secret)
	wantCode(t, err, "access.token_wrong")
	if strings.Contains(w.log.String(), secret) {
		t.Error("the log knows the token")
	}
}

func TestTokenIsWithdrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.broker()
	other := w.add(account.NewUser{Login: "qian", Name: "钱", Role: account.Administrator})
	secret, made, err := w.MakeToken(t.Context(), u.Actor(), account.NewToken{Name: "a", Grants: account.Grants(), Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, w.DeleteToken(t.Context(), other.Code, made.ID), "token.unknown")
	wantCode(t, w.DeleteToken(t.Context(), u.Code, made.ID), "")
	_, _, err = w.ByToken(t.Context(), secret)
	wantCode(t, err, "access.token_wrong")
}

func TestTokenIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	limited := w.broker().Actor()
	limited.Grants = []account.Grant{account.GrantRead, account.GrantAdmin}
	for field, n := range map[string]account.NewToken{
		"name":   {Grants: []account.Grant{account.GrantRead}, Days: 1},
		"days":   {Name: "a", Grants: []account.Grant{account.GrantRead}, Days: 367},
		"grants": {Name: "a", Grants: []account.Grant{account.GrantWrite}, Days: 1}, // more than the maker has
	} {
		_, _, err := w.MakeToken(t.Context(), limited, n)
		wantFields(t, err, field)
	}
	_, _, err := w.MakeToken(t.Context(), limited, account.NewToken{Name: "a", Days: 1})
	wantFields(t, err, "grants")
	for range 20 {
		if _, _, err := w.MakeToken(t.Context(), limited, account.NewToken{Name: "a", Grants: []account.Grant{account.GrantRead}, Days: 1}); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err = w.MakeToken(t.Context(), limited, account.NewToken{Name: "a", Grants: []account.Grant{account.GrantRead}, Days: 1})
	wantCode(t, err, "token.too_many")
}

func TestSecondFactor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.broker()
	code := func(secret string) string {
		c, err := totp.GenerateCode(secret, w.now())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	wantCode(t, w.ConfirmTOTP(t.Context(), u.Code, "123456"), "totp.not_begun")
	e, err := w.BeginTOTP(t.Context(), u.Code)
	if err != nil || len(e.Secret) != 32 || len(e.PNG) < 100 || !strings.Contains(e.URL, "secret="+e.Secret) {
		t.Fatalf("%+v, %v", e, err)
	}
	if again, err := w.BeginTOTP(t.Context(), u.Code); err != nil || again.Secret != e.Secret {
		t.Errorf("a reload gives another secret: %v", err)
	}
	w.mustSignIn("wang") // not confirmed, not wanted
	wantCode(t, w.ConfirmTOTP(t.Context(), u.Code, "000000"), "login.code_wrong")
	wantCode(t, w.ConfirmTOTP(t.Context(), u.Code, code(e.Secret)), "")
	_, err = w.signIn("wang", goodPassword, "")
	wantCode(t, err, "login.code_missing")
	_, err = w.signIn("wang", goodPassword, code(e.Secret))
	wantCode(t, err, "login.code_wrong") // used already, to confirm
	w.pass(30 * time.Second)
	typed := code(e.Secret)
	_, err = w.signIn("wang", "wrong", typed)
	wantCode(t, err, "login.failed")
	if _, err := w.signIn("wang", goodPassword, " "+typed[:3]+" "+typed[3:]); err != nil {
		t.Fatal(err)
	}
	_, err = w.signIn("wang", goodPassword, typed)
	wantCode(t, err, "login.code_wrong")
	wantCode(t, w.RemoveTOTP(t.Context(), u.Code, "wrong", "192.0.2.1"), "password.wrong")
	wantCode(t, w.RemoveTOTP(t.Context(), u.Code, goodPassword, "192.0.2.1"), "")
	w.mustSignIn("wang")
	firm := w.add(account.NewUser{Login: "firm", Name: "厂", Role: account.Enterprise, Org: "DW-1"})
	_, err = w.BeginTOTP(t.Context(), firm.Code)
	wantCode(t, err, "totp.staff_only")
}
