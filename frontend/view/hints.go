package view

import (
	"slices"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/internal/zh"
	"hongniang/matcher"
)

// OpenIDs keeps the ids of needs that somebody may still take up.
func OpenIDs(ids []string, docs map[string]search.Document) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		d, ok := docs[id]
		return !ok || !catalog.Sought(d.Status)
	})
}

// NeedHint is a need that suits a provider, and why.
type NeedHint struct {
	Code, Title, Region string
	Suit                Suit
}

// NewNeedHint makes a hint of a need that suits somebody.
func NewNeedHint(need *catalog.Need, s Suit) NeedHint {
	return NeedHint{Code: need.Code, Title: need.Title, Region: need.RegionCode, Suit: s}
}

// Suit says how an open need and a person go together, by public text alone and of
// nobody else.
type Suit struct {
	Fits   bool
	Label  string  // 匹配度中, 工种对得上; "" where it does not fit
	Score  float64 // of matching, 0 to 100; 0 for a trade alone
	Reason string  // a sentence: of what goes together, or what is missing
}

// NewSuit puts the judgement of one person into words; fit is empty where matching
// finds nothing that could be told. Public words are few: a need that names the
// person's trade suits him where they say too little.
func NewSuit(need *catalog.Need, e *catalog.Expert, fit []matcher.Candidate) Suit {
	trade := sharedTrade(need, e)
	switch {
	case len(fit) > 0 && fit[0].Band != matcher.Insufficient:
		return Suit{Fits: true, Label: "匹配度" + fit[0].BandLabel, Score: fit[0].Score, Reason: firstReason(fit[0])}
	case trade != "":
		return Suit{Fits: true, Label: "工种对得上", Reason: "您的工种和它要的都写着“" + trade + "”。公开的话不多，别的还看不出来，细节可以问红娘。"}
	case len(fit) > 0 && firstReason(fit[0]) != "":
		return Suit{Reason: "对得上的只有一点：" + firstReason(fit[0]) + "公开的话不多，您有办法也可以告诉红娘。"}
	}
	return Suit{Reason: "它公开的话里，没有和您的资料对得上的地方。您有办法，也可以告诉红娘。"}
}

// PausedSuit is what somebody reads who takes no cases.
func PausedSuit() Suit {
	return Suit{Reason: "您已暂停对接，恢复以后才替您看合不合适。"}
}

func firstReason(c matcher.Candidate) string {
	if len(c.Reasons) == 0 {
		return ""
	}
	return c.Reasons[0]
}

// sharedTrade is the first trade that both name; "" for none.
func sharedTrade(need *catalog.Need, e *catalog.Expert) string {
	for _, trade := range need.Occupations {
		if slices.ContainsFunc(e.Occupations, func(own string) bool { return zh.Fold(own) == zh.Fold(trade) }) {
			return trade
		}
	}
	return ""
}

// Paused tells whether a person takes no cases now.
func Paused(e *catalog.Expert, now time.Time) bool {
	a := e.Availability
	return a != nil && (!a.Accepting || a.UnavailableUntil >= now.In(beijing).Format(time.DateOnly))
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
