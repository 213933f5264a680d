package upkeep

import (
	"context"
	"slices"
	"strings"
	"time"

	"hongniang/internal/catalog"
)

// Feed is where changes are read; catalog.Store is one.
type Feed interface {
	Changes(ctx context.Context, after int64, limit int) ([]catalog.Change, error)
}

// Wanted says which changes are asked for; the zero value asks for all.
type Wanted struct {
	Kind   catalog.Kind
	Code   string // whole
	By     string // a part of the signature
	Action catalog.Action
	Since  time.Time // not before
	Until  time.Time // before
	Before int64     // earlier in the feed than this; 0: from its end
}

func (w Wanted) fits(c catalog.Change) bool {
	return (w.Kind == "" || c.Kind == w.Kind) && (w.Code == "" || strings.EqualFold(c.Code, w.Code)) && strings.Contains(c.By, w.By) &&
		(w.Action == "" || c.Action == w.Action) && !c.At.Before(w.Since) && (w.Until.IsZero() || c.At.Before(w.Until))
}

const (
	// window is how many places of the feed are read at once.
	window = 1000
	// maxLooked is how many are looked through for one page.
	maxLooked = 50 * window
	// skew is how far the clocks of two processes may be apart.
	skew = 24 * time.Hour
)

// Page is a part of the log, newest first.
type Page struct {
	Changes []catalog.Change
	// Next is Before of the page behind; 0: there is nothing more.
	Next int64
	// Cut: the page ends because enough was looked through, not because it is full.
	Cut bool
}

// Log reads up to limit changes, newest first.
func Log(ctx context.Context, feed Feed, w Wanted, limit int) (Page, error) {
	high := w.Before - 1
	if w.Before <= 0 {
		head, err := catalog.Head(ctx, feed)
		if err != nil {
			return Page{}, err
		}
		high = head.Seq
	}
	var out Page
	for looked := 0; high > 0; looked += window {
		if looked >= maxLooked {
			out.Next, out.Cut = high+1, true
			return out, nil
		}
		low := max(high-window, 0)
		changes, err := feed.Changes(ctx, low, window)
		if err != nil {
			return out, err
		}
		slices.Reverse(changes)
		late := len(changes) == 0
		for _, c := range changes {
			if c.Seq > high {
				continue
			}
			late = late || !c.At.Before(w.Since.Add(-skew))
			if !w.fits(c) {
				continue
			}
			if len(out.Changes) == limit {
				out.Next = out.Changes[limit-1].Seq
				return out, nil
			}
			out.Changes = append(out.Changes, c)
		}
		if !late {
			return out, nil
		}
		high = low
	}
	return out, nil
}

// Behind counts the changes that are not in an index yet, up to most.
func Behind(ctx context.Context, feed Feed, checkpoint int64, most int) (int, error) {
	changes, err := feed.Changes(ctx, checkpoint, most)
	return len(changes), err
}
