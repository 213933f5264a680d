package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

func union(code, parent string) *catalog.Organisation {
	return &catalog.Organisation{Meta: catalog.Meta{Code: code}, Name: "示例工会" + code, OrganisationKind: "union", ParentCode: parent}
}

func mustCreate(t *testing.T, s *catalog.Service, recs ...catalog.Record) {
	t.Helper()
	for _, rec := range recs {
		if err := s.Create(t.Context(), "王", rec); err != nil {
			t.Fatalf("%s: %v", rec.Base().Code, err)
		}
	}
}

func faultCodes(err error) []string {
	var out []string
	if err != nil {
		for _, f := range errs.As(err).Fields {
			out = append(out, f.Code)
		}
	}
	return out
}

func TestLineage(t *testing.T) {
	t.Parallel()
	s := newService(t)
	firm := organisation("QY", "示例集团")
	mustCreate(t, s, union("P", ""), union("C", "P"), union("X", "C"), union("G", "MISSING"), firm)
	if _, err := s.Delete(t.Context(), "王", catalog.KindOrganisation, "C", 0); err != nil {
		t.Fatal(err)
	}
	for of, want := range map[string][]string{
		"X": {"X", "C", "P"}, "P": {"P"}, "": nil, "NOBODY": {"NOBODY"}, "G": {"G"}, "QY": nil,
	} {
		got, err := catalog.Lineage(t.Context(), s.Store, of)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("of %q, %v (-want +got):\n%s", of, err, diff)
		}
	}
}

// A ring that two racing saves made must not hold a request for ever.
func TestLineageOfARing(t *testing.T) {
	t.Parallel()
	s := newService(t)
	at := s.Now()
	for _, err := range s.Store.Save(t.Context(), []catalog.Write{
		{Record: union("A", "B"), Action: catalog.Created, By: "王", At: at}, {Record: union("B", "A"), Action: catalog.Created, By: "王", At: at},
	}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	got, err := catalog.Lineage(t.Context(), s.Store, "A")
	if diff := cmp.Diff([]string{"A", "B"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestTreeHasNoRings(t *testing.T) {
	t.Parallel()
	s := newService(t)
	mustCreate(t, s, union("P", ""), union("C", "P"), union("X", "C"), organisation("QY", "示例集团"))
	cases := []struct {
		name string
		rec  *catalog.Organisation
		want []string
	}{
		{"itself", union("NEW", "NEW"), []string{"organisation.parent_cycle"}},
		{"below itself", &catalog.Organisation{Meta: catalog.Meta{Code: "P", Rev: 1}, Name: "示例工会P", OrganisationKind: "union", ParentCode: "X"}, []string{"organisation.parent_cycle"}},
		{"a union below a firm", union("NEW", "QY"), []string{"organisation.parent_kind"}},
		{"a firm below a union", &catalog.Organisation{Meta: catalog.Meta{Code: "F"}, Name: "示例厂", ParentCode: "X"}, nil},
		{"a parent that is not there yet", union("NEW2", "LATER"), nil},
	}
	for _, c := range cases {
		save := s.Create
		if c.rec.Rev > 0 {
			save = s.Update
		}
		if diff := cmp.Diff(c.want, faultCodes(save(t.Context(), "王", c.rec))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	batch := s.SaveAll(t.Context(), "王", []catalog.Record{union("R1", "R2"), union("R2", "R1"), union("R3", "P")})
	if faultCodes(batch[0]) == nil || faultCodes(batch[1]) == nil || batch[2] != nil {
		t.Errorf("a ring in one batch: %v", batch)
	}
}

func TestHolders(t *testing.T) {
	t.Parallel()
	s := newService(t)
	firm := organisation("QY", "示例厂")
	firm.Union = "C"
	mustCreate(t, s, union("P", ""), union("C", "P"), firm, organisation("ALONE", "示例二厂"))
	city := []string{"C", "P"}
	cases := []struct {
		name string
		rec  catalog.Record
		want catalog.Holders
	}{
		{"a need is its firm's", &catalog.Need{Meta: catalog.Meta{OwnerOrg: "QY"}, EnterpriseCode: "QY2"}, catalog.Holders{Orgs: []string{"QY", "QY2"}, Unions: city}},
		{"the union it names wins", &catalog.Need{Meta: catalog.Meta{Union: "P"}, EnterpriseCode: "QY"}, catalog.Holders{Orgs: []string{"QY"}, Unions: []string{"P"}}},
		{"a need of nobody", &catalog.Need{EnterpriseName: "示例厂"}, catalog.Holders{Orgs: []string{}}},
		{"a firm that no union manages", &catalog.Need{EnterpriseCode: "ALONE"}, catalog.Holders{Orgs: []string{"ALONE"}}},
		{"a person is his own, not his employer's", &catalog.Expert{Meta: catalog.Meta{Code: "ZJ"}, EmployerCode: "QY"}, catalog.Holders{Orgs: []string{}, Persons: []string{"ZJ"}, Unions: city}},
		{"a result is its authors'", &catalog.Result{Meta: catalog.Meta{OwnerOrg: "QY"}, Completers: []catalog.Completer{{ExpertCode: "ZJ"}, {Name: "乙"}}}, catalog.Holders{Orgs: []string{"QY"}, Persons: []string{"ZJ"}, Unions: city}},
		{"a patent is its inventors'", &catalog.Patent{InventorCodes: []string{"ZJ", ""}}, catalog.Holders{Orgs: []string{}, Persons: []string{"ZJ"}}},
		{"a studio is its leader's", &catalog.Studio{EnterpriseCode: "QY", LeaderCode: "ZJ"}, catalog.Holders{Orgs: []string{"QY"}, Persons: []string{"ZJ"}, Unions: city}},
		{"a firm is its own", firm, catalog.Holders{Orgs: []string{"QY"}, Unions: city}},
		{"a union is managed by itself", union("NEW", "C"), catalog.Holders{Orgs: []string{"NEW"}, Unions: []string{"NEW", "C", "P"}}},
	}
	for _, c := range cases {
		got, err := catalog.HoldersOf(t.Context(), s.Store, c.rec)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s, %v (-want +got):\n%s", c.name, err, diff)
		}
	}
}
