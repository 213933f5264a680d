package catalog

import "context"

// Feed is where changes are read; a Store is one.
type Feed interface {
	Changes(ctx context.Context, after int64, limit int) ([]Change, error)
}

// headPage is how many changes are read at a time by whoever has to walk.
const headPage = 10_000

// Head gives the last change of a feed, the zero Change when there is none. A
// Store is asked for it; any other feed is walked through. Whoever reads
// everything asks for the head first and follows the feed from there afterwards:
// what changes meanwhile is read twice, and nothing is missed.
func Head(ctx context.Context, feed Feed) (Change, error) {
	if direct, ok := feed.(interface {
		Head(ctx context.Context) (Change, error)
	}); ok {
		return direct.Head(ctx)
	}
	var head Change
	for {
		changes, err := feed.Changes(ctx, head.Seq, headPage)
		if err != nil || len(changes) == 0 {
			return head, err
		}
		head = changes[len(changes)-1]
	}
}
