package indexer

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"hongniang/indexer/postings"
)

// fewCold is how many cold lists a processor is woken for: to read one takes a
// millisecond and more.
const fewCold = 4

// readAhead reads the lists of terms that are not in memory, on all processors: after a
// start, or a merge, a need asks for hundreds. What cannot be read is met again by who
// needs it.
func readAhead(ctx context.Context, view *postings.View, terms []postings.Asked) {
	var cold []postings.Asked
	for _, t := range terms {
		if view.Cold(t.Field, t.Term) {
			cold = append(cold, t)
		}
	}
	workers := min(runtime.GOMAXPROCS(0), len(cold)/fewCold)
	if workers < 2 {
		return
	}
	var (
		wait sync.WaitGroup
		next atomic.Int64
	)
	for range workers {
		wait.Go(func() {
			_ = recovered(func() error {
				for at := int(next.Add(1)) - 1; at < len(cold) && ctx.Err() == nil; at = int(next.Add(1)) - 1 {
					if _, err := view.Term(cold[at].Field, cold[at].Term); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
	wait.Wait()
}

// readTerms reads ahead what ranking by terms asks for.
func (r *ranker) readTerms(ctx context.Context, terms []weighted) {
	if r.alone != nil { // few of them are read
		return
	}
	asked := make([]postings.Asked, len(terms))
	for i, t := range terms {
		asked[i] = postings.Asked{Field: keptField(t.field), Term: t.term}
	}
	readAhead(ctx, r.view, asked)
}

// readRelated reads ahead what words and their related words ask for.
func (r *ranker) readRelated(ctx context.Context, all []alternatives) {
	if r.alone != nil {
		return
	}
	field := keptField(fieldWords)
	var asked []postings.Asked
	for _, a := range all {
		asked = append(asked, postings.Asked{Field: field, Term: a.word})
		for _, n := range a.near {
			asked = append(asked, postings.Asked{Field: field, Term: n.Word})
		}
	}
	readAhead(ctx, r.view, asked)
}
