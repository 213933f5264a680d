package ferrettest

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"

	"hongniang/internal/catalog"
	"hongniang/internal/mongostore"
	"hongniang/internal/sqlitestore"
	"hongniang/internal/storetest"
)

func TestMain(m *testing.M) {
	storetest.Child(open)
	code := m.Run()
	_ = os.RemoveAll(built) // a full temporary directory is no fault of the tests
	os.Exit(code)
}

func open(ctx context.Context, uri string) (catalog.Store, error) {
	return mongostore.Open(ctx, uri, "")
}

// uri names a database of the server at addr.
func uri(addr, database string) string {
	return "mongodb://" + addr + "/" + database + "?timeoutMS=60000&serverSelectionTimeoutMS=1000&heartbeatFrequencyMS=500"
}

// serve runs FerretDB on the directory until stop is called.
func serve(t *testing.T, dir, addr string) (at string, stop func()) {
	t.Helper()
	server, err := ferretdb.New(&ferretdb.Config{
		Listener: ferretdb.ListenerConfig{TCP: addr}, Logger: slog.New(slog.DiscardHandler),
		Handler: "sqlite", SQLiteURL: "file:" + dir + "/",
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Run(ctx) }()
	uri := server.MongoDBURI()
	return uri[len("mongodb://") : len(uri)-1], func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("FerretDB: %v", err)
		}
	}
}

// places gives databases of one server.
func places(t *testing.T) func(*testing.T) storetest.Place {
	addr := startMongod(t).addr
	var n atomic.Int64
	return func(*testing.T) storetest.Place {
		database := fmt.Sprintf("place%d", n.Add(1))
		via := func(ctx context.Context, addr string) (catalog.Store, error) { return open(ctx, uri(addr, database)) }
		return storetest.Place{
			Spec: uri(addr, database),
			Open: func(ctx context.Context) (catalog.Store, error) { return via(ctx, addr) },
			Addr: addr, Via: via,
		}
	}
}

func TestContract(t *testing.T) { storetest.Run(t, storetest.Backend{New: places(t), Server: true}) }

func TestAccounts(t *testing.T) { storetest.Accounts(t, places(t)) }

func TestIntroductions(t *testing.T) {
	storetest.Introductions(t, storetest.Backend{New: places(t), Server: true})
}

func TestReviews(t *testing.T) {
	storetest.Reviews(t, storetest.Backend{New: places(t), Server: true})
}

func TestCampaigns(t *testing.T) {
	storetest.Campaigns(t, storetest.Backend{New: places(t), Server: true})
}

func sqlite(t *testing.T) storetest.Place {
	path := filepath.Join(t.TempDir(), "hongniang.db")
	return storetest.Place{Spec: path, Open: func(ctx context.Context) (catalog.Store, error) { return sqlitestore.Open(ctx, path) }}
}

func TestMigration(t *testing.T) {
	t.Parallel()
	t.Run("from SQLite", func(t *testing.T) { storetest.Migration(t, sqlite, places(t)) })
	t.Run("to SQLite", func(t *testing.T) { storetest.Migration(t, places(t), sqlite) })
}

// freeAddr gives an address that is free now, where one must be known beforehand.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
