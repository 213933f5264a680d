package main

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hongniang/internal/bench/stock"
	"hongniang/internal/collection"
	"hongniang/internal/errs"
)

func newBench(a *app) *cobra.Command {
	bench := &cobra.Command{Use: "bench", Short: "造大语料，衡量速度和内存"}
	bench.AddCommand(newBenchCorpus(), newBenchNeeds(), newBenchTokens(), newBenchLoad(), newBenchMatch(), newBenchSearch(), newBenchServe(a), newBenchRebuild(a), newBenchAlerts(a), newBenchAims())
	return bench
}

// noneAreOutputs refuses an output that would write over an input.
func noneAreOutputs(inputs []string, outputs ...string) error {
	for _, out := range outputs {
		for _, in := range inputs {
			if in != "" && out != "" && sameFile(in, out) {
				return errs.New(errs.Invalid, "bench.out_is_input", "“"+out+"”是输入文件，会被覆盖掉；请换一个文件名。")
			}
		}
	}
	return nil
}

// writeLines writes a file of JSON lines, gzipped when its name ends in .gz.
func writeLines(stdout io.Writer, path string, write func(*stock.Lines) error) error {
	return writeFile(stdout, path, func(w io.Writer) error {
		lines := stock.NewLines(w, strings.HasSuffix(path, ".gz"))
		if err := write(lines); err != nil {
			return err
		}
		if err := lines.Close(); err != nil {
			return unwritable(err, path)
		}
		return nil
	})
}

// written makes a failure to write a file ours, and leaves our own errors as they are.
func written(err error, path string) error {
	if err == nil || errs.KindOf(err) != errs.Internal {
		return err
	}
	return unwritable(err, path)
}

// newBenchNeeds writes needs to measure with.
func newBenchNeeds() *cobra.Command {
	var from []string
	var out string
	var n int
	var seed uint64
	cmd := &cobra.Command{
		Use:     "needs --from FILE --out FILE",
		Short:   "由真实文本拼出衡量用的需求（名称加正文，50 到 200 个二字词）",
		Example: "  hongniang bench needs --from queries.jsonl --n 200 --seed 1 --out needs.jsonl",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needFlags(cmd, "from", "out"); err != nil {
				return err
			}
			if n < 1 {
				return errs.New(errs.Invalid, "bench.needs", "--n 至少为 1。")
			}
			if err := noneAreOutputs(from, out); err != nil {
				return err
			}
			pool, err := stock.ReadPool(from)
			if err != nil {
				return err
			}
			return writeLines(cmd.OutOrStdout(), out, func(lines *stock.Lines) error {
				for k := range n {
					if err := written(lines.Query(pool.Need(seed, k)), out); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&from, "from", nil, "真实文本（JSONL，可为 .gz，可给几个）：语料或查询文件都行")
	f.StringVar(&out, "out", "", "写到哪个文件（JSONL，.gz 则压缩）")
	f.IntVar(&n, "n", 200, "条数")
	f.Uint64Var(&seed, "seed", 1, "种子：相同的种子造出相同的需求")
	return cmd
}

// entriesOf reads a corpus of bench, whose kinds it checks.
func entriesOf(path string, each func(collection.Entry) error) error {
	return collection.Entries(path, func(e collection.Entry) error {
		if err := stock.CheckKind(e); err != nil {
			return err
		}
		return each(e)
	})
}

// recordsFile is where the records of a kind are written.
func recordsFile(dir string, kind string) string { return filepath.Join(dir, kind+".jsonl.gz") }
