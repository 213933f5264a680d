package indexer

import (
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// The behaviour of the search is a text that anybody can edit.
func TestSearchScript(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	data, err := os.ReadFile("testdata/search.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for paragraph := range strings.SplitSeq(string(data), "\n\n") {
		lines := slices.DeleteFunc(strings.Split(strings.TrimSpace(paragraph), "\n"), func(l string) bool { return l == "" || strings.HasPrefix(l, "#") })
		if len(lines) == 0 {
			continue
		}
		cases++
		res := ask(t, x, search.Request{Query: lines[0], Size: search.MaxSize, Snippets: true})
		if len(lines) == 1 {
			t.Errorf("%s: nothing is asked of it", lines[0])
		}
		for _, line := range lines[1:] {
			if fault := holds(res, line); fault != "" {
				t.Errorf("%s\n\t%s: %s", lines[0], line, fault)
			}
		}
	}
	if cases < 30 {
		t.Errorf("only %d cases were read", cases)
	}
}

// holds checks one line of the script and answers what is wrong.
func holds(res search.Response, line string) string {
	verb, rest, _ := strings.Cut(line, " ")
	args := strings.Fields(rest)
	var hits, kinds []string
	for _, h := range res.Hits {
		hits = append(hits, h.Code)
		kinds = append(kinds, string(h.Kind))
	}
	switch verb {
	case "first":
		if len(hits) < len(args) || !slices.Equal(hits[:len(args)], args) {
			return fmt.Sprint(hits[:min(len(hits), 8)])
		}
	case "has", "not":
		for _, code := range args {
			if slices.Contains(hits, code) != (verb == "has") {
				return code
			}
		}
	case "kinds":
		for i, kind := range kinds {
			if !slices.Contains(args, kind) {
				return hits[i] + " is a " + kind
			}
		}
	case "total":
		return holdsTotal(res.Total, args)
	case "mean":
		if res.DidYouMean != strings.TrimPrefix(rest, "-") {
			return res.DidYouMean
		}
	case "note":
		if !strings.Contains(strings.Join(res.Notes, "\n"), rest) {
			return fmt.Sprint(res.Notes)
		}
	default:
		return "unknown word"
	}
	return ""
}

func holdsTotal(total int, args []string) string {
	n, err := strconv.Atoi(args[len(args)-1])
	good := err == nil
	switch {
	case len(args) == 1:
		good = good && total == n
	case args[0] == ">=":
		good = good && total >= n
	case args[0] == "<=":
		good = good && total <= n
	}
	if !good {
		return strconv.Itoa(total)
	}
	return ""
}

// A facet says how many hits stay when it is clicked, for every value of every
// facet and several queries.
func TestFacetsAgreeWithResults(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	values := 0
	for _, query := range []string{"", "曲轴", "焊接 变形", "kind:成果 地区:山东", "-焊接"} {
		res := ask(t, x, search.Request{Query: query, Facets: true})
		for facet, counts := range res.Facets {
			for _, c := range counts {
				values++
				got := ask(t, x, search.Request{Query: query, Size: 1, Filters: map[search.Facet][]string{facet: {c.Value}}}).Total
				if got != c.Count {
					t.Errorf("%q: %s %s (%s) counts %d, filtering finds %d", query, facet, c.Value, c.Label, c.Count, got)
				}
				if c.Label == "" || (c.Label == c.Value && facet != search.FacetYear && facet != search.FacetOrganisation) {
					t.Errorf("%s %s has no Chinese label: %q", facet, c.Value, c.Label)
				}
			}
		}
	}
	if values < 100 {
		t.Errorf("only %d values were tried", values)
	}
	all := ask(t, x, search.Request{Facets: true})
	sum := 0
	for _, c := range all.Facets[search.FacetKind] {
		sum += c.Count
	}
	if sum != all.Total || len(all.Facets[search.FacetKind]) != len(catalog.Kinds()) {
		t.Errorf("kinds sum to %d of %d: %v", sum, all.Total, all.Facets[search.FacetKind])
	}
	if got := ask(t, x, search.Request{Size: 1}); got.Facets != nil {
		t.Errorf("facets were not asked for: %v", got.Facets)
	}
}

// Two values of one facet mean either, two facets mean both.
func TestFiltersCombine(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	count := func(filters map[search.Facet][]string) int {
		return ask(t, x, search.Request{Size: 1, Filters: filters}).Total
	}
	experts, studios := count(map[search.Facet][]string{"kind": {"expert"}}), count(map[search.Facet][]string{"kind": {"studio"}})
	if got := count(map[search.Facet][]string{"kind": {"expert", "studio"}}); experts == 0 || got != experts+studios {
		t.Errorf("either kind: %d, want %d + %d", got, experts, studios)
	}
	both := count(map[search.Facet][]string{"kind": {"expert"}, "region": {"370000"}})
	if all := count(map[search.Facet][]string{"region": {"370000"}}); both == 0 || both >= all || both > experts {
		t.Errorf("experts of Shandong: %d of %d experts and %d records there", both, experts, all)
	}
	if got := ask(t, x, search.Request{Size: 1, Kinds: []catalog.Kind{catalog.KindExpert}}).Total; got != experts {
		t.Errorf("Kinds: %d, want %d", got, experts)
	}
}

// The pages of a query are its hits in order, each once.
func TestPaging(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	for _, sort := range []search.Sort{search.ByRelevance, search.ByDate} {
		for _, query := range []string{"", "焊接"} {
			whole := ask(t, x, search.Request{Query: query, Sort: sort, Size: search.MaxSize})
			var paged []string
			for page := 1; page <= 12; page++ {
				res := ask(t, x, search.Request{Query: query, Sort: sort, Page: page, Size: 7})
				if res.Total != whole.Total {
					t.Fatalf("page %d has total %d, page 1 of 100 has %d", page, res.Total, whole.Total)
				}
				for _, h := range res.Hits {
					paged = append(paged, h.ID)
				}
			}
			var want []string
			for _, h := range whole.Hits[:min(len(paged), len(whole.Hits))] {
				want = append(want, h.ID)
			}
			if diff := cmp.Diff(want, paged[:min(len(want), len(paged))]); diff != "" {
				t.Errorf("%q by %s:\n%s", query, sort, diff)
			}
		}
	}
	last := ask(t, x, search.Request{Page: search.MaxDepth / search.MaxSize, Size: search.MaxSize})
	if len(last.Hits) != 0 || last.Hits == nil || last.Total == 0 {
		t.Errorf("the deepest page: %d hits of %d, nil: %v", len(last.Hits), last.Total, last.Hits == nil)
	}
}

func TestSortByDate(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	for _, req := range []search.Request{{Query: "焊接", Sort: search.ByDate, Size: 50}, {Query: "", Size: 50}, {Query: "地区:山东", Size: 50}} {
		res := ask(t, x, req)
		if !slices.IsSortedFunc(res.Hits, func(a, b search.Hit) int { return strings.Compare(b.Date, a.Date) }) || len(res.Hits) < 10 {
			t.Errorf("%q: %d hits, not the newest first", req.Query, len(res.Hits))
		}
	}
	res := ask(t, x, search.Request{Query: "焊接", Size: 50})
	if !slices.IsSortedFunc(res.Hits, func(a, b search.Hit) int { return int(math.Copysign(1, b.Score-a.Score)) }) {
		t.Error("relevance is not in order of scores")
	}
}

func TestSearchBounds(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	for name, req := range map[string]search.Request{
		"page -1": {Page: -1}, "size 1e9": {Size: 1_000_000_000}, "size -5": {Size: -5}, "too deep": {Page: 1001, Size: 10},
		"huge page": {Page: math.MaxInt, Size: 100}, "sort": {Sort: "price"},
	} {
		_, err := x.Search(t.Context(), req)
		if e := errs.As(err); errs.KindOf(err) != errs.Invalid || len(e.Fields) == 0 || !strings.ContainsAny(e.Fields[0].Message, "页条序") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever is typed is answered, and nothing typed is taken for damage.
func TestHostileQueries(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	for name, query := range map[string]string{
		"10,000 characters": strings.Repeat("曲轴磨削烧伤与换流阀", 1000), "quotes": strings.Repeat(`"`, 200), "minuses": strings.Repeat("-", 300),
		"emoji": "😀🔧👩‍🏭", "bytes": "\xff\xfe\x00曲轴", "colons": "::::kind::", "wildcards": "单位:*?[](){}^$.|\\", "long organisation": "单位:" + strings.Repeat("重工", 900),
		"long code": "编号:" + strings.Repeat("A1", 900), "long title": "标题:" + strings.Repeat("曲轴", 900), "exclusions": strings.Repeat("-曲轴 -磨 ", 400),
		"filters": strings.Repeat("年:2020 ", 400), "phrases": strings.Repeat(`"曲轴" `, 400), "only exclusion": "-曲轴", "numbers": strings.Repeat("9", 1900), "empty phrase": `"" 曲轴 ""`,
	} {
		if _, err := x.Search(t.Context(), search.Request{Query: query, Facets: true, Snippets: true}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := x.Suggest(t.Context(), query, 10); err != nil {
			t.Errorf("suggest %s: %v", name, err)
		}
	}
	if x.generation() != 1 || len(x.damaged) != 0 {
		t.Error("a query was taken for damage")
	}
}

// A synonym finds documents, behind those that have the word itself; an
// operator's new list works at once.
func TestSynonymsAndReload(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n, title := range []string{"数控机床主轴温升控制", "CNC主轴温升控制", "齿轮箱异响", "摇臂钻床主轴温升控制"} {
		rec := result(n, "")
		rec.Title, rec.Summary = title, ""
		w.create(t, rec)
	}
	if got := codes(t, w.index, "数控机床"); slices.Contains(got, "CG-2026-00001") {
		t.Errorf("without synonyms: %v", got)
	}
	w.index.UseSynonyms(zh.ParseSynonyms("数控机床 = CNC\n摇臂钻 = 万向钻"))
	if got := codes(t, w.index, "数控机床"); len(got) < 2 || got[0] != "CG-2026-00000" || got[1] != "CG-2026-00001" {
		t.Errorf("数控机床: %v", got)
	}
	if got := codes(t, w.index, "cnc"); len(got) < 2 || got[0] != "CG-2026-00001" || got[1] != "CG-2026-00000" {
		t.Errorf("cnc: %v", got)
	}
	if got := codes(t, w.index, "万向钻"); !slices.Contains(got, "CG-2026-00003") {
		t.Errorf("万向钻: %v", got)
	}
	w.index.UseSynonyms(zh.ParseSynonyms(""))
	if got := codes(t, w.index, "万向钻"); len(got) != 0 {
		t.Errorf("after the list was emptied: %v", got)
	}
}

// A word inside a longer code or a lone character beside letters is found as a
// phrase.
func TestPhrases(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(t, &catalog.Result{Meta: catalog.Meta{Code: "A"}, Title: "换流阀A型支架", Summary: "孔径φ0.02mm，目数100/120目，按GB/T 4754分类"})
	w.create(t, &catalog.Result{Meta: catalog.Meta{Code: "B"}, Title: "换热器流道阀座", Summary: "孔径0.5mm"})
	for query, want := range map[string][]string{
		`"换流阀"`: {"A"}, `"阀A"`: {"A"}, `"阀"`: {"A", "B"}, `"阀座"`: {"B"}, `"流阀"`: {"A"}, `"φ0.02mm"`: {"A"}, `"120目"`: {"A"}, `"GB/T 4754"`: {"A"},
		`标题:阀`: {"A", "B"}, `标题:阀座`: {"B"}, `-标题:阀座`: {"A"}, `"阀门"`: nil, `换流阀 -A型`: nil,
	} {
		got := codes(t, w.index, query)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", query, diff)
		}
	}
}

// Stored documents come back as they were put, by id.
func TestDocuments(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	docs, err := x.Documents(t.Context(), []string{"result/CG-2026-A018", "result/none", "nonsense", ""})
	if err != nil || len(docs) != 1 {
		t.Fatalf("%v, %v", slices.Collect(maps.Keys(docs)), err)
	}
	doc := docs["result/CG-2026-A018"]
	if doc.Title != "曲轴连杆颈随动磨烧伤与圆度综合控制" || doc.Text == "" || doc.Kind != catalog.KindResult || doc.Rev < 1 {
		t.Errorf("%+v", doc)
	}
}

// A document that is about a thing comes before one in which the same characters
// are part of another name, though both are as long and as often answer.
func TestWhatStandsAloneComesFirst(t *testing.T) {
	t.Parallel()
	x, err := Open(t.TempDir(), Options{Cutter: cutter()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	// But for what stands alone the first would win the tie by its id.
	texts := []string{"医学图像处理系统，金属材料夹具", "金属材料夹具和图像处理，医学系统", "毫不相干，只为凑成三条记录而写"}
	var docs []search.Document
	for i, text := range texts {
		docs = append(docs, search.Document{ID: fmt.Sprint("result/", i), Kind: catalog.KindResult, Code: fmt.Sprint(i), Title: "某厂", Text: text, Rev: 1})
	}
	if err := x.AddDocuments(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	hits := ask(t, x, search.Request{Query: "图像处理"}).Hits
	if len(hits) != 2 || hits[0].Code != "1" {
		t.Fatalf("%v", hits)
	}
}

// The words with which one asks find nothing by themselves, however often they
// stand in a document.
func TestAskingWordsWeighNothing(t *testing.T) {
	t.Parallel()
	x, err := Open(t.TempDir(), Options{Cutter: cutter()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	var docs []search.Document
	for i, text := range []string{"怎么办？如何办？如何怎么办是否可以", "船坞接缝的渗漏另有办法", "毫不相干，只为凑成三条记录而写"} {
		docs = append(docs, search.Document{ID: fmt.Sprint("result/", i), Kind: catalog.KindResult, Code: fmt.Sprint(i), Title: "某厂", Text: text, Rev: 1})
	}
	if err := x.AddDocuments(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	if hits := ask(t, x, search.Request{Query: "如何防止渗漏，怎么办？"}).Hits; len(hits) != 1 || hits[0].Code != "1" {
		t.Errorf("%v", hits)
	}
	if hits := ask(t, x, search.Request{Query: "怎么办"}).Hits; len(hits) == 0 || hits[0].Code != "0" {
		t.Errorf("asked for alone: %v", hits)
	}
}

// A long question finds what answers its characters in another order, if it does
// so half as well as a short one must.
func TestLongQuestionsFindOtherOrders(t *testing.T) {
	t.Parallel()
	s := &board{scores: []float32{10, 4, 2}, coverage: []float32{3, 0, 0}, whole: 5}
	if long, short := s.covered(false), s.covered(true); len(long) != 2 || len(short) != 1 {
		t.Errorf("%d documents of a long question, %d of a short one", len(long), len(short))
	}
}

// Also when the last of its terms are added to few documents only.
func TestLongQuestionsAreAddedToFew(t *testing.T) {
	t.Parallel()
	x, err := Open(t.TempDir(), Options{Cutter: cutter()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	const question = "船坞闸门橡胶止水渗漏后换新"
	docs := []search.Document{
		{ID: "result/same", Title: "闸门", Text: question},
		{ID: "result/other", Title: "旧件", Text: backwards(question)},
		{ID: "result/one", Title: "旧件", Text: "新旧都可以"},
	}
	for i := range 300 {
		docs = append(docs, search.Document{ID: fmt.Sprint("result/", i), Title: "记录", Text: fmt.Sprintf("第%d页，%s", i, []string{"门后有新水", "水后的门"}[i%2])})
	}
	for i := range docs {
		docs[i].Kind, docs[i].Rev = catalog.KindResult, 1
	}
	if err := x.AddDocuments(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	err = x.state(t.Context(), func(st state) error {
		r := newRanker(st.view, nil, searchScoring)
		defer r.done()
		r.lookUp = 0
		out, _, err := x.answers(t.Context(), r, question, wish{top: 1})
		var ids []string
		for _, place := range out.all.list() {
			id, _ := st.view.ID(int(place))
			ids = append(ids, id)
		}
		slices.Sort(ids)
		if want := []string{"result/other", "result/same"}; !r.pruned || !slices.Equal(ids, want) {
			t.Errorf("%v answer, want %v; to few only: %v", ids, want, r.pruned)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func backwards(text string) string {
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes)
}

// Marks are in order, apart, inside the text and on rune borders, and cover
// what was typed.
func TestMarks(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	marked := 0
	for _, query := range []string{"曲轴磨削", "換流閥", "T3.3-3650", "CNC", "φ0.02mm", "阀", "kind:专利 焊接变形"} {
		for _, h := range ask(t, x, search.Request{Query: query, Size: 30, Snippets: true}).Hits {
			marked += checkMarks(t, h.Title, h.TitleMarks)
			for _, s := range h.Snippets {
				marked += checkMarks(t, s.Text, s.Marks)
				if !strings.Contains(h.Text, s.Text) {
					t.Errorf("%s: %q is no part of its text", h.Code, s.Text)
				}
			}
		}
	}
	if marked < 100 {
		t.Errorf("only %d marks", marked)
	}
	first := ask(t, x, search.Request{Query: "连杆颈", Snippets: true, Size: 1}).Hits[0]
	if len(first.TitleMarks) != 1 || first.Title[first.TitleMarks[0].Start:first.TitleMarks[0].End] != "连杆颈" {
		t.Errorf("%s: %v", first.Title, first.TitleMarks)
	}
	if plain := ask(t, x, search.Request{Query: "连杆颈", Size: 1}).Hits[0]; plain.Snippets != nil || plain.TitleMarks != nil {
		t.Error("snippets were not asked for")
	}
}

func checkMarks(t *testing.T, text string, marks []search.Range) int {
	t.Helper()
	at := -1
	for _, m := range marks {
		if m.Start <= at || m.End <= m.Start || m.End > len(text) || !utf8.ValidString(text[m.Start:m.End]) || !utf8.ValidString(text[:m.Start]) {
			t.Fatalf("marks %v in %q", marks, text)
		}
		at = m.End
	}
	return len(marks)
}

func FuzzSnippets(f *testing.F) {
	f.Add("曲轴", "大曲轴连杆颈磨削，曲轴烧伤。\n曲轴很长")
	f.Add("磨", strings.Repeat("磨", 500))
	f.Add("a-b", "a-b\xff\xfe a-b\x00")
	f.Add("Ⅷ İ", "Ⅷ İstanbul \u0130")
	f.Fuzz(func(t *testing.T, query, text string) {
		m := newMarker(search.ParseQuery(query))
		text = strings.ToValidUTF8(text, "")
		checkMarks(t, text, m.marks(text))
		for _, s := range m.snippets(text) {
			checkMarks(t, s.Text, s.Marks)
			if !strings.Contains(text, s.Text) || utf8.RuneCountInString(s.Text) > snippetRunes+1 || !utf8.ValidString(s.Text) {
				t.Fatalf("snippet %q of %q", s.Text, text)
			}
		}
	})
}
