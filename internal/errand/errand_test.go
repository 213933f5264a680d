package errand_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"hongniang/internal/errand"
	"hongniang/internal/errs"
)

var now = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

func runner(patience time.Duration) *errand.Runner {
	return errand.New("me", patience, func() time.Time { return now })
}

// An errand is free when it was never begun, was left by this process, or by another
// that is silent for too long.
func TestFree(t *testing.T) {
	t.Parallel()
	r := runner(time.Minute)
	_, end := r.Begin(t.Context(), "at work")
	for _, c := range []struct {
		code  string
		claim errand.Claim
		want  bool
	}{
		{"a", errand.Claim{Queued: true}, true},
		{"a", errand.Claim{Worker: "me", Beat: now}, true},
		{"at work", errand.Claim{Worker: "me", Beat: now.Add(-time.Hour)}, false},
		{"a", errand.Claim{Worker: "you", Beat: now.Add(-time.Second)}, false},
		{"a", errand.Claim{Worker: "you", Beat: now.Add(-time.Minute)}, true},
	} {
		if got := r.Free(c.code, c.claim); got != c.want {
			t.Errorf("%s, %+v: %v", c.code, c.claim, got)
		}
	}
	if end(); !r.Free("at work", errand.Claim{Worker: "me", Beat: now}) {
		t.Error("what was ended is not free")
	}
	if !runner(0).Free("a", errand.Claim{Worker: "killed", Beat: now}) {
		t.Error("without patience another process is waited for")
	}
}

// Everything that is due is done; what fails ends the pass, and who was merely slower
// has no fault.
func TestPass(t *testing.T) {
	t.Parallel()
	left, done := []string{"a", "b", "c"}, ""
	due := func(context.Context) (string, error) {
		if len(left) == 0 {
			return "", nil
		}
		return left[0], nil
	}
	broken := errors.New("broken")
	do := func(_ context.Context, code string) error {
		if left = left[1:]; code == "b" {
			return broken
		}
		done += code
		return nil
	}
	if err := errand.Pass(t.Context(), due, do); !errors.Is(err, broken) || done != "a" {
		t.Errorf("%v after %q", err, done)
	}
	if err := errand.Pass(t.Context(), due, do); err != nil || done != "ac" {
		t.Errorf("%v after %q", err, done)
	}
	for kind, want := range map[errs.Kind]bool{errs.Stale: true, errs.NotFound: true, errs.Conflict: false, errs.Unavailable: false} {
		if got := errand.Passing(errs.New(kind, "x.y", "某事。")) == nil; got != want {
			t.Errorf("%s passes: %v", kind, got)
		}
	}
}

// Who is woken looks at once, however long the next look is away; a pass that failed
// is told, and does not end it.
func TestFollow(t *testing.T) {
	t.Parallel()
	r, ctx := runner(0), t.Context()
	ctx, stop := context.WithCancel(ctx)
	broken := errors.New("broken")
	passes, failures := 0, 0
	r.Follow(ctx, 24*time.Hour, func(ctx context.Context) error {
		work, end := r.Begin(ctx, "a")
		defer end()
		switch passes++; passes {
		case 1:
			r.Wake()
			r.Wake() // once is enough
			return broken
		default:
			r.Stop("b") // which nobody is at
			if r.Stop("a"); work.Err() == nil || ctx.Err() != nil {
				t.Errorf("stopped: %v, all of it: %v", work.Err(), ctx.Err())
			}
			stop()
			return ctx.Err()
		}
	}, func(err error) {
		if failures++; !errors.Is(err, broken) {
			t.Error(err)
		}
	})
	if passes != 2 || failures != 1 {
		t.Errorf("%d passes, %d failures", passes, failures)
	}
}
