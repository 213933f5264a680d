package main

import (
	"bytes"
	"log"
	"log/slog"
	"strings"
	"testing"
)

// What libraries write to the standard log is told when somebody wants to debug, and
// otherwise nobody.
func TestLibrariesAreHeard(t *testing.T) { // not parallel: the standard log is one
	before, flags := log.Writer(), log.Flags()
	t.Cleanup(func() { log.SetOutput(before); log.SetFlags(flags) })
	for level, want := range map[slog.Level]bool{slog.LevelInfo: false, slog.LevelDebug: true} {
		var out bytes.Buffer
		hearLibraries(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level})))
		log.Print("got err removing file")
		if got := strings.Contains(out.String(), "got err removing file"); got != want {
			t.Errorf("%v: %q", level, out.String())
		}
	}
}
