package ferrettest

import (
	"database/sql"
	"fmt"
	"net"
	"path/filepath"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hongniang/internal/storetest"
)

// mongod is FerretDB behind a gate that lets one command through at a time. A
// command on one document is atomic in MongoDB and not in FerretDB; behind the
// gate any number of clients with any number of connections see what MongoDB
// promises. It can be stopped and started again, on the same address and data.
type mongod struct {
	addr string // of the gate
	dir  string

	command sync.Mutex // held from a request to its answer

	mu       sync.Mutex
	listener net.Listener
	conns    map[net.Conn]bool
	end      func() // ends FerretDB
}

// startMongod runs a server until the end of the test.
func startMongod(t *testing.T) *mongod {
	t.Helper()
	m := &mongod{addr: "127.0.0.1:0", dir: t.TempDir(), conns: map[net.Conn]bool{}}
	m.start(t)
	t.Cleanup(m.stop)
	return m
}

func (m *mongod) start(t *testing.T) {
	t.Helper()
	server, end := serve(t, m.dir, "127.0.0.1:0")
	l := storetest.Listen(t, m.addr)
	m.mu.Lock()
	m.listener, m.addr, m.end = l, l.Addr().String(), end
	m.mu.Unlock()
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go m.pass(client, server)
		}
	}()
}

// stop refuses and breaks all connections, wherever a command stands, and then
// ends the server. Stopping twice is no error.
func (m *mongod) stop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.end == nil {
		return
	}
	_ = m.listener.Close() // it only listens
	for c := range m.conns {
		_ = c.Close() // to break it is the purpose
	}
	clear(m.conns)
	m.end()
	m.end = nil
}

// pass joins a client to the server until one of them goes.
func (m *mongod) pass(client net.Conn, at string) {
	defer client.Close()
	server, err := net.Dial("tcp", at)
	if err != nil {
		return
	}
	defer server.Close()
	m.mu.Lock()
	m.conns[client], m.conns[server] = true, true
	m.mu.Unlock()
	for {
		request, err := storetest.ReadMessage(client)
		if err != nil {
			return
		}
		answer, err := m.ask(server, request)
		if err != nil {
			return
		}
		if _, err := client.Write(answer); err != nil {
			return
		}
	}
}

// ask lets greetings through at any time: a driver gives up on a new connection
// that waits for its turn behind a hundred others.
func (m *mongod) ask(server net.Conn, request []byte) ([]byte, error) {
	switch storetest.Command(request) {
	case "", "hello", "ping":
	default:
		m.command.Lock()
		defer m.command.Unlock()
	}
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	return storetest.ReadMessage(server)
}

// find has FerretDB find documents of a database by their _id without reading all of
// them, as MongoDB does: it asks SQLite for another expression than the one that it
// indexes.
func (m *mongod) find(t *testing.T, database string) {
	t.Helper()
	store, err := open(t.Context(), uri(m.addr, database))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(m.dir, database+".sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%_ferretdb_sjson%'")
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	if err := rows.Err(); err != nil || len(tables) == 0 {
		t.Fatalf("no collections: %v", err)
	}
	for _, name := range tables {
		if _, err := db.ExecContext(t.Context(), fmt.Sprintf("CREATE INDEX %q ON %q (_ferretdb_sjson->'$._id')", name+"_found", name)); err != nil {
			t.Fatal(err)
		}
	}
}

// databases names the databases of a server.
func databases(t *testing.T, m *mongod) []string {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI("mongodb://" + m.addr))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Disconnect(t.Context())
	names, err := client.ListDatabaseNames(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
