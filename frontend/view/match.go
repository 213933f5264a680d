package view

import (
	"fmt"
	"math"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/matcher"
)

// Bounds of a pasted need.
const (
	reasonsShown = 3       // reasons of a candidate that are not folded away
	NeedTop      = 8       // candidates a list
	minNeed      = 6       // runes: below it there is nothing to go by
	maxPasted    = 100_000 // runes; matcher.MaxNeedRunes are read of it
	maxTitle     = 120     // runes
	tooMany      = 0.02    // share of unreadable characters above which a text is a file
)

// Match is the page of the pasted need.
type Match struct {
	Box    NeedBox
	Answer *Answer
}

// NeedBox is the form for pasting a need.
type NeedBox struct {
	Title    string
	Text     string
	Problem  string // what is wrong with the text; it is kept
	Examples []Link
	Max      int
}

// NewNeedBox makes the form with a text in it.
func NewNeedBox(text string) NeedBox {
	b := NeedBox{Text: text, Max: matcher.MaxNeedRunes}
	for i, e := range exampleNeeds {
		b.Examples = append(b.Examples, Link{Text: e.name, URL: fmt.Sprintf("/match?example=%d", i+1)})
	}
	return b
}

// exampleNeeds are texts that a newcomer may try without typing.
var exampleNeeds = []struct{ name, text string }{
	{"电主轴异响", "我厂加工中心的电主轴转速上到 18000 转以后温升快、有异响，径向跳动超过 0.02mm，返厂维修一次要两个多月，想找能在现场修复电主轴、恢复精度的师傅。"},
	{"换流阀积灰", "换流站阀厅里换流阀积灰严重，停电检修时间短，人工擦拭效率低，还容易碰坏元件，希望有安全、高效的清灰办法和工具。"},
	{"曲轴磨削振纹", "曲轴连杆颈磨削后表面有振纹，粗糙度达不到 Ra0.4，砂轮修整频繁，合格率只有 85%，希望改进磨削工艺、提高一次合格率。"},
}

// ExampleNeed gives the text of the n-th example, from 1.
func ExampleNeed(n int) (string, bool) {
	if n < 1 || n > len(exampleNeeds) {
		return "", false
	}
	return exampleNeeds[n-1].text, true
}

// Bands shows every band that a match may have, strongest first.
func Bands() []Candidate {
	var out []Candidate
	for _, b := range []matcher.Band{matcher.VeryHigh, matcher.High, matcher.Medium, matcher.Low} {
		out = append(out, Candidate{Band: b, BandLabel: b.Label(), Level: bandLevels[b]})
	}
	return out
}

// Pasted is a need as it came in.
type Pasted struct {
	Title string
	Text  string
}

// ParseNeed reads the form. A text that cannot be matched gives an error of
// kind Invalid or TooLarge; pasted is filled all the same, to be shown again.
func ParseNeed(v url.Values) (Pasted, error) {
	raw := v.Get("text")
	p := Pasted{Title: plainLine(v.Get("title")), Text: readable(raw)}
	if utf8.RuneCountInString(p.Title) > maxTitle {
		p.Title = string([]rune(p.Title)[:maxTitle])
	}
	n := utf8.RuneCountInString(p.Text)
	switch {
	case strings.TrimSpace(p.Text) == "" && strings.TrimSpace(raw) == "":
		return p, errs.New(errs.Invalid, "need.empty", "还没有写难题。请把遇到的问题贴进来，一两句话也可以。")
	case binary(raw):
		return p, errs.New(errs.Invalid, "need.binary", "贴进来的不是文字，像是文件的内容。请打开文件，复制里面的文字再贴进来。")
	case n > maxPasted:
		return p, errs.New(errs.TooLarge, "need.too_large", fmt.Sprintf("内容太长（%s 字），最多 %s 字。文字还在下面的框里，请只留下说明问题的部分。", Thousands(n), Thousands(maxPasted)))
	case letters(p.Text) < minNeed:
		return p, errs.New(errs.Invalid, "need.too_short", fmt.Sprintf("写得太短，还看不出要解决什么。请至少写 %d 个字：什么设备或工艺，出了什么问题，想达到什么效果。", minNeed))
	}
	return p, nil
}

// readable makes a text fit to be shown and kept: valid UTF-8, line ends as \n,
// no control characters.
func readable(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}

// binary tells whether a text is the content of a file: one NUL, or more than a
// few bytes that no text has.
func binary(s string) bool {
	bad, all := 0, 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		all++
		switch {
		case r == 0:
			return true
		case r == utf8.RuneError, unicode.IsControl(r) && !strings.ContainsRune("\n\r\t\f", r):
			bad++
		}
	}
	return bad > 3 && float64(bad) > tooMany*float64(all)
}

// letters counts what carries meaning.
func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			n++
		}
	}
	return n
}

// Request is what the matcher is asked.
func (p Pasted) Request() matcher.Request {
	return matcher.Request{Title: p.Title, Text: p.Text, Top: NeedTop}
}

// Answer shows an answer: documents and people beside each other.
type Answer struct {
	Summary   string
	Notes     []string
	Documents CandidateList
	People    CandidateList
	Failed    string // why there is no answer
	Judged    bool   // its candidates have verdict forms
}

// CandidateList is one column of an answer.
type CandidateList struct {
	ID    string // anchor
	Title string
	Items []Candidate
	None  string // what to say when nobody fits
	// Nearest are hints where nobody fits.
	Nearest []Candidate
	// Folded are judged wrong for this need.
	Folded []Candidate
}

// Candidate is one candidate with its reasons.
type Candidate struct {
	URL       string
	Code      string
	Kind      catalog.Kind
	Label     string
	Title     string
	Subtitle  string
	Summary   string
	Band      matcher.Band
	BandLabel string
	Level     int // 4 is 极高, 1 is 低, 0 is 不足
	Score     int
	Reasons   []string
	// MoreReasons are folded away with the evidence.
	MoreReasons []string
	Evidence    []Evidence
	Warnings    []string
	Introduce   string       // where a broker introduces it; "" for others
	Verdict     *VerdictForm // nil for who does not judge
	// Pick is the id by which it is chosen to be compared on a matching desk, and
	// Picked tells whether it is; "" elsewhere.
	Pick   string
	Picked bool
}

// Evidence is one document that speaks for a candidate.
type Evidence struct {
	URL   string
	Label string
	Title string
	Terms []string
	Place string
	Share string
	Self  bool // the evidence is the candidate's own text
}

var bandLevels = map[matcher.Band]int{matcher.VeryHigh: 4, matcher.High: 3, matcher.Medium: 2, matcher.Low: 1}

// BuildAnswer makes both columns of an answer.
func BuildAnswer(a matcher.Answer) Answer {
	return Answer{
		Summary: a.Summary, Notes: a.Notes,
		Documents: buildCandidates(CandidateList{ID: "documents", Title: "可用的成果与专利", None: "没有单独对得上的成果或专利"}, a.Documents, nearest(a, false)),
		People:    buildCandidates(CandidateList{ID: "people", Title: "能帮忙的人与工作室", None: "没有合适的人选"}, a.People, nearest(a, true)),
	}
}

// nearest keeps the hints of one column.
func nearest(a matcher.Answer, people bool) []matcher.Candidate {
	var out []matcher.Candidate
	for _, c := range a.Nearest {
		if people == (c.Kind == catalog.KindExpert || c.Kind == catalog.KindStudio) {
			out = append(out, c)
		}
	}
	return out
}

// buildCandidates fills a list with the candidates that are shown as matches,
// or where there is none with the hints.
func buildCandidates(l CandidateList, cs, hints []matcher.Candidate) CandidateList {
	for _, c := range cs {
		if bandLevels[c.Band] > 0 {
			l.Items = append(l.Items, BuildCandidate(c))
		}
	}
	if len(l.Items) > 0 {
		return l
	}
	for _, c := range hints {
		l.Nearest = append(l.Nearest, BuildCandidate(c))
	}
	return l
}

// BuildCandidate makes one candidate.
func BuildCandidate(c matcher.Candidate) Candidate {
	v := Candidate{
		URL: RecordURL(c.Kind, c.Code), Kind: c.Kind, Label: KindLabel(c.Kind), Title: c.Title, Subtitle: c.Subtitle, Summary: Shorten(c.Summary, 90),
		Code: c.Code,
		Band: c.Band, BandLabel: OrText(c.BandLabel, c.Band.Label()), Level: bandLevels[c.Band], Score: int(math.Round(c.Score)), Reasons: c.Reasons,
	}
	if len(c.Reasons) > reasonsShown {
		v.Reasons, v.MoreReasons = c.Reasons[:reasonsShown], c.Reasons[reasonsShown:]
	}
	for _, e := range c.Evidence {
		v.Evidence = append(v.Evidence, Evidence{
			URL: RecordURL(e.Kind, e.Code), Label: KindLabel(e.Kind), Title: e.Title, Terms: e.Terms, Place: e.Place,
			Share: percent(e.Share), Self: e.Kind == c.Kind && e.Code == c.Code,
		})
	}
	for _, w := range c.Warnings {
		v.Warnings = append(v.Warnings, w.Message)
	}
	return v
}

// percent writes a share of at least one in a hundred.
func percent(share float64) string {
	n := int(math.Round(share * 100))
	if n < 1 {
		return ""
	}
	return fmt.Sprintf("%d%%", min(n, 100))
}
