package demo_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/zh"
)

// realSliceA are the firms and people of slice A that are public examples;
// everybody else is marked 示例.
var realSliceA = []string{
	"潍柴", "沈阳机床设计研究院", "沈阳机床", "大连銮艺", "威海广泰", "天润工业", "沈阳鼓风机",
	"张辉", "许斌", "刘洪强", "卫红建",
}

// sliceA reads every record of the slice, by code, in strict JSON.
func sliceA(t *testing.T) map[string]catalog.Record {
	t.Helper()
	all := map[string]catalog.Record{}
	for _, kind := range catalog.Kinds() {
		data, err := os.ReadFile("data/" + string(kind) + "-A.jsonl")
		if err != nil {
			t.Fatal(err)
		}
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
			if other := all[rec.Base().Code]; other != nil {
				t.Errorf("%s is both %q and %q", rec.Base().Code, other.Heading(), rec.Heading())
			}
			all[rec.Base().Code] = rec
		}
	}
	return all
}

func TestSliceAIsCleanAndValid(t *testing.T) {
	keys := map[string]string{}
	for code, rec := range sliceA(t) {
		cleaned := catalog.Clone(rec)
		catalog.Clean(cleaned)
		if diff := cmp.Diff(rec, cleaned); diff != "" {
			t.Errorf("%s: Clean changes it (-written +cleaned):\n%s", code, diff)
		}
		if err := catalog.Validate(cleaned); err != nil {
			t.Errorf("%s %s: %+v", code, rec.Heading(), err)
		}
		m := rec.Base()
		if m.Status != "published" || m.Visibility != "public" || m.RegionCode == "" {
			t.Errorf("%s: status %q, visibility %q, region %q", code, m.Status, m.Visibility, m.RegionCode)
		}
		key := string(rec.Kind()) + " " + catalog.Key(rec)
		if other, taken := keys[key]; taken {
			t.Errorf("%s and %s share the key %q", code, other, key)
		}
		keys[key] = code
	}
}

func TestSliceAIsLarge(t *testing.T) {
	got := map[catalog.Kind]int{}
	for _, rec := range sliceA(t) {
		got[rec.Kind()]++
	}
	for kind, least := range map[catalog.Kind]int{
		catalog.KindOrganisation: 20, catalog.KindExpert: 50, catalog.KindStudio: 14,
		catalog.KindPatent: 34, catalog.KindResult: 68, catalog.KindNeed: 28,
	} {
		if got[kind] < least {
			t.Errorf("%s: %d records, want at least %d", kind, got[kind], least)
		}
	}
}

// TestSliceAReferencesResolve follows every field that the schema marks as a
// code of another record.
func TestSliceAReferencesResolve(t *testing.T) {
	all := sliceA(t)
	for code, rec := range all {
		followSliceA(t, all, code, catalog.Schema(rec.Kind()), rec)
	}
}

func followSliceA(t *testing.T, all map[string]catalog.Record, from string, fields []catalog.FieldInfo, of any) {
	t.Helper()
	for _, f := range fields {
		v := f.Value(of)
		switch {
		case f.Type == catalog.Group && f.List:
			for i := range v.Len() {
				followSliceA(t, all, from, f.Items, v.Index(i).Addr().Interface())
			}
		case f.Ref != "" && f.List:
			for i := range v.Len() {
				resolveSliceA(t, all, from, f, v.Index(i).String())
			}
		case f.Ref != "" && v.String() != "":
			resolveSliceA(t, all, from, f, v.String())
		}
	}
}

func resolveSliceA(t *testing.T, all map[string]catalog.Record, from string, f catalog.FieldInfo, code string) {
	t.Helper()
	if target := all[code]; target == nil || target.Kind() != f.Ref {
		t.Errorf("%s.%s: %q is no %s of the slice", from, f.Key, code, f.Ref)
	}
}

// namedSliceA lists the names that a record gives beside the codes of what it
// refers to, and all names of people and firms in it.
func namedSliceA(rec catalog.Record) (byCode map[string]string, names []string) {
	byCode = map[string]string{}
	switch r := rec.(type) {
	case *catalog.Organisation:
		names = append(r.Competitors, r.Name)
	case *catalog.Expert:
		byCode[r.EmployerCode] = r.EmployerName
		names = []string{r.Name}
	case *catalog.Studio:
		byCode[r.EnterpriseCode], byCode[r.LeaderCode] = r.EnterpriseName, r.LeaderName
		names = []string{r.Name}
	case *catalog.Patent:
		names = slices.Concat(r.Inventors, r.Applicants, []string{r.CurrentOwner, r.Abstract})
		for i, code := range r.InventorCodes {
			byCode[code] = r.Inventors[i]
		}
	case *catalog.Result:
		names = slices.Concat(r.CompletingOrgs, r.AppliedAt)
		for _, c := range r.Completers {
			byCode[c.ExpertCode] = c.Name
			names = append(names, c.Name)
		}
	case *catalog.Need:
		byCode[r.EnterpriseCode] = r.EnterpriseName
		names = []string{r.EnterpriseName}
	}
	return byCode, names
}

func TestSliceANamesAgreeAndAreMarked(t *testing.T) {
	all := sliceA(t)
	for code, rec := range all {
		byCode, names := namedSliceA(rec)
		for ref, name := range byCode {
			if all[ref] == nil || all[ref].Heading() != name {
				t.Errorf("%s calls %s %q", code, ref, name)
			}
		}
		for _, name := range names {
			if !strings.Contains(name, "示例") && !slices.Contains(realSliceA, name) {
				t.Errorf("%s: %q is neither marked 示例 nor a public example", code, name)
			}
		}
	}
}

// TestSliceARealPeopleCarryOnlyPublicFacts: nothing personal is invented about
// the people who exist.
func TestSliceARealPeopleCarryOnlyPublicFacts(t *testing.T) {
	found := 0
	for code, rec := range sliceA(t) {
		e, ok := rec.(*catalog.Expert)
		if !ok || !slices.Contains(realSliceA, e.Name) {
			continue
		}
		found++
		want := &catalog.Expert{
			Meta: e.Meta, Name: e.Name, EmployerCode: e.EmployerCode, EmployerName: e.EmployerName,
			Expertise: e.Expertise, Keywords: e.Keywords, TechField: e.TechField, IndustryCode: e.IndustryCode,
		}
		if diff := cmp.Diff(want, e); diff != "" {
			t.Errorf("%s says more about %s than is public (-allowed +written):\n%s", code, e.Name, diff)
		}
	}
	if found != 4 {
		t.Errorf("%d public people in the slice, want 4", found)
	}
}

var figureSliceA = regexp.MustCompile(`\d+(\.\d+)?`)

// TestSliceASummariesKeepFigures: a confidential figure of a need stands in its
// detail only, unless the title names it as a model number.
func TestSliceASummariesKeepFigures(t *testing.T) {
	for code, rec := range sliceA(t) {
		n, ok := rec.(*catalog.Need)
		if !ok || n.Confidentiality == "public" {
			continue
		}
		public := figureSliceA.FindAllString(n.Title+strings.Join(n.Keywords, " "), -1)
		secret := figureSliceA.FindAllString(n.Detail, -1)
		for _, figure := range figureSliceA.FindAllString(n.SummaryPublic, -1) {
			if slices.Contains(secret, figure) && !slices.Contains(public, figure) {
				t.Errorf("%s: the summary gives away %s", code, figure)
			}
		}
	}
}

type hardSliceA struct {
	name, need, note string
	right            []string
}

func hardCasesSliceA(t *testing.T) []hardSliceA {
	t.Helper()
	data, err := os.ReadFile("data/hard-A.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var cases []hardSliceA
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(row) != 4 {
			t.Fatalf("%q: %d columns, want 4", line, len(row))
		}
		c := hardSliceA{name: row[0], need: row[1], note: row[3]}
		if row[2] != "none" {
			c.right = strings.Split(row[2], ",")
		}
		cases = append(cases, c)
	}
	return cases
}

func TestSliceAHardCasesAreThere(t *testing.T) {
	all, count := sliceA(t), map[string]int{}
	for _, c := range hardCasesSliceA(t) {
		count[c.name]++
		if n, ok := all[c.need].(*catalog.Need); !ok || n.Confidentiality == "broker_only" || n.Confidentiality == "nda" {
			t.Errorf("%s: %s is no need that the public sees", c.name, c.need)
		}
		if (c.name == "no_answer") != (len(c.right) == 0) {
			t.Errorf("%s %s: right answers %v", c.name, c.need, c.right)
		}
		for _, code := range c.right {
			if all[code] == nil {
				t.Errorf("%s %s: no record %q", c.name, c.need, code)
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

var codeSliceA = regexp.MustCompile(`(ZJ|CG|ZL|XQ|GZS)-2026-A\d{3}`)

// TestSliceAHardCasesAreHard proves of each case what makes it one.
func TestSliceAHardCasesAreHard(t *testing.T) {
	all := sliceA(t)
	for _, c := range hardCasesSliceA(t) {
		need := all[c.need].(*catalog.Need)
		if !isHardSliceA(all, c, need) {
			t.Errorf("%s %s is not what its name says: right %v, note %q", c.name, c.need, c.right, c.note)
		}
	}
}

func isHardSliceA(all map[string]catalog.Record, c hardSliceA, need *catalog.Need) bool {
	experts := peopleSliceA(all, c.right)
	noted := codeSliceA.FindAllString(c.note, -1)
	switch c.name {
	case "vocabulary_gap":
		return slices.ContainsFunc(c.right, func(code string) bool {
			r, ok := all[code].(*catalog.Result)
			return ok && sharedSliceA(need.Title+"，"+need.SummaryPublic, r.Title+"，"+r.Summary+"，"+r.ProblemSolved+"，"+r.Principle) < 0.08
		})
	case "traditional":
		return slices.ContainsFunc(c.right, func(code string) bool {
			return strings.ContainsFunc(all[code].Heading(), isTraditionalSliceA)
		})
	case "near_duplicate":
		other, ok := all[noted[0]].(*catalog.Need)
		if ok && other.Code == need.Code {
			other = all[noted[1]].(*catalog.Need)
		}
		return ok && other.EnterpriseCode != need.EnterpriseCode
	case "famous_but_wrong":
		famous := peopleSliceA(all, noted)
		return len(famous) == 1 && famous[0].Honours[0].Level == "national" && !slices.Contains(c.right, famous[0].Code)
	case "no_papers":
		return len(experts) == 1 && worksOfSliceA(all, experts[0].Code) == 0
	case "same_firm":
		own := peopleSliceA(all, noted)
		return len(own) == 1 && own[0].EmployerCode == need.EnterpriseCode && !slices.Contains(c.right, own[0].Code)
	case "competitor":
		avoided := peopleSliceA(all, noted)[0]
		return slices.Contains(need.ExcludedOrgs, avoided.EmployerName) && !slices.Contains(c.right, avoided.Code) &&
			!strings.Contains(need.SummaryPublic+need.Detail, "回避")
	case "stale":
		return slices.ContainsFunc(experts, func(e *catalog.Expert) bool { return e.LastConfirmedAt < "2025-10" })
	case "unavailable":
		return slices.ContainsFunc(experts, func(e *catalog.Expert) bool {
			return !e.Availability.Accepting || e.Availability.UnavailableUntil > "2026-11"
		})
	case "model_numbers":
		return regexp.MustCompile(`[A-Z0-9]\d`).MatchString(need.Title + need.SummaryPublic)
	}
	return true
}

// sharedSliceA is the part of the pairs of Chinese characters in a that also
// stand in b, 0 to 1.
func sharedSliceA(a, b string) float64 {
	runes, pairs, shared := []rune(zh.Fold(a)), map[string]bool{}, 0
	for i := range len(runes) - 1 {
		if unicode.Is(unicode.Han, runes[i]) && unicode.Is(unicode.Han, runes[i+1]) {
			pairs[string(runes[i:i+2])] = true
		}
	}
	for pair := range pairs {
		if strings.Contains(zh.Fold(b), pair) {
			shared++
		}
	}
	return float64(shared) / float64(len(pairs))
}

// isTraditionalSliceA finds the characters that folding writes differently.
func isTraditionalSliceA(r rune) bool { return unicode.Is(unicode.Han, r) && zh.FoldRune(r) != r }

func peopleSliceA(all map[string]catalog.Record, codes []string) []*catalog.Expert {
	var out []*catalog.Expert
	for _, code := range codes {
		if e, ok := all[code].(*catalog.Expert); ok {
			out = append(out, e)
		}
	}
	return out
}

// worksOfSliceA counts the results and patents that name a person.
func worksOfSliceA(all map[string]catalog.Record, code string) int {
	n := 0
	for _, rec := range all {
		switch r := rec.(type) {
		case *catalog.Patent:
			n += len(r.InventorCodes) - len(slices.DeleteFunc(slices.Clone(r.InventorCodes), func(c string) bool { return c == code }))
		case *catalog.Result:
			for _, by := range r.Completers {
				if by.ExpertCode == code {
					n++
				}
			}
		}
	}
	return n
}
