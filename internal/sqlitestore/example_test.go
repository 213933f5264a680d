package sqlitestore_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/sqlitestore"
)

// Two people read revision 1 and save: the second is told so.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "hongniang")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	s, err := sqlitestore.Open(ctx, filepath.Join(dir, "hongniang.db"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()

	write := func(rec catalog.Record) error {
		return s.Save(ctx, []catalog.Write{{Record: rec, Action: catalog.Updated, By: "王", At: time.Now()}})[0]
	}
	first := &catalog.Organisation{Meta: catalog.Meta{Code: "DW-2026-0001"}, Name: "威海机床厂"}
	fmt.Println(write(first), first.Rev)
	second := catalog.Clone(first)
	fmt.Println(write(first), first.Rev)
	fmt.Println(errs.KindOf(write(second)), second.Base().Rev)
	// Output:
	// <nil> 1
	// <nil> 2
	// stale 1
}
