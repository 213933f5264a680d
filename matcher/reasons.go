package matcher

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

const (
	shownTerms   = 5
	shownVoices  = 3
	shownSummary = 160 // runes
)

// mostUnnamed is how many candidates of whom nothing can be told are passed over
// in search of one of whom something can.
const mostUnnamed = 100

// present puts the best of found candidates into words, as many as are asked
// for: in the place of those who must not be proposed, and of those of whom
// nothing can be told, come the next.
func (m *Matcher) present(ctx context.Context, r request, list []found) ([]Candidate, error) {
	out := []Candidate{}
	for unnamed := 0; len(out) < r.Top && len(list) > 0 && unnamed <= mostUnnamed; {
		free, rest, err := r.gate.next(ctx, m, list, r.Top-len(out))
		if err != nil {
			return nil, err
		}
		more, err := m.told(ctx, r, free)
		if err != nil {
			return nil, err
		}
		unnamed += len(free) - len(more)
		out, list = append(out, more...), rest
	}
	for i := range out {
		out[i].Rank = i + 1
	}
	return out, nil
}

// known is what the index says of candidates and the documents that speak for
// them.
type known struct {
	docs map[string]search.Document
	why  map[string]search.Explanation
	bare map[string]string // what to say of a person for whom no document speaks
}

// told puts those candidates into words of whom anything can be told.
func (m *Matcher) told(ctx context.Context, r request, list []found) ([]Candidate, error) {
	docs, err := m.Engine.Documents(ctx, idsOf(list))
	if err != nil {
		return nil, err
	}
	why, err := m.explain(ctx, r, docs)
	if err != nil {
		return nil, err
	}
	bare, err := m.bare(ctx, list)
	if err != nil {
		return nil, err
	}
	var out []Candidate
	for _, f := range list {
		if _, ok := docs[f.id]; !ok {
			continue // a vote for somebody who has no public record, or removed since
		}
		c := m.candidate(r, f, known{docs, why, bare})
		if len(c.Evidence) == 0 {
			continue // nothing that a person could be told: pieces of words that meet by chance
		}
		out = append(out, c)
	}
	return out, nil
}

// explain asks why each document scored, people by their profile's scoring; each
// once for a request.
func (m *Matcher) explain(ctx context.Context, r request, docs map[string]search.Document) (map[string]search.Explanation, error) {
	var documents, profiles []string
	for id, doc := range docs {
		switch _, said := r.said[id]; {
		case said:
		case isProfile(doc.Kind):
			profiles = append(profiles, id)
		default:
			documents = append(documents, id)
		}
	}
	forDocuments, forProfiles := m.weights().documents(r.Request, nil, 1), m.weights().profiles(r.Request, peopleKinds, 1)
	forDocuments.Name, forProfiles.Name = shownTerms, shownTerms
	for _, asked := range []struct {
		search.RankRequest
		ids []string
	}{{forDocuments, documents}, {forProfiles, profiles}} {
		if len(asked.ids) == 0 {
			continue
		}
		why, err := m.Engine.Explain(ctx, asked.RankRequest, asked.ids)
		if err != nil {
			return nil, err
		}
		maps.Copy(r.said, why)
	}
	return r.said, nil
}

func isProfile(kind catalog.Kind) bool {
	return kind == catalog.KindExpert || kind == catalog.KindStudio
}

// idsOf lists the candidates and the documents that speak for them.
func idsOf(list []found) []string {
	var out []string
	for _, f := range list {
		out = append(out, f.id)
		for _, v := range f.voices[:min(shownVoices, len(f.voices))] {
			out = append(out, v.id)
		}
	}
	return out
}

func (m *Matcher) candidate(r request, f found, k known) Candidate {
	doc := k.docs[f.id]
	band := BandOf(f.chance)
	c := Candidate{
		Kind: f.kind, Code: doc.Code, Title: doc.Title, Subtitle: subtitle(doc), Summary: cut(doc.Summary, shownSummary),
		Score: points(f.chance), Band: band, BandLabel: band.Label(), Evidence: []Evidence{}, Warnings: m.warnings(r, f, doc),
	}
	var proofs []proof
	if own := evidence(doc, k.why[f.id]); f.own > 0 && len(own.Terms) > 0 {
		own.Share = part(f.own, f.total)
		proofs = append(proofs, own)
	}
	proofs = append(proofs, m.voices(f, k)...)
	for _, p := range proofs {
		c.Evidence = append(c.Evidence, p.Evidence)
	}
	c.Features = f.features
	c.Reasons = append(reasons(doc, proofs, k.bare[f.id]), reasonsOf(f.features)...)
	return c
}

// voices is what the candidate's documents answer.
func (m *Matcher) voices(f found, k known) []proof {
	var out []proof
	for i, v := range f.voices[:min(shownVoices, len(f.voices))] {
		doc, ok := k.docs[v.id]
		if !ok {
			continue
		}
		p := evidence(doc, k.why[v.id])
		if i < bestDocuments {
			p.Share = part(m.weights().Vote*v.strength/bestDocuments, f.total)
		}
		if len(p.Terms) > 0 {
			out = append(out, p)
		}
	}
	return out
}

func part(of, whole float64) float64 {
	if whole <= 0 {
		return 0
	}
	return min(1, of/whole)
}

// subtitle is organisation, type and place in one line.
func subtitle(doc search.Document) string {
	var parts []string
	if len(doc.Orgs) > 0 {
		parts = append(parts, doc.Orgs[0])
	}
	for _, t := range doc.Types[:min(2, len(doc.Types))] {
		parts = append(parts, search.FacetLabel(search.FacetType, t, doc.Kind))
	}
	if doc.Stage != "" {
		parts = append(parts, search.FacetLabel(search.FacetStage, doc.Stage, doc.Kind))
	}
	if place := catalog.PlaceName(doc.Region); place != "" {
		parts = append(parts, place)
	}
	return strings.Join(distinct(parts), " · ") // a 首席技师 may be so by kind and by level
}

// distinct keeps the first of what is said twice.
func distinct(parts []string) []string {
	var out []string
	for _, p := range parts {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// cut gives the first n characters of a text, the last of them … where it is longer.
func cut(s string, n int) string {
	runes, end := 0, 0
	for i := range s {
		if runes++; runes == n {
			end = i
		}
	}
	if runes <= n {
		return s
	}
	return s[:end] + "…"
}

// summary says in one sentence what was found.
func summary(r Request, a Answer) string {
	wantsPeople := len(r.asked(peopleKinds)) > 0
	wantsDocuments := len(r.asked(documentKinds)) > 0
	var parts []string
	if wantsPeople {
		parts = append(parts, some(len(a.People), "位（家）可能帮得上的人选或工作室", "没有合适的人选"))
	}
	if wantsDocuments {
		parts = append(parts, some(len(a.Documents), "项相关成果或专利", "没有单独对得上的成果或专利"))
	}
	out := strings.Join(parts, "，") + "。"
	if len(a.People)+len(a.Documents) == 0 && r.NeedCode == "" { // a saved need is looked after already
		out += "可以补充设备、材料、工艺或指标再试；也可以发布为需求，由工会人员继续寻找。"
	}
	return out
}

func some(n int, what, none string) string {
	if n == 0 {
		return none
	}
	return fmt.Sprintf("找到 %d %s", n, what)
}
