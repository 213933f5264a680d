package brokering

import (
	"fmt"
	"slices"
	"strings"

	"hongniang/internal/errs"
)

// Days and bounds of an invitation.
const (
	answerDays    = 7
	maxInviteDays = 60
	maxPlanDays   = 184
)

func checkInvite(m *move) {
	if m.step.Due == "" {
		m.step.Due = dateOf(m.now, answerDays)
	}
	if m.date("due", "答复期限", m.step.Due) && (m.step.Due <= dateOf(m.now, 0) || m.step.Due > dateOf(m.now, maxInviteDays)) {
		m.fault("due", "date.range", fmt.Sprintf("答复期限应在明天到 %d 天之内。", maxInviteDays), m.step.Due)
	}
	if m.step.Text == "" && slices.ContainsFunc(m.in.Needs, NeedRef.anonymous) {
		m.fault("text", "text.required", "需求要求保密，对方看不到它的名称和简介：请写几句不涉密的话，说明想请对方做什么。", "")
	}
	m.namesNobody("text", m.step.Text)
}

// namesNobody refuses the name of an enterprise that is not released to the
// current target in words that the target will read.
func (m *move) namesNobody(field, text string) {
	for _, n := range m.in.Needs {
		if n.OrgName != "" && strings.Contains(text, n.OrgName) && !m.in.Opened(n.Code, m.in.currentCode()).Name {
			m.fault(field, "introduction.names_enterprise", "企业名称还没有向对方开放，文字里请不要写出企业名称；或先“开放信息”。", "")
		}
	}
}

// doInvite asks, or asks again: the link of the earlier mail is over then.
func doInvite(m *move) {
	at := m.in.current()
	m.answerInvitation("asked_again")
	m.ref = nextID("I", len(m.in.Invitations))
	m.in.Invitations = append(m.in.Invitations, Invitation{
		ID: m.ref, Target: m.in.Targets[at].Code, Text: m.step.Text, Nonce: m.step.Nonce, At: m.now, Due: m.step.Due,
	})
	if m.in.Targets[at].InvitedAt == nil {
		m.in.Targets[at].InvitedAt = &m.now
	}
}

func doAccept(m *move) { m.answerInvitation("accept") }

// answerInvitation marks the open invitation of the current target.
func (m *move) answerInvitation(answer string) {
	for i := range m.in.Invitations {
		inv := &m.in.Invitations[i]
		if inv.Target == m.in.currentCode() && inv.AnsweredAt == nil {
			inv.AnsweredAt, inv.Answer = &m.now, answer
			m.ref = inv.ID
		}
	}
}

func checkDecline(m *move) {
	if p := m.who.Seat.Part; !mayDecline(m.in, p) {
		m.refuse = notNow(m.in, Rule{What: "婉拒"}, p)
	}
	m.checkReason("婉拒原因")
}

func (m *move) checkReason(label string) {
	if m.oneOf("reason", label, "decline_reason", m.step.Reason) && m.step.Reason == "other" {
		m.given("note", "其他原因的说明", m.step.Note)
	}
}

// doDecline ends the current target and proposes the next alternate.
func doDecline(m *move) {
	m.answerInvitation("decline")
	at := m.in.current()
	t := &m.in.Targets[at]
	t.State, t.EndedAt, t.EndedBy, t.Reason = Ended, &m.now, m.who.Seat.Part, m.step.Reason
	m.ref = t.Code
	for i := range m.in.Releases {
		if r := &m.in.Releases[i]; r.Target == t.Code && r.EndedAt == nil {
			r.EndedAt = &m.now
		}
	}
	m.to = Declined
	for i := range m.in.Targets {
		if m.in.Targets[i].State == Waiting {
			m.in.Targets[i].State = Current
			m.to = Proposed
			return
		}
	}
}

func checkAnswer(m *move) {
	if !m.present("answers", m.step.Answers == nil) {
		return
	}
	a := m.step.Answers
	m.given("answers.how_we_help", "我们怎样帮", a.HowWeHelp)
	m.given("answers.what_is_unclear", "还有什么不清楚（没有就写“无”）", a.WhatUnclear)
	m.given("answers.about_us", "我们是谁", a.AboutUs)
	m.oneOfOrNone("answers.cooperation_mode", "合作方式", "cooperation_mode", a.Cooperation)
}

func doAnswer(m *move) {
	a := *m.step.Answers
	a.Target, a.At = m.in.currentCode(), m.now
	m.in.Answers = append(slices.DeleteFunc(m.in.Answers, func(old Answers) bool { return old.Target == a.Target }), a)
}

func checkRecommend(m *move) {
	if _, ok := m.in.AnswersOf(m.in.currentCode()); !ok {
		m.fault("answers", "introduction.unanswered", "服务方还没有回答三个问题（怎样帮、还有什么不清楚、我们是谁）；请催办，或问清后代为填写，再推荐给企业。", "")
	}
}

func doRecommend(m *move) { m.in.Targets[m.in.current()].RecommendedAt = &m.now }

// wantName refuses what cannot happen among people who do not know each other.
func (m *move) wantName() {
	if m.need != "" && !m.in.Opened(m.need, m.in.currentCode()).Name {
		m.fault("release", "introduction.name_closed", "企业名称还没有向服务方开放，请先“开放信息”，再登记这一步。", "")
	}
}

func checkVisit(m *move) {
	m.room(len(m.in.Visits), 300, "考察记录")
	if !m.present("visit", m.step.Visit == nil) {
		return
	}
	v := m.step.Visit
	m.wantNeed()
	m.wantName()
	m.oneOf("visit.kind", "方式", "visit_kind", v.Kind)
	m.pastDate("visit.date", "日期", v.Date)
	m.files("visit.files", v.Files)
}

func doVisit(m *move) {
	v := *m.step.Visit
	v.ID, v.Need, v.Target, v.Part, v.At = nextID("V", len(m.in.Visits)), m.need, m.in.currentCode(), m.who.Seat.Part, m.now
	m.ref = v.ID
	m.in.Visits = append(m.in.Visits, v)
	m.met()
}

// met: whoever visits or helps has met.
func (m *move) met() {
	if m.in.Stage == Interested {
		m.to = Visiting
	}
}

func checkHelp(m *move) {
	m.room(len(m.in.Helps), 500, "帮扶记录")
	if !m.present("help", m.step.Help == nil) {
		return
	}
	h := m.step.Help
	m.wantNeed()
	m.wantName()
	m.oneOf("help.kind", "帮扶方式", "help_kind", h.Kind)
	m.pastDate("help.date", "日期", h.Date)
	if len(h.Persons) == 0 || slices.Contains(h.Persons, "") {
		m.fault("help.persons", "list.required", "请写明到企业去的工匠或专家，一人一项。", "")
	}
	if h.ProblemSolved {
		m.given("help.problem", "解决了什么难题", h.Problem)
	}
	if h.Hours < 0 || h.Hours > 1000 {
		m.fault("help.hours", "number.range", "时长应在 0 到 1000 小时之间。", fmt.Sprint(h.Hours))
	}
	if h.PeopleTrained < 0 || h.PeopleTrained > 10000 {
		m.fault("help.people_trained", "number.range", "培训人次应在 0 到 10000 之间。", fmt.Sprint(h.PeopleTrained))
	}
	m.files("help.files", h.Files)
}

func doHelp(m *move) {
	h := *m.step.Help
	h.ID, h.Need, h.Target, h.Part, h.At = nextID("H", len(m.in.Helps)), m.need, m.in.currentCode(), m.who.Seat.Part, m.now
	h.ConfirmedBy, h.ConfirmedAt = "", nil
	if h.Part != Provider { // what the helper says of himself waits for another's word
		h.ConfirmedBy, h.ConfirmedAt = h.Part, &m.now
	}
	m.ref = h.ID
	m.in.Helps = append(m.in.Helps, h)
	m.met()
}

func (m *move) help() *Help {
	for i := range m.in.Helps {
		if h := &m.in.Helps[i]; h.ID == m.step.ID && (m.who.Seat.Part != Enterprise || m.who.Seat.owns(h.Need)) {
			return h
		}
	}
	return nil
}

func checkConfirm(m *move) {
	switch h := m.help(); {
	case h == nil:
		m.fault("id", "introduction.id_unknown", "没有这条帮扶记录，请核对编号。", m.step.ID)
	case h.ConfirmedAt != nil:
		m.refuse = errs.New(errs.Conflict, "introduction.done_already", "这条帮扶记录已经确认过了。")
	}
}

func doConfirm(m *move) {
	h := m.help()
	h.ConfirmedBy, h.ConfirmedAt = m.who.Seat.Part, &m.now
	m.ref = h.ID
}
