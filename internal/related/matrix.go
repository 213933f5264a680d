package related

import (
	"context"
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// matrix holds, row after row, the positive pointwise mutual information of
// each word with the words of its company:
//
//	ln( #(w,c) · Σ#(·)^¾ / (#(w) · #(c)^¾) )
type matrix struct {
	rows []row
}

type row struct {
	columns []uint16 // rising
	values  []float32
}

// smoothing is the power of the contexts' counts: without it rare words would
// have the company of rare words alone.
const smoothing = 0.75

// blockPairs is how many pairs a worker counts at once: 4 bytes each.
const blockPairs = 6_000_000

// newMatrix counts the pairs of a few rows at a time, so that only pairs in
// sorted blocks and what remains of them are held.
func newMatrix(ctx context.Context, v *vocabulary, workers int) (*matrix, error) {
	c := &counter{vocabulary: v, sums: make([]int, len(v.words))}
	for i, t := range v.texts {
		if i%1000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		eachPair(t, func(a, b uint16) { c.sums[a]++; c.sums[b]++ })
	}
	m := &matrix{rows: make([]row, len(v.words))}
	c.logContexts()
	blocks := c.blocks()
	err := inParallel(ctx, workers, len(blocks), func() func(int) error {
		var pairs []uint32
		return func(n int) (err error) {
			pairs, err = c.count(ctx, blocks[n], pairs[:0])
			if err == nil {
				c.fill(m, blocks[n], pairs)
			}
			return err
		}
	})
	return m, err
}

// eachPair visits the pairs of different words within the window.
func eachPair(text []uint16, visit func(a, b uint16)) {
	for i, a := range text {
		for _, b := range text[i+1 : min(i+1+window, len(text))] {
			if a != b {
				visit(a, b)
			}
		}
	}
}

// counter counts pairs.
type counter struct {
	*vocabulary
	sums     []int     // pairs by word
	contexts []float64 // ln( Σ#(·)^¾ / #(c)^¾ ) by word
}

func (c *counter) logContexts() {
	all := 0.0
	for _, n := range c.sums {
		all += math.Pow(float64(n), smoothing)
	}
	c.contexts = make([]float64, len(c.sums))
	for i, n := range c.sums {
		c.contexts[i] = math.Log(all) - smoothing*math.Log(float64(n))
	}
}

// block is rows from one to before another.
type block struct{ from, to int }

// blocks cuts the rows so that each block has few enough pairs; a row that has
// more alone is a block.
func (c *counter) blocks() []block {
	var out []block
	from, pairs := 0, 0
	for i, n := range c.sums {
		if i > from && pairs+n > blockPairs {
			out = append(out, block{from, i})
			from, pairs = i, 0
		}
		pairs += n
	}
	if from < len(c.sums) {
		out = append(out, block{from, len(c.sums)})
	}
	return out
}

// count appends the pairs of a block's rows, row and column in 16 bits each,
// and sorts them.
func (c *counter) count(ctx context.Context, b block, pairs []uint32) ([]uint32, error) {
	need := 0
	for _, n := range c.sums[b.from:b.to] {
		need += n
	}
	pairs = slices.Grow(pairs, need)
	from, size := uint32(b.from), uint32(b.to-b.from)
	for i, t := range c.texts {
		if i%1000 == 0 && ctx.Err() != nil {
			return pairs, ctx.Err()
		}
		eachPair(t, func(x, y uint16) {
			if r := uint32(x) - from; r < size { // below from it wraps round
				pairs = append(pairs, r<<16|uint32(y))
			}
			if r := uint32(y) - from; r < size {
				pairs = append(pairs, r<<16|uint32(x))
			}
		})
	}
	slices.Sort(pairs)
	return pairs, nil
}

// fill makes rows of the sorted pairs of a block.
func (c *counter) fill(m *matrix, b block, pairs []uint32) {
	var columns []uint16
	var values []float32
	for at := 0; at < len(pairs); {
		r := pairs[at] >> 16
		columns, values = columns[:0], values[:0]
		word := b.from + int(r)
		for at < len(pairs) && pairs[at]>>16 == r {
			start := at
			for at < len(pairs) && pairs[at] == pairs[start] {
				at++
			}
			column := uint16(pairs[start])
			pmi := math.Log(float64(at-start)) - math.Log(float64(c.sums[word])) + c.contexts[column]
			if pmi > 0 {
				columns, values = append(columns, column), append(values, float32(pmi))
			}
		}
		m.rows[word] = row{slices.Clone(columns), slices.Clone(values)}
	}
}

// inParallel does n pieces of work. Each worker makes its own function, which
// holds what it uses again from piece to piece. The first error ends it.
func inParallel(ctx context.Context, workers, n int, newWorker func() func(piece int) error) error {
	var next atomic.Int64
	var first atomic.Pointer[error]
	var running sync.WaitGroup
	for range min(max(workers, 1), n) {
		running.Go(func() {
			work := newWorker()
			for first.Load() == nil {
				piece := int(next.Add(1)) - 1
				if piece >= n {
					return
				}
				err := ctx.Err()
				if err == nil {
					err = work(piece)
				}
				if err != nil {
					first.CompareAndSwap(nil, &err)
				}
			}
		})
	}
	running.Wait()
	if err := first.Load(); err != nil {
		return *err
	}
	return nil
}
