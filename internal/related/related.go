// Package related learns from texts which words stand for much the same thing:
// those that keep the same company. The shop-floor name of a thing and the
// textbook's are written between the same neighbours, in texts that are not
// the same.
//
// A word is described by the words around it, by positive pointwise mutual
// information with a smoothed distribution of contexts (Levy, Goldberg and
// Dagan, "Improving Distributional Similarity with Lessons Learned from Word
// Embeddings", TACL 2015), which is what the embeddings of neural networks come
// down to (Levy and Goldberg, "Neural Word Embedding as Implicit Matrix
// Factorization", NIPS 2014). The matrix is reduced to a few dimensions by
// randomised subspace iteration (Halko, Martinsson and Tropp, "Finding
// Structure with Randomness", SIAM Review 53, 2011, algorithm 4.4). Similarity
// is the cosine; only the few nearest words are kept.
//
// The package is pure: it reads words, not Chinese.
package related

import (
	"context"
	"iter"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Near is a word that stands for much the same as another.
type Near struct {
	Word       string
	Similarity float64 // cosine, Least to 1, rounded to 3 decimals
}

// Origin says what a model was learned from.
type Origin struct {
	Documents int       // how many there were, sampled or not
	Mark      int64     // the caller's own, such as a place in a change feed
	At        time.Time // to the second; zero when it does not matter
}

// Model holds the nearest words of each word that has any. It never changes, so
// it is safe for concurrent use; the nil model knows no words.
type Model struct {
	Origin Origin
	near   map[string][]Near
}

const (
	// Least is the cosine from which a word counts as near, and Most how many
	// near words a word has. With either wider, rankings got worse.
	Least = 0.7
	Most  = 3
)

// Near gives at most Most words, the most similar first; nil for a word that
// has none. The caller must not change what it is given.
func (m *Model) Near(word string) []Near {
	if m == nil {
		return nil
	}
	return m.near[word]
}

// Len is how many words have near ones.
func (m *Model) Len() int {
	if m == nil {
		return 0
	}
	return len(m.near)
}

// Or gives a model with the words of m, and those of other that m does not
// have. The origin is that of m.
func (m *Model) Or(other *Model) *Model {
	out := &Model{near: make(map[string][]Near, m.Len()+other.Len())}
	for _, from := range []*Model{other, m} {
		if from == nil {
			continue
		}
		for word, near := range from.near {
			out.near[word] = near
		}
	}
	if m != nil {
		out.Origin = m.Origin
	}
	return out
}

// words gives the words in order.
func (m *Model) words() []string {
	out := make([]string, 0, len(m.near))
	for word := range m.near {
		out = append(out, word)
	}
	slices.SortFunc(out, strings.Compare)
	return out
}

// Options bound what learning takes. The zero value learns from 200,000
// documents of 1.8 KB in under 1 GB.
type Options struct {
	Workers    int // goroutines; 0: one for each processor
	Words      int // the most frequent words that are learned; 0: 40,000, at most 65,535
	Tokens     int // words of text beyond which documents are sampled; 0: DefaultTokens
	Dimensions int // 0: 100
	MinCount   int // how often a word must occur; 0: twice
	Origin     Origin
}

// DefaultTokens is how many words of text are learned from: more than that
// takes longer and teaches little.
const DefaultTokens = 15_000_000

const (
	maxWords = 1<<16 - 1 // a word's number has 16 bits
	window   = 5         // words to each side that are a word's company
)

func (o Options) withDefaults() Options {
	set := func(v *int, otherwise int) {
		if *v <= 0 {
			*v = otherwise
		}
	}
	set(&o.Workers, runtime.GOMAXPROCS(0))
	set(&o.Words, 40_000)
	set(&o.Tokens, DefaultTokens)
	set(&o.Dimensions, 100)
	set(&o.MinCount, 2)
	o.Words = min(o.Words, maxWords)
	return o
}

// Learn reads documents, each as its words in order, and gives the nearest
// words of each. What it gives does not depend on the order of the documents,
// nor on the number of workers. A document that stands there twice counts once.
// The slices may be used again by the caller. With too little text the model is
// empty. Errors: those of ctx.
func Learn(ctx context.Context, documents iter.Seq[[]string], o Options) (*Model, error) {
	o = o.withDefaults()
	texts := newSample(o.Tokens)
	seen := 0
	for words := range documents {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		texts.add(words)
		seen++
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	v := texts.vocabulary(o.Words, o.MinCount)
	texts = nil // its words are no longer needed
	m, err := newMatrix(ctx, v, o.Workers)
	if err != nil {
		return nil, err
	}
	v.texts = nil
	vectors, err := m.reduce(ctx, o.Dimensions, o.Workers)
	if err != nil {
		return nil, err
	}
	near, err := nearest(ctx, v, vectors, o.Workers)
	if err != nil {
		return nil, err
	}
	o.Origin.Documents = max(o.Origin.Documents, seen)
	return &Model{Origin: o.Origin, near: near}, nil
}
