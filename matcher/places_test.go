package matcher_test

import (
	"fmt"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/matcher"
)

// People without a public profile, for whom documents vote, take no places in
// the list from those who can be shown.
func TestHiddenPeopleTakeNoPlaces(t *testing.T) {
	w := own(t)
	const problem = "磨削曲轴连杆颈时轴颈表面出现烧伤和裂纹"
	save := func(rec catalog.Record) {
		t.Helper()
		if err := w.service.Create(t.Context(), "王", rec); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 6 {
		hidden, shown := fmt.Sprintf("ZJ-H%d", i), fmt.Sprintf("ZJ-S%d", i)
		save(&catalog.Expert{Meta: catalog.Meta{Code: hidden}, Name: fmt.Sprintf("隐%d", i), EmployerName: "示例一厂", Consent: &catalog.Consent{}})
		save(&catalog.Expert{Meta: catalog.Meta{Code: shown}, Name: fmt.Sprintf("显%d", i), EmployerName: "示例一厂"})
		for n := range 2 {
			save(&catalog.Result{
				Title: fmt.Sprintf("%s的防止%d-%d", problem, i, n), Summary: problem,
				Completers: []catalog.Completer{{Name: "隐", ExpertCode: hidden}},
			})
		}
		save(&catalog.Result{Title: fmt.Sprintf("磨削曲轴连杆颈烧伤的防止%d", i), Summary: problem, Completers: []catalog.Completer{{Name: "显", ExpertCode: shown}}})
	}
	got := w.match(t, matcher.Request{Title: problem, Top: 3, Kinds: []catalog.Kind{catalog.KindExpert}})
	if len(got.People) != 3 {
		t.Fatalf("%d people, want 3: %s", len(got.People), head(got.People))
	}
	for i, c := range got.People {
		if c.Code[:4] != "ZJ-S" || c.Rank != i+1 {
			t.Errorf("place %d: %s %s", c.Rank, c.Code, c.Title)
		}
	}
}
