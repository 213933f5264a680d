package upkeep_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"hongniang/internal/errs"
	"hongniang/internal/upkeep"
)

// Who awaits a rebuild hears how it ended; one that he does not wait for goes on.
func TestAwait(t *testing.T) {
	t.Parallel()
	goOn, ended := make(chan struct{}), make(chan error, 1)
	broken := errors.New("broken")
	times := 0
	r := &upkeep.Rebuild{
		Now:   time.Now,
		Count: func(context.Context) (int, error) { return 1, nil },
		Do: func(ctx context.Context, _ func(int)) error {
			if times++; times == 1 {
				return broken
			}
			<-goOn
			ended <- ctx.Err()
			return nil
		},
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go r.Work(ctx)
	if err := r.Await(t.Context(), "王"); !errors.Is(err, broken) {
		t.Errorf("of one that fails: %v", err)
	}
	impatient, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() { left <- r.Await(impatient, "王") }()
	for !r.State().Running {
		time.Sleep(time.Millisecond)
	}
	if err := r.Await(t.Context(), "李"); errs.As(err).Code != "index.rebuilding" {
		t.Errorf("two at once: %v", err)
	}
	leave()
	if err := <-left; errs.As(err).Code != "index.still_rebuilding" || !errs.Is(err, errs.Unavailable) {
		t.Errorf("who left hears %v", err)
	}
	close(goOn)
	if err := <-ended; err != nil {
		t.Errorf("the rebuild ended with who asked: %v", err)
	}
}
