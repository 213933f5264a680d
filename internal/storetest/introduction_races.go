package storetest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// testCaseClients has 20 clients on two stores write to one introduction at
// once, each until its words are in: none is lost, and the history has no gap.
func testCaseClients(t *testing.T, p Place) {
	const clients, each = 20, 4
	stores := []brokering.Store{p.introductions(t), p.introductions(t)}
	in := insertCase(t, stores[0], newCase(t, "DJ-1"))
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for i := range each {
				sayUntilHeard(t, stores[c%2], in.Code, fmt.Sprintf("第%d人第%d句", c, i))
			}
		})
	}
	wg.Wait()
	got := getCase(t, stores[0], in.Code)
	heard := map[string]int{}
	for _, m := range got.Messages {
		heard[m.Text]++
	}
	if len(heard) != clients*each || len(got.Messages) != clients*each || got.Rev != clients*each+1 {
		t.Errorf("%d messages, %d different, revision %d; want %d", len(got.Messages), len(heard), got.Rev, clients*each)
	}
	for i, e := range got.History {
		if e.Seq != int64(i)+1 {
			t.Errorf("step %d has number %d", i+1, e.Seq)
		}
	}
	if err := got.Sound(); err != nil {
		t.Error(err)
	}
}

func sayUntilHeard(t *testing.T, s brokering.Store, code, text string) {
	for {
		in, err := s.Get(t.Context(), code)
		if err == nil {
			_, err = stepped(t.Context(), s, in, caseBroker, brokering.Step{Kind: brokering.Write, Text: text, To: brokering.ToBrokers})
		}
		if err == nil {
			return
		}
		if !errs.Is(err, errs.Stale) {
			t.Errorf("%s: %v", text, err)
			return
		}
	}
}

// testCaseAnswers has 20 clients answer one invitation, half yes, half no: one
// wins, the others are told that the case has moved on.
func testCaseAnswers(t *testing.T, p Place) {
	const racers = 20
	stores := []brokering.Store{p.introductions(t), p.introductions(t)}
	in := insertCase(t, stores[0], newCase(t, "DJ-1"))
	in = mustStep(t, stores[0], in, caseBroker, brokering.Step{Kind: brokering.Review}, brokering.Step{Kind: brokering.Invite})
	answers := []brokering.Step{{Kind: brokering.Accept}, {Kind: brokering.Decline, Reason: "too_busy"}}
	out := make([]error, racers)
	var wg sync.WaitGroup
	for r := range racers {
		wg.Go(func() { _, out[r] = stepped(t.Context(), stores[r%2], in, caseProvider, answers[r/2%2]) })
	}
	wg.Wait()
	won := 0
	for _, err := range out {
		if err == nil {
			won++
		} else {
			wantKind(t, err, errs.Stale)
		}
	}
	got := getCase(t, stores[1], "DJ-1")
	if won != 1 || got.Rev != 4 || len(got.History) != 4 || got.Sound() != nil {
		t.Errorf("%d answers won, revision %d, %v", won, got.Rev, got.Sound())
	}
}

func testCaseCancelled(t *testing.T, p Place) {
	s := p.introductions(t)
	in := insertCase(t, s, newCase(t, "DJ-1"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := stepped(ctx, s, in, caseBroker, brokering.Step{Kind: brokering.Review})
	wantKind(t, err, errs.Unavailable)
	_, err = s.List(ctx, brokering.Query{Limit: 1})
	wantKind(t, err, errs.Unavailable)
}

// caseChild marks the Spec of a child process that takes steps.
const caseChild = "introductions:"

func keepStepping(ctx context.Context, spec string, open func(context.Context, string) (catalog.Store, error)) error {
	s, err := open(ctx, spec)
	if err != nil {
		return err
	}
	keeper, ok := s.(IntroductionKeeper)
	if !ok {
		return errs.New(errs.Internal, "storetest.no_introductions", "这个数据库不保存对接单。")
	}
	return stepForEver(ctx, keeper.Introductions(), fmt.Sprint(os.Getpid()))
}

// stepForEver begins introductions and takes steps, printing what was
// acknowledged.
func stepForEver(ctx context.Context, s brokering.Store, run string) error {
	for i := 0; ; i++ {
		in, err := beginCase(fmt.Sprintf("DJ-%s-%d", run, i))
		if err != nil {
			return err
		}
		if err := s.Insert(ctx, in); err != nil {
			return err
		}
		fmt.Printf("saved %s %d\n", in.Code, in.Rev)
		for _, step := range []brokering.Step{{Kind: brokering.Review}, {Kind: brokering.Invite}, {Kind: brokering.Write, Text: "在吗", To: brokering.ToBrokers}} {
			if in, err = stepped(ctx, s, in, caseBroker, step); err != nil {
				return err
			}
			fmt.Printf("saved %s %d\n", in.Code, in.Rev)
		}
	}
}

// testCaseKilled kills a process that takes steps: what it had acknowledged is
// there, every history is whole, and every step is still to be told.
func testCaseKilled(t *testing.T, p Place) {
	acked := map[string]int64{}
	for round := range 4 {
		killAfter(t, Place{Spec: caseChild + p.Spec}, 5+round*13, acked)
	}
	s := p.introductions(t)
	pending := map[string]bool{}
	list, err := s.Untold(t.Context(), 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range list {
		in := u.Introduction
		pending[in.Code] = true
		if in.Rev != int64(len(in.History)) || in.Sound() != nil || in.Rev < acked[in.Code] {
			t.Errorf("%s is at revision %d with %d steps, %v; %d was acknowledged", in.Code, in.Rev, len(in.History), in.Sound(), acked[in.Code])
		}
	}
	for code := range acked {
		if !pending[code] {
			t.Errorf("%s was acknowledged and is not there", code)
		}
	}
	if len(acked) < 20 {
		t.Errorf("only %d introductions were acknowledged", len(acked))
	}
}

// testCaseCut breaks the connection at a step, before and after the server did
// it: the step is there or not, and taking it again is safe.
func testCaseCut(t *testing.T, p Place) {
	for _, done := range []bool{false, true} {
		code := fmt.Sprintf("DJ-%v", done)
		in := insertCase(t, p.introductions(t), newCase(t, code))
		proxy := newProxy(t, p.Addr)
		s, err := p.Via(t.Context(), proxy.addr)
		if err != nil {
			t.Fatal(err)
		}
		proxy.cutAt(cut{at: 1, done: done})
		_, err = stepped(t.Context(), introductionsOf(t, s), in, caseBroker, brokering.Step{Kind: brokering.Review})
		wantKind(t, err, errs.Unavailable)
		s.Close()
		now := getCase(t, p.introductions(t), code)
		_, again := stepped(t.Context(), p.introductions(t), in, caseBroker, brokering.Step{Kind: brokering.Review})
		switch now.Rev {
		case 1:
			if again != nil {
				t.Errorf("taken again: %v", again)
			}
		default:
			wantKind(t, again, errs.Stale)
		}
		if last := getCase(t, p.introductions(t), code); last.Rev != 2 || len(last.History) != 2 {
			t.Errorf("revision %d with %d steps", last.Rev, len(last.History))
		}
	}
}
