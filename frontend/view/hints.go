package view

import (
	"slices"
	"strings"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

// ProfileClauses says what a person is good at as a weighted question to the
// index of needs; none when he says nothing.
func ProfileClauses(e *catalog.Expert) []search.Clause {
	var out []search.Clause
	add := func(text string, weight float64) {
		if text = strings.TrimSpace(text); text != "" {
			out = append(out, search.Clause{Text: Shorten(text, 2000), Weight: weight})
		}
	}
	add(e.Expertise, 1)
	for _, s := range e.UniqueSkills {
		add(s.Name+" "+s.Text, 1)
	}
	add(strings.Join(e.Equipment, " "), 1)
	add(strings.Join(e.Keywords, " "), 1.5)
	return out
}

// OpenIDs keeps the ids of needs that somebody may still take up.
func OpenIDs(ids []string, docs map[string]search.Document) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		d, ok := docs[id]
		return !ok || !catalog.Sought(d.Status)
	})
}

// hintTerms is how many shared words a hint names, and how few runes a word has
// that says something.
const (
	hintTerms = 3
	minTerm   = 2
)

// BuildNeedHints makes hints of needs with the words that speak for them; a need
// that shares no whole word is none.
func BuildNeedHints(ids []string, docs map[string]search.Document, why map[string]search.Explanation) []NeedHint {
	var out []NeedHint
	for _, id := range ids {
		d := docs[id]
		h := NeedHint{Code: d.Code, Title: d.Title, Region: d.Region}
		for _, t := range why[id].Terms {
			if len([]rune(t.Term)) >= minTerm && len(h.Terms) < hintTerms {
				h.Terms = append(h.Terms, t.Term)
			}
		}
		if len(h.Terms) > 0 {
			out = append(out, h)
		}
	}
	return out
}

// ReadPause reads until which day somebody takes no cases, "" when he did not say.
// A day that is no day, or not to come, is refused.
func ReadPause(until string, now time.Time) (string, error) {
	if until == "" {
		return "", nil
	}
	if _, err := time.Parse(time.DateOnly, until); err != nil || until <= now.In(beijing).Format(time.DateOnly) {
		return "", errs.New(errs.Invalid, "availability.until", "请选今天以后的日期；不填就一直暂停，到您自己恢复为止。")
	}
	return until, nil
}

// SetAvailability switches whether a person takes cases. A pause until a day ends
// by itself; switching on ends any pause, and either way his data count as
// confirmed today.
func SetAvailability(e *catalog.Expert, accepting bool, until string, now time.Time) {
	a := catalog.Availability{}
	if e.Availability != nil {
		a = *e.Availability
	}
	a.Accepting, a.UnavailableUntil = accepting, ""
	if !accepting && until != "" {
		a.Accepting, a.UnavailableUntil = true, until
	}
	e.Availability, e.LastConfirmedAt = &a, now.In(beijing).Format(time.DateOnly)
}

// StateItems says in words how the index does.
func StateItems(status search.Status, err error, version string) []Item {
	item := func(label, text string) Item { return Item{Label: label, Text: []string{text}} }
	out := []Item{item("程序版本", OrText(version, "开发版"))}
	if err != nil {
		return append(out, item("检索", "暂时不可用："+errs.As(err).Message))
	}
	state := "正常"
	if status.Rebuilding {
		state = "正在重建，期间照常可用"
	}
	memory := "在内存里，回答快"
	if status.Slow {
		memory = "没有放进内存，回答会慢；请检查内存设置"
	}
	return append(out, item("检索", state), item("检索库里的资料", Thousands(status.Documents)+" 条"), item("检索库", memory), item("已处理到变更", "第 "+Thousands(int(status.Checkpoint))+" 条"))
}
