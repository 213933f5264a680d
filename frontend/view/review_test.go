package view

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/coach"
)

// What waits is listed fifty at a time; a page that there is not is the nearest.
func TestReviewPages(t *testing.T) {
	t.Parallel()
	var recs []catalog.Record
	for i := range 101 {
		recs = append(recs, &catalog.Result{Meta: catalog.Meta{Code: fmt.Sprintf("CG-%d", i)}, Title: "夹具"})
	}
	for _, tt := range []struct {
		recs, page   int
		items        int
		first        string
		prev, next   string
		shown, pages int
	}{
		{0, 1, 0, "", "", "", 1, 0},
		{50, 7, 50, "CG-0", "", "", 1, 0},
		{51, 0, 50, "CG-0", "", "/review?page=2", 1, 2},
		{101, 2, 50, "CG-50", "/review", "/review?page=3", 2, 3},
		{101, 9, 1, "CG-100", "/review?page=2", "", 3, 3},
		{101, -4, 50, "CG-0", "", "/review?page=2", 1, 3},
	} {
		v := BuildReview(WaitingFacts{Records: recs[:tt.recs], Page: tt.page, Now: time.Now(), Whole: func(catalog.Record) catalog.Record { return nil }})
		first := ""
		if len(v.Items) > 0 {
			first = v.Items[0].Code
		}
		if len(v.Items) != tt.items || first != tt.first || v.Total != tt.recs || v.Pager.Prev != tt.prev || v.Pager.Next != tt.next || v.Pager.Page != tt.shown || len(v.Pager.Pages) != tt.pages {
			t.Errorf("page %d of %d: %d items from %s, %+v", tt.page, tt.recs, len(v.Items), first, v.Pager)
		}
	}
}

// Whoever publishes reads what becomes public, and what of it gives the firm away.
func TestReviewShowsWhatBecomesPublic(t *testing.T) {
	t.Parallel()
	check := func(n *catalog.Need) []coach.Remark { return coach.Read(n, coach.Firm{}, time.Now()).Remarks }
	need := &catalog.Need{Meta: catalog.Meta{Code: "XQ-1", Status: "submitted"}, Title: "喷漆房糊泵", SummaryPublic: "详见 www.example.cn", Keywords: []string{"漆泥", "水泵"}, Detail: "三班喷面漆", Confidentiality: "summary_only"}
	p := ReviewHere(need, time.Now(), check).Public
	if p.Title != need.Title || p.Summary != need.SummaryPublic || p.Keywords != "漆泥、水泵" || len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "www.example.cn") {
		t.Errorf("of an open need: %+v", p)
	}
	need.Confidentiality = "broker_only"
	if p = ReviewHere(need, time.Now(), check).Public; p.Hidden == "" || p.Summary != "" {
		t.Errorf("of a need that stays closed: %+v", p)
	}
}
