package frontend

import (
	"cmp"
	"context"
	"slices"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
	"hongniang/internal/search"
	"hongniang/matcher"
)

const (
	// hintDepth is how many needs are looked at for a person, hintJudged how many of
	// them are judged, and hintShown from how many on no more are.
	hintDepth  = 40
	hintJudged = 16
	hintShown  = 6
	// tradesAsked is for how many of his trades needs are looked for by name, and
	// tradeDepth how many of each are read.
	tradesAsked = 2
	tradeDepth  = 8
)

// needHints finds public needs that go together with a person: those of which he is
// a candidate by the judgement of matching itself, then those that ask for his
// trade by name. The page of each says the same (suit). A failure is logged and
// gives none.
func (s *Site) needHints(ctx context.Context, e *catalog.Expert) []view.NeedHint {
	out, err := s.judgedHints(ctx, e)
	if err != nil {
		s.deps.Log.WarnContext(ctx, "page without hints of needs", "err", err)
		return nil
	}
	slices.SortStableFunc(out, func(x, y view.NeedHint) int { return cmp.Compare(y.Suit.Score, x.Suit.Score) })
	return out[:min(len(out), hintShown)]
}

func (s *Site) judgedHints(ctx context.Context, e *catalog.Expert) ([]view.NeedHint, error) {
	doc, public := search.FromRecord(e)
	if !public || view.Paused(e, s.deps.Now()) {
		return nil, nil // nobody finds him
	}
	ids, err := s.deps.Matcher.Wanting(ctx, doc, hintDepth)
	if err != nil {
		return nil, err
	}
	docs, err := s.deps.Engine.Documents(ctx, ids)
	if err != nil {
		return nil, err
	}
	ids = view.OpenIDs(ids, docs)
	out, err := s.hintsAmong(ctx, e, ids[:min(len(ids), hintJudged)])
	if err != nil || len(out) >= hintShown {
		return out, err
	}
	byTrade, err := s.wantingTrades(ctx, e)
	if err != nil {
		return nil, err
	}
	byTrade = slices.DeleteFunc(byTrade, func(id string) bool {
		return slices.ContainsFunc(out, func(h view.NeedHint) bool { return search.ID(catalog.KindNeed, h.Code) == id })
	})
	more, err := s.hintsAmong(ctx, e, byTrade)
	return append(out, more...), err
}

// hintsAmong keeps of some needs those that suit a person.
func (s *Site) hintsAmong(ctx context.Context, e *catalog.Expert, ids []string) ([]view.NeedHint, error) {
	var out []view.NeedHint
	for _, id := range ids {
		if len(out) == hintShown {
			break
		}
		need, err := s.openNeed(ctx, id)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		suit, err := s.suit(ctx, e, need, matcher.Low)
		if err != nil {
			return nil, err
		}
		if suit.Fits {
			out = append(out, view.NewNeedHint(need, suit))
		}
	}
	return out, nil
}

// wantingTrades gives the ids of open needs whose words name one of a person's
// trades, the newest first.
func (s *Site) wantingTrades(ctx context.Context, e *catalog.Expert) ([]string, error) {
	var out []string
	for _, trade := range e.Occupations[:min(len(e.Occupations), tradesAsked)] {
		res, err := s.deps.Engine.Search(ctx, search.Request{Query: `"` + trade + `"`, Kinds: []catalog.Kind{catalog.KindNeed}, Sort: search.ByDate, Size: hintDepth})
		if err != nil {
			return nil, err
		}
		taken := 0
		for _, h := range res.Hits {
			id := search.ID(h.Kind, h.Code)
			if taken == tradeDepth || !catalog.Sought(h.Status) || slices.Contains(out, id) {
				continue
			}
			out, taken = append(out, id), taken+1
		}
	}
	return out, nil
}

// openNeed reads the public view of a need. Errors: NotFound for one that is not
// public.
func (s *Site) openNeed(ctx context.Context, id string) (*catalog.Need, error) {
	_, code := search.SplitID(id)
	rec, err := s.deps.Records.Get(ctx, catalog.KindNeed, code)
	if err != nil {
		return nil, err
	}
	shown, _ := catalog.PublicView(rec)
	need, ok := shown.(*catalog.Need)
	if !ok {
		return nil, catalog.NotFoundError(catalog.KindNeed, code)
	}
	return need, nil
}

// suit judges one need for one person by its public view, as everybody can; least
// is from which band on matching says why, which costs time.
func (s *Site) suit(ctx context.Context, e *catalog.Expert, need *catalog.Need, least matcher.Band) (view.Suit, error) {
	if view.Paused(e, s.deps.Now()) {
		return view.PausedSuit(), nil
	}
	fit, err := s.deps.Matcher.Fit(ctx, matcher.FromNeed(need, false), []string{search.ID(catalog.KindExpert, e.Code)}, least)
	if err != nil && !errs.Is(err, errs.Invalid) { // Invalid: it has no public word
		return view.Suit{}, err
	}
	return view.NewSuit(need, e, fit), nil
}

// suitOf tells who offers his help how an open need and he go together, in the place
// of who else could help; nil where that is not known, or the need is not sought any
// more. Everybody else is no helper.
func (s *Site) suitOf(c *gin.Context, need *catalog.Need, whole bool) (suit *view.Suit, helper bool) {
	access := httpx.AccessOf(c.Request.Context())
	if whole || access.Check(account.OfferMake) != nil {
		return nil, false
	}
	if access.Actor.Person == "" || !catalog.Sought(need.Status) {
		return nil, true
	}
	suit, err := s.suitFor(c.Request.Context(), access.Actor, need)
	if err != nil {
		s.deps.Log.WarnContext(c.Request.Context(), "need without what suits its reader", "need", need.Code, "err", err)
	}
	return suit, true
}

func (s *Site) suitFor(ctx context.Context, a account.Actor, need *catalog.Need) (*view.Suit, error) {
	e, err := s.ownProfile(ctx, a)
	if e == nil || err != nil {
		return nil, err
	}
	suit, err := s.suit(ctx, e, need, matcher.Insufficient)
	if err != nil {
		return nil, err
	}
	return &suit, nil
}
