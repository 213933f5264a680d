package matcher

import "math"

// bounds are the least strengths of the bands, strongest first; how they were
// set is in docs/matching.md.
var bounds = []struct {
	band  Band
	least float64
}{
	{VeryHigh, 0.55},
	{High, 0.38},
	{Medium, 0.24},
	{Low, 0.16},
}

// bandOf names the band of a strength.
func bandOf(strength float64) Band {
	for _, b := range bounds {
		if strength >= b.least {
			return b.band
		}
	}
	return Insufficient
}

// points shows a strength as 0 to 100 with one decimal.
func points(strength float64) float64 {
	return math.Round(1000*min(1, strength)) / 10
}
