package collection

import (
	"math"
)

// Forecast is a chance that was given for a pair, and what staff said of it.
type Forecast struct {
	Chance float64 // of a useful grade, 0 to 1
	Grade  int
}

// Forecasts gives each pair the chance of its strength.
func Forecasts(pairs []Pair, chance func(strength float64) float64) []Forecast {
	out := make([]Forecast, len(pairs))
	for i, p := range pairs {
		out[i] = Forecast{Chance: chance(p.Strength), Grade: p.Grade}
	}
	return out
}

// BandLine is what became of the forecasts of one band.
type BandLine struct {
	Band string
	N    int
	// Chance is the mean of the chances that were given; Useful and Strong are the
	// shares of grade 2 or better and of grade 3 or better. All are 0 when N is.
	Chance, Useful, Strong float64
	// Low and High bound Useful in 95 of 100 cases, were the pairs independent;
	// those of one need are not quite, so it is a little wider in truth.
	Low, High float64
}

// Reliability is a table with a line for each of bands, in that order; band
// names that of a chance.
func Reliability(forecasts []Forecast, bands []string, band func(chance float64) string) []BandLine {
	lines := make([]BandLine, len(bands))
	for i, name := range bands {
		lines[i] = bandLine(name, forecasts, band)
	}
	return lines
}

func bandLine(name string, forecasts []Forecast, band func(chance float64) string) BandLine {
	line, useful, strong := BandLine{Band: name}, 0, 0
	for _, f := range forecasts {
		if band(f.Chance) != name {
			continue
		}
		line.N++
		line.Chance += f.Chance
		if f.Grade >= UsefulGrade {
			useful++
		}
		if f.Grade > UsefulGrade {
			strong++
		}
	}
	n := float64(max(1, line.N))
	line.Chance, line.Useful, line.Strong = line.Chance/n, float64(useful)/n, float64(strong)/n
	line.Low, line.High = Wilson(useful, line.N)
	return line
}

// Wilson bounds a share, k of n, in 95 of 100 cases: Wilson, *Probable
// inference, the law of succession, and statistical inference*, JASA 22, 1927. Of
// none it is 0 and 1.
func Wilson(k, n int) (low, high float64) {
	const z = 1.959964
	if n == 0 {
		return 0, 1
	}
	share, count := float64(k)/float64(n), float64(n)
	middle := share + z*z/(2*count)
	spread := z * math.Sqrt(share*(1-share)/count+z*z/(4*count*count))
	whole := 1 + z*z/count
	return max(0, (middle-spread)/whole), min(1, (middle+spread)/whole)
}

// CalibrationError is the expected calibration error: how far, on average, the
// share of useful grades is from the mean chance, in ten bins of equal width
// (Naeini, Cooper and Hauskrecht, *Obtaining well calibrated probabilities using
// Bayesian binning*, AAAI 2015). Of none it is 0.
func CalibrationError(forecasts []Forecast) float64 {
	const bins = 10
	var gap [bins]float64
	for _, f := range forecasts {
		b := min(bins-1, int(f.Chance*bins))
		gap[b] += f.Chance
		if f.Grade >= UsefulGrade {
			gap[b]--
		}
	}
	sum := 0.0
	for _, g := range gap {
		sum += math.Abs(g)
	}
	return sum / float64(max(1, len(forecasts)))
}

// Best gives for each query the greatest strength of the run among the
// documents that keep wants, 0 when there is none.
func Best(run Run, queries []string, keep func(query, document string) bool) map[string]float64 {
	out := make(map[string]float64, len(queries))
	for _, q := range queries {
		out[q] = 0
		for _, r := range run[q] {
			if keep(q, r.ID) {
				out[q] = max(out[q], r.Score)
			}
		}
	}
	return out
}
