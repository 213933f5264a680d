package account_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
)

func TestAddUserRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := account.NewUser{Login: "li", Name: "李", Role: account.Enterprise, Org: "DW-1", Mobile: "13800000001"}
	good.Login = "lishi"
	cases := []struct {
		name   string
		change func(*account.NewUser)
		field  string
	}{
		{"no login", func(n *account.NewUser) { n.Login = "" }, "login"},
		{"a login like a mobile number", func(n *account.NewUser) { n.Login = "13800000009" }, "login"},
		{"a login of digits", func(n *account.NewUser) { n.Login = "1234567" }, "login"},
		{"a login with blanks", func(n *account.NewUser) { n.Login = "li shi" }, "login"},
		{"a bad mobile number", func(n *account.NewUser) { n.Mobile = "12345" }, "mobile"},
		{"no name", func(n *account.NewUser) { n.Name = " " }, "name"},
		{"a visitor", func(n *account.NewUser) { n.Role = account.Visitor }, "role"},
		{"an unknown role", func(n *account.NewUser) { n.Role = "root" }, "role"},
		{"a firm's member without a firm", func(n *account.NewUser) { n.Org = "" }, "org"},
		{"a broker without a union", func(n *account.NewUser) { n.Role, n.Org = account.Broker, "" }, "org"},
		{"a provider of nothing", func(n *account.NewUser) { n.Role, n.Org = account.Provider, "" }, "org"},
		{"a firm's member who is an expert", func(n *account.NewUser) { n.Person = "ZJ-1" }, "person"},
	}
	for _, c := range cases {
		n := good
		c.change(&n)
		_, _, err := w.AddUser(t.Context(), n)
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		wantFields(t, err, c.field)
	}
	if users, err := w.Users(t.Context(), "", 10); err != nil || len(users) > 0 {
		t.Errorf("%d users, %v", len(users), err)
	}
	w.add(good)
	for _, n := range []account.NewUser{{Login: "LiShi", Name: "乙", Role: account.Administrator}, {Login: "other", Mobile: "+86 13800000001", Name: "乙", Role: account.Administrator}} {
		_, _, err := w.AddUser(t.Context(), n)
		wantCode(t, err, "account.exists")
	}
}

func TestFirstAdministrator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	login, oneTime, err := w.FirstAdministrator(t.Context())
	if err != nil || login != "admin" {
		t.Fatalf("%s, %v", login, err)
	}
	in, err := w.signIn(login, oneTime, "")
	if err != nil || in.User.Role != account.Administrator || !in.User.MustChangePassword {
		t.Fatalf("%+v, %v", in.User, err)
	}
	if login, oneTime, err := w.FirstAdministrator(t.Context()); login != "" || oneTime != "" || err != nil {
		t.Errorf("a second one: %s, %v", login, err)
	}
	if strings.Contains(w.log.String(), oneTime) {
		t.Error("the log knows the password")
	}
}

func TestSomebodyStaysAdministrator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.add(account.NewUser{Login: "first", Name: "甲", Role: account.Administrator})
	second := w.add(account.NewUser{Login: "second", Name: "乙", Role: account.Administrator})
	yes, broker, org := true, account.Broker, "GH-1"
	if _, err := w.ChangeUser(t.Context(), first.Code, account.UserChange{Disabled: &yes}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []account.UserChange{{Disabled: &yes}, {Role: &broker, Org: &org}} {
		_, err := w.ChangeUser(t.Context(), second.Code, c)
		wantCode(t, err, "user.last_administrator")
	}
	if _, err := w.ChangeUser(t.Context(), first.Code, account.UserChange{Disabled: &yes}); err != nil {
		t.Errorf("disabled twice: %v", err)
	}
}

func TestResetPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.broker()
	secret, _, err := w.MakeToken(t.Context(), u.Actor(), account.NewToken{Name: "导表", Grants: []account.Grant{account.GrantRead}, Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	for range 7 {
		_, _ = w.signIn("wang", "wrong", "") // locked now
	}
	oneTime, err := w.ResetPassword(t.Context(), u.Code)
	if err != nil {
		t.Fatal(err)
	}
	in, err := w.signIn("wang", oneTime, "")
	if err != nil || !in.User.MustChangePassword {
		t.Errorf("%+v, %v", in.User, err)
	}
	_, _, err = w.ByToken(t.Context(), secret)
	wantCode(t, err, "access.token_wrong")
	_, err = w.ResetPassword(t.Context(), "Unobody")
	wantCode(t, err, "account.not_found")
}

func TestMaskMobile(t *testing.T) {
	t.Parallel()
	got := []string{account.MaskMobile("13812345678"), account.MaskMobile(""), account.MaskMobile("123")}
	if diff := cmp.Diff([]string{"138****5678", "", ""}, got); diff != "" {
		t.Error(diff)
	}
}
