package main

import (
	"bufio"
	"io"
	"os"

	"github.com/spf13/cobra"

	"hongniang/internal/bench/stock"
	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/errs"
)

// benchCorpus makes a corpus of any size out of real documents.
type benchCorpus struct {
	from []string
	out  string
	as   string
	plan stock.Plan
}

func newBenchCorpus() *cobra.Command {
	var c benchCorpus
	cmd := &cobra.Command{
		Use:   "corpus --from FILE --n N --out FILE",
		Short: "由真实文档造出任意大小的语料",
		Long: "先放真实文档，再用它们的标题和句子拼出新的，篇幅和词频与真实文本相近。相同的种子造出相同的语料。\n" +
			"--as records 时 --out 是文件夹，里面每类记录一个文件，用 hongniang import 依次导入 expert、result、need。",
		Example: "  hongniang bench corpus --from corpus.jsonl.gz --n 200000 --people 20000 --seed 1 --out c200k.jsonl.gz",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needFlags(cmd, "from", "n", "out"); err != nil {
				return err
			}
			return c.run(cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&c.from, "from", nil, "真实文档（JSONL，可为 .gz，可给几个）")
	f.IntVar(&c.plan.Documents, "n", 0, "一共多少篇，真实文档、人选和需求都算在内")
	f.IntVar(&c.plan.People, "people", 0, "其中多少篇是人选的简介；一部分文档署他们的名")
	f.IntVar(&c.plan.Needs, "needs", 0, "其中多少篇是需求")
	f.IntVar(&c.plan.Mean, "mean", 0, "正文平均多少字节（0：与真实文档相同）")
	f.Uint64Var(&c.plan.Seed, "seed", 1, "种子：相同的种子造出相同的语料")
	f.StringVar(&c.as, "as", "entries", "entries：语料一个文件；records：可导入的记录，每类一个文件")
	f.StringVar(&c.out, "out", "", "写到哪个文件（.gz 则压缩）；records 时是文件夹")
	return cmd
}

func (c benchCorpus) run(stdout io.Writer) error {
	if c.as != "entries" && c.as != "records" {
		return errs.New(errs.Invalid, "bench.as", "--as 只能是 entries 或 records。")
	}
	if err := noneAreOutputs(c.from, c.out); err != nil {
		return err
	}
	pool, err := stock.ReadPool(c.from)
	if err != nil {
		return err
	}
	if c.as == "records" {
		return c.writeRecords(stdout, pool)
	}
	return writeLines(stdout, c.out, func(lines *stock.Lines) error {
		return pool.Each(c.plan, func(e collection.Entry) error { return written(lines.Entry(e), c.out) })
	})
}

// writeRecords writes one file for each kind; the corpus is made once for each,
// which takes less than keeping three half-written files in order.
func (c benchCorpus) writeRecords(stdout io.Writer, pool *stock.Pool) error {
	if err := os.MkdirAll(c.out, 0o755); err != nil {
		return unwritable(err, c.out)
	}
	for _, kind := range []catalog.Kind{catalog.KindExpert, catalog.KindResult, catalog.KindNeed} {
		path := recordsFile(c.out, string(kind))
		err := writeLines(stdout, path, func(lines *stock.Lines) error {
			return pool.Each(c.plan, func(e collection.Entry) error {
				if e.Kind != kind {
					return nil
				}
				return written(lines.Any(stock.Record(e)), path)
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// newBenchTokens writes what another search engine reads.
func newBenchTokens() *cobra.Command {
	var corpus, out, needs, needsOut string
	cmd := &cobra.Command{
		Use:   "tokens --corpus FILE --out FILE",
		Short: "把语料和需求切成二字词，给别的检索引擎作对照",
		Long: "每行：编号<TAB>标题的词<TAB>正文的词，词与词之间一个空格，就是索引里的二字词。\n" +
			"别的引擎读它不必会切中文，比的就只是检索本身。",
		Example: "  hongniang bench tokens --corpus c200k.jsonl.gz --out tokens.tsv --needs needs.jsonl --needs-out queries.tsv",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needFlags(cmd, "corpus", "out"); err != nil {
				return err
			}
			if (needs == "") != (needsOut == "") {
				return usageError(cmd, "--needs 和 --needs-out 要一起给。")
			}
			if err := noneAreOutputs([]string{corpus, needs}, out, needsOut); err != nil {
				return err
			}
			return writeTokens(cmd.OutOrStdout(), tokenFiles{corpus, out, needs, needsOut})
		},
	}
	f := cmd.Flags()
	f.StringVar(&corpus, "corpus", "", "语料（JSONL，可为 .gz）")
	f.StringVar(&out, "out", "", "语料的词写到哪个文件")
	f.StringVar(&needs, "needs", "", "需求（JSONL，可为 .gz），如 bench needs 所写")
	f.StringVar(&needsOut, "needs-out", "", "需求的词写到哪个文件")
	return cmd
}

type tokenFiles struct{ corpus, out, needs, needsOut string }

func writeTokens(stdout io.Writer, f tokenFiles) error {
	err := writeFile(stdout, f.out, func(w io.Writer) error {
		b := bufio.NewWriterSize(w, 1<<20)
		err := entriesOf(f.corpus, func(e collection.Entry) error { return written(stock.WriteTokens(b, e), f.out) })
		if err != nil {
			return err
		}
		return written(b.Flush(), f.out)
	})
	if err != nil || f.needs == "" {
		return err
	}
	queries, err := collection.Queries(f.needs)
	if err != nil {
		return err
	}
	return writeFile(stdout, f.needsOut, func(w io.Writer) error {
		b := bufio.NewWriter(w)
		for _, q := range queries {
			if err := stock.WriteNeedTokens(b, q); err != nil {
				return written(err, f.needsOut)
			}
		}
		return written(b.Flush(), f.needsOut)
	})
}
