package errs_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"hongniang/internal/errs"
)

// An input with a hundred thousand faults is answered with the first hundred,
// each with the beginning of its value.
func TestFaultsAreBounded(t *testing.T) {
	var f errs.Faults
	if f.Err() != nil {
		t.Error("no fault is an error")
	}
	for range 100_000 {
		f.Add("title", "text.too_long", "太长。", strings.Repeat("长", 500))
	}
	e := errs.As(f.Err())
	if e.Kind != errs.Invalid || len(e.Fields) != 100 {
		t.Fatalf("%s with %d faults", e.Kind, len(e.Fields))
	}
	if n := utf8.RuneCountInString(e.Fields[0].Value); n != 80 {
		t.Errorf("a value of %d characters", n)
	}
}
