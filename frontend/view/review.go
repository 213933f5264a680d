package view

import (
	"strconv"
	"time"

	"hongniang/internal/catalog"
)

// Review is the page of what waits to be published.
type Review struct {
	Done    string
	Problem string
	Items   []ReviewItem
	Total   int // of everything that waits
	Pager   Pager
}

// reviewPage is how many records the page lists: what is reviewed goes, so most
// people never see a second one.
const reviewPage = 50

// ReviewItem is one record that somebody handed in.
type ReviewItem struct {
	URL, Edit, Title, Code, Kind, Since, Post string
	Rev                                       int64
	Facts                                     []string
	Need                                      bool // a need: it is returned with a reason
	Change                                    bool // a published need whose firm wants other public words
}

// BuildReview makes page n of what waits, from 1; behind the last it is the last.
func BuildReview(recs []catalog.Record, n int, now time.Time) Review {
	v := Review{Total: len(recs), Pager: NewPager(n, (len(recs)+reviewPage-1)/reviewPage, func(n int) string {
		if n == 1 {
			return ReviewURL
		}
		return ReviewURL + "?page=" + strconv.Itoa(n)
	})}
	from := (v.Pager.Page - 1) * reviewPage
	for _, rec := range recs[from:min(from+reviewPage, len(recs))] {
		v.Items = append(v.Items, reviewItem(rec, now))
	}
	return v
}

func reviewItem(rec catalog.Record, now time.Time) ReviewItem {
	m := rec.Base()
	it := ReviewItem{
		URL: RecordURL(rec.Kind(), m.Code), Title: rec.Heading(), Code: m.Code, Kind: KindLabel(rec.Kind()), Since: sinceText(m.UpdatedAt, now) + "交来", Rev: m.Rev,
		Post: ReviewURL + "/" + string(rec.Kind()) + "/" + m.Code,
	}
	if place := catalog.PlaceName(m.RegionCode); place != "" {
		it.Facts = append(it.Facts, place)
	}
	if need, ok := rec.(*catalog.Need); ok {
		it.Need, it.Edit, it.Post = true, EditNeedURL(m.Code), NeedStepsURL(m.Code)
		if it.Change = need.Status != "submitted" && need.Pending != nil; it.Change {
			it.Facts = append(it.Facts, "修改公开内容")
		}
		if need.EnterpriseName != "" {
			it.Facts = append(it.Facts, need.EnterpriseName)
		}
		if need.Deadline != "" {
			it.Facts = append(it.Facts, "希望 "+need.Deadline+" 前解决")
		}
	}
	return it
}

func reviewLines(recs []catalog.Record, now time.Time) []WorkLine {
	var out []WorkLine
	for _, rec := range recs[:min(len(recs), todayShown)] {
		it := reviewItem(rec, now)
		out = append(out, WorkLine{URL: it.URL, Title: it.Title, Kind: it.Kind, Facts: append([]string{it.Code, it.Since}, it.Facts...)})
	}
	return out
}
