package view

import "hongniang/internal/brokering"

// inputKind is how a field is typed in and what it becomes in a step.
type inputKind string

// The kinds of input.
const (
	inText   inputKind = "text"
	inArea   inputKind = "area"
	inDate   inputKind = "date"
	inChoice inputKind = "choice" // one of Options
	inWan    inputKind = "wan"    // 万元, becomes 分
	inYuan   inputKind = "yuan"   // 元, becomes 分
	inNumber inputKind = "number"
	inWhole  inputKind = "whole"
	inYes    inputKind = "yes"   // a box to tick
	inYesNo  inputKind = "yesno" // a choice that becomes true or false
	inLines  inputKind = "lines" // one a line
	inFiles  inputKind = "files" // attachments, old ones and a new one
	inFile   inputKind = "file"  // one attachment
	inUpload inputKind = "upload"
)

// stepField is one field of the form of a step. Its name is the path in the
// step's JSON, so that faults find their field.
type stepField struct {
	name, label string
	kind        inputKind
	vocab       string // of a choice; else its options come from the introduction
	hint        string
	required    bool
	later       bool // folded away: the register asks for it, the deal does not
}

func may(name, label string, kind inputKind) stepField {
	return stepField{name: name, label: label, kind: kind}
}

func must(name, label string, kind inputKind) stepField {
	return stepField{name: name, label: label, kind: kind, required: true}
}

func (f stepField) of(vocabulary string) stepField { f.vocab = vocabulary; return f }
func (f stepField) folded() stepField              { f.later = true; return f }
func (f stepField) says(hint string) stepField     { f.hint = hint; return f }

// onBehalf is asked of staff who act for a side.
var onBehalf = must("note", "谁、何时、怎样答复的", inText).says("您在代对方办理，如“张工 11 月 20 日电话答复”")

// stepFields are the fields of each step's form. A step that is missing has a
// button alone.
var stepFields = map[brokering.StepKind][]stepField{
	brokering.Invite: {
		may("text", "对受邀方说的话", inArea).says("想请对方做什么；不要写企业名称。需求要求保密时必填"),
		may("due", "请在哪天前答复", inDate),
	},
	brokering.Decline: {must("reason", "原因", inChoice).of("decline_reason"), may("note", "说明", inText)},
	brokering.Answer: {
		must("answers.how_we_help", "我们怎样帮", inArea), must("answers.what_is_unclear", "还有什么不清楚", inArea).says("没有就写“无”"),
		must("answers.about_us", "我们是谁", inArea), may("answers.cooperation_mode", "希望的合作方式", inChoice).of("cooperation_mode"),
	},
	brokering.RecordVisit: {
		must("visit.kind", "方式", inChoice).of("visit_kind"), must("visit.date", "日期", inDate), may("visit.place", "地点", inText),
		may("visit.attendees", "参加人员", inLines).says("一行一人"), may("visit.findings", "看到了什么、议定了什么", inArea), may("visit.files", "附件", inFiles),
	},
	brokering.RecordHelp: {
		must("help.kind", "帮扶方式", inChoice).of("help_kind"), must("help.date", "日期", inDate), must("help.persons", "到企业去的工匠或专家", inLines).says("一行一人"),
		may("help.hours", "时长（小时）", inNumber), may("help.problem", "要解决的难题", inText), may("help.problem_solved", "难题已解决", inYes),
		may("help.people_trained", "培训人次", inWhole), may("help.note", "经过", inArea), may("help.files", "附件", inFiles),
	},
	brokering.ConfirmHelp: {must("id", "确认哪一条", inChoice)},
	brokering.SignIntent: {
		must("intent.date", "意向日期", inDate), may("intent.amount_fen", "意向金额（万元）", inWan).says("意向不是合同，不计入合同额"), must("intent.content", "意向内容", inArea), may("intent.files", "附件", inFiles),
	},
	brokering.SignContract:  contractFields,
	brokering.AmendContract: contractFields,
	brokering.Register: {
		must("registration.office", "登记机构", inText), must("registration.applied_at", "申请日期", inDate), must("registration.verdict", "登记结论", inChoice).of("registration_verdict"),
		may("registration.registration_no", "合同登记编号", inText).says("16 位数字（旧式 14 位），已登记时填"), may("registration.amount_fen", "核定技术交易额（万元）", inWan).says("已登记时填"),
		may("registration.tech_income_fen", "核定技术性收入（万元）", inWan), may("registration.certificate", "登记证明", inFile),
	},
	brokering.ReceivePayment: {must("payment.date", "到账日期", inDate), must("payment.amount_fen", "到账金额（万元）", inWan), may("payment.file", "到账凭证", inFile)},
	brokering.Start:          {may("outcome", "以什么方式实施", inChoice).of("outcome_kind").says("没有合同的帮扶选现场指导、会诊、培训等")},
	brokering.AcceptWork: {
		must("acceptance.date", "验收日期", inDate), must("acceptance.passed", "验收结果", inYesNo), must("acceptance.conclusion", "验收结论", inArea), may("acceptance.files", "附件", inFiles),
	},
	brokering.ClaimBenefit: {
		must("benefit.period", "哪一期", inText).says("如 2026 或 2026-06"), must("benefit.beneficiary", "受益方", inChoice).of("beneficiary"), must("benefit.kind", "成效类别", inChoice).of("case_benefit_kind"),
		may("benefit.amount_fen", "金额（万元）", inWan).says("节约、创造、销售、利润、税收填金额"), may("benefit.quantity", "数量", inNumber).says("其他类别填数量和单位"), may("benefit.unit", "计量单位", inText),
		may("benefit.baseline", "与什么相比", inText), must("benefit.method", "怎样算出来的", inArea), may("benefit.evidence", "证明材料", inFiles).says("没有证明材料不能核实"),
		may("benefit.reward.basis_points", "职工奖励比例", inChoice).says("按核实的成效计，1% 到 5%"),
	},
	brokering.JudgeBenefit: {
		must("id", "核实哪一条", inChoice), must("verdict.status", "结论", inChoice), may("verdict.verified_fen", "核实金额（万元）", inWan).says("不能大于自报金额；不是金额的不填"),
		may("verdict.proof", "核实依据", inChoice).of("benefit_proof"), may("verdict.files", "证明材料", inFiles), may("note", "有争议时写明争议", inText),
	},
	brokering.PayReward: {
		must("id", "哪一条成效的奖励", inChoice), must("reward.date", "发放日期", inDate), must("reward.amount_fen", "发放金额（元）", inYuan), must("reward.to", "发给谁", inText), may("reward.file", "发放凭证", inFile),
	},
	brokering.Rate:            {must("rating.score", "打分", inChoice), may("rating.positive", "好的地方", inArea), may("rating.negative", "不足之处", inArea)},
	brokering.CloseSuccess:    {must("outcome", "对接结果", inChoice).of("outcome_kind")},
	brokering.CloseFail:       {must("reason", "未成原因", inChoice).of("decline_reason"), may("note", "说明", inText)},
	brokering.Reopen:          {must("note", "为什么重新打开", inText)},
	brokering.Write:           {must("to", "给谁看", inChoice), must("text", "留言", inArea)},
	brokering.Attach:          {must("file", "文件", inUpload).says("最大 20 MB"), must("visibility", "给谁看", inChoice), may("note", "说明", inText)},
	brokering.ReleaseStep:     {must("release.what", "开放什么", inChoice), may("release.nda", "已签的保密协议", inFile)},
	brokering.WithdrawRelease: {must("id", "收回哪一项", inChoice)},
	brokering.Plan: {
		must("next_action.what", "下一步做什么", inText), must("next_action.who", "由谁来做", inChoice), must("next_action.due", "期限", inDate),
	},
	brokering.AddTargets: {must("targets", "推荐对象的编号", inLines).says("一行一个，如 ZJ-2026-A005；可从人员、工作室、成果页面上抄")},
	brokering.Handover:   {must("broker.user", "移交给哪位红娘", inText).says("对方的账号名"), may("co_broker", "只移交服务方一侧的协办", inYes), may("note", "为什么", inText)},
}

// contractFields are in the words of the form of 技术合同认定登记.
var contractFields = []stepField{
	must("contract.project_name", "项目名称", inText),
	must("contract.type", "合同类别", inChoice).of("contract_type"), may("contract.subtype", "合同子类", inChoice).of("contract_subtype"),
	must("contract.buyer.name", "买方（委托方）名称", inText), must("contract.seller.name", "卖方（服务方）名称", inText), must("contract.sign_date", "签订日期", inDate),
	must("contract.amount_fen", "合同成交总金额（万元）", inWan), may("contract.tech_amount_fen", "技术交易额（万元）", inWan).says("认定登记要填，不大于合同成交总金额"),
	may("contract.expected_new_input_fen", "预计新增投入（万元）", inWan).says("技术转让必填"), may("contract.expected_new_output_fen", "预计新增产值（万元）", inWan).says("技术转让必填"),
	may("contract.files", "合同文本", inFiles),
	may("contract.tech_field", "技术领域", inChoice).of("tech_field").folded(), may("contract.payment", "支付方式", inChoice).of("payment_method").folded(), may("contract.ip_kind", "涉及知识产权", inChoice).of("contract_ip").folded(),
	may("contract.contract_no", "合同编号", inText).folded(), may("contract.valid_from", "有效期起", inDate).folded(), may("contract.valid_to", "有效期止", inDate).folded(),
	may("contract.buyer.uscc", "买方统一社会信用代码", inText).folded(), may("contract.buyer.region_code", "买方所在地区代码", inText).says("6 位行政区划代码").folded(),
	may("contract.buyer.nature", "买方单位性质代码", inText).says("登记表上的代码，如 150 有限责任公司").folded(), may("contract.buyer.country", "买方国别代码", inText).says("3 位数字，国内不填").folded(),
	may("contract.seller.uscc", "卖方统一社会信用代码", inText).folded(), may("contract.seller.region_code", "卖方所在地区代码", inText).says("6 位行政区划代码").folded(),
	may("contract.seller.nature", "卖方单位性质代码", inText).folded(), may("contract.seller.country", "卖方国别代码", inText).folded(),
	may("contract.intermediary", "中介方", inText).folded(), may("contract.is_related_party", "买卖双方是关联方", inYes).folded(),
}

// onBehalfOf tells whether staff who take the step must write who answered.
func onBehalfOf(kind brokering.StepKind) bool {
	for _, r := range brokering.Rules() {
		if r.Step == kind {
			return r.Behalf
		}
	}
	return false
}
