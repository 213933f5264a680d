package figures

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
)

// brute counts over the whole documents, in the plainest way, by the words of
// docs/figures.md: permissions by HoldersOf and May, days by the calendar of
// Shanghai, no index and nothing remembered.
type brute struct {
	t     *testing.T
	w     *world
	actor account.Actor
	sel   Selection
	at    *time.Location
}

func (b brute) date(t time.Time) string { return t.In(b.at).Format(time.DateOnly) }

func (b brute) inPeriod(date string) bool {
	from, to := b.sel.Period.From.String(), b.sel.Period.To.String()
	return date != "" && (from == "" || date >= from) && (to == "" || date <= to)
}

func (b brute) mine(unions []string) bool {
	if b.actor.Role == account.Administrator {
		return true
	}
	return account.May(b.actor, account.ReportRead, account.Target{Unions: unions})
}

func (b brute) here(region string) bool {
	switch b.sel.Region {
	case "":
		return true
	case "370000":
		return strings.HasPrefix(region, "37")
	case "371000":
		return strings.HasPrefix(region, "3710")
	}
	return region == b.sel.Region
}

func (b brute) trade(industry string) bool {
	switch b.sel.Industry {
	case "":
		return true
	case "34":
		return industry == "34" || industry == "345"
	}
	return industry == "C" || industry == "34" || industry == "345" || industry == "27"
}

func (b brute) wants(rec catalog.Record, industry string) bool {
	h, err := catalog.HoldersOf(b.t.Context(), b.w, rec)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.here(rec.Base().RegionCode) && b.trade(industry) && b.mine(h.Unions)
}

// needs are those that count, whenever they came.
func (b brute) needs() (out []*catalog.Need) {
	for _, rec := range b.w.records[catalog.KindNeed] {
		n := rec.(*catalog.Need)
		taken := []string{"published", "matching", "introduced", "signed", "implementing", "solved", "closed", "expired", "merged"}
		if n.DeletedAt == nil && slices.Contains(taken, n.Status) && b.wants(n, n.IndustryCode) {
			out = append(out, n)
		}
	}
	return out
}

// first gives the first date on which a need was at a stage or further on.
func (b brute) first(need *catalog.Need, s Stage) string {
	if s == Arrived {
		return b.date(need.CreatedAt)
	}
	var dates []string
	add := func(stage Stage, date string) {
		implied := map[Stage]string{Matched: "1", Introduced: "12", Interested: "123", Signed: "1234", Registered: "12345", Paid: "12346", Benefited: "1237"}
		if strings.Contains(implied[stage], strconv.Itoa(int(s))) {
			dates = append(dates, date)
		}
	}
	for _, in := range b.w.cases {
		if !slices.ContainsFunc(in.Needs, func(n brokering.NeedRef) bool { return n.Code == need.Code }) {
			continue
		}
		add(Matched, b.date(in.CreatedAt))
		for _, e := range in.History {
			if e.Step == brokering.Recommend {
				add(Introduced, b.date(e.At))
			}
			if e.Step == brokering.Interest && (e.Need == "" || e.Need == need.Code) {
				add(Interested, b.date(e.At))
			}
		}
		if c := in.Contract; c != nil && (c.Need == "" || c.Need == need.Code) {
			add(Signed, c.SignDate)
			for _, p := range c.Payments {
				add(Paid, p.Date)
			}
			if r := c.Registration; r != nil && r.Verdict == "registered" {
				add(Registered, b.registered(r))
			}
		}
		for _, one := range in.Benefits {
			if one.Status == "verified" && (one.Need == "" || one.Need == need.Code) {
				add(Benefited, b.date(*one.JudgedAt))
			}
		}
	}
	if len(dates) == 0 {
		return ""
	}
	return slices.Min(dates)
}

func (b brute) registered(r *brokering.Registration) string {
	if r.At.IsZero() {
		return r.AppliedAt
	}
	return b.date(r.At)
}

func (b brute) firm(n *catalog.Need) string {
	for _, s := range []string{n.EnterpriseCode, n.OwnerOrg, "name:" + n.EnterpriseName} {
		if s != "" && s != "name:" {
			return s
		}
	}
	return "need:" + n.Code
}

func (b brute) funnel(s Stage) (needs, firms int) {
	seen := map[string]bool{}
	for _, n := range b.needs() {
		date := b.first(n, s)
		counts := date != "" && b.inPeriod(b.first(n, Arrived))
		if b.sel.Happened {
			counts = b.inPeriod(date)
		}
		if counts {
			needs++
			seen[b.firm(n)] = true
		}
	}
	return needs, len(seen)
}

func (b brute) unionsOf(in *brokering.Introduction) []string {
	unions, err := catalog.Lineage(b.t.Context(), b.w, in.Union)
	if err != nil {
		b.t.Fatal(err)
	}
	if in.CoBroker != nil {
		more, err := catalog.Lineage(b.t.Context(), b.w, in.CoBroker.Union)
		if err != nil {
			b.t.Fatal(err)
		}
		unions = append(unions, more...)
	}
	return unions
}

func (b brute) caseTrade(in *brokering.Introduction) bool {
	return b.sel.Industry == "" || slices.ContainsFunc(in.Needs, func(n brokering.NeedRef) bool {
		rec, ok := b.w.records[catalog.KindNeed][n.Code]
		return ok && b.trade(rec.(*catalog.Need).IndustryCode)
	})
}

func (b brute) cases() (out []*brokering.Introduction) {
	for _, in := range b.w.cases {
		if b.here(in.RegionCode) && b.caseTrade(in) && b.mine(b.unionsOf(in)) {
			out = append(out, in)
		}
	}
	return out
}

// money sums amounts by rung, those of benefits by rung and kind.
func (b brute) money() map[string]int64 {
	out := map[string]int64{}
	for _, in := range b.cases() {
		b.moneyOf(in, func(key, date string, fen int64) {
			if b.inPeriod(date) || b.sel.Period == (Period{}) {
				out[key] += fen
			}
		})
	}
	return out
}

func (b brute) moneyOf(in *brokering.Introduction, add func(key, date string, fen int64)) {
	if i := in.Intent; i != nil {
		add("intent", i.Date, int64(i.Fen))
		add("intents", i.Date, 1)
	}
	if c := in.Contract; c != nil {
		add("contract", c.SignDate, int64(c.Fen))
		add("contracts", c.SignDate, 1)
		if c.Registration != nil && c.Registration.Verdict == "registered" {
			add("registered", b.registered(c.Registration), int64(c.Registration.Fen))
		}
		for _, p := range c.Payments {
			add("received", p.Date, int64(p.Fen))
		}
	}
	for _, one := range in.Benefits {
		if one.Status == "disputed" || one.Kind == "safety" {
			continue
		}
		add("claimed "+one.Kind, b.date(one.ClaimedAt), int64(one.Fen))
		if one.Status != "verified" {
			continue
		}
		add("verified "+one.Kind, b.date(*one.JudgedAt), int64(one.VerifiedFen))
		add("owed", b.date(*one.JudgedAt), int64(one.Reward.Owed))
		for _, p := range one.Reward.Payments {
			add("rewarded", p.Date, int64(p.Fen))
		}
	}
}

// four are the numbers of 劳模工匠助企行.
func (b brute) four() map[string]int64 {
	out, firms, problems := map[string]int64{}, map[string]bool{}, map[string]bool{}
	for _, in := range b.w.cases {
		if !b.caseTrade(in) || !b.mine(b.unionsOf(in)) {
			continue
		}
		for _, h := range in.Helps {
			firm, region := h.Need, in.RegionCode
			if i := slices.IndexFunc(in.Needs, func(n brokering.NeedRef) bool { return n.Code == h.Need }); i >= 0 {
				if in.Needs[i].Org != "" {
					firm = in.Needs[i].Org
				}
				if in.Needs[i].RegionCode != "" {
					region = in.Needs[i].RegionCode
				}
			} else {
				firm = ""
			}
			if h.ConfirmedAt == nil || !b.inPeriod(h.Date) || !b.here(region) {
				continue
			}
			out["craftsmen"] += int64(len(h.Persons))
			out["trained"] += int64(h.PeopleTrained)
			firms[firm] = true
			if h.ProblemSolved {
				problems[firm+" "+h.Problem] = true
			}
		}
	}
	out["enterprises"], out["problems"] = int64(len(firms)), int64(len(problems))
	return out
}
