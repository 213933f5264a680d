// Package coach reads a need as an experienced broker would before it goes out:
// is anything missing that a craftsman would ask first, can success be measured,
// and does the public part give the firm away? It is pure, never refuses a need,
// and says for each remark what to do, with an example.
package coach

import (
	"slices"
	"strings"
	"sync"
	"time"

	"hongniang/configs"
	"hongniang/internal/catalog"
	"hongniang/internal/zh"
)

// Level says how much a remark matters.
type Level string

// The levels.
const (
	Must   Level = "must"   // with this left as it is, hardly anybody can help, or the firm is known
	Should Level = "should" // helps whoever reads it
)

// Remark is one thing to be better.
type Remark struct {
	Code    string `json:"code" doc:"Stable, such as target.missing or summary.names_enterprise"`
	Level   Level  `json:"level" enum:"must,should"`
	Field   string `json:"field" doc:"The field where it can be mended"`
	Message string `json:"message" doc:"What is missing and what to do, in Chinese"`
	Example string `json:"example" doc:"How it may be written"`
	Found   string `json:"found,omitempty" doc:"The words that gave rise to it"`
}

// Element is one of the five things that a need is made of.
type Element struct {
	Key   string `json:"key" enum:"material,method,effect,product,application"`
	Label string `json:"label"`
	Found bool   `json:"found"`
	Word  string `json:"word,omitempty" doc:"The first word that tells it"`
}

// Advice is what the coach makes of a need.
type Advice struct {
	Ready    bool      `json:"ready" doc:"Nothing that must be mended"`
	Summary  string    `json:"summary" doc:"In one sentence"`
	Elements []Element `json:"elements"`
	Remarks  []Remark  `json:"remarks" doc:"Those that must be mended first"`
}

// elements are the five, with what to ask for when one is missing.
var elements = []struct{ key, label, ask, example string }{
	{"material", "材料", "没有写到是什么材料或介质：写上牌号、来料状态或介质。", "材料是 42CrMo 锻件，调质后硬度 HB 260–290。"},
	{"method", "方法", "没有写到现在怎么做：写上工艺、工序或操作办法，试过什么。", "现在用刚玉砂轮切入磨削，水基冷却液，改过进给没有用。"},
	{"effect", "效果", "没有写到想要什么结果：写上希望提高、降低或不再发生什么。", "希望磨完不再有烧伤，返工率从 6% 降到 1% 以下。"},
	{"product", "产品", "没有写到是什么产品、零件或设备。", "产品是船用柴油机曲轴，问题出在连杆颈。"},
	{"application", "应用", "没有写到在哪里、什么条件下用：写上工位、班次、批量或环境。", "两班连续生产，每天 60 根，磨床在恒温车间。"},
}

// cues are the words of each element, the longest first.
var cues = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(configs.Text("need_elements.tsv")) {
		key, words, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		for _, w := range strings.Split(words, "；") {
			out[key] = append(out[key], zh.Fold(w))
		}
		slices.SortStableFunc(out[key], func(a, b string) int { return len(b) - len(a) })
	}
	return out
})

// maxRead is how many characters of a need are read: what matters stands before.
const maxRead = 20_000

// Firm is what is known of the enterprise beside the need's own fields.
type Firm struct {
	Names  []string // full and short names, brands
	USCC   string
	Traces []Trace // what leads to it although it is no name
}

// Trace is a pair of words, or one, that the enterprise shares with few others.
type Trace struct {
	Place string // such as 荣成; "" where Trade alone leads to it
	Trade string // such as 冷冻食品, or what its name begins with
	Peers int    // how many enterprises of the register share it, itself among them
}

// reading is a need being read.
type reading struct {
	need    *catalog.Need
	firm    Firm
	today   string
	text    string // everything, folded
	remarks []Remark
}

// Read gives advice on a need, which may be as empty as a form just opened.
func Read(need *catalog.Need, firm Firm, now time.Time) Advice {
	r := &reading{need: need, firm: firm, today: catalog.Day(now), text: wholeText(need)}
	found := r.elements()
	r.targets()
	r.frame()
	r.clarity(found)
	r.summary()
	slices.SortStableFunc(r.remarks, func(a, b Remark) int { return rank(a.Level) - rank(b.Level) })
	out := Advice{Elements: found, Remarks: append([]Remark{}, r.remarks...)}
	out.Ready = !slices.ContainsFunc(out.Remarks, func(m Remark) bool { return m.Level == Must })
	out.Summary = conclusion(out)
	return out
}

func rank(l Level) int {
	if l == Must {
		return 0
	}
	return 1
}

func conclusion(a Advice) string {
	switch {
	case len(a.Remarks) == 0:
		return "写得清楚，可以提交。"
	case a.Ready:
		return "可以提交；补上下面几点，更容易找到对的人。"
	}
	return "先改好标为“必改”的几点再提交。"
}

func (r *reading) add(m Remark) { r.remarks = append(r.remarks, m) }

// wholeText joins what a helper would read, targets included.
func wholeText(n *catalog.Need) string {
	parts := []string{n.Title, n.SummaryPublic, n.Background, n.Detail, n.Constraints, n.Attempts, n.ExpectedBenefit, strings.Join(n.Keywords, " "), strings.Join(n.Occupations, " ")}
	for _, t := range n.Targets {
		parts = append(parts, t.Name)
	}
	text := []rune(strings.Join(parts, "\n"))
	return zh.Fold(string(text[:min(len(text), maxRead)]))
}

// elements looks for each of the five.
func (r *reading) elements() []Element {
	out := []Element{}
	for _, e := range elements {
		found := Element{Key: e.key, Label: e.label}
		for _, word := range cues()[e.key] {
			if strings.Contains(r.text, word) {
				found.Found, found.Word = true, word
				break
			}
		}
		if e.key == "effect" && !found.Found && len(r.need.Targets) > 0 {
			found.Found, found.Word = true, r.need.Targets[0].Name // a wanted value is an effect
		}
		out = append(out, found)
		if !found.Found {
			r.add(Remark{Code: "element." + e.key, Level: Should, Field: "detail", Message: e.ask, Example: e.example})
		}
	}
	return out
}
