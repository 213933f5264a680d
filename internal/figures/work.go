package figures

import (
	"cmp"
	"slices"

	"hongniang/internal/brokering"
)

func workNumbers() []Number {
	n := func(key, term, counts, period string, unit Unit) Number {
		return Number{Key: "work." + key, Term: term, Counts: counts, Period: period, Subtree: caseUnion, Source: caseSource, Unit: unit}
	}
	const answered = "答复的日期"
	return []Number{
		n("open", "在办", "没有办结的对接单", nowRule, Cases),
		n("late", "超期", "在办的里面，停滞到催办的：邀约、推荐 7 天无答复，其他 14 天没有进展，而且过了办理期限；超期天数从办理期限的第二天算起", nowRule, Cases),
		n("stuck", "停滞两周以上", "开始催办以后又过了 14 天、列入领导清单的", nowRule, Cases),
		n("begun", "新开", "新开的对接单", "开单日期", Cases),
		n("done", "办成", "成功办结的对接单", "办结日期", Cases),
		n("failed", "未成", "未成办结的对接单", "办结日期", Cases),
		n("waits.broker", "推荐用时", "从开单到第一次推荐给企业；中位数和九成以内（最近秩）", answered, Days),
		n("waits.provider", "专家答复用时", "从邀约到接受或婉拒", answered, Days),
		n("waits.enterprise", "企业答复用时", "从推荐到有意向或婉拒", answered, Days),
	}
}

// Waits is how long answers took, in days.
type Waits struct {
	Answers int     `json:"answers"`
	Median  float64 `json:"median_days"`
	P90     float64 `json:"p90_days" doc:"Nine of ten were not slower"`
}

// Work is the load of a broker, or of all.
type Work struct {
	Broker     string `json:"broker,omitempty" doc:"Account; empty for all"`
	Name       string `json:"name"`
	Open       int    `json:"open"`
	Late       int    `json:"late"`
	Stuck      int    `json:"stuck"`
	Begun      int    `json:"begun"`
	Done       int    `json:"done"`
	Failed     int    `json:"failed"`
	Recommend  Waits  `json:"recommend" doc:"From the beginning to the first recommendation"`
	Provider   Waits  `json:"provider" doc:"From an invitation to its answer"`
	Enterprise Waits  `json:"enterprise" doc:"From a recommendation to its answer"`
}

// workSum is a Work whose waits are still apart.
type workSum struct {
	Work
	minutes map[brokering.Part][]int32
}

// Workload gives the work of all brokers together, and of each, those with most
// open cases first.
func (b *Book) Workload(scope Scope, sel Selection) (all Work, each []Work, err error) {
	l, done, err := b.look(scope, sel)
	if err != nil {
		return Work{}, nil, err
	}
	defer done()
	all, each = l.workload()
	return all, each, nil
}

func (l *lens) workload() (all Work, each []Work) {
	total := &workSum{Work: Work{Name: "合计"}, minutes: map[brokering.Part][]int32{}}
	by := map[string]*workSum{}
	l.eachCase(func(c *caseFact) {
		one := by[c.broker.User]
		if one == nil {
			one = &workSum{Work: Work{Broker: c.broker.User, Name: c.broker.Name}, minutes: map[brokering.Part][]int32{}}
			by[c.broker.User] = one
		}
		one.add(l, c)
		total.add(l, c)
	})
	for _, one := range by {
		each = append(each, one.sum())
	}
	slices.SortFunc(each, func(a, b Work) int {
		return cmp.Or(cmp.Compare(b.Open, a.Open), cmp.Compare(b.Begun, a.Begun), cmp.Compare(a.Broker, b.Broker))
	})
	return total.sum(), each
}

func (w *workSum) add(l *lens, c *caseFact) {
	for _, of := range []struct {
		key string
		sum *int
	}{{"open", &w.Open}, {"late", &w.Late}, {"stuck", &w.Stuck}, {"begun", &w.Begun}, {"done", &w.Done}, {"failed", &w.Failed}} {
		if l.caseIs(of.key, c) {
			*of.sum++
		}
	}
	for _, a := range c.waits {
		if l.sel.Period.Holds(a.day) {
			w.minutes[a.who] = append(w.minutes[a.who], a.minutes)
		}
	}
}

func (w *workSum) sum() Work {
	w.Recommend, w.Provider, w.Enterprise = waitsIn(w.minutes[brokering.Staff]), waitsIn(w.minutes[brokering.Provider]), waitsIn(w.minutes[brokering.Enterprise])
	return w.Work
}

// waitsIn gives median and p90 by the nearest rank.
func waitsIn(minutes []int32) Waits {
	n := len(minutes)
	if n == 0 {
		return Waits{}
	}
	slices.Sort(minutes)
	rank := func(percent int) float64 { return float64(minutes[(n*percent+99)/100-1]) / (24 * 60) }
	return Waits{Answers: n, Median: rank(50), P90: rank(90)}
}

// stuckDays is how long after the clock rang a case comes to the leaders' list.
const stuckDays = 14

// caseIs tells whether a case counts in one of the numbers of work.
func (l *lens) caseIs(what string, c *caseFact) bool {
	switch what {
	case "open":
		return c.stage.Open()
	case "late":
		return c.daysLate(l.Today()) > 0
	case "stuck":
		return c.late != 0 && l.Today()-c.late > stuckDays
	case "begun":
		return l.sel.Period.Holds(c.begun)
	case "done":
		return c.stage == brokering.ClosedSuccess && l.sel.Period.Holds(c.closed)
	case "failed":
		return c.stage == brokering.ClosedFail && l.sel.Period.Holds(c.closed)
	}
	return false
}

// walkWork: broker narrows it to one account.
func (l *lens) walkWork(what, broker string, emit func(Entry)) {
	l.eachCase(func(c *caseFact) {
		if broker != "" && c.broker.User != broker {
			return
		}
		if l.caseIs(what, c) {
			emit(l.workEntry(what, c))
			return
		}
		for _, a := range c.waits {
			if what == "waits."+string(a.who) && l.sel.Period.Holds(a.day) {
				e := l.caseEntry(c, a.day)
				e.Note = daysText(a.minutes) + "，" + e.Note
				emit(e)
			}
		}
	})
}

// workEntry is a case behind a number of work, with the date that counts: of what
// is late the due date, how late it is, and who has to do what.
func (l *lens) workEntry(what string, c *caseFact) Entry {
	switch what {
	case "done", "failed":
		return l.caseEntry(c, c.closed)
	case "late", "stuck":
		e := l.caseEntry(c, c.due)
		e.Late = c.daysLate(l.Today())
		if c.next != nil {
			e.Note = "等" + c.next.Who.Label() + "：" + c.next.What + "；" + e.Note
		}
		return e
	}
	return l.caseEntry(c, c.begun)
}
