// Package mongostore keeps the catalogue in MongoDB: the store of a real
// installation.
//
// A record is one document, and a save is one atomic write of it; no
// transaction is needed, so a standalone server will do, though a replica set
// is what one should run. The line of the change feed is pushed into the
// document's outbox by the same write. A relay then moves it to the collection
// "changes", whose _id is the place in the feed, and empties the outbox. Every
// step can be repeated, by any process, so that a crash between two of them
// loses nothing and says nothing twice; see relay.go.
//
// The collections records, changes and series stay unsharded: records and
// changes carry unique indexes beside _id, and the feed is one total order.
package mongostore

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

const (
	// defaultDatabase is used when neither the URI nor the caller names one.
	defaultDatabase = "hongniang"
	// selectionTimeout is how long a call looks for a server before it says
	// that there is none; callTimeout bounds a whole call. The URI may set
	// both (serverSelectionTimeoutMS, timeoutMS).
	selectionTimeout = 2 * time.Second
	callTimeout      = 15 * time.Second
	// sweepEvery is how often feed lines are looked for that a process left
	// behind when it died.
	sweepEvery = 30 * time.Second
	// slice is how many documents go into one command.
	slice = 50
)

// Store is a catalog.Store on a MongoDB database.
type Store struct {
	client  *mongo.Client
	records *mongo.Collection // majority
	changes *mongo.Collection // majority
	series  *mongo.Collection // majority
	// What the primary has, acknowledged by a majority or not: only to tell
	// why a write was refused.
	recordsNow, changesNow *mongo.Collection
	accounts, accountsNow  *mongo.Collection // see accounts.go
	cases, casesNow, files *mongo.Collection // see introductions.go
	// hasty is records with a write concern of 1, for writes that any later
	// relay repeats.
	hasty *mongo.Collection

	feed chan int64 // holds the last known Seq, 0 for unknown; who takes it may relay

	stop   context.CancelFunc
	swept  sync.WaitGroup
	closed atomic.Bool
}

var (
	_ catalog.Store    = (*Store)(nil)
	_ catalog.Importer = (*Store)(nil)
)

// Open connects to the database that the URI names (database when it names
// none, "hongniang" when that is empty too) and makes its indexes. Writes are acknowledged by a majority and
// journalled, reads see only such writes; the URI cannot weaken that. Errors:
// Invalid for a bad URI, Unavailable when the server does not answer.
func Open(ctx context.Context, uri, database string) (*Store, error) {
	opts := options.Client().ApplyURI(uri)
	if err := opts.Validate(); err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "store.bad_uri", "数据库地址 HONGNIANG_MONGODB_URI 写得不对，应形如 mongodb://用户:密码@主机:27017/库名 。请改正后重新启动。")
	}
	client, err := mongo.Connect(harden(opts))
	if err != nil {
		return nil, failure(err)
	}
	s := newStore(client.Database(databaseOf(uri, database)))
	if err := s.index(ctx); err != nil {
		_ = client.Disconnect(context.WithoutCancel(ctx))
		return nil, err
	}
	sweep, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	s.swept.Go(func() { s.sweep(sweep) })
	return s, nil
}

func harden(opts *options.ClientOptions) *options.ClientOptions {
	journal := true
	opts.SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journal})
	opts.SetReadConcern(readconcern.Majority()).SetReadPreference(readpref.Primary())
	opts.SetRetryWrites(true).SetRetryReads(true)
	if opts.ServerSelectionTimeout == nil {
		opts.SetServerSelectionTimeout(selectionTimeout)
	}
	if opts.Timeout == nil {
		opts.SetTimeout(callTimeout)
	}
	return opts
}

func newStore(db *mongo.Database) *Store {
	now := options.Collection().SetReadConcern(readconcern.Local())
	s := &Store{
		client: db.Client(), records: db.Collection("records"), changes: db.Collection("changes"), series: db.Collection("series"),
		recordsNow: db.Collection("records", now), changesNow: db.Collection("changes", now),
		accounts: db.Collection("accounts"), accountsNow: db.Collection("accounts", now),
		cases: db.Collection("introductions"), casesNow: db.Collection("introductions", now), files: db.Collection("files"),
		hasty: db.Collection("records", options.Collection().SetWriteConcern(writeconcern.W1())),
		feed:  make(chan int64, 1),
	}
	s.feed <- 0
	return s
}

// databaseOf finds the database in a URI that the driver has already accepted,
// and gives otherwise when it names none.
func databaseOf(uri, otherwise string) string {
	_, rest, _ := strings.Cut(uri, "://")
	_, path, _ := strings.Cut(rest, "/")
	name, _, _ := strings.Cut(path, "?")
	if name != "" {
		return name
	}
	if otherwise != "" {
		return otherwise
	}
	return defaultDatabase
}

// index makes the indexes that are missing, one a command: FerretDB breaks the
// connection when several of one command exist already.
func (s *Store) index(ctx context.Context) error {
	// The driver writes the first index's name into the options: every unique
	// index that shares them is called key_1, one a collection.
	unique := options.Index().SetUnique(true)
	for _, want := range []struct {
		on    *mongo.Collection
		model mongo.IndexModel
	}{
		{s.records, mongo.IndexModel{Keys: bson.D{{Key: "key", Value: 1}}, Options: unique}},
		{s.records, mongo.IndexModel{Keys: bson.D{{Key: "pending", Value: 1}}}},
		{s.records, mongo.IndexModel{Keys: bson.D{{Key: "kind", Value: 1}, {Key: "deleted", Value: 1}}}},
		{s.changes, mongo.IndexModel{Keys: bson.D{{Key: "ref", Value: 1}}, Options: unique}},
		{s.changes, mongo.IndexModel{Keys: bson.D{{Key: "record", Value: 1}, {Key: "_id", Value: 1}}}},
		{s.accounts, mongo.IndexModel{Keys: bson.D{{Key: "name", Value: 1}}, Options: options.Index().SetUnique(true)}},
		{s.accounts, mongo.IndexModel{Keys: bson.D{{Key: "alias", Value: 1}}, Options: options.Index().SetUnique(true)}},
		{s.accounts, mongo.IndexModel{Keys: bson.D{{Key: "owner", Value: 1}, {Key: "expires", Value: 1}}}},
		{s.accounts, mongo.IndexModel{Keys: bson.D{{Key: "expires", Value: 1}}}},
		{s.cases, mongo.IndexModel{Keys: bson.D{{Key: "pending", Value: 1}}}},
		{s.cases, mongo.IndexModel{Keys: bson.D{{Key: "open", Value: 1}, {Key: "wake", Value: 1}}}},
		{s.cases, mongo.IndexModel{Keys: bson.D{{Key: "_id", Value: 1}, {Key: "rev", Value: 1}}}},
		{s.cases, mongo.IndexModel{Keys: bson.D{{Key: "needs", Value: 1}}}},
		{s.cases, mongo.IndexModel{Keys: bson.D{{Key: "helping", Value: 1}}}},
		{s.cases, mongo.IndexModel{Keys: bson.D{{Key: "brokers", Value: 1}}}},
		{s.cases, mongo.IndexModel{Keys: bson.D{{Key: "orgs", Value: 1}}}},
		{s.cases, mongo.IndexModel{Keys: bson.D{{Key: "persons", Value: 1}}}},
		{s.cases, mongo.IndexModel{Keys: bson.D{{Key: "unions", Value: 1}}}},
	} {
		if _, err := want.on.Indexes().CreateOne(ctx, want.model); err != nil {
			return failure(err)
		}
	}
	return nil
}

// sweep relays what dead processes left behind, until ctx ends. Errors mean
// that the server is away: the next turn, or the next Changes, tries again.
func (s *Store) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_ = s.relayPending(ctx)
		}
	}
}

// Ping asks the primary.
func (s *Store) Ping(ctx context.Context) error {
	return failure(s.client.Ping(ctx, readpref.Primary()))
}

// Close ends the sweep and the connections. Closing twice is no error.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	s.stop()
	s.swept.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return failure(s.client.Disconnect(ctx))
}
