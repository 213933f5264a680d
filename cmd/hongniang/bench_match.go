package main

import (
	"context"
	"os"
	"runtime/pprof"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"hongniang/internal/bench"
	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// benchFlags are what match and search share.
type benchFlags struct {
	index   benchIndex
	needs   string
	first   int
	rounds  int
	clients []int
	versus  string
	profile string
}

func (f *benchFlags) add(cmd *cobra.Command) {
	f.index.add(cmd)
	f.addLoad(cmd)
	cmd.Flags().StringVar(&f.versus, "versus", "", "Lucene 对照程序的输出：表里另列它的耗时和倍数")
	addProfile(cmd, &f.profile)
}

func addProfile(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVar(path, "profile", "", "把量的时候处理器花在哪里写进这个文件（go tool pprof 可读）")
}

// addLoad adds the flags that say what is asked and how often.
func (f *benchFlags) addLoad(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.needs, "needs", "", "需求（JSONL，可为 .gz），如 bench needs 所写")
	cmd.Flags().IntVar(&f.first, "first", 0, "只用前几条需求（0：全部）")
	cmd.Flags().IntVar(&f.rounds, "rounds", 3, "每条需求量几遍；另有一遍热身")
	cmd.Flags().IntSliceVar(&f.clients, "clients", []int{1, 8}, "同时提问的人数，可给几个")
}

// read checks the flags and reads the needs and the yardstick.
func (f benchFlags) read() ([]collection.Query, bench.Yardstick, error) {
	if f.rounds < 1 || f.first < 0 {
		return nil, nil, errs.New(errs.Invalid, "bench.rounds", "--rounds 至少为 1，--first 不能小于 0。")
	}
	for _, n := range f.clients {
		if n < 1 || n > 1000 {
			return nil, nil, errs.New(errs.Invalid, "bench.clients", "--clients 应在 1 到 1000 之间。")
		}
	}
	needs, err := collection.Queries(f.needs)
	if err != nil {
		return nil, nil, err
	}
	if len(needs) == 0 {
		return nil, nil, errs.New(errs.Invalid, "bench.no_needs", "“"+f.needs+"”里没有一条需求，请检查 --needs。")
	}
	if f.first > 0 {
		needs = needs[:min(f.first, len(needs))]
	}
	if f.versus == "" {
		return needs, nil, nil
	}
	yardstick, err := bench.ReadYardstick(f.versus)
	return needs, yardstick, err
}

// benchMatch measures retrieval and the complete match in this process.
type benchMatch struct {
	benchFlags
	top, check int
}

func newBenchMatch() *cobra.Command {
	var b benchMatch
	cmd := &cobra.Command{
		Use:   "match --corpus FILE --needs FILE",
		Short: "衡量匹配：检索前 200 篇，以及含人选、理由的完整匹配",
		Long: "检索（前 200 篇）与完整匹配（人选、理由、提醒）分开量，在本进程内，不经网络。\n" +
			"--check 条需求的前 10、前 200 名另按公式逐篇算一遍来核对。",
		Example: "  hongniang bench match --corpus c200k.jsonl.gz --index /tmp/bench-200k --needs needs.jsonl --versus lucene.txt",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needFlags(cmd, "corpus", "needs"); err != nil {
				return err
			}
			return b.run(cmd)
		},
	}
	b.add(cmd)
	cmd.Flags().IntVar(&b.top, "top", 200, "检索取前几名")
	cmd.Flags().IntVar(&b.check, "check", 20, "逐篇核对几条需求（0：不核对）；每条要几十 MB 内存")
	return cmd
}

func (b benchMatch) run(cmd *cobra.Command) error {
	ctx := cmd.Context()
	if b.top < 1 || b.check < 0 {
		return errs.New(errs.Invalid, "bench.top", "--top 至少为 1，--check 不能小于 0。")
	}
	needs, yardstick, err := b.read()
	if err != nil {
		return err
	}
	x, err := b.index.open(ctx)
	if err != nil {
		return err
	}
	defer x.close()
	r := x.report("match")
	m := measuring{flags: b.benchFlags, report: r, yardstick: yardstick, items: len(needs)}
	var heard []search.RankRequest
	err = m.profiled(func() (err error) {
		heard, err = b.measure(ctx, m, x, needs)
		return err
	})
	if err != nil {
		return err
	}
	memory := bench.OwnMemory()
	r.Memory = &memory
	if b.check > 0 {
		if err := b.overlap(ctx, r, x, heard[:min(b.check, len(heard))]); err != nil {
			return err
		}
	}
	return r.Write(cmd.OutOrStdout())
}

// resultKinds are what the matcher retrieves for a need.
var resultKinds = []catalog.Kind{catalog.KindResult, catalog.KindPatent}

// measure measures both, and gives what was asked of the engine for retrieval.
func (b benchMatch) measure(ctx context.Context, m measuring, x *opened, needs []collection.Query) ([]search.RankRequest, error) {
	ear := &listener{Engine: x}
	quiet := &matcher.Matcher{Engine: ear, Now: time.Now}
	start := time.Now()
	for i, q := range needs {
		if _, err := quiet.RankDocuments(ctx, requestOf(q), resultKinds, b.top); err != nil {
			return nil, err
		}
		if i == 0 {
			m.report.Fact("first_answer_milliseconds", "打开后第一次检索", bench.Milliseconds(time.Since(start)), "毫秒")
		}
	}
	loud := &matcher.Matcher{Engine: x, Now: time.Now}
	err := m.each(ctx, bench.RowRetrieval(b.top), "whole need", func(ctx context.Context, i int) error {
		_, err := loud.RankDocuments(ctx, requestOf(needs[i]), resultKinds, b.top)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = m.each(ctx, bench.RowMatch, "", func(ctx context.Context, i int) error {
		_, err := loud.Match(ctx, requestOf(needs[i]))
		return err
	})
	if err != nil {
		return nil, err
	}
	return ear.heard, whereTimeGoes(ctx, m.report, x, needs)
}

func requestOf(q collection.Query) matcher.Request {
	return matcher.Request{Title: q.Title, Text: q.Text}
}

// listener notes what is asked of an engine. It is for one caller at a time.
type listener struct {
	search.Engine
	heard []search.RankRequest
}

// Rank hands on.
func (l *listener) Rank(ctx context.Context, req search.RankRequest) (search.Ranking, error) {
	l.heard = append(l.heard, req)
	return l.Engine.Rank(ctx, req)
}

// measuring measures work on items with every number of clients.
type measuring struct {
	flags     benchFlags
	report    *bench.Report
	yardstick bench.Yardstick
	items     int
}

// profiled measures, with a profile of the processor's time written beside it when
// one is asked for.
func (m measuring) profiled(measure func() error) error { return profiled(m.flags.profile, measure) }

// profiled does a piece of work and writes where the processor's time went to a file,
// where one is named.
func profiled(path string, work func() error) error {
	if path == "" {
		return work()
	}
	f, err := os.Create(path)
	if err != nil {
		return errs.Wrap(err, errs.Invalid, "bench.profile", "“"+path+"”写不了，请检查 --profile。")
	}
	defer func() { _ = f.Close() }()
	if err := pprof.StartCPUProfile(f); err != nil {
		return errs.Wrap(err, errs.Internal, "bench.profile", "没能开始记录处理器的时间。")
	}
	defer pprof.StopCPUProfile()
	return work()
}

// each warms up, then measures rounds over all items; the yardstick stands beside
// what one client waits. A failure ends it: in this process none is to be expected.
func (m measuring) each(ctx context.Context, name, queries string, do func(ctx context.Context, i int) error) error {
	for i := range m.items {
		if err := do(ctx, i); err != nil {
			return err
		}
	}
	for _, clients := range m.flags.clients {
		var first error
		var once sync.Once
		before := bench.ProcessorTime()
		t, err := bench.Load{Clients: clients, Runs: m.flags.rounds * m.items, Now: time.Now, Work: func(ctx context.Context, i int) error {
			err := do(ctx, i%m.items)
			if err != nil {
				once.Do(func() { first = err })
			}
			return err
		}}.Run(ctx)
		if err != nil || first != nil {
			return firstError(err, first)
		}
		beside := queries
		if clients > 1 {
			beside = ""
		}
		t.Processor = bench.Milliseconds(bench.ProcessorTime()-before) / float64(max(1, t.Runs))
		m.report.Add(bench.RowOf(name, clients), t, m.yardstick, beside)
	}
	return nil
}

func firstError(errors ...error) error {
	for _, err := range errors {
		if err != nil {
			return err
		}
	}
	return nil
}
