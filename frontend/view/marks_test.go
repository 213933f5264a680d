package view

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/search"
)

func TestMarkHTML(t *testing.T) {
	r := func(start, end int) search.Range { return search.Range{Start: start, End: end} }
	tests := []struct {
		name  string
		text  string
		marks []search.Range
		want  string
	}{
		{"no marks", "曲轴 <b>", nil, "曲轴 &lt;b&gt;"},
		{"one", "电主轴修复", []search.Range{r(0, 9)}, "<mark>电主轴</mark>修复"},
		{"whole text", "ab", []search.Range{r(0, 2)}, "<mark>ab</mark>"},
		{"unsorted and overlapping", "abcdef", []search.Range{r(3, 5), r(0, 2), r(1, 4)}, "<mark>abcde</mark>f"},
		{"touching", "abcd", []search.Range{r(0, 2), r(2, 3)}, "<mark>abc</mark>d"},
		{"off rune borders", "电主轴", []search.Range{r(1, 4)}, "<mark>电主</mark>轴"},
		{"inside one rune", "电主轴", []search.Range{r(4, 5)}, "电<mark>主</mark>轴"},
		{"outside", "abc", []search.Range{r(-5, 1), r(2, 99), r(50, 60)}, "<mark>a</mark>b<mark>c</mark>"},
		{"empty and reversed", "abc", []search.Range{r(1, 1), r(2, 1)}, "abc"},
		{"script in the mark", `a<script>alert("x")</script>`, []search.Range{r(1, 9)}, "a<mark>&lt;script&gt;</mark>alert(&#34;x&#34;)&lt;/script&gt;"},
		{"mark cuts an entity", "a&b", []search.Range{r(1, 2)}, "a<mark>&amp;</mark>b"},
		{"empty text", "", []search.Range{r(0, 3)}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, string(markHTML(tt.text, tt.marks))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzMarkHTML(f *testing.F) {
	f.Add("电主轴<修复>", 0, 3, 2, 9)
	f.Add("\xff\xfe主", -1, 2, 1, 1)
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int) {
		got := string(markHTML(text, []search.Range{{Start: a, End: b}, {Start: c, End: d}}))
		if plain := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(got); strings.ContainsAny(plain, "<>\"") {
			t.Errorf("unescaped: %q", got)
		}
		if strings.Count(got, "<mark>") != strings.Count(got, "</mark>") {
			t.Errorf("unbalanced: %q", got)
		}
		if utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Errorf("a character was cut: %q", got)
		}
	})
}

func TestFromWord(t *testing.T) {
	for text, want := range map[string]string{
		"，有电主轴":  "有<mark>电主轴</mark>",
		"。 有电主轴": "有<mark>电主轴</mark>",
		"有电主轴。":  "有<mark>电主轴</mark>。",
	} {
		at := strings.Index(text, "电")
		if got := string(markHTML(fromWord(text, []search.Range{{Start: at, End: at + len("电主轴")}}))); got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}
