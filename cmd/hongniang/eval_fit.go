package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"hongniang/internal/collection"
	"hongniang/internal/collection/fit"
	"hongniang/internal/errs"
)

// evalFit learns weights from judged collections.
type evalFit struct {
	first evalFiles
	demo  bool
	more  []string // --set
	// measure holds the judgements of the first set, and how all are measured that
	// do not say otherwise.
	measure measureFlags
	out     string
	folds   int
	seed    uint
}

func newEvalFit() *cobra.Command {
	var e evalFit
	cmd := &cobra.Command{
		Use:   "fit",
		Short: "从评判学习匹配的权重，并用留出的需求检验是否真的更好",
		Long: "从评判学习匹配的少数几个权重：从手工权重出发逐个调整，使 nDCG@10 最高；按需求分折，用没有学过的需求检验。\n" +
			"只有在留出的需求上更好、且不像是偶然（p < 0.05）时，写出的文件才启用；否则程序读了它也仍用手工权重。\n" +
			"成果与人选共用一部分权重：最好两种评判一起给，每套数据权重相同。用法见 docs/evaluation.md。",
		Example: "  hongniang eval fit --corpus corpus.jsonl.gz --queries queries.jsonl --judgements qrels.tsv --kind result --out weights.json\n" +
			"  hongniang eval fit --set corpus=a.jsonl,queries=q.jsonl,judgements=qrels.tsv,kind=result --set demo,kind=expert --out weights.json",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return e.start(cmd) },
	}
	e.first.add(cmd)
	e.measure.add(cmd)
	f := cmd.Flags()
	f.BoolVar(&e.demo, "demo", false, "用程序自带的评判集和示例数据")
	f.StringArrayVar(&e.more, "set", nil, "再加一套：corpus=…,queries=…,judgements=…,kind=…[,papers=…][,condensed][,min-grade=2]，或 demo,kind=…；可以写多次")
	f.StringVar(&e.out, "out", "", "权重文件，如 weights.json")
	f.IntVar(&e.folds, "folds", 5, "分成几折，2 到 20")
	f.UintVar(&e.seed, "seed", 0, "决定按什么次序调整权重；相同的数得出相同的权重")
	return cmd
}

func (e evalFit) start(cmd *cobra.Command) error {
	if err := needFlags(cmd, "out"); err != nil {
		return err
	}
	if e.folds < 2 || e.folds > 20 {
		return errs.New(errs.Invalid, "eval.folds", "--folds 应在 2 到 20 之间。")
	}
	given, err := e.given(cmd)
	if err != nil {
		return err
	}
	return e.run(cmd.Context(), given, cmd.OutOrStdout(), newBar(cmd.ErrOrStderr(), "试过的权重"))
}

// given lists the sets of the command line.
func (e evalFit) given(cmd *cobra.Command) ([]fitFiles, error) {
	var out []fitFiles
	if e.first.corpus != "" || e.first.queries != "" {
		if err := needFlags(cmd, "corpus", "queries", "judgements", "kind"); err != nil {
			return nil, err
		}
		out = append(out, fitFiles{files: e.first, measure: e.measure})
	}
	if e.demo {
		if err := needFlags(cmd, "kind"); err != nil {
			return nil, err
		}
		demo := fitFiles{demo: true, files: e.first, measure: e.measure}
		if !cmd.Flags().Changed("min-grade") {
			demo.measure.measuring.MinGrade = demoMinGrade
		}
		out = append(out, demo)
	}
	for _, text := range e.more {
		set, err := parseFitSet(text)
		if err != nil {
			return nil, err
		}
		out = append(out, set)
	}
	if len(out) == 0 {
		return nil, usageError(cmd, "还缺用来学习的数据：--corpus、--queries 和 --judgements，或 --set，或 --demo 。")
	}
	return out, nil
}

// run reads every file, and opens the one that is to be written, before anything
// is indexed: a fault in one should not cost the learning.
func (e evalFit) run(ctx context.Context, given []fitFiles, stdout io.Writer, progress *bar) error {
	sets, err := readSets(given)
	if err != nil {
		return err
	}
	return writeFile(stdout, e.out, func(file io.Writer) error {
		cleanup, err := indexSets(ctx, given, sets)
		defer cleanup()
		if err != nil {
			return err
		}
		learned, err := fit.Learn(ctx, sets, fit.Options{
			Folds: e.folds, Seed: uint64(e.seed), Date: time.Now().Format(time.DateOnly),
			Tried:   func(settings int) { progress.set(settings, 0) },
			Learned: func(f fit.Fold) { printFold(stdout, f) },
		})
		progress.finish()
		if err != nil {
			return err
		}
		printLearned(stdout, sets, learned)
		return learned.Write(file)
	})
}

// readSets reads what is judged of all sets; the engines come later.
func readSets(given []fitFiles) ([]fit.Set, error) {
	var sets []fit.Set
	for _, g := range given {
		set, err := g.read()
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// indexSets gives every set an index of its own; what it answers closes those
// that it opened.
func indexSets(ctx context.Context, given []fitFiles, sets []fit.Set) (cleanup func(), err error) {
	var opened []func()
	cleanup = func() {
		for _, done := range opened {
			done()
		}
	}
	for i, g := range given {
		index, done, err := newEvalIndex(ctx, g.documents())
		if err != nil {
			return cleanup, err
		}
		opened = append(opened, done)
		sets[i].Engine = index
	}
	return cleanup, nil
}

func printFold(w io.Writer, f fit.Fold) {
	fmt.Fprintf(w, "第 %d/%d 折：用 %d 个需求学，留出 %d 个：手工 %.4f，学得 %.4f；%s\n", f.Number, f.Of, f.Needs, f.HeldOut, f.ByHand, f.Fitted, changesText(f.Changes))
}

func changesText(changes []fit.Change) string {
	if len(changes) == 0 {
		return "权重没有变"
	}
	text := ""
	for i, c := range changes {
		if i > 0 {
			text += "，"
		}
		text += fmt.Sprintf("%s %s→%s", c.Weight, short(c.From), short(c.To))
	}
	return text
}

func short(weight float64) string { return strconv.FormatFloat(weight, 'g', 3, 64) }

// printLearned says what was learned, and whether it is used.
func printLearned(w io.Writer, sets []fit.Set, r fit.Result) {
	t := r.Trained
	for _, c := range t.Collections {
		fmt.Fprintf(w, "%s（%s）：留出的 %d 个需求，nDCG@10 手工 %.4f，学得 %.4f\n", c.Name, c.Kind, c.Needs, c.ByHand, c.Fitted)
	}
	fmt.Fprintf(w, "留出检验合计：手工 %.4f，学得 %.4f，差 %+.4f，p = %.4f\n", t.ByHand, t.Fitted, t.Fitted-t.ByHand, t.P)
	fmt.Fprintf(w, "用全部需求学得：%s（在学过的需求上 %.4f → %.4f，这个数偏高）\n", changesText(r.Changes), r.SeenByHand, r.SeenFitted)
	if r.Use {
		fmt.Fprintln(w, "结论：在留出的需求上更好，不像是偶然，文件启用。请用 eval calibrate 检查分档是否仍然成立。")
	} else {
		fmt.Fprintln(w, "结论：在留出的需求上没有显著更好，文件写明不启用，程序仍用手工权重。")
	}
	if kinds := kindsOf(sets); len(kinds) == 1 {
		fmt.Fprintf(w, "提示：这里只有 %s 的评判；title、text 等权重也影响另一种名单，成果的得分还会记到人头上，启用前请一并衡量。\n", kinds[0])
	}
}

func kindsOf(sets []fit.Set) []string {
	var out []string
	for _, s := range sets {
		if !slices.Contains(out, s.Kind) {
			out = append(out, s.Kind)
		}
	}
	return out
}

// fitFiles name one judged collection.
type fitFiles struct {
	files   evalFiles
	measure measureFlags
	demo    bool
}

// documents are those that its index is to hold.
func (f fitFiles) documents() documents {
	if f.demo {
		return demoDocuments
	}
	return f.files.documents()
}

// name is that of the folder of the corpus.
func (f fitFiles) name() string {
	if folder := filepath.Base(filepath.Dir(f.files.corpus)); folder != "." && folder != string(filepath.Separator) {
		return folder
	}
	return filepath.Base(f.files.corpus)
}

// read reads what is judged; the engine comes later.
func (f fitFiles) read() (fit.Set, error) {
	out := fit.Set{Kind: f.files.kind, Measuring: f.measure.measuring}
	if err := f.measure.check(); err != nil {
		return out, err
	}
	if f.demo {
		set, err := readDemoSet(f.files.kind)
		out.Name, out.Queries, out.Judged, out.Rank = "demo", set.queries, set.judged, set.saved.ranker(f.files.kind)
		return out, err
	}
	if f.files.kind != "result" && f.files.kind != "expert" {
		return out, errs.New(errs.Invalid, "eval.fit_kind", "--kind 只能是 result 或 expert：search 的权重不在此学习。")
	}
	var err error
	if out.Queries, err = collection.Queries(f.files.queries); err != nil {
		return out, err
	}
	out.Name, out.Rank = f.name(), rankers[f.files.kind]
	out.Judged, err = f.measure.read(out.Queries)
	return out, err
}
