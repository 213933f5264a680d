package frontend_test

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"hongniang/frontend"
)

func TestStaticFilesAreKept(t *testing.T) {
	w := newWorld(t)
	_, body := w.get("/match")
	for _, file := range loaded(t, body) {
		res, _ := w.get(file)
		if res.StatusCode != http.StatusOK || strings.HasPrefix(file, "/static/") && !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", file, res.StatusCode, res.Header)
		}
	}
	res, _ := w.get("/static/0123456789ab/site.css")
	if res.StatusCode != http.StatusOK || res.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("a page of an older release: %d %s", res.StatusCode, res.Header.Get("Cache-Control"))
	}
}

func TestSitemapAndRobots(t *testing.T) {
	w := newWorld(t)
	res, body := w.get("/sitemap.xml")
	var set struct {
		XMLName xml.Name
		URLs    []struct {
			Loc     string `xml:"loc"`
			LastMod string `xml:"lastmod"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal([]byte(body), &set); err != nil {
		t.Fatal(err)
	}
	if set.XMLName.Space != "http://www.sitemaps.org/schemas/sitemap/0.9" || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/xml") {
		t.Errorf("%v, %v", set.XMLName, res.Header)
	}
	found := map[string]string{}
	for _, u := range set.URLs {
		found[u.Loc] = u.LastMod
	}
	if got := found["https://hongniang.example.cn/needs/XQ-1"]; got != "2026-11-20" {
		t.Errorf("the need's last change is %q", got)
	}
	if len(found) != 5+8+45 {
		t.Errorf("%d pages in the map", len(found))
	}
	for loc := range found {
		if res, _ := w.get(strings.TrimPrefix(loc, "https://hongniang.example.cn")); res.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", loc, res.StatusCode)
		}
	}
	if _, body := w.get("/robots.txt"); !strings.Contains(body, "Sitemap: https://hongniang.example.cn/sitemap.xml") {
		t.Error(body)
	}
}

// Every link of every page leads somewhere.
func TestNoDeadLinks(t *testing.T) {
	w := newWorld(t)
	seen, queue := map[string]string{"/": "-"}, []string{"/"}
	for len(queue) > 0 && len(seen) < 600 {
		path := queue[0]
		queue = queue[1:]
		res, body := w.get(path)
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d, linked from %s", path, res.StatusCode, seen[path])
		}
		if path == "/gallery" || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			continue
		}
		doc, err := html.Parse(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			href := attributes(n)["href"]
			target, _, _ := strings.Cut(href, "#")
			if n.Data != "a" || !strings.HasPrefix(target, "/") || seen[target] != "" || strings.Count(target, "&") > 1 {
				continue
			}
			if strings.HasPrefix(target, "/language?") { // leads back here; TestLanguageSwitch follows it
				continue
			}
			seen[target] = path
			queue = append(queue, target)
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d pages were reached", len(seen))
	}
}

func TestKindsWithoutACode(t *testing.T) {
	w := newWorld(t)
	for path, want := range map[string]string{"/needs/": "/search?kind=need", "/organisations/": "/search?kind=organisation"} {
		res, _ := w.get(path)
		if got := res.Header.Get("Location"); res.StatusCode != http.StatusFound || got != want {
			t.Errorf("%s: %d to %s", path, res.StatusCode, got)
		}
	}
}

func TestBaseFromTheRequest(t *testing.T) {
	w := newWorld(t, func(d *frontend.Deps) { d.BaseURL = "" })
	_, body := w.get("http://red.example/needs/XQ-1")
	if diff := cmp.Diff(true, strings.Contains(body, fmt.Sprintf("<link rel=%q href=%q>", "canonical", "http://red.example/needs/XQ-1"))); diff != "" {
		t.Error(body)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodHead, "/needs/XQ-1", nil)
	if res, body := w.do(r); res.StatusCode != http.StatusOK || body != "" {
		t.Errorf("HEAD: %d with %d bytes", res.StatusCode, len(body))
	}
}
