package brokering

import (
	"fmt"
	"regexp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

func checkIntent(m *move) {
	if !m.present("intent", m.step.Intent == nil) {
		return
	}
	i := m.step.Intent
	m.wantNeed()
	m.wantName()
	m.pastDate("intent.date", "意向日期", i.Date)
	m.given("intent.content", "意向内容", i.Content)
	m.fen("intent.amount_fen", "意向金额", int64(i.Fen), false)
	m.files("intent.files", i.Files)
}

func doIntent(m *move) {
	i := *m.step.Intent
	i.Need = m.need
	m.in.Intent = &i
}

func checkSign(m *move) {
	if m.in.Contract != nil {
		m.refuse = errs.New(errs.Conflict, "introduction.contract_exists", "这张对接单已有合同；写错了请用“更正合同”，另一份合同请另开一张对接单。")
	}
	m.checkContract()
}

func (m *move) checkContract() {
	if !m.present("contract", m.step.Contract == nil) {
		return
	}
	c := m.step.Contract
	m.wantNeed()
	m.wantName()
	m.given("contract.project_name", "项目名称", c.ProjectName)
	if m.oneOf("contract.type", "合同类别", "contract_type", c.Type) {
		m.checkSubtype(c)
	}
	m.pastDate("contract.sign_date", "签订日期", c.SignDate)
	m.signatory("contract.buyer", "买方（委托方）", c.Buyer)
	m.signatory("contract.seller", "卖方（服务方）", c.Seller)
	m.fen("contract.amount_fen", "合同成交总金额", int64(c.Fen), true)
	m.fen("contract.tech_amount_fen", "技术交易额", int64(c.TechFen), false)
	if c.TechFen > c.Fen {
		m.fault("contract.tech_amount_fen", "contract.tech_amount", "技术交易额不能大于合同成交总金额。", "")
	}
	transfer := c.Type == "transfer"
	m.fen("contract.expected_new_input_fen", "预计新增投入（技术转让必填）", int64(c.NewInputFen), transfer)
	m.fen("contract.expected_new_output_fen", "预计新增产值（技术转让必填）", int64(c.NewOutputFen), transfer)
	m.oneOfOrNone("contract.tech_field", "技术领域", "tech_field", c.TechField)
	m.oneOfOrNone("contract.payment", "支付方式", "payment_method", c.Payment)
	m.oneOfOrNone("contract.ip_kind", "涉及知识产权", "contract_ip", c.IPKind)
	m.checkValidity(c)
	m.files("contract.files", c.Files)
}

func (m *move) checkValidity(c *Contract) {
	if c.ValidFrom != "" {
		m.date("contract.valid_from", "有效期起", c.ValidFrom)
	}
	if c.ValidTo != "" && m.date("contract.valid_to", "有效期止", c.ValidTo) && c.ValidTo < c.ValidFrom {
		m.fault("contract.valid_to", "contract.validity_order", "合同有效期止不能早于有效期起。", c.ValidTo)
	}
}

// subtypeOf says which type a subtype belongs to.
func subtypeOf(subtype string) string {
	switch subtype {
	case "commissioned_development", "cooperative_development":
		return "development"
	case "patent_transfer", "patent_application_transfer", "tech_secret_transfer", "software_transfer", "ic_layout_transfer", "plant_transfer":
		return "transfer"
	case "patent_exclusive_license", "patent_sole_license", "patent_ordinary_license", "tech_secret_license":
		return "license"
	case "general_service", "intermediary_service", "training_service":
		return "service"
	}
	return ""
}

func (m *move) checkSubtype(c *Contract) {
	if c.Subtype == "" || !m.oneOf("contract.subtype", "合同子类", "contract_subtype", c.Subtype) {
		return
	}
	if subtypeOf(c.Subtype) != c.Type {
		m.fault("contract.subtype", "contract.subtype", fmt.Sprintf("“%s”不属于“%s”，请核对合同类别与子类。",
			catalog.Vocab("contract_subtype").Label(c.Subtype), catalog.Vocab("contract_type").Label(c.Type)), c.Subtype)
	}
}

func (m *move) signatory(field, label string, s Signatory) {
	m.given(field+".name", label, s.Name)
	if s.USCC != "" {
		if _, err := catalog.ParseUSCC(s.USCC); err != nil {
			e := errs.As(err)
			m.fault(field+".uscc", e.Code, e.Message, s.USCC)
		}
	}
	if s.Region != "" && catalog.PlaceName(s.Region) == "" {
		m.fault(field+".region_code", "region.unknown", "没有这个地区，请填 6 位行政区划代码。", s.Region)
	}
}

func doSign(m *move) {
	c := *m.step.Contract
	c.Need, c.Registration, c.Payments = m.need, nil, nil
	m.in.Contract = &c
}

// wantContract refuses what only a contract can have.
func (m *move) wantContract() bool {
	if m.in.Contract == nil && m.refuse == nil {
		m.refuse = errs.New(errs.Conflict, "introduction.no_contract", "这张对接单还没有合同，请先“登记合同”。")
	}
	return m.in.Contract != nil
}

func (c *Contract) registered() bool {
	return c != nil && c.Registration != nil && c.Registration.Verdict == "registered"
}

func checkAmend(m *move) {
	if !m.wantContract() {
		return
	}
	if m.in.Contract.registered() {
		m.refuse = errs.New(errs.Conflict, "introduction.registered", "合同已经认定登记，不能再改；确有变更请到登记机构办理变更后另行登记。")
	}
	m.checkContract()
}

func doAmend(m *move) {
	old, c := m.in.Contract, *m.step.Contract
	c.Need, c.Registration, c.Payments = m.need, old.Registration, old.Payments
	if c.Fen != old.Fen {
		m.note = fmt.Sprintf("合同金额由 %s 改为 %s。", yuan(int64(old.Fen)), yuan(int64(c.Fen)))
	}
	m.in.Contract = &c
}

func yuan(fen int64) string { return fmt.Sprintf("%d.%02d 元", fen/100, fen%100) }

var registrationPattern = regexp.MustCompile(`^\d{14}(\d{2})?$`)

func checkRegister(m *move) {
	if !m.wantContract() || !m.present("registration", m.step.Registration == nil) {
		return
	}
	if m.in.Contract.registered() {
		m.refuse = errs.New(errs.Conflict, "introduction.registered", "合同已经认定登记过了。")
	}
	r, c := m.step.Registration, m.in.Contract
	m.given("registration.office", "登记机构", r.Office)
	m.pastDate("registration.applied_at", "申请日期", r.AppliedAt)
	m.file("registration.certificate", r.Certificate)
	if m.oneOf("registration.verdict", "登记结论", "registration_verdict", r.Verdict) && r.Verdict == "registered" {
		m.checkRegistered(r, c)
	}
}

// checkRegistered: what the form of the register asks for must be there.
func (m *move) checkRegistered(r *Registration, c *Contract) {
	if !registrationPattern.MatchString(r.No) {
		m.fault("registration.registration_no", "contract.registration_no", "合同登记编号应是 16 位数字（旧式 14 位）。", r.No)
	}
	m.fen("registration.amount_fen", "核定技术交易额", int64(r.Fen), true)
	if int64(r.Fen) > int64(c.Fen) {
		m.fault("registration.amount_fen", "contract.registered_amount", "核定技术交易额不能大于合同成交总金额。", "")
	}
	m.fen("registration.tech_income_fen", "核定技术性收入", int64(r.IncomeFen), false)
	if c.TechField == "" || c.Payment == "" || c.IPKind == "" || c.TechFen == 0 {
		m.fault("contract", "contract.form_incomplete", "登记表要填技术领域、支付方式、涉及知识产权和技术交易额，请先“更正合同”补齐。", "")
	}
}

func doRegister(m *move) {
	r := *m.step.Registration
	r.At = m.now
	if r.Verdict != "registered" {
		r.No, r.Fen, r.IncomeFen = "", 0, 0
	}
	m.in.Contract.Registration = &r
}

func checkPayment(m *move) {
	if !m.wantContract() || !m.present("payment", m.step.Payment == nil) {
		return
	}
	m.room(len(m.in.Contract.Payments), 200, "到账记录")
	p := m.step.Payment
	m.pastDate("payment.date", "到账日期", p.Date)
	m.fen("payment.amount_fen", "到账金额", int64(p.Fen), true)
	m.file("payment.file", p.File)
}

func doPayment(m *move) {
	p := *m.step.Payment
	p.ID, p.Part, p.At = nextID("P", len(m.in.Contract.Payments)), m.who.Seat.Part, m.now
	m.ref = p.ID
	m.in.Contract.Payments = append(m.in.Contract.Payments, p)
}

// needsContract tells whether an outcome is one only with a contract.
func needsContract(outcome string) bool {
	switch outcome {
	case "transfer", "license", "commissioned_dev":
		return true
	}
	return false
}

func checkStart(m *move) {
	if m.in.Contract != nil {
		m.oneOfOrNone("outcome", "对接结果", "outcome_kind", m.step.Outcome)
		return
	}
	if !m.oneOf("outcome", "对接结果", "outcome_kind", m.step.Outcome) {
		return
	}
	if m.step.Outcome == "none" || needsContract(m.step.Outcome) {
		m.fault("outcome", "introduction.needs_contract", "转让、许可和委托开发要先“登记合同”再实施；不签合同的帮扶请选现场指导、会诊、培训等。", m.step.Outcome)
	}
	m.wantNameOfAll()
}

// wantNameOfAll: work begins for at least one enterprise that is known.
func (m *move) wantNameOfAll() {
	for _, n := range m.in.Needs {
		if m.in.Opened(n.Code, m.in.currentCode()).Name {
			return
		}
	}
	m.fault("release", "introduction.name_closed", "企业名称还没有向服务方开放，请先“开放信息”，再开始实施。", "")
}

func doStart(m *move) {
	if m.step.Outcome != "" {
		m.in.Outcome = m.step.Outcome
	}
}

func checkAcceptance(m *move) {
	if !m.present("acceptance", m.step.Acceptance == nil) {
		return
	}
	a := m.step.Acceptance
	m.pastDate("acceptance.date", "验收日期", a.Date)
	m.given("acceptance.conclusion", "验收结论", a.Conclusion)
	m.files("acceptance.files", a.Files)
}

func doAcceptance(m *move) {
	a := *m.step.Acceptance
	a.At = m.now
	m.in.Acceptance = &a
	if a.Passed {
		m.to = AcceptedWork
	}
}
