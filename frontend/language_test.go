package frontend_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"hongniang/frontend/wording"
)

func (w *world) getIn(l wording.Language, path string) string {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, escaped(path), nil)
	r.Header.Set("Cookie", "lang="+string(l))
	_, body := w.do(r)
	return body
}

// The switch stands on every page, leads back to it, and is remembered.
func TestLanguageSwitch(t *testing.T) {
	w := newWorld(t)
	_, body := w.get(escaped("/search?q=电主轴"))
	if !strings.Contains(body, `href="/language?back=%2Fsearch%3Fq%3D`) {
		t.Error("the page has no switch")
	}
	res, _ := w.get("/language?to=en&back=%2Fsearch")
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/search" || !strings.Contains(res.Header.Get("Set-Cookie"), "lang=en") {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	for _, back := range []string{"https://evil.example", "//evil.example"} {
		if res, _ := w.get("/language?to=fr&back=" + back); res.Header.Get("Location") != "/" || !strings.Contains(res.Header.Get("Set-Cookie"), "Max-Age=0") {
			t.Errorf("%s: %v", back, res.Header)
		}
	}
	for l, want := range map[wording.Language]string{wording.English: "records found", wording.Traditional: "條記錄"} {
		body := w.getIn(l, "/search?q=电主轴")
		if !strings.Contains(body, want) || !strings.Contains(body, `lang="`+string(l)+`"`) || !strings.Contains(body, `value="电主轴"`) {
			t.Errorf("%s: %.600s", l, body)
		}
	}
	if body := w.getIn("xx", "/"); !strings.Contains(body, "库里现有") {
		t.Error("a language that is not there")
	}
}

// ofRecords are the classes of elements whose text comes from records or from
// what was asked.
var ofRecords = regexp.MustCompile(`^(hit-title|snippet|people|facts|facet|tick-text|examples|chip|who-name|picked|languages)$`)

// TestEnglishHasEveryPhrase: on the pages that are translated whole no Chinese is
// left but what records say. What is missing is added to wording/en.tsv.
func TestEnglishHasEveryPhrase(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/", "/search", "/search?q=电主轴", "/search?kind=result&q=数控&page=2"} {
		doc, err := html.Parse(strings.NewReader(w.getIn(wording.English, path)))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range chineseOf(doc) {
			t.Errorf("%s is not in English: %q", path, text)
		}
	}
}

// chineseOf lists the Chinese texts below a node that are ours.
func chineseOf(n *html.Node) []string {
	var out []string
	if n.Type == html.ElementNode {
		a := attributes(n)
		if slices.ContainsFunc(strings.Fields(a["class"]), ofRecords.MatchString) || n.Data == "head" || n.Data == "textarea" {
			return nil
		}
		for _, key := range []string{"aria-label", "placeholder", "title", "alt"} {
			if han(a[key]) {
				out = append(out, a[key])
			}
		}
	}
	if n.Type == html.TextNode && han(n.Data) {
		out = append(out, strings.TrimSpace(n.Data))
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		out = append(out, chineseOf(c)...)
	}
	return out
}

func han(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
