package account_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.broker()
	for _, name := range []string{"wang", " WANG ", "ｗａｎｇ", "13800000001", "+86 138-0000-0001", "86 138 0000 0001"} {
		in, err := w.signIn(name, goodPassword, "")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, session, err := w.BySession(t.Context(), in.Secret)
		if err != nil || got.Code != u.Code || session.Agent != "测试" {
			t.Errorf("%s: %+v, %+v, %v", name, got, session, err)
		}
	}
	if got, _ := w.User(t.Context(), u.Code); got.LastSignInAt.IsZero() {
		t.Error("the sign-in is not noted")
	}
	if log := w.log.String(); strings.Contains(log, goodPassword) || strings.Contains(log, "13800000001") {
		t.Errorf("the log tells too much:\n%s", log)
	}
}

// What is wrong makes no difference to what is said, whatever is guessed and
// however often.
func TestSignInTellsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.broker()
	off := w.add(account.NewUser{Login: "zhao", Name: "赵停用", Role: account.Administrator})
	w.add(account.NewUser{Login: "root2", Name: "另一位", Role: account.Administrator})
	yes := true
	if _, err := w.ChangeUser(t.Context(), off.Code, account.UserChange{Disabled: &yes}); err != nil {
		t.Fatal(err)
	}
	said := map[string][]string{}
	for name, password := range map[string]string{"wang": "wrong", "nobody": goodPassword, "zhao": goodPassword, "13900000009": "wrong"} {
		for range 12 {
			_, err := w.signIn(name, password, "")
			e := errs.As(err)
			said[name] = append(said[name], e.Code+" "+e.Message)
			w.pass(account.WaitOf(err))
		}
		w.pass(2 * time.Hour) // the address is forgiven, so that the next name starts afresh
	}
	for name := range said {
		if diff := cmp.Diff(said["wang"], said[name]); diff != "" {
			t.Errorf("wang and %s (-wang +%s):\n%s", name, name, diff)
		}
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.broker()
	var waits []time.Duration
	for len(waits) < 9 {
		_, err := w.signIn("wang", "wrong", "")
		if wait := account.WaitOf(err); wait > 0 {
			waits = append(waits, wait)
			w.pass(wait)
		}
	}
	want := []time.Duration{15, 30, 60, 120, 240, 480, 900, 900, 900}
	for i := range want {
		want[i] *= time.Second
	}
	if diff := cmp.Diff(want, waits); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := w.signIn("wang", "wrong", ""); account.WaitOf(err) != 0 {
		t.Errorf("the wait was over: %v", err)
	}
	_, err := w.signIn("wang", goodPassword, "")
	wantCode(t, err, "login.slow_down")
	w.pass(15 * time.Minute)
	w.mustSignIn("wang")
	_, err = w.signIn("wang", "wrong", "") // the right password wiped the slate
	wantCode(t, err, "login.failed")
}

func TestOneAddressIsSlowedDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.broker()
	guess := func(addr, name string) error {
		_, err := w.SignIn(t.Context(), account.Credentials{Name: name, Password: "wrong", Addr: addr})
		return err
	}
	for i := range 31 {
		wantCode(t, guess("2001:db8::"+string(rune('1'+i%9)), "name"+strings.Repeat("x", i)), "login.failed")
	}
	wantCode(t, guess("2001:db8::ffff", "another"), "login.slow_down")
	wantCode(t, guess("2001:db8:0:1::1", "another"), "login.failed")
	wantCode(t, guess("::ffff:192.0.2.9", "third"), "login.failed")
	w.pass(2 * time.Hour)
	wantCode(t, guess("2001:db8::1", "fourth"), "login.failed")
}

// A thousand guesses at once are no more than the free ones.
func TestGuessingAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.broker()
	var mu sync.Mutex
	tried := 0
	var wg sync.WaitGroup
	for range 24 {
		wg.Go(func() {
			_, err := w.signIn("wang", "wrong", "")
			mu.Lock()
			defer mu.Unlock()
			if errs.As(err).Code == "login.failed" {
				tried++
			}
		})
	}
	wg.Wait()
	if tried > 6 || tried < 1 {
		t.Errorf("%d guesses were let through", tried)
	}
}

func TestWeakHashIsMadeAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.broker()
	before := w.Hasher
	stronger, err := account.NewHasher(account.Params{MemoryKiB: 128, Passes: 1, Lanes: 1}, w.Random)
	if err != nil {
		t.Fatal(err)
	}
	w.Hasher = stronger
	w.mustSignIn("wang")
	got, err := w.User(t.Context(), u.Code)
	if err != nil || !strings.Contains(got.PasswordHash, "m=128,t=1,p=1") {
		t.Errorf("hash %s, %v", got.PasswordHash, err)
	}
	w.Hasher = before
	w.mustSignIn("wang")
}
