package storetest

import (
	"testing"

	"hongniang/internal/catalog"
)

// testResign: lines of one signature get another, all others keep theirs, and
// nothing else of the feed changes.
func testResign(t *testing.T, p Place) {
	s := p.open(t)
	for i, by := range []string{"王红", "李明", "王红", "王红梅"} {
		rec := orgs("DW", i+1)[i]
		if err := s.Save(t.Context(), []catalog.Write{{Record: rec, Action: catalog.Created, By: by, At: morning}})[0]; err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []int{2, 0} {
		if n, err := s.Resign(t.Context(), "王红", "已注销人员"); err != nil || n != want {
			t.Errorf("%d lines, %v, want %d", n, err, want)
		}
	}
	if err := s.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	lines, err := s.Changes(t.Context(), 0, 10)
	if err != nil || len(lines) != 4 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	for i, want := range []string{"已注销人员", "李明", "已注销人员", "王红梅"} {
		if lines[i].By != want || lines[i].Seq != int64(i+1) {
			t.Errorf("line %d is signed %s", lines[i].Seq, lines[i].By)
		}
	}
}
