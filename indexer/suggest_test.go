package indexer

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

func suggestions(t testing.TB, x *Index, typed string, limit int) []search.Suggestion {
	t.Helper()
	out, err := x.Suggest(t.Context(), typed, limit)
	if err != nil {
		t.Fatalf("suggest %q: %v", typed, err)
	}
	return out
}

func offered(list []search.Suggestion) []string {
	var out []string
	for _, s := range list {
		out = append(out, s.Text)
	}
	return out
}

// Characters, pinyin, initials, traditional script, full width and upper case
// all complete to the same word.
func TestSuggest(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	for typed, want := range map[string]string{
		"曲": "曲轴", "曲轴": "曲轴", "qz": "曲轴", "QZ": "曲轴", "ｑｚ": "曲轴", "quz": "曲轴", "quzhou": "曲轴", "qu zhou": "曲轴", "曲軸": "曲轴",
		"shukongji": "数控机床", "skjc": "数控机床", "換流": "换流阀", "hlf": "换流阀", "  曲轴 ": "曲轴", "T3.3": "t3.3-3650",
	} {
		got := offered(suggestions(t, x, typed, 10))
		if !slices.Contains(got, want) {
			t.Errorf("%q: %v, want %s", typed, got, want)
		}
	}
	if got := suggestions(t, x, "曲轴", 10); len(got) < 2 || got[0].Text != "曲轴" {
		t.Errorf("what was typed exactly is not first: %v", got)
	}
}

// A record is offered under its heading and leads to it.
func TestSuggestLeadsToRecords(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	got := suggestions(t, x, "曲轴智能制造", 5)
	want := search.Suggestion{Text: "曲轴智能制造班组", Kind: catalog.KindResult, Code: "CG-2026-A006"}
	if !slices.Contains(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	w := newWorld(t)
	w.create(t, &catalog.Expert{Meta: catalog.Meta{Code: "A"}, Name: "张伟", EmployerName: "甲厂"})
	w.create(t, &catalog.Expert{Meta: catalog.Meta{Code: "B"}, Name: "张伟", EmployerName: "乙厂"})
	w.create(t, &catalog.Result{Meta: catalog.Meta{Code: "C"}, Title: "CNC刀塔"})
	if got := suggestions(t, w.index, "zw", 5); len(got) != 1 || got[0].Code != "" {
		t.Errorf("namesakes lead to one of them: %+v", got)
	}
	if got := suggestions(t, w.index, "cnc", 5); !slices.Contains(got, search.Suggestion{Text: "CNC刀塔", Kind: catalog.KindResult, Code: "C"}) {
		t.Errorf("a heading that begins with letters does not lead to its record: %+v", got)
	}
}

func TestSuggestLimit(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	for _, limit := range []int{-1, 0, 1, 3, 10} {
		if got := suggestions(t, x, "曲", limit); len(got) > max(limit, 0) || limit > 0 && len(got) == 0 {
			t.Errorf("limit %d gives %d", limit, len(got))
		}
	}
	if got := suggestions(t, x, "曲", math.MaxInt); len(got) < 5 {
		t.Errorf("no limit gives %d", len(got))
	}
	for _, typed := range []string{"", " ", "，", strings.Repeat("曲", 41), "\x1f", "\x00", "\xff\xff", "不会有的词组合"} {
		if got := suggestions(t, x, typed, 10); len(got) != 0 {
			t.Errorf("%q: %v", typed, got)
		}
	}
	seen := map[string]bool{}
	for _, text := range offered(suggestions(t, x, "j", 100)) {
		if seen[text] || strings.ContainsAny(text, unitBreak) {
			t.Errorf("%q is offered twice or with its key", text)
		}
		seen[text] = true
	}
}

// What was removed or renamed is not offered, whatever the files still hold.
func TestSuggestForgets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n := range 30 {
		w.create(t, result(n, "曲轴磨削"))
	}
	rec := w.create(t, &catalog.Result{Title: "曲面密封秘方", Keywords: []string{"曲面秘方"}}).(*catalog.Result)
	if got := offered(suggestions(t, w.index, "曲面", 10)); !slices.Contains(got, "曲面密封秘方") || !slices.Contains(got, "曲面秘方") {
		t.Fatalf("before: %v", got)
	}
	rec.Title, rec.Keywords = "改了名字的成果", nil
	if err := w.service.Update(t.Context(), "王", rec); err != nil {
		t.Fatal(err)
	}
	if got := offered(suggestions(t, w.index, "曲面", 10)); len(got) != 0 {
		t.Errorf("after renaming: %v", got)
	}
	if _, err := w.service.Delete(t.Context(), "王", catalog.KindResult, rec.Code, 0); err != nil {
		t.Fatal(err)
	}
	if got := offered(suggestions(t, w.index, "gailemingzi", 10)); len(got) != 0 {
		t.Errorf("after removing: %v", got)
	}
	if got := ask(t, w.index, search.Request{Query: "曲面密封秘芳"}); got.DidYouMean == "曲面密封秘方" {
		t.Error("a removed title is offered as a spelling")
	}
}

func TestDidYouMean(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	for typed, want := range map[string]string{
		"曲铀": "曲轴", "屈轴": "曲轴", "换流筏": "换流阀", "換流筏": "换流阀", "曲轴": "", "阀": "", "焊接变形": "",
		strings.Repeat("曲", 30): "", "𠮷𠮷": "", "kind:专利 曲铀": "曲轴", ".*": "", "[曲": "",
	} {
		if got := ask(t, x, search.Request{Query: typed}).DidYouMean; got != want {
			t.Errorf("%q: %q is offered, want %q", typed, got, want)
		}
	}
}

// Each key that is stored belongs to one class and carries text and id.
func TestSuggestKeys(t *testing.T) {
	t.Parallel()
	doc := search.Document{ID: "result/1", Title: strings.Repeat("曲轴磨削", 30) + "\x1f坏", Keywords: []string{"关键\x1f词", "", " "}}
	keys := suggestKeys(doc, cutter())
	if len(keys) < 10 {
		t.Fatalf("%q", keys)
	}
	for _, key := range keys {
		parts := strings.Split(key, unitBreak)
		if len(parts) != 3 || !strings.Contains(byText+byPinyin+byInitials, key[:1]) || parts[1] == "" {
			t.Errorf("%q", key)
		}
		if len([]rune(parts[1])) > maxOfferRunes {
			t.Errorf("an offer of %d characters", len([]rune(parts[1])))
		}
	}
}

func FuzzSuggest(f *testing.F) {
	x, err := demoIndex()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"曲", "qz", "", "\x1f", "*", "[^", "\\", "İ", "q\x00z", "曲铀"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		if got := suggestions(t, x, typed, 5); len(got) > 5 {
			t.Errorf("%q: %v", typed, got)
		}
		ask(t, x, search.Request{Query: typed, Size: 3, Snippets: true})
		if len(x.damaged) != 0 {
			t.Errorf("%q was taken for damage", typed)
		}
	})
}

func ExampleIndex_Suggest() {
	x, err := demoIndex()
	if err != nil {
		fmt.Println(err)
		return
	}
	list, err := x.Suggest(context.Background(), "qz", 1)
	fmt.Println(list[0].Text, err)
	// Output: 曲轴 <nil>
}
