package brokering

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// maxTargets and maxNeeds bound one introduction.
const (
	maxTargets = 20
	maxNeeds   = 50
)

func checkMessage(m *move) {
	m.room(len(m.in.Messages), 1000, "留言")
	m.given("text", "留言", m.step.Text)
	if m.audience("to", m.step.To) && m.step.To != ToBrokers && m.step.To != ToEnterprise {
		m.namesNobody("text", m.step.Text)
	}
	if m.who.Seat.Part == Enterprise {
		m.wantNeed()
	}
	if m.step.To == ToParties && m.faults == nil && !m.acquainted() {
		m.fault("to", "introduction.contact_closed", "双方互相开放之前，不能同时写给双方；请把话留给红娘（to 填 brokers），红娘请分别写给企业和服务方。", string(m.step.To))
	}
}

// acquainted tells whether the actor may write to both sides.
func (m *move) acquainted() bool {
	need := m.need
	if m.who.Seat.Part != Enterprise {
		need = m.step.Need
	}
	return m.in.MayAddressParties(m.who.Seat.Part, need)
}

// MayAddressParties tells whether a part may write to both sides of a need, of any
// need when it is empty: a side when its contact is open to the other, staff when
// the sides know of each other. Before, everybody writes to the brokers.
func (in *Introduction) MayAddressParties(p Part, need string) bool {
	t, ok := in.CurrentTarget()
	return ok && slices.ContainsFunc(in.Needs, func(n NeedRef) bool {
		o := in.Opened(n.Code, t.Code)
		if need != "" && n.Code != need {
			return false
		}
		switch p {
		case Enterprise:
			return o.Contact
		case Provider:
			return o.Provider
		}
		return t.RecommendedAt != nil && (o.Name || o.Provider)
	})
}

// audience refuses to speak for the other side only, and to a provider who was
// not invited.
func (m *move) audience(field string, to Audience) bool {
	p := m.who.Seat.Part
	ok := false
	switch to {
	case ToBrokers, ToParties:
		ok = true
	case ToEnterprise:
		ok = p != Provider
	case ToProvider:
		ok = p != Enterprise
	}
	if !ok {
		m.fault(field, "choice.unknown", "请选给谁看：brokers（红娘）、parties（双方）；红娘还可以选 enterprise（企业）或 provider（服务方）。", string(to))
		return false
	}
	t, _ := m.in.CurrentTarget()
	if to == ToProvider && t.InvitedAt == nil {
		m.fault(field, "introduction.not_invited", "服务方还没有受邀，看不到这张对接单；请先“发出邀约”。", string(to))
		return false
	}
	return true
}

func doMessage(m *move) {
	msg := Message{
		ID: nextID("M", len(m.in.Messages)), At: m.now, By: m.who.User, Name: m.who.Name, From: m.who.Seat.Part,
		To: m.step.To, Target: m.in.currentCode(), Text: m.step.Text, Need: m.step.Need,
	}
	if msg.From == Enterprise {
		msg.Need = m.need
	}
	m.ref = msg.ID
	m.in.Messages = append(m.in.Messages, msg)
}

var shaPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

func checkAttachment(m *move) {
	m.room(len(m.in.Attachments), 300, "附件")
	if !m.present("attachment", m.step.Attachment == nil) {
		return
	}
	a := m.step.Attachment
	m.given("name", "文件名", a.Name)
	m.audience("visibility", a.Visibility)
	if m.who.Seat.Part == Enterprise {
		m.wantNeed()
	}
	if !shaPattern.MatchString(a.SHA256) || a.Size <= 0 {
		m.fault("file", "file.empty", "文件是空的，请重新选择。", a.Name)
	}
}

func doAttachment(m *move) {
	a := *m.step.Attachment
	a.ID, a.By, a.Part, a.At, a.Target = nextID("F", len(m.in.Attachments)), m.who.User, m.who.Seat.Part, m.now, m.in.currentCode()
	a.Need = m.step.Need
	if a.Part == Enterprise {
		a.Need = m.need
	}
	m.ref = a.ID
	m.in.Attachments = append(m.in.Attachments, a)
}

func checkRelease(m *move) {
	m.room(len(m.in.Releases), 300, "开放记录")
	if !m.present("release", m.step.Release == nil) {
		return
	}
	r := m.step.Release
	m.wantNeed()
	if !m.oneOf("release.what", "开放什么", "release_kind", string(r.What)) || m.need == "" {
		return
	}
	need, _ := m.in.Need(m.need)
	if m.refuse = m.mayRelease(r.What, need); m.refuse != nil {
		return
	}
	if m.who.Seat.Part.staff() {
		m.given("release.consent", "谁、何时、怎样同意开放", r.Consent)
	}
	if r.What != ProviderContact && need.Confidentiality == "nda" {
		m.given("release.nda", "已签保密协议的附件编号", r.NDA)
	}
	m.file("release.nda", r.NDA)
	m.releaseInOrder(r.What)
}

// mayRelease: each side opens what is its own; staff open for a side that
// agreed, but never what is kept for staff.
func (m *move) mayRelease(what ReleaseKind, need NeedRef) error {
	p, ofProvider := m.who.Seat.Part, what == ProviderContact
	switch {
	case p == Provider && !ofProvider, p == Enterprise && ofProvider:
		return errs.New(errs.Denied, "introduction.not_yours", "只能开放自己一方的信息；对方的信息由对方或红娘开放。")
	case p.staff() && !ofProvider && need.Confidentiality == "broker_only":
		return errs.New(errs.Denied, "introduction.broker_only", "这项需求设为“仅经办”，只有企业自己可以开放。")
	}
	return nil
}

func (m *move) releaseInOrder(what ReleaseKind) {
	t, _ := m.in.CurrentTarget()
	o := m.in.Opened(m.need, t.Code)
	switch {
	case m.in.released(what, m.need, t.Code):
		m.refuse = errs.New(errs.Conflict, "introduction.done_already", "这一项已经开放过了。")
	case m.who.Seat.Part == Enterprise && t.RecommendedAt == nil:
		m.fault("release.what", "introduction.order", "红娘向您推荐以后，才能开放给对方。", string(what))
	case (what == NeedContact || what == NeedDetail) && !o.Name:
		m.fault("release.what", "introduction.order", "请先开放企业名称，再开放联系方式和详情：后两者都会让对方知道是哪家企业。", string(what))
	case what == NeedContact && slices.Contains([]Stage{Accepted, Recommended}, m.in.Stage):
		m.fault("release.what", "introduction.order", "双方有意向以后再开放联系方式。", string(what))
	case what == ProviderContact && m.in.Stage == Accepted:
		m.fault("release.what", "introduction.order", "推荐给企业以后再开放服务方的联系方式。", string(what))
	}
}

func doRelease(m *move) {
	r := *m.step.Release
	r.ID, r.Need, r.Target, r.At, r.EndedAt = nextID("R", len(m.in.Releases)), m.need, m.in.currentCode(), m.now, nil
	r.By, r.Name, r.Part = m.who.User, m.who.Name, m.who.Seat.Part
	m.ref, m.note = r.ID, catalog.Vocab("release_kind").Label(string(r.What))
	m.in.Releases = append(m.in.Releases, r)
}

func (m *move) releaseByID() *Release {
	for i := range m.in.Releases {
		if r := &m.in.Releases[i]; r.ID == m.step.ID && r.EndedAt == nil {
			return r
		}
	}
	return nil
}

func checkWithdraw(m *move) {
	r := m.releaseByID()
	if r == nil || m.who.Seat.Part == Enterprise && !m.who.Seat.owns(r.Need) {
		m.fault("id", "introduction.id_unknown", "没有这条开放记录，或已经收回，请核对编号。", m.step.ID)
		return
	}
	if p := m.who.Seat.Part; p == Provider && r.What != ProviderContact || p == Enterprise && r.What == ProviderContact {
		m.refuse = errs.New(errs.Denied, "introduction.not_yours", "只能收回自己一方开放的信息。")
	}
	if r.What == NeedName && (m.in.Intent != nil || m.in.Contract != nil) {
		m.refuse = errs.New(errs.Conflict, "introduction.signed_already", "已经签了意向或合同，企业名称不能再收回。")
	}
}

// doWithdraw closes the release and, with a name, what gives the name away.
func doWithdraw(m *move) {
	r := *m.releaseByID()
	m.ref, m.note = r.ID, catalog.Vocab("release_kind").Label(string(r.What))
	for i := range m.in.Releases {
		other := &m.in.Releases[i]
		follows := r.What == NeedName && other.What != ProviderContact && other.Need == r.Need && other.Target == r.Target
		if other.EndedAt == nil && (other.ID == r.ID || follows) {
			other.EndedAt = &m.now
		}
	}
}

func checkPlan(m *move) { m.present("next_action", m.step.Next == nil) }

func (m *move) checkNext() {
	n := m.step.Next
	m.given("next_action.what", "下一步做什么", n.What)
	if m.date("next_action.due", "期限", n.Due) && (n.Due <= dateOf(m.now, 0) || n.Due > dateOf(m.now, maxPlanDays)) {
		m.fault("next_action.due", "date.range", fmt.Sprintf("期限应在明天到 %d 天之内。", maxPlanDays), n.Due)
	}
	if n.Who != Enterprise && n.Who != Provider && n.Who != Staff {
		m.fault("next_action.who", "choice.unknown", "请选由谁来做：enterprise（企业）、provider（服务方）或 broker（红娘）。", string(n.Who))
	}
}

func (m *move) planned() *NextAction {
	n := *m.step.Next
	n.User = ""
	if n.Who == Staff {
		n.User = m.in.Broker.User
	}
	return &n
}

func checkTargets(m *move) {
	if len(m.step.Targets) == 0 {
		m.fault("targets", "list.required", "请选至少一个推荐对象。", "")
	}
	checkTargetList(m.in.Needs, m.in.Targets, m.step.Targets, &m.faults)
}

// checkTargetList refuses who is there already, and who belongs to the firm
// that is to be helped.
func checkTargetList(needs []NeedRef, have, add []Target, f *errs.Faults) {
	if len(have)+len(add) > maxTargets {
		f.Add("targets", "list.too_long", fmt.Sprintf("一张对接单最多 %d 个推荐对象。", maxTargets), "")
	}
	seen := map[string]bool{}
	for _, t := range have {
		seen[t.Code] = true
	}
	for i, t := range add {
		field := fmt.Sprintf("targets[%d]", i)
		switch {
		case t.Code == "" || t.Name == "":
			f.Add(field, "introduction.target_unknown", "没有这个推荐对象，请核对类型和编号。", t.Code)
		case seen[t.Code]:
			f.Add(field, "introduction.target_twice", "这个推荐对象已经在这张对接单里了。", t.Code)
		case slices.ContainsFunc(needs, func(n NeedRef) bool { return n.Org != "" && n.Org == t.Org }):
			f.Add(field, "introduction.same_firm", "不能推荐需求企业自己的人或单位。", t.Code)
		}
		seen[t.Code] = true
	}
}

func doTargets(m *move) {
	for _, t := range m.step.Targets {
		m.in.Targets = append(m.in.Targets, fresh(t))
	}
	if m.in.Stage == Declined {
		m.in.Targets[slices.IndexFunc(m.in.Targets, func(t Target) bool { return t.State == Waiting })].State = Current
		m.to = Proposed
	}
}

// fresh is a target nobody has asked yet.
func fresh(t Target) Target {
	return Target{Kind: t.Kind, Code: t.Code, Name: t.Name, Org: t.Org, OrgName: t.OrgName, Person: t.Person, Band: t.Band, State: Waiting}
}

func checkHandover(m *move) {
	b := m.step.Broker
	switch {
	case b == nil || b.User == "" || b.Name == "":
		m.fault("broker.user", "introduction.broker_unknown", "请写明移交给哪位红娘（账号编号）。", "")
	case !m.step.CoBroker && b.User == m.in.Broker.User, m.step.CoBroker && m.in.CoBroker != nil && b.User == m.in.CoBroker.User:
		m.refuse = errs.New(errs.Conflict, "introduction.done_already", "这张对接单已经在这位红娘手里了。")
	}
}

func doHandover(m *move) {
	b := *m.step.Broker
	m.note = "移交给" + b.Name + "。"
	if m.step.CoBroker {
		m.in.CoBroker = &b
		return
	}
	m.in.Broker = b
	if m.in.Next != nil && m.in.Next.Who == Staff {
		n := *m.in.Next
		n.User = b.User
		m.in.Next = &n
	}
}

// usual gives the next action that a stage asks for.
func usual(in *Introduction, now time.Time) *NextAction {
	what, who, days := usualOf(in)
	n := &NextAction{What: what, Who: who, Due: dateOf(now, days)}
	if in.Stage == Invited {
		n.Due = in.Invitations[len(in.Invitations)-1].Due
	}
	if who == Staff {
		n.User = in.Broker.User
	}
	return n
}

func usualOf(in *Introduction) (what string, who Part, days int) {
	_, answered := in.AnswersOf(in.currentCode())
	claimed := slices.ContainsFunc(in.Benefits, func(b Benefit) bool { return b.Status == Claimed })
	switch in.Stage {
	case Proposed:
		return "确认推荐对象是否合适", Staff, 7
	case Reviewed:
		return "发出邀约", Staff, 7
	case Invited:
		return "答复邀约", Provider, answerDays
	case Accepted:
		if !answered {
			return "回答三个问题", Provider, answerDays
		}
		return "推荐给企业", Staff, 7
	case Declined:
		return "另找推荐对象，或办结", Staff, 7
	case Recommended:
		return "答复是否有意向", Enterprise, answerDays
	case Interested:
		return "安排双方考察交流", Staff, 14
	case Visiting, Negotiating:
		return "促成洽谈，记录结果", Staff, 14
	case IntentSigned:
		return "推进签订合同或开始实施", Staff, 14
	case ContractSigned:
		return "认定登记并开始实施", Staff, 14
	case Implementing:
		return "了解实施进展，组织验收", Staff, 14
	case AcceptedWork:
		return "填报成效", Enterprise, 90
	}
	if claimed {
		return "核实自报的成效", Staff, 14
	}
	return "填报下一期成效，或办结", Enterprise, 90
}
