package group

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A merge that was begun is ended, however large the group is by then.
func TestAbsorb(t *testing.T) {
	t.Parallel()
	g := three()
	for i := range mostNeeds {
		g.Needs = append(g.Needs, string(rune('一'+i)))
	}
	before := len(g.Needs)
	next := g.absorb("GX-9", Entry{At: time.Unix(9, 0), Needs: []string{"XQ-8", "XQ-9", g.Needs[0]}})
	if len(next.Needs) != before+2 || len(g.Needs) != before || next.History[len(next.History)-1].Other != "GX-9" {
		t.Errorf("%d needs of %d, %+v", len(next.Needs), before, next.History)
	}
}

// What another group had first goes; one need alone is no common need.
func TestWithout(t *testing.T) {
	t.Parallel()
	g := three()
	e := Entry{At: time.Unix(9, 0), By: Person{Name: settledBy}}
	next := g.without(g.Needs[:1], e)
	if diff := cmp.Diff(g.Needs[1:], next.Needs); diff != "" || next.State != Open {
		t.Errorf("%s: %s", next.State, diff)
	}
	if next = g.without(g.Needs[:2], e); next.State != Closed || next.History[len(next.History)-1].Step != Close {
		t.Errorf("%+v", next)
	}
}

// A need came when it was added last.
func TestHasSince(t *testing.T) {
	t.Parallel()
	at := func(n int64) time.Time { return time.Unix(n, 0) }
	g := Group{CreatedAt: at(1), History: []Entry{
		{At: at(1), Step: Create, Needs: []string{"a", "b"}}, {At: at(2), Step: Remove, Needs: []string{"a"}}, {At: at(3), Step: Add, Needs: []string{"a"}}, {At: at(4), Step: Remove, Needs: []string{"b"}},
	}}
	for code, want := range map[string]int64{"a": 3, "b": 1, "c": 1} {
		if got := g.hasSince(code).At; !got.Equal(at(want)) {
			t.Errorf("%s came at %v, want %d", code, got, want)
		}
	}
}
