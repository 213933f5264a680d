package view

import (
	"slices"
	"strings"

	"hongniang/internal/catalog"
)

// ConfirmURL is where credits are confirmed.
func ConfirmURL(kind catalog.Kind, code string) string { return RecordURL(kind, code) + "/confirm" }

// Confirmation asks whether those whom somebody else's firm named are rightly named.
type Confirmation struct {
	URL, Names string
	Rev        int64
}

// BuildConfirmation names those of keys; nil when there is nobody.
func BuildConfirmation(rec catalog.Record, keys []string) *Confirmation {
	var names []string
	for _, c := range catalog.Credits(rec) {
		if slices.Contains(keys, c.Key()) {
			names = append(names, strings.TrimSpace(c.Name+" "+c.Code))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return &Confirmation{URL: ConfirmURL(rec.Kind(), rec.Base().Code), Names: strings.Join(names, "、"), Rev: rec.Base().Rev}
}
