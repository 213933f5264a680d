package main

import (
	"context"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"hongniang/internal/collection"
	"hongniang/internal/collection/report"
	"hongniang/matcher"
)

// evalReport tells, query by query, what a run found and missed.
type evalReport struct {
	files              evalFiles
	measure            measureFlags
	weights            weightsFlag
	run, against, path string
}

func newEvalReport() *cobra.Command {
	var e evalReport
	cmd := &cobra.Command{
		Use:   "report",
		Short: "逐条查询说明一份结果找到了什么、漏了什么、为什么；可与另一份对照",
		Long: "逐条查询说明 eval rank 写出的一份结果：找到了什么、漏了什么、为什么，差的在前。\n" +
			"给出 --against 时与另一份结果并排，并检验差别是否出于偶然。不写 --out 时在屏幕上给出 Markdown。",
		Example: "  hongniang eval report --corpus corpus.jsonl.gz --queries queries.jsonl --judgements qrels.tsv --kind result --run run.tsv --out report.html",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needFlags(cmd, "corpus", "queries", "judgements", "kind", "run"); err != nil {
				return err
			}
			weights, err := e.weights.read(e.files.kind, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return e.write(cmd.Context(), weights, cmd.OutOrStdout())
		},
	}
	e.files.add(cmd)
	e.measure.add(cmd)
	e.weights.add(cmd)
	f := cmd.Flags()
	f.StringVar(&e.run, "run", "", "结果（eval rank 写出的 TSV，可为 .gz）")
	f.StringVar(&e.against, "against", "", "用来对照的另一份结果")
	f.StringVar(&e.path, "out", "", "报告文件，.html 或 .md")
	return cmd
}

// write reads all files before it indexes the corpus, so that a fault in one
// costs no time.
func (e evalReport) write(ctx context.Context, weights *matcher.Weights, stdout io.Writer) error {
	format, err := report.WriterFor(e.path)
	if err != nil {
		return err
	}
	in, err := e.input()
	if err != nil {
		return err
	}
	if err := in.Check(); err != nil {
		return err
	}
	index, cleanup, err := e.files.index(ctx)
	if err != nil {
		return err
	}
	defer cleanup()
	in.Explain = report.Explainers(&matcher.Matcher{Engine: index, Weights: weights})[e.files.kind]
	told, err := report.Build(ctx, in)
	if err != nil {
		return err
	}
	if e.path == "" {
		return format(stdout, told)
	}
	return writeFile(stdout, e.path, func(w io.Writer) error { return format(w, told) })
}

func (e evalReport) input() (report.Input, error) {
	in := report.Input{Kind: e.files.kind, Measuring: e.measure.measuring}
	if err := e.files.check(); err != nil {
		return in, err
	}
	if err := e.measure.check(); err != nil {
		return in, err
	}
	var err error
	if in.Queries, err = collection.Queries(e.files.queries); err != nil {
		return in, err
	}
	if in.Judged, err = e.measure.read(in.Queries); err != nil {
		return in, err
	}
	if in.Run, err = readSide(e.run); err != nil || e.against == "" {
		return in, err
	}
	against, err := readSide(e.against)
	in.Against = &against
	return in, err
}

func readSide(path string) (report.Side, error) {
	run, err := collection.ReadRun(path)
	return report.Side{Name: filepath.Base(path), Run: run}, err
}
