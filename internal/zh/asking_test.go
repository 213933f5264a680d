package zh_test

import (
	"testing"

	"hongniang/internal/zh"
)

func TestWithoutAsking(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"如何防止铝合金焊缝出气孔？", " 防止铝合金焊缝出气孔"},
		{"怎麼樣去除毛刺嗎", " 去除毛刺"},
		{"轴承发热是什么原因呢？", "轴承发热是 原因"},
		{"渔网清洗机能不能用吧", "渔网清洗机 用"},
		{"为什么焊缝会裂", " 焊缝会裂"},
		{"漆雾治理", "漆雾治理"},
		{"网吧 隔音", "网吧 隔音"},
		{"酒吧", "酒吧"},
		{"毛呢", "毛呢"},
		{"吗啡检测", "吗啡检测"},
		{"如何", "如何"},
		{"怎么办吗？", "怎么办吗?"},
		{"怎么修Q345R", " 修q345r"},
		{"", ""},
	} {
		if got := zh.WithoutAsking(c.text); got != c.want {
			t.Errorf("WithoutAsking(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}
