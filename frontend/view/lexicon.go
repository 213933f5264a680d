package view

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"hongniang/internal/errs"
	"hongniang/internal/lexicon"
	"hongniang/internal/zh"
)

// Lexicon is the page of one word list.
type Lexicon struct {
	Tabs     []Link
	List     string
	Label    string
	URL      string
	Words    bool // it is the user dictionary
	State    string
	File     string // where it lies instead, for reading only
	Text     string // in the box
	Base     int
	Note     string
	Sample   string
	Examples string
	Done     string
	Problem  string
	Lines    []LineFault
	Theirs   *Theirs
	Trial    *LexiconTrial
	History  []LexiconRevision
}

// LineFault is a faulty line with what is wrong.
type LineFault struct {
	Number     int
	Text, Says string
}

// Theirs is what somebody else saved meanwhile, beside what was typed.
type Theirs struct {
	By, At     string
	Text       string
	Their, Own lexicon.Difference
}

// LexiconRevision is one line of the history.
type LexiconRevision struct {
	Number             int
	At, By, Note, URL  string
	Added, Removed     []string
	MoreAdded, MoreOut int
}

// LexiconTrial is what a change would do.
type LexiconTrial struct {
	Change   lexicon.Difference
	Sample   string
	Now, New string // how the sample is cut, or what is also searched for
	Examples []TrialExample
}

// TrialExample is one search before and after.
type TrialExample struct {
	Query, Summary string
	Cut            bool // only how it is cut is known
	Same           bool // nothing moved
	Now, New       string
	Before, After  []TrialPlace
}

// TrialPlace is a hit with what became of it.
type TrialPlace struct {
	At                int
	Title, URL, Moved string
}

// defaultExamples are tried when nobody says what else.
const defaultExamples = "数控机床\n焊接 飞溅\n换流阀\n电主轴 异响"

// maxHistory is how many revisions are listed, and maxLines how many lines of each.
const (
	maxHistory = 20
	maxLines   = 6
)

// LexiconTyped is what was sent by the form.
type LexiconTyped struct {
	Text, Note, Sample, Examples string
	Base                         int
}

// ParseLexicon reads the form.
func ParseLexicon(form url.Values) LexiconTyped {
	base, _ := strconv.Atoi(form.Get("base")) // else 0: refused as stale, or right
	return LexiconTyped{Text: lexicon.Tidy(form.Get("text")), Note: form.Get("note"), Sample: strings.TrimSpace(form.Get("sample")), Examples: form.Get("examples"), Base: base}
}

// Queries gives the example searches, one a line.
func (t LexiconTyped) Queries() []string {
	var out []string
	for line := range strings.Lines(t.Examples) {
		if line = plainLine(line); line != "" && len(out) < lexicon.MaxExamples {
			out = append(out, Shorten(line, 60))
		}
	}
	return out
}

// BuildLexicon makes the page of what holds now; shipped is what the first revision
// was made from.
func BuildLexicon(now lexicon.Revision, history []lexicon.Revision, shipped string) Lexicon {
	v := Lexicon{List: string(now.List), Label: now.List.Label(), URL: LexiconURL(string(now.List)), Words: now.List == lexicon.Words,
		File: now.File, Text: now.Text, Base: now.Number, Examples: defaultExamples}
	switch {
	case now.File != "":
		v.State = "设置里指定了文件，请在文件里改；这里可以看，也可以试。"
	case now.Number == 0:
		v.State = "现在用的是程序自带的词表，还没有人改过。"
	default:
		v.State = fmt.Sprintf("现在是第 %d 版，%s 由%s保存。", now.Number, minute(now.At), OrText(now.By, "管理员"))
	}
	for i, r := range history {
		if i == maxHistory {
			break
		}
		line := LexiconRevision{Number: r.Number, At: minute(r.At), By: r.By, Note: r.Note, URL: v.URL + "?number=" + strconv.Itoa(r.Number)}
		before, known := shipped, r.Number == 1
		if i+1 < len(history) {
			before, known = history[i+1].Text, true
		}
		if known {
			d := lexicon.Compare(before, r.Text)
			line.Added, line.MoreAdded = few(d.Added)
			line.Removed, line.MoreOut = few(d.Removed)
		}
		v.History = append(v.History, line)
	}
	return v
}

func few(lines []string) ([]string, int) {
	n := min(len(lines), maxLines)
	return lines[:n], len(lines) - n
}

// Load puts an older revision into the box; it holds once it is saved.
func (v *Lexicon) Load(number string, history []lexicon.Revision) {
	for _, r := range history {
		if strconv.Itoa(r.Number) == number && r.Number != v.Base {
			v.Text, v.Note = r.Text, fmt.Sprintf("恢复到第 %d 版", r.Number)
			v.Done = fmt.Sprintf("框里是第 %d 版的内容，还没有保存。", r.Number)
		}
	}
}

// Keep puts back what was typed.
func (v *Lexicon) Keep(t LexiconTyped) {
	v.Text, v.Note, v.Sample = t.Text, t.Note, t.Sample
	if strings.TrimSpace(t.Examples) != "" {
		v.Examples = t.Examples
	}
}

// Refuse says why what was typed was not taken; base is the text that was edited,
// "" when it is not known any more.
func (v *Lexicon) Refuse(err error, base string, now lexicon.Revision) {
	e := errs.As(err)
	v.Problem = e.Message
	lines := strings.Split(v.Text, "\n")
	for _, f := range e.Fields {
		n, malformed := strconv.Atoi(strings.TrimPrefix(f.Field, "line."))
		if malformed == nil && n >= 1 && n <= len(lines) {
			v.Lines = append(v.Lines, LineFault{Number: n, Text: Shorten(lines[n-1], 60), Says: f.Message})
		}
	}
	if errs.Is(err, errs.Stale) {
		v.Theirs = &Theirs{By: OrText(now.By, "别人"), At: minute(now.At), Text: now.Text, Their: lexicon.Compare(base, now.Text), Own: lexicon.Compare(base, v.Text)}
		v.Base = now.Number
	}
}

// Tried shows what a trial said.
func (v *Lexicon) Tried(asked lexicon.Asked, out lexicon.Outcome) {
	t := &LexiconTrial{Change: lexicon.Compare(asked.Now, lexicon.Tidy(asked.New)), Sample: asked.Sample}
	if v.Words {
		t.Now, t.New = strings.Join(out.Cut.Before, " ／ "), strings.Join(out.Cut.After, " ／ ")
	} else if asked.Sample != "" {
		t.Now, t.New = variants(out.Cut.Before), variants(out.Cut.After)+foundWords(asked.Sample, out.Found)
	}
	for _, e := range out.Examples {
		t.Examples = append(t.Examples, trialExample(e, v.Words))
	}
	v.Trial = t
}

func variants(list []string) string {
	if len(list) == 0 {
		return "没有同义词，照原文检索"
	}
	return "还会按这些说法检索：" + strings.Join(list, "；")
}

// foundWords names the members that were found in a text.
func foundWords(sample string, found []zh.Found) string {
	runes := zh.FoldText(sample).Runes
	var out []string
	for _, f := range found {
		out = append(out, "“"+string(runes[f.From:f.To])+"”")
	}
	if len(out) == 0 {
		return ""
	}
	return "（认出 " + strings.Join(out, "、") + "）"
}

func trialExample(e lexicon.Example, cut bool) TrialExample {
	out := TrialExample{Query: e.Query, Cut: cut, Same: !e.Moved(), Summary: "没有变化"}
	if cut {
		out.Now, out.New = strings.Join(e.Cut.Before, " ／ "), strings.Join(e.Cut.After, " ／ ")
		if e.Moved() {
			out.Summary = "切法变了"
		}
		return out
	}
	gone := map[string]bool{}
	for _, p := range e.Gone {
		gone[p.ID] = true
	}
	for _, p := range e.Before {
		place := TrialPlace{At: p.At, Title: p.Title, URL: idURL(p.ID)}
		if gone[p.ID] {
			place.Moved = "掉出前十"
		}
		out.Before = append(out.Before, place)
	}
	for _, p := range e.After {
		out.After = append(out.After, TrialPlace{At: p.At, Title: p.Title, URL: idURL(p.ID), Moved: movedText(p)})
	}
	if e.Moved() {
		out.Summary = fmt.Sprintf("结果 %s 条 → %s 条", Thousands(e.Totals[0]), Thousands(e.Totals[1]))
	}
	return out
}

func movedText(p lexicon.Place) string {
	switch {
	case p.Was == 0:
		return "新进前十"
	case p.Was > p.At:
		return fmt.Sprintf("升 %d 位", p.Was-p.At)
	case p.Was < p.At:
		return fmt.Sprintf("降 %d 位", p.At-p.Was)
	}
	return ""
}

// idURL is the page of a document's id, kind/code.
func idURL(id string) string {
	kind, code, _ := strings.Cut(id, "/")
	return "/" + kind + "s/" + url.PathEscape(code)
}
