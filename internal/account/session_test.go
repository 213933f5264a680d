package account_test

import (
	"context"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		end  func(*world, account.SignedIn) error
		over bool
	}{
		{"not used for long", func(w *world, _ account.SignedIn) error { w.pass(account.SessionIdle + time.Second); return nil }, true},
		{"used now and then", func(w *world, in account.SignedIn) error {
			for range 6 {
				w.pass(account.SessionIdle - time.Hour)
				if _, _, err := w.BySession(w.t.Context(), in.Secret); err != nil && w.now().Before(in.Session.CreatedAt.Add(account.SessionLongest)) {
					return err
				}
			}
			return nil
		}, true},
		{"used soon", func(w *world, _ account.SignedIn) error { w.pass(account.SessionIdle - time.Second); return nil }, false},
		{"signed out", func(w *world, in account.SignedIn) error { return w.SignOut(w.t.Context(), in.Secret) }, true},
		{"signed out everywhere", func(w *world, in account.SignedIn) error { return w.SignOutEverywhere(w.t.Context(), in.User.Code) }, true},
		{"ended by name", func(w *world, in account.SignedIn) error {
			return w.EndSession(w.t.Context(), in.User.Code, in.Session.Ref())
		}, true},
		{"disabled", func(w *world, in account.SignedIn) error {
			yes := true
			_, err := w.ChangeUser(w.t.Context(), in.User.Code, account.UserChange{Disabled: &yes})
			return err
		}, true},
		{"another union", func(w *world, in account.SignedIn) error {
			org := "GH-2"
			_, err := w.ChangeUser(w.t.Context(), in.User.Code, account.UserChange{Org: &org})
			return err
		}, true},
		{"another name", func(w *world, in account.SignedIn) error {
			name := "王大红娘"
			_, err := w.ChangeUser(w.t.Context(), in.User.Code, account.UserChange{Name: &name})
			return err
		}, false},
		{"password reset", func(w *world, in account.SignedIn) error {
			_, err := w.ResetPassword(w.t.Context(), in.User.Code)
			return err
		}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.t = t
			w.broker()
			in := w.mustSignIn("wang")
			if err := c.end(w, in); err != nil {
				t.Fatal(err)
			}
			_, _, err := w.BySession(t.Context(), in.Secret)
			want := ""
			if c.over {
				want = "session.over"
			}
			wantCode(t, err, want)
		})
	}
}

func TestSessionsAreListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.broker()
	first, second := w.mustSignIn("wang"), w.mustSignIn("wang")
	list, err := w.Sessions(t.Context(), u.Code)
	if err != nil || len(list) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	wantCode(t, w.EndSession(t.Context(), u.Code, "unknown"), "session.unknown")
	other := w.add(account.NewUser{Login: "qian", Name: "钱", Role: account.Administrator})
	wantCode(t, w.EndSession(t.Context(), other.Code, first.Session.Ref()), "session.unknown")
	w.pass(account.SessionIdle + time.Second)
	if err := w.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if list, err := w.Sessions(t.Context(), u.Code); err != nil || len(list) != 0 {
		t.Errorf("after the sweep: %+v, %v", list, err)
	}
	_, _, err = w.BySession(t.Context(), second.Secret)
	wantCode(t, err, "session.over")
	_, _, err = w.BySession(t.Context(), "")
	wantCode(t, err, "session.over")
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, oneTime, err := w.AddUser(t.Context(), account.NewUser{Login: "wang", Name: "王红娘", Role: account.Broker, Org: "GH-1"})
	if err != nil {
		t.Fatal(err)
	}
	in, err := w.signIn("wang", oneTime, "")
	if err != nil || !in.User.Actor().Restricted {
		t.Fatalf("%+v, %v", in.User, err)
	}
	change := func(current, next string) (account.SignedIn, error) {
		return w.ChangePassword(t.Context(), account.PasswordChange{User: u.Code, Current: current, New: next, Addr: "192.0.2.1"})
	}
	_, err = change("wrong", goodPassword)
	wantCode(t, err, "password.wrong")
	_, err = change(oneTime, oneTime)
	wantCode(t, err, "password.same")
	_, err = change(oneTime, "short")
	wantFields(t, err, "password")
	again, err := change(oneTime, goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = w.BySession(t.Context(), in.Secret)
	wantCode(t, err, "session.over")
	got, _, err := w.BySession(t.Context(), again.Secret)
	if err != nil || got.Actor().Restricted {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = w.signIn("wang", oneTime, "")
	wantCode(t, err, "login.failed")
	w.mustSignIn("wang")
	for range 6 {
		_, err = change("wrong", "另外一句很长的好密码")
		wantCode(t, err, "password.wrong")
	}
	_, err = change(goodPassword, "另外一句很长的好密码")
	wantCode(t, err, "login.slow_down")
}

// readOnly is a store whose disk is full.
type readOnly struct{ account.Store }

func (readOnly) Replace(context.Context, account.Item) error {
	return errs.New(errs.Unavailable, "store.full", "磁盘已满，没有保存。请腾出空间后再保存一次。")
}

func TestSessionsGoOnWhileNothingCanBeWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.broker()
	in := w.mustSignIn("wang")
	w.Store = readOnly{w.Store}
	w.pass(time.Hour)
	if _, _, err := w.BySession(t.Context(), in.Secret); err != nil {
		t.Error(err)
	}
	_, err := w.signIn("wang", goodPassword, "")
	wantCode(t, err, "store.full")
}
