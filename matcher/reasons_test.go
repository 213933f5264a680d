package matcher

import "testing"

func TestSaysNothing(t *testing.T) {
	for term, want := range map[string]bool{
		"mm": true, "mg/m³": true, "r/min": true, "m³/h": true, "mpa": true, "%": true,
		"24": true, "0.06": true, "0.5mm": true, "0.3～0.5mm": true, "60℃": true, "8%": true, "24000r/min": true, "21mg/m³": true,
		"小时": true, "一种": true, "老师傅": true, "超过": true,
		"304": false, "6061": false, "16mn": false, "20crmnti": false, "3d": false, "5g": false, "5轴": false, "plc": false,
		"12k": false, "t700s-12k": false, "s7-1500": false, "100/120": false,
		"停机": false, "轴颈": false, "现场": false,
	} {
		if got := saysNothing(term); got != want {
			t.Errorf("saysNothing(%q) = %v", term, got)
		}
	}
}

func TestDistinct(t *testing.T) {
	if got := distinct([]string{"首席技师", "劳模", "首席技师"}); len(got) != 2 || got[1] != "劳模" {
		t.Errorf("distinct: %q", got)
	}
}
