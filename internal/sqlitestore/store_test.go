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

func place(t *testing.T) storetest.Place {
	path := filepath.Join(t.TempDir(), "红娘 %3f?#.db")
	return storetest.Place{
		Spec: path,
		Open: func(ctx context.Context) (catalog.Store, error) { return open(ctx, path) },
	}
}

func TestContract(t *testing.T) { storetest.Run(t, storetest.Backend{New: place}) }

func TestMigration(t *testing.T) { storetest.Migration(t, place, place) }

func TestAccounts(t *testing.T) { storetest.Accounts(t, place) }

func TestIntroductions(t *testing.T) {
	storetest.Introductions(t, storetest.Backend{New: place})
}

func TestReviews(t *testing.T) { storetest.Reviews(t, storetest.Backend{New: place}) }

func TestCampaigns(t *testing.T) { storetest.Campaigns(t, storetest.Backend{New: place}) }
