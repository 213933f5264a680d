// Package ferrettest runs the store contract on mongostore over the wire,
// against FerretDB in this process. It is a module of its own, because nothing
// that is shipped may depend on FerretDB:
//
//	cd internal/mongostore/ferrettest && go test ./...
//
// FerretDB's read-modify-write is not atomic, so every store has one
// connection (maxPoolSize=1) and the server sees one command at a time of
// each. What only a real MongoDB can show is tested with
// HONGNIANG_TEST_MONGODB_URI in package mongostore.
package ferrettest
