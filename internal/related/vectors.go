package related

import (
	"context"
	"math"
)

// vectors holds a row of dimensions for each word, one behind the other.
type vectors struct {
	dimensions int
	values     []float32
}

func (v *vectors) row(i int) []float32 { return v.values[i*v.dimensions : (i+1)*v.dimensions] }

func (v *vectors) len() int { return len(v.values) / max(v.dimensions, 1) }

func newVectors(n, dimensions int) *vectors {
	return &vectors{dimensions: dimensions, values: make([]float32, n*dimensions)}
}

// rowBlock is how many rows are one piece of work: sums over pieces are added in
// their order, so that the number of workers does not change a digit.
const rowBlock = 512

// iterations of the subspace: with fewer the weaker dimensions are still noise.
const iterations = 6

// reduce gives each word its place in the leading subspace of the matrix, as a
// vector of length 1 (0 for a word without company). The dimensions weigh the
// same: with the eigenvalues kept, the first few would decide everything.
func (m *matrix) reduce(ctx context.Context, dimensions, workers int) (*vectors, error) {
	n := len(m.rows)
	dimensions = min(dimensions, n)
	basis, product := newVectors(n, dimensions), newVectors(n, dimensions)
	for i := range basis.values {
		basis.values[i] = random(uint64(i))
	}
	for range iterations {
		if err := m.multiply(ctx, basis, product, workers); err != nil {
			return nil, err
		}
		basis, product = product, basis
		if err := basis.orthonormalise(ctx, workers); err != nil {
			return nil, err
		}
	}
	if err := basis.orthonormalise(ctx, workers); err != nil { // once leaves errors of rounding
		return nil, err
	}
	for i := range n {
		normalise(basis.row(i))
	}
	return basis, nil
}

// random gives the i-th of a fixed row of numbers from −1 to 1.
func random(i uint64) float32 {
	return float32(int64(mixed((i+1)*0x9e3779b97f4a7c15))>>40) / (1 << 23)
}

// multiply sets out to the matrix times in. Products are rounded before they
// are added: a machine that does both at once would give other digits.
func (m *matrix) multiply(ctx context.Context, in, out *vectors, workers int) error {
	return eachBlock(ctx, len(m.rows), workers, func(from, to int) {
		for i := from; i < to; i++ {
			sum := out.row(i)
			clear(sum)
			for k, column := range m.rows[i].columns {
				value, with := m.rows[i].values[k], in.row(int(column))
				for d := range sum {
					sum[d] += float32(value * with[d])
				}
			}
		}
	})
}

// eachBlock calls visit for pieces of n rows, in parallel.
func eachBlock(ctx context.Context, n, workers int, visit func(from, to int)) error {
	return inParallel(ctx, workers, (n+rowBlock-1)/rowBlock, func() func(int) error {
		return func(piece int) error {
			visit(piece*rowBlock, min((piece+1)*rowBlock, n))
			return nil
		}
	})
}

// orthonormalise makes the columns orthogonal and of length 1, by the Cholesky
// factor of their inner products. A column that depends on those before it
// becomes 0.
func (v *vectors) orthonormalise(ctx context.Context, workers int) error {
	gram, err := v.gram(ctx, workers)
	if err != nil {
		return err
	}
	factor := cholesky(gram, v.dimensions)
	return eachBlock(ctx, v.len(), workers, func(from, to int) {
		for i := from; i < to; i++ {
			solve(factor, v.row(i))
		}
	})
}

// gram gives the lower half of the inner products of the columns.
func (v *vectors) gram(ctx context.Context, workers int) ([]float64, error) {
	d, pieces := v.dimensions, min(v.len(), 16)
	parts := make([][]float64, pieces)
	err := inParallel(ctx, workers, pieces, func() func(int) error {
		return func(piece int) error {
			sum := make([]float64, d*d)
			for i := piece * v.len() / pieces; i < (piece+1)*v.len()/pieces; i++ {
				addOuter(sum, v.row(i))
			}
			parts[piece] = sum
			return nil
		}
	})
	total := make([]float64, d*d)
	for _, part := range parts {
		for i, x := range part {
			total[i] += x
		}
	}
	return total, err
}

// addOuter adds the lower half of the outer product of a row with itself.
func addOuter(sum []float64, row []float32) {
	for a, x := range row {
		line := sum[a*len(row) : a*len(row)+a+1]
		for b := range line {
			line[b] += float64(float64(x) * float64(row[b]))
		}
	}
}

// dependent is the part of a column's squared length below which what is left
// of it, without its share of the columns before, is rounding.
const dependent = 1e-9

// cholesky gives L with L·Lᵀ = gram, lower half; an infinite L[a][a] marks a
// dependent column.
func cholesky(gram []float64, d int) []float64 {
	l := make([]float64, d*d)
	for a := range d {
		for b := 0; b <= a; b++ {
			s := gram[a*d+b]
			for k := range b {
				s -= float64(l[a*d+k] * l[b*d+k])
			}
			switch {
			case a != b:
				l[a*d+b] = s / l[b*d+b]
			case s > dependent*gram[a*d+a]:
				l[a*d+a] = math.Sqrt(s)
			default:
				l[a*d+a] = math.Inf(1)
			}
		}
	}
	return l
}

// solve sets x to x·L⁻ᵀ.
func solve(l []float64, x []float32) {
	d := len(x)
	for a := range d {
		s := float64(x[a])
		for k, f := range l[a*d : a*d+a] {
			s -= float64(f * float64(x[k]))
		}
		x[a] = float32(s / l[a*d+a])
	}
}

func normalise(x []float32) {
	sum := 0.0
	for _, v := range x {
		sum += float64(float64(v) * float64(v))
	}
	if sum == 0 {
		return
	}
	by := float32(1 / math.Sqrt(sum))
	for i := range x {
		x[i] *= by
	}
}
