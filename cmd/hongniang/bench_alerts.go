package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"hongniang/internal/alert"
	"hongniang/internal/bench"
	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// benchAlerts measures reverse matching: through a service, how long it takes from
// a save to the alert; and in an index, how long a new result takes to find the
// needs that it fits among all, and how many of these the shortcut misses.
type benchAlerts struct {
	index  benchIndex
	target benchTarget
	sample int
	count  int
	top    []int
}

func newBenchAlerts(a *app) *cobra.Command {
	b := benchAlerts{target: benchTarget{app: a}}
	cmd := &cobra.Command{
		Use:   "alerts --data DIR | --corpus FILE",
		Short: "衡量反向匹配：新成果保存后多久有提醒；初选漏掉多少",
		Long: "--data DIR：在它上面临时启动服务（或用 --url），逐条新建对得上的成果，量从开始保存到红娘读到提醒的时间。\n" +
			"用到的需求改归一个量速工会，并留下一个账号；成果随后删除。请勿用于正式数据。\n" +
			"--corpus FILE：语料里的需求都当作在办的。先逐条需求完整排序，得出每篇成果对得上（中及以上）的需求；\n" +
			"再按新成果反向找：初选若干条需求，逐条评判，连着 40 条对不上就停。报告用时和找回的比例。",
		Example: "  hongniang bench alerts --corpus c100k.jsonl.gz --index /tmp/bench-100k --sample 300\n  hongniang bench alerts --data /tmp/bench-data --count 100",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if b.index.corpus == "" && b.target.url == "" && a.data == "" {
				return needFlags(cmd, "corpus")
			}
			return b.run(cmd)
		},
	}
	b.index.add(cmd)
	b.target.add(cmd)
	cmd.Flags().IntVar(&b.sample, "sample", 300, "量多少篇有需求对得上的成果")
	cmd.Flags().IntVar(&b.count, "count", 100, "经服务新建多少条成果")
	cmd.Flags().IntSliceVar(&b.top, "top", []int{25, 50, 100}, "初选几条需求，可给几个")
	return cmd
}

func (b benchAlerts) run(cmd *cobra.Command) error {
	if b.index.corpus != "" {
		r, err := b.inIndex(cmd.Context())
		if err != nil {
			return err
		}
		return r.Write(cmd.OutOrStdout())
	}
	r, err := b.overHTTP(cmd.Context())
	if err != nil {
		return err
	}
	return r.Write(cmd.OutOrStdout())
}

// inIndex measures in this process, without a service.
func (b benchAlerts) inIndex(ctx context.Context) (*bench.Report, error) {
	x, err := b.index.open(ctx)
	if err != nil {
		return nil, err
	}
	defer x.close()
	world, err := readReverseWorld(b.index.corpus)
	if err != nil {
		return nil, err
	}
	m := &matcher.Matcher{Engine: x, Now: time.Now}
	r := x.report("alerts")
	if err := world.matchAll(ctx, m, r); err != nil {
		return nil, err
	}
	for _, top := range b.top {
		if err := world.measure(ctx, m, r, b.sample, top); err != nil {
			return nil, err
		}
	}
	memory := bench.OwnMemory()
	r.Memory = &memory
	return r, nil
}

// reverseWorld is a corpus read once more, with what a full match of every need
// finds.
type reverseWorld struct {
	needs map[string]matcher.Request // by document id
	docs  map[string]search.Document
	fits  map[string][]string // by document id: ids of the needs that it fits
	ids   []string            // of fits, in order
}

func readReverseWorld(path string) (*reverseWorld, error) {
	out := &reverseWorld{needs: map[string]matcher.Request{}, docs: map[string]search.Document{}, fits: map[string][]string{}}
	err := entriesOf(path, func(e collection.Entry) error {
		doc := benchDocument(e)
		if e.Kind == catalog.KindNeed {
			out.needs[doc.ID] = matcher.Request{Title: e.Title, Text: e.Text}
			return nil
		}
		out.docs[doc.ID] = doc
		return nil
	})
	return out, err
}

// matchAll ranks the documents of every need in full.
func (w *reverseWorld) matchAll(ctx context.Context, m *matcher.Matcher, r *bench.Report) error {
	pairs, start, chance := 0, time.Now(), matcher.DefaultWeights().DocumentChance
	for id, need := range w.needs {
		found, err := m.RankDocuments(ctx, need, resultKinds, 300)
		if err != nil {
			return err
		}
		for _, hit := range found {
			if matcher.BandOf(chance.Of(hit.Score)).Reaches(matcher.Medium) {
				w.fits[hit.ID] = append(w.fits[hit.ID], id)
				pairs++
			}
		}
	}
	for id := range w.fits {
		w.ids = append(w.ids, id)
	}
	slices.Sort(w.ids)
	r.Fact("needs", "在办需求", float64(len(w.needs)), "条")
	r.Fact("match_all_seconds", "逐条需求完整排序", time.Since(start).Seconds(), "秒")
	r.Fact("results_that_fit", "有需求对得上的成果", float64(len(w.fits)), "篇")
	r.Fact("pairs", "对得上的对子", float64(pairs), "对")
	return nil
}

// measure takes some of the documents as new ones.
func (w *reverseWorld) measure(ctx context.Context, m *matcher.Matcher, r *bench.Report, sample, top int) error {
	wanted, first, judged := 0, 0, 0
	var spent []time.Duration
	step := max(1, len(w.ids)/max(1, sample))
	worked := bench.ProcessorTime()
	for at := 0; at < len(w.ids); at += step {
		id, start := w.ids[at], time.Now()
		near, err := m.Wanting(ctx, w.docs[id], top)
		if err != nil {
			return err
		}
		fit, err := w.judge(ctx, m, id, near)
		if err != nil {
			return err
		}
		spent = append(spent, time.Since(start))
		wanted += len(w.fits[id])
		for _, need := range w.fits[id] {
			first += count(slices.Contains(near, need))
			judged += count(slices.Contains(fit, need))
		}
	}
	worked = bench.ProcessorTime() - worked
	slices.Sort(spent)
	say := func(key, label string, value float64, unit string) {
		r.Fact(fmt.Sprintf("%s_%d", key, top), fmt.Sprintf("初选 %d 条：%s", top, label), value, unit)
	}
	say("recall", "初选里有的对子", 100*float64(first)/float64(max(1, wanted)), "%")
	say("recall_judged", "连着 40 条对不上就停，找回的对子", 100*float64(judged)/float64(max(1, wanted)), "%")
	say("p50_ms", "含评判用时中位数", bench.Milliseconds(spent[len(spent)/2]), "毫秒")
	say("max_ms", "含评判最长用时", bench.Milliseconds(spent[len(spent)-1]), "毫秒")
	say("processor_ms", "含评判的处理器时间，平均", bench.Milliseconds(worked)/float64(len(spent)), "毫秒")
	return nil
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// judge asks of one need after the other whether a document fits, and stops as an
// alert does.
func (w *reverseWorld) judge(ctx context.Context, m *matcher.Matcher, doc string, needs []string) ([]string, error) {
	var out []string
	misses := 0
	for _, need := range needs {
		if misses == alert.MissesInARow {
			break
		}
		_, band, err := m.Judge(ctx, w.needs[need], doc)
		if err != nil {
			return nil, err
		}
		if misses++; band.Reaches(matcher.Medium) {
			out, misses = append(out, need), 0
		}
	}
	return out, nil
}
