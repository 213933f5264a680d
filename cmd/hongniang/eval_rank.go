package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/collection/fit"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// evalRank ranks a collection, and measures the run when it has judgements.
type evalRank struct {
	files   evalFiles
	measure measureFlags
	weights weightsFlag
	out     string
	top     int
	demo    bool
	timed   bool
}

func newEvalRank() *cobra.Command {
	var e evalRank
	cmd := &cobra.Command{
		Use:     "rank",
		Short:   "为每个查询排序，写出 查询编号<TAB>文档编号<TAB>得分",
		Long:    "为每个查询排序，写出 查询编号<TAB>文档编号<TAB>得分。给出 --judgements 时，另在屏幕上给出 nDCG@10、MRR@10 和召回率。",
		Example: "  hongniang eval rank --corpus corpus.jsonl.gz --queries queries.jsonl --kind result --judgements qrels.tsv --out run.tsv",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if e.demo {
				return e.startDemo(cmd)
			}
			if err := needFlags(cmd, "corpus", "queries", "kind", "out"); err != nil {
				return err
			}
			if e.measure.judgements == "" && (cmd.Flags().Changed("condensed") || cmd.Flags().Changed("min-grade")) {
				return usageError(cmd, "--condensed 和 --min-grade 要与 --judgements 同用。")
			}
			return e.run(cmd.Context(), cmd.OutOrStdout())
		},
	}
	e.files.add(cmd)
	e.measure.add(cmd)
	e.weights.add(cmd)
	cmd.Flags().StringVar(&e.out, "out", "", "结果文件")
	cmd.Flags().IntVar(&e.top, "top", 100, "每个查询保留多少条")
	cmd.Flags().BoolVar(&e.timed, "timed", false, "另测一遍完整匹配（含人选、理由和提醒）每个需求要多久；不用于 search")
	cmd.Flags().BoolVar(&e.demo, "demo", false, "用程序自带的评判集和示例数据，按难点分组衡量")
	return cmd
}

func (e evalRank) check() error {
	if err := e.files.check(); err != nil {
		return err
	}
	if e.top < 1 {
		return errs.New(errs.Invalid, "eval.top", "--top 至少为 1。")
	}
	for _, input := range []string{e.files.corpus, e.files.papers, e.files.queries, e.measure.judgements, e.weights.path} {
		if input != "" && sameFile(input, e.out) {
			return errs.New(errs.Invalid, "eval.out_is_input", "--out 与输入文件“"+input+"”是同一个文件，会把它覆盖掉；请换一个文件名。")
		}
	}
	if e.timed && e.files.kind == "search" {
		return errs.New(errs.Invalid, "eval.timed", "--timed 衡量的是匹配，请用 --kind result 或 expert。")
	}
	return e.measure.check()
}

// sameFile tells whether two paths name one file that exists.
func sameFile(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}

// printTimes matches every need as a user does, one after the other, and says
// how long a need takes.
func printTimes(ctx context.Context, m *matcher.Matcher, queries []collection.Query, w io.Writer) error {
	var took []time.Duration
	for _, q := range queries {
		start := time.Now()
		if _, err := m.Match(ctx, matcher.Request{Title: q.Title, Text: q.Text}); err != nil {
			return err
		}
		took = append(took, time.Since(start))
	}
	if len(took) == 0 {
		return nil
	}
	slices.Sort(took)
	at := func(part float64) float64 { return float64(took[int(part*float64(len(took)-1))].Microseconds()) / 1000 }
	_, err := fmt.Fprintf(w, "完整匹配 %d 个需求：p50 %.1f 毫秒，p95 %.1f 毫秒，最慢 %.1f 毫秒\n", len(took), at(0.5), at(0.95), at(1))
	return err
}

// run builds a temporary index of the corpus with the production analysis and
// runs the production search or matcher for each query. Judgements are read
// first: a fault in them should not cost the ranking.
func (e evalRank) run(ctx context.Context, stdout io.Writer) error {
	if err := e.check(); err != nil {
		return err
	}
	weights, err := e.weights.read(e.files.kind, stdout)
	if err != nil {
		return err
	}
	queries, err := collection.Queries(e.files.queries)
	if err != nil {
		return err
	}
	var judged collection.Judgements
	if e.measure.judgements != "" {
		if judged, err = e.measure.read(queries); err != nil {
			return err
		}
	}
	index, cleanup, err := e.files.index(ctx)
	if err != nil {
		return err
	}
	defer cleanup()
	var run collection.Run
	err = writeFile(io.Discard, e.out, func(out io.Writer) error {
		run, err = writeRun(ctx, ranking{&matcher.Matcher{Engine: index, Weights: weights}, rankers[e.files.kind], e.top}, queries, out)
		return err
	})
	if err == nil && e.timed {
		err = printTimes(ctx, &matcher.Matcher{Engine: index, Now: time.Now, Weights: weights}, queries, stdout)
	}
	if err != nil || judged == nil {
		return err
	}
	if err := printMeasures(stdout, e.measure.measuring.Score(run, judged, idsOf(queries))); err != nil {
		return err
	}
	return e.warnShallow(stdout)
}

// deepEnough is how many documents of a query leave ten judged ones, mostly.
const deepEnough = 1000

// warnShallow says when dropping what nobody judged leaves too little to measure.
func (e evalRank) warnShallow(stdout io.Writer) error {
	if !e.measure.measuring.Condensed || e.top >= deepEnough {
		return nil
	}
	_, err := fmt.Fprintf(stdout, "提示：每个查询只保留了 %d 条，去掉没有评判过的以后可能所剩无几，分数会偏低；请把 --top 设为 %d 以上。\n", e.top, deepEnough)
	return err
}

// ranking is a matcher with the way it is asked.
type ranking struct {
	matcher *matcher.Matcher
	rank    fit.Ranker
	top     int
}

// writeRun ranks each query, writes its lines, and gives what it wrote: scores
// are rounded to the written digits, so that the file measures the same.
func writeRun(ctx context.Context, r ranking, queries []collection.Query, out io.Writer) (collection.Run, error) {
	run, w := collection.Run{}, bufio.NewWriter(out)
	for _, q := range queries {
		hits, err := r.rank(ctx, r.matcher, q, r.top)
		if err != nil {
			return nil, err
		}
		for _, h := range hits {
			_, code := search.SplitID(h.ID)
			score := strconv.FormatFloat(h.Score, 'f', 6, 64)
			fmt.Fprintf(w, "%s\t%s\t%s\n", q.ID, code, score)
			rounded, err := strconv.ParseFloat(score, 64)
			if err != nil {
				return nil, errs.Wrap(err, errs.Internal, "eval.score", "排序给出的得分不是数，请报告这个问题。")
			}
			run[q.ID] = append(run[q.ID], collection.Ranked{ID: code, Score: rounded})
		}
	}
	return run, w.Flush()
}

// rankers are the production rankings, by --kind.
var rankers = map[string]fit.Ranker{
	"result": func(ctx context.Context, m *matcher.Matcher, q collection.Query, top int) ([]search.Scored, error) {
		return m.RankDocuments(ctx, matcher.Request{Title: q.Title, Text: q.Text}, []catalog.Kind{catalog.KindResult}, top)
	},
	"expert": func(ctx context.Context, m *matcher.Matcher, q collection.Query, top int) ([]search.Scored, error) {
		return m.RankPeople(ctx, matcher.Request{Title: q.Title, Text: q.Text}, catalog.KindExpert, top)
	},
	"search": rankSearch,
}

// rankSearch pages through the production search.
func rankSearch(ctx context.Context, m *matcher.Matcher, q collection.Query, top int) ([]search.Scored, error) {
	var out []search.Scored
	for page := 1; len(out) < top && page*search.MaxSize <= search.MaxDepth; page++ {
		res, err := m.Engine.Search(ctx, search.Request{Query: q.Typed(), Page: page, Size: search.MaxSize})
		if err != nil {
			return nil, err
		}
		for _, h := range res.Hits {
			out = append(out, search.Scored{ID: h.ID, Score: h.Score})
		}
		if len(res.Hits) < search.MaxSize {
			break
		}
	}
	return out[:min(top, len(out))], nil
}
