package search

import (
	"fmt"
	"math"
	"strconv"

	"hongniang/internal/errs"
)

// Check fills the defaults of a request (page 1, size 10, by relevance) and
// refuses what is out of bounds.
func (r Request) Check() (Request, error) {
	var f errs.Faults
	if r.Page == 0 {
		r.Page = 1
	}
	if r.Size == 0 {
		r.Size = 10
	}
	if r.Sort == "" {
		r.Sort = ByRelevance
	}
	if r.Page < 1 {
		f.Add("page", "page.range", "页码从 1 开始，请改为 1 或更大的数。", strconv.Itoa(r.Page))
	}
	if r.Size < 1 || r.Size > MaxSize {
		f.Add("size", "size.range", fmt.Sprintf("每页条数应在 1 到 %d 之间。", MaxSize), strconv.Itoa(r.Size))
	}
	if len(f) == 0 && r.Page > MaxDepth/r.Size {
		f.Add("page", "page.too_deep", fmt.Sprintf("最多翻到第 %d 条结果，请用筛选条件缩小范围。", MaxDepth), strconv.Itoa(r.Page))
	}
	if r.Sort != ByRelevance && r.Sort != ByDate {
		f.Add("sort", "sort.unknown", "排序方式只有 relevance（相关）和 date（最新）。", string(r.Sort))
	}
	if len(f) > 0 {
		e := errs.New(errs.Invalid, "search.invalid", "查询参数有误，请按提示改正。")
		e.Fields = f
		return r, e
	}
	return r, nil
}

// Check refuses weights that are no numbers: every score would be none, and their order
// chance. Errors: errs.Invalid (rank.weight).
func (r RankRequest) Check() error {
	s := r.Scoring
	all := []float64{s.Words, s.Bigrams, s.Characters, s.K1, s.B, s.IDFPower, s.Repeat, s.NeedPower, s.Related}
	for _, c := range r.Clauses {
		all = append(all, c.Weight)
	}
	for _, w := range all {
		if math.IsNaN(w) || math.IsInf(w, 0) {
			return errs.New(errs.Invalid, "rank.weight", "匹配用的权重里有一个不是数，不能排序。请核对权重设置。")
		}
	}
	return nil
}
