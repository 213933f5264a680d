package demo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
)

// sliceB reads every record of slice B, by code.
func sliceB(t *testing.T) map[string]catalog.Record {
	t.Helper()
	all := map[string]catalog.Record{}
	for _, kind := range catalog.Kinds() {
		for _, rec := range readSliceB(t, kind) {
			all[rec.Base().Code] = rec
		}
	}
	return all
}

// readSliceB decodes the file of one kind, refusing keys that the kind lacks.
func readSliceB(t *testing.T, kind catalog.Kind) []catalog.Record {
	t.Helper()
	data, err := os.ReadFile("data/" + string(kind) + "-B.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out []catalog.Record
	for line := range bytes.Lines(data) {
		rec, err := catalog.New(kind)
		if err != nil {
			t.Fatal(err)
		}
		dec := json.NewDecoder(bytes.NewReader(line))
		dec.DisallowUnknownFields()
		if err := dec.Decode(rec); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		out = append(out, rec)
	}
	return out
}

func TestSliceBIsCleanAndValid(t *testing.T) {
	for code, rec := range sliceB(t) {
		cleaned := catalog.Clone(rec)
		catalog.Clean(cleaned)
		if diff := cmp.Diff(encodedSliceB(t, rec), encodedSliceB(t, cleaned)); diff != "" {
			t.Errorf("%s: Clean changes it (-written +cleaned):\n%s", code, diff)
		}
		if err := catalog.Validate(cleaned); err != nil {
			t.Errorf("%s %s: %+v", code, rec.Heading(), err)
		}
		if m := rec.Base(); m.Status != "published" || m.Visibility != "public" {
			t.Errorf("%s: status %q, visibility %q", code, m.Status, m.Visibility)
		}
	}
}

func encodedSliceB(t *testing.T, rec catalog.Record) string {
	t.Helper()
	data, err := catalog.Encode(rec)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestSliceBAmountsAndKeys(t *testing.T) {
	least := map[catalog.Kind]int{
		catalog.KindOrganisation: 20, catalog.KindExpert: 50, catalog.KindStudio: 14,
		catalog.KindPatent: 34, catalog.KindResult: 68, catalog.KindNeed: 28,
	}
	for _, kind := range catalog.Kinds() {
		records := readSliceB(t, kind)
		if len(records) < least[kind] {
			t.Errorf("%s: %d records, want at least %d", kind, len(records), least[kind])
		}
		seen := map[string]string{}
		for _, rec := range records {
			code := rec.Base().Code
			for _, key := range []string{code, catalog.Key(rec)} {
				if other, taken := seen[key]; taken {
					t.Errorf("%s and %s share the key %q", other, code, key)
				}
				seen[key] = code
			}
		}
	}
}

// linkB is one reference: the code, and the name written beside it, if any.
type linkB struct {
	kind       catalog.Kind
	code, name string
}

func linksB(rec catalog.Record) []linkB {
	var out []linkB
	codes := func(kind catalog.Kind, list []string) {
		for _, code := range list {
			out = append(out, linkB{kind: kind, code: code})
		}
	}
	switch r := rec.(type) {
	case *catalog.Organisation:
		codes(catalog.KindOrganisation, r.Competitors)
	case *catalog.Expert:
		out = append(out, linkB{catalog.KindOrganisation, r.EmployerCode, r.EmployerName})
		codes(catalog.KindStudio, r.StudioCodes)
	case *catalog.Studio:
		out = append(out, linkB{catalog.KindOrganisation, r.EnterpriseCode, r.EnterpriseName}, linkB{catalog.KindExpert, r.LeaderCode, r.LeaderName})
		codes(catalog.KindExpert, r.MemberCodes)
		codes(catalog.KindResult, r.ResultCodes)
	case *catalog.Patent:
		codes(catalog.KindResult, r.ResultCodes)
		for i, code := range r.InventorCodes {
			out = append(out, linkB{catalog.KindExpert, code, r.Inventors[i]})
		}
	case *catalog.Result:
		out = append(out, linkB{kind: catalog.KindStudio, code: r.StudioCode})
		codes(catalog.KindPatent, r.PatentCodes)
		for _, c := range r.Completers {
			out = append(out, linkB{catalog.KindExpert, c.ExpertCode, c.Name})
		}
	case *catalog.Need:
		out = append(out, linkB{catalog.KindOrganisation, r.EnterpriseCode, r.EnterpriseName})
	}
	return slices.DeleteFunc(out, func(l linkB) bool { return l.code == "" })
}

func TestSliceBReferencesResolve(t *testing.T) {
	all := sliceB(t)
	for code, rec := range all {
		for _, l := range linksB(rec) {
			target := all[l.code]
			if target == nil || target.Kind() != l.kind {
				t.Errorf("%s names the %s %s, which is not in the slice", code, l.kind, l.code)
			} else if l.name != "" && l.name != target.Heading() {
				t.Errorf("%s calls %s %q, it is %q", code, l.code, l.name, target.Heading())
			}
		}
	}
}

// TestSliceBExcludedOrgsAreKnown: a competitor is given by code or by name.
func TestSliceBExcludedOrgsAreKnown(t *testing.T) {
	known := map[string]bool{}
	for _, rec := range readSliceB(t, catalog.KindOrganisation) {
		known[rec.Base().Code], known[rec.Heading()] = true, true
	}
	for _, rec := range readSliceB(t, catalog.KindNeed) {
		for _, org := range rec.(*catalog.Need).ExcludedOrgs {
			if !known[org] {
				t.Errorf("%s excludes %q, which is not in the slice", rec.Base().Code, org)
			}
		}
	}
}

// TestSliceBStudiosAndPatentsPointBack: what is linked one way is linked the
// other way too.
func TestSliceBStudiosAndPatentsPointBack(t *testing.T) {
	all := sliceB(t)
	for code, rec := range all {
		switch r := rec.(type) {
		case *catalog.Studio:
			for _, member := range append([]string{r.LeaderCode}, r.MemberCodes...) {
				if e, ok := all[member].(*catalog.Expert); ok && !slices.Contains(e.StudioCodes, code) {
					t.Errorf("%s has %s, who does not name it", code, member)
				}
			}
			for _, result := range r.ResultCodes {
				if g, ok := all[result].(*catalog.Result); ok && g.StudioCode != code {
					t.Errorf("%s lists %s, which names the studio %q", code, result, g.StudioCode)
				}
			}
		case *catalog.Patent:
			for _, result := range r.ResultCodes {
				if g, ok := all[result].(*catalog.Result); ok && !slices.Contains(g.PatentCodes, code) {
					t.Errorf("%s names %s, which does not name it", code, result)
				}
			}
			if year := r.ApplicationNo[:4]; !strings.HasPrefix(r.ApplicationDate, year) {
				t.Errorf("%s: filed %s under a number of %s", code, r.ApplicationDate, year)
			}
		}
	}
}

// realSliceB are the public examples: the only names without the mark 示例.
var realSliceB = map[string]bool{"高炜": true, "刁克剑": true, "抚顺联盟": true}

func namesB(rec catalog.Record) []string {
	switch r := rec.(type) {
	case *catalog.Result:
		names := slices.Clone(r.CompletingOrgs)
		for _, c := range r.Completers {
			names = append(names, c.Name)
		}
		return append(names, r.AppliedAt...)
	case *catalog.Patent:
		return append(append([]string{r.Abstract, r.CurrentOwner}, r.Inventors...), r.Applicants...)
	case *catalog.Need:
		return []string{r.EnterpriseName}
	}
	return []string{rec.Heading()}
}

func TestSliceBInventionsAreMarked(t *testing.T) {
	for code, rec := range sliceB(t) {
		for _, name := range namesB(rec) {
			if !strings.Contains(name, "示例") && !realSliceB[name] {
				t.Errorf("%s: %q lacks the mark 示例", code, name)
			}
		}
	}
}

// TestSliceBRealPeopleCarryNothingInvented: a real person has no honours,
// contacts, consent or dates that no public report gave.
func TestSliceBRealPeopleCarryNothingInvented(t *testing.T) {
	real := 0
	for _, rec := range readSliceB(t, catalog.KindExpert) {
		e := rec.(*catalog.Expert)
		if !realSliceB[e.Name] {
			continue
		}
		real++
		want := catalog.Expert{Meta: e.Meta, Name: e.Name, Expertise: e.Expertise, Keywords: e.Keywords, TechField: e.TechField, IndustryCode: e.IndustryCode}
		if diff := cmp.Diff(want, *e); diff != "" {
			t.Errorf("%s (-facts +written):\n%s", e.Name, diff)
		}
	}
	if real != 2 {
		t.Errorf("%d real people, want 2", real)
	}
}

var figureB = regexp.MustCompile(`\d+(?:\.\d+)?`)

// TestSliceBSummariesKeepFiguresSecret: a figure of the confidential parts
// stands in the public summary only when the public title has it too.
func TestSliceBSummariesKeepFiguresSecret(t *testing.T) {
	for _, rec := range readSliceB(t, catalog.KindNeed) {
		n := rec.(*catalog.Need)
		secret := figureB.FindAllString(n.Detail+n.Background+n.Attempts+n.Constraints, -1)
		for _, target := range n.Targets {
			secret = append(secret, figureB.FindAllString(fmt.Sprint(target.Value, " ", target.CurrentValue), -1)...)
		}
		for _, figure := range figureB.FindAllString(n.SummaryPublic, -1) {
			if slices.Contains(secret, figure) && !strings.Contains(n.Title, figure) {
				t.Errorf("%s: the summary gives away %q", n.Code, figure)
			}
		}
	}
}

func TestSliceBHardCases(t *testing.T) {
	all := sliceB(t)
	data, err := os.ReadFile("data/hard-B.tsv")
	if err != nil {
		t.Fatal(err)
	}
	count, codes := map[string]int{}, codesB(t)
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(row) != 4 || row[3] == "" {
			t.Errorf("%q: want case, need, answers and note", line)
			continue
		}
		count[row[0]]++
		caseB{row[1], row[2]}.check(t, all, codes)
	}
	for _, name := range []string{
		"vocabulary_gap", "traditional", "near_duplicate", "no_answer", "famous_but_wrong", "no_papers",
		"same_firm", "competitor", "model_numbers", "stale", "unavailable",
	} {
		if count[name] < 2 {
			t.Errorf("%s: %d cases, want at least 2", name, count[name])
		}
	}
}

// codesB are the codes of every slice: another slice may answer a need too.
func codesB(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("data/*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			var rec struct{ Code string }
			if err := json.Unmarshal(line, &rec); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			codes[rec.Code] = true
		}
	}
	return codes
}

// caseB is a need with its right answers, comma-separated, or "none".
type caseB struct{ need, answers string }

// check wants a need of the slice, and answers that exist and neither
// work at the need's own firm nor at one that it excludes.
func (c caseB) check(t *testing.T, all map[string]catalog.Record, codes map[string]bool) {
	t.Helper()
	need, ok := all[c.need].(*catalog.Need)
	if !ok {
		t.Errorf("%s is not a need of the slice", c.need)
		return
	}
	if c.answers == "none" {
		return
	}
	for code := range strings.SplitSeq(c.answers, ",") {
		if !codes[code] {
			t.Errorf("%s: no record %q", c.need, code)
		}
		if r, ok := all[code].(*catalog.Expert); ok {
			if r.EmployerCode == need.EnterpriseCode && r.EmployerCode != "" {
				t.Errorf("%s: the answer %s works at the need's own firm", c.need, code)
			}
			if slices.Contains(need.ExcludedOrgs, r.EmployerCode) || slices.Contains(need.ExcludedOrgs, r.EmployerName) {
				t.Errorf("%s: the answer %s works at an excluded firm", c.need, code)
			}
		}
	}
}

// TestSliceBCraftsmenWithoutPapers: the experts that answer a no_papers case
// stand behind no result and no patent, so that only the profile can find them.
func TestSliceBCraftsmenWithoutPapers(t *testing.T) {
	data, err := os.ReadFile("data/hard-B.tsv")
	if err != nil {
		t.Fatal(err)
	}
	authors := map[string]bool{}
	for _, rec := range sliceB(t) {
		if rec.Kind() != catalog.KindResult && rec.Kind() != catalog.KindPatent {
			continue
		}
		for _, l := range linksB(rec) {
			authors[l.code] = true
		}
	}
	for line := range strings.Lines(string(data)) {
		if row := strings.Split(line, "\t"); row[0] == "no_papers" && authors[row[2]] {
			t.Errorf("%s: %s has results or patents", row[1], row[2])
		}
	}
}
