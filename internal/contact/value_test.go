package contact_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/contact"
)

// One number is one value, however it is written.
func TestNumber(t *testing.T) {
	t.Parallel()
	for want, spellings := range map[string][]string{
		"13812345678": {
			"13812345678", "138 1234 5678", "138-1234-5678", "138.1234.5678", "138(1234)5678", "１３８１２３４５６７８", "一三八一二三四五六七八", "幺三八，幺二三四，五六七八", "壹叁捌壹贰叁肆伍陆柒捌",
			"①③⑧①②③④⑤⑥⑦⑧", "+86 138 1234 5678", "＋８６１３８１２３４５６７８", "8613812345678", "008613812345678", "0086 138-1234-5678", "138\u200b1234\u200b5678", "电话：13812345678。",
		},
		"6315550000":   {"0631-5550000", "（0631）5550000", "+86 631 5550000", "0086 631 5550000", "零六三一 五五五〇〇〇〇"},
		"1066554433":   {"010-66554433", "+86 10 66554433"},
		"6315550000-8": {"0631-5550000转8", "0631 5550000 分机8"},
		"5550000":      {"5550000", "555-0000"},
		"":             {"", "没有"},
		"4001234567":   {"400-123-4567"},
		"8613812":      {"8613812"},
	} {
		for _, s := range spellings {
			if got := contact.Number(s); got != want {
				t.Errorf("%q is %q, want %q", s, got, want)
			}
		}
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for want, spellings := range map[string][]string{
		"li.gong@example.cn": {
			"li.gong@example.cn", " Li.Gong@Example.CN ", "ｌｉ．ｇｏｎｇ＠ｅｘａｍｐｌｅ．ｃｎ", "li.gong艾特example.cn", "li.gong 艾特 example 点 cn", "li.gong(at)example.cn", "li.gong[AT]example(dot)cn", "li.gong at example dot cn",
			"li\u200b.gong@example。cn",
		},
		"没有":     {"没有"},
		"张工 在车间": {"张工 在车间"},
	} {
		for _, s := range spellings {
			if got := contact.Address(s); got != want {
				t.Errorf("%q is %q, want %q", s, got, want)
			}
		}
	}
}

// What Find finds in a sentence has the same values.
func TestValues(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][][]string{
		"打一三八.1234.５６７８，或写 LI艾特example点cn": {{"13812345678"}, {"li@example.cn"}},
		"微信：8613812345678 同号":              {{"1381234567", "1381234567", "13812345678"}},
		"QQ 12345 6789，加V：LiuHongqiang":    {{"123456789"}, {"liuhongqiang"}},
		"0631-5230000转801，+1 415 555 2671": {{"6315230000-801"}, {"14155552671"}},
	} {
		var got [][]string
		for _, p := range contact.Find(in) {
			got = append(got, p.Values)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
}
