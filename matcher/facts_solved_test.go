package matcher_test

import (
	"fmt"
	"slices"
	"testing"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/matcher"
)

// tried is an introduction of a craftsman to a need that came to a stage.
func tried(w *world, t *testing.T, n int, need, person string, stage brokering.Stage, state brokering.TargetState) {
	t.Helper()
	in := &brokering.Introduction{
		Code: fmt.Sprintf("DJ-%d", n), Stage: stage, CreatedAt: today, UpdatedAt: today, Needs: []brokering.NeedRef{{Code: need}},
		Targets: []brokering.Target{{Kind: "expert", Code: person, Person: person, State: state, InvitedAt: &today}},
	}
	if err := w.store.Introductions().Insert(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

// Whose work was accepted has solved the need, each need once; it counts a little
// for who may read the need whole, for nobody else, and from the moment on at
// which the need follows its introduction.
func TestSolvedNeedsCount(t *testing.T) {
	w := own(t)
	crowd(t, w)
	tried(w, t, 1, "XQ-1", "ZJ-1", brokering.ClosedSuccess, brokering.Current)
	tried(w, t, 2, "XQ-1", "ZJ-1", brokering.ClosedSuccess, brokering.Current)
	tried(w, t, 3, "XQ-2", "ZJ-1", brokering.ClosedSuccess, brokering.Current)
	tried(w, t, 4, "XQ-3", "ZJ-1", brokering.ClosedFail, brokering.Current)
	tried(w, t, 5, "XQ-4", "ZJ-1", brokering.ClosedSuccess, brokering.Ended) // another did it
	solved := func(confidential bool) (value float64) {
		t.Helper()
		r := matcher.Request{Text: "曲轴轴颈磨削烧伤，砂轮堵塞，冷却液喷不到位", Confidential: confidential, Kinds: []catalog.Kind{catalog.KindExpert}, Lead: matcher.Lead{Field: "manufacturing"}}
		a := w.match(t, r)
		if len(a.People) != 1 {
			t.Fatalf("%d people", len(a.People))
		}
		for _, f := range a.People[0].Features {
			if f.Code == "solved" {
				value = f.Value
				if !slices.Contains(a.People[0].Reasons, "经对接办成过难题。") {
					t.Errorf("reasons %q", a.People[0].Reasons)
				}
			}
		}
		return value
	}
	if got := solved(true); got != 0.5 { // two needs
		t.Errorf("two needs give %g", got)
	}
	if got := solved(false); got != 0 {
		t.Errorf("the public sees %g", got)
	}
	tried(w, t, 6, "XQ-5", "ZJ-1", brokering.ClosedSuccess, brokering.Current)
	need := &catalog.Need{Meta: catalog.Meta{Code: "XQ-5"}, Title: "另一项难题解决了"}
	if err := w.service.Create(t.Context(), "对接进度", need); err != nil {
		t.Fatal(err)
	}
	if got := solved(true); got != 0.6 {
		t.Errorf("three needs give %g", got)
	}
}
