package browser_test

import (
	"strings"
	"testing"
)

// Both sides say how it went once there was a visit; brokers read both, neither side
// reads the other's.
func TestRating(t *testing.T) {
	t.Parallel()
	atBothWidths(t, "rating", func(f flow) {
		admin, broker := f.as("guanli"), f.as("hongniang")
		at := broker.coded("/introductions/" + f.of("DJ-DEMO-2", "DJ-DEMO-6"))
		firmOf, personOf := f.of("DW-2026-B001", "DW-2026-C024"), f.of("ZJ-2026-B001", "ZJ-2026-A006")
		if need := broker.ask("/api/v1/needs/" + f.of("XQ-2026-B001", "XQ-2026-C024")); strings.Contains(need, `"enterprise_code":"`) {
			_, rest, _ := strings.Cut(need, `"enterprise_code":"`)
			firmOf, _, _ = strings.Cut(rest, `"`)
		}
		firm := f.newcomer(admin, "pingfen"+f.width, newcomer{role: "企业成员", org: firmOf})
		helper := f.newcomer(admin, "pingren"+f.width, newcomer{role: "服务方成员", person: personOf})
		const good, bad, back = "师傅来了两趟，讲得透。", "等得久了一点。", "车间配合得好。"
		firm.rate(at, "4 分", good, bad)
		helper.rate(at, "5 分：很满意", back, "")
		broker.open(at)
		broker.reads("4 分", good, bad, "5 分", back)
		firm.open(at)
		firm.reads(good)
		firm.readsNot(back)
		helper.open(at)
		helper.reads(back)
		helper.readsNot(good, bad)
		firm.rate(at, "3 分", "改过的评价。", "")
		broker.open(at)
		broker.reads("3 分", "改过的评价。")
		broker.readsNot(good)
	})
}

// rate fills the form of the introduction.
func (h *hand) rate(at, score, good, bad string) {
	h.t.Helper()
	h.open(at)
	if h.eval("document.querySelector('#step-rate').open") != "true" {
		h.clickIn("评价", "评价")
	}
	h.fill("打分", score)
	h.fillIn("打分", "好的地方", good)
	h.fillIn("打分", "不足之处", bad)
	h.clickIn("打分", "评价")
	h.reads(good)
}
