package related

import (
	"context"
	"iter"
	"sync"
)

// Cutting gives the words of texts, for Learn: workers cut at once, so the
// order is another each time, and the texts are asked for in another goroutine.
// It ends early when ctx does.
func Cutting(ctx context.Context, texts iter.Seq[string], workers int, cut func(string) []string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		ctx, stop := context.WithCancel(ctx)
		in, out := make(chan string), make(chan []string)
		var running sync.WaitGroup
		running.Go(func() {
			defer close(in)
			for text := range texts {
				select {
				case in <- text:
				case <-ctx.Done():
					return
				}
			}
		})
		for range max(workers, 1) {
			running.Go(func() {
				for text := range in {
					select {
					case out <- cut(text):
					case <-ctx.Done():
						return
					}
				}
			})
		}
		go func() {
			running.Wait()
			close(out)
		}()
		defer func() {
			stop()
			for range out { // until all have ended
			}
		}()
		for words := range out {
			if !yield(words) {
				return
			}
		}
	}
}
