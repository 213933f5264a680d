package zh_test

import (
	"testing"

	"hongniang/internal/zh"
)

// What one character cannot decide, its phrase does.
func TestTraditional(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":            "",
		"电主轴修复技术":     "電主軸修復技術",
		"头发与发展":       "頭髮與發展",
		"干部和干燥":       "幹部和乾燥",
		"CNC 0.02 mm": "CNC 0.02 mm",
		"已經是繁體":       "已經是繁體",
		"后台在后面，皇后不在。": "後臺在後面，皇后不在。",
	} {
		if got := zh.Traditional(text); got != want {
			t.Errorf("%q gives %q, not %q", text, got, want)
		}
	}
	for _, text := range []string{"电主轴高速异响的修复", "揭榜：公开的技术难题", "还没有人选的需求"} {
		if back := zh.Fold(zh.Traditional(text)); back != zh.Fold(text) {
			t.Errorf("%q comes back as %q", text, back)
		}
	}
}
