package fit

import (
	"context"
	"fmt"
	"sync"

	"hongniang/internal/search"
)

// remembered is an engine that remembers the last rankings of each text, and
// the documents that it read: when the weights of people move, their documents
// are ranked as before.
type remembered struct {
	search.Engine
	mu        sync.Mutex
	rankings  map[string][]ranking // by texts and kinds, the latest first
	documents map[string]search.Document
}

type ranking struct {
	key string
	search.Ranking
}

const (
	// kept is how many rankings of a text are remembered, and keptDepth how long
	// they may be: a list of people is ranked from short ones.
	kept      = 2
	keptDepth = 300
)

func remember(e search.Engine) search.Engine {
	return &remembered{Engine: e, rankings: map[string][]ranking{}, documents: map[string]search.Document{}}
}

// Rank answers from memory what it was asked before.
func (r *remembered) Rank(ctx context.Context, req search.RankRequest) (search.Ranking, error) {
	if req.Top > keptDepth {
		return r.Engine.Rank(ctx, req)
	}
	text, key := fmt.Sprint(req.Kinds, len(req.Clauses), req.Clauses[0].Text), fmt.Sprint(req)
	r.mu.Lock()
	for _, known := range r.rankings[text] {
		if known.key == key {
			r.mu.Unlock()
			return known.copied(), nil
		}
	}
	r.mu.Unlock()
	ranked, err := r.Engine.Rank(ctx, req)
	if err != nil {
		return ranked, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	latest := append([]ranking{{key, ranked}}, r.rankings[text]...)
	r.rankings[text] = latest[:min(kept, len(latest))]
	return ranking{key, ranked}.copied(), nil
}

// copied is a ranking that whoever asked may change: the matcher turns scores
// into strengths in place.
func (r ranking) copied() search.Ranking {
	return search.Ranking{Hits: append([]search.Scored(nil), r.Hits...), Ideal: r.Ideal}
}

// Documents reads each document once.
func (r *remembered) Documents(ctx context.Context, ids []string) (map[string]search.Document, error) {
	out := make(map[string]search.Document, len(ids))
	var missing []string
	r.mu.Lock()
	for _, id := range ids {
		if doc, known := r.documents[id]; known {
			out[id] = doc
		} else {
			missing = append(missing, id)
		}
	}
	r.mu.Unlock()
	if len(missing) == 0 {
		return out, nil
	}
	read, err := r.Engine.Documents(ctx, missing)
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, doc := range read {
		out[id] = doc
		r.documents[id] = doc
	}
	return out, err
}
