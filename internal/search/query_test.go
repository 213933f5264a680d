package search

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hongniang/internal/catalog"
)

func filter(field string, values ...string) Filter { return Filter{Field: field, Values: values} }

func TestParseQuery(t *testing.T) {
	t.Parallel()
	not := func(f Filter) Filter { f.Negated = true; return f }
	between := func(field string, low, high int) Filter { return Filter{Field: field, Low: low, High: high} }
	cases := map[string]Query{
		"":              {},
		"  \u3000 ":     {},
		"曲轴 磨削":         {Text: "曲轴 磨削"},
		"曲轴　磨削":         {Text: "曲轴 磨削"},
		`"换流阀" 清灰`:      {Text: "换流阀 清灰", Phrases: []string{"换流阀"}},
		`“换流阀”清灰`:       {Text: "换流阀 清灰", Phrases: []string{"换流阀"}},
		`“换流阀”怎么清灰？`:    {Text: "换流阀 怎么清灰？"},
		`换流阀，“清灰”`:      {Text: "换流阀， 清灰"},
		`「换流阀」`:         {Text: "换流阀", Phrases: []string{"换流阀"}},
		`清灰"换流阀"`:       {Text: "清灰 换流阀", Phrases: []string{"换流阀"}},
		`换流阀 -风电`:       {Text: "换流阀", Without: []string{"风电"}},
		`换流阀 －风电`:       {Text: "换流阀", Without: []string{"风电"}},
		`-"海上 风电"`:      {Without: []string{"海上 风电"}},
		`- 风电`:          {Text: "- 风电"},
		`-`:             {Text: "-"},
		`风电-海上`:         {Text: "风电-海上"},
		`-196℃ 阀门`:      {Text: "-196℃ 阀门"},
		`3/4" 钢管`:       {Text: `3/4 钢管`},
		`"曲轴`:           {Text: "曲轴"},
		`""`:            {},
		`"""`:           {},
		`"，。"`:          {Text: "，。"},
		`-，。`:           {},
		"kind:专利":       {Filters: []Filter{filter("kind", "patent")}},
		"KIND:Patents":  {Filters: []Filter{filter("kind", "patent")}},
		"种类：成果":         {Filters: []Filter{filter("kind", "result")}},
		"種類：成果":         {Filters: []Filter{filter("kind", "result")}},
		"kind:专利,成果":    {Filters: []Filter{filter("kind", "patent", "result")}},
		"kind:专利|成果 阀":  {Text: "阀", Filters: []Filter{filter("kind", "patent", "result")}},
		"kind: 专利 阀":    {Text: "阀", Filters: []Filter{filter("kind", "patent")}},
		"-kind:专利":      {Filters: []Filter{not(filter("kind", "patent"))}},
		"地区:威海":         {Filters: []Filter{filter("region", "371000")}},
		"地区:371000":     {Filters: []Filter{filter("region", "371000")}},
		"行业:34":         {Filters: []Filter{filter("industry", "34")}},
		"行业:通用设备制造业":    {Filters: []Filter{filter("industry", "34")}},
		"trl:>=6":       {Filters: []Filter{between("trl", 6, 9999)}},
		"trl:≥6":        {Filters: []Filter{between("trl", 6, 9999)}},
		"TRL：＞＝６":       {Filters: []Filter{between("trl", 6, 9999)}},
		"trl:>6":        {Filters: []Filter{between("trl", 7, 9999)}},
		"trl:<6":        {Filters: []Filter{between("trl", 0, 5)}},
		"成熟度:6级":        {Filters: []Filter{between("trl", 6, 6)}},
		"年:2018-2022":   {Filters: []Filter{between("year", 2018, 2022)}},
		"年:2018~2022":   {Filters: []Filter{between("year", 2018, 2022)}},
		"年份:2018..2022": {Filters: []Filter{between("year", 2018, 2022)}},
		"年:2022-2018":   {Filters: []Filter{between("year", 2018, 2022)}},
		"年:2020年":       {Filters: []Filter{between("year", 2020, 2020)}},
		"-年:<=2020":     {Filters: []Filter{not(between("year", 0, 2020))}},
		"姓名:张辉":         {Filters: []Filter{filter("person", "张辉")}},
		`单位:"威海 广泰"`:    {Filters: []Filter{filter("organisation", "威海 广泰")}},
		"编号:CG-2026-1":  {Filters: []Filter{filter("code", "CG-2026-1")}},
		"http://a.b":    {Text: "http://a.b"},
		"时间:5:30":       {Text: "时间:5:30"},
		"kind:":         {},
		":":             {Text: ":"},
		"trl:高":         {Text: "高", Notes: []string{"没有认出“高”，已当作普通词来搜。"}},
		"kind:飞机":       {Text: "飞机", Notes: []string{"没有认出“飞机”，已当作普通词来搜。"}},
		"-kind:飞机":      {Without: []string{"飞机"}, Notes: []string{"没有认出“飞机”，已当作要排除的词。"}},
		"kind:专利,飞机":    {Filters: []Filter{filter("kind", "patent")}, Notes: []string{"没有认出“飞机”，已略去。"}},
		"地区:月球":         {Text: "月球", Notes: []string{"没有认出“月球”，已当作普通词来搜。"}},
		`kind:专利 地区:威海 trl:>=6 "换流阀" -风电`: {
			Text: "换流阀", Phrases: []string{"换流阀"}, Without: []string{"风电"},
			Filters: []Filter{filter("kind", "patent"), filter("region", "371000"), between("trl", 6, 9999)},
		},
	}
	for typed, want := range cases {
		if diff := cmp.Diff(want, ParseQuery(typed), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("ParseQuery(%q):\n%s", typed, diff)
		}
	}
}

func TestLongQueryIsCut(t *testing.T) {
	t.Parallel()
	q := ParseQuery(strings.Repeat("曲", MaxQueryRunes+1))
	if utf8.RuneCountInString(q.Text) != MaxQueryRunes || len(q.Notes) != 1 || !strings.Contains(q.Notes[0], "2000") {
		t.Errorf("%d runes, %v", utf8.RuneCountInString(q.Text), q.Notes)
	}
	if q := ParseQuery("kind:" + strings.Repeat("曲", 500)); utf8.RuneCountInString(q.Notes[0]) > 70 {
		t.Errorf("a note of %d characters", utf8.RuneCountInString(q.Notes[0]))
	}
}

// A line of hundreds of filters used to hold a core for half a minute.
func TestManyConditions(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]int{
		strings.Repeat("单位:厂 ", 400): maxConditions, "单位:" + strings.Repeat("厂,", 900): maxConditions,
		"单位:甲,乙 " + strings.Repeat("年:2020 ", 300): maxConditions, "kind:飞机," + strings.Repeat("船,", 500) + " 轴": 0,
	} {
		q := ParseQuery(typed)
		n := 0
		for _, f := range q.Filters {
			n += max(1, len(f.Values))
		}
		if said := strings.Count(strings.Join(q.Notes, ""), "筛选条件太多"); n != want || said != 1 || len(q.Notes) > maxConditions+2 {
			t.Errorf("%.20s…: %d conditions, %d notes, %d of them say so", typed, n, len(q.Notes), said)
		}
	}
	if q := ParseQuery(strings.Repeat("年:2020 ", maxConditions)); len(q.Filters) != maxConditions || len(q.Notes) > 0 {
		t.Errorf("%d filters, %v", len(q.Filters), q.Notes)
	}
}

func TestEmptyQuery(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]bool{"": true, " ": true, `""`: true, "kind:": true, "阀": false, "-阀": false, "kind:专利": false, "。": false} {
		q := ParseQuery(typed)
		if q.Empty() != want {
			t.Errorf("%q: empty = %v", typed, q.Empty())
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"", `kind:专利 地区:威海 trl:>=6 "换流阀" -风电`, `-"`, `--`, `"""`, "kind:,|，", "年:-", "年:9999999999999999999", "trl:>=", "\xff\"\xfe:", "单位：　", "-kind:x", "：：", "年:1..2..3", `标题:"a`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		q := ParseQuery(typed)
		if !utf8.ValidString(q.Text) || q.Text != strings.TrimSpace(q.Text) {
			t.Errorf("%q: text %q", typed, q.Text)
		}
		for _, fl := range q.Filters {
			if fl.Field != "year" && fl.Field != "trl" && len(fl.Values) == 0 {
				t.Errorf("%q: a filter without values %+v", typed, fl)
			}
			if len(fl.Values) == 0 && (fl.Low < 0 || fl.High < fl.Low && fl.High != 0 && fl.Low > 9999 || fl.High > 9999) {
				t.Errorf("%q: %+v", typed, fl)
			}
		}
		for _, w := range append(q.Without, q.Phrases...) {
			if !hasTerms(w) {
				t.Errorf("%q: %q has no terms", typed, w)
			}
		}
		for _, n := range q.Notes {
			if utf8.RuneCountInString(n) > 80 || !utf8.ValidString(n) {
				t.Errorf("%q: note %q", typed, n)
			}
		}
	})
}

// What the parser does not use of a query it says in a note, or it was empty:
// every term that was typed is somewhere.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"曲轴 kind:飞机 -x -地区:月球 \"阀", "年:高 trl:>=abc 磨"} {
		q := ParseQuery(typed)
		all := q.Text + strings.Join(q.Without, " ") + fmt.Sprint(q.Filters)
		for _, word := range []string{"曲轴", "飞机", "月球", "阀", "高", "abc", "磨"} {
			if strings.Contains(typed, word) && !strings.Contains(all, word) {
				t.Errorf("%q loses %s: %+v", typed, word, q)
			}
		}
	}
}

func TestFacetLabel(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		facet Facet
		value string
		kinds []catalog.Kind
		want  string
	}{
		{FacetKind, "patent", nil, "专利"}, {FacetRegion, "371000", nil, "威海市"}, {FacetIndustry, "34", nil, "通用设备制造业"},
		{FacetStage, "mature", nil, catalog.Vocab("stage").Label("mature")}, {FacetYear, "2020", nil, "2020"}, {FacetOrganisation, "潍柴", nil, "潍柴"},
		{FacetRegion, "999999", nil, "999999"}, {FacetType, "none", nil, "none"},
	} {
		if got := FacetLabel(c.facet, c.value, c.kinds...); got != c.want {
			t.Errorf("FacetLabel(%s, %s) = %s, want %s", c.facet, c.value, got, c.want)
		}
	}
	// A key that two kinds share is named as the kind names it.
	for _, facet := range []Facet{FacetType, FacetStage} {
		for kind, name := range kindVocabularies[facet] {
			for _, choice := range catalog.Vocab(name).Choices {
				if got := FacetLabel(facet, choice.Key, kind); got != choice.Label {
					t.Errorf("%s %s of a %s is %s, want %s", facet, choice.Key, kind, got, choice.Label)
				}
			}
		}
	}
}

func TestIndustryDivision(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{"34": "34", "345": "34", "C34": "34", "C3451": "34", "C": "C", "": "", "3": "3"} {
		if got := IndustryDivision(code); got != want {
			t.Errorf("IndustryDivision(%q) = %q, want %q", code, got, want)
		}
	}
}

// docs/query-syntax.md names every field with exactly the names that are read.
func TestDocumentedFields(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/query-syntax.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	rows := regexp.MustCompile("(?m)^\\| `([a-z]+)` \\| ([^|]*) \\|.*\\| `([^`]+)` \\|$").FindAllStringSubmatch(string(data), -1)
	for _, row := range rows {
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[2], -1) {
			documented[name[1]] = row[1]
		}
		if q := ParseQuery(row[3]); len(q.Notes) > 0 || len(q.Filters) != 1 || q.Filters[0].Field != row[1] {
			t.Errorf("the example %s of %s is read as %+v", row[3], row[1], q)
		}
	}
	if diff := cmp.Diff(fieldNames, documented); diff != "" {
		t.Errorf("the field table of docs/query-syntax.md differs from what is read (- read, + documented):\n%s", diff)
	}
}

// Every example of docs/query-syntax.md is read without a note, unless its
// explanation promises one.
func TestDocumentedExamples(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/query-syntax.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := 0
	for _, block := range regexp.MustCompile("(?s)```query\n(.*?)```").FindAllStringSubmatch(string(data), -1) {
		for line := range strings.Lines(block[1]) {
			typed, _, _ := strings.Cut(strings.TrimSpace(line), "  ")
			examples++
			if q := ParseQuery(typed); len(q.Notes) > 0 || q.Empty() {
				t.Errorf("%s: %+v", typed, q)
			}
		}
	}
	if examples < 15 {
		t.Errorf("only %d examples", examples)
	}
}

func ExampleParseQuery() {
	q := ParseQuery(`kind:专利 地区:威海 trl:>=6 "换流阀" -风电`)
	fmt.Println(q.Text, q.Phrases, q.Without)
	for _, f := range q.Filters {
		fmt.Println(f.Field, f.Values, f.Low, f.High)
	}
	// Output:
	// 换流阀 [换流阀] [风电]
	// kind [patent] 0 0
	// region [371000] 0 0
	// trl [] 6 9999
}

// What may be the number of a record is looked up as one when no text has it.
func TestNumber(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"ZL202310000001.1": "ZL202310000001.1", "xq-2026-a001": "xq-2026-a001", "XQ-2026-00017": "XQ-2026-00017", "202310000001": "202310000001", "6061": "", "T3.3-3650": "",
		"电主轴 202310000001": "", "地区:威海 202310000001": "", "\"202310000001\"": "", "2023年10000001": "", "": "",
	} {
		q, ok := ParseQuery(typed).Number()
		got := ""
		if ok {
			got = q.Filters[0].Values[0]
		}
		if got != want {
			t.Errorf("%q is the number %q, want %q", typed, got, want)
		}
	}
}
