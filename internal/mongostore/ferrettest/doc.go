// Package ferrettest tests what needs a MongoDB server, over the wire, against
// FerretDB in this process: the store contract on mongostore, and the real
// program as it is run (start, demo data, an outage, two processes on one
// database, migration, kill -9). It is a module of its own, because nothing
// that is shipped may depend on FerretDB:
//
//	cd internal/mongostore/ferrettest && go test ./...
//
// FerretDB's read-modify-write is not atomic, so it stands behind a gate that
// lets one command through at a time; see mongod. What only a real MongoDB can
// show is tested with HONGNIANG_TEST_MONGODB_URI in package mongostore.
package ferrettest
