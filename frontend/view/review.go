package view

import (
	"strconv"
	"strings"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/coach"
	"hongniang/internal/search"
)

// Review is the page of what waits to be published.
type Review struct {
	Done    string
	Problem string
	Items   []ReviewItem
	Total   int // of everything that waits
	Pager   Pager
}

// pageOfWork is how many records a page of work lists: what is done goes, so most
// never see a second page.
const pageOfWork = 50

// ReviewItem is one record that somebody handed in.
type ReviewItem struct {
	URL, Edit, Title, Code, Kind, Since, Post string
	Rev                                       int64
	Facts                                     []string
	Need                                      bool // a need: it is returned with a reason
	Here                                      bool // on the page of the record itself
	Public                                    *PublicWords
	Change                                    bool // a published need whose firm wants other public words
}

// PublicWords is what everybody reads of a record once it is published.
type PublicWords struct {
	Title, Summary, Keywords string
	Facts                    []Item   // the rest of what the public view shows
	Hidden                   string   // said instead when nobody else ever sees it
	Warnings                 []string // what gives a firm away
}

// NeedCheck says what of the public words of a need gives its firm away.
type NeedCheck func(*catalog.Need) []coach.Remark

// WaitingFacts are what the page of what waits is made of.
type WaitingFacts struct {
	Records []catalog.Record // as a list has them, cut down
	Page    int              // from 1; behind the last it is the last
	Now     time.Time
	// Whole reads one of the records whole; nil when it is gone or cannot be read now.
	Whole func(catalog.Record) catalog.Record
	Check NeedCheck
}

// BuildReview makes a page of what waits.
func BuildReview(f WaitingFacts) Review {
	shown, pager := paged(f.Records, f.Page, ReviewURL)
	v := Review{Total: len(f.Records), Pager: pager}
	for _, rec := range shown {
		it := reviewItem(rec, f.Now)
		if whole := f.Whole(rec); whole != nil {
			it.show(whole, f.Check)
		}
		v.Items = append(v.Items, it)
	}
	return v
}

// paged gives a page of a list, from 1, whose first page is at an address.
func paged[T any](list []T, page int, address string) ([]T, Pager) {
	p := NewPager(page, (len(list)+pageOfWork-1)/pageOfWork, func(n int) string {
		if n == 1 {
			return address
		}
		return address + "?page=" + strconv.Itoa(n)
	})
	from := (p.Page - 1) * pageOfWork
	return list[from:min(from+pageOfWork, len(list))], p
}

// show puts what becomes public on the card. A change has a form that shows old
// beside new.
func (it *ReviewItem) show(whole catalog.Record, check NeedCheck) {
	if it.Change {
		return
	}
	it.Public = publicWords(whole)
	if need, ok := whole.(*catalog.Need); ok && it.Public.Hidden == "" {
		it.Public.warn(check(need))
	}
}

// ReviewHere is the card of a record that waits, on the page of the record.
func ReviewHere(rec catalog.Record, now time.Time, check NeedCheck) *ReviewItem {
	it := reviewItem(rec, now)
	it.Here = true
	it.show(rec, check)
	return &it
}

func publicWords(rec catalog.Record) *PublicWords {
	shown, ok := catalog.Preview(rec)
	if !ok {
		return &PublicWords{Hidden: HiddenBecause(rec)}
	}
	d, _ := search.FromRecord(shown)
	out := &PublicWords{Title: shown.Heading(), Summary: d.Summary, Keywords: strings.Join(d.Keywords, "、")}
	need, ok := shown.(*catalog.Need)
	if !ok {
		return out
	}
	out.Summary = need.SummaryPublic
	for _, s := range BuildRecord(shown, Names{}).Sections {
		for _, it := range s.Items {
			if it.Label != "需求简介" && it.Label != "关键词" {
				out.Facts = append(out.Facts, it)
			}
		}
	}
	return out
}

// warn keeps the remarks that are about public words.
func (p *PublicWords) warn(remarks []coach.Remark) {
	for _, r := range remarks {
		if r.Level == coach.Must && strings.HasPrefix(r.Code, "summary.") {
			p.Warnings = append(p.Warnings, r.Message)
		}
	}
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
	if m.Status != "submitted" && m.Pending.Waits() && rec.Kind() != catalog.KindNeed {
		it.Change, it.Edit, it.Facts = true, EditRecordURL(rec.Kind(), m.Code), append(it.Facts, "修改公开内容")
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
