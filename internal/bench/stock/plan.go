package stock

import (
	"fmt"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/errs"
)

// Plan says what corpus is made. The same plan over the same pool makes the same
// corpus, byte for byte.
type Plan struct {
	Documents int // in all: real ones, people and needs included
	People    int // of the new ones
	Needs     int // of the new ones
	Seed      uint64
	// Mean is how many bytes of text a document has on average, reached by longer
	// or shorter new ones; 0 leaves lengths as they are in the pool.
	Mean int
}

// check refuses a plan that the pool cannot serve. Errors: errs.Invalid
// (bench.documents, bench.people, bench.mean).
func (p Plan) check(pool *Pool) error {
	fresh := p.Documents - pool.Len()
	switch {
	case fresh < 0:
		return errs.New(errs.Invalid, "bench.documents", fmt.Sprintf("--n 是 %d，比真实文档的 %d 篇还少。请加大 --n，或少给几个 --from。", p.Documents, pool.Len()))
	case p.People < 0 || p.Needs < 0 || p.People+p.Needs > fresh:
		return errs.New(errs.Invalid, "bench.people", fmt.Sprintf("新造的只有 %d 篇，容不下 %d 个人选和 %d 条需求。请加大 --n，或减少 --people、--needs。", fresh, p.People, p.Needs))
	case p.Mean < 0 || p.Mean > 0 && fresh > 0 && p.scale(pool) <= 0:
		return errs.New(errs.Invalid, "bench.mean", fmt.Sprintf("平均 %d 字节做不到：真实文档已经比这长。请加大 --mean。", p.Mean))
	}
	return nil
}

// scale is by how much the texts of new documents are longer than those of the
// pool.
func (p Plan) scale(pool *Pool) float64 {
	fresh := p.Documents - pool.Len()
	if p.Mean == 0 || pool.bytes == 0 || fresh == 0 {
		return 1
	}
	missing := float64(p.Mean*p.Documents - pool.bytes)
	return missing / float64(fresh) * float64(pool.Len()) / float64(pool.bytes)
}

// named is the part of the results that name people.
const named = 0.6

// Each makes a corpus and hands it over one document at a time: the real ones in
// their order, then new ones, people and needs spread evenly among them. It keeps
// none of them. Errors: errs.Invalid for a plan that cannot be, and those of each.
func (pool *Pool) Each(p Plan, each func(collection.Entry) error) error {
	if err := p.check(pool); err != nil {
		return err
	}
	for _, e := range pool.entries {
		if e.Kind == "" {
			e.Kind = catalog.KindResult
		}
		if err := each(e); err != nil {
			return err
		}
	}
	m := maker{pool: pool, plan: p, scale: p.scale(pool)}
	m.meetPeople()
	fresh := p.Documents - pool.Len()
	for i, person, need := 0, 0, 0; i < fresh; i++ {
		var e collection.Entry
		switch {
		case due(i, p.People, fresh) > person:
			e = m.person(person)
			person++
		case due(i, p.People+p.Needs, fresh) > person+need:
			e = m.need(need)
			need++
		default:
			e = m.result(i)
		}
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

// due is how many of some things must stand among the first i+1 of all, to be
// spread evenly.
func due(i, some, all int) int { return int(int64(i+1) * int64(some) / int64(all)) }
