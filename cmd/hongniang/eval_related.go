package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"

	"github.com/spf13/cobra"

	"hongniang/indexer"
	"hongniang/internal/related"
	"hongniang/internal/search"
)

// evalRelated learns related words of a collection, or of the demonstration
// data, from which the list comes that ships with the program.
type evalRelated struct {
	files evalFiles
	out   string
	demo  bool
}

func newEvalRelated() *cobra.Command {
	var e evalRelated
	cmd := &cobra.Command{
		Use:     "related",
		Short:   "从语料学习相关词，写出 词<TAB>相关词<TAB>相似度…",
		Long:    "从语料学习相关词：用法相近的词，例如同一样东西的车间叫法和书本叫法。\n程序自带的 configs/related.tsv 就是用 --demo 从示例数据学来的；示例数据改了，要重新学一次。",
		Example: "  hongniang eval related --demo --out configs/related.tsv",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needFlags(cmd, "out"); err != nil {
				return err
			}
			if e.demo == (e.files.corpus != "") {
				return usageError(cmd, "--corpus、--demo 要给一个，也只能给一个。")
			}
			return e.run(cmd.Context(), cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.StringVar(&e.files.corpus, "corpus", "", "语料（JSONL，可为 .gz）")
	f.StringVar(&e.files.papers, "papers", "", "又一份语料，例如署名文献（JSONL，可为 .gz）")
	f.BoolVar(&e.demo, "demo", false, "从程序自带的示例数据学")
	f.StringVar(&e.out, "out", "", "结果文件")
	return cmd
}

// demoLearning leaves out what occurs twice: in so few texts that is chance, and
// over the judged set the rest was worth as much (people .835 → .849 nDCG@10,
// words alone, related ones weighing .3).
var demoLearning = related.Options{MinCount: 3}

func (e evalRelated) run(ctx context.Context, stdout io.Writer) error {
	e.files.kind = "search" // no queries among the documents
	source, o := e.files.documents(), related.Options{}
	if e.demo {
		source, o = demoDocuments, demoLearning
	}
	segmenter, err := newSegmenter("")
	if err != nil {
		return err
	}
	if err := segmenter.Wait(); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	words := related.Cutting(ctx, textsOf(source, stop), runtime.GOMAXPROCS(0), func(text string) []string {
		return indexer.Words(text, segmenter)
	})
	model, err := related.Learn(ctx, words, o)
	if err != nil {
		return cmp.Or(context.Cause(ctx), err)
	}
	err = writeFile(io.Discard, e.out, func(out io.Writer) error {
		_, err := model.WriteTo(out)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "读了 %d 条，%d 个词有相关词。\n", model.Origin.Documents, model.Len())
	return err
}

// errEnough ends the reading of documents that are no longer wanted.
var errEnough = errors.New("enough")

// textsOf gives the texts of documents; what cannot be read stops the learning.
func textsOf(source documents, stop context.CancelCauseFunc) iter.Seq[string] {
	return func(yield func(string) bool) {
		err := source(func(d search.Document) error {
			if !yield(d.Title + "\n" + d.Text) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			stop(err)
		}
	}
}
