package frontend

import (
	"bytes"
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// exported is how many hits an export of a search has at most.
const exported = 1000

// mountOpen adds the page of open needs and the export of a search.
func (s *Site) mountOpen(pages routes) {
	pages.get(view.OpenNeedsURL, account.CatalogueRead, s.openNeeds)
	pages.get(view.ExportURL, account.FileExportPublic, s.exportSearch)
}

// openNeeds is GET /open: the needs that somebody may take up, by their public
// views.
func (s *Site) openNeeds(c *gin.Context) {
	ctx := c.Request.Context()
	asked, _ := view.ParseSearch(c.Request.URL.Query())
	q := view.OpenQuery(asked)
	res, err := s.deps.Engine.Search(ctx, q.Request())
	if err != nil {
		s.fail(c, err)
		return
	}
	open, err := s.openCounts(ctx, q, res.Facets, search.FacetField)
	if err != nil {
		s.fail(c, err)
		return
	}
	v := view.BuildOpenNeeds(q, res, open[search.FacetField], s.needsOf(ctx, res.Hits))
	s.render(c, http.StatusOK, "open", page{
		Title: "揭榜：公开的技术难题", Description: "企业公开的技术难题，谁有办法都可以来揭榜。", Path: view.OpenNeedsURL, NoIndex: q.Page > 1, Nav: "open", Scripts: []string{"suggest.js"}, Body: v,
	})
}

// needsOf reads the public views of the needs that are still open; one that
// cannot be read is left out.
func (s *Site) needsOf(ctx context.Context, hits []search.Hit) []*catalog.Need {
	var out []*catalog.Need
	for _, h := range hits {
		if !catalog.Sought(h.Status) {
			continue
		}
		rec, err := s.publicRecord(ctx, h.Kind, h.Code)
		if err != nil {
			s.deps.Log.WarnContext(ctx, "open need left out", "need", h.Code, "err", err)
			continue
		}
		if need, ok := rec.(*catalog.Need); ok {
			out = append(out, need)
		}
	}
	return out
}

// exportSearch is GET /search/export: the hits of a search as a table.
func (s *Site) exportSearch(c *gin.Context) {
	q, _ := view.ParseSearch(c.Request.URL.Query())
	var hits []search.Hit
	for n := 1; len(hits) < exported; n++ {
		req := q.Request()
		req.Page, req.Size, req.Facets, req.Snippets = n, search.MaxSize, false, false
		res, err := s.deps.Engine.Search(c.Request.Context(), req)
		if err != nil {
			s.fail(c, err)
			return
		}
		hits = append(hits, res.Hits...)
		if len(res.Hits) < search.MaxSize {
			break
		}
	}
	var b bytes.Buffer
	if err := view.WriteHits(&b, s.base(c.Request), hits); err != nil {
		s.fail(c, err)
		return
	}
	c.Header("Content-Disposition", `attachment; filename="results.csv"; filename*=UTF-8''%E6%A3%80%E7%B4%A2%E7%BB%93%E6%9E%9C.csv`)
	c.Header("Cache-Control", "no-store")
	c.Data(http.StatusOK, "text/csv; charset=utf-8", b.Bytes())
}
