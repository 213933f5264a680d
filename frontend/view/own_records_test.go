package view

import (
	"fmt"
	"testing"
	"time"

	"hongniang/internal/catalog"
)

// Staff of a province look after thousands that wait: they are listed by the page,
// and what is public stands behind the first.
func TestOwnRecordsByThePage(t *testing.T) {
	t.Parallel()
	f := OwnRecordsFacts{Now: time.Now(), Public: []OwnPublic{{Kind: catalog.KindResult, Code: "CG-9", Title: "公开的"}}}
	for i := range 101 {
		f.Waiting = append(f.Waiting, &catalog.Result{Meta: catalog.Meta{Code: fmt.Sprintf("CG-%d", i), Status: "submitted"}})
	}
	for _, c := range []struct {
		page, lists, lines int
		first, next        string
	}{{0, 2, 50, "CG-0", "/records/mine?page=2"}, {2, 1, 50, "CG-50", "/records/mine?page=3"}, {9, 1, 1, "CG-100", ""}} {
		f.Page = c.page
		v := BuildOwnRecords(f)
		if len(v.Lists) != c.lists || len(v.Lists[0].Items) != c.lines || v.Lists[0].Items[0].Facts[1] != c.first || v.Lists[0].Total != 101 || v.Pager.Next != c.next {
			t.Errorf("page %d: %d lists, %d lines, %+v, next %q", c.page, len(v.Lists), len(v.Lists[0].Items), v.Lists[0].Items[0], v.Pager.Next)
		}
	}
}

// People are nobody's own records: of a firm those are not asked for who work there.
func TestOwnQuestions(t *testing.T) {
	t.Parallel()
	for _, rec := range []catalog.Record{&catalog.Organisation{Meta: catalog.Meta{Code: "DW-1"}, Name: "示例机床厂"}, &catalog.Expert{Meta: catalog.Meta{Code: "ZJ-1"}, Name: "示例甲"}} {
		asked := map[catalog.Kind]bool{}
		for _, q := range OwnQuestions(rec) {
			asked[q.Request.Kinds[0]] = true
		}
		if asked[catalog.KindExpert] || !asked[catalog.KindResult] || !asked[catalog.KindPatent] {
			t.Errorf("of %T is asked %v", rec, asked)
		}
	}
}
