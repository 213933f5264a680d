package demo

import (
	"time"

	"hongniang/internal/catalog"
)

// Entered is how many days before now a record is entered.
func Entered(rec catalog.Record, now time.Time) int { return entries().ago(rec, now) }

// Begun is how many days ago the cases and judgings began, by what they are about.
func Begun() map[string]int {
	out := entries()
	for code := range out {
		out[code] -= lead // of the one that waits longest, nothing is begun
	}
	return out
}
