package worth_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/verdict"
	"hongniang/internal/verdict/worth"
)

// said is a verdict of one broker on a candidate that stood somewhere.
func said(need, candidate string, code verdict.Code, rank int, band string, score float64) verdict.Opinion {
	kind := catalog.KindResult
	if candidate[0] == 'Z' {
		kind = catalog.KindExpert
	}
	return verdict.Opinion{Verdict: verdict.Verdict{
		Need: need, Kind: kind, Candidate: candidate, Code: code, By: "U-1", At: time.Date(2026, 11, 20, 8, rank, 0, 0, time.UTC),
		Run: verdict.Run{Rank: rank, Band: band, Score: score},
	}}
}

func sample() []verdict.Opinion {
	return []verdict.Opinion{
		said("XQ-1", "C1", verdict.Strong, 1, "very_high", 90), said("XQ-1", "C2", verdict.WrongField, 2, "high", 60), said("XQ-1", "C6", verdict.WrongField, 6, "low", 20),
		said("XQ-1", "Z1", verdict.Useful, 1, "high", 70), said("XQ-1", "Z2", verdict.Unavailable, 2, "high", 55), said("XQ-1", "Z3", verdict.Duplicate, 3, "low", 20),
		said("XQ-2", "C1", verdict.NotUseful, 1, "medium", 40), said("XQ-2", "C3", verdict.Withdrawn, 2, "medium", 30), said("XQ-2", "C9", verdict.Useful, 0, "insufficient", 8),
	}
}

func TestOf(t *testing.T) {
	t.Parallel()
	r := worth.Of(sample())
	if diff := cmp.Diff([]worth.List{{Need: "XQ-1", Kind: worth.People, Useful: 1, Judged: 1}, {Need: "XQ-1", Kind: worth.Documents, Useful: 1, Judged: 2}, {Need: "XQ-2", Kind: worth.Documents, Judged: 1}}, r.Lists); diff != "" {
		t.Errorf("lists (-want +got):\n%s", diff)
	}
	if math.Abs(r.Precision-0.5) > 1e-9 || r.Low != 0 || r.High != 0.75 {
		t.Errorf("precision %.3f, %.3f–%.3f", r.Precision, r.Low, r.High)
	}
	if diff := cmp.Diff(map[verdict.Code]int{verdict.Unavailable: 1, verdict.Duplicate: 1}, r.Aside); diff != "" || r.Said != 8 {
		t.Errorf("%d said, aside (-want +got):\n%s", r.Said, diff)
	}
	got := ""
	for _, b := range r.Bands {
		got += fmt.Sprintf("%s %d/%d %.2f; ", b.Band, b.Useful, b.Judged, b.Promised)
	}
	if want := "very_high 1/1 0.90; high 1/2 0.65; medium 0/1 0.40; low 0/1 0.20; insufficient 1/1 0.08; "; got != want {
		t.Errorf("bands %s", got)
	}
	if len(r.Misplaced) != 1 || r.Misplaced[0].Candidate != "C2" {
		t.Errorf("misplaced %+v", r.Misplaced)
	}
}

func TestOfNothing(t *testing.T) {
	t.Parallel()
	for name, list := range map[string][]verdict.Opinion{"nothing": nil, "nothing of fit": {said("XQ-1", "Z1", verdict.AlreadyKnown, 1, "high", 60)}} {
		if r := worth.Of(list); r.Precision != 0 || r.Low != 0 || r.High != 1 || len(r.Lists)+len(r.Bands)+len(r.Misplaced) != 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestJudgements(t *testing.T) {
	t.Parallel()
	want := collection.Judgements{"XQ-1": {"C1": 3, "C2": 0, "C6": 0}, "XQ-2": {"C1": 1, "C9": 2}}
	if diff := cmp.Diff(want, worth.Judgements(sample(), worth.Documents)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(collection.Judgements{"XQ-1": {"Z1": 2}}, worth.Judgements(sample(), worth.People)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
