package search

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"hongniang/internal/catalog"
	"hongniang/internal/zh"
)

// Query is what a person's line means: see docs/query-syntax.md.
type Query struct {
	Text    string // free words, scored
	Phrases []string
	Without []string // words and phrases that must not occur
	Filters []Filter
	Notes   []string // what was read differently than typed, in Chinese
}

// Filter restricts to documents whose field has one of the values (or, with
// Negated, none), or whose number is in [Low, High].
type Filter struct {
	Field     string // a Facet, or title, person, code, keyword, trl
	Values    []string
	Low, High int // for year and trl, when Values is empty; inclusive
	Negated   bool
}

// fieldNames are the names that people may write before a colon.
var fieldNames = map[string]string{
	"kind": "kind", "种类": "kind", "type": "type", "类别": "type", "region": "region", "地区": "region",
	"industry": "industry", "行业": "industry", "field": "field", "领域": "field", "stage": "stage", "阶段": "stage", "等级": "stage",
	"honour": "honour", "荣誉": "honour", "year": "year", "年份": "year", "年": "year",
	"org": "organisation", "organisation": "organisation", "单位": "organisation",
	"title": "title", "标题": "title", "名称": "title", "person": "person", "人": "person", "姓名": "person", "作者": "person", "完成人": "person",
	"code": "code", "编号": "code", "号": "code", "keyword": "keyword", "关键词": "keyword", "trl": "trl", "成熟度": "trl",
}

// ParseQuery reads what a person typed. There is no wrong query: what cannot be
// read as a field or a phrase is searched as words, and a note says so.
func ParseQuery(typed string) Query {
	var q Query
	typed = strings.TrimSpace(strings.ToValidUTF8(typed, ""))
	if r := []rune(typed); len(r) > MaxQueryRunes {
		typed = string(r[:MaxQueryRunes])
		q.note("查询太长，只用了前 %d 个字。整段难题请用“把难题贴进来”。", MaxQueryRunes)
	}
	left := maxConditions
	for _, t := range scanQuery(typed) {
		q.take(t, &left)
	}
	q.Text = strings.TrimSpace(q.Text)
	return q
}

func (q *Query) note(format string, args ...any) {
	q.Notes = append(q.Notes, fmt.Sprintf(format, args...))
}

// maxConditions is how many values of filters a query may have: each may walk
// through all names of the index, and a person types a few.
const maxConditions = 20

// within cuts values to those that the query has left, and says so once.
func (q *Query) within(values []string, left *int) []string {
	if len(values) <= *left {
		*left -= len(values)
		return values
	}
	if *left >= 0 {
		q.note("筛选条件太多，只用了前 %d 个。", maxConditions)
	}
	values = values[:max(*left, 0)]
	*left = -1
	return values
}

// Empty tells whether the query asks for nothing: everything is then listed.
func (q *Query) Empty() bool {
	return q.Text == "" && len(q.Phrases) == 0 && len(q.Without) == 0 && len(q.Filters) == 0
}

// token is one piece of a query: [-][field:]["]text["].
type token struct {
	negated bool
	field   string
	text    string
	quoted  bool
}

func scanQuery(s string) []token {
	var out []token
	runes := []rune(s)
	if isSentence(runes) {
		for i, r := range runes {
			if isQuote(r) {
				runes[i] = ' '
			}
		}
	}
	for i := 0; i < len(runes); {
		if unicode.IsSpace(runes[i]) || runes[i] == '\u3000' {
			i++
			continue
		}
		var t token
		t, i = scanToken(runes, i)
		out = append(out, t)
	}
	return out
}

func scanToken(runes []rune, i int) (token, int) {
	var t token
	if isMinus(runes[i]) && i+1 < len(runes) && !unicode.IsSpace(runes[i+1]) && !unicode.IsDigit(runes[i+1]) {
		t.negated = true
		i++
	}
	if name, next := scanField(runes, i); name != "" {
		t.field, i = name, next
	}
	if i < len(runes) && isQuote(runes[i]) {
		j := i + 1
		for j < len(runes) && !isQuote(runes[j]) {
			j++
		}
		if j < len(runes) {
			t.text, t.quoted = string(runes[i+1:j]), true
			return t, j + 1
		}
		i++ // a quote without its other half, such as an inch sign, says nothing
	}
	j := i
	for j < len(runes) && !unicode.IsSpace(runes[j]) && runes[j] != '\u3000' && !(isQuote(runes[j]) && j > i) {
		j++
	}
	t.text = string(runes[i:j])
	return t, j
}

// isSentence tells whether punctuation stands outside quotes: who asks 户口未迁出的“外嫁女”，
// 有补偿吗？ quotes somebody and does not ask for these characters in this order.
func isSentence(runes []rune) bool {
	quoted := false
	for _, r := range runes {
		if isQuote(r) {
			quoted = !quoted
		}
		if !quoted && strings.ContainsRune("，。？！；?!", r) {
			return true
		}
	}
	return false
}

// scanField reads "name:" at i, with the spaces behind it, when the name is one
// of fieldNames.
func scanField(runes []rune, i int) (string, int) {
	for j := i; j < len(runes) && j-i <= 14; j++ {
		if runes[j] == ':' || runes[j] == '：' {
			name := fieldNames[zh.Fold(string(runes[i:j]))]
			for j++; j < len(runes) && unicode.IsSpace(runes[j]); j++ {
			}
			return name, j
		}
		if unicode.IsSpace(runes[j]) {
			break
		}
	}
	return "", i
}

func isMinus(r rune) bool { return r == '-' || r == '－' || r == '−' }

func isQuote(r rune) bool { return strings.ContainsRune("\"“”「」『』＂", r) }

func (q *Query) take(t token, left *int) {
	switch {
	case strings.TrimSpace(t.text) == "":
	case t.field != "" && q.takeFilter(t, left):
	case t.field != "":
		q.notRead(t)
	case t.negated && !hasTerms(t.text):
	case t.negated:
		q.Without = append(q.Without, t.text)
	case t.quoted && hasTerms(t.text):
		q.Phrases = append(q.Phrases, t.text)
		q.Text += " " + t.text
	default:
		q.Text += " " + t.text
	}
}

// notRead searches for the value of a filter that says nothing as for words.
func (q *Query) notRead(t token) {
	if !t.negated {
		q.note("没有认出“%s”，已当作普通词来搜。", shortened(t.text))
		q.Text += " " + t.text
	} else if hasTerms(t.text) {
		q.note("没有认出“%s”，已当作要排除的词。", shortened(t.text))
		q.Without = append(q.Without, t.text)
	}
}

// shortened cuts what a note repeats.
func shortened(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}

func hasTerms(s string) bool { return len(zh.Characters(s)) > 0 }

// takeFilter turns field:value into a filter; false when the value means
// nothing to the field. What is above maxConditions is left out.
func (q *Query) takeFilter(t token, left *int) bool {
	f := Filter{Field: t.field, Negated: t.negated}
	values := strings.FieldsFunc(t.text, func(r rune) bool { return r == ',' || r == '，' || r == '|' })
	if t.quoted || t.field == "year" || t.field == "trl" {
		values = []string{t.text}
	}
	if values = q.within(values, left); len(values) == 0 {
		return *left < 0
	}
	switch t.field {
	case "year", "trl":
		low, high, ok := parseRange(t.text)
		if !ok {
			return false
		}
		f.Low, f.High = low, high
	default:
		unread := f.read(values)
		if len(f.Values) == 0 {
			return false
		}
		for _, v := range unread {
			q.note("没有认出“%s”，已略去。", shortened(v))
		}
	}
	q.Filters = append(q.Filters, f)
	return true
}

// read adds what values mean and gives those that mean nothing.
func (f *Filter) read(values []string) (unread []string) {
	for _, v := range values {
		v = strings.TrimSpace(v)
		meant := filterValues(f.Field, v)
		if len(meant) == 0 && v != "" {
			unread = append(unread, v)
		}
		f.Values = append(f.Values, meant...)
	}
	return unread
}

// filterValues maps what a person wrote to the values in the index.
func filterValues(field, text string) []string {
	switch field {
	case "kind":
		if k, err := catalog.ParseKind(text); err == nil {
			return []string{string(k)}
		}
		return nil
	case "region":
		if code, ok := catalog.ParsePlace(text); ok {
			return []string{code}
		}
		return nil
	case "industry":
		if code, ok := catalog.ParseIndustry(text); ok {
			return catalog.IndustryScope(code)
		}
		return nil
	case "type", "field", "stage", "honour":
		return vocabularyValues(field, text)
	case "title", "person", "organisation", "code", "keyword":
		if hasTerms(text) {
			return []string{text}
		}
	}
	return nil
}

// facetVocabularies are the lists whose labels a facet's values come from.
var facetVocabularies = map[string][]string{
	"kind":   {"kind"},
	"type":   {"need_type", "result_kind", "person_kind", "studio_kind", "organisation_kind", "patent_kind"},
	"field":  {"tech_field"},
	"stage":  {"stage", "skill_level", "studio_level", "legal_status"},
	"honour": {"honour_level"},
}

func vocabularyValues(field, text string) []string {
	var out []string
	for _, name := range facetVocabularies[field] {
		if key, ok := catalog.Vocab(name).Parse(text); ok {
			out = append(out, key)
		}
	}
	return out
}

// parseRange reads >=6, <=2020, >5, <3, 6, 2018-2022, 2018..2022.
func parseRange(s string) (low, high int, ok bool) {
	s = strings.NewReplacer("≥", ">=", "≤", "<=", "年", "", "级", "", "..", "-", "~", "-").Replace(zh.Fold(s))
	number := func(t string) int {
		n, err := strconv.Atoi(strings.TrimSpace(t))
		if err != nil || n < 0 || n > 9999 {
			return -1
		}
		return n
	}
	low, high = 0, 9999
	switch {
	case strings.HasPrefix(s, ">="):
		low = number(s[2:])
	case strings.HasPrefix(s, "<="):
		high = number(s[2:])
	case strings.HasPrefix(s, ">"):
		if low = number(s[1:]); low >= 0 {
			low++
		}
	case strings.HasPrefix(s, "<"):
		high = number(s[1:]) - 1
	case strings.Contains(s, "-"):
		a, b, _ := strings.Cut(s, "-")
		low, high = number(a), number(b)
		if low > high && high >= 0 {
			low, high = high, low
		}
	default:
		low = number(s)
		high = low
	}
	return low, high, low >= 0 && high >= 0
}

// IndustryDivision gives the 2-digit division of a GB/T 4754 code, or the
// section letter when the code has no digits.
func IndustryDivision(code string) string {
	digits := strings.TrimLeft(code, "ABCDEFGHIJKLMNOPQRST")
	if len(digits) >= 2 {
		return digits[:2]
	}
	return code
}

// kindVocabularies are the lists of a facet for one kind of record; the same
// key may mean a person in one list and a studio in another.
var kindVocabularies = map[Facet]map[catalog.Kind]string{
	FacetType: {
		catalog.KindNeed: "need_type", catalog.KindResult: "result_kind", catalog.KindPatent: "patent_kind",
		catalog.KindExpert: "person_kind", catalog.KindStudio: "studio_kind", catalog.KindOrganisation: "organisation_kind",
	},
	FacetStage: {
		catalog.KindResult: "stage", catalog.KindPatent: "legal_status", catalog.KindExpert: "skill_level", catalog.KindStudio: "studio_level",
	},
}

// FacetLabel gives the Chinese label of a facet's value, in the words of the
// first of kinds that has it.
func FacetLabel(f Facet, value string, kinds ...catalog.Kind) string {
	switch f {
	case FacetRegion:
		if name := catalog.PlaceName(value); name != "" {
			return name
		}
	case FacetIndustry:
		if name := catalog.IndustryName(value); name != "" {
			return name
		}
	}
	var names []string
	for _, kind := range kinds {
		names = append(names, kindVocabularies[f][kind])
	}
	for _, name := range append(names, facetVocabularies[string(f)]...) {
		if v := catalog.Vocab(name); v.Has(value) {
			return v.Label(value)
		}
	}
	return value
}
