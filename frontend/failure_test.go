package frontend

import (
	"strings"
	"testing"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

// What to do to the machine is told administrators alone; every other failure says
// what happened to everybody.
func TestFailureTellsOperatorsAlone(t *testing.T) {
	const words = "请腾出空间后再保存一次。"
	for _, c := range []struct {
		code  string
		role  account.Role
		tells bool
	}{
		{"store.full", account.Visitor, false}, {"store.full", account.Broker, false}, {"store.full", account.Administrator, true}, {"store.busy", account.Visitor, true},
	} {
		v := buildFailure(errs.New(errs.Unavailable, c.code, words), "r1", account.Actor{Role: c.role})
		if v.Status != 503 || v.Code != c.code || v.RequestID != "r1" || strings.Contains(v.Message, words) != c.tells || v.Message == "" {
			t.Errorf("%s as %s: %+v", c.code, c.role, v)
		}
	}
}
