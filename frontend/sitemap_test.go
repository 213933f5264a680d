package frontend

import (
	"encoding/xml"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/frontend/view"
	"hongniang/indexer"
	"hongniang/internal/catalog"
	"hongniang/internal/search"
	"hongniang/internal/zh/segment"
)

func TestBuildSitemap(t *testing.T) {
	var entries []sitemapEntry
	for i := range 5 {
		entries = append(entries, sitemapEntry{Path: fmt.Sprintf("/results/CG-%d", i), Date: "2026-11-20"})
	}
	for limit, want := range map[int]string{
		5: `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://h/results/CG-0</loc><lastmod>2026-11-20</lastmod></url>`,
		2: `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://h/sitemaps/1.xml</loc></sitemap><sitemap><loc>https://h/sitemaps/2.xml</loc></sitemap><sitemap><loc>https://h/sitemaps/3.xml</loc></sitemap></sitemapindex>`,
	} {
		data, err := xml.Marshal(buildSitemap("https://h", entries, limit))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(data)[:min(len(want), len(data))]); diff != "" {
			t.Errorf("limit %d: %s", limit, diff)
		}
	}
}

func TestFirstDay(t *testing.T) {
	for stamp, want := range map[string]string{"2026-11-20T09:00:00.000Z": "2026-11-20", "2026-11-20": "2026-11-20", "2026-11": "", "": "", "0000-00-00T": "", "not a date at all": ""} {
		if got := firstDay(stamp); got != want {
			t.Errorf("firstDay(%q) = %q", stamp, got)
		}
	}
}

// A kind with more documents than the engine pages through is reached whole by
// way of its regions and years.
func TestSitemapBeyondTheDepthOfTheEngine(t *testing.T) {
	index, err := indexer.Open(t.TempDir(), indexer.Options{Cutter: segment.New("")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := index.Close(); err != nil {
			t.Error(err)
		}
	})
	const total = search.MaxDepth + 700
	docs := make([]search.Document, total)
	for i := range docs {
		code := fmt.Sprintf("CG-%05d", i)
		docs[i] = search.Document{ID: search.ID(catalog.KindResult, code), Kind: catalog.KindResult, Code: code, Title: "工装", Date: "2026-11-20", Region: []string{"371000", "210100"}[i%2], Year: 2020 + i%3}
	}
	if err := index.AddDocuments(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	w := sitemapWalk{engine: index, seen: map[string]bool{}}
	if err := w.collect(t.Context(), view.SearchQuery{Kind: catalog.KindResult, Sort: search.ByDate, Size: search.MaxSize}, divisions); err != nil {
		t.Fatal(err)
	}
	if len(w.out) != total || len(w.seen) != total {
		t.Errorf("%d of %d documents reached", len(w.out), total)
	}
}
