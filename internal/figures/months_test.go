package figures

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each month of a course says what a selection of the month says.
func TestMonthsAreSelections(t *testing.T) {
	some := 0
	each(t, func(t *testing.T, b *Book, scope Scope, brute brute) {
		months, err := b.Months(scope, brute.sel)
		if err != nil || len(months) != monthsShown {
			t.Fatalf("%d months, %v", len(months), err)
		}
		for i, m := range months {
			if m.Period != Month(m.Period.From) || i > 0 && m.Period.From != months[i-1].Period.To+1 {
				t.Fatalf("%+v after %+v", m.Period, months[max(i, 1)-1].Period)
			}
			narrow := brute.sel
			narrow.Period, narrow.Happened = m.Period, true
			whole, _, err := b.Funnels(scope, narrow, ByRegion)
			if err != nil {
				t.Fatal(err)
			}
			work, _, err := b.Workload(scope, narrow)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(MonthCount{Period: m.Period, Needs: whole.Needs, Begun: work.Begun}, m); diff != "" {
				t.Fatalf("%+v: %s", brute.sel, diff)
			}
			some += m.Needs[Arrived] + m.Begun
		}
	})
	if some == 0 {
		t.Error("nothing ever happened")
	}
}

func TestMonthsEndWithThePeriod(t *testing.T) {
	t.Parallel()
	b := newWorld(1).book()
	for _, c := range []struct {
		period Period
		last   string
	}{{Period{}, Month(b.Today()).From.String()}, {Period{From: ParseDay("2020-01-01"), To: ParseDay("2024-02-29")}, "2024-02-01"}, {Year(ParseDay("2026-05-01")), "2026-11-01"}, {Period{From: ParseDay("2026-01-01")}, Month(b.Today()).From.String()}} {
		months, err := b.Months(Scope{All: true}, Selection{Period: c.period})
		if err != nil || months[monthsShown-1].Period.From.String() != c.last {
			t.Errorf("%+v ends with %+v, %v", c.period, months[len(months)-1], err)
		}
	}
	if _, err := b.Months(Scope{}, Selection{Region: "999999"}); err == nil {
		t.Error("a course of a region that is not")
	}
}
