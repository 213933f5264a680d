package browser_test

import "testing"

// A craftsman takes up a public need; the brokers of its union are told, read what he
// said, and introduce him by two clicks; the firm and visitors learn nothing of it.
func TestOffer(t *testing.T) {
	t.Parallel()
	atBothWidths(t, "offer", func(f flow) {
		need, words := f.of("XQ-2026-B019", "XQ-2026-B026"), "带着量具去，两天看完，"+f.width+"。"
		helper, broker := f.as("gongjiang"), f.as("hongniang")
		helper.open("/needs/" + need)
		title := helper.eval("document.querySelector('h1').innerText")
		helper.fill("打算怎样帮", words)
		helper.click("告诉红娘我能帮")
		helper.reads("您已表示能帮", words, "企业现在还不知道是您")
		broker.soon("/notices", "document.body.innerText.includes('揭榜') && document.body.innerText.includes("+quoted(title)+")")
		broker.open("/notices")
		broker.readsNot(words)
		broker.open("/needs/" + need)
		broker.reads("来揭榜的人", "王建军（示例）", words)
		for _, h := range []*hand{f.hand("visitor"), f.as("qiye")} {
			h.open("/needs/" + need)
			h.readsNot(words, "来揭榜的人")
		}
		broker.clickIn(words, "引荐")
		broker.reads("王建军（示例）", title)
		broker.click("开对接单")
		broker.reads("确认推荐")
		helper.open("/needs/" + need)
		helper.click("收回")
		helper.reads("这件事我能帮")
		broker.open("/needs/" + need)
		broker.readsNot("来揭榜的人")
	})
}
