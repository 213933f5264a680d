package search_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

var update = flag.Bool("update", false, "write the golden files anew")

// secret stands in every field that only staff may see.
const secret = "不得外传"

// full makes a record in which every field that people fill in says its own
// key, and secret ones say so.
func full(t *testing.T, kind catalog.Kind) catalog.Record {
	t.Helper()
	rec, err := catalog.New(kind)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range catalog.Schema(kind) {
		set(f.Value(rec), f)
	}
	m := rec.Base()
	m.Code, m.Rev, m.Status, m.Visibility, m.RegionCode = "X-1", 3, "published", "public", "371002"
	m.UpdatedAt, m.ExternalID, m.OwnerOrg, m.CreatedBy = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), secret, "", secret
	switch r := rec.(type) {
	case *catalog.Need:
		r.Confidentiality = "summary_only"
	case *catalog.Result:
		r.Secrecy = "public"
	case *catalog.Expert:
		r.Consent = &catalog.Consent{ProfilePublic: true}
	}
	return rec
}

// set fills a value: texts with the field's key, choices with the first choice.
func set(v reflect.Value, f catalog.FieldInfo) {
	text := f.Key
	switch {
	case f.Secret == "always" || f.Secret == "true":
		text = secret
	case f.Vocab != "":
		text = catalog.Vocab(f.Vocab).Choices[0].Key
	case f.Format == "industry":
		text = "3451"
	case f.Format == "date":
		text = "2024-05-06"
	case f.Format == "month":
		text = "2023-07"
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Int:
		v.SetInt(7)
	case reflect.Float64:
		v.SetFloat(1.5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		set(v.Index(0), f)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		set(v.Elem(), f)
	case reflect.Struct:
		for _, part := range f.Items {
			if f.Secret != "" {
				part.Secret = f.Secret
			}
			set(part.Value(v.Addr().Interface()), part)
		}
	}
}

// Each kind's document is laid down in testdata; nothing secret is in it.
func TestFromRecord(t *testing.T) {
	t.Parallel()
	for _, kind := range catalog.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			doc, public := search.FromRecord(full(t, kind))
			if !public {
				t.Fatal("the record is not public")
			}
			data, err := json.MarshalIndent(struct {
				search.Document
				Text, Places []string
			}{doc, strings.Split(doc.Text, "\n"), doc.Places}, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(data), secret) {
				t.Errorf("a confidential text is in the document:\n%s", data)
			}
			if lines := strings.Count(doc.Text, "\n") + 1; len(doc.Places) != lines {
				t.Errorf("%d places for %d lines", len(doc.Places), lines)
			}
			golden(t, string(kind)+".json", append(data, '\n'))
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (go test -update writes it anew):\n%s", name, diff)
	}
}

// A need that its enterprise made public shows its detail, but never its
// contact and address.
func TestPublicNeedShowsItsDetail(t *testing.T) {
	t.Parallel()
	need := &catalog.Need{
		Meta: catalog.Meta{Code: "XQ-1", Status: "published", Visibility: "public"}, Title: "曲轴磨削烧伤", Detail: "主轴颈发蓝",
		SiteAddress: secret, ExcludedOrgs: []string{secret}, Contact: &catalog.Contact{Name: secret, Phone: secret}, EnterpriseName: "某厂",
	}
	for level, shown := range map[string]bool{"public": true, "summary_only": false, "": false} {
		need.Confidentiality = level
		doc, public := search.FromRecord(need)
		if !public || strings.Contains(doc.Text, "主轴颈发蓝") != shown || (len(doc.Orgs) > 0) != shown {
			t.Errorf("%q: public %v, %+v", level, public, doc)
		}
		if strings.Contains(doc.Text+doc.Summary, secret) {
			t.Errorf("%q: a secret is shown", level)
		}
	}
	for _, level := range []string{"broker_only", "nda"} {
		need.Confidentiality = level
		if _, public := search.FromRecord(need); public {
			t.Errorf("%q is public", level)
		}
	}
}

// Records that the public may not see make no document.
func TestHiddenRecords(t *testing.T) {
	t.Parallel()
	hide := map[string]func(catalog.Record){
		"draft":    func(r catalog.Record) { r.Base().Status = "draft" },
		"internal": func(r catalog.Record) { r.Base().Visibility = "internal" },
		"removed":  func(r catalog.Record) { now := time.Now(); r.Base().DeletedAt = &now },
		"no state": func(r catalog.Record) { r.Base().Status = "" },
	}
	for name, change := range hide {
		for _, kind := range catalog.Kinds() {
			rec := full(t, kind)
			change(rec)
			if doc, public := search.FromRecord(rec); public || !reflect.DeepEqual(doc, search.Document{}) {
				t.Errorf("%s %s makes %+v", name, kind, doc)
			}
		}
	}
	expert := full(t, catalog.KindExpert).(*catalog.Expert)
	expert.Consent.ProfilePublic = false
	if _, public := search.FromRecord(expert); public {
		t.Error("a person who did not agree is public")
	}
}

// A person's willingness and a patent's inventors come with their codes.
func TestPeopleBehindDocuments(t *testing.T) {
	t.Parallel()
	meta := catalog.Meta{Code: "X", Status: "published", Visibility: "public"}
	cases := map[string]struct {
		rec  catalog.Record
		want []search.Person
	}{
		"inventors with codes":    {&catalog.Patent{Meta: meta, Inventors: []string{"甲", "乙"}, InventorCodes: []string{"1", "2"}}, []search.Person{{Code: "1", Name: "甲"}, {Code: "2", Name: "乙"}}},
		"fewer codes than names":  {&catalog.Patent{Meta: meta, Inventors: []string{"甲", "乙"}, InventorCodes: []string{"2"}}, []search.Person{{Name: "甲"}, {Name: "乙"}, {Code: "2"}}},
		"leader and members":      {&catalog.Studio{Meta: meta, LeaderName: "甲", LeaderCode: "1", MemberCodes: []string{"2"}}, []search.Person{{Code: "1", Name: "甲"}, {Code: "2"}}},
		"studio without a leader": {&catalog.Studio{Meta: meta}, nil},
		"completers":              {&catalog.Result{Meta: meta, Completers: []catalog.Completer{{Name: "甲", ExpertCode: "1"}, {Name: "乙"}}}, []search.Person{{Code: "1", Name: "甲"}, {Name: "乙"}}},
		"the expert himself":      {&catalog.Expert{Meta: meta, Name: "甲"}, []search.Person{{Code: "X", Name: "甲"}}},
	}
	for name, c := range cases {
		doc, _ := search.FromRecord(c.rec)
		if diff := cmp.Diff(c.want, doc.People); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	for until, accepting := range map[string]bool{"always": false, "2027-01-01": true} {
		doc, _ := search.FromRecord(&catalog.Expert{Meta: meta, Name: "甲", Availability: &catalog.Availability{Accepting: accepting, UnavailableUntil: "2027-01-01"}})
		if doc.Unavailable != until {
			t.Errorf("accepting %v: unavailable %q", accepting, doc.Unavailable)
		}
	}
}
