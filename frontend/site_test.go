package frontend_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"hongniang/frontend"
)

// pages are addresses of every sort with what must stand on them.
var pages = map[string]string{
	"/":                                "库里现有",
	"/search":                          "共 ",
	"/search?q=电主轴":                    "<mark>电主轴</mark>",
	"/search?q=电主轴&kind=result":        "条创新成果",
	"/search?kind=专利":                  "一种电主轴轴承快速更换工装",
	"/search?q=数控&type=small_creation": "已选条件",
	"/search?q=数控&page=2&sort=date":    `aria-current="page"`,
	"/search?q=不存在的古怪词语":               "把整段难题贴进来匹配",
	"/needs/XQ-1":                      "谁能帮忙",
	"/needs/XQ-2":                      "没有合适的人选",
	"/results/CG-1":                    `href="/experts/ZJ-1"`,
	"/results/CG-2":                    "&lt;script&gt;alert",
	"/patents/ZL-1":                    "202211250898.9",
	"/experts/ZJ-1":                    "参与的创新成果",
	"/studios/GZS-1":                   `href="/experts/ZJ-1"`,
	"/organisations/DW-1":              `id="own-result"`,
	"/match":                           "把难题贴进来",
	"/match?example=1":                 "能帮忙的人与工作室",
	"/help":                            "匹配是怎么算的",
	"/gallery":                         "组件陈列",
}

// escaped makes an address as a browser would send it.
func escaped(path string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	u.RawQuery = u.Query().Encode()
	return u.String()
}

func TestPages(t *testing.T) {
	w := newWorld(t)
	for path, want := range pages {
		t.Run(path, func(t *testing.T) {
			res, body := w.get(escaped(path))
			if res.StatusCode != http.StatusOK || !strings.Contains(body, want) {
				t.Errorf("status %d, wanted on the page: %s\n%.3000s", res.StatusCode, want, body)
			}
			checkPage(t, body)
			if res.Header.Get("X-Request-Id") == "" || !strings.Contains(res.Header.Get("Content-Security-Policy"), "default-src 'none'") {
				t.Errorf("headers %v", res.Header)
			}
		})
	}
}

// checkPage holds what is true of every page: one h1, a language, a title, no
// inline script or style, every field labelled, no id twice, JSON-LD that is
// JSON, no address outside.
func checkPage(t testing.TB, body string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	count, ids, labels := map[string]int{}, map[string]int{}, map[string]bool{}
	var fields []string
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		a := attributes(n)
		if a["id"] != "" {
			ids[a["id"]]++
		}
		for name := range a {
			if name == "style" || strings.HasPrefix(name, "on") {
				t.Errorf("<%s> has an inline %s", n.Data, name)
			}
		}
		switch n.Data {
		case "html":
			if a["lang"] != "zh-CN" {
				t.Errorf("lang %q", a["lang"])
			}
		case "label":
			labels[a["for"]] = true
		case "input", "textarea", "select":
			if a["type"] != "hidden" {
				fields = append(fields, a["id"])
			}
		case "script":
			checkScript(t, n, a)
		case "link", "img", "iframe":
			if address := a["href"] + a["src"]; a["rel"] != "canonical" && !strings.HasPrefix(address, "/") && !strings.HasPrefix(a["src"], "data:image/png;base64,") {
				t.Errorf("<%s> loads %s", n.Data, address)
			}
		case "style":
			t.Error("an inline style sheet")
		}
	}
	if count["h1"] != 1 || count["title"] != 1 || count["main"] != 1 {
		t.Errorf("%d h1, %d title, %d main", count["h1"], count["title"], count["main"])
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %s stands %d times", id, n)
		}
	}
	for _, id := range fields {
		if !labels[id] {
			t.Errorf("field %q has no label", id)
		}
	}
}

func checkScript(t testing.TB, n *html.Node, a map[string]string) {
	t.Helper()
	switch {
	case a["type"] == "application/ld+json":
		var v map[string]any
		if n.FirstChild == nil || json.Unmarshal([]byte(n.FirstChild.Data), &v) != nil || v["@context"] != "https://schema.org" {
			t.Errorf("JSON-LD that is none: %+v", n.FirstChild)
		}
	case !strings.HasPrefix(a["src"], "/static/") || n.FirstChild != nil:
		t.Errorf("a script that is not ours: %v", a)
	}
}

func attributes(n *html.Node) map[string]string {
	out := map[string]string{}
	for _, a := range n.Attr {
		out[a.Key] = a.Val
	}
	return out
}

// Whatever stands in an address, the page answers, and never with our fault.
func TestHostileAddresses(t *testing.T) {
	w := newWorld(t)
	for path, note := range map[string]string{
		"/search?page=-1":                          "页码无效",
		"/search?page=1000000000":                  "最多看到第 500 页",
		"/search?q=a&size=1000000000":              "每页条数只能是",
		"/search?q=" + strings.Repeat("难", 10_000): "检索词太长",
		`/search?q=%22%22%22%22`:                   "条记录",
		"/search?q=😀😀":                             "条记录",
		"/search?q=%ff%fe%00":                      "条记录",
		"/search?q=kind:船 地区:无此地 trl:x":            "当作普通词",
		"/search?q=*:* OR (a AND":                  "记录",
		"/search?kind=船&type=%00&region=../../etc": "没有“船”这一种类",
		"/search?q=<script>alert(1)</script>":      "&lt;script&gt;",
		"/search?q=数控&page=9":                      "回到第 1 页",
		"/match?example=99":                        "把难题贴进来",
		"/match?text=" + url.QueryEscape("地址里的难题不该被读取电主轴"): "把难题贴进来",
	} {
		res, body := w.get(escaped(path))
		if res.StatusCode != http.StatusOK || !strings.Contains(body, note) {
			t.Errorf("%.60s: status %d, no %q", path, res.StatusCode, note)
		}
		checkPage(t, body)
		if strings.Contains(path, "match?text") && strings.Contains(body, "不该被读取") {
			t.Error("a need was read from the address")
		}
	}
	for _, path := range []string{"/needs/NO-1", "/needs/XQ-7", "/needs/XQ-8", "/needs/XQ-9", "/experts/ZJ-9", "/patents/%00", "/results/" + strings.Repeat("x", 5000), "/nowhere", "/static/0/none.js", "/sitemaps/9.xml", "/sitemaps/x"} {
		res, body := w.get(path)
		if res.StatusCode != http.StatusNotFound || !strings.Contains(body, "错误 404") || !strings.Contains(body, `role="search"`) || !strings.Contains(body, res.Header.Get("X-Request-Id")) {
			t.Errorf("%.60s: status %d\n%.1500s", path, res.StatusCode, body)
		}
		checkPage(t, body)
	}
	res, body := w.get("/api/v1/nothing")
	if res.StatusCode != http.StatusNotFound || res.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("below /api/: %d %s %s", res.StatusCode, res.Header.Get("Content-Type"), body)
	}
}

func TestPostedNeeds(t *testing.T) {
	w := newWorld(t)
	good := "我厂电主轴高速异响，径向跳动超差，想找能现场修复的师傅。"
	for _, tt := range []struct {
		name, text, want string
		status           int
	}{
		{"good", good, "示例甲", http.StatusOK},
		{"markup", "<b>电主轴</b><script>alert(1)</script>异响", "&lt;script&gt;alert(1)&lt;/script&gt;", http.StatusOK},
		{"empty", "", "还没有写难题", http.StatusUnprocessableEntity},
		{"short", "异响", "写得太短", http.StatusUnprocessableEntity},
		{"binary", "PK\x03\x04\x00\x00电主轴", "不是文字", http.StatusUnprocessableEntity},
		{"a megabyte", strings.Repeat("电主轴", 110_000), "内容太长（330,000 字）", http.StatusRequestEntityTooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, path := range []string{"/match", "/match/fragment"} {
				res, body := postMultipart(w, path, tt.text)
				if res.StatusCode != tt.status || (path == "/match" || tt.name != "markup") && !strings.Contains(body, tt.want) {
					t.Errorf("%s: status %d\n%.1500s", path, res.StatusCode, body)
				}
				if res.Header.Get("Cache-Control") != "no-store" {
					t.Errorf("%s may be kept: %s", path, res.Header.Get("Cache-Control"))
				}
				if path == "/match" {
					checkPage(t, body)
				} else if strings.Contains(body, "<html") || !strings.Contains(body, `class="answer"`) {
					t.Errorf("not a fragment: %.200s", body)
				}
				if kept := strings.TrimPrefix(tt.text, "PK\x03\x04\x00\x00"); path == "/match" && kept != "" && !strings.Contains(html.UnescapeString(body), kept) {
					t.Error("the form lost what was typed")
				}
			}
		})
	}
	res, body := w.post("/match", good)
	if res.StatusCode != http.StatusOK || !strings.Contains(body, "示例甲") {
		t.Errorf("the other encoding: %d", res.StatusCode)
	}
	if strings.Contains(w.log.String(), "径向跳动") {
		t.Error("a pasted need is in the log")
	}
}

// What is too large to be read as a form is answered with a page too, whether
// its length was announced or not.
func TestPostTooLargeForAForm(t *testing.T) {
	w := newWorld(t)
	for _, announced := range []bool{true, false} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/match", strings.NewReader("text="+strings.Repeat("x", 5<<20)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if !announced {
			r.ContentLength = -1
		}
		res, body := w.do(r)
		if res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(body, "上限") {
			t.Errorf("announced %v: status %d: %.500s", announced, res.StatusCode, body)
		}
		checkPage(t, body)
	}
}

func postMultipart(w *world, path, text string) (*http.Response, string) {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	_ = form.WriteField("text", text) // a buffer takes everything
	_ = form.Close()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, path, &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return w.do(r)
}

// What is confidential is on no page, in no log line, whoever asks.
func TestConfidentialTextNeverAppears(t *testing.T) {
	w := newWorld(t)
	paths := []string{"/search?q=" + url.QueryEscape(canary), "/search?q=1961", "/search?q=编号:XQ-7", "/needs/XQ-7", "/needs/XQ-8", "/needs/XQ-9", "/experts/ZJ-9", "/sitemap.xml", "/search?size=100", "/search?size=100&kind=need"}
	for path := range pages {
		paths = append(paths, path)
	}
	check := func(path, body string) {
		if asked := strings.Count(body, canary); strings.Contains(path, url.QueryEscape(canary)) {
			body = strings.ReplaceAll(body, canary, "")
			if asked > 4 { // title, box, heading of the empty answer, nothing else
				t.Errorf("%s repeats the asked word %d times", path, asked)
			}
		}
		for _, secret := range []string{canary, canaryPhone, "1961"} {
			if strings.Contains(body, secret) && !strings.Contains(path, secret) {
				t.Errorf("%s shows %s", path, secret)
			}
		}
	}
	for _, path := range paths {
		for _, token := range []string{"", "wrong-" + staffToken} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, escaped(path), nil)
			if token != "" {
				r.Header.Set("Authorization", "Bearer "+token)
			}
			_, body := w.do(r)
			check(path, body)
		}
	}
	_, body := w.post("/match", "加工中心电主轴高速异响，"+"想找能现场修复的人")
	check("/match", body)
	if strings.Contains(w.log.String(), canary) || strings.Contains(w.log.String(), canaryPhone) {
		t.Error("the log holds confidential text")
	}
}

func TestStoreAndEngineOutOfReach(t *testing.T) {
	for name, records := range map[string]frontend.Records{"gone": goneRecords{}, "hanging": hangingRecords{}} {
		t.Run("store "+name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(d *frontend.Deps) { d.Records, d.Patience = records, time.Millisecond })
			res, body := w.get("/needs/XQ-1")
			if res.StatusCode != http.StatusOK || !strings.Contains(body, "数据库暂时连不上") || !strings.Contains(body, "径向跳动超差") || !strings.Contains(body, "谁能帮忙") {
				t.Errorf("status %d\n%.2000s", res.StatusCode, body)
			}
			checkPage(t, body)
			res, body = w.get("/needs/XQ-7")
			if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || strings.Contains(body, canary) {
				t.Errorf("a record that the index does not hold: %d", res.StatusCode)
			}
			checkPage(t, body)
		})
	}
	t.Run("engine", func(t *testing.T) {
		w := newWorld(t, func(d *frontend.Deps) { d.Engine = goneEngine{d.Engine}; d.Matcher = goneMatcher{} })
		for path, status := range map[string]int{"/": 200, "/help": 200, "/match": 200, "/search?q=a": 503, "/sitemap.xml": 503, "/results/CG-1": 200, "/needs/XQ-1": 200, "/match?example=1": 503} {
			res, body := w.get(path)
			if res.StatusCode != status {
				t.Errorf("%s: status %d, want %d", path, res.StatusCode, status)
			}
			checkPage(t, body)
		}
		if res, body := w.post("/match", "电主轴高速异响怎么修"); res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "电主轴高速异响怎么修") {
			t.Errorf("a need while the engine is gone: %d", res.StatusCode)
		}
	})
}

// What a search page and all it loads weighs on the wire.
func TestPageWeight(t *testing.T) {
	w := newWorld(t)
	weigh := func(path string) (int, string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		res, body := w.do(r)
		if res.Header.Get("Content-Encoding") != "gzip" {
			return len(body), body
		}
		z, err := gzip.NewReader(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		return len(body), string(plain)
	}
	for _, path := range []string{"/search?q=" + url.QueryEscape("数控"), "/", "/match?example=1", "/needs/XQ-1", "/help"} {
		total, body := weigh(path)
		page := total
		for _, file := range loaded(t, body) {
			n, _ := weigh(file)
			total += n
		}
		t.Logf("%s: %d bytes of HTML, %d with everything it loads", path, page, total)
		if total > 25_000 {
			t.Errorf("%s weighs %d bytes", path, total)
		}
	}
}

// loaded lists what a browser fetches for a page.
func loaded(t *testing.T, body string) []string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for n := range doc.Descendants() {
		a := attributes(n)
		switch {
		case n.Data == "script" && a["src"] != "":
			out = append(out, a["src"])
		case n.Data == "link" && (a["rel"] == "stylesheet" || a["rel"] == "icon"):
			out = append(out, a["href"])
		}
	}
	return out
}
