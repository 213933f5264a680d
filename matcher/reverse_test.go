package matcher_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// Whoever Match lists is judged the same when he alone is asked about, with the
// same reasons.
func TestFitIsMatch(t *testing.T) {
	t.Parallel()
	w := demoData(t)
	recs, err := w.store.Scan(t.Context(), catalog.KindNeed, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, rec := range recs[:min(len(recs), 15)] {
		r := matcher.FromNeed(rec.(*catalog.Need), true)
		answer := w.match(t, r)
		for _, want := range slices.Concat(answer.Documents, answer.People) {
			got, err := w.matcher.Fit(t.Context(), r, []string{search.ID(want.Kind, want.Code)}, want.Band)
			if err != nil || len(got) != 1 {
				t.Errorf("%s, %s: %d found, %v", r.NeedCode, want.Code, len(got), err)
				continue
			}
			want.Rank = 1
			if diff := cmp.Diff(want, got[0]); diff != "" {
				t.Errorf("%s, %s:\n%s", r.NeedCode, want.Code, diff)
			}
			if score, band, err := w.matcher.Judge(t.Context(), r, search.ID(want.Kind, want.Code)); err != nil || score != want.Score || band != want.Band {
				t.Errorf("%s, %s: judged %v %s, want %v %s, %v", r.NeedCode, want.Code, score, band, want.Score, want.Band, err)
			}
			compared++
		}
	}
	if compared < 100 {
		t.Errorf("only %d candidates compared", compared)
	}
}

// Somebody who is barred is not listed, and neither is who falls below the band.
func TestFitLeavesOut(t *testing.T) {
	t.Parallel()
	w := demoData(t)
	var best matcher.Candidate
	var of matcher.Request
	recs, err := w.store.Scan(t.Context(), catalog.KindNeed, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range recs {
		r := matcher.FromNeed(rec.(*catalog.Need), true)
		r.Kinds = []catalog.Kind{catalog.KindResult}
		answer := w.match(t, r)
		if len(answer.Documents) > 0 && answer.Documents[0].Band == matcher.High && answer.Documents[0].Subtitle != "" {
			best, of = answer.Documents[0], r
			break
		}
	}
	id := search.ID(best.Kind, best.Code)
	fit := func(r matcher.Request, least matcher.Band) int {
		t.Helper()
		got, err := w.matcher.Fit(t.Context(), r, []string{id, "result/none"}, least)
		if err != nil {
			t.Fatal(err)
		}
		return len(got)
	}
	if fit(of, matcher.Medium) != 1 || fit(of, matcher.VeryHigh) != 0 {
		t.Errorf("%s of band %s", id, best.Band)
	}
	docs, err := w.index.Documents(t.Context(), []string{id})
	if err != nil || len(docs[id].Orgs) == 0 {
		t.Fatalf("%s: %+v, %v", id, docs[id], err)
	}
	of.Excluded = append(of.Excluded, docs[id].Orgs...)
	if fit(of, matcher.Low) != 0 {
		t.Errorf("%s is excluded and listed", id)
	}
}

// Of the needs that a result of the demonstration fits, the shortcut finds nearly
// all; docs/alerts.md has the figures of larger corpora.
func TestWantingFindsTheNeeds(t *testing.T) {
	t.Parallel()
	w := demoData(t)
	fits := map[string][]string{}
	recs, err := w.store.Scan(t.Context(), catalog.KindNeed, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range recs {
		need := rec.(*catalog.Need)
		if _, public := catalog.PublicView(need); !public {
			continue
		}
		r := matcher.FromNeed(need, false)
		r.NoLimits, r.Top = true, matcher.MaxTop
		answer := w.match(t, r)
		for _, c := range slices.Concat(answer.Documents, answer.People) {
			if c.Band.Reaches(matcher.Medium) {
				id := search.ID(c.Kind, c.Code)
				fits[id] = append(fits[id], search.ID(catalog.KindNeed, need.Code))
			}
		}
	}
	wanted, got := 0, 0
	for id, needs := range fits {
		docs, err := w.index.Documents(t.Context(), []string{id})
		if err != nil {
			t.Fatal(err)
		}
		near, err := w.matcher.Wanting(t.Context(), docs[id], 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, need := range needs {
			wanted++
			if slices.Contains(near, need) {
				got++
			}
		}
	}
	t.Logf("%d needs in all; %d of %d pairs found", len(recs), got, wanted)
	if wanted < 50 || got*100 < wanted*95 {
		t.Errorf("%d of %d pairs found", got, wanted)
	}
}

func TestBandReaches(t *testing.T) {
	t.Parallel()
	if !matcher.High.Reaches(matcher.Medium) || !matcher.Medium.Reaches(matcher.Medium) || matcher.Low.Reaches(matcher.Medium) || matcher.Insufficient.Reaches(matcher.Low) {
		t.Error("the order of the bands")
	}
}
