package wording_test

import (
	"bytes"
	"fmt"
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
		{"what nobody translated", `<p>电主轴的修复</p>`, `<p>電主軸的修復</p>`, `<p lang="zh-CN">电主轴的修复</p>`},
		{"a name among what else stays", `<p>电主轴 <b>3</b></p>`, `<p>電主軸 <b>3</b></p>`, `<p><bdi lang="zh-CN">电主轴</bdi> <b>3</b></p>`},
		{"a name in a sentence", `<p>匹配台：电主轴的修复</p>`, `<p>匹配臺：電主軸的修復</p>`, `<p>Matching desk: <bdi lang="zh-CN">电主轴的修复</bdi></p>`},
		{"words beside elements", `<p><strong>注意：</strong>全部<a>检索</a></p>`, `<p><strong>注意：</strong>全部<a>檢索</a></p>`, `<p><strong>Note:</strong> All <a>Search</a></p>`},
		{"an option", `<option>电主轴的修复</option><option>全部</option>`, `<option>電主軸的修復</option><option>全部</option>`, `<option lang="zh-CN">电主轴的修复</option><option>All</option>`},
		{"a language of its own", `<a lang="zh-Hant">繁體</a>`, `<a lang="zh-Hant">繁體</a>`, `<a lang="zh-Hant">繁體</a>`},
		{"typed text stays", `<textarea name="t">检索头发</textarea><input value="检索" placeholder="检索">`, `<textarea name="t">检索头发</textarea><input value="检索" placeholder="檢索">`, `<textarea name="t">检索头发</textarea><input value="检索" placeholder="Search">`},
		{"addresses stay", `<a href="/search?q=检索" title="检索" data-x="检索">检索</a>`, `<a href="/search?q=检索" title="檢索" data-x="检索">檢索</a>`, `<a href="/search?q=检索" title="Search" data-x="检索">Search</a>`},
		{"markup in text stays text", `<p>&lt;b&gt;检索&lt;/b&gt; &amp; 头发</p>`, `<p>&lt;b&gt;檢索&lt;/b&gt; &amp; 頭髮</p>`, `<p lang="zh-CN">&lt;b&gt;检索&lt;/b&gt; &amp; 头发</p>`},
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

// Sentences are said by phrases with gaps, and from their parts.
func TestSay(t *testing.T) {
	t.Parallel()
	b := open(t)
	for text, want := range map[string]string{
		"找到 1 条记录":             "1 record found",
		"找到 12 条记录":            "12 records found",
		"  全部  ":               "  All  ",
		"6 位验证码":               "6-digit code",
		"2026 年 11 月 20 日，星期五": "2026-11-20, Friday",
		"{} 条":                 "{} records",
		"匹配台：":                 "匹配台：",
		"没有编号为“XQ-9”的技术需求，请核对编号。": "There is no needs with the code “XQ-9”; please check.",
		"轮到您：确认推荐对象是否合适":          "Your turn: check that the target is suitable",
		"已保存。已改名。":                "Saved. Renamed.",
		"工匠、劳模、教授":                "工匠、劳模、教授",
		"工匠、劳模":                   "Craftsman, model worker",
		"示例机床厂 · 技术攻关 · 威海市":      "示例机床厂 · Technical breakthrough · 威海市",
		"标题和正文都写到“喷漆”，这是对上的主要原因；摘要还提到“涂装”。":  "Title, like the text, says “喷漆”; that is the main reason; summary also mentions “涂装”.",
		"参与的创新成果《孔和轴》标题和关键词只对上“孔”一个词。":       "“孔和轴” (results): only “孔” fits, in title and keywords.",
		"正文写到“电主轴”“轴承”，这是对上的主要原因；标题还提到“主轴”。": "Text says “电主轴”“轴承”; that is the main reason; title also mentions “主轴”.",
		"电主轴轴承的预紧调整，转速 18000 转以上有异响。":        "电主轴轴承的预紧调整，转速 18000 转以上有异响。",
	} {
		if got, _ := b.Say(wording.English, text); got != want {
			t.Errorf("%q\n is %q\n not %q", text, got, want)
		}
	}
}

// What one character cannot decide, its neighbours do, in every phrase of ours.
func TestTraditionalWords(t *testing.T) {
	t.Parallel()
	b := open(t)
	for text, want := range map[string]string{
		"对接单只给有关各方看": "對接單只給有關各方看", "最多只能到 {} %": "最多只能到 {} %", "180 天后删除": "180 天後刪除", "请先录入并发布。": "請先錄入並發佈。", "其中签了合同的": "其中簽了合同的",
		"有金额发生的对接单": "有金額發生的對接單", "这里列出的范围": "這裡列出的範圍", "以后再审核": "以後再審核", "工会干部": "工會幹部", "恢复后可重新导入": "恢復後可重新導入", "联系人": "聯繫人", "标准": "標準", "发布": "發佈", "表面": "表面",
	} {
		if got, _ := b.Say(wording.Traditional, text); got != want {
			t.Errorf("%s is %s, not %s", text, got, want)
		}
	}
	for _, w := range allPhrases(t) {
		got, _ := b.Say(wording.Traditional, w.text)
		for _, wrong := range []string{"籤了", "單隻", "多隻能", "額髮", "併發佈", "天后", "裏", "爲"} {
			if strings.Contains(got, wrong) {
				t.Errorf("%s: %s", wrong, got)
			}
		}
	}
}

// FuzzTranslate: whatever a page holds, no tag is added or lost by translating, but
// those that mark what stays Chinese.
func FuzzTranslate(f *testing.F) {
	f.Add(`<p title="检索">头发 <b>&lt;发展&gt;</b></p>`)
	f.Add("<textarea>检索</p>")
	f.Add("<title>{} 条</title><p>匹配台：“。</p>")
	b := open(f)
	f.Fuzz(func(t *testing.T, page string) {
		if strings.Contains(strings.ToLower(page), "bdi") {
			return
		}
		for _, l := range wording.Languages() {
			after := string(b.Translate(l, []byte(page)))
			if before, after := tags(page), strings.Join(strings.Fields(strings.ReplaceAll(" "+tags(after)+" ", " bdi ", "  ")), " "); before != strings.TrimSpace(strings.ReplaceAll(after, " bdi", "")) {
				t.Errorf("%s: tags %s became %s", l, before, after)
			}
		}
	})
}

// BenchmarkTranslate measures a page of 100 KB: a list of what records say, among
// words of ours.
func BenchmarkTranslate(b *testing.B) {
	const item = `<li class="case"><a class="case-title" href="/needs/XQ-2026-A019">加工中心电主轴高速异响的修复与预紧调整</a><p class="facts"><span>编号 XQ-2026-A019</span><span>示例机床厂 · 技术攻关 · 威海市</span><span>2026-11-20</span></p><p>轮到您：确认推荐对象是否合适，11月27日 前</p><p class="quiet">电主轴拆检、径向跳动修复、轴承预紧调整，转速 18000 转以上有异响。</p></li>`
	book := open(b)
	var list strings.Builder
	for i := range 100 << 10 / len(item) {
		list.WriteString(strings.ReplaceAll(item, "电主轴", fmt.Sprint("电主轴", i)))
	}
	page := []byte("<ul>" + list.String() + "</ul>")
	for _, l := range []wording.Language{wording.Traditional, wording.English} {
		b.Run(string(l), func(b *testing.B) {
			b.SetBytes(int64(len(page)))
			for b.Loop() {
				book.Translate(l, page)
			}
		})
		b.Run(string(l)+"/new", func(b *testing.B) { // nothing of it was said before
			for i := 0; b.Loop(); i++ {
				book.Translate(l, bytes.ReplaceAll(page, []byte("电主轴"), fmt.Append(nil, "电主轴", i)))
			}
		})
	}
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
