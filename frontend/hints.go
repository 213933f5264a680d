package frontend

import (
	"cmp"
	"context"
	"slices"

	"hongniang/frontend/view"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/matcher"
)

const (
	// hintDepth is how many needs are looked at for a person, hintJudged how many of
	// them are judged, and hintShown from how many on no more are.
	hintDepth  = 40
	hintJudged = 16
	hintShown  = 6
)

// needHints finds public needs of which a person is a candidate by the judgement of
// matching itself: whoever sees one of them, and looks who can help, finds him. A
// failure is logged and gives none.
func (s *Site) needHints(ctx context.Context, e *catalog.Expert) []view.NeedHint {
	out, err := s.judgedHints(ctx, e)
	if err != nil {
		s.deps.Log.WarnContext(ctx, "page without hints of needs", "err", err)
		return nil
	}
	slices.SortStableFunc(out, func(x, y view.NeedHint) int { return cmp.Compare(y.Score, x.Score) })
	return out
}

func (s *Site) judgedHints(ctx context.Context, e *catalog.Expert) ([]view.NeedHint, error) {
	doc, public := search.FromRecord(e)
	if !public {
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
	var out []view.NeedHint
	for _, id := range ids[:min(len(ids), hintJudged)] {
		if len(out) == hintShown {
			break
		}
		hint, fits, err := s.judgedHint(ctx, e, id)
		if err != nil {
			return nil, err
		}
		if fits {
			out = append(out, hint)
		}
	}
	return out, nil
}

// judgedHint asks matching of one need by its public view, as everybody can.
func (s *Site) judgedHint(ctx context.Context, e *catalog.Expert, id string) (view.NeedHint, bool, error) {
	_, code := search.SplitID(id)
	rec, err := s.deps.Records.Get(ctx, catalog.KindNeed, code)
	if errs.Is(err, errs.NotFound) {
		return view.NeedHint{}, false, nil
	}
	need, ok := rec.(*catalog.Need)
	if err != nil || !ok {
		return view.NeedHint{}, false, err
	}
	fit, err := s.deps.Matcher.Fit(ctx, matcher.FromNeed(need, false), []string{search.ID(catalog.KindExpert, e.Code)}, matcher.Low)
	if errs.Is(err, errs.Invalid) || err == nil && len(fit) == 0 {
		return view.NeedHint{}, false, nil // no public word of it, or not him
	}
	if err != nil {
		return view.NeedHint{}, false, err
	}
	shown, _ := catalog.PublicView(need)
	open, ok := shown.(*catalog.Need)
	if !ok {
		return view.NeedHint{}, false, nil
	}
	return view.NewNeedHint(open, fit[0]), true, nil
}
