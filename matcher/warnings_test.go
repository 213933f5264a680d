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

// The candidates against whom the hard cases want something to be said.
func TestWarningsOfHardCases(t *testing.T) {
	w := demoData(t)
	for need, want := range map[string]map[string]string{
		"XQ-2026-A018": {"ZJ-2026-A029": "same_enterprise"},
		"XQ-2026-A019": {"ZJ-2026-A011": "same_enterprise"},
		"XQ-2026-A020": {"ZJ-2026-A010": "excluded", "CG-2026-A018": "excluded", "ZL-2026-A008": "excluded"},
		"XQ-2026-A021": {"ZJ-2026-A047": "excluded", "CG-2026-A075": "excluded", "ZL-2026-A043": "excluded"},
		"XQ-2026-A024": {"ZJ-2026-A049": "stale"},
		"XQ-2026-A026": {"ZJ-2026-A040": "stale"},
		"XQ-2026-A028": {"ZJ-2026-A031": "unavailable"},
		"XQ-2026-A029": {"ZJ-2026-A045": "unavailable"},
		"XQ-2026-B002": {"ZJ-2026-B056": "unavailable"},
		"XQ-2026-B016": {"ZJ-2026-B007": "same_enterprise"},
		"XQ-2026-B017": {"ZJ-2026-B008": "same_enterprise", "ZJ-2026-B053": "excluded"},
		"XQ-2026-B020": {"ZJ-2026-B055": "stale"},
		"XQ-2026-B021": {"ZJ-2026-B026": "stale"},
		"XQ-2026-B022": {"ZJ-2026-B030": "unavailable"},
		"XQ-2026-C007": {"ZJ-2026-C007": "excluded", "CG-2026-C020": "excluded"},
		"XQ-2026-C019": {"ZJ-2026-C022": "same_enterprise"},
		"XQ-2026-C020": {"ZJ-2026-C001": "same_enterprise"},
		"XQ-2026-C024": {"ZJ-2026-C050": "stale"},
		"XQ-2026-C025": {"ZJ-2026-C056": "stale"},
		"XQ-2026-C026": {"ZJ-2026-C010": "unavailable"},
		"XQ-2026-C027": {"ZJ-2026-C052": "unavailable"},
		"XQ-2026-C045": {"ZJ-2026-C002": "excluded", "CG-2026-C004": "excluded"},
	} {
		a := w.answer(t, need)
		for code, warning := range want {
			c, ok := find(a, code)
			if !ok || !slices.Contains(warningsOf(c), warning) {
				t.Errorf("%s: %s is shown: %v, with %v; want %s", need, code, ok, c.Warnings, warning)
			}
		}
	}
}

// Warnings of people against the stored records: each that applies is given,
// no other is.
func TestWarningsOfPeople(t *testing.T) {
	w := demoData(t)
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
			if diff := cmp.Diff(expected(need, rec.(*catalog.Expert)), warningsOf(c)); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", h.need, c.Code, diff)
			}
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
	of := func(names ...string) bool {
		return e.EmployerCode != "" && slices.Contains(names, e.EmployerCode) || e.EmployerName != "" && slices.Contains(names, e.EmployerName)
	}
	add("same_enterprise", of(need.EnterpriseName, need.EnterpriseCode))
	add("excluded", of(need.ExcludedOrgs...))
	add("stale", e.LastConfirmedAt != "" && e.LastConfirmedAt < today.AddDate(0, -12, -today.Day()+1).Format("2006-01-02"))
	a := e.Availability
	add("unavailable", a != nil && (!a.Accepting || a.UnavailableUntil >= today.Format("2006-01-02")))
	add("far", need.RegionCode != "" && e.RegionCode != "" && need.RegionCode[:2] != e.RegionCode[:2])
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
