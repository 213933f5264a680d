package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/collection/fit"
	"hongniang/internal/demo"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// demoMinGrade is the grade from which a candidate of the judged set counts as
// found: one that a broker would introduce.
const demoMinGrade = 2

// demoKinds are the kinds that share a list, by --kind.
var demoKinds = map[string][]catalog.Kind{
	"result": {catalog.KindResult, catalog.KindPatent},
	"expert": {catalog.KindExpert, catalog.KindStudio},
}

// saved are the requests of needs that were saved as records: they tell more than
// the text of a query.
type saved map[string]matcher.Request

func (s saved) request(q collection.Query) matcher.Request {
	if r, ok := s[q.ID]; ok {
		return r
	}
	return matcher.Request{Title: q.Title, Text: q.Text}
}

// ranker ranks a list as the matcher shows it, but does not cut it where the
// matches end.
func (s saved) ranker(kind string) fit.Ranker {
	if kind == "expert" {
		return s.rankEverybody
	}
	return func(ctx context.Context, m *matcher.Matcher, q collection.Query, top int) ([]search.Scored, error) {
		return m.RankDocuments(ctx, s.request(q), demoKinds["result"], top)
	}
}

// rankEverybody ranks experts and studios in one list.
func (s saved) rankEverybody(ctx context.Context, m *matcher.Matcher, q collection.Query, top int) ([]search.Scored, error) {
	var out []search.Scored
	for _, kind := range demoKinds["expert"] {
		ranked, err := m.RankPeople(ctx, s.request(q), kind, top)
		if err != nil {
			return nil, err
		}
		out = append(out, ranked...)
	}
	slices.SortFunc(out, func(a, b search.Scored) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.ID, b.ID))
	})
	return out[:min(top, len(out))], nil
}

// demoSet is the judged set in the form of a collection.
type demoSet struct {
	queries []collection.Query
	judged  collection.Judgements
	slices  map[string][]string // ids of needs, by slice
	saved   saved
}

// readDemoSet reads the judged set with the judgements of one list.
func readDemoSet(kind string) (demoSet, error) {
	if demoKinds[kind] == nil {
		return demoSet{}, errs.New(errs.Invalid, "eval.demo_kind", "与 --demo 同用时，--kind 只能是 result（成果和专利）或 expert（专家和工作室）。")
	}
	set, err := demo.Judged()
	if err != nil {
		return demoSet{}, errs.Wrap(err, errs.Internal, "eval.demo", "程序自带的评判集读不出来，请重新安装程序。")
	}
	out := demoSet{judged: set.Grades(demoKinds[kind]...), slices: map[string][]string{}, saved: saved{}}
	for _, n := range set.Needs {
		if n.Saved != nil {
			out.saved[n.ID] = matcher.FromNeed(n.Saved, true)
		}
		r := out.saved.request(collection.Query{ID: n.ID, Title: n.Title, Text: n.Text})
		out.queries = append(out.queries, collection.Query{ID: n.ID, Title: r.Title, Text: r.Text})
		out.slices[n.Slice] = append(out.slices[n.Slice], n.ID)
	}
	return out, nil
}

// demoDocuments hands over the public documents of the demonstration data.
func demoDocuments(each func(search.Document) error) error {
	for _, kind := range catalog.Kinds() {
		recs, err := demo.Records(kind)
		if err != nil {
			return errs.Wrap(err, errs.Internal, "eval.demo", "程序自带的示例数据读不出来，请重新安装程序。")
		}
		for _, rec := range recs {
			if d, public := search.FromRecord(rec); public {
				if err := each(d); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// startDemo checks the flags of a run over the judged set: it brings its own
// files, and counts from its own grade unless told otherwise.
func (e evalRank) startDemo(cmd *cobra.Command) error {
	for _, name := range []string{"corpus", "queries", "papers", "judgements"} {
		if cmd.Flags().Changed(name) {
			return errs.New(errs.Invalid, "eval.demo_files", "--demo 用程序自带的数据，不能与 --"+name+" 同用。")
		}
	}
	if err := needFlags(cmd, "kind", "out"); err != nil {
		return err
	}
	if !cmd.Flags().Changed("min-grade") {
		e.measure.measuring.MinGrade = demoMinGrade
	}
	return e.runDemo(cmd.Context(), cmd.OutOrStdout())
}

// runDemo ranks the judged set over the demonstration data and measures it.
func (e evalRank) runDemo(ctx context.Context, stdout io.Writer) error {
	if err := e.check(); err != nil {
		return err
	}
	weights, err := e.weights.read(e.files.kind, stdout)
	if err != nil {
		return err
	}
	set, err := readDemoSet(e.files.kind)
	if err != nil {
		return err
	}
	index, cleanup, err := newEvalIndex(ctx, demoDocuments)
	if err != nil {
		return err
	}
	defer cleanup()
	var run collection.Run
	err = writeFile(io.Discard, e.out, func(out io.Writer) error {
		run, err = writeRun(ctx, ranking{&matcher.Matcher{Engine: index, Weights: weights}, set.saved.ranker(e.files.kind), e.top}, set.queries, out)
		return err
	})
	if err != nil {
		return err
	}
	return set.print(stdout, e.measure.measuring, run)
}

// print gives the measures of a run, over all needs and by slice.
func (s demoSet) print(w io.Writer, m collection.Measuring, run collection.Run) error {
	if err := printMeasures(w, m.Score(run, s.judged, idsOf(s.queries))); err != nil {
		return err
	}
	for _, slice := range demo.Slices() {
		scores := m.Score(run, s.judged, s.slices[slice])
		line := fmt.Sprintf("%-16s %3d 个需求都没有答案，不计", slice, len(s.slices[slice]))
		if len(scores) > 0 {
			mean := collection.Mean(scores)
			line = fmt.Sprintf("%-16s %3d 个查询  nDCG@10 %.4f  MRR@10 %.4f", slice, len(scores), mean.NDCG, mean.MRR)
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}
