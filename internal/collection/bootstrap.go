package collection

import "slices"

// resamples is how often Bootstrap draws.
const resamples = 2000

// Bootstrap bounds the mean of groups of values in 95 of 100 cases: whole groups
// are drawn with replacement, and the bounds are percentiles of the means (Efron,
// Annals of Statistics 7, 1979). The same values give the same bounds. Of nothing
// it is 0 and 1.
func Bootstrap(groups [][]float64) (low, high float64) {
	if len(groups) == 0 {
		return 0, 1
	}
	draw, means := signs{state: 11}, make([]float64, 0, resamples)
	for range resamples {
		sum, n := 0.0, 0
		for range groups {
			for _, v := range groups[draw.next()%uint64(len(groups))] {
				sum += v
				n++
			}
		}
		if n > 0 {
			means = append(means, sum/float64(n))
		}
	}
	if len(means) == 0 {
		return 0, 1
	}
	slices.Sort(means)
	at := func(share float64) float64 { return means[int(share*float64(len(means)-1)+0.5)] }
	return at(0.025), at(0.975)
}
