package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hongniang/internal/collection"
	"hongniang/internal/errs"
	"hongniang/matcher"
)

// calibrationFolds is in how many folds needs are parted.
const calibrationFolds = 5

// evalCalibrate says how far the bands hold: what became of judged pairs by the
// chance that they were given.
type evalCalibrate struct {
	first     setFiles
	sets      []string // further ones, as run=…,judgements=…,queries=…
	kind      string   // result or expert
	demo      bool
	heldOut   bool
	condensed bool
	file      weightsFlag
	weights   matcher.Weights // of the file, else those set by hand
}

// setFiles name one judged set: a whole run of it, the judgements, and the
// queries, which tell twins and may be missing.
type setFiles struct{ run, judgements, queries string }

func newEvalCalibrate() *cobra.Command {
	var e evalCalibrate
	cmd := &cobra.Command{
		Use:   "calibrate",
		Short: "检验匹配度分档：各档里实际有多少是 2 级以上，没有答案的需求会不会落空",
		Long: "用 eval rank 写出的结果和评判检验匹配度分档：拟合强度与“2 级以上”的关系，列出各档实际占比、等级预测的误差，\n" +
			"以及没有答案的需求最高落在哪一档。结果要完整（--top 不小于语料条数），没有列出的按强度 0 计。多套数据各占同样的权重。",
		Example: "  hongniang eval calibrate --kind result --run run.tsv --judgements qrels.tsv --queries queries.jsonl --held-out\n" +
			"  hongniang eval calibrate --kind expert --demo",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := e.check(cmd); err != nil {
				return err
			}
			e.weights = matcher.DefaultWeights()
			if w, err := e.file.read(e.kind, cmd.ErrOrStderr()); err != nil {
				return err
			} else if w != nil {
				e.weights = *w
			}
			return e.tell(cmd.Context(), cmd.OutOrStdout())
		},
	}
	e.file.add(cmd)
	f := cmd.Flags()
	f.StringVar(&e.first.run, "run", "", "结果（eval rank 写出的 TSV，可为 .gz）")
	f.StringVar(&e.first.judgements, "judgements", "", "评判（TSV：查询编号、文档编号、等级，第一行为表头，可为 .gz）")
	f.StringVar(&e.first.queries, "queries", "", "查询（JSONL，可为 .gz）；标题相同的不会一半用来拟合、一半用来检验")
	f.StringArrayVar(&e.sets, "set", nil, "再加一套：run=…,judgements=…,queries=…；可以写多次")
	f.StringVar(&e.kind, "kind", "", "result 或 expert：检验哪一种匹配度")
	f.BoolVar(&e.demo, "demo", false, "再加上程序自带的评判集")
	f.BoolVar(&e.heldOut, "held-out", false, "另列留出检验：只用其余需求拟合时，各档实际占比")
	f.BoolVar(&e.condensed, "condensed", false, "“没有答案的需求”只看评判过的候选")
	return cmd
}

// check refuses flags that do not make a set.
func (e evalCalibrate) check(cmd *cobra.Command) error {
	if err := needFlags(cmd, "kind"); err != nil {
		return err
	}
	if demoKinds[e.kind] == nil {
		return errs.New(errs.Invalid, "eval.kind", "--kind 只能是 result（成果和专利）或 expert（专家和工作室）。")
	}
	if e.first != (setFiles{}) {
		return needFlags(cmd, "run", "judgements")
	}
	if len(e.sets) == 0 && !e.demo {
		return usageError(cmd, "还缺要检验的数据：--run 和 --judgements，或 --set，或 --demo 。")
	}
	return nil
}

// parseSet reads the value of --set.
func parseSet(text string) (setFiles, error) {
	var out setFiles
	places := map[string]*string{"run": &out.run, "judgements": &out.judgements, "queries": &out.queries}
	for _, part := range strings.Split(text, ",") {
		name, value, _ := strings.Cut(part, "=")
		if places[name] == nil || value == "" || *places[name] != "" {
			return out, badSet(text)
		}
		*places[name] = value
	}
	if out.run == "" || out.judgements == "" {
		return out, badSet(text)
	}
	return out, nil
}

func badSet(text string) error {
	return errs.New(errs.Invalid, "eval.set", fmt.Sprintf("--set 的写法“%s”不对，应为 run=结果,judgements=评判,queries=查询，其中 queries 可不写。", text))
}

// judgedRun is one judged set with what the ranking made of it.
type judgedRun struct {
	name    string
	run     collection.Run
	judged  collection.Judgements
	pairs   []collection.Pair
	missing int // pairs that the run does not hold
}

// newJudgedRun joins a run with its judgements; scores that are no strengths are
// refused.
func newJudgedRun(name string, run collection.Run, judged collection.Judgements, queries []collection.Query) (judgedRun, error) {
	out := judgedRun{name: name, run: run, judged: judged}
	if !slices.ContainsFunc(queriesOf(judged), func(q string) bool { return len(run[q]) > 0 }) {
		return out, errs.New(errs.Invalid, "eval.run_foreign", fmt.Sprintf("“%s”里没有一个查询编号与评判文件对得上，请检查是不是别的数据集的结果。", name))
	}
	out.pairs, out.missing = collection.Pairs(run, judged)
	if slices.ContainsFunc(out.pairs, func(p collection.Pair) bool { return p.Strength < 0 || p.Strength > greatestStrength }) {
		return out, errs.New(errs.Invalid, "eval.not_strengths", fmt.Sprintf("“%s”里的得分不是匹配强度；请用 eval rank --kind result 或 expert 写出的结果。", name))
	}
	collection.Part(out.pairs, queries, calibrationFolds)
	return out, nil
}

// greatestStrength is far above every strength: a strength is in parts of what
// an ideal document would get.
const greatestStrength = 10

func (f setFiles) read() (judgedRun, error) {
	run, err := collection.ReadRun(f.run)
	if err != nil {
		return judgedRun{}, err
	}
	judged, err := collection.ReadJudgements(f.judgements)
	if err != nil {
		return judgedRun{}, err
	}
	var queries []collection.Query
	if f.queries != "" {
		if queries, err = collection.Queries(f.queries); err != nil {
			return judgedRun{}, err
		}
	}
	return newJudgedRun(filepath.Base(f.run), run, judged, queries)
}

// read reads all files before the judged set is ranked, so that a fault in one
// costs no time.
func (e evalCalibrate) read(ctx context.Context) ([]judgedRun, error) {
	var files []setFiles
	if e.first != (setFiles{}) {
		files = append(files, e.first)
	}
	for _, text := range e.sets {
		f, err := parseSet(text)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	var out []judgedRun
	for _, f := range files {
		set, err := f.read()
		if err != nil {
			return nil, err
		}
		out = append(out, set)
	}
	if !e.demo {
		return out, nil
	}
	set, err := e.rankDemo(ctx)
	return append(out, set), err
}

// rankDemo ranks the judged set to its end.
func (e evalCalibrate) rankDemo(ctx context.Context) (judgedRun, error) {
	set, err := readDemoSet(e.kind)
	if err != nil {
		return judgedRun{}, err
	}
	index, cleanup, err := newEvalIndex(ctx, demoDocuments)
	if err != nil {
		return judgedRun{}, err
	}
	defer cleanup()
	const all = 100_000
	run, err := writeRun(ctx, ranking{&matcher.Matcher{Engine: index, Weights: &e.weights}, set.saved.ranker(e.kind), all}, set.queries, io.Discard)
	if err != nil {
		return judgedRun{}, err
	}
	return newJudgedRun("程序自带的评判集", run, set.judged, set.queries)
}

// present is the chance of a strength by the weights in use.
func (e evalCalibrate) present() matcher.Chance {
	if e.kind == "expert" {
		return e.weights.PersonChance
	}
	return e.weights.DocumentChance
}

func queriesOf(judged collection.Judgements) []string {
	var out []string
	for q := range judged {
		out = append(out, q)
	}
	slices.Sort(out)
	return out
}
