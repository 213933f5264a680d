package frontend_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"hongniang/frontend/wording"
	"hongniang/internal/catalog"
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

// getEnglish gives a page as somebody reads it in English.
func (b *browser) getEnglish(path string) (*http.Response, string) {
	b.w.t.Helper()
	r := httptest.NewRequestWithContext(b.w.t.Context(), http.MethodGet, "http://hn.example"+escaped(path), nil)
	r.Header.Set("Cookie", b.cookie+"; lang=en")
	return b.w.do(r)
}

// TestEnglishHasEveryPhrase reads every page of every role: no Chinese is left but
// what people wrote. What is missing is added to wording/en.tsv. The gallery is for
// those who make the pages and stays as it is.
func TestEnglishHasEveryPhrase(t *testing.T) {
	a := newAffair(t)
	cast, broker := a.cast, a.cast["own broker"]
	needs := a.fair(3)
	campaign, body := take(t, broker, "/campaigns", "name", "冬季专场", "needs", strings.Join(needs, "\n"), "quota", "2", "alternates", "1", "floor", "80")
	take(t, broker, campaign+"/steps", "step", "plan", "rev", revOf(t, body))
	a.work()
	group, _ := take(t, broker, "/groups", "title", "磨削烧伤的在线检测", "summary", "几家企业的磨削烧伤", "need", needs[0], "need", needs[1])
	judging, body := take(t, broker, "/reviews", reviewForm...)
	take(t, broker, judging+"/steps", "step", "publish", "rev", revOf(t, body))
	cast["own firm"].post("/searches", "ask", "q=电主轴", "name", "电主轴检索")
	a.step("own broker", "review")
	a.step("own broker", "invite", "text", "想请您看一个滚压难题")
	a.deliver()
	a.recount()
	wrote := a.wrote()
	pages, said := 0, map[string]bool{}
	for who, b := range cast {
		for _, path := range a.everyPath(campaign, group, judging) {
			res, body := b.getEnglish(path)
			if res.StatusCode >= http.StatusInternalServerError || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") || res.StatusCode == http.StatusSeeOther {
				continue
			}
			pages++
			doc, err := html.Parse(strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range chineseOf(doc) {
				if !said[text] && !wrote(text) {
					t.Errorf("%s, %s is not in English: %q", who, path, text)
				}
				said[text] = true
			}
		}
	}
	t.Logf("%d pages", pages)
}

// everyPath is the address of every page, and of some with what they may be asked.
func (a *affair) everyPath(more ...string) []string {
	out := append([]string{
		"/search?q=电主轴", "/search?kind=result&q=数控&page=2", "/search?q=不存在的古怪词语", "/match?example=1", "/introductions?tab=all", "/introductions?tab=all&view=board", "/handover?from=hongniang",
		"/introductions/new?need=XQ-80&target=ZJ-5", "/leader/behind?key=funnel.needs", "/reports/introductions", "/reports/needs", "/reports/helps", "/reports/results", "/reports/people", "/reports/monthly",
		"/compare?id=need/XQ-80&id=expert/ZJ-5", "/needs/XQ-80?as=others",
	}, more...)
	codes := map[string]string{"needs": "XQ-80", "results": "CG-1", "patents": "ZL-1", "experts": "ZJ-5", "studios": "GZS-1", "organisations": "DW-1", "introductions": a.code, "users": "qiye", "lexicon": "synonyms"}
	for route := range a.site.Routes() {
		method, path, _ := strings.Cut(route, " ")
		if method != http.MethodGet || path == "/gallery" || strings.HasPrefix(path, "/static") || path == "/language" {
			continue
		}
		parts := strings.Split(path, "/")
		for i, part := range parts {
			if code := codes[parts[max(i-1, 0)]]; strings.HasPrefix(part, ":") && code != "" {
				parts[i] = code
			}
		}
		out = append(out, strings.Join(parts, "/"))
	}
	slices.Sort(out)
	return out
}

var hanRun = regexp.MustCompile(`\p{Han}+`)

// wrote tells whether people wrote a text: in records, by forms, or as a name; or it
// is a place or an example.
func (a *affair) wrote() func(text string) bool {
	a.t.Helper()
	var all strings.Builder
	for _, kind := range catalog.Kinds() {
		recs, err := a.source.Records.Scan(a.t.Context(), kind, "", 1000)
		if err != nil {
			a.t.Fatal(err)
		}
		data, err := json.Marshal(recs)
		if err != nil {
			a.t.Fatal(err)
		}
		all.Write(data)
	}
	for _, p := range catalog.Places() {
		all.WriteString(p.Name + "\n")
	}
	stays, err := os.ReadFile("wording/testdata/chinese.txt")
	if err != nil {
		a.t.Fatal(err)
	}
	all.WriteString(strings.Join(a.typed, "\n") + string(stays) + "简体繁體不存在的古怪词语山东省威海市")
	english, err := os.ReadFile("wording/en.tsv")
	if err != nil {
		a.t.Fatal(err)
	}
	for line := range strings.Lines(string(english)) { // examples in Chinese are Chinese in English too
		_, to, _ := strings.Cut(line, "\t")
		all.WriteString(to)
	}
	corpus := all.String()
	return func(text string) bool {
		return !slices.ContainsFunc(hanRun.FindAllString(text, -1), func(run string) bool { return !strings.Contains(corpus, run) })
	}
}

// chineseOf lists the Chinese texts below a node, but what is typed, code, or said
// to scripts.
func chineseOf(n *html.Node) []string {
	var out []string
	if n.Type == html.ElementNode {
		if slices.Contains([]string{"textarea", "script", "style", "code", "template"}, n.Data) {
			return nil
		}
		a := attributes(n)
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

// What stays Chinese on an English page says so, to those who have it read.
func TestChineseIsMarked(t *testing.T) {
	w := newWorld(t)
	doc, err := html.Parse(strings.NewReader(w.getIn(wording.English, "/search?q=电主轴")))
	if err != nil {
		t.Fatal(err)
	}
	marked := 0
	for n := range doc.Descendants() {
		if n.Type != html.TextNode || !han(n.Data) || slices.Contains([]string{"script", "title", "code"}, n.Parent.Data) {
			continue
		}
		lang := ""
		for p := n.Parent; p != nil && lang == ""; p = p.Parent {
			lang = attributes(p)["lang"]
		}
		if marked++; lang != "zh-CN" {
			t.Errorf("%q is said to be %s", n.Data, lang)
		}
	}
	if marked == 0 {
		t.Error("no Chinese at all")
	}
}

func han(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
