package matcher_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/demo"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// depth is how many candidates of a list are shown, orderDepth how many are
// ranked: some have no reason, and are not shown.
const (
	depth      = 50
	orderDepth = 100
)

// useful is the least grade of a candidate that a broker would introduce.
var useful = collection.Measuring{MinGrade: 2}

// list is one of the two lists that a user is shown, for every judged need.
type list struct {
	name   string
	kinds  []catalog.Kind
	grades collection.Judgements
	shown  map[string][]matcher.Candidate // by need
	order  map[string][]string            // codes by need, not cut where the matches end
	// Of the needs with a useful candidate: of what is shown, of the whole order.
	scores, ordered map[string]collection.Scores
}

func newList(name string, set demo.JudgedSet, kinds ...catalog.Kind) list {
	return list{name: name, kinds: kinds, grades: set.Grades(kinds...), shown: map[string][]matcher.Candidate{}, order: map[string][]string{}}
}

// judged is the judged set with what the matcher makes of it.
type judged struct {
	needs             []demo.JudgedNeed
	documents, people list
}

func (j judged) lists() []list { return []list{j.documents, j.people} }

// of gives the ids of the needs of a slice; all needs for "all".
func (j judged) of(slice string) []string {
	var out []string
	for _, n := range j.needs {
		if n.Slice == slice || slice == "all" {
			out = append(out, n.ID)
		}
	}
	return out
}

var answered = sync.OnceValues(func() (judged, error) {
	w, err := demoWorld()
	if err != nil {
		return judged{}, err
	}
	set, err := demo.Judged()
	if err != nil {
		return judged{}, err
	}
	out := judged{
		needs:     set.Needs,
		documents: newList("documents", set, catalog.KindResult, catalog.KindPatent),
		people:    newList("people", set, catalog.KindExpert, catalog.KindStudio),
	}
	for _, n := range set.Needs {
		if err := out.answer(context.Background(), w, n); err != nil {
			return judged{}, err
		}
	}
	out.documents.measure(out.of("all"))
	out.people.measure(out.of("all"))
	return out, nil
})

// answer matches a need, and ranks both lists for it to the end.
func (j judged) answer(ctx context.Context, w *world, n demo.JudgedNeed) error {
	r := requestOf(n)
	a, err := w.matcher.Match(ctx, r)
	if err != nil {
		return err
	}
	j.documents.shown[n.ID], j.people.shown[n.ID] = a.Documents, a.People
	documents, err := w.matcher.RankDocuments(ctx, r, j.documents.kinds, orderDepth)
	if err != nil {
		return err
	}
	var people []search.Scored
	for _, kind := range j.people.kinds {
		ranked, err := w.matcher.RankPeople(ctx, r, kind, orderDepth)
		if err != nil {
			return err
		}
		people = append(people, ranked...)
	}
	slices.SortFunc(people, func(a, b search.Scored) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.ID, b.ID))
	})
	j.documents.order[n.ID], j.people.order[n.ID] = codesOf(documents), codesOf(people)
	return nil
}

func codesOf(ranked []search.Scored) []string {
	var out []string
	for _, hit := range ranked {
		_, code := search.SplitID(hit.ID)
		out = append(out, code)
	}
	return out
}

// judgedAnswers matches every judged need, once for all tests.
func judgedAnswers(t testing.TB) judged {
	t.Helper()
	j, err := answered()
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// requestOf matches a judged need with all its text.
func requestOf(n demo.JudgedNeed) matcher.Request {
	r := matcher.Request{Title: n.Title, Text: n.Text}
	if n.Saved != nil {
		r = matcher.FromNeed(n.Saved, true)
	}
	r.Top, r.NoLimits = depth, true
	return r
}

// measure scores what is shown and the whole order.
func (l *list) measure(needs []string) {
	shown, ordered := collection.Run{}, collection.Run{}
	for _, id := range needs {
		for _, c := range l.shown[id] {
			shown[id] = append(shown[id], collection.Ranked{ID: c.Code, Score: -float64(c.Rank)})
		}
		for i, code := range l.order[id] {
			ordered[id] = append(ordered[id], collection.Ranked{ID: code, Score: -float64(i)})
		}
	}
	l.scores, l.ordered = useful.Score(shown, l.grades, needs), useful.Score(ordered, l.grades, needs)
}

// among keeps the scores of needs; a need of which nobody useful is known has
// none.
func among(scores map[string]collection.Scores, needs []string) map[string]collection.Scores {
	out := map[string]collection.Scores{}
	for _, id := range needs {
		if s, counts := scores[id]; counts {
			out[id] = s
		}
	}
	return out
}

// without gives the candidates of a need that were not judged of any use.
func (l list) without(need string) []matcher.Candidate {
	var out []matcher.Candidate
	for _, c := range l.shown[need] {
		if l.grades[need][c.Code] == 0 {
			out = append(out, c)
		}
	}
	return out
}

// share is the part of needs for which something holds.
func share(needs []string, holds func(need string) bool) float64 {
	n := 0
	for _, id := range needs {
		if holds(id) {
			n++
		}
	}
	return float64(n) / float64(max(1, len(needs)))
}

// bestBand is the band of the first candidate; the list is in order of strength.
func bestBand(candidates []matcher.Candidate) matcher.Band {
	if len(candidates) == 0 {
		return matcher.Insufficient
	}
	return candidates[0].Band
}

// hopeless tells whether a list promises nothing: nobody is above low.
func hopeless(candidates []matcher.Candidate) bool {
	band := bestBand(candidates)
	return band == matcher.Low || band == matcher.Insufficient
}

// TestListsAreShownInOrder: the ranks that the measures rest on are those of the
// list, which is in the order of RankDocuments and RankPeople.
func TestListsAreShownInOrder(t *testing.T) {
	j := judgedAnswers(t)
	for _, l := range j.lists() {
		for id, candidates := range l.shown {
			for i, c := range candidates {
				if c.Rank != i+1 || i > 0 && c.Score > candidates[i-1].Score {
					t.Errorf("%s: %s is number %d with %.1f in place %d", id, c.Code, c.Rank, c.Score, i+1)
				}
			}
			var shown []string
			for _, c := range candidates {
				shown = append(shown, c.Code)
			}
			order := slices.DeleteFunc(slices.Clone(l.order[id]), func(code string) bool { return !slices.Contains(shown, code) })
			if !slices.Equal(shown, order) {
				t.Errorf("%s: %s shown as %v, ranked as %v", id, l.name, shown, order)
			}
		}
	}
	if docs, people := len(j.documents.scores), len(j.people.scores); docs < 100 || people < 100 {
		t.Errorf("%d needs are measured for documents and %d for people", docs, people)
	}
}
