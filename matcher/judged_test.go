package matcher_test

import (
	"context"
	"sync"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/demo"
	"hongniang/matcher"
)

// depth is how many candidates of a list are looked at.
const depth = 50

// useful is the least grade of a candidate that a broker would introduce.
var useful = collection.Measuring{MinGrade: 2}

// list is one of the two lists that a user is shown, for every judged need.
type list struct {
	name   string
	grades collection.Judgements
	shown  map[string][]matcher.Candidate // by need
	scores map[string]collection.Scores   // of the needs with a useful candidate
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
		documents: list{name: "documents", grades: set.Grades(catalog.KindResult, catalog.KindPatent), shown: map[string][]matcher.Candidate{}},
		people:    list{name: "people", grades: set.Grades(catalog.KindExpert, catalog.KindStudio), shown: map[string][]matcher.Candidate{}},
	}
	for _, n := range set.Needs {
		a, err := w.matcher.Match(context.Background(), requestOf(n))
		if err != nil {
			return judged{}, err
		}
		out.documents.shown[n.ID], out.people.shown[n.ID] = a.Documents, a.People
	}
	out.documents.measure(out.of("all"))
	out.people.measure(out.of("all"))
	return out, nil
})

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
	r.Top = depth
	return r
}

// measure scores what is shown, in the order in which it is shown.
func (l *list) measure(needs []string) {
	run := collection.Run{}
	for id, candidates := range l.shown {
		for _, c := range candidates {
			run[id] = append(run[id], collection.Ranked{ID: c.Code, Score: -float64(c.Rank)})
		}
	}
	l.scores = useful.Score(run, l.grades, needs)
}

// counted keeps the needs for which somebody useful is known, so that they can
// be measured.
func (l list) counted(needs []string) map[string]collection.Scores {
	out := map[string]collection.Scores{}
	for _, id := range needs {
		if s, counts := l.scores[id]; counts {
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
// list, and no band stands below a weaker one.
func TestListsAreShownInOrder(t *testing.T) {
	j := judgedAnswers(t)
	for _, l := range j.lists() {
		for id, candidates := range l.shown {
			for i, c := range candidates {
				if c.Rank != i+1 || i > 0 && c.Score > candidates[i-1].Score {
					t.Errorf("%s: %s is number %d with %.1f in place %d", id, c.Code, c.Rank, c.Score, i+1)
				}
			}
		}
	}
	if docs, people := len(j.documents.scores), len(j.people.scores); docs < 100 || people < 100 {
		t.Errorf("%d needs are measured for documents and %d for people", docs, people)
	}
}
