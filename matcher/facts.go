package matcher

import (
	"context"
	"maps"
	"slices"
	"sync"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

// Facts are what limits depend on and the index does not hold. Implementations
// are safe for concurrent use. Errors: errs.Unavailable.
type Facts interface {
	// Organisations knows every organisation as it is now.
	Organisations(ctx context.Context) (*constraint.Organisations, error)
	// Parties gives candidates by document id. Who is removed or not public is
	// there without Consent, who never was is left out.
	Parties(ctx context.Context, ids []string) (map[string]constraint.Party, error)
	// Worked gives the codes of people and studios that were recommended to the
	// firm before, in whatever introduction.
	Worked(ctx context.Context, firm string) (map[string]bool, error)
	// Solved gives, of candidates by document id, how many needs each solved in
	// an introduction whose work was accepted; who solved none is left out.
	Solved(ctx context.Context, ids []string) (map[string]int, error)
}

// Records are the facts of an installation: its records and introductions.
type Records struct {
	Store catalog.Store
	Cases brokering.Store

	mu    sync.Mutex
	orgs  *constraint.Organisations
	seq   int64           // last change of the feed that orgs and known have seen
	known map[string]side // by document id
	// solved are needs solved, by document id; 0: looked up, and none.
	solved map[string]int
}

// side is what a record says of a party, and whose open introductions count.
type side struct {
	constraint.Party
	person string
}

// mostKnown bounds what is remembered: about 300 bytes each.
const mostKnown = 100_000

const slice = 500 // records or changes read at a time

// Organisations reads every organisation once, and from then on what changed.
func (r *Records) Organisations(ctx context.Context) (*constraint.Organisations, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.orgs == nil {
		if err := r.readAll(ctx); err != nil {
			return nil, err
		}
	}
	return r.orgs, r.follow(ctx)
}

// readAll finds the end of the feed before it reads the records, so that what
// changes meanwhile is read again.
func (r *Records) readAll(ctx context.Context) error {
	head, err := catalog.Head(ctx, r.Store)
	if err != nil {
		return err
	}
	var all []constraint.Organisation
	for after := ""; ; {
		recs, err := r.Store.Scan(ctx, catalog.KindOrganisation, after, slice)
		if err != nil {
			return err
		}
		for _, rec := range recs {
			after = rec.Base().Code
			if org, ok := rec.(*catalog.Organisation); ok && !org.Deleted() {
				all = append(all, constraint.OrganisationOf(org))
			}
		}
		if len(recs) < slice {
			break
		}
	}
	r.orgs, r.seq, r.known = constraint.NewOrganisations(all...), head.Seq, map[string]side{}
	return nil
}

func (r *Records) follow(ctx context.Context) error {
	for {
		changes, err := r.Store.Changes(ctx, r.seq, slice)
		if err != nil || len(changes) == 0 {
			return err
		}
		var changed []constraint.Organisation
		var gone []string
		for _, c := range changes {
			r.forget(c)
			if c.Kind != catalog.KindOrganisation {
				continue
			}
			rec, err := r.Store.Get(ctx, c.Kind, c.Code)
			if err != nil && !errs.Is(err, errs.NotFound) {
				return err
			}
			if org, ok := rec.(*catalog.Organisation); ok && !org.Deleted() {
				changed = append(changed, constraint.OrganisationOf(org))
			} else {
				gone = append(gone, c.Code)
			}
		}
		if len(changed)+len(gone) > 0 {
			r.orgs = r.orgs.With(changed, gone)
		}
		r.seq = changes[len(changes)-1].Seq
	}
}

// forget drops what the changed record told; a leader tells of his studio too.
func (r *Records) forget(c catalog.Change) {
	delete(r.known, search.ID(c.Kind, c.Code))
	if c.Kind == catalog.KindNeed {
		clear(r.solved) // a need follows its introductions: somebody may have solved it
	}
	if c.Kind == catalog.KindExpert {
		maps.DeleteFunc(r.known, func(_ string, s side) bool { return s.person == c.Code })
	}
}

// remembered gives what is known of a record, and how far the feed was read.
func (r *Records) remembered(id string) (s side, ok bool, seq int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok = r.known[id]
	return s, ok, r.seq
}

// remember keeps what was read, unless the feed went on meanwhile: the change may
// have been of this record.
func (r *Records) remember(id string, s side, seq int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil || r.seq != seq {
		return
	}
	if len(r.known) >= mostKnown {
		clear(r.known)
	}
	r.known[id] = s
}

// Parties reads the records and counts the open introductions of the people. What
// a record said is remembered until it changes, as of the last Organisations.
func (r *Records) Parties(ctx context.Context, ids []string) (map[string]constraint.Party, error) {
	out, busy := make(map[string]constraint.Party, len(ids)), map[string]string{} // busy: who may be, by id
	for _, id := range ids {
		s, err := r.side(ctx, id)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out[id] = s.Party
		if s.person != "" && s.Quota > 0 {
			busy[id] = s.person
		}
	}
	if len(busy) == 0 {
		return out, nil
	}
	cases, err := r.Cases.Busy(ctx, slices.Compact(slices.Sorted(maps.Values(busy))))
	if err != nil {
		return nil, err
	}
	for id, person := range busy {
		p := out[id]
		p.Active = min(cases[person], p.Quota)
		out[id] = p
	}
	return out, nil
}

func (r *Records) side(ctx context.Context, id string) (side, error) {
	s, ok, seq := r.remembered(id)
	if ok {
		return s, nil
	}
	kind, code := search.SplitID(id)
	rec, err := r.Store.Get(ctx, kind, code)
	if err != nil {
		return side{}, err
	}
	if s, err = r.read(ctx, rec); err == nil {
		r.remember(id, s, seq)
	}
	return s, err
}

func (r *Records) read(ctx context.Context, rec catalog.Record) (side, error) {
	s := side{}
	var leader *catalog.Expert
	switch rec := rec.(type) {
	case *catalog.Expert:
		s.person = rec.Code
	case *catalog.Studio:
		if s.person = rec.LeaderCode; s.person == "" {
			break
		}
		found, err := r.Store.Get(ctx, catalog.KindExpert, s.person)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return s, err
		}
		leader, _ = found.(*catalog.Expert)
	}
	s.Party = constraint.PartyOf(rec, leader)
	return s, nil
}

// Worked looks through the firm's introductions.
func (r *Records) Worked(ctx context.Context, firm string) (map[string]bool, error) {
	out := map[string]bool{}
	for after := ""; firm != ""; {
		list, err := r.Cases.List(ctx, brokering.Query{Orgs: []string{firm}, After: after, Limit: slice})
		if err != nil {
			return nil, err
		}
		for _, in := range list {
			after = in.Code
			note(out, in, firm)
		}
		if len(list) < slice {
			break
		}
	}
	return out, nil
}

// note adds those whom an introduction recommended to the firm: it may be the
// helping side of others.
func note(out map[string]bool, in *brokering.Introduction, firm string) {
	asked := false
	for _, n := range in.Needs {
		asked = asked || n.Org == firm
	}
	for _, t := range in.Targets {
		if asked && t.RecommendedAt != nil {
			out[t.Code] = true
			if t.Person != "" {
				out[t.Person] = true
			}
		}
	}
}

// given drops empty names.
func given(names ...string) []string {
	var out []string
	for _, n := range names {
		if n != "" {
			out = append(out, n)
		}
	}
	return out
}
