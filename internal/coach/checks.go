package coach

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"hongniang/internal/catalog"
)

// measured finds a number with a unit in running text.
var measured = regexp.MustCompile(`\d+(?:\.\d+)?\s*(?:%|‰|℃|°c|度|nm|μm|um|丝|mm|cm|dm|km|m/s|m²|m³|m|毫米|微米|厘米|米|mg|kg|g|吨|t|公斤|斤|克|l|升|ml|mpa|kpa|pa|bar|公斤力|kw|mw|w|kwh|度电|v|kv|a|hz|r/min|转|n|kn|hb|hrc|db|ppm|s|秒|min|分钟|h|小时|天|日|周|月|年|班|次|件|根|台|个|只|盒|道|人|元|万元|万|倍|丝以内)`)

// exampleTarget is how a target is written.
const exampleTarget = "表面烧伤件比例 ≤ 0.5 %（现状 6 %）"

// targets asks for something that can be measured.
func (r *reading) targets() {
	for i, t := range r.need.Targets {
		if missing := missingIn(t); len(missing) > 0 {
			r.add(Remark{Code: "target.incomplete", Level: Should, Field: fmt.Sprintf("targets[%d]", i), Example: exampleTarget, Found: t.Name,
				Message: fmt.Sprintf("指标“%s”还缺%s：四样齐全，验收时才说得清。", t.Name, strings.Join(missing, "、"))})
		}
	}
	if len(r.need.Targets) > 0 {
		return
	}
	if at := measured.FindString(r.text); at != "" {
		r.add(Remark{Code: "target.in_text", Level: Should, Field: "targets", Found: at, Example: exampleTarget,
			Message: "正文里有数，但没有填进“主要技术指标”：填进去才能与成果的指标对照。"})
		return
	}
	r.add(Remark{Code: "target.missing", Level: Must, Field: "targets", Example: exampleTarget,
		Message: "没有可以衡量的指标：至少写一项，包括名称、要求（不低于、不高于）、数值和单位。"})
}

func missingIn(t catalog.Target) []string {
	var out []string
	if strings.TrimSpace(t.Name) == "" {
		out = append(out, "名称")
	}
	if t.Op == "" {
		out = append(out, "要求（不低于、不高于）")
	}
	if t.Unit == "" && t.Value != 0 {
		out = append(out, "单位")
	}
	if t.Value == 0 && t.Op == "" {
		out = append(out, "数值")
	}
	return out
}

// frame asks for time and money.
func (r *reading) frame() {
	n := r.need
	switch {
	case n.Deadline == "":
		r.add(Remark{Code: "deadline.missing", Level: Should, Field: "deadline", Message: "没有写希望什么时候解决：写一个日期，对方才好安排。", Example: "2027-06-30"})
	case n.Deadline < r.today[:min(len(n.Deadline), len(r.today))]:
		r.add(Remark{Code: "deadline.past", Level: Must, Field: "deadline", Message: "期望解决的日期已经过去，请改成以后的日期。", Example: "2027-06-30", Found: n.Deadline})
	}
	if n.BudgetMinWan == 0 && n.BudgetMaxWan == 0 && !n.BudgetNegotiable {
		r.add(Remark{Code: "budget.missing", Level: Should, Field: "budget_max_wan", Message: "没有写拟投入的资金：写个范围，或勾选“资金面议”。", Example: "2–8 万元，或面议"})
	}
}

// slogans say what everybody wants and nothing about this firm.
var slogans = []string{"降本增效", "提质增效", "提高效率", "提升效率", "提高质量", "提升质量", "转型升级", "智能化升级", "数字化转型", "智能化改造", "数字化升级", "技术升级", "技术支持", "产学研合作", "全方位合作"}

// broad are words of needs that are several, or a whole programme.
var broad = []string{"全厂", "全流程", "全面提升", "全方位", "整体解决方案", "一揽子", "各种问题", "各类问题", "所有设备", "全部设备", "整套系统", "若干问题", "等等问题"}

const (
	// thinText is below how many characters a need cannot be understood; a phone
	// call's worth.
	thinText = 40
	// shortText is below how many characters a need must tell most of its elements.
	shortText = 120
	// manyTargets is from how many targets on a need looks like several.
	manyTargets = 8
)

// clarity asks whether anybody could tell what is wanted.
func (r *reading) clarity(found []Element) {
	known := 0
	for _, e := range found {
		if e.Found {
			known++
		}
	}
	length := utf8.RuneCountInString(strings.Join(strings.Fields(r.text), ""))
	slogan := firstIn(r.text, slogans)
	switch {
	case length < thinText || known <= 2 && length < shortText:
		r.add(Remark{Code: "text.vague", Level: Must, Field: "detail", Found: slogan, Message: "写得太少，看不出难在哪里：写清什么设备或材料、出了什么现象、想达到什么。",
			Example: "三班生产的水帘喷漆房，循环池每半月结一层漆泥糊死水泵，倒一次池停线一天，想让漆泥不黏、能浮上来打捞。"})
	case slogan != "" && !measured.MatchString(r.text) && len(r.need.Targets) == 0:
		r.add(Remark{Code: "text.slogan", Level: Must, Field: "detail", Found: slogan, Message: fmt.Sprintf("“%s”谁都想要：写出具体是哪道工序、现在多少、想到多少。", slogan),
			Example: "数控车换型现在 45 分钟，想降到 15 分钟以内。"})
	}
	if word := firstIn(r.text, broad); word != "" || len(r.need.Targets) >= manyTargets {
		r.add(Remark{Code: "text.broad", Level: Should, Field: "detail", Found: word, Message: "一项需求里像有好几件事：拆成几项，各找各的人，更快有回音。",
			Example: "把“喷漆房整体改造”拆成“漆渣打捞”“循环水除臭”“废气处理”三项。"})
	}
}

func firstIn(text string, words []string) string {
	for _, w := range words {
		if strings.Contains(text, w) {
			return w
		}
	}
	return ""
}
