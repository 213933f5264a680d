package stock

import (
	"bufio"
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/zh"
)

// Needs have from 50 to 200 terms, evenly, and a title.
func TestNeeds(t *testing.T) {
	t.Parallel()
	pool := demoPool(t)
	var terms []int
	seen := map[string]bool{}
	for k := range 300 {
		q := pool.Need(1, k)
		n := len(zh.Bigrams(q.Title)) + len(zh.Bigrams(q.Text))
		if n < FewestTerms-1 || n > MostTerms || q.Title == "" || q.ID == "" || seen[q.ID] || !utf8.ValidString(q.Text) {
			t.Errorf("need %d has %d terms: %+v", k, n, q)
		}
		seen[q.ID] = true
		terms = append(terms, n)
	}
	slices.Sort(terms)
	if middle := terms[150]; middle < 110 || middle > 140 {
		t.Errorf("the median need has %d terms, want about 125", middle)
	}
}

// Texts without titles lend their first clause.
func TestNeedWithoutTitles(t *testing.T) {
	t.Parallel()
	q := poolOf(t, collection.Entry{ID: "a", Text: "换流阀积灰，带电清扫困难。" + strings.Repeat("要求不停电。", 30)}).Need(1, 0)
	if q.Title != "换流阀积灰" || !strings.HasPrefix(q.Text, "换流阀积灰，带电清扫困难。要求不停电。") {
		t.Errorf("%+v", q)
	}
}

func TestSentences(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("长", longestSentence)
	for text, want := range map[string][]string{
		"":                nil,
		" \n ":            nil,
		"甲。乙！丙？丁":         {"甲。", "乙！", "丙？", "丁"},
		"一；二;三\n四":        {"一；", "二;", "三", "四"},
		long + long + "短": {long, long, "短"},
	} {
		if diff := cmp.Diff(want, Sentences(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func FuzzSentences(f *testing.F) {
	f.Add("甲。乙！\n丙")
	f.Add("\xff。\xfe")
	f.Fuzz(func(t *testing.T, text string) {
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if got := strings.Join(Sentences(text), ""); squeeze(got) != squeeze(text) {
			t.Errorf("%q became %q", text, got)
		}
	})
}

// What is written is what the index cuts, one row a document, whatever stands in
// the texts.
func TestTokens(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	e := collection.Entry{ID: "a\tb", Title: "换流阀 T3.3-3650", Text: "带电\n清扫\t积灰", Keywords: []string{"阀"}}
	if err := WriteTokens(w, e); err != nil {
		t.Fatal(err)
	}
	if err := WriteNeedTokens(w, collection.Query{ID: "q", Text: "曲轴"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "a_b\t换流 流阀 t3.3-3650 t3.3 3.3 3650\t带电 清扫 积灰 阀\nq\t\t曲轴\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every record that is made is one that the catalog takes and shows to everybody.
func TestRecords(t *testing.T) {
	t.Parallel()
	pool := demoPool(t)
	docs := corpus(t, pool, Plan{Documents: 2 * pool.Len(), People: 50, Needs: 50, Seed: 1})
	docs = append(docs,
		collection.Entry{ID: "-", Kind: catalog.KindNeed, Title: "短", Text: strings.Repeat("长", 20_000)},
		collection.Entry{ID: "a b/c", Title: "", Text: strings.Repeat("长", 30_000), Keywords: []string{"", "甲", "甲", strings.Repeat("乙", 30)}},
		collection.Entry{ID: strings.Repeat("号", 60), Kind: catalog.KindExpert, Title: strings.Repeat("名", 60)})
	for _, e := range docs {
		rec := Record(e)
		catalog.Clean(rec)
		if err := catalog.Validate(rec); err != nil {
			t.Errorf("%s %s: %v", e.Kind, e.ID, err)
		}
		if _, public := catalog.PublicView(rec); !public || rec.Base().Code == "" {
			t.Errorf("%s %s is not for everybody: %+v", e.Kind, e.ID, rec.Base())
		}
	}
}
