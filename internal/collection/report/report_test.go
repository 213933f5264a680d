package report_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hongniang/configs"
	"hongniang/indexer"
	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/collection/report"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/internal/zh/segment"
	"hongniang/matcher"
)

var cutter = sync.OnceValue(func() *segment.Segmenter { return segment.New(configs.Text("userdict.txt")) })

// corpus is a tiny collection: eleven results, two people, a paper of one of them.
func corpus() []search.Document {
	var out []search.Document
	add := func(kind catalog.Kind, e collection.Entry) { out = append(out, e.Document(kind)) }
	add(catalog.KindResult, collection.Entry{ID: "clean", Title: "换流阀清灰装置", Text: "带电清扫换流阀表面的积灰"})
	add(catalog.KindResult, collection.Entry{ID: "crank", Title: "曲轴磨削烧伤的防止", Text: "砂轮修整与冷却"})
	add(catalog.KindResult, collection.Entry{ID: "tea", Title: "茶叶杀青", Text: "滚筒温度"})
	add(catalog.KindResult, collection.Entry{ID: "<b>", Title: "<script>alert(1)</script>曲轴|表格*星", Text: "防注入"})
	add(catalog.KindExpert, collection.Entry{ID: "wang", Title: "王工", Text: "换流站检修二十年"})
	add(catalog.KindExpert, collection.Entry{ID: "zhang", Title: "张工", Text: "外圆磨床操作"})
	add(catalog.KindResult, collection.Entry{ID: "paper", Title: "曲轴磨削裂纹的成因", Text: "曲轴轴颈磨削烧伤与裂纹", Experts: []string{"zhang"}})
	return out
}

var queries = []collection.Query{
	{ID: "valve", Title: "换流阀积灰", Text: "清扫困难"},
	{ID: "crack", Title: "曲轴磨削裂纹", Text: "轴颈烧伤，返工很多"},
	{ID: "typed", Text: "茶叶<i>怎样</i>杀青"},
	{ID: "unjudged", Title: "无人评判"},
}

// explainers are those of a real index that holds the corpus.
func explainers(t *testing.T) map[string]report.Explainer {
	t.Helper()
	index, err := indexer.Open(t.TempDir(), indexer.Options{Cutter: cutter()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := index.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := index.AddDocuments(t.Context(), corpus()); err != nil {
		t.Fatal(err)
	}
	return report.Explainers(&matcher.Matcher{Engine: index})
}

func input(t *testing.T) report.Input {
	t.Helper()
	return report.Input{
		Kind: "result", Queries: queries, Explain: explainers(t)["result"],
		Judged: collection.Judgements{
			"valve": {"clean": 3, "tea": 0}, "crack": {"crank": 2, "paper": 3, "gone": 1}, "typed": {"tea": 1}, "unjudged": {"tea": 0},
		},
		Run: report.Side{Name: "new.tsv", Run: collection.Run{
			"valve": {{ID: "clean", Score: 9}, {ID: "tea", Score: 1}},
			"crack": {{ID: "tea", Score: 3}, {ID: "crank", Score: 5}, {ID: "nowhere", Score: 4}, {ID: "<b>", Score: 2}},
		}},
	}
}

func build(t *testing.T, in report.Input) report.Report {
	t.Helper()
	out, err := report.Build(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func rowOf(t *testing.T, rows []report.Row, id string) report.Row {
	t.Helper()
	for _, r := range rows {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("no row for %s in %+v", id, rows)
	return report.Row{}
}

func idsOf(needs []report.Need) []string {
	var out []string
	for _, n := range needs {
		out = append(out, n.ID)
	}
	return out
}

func TestBuild(t *testing.T) {
	t.Parallel()
	got := build(t, input(t))
	if got.Queries != 3 || got.Uncounted != 1 || len(got.Runs) != 1 || got.Kind != "需求找成果" || got.MinGrade != 1 {
		t.Errorf("head: %+v", got)
	}
	if diff := cmp.Diff([]string{"typed", "crack", "valve"}, idsOf(got.Needs)); diff != "" {
		t.Errorf("the worst is not first (-want +got):\n%s", diff)
	}
	// (3 / log2 2) / (7 + 3 / log2 3 + 1 / log2 4)
	want := []float64{0, 3 / 9.39279, 1}
	for i, n := range got.Needs {
		if diff := cmp.Diff([]float64{want[i]}, n.NDCG, cmpopts.EquateApprox(0, .00005)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", n.ID, diff)
		}
	}
	for _, note := range []string{"有 1 个要计的查询在结果里一条也没有", "前 10 名里有 1 条的编号不在语料里", "没找到的，有 1 条的编号不在语料里", "共 6 条，其中 3 条没有评判过"} {
		if !strings.Contains(strings.Join(got.Notes, "\n"), note) {
			t.Errorf("no note says %s: %q", note, got.Notes)
		}
	}
}

// What was found says by which words, what was missed says why.
func TestBuildRows(t *testing.T) {
	t.Parallel()
	needs := build(t, input(t)).Needs
	typed, crack, valve := needs[0], needs[1], needs[2]
	clean := rowOf(t, valve.Found, "clean")
	if diff := cmp.Diff([]int{1}, clean.Ranks); diff != "" || clean.Grade != "3 级" || !clean.Relevant || len(clean.Why) == 0 || !strings.Contains(clean.Why[0].Text, "换流阀") || !clean.Why[0].Title {
		t.Errorf("clean: %+v", clean)
	}
	if tea := rowOf(t, valve.Found, "tea"); tea.Relevant || tea.Grade != "0 级" || !strings.Contains(tea.Says, "没有一个共同的字") {
		t.Errorf("tea: %+v", tea)
	}
	if len(valve.Missed) != 0 {
		t.Errorf("nothing was missed: %+v", valve.Missed)
	}
	if nowhere := rowOf(t, crack.Found, "nowhere"); nowhere.Grade != "未评" || nowhere.Says != "语料里没有这个编号。" {
		t.Errorf("nowhere: %+v", nowhere)
	}
	if len(crack.Missed) != 2 || crack.Missed[0].ID != "paper" {
		t.Fatalf("the best grade is not first: %+v", crack.Missed)
	}
	paper, gone := crack.Missed[0], crack.Missed[1]
	if paper.Ranks[0] != 0 || paper.Title != "曲轴磨削裂纹的成因" || len(paper.Why) == 0 || !strings.Contains(paper.Says, "没有排满") {
		t.Errorf("paper: %+v", paper)
	}
	if gone.Says != "语料里没有这个编号。" || gone.Grade != "1 级" {
		t.Errorf("gone: %+v", gone)
	}
	if len(typed.Found) != 0 || len(typed.Missed) != 1 || typed.Title != "" || typed.Excerpt != queries[2].Text {
		t.Errorf("typed: %+v", typed)
	}
}

// Two runs stand side by side: both ranks, the difference, and who moved.
func TestBuildAgainst(t *testing.T) {
	t.Parallel()
	in := input(t)
	in.Against = &report.Side{Name: "old.tsv", Run: collection.Run{
		"crack": {{ID: "paper", Score: 2}, {ID: "crank", Score: 1}}, "valve": {{ID: "tea", Score: 1}}, "stranger": {{ID: "tea", Score: 1}},
	}}
	got := build(t, in)
	if len(got.Runs) != 2 || got.Runs[1].Name != "old.tsv" || got.P <= 0 || got.P > 1 {
		t.Errorf("head: %+v", got)
	}
	if want := got.Runs[0].Scores.NDCG - got.Runs[1].Scores.NDCG; !cmp.Equal(want, got.Difference, cmpopts.EquateApprox(0, 1e-9)) {
		t.Errorf("the difference is %f, the means say %f", got.Difference, want)
	}
	if len(got.Rose) != 1 || got.Rose[0].Title != "换流阀积灰" || got.Rose[0].Anchor != got.Needs[2].Anchor || got.Rose[0].Change != 1 {
		t.Errorf("rose: %+v", got.Rose)
	}
	if len(got.Fell) != 1 || got.Fell[0].Title != "曲轴磨削裂纹" || got.Fell[0].Change >= 0 {
		t.Errorf("fell: %+v", got.Fell)
	}
	crack := got.Needs[1]
	if diff := cmp.Diff([][]int{{1, 2}, {0, 1}}, [][]int{rowOf(t, crack.Found, "crank").Ranks, rowOf(t, crack.Missed, "paper").Ranks}); diff != "" {
		t.Errorf("ranks (-want +got):\n%s", diff)
	}
	if !strings.Contains(strings.Join(got.Notes, ""), "“old.tsv”里有 1 个查询不在查询文件里") {
		t.Errorf("notes: %q", got.Notes)
	}
}

// In a condensed list ranks count judged documents only, and a run that was cut
// short is told.
func TestBuildCondensed(t *testing.T) {
	t.Parallel()
	in := input(t)
	in.Measuring = collection.Measuring{Condensed: true, MinGrade: 2}
	got := build(t, in)
	if diff := cmp.Diff([]string{"crack", "valve"}, idsOf(got.Needs)); diff != "" || got.Uncounted != 2 {
		t.Errorf("%d do not count (-want +got):\n%s", got.Uncounted, diff)
	}
	if crack := got.Needs[0]; len(crack.Found) != 1 || crack.Found[0].Ranks[0] != 1 || len(crack.Missed) != 1 {
		t.Errorf("crack: %+v", crack)
	}
	if !strings.Contains(strings.Join(got.Notes, ""), "--top 设为 1000 以上") {
		t.Errorf("notes: %q", got.Notes)
	}
}

// A person is explained by the profile and by the documents that name him.
func TestBuildPeople(t *testing.T) {
	t.Parallel()
	in := input(t)
	in.Kind, in.Explain = "expert", explainers(t)["expert"]
	in.Judged = collection.Judgements{"crack": {"zhang": 2, "wang": 1}}
	in.Run.Run = collection.Run{"crack": {{ID: "zhang", Score: 1}}}
	got := build(t, in)
	zhang := rowOf(t, got.Needs[0].Found, "zhang")
	if len(zhang.Voices) != 1 || zhang.Voices[0].Title != "曲轴磨削裂纹的成因" || zhang.Voices[0].Share <= 0 || zhang.Voices[0].Share > 1 || len(zhang.Voices[0].Terms) == 0 {
		t.Errorf("zhang: %+v", zhang)
	}
	if wang := rowOf(t, got.Needs[0].Missed, "wang"); !strings.Contains(wang.Says, "没有写到") {
		t.Errorf("wang: %+v", wang)
	}
}

func TestBuildSearch(t *testing.T) {
	t.Parallel()
	in := input(t)
	in.Kind, in.Explain = "search", explainers(t)["search"]
	got := build(t, in)
	if tea := rowOf(t, got.Needs[0].Missed, "tea"); len(tea.Why) == 0 || !strings.Contains(tea.Why[0].Text+tea.Why[len(tea.Why)-1].Text, "茶叶") {
		t.Errorf("tea: %+v", tea)
	}
}

// More than twenty missed documents are counted, not shown.
func TestBuildManyMissed(t *testing.T) {
	t.Parallel()
	in := input(t)
	for i := range 30 {
		in.Judged["valve"]["more"+string(rune('a'+i))] = 1
	}
	for _, n := range build(t, in).Needs {
		if n.ID == "valve" && (len(n.Missed) != 20 || n.MoreMissed != 10) {
			t.Errorf("%d missed are shown, %d counted", len(n.Missed), n.MoreMissed)
		}
	}
}

func TestBuildFaults(t *testing.T) {
	t.Parallel()
	good := input(t)
	stop := errs.New(errs.Unavailable, "test.stop", "停")
	for code, change := range map[string]func(*report.Input){
		"collection.nothing_judged": func(in *report.Input) { in.Measuring.MinGrade = 9 },
		"eval.kind":                 func(in *report.Input) { in.Kind = "dragon" },
		"eval.run_foreign":          func(in *report.Input) { in.Run.Run = collection.Run{"other": {{ID: "tea"}}} },
		"test.stop": func(in *report.Input) {
			in.Explain = func(context.Context, collection.Query, []string) (map[string]report.Why, error) { return nil, stop }
		},
	} {
		in := good
		change(&in)
		_, err := report.Build(t.Context(), in)
		var e *errs.Error
		if !errors.As(err, &e) || e.Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	good.Run.Run = collection.Run{}
	if got := build(t, good); got.Runs[0].Scores != (collection.Scores{}) || !strings.Contains(got.Notes[0], "是空的") || len(got.Needs) != 3 {
		t.Errorf("an empty run: %+v", got)
	}
}

func written(t *testing.T, path string, r report.Report) string {
	t.Helper()
	write, err := report.WriterFor(path)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Nothing of the files is read as HTML or as Markdown, and the page needs
// nothing from elsewhere.
func TestWrite(t *testing.T) {
	t.Parallel()
	in := input(t)
	in.Against = &report.Side{Name: "a<b>|c.tsv", Run: collection.Run{"valve": {{ID: "tea", Score: 1}}}}
	r := build(t, in)
	page := written(t, "x.HTML", r)
	for _, want := range []string{"<!DOCTYPE html>", `lang="zh-CN"`, "width=device-width", "&lt;script&gt;", "a&lt;b&gt;|c.tsv", "nDCG@10 比对照", `href="#n3"`, `id="n3"`, "没进前 10 名的相关文档", "<b>换流阀"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, not := range []string{"<script", "<link", "src=", "http", "<i>", "ZgotmplZ", "<no value>"} {
		if strings.Contains(page, not) {
			t.Errorf("the page has %s", not)
		}
	}
	text := written(t, "", r)
	if again := written(t, "x.md", r); again != text {
		t.Error("Markdown with a name is another than without")
	}
	for _, want := range []string{"# 排序报告：需求找成果\n", "| new\\.tsv | 0.", "| a&lt;b\\>\\|c\\.tsv |", "&lt;script\\>", "曲轴\\|表格\\*星", "## 升得最多\n", "- ✓ [1，对照 —] 3 级 换流阀清灰装置 （clean）\n  - 共同的词：**换流阀"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %s", want)
		}
	}
	if strings.Contains(text, "<") || strings.Contains(text, "\n\n\n") {
		t.Errorf("the text has tags or gaps:\n%s", text)
	}
}

func TestWriterFor(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"report.pdf", "report", "html"} {
		if _, err := report.WriterFor(path); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
