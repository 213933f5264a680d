package view

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"hongniang/internal/catalog"
)

// CompareURL is the page on which records stand side by side.
const CompareURL = "/compare"

// MaxCompared is how many stand side by side at most; a phone scrolls sideways.
const MaxCompared = 4

// Comparison is several things side by side, one column each.
type Comparison struct {
	Heads []CompareHead
	Rows  []CompareRow
	Rest  []Section // what only one of them says, for each that does
}

// CompareHead is the top of a column.
type CompareHead struct {
	Link
	Label     string
	Introduce string // where a broker introduces it; "" for others
}

// CompareRow is one point of a comparison; Same tells that all say the same.
type CompareRow struct {
	Label string
	Cells []Item
	Same  bool
}

// ParseCompared reads the ids (kind/code) of an address, each once, at most
// MaxCompared; what is no id is left out.
func ParseCompared(v url.Values) []string {
	var out []string
	for _, id := range v["id"] {
		kind, code, ok := strings.Cut(id, "/")
		if _, err := catalog.ParseKind(kind); !ok || err != nil || code == "" || len(code) > 60 || slices.Contains(out, id) {
			continue
		}
		if out = append(out, id); len(out) == MaxCompared {
			break
		}
	}
	return out
}

// CompareRecords puts the pages of records side by side, field by field in the
// order of the first that has the field. Fields that only one of several has stand
// apart: there is nothing to compare, and the table would be half empty.
func CompareRecords(records []Record) Comparison {
	var out Comparison
	var labels []string
	cells := map[string][]Item{}
	for i, r := range records {
		out.Heads = append(out.Heads, CompareHead{Link: Link{Text: r.Title, URL: RecordURL(r.Kind, r.Code)}, Label: r.Label, Introduce: r.Introduce})
		for _, s := range r.Sections {
			for _, it := range s.Items {
				if cells[it.Label] == nil {
					labels = append(labels, it.Label)
					cells[it.Label] = make([]Item, len(records))
				}
				cells[it.Label][i] = briefly(it)
			}
		}
	}
	rest := make([]Section, len(records))
	for _, label := range labels {
		if i := lonely(cells[label]); i >= 0 && len(records) > 1 {
			rest[i].Items = append(rest[i].Items, cells[label][i])
			continue
		}
		out.Rows = append(out.Rows, CompareRow{Label: label, Cells: cells[label], Same: len(records) > 1 && same(cells[label])})
	}
	for i, r := range records {
		if rest[i].Title = "只有“" + r.Title + "”写了的"; len(rest[i].Items) > 0 {
			pair(rest[i].Items)
			out.Rest = append(out.Rest, rest[i])
		}
	}
	return out
}

// briefly cuts long texts: the whole is one click away.
func briefly(it Item) Item {
	const most = 240
	texts := make([]string, 0, len(it.Text))
	for _, t := range it.Text {
		texts = append(texts, Shorten(t, most))
	}
	it.Text = texts
	return it
}

// lonely is the only column of a row that says anything; -1 when there are more.
func lonely(cells []Item) int {
	at := -1
	for i, c := range cells {
		if c.says() && at >= 0 {
			return -1
		} else if c.says() {
			at = i
		}
	}
	return at
}

func same(cells []Item) bool {
	first := fmt.Sprint(cells[0].Text, cells[0].List, cells[0].Links, cells[0].Table)
	return !slices.ContainsFunc(cells[1:], func(c Item) bool { return fmt.Sprint(c.Text, c.List, c.Links, c.Table) != first })
}

// CompareCandidates puts candidates of a need side by side: how strong, why,
// what speaks against them, and by what.
func CompareCandidates(cs []Candidate) Comparison {
	var out Comparison
	rows := []struct {
		label string
		of    func(Candidate) Item
	}{
		{"匹配度", func(c Candidate) Item {
			return Item{Text: []string{fmt.Sprintf("%s（%d 分）", c.BandLabel, c.Score)}}
		}},
		{"是谁", func(c Candidate) Item { return textItem(c.Subtitle) }},
		{"理由", func(c Candidate) Item { return Item{List: slices.Concat(c.Reasons, c.MoreReasons)} }},
		{"顾虑", func(c Candidate) Item { return Item{List: c.Warnings} }},
		{"依据", func(c Candidate) Item { return Item{List: evidenceTexts(c.Evidence)} }},
		{"简介", func(c Candidate) Item { return textItem(c.Summary) }},
	}
	for _, c := range cs {
		out.Heads = append(out.Heads, CompareHead{Link: Link{Text: c.Title, URL: c.URL}, Label: c.Label, Introduce: c.Introduce})
	}
	for _, r := range rows {
		row := CompareRow{Label: r.label}
		for _, c := range cs {
			row.Cells = append(row.Cells, r.of(c))
		}
		if slices.ContainsFunc(row.Cells, Item.says) {
			out.Rows = append(out.Rows, row)
		}
	}
	return out
}

func textItem(text string) Item {
	if text == "" {
		return Item{}
	}
	return Item{Text: []string{text}}
}

func evidenceTexts(evidence []Evidence) []string {
	var out []string
	for _, e := range evidence {
		title := e.Label + "《" + e.Title + "》"
		if e.Self {
			title = "本人资料"
		}
		out = append(out, title+"："+strings.Join(e.Terms, "、"))
	}
	return out
}

// Empty tells whether there is nothing to show.
func (it Item) Empty() bool { return !it.says() }

// CompareBack leads from a comparison back to the search that it came from: the
// address of a page of results, or the search itself for any other.
func CompareBack(address string) Link {
	if !strings.HasPrefix(address, "/search?") || len(address) > 2000 {
		return Link{Text: "检索", URL: "/search"}
	}
	return Link{Text: "回到检索结果", URL: address}
}
