// Package constraint knows the world's limits on matching: who must never be
// proposed for a need, and of whom to be warned. It is pure: facts come in as
// values, reasons go out; matching and campaigns ask the same rules.
package constraint

import (
	"fmt"
	"slices"
	"time"

	"hongniang/internal/catalog"
)

// Reason is why somebody must not be proposed.
type Reason string

// The reasons, in the order in which they are told. Which side declared a
// conflict, and against whom, is confidential: one reason covers them all.
const (
	OwnGroup    Reason = "own_group"   // of the need's own firm, or of one in its group
	Conflict    Reason = "conflict"    // avoided by the need, or a declared competitor of either side
	NoConsent   Reason = "no_consent"  // not public, or no longer
	Unavailable Reason = "unavailable" // takes nothing on at present
	OverQuota   Reason = "over_quota"  // has as many open introductions as he carries at once
	TooFar      Reason = "too_far"     // the work is on site, and he does not travel that far
)

// Reasons lists every reason in order.
func Reasons() []Reason {
	return []Reason{OwnGroup, Conflict, NoConsent, Unavailable, OverQuota, TooFar}
}

// Label is the reason in Chinese, to stand before a count.
func (r Reason) Label() string {
	switch r {
	case OwnGroup:
		return "本企业或同集团"
	case Conflict:
		return "回避或竞争关系"
	case NoConsent:
		return "未同意公开"
	case Unavailable:
		return "目前不接受对接"
	case OverQuota:
		return "在办对接单已到上限"
	case TooFar:
		return "需到现场而超出可出行范围"
	}
	return string(r)
}

// DefaultQuota is how many open introductions a person carries at once unless he
// said so.
const DefaultQuota = 3

// Need is the asking side as far as limits depend on it.
type Need struct {
	Enterprise []string // code and name of the firm
	Excluded   []string // codes or names to be avoided
	Region     string   // GB/T 2260
	Onsite     bool     // nothing but work in the workshop will do
	// Declared: what firms declared of competitors counts. It is confidential, so
	// it must not decide what the public sees.
	Declared bool
}

// Party is a candidate as far as limits depend on him. Documents have
// organisations only.
type Party struct {
	Orgs    []string // codes and names of the organisations that he or it belongs to
	Region  string
	Consent bool // his profile is public

	Refuses          bool   // takes nothing on
	UnavailableUntil string // YYYY-MM-DD, inclusive; "" when free
	Quota, Active    int    // most and present open introductions; Quota 0: not known
	TravelKM         int    // as the crow flies; 0: not known
	StaysAway        bool   // offers help, but not on site

	Person    bool   // somebody stands behind it who can be unverified or stale
	Confirmed string // when the data were last confirmed: date, month or year
	Verified  bool   // a union has confirmed who he is
	Juror     bool   // judges awards
	Worked    bool   // was brought to this firm before
}

// Case is a need against which parties are held, on a day.
type Case struct {
	need   Need
	orgs   *Organisations
	own    map[string]bool
	avoid  map[string]bool
	today  time.Time
	dayISO string
}

// Case prepares a need, on the day that it is in China now.
func (o *Organisations) Case(need Need, now time.Time) Case {
	c := Case{need: need, orgs: o, own: o.group(need.Enterprise), today: now.In(catalog.China()), dayISO: catalog.Day(now)}
	avoid := slices.Clone(need.Excluded)
	if need.Declared {
		avoid = append(avoid, o.declared(need.Enterprise)...)
	}
	c.avoid = o.group(avoid)
	return c
}

// Bars gives every reason why the party must not be proposed; none: he may be.
func (c Case) Bars(p Party) []Reason {
	var out []Reason
	bar := func(r Reason, when bool) {
		if when {
			out = append(out, r)
		}
	}
	theirs := c.orgs.group(p.Orgs)
	bar(OwnGroup, meet(theirs, c.own))
	bar(Conflict, meet(theirs, c.avoid) || c.need.Declared && meet(c.orgs.group(c.orgs.declared(p.Orgs)), c.own))
	bar(NoConsent, !p.Consent)
	bar(Unavailable, p.Refuses || p.UnavailableUntil >= c.dayISO)
	bar(OverQuota, p.Quota > 0 && p.Active >= p.Quota)
	bar(TooFar, c.need.Onsite && (p.StaysAway || c.beyond(p)))
	return out
}

// beyond tells whether the way to the need is longer than the party travels.
func (c Case) beyond(p Party) bool {
	if p.TravelKM <= 0 {
		return false
	}
	km, ok := catalog.Distance(c.need.Region, p.Region)
	return ok && km > float64(p.TravelKM)
}

// Warning is something that speaks against a party without ruling it out.
type Warning struct {
	Code    string
	Message string // Chinese
}

// staleAfter is after how many months data want to be confirmed again.
const staleAfter = 12

// Warns gives what is to be told of a party that may be proposed.
func (c Case) Warns(p Party) []Warning {
	var out []Warning
	warn := func(when bool, code, message string) {
		if when {
			out = append(out, Warning{Code: code, Message: message})
		}
	}
	warn(p.Worked, "worked_together", "曾与这家企业对接过：先看当时的对接单，问一句那次怎么样。")
	warn(p.Juror && c.need.Declared, "juror", "担任评奖的评委：推荐前请按评奖规定回避，并先问本人是否方便。")
	warn(p.Person && !p.Verified, "unverified", "身份还没有工会核实，联系前请先核实。")
	if km, ok := catalog.Distance(c.need.Region, p.Region); ok && c.beyond(p) {
		warn(true, "far", fmt.Sprintf("相距约 %.0f 公里，超出本人可出行的 %d 公里，上门要先商量。", km, p.TravelKM))
	}
	months := StaleMonths(p.Confirmed, c.today)
	warn(months > staleAfter, "stale", fmt.Sprintf("资料已有 %d 个月没有确认，联系前请先核实。", months))
	return out
}

// StaleMonths counts the whole months since an ISO date, month or year, 0 when
// it is unknown.
func StaleMonths(confirmed string, now time.Time) int {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(layout, confirmed); err == nil {
			return (now.Year()-t.Year())*12 + int(now.Month()) - int(t.Month())
		}
	}
	return 0
}

func meet(a, b map[string]bool) bool {
	for k := range a {
		if b[k] {
			return true
		}
	}
	return false
}
