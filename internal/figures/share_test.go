package figures

import (
	"testing"
	"time"
	"unsafe"

	"hongniang/internal/catalog"
)

// What many records share is kept once, and the texts of a page in one piece: the rows are
// what collections look at.
func TestRowsShare(t *testing.T) {
	t.Parallel()
	a := &catalog.Result{Meta: catalog.Meta{Code: "CG-1", Union: "GH-1", RegionCode: "371002"}, Title: "工装甲", ResultKind: "invention"}
	b := &catalog.Result{Meta: catalog.Meta{Code: "CG-2", Union: "GH-1", RegionCode: "371002"}, Title: "工装乙", ResultKind: "invention"}
	together([]catalog.Record{a, b})
	if a.Code != "CG-1" || a.Title != "工装甲" || b.Code != "CG-2" || b.Title != "工装乙" {
		t.Fatalf("%q %q %q %q", a.Code, a.Title, b.Code, b.Title)
	}
	if unsafe.StringData(b.Title) != (*byte)(unsafe.Add(unsafe.Pointer(unsafe.StringData(a.Code)), len("CG-1工装甲CG-2"))) {
		t.Error("the texts of a page do not lie together")
	}
	book := New(time.Now)
	book.Put(a)
	book.Put(b)
	one, two := book.results.find("CG-1"), book.results.find("CG-2")
	if one.ties != two.ties || one.class != two.class || one.union != "GH-1" || one.kind != "invention" {
		t.Errorf("%+v, %+v", one, two)
	}
}
