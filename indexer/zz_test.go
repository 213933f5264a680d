package indexer

import (
	"os"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/search"
)

func TestZZLoad(t *testing.T) {
	if os.Getenv("ZZ") == "" {
		t.Skip()
	}
	x, err := Open(t.TempDir(), Options{Cutter: cutter()})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	var batch []search.Document
	n := 0
	start := time.Now()
	flush := func() error { err := x.AddDocuments(t.Context(), batch); batch = batch[:0]; return err }
	err = collection.Entries(os.Getenv("ZZ"), func(e collection.Entry) error {
		if n++; n > 10000 {
			return nil
		}
		batch = append(batch, e.Document(catalog.KindResult))
		if len(batch) == 1000 {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Log(n, time.Since(start))
}
