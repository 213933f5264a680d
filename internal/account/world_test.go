package account_test

import (
	"bytes"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/sqlitestore"
)

// cheap are costs that a test can pay often.
var cheap = account.Params{MemoryKiB: 64, Passes: 1, Lanes: 1}

// world is a service on a real store with a clock that stands still.
type world struct {
	*account.Service
	t   *testing.T
	mu  sync.Mutex
	at  time.Time
	log bytes.Buffer
}

func newWorld(t *testing.T) *world {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "hongniang.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	w := &world{t: t, at: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	random := &lockedRandom{source: rand.NewChaCha8([32]byte{1})}
	hasher, err := account.NewHasher(cheap, random)
	if err != nil {
		t.Fatal(err)
	}
	w.Service = &account.Service{Store: store.Accounts(), Hasher: hasher, Now: w.now, Random: random, Log: slog.New(slog.NewTextHandler(&w.log, nil))}
	return w
}

type lockedRandom struct {
	mu     sync.Mutex
	source *rand.ChaCha8
}

func (r *lockedRandom) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.source.Read(p)
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

const goodPassword = "铣床 晨雾 47 橘子树"

// add adds a user with goodPassword.
func (w *world) add(n account.NewUser) account.User {
	w.t.Helper()
	n.Password = goodPassword
	u, _, err := w.AddUser(w.t.Context(), n)
	if err != nil {
		w.t.Fatal(err)
	}
	return u
}

func (w *world) broker() account.User {
	return w.add(account.NewUser{Login: "wang", Mobile: "13800000001", Name: "王红娘", Role: account.Broker, Org: "GH-1"})
}

func (w *world) signIn(name, password, code string) (account.SignedIn, error) {
	return w.SignIn(w.t.Context(), account.Credentials{Name: name, Password: password, Code: code, Addr: "192.0.2.1", Agent: "测试"})
}

func (w *world) mustSignIn(name string) account.SignedIn {
	w.t.Helper()
	in, err := w.signIn(name, goodPassword, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if code == "" && err != nil {
		t.Errorf("unexpected error %v", err)
	} else if code != "" && (err == nil || errs.As(err).Code != code) {
		t.Errorf("error is %v, want %s", err, code)
	}
}

func wantFields(t *testing.T, err error, fields ...string) {
	t.Helper()
	wantCode(t, err, "record.invalid")
	if err == nil {
		return
	}
	got := map[string]bool{}
	for _, f := range errs.As(err).Fields {
		got[f.Field] = true
	}
	for _, f := range fields {
		if !got[f] {
			t.Errorf("no fault of %s in %v", f, err)
		}
	}
}
