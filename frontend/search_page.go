package frontend

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"hongniang/internal/search"
)

// search is /search.
func (s *Site) search(c *gin.Context) {
	q, notes := parseSearch(c.Request.URL.Query())
	res, err := s.deps.Engine.Search(c.Request.Context(), q.request())
	if err != nil {
		s.fail(c, err)
		return
	}
	kinds, err := s.kindCounts(c.Request.Context(), q, res)
	if err != nil {
		s.fail(c, err)
		return
	}
	title := "检索"
	if q.Q != "" {
		title = shorten(q.Q, 40) + " · 检索"
	}
	s.render(c, http.StatusOK, "search", page{
		Title: title, Description: "在技术需求、职工创新成果、专利、专家工匠和创新工作室里检索。", Nav: "search", OwnSearch: true,
		Path: "/search", NoIndex: !q.empty() || q.Page > 1, Scripts: []string{"suggest.js"}, Body: buildSearch(q, res, kinds, notes),
	})
}

// kindCounts gives the counts of the tabs. With a tab chosen they need a second
// question, since the answer counts only what the tab leaves.
func (s *Site) kindCounts(ctx context.Context, q searchQuery, res search.Response) ([]search.FacetCount, error) {
	if q.Kind == "" {
		return res.Facets[search.FacetKind], nil
	}
	req := q.withKind("").request()
	req.Size, req.Snippets = 1, false
	all, err := s.deps.Engine.Search(ctx, req)
	return all.Facets[search.FacetKind], err
}
