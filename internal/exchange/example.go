package exchange

import (
	"strconv"
	"strings"

	"hongniang/internal/catalog"
)

func itoa(n int) string { return strconv.Itoa(n) }

// examples are the values of the example row that cannot be made up from the
// field's shape: by kind and key, or by key alone. An empty value leaves the
// cell blank.
var examples = map[string]string{
	"code": "示例（导入时自动跳过）", "external_id": "OA-2026-001", "status": "已发布", "region_code": "山东省威海市",
	"industry_code": "34", "tech_field": "先进制造", "emerging_industry": "高端装备制造", "keywords": "数控机床；电主轴；振动",
	"occupations": "数控车工；钳工", "trades": "数控车工；钳工", "valid_from": "2026-01-01", "valid_to": "2027-06-30",
	"budget_min_wan": "20", "budget_max_wan": "50", "stage": "中期阶段", "trl": "6", "secrecy": "公开", "visibility": "公开",
	"start_month": "2025-01", "end_month": "2026-03", "union_level": "", "union": "",

	"need.title": "数控车床高速切削振动抑制", "need.summary_public": "某机械企业高速车削细长轴时振动大，希望找到抑振办法。",
	"need.background": "转速超过 3000 转/分后工件表面出现振纹。", "need.detail": "加工直径 20 毫米、长 600 毫米的轴，要求表面粗糙度不高于 0.8 微米。",
	"need.targets": "表面粗糙度|≤|0.8|μm|1.6\n主轴转速|≥|4000|转/分|3000", "need.constraints": "不更换机床。", "need.attempts": "调整过切削参数，更换过刀具。",
	"need.enterprise_name": "示例机械有限公司", "need.site_address": "示例路 1 号", "need.expected_benefit": "年节约废品损失约 30 万元。",
	"need.preferred_partners": "示例大学", "need.excluded_orgs": "示例竞争公司",

	"result.title": "可调式中心架", "result.summary": "一种装拆方便的细长轴支承装置。", "result.problem_solved": "细长轴加工振动。",
	"result.principle": "三点滚动支承，弹簧预紧。", "result.innovation_points": "装拆只需一人\n支承力可调", "result.comparison": "比固定中心架换型快 20 分钟。",
	"result.completers": "张示例||示例机械有限公司|车工|是", "result.completing_orgs": "示例机械有限公司", "result.applied_at": "示例机械有限公司",
	"result.social_benefit": "减轻劳动强度。", "result.prospect": "可用于各类卧式车床。", "result.registration_no": "",

	"patent.application_no": "202211250898.9", "patent.application_date": "2022-10-13", "patent.publication_date": "2023-01-10", "patent.grant_date": "2024-05-07",
	"patent.patent_kind": "发明", "patent.title": "一种可调式中心架", "patent.abstract": "本发明公开了一种可调式中心架。", "patent.claims_first": "1. 一种可调式中心架，其特征在于……",
	"patent.applicants": "示例机械有限公司", "patent.inventors": "张示例；李示例", "patent.current_owner": "示例机械有限公司",
	"patent.publication_no": "CN115000000A", "patent.grant_no": "CN115000000B", "patent.legal_status": "授权", "patent.url": "",

	"expert.name": "张示例", "expert.employer_name": "示例机械有限公司", "expert.department": "一车间", "expert.position": "班组长", "expert.job_role": "车工",
	"expert.employments": "示例机床厂|2005-07|2015-06", "expert.education": "大专", "expert.degree": "", "expert.major": "机械制造", "expert.title_series": "工程师",
	"expert.expertise": "细长轴、薄壁件的精密车削。", "expert.unique_skills": "一刀准|凭手感一次车到尺寸", "expert.research_directions": "精密车削", "expert.equipment": "数控车床；卧式车床",
	"expert.honours": "示例市劳动模范|市级|2020|示例市总工会", "expert.contests": "示例市职工技能大赛|市级|车工|1|2019", "expert.verified_by": "示例市总工会",
	"expert.birth_year": "1980", "expert.availability": "是|3|现场、线上|300", "expert.consent": "是|是|2026-01-10",

	"studio.name": "张示例创新工作室", "studio.enterprise_name": "示例机械有限公司", "studio.leader_name": "张示例", "studio.members_count": "12",
	"studio.specialties": "精密车削与工装改进。", "studio.equipment": "数控车床", "studio.achievements": "完成攻关 15 项。", "studio.plan": "薄壁件加工。",
	"studio.alliance": "", "studio.named_by": "示例市总工会", "studio.honours": "市级示范工作室|市级|2022|示例市总工会",

	"organisation.name": "示例机械有限公司", "organisation.short_names": "示例机械", "organisation.products": "精密轴类零件", "organisation.introduction": "从事精密轴类零件制造。",
	"organisation.address": "示例路 1 号", "organisation.employee_count": "320", "organisation.competitors": "示例竞争公司", "organisation.uscc": "",
}

// example gives the value of the example row for a field.
func example(kind catalog.Kind, f catalog.FieldInfo) string {
	for _, key := range []string{string(kind) + "." + f.Key, f.Key} {
		if value, ok := examples[key]; ok {
			return value
		}
	}
	return exampleOf(f)
}

func exampleOf(f catalog.FieldInfo) string {
	switch {
	case f.Type == catalog.Group:
		parts := make([]string, len(f.Items))
		for i, item := range f.Items {
			parts[i] = exampleOf(item)
		}
		return strings.Join(parts, "|")
	case f.Vocab != "":
		return catalog.Vocab(f.Vocab).Labels()[0]
	case f.Type == catalog.YesNo:
		return "是"
	case f.Format != "":
		return formatExamples[f.Format]
	case f.Ref != "":
		return ""
	case f.Type == catalog.Whole && f.Key == "year":
		return "2025"
	case f.Type == catalog.Number || f.Type == catalog.Whole:
		return itoa(max(f.Low, 1))
	}
	return "示例" + f.Label
}

var formatExamples = map[string]string{
	"date": "2026-06-30", "month": "2026-06", "wan": "12.5", "region": "山东省威海市", "industry": "34", "ipc": "B23B25/06",
	"uscc": "", "application_no": "202211250898.9", "phone": "0631-5230000", "email": "name@example.cn", "url": "https://www.example.cn/",
}
