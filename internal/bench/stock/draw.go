package stock

// draws are numbers that look like chance and are the same for the same seed on
// every machine: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). A document has
// draws of its own, so that it does not depend on those before it.
type draws struct{ state uint64 }

const golden = 0x9e3779b97f4a7c15

// drawsFor gives the draws of the i-th thing of a sort.
func drawsFor(seed uint64, sort string, i int) draws {
	h := mixed(seed + golden)
	for _, b := range []byte(sort) {
		h = mixed(h ^ uint64(b))
	}
	return draws{mixed(h ^ uint64(i)*golden)}
}

func (d *draws) next() uint64 {
	d.state += golden
	return mixed(d.state)
}

// below gives a number from 0 to n−1; n must be above 0. What it is off evenness
// for n below 2^32 is less than 1 in 2^32.
func (d *draws) below(n int) int { return int(d.next() % uint64(n)) }

// within gives a number from 0 to 1, without 1.
func (d *draws) within() float64 { return float64(d.next()>>11) / (1 << 53) }

func mixed(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
