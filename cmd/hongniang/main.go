// Command hongniang runs the technology-matchmaking service and its tools.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"hongniang/internal/errs"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := newRoot().ExecuteContext(ctx)
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	fmt.Fprintln(os.Stderr, "错误："+sentence(err))
	os.Exit(exitCode(err))
}

// sentence is what a person is told: the Chinese message with its code, and the
// cause where it helps to mend it.
func sentence(err error) string {
	var e *errs.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	out := fmt.Sprintf("%s（%s）", e.Message, e.Code)
	for _, f := range e.Fields {
		out += fmt.Sprintf("\n  %s：%s", f.Field, f.Message)
	}
	return out
}

// exitCode tells scripts what kind of failure it was.
func exitCode(err error) int {
	switch errs.KindOf(err) {
	case errs.Invalid, errs.TooLarge:
		return 2
	case errs.NotFound:
		return 3
	case errs.Locked:
		return 4
	case errs.Unavailable:
		return 5
	}
	return 1
}
