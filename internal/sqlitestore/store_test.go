package sqlitestore_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/sqlitestore"
	"hongniang/internal/storetest"
)

func open(ctx context.Context, path string) (catalog.Store, error) {
	return sqlitestore.Open(ctx, path)
}

func TestMain(m *testing.M) {
	storetest.Child(open)
	os.Exit(m.Run())
}

func TestContract(t *testing.T) {
	storetest.Run(t, storetest.Backend{New: func(t *testing.T) storetest.Place {
		path := filepath.Join(t.TempDir(), "红娘 %3f?#.db")
		return storetest.Place{
			Spec: path,
			Open: func(ctx context.Context) (catalog.Store, error) { return open(ctx, path) },
		}
	}})
}
