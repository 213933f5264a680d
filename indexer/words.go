package indexer

import (
	"context"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2"

	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// vocabulary is a cutter with the name of the dictionary that it cuts by.
type vocabulary struct {
	zh.Cutter
	name string
}

// cutters is a zh.Cutter that a rebuild exchanges: words are part of the index,
// so a query is cut as the documents were.
type cutters struct {
	now  atomic.Pointer[vocabulary]
	next atomic.Pointer[vocabulary] // of the next rebuild; nil: the same
}

func newCutters(c zh.Cutter, name string) *cutters {
	out := &cutters{}
	out.now.Store(&vocabulary{c, name})
	return out
}

// Cut gives the words of a run of Chinese characters, in order.
func (c *cutters) Cut(run string) []string { return c.now.Load().Cut(run) }

// Known tells whether the dictionary has the word.
func (c *cutters) Known(word string) bool { return c.now.Load().Known(word) }

// wanted is what a rebuild cuts with.
func (c *cutters) wanted() *vocabulary {
	if next := c.next.Load(); next != nil {
		return next
	}
	return c.now.Load()
}

// UseWords sets what documents and queries are cut with from the next rebuild
// on. name tells dictionaries apart, such as a hash; Health gives that of the
// index that serves.
func (x *Index) UseWords(c zh.Cutter, name string) { x.cutters.next.Store(&vocabulary{c, name}) }

var wordsKey = []byte("words")

// nameWords notes in an index which dictionary its words are of.
func nameWords(opened bleve.Index, name string) error {
	return opened.SetInternal(wordsKey, []byte(name))
}

// adopt cuts from now on as the fresh index does.
func (x *Index) adopt(fresh *Index) {
	x.cutters.now.Store(fresh.cutters.now.Load())
	x.cutter.forget()
}

// trialSynonyms is where a context carries the synonyms of SearchWith.
type trialSynonyms struct{}

// SearchWith answers as Search would if these were the synonyms. Nobody else's
// search sees them.
func (x *Index) SearchWith(ctx context.Context, req search.Request, s *zh.Synonyms) (search.Response, error) {
	return x.Search(context.WithValue(ctx, trialSynonyms{}, s), req)
}

// synonymsOf gives the synonyms of a search.
func (x *Index) synonymsOf(ctx context.Context) *zh.Synonyms {
	if s, ok := ctx.Value(trialSynonyms{}).(*zh.Synonyms); ok {
		return s
	}
	return x.synonyms.Load()
}
