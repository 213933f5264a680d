package lexicon_test

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"hongniang/indexer"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/lexicon"
	"hongniang/internal/zh"
	"hongniang/internal/zh/segment"
)

// installed is a real index with three public results.
func installed(t *testing.T) *indexer.Index {
	t.Helper()
	index, err := indexer.Open(t.TempDir(), indexer.Options{Cutter: segment.New(""), Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	var recs []catalog.Record
	for code, title := range map[string]string{"CG-1": "气体保护焊飞溅控制", "CG-2": "二保焊焊枪改造", "CG-3": "曲轴磨削"} {
		r := &catalog.Result{Title: title, Summary: title}
		r.Code, r.Rev, r.Status, r.Visibility = code, 1, "published", "public"
		recs = append(recs, r)
	}
	if err := index.Apply(t.Context(), recs); err != nil {
		t.Fatal(err)
	}
	return index
}

func TestTrialOfSynonyms(t *testing.T) {
	trial := &lexicon.Trial{Searcher: installed(t)}
	out, err := trial.Run(t.Context(), lexicon.Asked{
		List: lexicon.Synonyms, New: "二保焊=气体保护焊", Sample: "二保焊飞溅大", Examples: []string{"二保焊", "曲轴"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Found) != 1 || len(out.Cut.Before) != 0 || !slices.Equal(out.Cut.After, []string{"气体保护焊飞溅大"}) {
		t.Errorf("%+v", out)
	}
	welding := out.Examples[0]
	if !welding.Moved() || welding.Totals != [2]int{1, 2} || len(welding.Before) != 1 || len(welding.After) != 2 || len(welding.Gone) != 0 {
		t.Fatalf("%+v", welding)
	}
	if first, last := welding.After[0], welding.After[1]; first.ID != "result/CG-2" || first.Was != 1 || last.Was != 0 || last.At != 2 || last.Title == "" {
		t.Errorf("%+v", welding.After)
	}
	if out.Examples[1].Moved() {
		t.Errorf("a search that has nothing to do with it moved: %+v", out.Examples[1])
	}
	back, err := trial.Run(t.Context(), lexicon.Asked{List: lexicon.Synonyms, Now: "二保焊=气体保护焊", New: "", Examples: []string{"二保焊"}})
	if err != nil || len(back.Examples[0].Gone) != 1 || !back.Examples[0].Moved() {
		t.Errorf("%+v, %v", back, err)
	}
}

func TestTrialOfWords(t *testing.T) {
	trial := &lexicon.Trial{Cutter: func(words string) (zh.Cutter, error) {
		s := segment.New(words)
		return s, s.Wait()
	}}
	out, err := trial.Run(t.Context(), lexicon.Asked{List: lexicon.Words, New: "溜槽卡阻 5000 n", Sample: "皮带机 PLC 溜槽卡阻检测", Examples: []string{"溜槽卡阻", "曲轴磨削"}})
	if err != nil {
		t.Fatal(err)
	}
	if out.Cut.Same() || !slices.Contains(out.Cut.After, "溜槽卡阻") || slices.Contains(out.Cut.Before, "溜槽卡阻") || !slices.Contains(out.Cut.After, "plc") {
		t.Errorf("%+v", out.Cut)
	}
	if !out.Examples[0].Moved() || out.Examples[1].Moved() || out.Examples[0].Totals != [2]int{} {
		t.Errorf("%+v", out.Examples)
	}
}

func TestTrialIsBounded(t *testing.T) {
	trial := &lexicon.Trial{Searcher: installed(t)}
	if _, err := trial.Run(t.Context(), lexicon.Asked{List: lexicon.Synonyms, New: "一行"}); !errs.Is(err, errs.Invalid) || errs.As(err).Fields[0].Field != "line.1" {
		t.Errorf("a faulty list: %v", err)
	}
	out, err := trial.Run(t.Context(), lexicon.Asked{List: lexicon.Synonyms, Sample: strings.Repeat("焊", 900), Examples: slices.Repeat([]string{"曲轴"}, 9)})
	if err != nil || len(out.Examples) != lexicon.MaxExamples {
		t.Errorf("%d examples, %v", len(out.Examples), err)
	}
}
