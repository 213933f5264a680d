package search

import (
	"fmt"
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
