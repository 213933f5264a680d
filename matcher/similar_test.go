package matcher_test

import (
	"slices"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/matcher"
)

// twins are the demonstration's needs that ask for the same, from hard-*.tsv.
var twins = [][2]string{
	{"XQ-2026-A008", "XQ-2026-A009"}, {"XQ-2026-A010", "XQ-2026-A011"}, {"XQ-2026-B007", "XQ-2026-B008"},
	{"XQ-2026-B009", "XQ-2026-B010"}, {"XQ-2026-C001", "XQ-2026-C002"}, {"XQ-2026-C003", "XQ-2026-C004"},
}

// Every twin is offered for its twin, and few others are.
func TestSimilar(t *testing.T) {
	w := demoData(t)
	offered, other := 0, map[string]string{}
	for _, pair := range twins {
		other[pair[0]], other[pair[1]] = pair[1], pair[0]
	}
	for _, code := range everyNeed(t, w) {
		list, err := w.matcher.Similar(t.Context(), w.need(t, code))
		if err != nil {
			t.Fatal(err)
		}
		offered += len(list)
		if slices.ContainsFunc(list, func(s matcher.Similar) bool { return s.Code == code || s.Title == "" }) {
			t.Errorf("%s is offered %+v", code, list)
		}
		if want := other[code]; want != "" && !slices.ContainsFunc(list, func(s matcher.Similar) bool { return s.Code == want }) {
			t.Errorf("%s is not offered its twin %s but %+v", code, want, list)
		}
	}
	t.Logf("%d needs are offered %d others; %d of them are the %d known twins", len(everyNeed(t, w)), offered, 2*len(twins), 2*len(twins))
	if offered > 50 {
		t.Errorf("%d needs are offered", offered)
	}
	if _, err := w.matcher.Similar(t.Context(), &catalog.Need{}); !errs.Is(err, errs.Invalid) {
		t.Errorf("an empty need: %v", err)
	}
}

// The twins are grouped, each need at most once, and no group is a chain of
// strangers.
func TestGroups(t *testing.T) {
	w := demoData(t)
	groups, err := w.matcher.Groups(t.Context(), demoNeeds(t, w))
	if err != nil {
		t.Fatal(err)
	}
	home := map[string]int{}
	for i, g := range groups {
		if len(g.Needs) < 2 || len(g.Needs) > 5 || g.Title != g.Needs[0].Title || g.Strength < 0.4 {
			t.Errorf("%+v", g)
		}
		for _, n := range g.Needs {
			if _, twice := home[n.Code]; twice {
				t.Errorf("%s is in two groups", n.Code)
			}
			home[n.Code] = i + 1
		}
	}
	together := 0
	for _, pair := range twins {
		if home[pair[0]] != 0 && home[pair[0]] == home[pair[1]] {
			together++
		}
	}
	t.Logf("%d groups of %d needs; %d of %d twins are together: %+v", len(groups), len(home), together, len(twins), groups)
	if together < len(twins)-2 {
		t.Errorf("only %d of %d twins are together", together, len(twins))
	}
	if again, err := w.matcher.Groups(t.Context(), demoNeeds(t, w)); err != nil || len(again) != len(groups) {
		t.Errorf("again %d groups, %v", len(again), err)
	}
}
