package mongostore

import (
	"context"
	"crypto/rand"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/storetest"
)

// serverEnv names a real server for the contract, such as
// mongodb://localhost:27017/?directConnection=true . Databases are made on it
// and dropped again.
const serverEnv = "HONGNIANG_TEST_MONGODB_URI"

func open(ctx context.Context, uri string) (catalog.Store, error) { return Open(ctx, uri, "") }

func TestMain(m *testing.M) {
	storetest.Child(open)
	os.Exit(m.Run())
}

// TestContract runs against a real server; without one, the nested module
// ferrettest runs the same contract over the wire.
func TestContract(t *testing.T) {
	server := os.Getenv(serverEnv)
	if server == "" {
		t.Skipf("%s is not set; `cd ferrettest && go test ./...` runs this contract against FerretDB", serverEnv)
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Run(t, storetest.Backend{
		New:    func(t *testing.T) storetest.Place { return realPlace(t, *u) },
		Server: u.Port() != "" && u.Query().Get("directConnection") == "true", // else the driver goes round a proxy
	})
}

func realPlace(t *testing.T, u url.URL) storetest.Place {
	t.Helper()
	u.Path = "/hongniang_test_" + strings.ToLower(rand.Text()[:12])
	via := func(ctx context.Context, addr string) (catalog.Store, error) {
		there := u
		there.Host = addr
		return Open(ctx, there.String(), "")
	}
	t.Cleanup(func() { drop(t, u.String()) })
	return storetest.Place{
		Spec: u.String(), Open: func(ctx context.Context) (catalog.Store, error) { return via(ctx, u.Host) },
		Addr: u.Host, Via: via,
	}
}

func drop(t *testing.T, uri string) {
	s, err := Open(context.Background(), uri, "")
	if err != nil {
		t.Errorf("dropping the test database: %v", err)
		return
	}
	defer s.Close()
	if err := s.records.Database().Drop(context.Background()); err != nil {
		t.Errorf("dropping the test database: %v", err)
	}
}

func TestOpenBadURI(t *testing.T) {
	for _, uri := range []string{"", "localhost:27017", "http://localhost", "mongodb://", "mongodb://h/?w=nonsense&maxPoolSize=x"} {
		s, err := Open(t.Context(), uri, "")
		if err == nil {
			s.Close()
		}
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v, want Invalid", uri, err)
		}
	}
}

// TestOpenNoServer: a server that is not there is said within the time that
// the package promises, and no password is in what a person reads.
func TestOpenNoServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	took := time.Hour
	for tries := 0; tries < 5 && took > 2*selectionTimeout; tries++ { // a machine that does much else is late now and then
		begin := time.Now()
		_, err = Open(t.Context(), "mongodb://user:geheim@"+addr+"/x", "")
		if e := errs.As(err); e == nil || e.Kind != errs.Unavailable || strings.Contains(e.Message, "geheim") {
			t.Errorf("error is %v, want Unavailable", err)
		}
		took = min(took, time.Since(begin))
	}
	if took > 2*selectionTimeout {
		t.Errorf("it takes %v at least", took)
	}
}

func TestDatabaseOf(t *testing.T) {
	for uri, want := range map[string]string{
		"mongodb://h":                                "hongniang",
		"mongodb://h/":                               "hongniang",
		"mongodb://h/?replicaSet=rs0":                "hongniang",
		"mongodb://u:p%2F@h1:1,h2:2/union?w=1":       "union",
		"mongodb+srv://u:p@cluster.example.org/zgh":  "zgh",
		"mongodb://%2Ftmp%2Fmongodb.sock/socket?a=b": "socket",
	} {
		if got := databaseOf(uri, ""); got != want {
			t.Errorf("%s: %q, want %q", uri, got, want)
		}
		if want == defaultDatabase {
			want = "zgh_test"
		}
		if got := databaseOf(uri, "zgh_test"); got != want {
			t.Errorf("%s with the setting zgh_test: %q, want %q", uri, got, want)
		}
	}
}
