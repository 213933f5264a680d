package frontend

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

// Bounds of a sitemap, after sitemaps.org and for our own sake.
const (
	sitemapURLs = 50_000
	sitemapKeep = 15 * time.Minute
)

// sitemapEntry is one page; Path begins with a slash.
type sitemapEntry struct {
	Path string
	Date string
}

// sitemapCache keeps the list of pages: making it asks the engine for every
// document.
type sitemapCache struct {
	mu      sync.Mutex
	entries []sitemapEntry
	made    time.Time
}

// sitemapEntries lists every public page.
func (s *Site) sitemapEntries(ctx context.Context) ([]sitemapEntry, error) {
	s.sitemap.mu.Lock()
	defer s.sitemap.mu.Unlock()
	if now := s.deps.Now(); s.sitemap.entries != nil && now.Sub(s.sitemap.made) < sitemapKeep {
		return s.sitemap.entries, nil
	}
	w := sitemapWalk{engine: s.deps.Engine, seen: map[string]bool{}, out: []sitemapEntry{{Path: "/"}, {Path: "/search"}, {Path: "/match"}, {Path: "/help"}, {Path: "/funnel"}}}
	for _, kind := range view.ShownKinds() {
		if err := w.collect(ctx, view.SearchQuery{Kind: kind, Sort: search.ByDate, Size: search.MaxSize}, divisions); err != nil {
			return nil, err
		}
	}
	s.sitemap.entries, s.sitemap.made = w.out, s.deps.Now()
	return w.out, nil
}

// divisions are the facets by which a list is cut that is too long for the
// engine to page through.
var divisions = []search.Facet{search.FacetRegion, search.FacetYear, search.FacetIndustry, search.FacetType, search.FacetField, search.FacetStage}

type sitemapWalk struct {
	engine search.Engine
	seen   map[string]bool
	out    []sitemapEntry
}

// collect takes every document of q. Of a list longer than search.MaxDepth it
// takes what can be reached, then each part of it by the next facet.
func (w *sitemapWalk) collect(ctx context.Context, q view.SearchQuery, by []search.Facet) error {
	req := q.Request()
	req.Snippets = false
	for page := 1; page <= search.MaxDepth/q.Size; page++ {
		req.Page, req.Facets = page, page == 1
		res, err := w.engine.Search(ctx, req)
		if err != nil {
			return err
		}
		for _, h := range res.Hits {
			if path := view.RecordURL(h.Kind, h.Code); !w.seen[path] {
				w.seen[path] = true
				w.out = append(w.out, sitemapEntry{Path: path, Date: firstDay(h.Date)})
			}
		}
		if page == 1 && res.Total > search.MaxDepth && len(by) > 0 {
			for _, part := range res.Facets[by[0]] {
				if err := w.collect(ctx, q.Toggled(by[0], part.Value), by[1:]); err != nil {
					return err
				}
			}
		}
		if len(res.Hits) < q.Size {
			break
		}
	}
	return nil
}

// firstDay is the date in a time stamp, "" when there is none.
func firstDay(stamp string) string {
	if len(stamp) < len("2006-01-02") {
		return ""
	}
	if _, err := time.Parse("2006-01-02", stamp[:10]); err != nil {
		return ""
	}
	return stamp[:10]
}

type xmlLocation struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

type xmlURLSet struct {
	XMLName xml.Name      `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []xmlLocation `xml:"url"`
}

type xmlIndex struct {
	XMLName  xml.Name      `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Sitemaps []xmlLocation `xml:"sitemap"`
}

// sitemapIndex is /sitemap.xml: the pages, or above sitemapURLs of them the
// list of parts.
func (s *Site) sitemapIndex(c *gin.Context) {
	entries, err := s.sitemapEntries(c.Request.Context())
	if err != nil {
		s.fail(c, err)
		return
	}
	s.sendXML(c, buildSitemap(s.base(c.Request), entries, sitemapURLs))
}

// sitemapPart is /sitemaps/N.xml, N from 1.
func (s *Site) sitemapPart(c *gin.Context) {
	entries, err := s.sitemapEntries(c.Request.Context())
	if err != nil {
		s.fail(c, err)
		return
	}
	n, err := strconv.Atoi(strings.TrimSuffix(c.Param("part"), ".xml"))
	if err != nil || n < 1 || (n-1)*sitemapURLs >= len(entries) {
		s.NotFound(c)
		return
	}
	s.sendXML(c, urlSet(s.base(c.Request), entries[(n-1)*sitemapURLs:min(n*sitemapURLs, len(entries))]))
}

func buildSitemap(base string, entries []sitemapEntry, limit int) any {
	if len(entries) <= limit {
		return urlSet(base, entries)
	}
	var index xmlIndex
	for n := 0; n*limit < len(entries); n++ {
		index.Sitemaps = append(index.Sitemaps, xmlLocation{Loc: fmt.Sprintf("%s/sitemaps/%d.xml", base, n+1)})
	}
	return index
}

func urlSet(base string, entries []sitemapEntry) any {
	set := xmlURLSet{URLs: make([]xmlLocation, len(entries))}
	for i, e := range entries {
		set.URLs[i] = xmlLocation{Loc: base + e.Path, LastMod: e.Date}
	}
	return set
}

func (s *Site) sendXML(c *gin.Context, v any) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(v); err != nil {
		s.fail(c, errs.Wrap(err, errs.Internal, "sitemap.encode", "网站地图没有生成，请稍后再试。"))
		return
	}
	c.Header("Cache-Control", "public, max-age=900")
	c.Data(http.StatusOK, "application/xml; charset=utf-8", b.Bytes())
}

// robots is /robots.txt. Search pages tell in their own head whether they are
// to be kept.
func (s *Site) robots(c *gin.Context) {
	c.Header("Cache-Control", "public, max-age=86400")
	c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte("User-agent: *\nDisallow: /api/\nDisallow: /gallery\nDisallow: /match?\nAllow: /\n\nSitemap: "+s.base(c.Request)+"/sitemap.xml\n"))
}
