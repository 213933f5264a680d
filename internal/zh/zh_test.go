package zh_test

import (
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"hongniang/configs"
	"hongniang/internal/zh"
	"hongniang/internal/zh/segment"
)

// cutter is the real segmenter with the words that ship.
var cutter = sync.OnceValue(func() zh.Cutter { return segment.New(configs.Text("userdict.txt")) })

// texts are seeds of every fuzz test.
var texts = []string{
	"", "曲轴", "產(chǎn)業(yè)升級", "i5系统T3.3-3650平床身", "GB/T 4754、φ0.02mm，100/120目", "ＣＮＣ数控機床", "铁(Fe)含量≤0.5%", "\xff曲\xfe轴\x00",
	"M8×1.25 HRC58~62 65%", "a\u0301e\u0301曲", "👩‍🏭工匠🔧", "\u200b零\u200c宽\ufeff", "((((（（（", "长(cháng长(cháng)", strings.Repeat("a-", 200), "İıẞŉ ﬃ Ⅷ ㎜²",
	"\u3000全角　空格\u00a0", "行(xíng)業(yè)\r\n\r\n\r\n银行(háng)", "\U0002A6D6\U00030000", "..--..0..1--", "0.02.03.04mm",
}

func TestClean(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"產(chǎn)業(yè)升級(jí)":     "產業升級",
		"产（chan）业":               "产业",
		"铁(Fe)与铜(Cu)":            "铁(Fe)与铜(Cu)",
		"长(cháng)度、长(zhǎng)大":    "长度、长大",
		"氧(O)":                   "氧(O)",
		"啊(a)":                   "啊(a)",
		"钛合金(TC4)":               "钛合金(TC4)",
		"ＣＮＣ　１２３％":               "CNC 123%",
		"（注：见图１）":                "（注：见图1）",
		"零\u200b宽\ufeff字\u00ad符": "零宽字符",
		"响铃\a退格\b空\x00":          "响铃退格空",
		"甲\r\n乙\r丙":              "甲\n乙\n丙",
		"甲\n\n\n\n乙":             "甲\n\n乙",
		"  首尾 \n 空白\t ":          "首尾\n空白",
		"e\u0301":                "é",
		"坏\xff字节":                "坏\uFFFD字节",
		"":                       "",
		"\u3000\u00a0\n\t":       "",
		"數控機床":                   "數控機床",
		"，。；：“”《》":               "，。；：“”《》",
		"曲(qū":                   "曲(qū",
		"(qū)曲":                  "(qū)曲",
	}
	for in, want := range cases {
		if diff := cmp.Diff(want, zh.Clean(in)); diff != "" {
			t.Errorf("Clean(%q):\n%s", in, diff)
		}
	}
	if got := zh.CleanLine(" 甲\n乙\t 丙　丁 "); got != "甲 乙 丙 丁" {
		t.Errorf("CleanLine = %q", got)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range texts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := zh.Clean(s)
		if again := zh.Clean(got); again != got {
			t.Errorf("Clean(%q) = %q, and again %q", s, got, again)
		}
		if !utf8.ValidString(got) || strings.Contains(got, "\n\n\n") || got != strings.TrimSpace(got) {
			t.Errorf("Clean(%q) = %q", s, got)
		}
		for _, r := range got {
			if r != '\n' && r != '\t' && unicode.IsControl(r) {
				t.Errorf("Clean(%q) keeps %U", s, r)
			}
		}
		if line := zh.CleanLine(s); strings.ContainsAny(line, "\n\t") || zh.CleanLine(line) != line {
			t.Errorf("CleanLine(%q) = %q", s, line)
		}
	})
}

func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"數控機床": "数控机床", "ＣＮＣ": "cnc", "換流閥": "换流阀", "Φ0.02": "φ0.02", "⌀8": "φ8", "M8×1.25": "m8x1.25", "5µm": "5μm", "58～62": "58~62",
		"T3.3—3650": "t3.3-3650", "“引号”": `"引号"`, "　": " ", "（％）": "(%)", "裏面": "里面", "乾燥": "干燥", "發動機": "发动机", "滑鼠": "滑鼠", "": "", "ABCxyz": "abcxyz", "Ж": "ж",
	} {
		if got := zh.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzFoldText(f *testing.F) {
	for _, s := range texts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := zh.FoldText(s)
		if len(folded.Runes) != utf8.RuneCountInString(s) {
			t.Fatalf("FoldText(%q): %d runes", s, len(folded.Runes))
		}
		at := 0
		for i, r := range folded.Runes {
			if folded.Start(i) != at || folded.End(i) <= at {
				t.Fatalf("FoldText(%q): rune %d is at [%d,%d), want from %d", s, i, folded.Start(i), folded.End(i), at)
			}
			at = folded.End(i)
			if again := zh.FoldRune(r); again != r {
				t.Errorf("FoldRune(%q) = %q, and again %q", s, r, again)
			}
		}
		if at != len(s) {
			t.Errorf("FoldText(%q) ends at %d of %d", s, at, len(s))
		}
		if utf8.ValidString(s) && string(folded.Runes) != zh.Fold(s) {
			t.Errorf("FoldText(%q) = %q, Fold = %q", s, string(folded.Runes), zh.Fold(s))
		}
	})
}

// Folding any rune of Unicode once is folding it for good.
func TestFoldIsIdempotent(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if once := zh.FoldRune(r); zh.FoldRune(once) != once {
			t.Errorf("%U %q folds to %q, that to %q", r, r, once, zh.FoldRune(once))
		}
	}
}

func words(terms []zh.Term) []string {
	var out []string
	for _, t := range terms {
		out = append(out, t.Text)
	}
	return out
}

func TestBigrams(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"曲轴磨削": "曲轴 轴磨 磨削", "阀": "阀", "": "", "，。": "", "數控機床": "数控 控机 机床", "A阀b": "a 阀 b",
		"T3.3-3650":  "t3.3-3650 t3.3 3.3 3650",
		"GB/T 4754":  "gb/t gb t 4754",
		"GB/T4754":   "gb/t4754 gb t4754 4754",
		"φ0.02mm":    "φ0.02mm 0.02 0.02mm mm",
		"0.02 mm":    "0.02 mm",
		"100/120目":   "100/120 100 120 120目 目",
		"M8×1.25":    "m8x1.25 8 8x 1.25",
		"HRC58~62":   "hrc58 hrc 58 62",
		"65%":        "65% 65",
		"-40℃":       "40℃ 40",
		"T3.3系列":     "t3.3 3.3 系列",
		"ＣＮＣ机床":      "cnc 机床",
		"CNC-数控":     "cnc 数控",
		"a--b":       "a b",
		"轴承6205-2RS": "轴承 6205-2rs 6205 2rs 2 rs",
		"x.":         "x",
	} {
		if got := strings.Join(words(zh.Bigrams(in)), " "); got != want {
			t.Errorf("Bigrams(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestCharacters(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"曲轴CNC加工": "曲 轴 cnc 加 工", "T3.3-3650": "t3.3-3650", "。": "", "磨\xff削": "磨 削"} {
		if got := strings.Join(words(zh.Characters(in)), " "); got != want {
			t.Errorf("Characters(%q) = %s, want %s", in, got, want)
		}
	}
}

// What stands between punctuation and function characters is a chunk, whatever
// width and script it is written in; what is longer names no thing.
func TestChunks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"基于图像处理的方法":        "图像处理 方法",
		"圖像處理，ＣＮＣ 與 x-y 軸": "图像处理 cnc x-y",
		"是 的 了":            "",
		"医学图像处理系统设计研究":     "",
		"一二三四五六七八九":        "一二三四五六七八九",
		"\xff磨削烧伤\xff":     "磨削烧伤",
	} {
		if got := strings.Join(words(zh.Chunks(text)), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	term := zh.Chunks("：磨削烧伤。")[0]
	if got := "：磨削烧伤。"[term.Start:term.End]; got != "磨削烧伤" {
		t.Errorf("it stands at %q", got)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"电火花线切割":        "火花 切割 电火花 线切割 电火花线切割",
		"换流阀漏水":         "换流 换流阀 漏水",
		"曲轴磨床":          "曲轴 磨床 曲轴磨床",
		"T3.3-3650数控车床": "t3.3-3650 t3.3 3.3 3650",
	} {
		got := words(zh.Words(in, cutter()))
		for _, w := range strings.Fields(want) {
			if !strings.Contains(" "+strings.Join(got, " ")+" ", " "+w+" ") {
				t.Errorf("Words(%q) = %v, misses %s", in, got, w)
			}
		}
	}
}

// A run of letters and digits never makes a giant term.
func TestLongRunsAreCut(t *testing.T) {
	t.Parallel()
	for _, in := range []string{strings.Repeat("a", 10_000), strings.Repeat("1.", 5_000), strings.Repeat("a-1", 4_000)} {
		terms := zh.Bigrams(in)
		for _, term := range terms {
			if len(term.Text) > 70 {
				t.Fatalf("a term of %d bytes", len(term.Text))
			}
		}
		if len(terms) > 40_000 {
			t.Errorf("%d terms of %d bytes", len(terms), len(in))
		}
	}
}

// checkTerms demands offsets on rune borders inside the text, and that a term
// is the folded text of its place.
func checkTerms(t *testing.T, text string, terms []zh.Term) {
	t.Helper()
	for _, term := range terms {
		if term.Start < 0 || term.End <= term.Start || term.End > len(text) {
			t.Fatalf("%q of %q is at [%d,%d)", term.Text, text, term.Start, term.End)
		}
		if !utf8.RuneStart(text[term.Start]) && utf8.ValidString(text) || term.End < len(text) && !utf8.RuneStart(text[term.End]) && utf8.ValidString(text) {
			t.Fatalf("%q of %q is at [%d,%d), inside a character", term.Text, text, term.Start, term.End)
		}
		if want := string(zh.FoldText(text[term.Start:term.End]).Runes); term.Text != want {
			t.Fatalf("%q stands at [%d,%d) of %q, where %q is", term.Text, term.Start, term.End, text, want)
		}
	}
}

func FuzzBigrams(f *testing.F) {
	for _, s := range texts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkTerms(t, s, zh.Bigrams(s))
		checkTerms(t, s, zh.Characters(s))
		var runs strings.Builder
		for _, run := range zh.Runs(s) {
			if run.Text == "" {
				t.Fatalf("an empty run of %q", s)
			}
			runs.WriteString(run.Text)
		}
		var characters strings.Builder
		for _, term := range zh.Characters(s) {
			characters.WriteString(term.Text)
		}
		if runs.String() != characters.String() {
			t.Errorf("%q has the runs %q and the characters %q", s, runs.String(), characters.String())
		}
	})
}

func FuzzWords(f *testing.F) {
	for _, s := range texts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		terms := zh.Words(s, cutter())
		checkTerms(t, s, terms)
		covered := make([]bool, len(s)+1)
		for _, term := range terms {
			for i := term.Start; i < term.End; i++ {
				covered[i] = true
			}
		}
		for _, term := range zh.Characters(s) {
			for i := term.Start; i < term.End; i++ {
				if !covered[i] {
					t.Fatalf("the words of %q leave out %q at %d", s, term.Text, term.Start)
				}
			}
		}
	})
}

func TestPinyin(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][2]string{
		"曲轴": {"quzhou", "qz"}, "數控機床": {"shukongjichuang", "skjc"}, "CNC机床": {"cncjichuang", "cncjc"}, "，。": {"", ""}, "绿": {"lv", "l"}, "T3.3": {"t33", "t33"}, "": {"", ""},
	} {
		full, initials := zh.Pinyin(in)
		if got := [2]string{full, initials}; got != want {
			t.Errorf("Pinyin(%q) = %q, want %q", in, got, want)
		}
	}
}

const groups = `
# comment
数控机床 = CNC = CNC机床
线切割, 电火花线切割，WEDM
單獨
机床 = 工作母机
三坐标 = ＣＭＭ
`

func TestSynonymsFind(t *testing.T) {
	t.Parallel()
	s := zh.ParseSynonyms(groups)
	if s.Len() != 4 {
		t.Errorf("%d groups", s.Len())
	}
	cases := map[string][]zh.Found{
		"买數控機床":    {{From: 1, To: 5, Others: []string{"cnc", "cnc机床"}}},
		"电火花线切割":   {{From: 0, To: 6, Others: []string{"wedm", "线切割"}}},
		"cnc机床":    {{From: 0, To: 5, Others: []string{"cnc", "数控机床"}}},
		"CNC-1":    {{From: 0, To: 3, Others: []string{"cnc机床", "数控机床"}}},
		"CNC2":     nil,
		"xcnc":     nil,
		"cmm与wedm": {{From: 0, To: 3, Others: []string{"三坐标"}}, {From: 4, To: 8, Others: []string{"电火花线切割", "线切割"}}},
		"没有":       nil,
		"":         nil,
		"cmmcmm":   nil,
		"机床机床":     {{From: 0, To: 2, Others: []string{"工作母机"}}, {From: 2, To: 4, Others: []string{"工作母机"}}},
	}
	for text, want := range cases {
		if diff := cmp.Diff(want, s.Find(text)); diff != "" {
			t.Errorf("Find(%q):\n%s", text, diff)
		}
	}
	var none *zh.Synonyms
	if got := none.Find("cnc"); got != nil {
		t.Errorf("no synonyms find %v", got)
	}
}

func TestSynonymVariants(t *testing.T) {
	t.Parallel()
	s := zh.ParseSynonyms(groups)
	for text, want := range map[string][]string{
		"数控机床用WEDM": {"cnc用wedm", "cnc机床用wedm", "数控机床用电火花线切割", "数控机床用线切割"},
		"无关":        nil,
	} {
		if diff := cmp.Diff(want, s.Variants(text, 9)); diff != "" {
			t.Errorf("Variants(%q):\n%s", text, diff)
		}
	}
	if got := s.Variants("数控机床用WEDM", 1); len(got) != 1 {
		t.Errorf("at most one: %v", got)
	}
}

// Every line of the shipped list leads from each member to all others.
func TestShippedSynonyms(t *testing.T) {
	t.Parallel()
	s := zh.ParseSynonyms(configs.Text("synonyms.txt"))
	for _, word := range []string{"数控机床", "CNC", "线切割", "三坐标"} {
		found := s.Find(word)
		if len(found) != 1 || len(found[0].Others) == 0 || found[0].To != utf8.RuneCountInString(word) {
			t.Errorf("%s: %+v", word, found)
		}
	}
}

func FuzzSynonyms(f *testing.F) {
	for _, s := range texts {
		f.Add(groups, s)
	}
	f.Add("a=b\n=\n,,\n#", "a b")
	f.Fuzz(func(t *testing.T, list, text string) {
		at, n := 0, utf8.RuneCountInString(text)
		s := zh.ParseSynonyms(list)
		for _, found := range s.Find(text) {
			if found.From < at || found.To <= found.From || found.To > n {
				t.Fatalf("found [%d,%d) of %q behind %d", found.From, found.To, text, at)
			}
			at = found.To
		}
		if got := s.Variants(text, 3); len(got) > 3 {
			t.Fatalf("%d variants", len(got))
		}
	})
}
