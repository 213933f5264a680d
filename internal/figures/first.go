package figures

import "slices"

// first keeps the first of many values in an order, so that a page of a list of
// 80,000 costs neither their sorting nor their room: no more than twice as many
// as are wanted are held.
type first[T any] struct {
	most  int              // 0: all
	order func(a, b T) int // as of slices.SortFunc; no two values are equal
	kept  []T
	full  bool // kept[most-1] is the last that may be wanted
	seen  int
}

func (f *first[T]) add(v T) {
	f.seen++
	if f.full && f.order(v, f.kept[f.most-1]) > 0 {
		return
	}
	f.kept = append(f.kept, v)
	if f.most > 0 && len(f.kept) == 2*f.most {
		f.sorted()
		f.full = true
	}
}

// sorted gives them in order.
func (f *first[T]) sorted() []T {
	slices.SortStableFunc(f.kept, f.order)
	if f.most > 0 && len(f.kept) > f.most {
		f.kept = f.kept[:f.most]
	}
	return f.kept
}
