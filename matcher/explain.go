package matcher

import (
	"context"
	"slices"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// ExplainDocuments says why RankDocuments scores documents as it does; ids that
// the index does not have are left out.
func (m *Matcher) ExplainDocuments(ctx context.Context, r Request, ids []string) (map[string]search.Explanation, error) {
	return m.Engine.Explain(ctx, m.weights().documents(r, nil, 1), ids)
}

// PersonExplanation says what a person's (or studio's) total is made of.
type PersonExplanation struct {
	Total float64            // as RankPeople gives it; 0 for who is not ranked
	Own   search.Explanation // of the profile, in raw scores
	Share float64            // part of the total that the profile brings, 0 to 1
	// Voices are the documents that count for the person, best first.
	Voices []VoiceExplanation
}

// VoiceExplanation is one document that speaks for a person.
type VoiceExplanation struct {
	ID    string
	Share float64 // part of the person's total that it brings, 0 to 1
	Why   search.Explanation
}

// ExplainPeople says why RankPeople ranks the people of ids, all of one kind, as
// it does; ids that the index does not have are left out.
func (m *Matcher) ExplainPeople(ctx context.Context, r Request, kind catalog.Kind, ids []string) (map[string]PersonExplanation, error) {
	documents, err := m.retrieve(ctx, r)
	if err != nil {
		return nil, err
	}
	ranked, err := m.rankPeople(ctx, r, []catalog.Kind{kind}, documents)
	if err != nil {
		return nil, err
	}
	profiles, err := m.Engine.Explain(ctx, m.weights().profiles(r, []catalog.Kind{kind}, 1), ids)
	if err != nil {
		return nil, err
	}
	standings := map[string]standing{}
	for _, s := range ranked {
		standings[s.id] = s
	}
	voices, err := m.ExplainDocuments(ctx, r, countedVoices(standings, ids))
	if err != nil {
		return nil, err
	}
	out := map[string]PersonExplanation{}
	for id, own := range profiles {
		out[id] = standings[id].explain(own, voices, m.weights().Vote)
	}
	return out, nil
}

// countedVoices lists the documents that count for any of ids, each once.
func countedVoices(standings map[string]standing, ids []string) []string {
	var out []string
	for _, id := range ids {
		for _, v := range standings[id].counted() {
			out = append(out, v.id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// counted are the voices that the mean is taken of.
func (s standing) counted() []voice { return s.voices[:min(bestDocuments, len(s.voices))] }

func (s standing) explain(own search.Explanation, voices map[string]search.Explanation, vote float64) PersonExplanation {
	out := PersonExplanation{Total: s.total, Own: own, Share: part(s.profile, s.total)}
	for _, v := range s.counted() {
		out.Voices = append(out.Voices, VoiceExplanation{ID: v.id, Share: part(vote*v.strength/bestDocuments, s.total), Why: voices[v.id]})
	}
	return out
}
