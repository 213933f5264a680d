package catalog_test

import (
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

func TestDirectory(t *testing.T) {
	t.Parallel()
	s := newService(t)
	mustCreate(t, s, union("GH", ""), organisation("GONE", "示例厂"), &catalog.Expert{Meta: catalog.Meta{Code: "ZJ"}, Name: "示例甲"}, &catalog.Expert{Meta: catalog.Meta{Code: "ZJ0"}, Name: "示例乙"})
	for kind, code := range map[catalog.Kind]string{catalog.KindOrganisation: "GONE", catalog.KindExpert: "ZJ0"} {
		if _, err := s.Delete(t.Context(), "王", kind, code, 0); err != nil {
			t.Fatal(err)
		}
	}
	d := catalog.Directory{From: s.Store}
	if kind, err := d.OrganisationKind(t.Context(), "GH"); kind != "union" || err != nil {
		t.Errorf("%s, %v", kind, err)
	}
	if err := d.HasPerson(t.Context(), "ZJ"); err != nil {
		t.Error(err)
	}
	for _, missing := range []string{"GONE", "NOBODY"} {
		if _, err := d.OrganisationKind(t.Context(), missing); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", missing, err)
		}
	}
	for _, missing := range []string{"ZJ0", "NOBODY"} {
		if err := d.HasPerson(t.Context(), missing); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", missing, err)
		}
	}
}
