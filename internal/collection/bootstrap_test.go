package collection

import (
	"math"
	"testing"
)

func TestBootstrap(t *testing.T) {
	t.Parallel()
	half := make([][]float64, 100)
	for i := range half {
		half[i] = []float64{float64(i % 2)}
	}
	low, high := Bootstrap(half)
	if math.Abs(low-0.4) > 0.03 || math.Abs(high-0.6) > 0.03 { // ±1.96·√(.25/100)
		t.Errorf("a hundred coins: %.2f–%.2f", low, high)
	}
	if l, h := Bootstrap(half); l != low || h != high {
		t.Error("drawn again, the bounds are others")
	}
	twins := make([][]float64, 50)
	for i := range twins {
		twins[i] = []float64{float64(i % 2), float64(i % 2)}
	}
	if l, h := Bootstrap(twins); h-l < 1.2*(high-low) {
		t.Errorf("what comes in pairs is as sure as what does not: %.2f–%.2f", l, h)
	}
	for name, groups := range map[string][][]float64{"none": nil, "empty": {{}, {}}} {
		if l, h := Bootstrap(groups); l != 0 || h != 1 {
			t.Errorf("%s: %v %v", name, l, h)
		}
	}
	if l, h := Bootstrap([][]float64{{1}, {1}}); l != 1 || h != 1 {
		t.Errorf("all alike: %v %v", l, h)
	}
}
