package search_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/errs"
	"hongniang/internal/search"
)

func TestCheckFillsDefaults(t *testing.T) {
	t.Parallel()
	got, err := search.Request{Query: "曲轴"}.Check()
	if diff := cmp.Diff(search.Request{Query: "曲轴", Page: 1, Size: 10, Sort: search.ByRelevance}, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	whole := search.Request{Page: 100, Size: 100, Sort: search.ByDate}
	if got, err := whole.Check(); err != nil || got.Page != 100 || got.Size != 100 || got.Sort != search.ByDate {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		req  search.Request
		want []string
	}{
		"page":         {search.Request{Page: -1}, []string{"page.range"}},
		"size":         {search.Request{Size: 101}, []string{"size.range"}},
		"size 1e9":     {search.Request{Size: 1_000_000_000}, []string{"size.range"}},
		"negative":     {search.Request{Size: -1}, []string{"size.range"}},
		"deep":         {search.Request{Page: 1001}, []string{"page.too_deep"}},
		"overflow":     {search.Request{Page: math.MaxInt, Size: 100}, []string{"page.too_deep"}},
		"sort":         {search.Request{Sort: "price"}, []string{"sort.unknown"}},
		"all at once":  {search.Request{Page: -1, Size: -1, Sort: "x"}, []string{"page.range", "size.range", "sort.unknown"}},
		"last allowed": {search.Request{Page: 1000}, nil},
	} {
		_, err := c.req.Check()
		var got []string
		if err != nil {
			for _, f := range errs.As(err).Fields {
				got = append(got, f.Code)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil && errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"CG-2026-0001", "a/b", "", "编号 1"} {
		kind, got := search.SplitID(search.ID("result", code))
		if kind != "result" || got != code {
			t.Errorf("%q comes back as %s %q", code, kind, got)
		}
	}
	if len(search.Facets()) != 9 {
		t.Errorf("facets: %v", search.Facets())
	}
}

// A ranking by what is no number is refused, wherever it stands.
func TestRankRequestOfNoNumbers(t *testing.T) {
	t.Parallel()
	good := search.RankRequest{Clauses: []search.Clause{{Text: "曲轴", Weight: 1}}, Scoring: search.DefaultScoring()}
	if err := errors.Join(good.Check(), search.RankRequest{}.Check()); err != nil {
		t.Error(err)
	}
	for _, none := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for i, spoil := range []func(*search.RankRequest){
			func(r *search.RankRequest) { r.Clauses[0].Weight = none },
			func(r *search.RankRequest) { r.Scoring.Words = none },
			func(r *search.RankRequest) { r.Scoring.K1 = none },
			func(r *search.RankRequest) { r.Scoring.NeedPower = none },
			func(r *search.RankRequest) { r.Scoring.Related = none },
		} {
			bad := good
			bad.Clauses = slices.Clone(good.Clauses)
			spoil(&bad)
			if err := bad.Check(); errs.As(err).Code != "rank.weight" {
				t.Errorf("%d, %v: %v", i, none, err)
			}
		}
	}
}
