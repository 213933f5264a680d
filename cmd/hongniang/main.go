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
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	err := newRoot().ExecuteContext(ctx)
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "错误："+sentence(err))
	if ctx.Err() != nil {
		os.Exit(interrupted)
	}
	os.Exit(exitCode(err))
}

// interrupted is the exit code of a command that a signal ended before it was
// done; serve is done by then.
const interrupted = 130

// sentence is what a person is told: the Chinese message with its code, and the
// cause where it helps to mend it.
func sentence(err error) string {
	var e *errs.Error
	switch {
	case errors.As(err, &e):
	case errors.Is(err, context.Canceled):
		return "操作已停下，没有做完。（interrupted）"
	default:
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
	if errs.As(err).Code == rowsLeftCode {
		return 6
	}
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
