// Package errs holds the kinds of failure that the product tells apart.
//
// Every error that reaches a person carries a stable code for programs, and a
// Chinese sentence that says what to do. What a library said stays in the
// wrapped error: it is logged once at the top and never shown.
package errs

import (
	"errors"
	"strings"
)

// Kind says who can mend an error; it decides the HTTP status and the exit code.
type Kind string

// The kinds, in the order in which a caller should think of them.
const (
	Invalid     Kind = "invalid"     // the input is wrong; Fields say where
	NotFound    Kind = "not_found"   // no such record
	Conflict    Kind = "conflict"    // another record has this code or natural key
	Stale       Kind = "stale"       // the record was changed since it was read
	Denied      Kind = "denied"      // the caller may not do this
	TooLarge    Kind = "too_large"   // the input is over a documented limit
	Locked      Kind = "locked"      // another process owns the data directory
	Unavailable Kind = "unavailable" // the database is out of reach; try again
	Internal    Kind = "internal"    // our fault, or the machine's
)

// Field is one fault of one field of an input.
type Field struct {
	Field   string `json:"field" doc:"Path of the field, such as targets[0].value"`
	Code    string `json:"code" doc:"Stable code of the fault, such as patent.check_digit"`
	Message string `json:"message" doc:"What is wrong and what to do, in Chinese"`
	Value   string `json:"value,omitempty" doc:"What was given, cut to 80 characters"`
}

// Error is a failure with its kind, code and sentence.
type Error struct {
	Kind    Kind
	Code    string  // stable, dotted, such as record.stale
	Message string  // one Chinese sentence: what happened and what to do
	Fields  []Field // for Invalid only
	Err     error   // the cause, for the log; may be nil
}

// New makes an error without a cause.
func New(kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message}
}

// Wrap makes an error with its cause.
func Wrap(err error, kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message, Err: err}
}

// Error gives code, sentence, field faults and cause: for logs, not for people.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code + ": " + e.Message)
	for _, f := range e.Fields {
		b.WriteString("; " + f.Field + ": " + f.Message)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// As finds the first *Error in the chain of err; for any other error it
// answers an Internal one that wraps it, so that callers never see nil for a
// non-nil err.
func As(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Wrap(err, Internal, "internal", "服务出了意外，请稍后再试；若仍不行，请把请求编号告诉管理员。")
}

// KindOf gives the kind of err, Internal for a foreign error and "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	return As(err).Kind
}

// Is tells whether err is of the kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// Faults gathers the faults of one input.
type Faults []Field

// maxFaults is how many faults of one input are told: a flood of them helps
// nobody, and makes the answer many times the size of the question.
const maxFaults = 100

// Add notes a fault; value is cut to 80 runes, and faults beyond the first
// hundred are dropped.
func (f *Faults) Add(field, code, message, value string) {
	if len(*f) >= maxFaults {
		return
	}
	if r := []rune(value); len(r) > 80 {
		value = string(r[:79]) + "…"
	}
	*f = append(*f, Field{Field: field, Code: code, Message: message, Value: value})
}

// Err is nil when there are no faults, else an Invalid error that carries them.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	e := New(Invalid, "record.invalid", "填写的内容有误，请按各字段的提示改正后再提交。")
	e.Fields = f
	return e
}
