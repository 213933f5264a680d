package matcher

import (
	"context"
	"maps"
	"math"
	"slices"
	"sort"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// clauses turns a need into its two queries.
func (w Weights) clauses(title, text string) []search.Clause {
	if title == "" {
		return []search.Clause{{Text: text, Weight: 1}}
	}
	if text == "" {
		return []search.Clause{{Text: title, Weight: 1}}
	}
	long := float64(len(zh.Bigrams(text))) / float64(max(1, len(zh.Bigrams(title))))
	return []search.Clause{{Text: title, Weight: w.Title}, {Text: text, Weight: w.Text * math.Pow(max(1, long), -w.TextLength)}}
}

// RankDocuments gives the documents of the kinds that answer a need best, with
// their strengths, which can be compared between needs.
func (m *Matcher) RankDocuments(ctx context.Context, r Request, kinds []catalog.Kind, top int) ([]search.Scored, error) {
	deep := top
	if slices.Contains(kinds, catalog.KindNeed) {
		r.Lead = Lead{} // near-duplicates are told by their text
	}
	if m.leads(r) {
		deep = max(top, retrievedVoices)
	}
	ranking, err := m.Engine.Rank(ctx, m.weights().documents(r, kinds, deep))
	if err != nil {
		return nil, err
	}
	r.Kinds = kinds
	list, err := m.weigh(ctx, r, retrieved{ranking}.found(r, m.weights().DocumentChance), top)
	return ranked(list, top), err
}

// voice is one document that speaks for a person.
type voice struct {
	id       string
	strength float64
}

// standing is a person with what speaks for him. Strengths are scores in parts
// of the need's ideal: 0 and up, comparable across needs.
type standing struct {
	id      string
	total   float64 // profile and documents together
	profile float64
	votes   float64 // mean of the best documents
	voices  []voice // best first
}

// strength is a score in parts of the ideal: 0 and up, rarely above 1.
func strength(score, ideal float64) float64 {
	if ideal <= 0 {
		return 0
	}
	return score / ideal
}

func (w Weights) documents(r Request, kinds []catalog.Kind, top int) search.RankRequest {
	return search.RankRequest{Clauses: w.clauses(r.Title, r.Text), Kinds: kinds, Top: top, Scoring: w.Documents}
}

func (w Weights) profiles(r Request, kinds []catalog.Kind, top int) search.RankRequest {
	return search.RankRequest{Clauses: w.clauses(r.Title, r.Text), Kinds: kinds, Top: top, Scoring: w.Profiles}
}

// RankPeople gives the experts (or studios) of a kind that answer a need best:
// by their profile and by the mean of their best documents. Scores are strengths.
func (m *Matcher) RankPeople(ctx context.Context, r Request, kind catalog.Kind, top int) ([]search.Scored, error) {
	documents, err := m.retrieve(ctx, r)
	if err != nil {
		return nil, err
	}
	r.Top = max(r.Top, top)
	r.Kinds = []catalog.Kind{kind}
	people, err := m.people(ctx, r, documents)
	return ranked(people, top), err
}

// documentKinds are the kinds that vote for the people behind them.
var documentKinds = []catalog.Kind{catalog.KindResult, catalog.KindPatent}

// peopleKinds are the kinds that documents vote for.
var peopleKinds = []catalog.Kind{catalog.KindExpert, catalog.KindStudio}

// retrieved are the documents that answer a need best.
type retrieved struct {
	ranking search.Ranking
}

func (m *Matcher) retrieve(ctx context.Context, r Request) (retrieved, error) {
	kinds := documentKinds
	if len(r.Kinds) > 0 && len(r.asked(peopleKinds)) == 0 {
		kinds = r.asked(documentKinds) // nobody to vote for
	}
	request := m.weights().documents(r, kinds, retrievedVoices)
	request.Backs = true
	ranking, err := m.Engine.Rank(ctx, request)
	return retrieved{ranking: ranking}, err
}

func (m *Matcher) rankPeople(ctx context.Context, r Request, kinds []catalog.Kind, documents retrieved) ([]standing, error) {
	voices := documents.voices(kinds)
	request := m.weights().profiles(r, kinds, max(len(kinds)*retrievedProfiles, r.Top))
	request.Also = slices.Sorted(maps.Keys(voices))
	profiles, err := m.Engine.Rank(ctx, request)
	if err != nil {
		return nil, err
	}
	return join(profiles, voices, m.weights().Vote), nil
}

// voices gathers, per expert and studio of the kinds, the documents that speak
// for them, best first.
func (d retrieved) voices(kinds []catalog.Kind) map[string][]voice {
	out := map[string][]voice{}
	for _, hit := range d.ranking.Hits {
		for _, id := range hit.Backs {
			if kind, _ := search.SplitID(id); slices.Contains(kinds, kind) {
				out[id] = append(out[id], voice{id: hit.ID, strength: strength(hit.Score, d.ranking.Ideal)})
			}
		}
	}
	return out
}

// join adds to the strength of a profile that of the documents, so that who has
// documents gains by them and who has none loses nothing.
func join(profiles search.Ranking, voices map[string][]voice, vote float64) []standing {
	out := make([]standing, 0, len(profiles.Hits)+len(voices))
	ranked := make(map[string]bool, len(profiles.Hits))
	add := func(id string, profile float64) {
		s := standing{id: id, profile: profile, voices: voices[id], votes: meanOfBest(voices[id])}
		s.total = s.profile + vote*s.votes
		out = append(out, s)
	}
	for _, p := range profiles.Hits {
		ranked[p.ID] = true
		add(p.ID, strength(p.Score, profiles.Ideal))
	}
	for id := range voices {
		if !ranked[id] {
			add(id, 0)
		}
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
