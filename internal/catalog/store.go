package catalog

import (
	"context"
	"time"
)

// Action is what a change did.
type Action string

// The actions of the change feed.
const (
	Created  Action = "create"
	Updated  Action = "update"
	Deleted  Action = "delete"
	Restored Action = "restore"
)

// Write is one record to be saved. Rev 0 inserts; Rev n replaces revision n.
// The saved record has Rev n+1, which the store sets in Record on success.
type Write struct {
	Record Record
	Action Action
	By     string    // who, for the audit line
	At     time.Time // when, UTC, to the millisecond
}

// Change is one line of the change feed, which is also the audit log.
type Change struct {
	Seq    int64     `json:"seq" doc:"Place in the feed, from 1, rising, no gap is ever filled later"`
	Kind   Kind      `json:"kind"`
	Code   string    `json:"code"`
	Rev    int64     `json:"rev" doc:"Revision that the change made"`
	Action Action    `json:"action"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// Store keeps records, one document each, and the feed of their changes.
// Implementations are safe for concurrent use by many goroutines and, where
// the engine allows, many processes. storetest holds the contract.
//
// Errors: errs.NotFound, errs.Conflict (code or key taken), errs.Stale (another
// revision is current), errs.Unavailable (the engine is out of reach: nothing
// is known of the write; repeating it is safe because of Rev).
type Store interface {
	// Get reads one record, removed ones too.
	Get(ctx context.Context, kind Kind, code string) (Record, error)
	// ByKey reads the record with that Key, removed ones too.
	ByKey(ctx context.Context, kind Kind, key string) (Record, error)
	// Save saves each write on its own, in order, and answers one error a
	// write, nil for saved ones. What was saved is durable when Save returns,
	// and is in the feed before the next Changes call of this process.
	Save(ctx context.Context, writes []Write) []error
	// Scan reads up to limit records of a kind in byte order of their codes,
	// behind after; removed ones too.
	Scan(ctx context.Context, kind Kind, after string, limit int) ([]Record, error)
	// Count counts the records of a kind that are not removed.
	Count(ctx context.Context, kind Kind) (int, error)
	// Changes reads up to limit changes with Seq > after, in order.
	Changes(ctx context.Context, after int64, limit int) ([]Change, error)
	// Head reads the last change of the feed; the zero Change when there is none.
	// It costs the same however long the feed is.
	Head(ctx context.Context) (Change, error)
	// History reads the changes of one record, in order.
	History(ctx context.Context, kind Kind, code string) ([]Change, error)
	// TakeNumbers takes the next n numbers of a named series, from 1, and
	// answers the first of them; numbers are never given twice, but may be lost.
	TakeNumbers(ctx context.Context, series string, n int) (first int64, err error)
	// Resign writes another name over the one by which somebody signed lines of
	// the feed, and says of how many; it is for erasing a person.
	Resign(ctx context.Context, from, to string) (int, error)
	// Scrub takes what was deleted or written over out of the files of the
	// engine, as far as the engine lets us; it may take a while.
	Scrub(ctx context.Context) error
	// Ping tells whether the engine answers.
	Ping(ctx context.Context) error
	Close() error
}
