package figures

import (
	"hongniang/internal/brokering"
)

// Stage is how far a need came on the way to a benefit.
type Stage int

// The stages of the funnel.
const (
	Arrived Stage = iota
	Matched
	Introduced
	Interested
	Signed
	Registered
	Paid
	Benefited
	stages
)

// Stages lists the stages of the funnel in order.
func Stages() []Stage {
	return []Stage{Arrived, Matched, Introduced, Interested, Signed, Registered, Paid, Benefited}
}

// Key names the stage in addresses and answers.
func (s Stage) Key() string {
	return [...]string{"needs", "matched", "introduced", "interested", "signed", "registered", "paid", "benefit"}[s]
}

// Label is the stage in Chinese.
func (s Stage) Label() string {
	return [...]string{"征集需求", "初步匹配", "推荐给企业", "双方有意向", "合同签约", "认定登记", "资金到账", "核实见效"}[s]
}

// before gives the stage that a stage implies: whoever paid has signed. A
// benefit needs no contract, registering and paying do not need each other.
func (s Stage) before() Stage {
	return [...]Stage{Arrived, Arrived, Matched, Introduced, Interested, Signed, Signed, Interested}[s]
}

// Reached are the days on which a need reached each stage for the first time.
type Reached [stages]Day

// close puts in what later stages imply; the day of arrival stays.
func (r *Reached) close() {
	for s := Benefited; s > Matched; s-- {
		if at := s.before(); r[s] != 0 {
			r[at] = earlier(r[at], r[s])
		}
	}
}

// join takes the earlier day of each stage but the first.
func (r *Reached) join(o Reached) {
	for s := Matched; s < stages; s++ {
		r[s] = earlier(r[s], o[s])
	}
}

// reachedBy gives how far an introduction brought one of its needs. What names
// another need says nothing of this one; what names none says it of all.
func reachedBy(in *brokering.Introduction, need string) Reached {
	var r Reached
	of := func(named string) bool { return named == "" || named == need }
	r[Matched] = DayOf(in.CreatedAt)
	for _, e := range in.History {
		switch {
		case e.Step == brokering.Recommend:
			r[Introduced] = earlier(r[Introduced], DayOf(e.At))
		case e.Step == brokering.Interest && of(e.Need):
			r[Interested] = earlier(r[Interested], DayOf(e.At))
		}
	}
	if c := in.Contract; c != nil && of(c.Need) {
		r[Signed] = ParseDay(c.SignDate)
		if c.Registration != nil && c.Registration.Verdict == "registered" {
			r[Registered] = registeredDay(c.Registration)
		}
		for _, p := range c.Payments {
			r[Paid] = earlier(r[Paid], ParseDay(p.Date))
		}
	}
	for _, b := range in.Benefits {
		if b.Status == brokering.Verified && b.JudgedAt != nil && of(b.Need) {
			r[Benefited] = earlier(r[Benefited], DayOf(*b.JudgedAt))
		}
	}
	r.close()
	return r
}

// registeredDay is when the decision was entered, else when it was applied for.
func registeredDay(r *brokering.Registration) Day {
	if d := DayOf(r.At); d != 0 {
		return d
	}
	return ParseDay(r.AppliedAt)
}
