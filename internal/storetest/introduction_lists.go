package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/brokering"
)

func testCaseLists(t *testing.T, p Place) {
	s := p.introductions(t)
	FillCases(t, s)
	CheckCaseLists(t, s)
}

// FillCases saves three introductions: one that waits for its broker, one that
// waits for who was invited, and a closed one of another union.
func FillCases(t *testing.T, s brokering.Store) {
	t.Helper()
	insertCase(t, s, newCase(t, "DJ-1"))
	two := insertCase(t, s, newCase(t, "DJ-2"))
	mustStep(t, s, two, caseBroker, brokering.Step{Kind: brokering.Review}, brokering.Step{Kind: brokering.Invite})
	three := newCase(t, "DJ-3")
	three.Broker, three.Union, three.Needs[0].Code = brokering.Broker{User: "U-li", Union: "GH-2"}, "GH-2", "XQ-2"
	insertCase(t, s, three)
	mustStep(t, s, three, caseBroker, brokering.Step{Kind: brokering.CloseFail, Reason: "conflict"})
}

// CheckCaseLists finds the introductions of FillCases by everything that they are
// found by.
func CheckCaseLists(t *testing.T, s brokering.Store) {
	t.Helper()
	wake, two := newCase(t, "DJ-1").WakeDate(), getCase(t, s, "DJ-2")
	for _, tt := range []struct {
		name string
		q    brokering.Query
		want string
	}{
		{"all", brokering.Query{}, "DJ-1 DJ-2 DJ-3"},
		{"need", brokering.Query{Need: "XQ-1"}, "DJ-1 DJ-2"},
		{"who is busy", brokering.Query{Helping: "ZJ-1"}, "DJ-1 DJ-2"},
		{"an alternate is not busy", brokering.Query{Helping: "ZJ-3"}, ""},
		{"broker", brokering.Query{Broker: "U-li"}, "DJ-3"},
		{"stage", brokering.Query{Stages: []brokering.Stage{brokering.Invited, brokering.ClosedFail}}, "DJ-2 DJ-3"},
		{"open", brokering.Query{Open: true}, "DJ-1 DJ-2"},
		{"due", brokering.Query{WakeBy: wake}, "DJ-1 DJ-2"},
		{"the unanswered are due first", brokering.Query{WakeBy: two.WakeDate()}, "DJ-2"},
		{"due too early", brokering.Query{WakeBy: "2026-03-05"}, ""},
		{"the enterprise", brokering.Query{Orgs: []string{"DW-1"}}, "DJ-1 DJ-2 DJ-3"},
		{"a provider from the invitation on", brokering.Query{Orgs: []string{"DW-2"}}, "DJ-2"},
		{"a person from the invitation on", brokering.Query{Persons: []string{"ZJ-1", "ZJ-9"}}, "DJ-2"},
		{"union", brokering.Query{Unions: []string{"GH-2", "GH-3"}}, "DJ-3"},
		{"either side", brokering.Query{Persons: []string{"ZJ-1"}, Unions: []string{"GH-2"}}, "DJ-2 DJ-3"},
		{"all must hold", brokering.Query{Need: "XQ-1", Broker: "U-li"}, ""},
		{"whose turn it is", brokering.Query{Owes: brokering.Staff}, "DJ-1"},
		{"whose turn it is in a union", brokering.Query{Owes: brokering.Provider, Unions: []string{"GH-1"}}, "DJ-2"},
		{"nobody's turn in that union", brokering.Query{Owes: brokering.Provider, Unions: []string{"GH-2"}}, ""},
		{"whose turn it is for a broker", brokering.Query{Owes: brokering.Staff, Broker: "U-li"}, ""},
		{"a stage in a union", brokering.Query{Stages: []brokering.Stage{brokering.Invited}, Unions: []string{"GH-1"}}, "DJ-2"},
		{"a stage and a turn in a union", brokering.Query{Stages: []brokering.Stage{brokering.Invited}, Owes: brokering.Staff, Unions: []string{"GH-1"}}, ""},
		{"a stage", brokering.Query{Stages: []brokering.Stage{brokering.ClosedFail}}, "DJ-3"},
		{"due in a union", brokering.Query{WakeBy: wake, Unions: []string{"GH-1"}, Owes: brokering.Provider}, "DJ-2"},
		{"due for a broker", brokering.Query{WakeBy: wake, Broker: "U-li"}, ""},
		{"either side, and whose turn it is", brokering.Query{Orgs: []string{"DW-1"}, Unions: []string{"GH-2"}, Owes: brokering.Staff}, "DJ-1"},
		{"a union behind another", brokering.Query{Unions: []string{"GH-1"}, After: "DJ-1"}, "DJ-2"},
		{"union and open", brokering.Query{Unions: []string{"GH-1", "GH-2"}, Open: true, Stages: []brokering.Stage{brokering.Proposed}}, "DJ-1"},
	} {
		tt.q.Limit = 10
		if got := codes(t, s, tt.q); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	checkBusy(t, s)
}

// checkBusy counts for people what List finds for each alone, for more of them than a
// query takes at once.
func checkBusy(t *testing.T, s brokering.Store) {
	t.Helper()
	people := []string{"ZJ-1", "ZJ-3", "nobody"}
	for i := range 1200 {
		people = append(people, fmt.Sprintf("ZJ-none-%d", i))
	}
	got, err := s.Busy(t.Context(), append(people, "ZJ-9"))
	want := map[string]int{}
	for _, p := range []string{"ZJ-1", "ZJ-3", "ZJ-9"} {
		list, failed := s.List(t.Context(), brokering.Query{Helping: p, Open: true, Limit: 10})
		if err = errors.Join(err, failed); len(list) > 0 {
			want[p] = len(list)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil || want["ZJ-1"] != 2 {
		t.Errorf("who is busy (-want +got), %v:\n%s", err, diff)
	}
	if got, err := s.Busy(t.Context(), nil); err != nil || len(got) > 0 {
		t.Errorf("nobody asked for: %v, %v", got, err)
	}
}

func codes(t *testing.T, s brokering.Store, q brokering.Query) string {
	t.Helper()
	list, err := s.List(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, in := range list {
		out = append(out, in.Code)
	}
	return strings.Join(out, " ")
}

func testCasePages(t *testing.T, p Place) {
	s := p.introductions(t)
	for i := range 7 {
		insertCase(t, s, newCase(t, fmt.Sprintf("DJ-%d", i)))
	}
	if got := codes(t, s, brokering.Query{Need: "XQ-1", After: "DJ-2", Limit: 3}); got != "DJ-3 DJ-4 DJ-5" {
		t.Errorf("page is %q", got)
	}
	if got := codes(t, s, brokering.Query{}); got != "" {
		t.Errorf("limit 0 gives %q", got)
	}
	if n, err := s.TakeNumbers(t.Context(), "DJ-2026", 1); err != nil || n != 1 {
		t.Errorf("first number is %d, %v", n, err)
	}
}
