package view

import (
	"cmp"
	"slices"

	"hongniang/internal/brokering"
)

// BoardColumn is the open cases of a few stages that belong together.
type BoardColumn struct {
	Title string
	Items []BoardCard
	More  int // cases that are not shown
}

// BoardCard is one case on the board.
type BoardCard struct {
	URL, Title, Stage, Target, Due, Late string
	Yours                                bool
}

// boardDepth is how many cases of a column are shown.
const boardDepth = 30

// boardColumns is a compiled table: every open stage stands in one column.
var boardColumns = []struct {
	title  string
	stages []brokering.Stage
}{
	{"找人", []brokering.Stage{brokering.Proposed, brokering.Reviewed, brokering.Declined}},
	{"邀约", []brokering.Stage{brokering.Invited, brokering.Accepted}},
	{"推荐", []brokering.Stage{brokering.Recommended, brokering.Interested}},
	{"交流洽谈", []brokering.Stage{brokering.Visiting, brokering.Negotiating}},
	{"签约实施", []brokering.Stage{brokering.IntentSigned, brokering.ContractSigned, brokering.Implementing}},
	{"验收见效", []brokering.Stage{brokering.AcceptedWork, brokering.Benefiting}},
}

// BuildBoard puts open cases into columns, those that are due first on top.
// Closed cases are left out.
func BuildBoard(lines []brokering.Line) []BoardColumn {
	lines = slices.Clone(lines)
	slices.SortStableFunc(lines, func(x, y brokering.Line) int { return cmp.Compare(dueOf(x), dueOf(y)) })
	out := make([]BoardColumn, len(boardColumns))
	for i, c := range boardColumns {
		out[i].Title = c.title
		for _, l := range lines {
			if l.Next == nil || !slices.Contains(c.stages, l.Stage) {
				continue
			}
			if len(out[i].Items) == boardDepth {
				out[i].More++
				continue
			}
			out[i].Items = append(out[i].Items, boardCard(l))
		}
	}
	return out
}

func boardCard(l brokering.Line) BoardCard {
	line := BuildIntroductionLine(l)
	return BoardCard{URL: line.URL, Title: line.Title, Stage: line.Stage, Target: line.Target, Due: line.Next.Due, Late: line.Next.Late, Yours: line.Next.Yours}
}
