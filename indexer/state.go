package indexer

import (
	"context"

	index "github.com/blevesearch/bleve_index_api"

	"hongniang/indexer/analysis"
	"hongniang/indexer/postings"
	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// state is one state of the index, as long as a piece of work takes.
type state struct {
	reader index.IndexReader
	stock  stock
	view   *postings.View // nil where no postings are kept in memory
	shelf  *shelf         // beside it
	plain  plainStock     // then
}

// state runs use on the newest state of the current index.
func (x *Index) state(ctx context.Context, use func(state) error) error {
	if x.memory <= 0 {
		return x.read(func(r index.IndexReader) error {
			shot, err := x.shot.of(ctx, r)
			if err != nil {
				return err
			}
			plain := plainStock{shot, r}
			return use(state{reader: r, stock: plain, plain: plain})
		})
	}
	return x.use(func() error {
		view, err := x.cache.View(func() (index.IndexReader, error) {
			advanced, err := x.open.Advanced()
			if err != nil {
				return nil, err
			}
			return advanced.Reader()
		})
		if err != nil {
			return err
		}
		defer view.Release()
		return use(state{reader: view.Reader(), stock: viewStock{view}, view: view, shelf: x.shelf})
	})
}

// Warm reads what ranking keeps of every document, so that the first question does
// not wait for it. Errors: those of the index; whoever asks hears them too.
func (x *Index) Warm(ctx context.Context) error {
	return x.state(ctx, func(state) error { return nil })
}

// stored reads all that is stored of a document, and the number that the stock
// knows it by. Error: errs.NotFound.
func (st state) stored(id string) (stored, int, error) {
	if st.view == nil {
		doc, err := storedByID(st.reader, id)
		if err != nil {
			return stored{}, 0, err
		}
		number, err := st.reader.InternalID(id)
		if err != nil {
			return stored{}, 0, err
		}
		return doc, int(number.Value()), nil
	}
	place, found, err := st.view.PlaceOf(id)
	if err != nil {
		return stored{}, 0, err
	}
	if !found {
		return stored{}, 0, notThere()
	}
	doc, err := st.at(place)
	return doc, int(st.view.Number(place)), err
}

// at reads all that is stored of the document of a place of the view.
func (st state) at(place int) (stored, error) {
	key := st.view.KeyOf(place)
	if doc, known := st.shelf.get(key); known {
		return doc, nil
	}
	var doc stored
	err := st.view.Stored(place, fieldStored, func(value []byte) (err error) {
		doc, err = decode(value)
		return err
	})
	if err == nil {
		st.shelf.keep(key, doc)
	}
	return doc, err
}

// keptFields are the fields whose postings are kept in memory: the text fields,
// then what is looked up beside them.
var keptFields = append(textFields[:len(textFields):len(textFields)], fieldChunks)

// keptField gives the place of a field in keptFields.
func keptField(field string) int {
	for i, f := range keptFields {
		if f == field {
			return i
		}
	}
	return 0
}

// columns are the fields of which is asked what a document has: the facets, what
// can be sorted by, and who stands behind a document.
var columns = func() []string {
	out := []string{fieldBacks, fieldDate}
	for _, f := range search.Facets() {
		out = append(out, string(f))
	}
	return out
}()

const (
	columnBacks = iota
	columnDate
	firstFacet
)

// newCache makes the memory of an index's postings.
func newCache(budget int64) *postings.Cache {
	layout := postings.Layout{
		Kind: string(search.FacetKind), Counted: int(needKind), Fields: keptFields, Texts: len(textFields), Everything: analysis.Everything,
		Columns: columns,
	}
	for _, kind := range catalog.Kinds() {
		layout.Kinds = append(layout.Kinds, string(kind))
	}
	return postings.New(layout, budget)
}

// viewStock is a stock that asks the postings in memory.
type viewStock struct {
	view *postings.View
}

func (s viewStock) documents() (live, needs int) {
	return s.view.Live(-1), s.view.Live(int(needKind))
}

func (s viewStock) frequency(_ context.Context, field, term string) (frequency, error) {
	documents, needs, err := s.view.Frequency(keptField(field), term)
	return frequency{documents: uint64(documents), needs: uint64(needs)}, err
}

func (s viewStock) length(field string, number int) float64 {
	text, place := keptField(field), s.view.Place(uint64(number))
	return s.view.Length(text, place) / s.view.Mean(text, s.view.KindOf(place))
}

// warm reads postings before they are asked for, until the memory is full.
func (x *Index) warm(ctx context.Context, terms []postings.Asked) error {
	if x.memory <= 0 {
		return nil
	}
	return x.state(ctx, func(st state) error {
		for _, t := range terms {
			if err := ctx.Err(); err != nil || x.cache.Bytes() > x.cache.Room() {
				return err
			}
			if _, err := st.view.Term(t.Field, t.Term); err != nil {
				return err
			}
		}
		return nil
	})
}

// Backed tells which of ids any document backs.
func (x *Index) Backed(ctx context.Context, ids []string) (map[string]bool, error) {
	out := map[string]bool{}
	err := x.state(ctx, func(st state) error {
		for _, id := range ids {
			r, err := st.reader.TermFieldReader(ctx, []byte(id), fieldBacks, false, false, false)
			if err != nil {
				return err
			}
			if r.Count() > 0 {
				out[id] = true
			}
			if err := r.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}
