package demo_test

import (
	"cmp"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/demo"
)

func judged(t *testing.T) demo.JudgedSet {
	t.Helper()
	set, err := demo.Judged()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// records gives every demonstration record by code.
func records(t *testing.T) map[string]catalog.Record {
	t.Helper()
	out := map[string]catalog.Record{}
	for _, kind := range catalog.Kinds() {
		recs, err := demo.Records(kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range recs {
			out[rec.Base().Code] = rec
		}
	}
	return out
}

var (
	documents = []catalog.Kind{catalog.KindResult, catalog.KindPatent}
	people    = []catalog.Kind{catalog.KindExpert, catalog.KindStudio}
)

func TestJudgedNeeds(t *testing.T) {
	needs := judged(t).Needs
	if len(needs) < 150 {
		t.Errorf("%d judged needs, want at least 150", len(needs))
	}
	bySlice, all := map[string]int{}, records(t)
	for i, n := range needs {
		if i > 0 && needs[i-1].ID >= n.ID {
			t.Errorf("%s stands after %s", n.ID, needs[i-1].ID)
		}
		bySlice[n.Slice]++
		if (n.Saved == nil) != strings.HasPrefix(n.ID, "PJ-") {
			t.Errorf("%s is saved: %v", n.ID, n.Saved != nil)
		}
		if n.Saved == nil && (all[n.ID] != nil || n.Title == "" || len([]rune(n.Text)) < 50) {
			t.Errorf("%s has too little of its own: %q %q", n.ID, n.Title, n.Text)
		}
	}
	for _, slice := range demo.Slices() {
		if bySlice[slice] < 3 {
			t.Errorf("slice %s has %d needs", slice, bySlice[slice])
		}
	}
}

// Every pair is of a judged need and a public candidate, stands once and in
// order, and every need has documents and people that were judged.
func TestJudgementsAreWhole(t *testing.T) {
	set, all := judged(t), records(t)
	kinds := slices.Concat(documents, people)
	byNeed := func(a, b demo.Judgement) int {
		return cmp.Or(strings.Compare(a.Need, b.Need), strings.Compare(a.Code, b.Code))
	}
	for i, j := range set.Judgements {
		if i > 0 && byNeed(set.Judgements[i-1], j) >= 0 {
			t.Errorf("%s %s is not after the pair before it", j.Need, j.Code)
		}
		if _, public := catalog.PublicView(all[j.Code]); !public || !slices.Contains(kinds, j.Kind) || all[j.Code].Kind() != j.Kind {
			t.Errorf("%s %s: a %s that is public: %v", j.Need, j.Code, j.Kind, public)
		}
		if len(j.Pool) == 0 || j.Pool[0] == "" {
			t.Errorf("%s %s was proposed by no ranker", j.Need, j.Code)
		}
	}
	docs, persons := set.Grades(documents...), set.Grades(people...)
	total := 0
	for _, n := range set.Needs {
		if len(docs[n.ID]) < 5 || len(persons[n.ID]) < 5 {
			t.Errorf("%s: %d documents and %d people judged", n.ID, len(docs[n.ID]), len(persons[n.ID]))
		}
		total += len(docs[n.ID]) + len(persons[n.ID])
	}
	if total != len(set.Judgements) {
		t.Errorf("%d pairs are of judged needs, of %d", total, len(set.Judgements))
	}
}

// Where nobody fits, neither judging would introduce anybody; elsewhere both
// would introduce somebody.
func TestNoAnswerMeansNobody(t *testing.T) {
	set := judged(t)
	lower, upper := map[string]int{}, map[string]int{}
	for _, j := range set.Judgements {
		lower[j.Need] = max(lower[j.Need], j.Grade())
		upper[j.Need] = max(upper[j.Need], j.First, j.Second)
	}
	for _, n := range set.Needs {
		if none := n.Slice == "no_answer"; none && upper[n.ID] >= 2 || !none && lower[n.ID] < 2 {
			t.Errorf("%s of %s: its best pair has grade %d, %d by the kinder judging", n.ID, n.Slice, lower[n.ID], upper[n.ID])
		}
	}
}

// What the demonstration data name as right answers was judged too.
func TestKnownAnswersWereJudged(t *testing.T) {
	pairs := map[string]bool{}
	for _, j := range judged(t).Judgements {
		pairs[j.Need+" "+j.Code] = slices.Contains(j.Pool, "known")
	}
	for _, slice := range []string{"A", "B", "C"} {
		data, err := os.ReadFile("data/hard-" + slice + ".tsv")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			cells := strings.Split(strings.TrimSpace(line), "\t")
			if strings.HasPrefix(line, "#") || cells[2] == "none" {
				continue
			}
			for code := range strings.SplitSeq(cells[2], ",") {
				if !pairs[cells[1]+" "+code] {
					t.Errorf("%s %s was not judged as a known answer", cells[1], code)
				}
			}
		}
	}
}

func TestGradeIsTheLower(t *testing.T) {
	if got := (demo.Judgement{First: 3, Second: 1}).Grade(); got != 1 {
		t.Errorf("3 and 1 give %d", got)
	}
	set := demo.JudgedSet{Judgements: []demo.Judgement{
		{Need: "a", Code: "r", Kind: catalog.KindResult, First: 2, Second: 3},
		{Need: "a", Code: "p", Kind: catalog.KindPatent},
		{Need: "a", Code: "e", Kind: catalog.KindExpert, First: 1, Second: 1},
		{Need: "b", Code: "s", Kind: catalog.KindStudio, First: 0, Second: 1},
	}}
	if diff := gocmp.Diff(map[string]map[string]int{"a": {"r": 2, "p": 0}}, set.Grades(documents...)); diff != "" {
		t.Errorf("documents (-want +got):\n%s", diff)
	}
	if diff := gocmp.Diff(map[string]map[string]int{"a": {"e": 1}, "b": {"s": 0}}, set.Grades(people...)); diff != "" {
		t.Errorf("people (-want +got):\n%s", diff)
	}
	if got := set.Useful(); len(got) != 3 {
		t.Errorf("useful pairs %v", got)
	}
}

// twice makes pairs of the grades of two judgings, such as "00 13".
func twice(grades string) []demo.Judgement {
	var out []demo.Judgement
	for pair := range strings.FieldsSeq(grades) {
		out = append(out, demo.Judgement{First: int(pair[0] - '0'), Second: int(pair[1] - '0')})
	}
	return out
}

func TestAgree(t *testing.T) {
	for _, tt := range []struct {
		name, pairs string
		want        demo.Agreement
	}{
		{"none", "", demo.Agreement{}},
		{"one grade only", "22 22", demo.Agreement{Pairs: 2, Exact: 1, Kappa: 1}},
		{"full", "00 33", demo.Agreement{Pairs: 2, Exact: 1, Kappa: 1}},
		{"opposite", "03 30", demo.Agreement{Pairs: 2, Exact: 0, Kappa: -1}},
		{"chance", "00 01 10 11", demo.Agreement{Pairs: 4, Exact: 0.5, Kappa: 0}},
		// Squared distances: seen 1; by chance a third of 0+4+9 (first grade 0), 1+1+4 (1) and 9+1+0 (3).
		{"near", "00 12 33", demo.Agreement{Pairs: 3, Exact: 2.0 / 3, Kappa: 1 - 1/(29.0/3)}},
	} {
		if diff := gocmp.Diff(tt.want, demo.Agree(twice(tt.pairs))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// doc is docs/judging.md.
func doc(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../../docs/judging.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestJudgingIsDocumented reads the figures of docs/judging.md.
func TestJudgingIsDocumented(t *testing.T) {
	set, text := judged(t), doc(t)
	agreement := func(a demo.Agreement) string {
		return fmt.Sprintf("| %d | %.3f | %.3f |", a.Pairs, a.Exact, a.Kappa)
	}
	for _, tt := range []struct {
		row  string
		want string
	}{
		{"all pooled pairs", agreement(demo.Agree(set.Judgements))},
		{"pairs to which a judging gave 1 or better", agreement(demo.Agree(set.Useful()))},
		{"pairs that only the random ranker proposed", randomRow(set)},
		{"needs and pairs", fmt.Sprintf("| %d | %d |", len(set.Needs), len(set.Judgements))},
	} {
		if got := row(text, tt.row); got != tt.want {
			t.Errorf("docs/judging.md says of %q %q, the data say %q", tt.row, got, tt.want)
		}
	}
	for _, j := range set.Judgements {
		if max(j.First, j.Second)-j.Grade() > 1 && strings.Contains(text, "No pair got grades two\napart.") {
			t.Errorf("%s %s was given %d and %d", j.Need, j.Code, j.First, j.Second)
		}
	}
	for _, slice := range demo.Slices() {
		if got, want := row(text, "`"+slice+"`"), sliceRow(set, slice); got != want {
			t.Errorf("docs/judging.md says of %s %q, the data say %q", slice, got, want)
		}
	}
}

// row gives the cells of figures of a row of a table, after its name and any
// cell of words.
func row(text, name string) string {
	found := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(name) + ` (?:\| \D[^|]* )?(\| [\d.| ]*\|)$`).FindStringSubmatch(text)
	if found == nil {
		return "nothing"
	}
	return found[1]
}

// randomRow counts the pairs of chance alone, and those of no use.
func randomRow(set demo.JudgedSet) string {
	n, zero := 0, 0
	for _, j := range set.Judgements {
		if slices.Equal(j.Pool, []string{"random"}) {
			n++
			if j.Grade() == 0 {
				zero++
			}
		}
	}
	return fmt.Sprintf("| %d | %d |", n, zero)
}

// sliceRow counts the needs of a slice, and their pairs of grade 1, 2 and 3.
func sliceRow(set demo.JudgedSet, slice string) string {
	needs := map[string]bool{}
	for _, n := range set.Needs {
		if n.Slice == slice {
			needs[n.ID] = true
		}
	}
	var of [4]int
	for _, j := range set.Judgements {
		if needs[j.Need] {
			of[j.Grade()]++
		}
	}
	return fmt.Sprintf("| %d | %d | %d | %d |", len(needs), of[1], of[2], of[3])
}
