package frontend

import (
	"context"
	"maps"
	"net/http"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/httpx"
	"hongniang/internal/search"
)

// search is /search.
func (s *Site) search(c *gin.Context) {
	q, notes := view.ParseSearch(c.Request.URL.Query())
	res, err := s.deps.Engine.Search(c.Request.Context(), q.Request())
	if err != nil {
		s.fail(c, err)
		return
	}
	open, err := s.openCounts(c.Request.Context(), q, res.Facets, search.Facets()...)
	if err != nil {
		s.fail(c, err)
		return
	}
	v := view.BuildSearch(q, res, open, notes)
	if s.deps.Searches != nil && self(c) != "" && httpx.AccessOf(c.Request.Context()).Check(account.SearchSave) == nil {
		v.Save = view.BuildSaveSearch(q)
	}
	title := "检索"
	if q.Q != "" {
		title = view.Shorten(q.Q, 40) + " · 检索"
	}
	s.render(c, http.StatusOK, "search", page{
		Title: title, Description: "在技术需求、职工创新成果、专利、专家工匠和创新工作室里检索。", Nav: "search", OwnSearch: true,
		Path: "/search", NoIndex: !q.Empty() || q.Page > 1, Scripts: []string{"suggest.js", "tabs.js"}, Body: v,
	})
}

// openCounts gives the counts of the facets that are shown as they are without the
// facet's own choice, so that a second value of it can still be chosen. Only
// facets with a choice need a question of their own.
func (s *Site) openCounts(ctx context.Context, q view.SearchQuery, counted view.FacetCounts, shown ...search.Facet) (view.FacetCounts, error) {
	open := maps.Clone(counted)
	for _, f := range shown {
		without := q.Without(f)
		if without == nil {
			continue
		}
		req := without.Request()
		req.Page, req.Size, req.Snippets = 1, 1, false
		res, err := s.deps.Engine.Search(ctx, req)
		if err != nil {
			return nil, err
		}
		open[f] = res.Facets[f]
	}
	return open, nil
}
