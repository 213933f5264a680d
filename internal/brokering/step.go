package brokering

// StepKind names a step. Rules says what each may do and what it needs.
type StepKind string

// The steps. The first is taken by New, the others by Apply.
const (
	Create          StepKind = "create"
	Review          StepKind = "review"
	Invite          StepKind = "invite"
	Accept          StepKind = "accept"
	Decline         StepKind = "decline"
	Answer          StepKind = "answer"
	Recommend       StepKind = "recommend"
	Interest        StepKind = "interest"
	RecordVisit     StepKind = "visit"
	RecordHelp      StepKind = "help"
	ConfirmHelp     StepKind = "confirm_help"
	Negotiate       StepKind = "negotiate"
	SignIntent      StepKind = "sign_intent"
	SignContract    StepKind = "sign_contract"
	AmendContract   StepKind = "amend_contract"
	Register        StepKind = "register_contract"
	ReceivePayment  StepKind = "receive_payment"
	Start           StepKind = "start"
	AcceptWork      StepKind = "accept_work"
	ClaimBenefit    StepKind = "claim_benefit"
	JudgeBenefit    StepKind = "judge_benefit"
	PayReward       StepKind = "pay_reward"
	CloseSuccess    StepKind = "close_success"
	CloseFail       StepKind = "close_fail"
	Reopen          StepKind = "reopen"
	Rate            StepKind = "rate"
	Write           StepKind = "message"
	Attach          StepKind = "attach"
	ReleaseStep     StepKind = "release"
	WithdrawRelease StepKind = "withdraw_release"
	Plan            StepKind = "plan"
	AddTargets      StepKind = "add_targets"
	Handover        StepKind = "handover"
)

// Step is one change that somebody wants. Which of its parts a kind needs is in
// the checks of Rules; what a kind does not need is ignored.
type Step struct {
	Kind         StepKind       `json:"step" doc:"Which step"`
	Note         string         `json:"note,omitempty" max:"1000" doc:"Who answered, when and how, when staff act for a side"`
	Reason       string         `json:"reason,omitempty" doc:"decline, close_fail: vocabulary decline_reason"`
	Need         string         `json:"need,omitempty" doc:"Code of the need; only where several are introduced together"`
	ID           string         `json:"id,omitempty" doc:"confirm_help, judge_benefit, pay_reward, withdraw_release: what is changed"`
	Due          string         `json:"due,omitempty" doc:"invite: YYYY-MM-DD, 7 days when left out"`
	Text         string         `json:"text,omitempty" max:"2000" doc:"invite, message"`
	To           Audience       `json:"to,omitempty" doc:"message: brokers, enterprise, provider or parties"`
	Outcome      string         `json:"outcome,omitempty" doc:"start, close_success: vocabulary outcome_kind"`
	Answers      *Answers       `json:"answers,omitempty"`
	Release      *Release       `json:"release,omitempty" doc:"what, consent, nda"`
	Visit        *Visit         `json:"visit,omitempty"`
	Help         *Help          `json:"help,omitempty"`
	Intent       *Intent        `json:"intent,omitempty"`
	Contract     *Contract      `json:"contract,omitempty"`
	Registration *Registration  `json:"registration,omitempty"`
	Payment      *Payment       `json:"payment,omitempty"`
	Acceptance   *Acceptance    `json:"acceptance,omitempty"`
	Benefit      *Benefit       `json:"benefit,omitempty"`
	Verdict      *Verdict       `json:"verdict,omitempty"`
	Reward       *RewardPayment `json:"reward,omitempty"`
	Rating       *Rating        `json:"rating,omitempty"`
	Next         *NextAction    `json:"next_action,omitempty" doc:"plan; with other steps of staff too, in place of the usual next action"`
	Targets      []Target       `json:"targets,omitempty" doc:"add_targets: kind and code; the rest is read from the catalogue"`
	Broker       *Broker        `json:"broker,omitempty" doc:"handover: user; the rest is read from the accounts"`
	CoBroker     bool           `json:"co_broker,omitempty" doc:"handover: of the helping side"`
	Attachment   *Attachment    `json:"-"` // set by Service.Attach alone
	Nonce        string         `json:"-"` // random, for Invite; set by the Service
	Link         string         `json:"-"` // id of the invitation whose link is used; set by the Service
}

// Verdict is what staff find of a claimed benefit.
type Verdict struct {
	Status BenefitStatus `json:"status" doc:"verified or disputed"`
	Fen    VerifiedFen   `json:"verified_fen,omitempty" doc:"For kinds that are money: at most what was claimed"`
	Proof  string        `json:"proof,omitempty" doc:"Vocabulary benefit_proof; verified needs it"`
	Files  []string      `json:"files,omitempty" doc:"Ids of attachments; verified needs one, here or with the claim"`
}
