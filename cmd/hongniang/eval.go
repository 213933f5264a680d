package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"hongniang/indexer"
	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// evalRun are the files and the kind of one evaluation.
type evalRun struct {
	corpus, papers, queries, out string
	kind                         string
	top                          int
}

func newEval() *cobra.Command {
	eval := &cobra.Command{Use: "eval", Short: "用带评判的数据集衡量检索与匹配"}
	var run evalRun
	rank := &cobra.Command{
		Use:   "rank",
		Short: "为每个查询排序，写出 查询编号<TAB>文档编号<TAB>得分",
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needFlags(cmd, "corpus", "queries", "kind", "out"); err != nil {
				return err
			}
			return run.rank(cmd.Context())
		},
	}
	f := rank.Flags()
	f.StringVar(&run.corpus, "corpus", "", "语料（JSONL，可为 .gz）")
	f.StringVar(&run.papers, "papers", "", "署名文献（JSONL，可为 .gz），仅用于 expert")
	f.StringVar(&run.queries, "queries", "", "查询（JSONL，可为 .gz）")
	f.StringVar(&run.kind, "kind", "", "result、expert 或 search")
	f.StringVar(&run.out, "out", "", "结果文件")
	f.IntVar(&run.top, "top", 100, "每个查询保留多少条")
	eval.AddCommand(rank)
	return eval
}

// rank builds a temporary index of the corpus with the production analysis and
// runs the production search or matcher for each query.
func (e evalRun) rank(ctx context.Context) error {
	if _, ok := rankers[e.kind]; !ok {
		return errs.New(errs.Invalid, "eval.kind", "--kind 只能是 result、expert 或 search。")
	}
	if e.top < 1 {
		return errs.New(errs.Invalid, "eval.top", "--top 至少为 1。")
	}
	queries, err := collection.Queries(e.queries)
	if err != nil {
		return err
	}
	index, cleanup, err := e.index(ctx)
	if err != nil {
		return err
	}
	defer cleanup()
	return writeFile(io.Discard, e.out, func(out io.Writer) error { return e.write(ctx, index, queries, out) })
}

// write ranks each query and writes its lines.
func (e evalRun) write(ctx context.Context, index *indexer.Index, queries []collection.Query, out io.Writer) error {
	ranker, w := rankers[e.kind], bufio.NewWriter(out)
	for _, q := range queries {
		hits, err := ranker(ctx, index, q, e.top)
		if err != nil {
			return err
		}
		for _, h := range hits {
			_, code := search.SplitID(h.ID)
			fmt.Fprintf(w, "%s\t%s\t%.6f\n", q.ID, code, h.Score)
		}
	}
	return w.Flush()
}

// rankers give the production ranking of a query, by --kind.
var rankers = map[string]func(context.Context, search.Engine, collection.Query, int) ([]search.Scored, error){
	"result": func(ctx context.Context, e search.Engine, q collection.Query, top int) ([]search.Scored, error) {
		return matcher.RankDocuments(ctx, e, matcher.Request{Title: q.Title, Text: q.Text}, []catalog.Kind{catalog.KindResult}, top)
	},
	"expert": func(ctx context.Context, e search.Engine, q collection.Query, top int) ([]search.Scored, error) {
		return matcher.RankPeople(ctx, e, matcher.Request{Title: q.Title, Text: q.Text}, catalog.KindExpert, top)
	},
	"search": rankSearch,
}

// rankSearch pages through the production search.
func rankSearch(ctx context.Context, e search.Engine, q collection.Query, top int) ([]search.Scored, error) {
	var out []search.Scored
	text := q.Text
	if q.Title != "" {
		text = q.Title + " " + q.Text
	}
	for page := 1; len(out) < top && page*search.MaxSize <= search.MaxDepth; page++ {
		res, err := e.Search(ctx, search.Request{Query: text, Page: page, Size: search.MaxSize})
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

// index fills a temporary index with the corpus and the papers.
func (e evalRun) index(ctx context.Context) (*indexer.Index, func(), error) {
	dir, err := os.MkdirTemp("", "hongniang-eval-")
	if err != nil {
		return nil, nil, errs.Wrap(err, errs.Unavailable, "eval.temp", "建不了临时目录，请检查磁盘空间。")
	}
	segmenter, err := newSegmenter("")
	if err != nil {
		os.RemoveAll(dir)
		return nil, nil, err
	}
	index, err := indexer.Open(dir, indexer.Options{Cutter: segmenter})
	if err != nil {
		os.RemoveAll(dir)
		return nil, nil, err
	}
	cleanup := func() {
		index.Close()
		os.RemoveAll(dir)
	}
	kind := catalog.KindResult
	if e.kind == "expert" {
		kind = catalog.KindExpert
	}
	err = fill(ctx, index, e.corpus, kind)
	if err == nil && e.papers != "" {
		err = fill(ctx, index, e.papers, catalog.KindResult)
	}
	if err != nil {
		cleanup()
		return nil, nil, err
	}
	return index, cleanup, nil
}

// fill indexes a file of entries in batches.
func fill(ctx context.Context, index *indexer.Index, path string, kind catalog.Kind) error {
	const size = 2000
	var batch []search.Document
	flush := func() error {
		err := index.AddDocuments(ctx, batch)
		batch = batch[:0]
		return err
	}
	err := collection.Entries(path, func(e collection.Entry) error {
		batch = append(batch, e.Document(kind))
		if len(batch) < size {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}
