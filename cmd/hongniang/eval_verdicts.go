package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/collection/fit"
	"hongniang/internal/errs"
	"hongniang/internal/verdict"
	"hongniang/internal/verdict/worth"
	"hongniang/matcher"
)

// evalVerdicts measures matching by what brokers said of candidates.
type evalVerdicts struct {
	app   *app
	file  string
	save  string
	refit bool
	kind  string
	out   string
	folds int
}

func newEvalVerdicts(a *app) *cobra.Command {
	e := evalVerdicts{app: a}
	cmd := &cobra.Command{
		Use:   "verdicts",
		Short: "用红娘的评价衡量匹配：前五条里有几条有用，各档是否名副其实",
		Long: "读出红娘对候选的评价（数据目录，或 --file），写出每条需求和总的前五准确率及其 95% 区间、各档里有用的比例、排在极高和高却被判不对口的候选。\n" +
			"没空、已认识、重复与对不对口无关，不计入。--refit 再用评价学习权重：只有在留出的需求上更好、且不像是偶然（p < 0.05），才写出权重文件。",
		Example: "  hongniang eval verdicts\n  hongniang eval verdicts --save verdicts.jsonl\n  hongniang eval verdicts --refit --kind expert --out weights.json",
		Args:    exactly(0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return e.start(cmd) },
	}
	f := cmd.Flags()
	f.StringVar(&e.file, "file", "", "从文件读评价（每行一个 JSON，即 --save 或接口 /verdicts 的一项），不读数据目录")
	f.StringVar(&e.save, "save", "", "把评价另存为文件，每行一个 JSON")
	f.BoolVar(&e.refit, "refit", false, "用评价学习权重，并用留出的需求检验")
	f.StringVar(&e.kind, "kind", worth.People, "学哪种名单的权重：expert（专家和工作室）或 result（成果和专利）")
	f.StringVar(&e.out, "out", "", "权重文件，如 weights.json；与 --refit 同用")
	f.IntVar(&e.folds, "folds", 5, "分成几折，2 到 20")
	return cmd
}

func (e evalVerdicts) start(cmd *cobra.Command) error {
	if e.refit {
		if err := e.checkRefit(cmd); err != nil {
			return err
		}
	}
	ctx, stdout := cmd.Context(), cmd.OutOrStdout()
	if e.file != "" && !e.refit {
		list, err := readVerdicts(e.file)
		if err != nil {
			return err
		}
		return e.tell(stdout, list)
	}
	cfg, err := e.app.settings()
	if err != nil {
		return err
	}
	in, c, err := openExisting(ctx, cfg)
	if err != nil {
		return err
	}
	if c != nil {
		return e.overServer(ctx, stdout, c)
	}
	defer in.close()
	list, err := e.verdicts(ctx, in)
	if err == nil {
		err = e.tell(stdout, list)
	}
	if err != nil || !e.refit {
		return err
	}
	return e.learn(ctx, stdout, in, list, newBar(cmd.ErrOrStderr(), "试过的权重"))
}

func (e evalVerdicts) checkRefit(cmd *cobra.Command) error {
	if err := needFlags(cmd, "out"); err != nil {
		return err
	}
	if e.folds < 2 || e.folds > 20 {
		return errs.New(errs.Invalid, "eval.folds", "--folds 应在 2 到 20 之间。")
	}
	if e.kind != worth.People && e.kind != worth.Documents {
		return errs.New(errs.Invalid, "eval.fit_kind", "--kind 只能是 result 或 expert：search 的权重不在此学习。")
	}
	return nil
}

func (e evalVerdicts) verdicts(ctx context.Context, in *installation) ([]verdict.Opinion, error) {
	if e.file != "" {
		return readVerdicts(e.file)
	}
	return verdict.All(ctx, in.store.Accounts())
}

// overServer asks the service that has the data directory open; learning needs
// the index itself.
func (e evalVerdicts) overServer(ctx context.Context, stdout io.Writer, c *client) error {
	if e.refit {
		return errs.New(errs.Locked, "eval.refit_running", "学习权重要打开检索索引，而服务正在运行。请先停下服务，或用备份的数据目录（--data）来学。")
	}
	var list []verdict.Opinion
	for after := ""; ; {
		var page verdict.Opinions
		if err := c.json(ctx, http.MethodGet, "/verdicts", url.Values{"after": {after}, "limit": {"1000"}}, nil, &page); err != nil {
			return err
		}
		list = append(list, page.Items...)
		if after = page.Next; after == "" {
			return e.tell(stdout, list)
		}
	}
}

// readVerdicts reads one verdict a line.
func readVerdicts(path string) ([]verdict.Opinion, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, errs.Wrap(err, errs.NotFound, "eval.verdicts_open", fmt.Sprintf("打不开评价文件“%s”，请检查路径和权限。", path))
	}
	defer file.Close()
	var out []verdict.Opinion
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 4<<20)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var o verdict.Opinion
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil || o.Need == "" || o.Candidate == "" || o.Code == "" {
			return nil, errs.New(errs.Invalid, "eval.verdicts_line", fmt.Sprintf("评价文件“%s”第 %d 行不是一个评价：要有 need、kind、candidate、verdict 和 run。", path, n))
		}
		out = append(out, o)
	}
	if err := lines.Err(); err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "eval.verdicts_read", fmt.Sprintf("评价文件“%s”读不完整，请检查后再试。", path))
	}
	return out, nil
}

// tell saves what was read where that is asked for, and prints what it says.
func (e evalVerdicts) tell(stdout io.Writer, list []verdict.Opinion) error {
	if e.save != "" {
		err := writeFile(stdout, e.save, func(file io.Writer) error {
			lines := json.NewEncoder(file)
			lines.SetEscapeHTML(false)
			for _, o := range list {
				if err := lines.Encode(o); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	printVerdicts(stdout, worth.Of(list))
	return nil
}

func printVerdicts(w io.Writer, r worth.Report) {
	fmt.Fprintf(w, "评价 %d 个", r.Said)
	for _, code := range verdict.Codes() {
		if n := r.Aside[code]; n > 0 {
			fmt.Fprintf(w, "，其中%s %d 个（与对不对口无关，不计）", code.Label(), n)
		}
	}
	fmt.Fprintln(w, "。")
	if len(r.Lists) == 0 {
		fmt.Fprintln(w, "排在前五的候选还没有人评价，算不出准确率；请红娘在需求页或匹配台上评价。")
	}
	names := map[string]string{worth.People: "人选", worth.Documents: "成果"}
	for _, l := range r.Lists {
		fmt.Fprintf(w, "%s %s：前五里评过 %d 个，有用 %d 个，准确率 %.2f\n", l.Need, names[l.Kind], l.Judged, l.Useful, l.Precision())
	}
	if len(r.Lists) > 0 {
		fmt.Fprintf(w, "前五准确率（评过的里面）：%.3f，95%% 区间 %.3f–%.3f，%d 个名单\n", r.Precision, r.Low, r.High, len(r.Lists))
	}
	for _, b := range r.Bands {
		fmt.Fprintf(w, "%s：评过 %d 个，有用 %d 个（%.2f，95%% 区间 %.2f–%.2f），得分平均 %.2f\n", matcher.Band(b.Band).Label(), b.Judged, b.Useful, float64(b.Useful)/float64(b.Judged), b.Low, b.High, b.Promised)
	}
	for _, v := range r.Misplaced {
		fmt.Fprintf(w, "不对口却排在%s：%s 的 %s（第 %d，%.0f 分）%s\n", matcher.Band(v.Run.Band).Label(), v.Need, v.Candidate, v.Run.Rank, v.Run.Score, v.Note)
	}
}

// learn learns weights from verdicts, and writes them only when they are better
// on needs that they were not learned from.
func (e evalVerdicts) learn(ctx context.Context, stdout io.Writer, in *installation, list []verdict.Opinion, progress *bar) error {
	set, err := verdictSet(ctx, in, list, e.kind)
	if err != nil {
		return err
	}
	learned, err := fit.Learn(ctx, []fit.Set{set}, fit.Options{
		Folds: e.folds, Date: time.Now().Format(time.DateOnly),
		Tried:   func(settings int) { progress.set(settings, 0) },
		Learned: func(f fit.Fold) { printFold(stdout, f) },
	})
	progress.finish()
	if err != nil {
		return err
	}
	t := learned.Trained
	fmt.Fprintf(stdout, "留出检验：%d 条需求，nDCG@10 手工 %.4f，学得 %.4f，差 %+.4f，p = %.4f\n", t.Collections[0].Needs, t.ByHand, t.Fitted, t.Fitted-t.ByHand, t.P)
	if !learned.InUse() {
		fmt.Fprintln(stdout, "结论：在留出的需求上没有显著更好，没有写权重文件，程序仍用原来的权重。评价多了以后可以再试。")
		return nil
	}
	fmt.Fprintf(stdout, "结论：在留出的需求上更好，不像是偶然：%s。请用 eval calibrate 检查分档是否仍然成立。\n", changesText(learned.Changes))
	return writeFile(stdout, e.out, func(file io.Writer) error { return learned.Write(file) })
}

// verdictSet is the judged needs of an installation over its own index. Whom
// nobody judged is left out of each list: that he is of no use is not known.
func verdictSet(ctx context.Context, in *installation, list []verdict.Opinion, kind string) (fit.Set, error) {
	judged := worth.Judgements(list, kind)
	out := fit.Set{
		Name: "verdicts", Kind: kind, Judged: judged, Measuring: collection.Measuring{MinGrade: demoMinGrade, Condensed: true},
		Engine: in.index, Rank: saved{}.ranker(kind),
	}
	var codes []string
	for code := range judged {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for _, code := range codes {
		rec, err := in.store.Get(ctx, catalog.KindNeed, code)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return out, err
		}
		if need, ok := rec.(*catalog.Need); ok {
			r := matcher.FromNeed(need, true)
			out.Queries = append(out.Queries, collection.Query{ID: code, Title: r.Title, Text: r.Text})
		}
	}
	return out, nil
}
