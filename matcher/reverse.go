package matcher

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// reverseText is how much of a text asks for needs: what a result is about
// stands at its beginning, and every further term costs time.
const reverseText = 1500 // runes

// Wanting gives the ids of the needs whose public text has most in common with a
// result, patent or person, best first: those for which it is worth asking Fit.
// It is no judgement; docs/alerts.md says how many needs it misses. Errors:
// errs.Unavailable.
func (m *Matcher) Wanting(ctx context.Context, doc search.Document, top int) ([]string, error) {
	scoring := m.weights().Documents
	scoring.Related, scoring.NeedPower = 0, 0 // every term of a result counts; the needs that have it are what is sought
	ranking, err := m.Engine.Rank(ctx, search.RankRequest{
		Clauses: m.weights().clauses(doc.Title, cut(doc.Text, reverseText)), Kinds: []catalog.Kind{catalog.KindNeed}, Top: top, Scoring: scoring,
	})
	var out []string
	for _, hit := range ranking.Hits {
		out = append(out, hit.ID)
	}
	return out, err
}

// Fit judges candidates that are given by their document ids, results, patents,
// experts or studios, as Match would, and gives those of the band least and
// better, best first; whoever must not be proposed is left out. Beside them it
// looks at nobody, so that it costs a small part of a Match. Errors: those of
// Match.
func (m *Matcher) Fit(ctx context.Context, r Request, ids []string, least Band) ([]Candidate, error) {
	r, _, err := r.Check()
	if err != nil {
		return nil, err
	}
	list, err := m.judge(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	list = above(list, leastOf(least)*liftable)
	if list, err = m.weigh(ctx, r, list, len(list)); err != nil {
		return nil, err
	}
	if list = above(list, leastOf(least)); len(list) == 0 {
		return nil, nil
	}
	held, err := m.gate(ctx, r)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b found) int { return cmp.Compare(b.chance, a.chance) })
	r.Top = min(len(list), MaxTop)
	return m.present(ctx, request{r, held, map[string]search.Explanation{}}, list)
}

// liftable is the part of a band's least chance below which nothing that is known
// beside the text lifts a candidate into it.
const liftable = 0.5

// leastOf gives the least chance of a band.
func leastOf(band Band) float64 {
	for _, b := range bounds {
		if b.band == band {
			return b.least
		}
	}
	return 0
}

// Judge gives the score, 0 to 100, that Fit would give to one candidate if he may be
// proposed, and its band. It is for many needs and one candidate: limits and
// reasons, which cost more, are left to Fit. Errors: those of Match.
func (m *Matcher) Judge(ctx context.Context, r Request, id string) (float64, Band, error) {
	r, _, err := r.Check()
	if err != nil {
		return 0, Insufficient, err
	}
	list, err := m.judge(ctx, r, []string{id})
	if err != nil || len(list) == 0 {
		return 0, Insufficient, err
	}
	if list[0].chance >= leastOf(Low)*liftable {
		if list, err = m.weigh(ctx, r, list, 1); err != nil {
			return 0, Insufficient, err
		}
	}
	return points(list[0].chance), BandOf(list[0].chance), nil
}

// Reaches tells whether a band is another one or stronger.
func (b Band) Reaches(least Band) bool { return leastOf(b) >= leastOf(least) }

// judge gives the given candidates with their chances, best first.
func (m *Matcher) judge(ctx context.Context, r Request, ids []string) ([]found, error) {
	var documents, people []string
	for _, id := range ids {
		if kind, _ := search.SplitID(id); isProfile(kind) {
			people = append(people, id)
		} else {
			documents = append(documents, id)
		}
	}
	out, err := m.judgeDocuments(ctx, r, documents)
	if err != nil || len(people) == 0 {
		return out, err
	}
	more, err := m.judgePeople(ctx, r, people)
	out = append(out, more...)
	slices.SortStableFunc(out, func(a, b found) int { return cmp.Compare(b.chance, a.chance) })
	return out, err
}

func (m *Matcher) judgeDocuments(ctx context.Context, r Request, ids []string) ([]found, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	asked := m.weights().documents(r, documentKinds, 0)
	asked.Also = ids
	ranking, err := m.Engine.Rank(ctx, asked)
	if err != nil {
		return nil, err
	}
	return only(retrieved{ranking: ranking}.found(r, m.weights().DocumentChance), ids), nil
}

// judgePeople: a person's documents count only when they are among the best of
// all, so all are ranked; of profiles those alone that are asked for.
func (m *Matcher) judgePeople(ctx context.Context, r Request, ids []string) ([]found, error) {
	documents, err := m.retrieve(ctx, r)
	if err != nil {
		return nil, err
	}
	voices := documents.voices(peopleKinds)
	maps.DeleteFunc(voices, func(id string, _ []voice) bool { return !slices.Contains(ids, id) })
	asked := m.weights().profiles(r, peopleKinds, 0)
	asked.Also = ids
	profiles, err := m.Engine.Rank(ctx, asked)
	if err != nil {
		return nil, err
	}
	var out []found
	for _, p := range join(profiles, voices, m.weights().Vote) {
		kind, _ := search.SplitID(p.id)
		out = append(out, found{id: p.id, kind: kind, total: p.total, chance: m.weights().PersonChance.Of(p.total), own: p.profile, voices: p.voices})
	}
	return only(out, ids), nil
}

// only keeps those of a list that are asked for.
func only(list []found, ids []string) []found {
	return slices.DeleteFunc(list, func(f found) bool { return !slices.Contains(ids, f.id) })
}
