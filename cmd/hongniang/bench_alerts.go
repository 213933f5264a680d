package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"hongniang/internal/bench"
	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// benchAlerts measures reverse matching: how long a new result takes to find the
// needs that it fits among all, and how many of these the shortcut misses.
type benchAlerts struct {
	index  benchIndex
	sample int
	top    []int
}

func newBenchAlerts() *cobra.Command {
	var b benchAlerts
	cmd := &cobra.Command{
		Use:   "alerts --corpus FILE",
		Short: "衡量反向匹配：新成果找出对得上的需求要多久，初选漏掉多少",
		Long: "语料里的需求都当作在办的。先逐条需求完整排序，得出每篇成果对得上（中及以上）的需求；\n" +
			"再按新成果反向找：初选若干条需求，逐条评判。报告用时和初选找回的比例。",
		Example: "  hongniang bench alerts --corpus c100k.jsonl.gz --index /tmp/bench-100k --sample 300",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needFlags(cmd, "corpus"); err != nil {
				return err
			}
			return b.run(cmd)
		},
	}
	b.index.add(cmd)
	cmd.Flags().IntVar(&b.sample, "sample", 300, "量多少篇有需求对得上的成果")
	cmd.Flags().IntSliceVar(&b.top, "top", []int{25, 50, 100}, "初选几条需求，可给几个")
	return cmd
}

func (b benchAlerts) run(cmd *cobra.Command) error {
	ctx := cmd.Context()
	x, err := b.index.open(ctx)
	if err != nil {
		return err
	}
	defer x.close()
	world, err := readReverseWorld(b.index.corpus)
	if err != nil {
		return err
	}
	m := &matcher.Matcher{Engine: x, Now: time.Now}
	r := x.report("alerts")
	if err := world.matchAll(ctx, m, r); err != nil {
		return err
	}
	for _, top := range b.top {
		if err := world.measure(ctx, m, r, b.sample, top); err != nil {
			return err
		}
	}
	return r.Write(cmd.OutOrStdout())
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
	pairs, start := 0, time.Now()
	for id, need := range w.needs {
		found, err := m.RankDocuments(ctx, need, resultKinds, 300)
		if err != nil {
			return err
		}
		for _, hit := range found {
			if matcher.BandOf(matcher.DefaultWeights().DocumentChance.Of(hit.Score)).Reaches(matcher.Medium) {
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

// measure takes some of the documents as new ones, and fewer of them to see how
// long it takes until their needs are judged.
func (w *reverseWorld) measure(ctx context.Context, m *matcher.Matcher, r *bench.Report, sample, top int) error {
	wanted, got := 0, 0
	var spent []time.Duration
	step := max(1, len(w.ids)/max(1, sample))
	for at := 0; at < len(w.ids); at += step {
		id, start := w.ids[at], time.Now()
		first, err := m.Wanting(ctx, w.docs[id], top)
		if err != nil {
			return err
		}
		if at/step%judgedOneIn == 0 {
			if err := w.judge(ctx, m, id, first); err != nil {
				return err
			}
			spent = append(spent, time.Since(start))
		}
		wanted += len(w.fits[id])
		for _, need := range w.fits[id] {
			if slices.Contains(first, need) {
				got++
			}
		}
	}
	slices.Sort(spent)
	say := func(key, label string, value float64, unit string) {
		r.Fact(fmt.Sprintf("%s_%d", key, top), fmt.Sprintf("初选 %d 条：%s", top, label), value, unit)
	}
	say("recall", "找回的对子", 100*float64(got)/float64(max(1, wanted)), "%")
	say("p50_ms", "含评判用时中位数", bench.Milliseconds(spent[len(spent)/2]), "毫秒")
	say("max_ms", "含评判最长用时", bench.Milliseconds(spent[len(spent)-1]), "毫秒")
	return nil
}

// judgedOneIn: of how many documents one is judged too.
const judgedOneIn = 10

// judge asks for each of the needs whether the document fits, as an alert does.
func (w *reverseWorld) judge(ctx context.Context, m *matcher.Matcher, doc string, needs []string) error {
	for _, need := range needs {
		if _, err := m.Fit(ctx, w.needs[need], []string{doc}, matcher.Medium); err != nil {
			return err
		}
	}
	return nil
}
