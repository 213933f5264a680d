package matcher_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/matcher"
)

func asked(codes ...string) []*catalog.Need {
	var out []*catalog.Need
	for _, code := range codes {
		out = append(out, &catalog.Need{Meta: catalog.Meta{Code: code, Rev: 1}})
	}
	return out
}

// A question that takes long is answered by how far it is, and later by what was
// found; it is worked on once, however often it is asked.
func TestProposalsInTheBackground(t *testing.T) {
	t.Parallel()
	begun, goOn, times := make(chan struct{}), make(chan struct{}), 0
	p := &matcher.Proposals{
		Read: func(_ context.Context, code string) (*catalog.Need, error) {
			if code == "gone" {
				return nil, catalog.NotFoundError(catalog.KindNeed, code)
			}
			return asked(code)[0], nil
		},
		Groups: func(_ context.Context, needs []*catalog.Need, told func(int)) ([]matcher.Group, error) {
			times++
			told(1)
			close(begun)
			<-goOn
			return []matcher.Group{{Title: needs[0].Code, Needs: make([]matcher.Grouped, len(needs))}}, nil
		},
	}
	go p.Work(t.Context())
	first, err := p.Ask(t.Context(), asked("a", "gone", "b"))
	if err != nil || first.Ready || first.Total != 3 {
		t.Fatalf("%+v %v", first, err)
	}
	<-begun
	if half, err := p.Ask(t.Context(), asked("a", "gone", "b")); err != nil || half.Ready || half.Done != 1 {
		t.Errorf("half way: %+v %v", half, err)
	}
	close(goOn)
	p.Patience = time.Minute
	for range 2 {
		if whole, err := p.Ask(t.Context(), asked("a", "gone", "b")); err != nil || !whole.Ready || len(whole.Found) != 1 || len(whole.Found[0].Needs) != 2 || times != 1 {
			t.Errorf("found %+v %v, after %d times", whole, err, times)
		}
	}
}

// What failed is told once, and tried again by the next question; who asks for too
// much is told to wait.
func TestProposalsThatFail(t *testing.T) {
	t.Parallel()
	fails, down := true, errs.New(errs.Unavailable, "test.down", "库连不上")
	p := &matcher.Proposals{
		Patience: time.Minute,
		Read:     func(_ context.Context, code string) (*catalog.Need, error) { return asked(code)[0], nil },
		Groups: func(context.Context, []*catalog.Need, func(int)) ([]matcher.Group, error) {
			if fails {
				return nil, down
			}
			return nil, nil
		},
	}
	go p.Work(t.Context())
	if _, err := p.Ask(t.Context(), asked("a")); !errors.Is(err, down) {
		t.Errorf("a failure: %v", err)
	}
	fails = false
	if again, err := p.Ask(t.Context(), asked("a")); err != nil || !again.Ready {
		t.Errorf("after it: %+v %v", again, err)
	}
	idle := &matcher.Proposals{}
	var err error
	for i := 0; err == nil && i < 1000; i++ {
		_, err = idle.Ask(t.Context(), asked("a", string(rune('b'+i))))
	}
	if !errs.Is(err, errs.Unavailable) {
		t.Errorf("nobody works, and nothing says so: %v", err)
	}
}
