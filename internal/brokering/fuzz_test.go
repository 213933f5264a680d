package brokering

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/errs"
)

// FuzzApply takes whatever step JSON makes, in every stage and by everybody:
// it is refused in Chinese, or leaves a sound introduction; neither the
// introduction nor the step that came in is changed.
func FuzzApply(f *testing.F) {
	at := stages(f)
	for _, rule := range Rules() {
		for _, in := range []*Introduction{at[Accepted], at[Visiting], at[Benefiting]} {
			data, err := json.Marshal(sample(rule.Step, in, wang))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Add([]byte(`{"step":"visit","visit":{}}`))
	f.Add([]byte(`{"step":"judge_benefit","id":"B1","verdict":{"status":"verified","files":["F1"]}}`))
	f.Add([]byte(`{"step":"release","release":{"what":"need_name"},"need":"XQ-9","next_action":{"due":"x"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var step Step
		if json.Unmarshal(data, &step) != nil {
			return
		}
		given := jsonOf(t, step)
		for _, stage := range Stages() {
			in := at[stage]
			before := jsonOf(t, in)
			for _, who := range []Actor{firm, master, wang, leader, admin, stranger} {
				next, events, err := Apply(in, step, who, clockOf(in))
				if err != nil {
					if e := errs.As(err); e.Kind == errs.Internal || !hasChinese(e.Message) {
						t.Fatalf("%s by %s at %s: %v", step.Kind, who.Seat.Part, stage, err)
					}
					continue
				}
				if err := next.Sound(); err != nil {
					t.Fatal(err)
				}
				for _, e := range events {
					if e.Tell == Outsider || !hasChinese(e.Text) {
						t.Fatalf("event %+v", e)
					}
				}
				for _, seat := range []Seat{firm.Seat, master.Seat, leader.Seat} {
					View(next, seat)
				}
			}
			if diff := cmp.Diff(before, jsonOf(t, in)); diff != "" {
				t.Fatalf("%s changed the introduction: %s", step.Kind, diff)
			}
		}
		if diff := cmp.Diff(given, jsonOf(t, step)); diff != "" {
			t.Fatalf("the step itself was changed: %s", diff)
		}
	})
}
