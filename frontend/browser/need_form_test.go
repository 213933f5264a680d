package browser_test

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// TestNeedFormFollowsTheTyping: the coach beside the form answers what is typed,
// and its remarks lead to their fields. Wide and narrow, nothing overlaps.
func TestNeedFormFollowsTheTyping(t *testing.T) {
	t.Parallel()
	firm := signIn(t, "qiye")
	firm.open("/needs/new")
	firm.picture("need-empty")
	firm.write("#title", "水帘喷漆房漆泥糊泵")
	firm.write("#summary_public", "漆泥糊泵，见 www.example.cn")
	firm.eventually("advice on what was typed", "document.querySelector('[data-coach] .must-mend') && document.querySelector('[data-coach]').innerText.includes('www.example.cn')")
	firm.picture("need-advice")
	firm.click("[data-coach] .must-mend a")
	firm.eventually("the remark leads to a field", "location.hash.length > 1 && document.querySelector(location.hash)")
	firm.write("#detail", "三班喷聚氨酯面漆，循环池每半月结一层漆泥，用烧碱浸泡仍糊死叶轮，倒一次池停线一天。")
	firm.click("#need-form button[value=save]")
	firm.eventually("the draft is kept", "location.pathname.endsWith('/edit') && document.querySelector('.done')")
	firm.says("草稿", "已保存")
	firm.open("/needs/mine")
	firm.says("水帘喷漆房漆泥糊泵", "等您办理")
	firm.picture("need-mine")
}

// TestNeedFormWithoutScript: the button asks the coach, and what was typed stays.
func TestNeedFormWithoutScript(t *testing.T) {
	t.Parallel()
	broker := signIn(t, "hongniang")
	call(broker.tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	broker.open("/needs/new")
	broker.write("#title", "智能化升级")
	broker.click("#need-form .sticky button[value=check]")
	broker.eventually("the coach's remarks", "document.querySelector('[data-coach] .remarks') && document.querySelector('#title').value === '智能化升级'")
	broker.says("必改", "没有可以衡量的指标")
}
