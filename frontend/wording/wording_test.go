package wording_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"hongniang/frontend/wording"
)

func open(t testing.TB) *wording.Book {
	t.Helper()
	b, err := wording.Open()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTranslate(t *testing.T) {
	t.Parallel()
	b := open(t)
	for _, tt := range []struct {
		name, page, traditional, english string
	}{
		{"text", `<p>检索</p>`, `<p>檢索</p>`, `<p>Search</p>`},
		{"numbers and space", "<h1> 找到 1,203 条记录 </h1>", "<h1> 找到 1,203 條記錄 </h1>", "<h1> 1,203 records found </h1>"},
		{"what nobody translated", `<p>电主轴的修复</p>`, `<p>電主軸的修復</p>`, `<p>电主轴的修复</p>`},
		{"typed text stays", `<textarea name="t">检索头发</textarea><input value="检索" placeholder="检索">`, `<textarea name="t">检索头发</textarea><input value="检索" placeholder="檢索">`, `<textarea name="t">检索头发</textarea><input value="检索" placeholder="Search">`},
		{"addresses stay", `<a href="/search?q=检索" title="检索" data-x="检索">检索</a>`, `<a href="/search?q=检索" title="檢索" data-x="检索">檢索</a>`, `<a href="/search?q=检索" title="Search" data-x="检索">Search</a>`},
		{"markup in text stays text", `<p>&lt;b&gt;检索&lt;/b&gt; &amp; 头发</p>`, `<p>&lt;b&gt;檢索&lt;/b&gt; &amp; 頭髮</p>`, `<p>&lt;b&gt;检索&lt;/b&gt; &amp; 头发</p>`},
		{"the language", `<html lang="zh-CN"><script>"检索"</script><code>检索</code></html>`, `<html lang="zh-Hant"><script>"检索"</script><code>检索</code></html>`, `<html lang="en"><script>"检索"</script><code>检索</code></html>`},
		{"a phrase of its own", `<a>登录</a>`, `<a>登入</a>`, `<a>Sign in</a>`},
	} {
		for l, want := range map[wording.Language]string{wording.Simplified: tt.page, wording.Traditional: tt.traditional, wording.English: tt.english} {
			if got := string(b.Translate(l, []byte(tt.page))); got != want {
				t.Errorf("%s, %s:\n%s\nwanted:\n%s", tt.name, l, got, want)
			}
		}
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	for _, l := range wording.Languages() {
		if wording.Parse(string(l)) != l || l.Name() == "" {
			t.Errorf("%s is read as %s", l, wording.Parse(string(l)))
		}
	}
	if wording.Parse("fr") != wording.Simplified {
		t.Error("an unknown language is not the usual one")
	}
}

// FuzzTranslate: whatever a page holds, no tag is added or lost by translating.
func FuzzTranslate(f *testing.F) {
	f.Add(`<p title="检索">头发 <b>&lt;发展&gt;</b></p>`)
	f.Add("<textarea>检索</p>")
	b := open(f)
	f.Fuzz(func(t *testing.T, page string) {
		for _, l := range wording.Languages() {
			if before, after := tags(page), tags(string(b.Translate(l, []byte(page)))); before != after {
				t.Errorf("%s: tags %s became %s", l, before, after)
			}
		}
	})
}

// tags lists the names of the tags of a page.
func tags(page string) string {
	var out []string
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return strings.Join(out, " ")
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			out = append(out, string(name))
		}
	}
}
