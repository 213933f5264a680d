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
