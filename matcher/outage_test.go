package matcher_test

import (
	"context"
	"strings"
	"testing"

	"hongniang/internal/constraint"
	"hongniang/internal/errs"
	"hongniang/matcher"
)

// gone are the facts of a database that does not answer.
type gone struct{}

var errGone = errs.New(errs.Unavailable, "store.unavailable", "数据库暂时连不上。")

func (gone) Organisations(context.Context) (*constraint.Organisations, error) { return nil, errGone }
func (gone) Parties(context.Context, []string) (map[string]constraint.Party, error) {
	return nil, errGone
}
func (gone) Worked(context.Context, string) (map[string]bool, error)  { return nil, errGone }
func (gone) Solved(context.Context, []string) (map[string]int, error) { return nil, errGone }

// While the database is gone a need is still matched, by what the index knows,
// and the answer says so.
func TestMatchWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	m := matcher.Matcher{Engine: demoData(t).matcher.Engine, Now: demoData(t).matcher.Now, Facts: gone{}}
	answer, err := m.Match(t.Context(), matcher.Request{Text: "曲轴连杆颈磨削烧伤，圆度超差"})
	if err != nil || len(answer.Documents) == 0 || len(answer.People) == 0 {
		t.Fatalf("%d documents, %d people, %v", len(answer.Documents), len(answer.People), err)
	}
	if notes := strings.Join(answer.Notes, ""); !strings.Contains(notes, "数据库暂时连不上") {
		t.Errorf("notes: %q", notes)
	}
}
