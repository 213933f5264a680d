package main

import (
	"context"

	"github.com/spf13/cobra"

	"hongniang/internal/bench"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

// benchSearch measures the search in this process.
type benchSearch struct {
	benchFlags
	top int
}

func newBenchSearch() *cobra.Command {
	var b benchSearch
	cmd := &cobra.Command{
		Use:     "search --corpus FILE --needs FILE",
		Short:   "衡量检索：以需求的名称为检索词，不带和带分面、摘要",
		Example: "  hongniang bench search --corpus c200k.jsonl.gz --index /tmp/bench-200k --needs needs.jsonl --versus lucene.txt",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needFlags(cmd, "corpus", "needs"); err != nil {
				return err
			}
			return b.run(cmd)
		},
	}
	b.add(cmd)
	cmd.Flags().IntVar(&b.top, "top", 10, "取前几条，1 到 100")
	return cmd
}

func (b benchSearch) run(cmd *cobra.Command) error {
	if b.top < 1 || b.top > search.MaxSize {
		return errs.New(errs.Invalid, "bench.top", "--top 应在 1 到 100 之间。")
	}
	needs, yardstick, err := b.read()
	if err != nil {
		return err
	}
	x, err := b.index.open(cmd.Context())
	if err != nil {
		return err
	}
	defer x.close()
	m := measuring{flags: b.benchFlags, report: x.report("search"), yardstick: yardstick, items: len(needs)}
	for _, way := range []struct {
		name             string
		facets, snippets bool
	}{{bench.RowSearch, false, false}, {"检索，带分面", true, false}, {"检索，带摘要", false, true}, {bench.RowSearchFull, true, true}} {
		err := m.profiled(func() error {
			return m.each(cmd.Context(), way.name, "title", func(ctx context.Context, i int) error {
				_, err := x.Search(ctx, search.Request{Query: needs[i].Title, Page: 1, Size: b.top, Facets: way.facets, Snippets: way.snippets})
				return err
			})
		})
		if err != nil {
			return err
		}
	}
	memory := bench.OwnMemory()
	m.report.Memory = &memory
	return m.report.Write(cmd.OutOrStdout())
}
