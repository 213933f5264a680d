package frontend

import (
	"net/url"

	"hongniang/frontend/view"
)

// campaignExhibits are the components of campaigns.
func campaignExhibits() []exhibit {
	form := view.BuildCampaignForm(url.Values{"name": {"冬季装备制造专场"}, "needs": {"XQ-0"}})
	form.URL, form.Problem, form.Faults = "/campaigns", "有几处需要改正，请看各栏下面的提示。", map[string]string{"needs": "XQ-0：没有这项需求，或不归您的工会管，请核对编号。"}
	return []exhibit{
		{Name: "campaignfields", Title: "批量对接的设置", Use: "新建和修改时的各栏：选需求、选专家、定限制。", Template: "campaignfields", Data: form},
		{Name: "helper", Title: "方案里的人选", Use: "批量对接的方案里，一项需求由谁来接。", Template: "helper", Data: view.HelperView{Code: "ZJ-1", Name: "示例甲", Org: "示例机床厂", URL: "/experts/ZJ-1", Score: "86.5", Level: 4, BandLabel: "极高"}},
		{Name: "job", Title: "后台进度", Use: "后台正在排方案或开对接单：有 JavaScript 时自己更新，没有时刷新页面。", Template: "job", Data: view.JobView{Text: "正在排方案：120 / 400。", Busy: true, Share: 30}},
	}
}
