package matcher_test

import (
	"slices"
	"strings"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/matcher"
)

// What is said of an expert for whom no document speaks is true: whether there
// is any that names him.
func TestBareProfiles(t *testing.T) {
	w := demoData(t)
	named := map[string]bool{}
	for _, kind := range []catalog.Kind{catalog.KindResult, catalog.KindPatent} {
		recs, err := w.store.Scan(t.Context(), kind, "", 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range recs {
			switch r := rec.(type) {
			case *catalog.Result:
				for _, c := range r.Completers {
					named[c.ExpertCode] = true
				}
			case *catalog.Patent:
				for _, code := range r.InventorCodes {
					named[code] = true
				}
			}
		}
	}
	said := map[string]int{}
	for _, code := range everyNeed(t, w) {
		for _, c := range w.answer(t, code).People {
			reasons := strings.Join(c.Reasons, "")
			none, other := strings.Contains(reasons, "没有登记成果，凭本人简介。"), strings.Contains(reasons, "登记的成果没有对上，凭本人简介。")
			voices := slices.ContainsFunc(c.Evidence, func(e matcher.Evidence) bool { return e.Kind == catalog.KindResult || e.Kind == catalog.KindPatent })
			switch {
			case c.Kind == catalog.KindExpert && none:
				said["none"]++
			case c.Kind == catalog.KindExpert && other:
				said["other"]++
			}
			if none && (named[c.Code] || voices) || other && (!named[c.Code] || voices) {
				t.Errorf("%s: %s is named in a document: %v, by evidence: %v; said is %q", code, c.Code, named[c.Code], voices, reasons)
			}
			if c.Kind == catalog.KindExpert && !voices && !none && !other && !named[c.Code] {
				t.Errorf("%s: nothing is said of %s having no document: %q", code, c.Code, reasons)
			}
		}
	}
	if said["none"] < 5 {
		t.Errorf("%v", said)
	}
	t.Log(said)
}
