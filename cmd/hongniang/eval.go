package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"hongniang/internal/collection"
	"hongniang/internal/errs"
)

func newEval(a *app) *cobra.Command {
	eval := &cobra.Command{Use: "eval", Short: "用带评判的数据集衡量检索与匹配"}
	eval.AddCommand(newEvalRank(), newEvalReport(), newEvalCalibrate(), newEvalFit(), newEvalWorth(), newEvalRelated(), newEvalVerdicts(a))
	return eval
}

// measureFlags say by which judgements a run is measured, and how.
type measureFlags struct {
	judgements string
	measuring  collection.Measuring
}

func (f *measureFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.judgements, "judgements", "", "评判（TSV：查询编号、文档编号、等级，第一行为表头，可为 .gz）")
	cmd.Flags().BoolVar(&f.measuring.Condensed, "condensed", false, "先去掉没有评判过的文档再衡量")
	cmd.Flags().IntVar(&f.measuring.MinGrade, "min-grade", 1, "从几级起算相关；没有这样的文档的查询不计")
}

// check refuses a grade that no judgement has.
func (f measureFlags) check() error {
	if f.measuring.MinGrade < 1 || f.measuring.MinGrade > collection.MaxGrade {
		return errs.New(errs.Invalid, "eval.min_grade", fmt.Sprintf("--min-grade 应在 1 到 %d 之间。", collection.MaxGrade))
	}
	return nil
}

// read reads the judgements, and refuses those by which no query counts.
func (f measureFlags) read(queries []collection.Query) (collection.Judgements, error) {
	judged, err := collection.ReadJudgements(f.judgements)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(queries, func(q collection.Query) bool { return f.measuring.Counts(judged[q.ID]) }) {
		return nil, collection.NothingJudged(f.measuring)
	}
	return judged, nil
}

// printMeasures prints the measures of a run on one line.
func printMeasures(w io.Writer, scores map[string]collection.Scores) error {
	m := collection.Mean(scores)
	_, err := fmt.Fprintf(w, "%d 个查询  nDCG@10 %.4f  MRR@10 %.4f  R@10 %.4f  R@100 %.4f\n", len(scores), m.NDCG, m.MRR, m.Recall10, m.Recall100)
	return err
}

func idsOf(queries []collection.Query) []string {
	out := make([]string, len(queries))
	for i, q := range queries {
		out[i] = q.ID
	}
	return out
}
