package matcher

import (
	"context"
	"sort"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// clauses turns a need into its two queries.
func clauses(title, text string) []search.Clause {
	if title == "" {
		return []search.Clause{{Text: text, Weight: 1}}
	}
	if text == "" {
		return []search.Clause{{Text: title, Weight: 1}}
	}
	return []search.Clause{{Text: title, Weight: titleWeight}, {Text: text, Weight: textWeight}}
}

// RankDocuments gives the documents of the kinds that answer a need best, with
// raw scores, which are comparable within one need only.
func RankDocuments(ctx context.Context, engine search.Engine, r Request, kinds []catalog.Kind, top int) ([]search.Scored, error) {
	ranking, err := engine.Rank(ctx, documentRequest(r, kinds, top))
	return ranking.Hits, err
}

// voice is one document that speaks for a person.
type voice struct {
	id       string
	strength float64
}

// standing is a person with what speaks for him. Strengths are scores in parts
// of the need's ideal: 0 to 1, comparable across needs.
type standing struct {
	id      string
	total   float64 // profile and documents together
	profile float64
	votes   float64 // mean of the best documents
	voices  []voice // best first
}

// strength is a score in parts of the ideal, 0 to 1.
func strength(score, ideal float64) float64 {
	if ideal <= 0 {
		return 0
	}
	return min(1, score/ideal)
}

func documentRequest(r Request, kinds []catalog.Kind, top int) search.RankRequest {
	return search.RankRequest{Clauses: clauses(r.Title, r.Text), Kinds: kinds, Top: top, Scoring: documentScoring}
}

func profileRequest(r Request, kind catalog.Kind, top int) search.RankRequest {
	return search.RankRequest{Clauses: clauses(r.Title, r.Text), Kinds: []catalog.Kind{kind}, Top: top, Scoring: profileScoring}
}

// RankPeople gives the experts (or studios) of a kind that answer a need best:
// by their profile and by the mean of their best documents. Scores are strengths.
func RankPeople(ctx context.Context, engine search.Engine, r Request, kind catalog.Kind, top int) ([]search.Scored, error) {
	documents, err := retrieve(ctx, engine, r)
	if err != nil {
		return nil, err
	}
	people, err := rankPeople(ctx, engine, r, kind, documents)
	if err != nil {
		return nil, err
	}
	var out []search.Scored
	for _, p := range people[:min(top, len(people))] {
		out = append(out, search.Scored{ID: p.id, Score: p.total})
	}
	return out, nil
}

// documentKinds are the kinds that vote for the people behind them.
var documentKinds = []catalog.Kind{catalog.KindResult, catalog.KindPatent}

// peopleKinds are the kinds that documents vote for.
var peopleKinds = []catalog.Kind{catalog.KindExpert, catalog.KindStudio}

// retrieved are the documents that answer a need best.
type retrieved struct {
	ranking search.Ranking
	docs    map[string]search.Document
}

func retrieve(ctx context.Context, engine search.Engine, r Request) (retrieved, error) {
	kinds := documentKinds
	if len(r.Kinds) > 0 && len(r.asked(peopleKinds)) == 0 {
		kinds = r.asked(documentKinds) // nobody to vote for
	}
	ranking, err := engine.Rank(ctx, documentRequest(r, kinds, retrievedVoices))
	if err != nil {
		return retrieved{}, err
	}
	ids := make([]string, len(ranking.Hits))
	for i, hit := range ranking.Hits {
		ids[i] = hit.ID
	}
	docs, err := engine.Documents(ctx, ids)
	return retrieved{ranking: ranking, docs: docs}, err
}

func rankPeople(ctx context.Context, engine search.Engine, r Request, kind catalog.Kind, documents retrieved) ([]standing, error) {
	profiles, err := engine.Rank(ctx, profileRequest(r, kind, retrievedProfiles))
	if err != nil {
		return nil, err
	}
	return join(profiles, documents.voices(kind)), nil
}

// voices gathers, per expert (or studio), the documents that name him, best
// first.
func (d retrieved) voices(kind catalog.Kind) map[string][]voice {
	out := map[string][]voice{}
	for _, hit := range d.ranking.Hits {
		for _, code := range namedIn(d.docs[hit.ID], kind) {
			id := search.ID(kind, code)
			out[id] = append(out[id], voice{id: hit.ID, strength: strength(hit.Score, d.ranking.Ideal)})
		}
	}
	return out
}

// namedIn lists the codes of a kind that a document names.
func namedIn(doc search.Document, kind catalog.Kind) []string {
	if kind == catalog.KindStudio {
		return doc.Studios
	}
	var out []string
	for _, p := range doc.People {
		if p.Code != "" {
			out = append(out, p.Code)
		}
	}
	return out
}

// join adds to the strength of a profile that of the documents, so that who has
// documents gains by them and who has none loses nothing.
func join(profiles search.Ranking, voices map[string][]voice) []standing {
	byID := map[string]*standing{}
	for _, p := range profiles.Hits {
		byID[p.ID] = &standing{id: p.ID, profile: strength(p.Score, profiles.Ideal)}
	}
	for id, vs := range voices {
		if byID[id] == nil {
			byID[id] = &standing{id: id}
		}
		byID[id].voices, byID[id].votes = vs, meanOfBest(vs)
	}
	out := make([]standing, 0, len(byID))
	for _, s := range byID {
		s.total = s.profile + voteWeight*s.votes
		out = append(out, *s)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].total != out[j].total {
			return out[i].total > out[j].total
		}
		return out[i].id < out[j].id
	})
	return out
}

// meanOfBest is the mean strength of the best bestDocuments voices, missing
// ones counted as 0.
func meanOfBest(voices []voice) float64 {
	sum := 0.0
	for _, v := range voices[:min(bestDocuments, len(voices))] {
		sum += v.strength
	}
	return sum / bestDocuments
}
