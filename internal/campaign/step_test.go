package campaign

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/errs"
)

var (
	day  = time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	wang = Person{User: "U-wang", Name: "红娘王"}
)

// planned is a campaign of three needs with a plan.
func planned() (Campaign, *Plan) {
	c := Campaign{Code: "PL-1", State: Planned, Chosen: []string{"XQ-1", "XQ-2", "XQ-3"}, Plans: []PlanOf{{ID: "PL-1/1", Placed: 2, Needs: 3}}}
	return c, &Plan{Needs: []Placed{
		{Need: "XQ-1", Title: "一", Person: &Helper{Code: "ZJ-1", Name: "甲", Band: "high"}, Alternates: []Helper{{Code: "ZJ-3"}}},
		{Need: "XQ-2", Title: "二", Person: &Helper{Code: "ZJ-2", Name: "乙", Band: "low"}}, {Need: "XQ-3", Title: "三"},
	}}
}

// Every step in every state, idle and busy: what the table does not name is
// refused, and refusing changes nothing.
func TestStepsInEveryState(t *testing.T) {
	want := map[State][]StepKind{
		Draft: {Change, MakePlan, PinPair, BanPair, Release, End}, Planned: {Change, MakePlan, PinPair, BanPair, Release, Swap, Confirm, End},
		Confirmed: {Retry, End}, Running: {Retry, End}, Ended: nil,
	}
	for _, state := range States() {
		c, _ := planned()
		c.State, c.Pairs = state, []Match{{Need: "XQ-1", State: Failed}}
		if diff := cmp.Diff(want[state], c.Steps()); diff != "" {
			t.Errorf("%s: %s", state, diff)
		}
		c.Job = &Job{Kind: Planning, State: Working}
		busy := []StepKind{Cancel}
		if state == Ended {
			busy = nil
		}
		if diff := cmp.Diff(busy, c.Steps()); diff != "" {
			t.Errorf("%s, busy: %s", state, diff)
		}
		for _, kind := range []StepKind{Create, "nonsense", Handover} {
			if _, err := Apply(c, Step{Kind: kind}, nil, wang, day); err == nil {
				t.Errorf("%s: %s is taken", state, kind)
			}
		}
	}
}

func TestDecisions(t *testing.T) {
	c, plan := planned()
	take := func(s Step) {
		t.Helper()
		next, err := Apply(c, s, plan, wang, day)
		if err != nil {
			t.Fatal(err)
		}
		c = *next
	}
	take(Step{Kind: BanPair, Need: "XQ-1", Person: "ZJ-1"})
	take(Step{Kind: PinPair, Need: "XQ-1", Person: "ZJ-1"}) // the last word holds
	take(Step{Kind: PinPair, Need: "XQ-1", Person: "ZJ-3"})
	take(Step{Kind: BanPair, Need: "XQ-2", Person: "ZJ-9"})
	if diff := cmp.Diff([]Pair{{"XQ-1", "ZJ-3"}}, c.Pins); diff != "" || len(c.Bans) != 1 || !c.Stale {
		t.Errorf("%s %+v %v", diff, c.Bans, c.Stale)
	}
	if _, err := Apply(c, Step{Kind: Confirm}, plan, wang, day); errs.As(err).Code != "campaign.stale_plan" {
		t.Errorf("a plan from before is confirmed: %v", err)
	}
	take(Step{Kind: Release, Need: "XQ-2"})
	take(Step{Kind: Swap, Need: "XQ-1", Other: "XQ-2"})
	if diff := cmp.Diff([]Pair{{"XQ-1", "ZJ-2"}, {"XQ-2", "ZJ-1"}}, c.Pins); diff != "" || len(c.Bans) != 0 {
		t.Errorf("swapped: %s, bans %+v", diff, c.Bans)
	}
	c.Stale = false
	take(Step{Kind: Confirm})
	want := []Match{{Need: "XQ-1", Title: "一", Person: "ZJ-1", Name: "甲", Band: "high", Alternates: []string{"ZJ-3"}, State: Waiting}, {Need: "XQ-2", Title: "二", Person: "ZJ-2", Name: "乙", Band: "low", State: Waiting}}
	if diff := cmp.Diff(want, c.Pairs); diff != "" || c.State != Confirmed || c.Job.Kind != Beginning || c.Job.Total != 2 || len(c.History) != 7 {
		t.Errorf("confirmed: %s\n%+v", diff, c)
	}
}

func TestDecisionsRefused(t *testing.T) {
	for name, s := range map[string]Step{
		"a need that takes no part": {Kind: PinPair, Need: "XQ-9", Person: "ZJ-1"}, "nobody": {Kind: BanPair, Need: "XQ-1"},
		"somebody who takes no part": {Kind: PinPair, Need: "XQ-1", Person: "ZJ-8"}, "a swap with a need without anybody": {Kind: Swap, Need: "XQ-1", Other: "XQ-3"},
		"a swap with itself": {Kind: Swap, Need: "XQ-1", Other: "XQ-1"}, "an end without a word": {Kind: End, Note: "  "},
	} {
		c, plan := planned()
		c.Taking = []string{"ZJ-1", "ZJ-2"}
		before := cmp.Diff(Campaign{}, c)
		if _, err := Apply(c, s, plan, wang, day); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
		if after := cmp.Diff(Campaign{}, c); after != before {
			t.Errorf("%s: what was refused changed the campaign", name)
		}
	}
}

// A filter's region takes what lies in it, whole levels only.
func TestFilter(t *testing.T) {
	for _, tt := range []struct {
		f      Filter
		region string
		want   bool
	}{
		{Filter{}, "", true}, {Filter{Region: "370000"}, "371002", true}, {Filter{Region: "371000"}, "371002", true}, {Filter{Region: "371000"}, "371102", false},
		{Filter{Region: "110000"}, "110101", true}, {Filter{Region: "500000"}, "500101", true}, {Filter{Region: "371002"}, "371003", false}, {Filter{Region: "37"}, "", false},
	} {
		if got := tt.f.takes(tt.region, "materials", "tech_breakthrough"); got != tt.want {
			t.Errorf("%+v takes %q: %v", tt.f, tt.region, got)
		}
	}
	if (Filter{Type: "talent"}).takes("371002", "", "skill_training") || !(Filter{Type: "talent", Field: "energy"}).takes("371002", "energy", "mentor", "talent") {
		t.Error("types and fields do not choose")
	}
}

func TestSettingsCheck(t *testing.T) {
	s, err := Settings{Name: " 冬季专场 ", Needs: []string{"XQ-1", "", "XQ-1 "}}.check()
	if err != nil || s.Name != "冬季专场" || s.Quota != 3 || s.Floor != DefaultFloor || !slices.Equal(s.Needs, []string{"XQ-1"}) {
		t.Errorf("%+v, %v", s, err)
	}
	for name, s := range map[string]Settings{
		"no name": {}, "a day that is none": {Name: "一场", From: "明天"}, "an end before the start": {Name: "一场", From: "2026-03-02", To: "2026-03-01"},
		"a quota of 101": {Name: "一场", Quota: 101}, "a floor of 80": {Name: "一场", Floor: 80}, "eleven alternates": {Name: "一场", Alternates: 11}, "a negative distance": {Name: "一场", MaxKM: -1},
		"a negative quota of one": {Name: "一场", Quotas: map[string]int{"ZJ-1": -1}},
	} {
		if _, err := s.check(); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The history is bounded; the newest stay.
func TestHistoryIsBounded(t *testing.T) {
	c, plan := planned()
	for range keptEntries + 5 {
		next, err := Apply(c, Step{Kind: BanPair, Need: "XQ-1", Person: "ZJ-1"}, plan, wang, day)
		if err != nil {
			t.Fatal(err)
		}
		c = *next
	}
	if len(c.History) != keptEntries || len(c.Bans) != 1 {
		t.Errorf("%d entries, %d bans", len(c.History), len(c.Bans))
	}
}

// A job of this process that it is not at, as after a fault of the store, is free;
// one of another process when it has not been heard of for long.
func TestWhatIsLeftBehindIsFree(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	s := New(Deps{Worker: "me", Patience: time.Minute, Now: func() time.Time { return now }})
	job := func(worker string, beat time.Time) *Campaign {
		return &Campaign{Code: "PL-1", Job: &Job{State: Working, Worker: worker, Beat: beat}}
	}
	if !s.free(job("me", now)) || s.free(job("you", now)) || !s.free(job("you", now.Add(-time.Hour))) {
		t.Error("who is at work is not told from who is not")
	}
	_, end := s.errands.Begin(t.Context(), "PL-1")
	defer end()
	if s.free(job("me", now)) {
		t.Error("what is being done is free")
	}
}
