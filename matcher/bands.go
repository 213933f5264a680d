package matcher

import "math"

// Chance turns a strength into the chance that staff call the pair strong or
// fairly strong: 1 / (1 + exp(−(Intercept + Slope · strength^Power))), fitted to
// judged pairs (docs/matching.md).
type Chance struct {
	Intercept float64 `json:"intercept"`
	Slope     float64 `json:"slope"` // > 0
	Power     float64 `json:"power"` // > 0
}

// Of gives the chance of a strength, 0 to 1.
func (c Chance) Of(strength float64) float64 {
	return 1 / (1 + math.Exp(-(c.Intercept + c.Slope*math.Pow(max(0, strength), c.Power))))
}

// bounds are the least chances of the bands, strongest first; they mean the same
// for every need and for every kind.
var bounds = []struct {
	band  Band
	least float64
}{
	{VeryHigh, 0.75},
	{High, 0.50},
	{Medium, 0.25},
	{Low, 0.12},
}

// BandOf names the band of a chance.
func BandOf(chance float64) Band {
	for _, b := range bounds {
		if chance >= b.least {
			return b.band
		}
	}
	return Insufficient
}

// points shows a chance as 0 to 100 with one decimal.
func points(chance float64) float64 {
	return math.Round(1000*chance) / 10
}
