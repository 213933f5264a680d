package matcher_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/matcher"
)

func warningsOf(c matcher.Candidate) []string {
	out := []string{}
	for _, w := range c.Warnings {
		out = append(out, w.Code)
	}
	return out
}

// The candidates whom the hard cases bar are not shown, and are counted.
func TestLimitsOfHardCases(t *testing.T) {
	w := demoData(t)
	for need, want := range map[string]map[string]string{
		"XQ-2026-A018": {"ZJ-2026-A029": "own_group"},
		"XQ-2026-A019": {"ZJ-2026-A011": "own_group"},
		"XQ-2026-A020": {"ZJ-2026-A010": "conflict", "CG-2026-A018": "conflict", "ZL-2026-A008": "conflict"},
		"XQ-2026-A021": {"ZJ-2026-A047": "conflict", "CG-2026-A075": "conflict", "ZL-2026-A043": "conflict"},
		"XQ-2026-A028": {"ZJ-2026-A031": "unavailable"},
		"XQ-2026-A029": {"ZJ-2026-A045": "unavailable"},
		"XQ-2026-B002": {"ZJ-2026-B056": "unavailable"},
		"XQ-2026-B016": {"ZJ-2026-B007": "own_group"},
		"XQ-2026-B017": {"ZJ-2026-B008": "own_group", "ZJ-2026-B053": "conflict"},
		"XQ-2026-B022": {"ZJ-2026-B030": "unavailable"},
		"XQ-2026-C007": {"ZJ-2026-C007": "conflict", "CG-2026-C020": "conflict"},
		"XQ-2026-C019": {"ZJ-2026-C022": "own_group"},
		"XQ-2026-C020": {"ZJ-2026-C001": "own_group"},
		"XQ-2026-C026": {"ZJ-2026-C010": "unavailable"},
		"XQ-2026-C027": {"ZJ-2026-C052": "unavailable"},
		"XQ-2026-C045": {"ZJ-2026-C002": "conflict", "CG-2026-C004": "conflict"},
	} {
		r := matcher.FromNeed(w.need(t, need), true)
		r.Top = 50
		a := w.match(t, r)
		counts := map[string]int{}
		for _, n := range a.NotShown {
			counts[string(n.Reason)] = n.Count
		}
		for code, reason := range want {
			if c, shown := find(a, code); shown {
				t.Errorf("%s: %s is shown with %v; it is barred: %s", need, code, c.Warnings, reason)
			}
			if _, ranked := find(w.answer(t, need), code); ranked && need != "XQ-2026-B002" && counts[reason] == 0 {
				t.Errorf("%s: %s is not counted: %v", need, reason, a.NotShown)
			}
		}
	}
}

// Warnings of people against the stored records: each that applies is given,
// no other is.
func TestWarningsOfPeople(t *testing.T) {
	w := demoData(t)
	seen := map[string]int{}
	for _, h := range hardCases(t) {
		need := w.need(t, h.need)
		for _, c := range w.answer(t, h.need).People {
			if c.Kind != catalog.KindExpert {
				continue
			}
			rec, err := w.service.Get(t.Context(), catalog.KindExpert, c.Code)
			if err != nil {
				t.Fatal(err)
			}
			got := warningsOf(c)
			if diff := cmp.Diff(expected(need, rec.(*catalog.Expert)), got); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", h.need, c.Code, diff)
			}
			for _, code := range got {
				seen[code]++
			}
		}
	}
	for _, code := range []string{"unverified", "far", "stale"} {
		if seen[code] == 0 {
			t.Errorf("the hard cases warn of nobody: %s", code)
		}
	}
}

// expected works warnings out of the records, without an index.
func expected(need *catalog.Need, e *catalog.Expert) []string {
	out := []string{}
	add := func(code string, when bool) {
		if when {
			out = append(out, code)
		}
	}
	add("unverified", e.VerifiedBy == "")
	km, known := catalog.Distance(need.RegionCode, e.RegionCode)
	beyond := known && e.Availability != nil && e.Availability.TravelRadiusKM > 0 && km > float64(e.Availability.TravelRadiusKM)
	add("far", beyond)
	add("stale", e.LastConfirmedAt != "" && e.LastConfirmedAt < today.AddDate(0, -12, -today.Day()+1).Format("2006-01-02"))
	add("far", !beyond && need.RegionCode != "" && e.RegionCode != "" && need.RegionCode[:2] != e.RegionCode[:2])
	return out
}

// A patent whose rights are gone is shown with its legal status.
func TestLegalStatus(t *testing.T) {
	w := own(t)
	patent := &catalog.Patent{Title: "一种换流阀清灰装置", Abstract: "带电清扫换流阀表面积灰的装置", ApplicationNo: "202211250898.9", PatentKind: "invention", LegalStatus: "lapsed_fee"}
	if err := w.service.Create(t.Context(), "王", patent); err != nil {
		t.Fatal(err)
	}
	c, ok := find(w.match(t, matcher.Request{Text: "换流阀积灰清扫"}), patent.Code)
	if diff := cmp.Diff([]string{"legal_status"}, warningsOf(c)); !ok || diff != "" {
		t.Errorf("shown: %v (-want +got):\n%s", ok, diff)
	}
}

// Against the oracle: every candidate of every demo need is free, and who is
// ranked, free and above the last one shown is shown.
func TestLimitsOfDemo(t *testing.T) {
	w := demoData(t)
	o := newOracle(t, w)
	shown, barred := 0, 0
	for _, code := range everyNeed(t, w) {
		need := w.need(t, code)
		r := matcher.FromNeed(need, true)
		r.Top = 50
		limited, all := w.match(t, r), w.answer(t, code)
		for _, lists := range [][2][]matcher.Candidate{{limited.Documents, all.Documents}, {limited.People, all.People}} {
			var free []string
			for _, c := range lists[1] {
				rec, err := w.service.Get(t.Context(), c.Kind, c.Code)
				if err != nil {
					t.Fatal(err)
				}
				if len(o.bars(need, rec)) == 0 {
					free = append(free, c.Code)
				} else {
					barred++
				}
			}
			got := codesIn(lists[0])
			shown += len(got)
			if !slices.Equal(free, got[:min(len(free), len(got))]) {
				t.Errorf("%s: shown %v, free are %v", code, got, free)
			}
		}
	}
	t.Logf("%d candidates shown, %d barred", shown, barred)
	if barred < 50 {
		t.Errorf("only %d candidates are barred", barred)
	}
}

func codesIn(list []matcher.Candidate) []string {
	out := []string{}
	for _, c := range list {
		out = append(out, c.Code)
	}
	return out
}
