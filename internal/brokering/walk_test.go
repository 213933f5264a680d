package brokering

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"hongniang/internal/errs"
)

// Marks that the walks put into words, by who may ever read them.
const (
	markStaff    = "红密" // staff among themselves: nobody else, ever
	markToStaff  = "托密" // the enterprise to staff: never the provider
	markHelper   = "匠密" // the provider to staff: never the enterprise
	markSite     = "厂密" // the enterprise's words on visits: the provider when name and contact are open
	markGain     = "益密" // how benefits were reckoned: never the provider
	markContract = "约密" // the provider when the name is open
	markAgreed   = "授密" // how the provider agreed: never the enterprise
	markPhone    = "13912345678"
	firmOne      = "威海天润曲轴厂"
	firmTwo      = "烟台福山机床厂"
	titleTwo     = "主轴抱死"
)

// walk is one random life of an introduction.
type walk struct {
	r        *rand.Rand
	in       *Introduction
	now      time.Time
	actors   []Actor
	accepted int
	refused  map[string]int
}

func newWalk(t *testing.T, r *rand.Rand) *walk {
	d := draft()
	d.Needs[0].Confidentiality = pick(r, []string{"public", "summary_only", "nda", "broker_only"})
	actors := []Actor{firm, wang, li, admin}
	if r.IntN(3) == 0 { // a common need of two firms
		d.Group = "GX-1"
		d.Needs = append(d.Needs, NeedRef{Code: "XQ-2", Title: titleTwo, Org: "DW-8", OrgName: firmTwo, RegionCode: "370600", Confidentiality: "nda"})
		actors = append(actors, Actor{User: "U-two", Name: "二厂孙洁", Seat: Seat{Part: Enterprise, Needs: []string{"XQ-2"}}})
	}
	if r.IntN(4) == 0 { // nobody else to ask: the broker must look for somebody
		d.Targets = d.Targets[:1]
	}
	for _, target := range d.Targets {
		actors = append(actors, Actor{User: "U-" + target.Code, Name: target.Name, Seat: Seat{Part: Provider, Target: target.Code}})
	}
	return &walk{r: r, in: begin(t, d), now: morning, actors: actors, refused: map[string]int{}}
}

// step tries one step: mostly one that is possible.
func (w *walk) step(t *testing.T) {
	t.Helper()
	who := pick(w.r, w.actors)
	if target, _ := w.in.CurrentTarget(); who.Seat.Part == Provider && who.Seat.Target != target.Code && w.r.IntN(4) > 0 {
		return
	}
	kind := pick(w.r, Rules()).Step
	if ways := Possible(w.in, who.Seat.Part); len(ways) > 0 && w.r.IntN(10) > 0 {
		kind = pick(w.r, ways).Step
	}
	if (kind == CloseFail || kind == Decline || kind == CloseSuccess) && w.r.IntN(4) > 0 {
		return // or most lives would be short
	}
	w.now = w.now.Add(time.Duration(w.r.IntN(72)) * time.Hour)
	step := w.payload(kind, who)
	next, events, err := Apply(w.in, step, who, w.now)
	if err != nil {
		w.refuse(t, step, err)
		return
	}
	w.accepted++
	w.checkStep(t, next, who, step, events)
	next.Rev++
	w.in = next
}

func (w *walk) refuse(t *testing.T, step Step, err error) {
	t.Helper()
	e := errs.As(err)
	w.refused[e.Code]++
	if e.Kind == errs.Internal || !hasChinese(e.Message) {
		t.Fatalf("%s: %v", step.Kind, err)
	}
}

// checkStep holds what every step must keep.
func (w *walk) checkStep(t *testing.T, next *Introduction, who Actor, step Step, events []Event) {
	t.Helper()
	last := next.History[len(next.History)-1]
	switch {
	case next.Sound() != nil:
		t.Fatal(next.Sound())
	case len(next.History) != len(w.in.History)+1 || last.Step != step.Kind || last.From != w.in.Stage || last.By != who.User:
		t.Fatalf("the history does not tell of %s by %s: %+v", step.Kind, who.User, last)
	case next.Stage.Open() && next.Next == nil:
		t.Fatalf("open at %s without a next action", next.Stage)
	}
	for _, e := range events {
		for _, secret := range []string{firmOne, firmTwo, titleTwo, markStaff, markToStaff, markHelper, markSite, markGain, markPhone, "曲轴", "钱师傅", "赵敏"} {
			if strings.Contains(e.Text+e.ID, secret) {
				t.Fatalf("the event of %s says %s: %+v", step.Kind, secret, e)
			}
		}
	}
}

// payload is sample with random choices and marked words.
func (w *walk) payload(kind StepKind, who Actor) Step {
	s := sample(kind, w.in, who)
	day := dateOf(w.now, 0)
	if n := pick(w.r, w.in.Needs); len(w.in.Needs) > 1 {
		s.Need = n.Code
	}
	if who.Seat.Part == Enterprise {
		s.Need = who.Seat.Needs[0]
	}
	if who.Seat.Part.staff() {
		s.Note += markStaff
	}
	switch {
	case s.Visit != nil:
		s.Visit.Date, s.Visit.Findings, s.Visit.Place, s.Visit.Attendees = day, w.word(who, markSite), w.word(who, markSite), nil
		if who.Seat.Part != Provider {
			s.Visit.Attendees = []string{"赵敏" + s.Need}
		}
	case s.Help != nil:
		s.Help.Date, s.Help.Note, s.Help.Problem, s.Help.PeopleTrained, s.Help.ProblemSolved = day, w.word(who, markSite), w.word(who, markSite), w.r.IntN(30), w.r.IntN(2) == 0
	case s.Answers != nil:
		s.Answers.AboutUs = "电话 " + markPhone + "，2026-03-01 起可来"
	case s.Intent != nil:
		s.Intent.Date, s.Intent.Fen, s.Intent.Content = day, IntentFen(w.r.Int64N(1e9)), markContract+s.Need
	case s.Contract != nil:
		s.Contract = contractOf(day)
		s.Contract.Fen = ContractFen(20_000_000 + w.r.Int64N(1e9))
		s.Contract.ProjectName = markContract + s.Need
		n, _ := w.in.Need(s.Need)
		s.Contract.Buyer.Name = n.OrgName
	case s.Registration != nil:
		s.Registration.AppliedAt, s.Registration.Verdict = day, pick(w.r, []string{"applied", "refused", "registered"})
	case s.Payment != nil:
		s.Payment.Date, s.Payment.Fen = day, ReceivedFen(1+w.r.Int64N(1e7))
	case s.Acceptance != nil:
		s.Acceptance.Date, s.Acceptance.Passed, s.Acceptance.Conclusion = day, w.r.IntN(3) > 0, "好"
	default:
		w.moreOf(&s, who, day)
	}
	if who.Seat.Part == Enterprise && w.r.IntN(2) == 0 {
		s.Need = "" // its only one is meant
	}
	return s
}

func (w *walk) moreOf(s *Step, who Actor, day string) {
	switch {
	case s.Benefit != nil:
		s.Benefit.Fen, s.Benefit.Method = ClaimedFen(1+w.r.Int64N(1e9)), markGain+s.Need
		s.Benefit.Kind, s.Benefit.Period = pick(w.r, []string{"saved", "profit", "sales"}), fmt.Sprint(1990+w.r.IntN(36))
	case s.Verdict != nil:
		s.Verdict.Fen = VerifiedFen(1 + w.r.Int64N(1e6))
		s.Verdict.Files = fileIDs(w.in, who)
		if w.r.IntN(4) == 0 {
			s.Verdict.Status = Disputed
		}
	case s.Reward != nil:
		s.Reward.Date, s.Reward.Fen = day, RewardFen(1+w.r.Int64N(1e5))
	case s.Next != nil:
		s.Next.Due, s.Next.What = dateOf(w.now, 1+w.r.IntN(60)), markStaff
	case s.Release != nil:
		if who.Seat.Part.staff() || w.r.IntN(3) == 0 {
			s.Release.What = pick(w.r, []ReleaseKind{NeedName, NeedContact, NeedDetail, ProviderContact})
		} else if who.Seat.Part == Enterprise {
			s.Release.What = pick(w.r, []ReleaseKind{NeedName, NeedContact, NeedDetail})
		}
		s.Release.Consent = markToStaff + s.Need
		if s.Release.What == ProviderContact {
			s.Release.Consent = markAgreed
		}
		if ids := fileIDs(w.in, who); len(ids) > 0 {
			s.Release.NDA = ids[0]
		}
	case s.Kind == Write:
		s.To = pick(w.r, []Audience{ToBrokers, ToParties, ToEnterprise, ToProvider})
		s.Text = w.word(who, w.privateMark(who, s.To))
	case s.Attachment != nil:
		s.Attachment.Visibility = pick(w.r, []Audience{ToBrokers, ToParties, ToEnterprise, ToProvider})
		s.Attachment.Name = "附件" + w.privateMark(who, s.Attachment.Visibility) + ".pdf"
	}
}

// privateMark marks words that do not cross over.
func (w *walk) privateMark(who Actor, to Audience) string {
	switch {
	case to == ToParties:
		return ""
	case who.Seat.Part == Enterprise:
		return markToStaff
	case who.Seat.Part == Provider:
		return markHelper
	case to == ToBrokers:
		return markStaff
	}
	return ""
}

func (w *walk) word(who Actor, mark string) string {
	if who.Seat.Part == Enterprise {
		return mark + who.Seat.Needs[0]
	}
	if who.Seat.Part == Provider && mark == markSite {
		return markHelper + "见" // the provider's words on a visit: the enterprise when the contact is open
	}
	return mark
}

// checkViews looks for marks where they must not be. It states the rules anew
// and does not ask View's own functions.
func (w *walk) checkViews(t *testing.T) int {
	t.Helper()
	views := 0
	for _, who := range append(w.actors, leader, stranger) {
		v, ok := View(w.in, who.Seat)
		views++
		switch who.Seat.Part {
		case Outsider:
			if ok {
				t.Fatal("an outsider sees something")
			}
		case Provider:
			if ok {
				w.checkProvider(t, who, jsonOf(t, v))
			}
		case Enterprise:
			w.checkFirm(t, who, jsonOf(t, v))
		default:
			if !ok || len(v.History) != len(w.in.History) {
				t.Fatalf("%s does not see the whole", who.Seat.Part)
			}
		}
	}
	return views
}

func (w *walk) openTo(what ReleaseKind, need, target string) bool {
	open := false
	for _, r := range w.in.Releases {
		if r.What == what && r.Need == need && r.Target == target && r.EndedAt == nil {
			open = true
		}
	}
	n, _ := w.in.Need(need)
	return open || n.Confidentiality == "public" && (what == NeedName || what == NeedDetail)
}

func (w *walk) checkProvider(t *testing.T, who Actor, seen string) {
	t.Helper()
	never := []string{markStaff, markToStaff, markGain, `"band"`}
	people := map[string]string{"XQ-1": "企业赵敏", "XQ-2": "二厂孙洁"}
	for _, target := range w.in.Targets {
		if target.Code != who.Seat.Target {
			never = append(never, `"`+target.Name+`"`, `"`+target.Code+`"`)
		}
	}
	current, _ := w.in.CurrentTarget()
	for _, n := range w.in.Needs {
		mine := current.Code == who.Seat.Target
		name := mine && w.openTo(NeedName, n.Code, who.Seat.Target)
		contact := name && w.openTo(NeedContact, n.Code, who.Seat.Target)
		if !name {
			never = append(never, n.OrgName, n.Org+`"`, markContract+n.Code)
		}
		if !contact {
			never = append(never, markSite+n.Code, "赵敏"+n.Code, people[n.Code])
		}
		if (n.Confidentiality == "nda" || n.Confidentiality == "broker_only") && !(mine && w.openTo(NeedDetail, n.Code, who.Seat.Target)) {
			never = append(never, n.Title)
		}
	}
	w.wantNone(t, who, seen, never)
}

func (w *walk) checkFirm(t *testing.T, who Actor, seen string) {
	t.Helper()
	own := who.Seat.Needs[0]
	never := []string{markStaff, markAgreed, `"band"`}
	open := false
	for _, target := range w.in.Targets {
		if target.RecommendedAt == nil {
			never = append(never, target.Name, `"`+target.Code+`"`)
		}
		open = open || w.openTo(ProviderContact, own, target.Code)
	}
	if !open {
		never = append(never, markPhone, markHelper)
	}
	for _, n := range w.in.Needs {
		if n.Code != own {
			never = append(never, n.OrgName, n.Title, markSite+n.Code, markGain+n.Code, markContract+n.Code, markToStaff+n.Code, "赵敏"+n.Code, map[string]string{"XQ-1": "企业赵敏", "XQ-2": "二厂孙洁"}[n.Code])
		}
	}
	w.wantNone(t, who, seen, never)
}

func (w *walk) wantNone(t *testing.T, who Actor, seen string, never []string) {
	t.Helper()
	for _, secret := range never {
		if secret != "" && strings.Contains(seen, secret) {
			at := strings.Index(seen, secret)
			t.Fatalf("%s %s is shown %q at %s, releases %s, in …%s…", who.Seat.Part, who.User, secret, w.in.Stage, jsonOf(t, w.in.Releases), seen[max(0, at-300):min(len(seen), at+200)])
		}
	}
}

// TestRandomWalks: whatever people do, no illegal state, no open case without a
// next action, nothing shown before its release, and no amount on a wrong rung.
func TestRandomWalks(t *testing.T) {
	const want = 100_000
	accepted, tried, views, walks := 0, 0, 0, 0
	reached, refused := map[Stage]int{}, map[string]int{}
	for ; accepted < want; walks++ {
		w := newWalk(t, seeded(uint64(walks)))
		for range 160 {
			before := w.accepted
			w.step(t)
			tried++
			if w.accepted > before && w.accepted%3 == 0 {
				views += w.checkViews(t)
				w.checkLadder(t)
			}
			reached[w.in.Stage]++
		}
		accepted += w.accepted
		for code, n := range w.refused {
			refused[code] += n
		}
	}
	for _, s := range Stages() {
		if reached[s] == 0 {
			t.Errorf("no walk reached %s", s)
		}
	}
	if refused["introduction.unsound"] > 0 {
		t.Errorf("%d steps would have made something unsound", refused["introduction.unsound"])
	}
	t.Logf("%d walks, %d steps taken of %d tried, %d views searched, refused %v", walks, accepted, tried, views, refused)
}

// checkLadder sums every rung anew, each by itself.
func (w *walk) checkLadder(t *testing.T) {
	t.Helper()
	l := LadderOf(w.in)
	var received, verified, listed int64
	if c := w.in.Contract; c != nil {
		if int64(l.Contract) != int64(c.Fen) || c.Registration == nil && l.Registered != 0 {
			t.Fatalf("ladder %+v of contract %+v", l, c)
		}
		for _, p := range c.Payments {
			received += int64(p.Fen)
		}
	}
	for _, b := range w.in.Benefits {
		if b.Status == Verified {
			verified += int64(b.VerifiedFen)
		}
	}
	for _, r := range l.Benefits {
		listed += int64(r.Verified) // across kinds, which only a test may do
	}
	if int64(l.Received) != received || listed != verified || w.in.Contract == nil && (l.Contract != 0 || l.Registered != 0 || l.Received != 0) {
		t.Fatalf("ladder %+v, received %d, verified %d", l, received, verified)
	}
}
