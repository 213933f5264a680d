package indexer

import (
	"context"
	"os"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"

	"hongniang/internal/search"
)

// Health is how an index is, for whoever looks after it.
type Health struct {
	search.Status
	Segments int   // files of the newest state; many small ones make searches slower
	Bytes    int64 // of these files
	Memory   int64 // bytes of postings in memory, at most Budget
	Budget   int64 // less than 1: nothing is kept in memory
	// Words names the dictionary that the index was made with, Wanted the one that
	// a rebuild would make it with; "" for an index of before they had names.
	Words, Wanted string
	Related       RelatedStatus
	Learned       time.Time // when the own related words were; zero without
}

// Health looks at the index. Errors: errs.Unavailable.
func (x *Index) Health(ctx context.Context) (Health, error) {
	status, err := x.Status(ctx)
	if err != nil {
		return Health{}, err
	}
	out := Health{Status: status, Budget: Room(x.memory, status.Documents), Wanted: x.cutters.wanted().name, Related: x.Related()}
	err = x.read(func(r index.IndexReader) error {
		out.Memory = x.cache.Bytes()
		if s, ok := r.(*scorch.IndexSnapshot); ok {
			out.Segments = len(s.Segments())
		}
		out.Bytes = usedBytes(r)
		name, err := r.GetInternal(wordsKey)
		out.Words = string(name)
		return err
	})
	if err != nil {
		return Health{}, err
	}
	if info, err := os.Stat(x.relatedPath()); err == nil && out.Related.Own {
		out.Learned = info.ModTime().UTC()
	}
	return out, nil
}

// usedBytes adds the segment files that a reader uses. Those that were merged away lie
// beside them until the library removes them.
func usedBytes(r index.IndexReader) int64 {
	var sum int64
	for _, file := range segmentFiles(r) {
		if info, err := os.Stat(file); err == nil {
			sum += info.Size()
		}
	}
	return sum
}
