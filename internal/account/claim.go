package account

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"hongniang/internal/errs"
)

// ClaimState is how far a claim is.
type ClaimState string

// The states of a claim.
const (
	ClaimOpen    ClaimState = "open"
	ClaimGranted ClaimState = "granted"
	ClaimRefused ClaimState = "refused"
)

// claimKept is how long a claim is kept, decided or not: it holds a phone number.
const claimKept = 180 * 24 * time.Hour

// Claim is somebody's word that a person whom staff entered, or the leader of a
// studio, is he. The broker who decides calls him.
type Claim struct {
	Code      string     `json:"code"`
	Kind      string     `json:"kind" doc:"expert or studio"`
	Record    string     `json:"record" doc:"Code of what is claimed"`
	Person    string     `json:"person" doc:"Code of the expert whom the account will be: the claimed one, or the studio's leader"`
	User      string     `json:"user,omitempty" doc:"Code of the user who claims; absent: the account is made when the claim is granted"`
	Name      string     `json:"name"`
	Phone     string     `json:"phone" doc:"Where the broker calls back; deleted with the claim after 180 days"`
	Words     string     `json:"words,omitempty"`
	State     ClaimState `json:"state" enum:"open,granted,refused"`
	Reason    string     `json:"reason,omitempty" doc:"Why it was refused"`
	DecidedBy string     `json:"decided_by,omitempty"`
	CreatedAt time.Time  `json:"created_at"`
	DecidedAt time.Time  `json:"decided_at,omitzero"`
	rev       int64
}

var phonePattern = regexp.MustCompile(`^\+?[0-9][0-9 -]{5,18}[0-9]$`)

func (c Claim) check() error {
	var f errs.Faults
	if n := len([]rune(c.Name)); n == 0 || n > 40 {
		f.Add("name", "claim.name", "请填写姓名，不超过 40 个字。", c.Name)
	}
	if !phonePattern.MatchString(c.Phone) {
		f.Add("phone", "claim.phone", "请填写能联系到您的电话，经办的红娘会打电话核对。", "")
	}
	if len([]rune(c.Words)) > 500 {
		f.Add("words", "claim.words", "说明最多 500 个字。", "")
	}
	return f.Err()
}

// RequestClaim notes a claim; c says Kind, Record, Person, User, Name, Phone and
// Words. Whether the person has an account already is not told here. Errors:
// record.invalid with fields, login.slow_down, claim.no_leader.
func (s *Service) RequestClaim(ctx context.Context, c Claim, addr string) (Claim, error) {
	c.Name, c.Phone, c.Words = strings.TrimSpace(c.Name), strings.TrimSpace(c.Phone), strings.TrimSpace(c.Words)
	if err := c.check(); err != nil {
		return c, err
	}
	if c.Person == "" {
		return c, errs.New(errs.Conflict, "claim.no_leader", "这个工作室还没有登记领衔人，请先联系经办的红娘补上。")
	}
	if err := s.admit(ctx, inviteKey(addr), inviteLimit); err != nil {
		return c, err
	}
	id, err := s.word(12)
	if err != nil {
		return c, err
	}
	c.Code, c.State, c.CreatedAt = "RL"+id, ClaimOpen, s.now()
	it, err := c.item()
	if err != nil {
		return c, err
	}
	s.Log.Info("claim requested", "claim", c.Code, "record", c.Record)
	return c, s.Store.Insert(ctx, it)
}

// unclaimed refuses a person who has an account: to the broker who decides, and
// not to whoever asks.
func (s *Service) unclaimed(ctx context.Context, person string) error {
	have, err := s.Store.Owned(ctx, KindUser, person)
	if err != nil {
		return err
	}
	if len(have) > 0 {
		return errs.New(errs.Conflict, "claim.taken", "这个人已经有账号了，不能再认领一次。本人忘了密码，请管理员重设；否则请不同意这个申请。")
	}
	return nil
}

func (c Claim) item() (Item, error) {
	return encode(Item{Kind: KindClaim, ID: c.Code, Owner: c.User, Expires: c.CreatedAt.Add(claimKept), Rev: c.rev}, c)
}

// Claim reads one claim.
func (s *Service) Claim(ctx context.Context, code string) (Claim, error) {
	it, err := s.Store.Get(ctx, KindClaim, code)
	if errs.Is(err, errs.NotFound) {
		return Claim{}, errs.Wrap(err, errs.NotFound, "claim.unknown", "没有这个认领申请，可能已过期。请刷新列表。")
	}
	if err != nil {
		return Claim{}, err
	}
	c := Claim{rev: it.Rev}
	return c, decode(it, &c)
}

// Claims lists every claim that is kept, open ones first, then the newest.
func (s *Service) Claims(ctx context.Context) ([]Claim, error) {
	var out []Claim
	for after := ""; ; {
		items, err := s.Store.Scan(ctx, KindClaim, after, 200)
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			after = it.ID
			c := Claim{rev: it.Rev}
			if err := decode(it, &c); err != nil {
				return nil, err
			}
			out = append(out, c)
		}
		if len(items) < 200 {
			slices.SortStableFunc(out, func(a, b Claim) int {
				return cmp.Or(cmp.Compare(a.turn(), b.turn()), b.CreatedAt.Compare(a.CreatedAt))
			})
			return out, nil
		}
	}
}

// turn puts open claims first.
func (c Claim) turn() int {
	if c.State == ClaimOpen {
		return 0
	}
	return 1
}

// decide moves an open claim into a state, once.
func (s *Service) decide(ctx context.Context, c *Claim, state ClaimState, by Actor, reason string) error {
	if c.State != ClaimOpen {
		return errs.New(errs.Conflict, "claim.decided", "这个申请已经处理过了，请刷新列表。")
	}
	c.State, c.DecidedBy, c.DecidedAt, c.Reason = state, by.Signature(), s.now(), reason
	it, err := c.item()
	if err != nil {
		return err
	}
	if err := s.Store.Replace(ctx, it); err != nil {
		return err
	}
	c.rev++
	s.Log.Info("claim decided", "claim", c.Code, "state", string(state), "by", by.User)
	return nil
}

// RefuseClaim refuses an open claim for a reason.
func (s *Service) RefuseClaim(ctx context.Context, code string, by Actor, reason string) (Claim, error) {
	reason = strings.TrimSpace(reason)
	if n := len([]rune(reason)); n == 0 || n > 200 {
		return Claim{}, errs.New(errs.Invalid, "claim.reason", "请写明不同意的理由，不超过 200 个字。")
	}
	c, err := s.Claim(ctx, code)
	if err != nil {
		return c, err
	}
	return c, s.decide(ctx, &c, ClaimRefused, by, reason)
}

// GrantClaim grants an open claim: the user who claims becomes the person, or
// an account is made whose one-time password the broker tells on the telephone.
func (s *Service) GrantClaim(ctx context.Context, code string, by Actor) (u User, oneTime string, err error) {
	c, err := s.Claim(ctx, code)
	if err != nil {
		return u, "", err
	}
	if err := s.unclaimed(ctx, c.Person); err != nil {
		return u, "", err
	}
	if err := s.decide(ctx, &c, ClaimGranted, by, ""); err != nil {
		return u, "", err
	}
	if c.User != "" {
		u, err = s.ChangeUser(ctx, c.User, UserChange{Person: &c.Person})
	} else {
		u, oneTime, err = s.addClaimant(ctx, c)
	}
	if err != nil {
		c.State = ClaimOpen
		if it, itemErr := c.item(); itemErr == nil {
			_ = s.Store.Replace(ctx, it) // the grant failed; what failed is told
		}
	}
	return u, oneTime, err
}

// addClaimant makes the account of a claim; its login is the person's code, and
// its mobile number the one that was called, when nobody else signs in with it.
func (s *Service) addClaimant(ctx context.Context, c Claim) (User, string, error) {
	n := NewUser{Login: c.Person, Name: c.Name, Role: Provider, Person: c.Person}
	if mobile := foldMobile(c.Phone); isMobile(mobile) {
		n.Mobile = mobile
		u, oneTime, err := s.AddUser(ctx, n)
		if !errs.Is(err, errs.Conflict) {
			return u, oneTime, err
		}
		n.Mobile = ""
	}
	return s.AddUser(ctx, n)
}
