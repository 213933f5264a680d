package brokering

import "time"

// The rungs of the honest ladder, in 分: 意向 is not 合同 is not 登记 is not 到账 is
// not 见效. Each rung has a type of its own, so that the compiler refuses to add
// amounts of two rungs.
type (
	IntentFen     int64 // what both sides wish for
	ContractFen   int64 // what a signed contract says
	RegisteredFen int64 // what the register of technology contracts approved
	ReceivedFen   int64 // what arrived in an account
	ClaimedFen    int64 // what the enterprise says it gained
	VerifiedFen   int64 // what of that was proved
	RewardFen     int64 // what workers are owed or were paid of it
)

// Intent is a letter of intent (意向).
type Intent struct {
	Date    string    `json:"date" doc:"YYYY-MM-DD"`
	Fen     IntentFen `json:"amount_fen,omitempty"`
	Content string    `json:"content" max:"2000"`
	Need    string    `json:"need,omitempty"`
	Files   []string  `json:"files,omitempty"`
}

// Contract is a technology contract in the words of its registration
// (技术合同认定登记).
type Contract struct {
	No             string        `json:"contract_no,omitempty" max:"60"`
	ProjectName    string        `json:"project_name" max:"120"`
	Type           string        `json:"type" doc:"Vocabulary contract_type"`
	Subtype        string        `json:"subtype,omitempty" doc:"Vocabulary contract_subtype"`
	SignDate       string        `json:"sign_date" doc:"YYYY-MM-DD"`
	ValidFrom      string        `json:"valid_from,omitempty" doc:"YYYY-MM-DD"`
	ValidTo        string        `json:"valid_to,omitempty" doc:"YYYY-MM-DD"`
	Buyer          Signatory     `json:"buyer"`
	Seller         Signatory     `json:"seller"`
	TechField      string        `json:"tech_field,omitempty" doc:"Vocabulary tech_field"`
	Fen            ContractFen   `json:"amount_fen" doc:"合同成交总金额"`
	TechFen        ContractFen   `json:"tech_amount_fen,omitempty" doc:"技术交易额: the part of the whole that is for technology"`
	Payment        string        `json:"payment,omitempty" doc:"Vocabulary payment_method"`
	IPKind         string        `json:"ip_kind,omitempty" doc:"Vocabulary contract_ip"`
	NewInputFen    ContractFen   `json:"expected_new_input_fen,omitempty" doc:"预计新增投入; a transfer must have it"`
	NewOutputFen   ContractFen   `json:"expected_new_output_fen,omitempty" doc:"预计新增产值; a transfer must have it"`
	Intermediary   string        `json:"intermediary,omitempty" max:"100"`
	IsRelatedParty bool          `json:"is_related_party,omitempty"`
	Need           string        `json:"need,omitempty"`
	Files          []string      `json:"files,omitempty"`
	Registration   *Registration `json:"registration,omitempty"`
	Payments       []Payment     `json:"payments,omitempty"`
}

// Signatory is a party to a contract.
type Signatory struct {
	Name    string `json:"name" max:"100"`
	USCC    string `json:"uscc,omitempty"`
	Country string `json:"country,omitempty" max:"3" doc:"3 digits; China when empty"`
	Region  string `json:"region_code,omitempty" doc:"GB/T 2260"`
	Nature  string `json:"nature,omitempty" max:"3" doc:"Code of the form, such as 150"`
}

// Registration is the decision of the register of technology contracts.
type Registration struct {
	Office      string        `json:"office" max:"100"`
	AppliedAt   string        `json:"applied_at" doc:"YYYY-MM-DD"`
	Verdict     string        `json:"verdict" doc:"Vocabulary registration_verdict"`
	No          string        `json:"registration_no,omitempty" doc:"16 digits, 14 in older forms"`
	Fen         RegisteredFen `json:"amount_fen,omitempty" doc:"核定技术交易额"`
	IncomeFen   RegisteredFen `json:"tech_income_fen,omitempty" doc:"核定技术性收入"`
	Certificate string        `json:"certificate,omitempty" doc:"Id of the attachment"`
	At          time.Time     `json:"at,omitzero"`
}

// Payment is money that arrived under the contract.
type Payment struct {
	ID   string      `json:"id"`
	Date string      `json:"date" doc:"YYYY-MM-DD"`
	Fen  ReceivedFen `json:"amount_fen"`
	File string      `json:"file,omitempty" doc:"Id of the attachment that proves it"`
	Part Part        `json:"part,omitempty"`
	At   time.Time   `json:"at,omitzero"`
}

// Benefit is what a period brought. It is claimed first, then verified or
// disputed by staff; money counts only when verified.
type Benefit struct {
	ID          string        `json:"id"`
	Need        string        `json:"need,omitempty"`
	Period      string        `json:"period" doc:"YYYY or YYYY-MM"`
	Beneficiary string        `json:"beneficiary" doc:"Vocabulary beneficiary: worker, enterprise, union"`
	Kind        string        `json:"kind" doc:"Vocabulary case_benefit_kind"`
	Fen         ClaimedFen    `json:"amount_fen,omitempty" doc:"For kinds that are money"`
	Quantity    float64       `json:"quantity,omitempty" doc:"For the other kinds"`
	Unit        string        `json:"unit,omitempty" max:"20"`
	Baseline    string        `json:"baseline,omitempty" max:"500" doc:"What it is compared with"`
	Method      string        `json:"method" max:"1000" doc:"How it was reckoned"`
	Evidence    []string      `json:"evidence,omitempty" doc:"Ids of attachments"`
	Status      BenefitStatus `json:"status"`
	ClaimedBy   string        `json:"claimed_by,omitempty"`
	ClaimedPart Part          `json:"claimed_part,omitempty"`
	ClaimedAt   time.Time     `json:"claimed_at,omitzero"`
	VerifiedFen VerifiedFen   `json:"verified_fen,omitempty" doc:"At most what was claimed"`
	Proof       string        `json:"proof,omitempty" doc:"Vocabulary benefit_proof"`
	JudgedBy    string        `json:"judged_by,omitempty"`
	JudgedAt    *time.Time    `json:"judged_at,omitempty"`
	Reward      *Reward       `json:"reward,omitempty"`
}

// BenefitStatus says what a claim is worth.
type BenefitStatus string

// The states of a benefit.
const (
	Claimed  BenefitStatus = "claimed"
	Verified BenefitStatus = "verified"
	Disputed BenefitStatus = "disputed"
)

// Reward is the workers' part of a benefit: 1 % to 5 % of what was verified.
type Reward struct {
	BasisPoints int             `json:"basis_points" doc:"100 to 500: 1 % to 5 %"`
	Owed        RewardFen       `json:"owed_fen" doc:"0 until the benefit is verified"`
	Payments    []RewardPayment `json:"payments,omitempty"`
}

// RewardPayment is one payment of a reward.
type RewardPayment struct {
	Date string    `json:"date" doc:"YYYY-MM-DD"`
	Fen  RewardFen `json:"amount_fen"`
	To   string    `json:"to" max:"100" doc:"Team or worker"`
	File string    `json:"file,omitempty"`
}

// Paid is what was paid of the reward so far.
func (r Reward) Paid() RewardFen {
	var sum RewardFen
	for _, p := range r.Payments {
		sum += p.Fen
	}
	return sum
}

// moneyKinds are the kinds of benefit that are counted in 分; they overlap (a
// sale holds a profit, a profit a tax) and are never added to each other.
func moneyKind(kind string) bool {
	switch kind {
	case "saved", "created", "sales", "profit", "tax":
		return true
	}
	return false
}
