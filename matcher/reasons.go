package matcher

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

const (
	shownTerms    = 5
	shownVoices   = 3
	shownSummary  = 160 // runes
	leastTermPart = 0.04
)

// present puts the best of found candidates into words, as many as are asked
// for: in the place of those of whom nothing can be told come the next.
func (m *Matcher) present(ctx context.Context, r request, list []found) ([]Candidate, error) {
	out := []Candidate{}
	for len(out) < r.Top && len(list) > 0 {
		n := min(len(list), r.Top-len(out))
		more, err := m.told(ctx, r, list[:n])
		if err != nil {
			return nil, err
		}
		out, list = append(out, more...), list[n:]
	}
	for i := range out {
		out[i].Rank = i + 1
	}
	return out, nil
}

// told puts those candidates into words of whom anything can be told.
func (m *Matcher) told(ctx context.Context, r request, list []found) ([]Candidate, error) {
	docs, err := m.Engine.Documents(ctx, idsOf(list))
	if err != nil {
		return nil, err
	}
	why, err := m.explain(ctx, r.Request, docs)
	if err != nil {
		return nil, err
	}
	var out []Candidate
	for _, f := range list {
		if _, ok := docs[f.id]; !ok {
			continue // a vote for somebody who has no public record, or removed since
		}
		c := m.candidate(r, f, docs, why)
		if len(c.Evidence) == 0 {
			continue // nothing that a person could be told: pieces of words that meet by chance
		}
		out = append(out, c)
	}
	return out, nil
}

// explain asks why each document scored, people by their profile's scoring.
func (m *Matcher) explain(ctx context.Context, r Request, docs map[string]search.Document) (map[string]search.Explanation, error) {
	var documents, profiles []string
	for id, doc := range docs {
		if isProfile(doc.Kind) {
			profiles = append(profiles, id)
		} else {
			documents = append(documents, id)
		}
	}
	out, err := m.Engine.Explain(ctx, m.weights().documents(r, nil, 1), documents)
	if err != nil {
		return nil, err
	}
	more, err := m.Engine.Explain(ctx, m.weights().profiles(r, catalog.KindExpert, 1), profiles)
	maps.Copy(out, more)
	return out, err
}

func isProfile(kind catalog.Kind) bool {
	return kind == catalog.KindExpert || kind == catalog.KindStudio
}

// idsOf lists the candidates and the documents that speak for them.
func idsOf(list []found) []string {
	var out []string
	for _, f := range list {
		out = append(out, f.id)
		for _, v := range f.voices[:min(shownVoices, len(f.voices))] {
			out = append(out, v.id)
		}
	}
	return out
}

func (m *Matcher) candidate(r request, f found, docs map[string]search.Document, why map[string]search.Explanation) Candidate {
	doc := docs[f.id]
	band := BandOf(f.chance)
	c := Candidate{
		Kind: f.kind, Code: doc.Code, Title: doc.Title, Subtitle: subtitle(doc), Summary: cut(doc.Summary, shownSummary),
		Score: points(f.chance), Band: band, BandLabel: band.Label(), Reasons: []string{}, Evidence: []Evidence{},
		Warnings: m.warnings(r, doc),
	}
	if own := evidence(doc, why[f.id]); f.own > 0 && len(own.Terms) > 0 {
		own.Share = part(f.own, f.total)
		c.Evidence = append(c.Evidence, own)
	}
	c.Evidence = append(c.Evidence, m.voiceEvidence(f, docs, why)...)
	c.Reasons = reasons(doc, c.Evidence)
	return c
}

// voiceEvidence is what the candidate's documents answer.
func (m *Matcher) voiceEvidence(f found, docs map[string]search.Document, why map[string]search.Explanation) []Evidence {
	var out []Evidence
	for i, v := range f.voices[:min(shownVoices, len(f.voices))] {
		doc, ok := docs[v.id]
		if !ok {
			continue
		}
		e := evidence(doc, why[v.id])
		if i < bestDocuments {
			e.Share = part(m.weights().Vote*v.strength/bestDocuments, f.total)
		}
		if len(e.Terms) > 0 {
			out = append(out, e)
		}
	}
	return out
}

func part(of, whole float64) float64 {
	if whole <= 0 {
		return 0
	}
	return min(1, of/whole)
}

// evidence names the terms that a document answers and where they stand.
func evidence(doc search.Document, why search.Explanation) Evidence {
	e := Evidence{Kind: doc.Kind, Code: doc.Code, Title: doc.Title, Terms: []string{}}
	title, body := false, false
	for _, t := range why.Terms {
		if len(e.Terms) == shownTerms || t.Score < leastTermPart*why.Score {
			break
		}
		if saysNothing(t.Term) {
			continue
		}
		e.Terms = append(e.Terms, t.Term)
		title, body = title || t.Title, body || !t.Title
	}
	switch {
	case title && body:
		e.Place = "标题和正文"
	case title:
		e.Place = "标题"
	default:
		e.Place = "正文"
	}
	return e
}

// measure is a unit, an amount with its unit or a decimal fraction: mg/m³, 0.5mm, 0.06.
// A whole number without unit may be a material or a model: 304, 6061.
var measure = regexp.MustCompile(`^(?:[0-9]+\.[0-9]+|` +
	`(?:[0-9]+(?:[./~～-][0-9]+)*)?` + // an amount
	`(?:mm|cm|km|μm|um|nm|ml|kg|mg|[mk]pa|kwh?|min|ms|db|℃|%|‰|` +
	`(?:m|mm|m[³3]|mg|kg|g|r|l|℃)/(?:m[²³23]|l|min|s|h|kg|t)))$`)

// fillers are words that the segmenter takes for content but that every problem
// uses: to be told that both texts say 小时 helps nobody.
var fillers = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`
		一种 一次 一台 一件 一年 一夜 一边 一道 一道道 两个 两头 两次 两天 两人 三个 三台 每次 每天 每月 每年 平均 唯一
		小时 分钟 时间 半天 万元 次数 左右 以上 以下 中间 超过 不到 低于 小于 降到 几百公里
		出来 下来 下去 还是 就是 只能 只有 没有 不能 不了 不停 不知 怎么 多少 全是 全靠 自己 做过 办法 要求 目标 公司 客户
		师傅 老师傅 徒弟 工人 严重 经常 容易 出现 想找`) {
		out[w] = true
	}
	return out
}()

// saysNothing tells a term that no person would take for a reason: a unit, a
// measured amount, a short bare number, a word that every problem uses.
func saysNothing(term string) bool {
	if len(term) <= 2 && (strings.Trim(term, "0123456789") == "" || strings.Trim(term, "abcdefghijklmnopqrstuvwxyz%") == "") {
		return true
	}
	return fillers[term] || measure.MatchString(term)
}

// reasons puts evidence into sentences that can be said on the phone.
func reasons(doc search.Document, evidence []Evidence) []string {
	self, tie := "本人", "参与"
	if doc.Kind == catalog.KindStudio {
		self, tie = "工作室", "工作室"
	}
	out := []string{}
	for _, e := range evidence {
		terms := "“" + strings.Join(e.Terms, "”“") + "”"
		switch {
		case e.Code == doc.Code && (doc.Kind == catalog.KindExpert || doc.Kind == catalog.KindStudio):
			out = append(out, fmt.Sprintf("%s简介写到%s，难题里也有。", self, terms))
		case e.Code == doc.Code:
			out = append(out, fmt.Sprintf("%s写到%s，难题里也有。", e.Place, terms))
		default:
			out = append(out, fmt.Sprintf("%s的%s《%s》在%s里写到%s。", tie, catalog.Vocab("kind").Label(string(e.Kind)), e.Title, e.Place, terms))
		}
	}
	if len(doc.HonourNames) > 0 && len(out) > 0 {
		out = append(out, "荣誉："+strings.Join(doc.HonourNames[:min(3, len(doc.HonourNames))], "、")+"。")
	}
	return out
}

// subtitle is organisation, type and place in one line.
func subtitle(doc search.Document) string {
	var parts []string
	if len(doc.Orgs) > 0 {
		parts = append(parts, doc.Orgs[0])
	}
	for _, t := range doc.Types[:min(2, len(doc.Types))] {
		parts = append(parts, search.FacetLabel(search.FacetType, t, doc.Kind))
	}
	if doc.Stage != "" {
		parts = append(parts, search.FacetLabel(search.FacetStage, doc.Stage, doc.Kind))
	}
	if place := catalog.PlaceName(doc.Region); place != "" {
		parts = append(parts, place)
	}
	return strings.Join(distinct(parts), " · ") // a 首席技师 may be so by kind and by level
}

// distinct keeps the first of what is said twice.
func distinct(parts []string) []string {
	var out []string
	for _, p := range parts {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// summary says in one sentence what was found.
func summary(r Request, a Answer) string {
	wantsPeople := len(r.asked(peopleKinds)) > 0
	wantsDocuments := len(r.asked(documentKinds)) > 0
	var parts []string
	if wantsPeople {
		parts = append(parts, some(len(a.People), "位（家）可能帮得上的人选或工作室", "没有合适的人选"))
	}
	if wantsDocuments {
		parts = append(parts, some(len(a.Documents), "项相关成果或专利", "没有单独对得上的成果或专利"))
	}
	out := strings.Join(parts, "，") + "。"
	if len(a.People)+len(a.Documents) == 0 {
		out += "可以补充设备、材料、工艺或指标再试；也可以发布为需求，由工会人员继续寻找。"
	}
	return out
}

func some(n int, what, none string) string {
	if n == 0 {
		return none
	}
	return fmt.Sprintf("找到 %d %s", n, what)
}
