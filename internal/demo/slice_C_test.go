package demo_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
)

// readSliceC decodes one file of slice C strictly and checks each record.
func readSliceC(t *testing.T, kind catalog.Kind) []catalog.Record {
	t.Helper()
	data, err := os.ReadFile("data/" + string(kind) + "-C.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out []catalog.Record
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		out = append(out, decodeSliceC(t, kind, lines.Bytes()))
	}
	return out
}

func decodeSliceC(t *testing.T, kind catalog.Kind, line []byte) catalog.Record {
	t.Helper()
	rec, err := catalog.New(kind)
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(rec); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	cleaned := catalog.Clone(rec)
	catalog.Clean(cleaned)
	if diff := cmp.Diff(asJSONSliceC(t, rec), asJSONSliceC(t, cleaned)); diff != "" {
		t.Errorf("%s: Clean changes it (-written +cleaned):\n%s", rec.Base().Code, diff)
	}
	if err := catalog.Validate(cleaned); err != nil {
		t.Errorf("%s %s: %+v", rec.Base().Code, rec.Heading(), err)
	}
	return rec
}

func asJSONSliceC(t *testing.T, rec catalog.Record) string {
	t.Helper()
	data, err := catalog.Encode(rec)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestSliceCIsValidAndLarge(t *testing.T) {
	least := map[catalog.Kind]int{
		catalog.KindOrganisation: 20, catalog.KindExpert: 50, catalog.KindStudio: 14,
		catalog.KindPatent: 34, catalog.KindResult: 68, catalog.KindNeed: 28,
	}
	for _, kind := range catalog.Kinds() {
		records := readSliceC(t, kind)
		if len(records) < least[kind] {
			t.Errorf("%s: %d records, want at least %d", kind, len(records), least[kind])
		}
		seen := map[string]string{}
		for _, rec := range records {
			m := rec.Base()
			for _, key := range []string{m.Code, catalog.Key(rec)} {
				if other, twice := seen[key]; twice {
					t.Errorf("%s and %s share %q", other, m.Code, key)
				}
				seen[key] = m.Code
			}
			if m.Status == "" || m.Visibility != "public" || m.RegionCode == "" {
				t.Errorf("%s: status %q, visibility %q, region %q", m.Code, m.Status, m.Visibility, m.RegionCode)
			}
		}
	}
}

// sliceC holds every record of the slice by its code.
func sliceC(t *testing.T) map[string]catalog.Record {
	t.Helper()
	all := map[string]catalog.Record{}
	for _, kind := range catalog.Kinds() {
		for _, rec := range readSliceC(t, kind) {
			all[rec.Base().Code] = rec
		}
	}
	return all
}

func TestSliceCReferencesAgree(t *testing.T) {
	all := sliceC(t)
	for code, rec := range all {
		for _, ref := range referencesSliceC(rec) {
			target, ok := all[ref.code]
			switch {
			case !ok || target.Kind() != ref.kind:
				t.Errorf("%s names %s %s, which is not in the slice", code, ref.kind, ref.code)
			case ref.name != "" && target.Heading() != ref.name:
				t.Errorf("%s calls %s %q, it is %q", code, ref.code, ref.name, target.Heading())
			}
		}
	}
}

type referenceSliceC struct {
	kind       catalog.Kind
	code, name string // name is empty when the record gives only the code
}

func referencesSliceC(rec catalog.Record) []referenceSliceC {
	var refs []referenceSliceC
	one := func(kind catalog.Kind, code, name string) {
		if code != "" {
			refs = append(refs, referenceSliceC{kind, code, name})
		}
	}
	many := func(kind catalog.Kind, codes []string) {
		for _, code := range codes {
			one(kind, code, "")
		}
	}
	switch r := rec.(type) {
	case *catalog.Organisation:
		one(catalog.KindOrganisation, r.ParentCode, "")
		many(catalog.KindOrganisation, r.Competitors)
	case *catalog.Expert:
		one(catalog.KindOrganisation, r.EmployerCode, r.EmployerName)
		many(catalog.KindStudio, r.StudioCodes)
	case *catalog.Studio:
		one(catalog.KindOrganisation, r.EnterpriseCode, r.EnterpriseName)
		one(catalog.KindExpert, r.LeaderCode, r.LeaderName)
		many(catalog.KindExpert, r.MemberCodes)
		many(catalog.KindResult, r.ResultCodes)
	case *catalog.Patent:
		many(catalog.KindResult, r.ResultCodes)
		for i, code := range r.InventorCodes {
			one(catalog.KindExpert, code, r.Inventors[i])
		}
	case *catalog.Result:
		one(catalog.KindStudio, r.StudioCode, "")
		many(catalog.KindPatent, r.PatentCodes)
		for _, c := range r.Completers {
			one(catalog.KindExpert, c.ExpertCode, c.Name)
		}
	case *catalog.Need:
		one(catalog.KindOrganisation, r.EnterpriseCode, r.EnterpriseName)
		many(catalog.KindOrganisation, r.ExcludedOrgs)
	}
	return refs
}

// TestSliceCIsMarked: nobody and no firm of the slice may pass for a real one.
func TestSliceCIsMarked(t *testing.T) {
	marked := func(code, name string) {
		if !strings.Contains(name, "示例") {
			t.Errorf("%s: %q lacks 示例", code, name)
		}
	}
	for code, rec := range sliceC(t) {
		switch r := rec.(type) {
		case *catalog.Organisation, *catalog.Expert, *catalog.Studio:
			marked(code, rec.Heading())
		case *catalog.Result:
			for _, c := range r.Completers {
				marked(code, c.Name)
			}
		case *catalog.Patent:
			for _, name := range append(r.Inventors, r.Applicants...) {
				marked(code, name)
			}
			marked(code, r.Abstract)
		}
	}
}

func TestSliceCHardCases(t *testing.T) {
	all := sliceC(t)
	data, err := os.ReadFile("data/hard-C.tsv")
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(row) != 4 {
			t.Errorf("%q: %d columns, want 4", line, len(row))
			continue
		}
		count[row[0]]++
		codes := []string{row[1]}
		if row[2] != "none" {
			codes = append(codes, strings.Split(row[2], ",")...)
		}
		for _, code := range codes {
			if all[code] == nil {
				t.Errorf("%s: no record %q", row[0], code)
			}
		}
	}
	for _, name := range []string{
		"vocabulary_gap", "traditional", "near_duplicate", "no_answer", "famous_but_wrong", "no_papers",
		"same_firm", "competitor", "model_numbers", "stale", "unavailable",
	} {
		if count[name] < 2 {
			t.Errorf("hard case %s: %d, want at least 2", name, count[name])
		}
	}
}
