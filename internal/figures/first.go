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

// page gives the part that was asked for, in order.
func (f *first[T]) page(asked Asked) []T {
	if f.most == 0 && asked.Most > 0 {
		return between(f.kept, asked.From, asked.From+asked.Most, f.order)
	}
	list := f.sorted()
	return list[min(asked.From, len(list)):]
}

// between gives the values at places from up to to of the sorted list, in order,
// without sorting the rest: a page in the middle of 80,000 costs what the first
// does. The list is left in another order.
func between[T any](list []T, from, to int, order func(a, b T) int) []T {
	to = min(to, len(list))
	if from >= to {
		return nil
	}
	split(list, from, order)
	rest := list[from:]
	split(rest, to-from, order)
	out := rest[:to-from]
	slices.SortFunc(out, order)
	return out
}

// split moves the first k of the sorted list before the others: quickselect with
// the middle of three as pivot.
func split[T any](list []T, k int, order func(a, b T) int) {
	for len(list) > 1 && k > 0 && k < len(list) {
		pivot := middle(list, order)
		i, j := 0, len(list)-1
		for i <= j {
			for order(list[i], pivot) < 0 {
				i++
			}
			for order(list[j], pivot) > 0 {
				j--
			}
			if i <= j {
				list[i], list[j] = list[j], list[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case k <= j:
			list = list[:j+1]
		case k >= i:
			list, k = list[i:], k-i
		default:
			return
		}
	}
}

func middle[T any](list []T, order func(a, b T) int) T {
	three := []T{list[0], list[len(list)/2], list[len(list)-1]}
	slices.SortFunc(three, order)
	return three[1]
}
