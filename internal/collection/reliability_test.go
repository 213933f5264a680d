package collection

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Bounds by the formula, worked out by hand for none, half and all of ten.
func TestWilson(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		k, n      int
		low, high float64
	}{
		{0, 0, 0, 1}, {0, 10, 0, 0.2775}, {5, 10, 0.2366, 0.7634}, {10, 10, 0.7225, 1}, {1, 1, 0.2065, 1}, {90, 100, 0.8256, 0.9448},
	} {
		low, high := Wilson(tt.k, tt.n)
		if math.Abs(low-tt.low) > 5e-5 || math.Abs(high-tt.high) > 5e-5 {
			t.Errorf("%d of %d: %.4f to %.4f, want %.4f to %.4f", tt.k, tt.n, low, high, tt.low, tt.high)
		}
	}
}

func TestReliability(t *testing.T) {
	t.Parallel()
	band := func(chance float64) string {
		if chance >= 0.5 {
			return "high"
		}
		return "low"
	}
	forecasts := []Forecast{{0.9, 3}, {0.7, 2}, {0.5, 1}, {0.8, 0}, {0.4, 2}}
	want := []BandLine{
		{Band: "high", N: 4, Chance: 0.725, Useful: 0.5, Strong: 0.25, Low: 0.1500, High: 0.8500},
		{Band: "middle", Low: 0, High: 1},
		{Band: "low", N: 1, Chance: 0.4, Useful: 1, Low: 0.2065, High: 1},
	}
	got := Reliability(forecasts, []string{"high", "middle", "low"}, band)
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 5e-5)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Two bins: .9 and .95 with one useful of two, .1 with none: (1.85 − 1 + .1) / 3.
func TestCalibrationError(t *testing.T) {
	t.Parallel()
	if got := CalibrationError([]Forecast{{0.9, 3}, {0.95, 1}, {0.1, 0}}); math.Abs(got-0.95/3) > 1e-12 {
		t.Errorf("%.4f", got)
	}
	if got := CalibrationError([]Forecast{{1, 2}, {0, 1}}); got != 0 {
		t.Errorf("certain and right: %.4f", got)
	}
	if got := CalibrationError(nil); got != 0 {
		t.Errorf("nothing: %.4f", got)
	}
	exact := Logistic{-3, 6, 1}
	if got := CalibrationError(Forecasts(population(exact, 1), exact.Of)); got > 0.001 {
		t.Errorf("chances that are true: %.4f", got)
	}
}

func TestBest(t *testing.T) {
	t.Parallel()
	run := Run{"a": {{"1", .2}, {"2", .9}, {"3", .5}}, "b": {{"2", .9}}, "c": {{"1", 1}}}
	got := Best(run, []string{"a", "b", "d"}, func(_, document string) bool { return document != "2" })
	if diff := cmp.Diff(map[string]float64{"a": .5, "b": 0, "d": 0}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
