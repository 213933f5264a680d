package browser_test

import (
	"strings"
	"testing"
)

// A craftsman enters a result: a number that is none is refused beside its field, the
// draft waits under 我的成果, what is handed in is read by the broker and is public
// once he says so.
func TestOwnResult(t *testing.T) {
	t.Parallel()
	atBothWidths(t, "own-result", func(f flow) {
		title := "细长轴反向走刀夹具" + f.width
		h := f.as("gongjiang")
		h.menu("我的成果")
		h.click("登记创新成果")
		h.fill("成果名称", title)
		h.fill("成果简介", "反向走刀加跟刀架，细长轴车完松卡不弯，直线度零点零五以内。")
		h.fill("关键词", "细长轴，反向走刀，跟刀架")
		h.fill("意向价格", "不少")
		h.click("存草稿")
		h.reads("有几处需要改正")
		h.forgive()
		if kept := h.eval("document.querySelector('#title').value"); kept != title {
			t.Errorf("the form holds %q", kept)
		}
		h.fill("意向价格", "3")
		h.click("存草稿")
		h.reads("已保存", "草稿")
		h.menu("我的成果")
		h.click(title)
		h.click("提交审核")
		h.reads("已提交。红娘按先后审核")
		f.visitorFindsNot(title)
		f.publish(title)
		h.menu("我的成果")
		h.clickIn("已经公开", title)
		h.reads("反向走刀加跟刀架")
	})
}

// A firm enters a patent: a number with a slip of the pen is told at once.
func TestOwnPatent(t *testing.T) {
	t.Parallel()
	atBothWidths(t, "own-patent", func(f flow) {
		title, number := "一种曲轴圆角滚压随动装置"+f.width, f.of("202510012345.7", "202520054321.3")
		h := f.as("qiye")
		h.under("我的成果")
		h.click("登记专利")
		h.fill("专利名称", title)
		h.fill("申请号", number[:len(number)-1]+"9")
		h.fill("申请人", "威海示例曲轴锻造有限公司")
		h.click("提交审核")
		h.reads("校验位不对")
		h.forgive()
		h.fill("申请号", number)
		h.click("提交审核")
		h.reads("已提交。红娘按先后审核")
		f.visitorFindsNot(title)
		f.publish(title)
		visitor := f.hand("visitor")
		visitor.open("/search?q=编号:" + number)
		visitor.click(title)
		visitor.reads(number, "威海示例曲轴锻造有限公司")
		h.under("我的成果")
		h.click(title)
		h.click("修改")
		h.click("撤回，不再公开")
		h.reads("已撤回")
		f.visitorFindsNot(title)
	})
}

// publish has the broker read what was handed in, and publish it.
func (f flow) publish(title string) {
	f.t.Helper()
	broker := f.as("hongniang")
	broker.menu("审核")
	broker.clickIn(title, "发布")
	broker.eventually("it waits no more", "!document.querySelector('main').innerText.includes("+quoted(title)+")")
	visitor := f.hand("visitor")
	visitor.soon("/search?q="+title, "[...document.querySelectorAll('.hit-title')].some((e) => e.innerText.includes("+quoted(title)+"))")
	if own := visitor.eval("document.body.innerText"); strings.Contains(own, "待审核") {
		f.t.Error("a visitor reads of the review")
	}
}
