package matcher_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
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

// The many documents of one expert do not hide that another has one.
func TestBareBesideManyDocuments(t *testing.T) {
	w := own(t)
	save := func(rec catalog.Record) {
		t.Helper()
		if err := w.service.Create(t.Context(), "王", rec); err != nil {
			t.Fatal(err)
		}
	}
	codes := []string{"ZJ-2026-9001", "ZJ-2026-9002", "ZJ-2026-9003"}
	for i, code := range codes {
		save(&catalog.Expert{Meta: catalog.Meta{Code: code}, Name: "张三", EmployerName: fmt.Sprintf("示例%d厂", i), Expertise: "磨削曲轴轴颈，防止烧伤。"})
	}
	result := func(code string, i int) {
		save(&catalog.Result{Title: fmt.Sprintf("茶园施肥法%s第%d", code, i), Summary: "有机肥", Completers: []catalog.Completer{{Name: "张三", ExpertCode: code}}})
	}
	for i := range search.MaxSize + 20 {
		result(codes[0], i)
	}
	result(codes[1], search.MaxSize+20)
	said := map[string]bool{}
	for _, c := range w.match(t, matcher.Request{Text: "曲轴轴颈磨削烧伤", Kinds: []catalog.Kind{catalog.KindExpert}}).People {
		said[c.Code] = slices.Contains(c.Reasons, "登记的成果没有对上，凭本人简介。")
	}
	if want := map[string]bool{codes[0]: true, codes[1]: true, codes[2]: false}; !maps.Equal(said, want) {
		t.Errorf("results are said to be registered: %v, want %v", said, want)
	}
}
