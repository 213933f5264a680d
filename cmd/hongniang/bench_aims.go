package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"hongniang/internal/bench"
	"hongniang/internal/errs"
)

// newBenchAims holds what was measured against what is aimed at.
func newBenchAims() *cobra.Command {
	return &cobra.Command{
		Use:     "aims FILE...",
		Short:   "把各次衡量的结果与目标对照，列成一张表",
		Long:    "FILE 是 bench 各命令的输出（可接在同一个文件里），也可以是 go test -bench BenchmarkLoad 的输出。没有量的目标也列出来。",
		Example: "  hongniang bench match … > match.txt; hongniang bench serve … > serve.txt; hongniang bench aims match.txt serve.txt",
		Args:    atLeastOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			var readers []io.Reader
			for _, path := range args {
				f, err := os.Open(path)
				if err != nil {
					return errs.Wrap(err, errs.NotFound, "bench.aims_missing", fmt.Sprintf("打不开“%s”，请检查文件名。", path))
				}
				defer f.Close()
				readers = append(readers, f, strings.NewReader("\n"))
			}
			measured, err := bench.ReadMeasured(io.MultiReader(readers...))
			if err != nil {
				return err
			}
			return bench.WriteAims(cmd.OutOrStdout(), measured)
		},
	}
}
