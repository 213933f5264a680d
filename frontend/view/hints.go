package view

import (
	"slices"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// OpenIDs keeps the ids of needs that somebody may still take up.
func OpenIDs(ids []string, docs map[string]search.Document) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		d, ok := docs[id]
		return !ok || !catalog.Sought(d.Status)
	})
}

// NewNeedHint makes a hint of a need of which somebody is judged to be a candidate:
// how well it fits, and the sentence that says why.
func NewNeedHint(need *catalog.Need, c matcher.Candidate) NeedHint {
	h := NeedHint{Code: need.Code, Title: need.Title, Region: need.RegionCode, Band: c.BandLabel, Score: c.Score}
	if len(c.Reasons) > 0 {
		h.Reason = c.Reasons[0]
	}
	return h
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

// AsAvailable gives a record as it is today: of a person who paused, that he takes no
// cases, and nothing of a pause that is over.
func AsAvailable(rec catalog.Record, now time.Time) catalog.Record {
	e, person := rec.(*catalog.Expert)
	if !person || e.Availability == nil || e.Availability.UnavailableUntil == "" {
		return rec
	}
	out, a := *e, *e.Availability
	if a.UnavailableUntil >= now.In(beijing).Format(time.DateOnly) {
		a.Accepting = false
	} else {
		a.UnavailableUntil = ""
	}
	out.Availability = &a
	return &out
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
