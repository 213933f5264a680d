package view_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/brokering"
)

// Every open stage has its place on the board, and a closed case has none.
func TestBuildBoard(t *testing.T) {
	t.Parallel()
	for _, stage := range brokering.Stages() {
		l := brokering.Line{Code: "DJ-1", Stage: stage, Needs: []brokering.NeedRef{{Title: "难题"}}, Part: brokering.Staff}
		if stage.Open() {
			l.Next = &brokering.NextAction{What: "做", Who: brokering.Staff, Due: "2026-12-01"}
		}
		n := 0
		for _, c := range view.BuildBoard([]brokering.Line{l}) {
			n += len(c.Items)
		}
		if (n == 1) != stage.Open() {
			t.Errorf("%s stands in %d columns", stage, n)
		}
	}
	var many []brokering.Line
	for i := range 40 {
		many = append(many, brokering.Line{Code: fmt.Sprint(i), Stage: brokering.Invited, Needs: []brokering.NeedRef{{Title: fmt.Sprint(i)}}, Next: &brokering.NextAction{What: "答", Who: brokering.Provider, Due: fmt.Sprintf("2026-12-%02d", 28-i%28)}})
	}
	column := view.BuildBoard(many)[1]
	if len(column.Items) != 30 || column.More != 10 || !slices.IsSortedFunc(column.Items, func(x, y view.BoardCard) int { return strings.Compare(x.Due, y.Due) }) {
		t.Errorf("%d shown, %d more, first due %s", len(column.Items), column.More, column.Items[0].Due)
	}
}

func TestBoardAddress(t *testing.T) {
	t.Parallel()
	q := view.ParseListQuery(url.Values{"view": {"board"}, "tab": {"all"}, "stage": {"invited"}})
	if diff := cmp.Diff("/introductions?stage=invited&tab=all&view=board", q.URL()); diff != "" {
		t.Error(diff)
	}
	f := q.Filter(account.Actor{Role: account.Broker, User: "U"})
	if !f.Open || f.Limit != 300 || f.After != "" {
		t.Errorf("%+v", f)
	}
	v := view.BuildIntroductions(q, brokering.Lines{Next: "DJ-9"}, account.Actor{Role: account.Broker})
	want := []view.Link{{Text: "列表", URL: "/introductions?stage=invited&tab=all"}, {Text: "看板", URL: "/introductions?stage=invited&tab=all&view=board", Current: true}}
	if diff := cmp.Diff(want, v.Views); diff != "" || v.More != "" || len(v.Board) != 6 {
		t.Errorf("%s %q", diff, v.More)
	}
}
