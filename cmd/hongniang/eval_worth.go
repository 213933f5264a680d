package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"hongniang/internal/collection/fit"
)

// newEvalWorth measures what each ingredient of the ranking is worth.
func newEvalWorth() *cobra.Command {
	var e evalFit
	cmd := &cobra.Command{
		Use:   "worth",
		Short: "逐个去掉匹配的成分，看各值多少",
		Long: "在评判集上逐个去掉匹配的成分（词、单字、相关词、套话打折……），写出有它、没有它的 nDCG@10 和 p。\n" +
			"docs/matching.md 里的表就是这样来的。",
		Example: "  hongniang eval worth --demo --kind result\n  hongniang eval worth --corpus corpus.jsonl.gz --queries queries.jsonl --judgements qrels.tsv --kind result",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			given, err := e.given(cmd)
			if err != nil {
				return err
			}
			return e.worth(cmd, given)
		},
	}
	e.first.add(cmd)
	e.measure.add(cmd)
	cmd.Flags().BoolVar(&e.demo, "demo", false, "用程序自带的评判集和示例数据")
	cmd.Flags().StringArrayVar(&e.more, "set", nil, "再加一套，写法同 eval fit；可以写多次")
	return cmd
}

func (e evalFit) worth(cmd *cobra.Command, given []fitFiles) error {
	sets, err := readSets(given)
	if err != nil {
		return err
	}
	cleanup, err := indexSets(cmd.Context(), given, sets)
	defer cleanup()
	if err != nil {
		return err
	}
	for _, set := range sets {
		worths, err := fit.Worths(cmd.Context(), set)
		if err != nil {
			return err
		}
		printWorths(cmd.OutOrStdout(), set, worths)
	}
	return nil
}

func printWorths(w io.Writer, set fit.Set, worths []fit.Worth) {
	fmt.Fprintf(w, "%s（%s）\n\n| 成分 | 没有 | 有 | 差 | p |\n|---|---|---|---|---|\n", set.Name, set.Kind)
	for _, x := range worths {
		fmt.Fprintf(w, "| %s | %.4f | %.4f | %+.4f | %.4f |\n", x.Ingredient, x.Without, x.With, x.With-x.Without, x.P)
	}
	fmt.Fprintln(w)
}
