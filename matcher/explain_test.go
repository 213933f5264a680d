package matcher_test

import (
	"math"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// near tells whether two scores are the same but for the rounding of float32.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-4*max(1, math.Abs(a)) }

func ids(list []search.Scored) []string {
	out := []string{"result/none", "expert/none"}
	for _, s := range list {
		out = append(out, s.ID)
	}
	return out
}

// What explains a document adds up to what it is ranked by: raw scores are to
// each other as the strengths are.
func TestExplainDocuments(t *testing.T) {
	t.Parallel()
	w := demoData(t)
	r := matcher.FromNeed(w.need(t, "XQ-2026-B005"), true)
	r.Lead = matcher.Lead{} // what is explained is the text
	ranked, err := w.matcher.RankDocuments(t.Context(), r, []catalog.Kind{catalog.KindResult, catalog.KindPatent}, 20)
	if err != nil || len(ranked) == 0 {
		t.Fatalf("%d documents, %v", len(ranked), err)
	}
	why, err := w.matcher.ExplainDocuments(t.Context(), r, ids(ranked))
	if err != nil || len(why) != len(ranked) {
		t.Fatalf("%d of %d explained, %v", len(why), len(ranked), err)
	}
	for _, hit := range ranked {
		if !near(hit.Score/ranked[0].Score, why[hit.ID].Score/why[ranked[0].ID].Score) {
			t.Errorf("%s is ranked by %f and explained by %f", hit.ID, hit.Score, why[hit.ID].Score)
		}
	}
}

// The parts of a person's total are the profile and the documents that count,
// and make the whole.
func TestExplainPeople(t *testing.T) {
	t.Parallel()
	w := demoData(t)
	for _, kind := range []catalog.Kind{catalog.KindExpert, catalog.KindStudio} {
		for _, code := range []string{"XQ-2026-A001", "XQ-2026-B005"} {
			r := matcher.FromNeed(w.need(t, code), true)
			r.Lead = matcher.Lead{}
			ranked, err := w.matcher.RankPeople(t.Context(), r, kind, 30)
			if err != nil || len(ranked) == 0 {
				t.Fatalf("%d people, %v", len(ranked), err)
			}
			why, err := w.matcher.ExplainPeople(t.Context(), r, kind, ids(ranked))
			if err != nil {
				t.Fatal(err)
			}
			voices := 0
			for _, hit := range ranked {
				person, explained := why[hit.ID]
				if !explained {
					continue // a vote for somebody who has no public record
				}
				voices += len(person.Voices)
				checkPerson(t, hit, person)
			}
			if voices == 0 {
				t.Errorf("%s: no document speaks for any %s", code, kind)
			}
			if _, known := why["expert/none"]; known {
				t.Error("somebody unknown is explained")
			}
		}
	}
}

func checkPerson(t *testing.T, hit search.Scored, person matcher.PersonExplanation) {
	t.Helper()
	if !near(hit.Score, person.Total) {
		t.Errorf("%s is ranked by %f and explained by %f", hit.ID, hit.Score, person.Total)
	}
	whole := person.Share
	for _, v := range person.Voices {
		whole += v.Share
		if len(v.Why.Terms) == 0 && v.Why.Score == 0 {
			t.Errorf("%s: nothing is said of %s", hit.ID, v.ID)
		}
	}
	if !near(whole, 1) {
		t.Errorf("%s: the parts make %f", hit.ID, whole)
	}
}
