package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hongniang/internal/errs"
)

// NeedStepKind names something that is done to a need as a whole.
type NeedStepKind string

// The steps, in the order in which a need takes them.
const (
	SubmitNeed    NeedStepKind = "submit"
	ReturnNeed    NeedStepKind = "return"
	RejectNeed    NeedStepKind = "reject"
	PublishNeed   NeedStepKind = "publish"
	WithdrawNeed  NeedStepKind = "withdraw"
	ReopenNeed    NeedStepKind = "reopen"
	MatchNeed     NeedStepKind = "match"
	IntroduceNeed NeedStepKind = "introduce"
	SignNeed      NeedStepKind = "sign"
	ImplementNeed NeedStepKind = "implement"
	SolveNeed     NeedStepKind = "solve"
	CloseNeed     NeedStepKind = "close"
	ExpireNeed    NeedStepKind = "expire"
	RenewNeed     NeedStepKind = "renew"
	MergeNeed     NeedStepKind = "merge"
	UnmergeNeed   NeedStepKind = "unmerge"
	// What the owner changed of a published need's public words.
	AcceptNeedChange NeedStepKind = "accept_change"
	RefuseNeedChange NeedStepKind = "refuse_change"
	// FollowedNeed is no step that anybody takes: the introductions of the need
	// brought it where they are (see Service.FollowNeed).
	FollowedNeed NeedStepKind = "follow"
)

// NeedRule is a line of the table of a need's states: what a step does, from
// which states to which, who may do it, and whether it must say why.
type NeedRule struct {
	Step   NeedStepKind
	What   string   // in Chinese, as on a button
	From   []string // vocabulary need_status
	To     string   // "": stays
	Action string   // of the table of permissions: need.edit, need.review or need.publish
	Reason bool     // a reason must be given; the owner reads it
}

// open and going are the states of a need that is looked after.
var (
	openNeed  = []string{"published", "matching"}
	goingNeed = []string{"published", "matching", "introduced", "signed", "implementing"}
	shownNeed = []string{"published", "matching", "introduced", "signed", "implementing", "solved", "closed", "expired"}
)

// Sought tells of a need in a state whether somebody is still sought for it.
func Sought(status string) bool { return slices.Contains(openNeed, status) }

// needRules is a compiled table; nothing else in the program says how a need's
// state may change by a step.
var needRules = []NeedRule{
	{SubmitNeed, "提交审核", []string{"draft", "returned", "withdrawn"}, "submitted", "need.edit", false},
	{ReturnNeed, "退回整改", []string{"submitted"}, "returned", "need.review", true},
	{RejectNeed, "不予受理", []string{"submitted"}, "rejected", "need.review", true},
	{PublishNeed, "发布", []string{"submitted"}, "published", "need.publish", false},
	{WithdrawNeed, "撤回", []string{"draft", "submitted", "returned", "published", "matching", "expired"}, "withdrawn", "need.edit", false},
	{ReopenNeed, "重新起草", []string{"withdrawn", "rejected"}, "draft", "need.edit", false},
	{MatchNeed, "开始匹配", []string{"published"}, "matching", "need.publish", false},
	{IntroduceNeed, "开始对接", openNeed, "introduced", "need.publish", false},
	{SignNeed, "已签约", []string{"introduced"}, "signed", "need.publish", false},
	{ImplementNeed, "开始实施", []string{"signed"}, "implementing", "need.publish", false},
	{SolveNeed, "已解决", goingNeed, "solved", "need.publish", false},
	{CloseNeed, "关闭", append(slices.Clone(goingNeed), "solved", "expired"), "closed", "need.publish", true},
	{ExpireNeed, "到期", openNeed, "expired", "need.publish", false},
	{RenewNeed, "续期", append(slices.Clone(openNeed), "expired"), "published", "need.edit", false},
	{MergeNeed, "并入共性需求", openNeed, "merged", "need.publish", true},
	{UnmergeNeed, "从共性需求拆出", []string{"merged"}, "published", "need.publish", true},
	{AcceptNeedChange, "同意修改公开内容", shownNeed, "", "need.publish", false},
	{RefuseNeedChange, "退回修改", shownNeed, "", "need.review", true},
}

// Possible tells whether a step may be taken on a need as it is.
func (r NeedRule) Possible(n *Need) bool {
	return slices.Contains(r.From, n.Status) && (r.To != "" || n.Pending != nil)
}

// NeedRules gives the table, in the order of a need's life.
func NeedRules() []NeedRule { return slices.Clone(needRules) }

// NeedRuleOf finds the line of a step. Errors: Invalid for an unknown step.
func NeedRuleOf(step NeedStepKind) (NeedRule, error) {
	for _, r := range needRules {
		if r.Step == step {
			return r, nil
		}
	}
	return NeedRule{}, invalidField("step", "need.step_unknown", "没有这个步骤；可用的有 submit（提交审核）、return（退回整改）、publish（发布）、withdraw（撤回）、renew（续期）等。", string(step))
}

// NeedStep is a step that is asked for.
type NeedStep struct {
	Step    NeedStepKind `json:"step" doc:"submit, return, reject, publish, withdraw, reopen, match, introduce, sign, implement, solve, close, expire, renew, merge, unmerge, accept_change or refuse_change"`
	Reason  string       `json:"reason,omitempty" max:"500" doc:"Needed to return, reject, close, merge, unmerge and refuse_change"`
	ValidTo string       `json:"valid_to,omitempty" doc:"To renew until: YYYY-MM-DD; 12 months from today when left out"`
}

// NeedEvent is a line of a need's history.
type NeedEvent struct {
	Step   NeedStepKind `json:"step"`
	From   string       `json:"from" doc:"Vocabulary need_status"`
	To     string       `json:"to"`
	By     string       `json:"by" doc:"Who signed it"`
	At     time.Time    `json:"at"`
	Reason string       `json:"reason,omitempty"`
}

const (
	// validMonths is how long a need is open unless it says otherwise.
	validMonths = 12
	maxReason   = 500 // runes
	// maxNeedEvents is how many lines of the history are kept, the newest.
	maxNeedEvents = 200
)

// TakeNeedStep gives the need after a step: a pure function. Errors: Invalid with
// fields (no such step, no reason, a wrong date), Conflict (need.step_state) when
// the need is not in a state for it.
func TakeNeedStep(need *Need, step NeedStep, by string, now time.Time) (*Need, error) {
	rule, err := NeedRuleOf(step.Step)
	if err != nil {
		return nil, err
	}
	step.Reason = strings.TrimSpace(step.Reason)
	if err := step.check(rule, now); err != nil {
		return nil, err
	}
	if !slices.Contains(rule.From, need.Status) {
		return nil, errs.New(errs.Conflict, "need.step_state", fmt.Sprintf("这项需求现在是“%s”，不能“%s”；可以从这些状态办理：%s。",
			Vocab("need_status").Label(need.Status), rule.What, statusLabels(rule.From)))
	}
	next, ok := Clone(need).(*Need)
	if !ok {
		return nil, errs.New(errs.Internal, "internal", "服务出了意外，请稍后再试。")
	}
	if rule.To == "" {
		if next, err = next.decide(step.Step); err != nil {
			return nil, err
		}
	}
	if step.Step == WithdrawNeed {
		next = next.withItsChange()
	}
	next.enter(NeedEvent{Step: step.Step, To: cmp.Or(rule.To, need.Status), By: by, At: now, Reason: step.Reason})
	next.extend(step, now)
	return next, nil
}

// enter brings the need into a state and keeps how.
func (n *Need) enter(e NeedEvent) {
	e.From, n.Status = n.Status, e.To
	n.Steps = append(n.Steps, e)
	n.Steps = n.Steps[max(0, len(n.Steps)-maxNeedEvents):]
}

// moveNeed lets a changed need pass only into a state to which a step leads from
// where it was, and keeps that step; a state that is left out stays. Errors:
// Conflict (need.step_state); Invalid (need.reason_missing) for a step that must
// say why.
func moveNeed(old, next *Need, by string, now time.Time) error {
	to := cmp.Or(next.Status, old.Status)
	if next.Status = old.Status; to == old.Status {
		return nil
	}
	silent := ""
	for _, r := range needRules {
		switch {
		case r.To != to || !slices.Contains(r.From, old.Status):
		case r.Reason:
			silent = r.What
		default:
			next.enter(NeedEvent{Step: r.Step, To: to, By: by, At: now})
			next.extend(NeedStep{Step: r.Step}, now)
			return nil
		}
	}
	if silent != "" {
		var f errs.Faults
		f.Add("status", "need.reason_missing", fmt.Sprintf("“%s”要写明原因，请在需求页上办理（或用接口 steps）。", silent), to)
		return f.Err()
	}
	return errs.New(errs.Conflict, "need.step_state", fmt.Sprintf("这项需求现在是“%s”，不能直接改成“%s”；请按需求页上的步骤办理。",
		Vocab("need_status").Label(old.Status), Vocab("need_status").Label(to)))
}

// FollowedBy are the states of a need that its introductions decide, lowest
// first. What staff did otherwise (closed, withdrawn, expired …) stays.
func FollowedBy() []string { return append(slices.Clone(goingNeed), "solved") }

// FollowNeed brings a need where its introductions are; need.Rev names the
// revision that was read. Errors: Conflict (need.step_state) outside of FollowedBy,
// those of Update.
func (s *Service) FollowNeed(ctx context.Context, by string, need *Need, status string) error {
	if !slices.Contains(FollowedBy(), need.Status) || !slices.Contains(FollowedBy(), status) {
		return errs.New(errs.Conflict, "need.step_state", fmt.Sprintf("这项需求现在是“%s”，不随对接单变动。", Vocab("need_status").Label(need.Status)))
	}
	next, ok := Clone(need).(*Need)
	if !ok {
		return NotFoundError(KindNeed, need.Code)
	}
	next.enter(NeedEvent{Step: FollowedNeed, To: status, By: by, At: s.now()})
	return s.saveOne(ctx, by, Updated, next)
}

func (s NeedStep) check(rule NeedRule, now time.Time) error {
	var f errs.Faults
	switch n := utf8.RuneCountInString(s.Reason); {
	case rule.Reason && n < 2:
		f.Add("reason", "need.reason_missing", fmt.Sprintf("“%s”要写明原因，让企业知道怎么办。", rule.What), "")
	case n > maxReason:
		f.Add("reason", "text.long", fmt.Sprintf("原因最多 %d 个字。", maxReason), "")
	}
	if s.ValidTo != "" {
		day, err := time.Parse(time.DateOnly, s.ValidTo)
		switch {
		case s.Step != RenewNeed && s.Step != PublishNeed:
			f.Add("valid_to", "need.valid_to_step", "只有发布和续期时才写有效期止。", s.ValidTo)
		case err != nil:
			f.Add("valid_to", "date.malformed", "有效期止应像 2027-06-01。", s.ValidTo)
		case s.ValidTo <= Day(now) || day.After(now.AddDate(5, 0, 0)):
			f.Add("valid_to", "need.valid_to_range", "有效期止应在今天以后、五年以内。", s.ValidTo)
		}
	}
	return f.Err()
}

func statusLabels(keys []string) string {
	var out []string
	for _, k := range keys {
		out = append(out, Vocab("need_status").Label(k))
	}
	return strings.Join(out, "、")
}

// extend sets until when a published or renewed need is open.
func (n *Need) extend(step NeedStep, now time.Time) {
	if step.Step != PublishNeed && step.Step != RenewNeed {
		return
	}
	today := Day(now)
	if n.ValidFrom == "" {
		n.ValidFrom = today
	}
	switch {
	case step.ValidTo != "":
		n.ValidTo = step.ValidTo
	case step.Step == RenewNeed || n.ValidTo == "" || n.ValidTo < today:
		n.ValidTo = Day(now.In(China()).AddDate(0, validMonths, 0))
	}
	if later(n.ValidFrom, n.ValidTo) {
		n.ValidFrom = today
	}
}

// StepNeed takes a step on a saved need; rev 0 means whatever is current. Who may
// do so is for the caller to decide, by the rule's Action. Errors: those of
// TakeNeedStep, NotFound, Stale, Invalid when the need cannot be saved as it is,
// Unavailable.
func (s *Service) StepNeed(ctx context.Context, by, code string, rev int64, step NeedStep) (*Need, error) {
	rec, err := s.Get(ctx, KindNeed, code)
	if err != nil {
		return nil, err
	}
	need, ok := rec.(*Need)
	if !ok {
		return nil, NotFoundError(KindNeed, code)
	}
	if rev != 0 && rev != need.Rev {
		return nil, StaleError(need, rev)
	}
	next, err := TakeNeedStep(need, step, by, s.now())
	if err != nil {
		return nil, err
	}
	return next, s.saveOne(ctx, by, Updated, next)
}

// NeedsDue are the needs that have run out, and those that will soon.
type NeedsDue struct {
	Expired []*Need // were expired just now
	Lately  []*Need // were expired in the week before, and still are
	Soon    []*Need // run out within the days asked for
}

// latelyFor is for how long it is told of a need that it ran out: a process that
// was killed before it could tell leaves that to the next.
const latelyFor = 7 * 24 * time.Hour

// expiredBy signs what the clock does.
const expiredBy = "系统"

// ExpireNeeds expires every open need whose time is over, and lists those that
// ran out lately and those whose time is over within some days, so that their
// owners can be told. It reads every need and is for once an hour. A need that
// somebody changes meanwhile is left for the next time. Errors: Unavailable, the
// context's.
func (s *Service) ExpireNeeds(ctx context.Context, within int) (NeedsDue, error) {
	var out NeedsDue
	for after := ""; ; {
		recs, err := s.Store.Scan(ctx, KindNeed, after, 500)
		if err != nil {
			return out, err
		}
		for _, rec := range recs {
			after = rec.Base().Code
			if need, ok := rec.(*Need); ok && !need.Deleted() && need.ValidTo != "" {
				if err := s.expire(ctx, need, within, &out); err != nil {
					return out, err
				}
			}
		}
		if len(recs) < 500 {
			return out, nil
		}
	}
}

// expire puts a need where it belongs, and expires it when its time is over.
func (s *Service) expire(ctx context.Context, need *Need, within int, out *NeedsDue) error {
	now := s.now()
	open := slices.Contains(openNeed, need.Status)
	switch {
	case need.expiredSince(now.Add(-latelyFor)):
		out.Lately = append(out.Lately, need)
	case !open || need.ValidTo > Day(now.In(China()).AddDate(0, 0, within)):
	case need.ValidTo >= Day(now):
		out.Soon = append(out.Soon, need)
	default:
		expired, err := s.StepNeed(ctx, expiredBy, need.Code, need.Rev, NeedStep{Step: ExpireNeed})
		switch {
		case err == nil:
			out.Expired = append(out.Expired, expired)
		case errs.Is(err, errs.Unavailable), ctx.Err() != nil:
			return err
		default:
			s.Log.Warn("a need whose time is over stays open", "need", need.Code, "err", err)
		}
	}
	return nil
}

// expiredSince tells whether a need is expired, and has been for no longer than
// since then.
func (n *Need) expiredSince(then time.Time) bool {
	if n.Status != "expired" || len(n.Steps) == 0 {
		return false
	}
	last := n.Steps[len(n.Steps)-1]
	return last.Step == ExpireNeed && !last.At.Before(then)
}
