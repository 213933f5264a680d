package account_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
)

func (w *world) claim(person, name string) account.Claim {
	w.t.Helper()
	c, err := w.RequestClaim(w.t.Context(), account.Claim{Kind: "expert", Record: person, Person: person, Name: name, Phone: "13812345678"}, "192.0.2.7")
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// Two brokers who grant at once make one account.
func TestClaimIsGrantedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, by := w.claim("ZJ-2026-A001", "王建国"), w.broker().Actor()
	var mu sync.Mutex
	granted := 0
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			_, oneTime, err := w.GrantClaim(t.Context(), c.Code, by)
			mu.Lock()
			defer mu.Unlock()
			if err == nil && oneTime != "" {
				granted++
			}
		})
	}
	wg.Wait()
	users, err := w.Users(t.Context(), "", 10)
	if err != nil || granted != 1 || len(users) != 2 {
		t.Errorf("%d grants, %d users, %v", granted, len(users), err)
	}
	got, err := w.Claim(t.Context(), c.Code)
	if err != nil || got.State != account.ClaimGranted || got.DecidedBy != "王红娘" {
		t.Errorf("%+v, %v", got, err)
	}
}

// A number that somebody signs in with already does not stop a grant.
func TestClaimWithATakenNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add(account.NewUser{Login: "qian", Mobile: "13812345678", Name: "钱", Role: account.Administrator})
	u, oneTime, err := w.GrantClaim(t.Context(), w.claim("ZJ-1", "王建国").Code, account.Operator())
	if err != nil || u.Mobile != "" || u.Login != "zj-1" {
		t.Fatalf("%+v, %v", u, err)
	}
	if _, err := w.signIn("ZJ-1", oneTime, ""); err != nil {
		t.Error(err)
	}
	_, _, err = w.GrantClaim(t.Context(), w.claim("ZJ-1", "另一个王建国").Code, account.Operator())
	wantCode(t, err, "claim.taken")
}

func TestClaimsAreListedAndExpire(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.claim("ZJ-1", "甲")
	w.pass(time.Minute)
	second := w.claim("ZJ-2", "乙")
	w.pass(time.Minute)
	third := w.claim("ZJ-3", "丙")
	if _, err := w.RefuseClaim(t.Context(), third.Code, account.Operator(), "电话打不通"); err != nil {
		t.Fatal(err)
	}
	all, err := w.Claims(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, c := range all {
		codes = append(codes, c.Code)
	}
	if diff := cmp.Diff([]string{second.Code, first.Code, third.Code}, codes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.pass(181 * 24 * time.Hour)
	if err := w.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = w.Claim(t.Context(), first.Code)
	wantCode(t, err, "claim.unknown")
}

func TestClaimsAreSlowedDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 6 {
		w.claim("ZJ-1", "甲")
	}
	_, err := w.RequestClaim(t.Context(), account.Claim{Person: "ZJ-1", Name: "甲", Phone: "13812345678"}, "192.0.2.7")
	wantCode(t, err, "login.slow_down")
	_, err = w.RequestClaim(t.Context(), account.Claim{Name: "甲", Phone: "13812345678"}, "192.0.2.8")
	wantCode(t, err, "claim.no_leader")
	_, err = w.RequestClaim(t.Context(), account.Claim{Person: "ZJ-1", Phone: "call me"}, "192.0.2.8")
	wantFields(t, err, "name", "phone")
}
