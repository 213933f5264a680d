package indexer

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"hongniang/indexer/postings"
)

// fewCold is how many cold lists a processor is woken for.
const fewCold = 4

// readAhead are terms of a view, those that were cold read already: they are held, since
// where the lists of a need take more memory than they may they are soon forgotten.
type readAhead struct {
	view *postings.View
	read map[postings.Asked]postings.Term
}

// newReadAhead reads the lists of terms that are not in memory, by so many workers: after
// a start, or a merge, a need asks for hundreds. What cannot be read is met again by who
// needs it.
func newReadAhead(ctx context.Context, view *postings.View, terms []postings.Asked, workers int) readAhead {
	out := readAhead{view: view}
	var cold []postings.Asked
	for _, t := range terms {
		if view.Cold(t.Field, t.Term) {
			cold = append(cold, t)
		}
	}
	workers = min(workers, len(cold)/fewCold)
	if workers < 2 {
		return out
	}
	var (
		wait  sync.WaitGroup
		next  atomic.Int64
		found = make([]*postings.Term, len(cold))
	)
	for range workers {
		wait.Go(func() {
			_ = recovered(func() error {
				for at := int(next.Add(1)) - 1; at < len(cold) && ctx.Err() == nil; at = int(next.Add(1)) - 1 {
					t, err := view.Term(cold[at].Field, cold[at].Term)
					if err != nil {
						return err
					}
					found[at] = &t
				}
				return nil
			})
		})
	}
	wait.Wait()
	out.read = make(map[postings.Asked]postings.Term, len(cold))
	for i, t := range found {
		if t != nil {
			out.read[cold[i]] = *t
		}
	}
	return out
}

// term finds a term.
func (a readAhead) term(field int, term string) (postings.Term, error) {
	if len(a.read) > 0 {
		if t, known := a.read[postings.Asked{Field: field, Term: term}]; known {
			return t, nil
		}
	}
	return a.view.Term(field, term)
}

// readTerms reads ahead what ranking by terms asks for.
func (r *ranker) readTerms(ctx context.Context, terms []weighted) readAhead {
	if r.alone != nil { // most of their lists are not read
		return readAhead{view: r.view}
	}
	asked := make([]postings.Asked, len(terms))
	for i, t := range terms {
		asked[i] = postings.Asked{Field: keptField(t.field), Term: t.term}
	}
	return newReadAhead(ctx, r.view, asked, runtime.GOMAXPROCS(0))
}

// readRelated reads ahead what words and their related words ask for.
func (r *ranker) readRelated(ctx context.Context, all []alternatives) readAhead {
	if r.alone != nil {
		return readAhead{view: r.view}
	}
	field := keptField(fieldWords)
	var asked []postings.Asked
	for _, a := range all {
		asked = append(asked, postings.Asked{Field: field, Term: a.word})
		for _, n := range a.near {
			asked = append(asked, postings.Asked{Field: field, Term: n.Word})
		}
	}
	return newReadAhead(ctx, r.view, asked, runtime.GOMAXPROCS(0))
}
